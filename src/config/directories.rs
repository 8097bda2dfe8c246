//! Where `config.toml` and `MIRA_HOME` are: the XDG directories, on macOS too, and the Windows
//! ones there.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use etcetera::BaseStrategy;

use super::{ConfigError, Environment};

/// The user's `config.toml`.
pub(super) fn config_file(environment: &Environment) -> Result<PathBuf, ConfigError> {
    let base = match environment.absolute_path("XDG_CONFIG_HOME") {
        Some(named) => named,
        None => platform()?.config_dir(),
    };
    Ok(base.join("mira").join("config.toml"))
}

/// The default of `MIRA_HOME`.
pub(super) fn home(environment: &Environment) -> Result<PathBuf, ConfigError> {
    let base = match environment.absolute_path("XDG_DATA_HOME") {
        Some(named) => named,
        None => platform()?.data_dir(),
    };
    Ok(base.join("mira"))
}

fn platform() -> Result<impl BaseStrategy, ConfigError> {
    etcetera::choose_base_strategy().map_err(|_| ConfigError::NoHome)
}

/// Creates `directory` and what is missing above it, open to nobody else (0700).
///
/// # Errors
/// The system's own.
pub fn create_private_directory(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}
