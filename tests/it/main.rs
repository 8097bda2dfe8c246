//! Integration tests: one binary, one file per subject.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod demo_sample;
mod model_server;
mod support;
mod turns;
