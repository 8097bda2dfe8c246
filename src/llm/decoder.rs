//! The pure half of an answer: bytes of a body in, chunks out. It finds out what kind of body it
//! is (servers mislabel them), cuts a stream into events and leaves their meaning to the wire.

use serde_json::Value;

use super::{Chunk, Failure, LlmError, LlmErrorKind, chat_completions, failure::ServerError, responses, sse};
use crate::config::ProviderKind;

/// Understands the events of one wire.
pub(super) trait Reader: Send {
    /// Takes the data of one event.
    fn event(&mut self, data: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure>;

    /// Takes a whole answer, given at once.
    fn whole(&mut self, body: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure>;

    /// The stream is over: fails unless the answer was complete.
    fn end(&mut self, out: &mut Vec<Chunk>) -> Result<(), Failure>;

    /// Whether [`Chunk::Finished`] has been given.
    fn is_finished(&self) -> bool;
}

/// Decodes the body of one successful answer, however it is cut.
pub struct Decoder {
    reader: Box<dyn Reader>,
    /// The body is said to be a stream of events, or nothing is said.
    says_events: bool,
    says_json: bool,
    body: Body,
}

enum Body {
    /// Nothing but white space has come.
    Unknown,
    Events(sse::Parser),
    Json(Vec<u8>),
}

impl Decoder {
    /// A decoder for the wire of `kind`; `store` tells whether the response can be continued by
    /// its id, `content_type` what the server says the body is.
    pub fn new(kind: ProviderKind, store: bool, content_type: Option<&str>) -> Self {
        let reader: Box<dyn Reader> = match kind {
            ProviderKind::Responses => Box::new(responses::Reader::new(store)),
            ProviderKind::ChatCompletions => Box::new(chat_completions::Reader::default()),
        };
        Self {
            reader,
            says_events: content_type.is_none_or(|said| said.contains("event-stream")),
            says_json: content_type.is_some_and(|said| said.contains("json")),
            body: Body::Unknown,
        }
    }

    /// Takes the next bytes; what they complete is added to `out`, also before an error.
    ///
    /// # Errors
    /// What the server reports, or how the bytes break the wire's promises.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        if self.is_finished() {
            return Ok(());
        }
        if matches!(self.body, Body::Unknown) {
            let Some(&first) = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) else {
                return Ok(());
            };
            self.body = self.recognize(first)?;
        }
        match &mut self.body {
            Body::Unknown => Ok(()),
            Body::Json(body) => {
                body.extend_from_slice(bytes);
                Ok(())
            }
            Body::Events(parser) => {
                let reader = &mut self.reader;
                parser.push(bytes, &mut |data| reader.event(data, out))
            }
        }
    }

    /// The body is over.
    ///
    /// # Errors
    /// As [`Decoder::push`], and when the answer is incomplete.
    pub fn end(&mut self, out: &mut Vec<Chunk>) -> Result<(), Failure> {
        match &mut self.body {
            Body::Unknown => Err(Failure::new(
                LlmErrorKind::Transport,
                "the server closed the connection without an answer",
            )),
            Body::Json(body) => {
                let body = std::mem::take(body);
                self.whole(&body, out)
            }
            Body::Events(parser) => {
                let reader = &mut self.reader;
                parser.finish(&mut |data| reader.event(data, out)).map_err(cut_off)?;
                self.reader.end(out)
            }
        }
    }

    /// Whether the answer is complete; nothing that follows matters.
    pub fn is_finished(&self) -> bool {
        self.reader.is_finished()
    }

    /// An event field begins with one of few letters, JSON and HTML say what they are.
    fn recognize(&self, first: u8) -> Result<Body, Failure> {
        match first {
            b'{' | b'[' => Ok(Body::Json(Vec::new())),
            b'<' => Err(bad("the server answered with a web page; check base_url")),
            b'd' | b':' => Ok(Body::Events(sse::Parser::default())),
            _ if self.says_events => Ok(Body::Events(sse::Parser::default())),
            _ if self.says_json => Err(bad("the answer is not valid JSON")),
            _ => Err(bad("the answer is neither a stream of events nor JSON; check base_url")),
        }
    }

    fn whole(&mut self, body: &[u8], out: &mut Vec<Chunk>) -> Result<(), Failure> {
        let value: Value = serde_json::from_slice(body).map_err(|error| match error.is_eof() {
            true => broken_off(),
            false => bad("the answer is not valid JSON"),
        })?;
        let is_error =
            value.get("error").is_some_and(|error| !error.is_null()) || value.get("detail").is_some();
        match ServerError::from_json(&value) {
            Some(error) if is_error => Err(error.failure(None)),
            _ => self.reader.whole(body, out),
        }
    }
}

/// The last event of a broken stream ends anywhere: that it cannot be read is not its fault.
fn cut_off(failure: Failure) -> Failure {
    match failure.error.kind {
        LlmErrorKind::BadReply => broken_off(),
        _ => failure,
    }
}

/// The failure of an answer that ends before its end.
pub(super) fn broken_off() -> Failure {
    Failure::new(LlmErrorKind::Transport, "the answer broke off before its end")
}

/// The failure of an answer that is not what the wire promises.
pub(super) fn bad(what: &str) -> Failure {
    LlmError::new(LlmErrorKind::BadReply, what).into()
}

/// Adds visible text; pieces next to each other become one chunk.
pub(super) fn push_text(out: &mut Vec<Chunk>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Chunk::Text(last)) => last.push_str(text),
        _ => out.push(Chunk::Text(text.to_owned())),
    }
}

/// Adds readable reasoning; pieces next to each other become one chunk.
pub(super) fn push_reasoning(out: &mut Vec<Chunk>, text: &str) {
    match out.last_mut() {
        _ if text.is_empty() => {}
        Some(Chunk::Reasoning(last)) => last.push_str(text),
        _ => out.push(Chunk::Reasoning(text.to_owned())),
    }
}

/// Whether a call's arguments are whole: a cut leaves JSON that does not close.
pub(super) fn is_whole_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}
