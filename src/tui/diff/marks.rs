//! What is marked about hunks: those that are left out, and those that replace the user's own edits.

use std::collections::BTreeSet;

use crate::tui::review::{Around, Review};

/// The marks of all hunks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    dropped: BTreeSet<u32>,
    conflicts: Vec<u32>,
}

/// What decides which lines there are; everything else about a review is mere looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// How much of the file is shown around the hunks, as far as it is known.
    pub(super) around: Around,
    /// A single hunk needs a header where there is something to say of it.
    pub(super) has_headers: bool,
}

impl Layout {
    pub(super) fn of(review: &Review) -> Self {
        let around = review.base().map_or(Around::default(), |_| review.around());
        Self { around, has_headers: !review.conflicts().is_empty() }
    }
}

impl Marks {
    pub(super) fn of(review: &Review) -> Self {
        Self { dropped: review.dropped().clone(), conflicts: review.conflicts().to_vec() }
    }

    pub(super) fn is_dropped(&self, hunk: usize) -> bool {
        u32::try_from(hunk).is_ok_and(|hunk| self.dropped.contains(&hunk))
    }

    pub(super) fn is_conflict(&self, hunk: usize) -> bool {
        u32::try_from(hunk).is_ok_and(|hunk| self.conflicts.contains(&hunk))
    }

    /// For the header of the hunk; it says which side will be in the file.
    pub(super) fn told(&self, hunk: usize) -> &'static str {
        match (self.is_conflict(hunk), self.is_dropped(hunk)) {
            (true, true) => " ⚠ conflict: yours (−) stays",
            (true, false) => " ⚠ conflict: proposed (+)",
            (false, true) => " × dropped",
            (false, false) => "",
        }
    }

    /// The same in little room.
    pub(super) fn sign(&self, hunk: usize) -> &'static str {
        match (self.is_conflict(hunk), self.is_dropped(hunk)) {
            (true, true) => " ⚠ ×",
            (true, false) => " ⚠",
            (false, true) => " × dropped",
            (false, false) => "",
        }
    }
}
