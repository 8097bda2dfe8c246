//! Pure: which files and symbols of a project matter for a task, from the index alone. The mix of signs
//! was measured on commits of public repositories; the weights are settings.

mod best;
mod bm25;
mod query;
mod signs;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

pub use signs::is_test;

use super::{index::IndexedFile, symbols::Symbol};
use crate::config::ContextWeights;

/// Symbols are ranked in so many of the best files.
const FILES_WITH_SYMBOLS: usize = 30;

/// A project as far as the index knows it.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Its files.
    pub files: Vec<IndexedFile>,
    /// The files of its last commits, the newest first; empty without git.
    pub commits: Vec<Vec<String>>,
}

/// A file that may matter.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedFile {
    /// From the project root.
    pub path: String,
    /// The more, the more it matters; the signs add up to it.
    pub score: f64,
    /// What speaks for it, the strongest first.
    pub signs: Vec<(Sign, f64)>,
    /// Its symbols, the best first; only of the best files.
    pub symbols: Vec<RankedSymbol>,
}

/// A symbol that may matter.
#[derive(Clone, Debug, PartialEq)]
pub struct RankedSymbol {
    /// Which.
    pub symbol: Symbol,
    /// The more, the more it matters; comparable between files.
    pub score: f64,
}

/// What can speak for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// The task's words in the whole file.
    File,
    /// The task's words close together.
    Chunk,
    /// The task's words in one symbol.
    Symbol,
    /// The task's words in the path.
    Path,
    /// It was changed lately.
    History,
    /// It changes together with the best files.
    Together,
    /// It defines what the task names.
    Defines,
    /// It is code, and no test, unless the task is about such.
    Source,
}

impl Sign {
    const ALL: [Self; 8] = [
        Self::File,
        Self::Chunk,
        Self::Symbol,
        Self::Path,
        Self::History,
        Self::Together,
        Self::Defines,
        Self::Source,
    ];

    /// In words for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::File => "words in the file",
            Self::Chunk => "words close together",
            Self::Symbol => "words in one symbol",
            Self::Path => "words in the path",
            Self::History => "changed lately",
            Self::Together => "changes with the best files",
            Self::Defines => "defines what is named",
            Self::Source => "is code",
        }
    }

    fn weight(self, weights: &ContextWeights) -> f64 {
        match self {
            Self::File => weights.file,
            Self::Chunk => weights.chunk,
            Self::Symbol => weights.symbol,
            Self::Path => weights.path,
            Self::History => weights.history,
            Self::Together => weights.together,
            Self::Defines => weights.defines,
            Self::Source => weights.source,
        }
    }
}

/// The files that may matter for a task, the best first. Files that share no word with it, in text or path,
/// are left out. Symbols come in a second step: only those of the best files have to be read.
pub struct Ranking {
    query: query::Query,
    snapshot: Snapshot,
    found: Vec<bm25::Found>,
    scores: signs::Scores,
    /// The files, the best first.
    order: Vec<usize>,
}

impl Ranking {
    /// Ranks the files of a project.
    pub fn new(task: &str, snapshot: Snapshot, weights: &ContextWeights) -> Self {
        let query = query::Query::of(task);
        let found = bm25::find(&query, &snapshot.files);
        let mut scores = signs::Scores::new(&query, &snapshot, &found, weights);
        scores.add_together(&query, &snapshot, weights);
        Self { order: scores.order(), query, snapshot, found, scores }
    }

    /// The files whose symbols are ranked.
    pub fn best(&self) -> Vec<String> {
        let best = self.order.iter().take(FILES_WITH_SYMBOLS);
        best.map(|file| self.snapshot.files[*file].path.clone()).collect()
    }

    /// All files, the best ones with these symbols of theirs.
    pub fn with_symbols(self, mut symbols: HashMap<String, Vec<Symbol>>) -> Vec<RankedFile> {
        let of_best = self.best().into_iter().map(|path| symbols.remove(&path).unwrap_or_default());
        let mut ranked = self.symbols(of_best.collect()).into_iter();
        let file = |file: &usize| RankedFile {
            path: self.snapshot.files[*file].path.clone(),
            score: self.scores.total(*file),
            signs: self.scores.signs(*file),
            symbols: ranked.next().unwrap_or_default(),
        };
        self.order.iter().map(file).collect()
    }
}
