//! The one language between the engine and its front ends: commands in, events out, and the ids,
//! views and snapshots both sides share. It imports nothing of the engine and draws nothing.
//!
//! The serde form of [`Event`] is the wire: `exec --json` prints it, one object a line, and the
//! local server sends the same frames.

mod command;
mod content;
mod delegation;
mod diff;
mod event;
mod ids;
pub mod mention;
mod models;
mod query;
mod review;
mod view;

pub use command::{ClientContext, Command, ErrorCode, Mode, Reply, Selection};
pub use content::{Content, FileState, content_hash};
pub use delegation::{Brief, Decision, DelegationView};
pub use diff::{DiffLine, DiffParseError, FileDiff, Hunk};
pub use event::{Body, Event};
pub use ids::{
    ApprovalId, ArtifactId, ChangeId, Clock, ConversationId, IdSource, MessageId, OperationId, ProjectId,
    TimeMs,
};
pub use models::{ContextSection, ContextView, LocalServerView, ModelChoiceView, ModelView, ModelsView};
pub use query::{
    Checkout, ConversationView, GitView, IndexView, ProjectView, SymbolView, TranscriptPage, TurnView,
    UndoFile, UndoPreview, UndoScope, UsageScope,
};
pub use review::{
    DiskState, LineRange, Merge, MergeConflict, PartView, ReviewView, RewindPreview, RewindWhat, TakeBack,
};
pub(crate) use view::named;
pub use view::{
    ArtifactAction, ArtifactKind, ArtifactState, ArtifactView, ChangeView, FileChange, MessageRole,
    MessageView, OperationStatus, OperationView, SyntaxErrorView, ToolCallState, UsageView,
};
