//! Which errors of a text come with its change. Where a grammar recovers from an error depends on
//! what stands around, so places alone do not tell: errors are paired by line, by changed place, and
//! last by mere number.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline};

use super::SyntaxError;

/// After this long the rest counts as changed.
const PATIENCE: Duration = Duration::from_millis(200);

/// Where an error stands, in terms of both texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// A line that stays; its number after the change.
    Line(usize),
    /// A place that the change rewrites; its number among them.
    Changed(usize),
}

/// The errors after a change that none before it can be taken for.
pub(super) fn additional(
    (before, earlier): (&str, &[SyntaxError]),
    (after, now): (&str, Vec<SyntaxError>),
) -> Vec<SyntaxError> {
    if earlier.is_empty() {
        return now;
    }
    let ops = changes(before, after);
    let mut known: HashMap<Place, Vec<&str>> = HashMap::new();
    for error in earlier {
        known.entry(old_place(&ops, row(error))).or_default().push(&error.excerpt);
    }
    let mut left = now.into_iter().map(|error| (new_place(&ops, row(&error)), error)).collect::<Vec<_>>();
    left.retain(|(place, error)| !is_known(&mut known, *place, |excerpt| excerpt == error.excerpt));
    left.retain(|(place, _)| !is_known(&mut known, *place, |_| true));
    let mut moved = known.iter().filter(|(place, _)| is_line(place)).map(|(_, all)| all.len()).sum::<usize>();
    left.retain(|(place, _)| !(is_line(place) && take_one(&mut moved)));
    left.into_iter().map(|(_, error)| error).collect()
}

fn changes(before: &str, after: &str) -> Vec<DiffOp> {
    let lines = |text| str::lines(text).collect::<Vec<_>>();
    let deadline = Some(Instant::now() + PATIENCE);
    capture_diff_slices_deadline(Algorithm::Myers, &lines(before), &lines(after), deadline)
}

fn row(error: &SyntaxError) -> usize {
    error.line.saturating_sub(1) as usize
}

fn old_place(ops: &[DiffOp], row: usize) -> Place {
    place(ops, |op| op.old_range().contains(&row).then(|| op.new_range().start + row - op.old_range().start))
}

fn new_place(ops: &[DiffOp], row: usize) -> Place {
    place(ops, |op| op.new_range().contains(&row).then_some(row))
}

/// What stands behind the last line belongs to the last change.
fn place(ops: &[DiffOp], within: impl Fn(&DiffOp) -> Option<usize>) -> Place {
    let found = ops.iter().enumerate().find_map(|(at, op)| Some((at, op, within(op)?)));
    match found {
        Some((_, DiffOp::Equal { .. }, row)) => Place::Line(row),
        Some((at, ..)) => Place::Changed(at),
        None => Place::Changed(ops.len().saturating_sub(1)),
    }
}

fn is_line(place: &Place) -> bool {
    matches!(place, Place::Line(_))
}

/// Takes one of the errors that were known at a place, if one fits.
fn is_known(known: &mut HashMap<Place, Vec<&str>>, place: Place, fits: impl Fn(&str) -> bool) -> bool {
    let there = known.get_mut(&place);
    there.is_some_and(|all| all.iter().position(|excerpt| fits(excerpt)).map(|at| all.remove(at)).is_some())
}

fn take_one(count: &mut usize) -> bool {
    let has_one = *count > 0;
    *count -= usize::from(has_one);
    has_one
}
