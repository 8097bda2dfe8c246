//! The terminal screen: chat, operations, artifacts and diffs over an [`EngineHandle`].
//!
//! [`EngineHandle`]: crate::engine::EngineHandle

// Modules of this screen are built side by side; the app that uses them all comes last.
#![allow(dead_code, unused_imports)]

mod artifacts;
mod diff;
mod ink;
mod path;
mod text;
mod theme;
