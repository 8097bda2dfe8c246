//! The rows that a text takes at a width, kept until text or width change.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{chips::Chips, document::Document, mention, motion};
use crate::protocol::mention::find;
use crate::tui::{
    ink::{Ink, Tone},
    text::Line,
};

/// The width of a screen that has not been drawn yet.
const USUAL: u16 = 80;

/// Rows and coloured words of a text.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// The width and the revision it holds for.
    holds_for: Option<(u16, u64)>,
    rows: Vec<Range<usize>>,
    marks: Vec<Range<usize>>,
}

impl Layout {
    /// Lays out for `width`, or for the width of last time.
    pub(super) fn update(&mut self, document: &Document, chips: &Chips, width: Option<u16>) {
        let width = width.or(self.holds_for.map(|(width, _)| width)).unwrap_or(USUAL).max(1);
        let wanted = Some((width, document.revision()));
        if self.holds_for != wanted {
            self.holds_for = wanted;
            self.rows = rows(document.text(), &document.row_starts(width), usize::from(width));
            self.marks = marks(document.text(), chips);
        }
    }

    /// How many rows there are, one at least.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// The row in which a byte stands; at a soft break it is the lower one.
    pub(super) fn row_of(&self, at: usize) -> usize {
        self.rows.partition_point(|row| row.start <= at).saturating_sub(1)
    }

    /// The column of a byte in its row.
    pub(super) fn column_of(&self, text: &str, at: usize) -> usize {
        let start = self.rows.get(self.row_of(at)).map_or(0, |row| row.start);
        text.get(start..at).map_or(0, columns)
    }

    /// The byte at a column of a row, or the last one that the row has.
    pub(super) fn at(&self, text: &str, row: usize, column: usize) -> usize {
        let Some(range) = self.rows.get(row) else { return text.len() };
        let start = range.start;
        let is_left = |at: &usize| columns(&text[start..*at]) <= column;
        let ends =
            text[range.clone()].grapheme_indices(true).map(|(at, grapheme)| start + at + grapheme.len());
        let at = ends.take_while(is_left).last().unwrap_or(start);
        // The end of a row that a soft break made is the start of the next one.
        match self.rows.get(row + 1).is_some_and(|next| next.start == at) {
            true => motion::left(text, at).max(start),
            false => at,
        }
    }

    /// The row as it is drawn: mentions, chips and the command stand out.
    pub(super) fn line(&self, text: &str, row: usize) -> Option<Line> {
        let row = self.rows.get(row)?.clone();
        let mut line = Line::default();
        let mut at = row.start;
        for mark in &self.marks {
            let (from, to) = (mark.start.clamp(at, row.end), mark.end.clamp(at, row.end));
            line.push(&text[at..from], Ink::TEXT);
            line.push(&text[from..to], Tone::Accent);
            at = to;
        }
        line.push(&text[at..row.end], Ink::TEXT);
        Some(line)
    }
}

/// Columns as they are drawn: with controls made visible.
fn columns(text: &str) -> usize {
    Line::of(text, Ink::TEXT).width()
}

/// From where rows start to their ranges, without line feeds.
fn rows(text: &str, starts: &[usize], width: usize) -> Vec<Range<usize>> {
    let ends = starts.iter().skip(1).copied().chain([text.len() + 1]);
    let mut rows = Vec::with_capacity(starts.len());
    for (start, next) in starts.iter().copied().zip(ends) {
        let end = next.min(text.len());
        let is_line_end = next <= text.len() && text[start..end].ends_with('\n');
        push_pieces(&mut rows, text, start..if is_line_end { end - 1 } else { end }, width);
    }
    rows
}

/// Controls take columns of which the text area knows nothing: such a row is broken once more.
fn push_pieces(rows: &mut Vec<Range<usize>>, text: &str, row: Range<usize>, width: usize) {
    if columns(&text[row.clone()]) <= width {
        rows.push(row);
        return;
    }
    let mut start = row.start;
    for (at, grapheme) in text[row.clone()].grapheme_indices(true) {
        let at = row.start + at;
        if at > start && columns(&text[start..at + grapheme.len()]) > width {
            rows.push(start..at);
            start = at;
        }
    }
    rows.push(start..row.end);
}

/// What stands out, in order.
fn marks(text: &str, chips: &Chips) -> Vec<Range<usize>> {
    let mentions = find(text).into_iter().map(|mention| mention.range);
    let mut marks: Vec<_> =
        mention::command(text).into_iter().chain(mentions).chain(chips.ranges(text)).collect();
    marks.sort_by_key(|mark| mark.start);
    marks
}
