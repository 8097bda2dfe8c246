//! Text that the mouse has marked, from where the button went down to where the pointer is.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Chat, MARGIN};
use crate::tui::text::{Line, width};

/// A character on the pane, by what it belongs to rather than by where it stands at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Point {
    pub(super) entry: usize,
    /// Counted with the empty line above the entry.
    pub(super) line: usize,
    pub(super) column: usize,
}

/// What is marked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marking {
    from: Point,
    to: Point,
}

impl Marking {
    /// So many entries were put before the first one, which got a gap above it.
    pub(super) fn shift(&mut self, by: usize, gap: usize) {
        for point in [&mut self.from, &mut self.to] {
            point.line += if point.entry == 0 { gap } else { 0 };
            point.entry += by;
        }
    }

    /// The marked columns of a line, both ends included.
    pub(super) fn columns(&self, entry: usize, line: usize) -> Option<Range<usize>> {
        let (first, last) = (self.from.min(self.to), self.from.max(self.to));
        let here = (entry, line);
        if first == last || here < (first.entry, first.line) || here > (last.entry, last.line) {
            return None;
        }
        let start = if here == (first.entry, first.line) { first.column } else { 0 };
        let end = if here == (last.entry, last.line) { last.column.saturating_add(1) } else { usize::MAX };
        Some(start..end)
    }
}

impl Chat {
    /// The button went down at a row and column of the pane.
    pub(crate) fn mark_from(&mut self, row: usize, column: usize) {
        self.marking = self.point(row, column).map(|point| Marking { from: point, to: point });
    }

    /// The pointer has moved with the button down.
    pub(crate) fn mark_to(&mut self, row: usize, column: usize) {
        let point = self.point(row, column).or_else(|| self.end());
        if let (Some(marking), Some(point)) = (&mut self.marking, point) {
            marking.to = point;
        }
    }

    /// Nothing is marked any more; tells whether something was.
    pub(crate) fn unmark(&mut self) -> bool {
        self.marking.take().is_some_and(|marking| marking.from != marking.to)
    }

    /// The marked text, without the blanks that fill lines up.
    pub(crate) fn marked_text(&self) -> Option<String> {
        let marking = self.marking.filter(|marking| marking.from != marking.to)?;
        let mut text = String::new();
        let (first, last) = (marking.from.min(marking.to), marking.from.max(marking.to));
        for entry in first.entry..=last.entry.min(self.entries.len().saturating_sub(1)) {
            let gap = self.gap(entry);
            if gap > 0 && marking.columns(entry, 0).is_some() {
                text.push('\n');
            }
            for (at, line) in self.entries[entry].laid().iter().enumerate() {
                if let Some(columns) = marking.columns(entry, at + gap) {
                    let columns = behind(columns, self.entries[entry].indent());
                    text.push_str(line.slice(bytes(line, columns)).text().trim_end());
                    text.push('\n');
                }
            }
        }
        Some(text.trim_end_matches('\n').to_owned()).filter(|text| !text.is_empty())
    }

    /// The entry at a row of the pane.
    pub(crate) fn entry_at(&self, row: usize) -> Option<usize> {
        self.point(row, 0).map(|point| point.entry)
    }

    /// The end of what is shown: the pointer is below it.
    fn end(&self) -> Option<Point> {
        let last = self.stretches_as_laid().pop()?;
        Some(Point { entry: last.entry, line: last.lines.end.checked_sub(1)?, column: usize::MAX })
    }

    fn point(&self, row: usize, column: usize) -> Option<Point> {
        let column = column.saturating_sub(usize::from(MARGIN));
        let mut above = 0;
        for stretch in self.stretches_as_laid() {
            if row < above + stretch.lines.len() {
                let line = stretch.lines.start + row - above;
                return Some(Point { entry: stretch.entry, line, column });
            }
            above += stretch.lines.len();
        }
        None
    }
}

/// Columns counted from behind an indent.
pub(super) fn behind(columns: Range<usize>, indent: usize) -> Range<usize> {
    columns.start.saturating_sub(indent)..columns.end.saturating_sub(indent)
}

/// The bytes of a line that stand in `columns`; a wide character does with either half.
pub(super) fn bytes(line: &Line, columns: Range<usize>) -> Range<usize> {
    let (mut start, mut end) = (line.text().len(), line.text().len());
    let mut column = 0;
    for (at, grapheme) in line.text().grapheme_indices(true) {
        if column >= columns.end {
            end = at;
            break;
        }
        column += width(grapheme);
        if column > columns.start && at < start {
            start = at;
        }
    }
    start.min(end)..end
}
