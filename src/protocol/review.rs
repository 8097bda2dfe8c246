//! What a front end shows while a proposal is reviewed or work is taken back: hunks, the file on disk beside
//! them, merges, and previews. Doing it is a command.

use serde::{Deserialize, Serialize};

use super::{ArtifactId, ArtifactView, FileDiff, OperationId, UndoFile};

/// A proposal with everything that a decision about it rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReviewView {
    /// The proposal.
    pub artifact: ArtifactView,
    /// The text that it was made against; `None` when there was no file.
    pub base: Option<String>,
    /// From that text to the proposal. Hunks are numbered from 0, in this order, and never change.
    pub hunks: FileDiff,
    /// Hunks that replace lines which the user has edited since the proposal was first made: the
    /// removed lines are the user's, the added ones are proposed.
    pub conflicts: Vec<u32>,
    /// How the file is now.
    pub disk: DiskState,
}

/// The file on disk, compared with the text that a proposal was made against.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DiskState {
    /// Just like it.
    Same,
    /// Edited since.
    Changed {
        /// Both edits in one text: what `rebase` would propose.
        merged: Merge,
    },
    /// Deleted since.
    Missing,
    /// Made since; there was none before.
    Appeared,
}

/// Two edits of one text brought together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// The outcome, which never holds conflict markers: where both edits want the same lines, it has
    /// what the second one wants.
    pub content: String,
    /// Where that is so, top to bottom.
    pub conflicts: Vec<MergeConflict>,
}

/// A place that both edits change, each in its own way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeConflict {
    /// Its lines on the first side.
    pub lines: LineRange,
    /// What the first side has there.
    pub ours: String,
    /// What the second side has there.
    pub theirs: String,
}

/// Lines of a text, counted from 1. Without lines `start` is the number of the line behind the place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRange {
    /// The first line.
    pub start: usize,
    /// How many.
    pub len: usize,
}

/// Some hunks of a proposal, as they would be written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartView {
    /// The proposal.
    pub artifact_id: ArtifactId,
    /// The hunks, rising.
    pub hunks: Vec<u32>,
    /// The file with them and without the others.
    pub content: String,
    /// SHA-256 of `content`, lower-case hex: what the command `apply_hunks` expects.
    pub hash: String,
}

/// What to take back beside one whole change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeBack {
    /// What was written of one artifact, and nothing that was written with it.
    Artifact(ArtifactId),
    /// Everything that was written of one operation's artifacts.
    Operation(OperationId),
}

/// What goes back to an earlier point of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RewindWhat {
    /// The files that Mira has written since.
    Files,
    /// The turns since.
    Chat,
    /// Both.
    Both,
}

impl RewindWhat {
    /// Whether files go back.
    pub fn files(self) -> bool {
        self != Self::Chat
    }

    /// Whether turns go back.
    pub fn chat(self) -> bool {
        self != Self::Files
    }
}

/// What going back would do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewindPreview {
    /// The files that would change, or stand in the way.
    pub files: Vec<UndoFile>,
    /// Turns that would be set aside.
    pub turns: u32,
    /// Files that stand in the way; with any, nothing would be done.
    pub conflicts: u32,
}
