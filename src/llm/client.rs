//! Carries a call through: request, stream, retries before anything was visible, one end.

use std::{sync::Arc, time::Duration, vec};

use futures_util::{StreamExt, stream};
use serde_json::Value;
use tokio::time::{Instant, sleep_until};

use super::{
    Chunk, ChunkStream, Decoder, Failure, Finish, FinishReason, LlmError, LlmProvider, Remedy, Request,
    chat_completions,
    dialect::Dialect,
    http::{Body, Http, over_time},
    responses,
    retry::Attempts,
};
use crate::config::{ProviderKind, ProviderSettings};

/// A service that speaks one of the two wires.
pub(super) struct Client(Arc<Service>);

struct Service {
    http: Http,
    kind: ProviderKind,
    dialect: Dialect,
}

impl Client {
    pub(super) fn new(http: Http, settings: &ProviderSettings) -> Self {
        let dialect = Dialect::new(http.host(), settings.store);
        Self(Arc::new(Service { http, kind: settings.kind, dialect }))
    }
}

impl LlmProvider for Client {
    fn stream(&self, request: Request) -> ChunkStream {
        let call = Call::new(Arc::clone(&self.0), request);
        stream::unfold(call, |mut call| async move { call.next().await.map(|piece| (piece, call)) }).boxed()
    }
}

impl Service {
    fn body(&self, request: &Request) -> Value {
        match self.kind {
            ProviderKind::Responses => responses::body(request, &self.dialect),
            ProviderKind::ChatCompletions => chat_completions::body(request, &self.dialect),
        }
    }

    fn path(&self) -> &'static [&'static str] {
        match self.kind {
            ProviderKind::Responses => &["responses"],
            ProviderKind::ChatCompletions => &["chat", "completions"],
        }
    }

    async fn open(&self, request: &Request, deadline: Instant) -> Result<Exchange, Failure> {
        let body = self.http.post(self.path(), &self.body(request), deadline).await?;
        let decoder = Decoder::new(self.kind, self.dialect.store, body.content_type().as_deref());
        Ok(Exchange { body, decoder })
    }
}

/// An answer that is coming in.
struct Exchange {
    body: Body,
    decoder: Decoder,
}

impl Exchange {
    /// Adds what the next read of the network completes; `false` at the end of the answer.
    async fn read(&mut self, out: &mut Vec<Chunk>) -> Result<bool, Failure> {
        match self.body.next().await? {
            Some(bytes) => self.decoder.push(&bytes, out)?,
            None => self.decoder.end(out)?,
        }
        Ok(!self.decoder.is_finished())
    }
}

/// One call and where it stands.
struct Call {
    service: Arc<Service>,
    request: Request,
    state: State,
    /// Chunks of the last read that have not been handed out; they need no waiting.
    ready: vec::IntoIter<Chunk>,
    failed: Option<LlmError>,
    attempts: Attempts,
    deadline: Instant,
    is_visible: bool,
}

enum State {
    Ask,
    Read(Box<Exchange>),
    Pause(Instant),
    Over,
}

impl Call {
    fn new(service: Arc<Service>, request: Request) -> Self {
        let limits = service.http.limits();
        Self {
            service,
            request,
            state: State::Ask,
            ready: Vec::new().into_iter(),
            failed: None,
            attempts: Attempts::new(limits),
            deadline: Instant::now() + limits.total_timeout,
            is_visible: false,
        }
    }

    async fn next(&mut self) -> Option<Result<Chunk, LlmError>> {
        loop {
            if let Some(chunk) = self.ready.next() {
                return Some(Ok(chunk));
            }
            if let Some(error) = self.failed.take() {
                return Some(Err(error));
            }
            self.step().await?;
        }
    }

    /// Goes on by one step; `None` when the call is over.
    async fn step(&mut self) -> Option<()> {
        let mut chunks = Vec::new();
        let gone_on = match std::mem::replace(&mut self.state, State::Over) {
            State::Over => return None,
            State::Ask => self.ask().await,
            State::Read(exchange) => self.read(exchange, &mut chunks).await,
            State::Pause(until) => self.pause(until).await,
        };
        self.is_visible |= chunks.iter().any(is_visible);
        if let Err(failure) = gone_on {
            chunks.extend(self.recover(failure));
        }
        self.ready = chunks.into_iter();
        Some(())
    }

    async fn ask(&mut self) -> Result<(), Failure> {
        let exchange = self.service.open(&self.request, self.deadline).await?;
        self.state = State::Read(Box::new(exchange));
        Ok(())
    }

    async fn read(&mut self, mut exchange: Box<Exchange>, chunks: &mut Vec<Chunk>) -> Result<(), Failure> {
        match exchange.read(chunks).await? {
            true => self.state = State::Read(exchange),
            false => exchange.body.release(),
        }
        if let Some(Chunk::Finished(finish)) = chunks.last_mut() {
            name_cut(finish, self.request.max_output_tokens);
        }
        Ok(())
    }

    async fn pause(&mut self, until: Instant) -> Result<(), Failure> {
        sleep_until(until.min(self.deadline)).await;
        if until > self.deadline {
            return Err(over_time(self.service.http.limits()));
        }
        self.state = State::Ask;
        Ok(())
    }

    /// Another attempt if it may help and nothing visible has come; else the end.
    fn recover(&mut self, failure: Failure) -> Option<Chunk> {
        if failure.remedy == Remedy::SendAll && !self.is_visible && self.request.previous.take().is_some() {
            self.state = State::Ask;
            return None;
        }
        let pause = match self.is_visible {
            true => None,
            false => self.attempts.after(&failure),
        };
        let error = self.service.http.named(failure.error);
        match pause {
            Some(after) => Some(self.retry(after, error)),
            None => {
                self.failed = Some(error);
                None
            }
        }
    }

    fn retry(&mut self, after: Duration, error: LlmError) -> Chunk {
        self.state = State::Pause(Instant::now() + after);
        Chunk::Retrying { attempt: self.attempts.current(), after, reason: error.message }
    }
}

/// llama.cpp calls a response completed that the token limit has cut; what it used gives that away.
fn name_cut(finish: &mut Finish, limit: Option<u32>) {
    let used = finish.usage.map(|usage| usage.output);
    if finish.reason == FinishReason::Stop && used.is_some() && used == limit.map(u64::from) {
        finish.reason = FinishReason::Length;
    }
}

/// Whether a second attempt would show something twice.
fn is_visible(chunk: &Chunk) -> bool {
    !matches!(chunk, Chunk::Started { .. } | Chunk::Retrying { .. })
}
