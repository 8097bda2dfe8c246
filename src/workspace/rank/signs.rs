//! Pure: what speaks for each file, every sign brought to between 0 and 1.

use std::collections::{HashMap, HashSet};

use super::{
    Sign, Snapshot,
    bm25::{Found, rarity},
    query::Query,
};
use crate::{
    config::ContextWeights,
    workspace::index::{IndexedFile, hash_of, words},
};

/// After so many commits a change counts half.
const HALF_LIFE: f64 = 60.0;

/// Commits with more files say nothing about what belongs together.
const WIDE_COMMIT: usize = 40;

/// The best files, to which others may belong.
const BEST: usize = 3;

/// The weighted signs of all files.
pub(super) struct Scores {
    /// By sign, by file.
    parts: Vec<(Sign, Vec<f64>)>,
    /// Files that share a word with the task.
    fitting: Vec<bool>,
}

impl Scores {
    pub(super) fn new(query: &Query, snapshot: &Snapshot, found: &[Found], weights: &ContextWeights) -> Self {
        let files = &snapshot.files;
        let path = path_words(query, files);
        let fitting = found.iter().zip(&path).map(|(found, path)| found.file > 0.0 || *path > 0.0).collect();
        let raw = |sign| match sign {
            Sign::File => found.iter().map(|found| found.file).collect(),
            Sign::Chunk => found.iter().map(|found| found.chunk).collect(),
            Sign::Symbol => found.iter().map(|found| found.symbol).collect(),
            Sign::Path => path.clone(),
            Sign::History => recency(snapshot),
            Sign::Together | Sign::Source => vec![0.0; files.len()],
            Sign::Defines => defined(query, files),
        };
        let weighted = |sign: Sign| (sign, scaled(raw(sign), sign.weight(weights)));
        let mut scores = Self { parts: Sign::ALL.map(weighted).into(), fitting };
        scores.add_source(query, files, weights);
        scores
    }

    /// What else speaks for a file speaks more for one of the kind that tasks are about.
    fn add_source(&mut self, query: &Query, files: &[IndexedFile], weights: &ContextWeights) {
        self.set(Sign::Source, vec![0.0; files.len()]);
        let is_wanted = files.iter().map(|file| f64::from(is_wanted(query, file)));
        let source = is_wanted.enumerate().map(|(at, wanted)| weights.source * wanted * self.total(at));
        self.set(Sign::Source, source.collect());
    }

    fn set(&mut self, sign: Sign, values: Vec<f64>) {
        let part = self.parts.iter_mut().find(|(known, _)| *known == sign);
        part.into_iter().for_each(|(_, known)| known.clone_from(&values));
    }

    /// What changes together with the files that are best so far.
    pub(super) fn add_together(&mut self, query: &Query, snapshot: &Snapshot, weights: &ContextWeights) {
        let best: Vec<usize> = self.order().into_iter().take(BEST).collect();
        self.set(Sign::Together, scaled(together(snapshot, &best), weights.together));
        self.add_source(query, &snapshot.files, weights);
    }

    pub(super) fn total(&self, file: usize) -> f64 {
        self.parts.iter().map(|(_, values)| values[file]).sum()
    }

    /// What speaks for a file, the strongest first.
    pub(super) fn signs(&self, file: usize) -> Vec<(Sign, f64)> {
        let mut signs: Vec<(Sign, f64)> =
            self.parts.iter().map(|(sign, values)| (*sign, values[file])).collect();
        signs.retain(|(_, value)| *value > 0.0);
        signs.sort_by(|a, b| b.1.total_cmp(&a.1));
        signs
    }

    /// The fitting files, the best first.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.fitting.len()).filter(|file| self.fitting[*file]).collect();
        order.sort_by(|a, b| self.total(*b).total_cmp(&self.total(*a)));
        order
    }
}

/// Brings values to between 0 and `weight`.
fn scaled(mut values: Vec<f64>, weight: f64) -> Vec<f64> {
    let most = values.iter().copied().fold(0.0, f64::max);
    if most > 0.0 {
        values.iter_mut().for_each(|value| *value *= weight / most);
    }
    values
}

/// The task's words in the path, rare ones counting more.
fn path_words(query: &Query, files: &[IndexedFile]) -> Vec<f64> {
    let sets: Vec<HashSet<u32>> = files.iter().map(|file| words_of_path(&file.path)).collect();
    let mut having: HashMap<u32, usize> = HashMap::new();
    sets.iter().flatten().for_each(|word| *having.entry(*word).or_default() += 1);
    let value = |word: u32| rarity(files.len() as f64, having.get(&word).copied().unwrap_or_default());
    let value = |set: &HashSet<u32>| {
        let named = query.terms.iter().filter(|term| set.contains(term));
        named.map(|term| value(*term)).sum()
    };
    sets.iter().map(value).collect()
}

fn words_of_path(path: &str) -> HashSet<u32> {
    let mut found = HashSet::new();
    words(path, |word| {
        found.insert(hash_of(word));
    });
    found
}

fn recency(snapshot: &Snapshot) -> Vec<f64> {
    let mut recent: HashMap<&str, f64> = HashMap::new();
    for (age, commit) in snapshot.commits.iter().enumerate() {
        let value = 0.5_f64.powf(age as f64 / HALF_LIFE);
        commit.iter().for_each(|path| *recent.entry(path).or_default() += value);
    }
    let of = |file: &IndexedFile| recent.get(file.path.as_str()).copied().unwrap_or_default();
    snapshot.files.iter().map(of).collect()
}

/// For each of the best files: which share of its commits another file was in.
fn together(snapshot: &Snapshot, best: &[usize]) -> Vec<f64> {
    let mut shares: HashMap<&str, f64> = HashMap::new();
    for file in best.iter().map(|file| &snapshot.files[*file]) {
        let commits = snapshot.commits.iter().filter(|commit| commit.len() <= WIDE_COMMIT);
        let own: Vec<&Vec<String>> = commits.filter(|commit| commit.contains(&file.path)).collect();
        let others = own.iter().copied().flatten().filter(|path| **path != file.path);
        others.for_each(|path| *shares.entry(path).or_default() += 1.0 / own.len() as f64);
    }
    let of = |file: &IndexedFile| shares.get(file.path.as_str()).copied().unwrap_or_default();
    snapshot.files.iter().map(of).collect()
}

/// The names in the task that a file defines, rare ones counting more.
fn defined(query: &Query, files: &[IndexedFile]) -> Vec<f64> {
    let mut values = vec![0.0; files.len()];
    for name in &query.names {
        let defining: Vec<usize> =
            (0..files.len()).filter(|file| files[*file].terms().defines(*name)).collect();
        let value = rarity(files.len() as f64, defining.len());
        defining.iter().for_each(|file| values[*file] += value);
    }
    values
}

/// Whether a file is of the kind that tasks are about: code, and a test only where the task says so.
fn is_wanted(query: &Query, file: &IndexedFile) -> bool {
    let is_code = file.language.as_deref().is_some_and(|language| !is_document(language));
    (is_code || query.is_about_documents) && (query.is_about_tests || !is_test(&file.path))
}

fn is_document(language: &str) -> bool {
    ["markdown", "json", "jsonc", "yaml", "toml"].contains(&language)
}

/// Whether a path is that of a test, as far as names tell.
pub fn is_test(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let is_folder = |folder: &str| {
        ["test", "tests", "spec", "specs", "__tests__", "testdata", "fixtures", "e2e"].contains(&folder)
    };
    let is_name = stem.starts_with("test_")
        || stem == "test"
        || stem == "tests"
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || (name.ends_with(".java") && stem.ends_with("test"))
        || [".test.", ".spec."].iter().any(|part| name.contains(part));
    is_name || folders.split('/').any(is_folder)
}
