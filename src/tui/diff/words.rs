//! Which words of changed lines are the changed ones: removed and added lines are paired by likeness,
//! in order, and each pair is compared word by word.

use std::{collections::HashMap, ops::Range};

use similar::{Algorithm, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

mod pairs;

use pairs::pairs;

/// Lines that are longer are compared by nobody's eye.
const LONGEST: usize = 2048;

/// Longer runs are rewrites: their words say nothing.
const MOST_LINES: usize = 200;

/// Likeness is counted word by word for each pair of lines; this many steps take a few milliseconds.
const MOST_STEPS: usize = 2_000_000;

/// The changed bytes of each line, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) removed: Vec<Vec<Range<usize>>>,
    pub(super) added: Vec<Vec<Range<usize>>>,
}

/// The changed words of a run of removed lines and the added ones that took their place. Lines that
/// resemble none of the other side have none, and so have runs that are too long.
pub(super) fn words(removed: &[&str], added: &[&str]) -> Words {
    let mut words = Words { removed: vec![Vec::new(); removed.len()], added: vec![Vec::new(); added.len()] };
    if removed.len().max(added.len()) > MOST_LINES {
        return words;
    }
    let mut vocabulary = Vocabulary::default();
    let old: Vec<Tokens> = removed.iter().map(|line| vocabulary.tokens(line)).collect();
    let new: Vec<Tokens> = added.iter().map(|line| vocabulary.tokens(line)).collect();
    let count = |lines: &[Tokens]| lines.iter().map(|line| line.ids.len()).sum::<usize>();
    if count(&old) * new.len() + count(&new) * old.len() > MOST_STEPS {
        return words;
    }
    for (before, after) in pairs(&old, &new, &vocabulary.weights) {
        let changed = changed(&old[before], &new[after]);
        words.removed[before] = joined(removed[before], changed.0);
        words.added[after] = joined(added[after], changed.1);
    }
    words
}

/// A line in words, blanks and signs; each is known by a number.
struct Tokens {
    ends: Vec<usize>,
    ids: Vec<u32>,
    /// The numbers without blanks, sorted.
    bag: Vec<u32>,
    weight: u32,
}

impl Tokens {
    fn bytes(&self, tokens: Range<usize>) -> Range<usize> {
        let start = tokens.start.checked_sub(1).map_or(0, |before| self.ends[before]);
        start..self.ends[tokens.end - 1]
    }
}

#[derive(Default)]
struct Vocabulary<'a> {
    ids: HashMap<&'a str, u32>,
    /// How much a word counts: its length, nothing for blanks.
    weights: Vec<u32>,
}

impl<'a> Vocabulary<'a> {
    fn tokens(&mut self, line: &'a str) -> Tokens {
        let line = if line.len() > LONGEST { "" } else { line };
        let ends = token_ends(line);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let ids: Vec<u32> = starts.zip(&ends).map(|(start, end)| self.id(&line[start..*end])).collect();
        let weight = |id: &u32| self.weights[*id as usize];
        let mut bag: Vec<u32> = ids.iter().copied().filter(|id| weight(id) > 0).collect();
        bag.sort_unstable();
        Tokens { weight: bag.iter().map(weight).sum(), ends, ids, bag }
    }

    fn id(&mut self, token: &'a str) -> u32 {
        let next = self.weights.len() as u32;
        let id = *self.ids.entry(token).or_insert(next);
        if id == next {
            let is_blank = token.trim().is_empty();
            self.weights.push(if is_blank { 0 } else { token.len() as u32 });
        }
        id
    }
}

/// Where the words, the stretches of blanks and the single signs of `line` end.
fn token_ends(line: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut before = None;
    for (at, grapheme) in line.grapheme_indices(true) {
        let class = Class::of(grapheme);
        if before.is_some_and(|before| before != class || class == Class::Sign) {
            ends.push(at);
        }
        before = Some(class);
    }
    ends.extend((!line.is_empty()).then_some(line.len()));
    ends
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Word,
    Blank,
    Sign,
}

impl Class {
    fn of(grapheme: &str) -> Self {
        match grapheme.chars().next() {
            Some(c) if c.is_alphanumeric() || c == '_' => Self::Word,
            Some(' ' | '\t') => Self::Blank,
            _ => Self::Sign,
        }
    }
}

/// The changed bytes of both sides of a pair.
fn changed(old: &Tokens, new: &Tokens) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let ops = capture_diff_slices(Algorithm::Myers, &old.ids, &new.ids);
    let changes = || ops.iter().filter(|op| !matches!(op, similar::DiffOp::Equal { .. }));
    let removed = changes().map(|op| op.old_range()).filter(|range| !range.is_empty());
    let added = changes().map(|op| op.new_range()).filter(|range| !range.is_empty());
    (removed.map(|range| old.bytes(range)).collect(), added.map(|range| new.bytes(range)).collect())
}

/// Ranges with only blanks between them are one.
fn joined(line: &str, ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if line[last.end..range.start].trim().is_empty() => last.end = range.end,
            _ => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests;
