//! What is known of a project's files so that those which matter for a task can be found without
//! reading them again: symbols, and how often each word stands where. Looking is incremental: a file
//! that has not changed is not opened.

mod facts;
mod scan;
mod terms;
mod words;

use std::fmt;

use super::symbols::Symbol;
use terms::Terms;

pub(super) use terms::Posting;
pub(super) use words::{hash_of, words};

/// What the facts of a file depend on beside its content. A change of symbols, words or the form of
/// the terms needs a new number; facts with another one are made anew.
pub const FORMAT: u32 = 3;

/// What a file looked like when its facts were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// In bytes.
    pub size: u64,
    /// When it was last changed, in nanoseconds since 1970; 0 never counts as unchanged.
    pub modified: i64,
    /// SHA-256 of its content; empty when it was not read.
    pub hash: String,
}

/// A file and the facts about its text that are looked at for every task; its symbols are kept apart, since
/// only those of few files are needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedFile {
    /// From the project root, with `/` between folders.
    pub path: String,
    /// By the name that code fences have for it.
    pub language: Option<String>,
    /// Its words, in a form of their own; empty where there is no text.
    pub terms: Vec<u8>,
}

impl IndexedFile {
    /// Whether one of its symbols has this name, in any case.
    pub fn defines(&self, name: &str) -> bool {
        self.terms().defines(hash_of(&name.to_lowercase()))
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms::new(&self.terms)
    }
}

/// What the index holds at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Files.
    pub files: usize,
    /// Bytes of one file; a larger one is known by its name alone.
    pub file_bytes: u64,
    /// Bytes of all files together; those beyond are known by their names alone.
    pub total_bytes: u64,
}

/// One file as a look at the project found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting {
    /// So many files are read from now on, since they are new or look changed.
    Ahead(usize),
    /// New, or with other content than before.
    Changed {
        /// What is known of it now.
        file: IndexedFile,
        /// Its state.
        stamp: Stamp,
        /// What it defines, in the order of its text.
        symbols: Vec<Symbol>,
    },
    /// The same content under a new stamp.
    Touched {
        /// Which file.
        path: String,
        /// Its stamp from now on.
        stamp: Stamp,
    },
}

/// What a look at the whole project came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Survey {
    /// Known files that are not there any more; empty when the look was cut short.
    pub gone: Vec<String>,
    /// What the index does not hold.
    pub left_out: LeftOut,
    /// Whether the look was cut short.
    pub is_cut: bool,
}

/// Files that are not in the index, or only by name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Files beyond the most that are held.
    pub beyond: usize,
    /// Files known by name alone: too large, or beyond the bytes of all.
    pub by_name: usize,
}

impl LeftOut {
    /// Whether the index holds all.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beyond = counted(self.beyond, "file is", "files are", "not in the index");
        let by_name = counted(self.by_name, "large file is", "large files are", "known by name only");
        let told: Vec<String> = beyond.into_iter().chain(by_name).collect();
        let settings = "context.max_files, context.max_file_kib, context.max_total_mib";
        write!(f, "{}; see {settings}.", told.join(", "))
    }
}

fn counted(count: usize, one: &str, many: &str, what: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one} {what}")),
        _ => Some(format!("{count} {many} {what}")),
    }
}

/// What the index knows of a text.
pub fn indexed(path: &str, text: &str) -> (IndexedFile, Vec<Symbol>) {
    let first_line = text.lines().next().unwrap_or_default();
    let language = super::symbols::language_name(path, first_line).map(str::to_owned);
    let (symbols, terms) = facts::facts(path, text);
    (IndexedFile { path: path.to_owned(), language, terms }, symbols)
}
