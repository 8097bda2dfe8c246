//! What a front end may ask of the engine, and what it gets back at once.

use serde::{Deserialize, Serialize};

use super::{
    ApprovalId, ArtifactId, ArtifactView, ChangeId, ChangeView, ConversationId, Decision, OperationId,
    RewindWhat, TakeBack,
};

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
    /// Decide about a hand-off that waits for it. The first decision counts.
    Decide {
        /// Which.
        approval_id: ApprovalId,
        /// How.
        #[serde(flatten)]
        decision: Decision,
    },
    /// Write artifacts to disk, all or none.
    Apply {
        /// Which.
        artifact_ids: Vec<ArtifactId>,
    },
    /// Write some hunks of an artifact; the others are turned down.
    ApplyHunks {
        /// Which.
        artifact_id: ArtifactId,
        /// The hunks to write.
        hunks: Vec<u32>,
        /// SHA-256 of the file that the user was shown with them.
        expected_hash: String,
    },
    /// Turn an artifact down, or some of its hunks: then what is left of it waits as a new version.
    Reject {
        /// Which.
        artifact_id: ArtifactId,
        /// Its hunks; without them all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hunks: Option<Vec<u32>>,
        /// Why, for the models.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Put the user's own text in the place of a waiting proposal, as its next version.
    Revise {
        /// Which.
        artifact_id: ArtifactId,
        /// The whole file as the user wants it.
        content: String,
    },
    /// Bring a proposal together with a file that has changed since, as its next version.
    Rebase {
        /// Which.
        artifact_id: ArtifactId,
    },
    /// Take a change back (or an undo: that is a change too).
    Undo {
        /// Which.
        change_id: ChangeId,
    },
    /// Take back what an artifact or an operation has written.
    TakeBack {
        /// Which.
        what: TakeBack,
    },
    /// Go back to the point of a conversation before an operation.
    Rewind {
        /// Which.
        conversation_id: ConversationId,
        /// The first operation that goes.
        before: OperationId,
        /// Files, turns or both.
        what: RewindWhat,
    },
    /// Bring the turns back that were set aside last, and with them the files that went with them and have not
    /// come back yet: all or nothing. Files that were edited in the same place since stand in the way.
    Unrewind {
        /// Which.
        conversation_id: ConversationId,
    },
}

/// What may come of a prompt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Changes may be proposed, where the user asks for them.
    #[default]
    Code,
    /// Words only.
    Ask,
}

impl Mode {
    /// Whether it need not be said.
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What the client shows while the user asks, and what it wants.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ClientContext {
    /// What may come of the prompt.
    #[serde(default, skip_serializing_if = "Mode::is_default")]
    pub mode: Mode,
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
    /// A new version of an artifact waits.
    Revised {
        /// The version.
        artifact: Box<ArtifactView>,
    },
    /// The conversation is at an earlier point.
    Rewound {
        /// The undoable change of the files, if any changed.
        change: Option<ChangeView>,
        /// How many turns were set aside.
        turns: u32,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Reads a command and writes it again.
    fn check(json: &str) {
        let read: Command = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
    }

    #[test]
    fn what_may_be_left_out_is_left_out() {
        let id = "00000000-0000-7000-8000-000000000001";
        check(&format!(r#"{{"type":"reject","artifact_id":"{id}"}}"#));
        check(&format!(r#"{{"type":"reject","artifact_id":"{id}","hunks":[0,2],"reason":"no"}}"#));
        check(&format!(r#"{{"type":"decide","approval_id":"{id}","decision":"allow"}}"#));
        check(&format!(r#"{{"type":"take_back","what":{{"artifact":"{id}"}}}}"#));
        check(&format!(r#"{{"type":"rewind","conversation_id":"{id}","before":"{id}","what":"both"}}"#));
    }
}
