//! A real engine over a real database, and a long conversation in it.

use std::{path::Path, sync::Arc};

use mira::{
    config::Settings,
    engine::{Engine, Parts},
    protocol::{Body, Clock, ConversationId, IdSource, MessageId, OperationId, OperationStatus},
    store::{NewOperation, OperationDetails, Outcome, Project, Store},
    workspace::Workspace,
};
use tempfile::TempDir;

use crate::{Result, sample};

/// A running engine and its state.
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) engine: Engine,
    store: Store,
    project: Project,
    ids: IdSource,
    _home: Option<TempDir>,
}

impl World {
    /// One that leaves nothing behind. Waiting for a disk is no part of what is measured, so its state
    /// is in memory where the system has such a folder.
    pub(crate) async fn fresh() -> Result<Self> {
        let memory = Path::new("/dev/shm");
        let home = match memory.is_dir() {
            true => tempfile::tempdir_in(memory)?,
            false => tempfile::tempdir()?,
        };
        let project = home.path().join("project");
        std::fs::create_dir(&project)?;
        let world = Self::open(Settings::defaults(home.path())?, &project).await?;
        Ok(Self { _home: Some(home), ..world })
    }

    /// One over this project.
    pub(crate) async fn open(settings: Settings, project: &Path) -> Result<Self> {
        let workspace = Workspace::discover(project, &settings.home)?;
        let (clock, ids) = (Clock::system(), IdSource::random());
        let store = Store::open(&settings.database, 2, clock.clone()).await?;
        let project = store.project(&workspace.root().to_string_lossy(), &ids).await?;
        let parts = Parts {
            settings: settings.clone(),
            store: store.clone(),
            workspace: Arc::new(workspace),
            ids: ids.clone(),
            clock,
        };
        Ok(Self { settings, engine: Engine::start(parts).await?, store, project, ids, _home: None })
    }

    /// Puts a conversation on record as if it had been held: every second message is an answer.
    pub(crate) async fn talk(&self, messages: usize) -> Result {
        let conversation = ConversationId::new(&self.ids);
        for turn in 0..messages / 2 {
            self.say(conversation, turn).await?;
        }
        Ok(())
    }

    async fn say(&self, conversation_id: ConversationId, turn: usize) -> Result {
        let id = OperationId::new(&self.ids);
        let new = NewOperation {
            id,
            conversation_id,
            project_id: self.project.id,
            message_id: MessageId::new(&self.ids),
            kind: "chat".to_owned(),
            user_message: sample::question(turn),
            context_snapshot: None,
            primary_model: None,
            parent_operation_id: None,
            parent_response_id: None,
            history: Vec::new(),
        };
        self.store.begin(&new).await?;
        let (message_id, content) = (MessageId::new(&self.ids), sample::reply(turn));
        let started = Body::OperationStatus { status: OperationStatus::Started, message: String::new() };
        let said = Body::ChatResponse { message_id, content, finished: true };
        self.store.append_events(id, vec![started, said]).await?;
        self.store.finish(id, &completed(), Vec::new()).await?;
        Ok(())
    }

    pub(crate) async fn close(self) {
        self.engine.stop().await;
    }
}

fn completed() -> Outcome {
    Outcome {
        status: OperationStatus::Completed,
        message: "done".to_owned(),
        result: None,
        error: None,
        response_id: None,
        history: Vec::new(),
        details: OperationDetails::default(),
    }
}
