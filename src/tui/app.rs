//! The whole screen as a state: inputs go in, effects come out, and a frame can be drawn of it at any
//! time. Nothing here waits, reads or writes.

use std::sync::Arc;

use crossterm::event::Event as TerminalEvent;
use ratatui::layout::Rect;

use super::{
    areas::{Areas, Pane},
    artifacts::Artifacts,
    chat::Chat,
    composer::Composer,
    diff::DiffPane,
    highlight::Coloured,
    ink::Tone,
    keymap::Keymap,
    operations::{Operations, SPINNER_STEP},
    status::Status,
    theme::Theme,
};
use crate::protocol::{
    ArtifactId, ArtifactView, ChangeId, ClientContext, ContextView, ConversationId, ConversationView, Event,
    GitView, LocalServerView, ModelChoiceView, ModelsView, OperationId, ProjectView, Reply, TimeMs,
    TranscriptPage, UndoPreview, UndoScope, UsageView,
};

mod actions;
mod demo;
mod engine;
mod keys;
mod mouse;
mod overlay;
mod setup;
mod view;

pub(crate) use demo::{DemoScene, DemoTour};
use overlay::Overlay;
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
    Coloured(Coloured),
    /// The text as the user's editor left it.
    Edited(String),
}

/// Answers to what the screen has asked for.
#[derive(Debug)]
pub(crate) enum Found {
    Files(Vec<String>),
    Conversations(String, Vec<ConversationView>),
    Preview(ConversationId, TranscriptPage),
    History(Vec<String>),
    Undo(Option<UndoPreview>, UndoKind),
    ToolOutput(OperationId, String, String),
    Usage(CostView),
    Context(Option<ContextView>),
    Models(ModelsView),
    ModelChoices(Vec<ModelChoiceView>),
    Git(Option<GitView>),
    LocalServers(Vec<LocalServerView>),
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
pub(crate) enum Which {
    Latest,
    This(ConversationId),
    /// By a part of its id, as it was typed.
    Named(String),
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
    Prompt { conversation: Option<ConversationId>, text: String, context: ClientContext },
    Cancel(OperationId),
    Apply(Vec<ArtifactId>),
    Reject(ArtifactId),
    Undo(ChangeId, UndoKind),
    PreviewUndo(UndoScope, UndoKind),
    Open(Which),
    /// Follow no conversation any more.
    Leave,
    Older(ConversationId, OperationId),
    ListFiles,
    ListConversations(String),
    PreviewConversation(ConversationId),
    ToolOutput(OperationId, String),
    Cost(Option<ConversationId>),
    Context(ConversationId),
    ModelChoices,
    UseModel { role: String, provider: String, model: String },
    Git,
    LocalServers,
    StoreKey { provider: String, key: String },
    UseLocal { base_url: String, model: String },
    KeepTheme(String),
    Export { conversation: ConversationId, path: String },
    Copy(String),
    OpenLink(String),
    Editor(String),
    Notify { title: String, text: String },
    Suspend,
    Redraw,
    Quit,
}

/// What the screen is made with.
pub(crate) struct Look {
    pub(crate) keymap: Keymap,
    pub(crate) themes: super::theme::Themes,
    pub(crate) theme: Theme,
    pub(crate) vim: bool,
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
    /// The tab in front on a narrow screen, and the pane that was in front last.
    front: Pane,
    zoomed: Option<Pane>,
    side_hidden: bool,
    chat: Chat,
    composer: Composer,
    operations: Operations,
    artifacts: Artifacts,
    diff: DiffPane,
    status: Status,
    overlay: Option<Overlay>,
    conversation: Option<ConversationId>,
    title: String,
    /// What is wanted of an engine that is not there yet.
    early: Vec<Effect>,
    engine: EngineState,
    models: Option<ModelsView>,
    /// The oldest operation that is loaded, and whether older ones are on their way.
    oldest: Option<OperationId>,
    loading_older: bool,
    /// The first of two chords.
    pending_chord: Option<crossterm::event::KeyEvent>,
    /// Ctrl-C was pressed once with nothing to clear.
    leaving: bool,
    terminal_focused: bool,
    demo: Option<DemoTour>,
    artifact_titles: Arc<()>,
}

/// How far the engine is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum EngineState {
    Opening,
    Ready,
    Failed(String),
}
