//! Log files, only where somebody asked for them: one a day in `MIRA_HOME/logs`, a week kept.
//! Nothing is ever logged to the terminal, which belongs to the answer.

use tracing_appender::{
    non_blocking::{NonBlocking, WorkerGuard},
    rolling::{RollingFileAppender, Rotation},
};
use tracing_subscriber::EnvFilter;

use crate::config::{ConfigError, LogSettings, Origin, Settings, create_private_directory};

/// Keeps the log going; dropping it writes what is still in flight.
#[must_use]
pub struct Logs {
    _guard: Option<WorkerGuard>,
}

/// Starts the log if the settings want one.
pub(super) fn start(settings: &Settings) -> Result<Logs, ConfigError> {
    let Some(filter) = &settings.log.filter else {
        return Ok(Logs { _guard: None });
    };
    let filter = EnvFilter::try_new(filter).map_err(|error| ConfigError::Wrong {
        origin: settings.origin("log.filter").cloned().unwrap_or(Origin::Default),
        message: format!("log.filter must look like \"mira=debug\": {error}"),
    })?;
    let (writer, guard) = tracing_appender::non_blocking(open(settings)?);
    subscribe(&settings.log, filter, writer);
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "started");
    Ok(Logs { _guard: Some(guard) })
}

fn open(settings: &Settings) -> Result<RollingFileAppender, ConfigError> {
    let directory = settings.home.join("logs");
    let error = |source| ConfigError::File { action: "write", path: directory.clone(), source };
    create_private_directory(&directory).map_err(error)?;
    RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("mira")
        .filename_suffix("log")
        .max_log_files(7)
        .build(&directory)
        .map_err(|source| error(std::io::Error::other(source)))
}

fn subscribe(log: &LogSettings, filter: EnvFilter, writer: NonBlocking) {
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(false);
    // A second subscriber in one process is refused; the first one goes on.
    let _ = if log.json { builder.json().try_init() } else { builder.try_init() };
}
