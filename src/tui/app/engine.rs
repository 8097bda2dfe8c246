//! What the engine tells, folded into what the screen shows.

use super::{App, Draft, Effect, EngineState, Found, LoadedConversation, Opened, overlay::Overlay};
use crate::{
    protocol::{
        ArtifactState, Body, ChangeView, ConversationId, Event, ModelsView, OperationStatus, Reply,
        ToolCallState, TranscriptPage,
    },
    tui::{ink::Tone, operations::changed_lines},
};

impl App {
    /// The engine is there: what was wanted of it in the meantime goes out now.
    pub(super) fn opened(&mut self, opened: Opened) -> Vec<Effect> {
        self.engine = EngineState::Ready;
        self.status.project = opened.project.name;
        self.composer.set_history(opened.history);
        let has_planner = opened.models.planner.problem.is_none();
        self.use_models(opened.models);
        let mut effects = std::mem::take(&mut self.early);
        effects.push(Effect::Git);
        let is_idle = !effects.iter().any(|effect| matches!(effect, Effect::Prompt { .. } | Effect::Open(_)));
        if !has_planner && is_idle {
            effects.extend(self.begin_setup());
        }
        effects
    }

    /// Without an engine one can still read the sentence and leave.
    pub(super) fn not_opened(&mut self, why: String) -> Vec<Effect> {
        self.chat.note('✗', Tone::Error, &why);
        self.status.missing = Some(("no engine".to_owned(), why.clone()));
        self.engine = EngineState::Failed(why);
        for effect in std::mem::take(&mut self.early) {
            if let Effect::Prompt { .. } = effect
                && let Some(text) = self.chat.refused()
            {
                self.composer.set_text(&text);
            }
        }
        Vec::new()
    }

    /// Goes to the engine now, or as soon as it is there.
    pub(super) fn ask(&mut self, effect: Effect) -> Vec<Effect> {
        match &self.engine {
            EngineState::Ready => vec![effect],
            EngineState::Opening => {
                self.early.push(effect);
                Vec::new()
            }
            EngineState::Failed(why) => {
                let why = why.clone();
                self.say(why, Tone::Error);
                Vec::new()
            }
        }
    }

    pub(super) fn use_models(&mut self, models: ModelsView) {
        self.status.planner.clone_from(&models.planner.model);
        self.status.coder.clone_from(&models.coder.model);
        self.status.window = models.planner.context_window;
        let problems = [("planner", &models.planner.problem), ("coder", &models.coder.problem)];
        self.status.missing = problems.into_iter().find_map(|(role, problem)| {
            problem.as_ref().map(|sentence| (format!("no key for the {role}"), sentence.clone()))
        });
        self.models = Some(models);
    }

    pub(super) fn conversation_loaded(&mut self, loaded: LoadedConversation) -> Vec<Effect> {
        let LoadedConversation { id, title, page, artifacts, usage } = loaded;
        self.forget_conversation();
        self.conversation = Some(id);
        self.title = title;
        self.oldest = page.turns.first().map(|turn| turn.operation.id);
        self.chat.load(&page.turns, page.has_more);
        artifacts.into_iter().rev().for_each(|artifact| self.artifacts.upsert(artifact));
        self.status.cost = usage.iter().map(|usage| usage.cost_usd).sum();
        for event in page.turns.last().into_iter().flat_map(|turn| &turn.events) {
            if let Body::Usage { usage } = &event.body
                && usage.role == "planner"
            {
                self.status.context = Some(usage.input + usage.output);
            }
        }
        self.show_selected_artifact();
        for turn in page.turns.iter().filter(|turn| !turn.operation.status.is_terminal()) {
            for event in &turn.events {
                self.hand_offs.take(event);
            }
        }
        if let Some(prompt) = self.prompt_again.take().filter(|_| self.composer.is_empty()) {
            self.composer.set_text(&prompt);
        }
        vec![Effect::Follow { conversation: id, since: page.seq }]
    }

    pub(super) fn older_loaded(&mut self, conversation: ConversationId, page: &TranscriptPage) {
        self.loading_older = false;
        if self.conversation == Some(conversation) {
            self.oldest = page.turns.first().map(|turn| turn.operation.id).or(self.oldest);
            self.chat.load_older(&page.turns, page.has_more);
        }
    }

    pub(super) fn prompted(&mut self, answer: Result<Reply, String>) -> Vec<Effect> {
        match answer {
            Ok(Reply::Accepted { conversation_id, operation_id, since }) => {
                let title = self.chat.waiting_prompt().unwrap_or_default();
                let queued = self.operations.accepted(operation_id, &title, self.now);
                self.chat.accepted(operation_id, queued);
                if self.conversation == Some(conversation_id) {
                    return Vec::new();
                }
                self.conversation = Some(conversation_id);
                self.title = title.lines().next().unwrap_or_default().to_owned();
                vec![Effect::Follow { conversation: conversation_id, since }]
            }
            Ok(_) => Vec::new(),
            Err(why) => {
                if let Some(text) = self.chat.refused()
                    && self.composer.is_empty()
                {
                    self.composer.set_text(&text);
                }
                self.say(why, Tone::Error);
                Vec::new()
            }
        }
    }

    pub(super) fn events(&mut self, events: Vec<Event>) -> Vec<Effect> {
        events.into_iter().flat_map(|event| self.event(event)).collect()
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        if self.conversation != Some(event.conversation_id) {
            return Vec::new();
        }
        self.chat.take(&event);
        let chat = &self.chat;
        self.operations.take(&event, || chat.prompt_of(event.operation_id).unwrap_or_default());
        let mut effects = self.hand_off_event(&event);
        effects.extend(self.turns_moved(&event));
        effects.extend(self.fold(event.body));
        effects
    }

    fn fold(&mut self, body: Body) -> Vec<Effect> {
        match body {
            Body::Artifact { artifact } => {
                self.drafts.remove(&artifact.path);
                let state = artifact.state;
                self.artifacts.upsert(*artifact);
                self.decided(state);
                Vec::new()
            }
            Body::ArtifactDelta { call_id, path, content } => {
                self.draft_grows(&call_id, path, &content);
                Vec::new()
            }
            Body::ArtifactDraft { call_id, path, diff } => {
                self.edit_grows(&call_id, path, diff);
                Vec::new()
            }
            Body::ArtifactApplied { change } => self.changed(&change),
            Body::ToolCall { call_id, state, .. } => {
                if state != ToolCallState::Running {
                    self.artifacts.end_drafts(&call_id);
                    self.show_selected_artifact();
                }
                Vec::new()
            }
            Body::Usage { usage } => {
                self.status.used(&usage);
                Vec::new()
            }
            Body::OperationStatus { status, .. } if status.is_terminal() => self.operation_ended(status),
            _ => Vec::new(),
        }
    }

    /// Files were written, or taken back.
    fn changed(&mut self, change: &ChangeView) -> Vec<Effect> {
        if let Some(state) = self.artifacts.changed(change) {
            self.decided(state);
        }
        self.look_again();
        vec![Effect::Git]
    }

    /// What follows from a proposal's new state: the next one that waits is shown, the tour goes on.
    fn decided(&mut self, state: ArtifactState) {
        if matches!(state, ArtifactState::Applied | ArtifactState::Rejected) {
            self.artifacts.select_waiting();
        }
        self.show_selected_artifact();
        let pending = self.artifacts.pending().next().is_some();
        if let Some(demo) = self.demo.as_mut().filter(|_| !self.operations.is_running()) {
            demo.decided(state, pending);
        }
        self.offer_demo_prompt();
    }

    fn operation_ended(&mut self, status: OperationStatus) -> Vec<Effect> {
        self.drafts.clear();
        self.artifacts.clear_drafts();
        self.show_selected_artifact();
        self.look_again();
        let pending = self.artifacts.pending().count();
        if let Some(demo) = &mut self.demo {
            demo.ended(pending > 0);
        }
        self.offer_demo_prompt();
        if status != OperationStatus::Completed {
            self.say("/retry asks the same again", Tone::Muted);
        }
        let mut effects = vec![Effect::Git];
        if self.look.notify && !self.terminal_focused {
            let told = match (status, pending) {
                (OperationStatus::Failed, _) => "failed".to_owned(),
                (OperationStatus::Cancelled, _) => "stopped".to_owned(),
                (_, 0) => "done".to_owned(),
                (_, 1) => "done, 1 file waits for you".to_owned(),
                (_, files) => format!("done, {files} files wait for you"),
            };
            effects.push(Effect::Notify { title: format!("mira · {}", self.status.project), text: told });
        }
        effects
    }

    /// The scene's prompt stands ready to be sent.
    pub(super) fn offer_demo_prompt(&mut self) {
        let prompt = self.demo.as_ref().and_then(|demo| demo.prompt());
        if let Some(prompt) = prompt.filter(|_| self.composer.is_empty()) {
            self.composer.set_text(prompt);
        }
    }

    /// Whether the composer holds what the tour has put there, and nothing of the user's.
    pub(super) fn is_demo_prompt(&self) -> bool {
        let offered = self.demo.as_ref().and_then(|demo| demo.prompt());
        offered.is_some_and(|offered| offered == self.composer.text())
    }

    /// A file that the coder is writing has grown.
    fn draft_grows(&mut self, call_id: &str, path: String, piece: &str) {
        let draft = self.drafts.entry(path.clone()).or_insert_with(|| Draft::Whole(String::new()));
        if let Draft::Edit(_) = draft {
            *draft = Draft::Whole(String::new());
        }
        if let Draft::Whole(text) = draft {
            text.push_str(piece);
            let lines = text.lines().count();
            self.artifacts.draft(call_id, &path, lines);
        }
        self.show_selected_artifact();
    }

    /// An edit that the coder is writing has come to another block.
    fn edit_grows(&mut self, call_id: &str, path: String, diff: String) {
        self.artifacts.draft(call_id, &path, changed_lines(&diff));
        self.drafts.insert(path, Draft::Edit(diff));
        self.show_selected_artifact();
    }

    pub(super) fn found(&mut self, found: Found) -> Vec<Effect> {
        match found {
            Found::Models(models) => {
                self.use_models(*models);
                self.setup_goes_on()
            }
            Found::LocalServers(servers) => {
                self.local_servers(&servers);
                Vec::new()
            }
            Found::Git(git) => {
                self.status.git = git;
                Vec::new()
            }
            Found::Index(index) => {
                if let Some(left_out) = self.status.index_stands(index) {
                    self.say(left_out, Tone::Warning);
                }
                Vec::new()
            }
            Found::ToolOutput(operation, call_id, output) => {
                self.chat.tool_output(operation, &call_id, &output);
                Vec::new()
            }
            Found::Undo(preview, kind) => {
                self.ask_undo(preview, kind);
                Vec::new()
            }
            Found::Back(preview, back) => {
                self.ask_back(&preview, back);
                Vec::new()
            }
            Found::Review(view) => self.looked(*view),
            Found::Merged(view) => self.merged(*view),
            Found::Part(part) => self.part_known(&part),
            Found::Stale(paths) => self.stale(&paths),
            Found::Usage(cost) => {
                self.overlay = Some(Overlay::cost(&cost, self.screen));
                Vec::new()
            }
            Found::Context(context) => {
                self.overlay = Some(Overlay::context(context.as_ref(), self.screen));
                Vec::new()
            }
            other => match &mut self.overlay {
                Some(overlay) => overlay.found(other),
                None => Vec::new(),
            },
        }
    }
}
