//! Computes what changes between two states of a text file: `lines` finds what they have in common, here it
//! becomes hunks. How a difference is written down is [`FileDiff`]'s own.

use std::ops::Range;

use similar::{DiffOp, group_diff_ops};

use crate::protocol::{DiffLine, FileDiff, Hunk};

mod increasing;
mod lines;
mod shortest;

/// Unchanged lines around each change.
const CONTEXT: usize = 3;

/// Compares two states of a file; `None` where there is no file.
pub fn diff(path: &str, before: Option<&str>, after: Option<&str>) -> FileDiff {
    let old: Vec<&str> = before.unwrap_or_default().split_inclusive('\n').collect();
    let new: Vec<&str> = after.unwrap_or_default().split_inclusive('\n').collect();
    let groups = group_diff_ops(lines::compare(&old, &new), CONTEXT);
    let hunks = groups.iter().map(|group| hunk(group, &old, &new)).collect();
    FileDiff {
        path: path.to_owned(),
        is_new: before.is_none(),
        is_deleted: after.is_none(),
        hunks,
        ..FileDiff::default()
    }
    .counted()
}

/// Compares a file with what it is under another name.
pub fn renamed(from: &str, to: &str, before: &str, after: &str) -> FileDiff {
    FileDiff { renamed_from: Some(from.to_owned()), ..diff(to, Some(before), Some(after)) }
}

fn hunk(group: &[DiffOp], old: &[&str], new: &[&str]) -> Hunk {
    let old_range = span(group.iter().map(DiffOp::old_range));
    let new_range = span(group.iter().map(DiffOp::new_range));
    let owned = |line: &&str| (*line).to_owned();
    let mut lines = Vec::new();
    for op in group {
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => lines.extend(before.iter().map(owned).map(DiffLine::Context)),
            _ => {
                lines.extend(before.iter().map(owned).map(DiffLine::Removed));
                lines.extend(after.iter().map(owned).map(DiffLine::Added));
            }
        }
    }
    Hunk {
        old_start: first_line(&old_range),
        old_len: old_range.len(),
        new_start: first_line(&new_range),
        new_len: new_range.len(),
        lines,
    }
}

fn span(ranges: impl Iterator<Item = Range<usize>>) -> Range<usize> {
    ranges.reduce(|all, next| all.start..next.end).unwrap_or_default()
}

fn first_line(range: &Range<usize>) -> usize {
    if range.is_empty() { range.start } else { range.start + 1 }
}

#[cfg(test)]
mod tests;
