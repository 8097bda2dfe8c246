//! Plays a fault and holds what a caller sees of it against what must come.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use mira::{
    config::{NetworkSettings, ProviderKind, Role, Settings},
    llm::{Answer, Chunk, FinishReason, LlmError, LlmErrorKind, Providers, Request, collect},
};

use crate::support::{
    llm::{KEY, settings},
    raw_server::{RawServer, Script},
};

/// One fault and what must come of it.
pub(super) struct Fault {
    name: &'static str,
    scripts: Vec<Script>,
    kind: ProviderKind,
    tune: fn(&mut NetworkSettings),
    text: &'static str,
    requests: usize,
    retrying: usize,
}

/// What a call gave, piece by piece.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) text: String,
    pub(super) retrying: usize,
    pub(super) finish: Option<FinishReason>,
    pub(super) error: Option<LlmError>,
}

pub(super) fn fault(name: &'static str, scripts: Vec<Script>) -> Fault {
    Fault { name, scripts, kind: ProviderKind::Responses, tune: |_| {}, text: "", requests: 1, retrying: 0 }
}

impl Fault {
    pub(super) fn over_chat(mut self) -> Self {
        self.kind = ProviderKind::ChatCompletions;
        self
    }

    pub(super) fn tuned(mut self, tune: fn(&mut NetworkSettings)) -> Self {
        self.tune = tune;
        self
    }

    pub(super) fn showing(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    pub(super) fn after_requests(mut self, requests: usize) -> Self {
        self.requests = requests;
        self.retrying = requests - 1;
        self
    }

    pub(super) async fn fails(self, kind: LlmErrorKind, sentence: &str) {
        let name = self.name;
        let error = self.play().await.error.unwrap_or_else(|| panic!("{name} does not fail"));
        assert_eq!(error.kind, kind, "{name}: {error}");
        assert!(error.message.starts_with("stub: "), "{name}: {error}");
        assert!(error.message.contains(sentence), "{name}: {error}");
    }

    pub(super) async fn completes(self, reason: FinishReason) {
        let name = self.name;
        let seen = self.play().await;
        assert_eq!(seen.error, None, "{name}");
        assert_eq!(seen.finish, Some(reason), "{name}");
    }

    async fn play(self) -> Seen {
        let server = RawServer::start(self.scripts).await;
        let mut settings = settings(self.kind, &server.base_url(), "gpt-5");
        (self.tune)(&mut settings.network);
        let started = Instant::now();
        let seen = watch(&settings).await;
        assert!(started.elapsed() < Duration::from_secs(10), "{}", self.name);
        assert_eq!(seen.text, self.text, "{}", self.name);
        assert_eq!(server.requests().len(), self.requests, "{}: requests", self.name);
        assert_eq!(seen.retrying, self.retrying, "{}: retries told", self.name);
        let told = format!("{:?}", seen.error);
        assert!(!told.contains(KEY), "{}: {told}", self.name);
        seen
    }
}

pub(super) async fn watch(settings: &Settings) -> Seen {
    let model = Providers::new(settings).role(Role::Planner).unwrap();
    let mut chunks = model.provider.stream(Request { model: model.model, ..Request::default() });
    let mut seen = Seen::default();
    while let Some(chunk) = chunks.next().await {
        assert!(seen.error.is_none() && seen.finish.is_none(), "something follows the end");
        match chunk {
            Ok(Chunk::Text(text)) => seen.text.push_str(&text),
            Ok(Chunk::Retrying { attempt, .. }) => {
                seen.retrying += 1;
                assert_eq!(attempt as usize, seen.retrying + 1);
            }
            Ok(Chunk::Finished(finish)) => seen.finish = Some(finish.reason),
            Ok(_) => {}
            Err(error) => seen.error = Some(error),
        }
    }
    seen
}

/// Asks once over the Responses wire.
pub(crate) async fn ask(server: &RawServer) -> Result<Answer, LlmError> {
    let providers = Providers::new(&settings(ProviderKind::Responses, &server.base_url(), "gpt-5"));
    let model = providers.role(Role::Planner).unwrap();
    collect(model.provider.stream(Request { model: model.model, ..Request::default() })).await
}
