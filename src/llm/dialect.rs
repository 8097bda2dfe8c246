//! Who is on the other side of a wire, as far as requests must differ.

use super::models;

/// What a request must know of the server and model it is for.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    host: String,
    /// Whether the server keeps responses.
    pub(super) store: bool,
}

impl Dialect {
    /// The dialect of the server at `host`.
    pub(super) fn new(host: &str, store: bool) -> Self {
        Self { host: host.to_ascii_lowercase(), store }
    }

    /// OpenAI itself, which refuses what it does not know and understands all it documents.
    pub(super) fn is_openai(&self) -> bool {
        self.is_at("openai.com")
    }

    /// DeepSeek's rules of thinking: by host, or by model behind a gateway.
    pub(super) fn is_deepseek(&self, model: &str) -> bool {
        self.is_at("deepseek.com") || model.starts_with("deepseek")
    }

    /// Servers that demand a call's reasoning back as `reasoning_content`.
    pub(super) fn wants_reasoning_back(&self, model: &str) -> bool {
        self.is_deepseek(model) || self.is_at("moonshot.ai") || self.is_at("moonshot.cn")
    }

    /// Models that reason and take OpenAI's parameters for it.
    pub(super) fn is_openai_reasoning(&self, model: &str) -> bool {
        models::is_openai_reasoning(model)
    }

    fn is_at(&self, domain: &str) -> bool {
        self.host == domain || self.host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
    }
}

/// Whether `effort` leaves thinking on; `None` is the server's default, which is on.
pub(super) fn is_thinking(effort: Option<&str>) -> bool {
    effort != Some("none")
}
