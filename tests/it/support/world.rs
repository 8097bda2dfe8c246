//! A whole Mira without a front end: a project, a state folder, scripted models, the true engine.

use std::{sync::Arc, time::Duration};

use mira::{
    config::{Secret, Settings},
    demo::server::Script,
    engine::{Engine, EngineError, EngineHandle, Parts},
    protocol::{
        ArtifactId, ArtifactView, Body, ClientContext, Clock, Command, ConversationId, Event, IdSource,
        OperationId, OperationStatus, Reply,
    },
    store::{ArtifactFilter, Store},
    workspace::Workspace,
};
use tempfile::TempDir;

use super::{model_server::TestServer, project::Project};

/// 2026-11-22, noon UTC: off the coder's peak prices.
const NOON: i64 = 1_795_348_800_000;

/// Everything that a turn needs.
pub(crate) struct World {
    pub(crate) project: Project,
    pub(crate) server: TestServer,
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    home: TempDir,
}

/// What a prompt came to.
pub(crate) struct Turn {
    pub(crate) conversation: ConversationId,
    pub(crate) operation: OperationId,
    pub(crate) events: Vec<Event>,
}

impl World {
    /// A world over the files that `project` describes, with models that play `script`.
    pub(crate) async fn new(project: &str, script: Script) -> Self {
        Self::with(project, script, |_| {}).await
    }

    /// The same with other settings.
    pub(crate) async fn with(project: &str, script: Script, change: impl FnOnce(&mut Settings)) -> Self {
        let (project, home) = (Project::new(project), tempfile::tempdir().unwrap());
        let server = TestServer::start(script).await;
        let store = Store::in_memory(Clock::fixed(NOON)).await.unwrap();
        let mut settings = settings(home.path(), &server.base_url());
        change(&mut settings);
        let engine = Engine::start(Parts {
            store: store.clone(),
            workspace: Arc::new(Workspace::open(&project.root(), home.path()).unwrap()),
            settings,
            ids: IdSource::seeded(1),
            clock: Clock::fixed(NOON),
        })
        .await
        .unwrap();
        Self { project, server, store, engine, home }
    }

    pub(crate) fn handle(&self) -> EngineHandle {
        self.engine.handle()
    }

    /// Asks in a new conversation and waits for the end.
    pub(crate) async fn ask(&self, text: &str) -> Turn {
        self.ask_in(None, text).await
    }

    /// Asks and waits for the end.
    pub(crate) async fn ask_in(&self, conversation: Option<ConversationId>, text: &str) -> Turn {
        let (conversation, operation, since) = self.send(conversation, text).await;
        let events = self.follow(conversation, operation, since).await;
        Turn { conversation, operation, events }
    }

    /// Asks; the end is for [`World::follow`].
    pub(crate) async fn send(
        &self,
        conversation: Option<ConversationId>,
        text: &str,
    ) -> (ConversationId, OperationId, u64) {
        let prompt = Command::Prompt {
            conversation_id: conversation,
            text: text.into(),
            context: ClientContext::default(),
        };
        match self.handle().send(prompt).await.unwrap() {
            Reply::Accepted { conversation_id, operation_id, since } => {
                (conversation_id, operation_id, since)
            }
            other => panic!("{other:?}"),
        }
    }

    /// All events of an operation until its terminal one.
    pub(crate) async fn follow(
        &self,
        conversation: ConversationId,
        operation: OperationId,
        since: u64,
    ) -> Vec<Event> {
        let mut feed = self.handle().subscribe(conversation, since);
        let mut seen: Vec<Event> = Vec::new();
        let ended = |event: &Event| matches!(&event.body, Body::OperationStatus { status, .. } if status.is_terminal());
        let follow = async {
            while !seen.iter().any(ended) {
                let own =
                    feed.next().await.unwrap().into_iter().filter(|event| event.operation_id == operation);
                seen.extend(own);
            }
        };
        let in_time = tokio::time::timeout(Duration::from_secs(20), follow).await;
        assert!(in_time.is_ok(), "no end within twenty seconds; seen: {seen:#?}");
        seen
    }

    /// What waits, by path.
    pub(crate) async fn waiting(&self) -> Vec<ArtifactView> {
        let filter = ArtifactFilter {
            state: Some(mira::protocol::ArtifactState::Pending),
            ..ArtifactFilter::default()
        };
        let mut waiting: Vec<ArtifactView> = self
            .store
            .artifacts(filter, 100)
            .await
            .unwrap()
            .into_iter()
            .map(|artifact| artifact.view)
            .collect();
        waiting.sort_by(|a, b| a.path.cmp(&b.path));
        waiting
    }

    pub(crate) async fn apply(&self, artifacts: &[ArtifactView]) -> Result<Reply, EngineError> {
        let artifact_ids: Vec<ArtifactId> = artifacts.iter().map(|artifact| artifact.artifact_id).collect();
        self.handle().send(Command::Apply { artifact_ids }).await
    }

    /// Stops the engine, then checks the server.
    pub(crate) async fn finish(self) {
        self.engine.stop().await;
        self.server.finish();
        drop(self.home);
    }
}

/// The built-in settings with every provider at `base_url`, and limits in milliseconds. Code for a prompt is
/// waited for, however busy the machine is.
pub(crate) fn settings(home: &std::path::Path, base_url: &str) -> Settings {
    let mut settings = Settings::defaults(home).unwrap();
    for provider in settings.providers.values_mut() {
        provider.base_url = base_url.to_owned();
        provider.key = Some(Secret::new("test-key"));
    }
    settings.context.patience = Duration::from_secs(60);
    settings.network.retry_base = Duration::from_millis(5);
    settings.network.first_byte_timeout = Duration::from_millis(2_000);
    settings.network.idle_timeout = Duration::from_millis(2_000);
    settings
}

impl Turn {
    /// The statuses in order.
    pub(crate) fn statuses(&self) -> String {
        let status = |event: &Event| match &event.body {
            Body::OperationStatus { status, .. } => Some(status.to_string()),
            _ => None,
        };
        self.events.iter().filter_map(status).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn status(&self) -> OperationStatus {
        self.statuses().rsplit(' ').next().unwrap().parse().unwrap()
    }

    /// The whole messages of the planner.
    pub(crate) fn said(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match &event.body {
                Body::ChatResponse { content, finished: true, .. } => Some(content.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The sentence of the error, if there was one.
    pub(crate) fn error(&self) -> Option<&str> {
        self.events.iter().find_map(|event| match &event.body {
            Body::Error { message, .. } => Some(message.as_str()),
            _ => None,
        })
    }

    /// The notices.
    pub(crate) fn notices(&self) -> Vec<&str> {
        self.events
            .iter()
            .filter_map(|event| match &event.body {
                Body::Notice { message } => Some(message.as_str()),
                _ => None,
            })
            .collect()
    }

    /// The attempts that were repeated: which came next, and why.
    pub(crate) fn retries(&self) -> Vec<(u32, &str)> {
        self.events
            .iter()
            .filter_map(|event| match &event.body {
                Body::Retrying { attempt, reason, .. } => Some((*attempt, reason.as_str())),
                _ => None,
            })
            .collect()
    }
}
