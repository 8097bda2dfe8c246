//! All integration tests in one binary, one module per subject.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod architecture;
mod command_line;
#[cfg(unix)]
mod install;
