//! A screen with an engine that is played by hand: what it would tell is told here, what the screen
//! asks for is answered by whoever asks.

use std::{path::Path, sync::LazyLock};

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyModifiers};

use crate::{
    config::Settings,
    protocol::{
        ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, ArtifactView, Body, Clock, ConversationId,
        Event, IdSource, MessageId, ModelView, ModelsView, OperationId, OperationStatus, ProjectView, Reply,
        ToolCallState,
    },
    tui::{
        Start,
        app::{App, Effect, Found, Input, Opened},
    },
};

/// A screen, and what its engine would know.
pub(super) struct Stage {
    pub(super) app: App,
    pub(super) ids: IdSource,
    pub(super) conversation: ConversationId,
    pub(super) operation: OperationId,
    seq: u64,
}

impl Stage {
    /// A screen on which something was asked and is being answered.
    pub(super) fn new() -> Self {
        let mut stage = Self::opened(opened());
        stage.ask("a question");
        stage
    }

    /// A screen whose engine has just come.
    pub(super) fn opened(opened: Opened) -> Self {
        let mut stage = Self::opening(start());
        stage.tell(Input::Opened(Box::new(opened)));
        stage
    }

    /// A screen whose engine is not there yet.
    pub(super) fn opening(start: Start) -> Self {
        let ids = IdSource::seeded(7);
        let (app, _) = App::new(start).unwrap();
        let (conversation, operation) = (ConversationId::new(&ids), OperationId::new(&ids));
        let mut stage = Self { app, ids, conversation, operation, seq: 0 };
        stage.app.set_time(1_000);
        stage
    }

    pub(super) fn tell(&mut self, input: Input) -> Vec<Effect> {
        self.app.update(input)
    }

    pub(super) fn find(&mut self, found: Found) {
        self.tell(Input::Found(Box::new(found)));
    }

    pub(super) fn key(&mut self, code: KeyCode, modifiers: KeyModifiers) -> Vec<Effect> {
        self.tell(Input::Terminal(TerminalEvent::Key(KeyEvent::new(code, modifiers))))
    }

    /// Presses a key with Ctrl.
    pub(super) fn ctrl(&mut self, letter: char) -> Vec<Effect> {
        self.key(KeyCode::Char(letter), KeyModifiers::CONTROL)
    }

    /// Goes to a pane by its number.
    pub(super) fn pane(&mut self, number: char) {
        self.key(KeyCode::Char(number), KeyModifiers::ALT);
    }

    pub(super) fn enter(&mut self) -> Vec<Effect> {
        self.key(KeyCode::Enter, KeyModifiers::NONE)
    }

    /// Types letter by letter.
    pub(super) fn type_text(&mut self, text: &str) {
        for letter in text.chars() {
            self.key(KeyCode::Char(letter), KeyModifiers::NONE);
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.tell(Input::Terminal(TerminalEvent::Paste(text.to_owned())));
    }

    /// Sends a prompt, which is taken and begun.
    pub(super) fn ask(&mut self, prompt: &str) {
        self.paste(prompt);
        self.enter();
        let (conversation_id, operation_id) = (self.conversation, self.operation);
        self.tell(Input::Prompted(Ok(Reply::Accepted { conversation_id, operation_id, since: 0 })));
        self.status(OperationStatus::Started, "");
    }

    /// Something happens in the operation.
    pub(super) fn event(&mut self, body: Body) -> Vec<Effect> {
        self.seq += 1;
        let (conversation_id, operation_id) = (self.conversation, self.operation);
        let event = Event { seq: self.seq, at: 1_000, conversation_id, operation_id, body };
        self.tell(Input::Events(vec![event]))
    }

    pub(super) fn status(&mut self, status: OperationStatus, message: &str) {
        self.event(Body::OperationStatus { status, message: message.to_owned() });
    }

    /// The planner says something, to its end.
    pub(super) fn answer(&mut self, text: &str) {
        let message_id = MessageId::new(&self.ids);
        self.event(Body::ChatResponse { message_id, content: text.to_owned(), finished: true });
    }

    pub(super) fn tool_call(&mut self, name: &str, summary: &str) {
        let (name, summary) = (name.to_owned(), summary.to_owned());
        self.event(Body::ToolCall { call_id: "c".into(), name, summary, state: ToolCallState::Running });
    }

    /// Unfolds everything in the conversation.
    pub(super) fn unfold(&mut self) {
        self.pane('1');
        self.key(KeyCode::Char('F'), KeyModifiers::SHIFT);
    }

    pub(super) fn artifact(&mut self, path: &str, diff: &str, content: &str) {
        let artifact = artifact(&self.ids, path, diff, content);
        self.event(Body::Artifact { artifact: Box::new(artifact) });
    }
}

/// A proposal that waits.
pub(super) fn artifact(ids: &IdSource, path: &str, diff: &str, content: &str) -> ArtifactView {
    ArtifactView {
        artifact_id: ArtifactId::new(ids),
        path: path.to_owned(),
        kind: ArtifactKind::Code,
        language: Some("rust".to_owned()),
        content: content.to_owned(),
        content_hash: String::new(),
        base_hash: None,
        diff: diff.to_owned(),
        action: ArtifactAction::Write,
        is_new_file: false,
        added: 1,
        removed: 1,
        state: ArtifactState::Pending,
        taken: None,
        syntax_errors: Vec::new(),
        previous_artifact_id: None,
        created_at: 1_000,
    }
}

/// The built-in settings.
pub(super) fn start() -> Start {
    static SETTINGS: LazyLock<Settings> = LazyLock::new(|| Settings::defaults(Path::new("unused")).unwrap());
    Start {
        settings: SETTINGS.clone(),
        prompt: None,
        open: None,
        pick: false,
        demo: Vec::new(),
        clock: Clock::fixed(1_000),
    }
}

/// An engine with two models that can be asked.
pub(super) fn opened() -> Opened {
    let project = ProjectView { root: "/project".to_owned(), name: "project".to_owned() };
    Opened { project, models: models("planner-model", "coder-model", None), history: Vec::new() }
}

pub(super) fn models(planner: &str, coder: &str, problem: Option<&str>) -> ModelsView {
    let model = |model: &str| ModelView {
        provider: "provider".to_owned(),
        model: model.to_owned(),
        effort: None,
        context_window: Some(100_000),
        max_output: None,
        priced: true,
        problem: problem.map(str::to_owned),
    };
    ModelsView {
        planner: model(planner),
        coder: model(coder),
        analyst: model("analyst"),
        embedder: model("embedder"),
    }
}
