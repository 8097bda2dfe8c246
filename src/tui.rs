//! The terminal screen: chat, operation, artifacts and diffs over an [`EngineHandle`].
//!
//! [`prepare`] takes the terminal and draws the first frame; [`run`] is the loop. In between lies one
//! way: `terminal event or engine's news → App::update → effects`, and `App::draw` whenever something
//! has changed. `App` neither waits nor reads; `effects` carries out what it wants.
//!
//! - `areas`, `app`: where panes stand, what the whole screen knows.
//! - `chat`, `operations`, `artifacts`, `diff`, `composer`, `status`: the panes, each with its state
//!   and its drawing.
//! - `hand_offs`: what waits to be sent to the coder.
//! - `review`: how far the user is with a proposal.
//! - `picker`, `dialog`, `help`: what appears above them.
//! - `text`, `ink`, `theme`, `markdown`, `highlight`: from foreign text to inked lines to colours.
//! - `action`, `keymap`: what keys do, as data.
//! - `terminal`, `pace`, `run`, `effects`, `outside`: the edge; `offscreen` stands in for it in benches.

use std::io;

use tokio::sync::{mpsc, oneshot};

use crate::{
    config::{ConfigError, Settings},
    engine::EngineHandle,
    protocol::Clock,
};

mod action;
mod app;
mod areas;
mod artifacts;
mod chat;
mod composer;
mod dialog;
mod diff;
mod effects;
mod hand_offs;
mod help;
mod highlight;
#[cfg(test)]
mod hostile;
mod ink;
mod keymap;
mod markdown;
#[doc(hidden)]
pub mod offscreen;
mod operations;
mod outside;
mod pace;
mod path;
mod picker;
mod review;
mod run;
mod status;
mod terminal;
mod text;
mod theme;
mod themes;

use app::{App, Effect};
pub use app::{DemoScene, Which};
use effects::Hands;
use highlight::Highlighter;
pub use terminal::{Screen, restore};

/// Inputs that wait for the loop. It takes all of them in before it draws, so this is many frames'
/// worth; who sends more waits.
const INPUT_QUEUE: usize = 256;

/// What the screen begins with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The settings in force: keys, theme, and what is said of them.
    pub settings: Settings,
    /// Sent as soon as it can be.
    pub prompt: Option<String>,
    /// The conversation to go on with; a new one without.
    pub open: Option<Which>,
    /// Ask which conversation to go on with.
    pub pick: bool,
    /// The scenes of a tour, with a hint at each step.
    pub demo: Vec<DemoScene>,
    /// What time it is.
    pub clock: Clock,
}

/// How the screen was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// For good.
    Quit,
    /// For the demo.
    Demo,
}

/// A screen that stands and has not been given to anybody.
pub struct Prepared {
    screen: Screen,
    app: App,
    first: Vec<Effect>,
    clock: Clock,
}

/// Takes the terminal and shows that one can type. What is wrong with keys or theme comes first, as
/// long as the terminal is free for a sentence.
///
/// # Errors
/// A key binding or a theme that cannot be used. The inner error: there is no terminal.
pub fn prepare(start: Start) -> Result<io::Result<Prepared>, ConfigError> {
    let clock = start.clock.clone();
    let mouse = start.settings.ui.mouse;
    let (mut app, first) = App::new(start)?;
    let entered = Screen::enter(mouse).and_then(|mut screen| {
        screen.fill(app.ground())?;
        screen.draw(|frame| app.draw(frame))?;
        Ok(screen)
    });
    Ok(entered.map(|screen| Prepared { screen, app, first, clock }))
}

/// Runs the screen until the user leaves or the terminal is gone. `opening` gives the engine, or the
/// sentence why there is none.
///
/// # Errors
/// The terminal cannot be written to.
pub async fn run(
    prepared: Prepared,
    opening: oneshot::Receiver<Result<EngineHandle, String>>,
) -> io::Result<Ending> {
    let Prepared { mut screen, app, first, clock } = prepared;
    let (sender, inputs) = mpsc::channel(INPUT_QUEUE);
    let (highlighter, coloured) = Highlighter::start();
    let mut hands = Hands::new(sender, opening, highlighter);
    for effect in first {
        hands.perform(effect, &mut screen)?;
    }
    run::run(run::Parts { screen, app, hands, inputs, coloured, clock }).await
}
