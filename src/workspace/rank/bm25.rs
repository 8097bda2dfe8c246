//! Pure: how well the words of a task fit the files, their pieces and their symbols (Okapi BM25 in three
//! fields).

use std::collections::HashMap;

use super::query::Query;
use crate::workspace::index::{IndexedFile, Posting};

/// How soon more of the same word stops to count.
const SATURATION: f64 = 1.2;

/// How much their length is held against long texts. Less than is usual: one of two lines that has a word
/// is not the better for being short.
const LENGTH: f64 = 0.4;

/// What was found in one file.
#[derive(Default)]
pub(super) struct Found {
    pub(super) file: f64,
    pub(super) chunk: f64,
    pub(super) symbol: f64,
    /// The score of each symbol that has any of the words.
    pub(super) symbols: HashMap<u32, f64>,
}

/// One field over all files: how many texts there are, and how long they are in the mean.
#[derive(Default)]
struct Field {
    texts: f64,
    words: f64,
}

impl Field {
    fn add(&mut self, words: impl ExactSizeIterator<Item = u32>) {
        self.texts += words.len() as f64;
        self.words += words.map(f64::from).sum::<f64>();
    }

    fn rarity(&self, having: usize) -> f64 {
        rarity(self.texts, having)
    }

    fn score(&self, rarity: f64, count: u32, words: u32) -> f64 {
        let (count, mean) = (f64::from(count), (self.words / self.texts.max(1.0)).max(1.0));
        let held_against = 1.0 - LENGTH + LENGTH * f64::from(words) / mean;
        rarity * count * (SATURATION + 1.0) / (count + SATURATION * held_against)
    }
}

/// How much a word tells that `having` of `all` texts have.
pub(super) fn rarity(all: f64, having: usize) -> f64 {
    let having = having as f64;
    (1.0 + (all - having + 0.5) / (having + 0.5)).ln()
}

/// What is found in each file, in their order.
pub(super) fn find(query: &Query, files: &[IndexedFile]) -> Vec<Found> {
    let fields = fields(files);
    let mut found: Vec<Found> = files.iter().map(|_| Found::default()).collect();
    let mut chunks: Vec<HashMap<u32, f64>> = files.iter().map(|_| HashMap::new()).collect();
    let lengths: Vec<Lengths> = files.iter().map(Lengths::of).collect();
    for term in &query.terms {
        let postings: Vec<(usize, Posting)> = files
            .iter()
            .enumerate()
            .filter_map(|(at, file)| Some((at, file.terms().posting(*term)?)))
            .collect();
        let [file, chunk, symbol] = rarities(&fields, &postings);
        for (at, posting) in &postings {
            let (lengths, found) = (&lengths[*at], &mut found[*at]);
            found.file += fields[0].score(file, posting.count, lengths.words);
            add(&mut chunks[*at], &posting.chunks, &lengths.chunks, |count, words| {
                fields[1].score(chunk, count, words)
            });
            add(&mut found.symbols, &posting.symbols, &lengths.symbols, |count, words| {
                fields[2].score(symbol, count, words)
            });
        }
    }
    for (found, chunks) in found.iter_mut().zip(&chunks) {
        found.chunk = most(chunks);
        found.symbol = most(&found.symbols);
    }
    found
}

/// The lengths of one file's texts, read once.
struct Lengths {
    words: u32,
    chunks: Vec<u32>,
    symbols: Vec<u32>,
}

impl Lengths {
    fn of(file: &IndexedFile) -> Self {
        let terms = file.terms();
        Self {
            words: terms.words(),
            chunks: terms.chunk_words().collect(),
            symbols: terms.symbol_words().collect(),
        }
    }
}

fn fields(files: &[IndexedFile]) -> [Field; 3] {
    let mut fields = <[Field; 3]>::default();
    for terms in files.iter().map(IndexedFile::terms).filter(|terms| !terms.is_empty()) {
        fields[0].add([terms.words()].into_iter());
        fields[1].add(terms.chunk_words());
        fields[2].add(terms.symbol_words());
    }
    fields
}

fn rarities(fields: &[Field; 3], postings: &[(usize, Posting)]) -> [f64; 3] {
    let chunks = postings.iter().map(|(_, posting)| posting.chunks.len()).sum();
    let symbols = postings.iter().map(|(_, posting)| posting.symbols.len()).sum();
    [fields[0].rarity(postings.len()), fields[1].rarity(chunks), fields[2].rarity(symbols)]
}

fn add(
    scores: &mut HashMap<u32, f64>,
    places: &[(u32, u32)],
    lengths: &[u32],
    score: impl Fn(u32, u32) -> f64,
) {
    for (place, count) in places {
        let words = lengths.get(*place as usize).copied().unwrap_or_default();
        *scores.entry(*place).or_default() += score(*count, words);
    }
}

fn most(scores: &HashMap<u32, f64>) -> f64 {
    scores.values().copied().fold(0.0, f64::max)
}
