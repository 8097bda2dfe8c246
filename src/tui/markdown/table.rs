//! Tables: columns as wide as their cells, narrower and wrapped where the pane is narrow, and a list of
//! `name: value` where even that does not fit.

use pulldown_cmark::Alignment;

use super::{
    flow::Flow,
    inline::{Prose, Spot},
};
use crate::tui::{
    ink::{Ink, Tone},
    text::{Line, breaks},
};

/// A column that is narrower tears most words apart.
const NARROWEST: usize = 6;
const BETWEEN: &str = " │ ";
const BELOW_HEAD: &str = "─┼─";

/// Cells, gathered row by row; the first row names the columns.
#[derive(Debug)]
pub(super) struct Table {
    alignments: Vec<Alignment>,
    rows: Vec<Vec<Prose>>,
}

impl Table {
    pub(super) fn new(alignments: Vec<Alignment>) -> Self {
        Self { alignments, rows: Vec::new() }
    }

    pub(super) fn begin_row(&mut self) {
        self.rows.push(Vec::new());
    }

    pub(super) fn push(&mut self, cell: Prose) {
        if let Some(row) = self.rows.last_mut() {
            row.push(cell);
        }
    }

    /// Whether the row that was begun last is the head.
    pub(super) fn is_in_head(&self) -> bool {
        self.rows.len() == 1
    }

    /// Draws it.
    pub(super) fn draw(self, flow: &mut Flow<'_>) {
        match widths(&self.natural_widths(), flow.room()) {
            Some(widths) => self.draw_columns(&widths, flow),
            None => self.draw_records(flow),
        }
    }

    fn natural_widths(&self) -> Vec<usize> {
        let mut widths = vec![1; self.alignments.len()];
        for (width, cell) in self.rows.iter().flat_map(|row| widths_of(row)) {
            if let Some(widest) = widths.get_mut(width) {
                *widest = cell.max(*widest);
            }
        }
        widths
    }

    fn draw_columns(self, widths: &[usize], flow: &mut Flow<'_>) {
        for (at, row) in self.rows.into_iter().enumerate() {
            draw_row(row, widths, &self.alignments, flow);
            if at == 0 {
                let rules: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
                flow.row(&Line::of(&rules.join(BELOW_HEAD), Tone::Rule));
            }
        }
    }

    fn draw_records(self, flow: &mut Flow<'_>) {
        let mut rows = self.rows.into_iter();
        let Some(head) = rows.next() else { return };
        let names: Vec<Line> = head.iter().map(|cell| joined(&cell.lines)).collect();
        let mut notes: Vec<Spot> = head.into_iter().flat_map(|cell| cell.spots).collect();
        let is_empty = rows.len() == 0;
        for row in rows {
            flow.divide();
            flow.note(std::mem::take(&mut notes), |_| 0);
            for (name, cell) in names.iter().zip(row) {
                flow.prose(record(name, cell), 2);
            }
        }
        for name in names.into_iter().filter(|_| is_empty) {
            flow.prose(Prose { lines: vec![name], spots: std::mem::take(&mut notes) }, 2);
        }
    }
}

fn widths_of(row: &[Prose]) -> impl Iterator<Item = (usize, usize)> + '_ {
    let widest = |cell: &Prose| cell.lines.iter().map(Line::width).max().unwrap_or(0);
    row.iter().enumerate().map(move |(at, cell)| (at, widest(cell)))
}

/// Columns that fit into `room` together: the widest give first.
fn widths(natural: &[usize], room: usize) -> Option<Vec<usize>> {
    let room = room.checked_sub(3 * natural.len().saturating_sub(1))?;
    if natural.iter().sum::<usize>() <= room {
        return Some(natural.to_vec());
    }
    let sum = |cap: usize| natural.iter().map(|width| *width.min(&cap)).sum::<usize>();
    let cap = (NARROWEST..=room).rev().find(|cap| sum(*cap) <= room)?;
    let mut left = room - sum(cap);
    let widths = natural.iter().map(|width| {
        let more = usize::from(*width > cap && left > 0);
        left -= more;
        *width.min(&cap) + more
    });
    Some(widths.collect())
}

fn draw_row(row: Vec<Prose>, widths: &[usize], alignments: &[Alignment], flow: &mut Flow<'_>) {
    let mut columns: Vec<Vec<Line>> = Vec::with_capacity(widths.len());
    for (cell, width) in row.into_iter().zip(widths) {
        columns.push(wrapped(&cell.lines, *width));
        flow.note(cell.spots, |_| 0);
    }
    columns.resize(widths.len(), Vec::new());
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        let mut line = Line::default();
        for (column, (lines, width)) in columns.iter().zip(widths).enumerate() {
            if column > 0 {
                line.push(BETWEEN, Tone::Rule);
            }
            let alignment = alignments.get(column).copied().unwrap_or(Alignment::None);
            align(&mut line, lines.get(at), *width, alignment);
        }
        let visible = line.text().trim_end_matches(' ').len();
        flow.row(&line.slice(0..visible));
    }
}

fn wrapped(lines: &[Line], width: usize) -> Vec<Line> {
    let pieces = |line: &Line| breaks(line.text(), width, width);
    let cut = |line: &Line| pieces(line).into_iter().map(|piece| line.slice(piece)).collect::<Vec<_>>();
    lines.iter().flat_map(cut).collect()
}

fn align(line: &mut Line, content: Option<&Line>, width: usize, alignment: Alignment) {
    let start = line.width();
    let missing = width.saturating_sub(content.map_or(0, Line::width));
    let before = match alignment {
        Alignment::Right => missing,
        Alignment::Center => missing / 2,
        Alignment::Left | Alignment::None => 0,
    };
    line.pad_to(start + before, Ink::TEXT);
    if let Some(content) = content {
        line.append(content);
    }
    line.pad_to(start + width, Ink::TEXT);
}

/// `name: value`, with the links of the value.
fn record(name: &Line, cell: Prose) -> Prose {
    let mut line = name.clone();
    line.push(": ", Ink::from(Tone::Muted));
    let before = line.text().len();
    let starts = starts(&cell.lines);
    line.append(&joined(&cell.lines));
    let spots = cell.spots.into_iter().map(|spot| {
        let byte = before + starts.get(spot.line).copied().unwrap_or(0) + spot.byte;
        Spot { line: 0, byte, ..spot }
    });
    Prose { spots: spots.collect(), lines: vec![line] }
}

/// Lines as one.
fn joined(lines: &[Line]) -> Line {
    let mut all = Line::default();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            all.push(" ", Ink::TEXT);
        }
        all.append(line);
    }
    all
}

/// The byte of `joined` at which each line begins.
fn starts(lines: &[Line]) -> Vec<usize> {
    let mut next = 0;
    let start = |line: &Line| {
        let start = next;
        next += line.text().len() + 1;
        start
    };
    lines.iter().map(start).collect()
}
