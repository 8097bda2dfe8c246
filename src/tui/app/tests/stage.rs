//! The stage: the real [`App`] on a screen in memory. Every input is followed by a frame, as in the loop
//! after a pause.

use std::{collections::HashMap, path::Path, time::Duration};

use crossterm::event::{
    Event as TerminalEvent, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use ratatui::{Terminal, backend::TestBackend, buffer::Buffer, style::Style};

use crate::{
    config::Settings,
    protocol::{
        ArtifactId, ArtifactView, Body, Clock, ConversationId, Event, IdSource, OperationId, TakeBack, TimeMs,
    },
    tui::{
        Start,
        app::{App, Back, Edited, Effect, Found, Input, OnArtifact, UndoKind},
        keymap::Chord,
        text::width,
    },
};

/// An afternoon.
pub(super) const NOW: TimeMs = 1_800_000_000_000;

/// The screen and what plays on it.
pub(super) struct Stage {
    pub(super) app: App,
    terminal: Terminal<TestBackend>,
    /// The last frame. What the backend holds is not it: it keeps what a wide character covers.
    frame: Buffer,
    pub(super) clock: Clock,
    pub(super) ids: IdSource,
    pub(super) conversation: ConversationId,
    /// The operation that events belong to.
    pub(super) operation: OperationId,
    pub(super) seq: u64,
    /// What was proposed, by path.
    pub(super) artifacts: HashMap<String, ArtifactView>,
    effects: Vec<Effect>,
    /// How often the engine was asked to look at a proposal: no wish of the user's.
    looks: usize,
}

impl Stage {
    /// A screen of this size, before its engine is there.
    pub(super) fn new(width: u16, height: u16) -> Self {
        let (ids, clock) = (IdSource::seeded(7), Clock::fixed(NOW));
        let (app, effects) = App::new(start(&clock)).unwrap();
        let mut stage = Self {
            app,
            terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
            frame: Buffer::default(),
            clock,
            conversation: ConversationId::new(&ids),
            operation: OperationId::new(&ids),
            ids,
            seq: 0,
            artifacts: HashMap::new(),
            effects,
            looks: 0,
        };
        stage.draw();
        stage
    }

    /// Begins anew with another start.
    pub(super) fn starting(&mut self, change: impl FnOnce(&mut Start)) -> &mut Self {
        let mut start = start(&self.clock);
        change(&mut start);
        (self.app, self.effects) = App::new(start).unwrap();
        self.draw();
        self
    }

    /// Hands an input over, as the loop does.
    pub(super) fn give(&mut self, input: Input) -> &mut Self {
        self.app.set_time(self.clock.now());
        let is_look = |effect: &Effect| matches!(effect, Effect::OnArtifact(_, OnArtifact::Look));
        let (looks, effects): (Vec<_>, Vec<_>) = self.app.update(input).into_iter().partition(is_look);
        self.looks += looks.len();
        self.effects.extend(effects);
        while self.app.wakes_in() == Some(Duration::ZERO) {
            self.app.update(Input::Tick);
        }
        self.draw();
        self
    }

    fn draw(&mut self) {
        self.frame = self.terminal.draw(|frame| self.app.draw(frame)).unwrap().buffer.clone();
    }

    /// Hands over what was asked for.
    pub(super) fn found(&mut self, found: Found) -> &mut Self {
        self.give(Input::Found(Box::new(found)))
    }

    /// Something happens in the operation.
    pub(super) fn event(&mut self, body: Body) -> &mut Self {
        self.event_of(self.operation, body)
    }

    /// Something happens in another operation of the conversation.
    pub(super) fn event_of(&mut self, operation_id: OperationId, body: Body) -> &mut Self {
        self.seq += 1;
        let (at, conversation_id) = (self.clock.now(), self.conversation);
        self.give(Input::Events(vec![Event { seq: self.seq, at, conversation_id, operation_id, body }]))
    }

    /// Presses keys one after the other, spelled as in settings.
    pub(super) fn key(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ') {
            let (code, modifiers) = key.parse::<Chord>().unwrap().parts();
            self.give(Input::Terminal(TerminalEvent::Key(KeyEvent::new(code, modifiers))));
        }
        self
    }

    /// Types letters.
    pub(super) fn type_text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            let key = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            self.give(Input::Terminal(TerminalEvent::Key(key)));
        }
        self
    }

    pub(super) fn paste(&mut self, text: &str) -> &mut Self {
        self.give(Input::Terminal(TerminalEvent::Paste(text.to_owned())))
    }

    pub(super) fn mouse(&mut self, kind: MouseEventKind, column: u16, row: u16) -> &mut Self {
        let event = MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE };
        self.give(Input::Terminal(TerminalEvent::Mouse(event)))
    }

    /// Presses the left button at one place and lets it go at another.
    pub(super) fn drag(&mut self, from: (u16, u16), to: (u16, u16)) -> &mut Self {
        self.mouse(MouseEventKind::Down(MouseButton::Left), from.0, from.1);
        if from != to {
            self.mouse(MouseEventKind::Drag(MouseButton::Left), to.0, to.1);
        }
        self.mouse(MouseEventKind::Up(MouseButton::Left), to.0, to.1)
    }

    pub(super) fn click_on(&mut self, words: &str) -> &mut Self {
        let place = self.place_of(words);
        self.drag(place, place)
    }

    /// Lets time pass.
    pub(super) fn advance(&mut self, ms: TimeMs) -> &mut Self {
        self.clock.advance(ms);
        self.give(Input::Tick)
    }

    /// The last frame as text.
    pub(super) fn screen(&self) -> String {
        let buffer = &self.frame;
        let rows = (0..buffer.area.height).map(|y| {
            let mut row = String::new();
            let mut x = 0;
            while x < buffer.area.width {
                let symbol = buffer[(x, y)].symbol();
                row.push_str(symbol);
                x += (width(symbol) as u16).max(1);
            }
            row.trim_end().to_owned() + "\n"
        });
        rows.collect()
    }

    /// How the cells of the last frame look, row by row.
    pub(super) fn rows(&self) -> Vec<Vec<Style>> {
        let area = self.frame.area;
        (0..area.height).map(|y| (0..area.width).map(|x| self.frame[(x, y)].style()).collect()).collect()
    }

    /// Column and row of some words on the screen.
    pub(super) fn place_of(&self, words: &str) -> (u16, u16) {
        let screen = self.screen();
        let found = screen.lines().enumerate().find_map(|(y, line)| Some((line.find(words)?, y, line)));
        let (at, y, line) = found.unwrap_or_else(|| panic!("no {words:?} on\n{screen}"));
        (width(&line[..at]) as u16, y as u16)
    }

    #[track_caller]
    pub(super) fn sees(&mut self, words: &str) -> &mut Self {
        assert!(self.screen().contains(words), "no {words:?} on\n{}", self.screen());
        self
    }

    #[track_caller]
    pub(super) fn misses(&mut self, words: &str) -> &mut Self {
        assert!(!self.screen().contains(words), "{words:?} on\n{}", self.screen());
        self
    }

    /// What stands in the composer.
    pub(super) fn typed(&self) -> String {
        self.app.composer.text()
    }

    /// What was wanted since the last call.
    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// What was wanted since the last call, in words.
    pub(super) fn effects(&mut self) -> String {
        let effects = self.take_effects();
        effects.iter().map(|effect| self.in_words(effect)).collect::<Vec<_>>().join("; ")
    }

    /// How often the engine was asked to look at a proposal since the last call.
    pub(super) fn looks(&mut self) -> usize {
        std::mem::take(&mut self.looks)
    }

    /// What was wanted is what was expected.
    #[track_caller]
    pub(super) fn wants(&mut self, expected: &str) -> &mut Self {
        assert_eq!(self.effects(), expected, "\n{}", self.screen());
        self
    }

    fn in_words(&self, effect: &Effect) -> String {
        let path = |id: &ArtifactId| {
            let mut named = self.artifacts.values().filter(|artifact| artifact.artifact_id == *id);
            named.next().map_or("?", |artifact| &artifact.path).to_owned()
        };
        let kind = |kind: &UndoKind| format!("{kind:?}").to_lowercase();
        match effect {
            Effect::Prompt { text, context, .. } if context.images.is_empty() => format!("prompt {text:?}"),
            Effect::Prompt { text, context, .. } => format!("prompt {text:?} {:?}", context.images),
            Effect::Cancel(_) => "cancel".to_owned(),
            Effect::Apply(ids) => format!("apply {}", ids.iter().map(path).collect::<Vec<_>>().join(" ")),
            Effect::OnArtifact(id, wanted) => on_artifact(&path(id), wanted),
            Effect::Editor(Edited::Artifact(_, path), _) => format!("edit {path}"),
            Effect::PreviewBack { back: Back::Written(TakeBack::Artifact(id)), .. } => {
                format!("preview taking back {}", path(id))
            }
            Effect::TakeBack(TakeBack::Artifact(id)) => format!("take back {}", path(id)),
            Effect::Undo(_, undo) => kind(undo),
            Effect::PreviewUndo(crate::protocol::UndoScope::Artifact(id), undo) => {
                format!("preview {} of {}", kind(undo), path(id))
            }
            Effect::PreviewUndo(_, undo) => format!("preview {}", kind(undo)),
            Effect::Follow { since, .. } => format!("follow from {since}"),
            Effect::Older(..) => "older".to_owned(),
            Effect::PreviewConversation(_) => "preview conversation".to_owned(),
            Effect::ToolOutput(_, call) => format!("output of {call}"),
            Effect::Cost(_) => "cost".to_owned(),
            Effect::Context(_) => "context".to_owned(),
            Effect::Open(_) => "open".to_owned(),
            Effect::Notify { title, text } => format!("notify {title:?} {text:?}"),
            other => format!("{other:?}"),
        }
    }
}

fn on_artifact(path: &str, wanted: &OnArtifact) -> String {
    match wanted {
        OnArtifact::Look => format!("look at {path}"),
        OnArtifact::Part(hunks) => format!("part {hunks:?} of {path}"),
        OnArtifact::WriteHunks { hunks, hash } => format!("write {hunks:?} of {path} as {hash}"),
        OnArtifact::Reject { hunks: None, reason: None } => format!("reject {path}"),
        OnArtifact::Reject { hunks: None, reason } => format!("reject {path} {reason:?}"),
        OnArtifact::Reject { hunks: Some(hunks), reason } => format!("reject {hunks:?} of {path} {reason:?}"),
        OnArtifact::Revise(content) => format!("revise {path} {content:?}"),
        OnArtifact::Rebase => format!("rebase {path}"),
    }
}

fn start(clock: &Clock) -> Start {
    let settings = Settings::defaults(Path::new("/state")).unwrap();
    Start { settings, prompt: None, open: None, pick: false, demo: Vec::new(), clock: clock.clone() }
}
