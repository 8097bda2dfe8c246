//! What changes between two states of a text file: hunks as data, and the unified form of them that
//! `patch` and `git apply` read.

use std::fmt;

use serde::{Deserialize, Serialize};

mod parse;

pub use parse::DiffParseError;

/// The difference between two states of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDiff {
    /// The file, below the project root.
    pub path: String,
    /// Whether there was no file before.
    pub is_new: bool,
    /// Whether there is no file after.
    pub is_deleted: bool,
    /// The path before, if that was another one.
    pub renamed_from: Option<String>,
    /// Where it differs, top to bottom.
    pub hunks: Vec<Hunk>,
    /// Lines added.
    pub added: u32,
    /// Lines removed.
    pub removed: u32,
}

/// One place where the file differs. Lines count from 1; a side without lines has the number of
/// the line before it, as in the unified format.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DiffLine {
    /// In both.
    Context(String),
    /// Only before.
    Removed(String),
    /// Only after.
    Added(String),
}

impl FileDiff {
    /// The same with `added` and `removed` counted from its hunks.
    pub fn counted(mut self) -> Self {
        let lines = || self.hunks.iter().flat_map(|hunk| &hunk.lines);
        let added = lines().filter(|line| matches!(line, DiffLine::Added(_))).count();
        let removed = lines().filter(|line| matches!(line, DiffLine::Removed(_))).count();
        (self.added, self.removed) = (added as u32, removed as u32);
        self
    }
}

/// The unified form; nothing at all when the states are equal. A rename begins as git writes it.
impl fmt::Display for FileDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let old = self.renamed_from.as_ref().unwrap_or(&self.path);
        if let Some(from) = &self.renamed_from {
            writeln!(f, "diff --git a/{from} b/{to}\nrename from {from}\nrename to {to}", to = self.path)?;
        }
        if self.hunks.is_empty() && self.is_new == self.is_deleted {
            return Ok(());
        }
        match self.is_new {
            true => writeln!(f, "--- /dev/null")?,
            false => writeln!(f, "--- a/{old}")?,
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
