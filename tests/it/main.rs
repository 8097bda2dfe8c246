//! What Mira does, seen from outside: one file a subject.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod workspace_apply;
mod workspace_crash;
mod workspace_links;
mod workspace_look;
mod workspace_paths;
mod workspace_project;
