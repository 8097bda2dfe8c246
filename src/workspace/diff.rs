//! What changes between two states of a text file: hunks as data, and the unified form of them that
//! `patch` and `git apply` read.

use std::{
    fmt,
    ops::Range,
    time::{Duration, Instant},
};

use similar::{Algorithm, DiffOp, capture_diff_slices_deadline, group_diff_ops};

/// Unchanged lines around each change.
const CONTEXT: usize = 3;

/// After this long the rest is taken as replaced: a coarser diff, never a wrong one.
const PATIENCE: Duration = Duration::from_millis(500);

/// The difference between two states of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDiff {
    /// The file, below the project root.
    pub path: String,
    /// Whether there was no file before.
    pub is_new: bool,
    /// Whether there is no file after.
    pub is_deleted: bool,
    /// Where it differs, top to bottom.
    pub hunks: Vec<Hunk>,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
}

/// One place where the file differs. Lines count from 1; a side without lines has the number of
/// the line before it, as in the unified format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// First line of the old side.
    pub old_start: usize,
    /// Lines of the old side.
    pub old_len: usize,
    /// First line of the new side.
    pub new_start: usize,
    /// Lines of the new side.
    pub new_len: usize,
    /// The lines, context included.
    pub lines: Vec<DiffLine>,
}

/// A line of a hunk with its own line end; only the last line of a file may have none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DiffLine {
    /// In both.
    Context(String),
    /// Only before.
    Removed(String),
    /// Only after.
    Added(String),
}

/// Compares two states of a file; `None` where there is no file.
pub fn diff(path: &str, before: Option<&str>, after: Option<&str>) -> FileDiff {
    let old: Vec<&str> = before.unwrap_or_default().split_inclusive('\n').collect();
    let new: Vec<&str> = after.unwrap_or_default().split_inclusive('\n').collect();
    let deadline = Some(Instant::now() + PATIENCE);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, deadline);
    let groups = group_diff_ops(ops, CONTEXT);
    let hunks: Vec<Hunk> = groups.iter().map(|group| hunk(group, &old, &new)).collect();
    let count = |wanted: fn(&DiffLine) -> bool| {
        let lines = hunks.iter().flat_map(|hunk| &hunk.lines);
        lines.filter(|line| wanted(line)).count() as u32
    };
    FileDiff {
        path: path.to_owned(),
        is_new: before.is_none(),
        is_deleted: after.is_none(),
        added: count(|line| matches!(line, DiffLine::Added(_))),
        removed: count(|line| matches!(line, DiffLine::Removed(_))),
        hunks,
    }
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

/// The unified form; nothing at all when the states are equal.
impl fmt::Display for FileDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.hunks.is_empty() && self.is_new == self.is_deleted {
            return Ok(());
        }
        match self.is_new {
            true => writeln!(f, "--- /dev/null")?,
            false => writeln!(f, "--- a/{}", self.path)?,
        }
        match self.is_deleted {
            true => writeln!(f, "+++ /dev/null")?,
            false => writeln!(f, "+++ b/{}", self.path)?,
        }
        self.hunks.iter().try_for_each(|hunk| hunk.fmt(f))
    }
}

impl fmt::Display for Hunk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { old_start, old_len, new_start, new_len, lines } = self;
        writeln!(f, "@@ -{old_start},{old_len} +{new_start},{new_len} @@")?;
        lines.iter().try_for_each(|line| line.fmt(f))
    }
}

impl fmt::Display for DiffLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, text) = match self {
            Self::Context(text) => (' ', text),
            Self::Removed(text) => ('-', text),
            Self::Added(text) => ('+', text),
        };
        match text.ends_with('\n') {
            true => write!(f, "{sign}{text}"),
            false => writeln!(f, "{sign}{text}\n\\ No newline at end of file"),
        }
    }
}

#[cfg(test)]
mod tests;
