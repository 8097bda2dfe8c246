//! What a failed attempt means: its class for whoever acts on it, a sentence for the user, and
//! whether another attempt may help. Servers say the same thing in many ways; this is where their
//! codes, statuses and plain texts are told apart.

use std::time::Duration;

use serde_json::Value;

use super::{LlmError, LlmErrorKind};

/// Longest piece of a server's own words that is shown.
const MAX_WORDS: usize = 600;

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What the user is told if nothing helps.
    pub error: LlmError,
    /// What may help.
    pub remedy: Remedy,
}

/// What may help after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing: the same request would fail again.
    None,
    /// The same request again, after the pause the server asks for.
    Retry {
        /// The pause, if it named one.
        after: Option<Duration>,
    },
    /// The whole history: the server does not know the response the request continues.
    SendAll,
}

impl From<LlmError> for Failure {
    fn from(error: LlmError) -> Self {
        let remedy = match error.kind {
            LlmErrorKind::RateLimited { retry_after } => Remedy::Retry { after: retry_after },
            LlmErrorKind::Overloaded | LlmErrorKind::Transport => Remedy::Retry { after: None },
            _ => Remedy::None,
        };
        Self { error, remedy }
    }
}

impl Failure {
    /// A failure that no repetition helps.
    pub(super) fn lasting(kind: LlmErrorKind, message: impl std::fmt::Display) -> Self {
        Self { error: LlmError::new(kind, message), remedy: Remedy::None }
    }

    /// A failure of `kind` with its usual remedy.
    pub(super) fn new(kind: LlmErrorKind, message: impl std::fmt::Display) -> Self {
        LlmError::new(kind, message).into()
    }
}

/// An error in a server's own words.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ServerError {
    pub(super) code: String,
    pub(super) class: String,
    pub(super) words: String,
}

impl ServerError {
    /// Reads the body of an error answer, whatever it is.
    pub(super) fn from_body(body: &[u8]) -> Self {
        match serde_json::from_slice::<Value>(body) {
            Ok(value) => Self::from_json(&value).unwrap_or_default(),
            Err(_) => Self { words: readable(&String::from_utf8_lossy(body)), ..Self::default() },
        }
    }

    /// Finds an error in JSON: `{"error": {…}}`, `{"error": "…"}`, `{"detail": …}` and flat ones.
    pub(super) fn from_json(value: &Value) -> Option<Self> {
        match value.get("error") {
            Some(Value::String(words)) => Some(Self { words: readable(words), ..Self::default() }),
            Some(error @ Value::Object(_)) => Some(Self::from_object(error)),
            _ if value.get("message").is_some_and(Value::is_string) => Some(Self::from_object(value)),
            _ => {
                value.get("detail").map(|detail| Self { words: readable(&plain(detail)), ..Self::default() })
            }
        }
    }

    fn from_object(error: &Value) -> Self {
        let text = |key: &str| error.get(key).map(plain).unwrap_or_default();
        let mut words = text("message");
        // OpenRouter hides the real cause of "Provider returned error" here.
        if let Some(raw) = error.pointer("/metadata/raw").and_then(Value::as_str) {
            words = format!("{words} ({raw})");
        }
        Self { code: text("code"), class: text("type"), words: readable(&words) }
    }

    /// The failure this is, as an answer with `status` or, without one, inside a stream.
    pub(super) fn failure(&self, status: Option<u16>) -> Failure {
        let status = status.filter(|status| !(200..300).contains(status)).or_else(|| self.code.parse().ok());
        let kind = self.kind(status);
        let remedy = self.remedy(&kind, status);
        Failure { error: LlmError::new(kind.clone(), self.sentence(&kind, status)), remedy }
    }

    fn kind(&self, status: Option<u16>) -> LlmErrorKind {
        if self.is_quota(status) {
            return LlmErrorKind::QuotaExhausted;
        }
        if self.is_context(status) {
            return LlmErrorKind::ContextTooLong;
        }
        match self.code.as_str() {
            "rate_limit_exceeded" | "slow_down" => return LlmErrorKind::RateLimited { retry_after: None },
            "server_error" | "server_is_overloaded" | "overloaded" | "overloaded_error" => {
                return LlmErrorKind::Overloaded;
            }
            "invalid_api_key" => return LlmErrorKind::Auth,
            _ => {}
        }
        match (status, self.class.as_str()) {
            (Some(401 | 403), _) | (None, "authentication_error") => LlmErrorKind::Auth,
            (Some(429), _) => LlmErrorKind::RateLimited { retry_after: None },
            (Some(408), _) => LlmErrorKind::Timeout,
            (Some(501), _) => LlmErrorKind::Refused,
            // llama.cpp started without tool support: no repetition changes that.
            (Some(500), _) if self.words.contains("--jinja") => LlmErrorKind::Refused,
            (Some(409 | 500..=599), _)
            | (None, "server_error" | "overloaded_error" | "service_unavailable_error") => {
                LlmErrorKind::Overloaded
            }
            (Some(300..=399), _) => LlmErrorKind::BadReply,
            _ => LlmErrorKind::Refused,
        }
    }

    /// 429 means "wait" or "pay"; the code decides, then the type.
    fn is_quota(&self, status: Option<u16>) -> bool {
        const STOP_CODES: [&str; 7] = [
            "insufficient_quota",
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "billing_hard_limit_reached",
            "billing_not_active",
        ];
        match self.code.as_str() {
            "rate_limit_exceeded" | "slow_down" => false,
            code => STOP_CODES.contains(&code) || self.class == "insufficient_quota" || status == Some(402),
        }
    }

    /// Most servers say only in plain words that the input is too long.
    fn is_context(&self, status: Option<u16>) -> bool {
        const SIGNS: [&str; 8] = [
            "maximum context length",
            "max context length",
            "context window",
            "context length exceeded",
            "available context size",
            "prompt is too long",
            "prompt too long",
            "input is too long",
        ];
        if self.code == "context_length_exceeded" || self.class == "exceed_context_size_error" {
            return true;
        }
        let words = self.words.to_lowercase();
        match status {
            Some(413) => true,
            None | Some(400 | 422 | 500) => SIGNS.iter().any(|sign| words.contains(sign)),
            Some(_) => false,
        }
    }

    fn remedy(&self, kind: &LlmErrorKind, status: Option<u16>) -> Remedy {
        let is_unknown_response = self.code == "previous_response_not_found"
            || (matches!(status, Some(400 | 404)) && self.words.contains("previous_response_id"));
        match kind {
            LlmErrorKind::Refused if is_unknown_response => Remedy::SendAll,
            LlmErrorKind::RateLimited { .. } | LlmErrorKind::Overloaded | LlmErrorKind::Timeout => {
                Remedy::Retry { after: None }
            }
            _ => Remedy::None,
        }
    }

    fn sentence(&self, kind: &LlmErrorKind, status: Option<u16>) -> String {
        let what = match kind {
            LlmErrorKind::RateLimited { .. } => "too many requests for now",
            LlmErrorKind::QuotaExhausted => "the quota or balance is used up",
            LlmErrorKind::Auth => "the key is missing, wrong or not allowed to do this",
            LlmErrorKind::ContextTooLong => "the request is longer than the model's context window",
            LlmErrorKind::Overloaded => "the server cannot answer now",
            LlmErrorKind::Timeout => "the server gave up waiting",
            LlmErrorKind::BadReply if matches!(status, Some(300..=399)) => {
                "the server redirects elsewhere, which is never followed with a key; set base_url to the final address"
            }
            _ => "the request was refused",
        };
        let status = status.map(|status| format!(" (HTTP {status})")).unwrap_or_default();
        match self.words.as_str() {
            "" => format!("{what}{status}"),
            words => format!("{what}{status}: {words}"),
        }
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One line of bounded length; of a web page only its title.
fn readable(text: &str) -> String {
    let text = html_title(text).unwrap_or(text);
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > MAX_WORDS {
            line.truncate(line.floor_char_boundary(MAX_WORDS));
            line.push('…');
            break;
        }
    }
    line
}

fn html_title(text: &str) -> Option<&str> {
    if !text.trim_start().starts_with('<') {
        return None;
    }
    let title = text
        .find("<title>")
        .and_then(|start| text[start + 7..].split("</title>").next())
        .filter(|title| !title.trim().is_empty());
    Some(title.unwrap_or("a web page instead of an answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, body: &str, kind: LlmErrorKind, retried: bool) {
        let failure = ServerError::from_body(body.as_bytes()).failure(Some(status));
        assert_eq!(failure.error.kind, kind, "{status} {body}");
        assert_eq!(matches!(failure.remedy, Remedy::Retry { .. }), retried, "{status} {body}");
    }

    const LIMITED: LlmErrorKind = LlmErrorKind::RateLimited { retry_after: None };

    #[test]
    fn status_429_waits_or_stops_by_code_then_type() {
        check(429, r#"{"error":{"code":"rate_limit_exceeded","type":"tokens"}}"#, LIMITED, true);
        check(429, r#"{"error":{"code":"slow_down","type":"insufficient_quota"}}"#, LIMITED, true);
        check(429, "", LIMITED, true);
        for code in ["insufficient_quota", "credit_balance_exhausted", "project_spend_limit_exceeded"] {
            let body = format!(r#"{{"error":{{"code":"{code}"}}}}"#);
            check(429, &body, LlmErrorKind::QuotaExhausted, false);
        }
        check(
            429,
            r#"{"error":{"code":null,"type":"insufficient_quota"}}"#,
            LlmErrorKind::QuotaExhausted,
            false,
        );
        check(402, r#"{"error":{"message":"Insufficient Balance"}}"#, LlmErrorKind::QuotaExhausted, false);
    }

    #[test]
    fn statuses_are_retried_only_where_waiting_helps() {
        check(408, "", LlmErrorKind::Timeout, true);
        check(409, "", LlmErrorKind::Overloaded, true);
        check(500, r#"{"error":"boom"}"#, LlmErrorKind::Overloaded, true);
        check(502, "<html><title>502 Bad Gateway</title></html>", LlmErrorKind::Overloaded, true);
        check(501, "", LlmErrorKind::Refused, false);
        check(400, "", LlmErrorKind::Refused, false);
        check(401, r#"{"detail":"no"}"#, LlmErrorKind::Auth, false);
        check(403, "", LlmErrorKind::Auth, false);
        check(404, "", LlmErrorKind::Refused, false);
        check(422, "", LlmErrorKind::Refused, false);
        check(307, "", LlmErrorKind::BadReply, false);
    }

    #[test]
    fn numeric_codes_inside_a_stream_count_as_status() {
        let error = ServerError { code: "429".into(), ..ServerError::default() };
        assert_eq!(error.failure(None).error.kind, LIMITED);
        let error = ServerError { code: "502".into(), ..ServerError::default() };
        assert_eq!(error.failure(Some(200)).error.kind, LlmErrorKind::Overloaded);
    }

    #[test]
    fn words_of_a_server_become_one_bounded_line() {
        assert_eq!(readable("a\n\tb\u{1b}c"), "a b c");
        assert_eq!(readable("<!doctype html><title>502 Bad\nGateway</title>"), "502 Bad Gateway");
        assert!(readable(&"é ".repeat(2_000)).len() < MAX_WORDS + 8);
    }
}
