//! What the engine plays: a project, models, and the news of an operation, each a line in a test.

use super::Stage;
use crate::{
    protocol::{
        ApprovalId, ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, ArtifactView, Body, Brief,
        ChangeId, ChangeView, ContextSection, DelegationView, DiffLine, DiskState, ErrorCode, FileChange,
        FileDiff, GitView, MessageId, ModelView, ModelsView, OperationId, OperationStatus, OperationView,
        ProjectView, Reply, ReviewView, TimeMs, ToolCallState, TranscriptPage, TurnView, UsageView,
    },
    tui::app::{Found, Input, LoadedConversation, Opened},
};

/// A change of a file in two places.
pub(super) const EDIT: &str = "\
--- a/src/auth/mod.rs
+++ b/src/auth/mod.rs
@@ -1,4 +1,5 @@
 //! Who may come in.
+mod refresh;
 
 use crate::user::User;
 
@@ -40,5 +41,7 @@
 /// Issues a token.
 pub fn issue_token(user: &User) -> Token {
-    sign(user.id, EXPIRY)
+    let access = sign(user.id, EXPIRY);
+    refresh::remember(user.id, &access);
+    access
 }
 
";

/// A new file of so many lines.
pub(super) fn new_file(path: &str, lines: usize) -> String {
    let body: String =
        (1..=lines).map(|line| format!("+pub fn step_{line}() -> u32 {{ {line} }}\n")).collect();
    format!("--- /dev/null\n+++ b/{path}\n@@ -0,0 +1,{lines} @@\n{body}")
}

/// Models that are ready, or whose planner and coder lack a key.
pub(super) fn models(problem: Option<&str>) -> ModelsView {
    let model = |provider: &str, model: &str| ModelView {
        provider: provider.to_owned(),
        model: model.to_owned(),
        effort: None,
        context_window: Some(400_000),
        max_output: None,
        priced: true,
        problem: problem.map(|what| format!("{what} for {provider}: set one with /setup")),
    };
    ModelsView {
        planner: model("openai", "gpt-5"),
        coder: model("deepseek", "deepseek-flash"),
        analyst: model("openai", "gpt-4o-mini"),
        embedder: model("openai", "text-embedding-3-large"),
    }
}

impl Stage {
    /// The engine is there, in a git repository, with models that are ready.
    pub(super) fn opened(&mut self) -> &mut Self {
        self.opened_with(models(None))
    }

    pub(super) fn opened_with(&mut self, models: ModelsView) -> &mut Self {
        let project = ProjectView { root: "/home/ann/auth-service".into(), name: "auth-service".into() };
        let history = vec!["explain the login flow".to_owned(), "why does the build fail?".to_owned()];
        self.give(Input::Opened(Box::new(Opened { project, models, history })));
        let git = GitView { branch: Some("main".into()), changed: 2, ..GitView::default() };
        self.found(Found::Git(Some(git)))
    }

    /// Types a prompt and sends it; the engine takes it and begins at once.
    pub(super) fn ask(&mut self, prompt: &str) -> &mut Self {
        self.paste(prompt).key("enter").accepted().status(OperationStatus::Started)
    }

    /// The prompt on its way is stored.
    pub(super) fn accepted(&mut self) -> &mut Self {
        self.operation = OperationId::new(&self.ids);
        let (conversation_id, operation_id) = (self.conversation, self.operation);
        self.give(Input::Prompted(Ok(Reply::Accepted { conversation_id, operation_id, since: self.seq })))
    }

    pub(super) fn status(&mut self, status: OperationStatus) -> &mut Self {
        self.event(Body::OperationStatus { status, message: format!("it is {status}") })
    }

    pub(super) fn completed(&mut self) -> &mut Self {
        self.status(OperationStatus::Completed)
    }

    /// The same id each time: one hand-off waits at a time.
    pub(super) fn approval(&self) -> ApprovalId {
        self.operation.to_string().parse().unwrap()
    }

    /// A hand-off waits for the user.
    pub(super) fn waits(&mut self, call_id: &str) -> &mut Self {
        let part = |(name, tokens): (&str, u64)| ContextSection { name: name.to_owned(), tokens };
        let delegation = DelegationView {
            call_id: call_id.to_owned(),
            brief: Brief {
                tool: "refactor_code".into(),
                path: "src/auth/mod.rs".into(),
                task: "Make issue_token remember a refresh token.\nIt rotates with each use.".into(),
                requirements: vec!["a refresh token lives for a month".into(), "both are tested".into()],
                constraints: vec!["Keep issue_token as it is.".into()],
                context_paths: vec!["src/user.rs".into()],
                ..Brief::default()
            },
            model: "deepseek-flash".into(),
            plan: "I'll hand that over.".into(),
            context: [
                ("instructions", 702),
                ("project structure", 310),
                ("src/user.rs", 1_210),
                ("brief", 88),
            ]
            .map(part)
            .to_vec(),
        };
        self.event(Body::ApprovalRequest { approval_id: self.approval(), delegation: Box::new(delegation) })
    }

    /// A piece of the planner's answer.
    pub(super) fn says(&mut self, content: &str) -> &mut Self {
        let message_id = self.message();
        self.event(Body::ChatResponse { message_id, content: content.to_owned(), finished: false })
    }

    /// One message for each operation.
    fn message(&self) -> MessageId {
        self.operation.to_string().parse().unwrap()
    }

    pub(super) fn thinks(&mut self, content: &str) -> &mut Self {
        self.event(Body::Reasoning { content: content.to_owned() })
    }

    /// A call by the planner, `read src/a.rs` or `generate_code → src/a.rs`.
    pub(super) fn calls(&mut self, call_id: &str, summary: &str, state: ToolCallState) -> &mut Self {
        let name = summary.split(' ').next().unwrap_or_default().to_owned();
        self.event(Body::ToolCall { call_id: call_id.into(), name, summary: summary.into(), state })
    }

    /// A call that has ended well.
    pub(super) fn called(&mut self, call_id: &str, summary: &str) -> &mut Self {
        self.calls(call_id, summary, ToolCallState::Completed)
    }

    /// The coder writes on at a file.
    pub(super) fn writes(&mut self, call_id: &str, path: &str, content: &str) -> &mut Self {
        self.event(Body::ArtifactDelta {
            call_id: call_id.into(),
            path: path.into(),
            content: content.into(),
        })
    }

    /// A file is proposed.
    pub(super) fn proposes(&mut self, diff: &str) -> &mut Self {
        let artifact = self.artifact(diff);
        self.artifacts.insert(artifact.path.clone(), artifact.clone());
        self.event(Body::Artifact { artifact: Box::new(artifact) })
    }

    /// The next version of what is proposed for the same path.
    pub(super) fn version(&mut self, diff: &str) -> &mut Self {
        let new = self.artifact(diff);
        let previous_artifact_id = self.artifacts.get(&new.path).map(|earlier| earlier.artifact_id);
        let new = ArtifactView { previous_artifact_id, ..new };
        self.artifacts.insert(new.path.clone(), new.clone());
        self.event(Body::Artifact { artifact: Box::new(new) })
    }

    /// What the engine sees when it looks at the change of [`EDIT`].
    pub(super) fn review(&self, conflicts: &[u32], disk: DiskState) -> ReviewView {
        let artifact = self.artifacts["src/auth/mod.rs"].clone();
        let (conflicts, base) = (conflicts.to_vec(), (1..=50).map(|n| format!("line {n}\n")).collect());
        ReviewView { artifact, base: Some(base), hunks: FileDiff::default(), conflicts, disk }
    }

    /// It has looked.
    pub(super) fn looked(&mut self, conflicts: &[u32], disk: DiskState) -> &mut Self {
        let view = self.review(conflicts, disk);
        self.found(Found::Review(Box::new(view)))
    }

    fn artifact(&self, diff: &str) -> ArtifactView {
        let parsed = FileDiff::parse(diff).unwrap().counted();
        let lines = parsed.hunks.iter().flat_map(|hunk| &hunk.lines);
        let content = lines.filter_map(|line| match line {
            DiffLine::Context(text) | DiffLine::Added(text) => Some(text.as_str()),
            DiffLine::Removed(_) => None,
        });
        ArtifactView {
            artifact_id: ArtifactId::new(&self.ids),
            content: content.collect(),
            content_hash: format!("hash of {}", parsed.path),
            path: parsed.path,
            kind: ArtifactKind::Code,
            language: Some("rust".to_owned()),
            base_hash: None,
            diff: diff.to_owned(),
            action: ArtifactAction::Write,
            is_new_file: parsed.is_new,
            added: parsed.added,
            removed: parsed.removed,
            state: ArtifactState::Pending,
            taken: None,
            syntax_errors: Vec::new(),
            previous_artifact_id: None,
            created_at: self.clock.now(),
        }
    }

    /// What the engine tells when a file is on disk.
    pub(super) fn written(&mut self, path: &str) -> &mut Self {
        let change = self.change(path, None);
        self.event(Body::ArtifactApplied { change })
    }

    /// What it tells when the file is taken back.
    pub(super) fn taken_back(&mut self, path: &str) -> &mut Self {
        let change = self.change(path, Some(ChangeId::new(&self.ids)));
        self.event(Body::ArtifactApplied { change })
    }

    pub(super) fn rejected(&mut self, path: &str) -> &mut Self {
        let artifact = ArtifactView { state: ArtifactState::Rejected, ..self.artifacts[path].clone() };
        self.event(Body::Artifact { artifact: Box::new(artifact) })
    }

    pub(super) fn change(&self, path: &str, undoes: Option<ChangeId>) -> ChangeView {
        let new = Some(self.artifacts[path].content_hash.clone());
        let (before_hash, after_hash) = if undoes.is_some() { (new, None) } else { (None, new) };
        let files = vec![FileChange { path: path.to_owned(), before_hash, after_hash }];
        let applied_at = self.clock.now();
        ChangeView { change_id: ChangeId::new(&self.ids), files, undoes, applied_at, undone_at: None }
    }

    /// A model call has ended.
    pub(super) fn used(&mut self, role: &str, input: u64, cached: u64, output: u64, usd: f64) -> &mut Self {
        let usage = UsageView { input, cached, output, cost_usd: Some(usd), ..usage(role) };
        self.event(Body::Usage { usage })
    }

    /// The operation ends with an error.
    pub(super) fn fails(&mut self, message: &str) -> &mut Self {
        self.event(Body::Error { message: message.to_owned(), code: ErrorCode::LlmError });
        self.event(Body::OperationStatus { status: OperationStatus::Failed, message: message.to_owned() })
    }

    pub(super) fn retries(&mut self, attempt: u32, in_ms: TimeMs) -> &mut Self {
        let reason = "openai is overloaded (HTTP 529).".to_owned();
        self.event(Body::Retrying { attempt, retry_at: self.clock.now() + in_ms, reason })
    }

    /// A stored conversation of `turns` questions and answers is shown.
    pub(super) fn loaded(&mut self, turns: std::ops::Range<usize>, has_more: bool) -> &mut Self {
        let loaded = LoadedConversation {
            id: self.conversation,
            title: "a long talk".to_owned(),
            page: self.page(turns, has_more),
            artifacts: Vec::new(),
            usage: Vec::new(),
        };
        self.give(Input::Conversation(Box::new(loaded)))
    }

    pub(super) fn page(&self, turns: std::ops::Range<usize>, has_more: bool) -> TranscriptPage {
        let turns = turns.map(|turn| self.turn(&format!("question {turn}"), &format!("answer {turn}")));
        TranscriptPage { turns: turns.collect(), has_more, seq: self.seq }
    }

    pub(super) fn turn(&self, asked: &str, answered: &str) -> TurnView {
        let id = OperationId::new(&self.ids);
        let body = Body::ChatResponse {
            message_id: id.to_string().parse().unwrap(),
            content: answered.to_owned(),
            finished: true,
        };
        let (conversation_id, at) = (self.conversation, self.clock.now());
        let operation = OperationView {
            id,
            conversation_id,
            status: OperationStatus::Completed,
            user_message: asked.to_owned(),
            result: Some(answered.to_owned()),
            error: None,
            created_at: at,
            started_at: Some(at),
            completed_at: Some(at),
            cost_usd: 0.0,
        };
        let event = crate::protocol::Event { seq: 1, at, conversation_id, operation_id: operation.id, body };
        TurnView { operation, events: vec![event] }
    }
}

/// What a role uses, before any of it is.
pub(super) fn usage(role: &str) -> UsageView {
    let model = if role == "coder" { "deepseek-flash" } else { "gpt-5" };
    UsageView { role: role.to_owned(), model: model.to_owned(), ..UsageView::default() }
}
