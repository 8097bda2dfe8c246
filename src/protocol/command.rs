//! What a front end may ask of the engine, and what it gets back at once.

use serde::{Deserialize, Serialize};

use super::{ArtifactId, ChangeId, ChangeView, ConversationId, OperationId};

/// A request to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    /// Say something in a conversation; without one a new conversation begins.
    Prompt {
        /// The conversation to go on with.
        conversation_id: Option<ConversationId>,
        /// What the user says.
        text: String,
        /// What the client shows at this moment.
        #[serde(default)]
        context: ClientContext,
    },
    /// Stop an operation. Stopping one that has ended is no error.
    Cancel {
        /// Which.
        operation_id: OperationId,
    },
    /// Write artifacts to disk, all or none.
    Apply {
        /// Which.
        artifact_ids: Vec<ArtifactId>,
    },
    /// Turn an artifact down.
    Reject {
        /// Which.
        artifact_id: ArtifactId,
    },
    /// Take a change back (or an undo: that is a change too).
    Undo {
        /// Which.
        change_id: ChangeId,
    },
}

/// What the client shows while the user asks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientContext {
    /// The file in front of the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_path: Option<String>,
    /// What is selected in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Image files to show the planner: from the project's root, absolute, or below `~/`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<String>,
    /// JSON Schema that the closing answer must satisfy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output_schema: Option<serde_json::Value>,
}

/// A selected range of lines.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// First line, counted from 1.
    pub start_line: u32,
    /// Last line, included.
    pub end_line: u32,
    /// The selected text.
    pub text: String,
}

/// The engine's answer to a [`Command`]; what follows comes as events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reply {
    /// The prompt is stored and will be worked on.
    Accepted {
        /// Its conversation.
        conversation_id: ConversationId,
        /// The new operation.
        operation_id: OperationId,
        /// Where the conversation's event stream stood before it: subscribe from here.
        since: u64,
    },
    /// Files were written.
    Applied {
        /// The undoable change.
        change: ChangeView,
    },
    /// Done, nothing to tell.
    Done,
}

/// Classes of errors on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The request itself is wrong.
    ValidationError,
    /// Files or project facts could not be had.
    ContextError,
    /// The model's service failed or refused.
    LlmError,
    /// The database failed.
    StorageError,
    /// Time ran out.
    TimeoutError,
    /// A cap on money, tokens or rounds was reached.
    BudgetExceeded,
    /// The world has changed since (a file, a decision).
    Conflict,
    /// No such thing.
    NotFound,
}
