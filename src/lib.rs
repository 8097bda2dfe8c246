//! Mira, a terminal coding assistant: a planner model thinks and talks, a coder model writes code,
//! and nothing touches the user's files until a key is pressed or a command says so.
//!
//! Modules in reading order, leaves last read first:
//!
//! - [`protocol`]: the one language between the engine and its front ends.
//! - [`cli`]: what was typed, and how the program ends.
//! - [`config`]: what the program uses, and where each value came from.
//! - [`llm`]: providers over two wires.

pub mod cli;
pub mod config;
pub mod llm;
pub mod protocol;
