//! Pure: from the text of a file to what the index keeps of it.

use super::{
    terms::{CHUNK_LINES, Counted},
    words::{hash_of, words},
};
use crate::workspace::symbols::{Symbol, symbols};

/// Comments above a symbol belong to it, so many lines upwards.
const MAX_ABOVE: u32 = 40;

/// The symbols of a text, and its words as the index keeps them.
pub(super) fn facts(path: &str, text: &str) -> (Vec<Symbol>, Vec<u8>) {
    let symbols = symbols(path, text);
    let terms = counted(text, &symbols).to_bytes();
    (symbols, terms)
}

fn counted(text: &str, symbols: &[Symbol]) -> Counted {
    let lines: Vec<&str> = text.lines().collect();
    let owners = owners(&lines, symbols);
    let mut counted = Counted {
        chunk_words: vec![0; lines.len().div_ceil(CHUNK_LINES)],
        symbol_words: vec![0; symbols.len()],
        names: names(symbols),
        ..Counted::default()
    };
    for (row, line) in lines.iter().enumerate() {
        words(line, |word| counted.add(hash_of(word), row, &owners[row]));
    }
    counted
}

impl Counted {
    fn add(&mut self, term: u32, row: usize, owners: &[u32]) {
        let chunk = row / CHUNK_LINES;
        let posting = self.postings.entry(term).or_default();
        self.words += 1;
        posting.count += 1;
        self.chunk_words[chunk] += 1;
        count(&mut posting.chunks, chunk as u32);
        for owner in owners {
            self.symbol_words[*owner as usize] += 1;
            count(&mut posting.symbols, *owner);
        }
    }
}

/// Places come in order, but for symbols inside of others: then the list is kept in order here.
fn count(places: &mut Vec<(u32, u32)>, place: u32) {
    match places.binary_search_by_key(&place, |(known, _)| *known) {
        Ok(at) => places[at].1 += 1,
        Err(at) => places.insert(at, (place, 1)),
    }
}

/// The symbols that each line belongs to.
fn owners(lines: &[&str], symbols: &[Symbol]) -> Vec<Vec<u32>> {
    let mut owners = vec![Vec::new(); lines.len()];
    for (number, symbol) in symbols.iter().enumerate() {
        let first = first_word(lines, symbol);
        for row in first..=(symbol.last_line as usize).min(lines.len()) {
            owners[row - 1].push(number as u32);
        }
    }
    owners
}

/// The line, from 1, with which a symbol or the comment above it begins.
fn first_word(lines: &[&str], symbol: &Symbol) -> usize {
    let mut first = symbol.first_line.max(1);
    let least = first.saturating_sub(MAX_ABOVE).max(1);
    while first > least && lines.get(first as usize - 2).is_some_and(|line| is_comment(line.trim_start())) {
        first -= 1;
    }
    first as usize
}

fn is_comment(line: &str) -> bool {
    ["//", "/*", "*", "#", "@"].iter().any(|start| line.starts_with(start))
}

/// The names of all symbols as sorted numbers.
fn names(symbols: &[Symbol]) -> Vec<u32> {
    let mut names: Vec<u32> = symbols.iter().map(|symbol| hash_of(&symbol.name.to_lowercase())).collect();
    names.sort_unstable();
    names.dedup();
    names
}
