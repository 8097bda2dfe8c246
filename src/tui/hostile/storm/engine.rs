//! An engine without sense: what it tells and answers has the right form and nothing else.

use super::Storm;
use crate::{
    protocol::{
        ApprovalId, ArtifactState, Body, Brief, ChangeId, ChangeView, ContextView, ConversationId,
        ConversationView, DelegationView, ErrorCode, Event, FileChange, GitView, IdSource, LocalServerView,
        MessageId, ModelChoiceView, OperationStatus, OperationView, Reply, ToolCallState, TranscriptPage,
        TurnView, UndoFile, UndoPreview, UsageView,
    },
    tui::{
        app::{CostView, Edited, Effect, Found, Input, LoadedConversation, UndoKind},
        highlight::{Answer, BlockId, Coloured},
        hostile::stage::{artifact, models},
    },
};

impl Storm {
    pub(super) fn event(&self, kind: u8, operation: u8, conversation: u8, words: String) -> Event {
        let stranger = ConversationId::new(&IdSource::random());
        let conversation_id = if conversation == 0 { stranger } else { self.stage.conversation };
        let operation_id = self.operations[usize::from(operation)];
        let body = self.body(kind, conversation, words);
        Event { seq: 1, at: self.now, conversation_id, operation_id, body }
    }

    fn body(&self, kind: u8, choice: u8, words: String) -> Body {
        let ids = IdSource::seeded(u64::from(choice % 3));
        let call_id = format!("call-{}", choice % 3);
        match kind {
            0 => Body::OperationStatus {
                status: STATUSES[usize::from(choice) % STATUSES.len()],
                message: words,
            },
            1 => {
                Body::ChatResponse { message_id: MessageId::new(&ids), content: words, finished: choice > 4 }
            }
            2 => Body::Reasoning { content: words },
            3 => {
                Body::ToolCall { call_id, name: "read_file".to_owned(), summary: words, state: state(choice) }
            }
            4 => Body::ToolCall {
                call_id,
                name: "generate_code".to_owned(),
                summary: format!("generate_code → {words}"),
                state: state(choice),
            },
            5 => Body::ArtifactDelta { call_id, path: format!("src/{choice}.rs"), content: words },
            6 | 7 => {
                let mut artifact = artifact(&ids, &format!("src/{choice}.rs"), &diff(&words), &words);
                artifact.state = if choice > 5 { ArtifactState::Applied } else { ArtifactState::Pending };
                Body::Artifact { artifact: Box::new(artifact) }
            }
            8 => Body::ArtifactApplied { change: change(&ids, &format!("src/{choice}.rs")) },
            9 => Body::Retrying { attempt: 2, retry_at: self.now + 4_000, reason: words },
            10 => Body::Usage { usage: usage(&words) },
            11 => Body::ApprovalRequest {
                approval_id: ApprovalId::new(&ids),
                delegation: hand_off(call_id, words),
            },
            12 => Body::Rewound { operations: vec![self.operations[0]] },
            _ if choice > 3 => Body::Notice { message: words },
            _ => Body::Error { message: words, code: ErrorCode::LlmError },
        }
    }

    pub(super) fn answer(&self, kind: u8, words: &str) -> Input {
        let ids = IdSource::seeded(1);
        let (words, operation) = (words.to_owned(), self.operations[0]);
        let found = match kind {
            0 => Found::Files(vec![words.clone(), "src/lib.rs".to_owned()]),
            1 => Found::Preview(self.stage.conversation, self.page(&words)),
            2 => Found::Undo(None, UndoKind::Undo),
            3 => Found::ToolOutput(operation, "call-1".to_owned(), words),
            4 => Found::Usage(CostView { conversation: vec![usage(&words)], today: Vec::new() }),
            5 => Found::Context(Some(ContextView { window: 0, used: 7, ..ContextView::default() })),
            6 => Found::Models(Box::new(models(&words, "b", (words.len() % 2 == 0).then_some("no key")))),
            7 => Found::Git(Some(GitView { branch: Some(words), changed: 3, ..GitView::default() })),
            8 => Found::LocalServers(vec![LocalServerView {
                name: words.clone(),
                base_url: "http://localhost".to_owned(),
                models: vec![words],
            }]),
            9 => return Input::Older(self.stage.conversation, self.page(&words)),
            10 => return Input::Done(Some(words)),
            11 => return Input::Failed(words),
            12 => return Input::Edited(Edited::Prompt, words),
            13 => return Input::Prompted(Err(words)),
            14 => {
                let coloured = Coloured { block: BlockId::fresh(), first_line: 3, lines: Vec::new() };
                return Input::Coloured(Answer::Coloured(coloured));
            }
            _ => {
                let artifacts = vec![artifact(&ids, "a.rs", &diff(&words), &words)];
                let (id, page) = (self.stage.conversation, self.page(&words));
                let loaded = LoadedConversation { id, title: words, page, artifacts, usage: Vec::new() };
                return Input::Conversation(Box::new(loaded));
            }
        };
        Input::Found(Box::new(found))
    }

    /// What the real engine answers to what the screen asks.
    pub(super) fn answer_to(&self, effect: Effect) -> Option<Input> {
        let (conversation_id, operation_id) = (self.stage.conversation, self.operations[1]);
        let found = match effect {
            Effect::Prompt { .. } => {
                return Some(Input::Prompted(Ok(Reply::Accepted {
                    conversation_id,
                    operation_id,
                    since: 0,
                })));
            }
            Effect::Open(_) => return Some(self.answer(15, "an earlier conversation")),
            Effect::ListFiles => return Some(self.answer(0, "README.md")),
            Effect::ListConversations(query) => Found::Conversations(query, vec![self.listed()]),
            Effect::PreviewUndo(_, kind) => Found::Undo(Some(preview()), kind),
            Effect::Cost(_) => return Some(self.answer(4, "planner")),
            Effect::Context(_) => return Some(self.answer(5, "")),
            Effect::ModelChoices => {
                let choice = ModelChoiceView { provider: "a".to_owned(), model: "b".to_owned() };
                Found::ModelChoices(vec![choice])
            }
            _ => return None,
        };
        Some(Input::Found(Box::new(found)))
    }

    fn listed(&self) -> ConversationView {
        ConversationView {
            conversation_id: self.stage.conversation,
            title: "a title".to_owned(),
            created_at: 0,
            updated_at: i64::MAX,
            messages: 3,
            preview: String::new(),
        }
    }

    fn page(&self, words: &str) -> TranscriptPage {
        let operation = OperationView {
            id: self.operations[2],
            conversation_id: self.stage.conversation,
            status: OperationStatus::Completed,
            user_message: words.to_owned(),
            result: Some(words.to_owned()),
            error: None,
            created_at: 0,
            started_at: None,
            completed_at: None,
            cost_usd: 0.0,
        };
        let events = (0..14).map(|kind| self.event(kind, 2, 5, words.to_owned())).collect();
        TranscriptPage { turns: vec![TurnView { operation, events }], has_more: true, seq: 9 }
    }
}

const STATUSES: [OperationStatus; 7] = [
    OperationStatus::Started,
    OperationStatus::Delegating,
    OperationStatus::Generating,
    OperationStatus::Pending,
    OperationStatus::Completed,
    OperationStatus::Failed,
    OperationStatus::Cancelled,
];

fn state(choice: u8) -> ToolCallState {
    match choice % 3 {
        0 => ToolCallState::Running,
        1 => ToolCallState::Completed,
        _ => ToolCallState::Failed,
    }
}

fn diff(words: &str) -> String {
    let line = words.replace(['\n', '\r'], " ");
    format!("--- a/a.rs\n+++ b/a.rs\n@@ -1,2 +1,2 @@\n {line}\n-old {line}\n+new {line}\n")
}

fn usage(words: &str) -> UsageView {
    let (input, output) = (u64::from(u32::MAX), 7);
    UsageView { role: "planner".to_owned(), model: words.to_owned(), input, output, ..UsageView::default() }
}

fn change(ids: &IdSource, path: &str) -> ChangeView {
    let file = FileChange { path: path.to_owned(), before_hash: None, after_hash: None };
    ChangeView {
        change_id: ChangeId::new(ids),
        files: vec![file],
        undoes: None,
        applied_at: 0,
        undone_at: None,
    }
}

fn preview() -> UndoPreview {
    let file =
        UndoFile { path: "a.rs".to_owned(), diff: diff("words"), added: 1, removed: 1, conflict: None };
    UndoPreview { change: change(&IdSource::seeded(1), "a.rs"), files: vec![file] }
}

fn hand_off(call_id: String, words: String) -> Box<DelegationView> {
    let brief = Brief { path: "a.rs".to_owned(), task: words.clone(), ..Brief::default() };
    Box::new(DelegationView { call_id, brief, model: words.clone(), plan: words, context: Vec::new() })
}
