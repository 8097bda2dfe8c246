//! The terminal screen: chat, operations, artifacts and diffs over an [`EngineHandle`].
//!
//! [`EngineHandle`]: crate::engine::EngineHandle

// Modules of this screen are built side by side; the app that uses them all comes last.
#![allow(dead_code, unused_imports)]

mod highlight;
mod ink;
mod markdown;
mod text;
mod theme;
