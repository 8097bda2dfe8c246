//! Everything that runs without a key or a network: a scripted model server that speaks both real
//! wires, a small sample project, and the scenes that are played over it. [`Demo`] puts them
//! together with the true engine: its providers merely point at the scripted server.

use std::{io, path::PathBuf, sync::Arc};

use tempfile::TempDir;

use crate::{
    config::{ConfigError, Secret, Settings},
    engine::{Engine, EngineError, Parts},
    protocol::{Clock, IdSource},
    store::{Store, StoreError},
    workspace::{FileError, Workspace},
};

pub mod sample;
pub mod scenes;
pub mod server;

use server::ModelServer;

/// Characters of a piece, and milliseconds from one to the next, for somebody who watches: about
/// 600 characters a second, as quick models do.
const WATCHED_PIECE: usize = 9;
const WATCHED_PACE_MS: u64 = 15;

/// The name of the sample project.
const SAMPLE: &str = "tally";

/// How fast the scripted models speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As fast as it goes: for scripts and tests.
    Fast,
    /// As fast as one reads along.
    Watched,
}

/// A running demo: sample project, scripted models, true engine.
pub struct Demo {
    /// The engine over the sample project.
    pub engine: Engine,
    /// The scripted models.
    pub server: ModelServer,
    /// The sample project's copy and the state; removed on drop.
    folder: TempDir,
}

/// Why the demo cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// No temporary folder, no loopback port.
    #[error("the demo needs a writable temporary folder and a loopback port: {0}")]
    Io(#[from] io::Error),
    /// The bundled scenes are broken.
    #[error("the bundled scenes cannot be read: {0}")]
    Scenes(#[from] toml::de::Error),
    /// The built-in settings.
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// The demo's own database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The sample's copy.
    #[error("{0}")]
    Project(#[from] FileError),
    /// The engine.
    #[error("{0}")]
    Engine(#[from] EngineError),
}

impl Demo {
    /// Copies the sample into a temporary folder and starts everything over it.
    ///
    /// # Errors
    /// What is missing, as a sentence.
    pub async fn start(pace: Pace) -> Result<Self, DemoError> {
        let folder = TempDir::with_prefix("mira-demo-")?;
        let (project, home) = (folder.path().join(SAMPLE), folder.path().join("state"));
        sample::write_sample(&project)?;
        let mut script = scenes::script()?;
        if pace == Pace::Watched {
            (script.piece, script.pace_ms) = (WATCHED_PIECE, WATCHED_PACE_MS);
        }
        let server = ModelServer::start(script).await?;
        let mut settings = Settings::defaults(&home)?;
        for provider in settings.providers.values_mut() {
            provider.base_url = server.base_url();
            provider.key = Some(Secret::new("demo"));
        }
        let clock = Clock::system();
        let engine = Engine::start(Parts {
            store: Store::open(&settings.database, settings.sqlite_max_connections, clock.clone()).await?,
            workspace: Arc::new(Workspace::open(&project, &home)?),
            ids: IdSource::random(),
            settings,
            clock,
        })
        .await?;
        Ok(Self { engine, server, folder })
    }

    /// The root of the sample's copy.
    pub fn project(&self) -> PathBuf {
        self.folder.path().join(SAMPLE)
    }

    /// Stops the engine and leaves the sample's copy in place, for a look around.
    pub async fn stop(self) -> PathBuf {
        self.engine.stop().await;
        self.folder.keep().join(SAMPLE)
    }
}
