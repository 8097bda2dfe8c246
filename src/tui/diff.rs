//! The diff pane: what one artifact changes, or the file that the coder is just writing. It keeps its
//! place when the same thing is shown again, and lays out only what is seen.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    ink::{Ground, Ink, Tone},
    path::shortened,
    review::Review,
    text::Line,
    theme::Theme,
};
use crate::protocol::ArtifactView;

mod around;
mod colours;
mod draft;
mod marks;
mod rows;
mod scroll;
mod sheet;
mod shown;
mod sides;
mod unified;
mod words;

use colours::Toned;
use marks::{Layout, Marks};
use scroll::{Top, Window};
use shown::{Changes, Shown};
use sides::Sides;

pub(crate) use shown::render_unified;

/// The narrowest pane that has room for two sides.
const SIDES: usize = 100;

const TOO_NARROW: &str = "side by side needs a pane of 100 columns; zoom it or widen the terminal";

/// The state before a change or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// Before.
    Old,
    /// After.
    New,
}

/// Code whose colours the pane would like to know; they come back by [`DiffPane::colour_lines`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// What was shown when this was asked.
    pub(crate) revision: u64,
    /// The new side is the whole file, the old one the old lines of all hunks.
    pub(crate) side: Side,
    /// As in code fences; where nobody said it, the path.
    pub(crate) language: String,
    /// The whole of it.
    pub(crate) code: String,
}

/// The pane.
#[derive(Debug, Default)]
pub(crate) struct DiffPane {
    path: String,
    shown: Shown,
    /// What to know about the file before deciding.
    notice: Option<Line>,
    /// Counts what has been shown, so that colours of something else are known as such.
    revision: u64,
    wanted: Vec<Wanted>,
    /// The first visible item, in the sheet's own numbers, and its first visible row.
    top: Top,
    /// Whether the end stays in view while it grows.
    is_following: bool,
    side_by_side: bool,
    /// The columns and rows that it has on the screen.
    size: (usize, usize),
}

impl DiffPane {
    /// One that shows nothing yet.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Shows what `artifact` changes, as far as it is reviewed. Shown already, it stays where it is; a
    /// newer version of the same path keeps the place as well as it can.
    pub(crate) fn show(&mut self, artifact: &ArtifactView, review: &Review, notice: Option<Line>) {
        if self.shown.artifact() != Some(artifact.artifact_id) {
            self.begin_with(artifact, review);
        } else if self.shown.changes().is_some_and(|changes| changes.layout != Layout::of(review)) {
            self.lay_out_anew(artifact, review);
        } else if let Some(changes) = self.shown.changes_mut() {
            changes.marks = Marks::of(review);
        }
        self.notice = notice;
    }

    fn begin_with(&mut self, artifact: &ArtifactView, review: &Review) {
        let earlier = self.shown.changes().filter(|_| self.path == artifact.path).map(|shown| shown.hunk);
        let top = earlier.map(|_| self.top).unwrap_or_default();
        self.begin(&artifact.path, Shown::of(artifact, review, earlier.unwrap_or_default()));
        self.top = top;
        self.wanted = shown::wanted(artifact, &self.shown, self.revision);
    }

    /// The same with more or fewer lines around the hunks: the first visible line stays, or its hunk.
    fn lay_out_anew(&mut self, artifact: &ArtifactView, review: &Review) {
        let Some(changes) = self.shown.changes() else { return };
        let (hunk, top) = (changes.hunk, changes.sheet.entry(self.top.item));
        let top = top.map(|entry| (entry.sign, entry.old, entry.new));
        self.begin(&artifact.path, Shown::of(artifact, review, hunk));
        if let Some(Changes { sheet, hunk, .. }) = self.shown.changes() {
            let item = top.and_then(|line| sheet.place_of(line));
            self.top = Top::at(item.or_else(|| sheet.hunks.get(*hunk).copied()).unwrap_or_default());
        }
        self.wanted = shown::wanted(artifact, &self.shown, self.revision);
    }

    /// The hunk that one stands on, by its number; none where there is nothing to take or drop.
    pub(crate) fn hunk(&self) -> Option<u32> {
        let changes = self.shown.changes().filter(|_| self.shown.artifact().is_some())?;
        u32::try_from(changes.hunk).ok()
    }

    /// Shows the text so far of a file that is being written, and follows its end. Once a frame is
    /// often enough.
    pub(crate) fn show_draft(&mut self, path: &str, content: &str) {
        if self.path != path || !self.shown.grows() {
            self.begin(path, Shown::Draft(draft::Draft::default()));
            self.is_following = true;
        }
        if let Shown::Draft(draft) = &mut self.shown {
            draft.grow(content);
        }
    }

    /// Shows what the edit of a file changes so far, and stays where it is while that grows.
    pub(crate) fn show_edit(&mut self, path: &str, unified: &str) {
        let goes_on = self.path == path && self.shown.changes().is_some();
        let top = if goes_on { self.top } else { Top::default() };
        self.begin(path, Shown::edit(unified));
        self.top = top;
    }

    /// Shows nothing any more.
    pub(crate) fn clear(&mut self) {
        self.begin("", Shown::Nothing);
    }

    fn begin(&mut self, path: &str, shown: Shown) {
        self.revision += 1;
        (self.path, self.shown) = (path.to_owned(), shown);
        (self.top, self.is_following) = (Top::default(), false);
        self.notice = None;
        self.wanted.clear();
    }

    /// Goes to the next place that differs; from the last one nowhere.
    pub(crate) fn next_hunk(&mut self) {
        self.go_to_hunk(|hunk| hunk + 1);
    }

    /// Goes to the place before.
    pub(crate) fn previous_hunk(&mut self) {
        self.go_to_hunk(|hunk| hunk.saturating_sub(1));
    }

    /// Goes to a hunk by its number.
    pub(crate) fn stand_on(&mut self, hunk: u32) {
        self.go_to_hunk(|_| hunk as usize);
    }

    fn go_to_hunk(&mut self, other: impl Fn(usize) -> usize) {
        let Some(changes) = self.shown.changes_mut() else {
            return;
        };
        let hunk = other(changes.hunk);
        if let Some(item) = changes.sheet.hunks.get(hunk) {
            (changes.hunk, self.top) = (hunk, Top::at(*item));
        }
    }

    /// Moves by `rows` of the screen, down when positive.
    pub(crate) fn scroll(&mut self, rows: isize) {
        let (before, after) = self.with_window(|window| {
            let before = self.top_in(window);
            (before, window.moved(before, rows))
        });
        if before != after {
            self.stand_at(after);
        }
        self.is_following = self.shown.grows() && self.with_window(|window| after == window.last());
    }

    /// Goes to the first row.
    pub(crate) fn top(&mut self) {
        self.is_following = false;
        self.stand_at(Top::default());
    }

    /// Goes to the last row, and follows it while it grows.
    pub(crate) fn bottom(&mut self) {
        let end = self.with_window(|window| window.last());
        self.stand_at(end);
        self.is_following = self.shown.grows();
    }

    /// Goes to a place of the body as it is laid out now.
    fn stand_at(&mut self, top: Top) {
        let item = self.with_window(|window| window.body.item_of(top.item));
        self.top = Top { item, ..top };
        if let Some(changes) = self.shown.changes_mut() {
            changes.hunk = changes.sheet.hunk_of(item);
        }
    }

    /// Side by side, or one below the other again. Tells when the pane has to be wider for that;
    /// it changes as soon as it is.
    pub(crate) fn toggle_side_by_side(&mut self) -> Option<&'static str> {
        self.side_by_side = !self.side_by_side;
        (self.side_by_side && self.size.0 < SIDES).then_some(TOO_NARROW)
    }

    /// The code that wants colours and has not been asked for yet.
    pub(crate) fn wanted(&mut self) -> Vec<Wanted> {
        std::mem::take(&mut self.wanted)
    }

    /// Takes in the tones of the lines of a wanted code from the `first` on, counted from 0. Those
    /// of something that is not shown any more are dropped.
    pub(crate) fn colour_lines(&mut self, revision: u64, side: Side, first: usize, lines: Vec<Vec<Toned>>) {
        let changes = self.shown.changes_mut().filter(|_| revision == self.revision);
        if let Some(changes) = changes {
            changes.colours.set(side, first, lines);
        }
    }

    /// Takes the place that it will be drawn at: how far scrolling goes depends on it.
    pub(crate) fn prepare(&mut self, area: Rect) {
        self.size = (usize::from(area.width), usize::from(area.height));
    }

    /// Draws it at the place that it was prepared for.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        let area = area.intersection(buffer.area);
        let width = usize::from(area.width);
        let notice = self.notice.as_ref().map(|notice| notice.fit(width));
        let header = std::iter::once(self.header(width)).chain(notice);
        let body = self.with_window(|window| window.visible(self.top_in(window)));
        for (line, row) in header.chain(body).zip(area.rows()) {
            line.draw(row, buffer, theme, Ground::Screen);
        }
    }

    /// The path, and where one stands in it. In little room the warning goes first, then the standing.
    fn header(&self, width: usize) -> Line {
        let standing = Line::of(&self.shown.standing(), Tone::Muted);
        let warned = match self.shown.warning() {
            warning if warning.is_empty() => standing.clone(),
            warning => warning.and("  ", Tone::Muted).and(standing.text(), Tone::Muted),
        };
        let path = Ink::TEXT.bold();
        let fits = |right: &Line| width.saturating_sub(right.width() + 1) >= right.width();
        let Some(right) = [warned, standing].into_iter().find(fits) else {
            return shortened(&self.path, width, path);
        };
        let mut header = shortened(&self.path, width.saturating_sub(right.width() + 1), path);
        header.pad_to(width - right.width(), Ink::TEXT);
        header.append(&right);
        header
    }

    /// Calls `see` with what is shown below the header.
    fn with_window<T>(&self, see: impl FnOnce(&Window) -> T) -> T {
        let above = 1 + usize::from(self.notice.is_some());
        let (width, height) = (self.size.0, self.size.1.saturating_sub(above));
        match &self.shown {
            Shown::Changes(changes) if self.side_by_side && width >= SIDES => {
                see(&Window { body: &Sides(changes.painted()), width, height })
            }
            Shown::Changes(changes) => see(&Window { body: &changes.painted(), width, height }),
            Shown::Draft(draft) => see(&Window { body: draft, width, height }),
            Shown::Said(_, line) => see(&Window { body: line, width, height }),
            Shown::Nothing => see(&Window { body: &Line::default(), width, height }),
        }
    }

    fn top_in(&self, window: &Window) -> Top {
        match self.is_following {
            true => window.last(),
            false => window.clamped(Top { item: window.body.place_of(self.top.item), ..self.top }),
        }
    }
}

#[cfg(test)]
mod tests;
