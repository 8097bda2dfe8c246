//! The screen without a terminal, for `benches/screen.rs`: keys and news go in, frames are drawn in
//! memory, and what the screen wants of the engine is done at once.

use crossterm::event::{Event as TerminalEvent, KeyEvent};
use ratatui::{Terminal, backend::TestBackend};

use super::{
    Start,
    app::{App, Effect, Found, Input, LoadedConversation, Which},
    effects,
    highlight::Worker,
};
use crate::{
    config::{ConfigError, Settings},
    engine::EngineHandle,
    protocol::{Clock, ConversationId, Event, TranscriptPage},
};

/// A screen that nobody sees.
pub struct Offscreen {
    app: App,
    terminal: Terminal<TestBackend>,
    engine: EngineHandle,
    worker: Worker,
}

impl Offscreen {
    /// A screen of this size over an engine.
    ///
    /// # Errors
    /// A key binding or a theme that cannot be used.
    pub async fn new(
        settings: Settings,
        engine: EngineHandle,
        columns: u16,
        rows: u16,
    ) -> Result<Self, ConfigError> {
        let clock = Clock::system();
        let start = Start { settings, prompt: None, open: None, pick: false, demo: Vec::new(), clock };
        let (app, _) = App::new(start)?;
        let Ok(terminal) = Terminal::new(TestBackend::new(columns, rows));
        let opened = effects::opened(&engine).await;
        let mut screen = Self { app, terminal, engine, worker: Worker::load() };
        screen.take(opened).await;
        Ok(screen)
    }

    /// Goes on with the project's last conversation.
    pub async fn open_latest(&mut self) {
        self.perform(vec![Effect::Open(Which::Latest)]).await;
    }

    /// Follows an empty conversation, whose events come by [`Offscreen::events`].
    pub async fn begin(&mut self, id: ConversationId) {
        let page = TranscriptPage { turns: Vec::new(), has_more: false, seq: 0 };
        let (artifacts, usage) = (Vec::new(), Vec::new());
        let loaded = LoadedConversation { id, title: String::new(), page, artifacts, usage };
        self.take(Input::Conversation(Box::new(loaded))).await;
    }

    /// Takes what has happened.
    pub async fn events(&mut self, events: Vec<Event>) {
        self.take(Input::Events(events)).await;
    }

    /// Takes the project's files, for the picker that has asked for them.
    pub async fn files(&mut self, paths: Vec<String>) {
        self.take(Input::Found(Box::new(Found::Files(paths)))).await;
    }

    /// Takes a key.
    pub async fn key(&mut self, key: KeyEvent) {
        self.take(Input::Terminal(TerminalEvent::Key(key))).await;
    }

    /// Draws a frame.
    pub fn draw(&mut self) {
        let Ok(_) = self.terminal.draw(|frame| self.app.draw(frame));
    }

    /// Does what the screen does in slices between two keys; tells whether more is left.
    pub async fn tick(&mut self) -> bool {
        self.take(Input::Tick).await;
        self.app.wakes_in().is_some_and(|left| left.is_zero())
    }

    /// Colours the code that the last frame has shown plain; answers with the bytes of it.
    pub async fn colour(&mut self) -> usize {
        let jobs = self.app.wanted_colours();
        let mut answers = Vec::new();
        for job in &jobs {
            self.worker.answer(job, usize::MAX, |answer| {
                answers.push(answer);
                true
            });
        }
        for answer in answers {
            self.take(Input::Coloured(answer)).await;
        }
        jobs.iter().map(|job| job.code.len()).sum()
    }

    /// The words on the screen.
    pub fn text(&self) -> String {
        self.terminal.backend().to_string()
    }

    async fn take(&mut self, input: Input) {
        let effects = self.app.update(input);
        self.perform(effects).await;
    }

    async fn perform(&mut self, effects: Vec<Effect>) {
        let mut left = effects;
        while let Some(effect) = left.pop() {
            let answer = effects::answer(&self.engine, effect).await;
            left.extend(self.app.update(answer));
        }
    }
}
