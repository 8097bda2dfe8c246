//! Where in the conversation the screen stands: at its end, following what comes, or at a line of an
//! entry, where it stays.

use std::ops::Range;

use super::{Chat, Kind};

/// The place of the pane's upper edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// The last line stands at the lower edge.
    #[default]
    Follow,
    /// This line stands at the upper edge. Line 0 of an entry may be the empty one above it.
    At { entry: usize, line: usize },
}

impl Place {
    pub(super) fn follow(&mut self) {
        *self = Self::Follow;
    }

    /// So many entries were put before the first one, which got a gap above it.
    pub(super) fn shift(&mut self, by: usize, gap: usize) {
        if let Self::At { entry, line } = self {
            *line += if *entry == 0 { gap } else { 0 };
            *entry += by;
        }
    }

    /// An entry was put in at `inserted`.
    pub(super) fn inserted(&mut self, inserted: usize) {
        if let Self::At { entry, .. } = self
            && *entry >= inserted
        {
            *entry += 1;
        }
    }
}

/// Lines of one entry on the screen. Counted with the empty line above the entry, where it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) entry: usize,
    pub(super) lines: Range<usize>,
}

impl Chat {
    /// Whether new text is followed.
    pub(crate) fn follows(&self) -> bool {
        self.place == Place::Follow
    }

    /// Follows what comes.
    pub(crate) fn follow(&mut self) {
        self.place.follow();
        self.selected = None;
    }

    /// Goes to the very beginning of what is loaded.
    pub(crate) fn go_to_top(&mut self) {
        self.place = Place::At { entry: 0, line: 0 };
    }

    /// Whether the upper edge is close to the first entry, so that older ones should be loaded.
    pub(crate) fn nears_top(&self) -> bool {
        self.has_older && self.on_screen().start < 20
    }

    /// Moves by lines; down past the end means to follow.
    pub(crate) fn scroll(&mut self, by: isize) {
        let Some((entry, line)) = self.upper_edge() else { return };
        self.place = match by < 0 {
            true => self.up(entry, line, by.unsigned_abs()),
            false => self.down(entry, line, by.unsigned_abs()),
        };
    }

    /// Moves by a part of the pane's height.
    pub(crate) fn scroll_page(&mut self, pages: f32) {
        let rows = (self.rows as f32 * pages.abs()).max(1.0) as isize;
        self.scroll(if pages < 0.0 { -rows } else { rows });
    }

    /// Goes to the message after or before the selected one, else before the end or the upper edge.
    pub(crate) fn jump(&mut self, forward: bool) {
        let shown = self.on_screen();
        let from = match self.selected.filter(|at| shown.contains(at)) {
            None if self.follows() => Some(self.entries.len()),
            None => self.upper_edge().map(|(entry, _)| entry),
            selected => selected,
        };
        let is_message =
            |at: &usize| matches!(self.entries[*at].kind, Kind::User { .. } | Kind::Answer { .. });
        let target = match (from, forward) {
            (Some(from), true) => (from + 1..self.entries.len()).find(is_message),
            (Some(from), false) => (0..from).rev().find(is_message),
            (None, _) => None,
        };
        match target {
            Some(entry) => self.show(entry, 0),
            None if forward => self.follow(),
            None => self.go_to_top(),
        }
    }

    /// Selects an entry and brings its line to the screen, if it is not there already.
    pub(super) fn show(&mut self, entry: usize, line: usize) {
        self.selected = Some(entry);
        let is_there = |stretch: &Stretch| stretch.entry == entry && stretch.lines.contains(&line);
        if !self.stretches().iter().any(is_there) {
            self.place = self.settle(entry, line.saturating_sub(2));
        }
    }

    /// The entries on the screen, by what was laid out last.
    pub(super) fn on_screen(&self) -> Range<usize> {
        let stretches = self.stretches_as_laid();
        let start = stretches.first().map_or(self.entries.len(), |first| first.entry);
        start..stretches.last().map_or(start, |last| last.entry + 1)
    }

    /// What the pane shows, top to bottom; lays out what it needs.
    pub(super) fn stretches(&mut self) -> Vec<Stretch> {
        self.lay_out_around();
        if let Place::At { entry, line } = self.place {
            self.place = self.settle(entry, line);
        }
        self.stretches_as_laid()
    }

    pub(super) fn stretches_as_laid(&self) -> Vec<Stretch> {
        match self.place {
            Place::Follow => self.fill_upwards(),
            Place::At { entry, line } => self.fill_downwards(entry, line),
        }
    }

    fn fill_upwards(&self) -> Vec<Stretch> {
        let mut left = self.rows;
        let mut stretches = Vec::new();
        for entry in (0..self.entries.len()).rev() {
            if left == 0 {
                break;
            }
            let height = self.height_as_laid(entry);
            let taken = height.min(left);
            stretches.push(Stretch { entry, lines: height - taken..height });
            left -= taken;
        }
        stretches.reverse();
        stretches
    }

    fn fill_downwards(&self, entry: usize, line: usize) -> Vec<Stretch> {
        let mut left = self.rows;
        let mut from = line;
        let mut stretches = Vec::new();
        for entry in entry..self.entries.len() {
            if left == 0 {
                break;
            }
            let height = self.height_as_laid(entry);
            let end = height.min(from.min(height) + left);
            let lines = from.min(height)..end;
            left -= lines.len();
            stretches.push(Stretch { entry, lines });
            from = 0;
        }
        stretches
    }

    /// Makes sure that everything the pane shows has lines at its width.
    fn lay_out_around(&mut self) {
        let mut left = self.rows;
        match self.place {
            Place::Follow => {
                for entry in (0..self.entries.len()).rev() {
                    if left == 0 {
                        break;
                    }
                    left = left.saturating_sub(self.height(entry));
                }
            }
            Place::At { entry, line } => {
                let mut skip = line;
                for entry in entry..self.entries.len() {
                    if left == 0 {
                        break;
                    }
                    left = left.saturating_sub(self.height(entry).saturating_sub(skip));
                    skip = 0;
                }
            }
        }
    }

    /// A place at which the pane is full, if there is so much: else the end is followed.
    fn settle(&mut self, entry: usize, line: usize) -> Place {
        let mut below = 0;
        let mut skip = line;
        for at in entry..self.entries.len() {
            below += self.height(at).saturating_sub(skip);
            skip = 0;
            if below > self.rows {
                return Place::At { entry, line: line.min(self.height(entry).saturating_sub(1)) };
            }
        }
        Place::Follow
    }

    /// The line at the upper edge.
    fn upper_edge(&mut self) -> Option<(usize, usize)> {
        let first = self.stretches().into_iter().next()?;
        Some((first.entry, first.lines.start))
    }

    fn up(&mut self, mut entry: usize, mut line: usize, mut by: usize) -> Place {
        while by > line {
            if entry == 0 {
                return self.settle(0, 0);
            }
            by -= line;
            entry -= 1;
            line = self.height(entry);
        }
        self.settle(entry, line - by)
    }

    fn down(&mut self, mut entry: usize, mut line: usize, mut by: usize) -> Place {
        while entry < self.entries.len() {
            let height = self.height(entry);
            if line + by < height {
                return self.settle(entry, line + by);
            }
            by -= height - line.min(height);
            entry += 1;
            line = 0;
        }
        Place::Follow
    }

    /// Lines that an entry takes with the empty one above it.
    fn height(&mut self, entry: usize) -> usize {
        let columns = self.columns;
        self.gap(entry) + self.entries[entry].lines(columns).len()
    }

    pub(super) fn height_as_laid(&self, entry: usize) -> usize {
        self.gap(entry) + self.entries[entry].laid().len()
    }

    /// Whether an empty line stands above an entry.
    pub(super) fn gap(&self, entry: usize) -> usize {
        let Some(before) = entry.checked_sub(1).and_then(|before| self.entries.get(before)) else { return 0 };
        usize::from(!(before.is_aside() && self.entries[entry].is_aside()))
    }
}
