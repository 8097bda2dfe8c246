//! A row of the artifacts pane: path, kind, counts and state in columns, of which the less telling
//! ones give way when the pane is narrow.

use super::Row;
use crate::{
    protocol::{ArtifactState, ArtifactView},
    tui::{
        ink::{Ink, Tone},
        path::shortened,
        text::Line,
    },
};

/// Between two columns.
const GAP: usize = 2;

/// The mark of the selected row, and its blank.
const MARK: usize = 2;

/// What of a path has to be seen before other columns get room.
const LEAST_PATH: usize = 16;

/// How wide each column is; 0 is left out.
#[derive(Debug, Default)]
pub(super) struct Columns {
    path: usize,
    kind: usize,
    counts: usize,
    state: usize,
    has_words: bool,
}

impl Columns {
    /// The columns for `rows` in `width`: the words of the states go first, then the kind, then the
    /// counts, and last the state.
    pub(super) fn of(rows: &[Row], width: usize) -> Self {
        let widest = |cell: fn(&Row) -> usize| rows.iter().map(cell).max().unwrap_or_default();
        let path = widest(|row| Line::of(&row.path, Ink::TEXT).width());
        let (kind, counts) = (widest(|row| row.kind().len()), widest(|row| row.counts().width()));
        let (word, sign) = (widest(|row| row.state(true).width()), widest(|row| row.state(false).width()));
        let layouts =
            [(kind, counts, word), (kind, counts, sign), (0, counts, sign), (0, 0, sign), (0, 0, 0)];
        let taken = |(kind, counts, state): (usize, usize, usize)| {
            MARK + [kind, counts, state]
                .iter()
                .filter(|column| **column > 0)
                .map(|column| column + GAP)
                .sum::<usize>()
        };
        let fits = |layout: &&(usize, usize, usize)| taken(**layout) + path.min(LEAST_PATH) <= width;
        let layout = layouts.iter().find(fits).copied().unwrap_or_default();
        let (kind, counts, state) = layout;
        let path = path.min(width.saturating_sub(taken(layout)));
        Self { path, kind, counts, state, has_words: layout == layouts[0] }
    }

    /// A row, as wide as its columns.
    pub(super) fn line(&self, row: &Row, is_selected: bool) -> Line {
        let mut line = match is_selected {
            true => Line::of("▸ ", Tone::Accent),
            false => Line::of("  ", Tone::Text),
        };
        let ink = if row.is_past() { Ink::new(Tone::Muted) } else { Ink::TEXT };
        line.append(&shortened(&row.path, self.path, ink));
        let mut end = MARK + self.path;
        let cells = [
            (self.kind, Line::of(row.kind(), Tone::Muted)),
            (self.counts, row.counts()),
            (self.state, row.state(self.has_words)),
        ];
        for (columns, cell) in cells.iter().filter(|(columns, _)| *columns > 0) {
            line.pad_to(end + GAP, Ink::TEXT);
            line.append(cell);
            end += GAP + columns;
        }
        line
    }
}

impl Row {
    fn kind(&self) -> &'static str {
        match &self.artifact {
            Some(artifact) => artifact.does(),
            None => "",
        }
    }

    fn counts(&self) -> Line {
        self.artifact.as_ref().map(counts).unwrap_or_default()
    }

    fn state(&self, in_words: bool) -> Line {
        match (&self.draft, &self.artifact) {
            (Some(draft), _) if in_words && draft.lines == 1 => Line::of("writing 1 line", Tone::Accent),
            (Some(draft), _) if in_words => Line::of(&format!("writing {} lines", draft.lines), Tone::Accent),
            (Some(draft), _) => Line::of(&format!("✎ {}", draft.lines), Tone::Accent),
            (None, Some(artifact)) => {
                let state = self.decided(artifact, in_words);
                if self.is_faulty() { state.and(" ⚠", Tone::Warning) } else { state }
            }
            (None, None) => Line::default(),
        }
    }

    /// What became of it, and of how much of it.
    fn decided(&self, artifact: &ArtifactView, in_words: bool) -> Line {
        let (sign, word, tone) = state(artifact.state);
        let taken = self.review.taken_of().filter(|_| !self.is_past());
        let line = Line::of(sign, tone);
        match (taken, in_words) {
            (Some((taken, hunks)), true) => line.and(&format!(" {taken} of {hunks} hunks"), tone),
            (Some((taken, hunks)), false) => line.and(&format!(" {taken}/{hunks}"), tone),
            (None, true) => line.and(" ", tone).and(word, tone),
            (None, false) => line,
        }
    }

    /// Whether a syntax error came with it.
    fn is_faulty(&self) -> bool {
        !self.is_past() && self.artifact.as_ref().is_some_and(|artifact| !artifact.syntax_errors.is_empty())
    }

    /// Whether nothing more is to be done about it.
    fn is_past(&self) -> bool {
        let past = [ArtifactState::Rejected, ArtifactState::Undone, ArtifactState::Superseded];
        self.draft.is_none() && self.artifact.as_ref().is_some_and(|artifact| past.contains(&artifact.state))
    }
}

fn counts(artifact: &ArtifactView) -> Line {
    let added = (artifact.added > 0).then(|| Line::of(&format!("+{}", artifact.added), Tone::Good));
    let removed = (artifact.removed > 0).then(|| Line::of(&format!("−{}", artifact.removed), Tone::Error));
    let mut line = added.unwrap_or_default();
    if let Some(removed) = removed {
        line.push(if line.is_empty() { "" } else { " " }, Tone::Text);
        line.append(&removed);
    }
    line
}

fn state(state: ArtifactState) -> (&'static str, &'static str, Tone) {
    match state {
        ArtifactState::Pending => ("●", "pending", Tone::Accent),
        ArtifactState::Applied => ("✓", "written", Tone::Good),
        ArtifactState::Rejected => ("✗", "rejected", Tone::Muted),
        ArtifactState::Undone => ("↶", "undone", Tone::Muted),
        ArtifactState::Superseded => ("·", "superseded", Tone::Muted),
    }
}
