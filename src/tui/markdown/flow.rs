//! Puts rows on the page: the bars, bullets and indents of what they stand in, and blank lines between
//! blocks.

use super::{
    code::Margin,
    inline::{Prose, Spot},
    page::{Link, Page},
};
use crate::tui::text::{Line, breaks};

/// Columns that are left for words however deeply they are nested.
const NARROWEST: usize = 8;

/// The end of a page.
pub(super) struct Flow<'p> {
    pub(super) page: &'p mut Page,
    columns: usize,
    frames: Vec<Frame>,
    /// The blank line that the next row puts above itself.
    gap: Option<Line>,
}

/// What a quote or a list item puts before each of its rows.
struct Frame {
    /// Before the first; taken when it is drawn.
    first: Option<Line>,
    rest: Line,
    /// The lines of the page before it.
    start: usize,
}

impl<'p> Flow<'p> {
    /// Goes on where the page ends.
    pub(super) fn new(page: &'p mut Page, columns: usize) -> Self {
        let root = Frame { first: None, rest: Line::default(), start: 0 };
        Self { page, columns, frames: vec![root], gap: None }
    }

    /// Before a block: a blank line divides it from the one before it, if there is one.
    pub(super) fn divide(&mut self) {
        let Some(frame) = self.frames.last() else { return };
        if self.page.lines.len() > frame.start && self.gap.is_none() {
            let visible = frame.rest.text().trim_end().len();
            self.gap = Some(frame.rest.slice(0..visible));
        }
    }

    /// Opens a quote, whose bar stands before each row.
    pub(super) fn enter_quote(&mut self, bar: &Line) {
        let rest = self.deeper(bar);
        self.enter(bar, rest);
    }

    /// Opens a list item; its rows stand behind the marker's width.
    pub(super) fn enter_item(&mut self, marker: &Line) {
        let mut indent = Line::default();
        indent.pad_to(marker.width(), crate::tui::ink::Ink::TEXT);
        let rest = self.deeper(&indent);
        self.enter(marker, rest);
    }

    fn enter(&mut self, sign: &Line, rest: Line) {
        let mut first = self.margin();
        // A wide character must fit behind it.
        if first.width() + sign.width() + 2 <= self.columns {
            first.append(sign);
        }
        self.frames.push(Frame { first: Some(first), rest, start: self.page.lines.len() });
    }

    /// What stands before every row, and this; unless that leaves too little room.
    fn deeper(&self, sign: &Line) -> Line {
        let mut rest = self.frames.last().map(|frame| frame.rest.clone()).unwrap_or_default();
        if rest.width() + sign.width() + NARROWEST <= self.columns {
            rest.append(sign);
        }
        rest
    }

    /// Replaces the marker of an item of which nothing was drawn yet.
    pub(super) fn mark_item(&mut self, old: &str, new: &Line) -> bool {
        let Some(Frame { first: Some(first), .. }) = self.frames.last_mut() else { return false };
        let Some(start) = first.text().strip_suffix(old).map(str::len) else { return false };
        *first = first.slice(0..start);
        first.append(new);
        true
    }

    /// Ends a quote or an item; an empty one still shows its sign.
    pub(super) fn leave(&mut self) {
        if self.frames.last().is_some_and(|frame| frame.start == self.page.lines.len()) {
            self.row(&Line::default());
        }
        // One that an empty block at the end has left over: it bears the signs of what ends here.
        self.gap = None;
        if self.frames.len() > 1 {
            self.frames.pop();
        }
    }

    /// Columns that are left on every row.
    pub(super) fn room(&self) -> usize {
        let frame = self.frames.last();
        let first = frame.and_then(|frame| frame.first.as_ref()).map_or(0, Line::width);
        let rest = frame.map_or(0, |frame| frame.rest.width());
        self.columns.saturating_sub(first.max(rest)).max(1)
    }

    /// What stands before the next row.
    fn margin(&mut self) -> Line {
        let Some(frame) = self.frames.last_mut() else { return Line::default() };
        frame.first.take().unwrap_or_else(|| frame.rest.clone())
    }

    /// The same for a block that draws its rows itself.
    pub(super) fn block_margin(&mut self) -> Margin {
        self.draw_gap();
        let first = self.margin();
        let rest = self.frames.last().map(|frame| frame.rest.clone()).unwrap_or_default();
        Margin { first, rest }
    }

    fn draw_gap(&mut self) {
        if let Some(gap) = self.gap.take() {
            self.page.push(gap);
        }
    }

    /// Draws a row as it is.
    pub(super) fn row(&mut self, content: &Line) {
        self.draw_gap();
        let mut line = self.margin();
        line.append(content);
        self.page.push(line);
    }

    /// Draws words, wrapped; rows after the first are indented by `indent`.
    pub(super) fn prose(&mut self, prose: Prose, indent: usize) {
        let mut spots = prose.spots.into_iter().peekable();
        for (at, line) in prose.lines.iter().enumerate() {
            let own = std::iter::from_fn(|| spots.next_if(|spot| spot.line == at));
            let own: Vec<Spot> = own.collect();
            self.wrapped(line, own, indent);
        }
    }

    fn wrapped(&mut self, line: &Line, spots: Vec<Spot>, indent: usize) {
        self.draw_gap();
        let rest = self.frames.last().map_or(0, |frame| frame.rest.width());
        let indent = if rest + indent + NARROWEST <= self.columns { indent } else { 0 };
        let first = self.frames.last().and_then(|frame| frame.first.as_ref()).map_or(rest, Line::width);
        let (first, rest) = (self.columns.saturating_sub(first), self.columns.saturating_sub(rest + indent));
        let pieces = breaks(line.text(), first, rest);
        self.note(spots, |byte| pieces.partition_point(|piece| piece.start <= byte).saturating_sub(1));
        for (at, piece) in pieces.into_iter().enumerate() {
            let mut row = Line::default();
            row.pad_to(if at == 0 { 0 } else { indent }, crate::tui::ink::Ink::TEXT);
            row.append(&line.slice(piece));
            self.row(&row);
        }
    }

    /// Remembers links; `row` tells how far below the next row a byte lies.
    pub(super) fn note(&mut self, spots: Vec<Spot>, row: impl Fn(usize) -> usize) {
        self.draw_gap();
        let next = self.page.lines.len();
        let links = spots.into_iter().map(|spot| Link {
            line: next + row(spot.byte),
            label: spot.label,
            target: spot.target,
        });
        self.page.links.extend(links);
    }
}
