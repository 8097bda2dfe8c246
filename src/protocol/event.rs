//! What the engine tells: one stream a conversation, numbered in order. Every event is an upsert by
//! id, so a late subscriber can take a snapshot and then follow.

use serde::{Deserialize, Serialize};

use super::{
    ApprovalId, ArtifactId, ArtifactView, ChangeView, ConversationId, Decision, DelegationView, ErrorCode,
    MessageId, OperationId, OperationStatus, TimeMs, ToolCallState, UsageView,
};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Position in the conversation's stream, from 1, rising.
    pub seq: u64,
    /// When.
    pub at: TimeMs,
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The operation.
    pub operation_id: OperationId,
    /// What.
    #[serde(flatten)]
    pub body: Body,
}

/// What happened. The names are the wire's message types.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Body {
    /// The operation went on to another status.
    OperationStatus {
        /// The new status.
        status: OperationStatus,
        /// A sentence for people.
        message: String,
    },
    /// The operation was stopped by the user; its `cancelled` status follows.
    OperationCancelled {},
    /// Text of the planner. `finished` closes the message and carries the whole text.
    ChatResponse {
        /// The message this belongs to.
        message_id: MessageId,
        /// A piece of text, or all of it when `finished`.
        content: String,
        /// Whether the message is complete and stored.
        finished: bool,
    },
    /// A piece of the model's reasoning.
    Reasoning {
        /// The piece.
        content: String,
    },
    /// A tool call of the planner, told again at each change of its state.
    ToolCall {
        /// The provider's id of the call.
        call_id: String,
        /// The tool.
        name: String,
        /// One line on what it does, for people.
        summary: String,
        /// How far it is.
        state: ToolCallState,
    },
    /// A hand-off goes to the coder.
    Delegation {
        /// What goes.
        #[serde(flatten)]
        delegation: Box<DelegationView>,
    },
    /// A hand-off waits for the user: it is sent, as shown or changed, or it is not. It waits no longer
    /// when its operation ends.
    ApprovalRequest {
        /// What the command `decide` takes.
        approval_id: ApprovalId,
        /// What would be sent.
        #[serde(flatten)]
        delegation: Box<DelegationView>,
    },
    /// The user has decided about a hand-off.
    ApprovalDecided {
        /// About which.
        approval_id: ApprovalId,
        /// The planner's call that it answers.
        call_id: String,
        /// How.
        #[serde(flatten)]
        decision: Decision,
    },
    /// A piece of a file that the coder is writing.
    ArtifactDelta {
        /// The tool call it is written for.
        call_id: String,
        /// The path as the coder named it.
        path: String,
        /// The piece.
        content: String,
    },
    /// What the coder's edit of a file changes so far, told again after each block; the newest counts.
    ArtifactDraft {
        /// The tool call it is written for.
        call_id: String,
        /// The path as the coder named it.
        path: String,
        /// Unified diff against the file as the coder was shown it.
        diff: String,
    },
    /// A proposed file state is stored and waits.
    Artifact {
        /// The artifact.
        #[serde(flatten)]
        artifact: Box<ArtifactView>,
    },
    /// Artifacts were written to disk.
    ArtifactApplied {
        /// The undoable change.
        #[serde(flatten)]
        change: ChangeView,
    },
    /// The user turned an artifact down, or some of its hunks.
    ArtifactRejected {
        /// The version that the decision was about.
        artifact_id: ArtifactId,
        /// Its path.
        path: String,
        /// The hunks; `None`: all of it.
        hunks: Option<Vec<u32>>,
        /// Why.
        reason: Option<String>,
    },
    /// The conversation was taken back: these operations do not belong to it any more.
    Rewound {
        /// Which, oldest first.
        operations: Vec<OperationId>,
    },
    /// Operations that were set aside belong to the conversation again.
    Unrewound {
        /// Which, oldest first.
        operations: Vec<OperationId>,
    },
    /// Tokens and money of one model call.
    Usage {
        /// The figures.
        #[serde(flatten)]
        usage: UsageView,
    },
    /// A model call failed in a way that waiting may mend: it will be repeated.
    Retrying {
        /// Which attempt comes next, from 2.
        attempt: u32,
        /// When it comes.
        retry_at: TimeMs,
        /// Why, as a sentence.
        reason: String,
    },
    /// Something worth knowing that is not an error: a duplicate, a thing left out.
    Notice {
        /// A sentence.
        message: String,
    },
    /// Something went wrong.
    Error {
        /// A sentence: what happened and what helps.
        message: String,
        /// Its class.
        code: ErrorCode,
    },
}
