//! The whole screen as a state: inputs go in, effects come out, and a frame can be drawn of it at any
//! time. Nothing here waits, reads or writes.

use std::{collections::HashMap, time::Duration};

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;

use super::{
    Start,
    areas::{Areas, Pane},
    artifacts::Artifacts,
    chat::Chat,
    composer::Composer,
    diff::DiffPane,
    hand_offs::HandOffs,
    highlight::Answer,
    ink::Tone,
    keymap::{Chord, Keymap},
    operations::{Operations, SPINNER_STEP},
    status::Status,
    theme::Theme,
    themes::Themes,
};
use crate::{
    config::{ConfigError, DelegationReview},
    protocol::{
        ApprovalId, ArtifactId, ArtifactView, ChangeId, ClientContext, ContextView, ConversationId,
        ConversationView, Decision, Event, GitView, IndexView, LocalServerView, ModelChoiceView, ModelsView,
        OperationId, PartView, ProjectView, Reply, ReviewView, RewindPreview, SymbolView, TakeBack, TimeMs,
        TranscriptPage, UndoPreview, UndoScope, UsageView,
    },
};

mod actions;
mod colours;
mod demo;
mod engine;
mod hand_off;
mod keys;
mod mouse;
mod overlay;
mod rewinding;
mod setup;
mod view;

#[cfg(test)]
mod tests;

pub use demo::DemoScene;
pub(crate) use demo::DemoTour;
use overlay::Overlay;
pub(crate) use rewinding::{Back, Point};
pub(crate) use setup::SetupChoice;

/// What the screen is told.
#[derive(Debug)]
pub(crate) enum Input {
    /// A key, the mouse, a paste, a new size.
    Terminal(TerminalEvent),
    /// Time has passed.
    Tick,
    /// The engine is there.
    Opened(Box<Opened>),
    /// There will be no engine; the sentence says why.
    NotOpened(String),
    /// A conversation was read.
    Conversation(Box<LoadedConversation>),
    /// Older turns of it were read.
    Older(ConversationId, TranscriptPage),
    /// Things that happened in it.
    Events(Vec<Event>),
    /// A prompt was taken, or not.
    Prompted(Result<Reply, String>),
    /// Something was done: a sentence for the user, or none.
    Done(Option<String>),
    /// Something failed; the sentence says what and what helps.
    Failed(String),
    /// What was asked for has come.
    Found(Box<Found>),
    /// Colours of code.
    Coloured(Answer),
    /// The text as the user's editor left it.
    Edited(Edited, String),
}

/// What a text in the user's editor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edited {
    /// What is to be asked.
    Prompt,
    /// A hand-off that waits.
    HandOff(ApprovalId),
    /// A proposal for this path.
    Artifact(ArtifactId, String),
}

/// Answers to what the screen has asked for.
#[derive(Debug)]
pub(crate) enum Found {
    Files(Vec<String>),
    Symbols(Vec<SymbolView>),
    Conversations(String, Vec<ConversationView>),
    Preview(ConversationId, TranscriptPage),
    Undo(Option<UndoPreview>, UndoKind),
    Back(RewindPreview, Back),
    Review(Box<ReviewView>),
    /// A proposal was brought together with the file on disk.
    Merged(Box<ReviewView>),
    Part(PartView),
    /// Nothing was written: these files have changed since.
    Stale(Vec<String>),
    ToolOutput(OperationId, String, String),
    Usage(CostView),
    Context(Option<ContextView>),
    Models(Box<ModelsView>),
    ModelChoices(Vec<ModelChoiceView>),
    Git(Option<GitView>),
    Index(IndexView),
    LocalServers(Vec<LocalServerView>),
}

/// A file that the coder is writing.
#[derive(Debug)]
enum Draft {
    /// Its text so far.
    Whole(String),
    /// The unified diff of what changes so far.
    Edit(String),
}

/// What has been spent.
#[derive(Debug, Default)]
pub(crate) struct CostView {
    pub(crate) conversation: Vec<UsageView>,
    pub(crate) today: Vec<UsageView>,
}

/// An engine at the beginning.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) project: ProjectView,
    pub(crate) models: ModelsView,
    pub(crate) history: Vec<String>,
}

/// A conversation as it was stored.
#[derive(Debug)]
pub(crate) struct LoadedConversation {
    pub(crate) id: ConversationId,
    pub(crate) title: String,
    pub(crate) page: TranscriptPage,
    pub(crate) artifacts: Vec<ArtifactView>,
    pub(crate) usage: Vec<UsageView>,
}

/// Which conversation to go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The last one used.
    Latest,
    /// This one.
    This(ConversationId),
    /// By a part of its id, as it was typed.
    Named(String),
}

/// A model for a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoleModel {
    pub(crate) role: &'static str,
    pub(crate) provider: String,
    pub(crate) model: String,
}

/// Whether something is taken back, or the taking back is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UndoKind {
    Undo,
    Redo,
}

/// What the screen wants done.
#[derive(Debug, PartialEq)]
pub(crate) enum Effect {
    Prompt {
        conversation: Option<ConversationId>,
        text: String,
        context: ClientContext,
    },
    Cancel(OperationId),
    Apply(Vec<ArtifactId>),
    OnArtifact(ArtifactId, OnArtifact),
    Undo(ChangeId, UndoKind),
    PreviewUndo(UndoScope, UndoKind),
    PreviewBack {
        /// Where a point to go back to lies.
        conversation: Option<ConversationId>,
        back: Back,
    },
    TakeBack(TakeBack),
    Rewind(ConversationId, Point),
    Unrewind(ConversationId),
    Decide(ApprovalId, Decision),
    /// Which hand-offs wait for the user from now on.
    KeepReview(DelegationReview),
    Open(Which),
    Follow {
        conversation: ConversationId,
        since: u64,
    },
    /// Follow no conversation any more.
    Leave,
    Older(ConversationId, OperationId),
    ListFiles,
    ListSymbols,
    ListConversations(String),
    PreviewConversation(ConversationId),
    ToolOutput(OperationId, String),
    Cost(Option<ConversationId>),
    Context(ConversationId),
    ModelChoices,
    UseModel {
        model: RoleModel,
        keep: bool,
    },
    Git,
    LocalServers,
    StoreKey {
        provider: String,
        key: String,
    },
    UseLocal {
        base_url: String,
        model: String,
    },
    KeepTheme(String),
    Export {
        conversation: ConversationId,
        path: String,
    },
    Copy(String),
    OpenLink(String),
    Editor(Edited, String),
    Notify {
        title: String,
        text: String,
    },
    Suspend,
    Redraw,
    /// Leave this project for the demo.
    StartDemo,
    Quit,
}

/// What the screen wants done about one proposal.
#[derive(Debug, PartialEq)]
pub(crate) enum OnArtifact {
    /// Its hunks, and the file on disk beside them.
    Look,
    /// What these hunks make without the others.
    Part(Vec<u32>),
    /// Write these hunks, if they make a file of this hash.
    WriteHunks { hunks: Vec<u32>, hash: String },
    /// Turn it down, or some of its hunks.
    Reject { hunks: Option<Vec<u32>>, reason: Option<String> },
    /// Put another text in its place.
    Revise(String),
    /// Merge it with the file on disk.
    Rebase,
}

/// What the screen looks and works like.
pub(crate) struct Look {
    pub(crate) keymap: Keymap,
    pub(crate) themes: Themes,
    pub(crate) theme: Theme,
    pub(crate) notify: bool,
}

/// The screen.
pub(crate) struct App {
    look: Look,
    now: TimeMs,
    /// Where things stood in the last frame: what the mouse points at.
    areas: Areas,
    screen: Rect,
    focus: Pane,
    /// The tab in front on a narrow screen.
    front: Pane,
    zoomed: Option<Pane>,
    side_hidden: bool,
    chat: Chat,
    composer: Composer,
    operations: Operations,
    artifacts: Artifacts,
    diff: DiffPane,
    diff_blocks: colours::DiffBlocks,
    hand_offs: HandOffs,
    /// Words of a turn that was set aside, until the conversation is read again.
    prompt_again: Option<String>,
    /// Files that are being written at this moment, as far as they are known, by path.
    drafts: HashMap<String, Draft>,
    status: Status,
    overlay: Option<Overlay>,
    conversation: Option<ConversationId>,
    title: String,
    engine: EngineState,
    /// What is wanted of an engine that is not there yet.
    early: Vec<Effect>,
    models: Option<ModelsView>,
    /// The oldest operation that is loaded, and whether older ones are on their way.
    oldest: Option<OperationId>,
    loading_older: bool,
    /// The first of two chords.
    pending_chord: Option<Chord>,
    /// Ctrl-C was pressed once with nothing to clear.
    leaving: bool,
    terminal_focused: bool,
    demo: Option<DemoTour>,
}

/// How far the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum EngineState {
    Opening,
    Ready,
    Failed(String),
}

impl App {
    /// A screen before its engine is there, and what it wants done first.
    ///
    /// # Errors
    /// A key binding or a theme that cannot be used.
    pub(crate) fn new(start: Start) -> Result<(Self, Vec<Effect>), ConfigError> {
        let settings = start.settings;
        let keymap = Keymap::new(&settings.keys)?;
        let (themes, theme) = Themes::of(&settings)?;
        let mut composer = Composer::new();
        composer.set_vim(settings.ui.vim);
        let mut status = Status::new();
        let now = start.clock.now();
        if let Some(notice) = settings.notices.first() {
            status.say(notice.clone(), Tone::Warning, now);
        }
        let mut app = Self {
            look: Look { keymap, themes, theme, notify: settings.ui.notify },
            now,
            areas: Areas::default(),
            screen: Rect::default(),
            focus: Pane::Composer,
            front: Pane::Chat,
            zoomed: None,
            side_hidden: false,
            chat: Chat::default(),
            composer,
            operations: Operations::default(),
            artifacts: Artifacts::new(),
            diff: DiffPane::new(),
            diff_blocks: colours::DiffBlocks::default(),
            hand_offs: HandOffs::default(),
            prompt_again: None,
            drafts: HashMap::new(),
            status,
            overlay: None,
            conversation: None,
            title: String::new(),
            engine: EngineState::Opening,
            early: Vec::new(),
            models: None,
            oldest: None,
            loading_older: false,
            pending_chord: None,
            leaving: false,
            terminal_focused: true,
            demo: (!start.demo.is_empty()).then(|| DemoTour::new(start.demo)),
        };
        let mut first = start.open.map(|which| app.ask(Effect::Open(which))).unwrap_or_default();
        if start.pick {
            first.extend(app.open_conversations());
        }
        if let Some(prompt) = start.prompt {
            first.extend(app.send(prompt, ClientContext::default()));
        }
        app.offer_demo_prompt();
        Ok((app, first))
    }

    /// What time it is for everything that follows.
    pub(crate) fn set_time(&mut self, now: TimeMs) {
        self.now = now;
    }

    /// Takes in what has happened; answers with what is to be done.
    pub(crate) fn update(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = self.take(input);
        effects.extend(self.look_at_selected());
        effects
    }

    fn take(&mut self, input: Input) -> Vec<Effect> {
        match input {
            Input::Terminal(event) => self.terminal(event),
            Input::Tick => self.tick(),
            Input::Opened(opened) => self.opened(*opened),
            Input::NotOpened(why) => self.not_opened(why),
            Input::Conversation(loaded) => self.conversation_loaded(*loaded),
            Input::Older(conversation, page) => {
                self.older_loaded(conversation, &page);
                Vec::new()
            }
            Input::Events(events) => self.events(events),
            Input::Prompted(answer) => self.prompted(answer),
            Input::Done(None) => Vec::new(),
            Input::Done(Some(sentence)) => self.told(&sentence, Tone::Good),
            Input::Failed(sentence) => self.failed(&sentence),
            Input::Found(found) => self.found(*found),
            Input::Coloured(answer) => {
                self.colour(answer);
                Vec::new()
            }
            Input::Edited(Edited::Prompt, text) => {
                self.composer.set_text(text.trim_end());
                Vec::new()
            }
            Input::Edited(Edited::HandOff(id), text) => self.hand_off_edited(id, &text),
            Input::Edited(Edited::Artifact(artifact, _), content) => self.artifact_edited(artifact, content),
        }
    }

    fn tick(&mut self) -> Vec<Effect> {
        if let Some(overlay) = &mut self.overlay {
            overlay.advance();
        }
        Vec::new()
    }

    /// A failure of something that was asked for. A setup that waits for it goes back to its start.
    fn failed(&mut self, sentence: &str) -> Vec<Effect> {
        self.loading_older = false;
        self.say(sentence, Tone::Error);
        match self.overlay {
            Some(Overlay::Working(_)) => self.begin_setup(),
            _ => Vec::new(),
        }
    }

    /// When the screen wants to be woken although nothing happens: what moves or goes away by
    /// itself. Nothing does on an idle screen.
    pub(crate) fn wakes_in(&mut self) -> Option<Duration> {
        if self.overlay.as_mut().is_some_and(Overlay::wants_time) {
            return Some(Duration::ZERO);
        }
        let message = self.status.message_until(self.now).map(|until| until - self.now);
        let spinner = self.operations.is_running().then_some(SPINNER_STEP);
        let next = message.into_iter().chain(spinner).min()?;
        Some(Duration::from_millis(u64::try_from(next).unwrap_or(0).max(1)))
    }
}
