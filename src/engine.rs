//! The engine: takes commands, owns the live state in one loop, and announces through the store.
//!
//! [`Engine::start`] gives a handle that every front end uses alike. The engine does not know that a
//! terminal or a socket exists.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, RwLock},
};

use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
};

use crate::{
    config::Settings,
    llm::{LlmError, LlmProvider},
    protocol::{Clock, Command, ContextView, ConversationId, ErrorCode, IdSource, IndexView, Reply},
    store::{Project, Store, StoreError},
    workspace::Workspace,
};

mod approvals;
mod artifacts;
mod budget;
mod calendar;
mod changes;
pub mod code;
mod context;
mod deadline;
mod delegation;
mod details;
pub mod edits;
mod export;
mod feed;
mod lifecycle;
mod live;
mod mentions;
mod models;
mod orchestration;
mod prompt;
mod queries;
mod question;
mod recorder;
mod repeats;
mod review;
mod rewind;
mod setup;
mod shared;
mod tool_output;
mod tools;
mod undo;

use approvals::Approvals;
use code::{Codebase, Keeper};
pub use feed::Feed;
use feed::Wake;
use prompt::{Calibration, ModelChoice};
use setup::Setup;

/// Commands that wait for the loop. It answers within milliseconds, so a queue this long means that
/// something is wrong, and senders should feel it.
const COMMAND_QUEUE: usize = 64;

/// Everything an engine is built from.
pub struct Parts {
    /// The settings in force.
    pub settings: Settings,
    /// The database.
    pub store: Store,
    /// The project.
    pub workspace: Arc<Workspace>,
    /// Where ids come from.
    pub ids: IdSource,
    /// What time it is.
    pub clock: Clock,
}

/// A running engine. Stop it with [`Engine::stop`]; dropping it leaves its work to the next start.
pub struct Engine {
    handle: EngineHandle,
    task: JoinHandle<()>,
}

impl Engine {
    /// Starts the loop; finishes or takes back file changes that a killed program left half done.
    ///
    /// # Errors
    /// The database cannot be used.
    pub async fn start(parts: Parts) -> Result<Self, EngineError> {
        let Parts { settings, store, workspace, ids, clock } = parts;
        let project = store.project(&workspace.root().to_string_lossy(), &ids).await?;
        let shared = Arc::new(Shared {
            user_home: settings.user_home(),
            setup: RwLock::new(Arc::new(Setup::new(settings))),
            contexts: Mutex::default(),
            calibrations: Mutex::default(),
            approvals: Approvals::default(),
            keeper: Keeper::default(),
            store,
            workspace,
            project,
            wake: Wake::new(),
            ids,
            clock,
        });
        changes::recover(&shared).await?;
        let (commands, inbox) = mpsc::channel(COMMAND_QUEUE);
        let task = tokio::spawn(live::run(Arc::clone(&shared), inbox));
        Ok(Self { handle: EngineHandle { commands, shared }, task })
    }

    /// A handle for a front end.
    pub fn handle(&self) -> EngineHandle {
        self.handle.clone()
    }

    /// Cancels what runs, waits until its end is stored, and closes the database. Other handles stop
    /// working.
    pub async fn stop(self) {
        let Self { handle, task } = self;
        let _ = handle.commands.send(Envelope::Stop).await;
        if task.await.is_err() {
            tracing::error!("the engine's loop ended in a panic");
        }
        handle.shared.keeper.stop().await;
        handle.shared.store.close().await;
    }
}

/// A front end's hold on the engine; clones share it.
#[derive(Clone)]
pub struct EngineHandle {
    commands: mpsc::Sender<Envelope>,
    shared: Arc<Shared>,
}

impl EngineHandle {
    /// Sends a command and waits until it is accepted; what follows comes through [`Feed`]s.
    ///
    /// # Errors
    /// The command cannot be carried out, with a sentence that says why and what helps.
    pub async fn send(&self, command: Command) -> Result<Reply, EngineError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(Envelope::Command(command, reply)).await.map_err(|_| EngineError::Stopped)?;
        answer.await.map_err(|_| EngineError::Stopped)?
    }

    /// Keeps the index of the project's code up to date from now on, until the engine stops.
    pub fn keep_index(&self) {
        let settings = self.shared.setup().settings.clone();
        self.shared.keeper.keep(Codebase::of(&self.shared, &settings));
    }

    /// How the index of the project's code stands, now and from now on.
    pub fn index(&self) -> watch::Receiver<IndexView> {
        self.shared.keeper.view()
    }

    /// The conversation's events after position `since`, then each new one.
    pub fn subscribe(&self, conversation: ConversationId, since: u64) -> Feed {
        self.shared.wake.feed(self.shared.store.clone(), conversation, since)
    }
}

/// What reaches the loop.
#[derive(Debug)]
pub(crate) enum Envelope {
    Command(Command, oneshot::Sender<Result<Reply, EngineError>>),
    Stop,
}

/// What every operation works with.
pub(crate) struct Shared {
    /// The models and limits in force; held for a moment, to look or to change.
    setup: RwLock<Arc<Setup>>,
    /// What the last request of each conversation was made of.
    contexts: Mutex<HashMap<ConversationId, ContextView>>,
    /// How each model's provider counts tokens.
    calibrations: Mutex<HashMap<String, Calibration>>,
    /// What waits for the user's decision.
    pub(crate) approvals: Approvals,
    /// What looks at the project's code in the background.
    pub(crate) keeper: Keeper,
    /// What `~/` means in a path of the user.
    pub(crate) user_home: Option<PathBuf>,
    pub(crate) store: Store,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) project: Project,
    pub(crate) wake: Wake,
    pub(crate) ids: IdSource,
    pub(crate) clock: Clock,
}

/// A model ready to be asked.
pub(crate) struct ModelUse {
    pub(crate) provider: Arc<dyn LlmProvider>,
    pub(crate) choice: ModelChoice,
    /// Tokens of input and output together.
    pub(crate) context_window: u64,
    /// Tokens of the longest answer, where that is known.
    pub(crate) max_output: Option<u64>,
    /// Whether it takes images.
    pub(crate) takes_images: bool,
}

/// Why a command or an operation cannot go on. `Display` is the sentence for the user.
#[derive(Clone, Debug, thiserror::Error)]
pub enum EngineError {
    /// The database.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// The model's service.
    #[error("{0}")]
    Llm(#[from] LlmError),
    /// A file, or a decision, is not as the command expects.
    #[error("{0}")]
    Conflict(String),
    /// Files are not on disk as a change expects them.
    #[error("{sentence}")]
    Stale {
        /// What happened and what helps.
        sentence: String,
        /// Which.
        paths: Vec<String>,
    },
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The project's files cannot be used so.
    #[error("{0}")]
    Files(String),
    /// Writing failed in the middle, and so did taking it back: the next start tries again.
    #[error("{0}")]
    HalfWritten(String),
    /// A mistake of ours that ended a task.
    #[error(
        "an internal error ended this operation; the log in MIRA_HOME/logs (with RUST_LOG=debug) says more"
    )]
    Internal,
    /// The engine has stopped.
    #[error("the engine has stopped")]
    Stopped,
}

impl EngineError {
    /// Its class on the wire.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Store(error) => match **error {
                StoreError::NotFound { .. } | StoreError::Ambiguous { .. } => ErrorCode::NotFound,
                StoreError::Conflict(_) => ErrorCode::Conflict,
                _ => ErrorCode::StorageError,
            },
            Self::Stopped | Self::Internal => ErrorCode::StorageError,
            Self::Llm(_) => ErrorCode::LlmError,
            Self::Conflict(_) | Self::Stale { .. } => ErrorCode::Conflict,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Files(_) | Self::HalfWritten(_) => ErrorCode::ContextError,
        }
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}
