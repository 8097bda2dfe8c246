//! How far the user is with one proposal: which hunks are taken, what the engine says of them and of the
//! file on disk, and how much of the file is shown around them. Pure: decisions are carried out elsewhere.

use std::collections::BTreeSet;

use super::{ink::Tone, text::Line};
use crate::protocol::{
    ArtifactAction, ArtifactState, ArtifactView, DiffLine, DiskState, FileDiff, Hunk, PartView, ReviewView,
};

/// The review of one version of a proposal.
#[derive(Debug, Default)]
pub(crate) struct Review {
    /// How many hunks it has.
    hunks: u32,
    dropped: BTreeSet<u32>,
    part: Part,
    base: Option<String>,
    conflicts: Vec<u32>,
    disk: Disk,
    around: Around,
    look: Look,
}

/// Whether the engine has told about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Look {
    #[default]
    Unasked,
    /// For the first time.
    Asked,
    Told,
    /// What was told may have changed since.
    Stale,
    AskedAgain,
}

/// The file with the taken hunks and without the others, which the engine makes.
#[derive(Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Unknown,
    /// It is to be written as soon as it is known.
    Awaited,
    /// Its hash.
    Known(String),
}

/// The file on disk beside the text that the proposal was made against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Disk {
    #[default]
    Same,
    /// Edited since; so many places are changed by both.
    Changed {
        conflicts: usize,
    },
    Missing,
    Appeared,
}

/// How much of the file is shown around its hunks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Around {
    /// The three lines that a diff has.
    #[default]
    Few,
    /// Ten lines.
    More,
    /// All of it.
    Whole,
}

/// What writing means now.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Writing {
    /// All of it.
    Whole,
    /// These hunks, which make a file of this hash.
    Part { hunks: Vec<u32>, hash: String },
    /// These hunks, once it is known what they make.
    Awaited(Vec<u32>),
    /// Nothing is taken.
    Nothing,
}

impl Around {
    /// One step more.
    pub(crate) fn wider(self) -> Option<Self> {
        match self {
            Self::Few => Some(Self::More),
            Self::More => Some(Self::Whole),
            Self::Whole => None,
        }
    }

    /// One step less.
    pub(crate) fn narrower(self) -> Option<Self> {
        match self {
            Self::Few => None,
            Self::More => Some(Self::Few),
            Self::Whole => Some(Self::More),
        }
    }

    /// Lines beyond those that the diff has.
    pub(crate) fn extra(self) -> usize {
        match self {
            Self::Few => 0,
            Self::More => 7,
            Self::Whole => usize::MAX,
        }
    }
}

impl Review {
    /// Of a proposal that nobody has looked at; of one that is written in part, what was left out.
    pub(crate) fn of(artifact: &ArtifactView) -> Self {
        let hunks = count(&artifact.diff);
        let mut review = Self { hunks, ..Self::default() };
        if let Some(taken) = &artifact.taken {
            review.dropped = (0..hunks).filter(|hunk| !taken.contains(hunk)).collect();
        }
        review
    }

    /// Of the version that follows `earlier`: hunks that were dropped stay dropped where they come again.
    pub(crate) fn following(&self, earlier: &ArtifactView, artifact: &ArtifactView) -> Self {
        let mut review = Self { around: self.around, ..Self::of(artifact) };
        if !self.dropped.is_empty() && artifact.previous_artifact_id == Some(earlier.artifact_id) {
            let (before, after) = (hunks(earlier), hunks(artifact));
            let dropped = numbered(&before).filter(|(number, _)| self.dropped.contains(number));
            let dropped: Vec<_> = dropped.map(|(_, hunk)| changed(hunk)).collect();
            let again = numbered(&after).filter(|(_, hunk)| dropped.contains(&changed(hunk)));
            review.dropped = again.map(|(number, _)| number).collect();
        }
        review
    }

    /// Takes in what the engine says. Hunks that replace the user's own later edits are dropped until they
    /// are taken one by one; the first of them is to be seen, the first time.
    pub(crate) fn looked(&mut self, view: ReviewView) -> Option<u32> {
        let is_first = matches!(self.look, Look::Unasked | Look::Asked);
        self.look = Look::Told;
        (self.base, self.conflicts) = (view.base, view.conflicts);
        self.disk = match view.disk {
            DiskState::Same => Disk::Same,
            DiskState::Changed { merged } => Disk::Changed { conflicts: merged.conflicts.len() },
            DiskState::Missing => Disk::Missing,
            DiskState::Appeared => Disk::Appeared,
        };
        let is_new = is_first && view.artifact.state == ArtifactState::Pending;
        let first = self.conflicts.first().copied().filter(|_| is_new)?;
        self.dropped.extend(&self.conflicts);
        self.part = Part::Unknown;
        Some(first)
    }

    /// Whether the engine is to be asked about it; it will be, then.
    pub(crate) fn wants_look(&mut self) -> bool {
        let asked = match self.look {
            Look::Unasked => Look::Asked,
            Look::Stale => Look::AskedAgain,
            Look::Asked | Look::Told | Look::AskedAgain => return false,
        };
        self.look = asked;
        true
    }

    /// The file on disk may have changed.
    pub(crate) fn look_again(&mut self) {
        self.look = match self.look {
            Look::Unasked | Look::Asked => Look::Unasked,
            Look::Told | Look::Stale | Look::AskedAgain => Look::Stale,
        };
    }

    /// Takes a hunk that was dropped, or drops it.
    pub(crate) fn toggle(&mut self, hunk: u32) {
        if !self.dropped.remove(&hunk) {
            self.dropped.insert(hunk);
        }
        self.part = Part::Unknown;
    }

    /// The hunks that are taken.
    fn taken(&self) -> Vec<u32> {
        (0..self.hunks).filter(|hunk| !self.dropped.contains(hunk)).collect()
    }

    /// Whether writing needs to know first what the taken hunks make.
    pub(crate) fn is_partial(&self) -> bool {
        !self.dropped.is_empty() || !self.conflicts.is_empty()
    }

    /// The hunks to ask the engine about: what they make is not known yet.
    pub(crate) fn wanted_part(&self) -> Option<Vec<u32>> {
        let taken = self.taken();
        (self.part == Part::Unknown && self.is_partial() && !taken.is_empty()).then_some(taken)
    }

    /// Takes in what some hunks make, if they are still the taken ones; tells whether that is to be
    /// written at once.
    pub(crate) fn part_known(&mut self, part: &PartView) -> bool {
        if part.hunks != self.taken() {
            return false;
        }
        let known = Part::Known(part.hash.clone());
        std::mem::replace(&mut self.part, known) == Part::Awaited
    }

    /// What writing it means.
    pub(crate) fn writing(&mut self) -> Writing {
        let hunks = self.taken();
        match &self.part {
            _ if hunks.is_empty() && self.hunks > 0 => Writing::Nothing,
            _ if !self.is_partial() => Writing::Whole,
            Part::Known(hash) => Writing::Part { hunks, hash: hash.clone() },
            Part::Unknown | Part::Awaited => {
                self.part = Part::Awaited;
                Writing::Awaited(hunks)
            }
        }
    }

    /// What turning it down means: the hunks that are dropped, or all of it.
    pub(crate) fn rejected(&self) -> Option<Vec<u32>> {
        let is_part = !self.dropped.is_empty() && self.dropped.len() < self.hunks as usize;
        is_part.then(|| self.dropped.iter().copied().collect())
    }

    /// How many hunks there are.
    pub(crate) fn len(&self) -> u32 {
        self.hunks
    }

    /// How many are taken, unless all are.
    pub(crate) fn taken_of(&self) -> Option<(usize, u32)> {
        (!self.dropped.is_empty()).then(|| (self.hunks as usize - self.dropped.len(), self.hunks))
    }

    /// The hunks that are left out.
    pub(crate) fn dropped(&self) -> &BTreeSet<u32> {
        &self.dropped
    }

    /// The hunks that replace lines which the user has edited.
    pub(crate) fn conflicts(&self) -> &[u32] {
        &self.conflicts
    }

    /// The text that it was made against, once that is known.
    pub(crate) fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// How much of the file is shown around the hunks.
    pub(crate) fn around(&self) -> Around {
        self.around
    }

    /// Shows more or less of it.
    pub(crate) fn set_around(&mut self, around: Around) {
        self.around = around;
    }

    /// What to know about the file on disk before deciding; `merge` is the key that brings both together.
    pub(crate) fn notice(&self, artifact: &ArtifactView, merge: &str) -> Option<Line> {
        if artifact.state != ArtifactState::Pending {
            return None;
        }
        let (what, helps) = match self.disk {
            Disk::Same => return None,
            Disk::Changed { conflicts: 0 } => ("changed on disk", format!("{merge} merges")),
            Disk::Changed { conflicts: 1 } => ("changed on disk", format!("{merge} merges, 1 conflict")),
            Disk::Changed { conflicts } => {
                ("changed on disk", format!("{merge} merges, {conflicts} conflicts"))
            }
            Disk::Missing => ("deleted on disk", format!("{merge} proposes it anew")),
            Disk::Appeared => ("now there on disk", format!("{merge} merges")),
        };
        let helps = match artifact.action {
            ArtifactAction::Write => helps,
            ArtifactAction::Delete | ArtifactAction::Rename { .. } => "ask for it again".to_owned(),
        };
        Some(Line::of(&format!("⚠ {what} · {helps}"), Tone::Warning))
    }
}

/// How many hunks a unified diff has: only their headers begin like this.
fn count(diff: &str) -> u32 {
    u32::try_from(diff.lines().filter(|line| line.starts_with("@@ ")).count()).unwrap_or(u32::MAX)
}

fn hunks(artifact: &ArtifactView) -> Vec<Hunk> {
    FileDiff::parse(&artifact.diff).map(|diff| diff.hunks).unwrap_or_default()
}

fn numbered(hunks: &[Hunk]) -> impl Iterator<Item = (u32, &Hunk)> {
    (0..).zip(hunks)
}

/// What a hunk changes, wherever it stands.
fn changed(hunk: &Hunk) -> Vec<&DiffLine> {
    hunk.lines.iter().filter(|line| !matches!(line, DiffLine::Context(_))).collect()
}

#[cfg(test)]
mod tests;
