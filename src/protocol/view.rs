//! What front ends may know of stored things: plain values, safe to clone, print and send.

use serde::{Deserialize, Serialize};

use super::{ArtifactId, ChangeId, ConversationId, MessageId, OperationId, TimeMs};

/// Defines an enum whose names in the database, on the wire and in this code are one list.
macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// The stored and sent name.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)+
                    other => Err(format!("unknown {}: {other:?}", stringify!($name))),
                }
            }
        }
    };
}

pub(crate) use named;

named!(
    /// Where an operation stands. The last three are final.
    OperationStatus {
        /// Stored, not begun.
        Pending = "pending",
        /// The planner is at work.
        Started = "started",
        /// Work is being handed to the coder.
        Delegating = "delegating",
        /// The coder is writing.
        Generating = "generating",
        /// Ended as intended.
        Completed = "completed",
        /// Ended by an error.
        Failed = "failed",
        /// Ended by the user.
        Cancelled = "cancelled",
    }
);

impl OperationStatus {
    /// Whether nothing can follow.
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }
}

named!(
    /// Who said a message.
    MessageRole {
        /// The person.
        User = "user",
        /// The planner.
        Assistant = "assistant",
        /// Mira itself.
        System = "system",
    }
);

named!(
    /// What an artifact is.
    ArtifactKind {
        /// Source code, configuration, anything a program reads.
        Code = "code",
        /// Prose.
        Document = "document",
        /// A drawing in text form.
        Diagram = "diagram",
    }
);

named!(
    /// What has been decided about an artifact.
    ArtifactState {
        /// Waiting for a decision.
        Pending = "pending",
        /// On disk.
        Applied = "applied",
        /// Turned down.
        Rejected = "rejected",
        /// Was on disk, taken back.
        Undone = "undone",
        /// A newer version of the same path took its place before a decision.
        Superseded = "superseded",
    }
);

/// What an artifact does to its path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactAction {
    /// The file holds the content afterwards.
    #[default]
    Write,
    /// There is no such file afterwards. The content is empty.
    Delete,
    /// The file holds the content afterwards, and is gone from its former path.
    Rename {
        /// The former path.
        from: String,
    },
}

named!(
    /// How far a tool call is.
    ToolCallState {
        /// At work.
        Running = "running",
        /// Done.
        Completed = "completed",
        /// Done, with an error that the model was told.
        Failed = "failed",
        /// Stopped with its operation.
        Cancelled = "cancelled",
    }
);

/// A message as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageView {
    /// Its id.
    pub id: MessageId,
    /// Who said it.
    pub role: MessageRole,
    /// The text.
    pub content: String,
    /// When.
    pub created_at: TimeMs,
}

/// An operation as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationView {
    /// Its id.
    pub id: OperationId,
    /// Its conversation.
    pub conversation_id: ConversationId,
    /// Where it stands.
    pub status: OperationStatus,
    /// What the user asked.
    pub user_message: String,
    /// The closing text, or the partial text of one that did not close.
    pub result: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// When it was asked.
    pub created_at: TimeMs,
    /// When work on it began.
    pub started_at: Option<TimeMs>,
    /// When it ended.
    pub completed_at: Option<TimeMs>,
    /// Money spent, in US dollars.
    pub cost_usd: f64,
}

/// A proposed file state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArtifactView {
    /// Its id.
    pub artifact_id: ArtifactId,
    /// Path below the project root, with `/` between parts.
    pub path: String,
    /// What it does to that path.
    #[serde(default)]
    pub action: ArtifactAction,
    /// What it is.
    pub kind: ArtifactKind,
    /// Language name as in code fences, when known.
    pub language: Option<String>,
    /// The whole proposed content.
    pub content: String,
    /// SHA-256 of `content`, lower-case hex.
    pub content_hash: String,
    /// SHA-256 of the file this proposal was made against (for a rename, the one at the former path);
    /// `None` when there was no file.
    pub base_hash: Option<String>,
    /// Unified diff against the file on disk when the proposal was made.
    pub diff: String,
    /// Whether the path did not exist.
    pub is_new_file: bool,
    /// Lines added by the diff.
    pub added: u32,
    /// Lines removed by the diff.
    pub removed: u32,
    /// Places that its language's grammar does not understand and that were not there before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub syntax_errors: Vec<SyntaxErrorView>,
    /// What has been decided.
    pub state: ArtifactState,
    /// The hunks that were written, when not all were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<Vec<u32>>,
    /// The proposal for the same path that came before.
    pub previous_artifact_id: Option<ArtifactId>,
    /// When it was made.
    pub created_at: TimeMs,
}

/// A place of a proposal that does not keep to its language's grammar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxErrorView {
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// What is wrong there.
    pub message: String,
}

/// Most syntax errors of one artifact that are told one by one.
const MAX_TOLD: usize = 3;

impl ArtifactView {
    /// What it does, in a word for lists: `new`, `edit`, `delete` or `rename`.
    pub fn does(&self) -> &'static str {
        match self.action {
            ArtifactAction::Delete => "delete",
            ArtifactAction::Rename { .. } => "rename",
            ArtifactAction::Write if self.is_new_file => "new",
            ArtifactAction::Write => "edit",
        }
    }

    /// Its path, after a rename behind the former one.
    pub fn place(&self) -> String {
        match &self.action {
            ArtifactAction::Rename { from } => format!("{from} → {}", self.path),
            ArtifactAction::Write | ArtifactAction::Delete => self.path.clone(),
        }
    }

    /// Where the file is that it was made against.
    pub fn base_path(&self) -> &str {
        match &self.action {
            ArtifactAction::Rename { from } => from,
            ArtifactAction::Write | ArtifactAction::Delete => &self.path,
        }
    }

    /// A line for each new syntax error, without a sign before it; of many only the first few.
    pub fn syntax_warnings(&self) -> Vec<String> {
        let told = self.syntax_errors.iter().take(MAX_TOLD);
        let mut lines: Vec<String> = told
            .map(|error| format!("new syntax error at {}:{}: {}", self.path, error.line, error.message))
            .collect();
        if let Some(more) = self.syntax_errors.len().checked_sub(MAX_TOLD).filter(|more| *more > 0) {
            lines.push(format!("and {more} more in {}", self.path));
        }
        lines
    }
}

/// One file of a change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileChange {
    /// Path below the project root.
    pub path: String,
    /// SHA-256 before; `None` when the file did not exist.
    pub before_hash: Option<String>,
    /// SHA-256 after; `None` when the file does not exist any more.
    pub after_hash: Option<String>,
}

/// One applied or undone set of files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeView {
    /// Its id: what `undo` takes.
    pub change_id: ChangeId,
    /// The files it touched.
    pub files: Vec<FileChange>,
    /// The change that this one undoes.
    pub undoes: Option<ChangeId>,
    /// When it was written.
    pub applied_at: TimeMs,
    /// When it was undone.
    pub undone_at: Option<TimeMs>,
}

/// Tokens and money of one model call.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct UsageView {
    /// What the model was used for: planner, coder, analyst, embedder.
    pub role: String,
    /// The model's name.
    pub model: String,
    /// All input tokens.
    pub input: u64,
    /// Input tokens read from the provider's cache (part of `input`).
    pub cached: u64,
    /// Input tokens written to the provider's cache (part of `input`).
    pub cache_write: u64,
    /// All output tokens.
    pub output: u64,
    /// Output tokens spent on reasoning (part of `output`).
    pub reasoning: u64,
    /// US dollars; `None` when no price is known for the model.
    pub cost_usd: Option<f64>,
}
