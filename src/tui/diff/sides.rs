//! A sheet painted side by side: before on the left, after on the right, what became what in one row.

use super::{
    scroll::Body,
    sheet::{Item, Pair},
    unified::{Painted, number},
};
use crate::tui::{
    ink::{Ink, Tone},
    text::Line,
};

/// What stands between the sides.
const RULE: &str = " │ ";

/// The same sheet in pairs.
#[derive(Clone, Copy)]
pub(super) struct Sides<'a>(pub(super) Painted<'a>);

impl Body for Sides<'_> {
    fn len(&self) -> usize {
        self.pairs().len()
    }

    fn rows(&self, place: usize, width: usize) -> Vec<Line> {
        let Some(pair) = self.pairs().get(place) else {
            return Vec::new();
        };
        if let Some(Item::Hunk(number)) = self.0.sheet.items.get(pair.key()) {
            return vec![self.0.header(*number, width)];
        }
        let room = width.saturating_sub(RULE.chars().count());
        let (left, right) = (room / 2, room - room / 2);
        let old = self.cell(pair.left, left, |old, _| old);
        let new = self.cell(pair.right, right, |_, new| new);
        beside(&old, &new, (left, right))
    }

    fn place_of(&self, item: usize) -> usize {
        self.pairs().partition_point(|pair| pair.key() <= item).saturating_sub(1)
    }

    fn item_of(&self, place: usize) -> usize {
        self.pairs().get(place).map_or(0, |pair| pair.key())
    }
}

impl<'a> Sides<'a> {
    fn pairs(&self) -> &'a [Pair] {
        self.0.sheet.pairs()
    }

    /// A line with its `own` number of the two; nothing where the side has no line.
    fn cell(&self, item: Option<usize>, width: usize, own: fn(u32, u32) -> u32) -> Vec<Line> {
        let found = item.and_then(|item| Some((item, self.0.sheet.entry(item)?)));
        found.map_or_else(Vec::new, |(item, entry)| {
            let number = number(&own(entry.old, entry.new).to_string(), self.0.sheet.digits, width);
            self.0.line(item, entry, &number, width)
        })
    }
}

/// Rows of two cells with a rule between them.
fn beside(left: &[Line], right: &[Line], (left_width, right_width): (usize, usize)) -> Vec<Line> {
    let row = |at: usize| {
        let mut row = left.get(at).cloned().unwrap_or_default();
        row.pad_to(left_width, Ink::TEXT);
        row.push(RULE, Tone::Rule);
        row.append(right.get(at).unwrap_or(&Line::default()));
        row.pad_to(left_width + right_width + RULE.chars().count(), Ink::TEXT);
        row
    };
    (0..left.len().max(right.len())).map(row).collect()
}
