//! What a placed block changes, down to single lines, and a file with such changes made.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Original, Place};

/// Lines of the file, and what takes their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) lines: Vec<String>,
}

impl Splice {
    /// Whether both want the same lines or the same point. Those of one block only touch.
    pub(super) fn collides_with(&self, later: &Self, is_same_block: bool) -> bool {
        let overlaps = later.range.start < self.range.end;
        let touches = later.range.start == self.range.end;
        let is_point = self.range.is_empty() || later.range.is_empty();
        overlaps || !is_same_block && touches && is_point
    }
}

/// What a block changes at its place: from the lines that were sought to those that replace them,
/// each step carried over to the lines of the file.
pub(super) fn splices(original: &Original, search: &[&str], replace: &[&str], place: &Place) -> Vec<Splice> {
    let ops = capture_diff_slices(Algorithm::Myers, search, replace);
    let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
    let splices = changed.map(|op| {
        let lines = replace[op.new_range()].iter().map(|line| place.shift.of(line)).collect();
        Splice { range: carried_over(original, &op.old_range(), place), lines }
    });
    let is_change = |splice: &Splice| !splice.range.is_empty() || !splice.lines.is_empty();
    splices.filter(is_change).collect()
}

/// The lines of the file for a range of sought lines. Empty lines that only one side has stand
/// between the others and go with the range only if it has lines on both sides of them.
fn carried_over(original: &Original, range: &Range<usize>, place: &Place) -> Range<usize> {
    let partners = place.lines[range.clone()].iter().flatten();
    if let (Some(first), Some(last)) = (partners.clone().next(), partners.last()) {
        return *first..last + 1;
    }
    let before = place.lines[..range.start].iter().flatten().last();
    let after = || place.lines[range.end..].iter().flatten().next().copied();
    let point = before.map(|line| line + 1).or_else(after).unwrap_or(original.lines.len());
    point..point
}

/// The file with these changes, which are in order and do not overlap.
pub(super) fn join(original: &Original, splices: &[Splice], final_newline: bool) -> String {
    let main = original.main_end();
    let mut lines: Vec<(&str, &str)> = Vec::with_capacity(original.lines.len());
    let kept = |range: Range<usize>| original.lines[range].iter().map(|line| (line.text.as_str(), line.end));
    let mut at = 0;
    for splice in splices {
        lines.extend(kept(at..splice.range.start));
        let ends = original.lines[splice.range.clone()].iter().map(|line| line.end);
        let ends = ends.filter(|end| !end.is_empty()).chain(std::iter::repeat(main));
        lines.extend(splice.lines.iter().map(String::as_str).zip(ends));
        at = splice.range.end;
    }
    lines.extend(kept(at..original.lines.len()));
    let last = lines.len().saturating_sub(1);
    let mut text = String::new();
    for (number, (line, end)) in lines.into_iter().enumerate() {
        text.push_str(line);
        match (number == last, end) {
            (true, _) if !final_newline => {}
            (_, "") => text.push_str(main),
            (_, end) => text.push_str(end),
        }
    }
    text
}
