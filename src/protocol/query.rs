//! What a front end may ask without changing anything, and what it is answered: conversations and
//! their transcripts, the project, what an undo would do.

use serde::{Deserialize, Serialize};

use super::{ArtifactId, ChangeId, ChangeView, ConversationId, Event, OperationId, OperationView, TimeMs};

/// A conversation as a list shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConversationView {
    /// Its id.
    pub conversation_id: ConversationId,
    /// What it is called: the first line said.
    pub title: String,
    /// When it began.
    pub created_at: TimeMs,
    /// When an operation last began or ended in it.
    pub updated_at: TimeMs,
    /// How many messages it has.
    pub messages: u32,
    /// One line of it: what was said last, or where a search found its words.
    pub preview: String,
}

/// A stretch of a conversation, oldest operation first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TranscriptPage {
    /// The operations with what they told.
    pub turns: Vec<TurnView>,
    /// Whether there are older operations.
    pub has_more: bool,
    /// Where the conversation's events stood when the page was read: subscribe from here.
    pub seq: u64,
}

/// An operation and its events in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TurnView {
    /// The operation.
    pub operation: OperationView,
    /// What it told, as far as it is kept.
    pub events: Vec<Event>,
}

/// The project at hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProjectView {
    /// Its root, absolute.
    pub root: String,
    /// The name of its root.
    pub name: String,
}

/// Something with a name in a file of the project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolView {
    /// Its name with what it belongs to: `Order.total`.
    pub name: String,
    /// What it is: `method`.
    pub kind: String,
    /// The file, from the project root.
    pub path: String,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line.
    pub last_line: u32,
}

/// What git says of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitView {
    /// The branch; `None` on a detached head.
    pub branch: Option<String>,
    /// The commit of a detached head, shortened.
    pub detached: Option<String>,
    /// Files that differ from the last commit, new ones included.
    pub changed: u32,
    /// Commits that the branch has before its upstream, where it has one.
    pub ahead: Option<u32>,
    /// Commits that its upstream has before the branch.
    pub behind: Option<u32>,
    /// Which checkout of the repository the project is.
    #[serde(default)]
    pub checkout: Checkout,
}

/// Which checkout of a repository a project is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checkout {
    /// The one that the repository was made with.
    #[default]
    Main,
    /// One of `git worktree`, beside the main one.
    Worktree,
    /// A repository inside of another one's checkout.
    Submodule,
}

/// How the index of the project's code stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexView {
    /// Files are read.
    Working {
        /// So many are done.
        done: usize,
        /// Of so many.
        of: usize,
    },
    /// Nothing is to be done.
    Resting {
        /// What the index does not hold, as a sentence; `None` when it holds all.
        left_out: Option<String>,
    },
}

impl Default for IndexView {
    fn default() -> Self {
        Self::Resting { left_out: None }
    }
}

/// Which model calls to sum up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageScope {
    /// Those of one operation.
    Operation(OperationId),
    /// Those of one conversation.
    Conversation(ConversationId),
    /// Those since midnight where the user is, of all projects.
    Today,
}

/// Where to look for a change to take back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoScope {
    /// Among those told in a conversation.
    Conversation(ConversationId),
    /// Among those that wrote an artifact.
    Artifact(ArtifactId),
    /// This one.
    Change(ChangeId),
}

/// What taking a change back would do to the disk as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndoPreview {
    /// The change: what the command `undo` takes.
    pub change: ChangeView,
    /// Its files.
    pub files: Vec<UndoFile>,
}

/// What would happen to one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UndoFile {
    /// Path below the project root.
    pub path: String,
    /// Unified diff from the file on disk to the file afterwards.
    pub diff: String,
    /// Lines added by the diff.
    pub added: u32,
    /// Lines removed by the diff.
    pub removed: u32,
    /// Why the undo would be refused, as a sentence; `None` when nothing stands in its way.
    pub conflict: Option<String>,
}
