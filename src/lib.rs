//! Mira, a terminal coding assistant: a planner model thinks and talks, a coder model writes code,
//! and nothing touches the user's files until a key is pressed or a command says so.
//!
//! Modules in reading order:
//!
//! - [`protocol`]: the one language between the engine and its front ends.
//! - [`cli`]: what was typed, and how the program ends.
//! - [`config`]: what the program uses, and where each value came from.
//! - [`engine`]: takes commands, carries operations out, announces what happens.
//! - [`llm`]: models behind two wires.
//! - [`workspace`]: one project on disk.
//! - [`store`]: the database.
//! - [`exec`]: one turn without a screen.
//! - [`demo`]: scripted models, a sample project and scenes, for trying Mira without a key.
//! - [`terminal`]: the border between foreign text and a terminal.
//! - [`tui`]: the terminal screen.
//!
//! # Invariants
//!
//! - The engine knows no front end. Commands go in, events come out, both defined in [`protocol`].
//! - Deciding is pure: the operation's lifecycle, the artifact parser and the prompts neither wait nor read.
//! - An event is committed before anybody sees it; subscribers that are behind read it from the store.
//! - Every operation ends in exactly one terminal event, whatever happens inside.
//! - Files are written only through a journaled change, beneath the project's root.
//! - SQL lives in [`store`], wording for models in `engine/prompts`, wire shapes in [`llm`].

pub mod cli;
pub mod config;
pub mod demo;
pub mod engine;
pub mod exec;
pub mod llm;
pub mod protocol;
pub mod store;
pub mod terminal;
pub mod tui;
pub mod workspace;
