//! The artifacts pane: one row for each path that was proposed, with what became of its newest
//! version, and for the files that the coder is just writing.

use std::cell::Cell;

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    ink::{Ground, Ink, Tone},
    review::Review,
    text::Line,
    theme::Theme,
};
use crate::protocol::{ArtifactAction, ArtifactId, ArtifactState, ArtifactView, ChangeView};

mod row;

use row::Columns;

/// A file that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Draft {
    /// The tool call it is written for.
    call_id: String,
    /// Lines so far.
    lines: usize,
}

/// A path with its newest version; a row has that, a draft, or both.
#[derive(Debug)]
struct Row {
    path: String,
    artifact: Option<ArtifactView>,
    /// How far the user is with the artifact.
    review: Review,
    draft: Option<Draft>,
}

/// The pane.
#[derive(Debug, Default)]
pub(crate) struct Artifacts {
    /// In the order in which their paths came.
    rows: Vec<Row>,
    selected: usize,
    /// The first row that was drawn: a click means what one saw.
    first: Cell<usize>,
}

impl Artifacts {
    /// One without a row.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Takes in an artifact or its newer state. The newest version of a path has its row; the row
    /// keeps its place, and the selection its row.
    pub(crate) fn upsert(&mut self, artifact: ArtifactView) {
        let row = self.row(&artifact.path);
        let is_newer = row.artifact.as_ref().is_none_or(|known| version(known) <= version(&artifact));
        if is_newer {
            row.draft = row.draft.take().filter(|_| row.artifact.as_ref().is_some_and(is_same(&artifact)));
            row.review = row.reviewed(&artifact);
            row.artifact = Some(artifact);
        }
    }

    /// Takes in what was written or taken back. Tells what became of the newest versions.
    pub(crate) fn changed(&mut self, change: &ChangeView) -> Option<ArtifactState> {
        let mut became = None;
        for file in &change.files {
            let artifact = self.rows.iter_mut().find(|row| row.path == file.path);
            let Some(artifact) = artifact.and_then(|row| row.artifact.as_mut()) else { continue };
            let is_delete = artifact.action == ArtifactAction::Delete;
            let content = Some(&artifact.content_hash).filter(|_| !is_delete);
            let is_it = |hash: &Option<String>| hash.as_ref() == content;
            let state = match (is_it(&file.after_hash), is_it(&file.before_hash)) {
                (true, _) => ArtifactState::Applied,
                (false, true) => ArtifactState::Undone,
                (false, false) => continue,
            };
            artifact.state = state;
            became = Some(state);
        }
        became
    }

    /// Goes on to the next one that waits, when the selected one does not any more.
    pub(crate) fn select_waiting(&mut self) {
        let count = self.rows.len();
        let round = (0..count).map(|step| (self.selected + step) % count);
        let waiting = |at: &usize| self.rows[*at].pending().is_some();
        self.selected = round.into_iter().find(waiting).unwrap_or(self.selected);
    }

    /// Tells how far the coder is with a file.
    pub(crate) fn draft(&mut self, call_id: &str, path: &str, lines: usize) {
        self.row(path).draft = Some(Draft { call_id: call_id.to_owned(), lines });
    }

    /// Ends the drafts of a tool call, however it went; what it made has come as an artifact.
    pub(crate) fn end_drafts(&mut self, call_id: &str) {
        self.end(|draft| draft.call_id == call_id);
    }

    /// Ends all drafts: nothing is written any more.
    pub(crate) fn clear_drafts(&mut self) {
        self.end(|_| true);
    }

    fn end(&mut self, is_over: impl Fn(&Draft) -> bool) {
        for row in &mut self.rows {
            row.draft = row.draft.take().filter(|draft| !is_over(draft));
        }
        let is_empty = |row: &Row| row.artifact.is_none() && row.draft.is_none();
        let gone = self.rows.iter().take(self.selected).filter(|row| is_empty(row)).count();
        self.rows.retain(|row| !is_empty(row));
        self.selected = (self.selected - gone).min(self.rows.len().saturating_sub(1));
    }

    /// The row of `path`; a new one comes last.
    fn row(&mut self, path: &str) -> &mut Row {
        let at = self.rows.iter().position(|row| row.path == path).unwrap_or(self.rows.len());
        if at == self.rows.len() {
            self.rows.push(Row {
                path: path.to_owned(),
                artifact: None,
                review: Review::default(),
                draft: None,
            });
        }
        &mut self.rows[at]
    }

    /// Forgets all of it: another conversation.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Rows of the screen that it would like.
    pub(crate) fn height(&self) -> u16 {
        let header = usize::from(!self.is_empty());
        u16::try_from(self.rows.len() + header).unwrap_or(u16::MAX)
    }

    /// Whether nothing was proposed and nothing is being written.
    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Moves the selection by `rows`, down when positive.
    pub(crate) fn select(&mut self, rows: isize) {
        let last = self.rows.len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
    }

    /// Selects what stands in this row of the pane; the first one is the header.
    pub(crate) fn click(&mut self, row: usize) {
        let at = row.checked_sub(1).map(|row| row + self.first.get());
        self.selected = at.filter(|at| *at < self.rows.len()).unwrap_or(self.selected);
    }

    /// The selected artifact; none while its first version is being written.
    pub(crate) fn selected(&self) -> Option<&ArtifactView> {
        self.rows.get(self.selected)?.artifact.as_ref()
    }

    /// The selected artifact and its review.
    pub(crate) fn selected_review(&mut self) -> Option<(&ArtifactView, &mut Review)> {
        self.rows.get_mut(self.selected)?.reviewing()
    }

    /// The review of an artifact, as long as that is the newest of its path.
    pub(crate) fn review_of(&mut self, id: ArtifactId) -> Option<(&ArtifactView, &mut Review)> {
        self.rows.iter_mut().filter_map(Row::reviewing).find(|(artifact, _)| artifact.artifact_id == id)
    }

    /// The artifacts that wait for a decision, each with its review.
    pub(crate) fn pending_reviews(&mut self) -> impl Iterator<Item = (&ArtifactView, &mut Review)> {
        let reviews = self.rows.iter_mut().filter_map(Row::reviewing);
        reviews.filter(|(artifact, _)| artifact.state == ArtifactState::Pending)
    }

    /// The path of the selected row, while it is being written.
    pub(crate) fn selected_draft(&self) -> Option<&str> {
        self.rows.get(self.selected).filter(|row| row.draft.is_some()).map(|row| row.path.as_str())
    }

    /// The artifacts that wait for a decision.
    pub(crate) fn pending(&self) -> impl Iterator<Item = &ArtifactView> {
        self.rows.iter().filter_map(Row::pending)
    }

    /// Draws it: a header, then as many rows as fit, the selected one among them.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme, focused: bool) {
        let area = area.intersection(buffer.area);
        let width = usize::from(area.width);
        let mut places = area.rows();
        if let Some(place) = places.next() {
            self.header(width, focused).draw(place, buffer, theme, Ground::Screen);
        }
        let columns = Columns::of(&self.rows, width);
        self.first.set(self.first_visible(usize::from(area.height).saturating_sub(1)));
        for (place, at) in places.zip(self.first.get()..self.rows.len()) {
            let is_selected = at == self.selected;
            let mut line = columns.line(&self.rows[at], is_selected);
            line.pad_to(width, Ink::TEXT);
            let ground = if is_selected && focused { Ground::Selected } else { Ground::Screen };
            line.draw(place, buffer, theme, ground);
        }
    }

    /// The list stays where it is as long as the selected row is among the `room` visible ones.
    fn first_visible(&self, room: usize) -> usize {
        let lowest = (self.selected + 1).saturating_sub(room.max(1));
        let highest = self.selected.min(self.rows.len().saturating_sub(room));
        self.first.get().max(lowest).min(highest)
    }

    fn header(&self, width: usize, focused: bool) -> Line {
        let tone = if focused { Tone::Accent } else { Tone::Text };
        let mut header = Line::of("Artifacts", Ink::new(tone).bold());
        let right = match self.pending().count() {
            0 => String::new(),
            pending => format!("{pending} pending"),
        };
        if header.width() + 1 + right.len() <= width {
            header.pad_to(width - right.len(), Ink::TEXT);
            header.push(&right, Tone::Muted);
        }
        header.fit(width)
    }
}

impl Row {
    fn reviewing(&mut self) -> Option<(&ArtifactView, &mut Review)> {
        self.artifact.as_ref().map(|artifact| (artifact, &mut self.review))
    }

    /// The review as it goes on with `artifact`, a version or another state of it.
    fn reviewed(&mut self, artifact: &ArtifactView) -> Review {
        match &self.artifact {
            Some(known) if is_same(artifact)(known) && known.taken == artifact.taken => {
                std::mem::take(&mut self.review)
            }
            Some(known) => self.review.following(known, artifact),
            None => Review::of(artifact),
        }
    }

    fn pending(&self) -> Option<&ArtifactView> {
        self.artifact.as_ref().filter(|artifact| artifact.state == ArtifactState::Pending)
    }
}

/// By what one version of a path is newer than another.
fn version(artifact: &ArtifactView) -> (i64, ArtifactId) {
    (artifact.created_at, artifact.artifact_id)
}

fn is_same(artifact: &ArtifactView) -> impl Fn(&ArtifactView) -> bool {
    let id = artifact.artifact_id;
    move |other| other.artifact_id == id
}

#[cfg(test)]
mod tests;
