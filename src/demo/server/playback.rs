//! Puts a finished answer on the wire at its pace, with the break its end asks for. What the answer
//! says was decided before.

use std::{
    collections::{BTreeMap, VecDeque},
    convert::Infallible,
    io,
    time::Duration,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::Response,
};
use futures_util::{future, stream};
use serde_json::{Value, json};

use super::script::{End, Script};

/// An encoded answer.
pub(super) struct Answer {
    pub(super) content_type: &'static str,
    pub(super) frames: VecDeque<Frame>,
}

/// Bytes that are sent together after a pause.
pub(super) struct Frame {
    pause: Duration,
    text: String,
}

/// Collects the frames of one answer.
pub(super) struct Frames {
    piece: usize,
    pace: Duration,
    pause: Duration,
    frames: VecDeque<Frame>,
}

impl Frames {
    pub(super) fn new(script: &Script) -> Self {
        let pace = Duration::from_millis(script.pace_ms);
        Self { piece: script.piece.max(1), pace, pause: Duration::ZERO, frames: VecDeque::new() }
    }

    /// Sends `text` at once.
    pub(super) fn push(&mut self, text: String) {
        self.frames.push_back(Frame { pause: std::mem::take(&mut self.pause), text });
    }

    /// Waits before the next frame.
    pub(super) fn pause(&mut self, pause: Duration) {
        self.pause += pause;
    }

    /// Waits as long as a piece takes at the script's pace.
    pub(super) fn beat(&mut self) {
        self.pause(self.pace);
    }

    /// Cuts `text` into the pieces in which it is streamed.
    pub(super) fn pieces(&self, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        chars.chunks(self.piece).map(|piece| piece.iter().collect()).collect()
    }

    pub(super) fn into_stream(self) -> Answer {
        Answer { content_type: "text/event-stream; charset=utf-8", frames: self.frames }
    }
}

impl Answer {
    /// A body that is one JSON value.
    pub(super) fn json(value: &Value) -> Self {
        let frame = Frame { pause: Duration::ZERO, text: value.to_string() };
        Self { content_type: "application/json", frames: VecDeque::from([frame]) }
    }

    /// The HTTP answer. `watch` learns of its end.
    pub(super) fn play(self, end: &End, watch: Watch) -> Response {
        let last = match end {
            End::CutAfter(bytes) => Last::Cut { left: *bytes },
            End::Stall => Last::Stall,
            _ => Last::Close,
        };
        let playback = Playback { frames: self.frames, last, watch };
        response(
            StatusCode::OK,
            self.content_type,
            Body::from_stream(stream::unfold(playback, Playback::next)),
        )
    }
}

/// The service's error body.
pub(super) fn error(status: StatusCode, code: &str, param: Option<&str>, message: &str) -> Response {
    let error = json!({ "message": message, "type": "invalid_request_error", "param": param, "code": code });
    response(status, "application/json", Body::from(json!({ "error": error }).to_string()))
}

/// The HTTP answer of [`End::Status`].
pub(super) fn status(code: u16, headers: &BTreeMap<String, String>, body: &str) -> Response {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = response(status, "application/json", Body::from(body.to_owned()));
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn response(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Told once how an answer ended; dropping it unfinished means that the client went away.
pub(super) struct Watch {
    pub(super) completed: Option<Box<dyn FnOnce() + Send>>,
    pub(super) abandoned: Option<Box<dyn FnOnce() + Send>>,
}

impl Watch {
    /// Called before the last frame goes out, so that what it stores is there when the client acts on it.
    fn complete(&mut self) {
        self.abandoned = None;
        if let Some(completed) = self.completed.take() {
            completed();
        }
    }

    /// The server itself breaks the answer.
    pub(super) fn disarm(&mut self) {
        self.abandoned = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(abandoned) = self.abandoned.take() {
            abandoned();
        }
    }
}

enum Last {
    Close,
    Cut { left: usize },
    Stall,
}

struct Playback {
    frames: VecDeque<Frame>,
    last: Last,
    watch: Watch,
}

impl Playback {
    async fn next(mut self) -> Option<(Result<Bytes, io::Error>, Self)> {
        let Some(frame) = self.frames.pop_front() else {
            return self.finish().await;
        };
        if !frame.pause.is_zero() {
            tokio::time::sleep(frame.pause).await;
        }
        match &mut self.last {
            Last::Close if self.frames.is_empty() => self.watch.complete(),
            Last::Cut { left } if frame.text.len() >= *left => {
                let kept = Bytes::copy_from_slice(&frame.text.as_bytes()[..*left]);
                *left = 0;
                self.frames.clear();
                return Some((Ok(kept), self));
            }
            Last::Cut { left } => *left -= frame.text.len(),
            Last::Close | Last::Stall => {}
        }
        Some((Ok(Bytes::from(frame.text)), self))
    }

    async fn finish(mut self) -> Option<(Result<Bytes, io::Error>, Self)> {
        match self.last {
            Last::Close => {
                self.watch.complete();
                None
            }
            Last::Cut { .. } => {
                self.watch.disarm();
                self.last = Last::Close;
                // hyper may still hold the last bytes; they should leave before the connection breaks.
                tokio::time::sleep(Duration::from_millis(2)).await;
                Some((Err(io::Error::from(io::ErrorKind::ConnectionReset)), self))
            }
            Last::Stall => {
                let never: Infallible = future::pending().await;
                match never {}
            }
        }
    }
}
