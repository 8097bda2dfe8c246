//! What commands over a project have in common: settings, runtime, database, workspace, engine.

use std::{io, path::PathBuf, sync::Arc};

use super::{Exit, GlobalArgs, Logs};
use crate::{
    config::{ConfigError, Settings},
    engine::{
        Engine, EngineError, Parts,
        code::{CodeError, Codebase},
    },
    protocol::{Clock, IdSource},
    store::{Project, Store, StoreError},
    workspace::{FileError, Workspace},
};

/// An open project.
pub(super) struct Session {
    pub(super) engine: Engine,
    pub(super) store: Store,
    pub(super) project: Project,
    _logs: Logs,
}

/// An open project whose code is asked for; no engine runs.
pub(super) struct CodeSession {
    pub(super) code: Codebase,
    pub(super) store: Store,
    /// Tokens of code, as the settings have it.
    pub(super) budget: u64,
    _logs: Logs,
}

/// Why a command over a project cannot begin or go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    #[error("{0}")]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Store(#[from] StoreError),
    #[error("{0}")]
    Engine(#[from] EngineError),
    #[error("{0}")]
    Project(#[from] FileError),
    #[error("{0}")]
    Code(#[from] CodeError),
    #[error("the runtime cannot start: {0}")]
    Runtime(io::Error),
}

impl SessionError {
    /// How the program ends with it.
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Config(_) => Exit::Settings,
            Self::Engine(EngineError::Llm(_)) => Exit::Provider,
            Self::Store(StoreError::NotFound { .. } | StoreError::Ambiguous { .. }) | Self::Project(_) => {
                Exit::Usage
            }
            Self::Store(_) | Self::Engine(_) | Self::Code(_) | Self::Runtime(_) => Exit::Failed,
        }
    }
}

/// Runs an async command to its end on one thread: the work is waiting, not computing.
pub(super) fn block_on<T>(command: impl Future<Output = Result<T, SessionError>>) -> Result<T, SessionError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(SessionError::Runtime)?;
    let result = runtime.block_on(command);
    // A thread that waits on standard input ends with the process, not before.
    runtime.shutdown_background();
    result
}

impl Session {
    /// Opens the project that the arguments or the current directory name.
    pub(super) async fn open(
        global: &GlobalArgs,
        (settings, logs): (Settings, Logs),
    ) -> Result<Self, SessionError> {
        let Opened { workspace, store, project, ids, clock } = opened(global, &settings).await?;
        let parts = Parts { settings, store: store.clone(), workspace, ids, clock };
        Ok(Self { engine: Engine::start(parts).await?, store, project, _logs: logs })
    }
}

impl CodeSession {
    /// Opens the project that the arguments or the current directory name.
    pub(super) async fn open(
        global: &GlobalArgs,
        (settings, logs): (Settings, Logs),
    ) -> Result<Self, SessionError> {
        let Opened { workspace, store, project, .. } = opened(global, &settings).await?;
        let (budget, git) = (settings.context.budget_tokens, settings.workspace.git);
        let code = Codebase::new(store.clone(), workspace, project.id, settings.context, git);
        Ok(Self { code, store, budget, _logs: logs })
    }
}

/// A project and the database that knows of it.
struct Opened {
    workspace: Arc<Workspace>,
    store: Store,
    project: Project,
    ids: IdSource,
    clock: Clock,
}

async fn opened(global: &GlobalArgs, settings: &Settings) -> Result<Opened, SessionError> {
    let folder = project_folder(global, settings);
    let workspace = Arc::new(Workspace::discover(&folder, &settings.home)?);
    let (clock, ids) = (Clock::system(), IdSource::random());
    let store = Store::open(&settings.database, settings.sqlite_max_connections, clock.clone()).await?;
    let project = store.project(&workspace.root().to_string_lossy(), &ids).await?;
    Ok(Opened { workspace, store, project, ids, clock })
}

/// `--project`, else the current directory, else (outside of any project) `DEFAULT_REPO_PATH`.
fn project_folder(global: &GlobalArgs, settings: &Settings) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    let in_project = || here.ancestors().any(|folder| folder.join(".git").exists());
    match (&global.project, &settings.workspace.default_path) {
        (Some(named), _) => named.clone(),
        (None, Some(usual)) if !in_project() => usual.clone(),
        _ => here,
    }
}
