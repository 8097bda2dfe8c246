//! Integration tests: one binary, one file per subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod architecture;
mod artifacts;
mod command_line;
mod demo_exec;
mod demo_sample;
mod edits;
mod exec;
mod exec_apply;
mod images;
mod install;
mod kill;
mod llm_faults;
mod llm_recordings;
mod llm_requests;
mod model_server;
mod provider_faults;
mod queries;
mod recovery;
mod review;
#[cfg(unix)]
mod screen;
mod side_by_side;
mod store_kill;
mod store_open;
mod support;
mod turns;
mod workspace_apply;
mod workspace_crash;
mod workspace_git;
mod workspace_links;
mod workspace_look;
mod workspace_paths;
mod workspace_project;
mod workspace_swaps;
mod workspace_syntax;
