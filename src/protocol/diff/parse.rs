//! Reads the unified form back: exactly what [`FileDiff`]'s `Display` writes, and what `diff -u` does.

use std::{iter::Peekable, ops::Range, str::SplitInclusive};

use super::{DiffLine, FileDiff, Hunk};

/// Why a text is no unified diff of one file. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DiffParseError {
    /// The two lines that name the file are missing.
    #[error("line {0} of the diff does not name a file (--- a/path, +++ b/path)")]
    FileName(usize),
    /// A hunk has to begin here and does not.
    #[error("line {0} of the diff does not begin a hunk (@@ -1,2 +1,3 @@)")]
    HunkHeader(usize),
    /// A line of a hunk that the hunk's header does not account for.
    #[error("line {0} of the diff does not fit its hunk")]
    Line(usize),
    /// The last hunk has fewer lines than its header says.
    #[error("the diff ends inside a hunk")]
    EndsEarly,
}

impl FileDiff {
    /// Reads a unified diff of one file, which may be renamed. An empty text is the diff of equal states, whose path is
    /// not known.
    pub fn parse(unified: &str) -> Result<Self, DiffParseError> {
        let mut lines = Lines { rest: unified.split_inclusive('\n').peekable(), number: 0 };
        if unified.is_empty() {
            return Ok(Self::default());
        }
        let renamed = renamed(&mut lines)?;
        if let (Some((from, to)), None) = (&renamed, lines.rest.peek()) {
            return Ok(Self { path: to.clone(), renamed_from: Some(from.clone()), ..Self::default() });
        }
        let old = file_name(&mut lines, "--- ", "a/")?;
        let new = file_name(&mut lines, "+++ ", "b/")?;
        let mut hunks = Vec::new();
        while let Some(header) = lines.next() {
            hunks.push(hunk(header, &mut lines)?);
        }
        let path = new.or(old).unwrap_or_default().to_owned();
        let (is_new, is_deleted) = (old.is_none(), new.is_none());
        let renamed_from = renamed.map(|(from, _)| from);
        Ok(Self { path, is_new, is_deleted, renamed_from, hunks, ..Self::default() }.counted())
    }
}

struct Lines<'a> {
    rest: Peekable<SplitInclusive<'a, char>>,
    /// Of the line that was read last.
    number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.number += 1;
        self.rest.next()
    }
}

impl Lines<'_> {
    /// Whether the line just read is said to have no line end; takes the remark.
    fn takes_remark(&mut self) -> bool {
        let is_there = self.rest.next_if(|line| line.starts_with('\\')).is_some();
        self.number += usize::from(is_there);
        is_there
    }
}

/// Both names of a rename, which come before all else.
fn renamed(lines: &mut Lines) -> Result<Option<(String, String)>, DiffParseError> {
    if lines.rest.next_if(|line| line.starts_with("diff --git ")).is_none() {
        return Ok(None);
    }
    lines.number += 1;
    let mut name = |sign| {
        let line = lines.next().and_then(|line| line.strip_prefix(sign));
        line.map(|name| name.trim_end_matches('\n').to_owned()).ok_or(DiffParseError::FileName(lines.number))
    };
    Ok(Some((name("rename from ")?, name("rename to ")?)))
}

/// The path behind `sign` and `side`; `None` for the null device.
fn file_name<'a>(lines: &mut Lines<'a>, sign: &str, side: &str) -> Result<Option<&'a str>, DiffParseError> {
    let line = lines.next().and_then(|line| line.strip_prefix(sign));
    let name = line.map(|name| name.strip_suffix('\n').unwrap_or(name));
    match name {
        Some("/dev/null") => Ok(None),
        Some(name) => match name.strip_prefix(side) {
            Some(path) => Ok(Some(path)),
            None => Err(DiffParseError::FileName(lines.number)),
        },
        None => Err(DiffParseError::FileName(lines.number)),
    }
}

fn hunk(header: &str, lines: &mut Lines) -> Result<Hunk, DiffParseError> {
    let (old, new) = ranges(header).ok_or(DiffParseError::HunkHeader(lines.number))?;
    let mut left = (old.len(), new.len());
    let mut read = Vec::new();
    while left != (0, 0) {
        let line = lines.next().filter(|line| line.ends_with('\n')).ok_or(DiffParseError::EndsEarly)?;
        let number = lines.number;
        let text = if lines.takes_remark() { &line[..line.len() - 1] } else { line };
        let line = signed(text).ok_or(DiffParseError::Line(number))?;
        left = without(left, &line).ok_or(DiffParseError::Line(number))?;
        read.push(line);
    }
    let (old_len, new_len) = (old.len(), new.len());
    Ok(Hunk { old_start: old.start, old_len, new_start: new.start, new_len, lines: read })
}

/// What is left to read of the old and the new side after `line`.
fn without((old, new): (usize, usize), line: &DiffLine) -> Option<(usize, usize)> {
    match line {
        DiffLine::Context(_) => Some((old.checked_sub(1)?, new.checked_sub(1)?)),
        DiffLine::Removed(_) => Some((old.checked_sub(1)?, new)),
        DiffLine::Added(_) => Some((old, new.checked_sub(1)?)),
    }
}

/// The line behind its sign. Some programs drop the blank before an empty line.
fn signed(line: &str) -> Option<DiffLine> {
    match line.as_bytes().first()? {
        b' ' => Some(DiffLine::Context(line[1..].to_owned())),
        b'-' => Some(DiffLine::Removed(line[1..].to_owned())),
        b'+' => Some(DiffLine::Added(line[1..].to_owned())),
        b'\n' => Some(DiffLine::Context(line.to_owned())),
        _ => None,
    }
}

/// The lines that a hunk header speaks of, each side from its first number.
fn ranges(header: &str) -> Option<(Range<usize>, Range<usize>)> {
    let (old, rest) = header.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    Some((range(old)?, range(new)?))
}

/// `start,length`, or `start` alone for one line.
fn range(text: &str) -> Option<Range<usize>> {
    let (start, length) = text.split_once(',').unwrap_or((text, "1"));
    let start: usize = start.parse().ok()?;
    Some(start..start.checked_add(length.parse().ok()?)?)
}
