//! Reads the body of an answer within limits of time and size, and what a refusal says.

use std::time::SystemTime;

use bytes::Bytes;
use futures_util::FutureExt;
use reqwest::{
    Response, StatusCode,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::{
    super::{Failure, LlmErrorKind, Remedy, failure::ServerError, retry::retry_after},
    gather::Gather,
    root_cause, spoken,
};
use crate::config::NetworkSettings;

/// The largest answer that is accepted.
const MAX_BODY: usize = 64 << 20;
/// The largest error page that is read.
const MAX_ERROR_BODY: usize = 256 << 10;

/// The body of a successful answer, piece by piece.
pub(in crate::llm) struct Body {
    response: Response,
    limits: NetworkSettings,
    /// Until when the first piece must come; `None` once it has.
    first_byte: Option<Instant>,
    deadline: Instant,
    received: usize,
    gather: Gather,
    /// Until when what comes is left to gather.
    rest: Option<Instant>,
}

impl Body {
    pub(super) fn new(
        response: Response,
        limits: NetworkSettings,
        first_byte: Instant,
        deadline: Instant,
    ) -> Self {
        Self {
            response,
            limits,
            first_byte: Some(first_byte),
            deadline,
            received: 0,
            gather: Gather::default(),
            rest: None,
        }
    }

    /// The body of a success; of anything else, what it says.
    pub(super) async fn or_refusal(self) -> Result<Self, Failure> {
        if self.response.status().is_success() { Ok(self) } else { Err(self.refusal().await) }
    }

    /// What the server says the body is.
    pub(in crate::llm) fn content_type(&self) -> Option<String> {
        let value = self.response.headers().get(CONTENT_TYPE)?;
        Some(value.to_str().unwrap_or_default().to_ascii_lowercase())
    }

    /// The next bytes; `None` at the end. Anything that comes is a sign of life, comments too.
    pub(in crate::llm) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        if let Some(rest) = self.rest.take() {
            sleep_until(rest).await;
        }
        let asked = Instant::now();
        let patience = self.first_byte.unwrap_or_else(|| asked + self.limits.idle_timeout);
        let piece = match timeout_at(patience.min(self.deadline), self.response.chunk()).await {
            Ok(piece) => piece.map_err(|error| broken(&error))?,
            Err(_) => return Err(self.stalled()),
        };
        self.first_byte = None;
        self.rest = self.gather.came(asked.elapsed()).map(|pause| Instant::now() + pause);
        self.received += piece.as_ref().map_or(0, Bytes::len);
        if self.received > MAX_BODY {
            let message = format!("the answer is larger than {} MiB", MAX_BODY >> 20);
            return Err(Failure::lasting(LlmErrorKind::TooLarge, message));
        }
        Ok(piece)
    }

    /// The whole body.
    pub(in crate::llm) async fn bytes(mut self) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }

    /// Takes the end of a complete answer if it is already there: only a body that was read to its
    /// end gives its connection back for the next request.
    pub(in crate::llm) fn release(mut self) {
        let _ = self.response.chunk().now_or_never();
    }

    /// What an answer that is not a success says.
    async fn refusal(mut self) -> Failure {
        let status = self.response.status();
        let headers = std::mem::take(self.response.headers_mut());
        let mut page = Vec::new();
        while let Ok(Some(piece)) = self.next().await {
            page.extend_from_slice(&piece);
            if page.len() > MAX_ERROR_BODY {
                break;
            }
        }
        let failure = ServerError::from_body(&page).failure(Some(status.as_u16()));
        heed(&headers, status, failure)
    }

    fn stalled(&self) -> Failure {
        match self.first_byte {
            Some(first_byte) => too_late(self.limits, first_byte, self.deadline),
            None if Instant::now() >= self.deadline => over_time(self.limits),
            None => {
                let waited = spoken(self.limits.idle_timeout);
                let message = format!("the answer stopped: nothing came for {waited} (idle_timeout)");
                Failure::lasting(LlmErrorKind::Timeout, message)
            }
        }
    }
}

/// Takes what the headers say about another attempt.
fn heed(headers: &HeaderMap, status: StatusCode, mut failure: Failure) -> Failure {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let after = retry_after(text("retry-after-ms"), text(RETRY_AFTER.as_str()), SystemTime::now());
    if let LlmErrorKind::RateLimited { retry_after } = &mut failure.error.kind {
        *retry_after = after;
    }
    failure.remedy = match (failure.remedy, text("x-should-retry")) {
        (Remedy::Retry { .. }, Some("false")) => Remedy::None,
        (Remedy::Retry { .. }, _) => Remedy::Retry { after },
        (Remedy::None, Some("true")) if may_be_retried(status, &failure.error.kind) => {
            Remedy::Retry { after }
        }
        (remedy, _) => remedy,
    };
    failure
}

/// Some answers are final, whatever the server says.
fn may_be_retried(status: StatusCode, kind: &LlmErrorKind) -> bool {
    *kind != LlmErrorKind::QuotaExhausted && !matches!(status.as_u16(), 300..=404 | 422)
}

fn broken(error: &reqwest::Error) -> Failure {
    let message = format!("the answer broke off before its end ({})", root_cause(error));
    Failure::new(LlmErrorKind::Transport, message)
}

/// The failure of an answer that did not begin in time.
pub(super) fn too_late(limits: NetworkSettings, first_byte: Instant, deadline: Instant) -> Failure {
    if deadline <= first_byte {
        return over_time(limits);
    }
    let waited = spoken(limits.first_byte_timeout);
    let message = format!("no answer within {waited} (first_byte_timeout)");
    Failure::lasting(LlmErrorKind::Timeout, message)
}

/// The failure of a call that took longer than a call may.
pub(in crate::llm) fn over_time(limits: NetworkSettings) -> Failure {
    let message = format!("the call took longer than {} (total_timeout)", spoken(limits.total_timeout));
    Failure::lasting(LlmErrorKind::Timeout, message)
}
