//! The words of one file in a form that is searched as it lies: numbers sorted, each with its counts in
//! the whole file, in its pieces of [`CHUNK_LINES`] lines, and in its symbols.
//!
//! Head: six lengths (terms, words, chunks, symbols, names, posting bytes); then the words of each chunk,
//! those of each symbol, the names that are defined (sorted), the terms (sorted, each with the place of
//! its counts), the counts. All numbers are little-endian u32, the counts are varints.

use std::collections::BTreeMap;

/// Lines of a piece.
pub(super) const CHUNK_LINES: usize = 40;

const HEAD: usize = 6;

/// Counts of one word in one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::workspace) struct Posting {
    /// In the whole file.
    pub(in crate::workspace) count: u32,
    /// In which chunks, and how often.
    pub(in crate::workspace) chunks: Vec<(u32, u32)>,
    /// In which symbols, and how often.
    pub(in crate::workspace) symbols: Vec<(u32, u32)>,
}

/// What the terms of a file are made from.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) words: u32,
    pub(super) chunk_words: Vec<u32>,
    pub(super) symbol_words: Vec<u32>,
    /// Numbers of the names that are defined.
    pub(super) names: Vec<u32>,
    pub(super) postings: BTreeMap<u32, Posting>,
}

impl Counted {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut counts = Vec::new();
        let mut directory = Vec::new();
        for (term, posting) in &self.postings {
            directory.extend([*term, counts.len() as u32]);
            write_posting(posting, &mut counts);
        }
        let lengths = [
            self.postings.len() as u32,
            self.words,
            self.chunk_words.len() as u32,
            self.symbol_words.len() as u32,
            self.names.len() as u32,
            counts.len() as u32,
        ];
        let numbers = lengths.iter().chain(&self.chunk_words).chain(&self.symbol_words);
        let numbers = numbers.chain(&self.names).chain(&directory);
        let mut bytes: Vec<u8> = numbers.flat_map(|number| number.to_le_bytes()).collect();
        bytes.extend(counts);
        bytes
    }
}

fn write_posting(posting: &Posting, bytes: &mut Vec<u8>) {
    write_number(posting.count, bytes);
    for places in [&posting.chunks, &posting.symbols] {
        write_number(places.len() as u32, bytes);
        let mut before = 0;
        for (place, count) in places {
            write_number(place - before, bytes);
            write_number(*count, bytes);
            before = *place;
        }
    }
}

fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Reads the terms of a file. Bytes that are no terms have none.
#[derive(Clone, Copy, Debug)]
pub(in crate::workspace) struct Terms<'a> {
    bytes: &'a [u8],
}

impl<'a> Terms<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether there is any text.
    pub(in crate::workspace) fn is_empty(self) -> bool {
        self.bytes.len() < HEAD * 4
    }

    /// Words in the file.
    pub(in crate::workspace) fn words(self) -> u32 {
        self.number(1)
    }

    /// Words in each chunk.
    pub(in crate::workspace) fn chunk_words(self) -> impl ExactSizeIterator<Item = u32> + 'a {
        let first = HEAD;
        (first..first + self.length(2)).map(move |at| self.number(at))
    }

    /// Words in each symbol.
    pub(in crate::workspace) fn symbol_words(self) -> impl ExactSizeIterator<Item = u32> + 'a {
        let first = HEAD + self.length(2);
        (first..first + self.length(3)).map(move |at| self.number(at))
    }

    /// Whether the file defines a name with this number.
    pub(in crate::workspace) fn defines(self, name: u32) -> bool {
        let first = HEAD + self.length(2) + self.length(3);
        self.search(first, 1, self.length(4), name).is_some()
    }

    /// How often, and where, the word with this number stands in the file.
    pub(in crate::workspace) fn posting(self, term: u32) -> Option<Posting> {
        let first = HEAD + self.length(2) + self.length(3) + self.length(4);
        let at = self.search(first, 2, self.length(0), term)?;
        let counts = (first + 2 * self.length(0)) * 4;
        let mut rest = self.bytes.get(counts + self.number(at + 1) as usize..)?;
        read_posting(&mut rest)
    }

    /// A length from the head, never more than the bytes can hold.
    fn length(self, at: usize) -> usize {
        (self.number(at) as usize).min(self.bytes.len())
    }

    fn number(self, at: usize) -> u32 {
        let bytes = self.bytes.get(at * 4..).and_then(|rest| rest.first_chunk());
        bytes.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// The place of `wanted` among `count` sorted numbers that lie `step` apart.
    fn search(self, first: usize, step: usize, count: usize, wanted: u32) -> Option<usize> {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            let at = first + middle * step;
            match self.number(at).cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(at),
            }
        }
        None
    }
}

fn read_posting(bytes: &mut &[u8]) -> Option<Posting> {
    let count = read_number(bytes)?;
    Some(Posting { count, chunks: read_places(bytes)?, symbols: read_places(bytes)? })
}

fn read_places(bytes: &mut &[u8]) -> Option<Vec<(u32, u32)>> {
    let mut place = 0u32;
    let count = (read_number(bytes)? as usize).min(bytes.len());
    let mut places = Vec::with_capacity(count);
    for _ in 0..count {
        place = place.checked_add(read_number(bytes)?)?;
        places.push((place, read_number(bytes)?));
    }
    Some(places)
}

fn read_number(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0u32;
    for shift in (0..35).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u32::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    fn posting(count: u32, chunks: &[(u32, u32)], symbols: &[(u32, u32)]) -> Posting {
        Posting { count, chunks: chunks.to_vec(), symbols: symbols.to_vec() }
    }

    #[test]
    fn what_was_counted_is_found_again() {
        let one = posting(1, &[(0, 1)], &[]);
        let many = posting(300, &[(0, 1), (7, 299)], &[(2, 1), (3, 200)]);
        let counted = Counted {
            words: 301,
            chunk_words: vec![2, 3],
            symbol_words: vec![4, 5, 6],
            names: vec![9, u32::MAX],
            postings: BTreeMap::from([(5, one.clone()), (u32::MAX, many.clone())]),
        };
        let bytes = counted.to_bytes();
        let terms = Terms::new(&bytes);
        assert_eq!((terms.words(), terms.is_empty()), (301, false));
        assert_eq!(terms.chunk_words().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(terms.symbol_words().collect::<Vec<_>>(), [4, 5, 6]);
        assert_eq!((terms.posting(5), terms.posting(u32::MAX)), (Some(one), Some(many)));
        assert_eq!((terms.posting(6), terms.posting(0)), (None, None));
        assert!(terms.defines(9) && terms.defines(u32::MAX) && !terms.defines(10));
    }

    proptest! {
        #[test]
        fn strange_bytes_are_no_terms(bytes in prop::collection::vec(any::<u8>(), 0..200), term: u32) {
            let terms = Terms::new(&bytes);
            let _ = (terms.posting(term), terms.defines(term), terms.chunk_words().take(9).count());
        }
    }
}
