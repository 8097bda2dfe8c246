//! `mira` on a screen, the true program in a pseudo-terminal: what one types, what one sees, and the
//! terminal that one gets back. Words and states are looked for, not places.

mod conversation;
mod demo;
mod endings;
mod finding;
mod going_back;
mod hand_offs;
mod hunks;
mod resize;
mod starting;
mod typing;

use mira::demo::server::{End, Script, Turn};

use crate::{
    exec::PROJECT,
    support::{shell::Shell, terminal::Terminal},
};

/// An ordinary window.
const SIZE: (u16, u16) = (120, 40);

/// A user of a small project whose models play `script`.
async fn user(script: Script) -> Shell {
    Shell::new(PROJECT, script).await
}

/// The screen of an idle program whose engine is there.
fn ready(shell: &Shell, line: &str) -> Terminal {
    let terminal = shell.terminal(line, SIZE);
    terminal.wait_for("gpt-5");
    terminal
}

/// An answer that begins with `text` and then goes no further.
fn stalls(text: &str) -> Script {
    Script::new().turn(Turn::responses().text(text).end(End::Stall))
}
