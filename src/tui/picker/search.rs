//! Which items match a query and how well, found slice by slice.
//!
//! Queries are those of fzf: words in any order, each fuzzy; `'word` exact, `^word` at the start,
//! `word$` at the end, `!word` not. Case counts once a capital is typed. Among paths and symbols, lines
//! behind a path are not looked for, and `::` is what the index calls a dot.

use std::cmp::Reverse;

use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use super::Item;

/// A matching item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    score: u32,
    /// Of two equally good ones the shorter is meant more often.
    length: u32,
    pub(super) index: u32,
}

impl Hit {
    fn rank(&self) -> (Reverse<u32>, u32, u32) {
        (Reverse(self.score), self.length, self.index)
    }
}

/// The query, its results and the work that is left.
pub(super) struct Search {
    matcher: Matcher,
    of_paths: bool,
    query: String,
    /// How many letters the query has, and how many some items wait for.
    letters: usize,
    awaited: usize,
    pattern: Pattern,
    /// Results as they are shown, best first.
    shown: Vec<Hit>,
    /// Results of a query that is not through yet.
    coming: Option<Vec<Hit>>,
    /// Items that are matched first: the results of a query that this one narrows.
    candidates: Vec<u32>,
    next_candidate: usize,
    /// Items from here on are matched after those; from `first_item` when one begins again.
    next_item: usize,
    first_item: usize,
    scratch: Scratch,
}

/// Buffers that matching fills again and again.
#[derive(Default)]
struct Scratch {
    text: String,
    chars: Vec<char>,
}

impl Search {
    pub(super) fn new(paths: bool) -> Self {
        let config = if paths { Config::DEFAULT.match_paths() } else { Config::DEFAULT };
        Self {
            matcher: Matcher::new(config),
            of_paths: paths,
            query: String::new(),
            letters: 0,
            awaited: 0,
            pattern: Pattern::default(),
            shown: Vec::new(),
            coming: None,
            candidates: Vec::new(),
            next_candidate: 0,
            next_item: 0,
            first_item: 0,
            scratch: Scratch::default(),
        }
    }

    pub(super) fn query(&self) -> &str {
        &self.query
    }

    pub(super) fn shown(&self) -> &[Hit] {
        &self.shown
    }

    /// Begins with a query; false if it is the same one.
    pub(super) fn set_query(&mut self, query: String) -> bool {
        if query == self.query {
            return false;
        }
        // Items that come with this letter are not among the results before.
        let is_wider = self.letters < self.awaited;
        match narrows(&self.query, &query) && !is_wider {
            true if self.coming.is_none() => {
                self.candidates = self.shown.iter().map(|hit| hit.index).collect();
                self.first_item = self.next_item;
            }
            true => {}
            false => self.widen(),
        }
        let sought = if self.of_paths { sought(&query) } else { query.clone() };
        self.pattern.reparse(&sought, CaseMatching::Smart, Normalization::Smart);
        self.letters = sought.chars().filter(|c| c.is_alphanumeric()).count();
        self.query = query;
        self.begin();
        true
    }

    /// How many of these items the query is long enough for.
    pub(super) fn offered<T>(&self, items: &[Item<T>]) -> usize {
        match self.letters < self.awaited {
            true => items.iter().filter(|item| item.after <= self.letters).count(),
            false => items.len(),
        }
    }

    /// Begins again with items that have nothing to do with the ones before; some may wait for this many
    /// letters.
    pub(super) fn restart(&mut self, awaited: usize) {
        self.awaited = awaited;
        self.shown.clear();
        self.widen();
        self.begin();
    }

    fn widen(&mut self) {
        self.candidates.clear();
        self.first_item = 0;
    }

    fn begin(&mut self) {
        self.coming = Some(Vec::new());
        self.next_candidate = 0;
        self.next_item = self.first_item;
    }

    /// Whether all of `items` are matched.
    pub(super) fn is_complete<T>(&self, items: &[Item<T>]) -> bool {
        self.coming.is_none() && self.next_candidate == self.candidates.len() && self.next_item == items.len()
    }

    /// Matches at most `budget` items more; whether all are matched now.
    pub(super) fn advance<T>(&mut self, items: &[Item<T>], budget: usize) -> bool {
        let first = self.candidates.len().min(self.next_candidate.saturating_add(budget));
        let candidates = self.next_candidate..first;
        let left = budget - candidates.len();
        let rest = self.next_item..items.len().min(self.next_item.saturating_add(left));
        (self.next_candidate, self.next_item) = (candidates.end, rest.end.max(self.next_item));

        let mut hits = Vec::new();
        for at in candidates {
            hits.extend(self.hit(items, self.candidates[at] as usize));
        }
        for at in rest {
            hits.extend(self.hit(items, at));
        }
        hits.sort_unstable_by_key(Hit::rank);
        self.collect(hits, self.next_candidate == self.candidates.len() && self.next_item == items.len())
    }

    fn collect(&mut self, hits: Vec<Hit>, is_done: bool) -> bool {
        match &mut self.coming {
            Some(coming) => merge(coming, hits),
            None => merge(&mut self.shown, hits),
        }
        if is_done && let Some(coming) = self.coming.take() {
            self.shown = coming;
        }
        is_done
    }

    fn hit<T>(&mut self, items: &[Item<T>], index: usize) -> Option<Hit> {
        let item = items.get(index)?;
        let index = u32::try_from(index).ok()?;
        if item.after > self.letters {
            return None;
        }
        if self.pattern.atoms.is_empty() {
            return Some(Hit { score: 0, length: 0, index });
        }
        let haystack = haystack(&mut self.scratch, item);
        let score = self.pattern.score(haystack, &mut self.matcher)?;
        Some(Hit { score, length: u32::try_from(item.label.len()).unwrap_or(u32::MAX), index })
    }

    /// Which characters of an item's label match, as ranges would count them: in characters as
    /// people count them, rising.
    pub(super) fn matches<T>(&mut self, item: &Item<T>) -> Vec<usize> {
        let mut indices = Vec::new();
        let haystack = haystack(&mut self.scratch, item);
        let in_bytes = matches!(haystack, Utf32Str::Ascii(_));
        if self.pattern.indices(haystack, &mut self.matcher, &mut indices).is_none() {
            return Vec::new();
        }
        indices.sort_unstable();
        indices.dedup();
        let indices = indices.into_iter().map(|index| index as usize);
        match in_bytes && !item.label.is_ascii() {
            true => indices.map(|byte| characters_before(&item.label, byte)).collect(),
            false => indices.collect(),
        }
    }
}

/// Label and further words in one.
fn haystack<'a, T>(scratch: &'a mut Scratch, item: &'a Item<T>) -> Utf32Str<'a> {
    let Scratch { text, chars } = scratch;
    if item.search.is_empty() {
        return Utf32Str::new(&item.label, chars);
    }
    text.clear();
    text.extend([item.label.as_str(), " ", item.search.as_str()]);
    Utf32Str::new(text, chars)
}

fn characters_before(text: &str, byte: usize) -> usize {
    use unicode_segmentation::UnicodeSegmentation;
    text.grapheme_indices(true).take_while(|(at, grapheme)| at + grapheme.len() <= byte).count()
}

/// What of a query for paths and symbols is looked for.
fn sought(query: &str) -> String {
    let name = query.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-' || c == ':');
    let lines = &query[name.len()..];
    lines.find(':').map_or(query, |at| &query[..name.len() + at]).replace("::", ".")
}

/// Whether all that matches `query` matches `before` too: longer words narrow, unless a sign turns
/// the meaning of a word around.
fn narrows(before: &str, query: &str) -> bool {
    query.starts_with(before) && !query.contains(['!', '$', '\\'])
}

/// Merges sorted hits into sorted hits.
fn merge(into: &mut Vec<Hit>, hits: Vec<Hit>) {
    if into.last().is_none_or(|last| hits.first().is_none_or(|first| last.rank() < first.rank())) {
        into.extend(hits);
        return;
    }
    let mut merged = Vec::with_capacity(into.len() + hits.len());
    let mut hits = hits.into_iter().peekable();
    for hit in into.drain(..) {
        while let Some(better) = hits.next_if(|other| other.rank() < hit.rank()) {
            merged.push(better);
        }
        merged.push(hit);
    }
    merged.extend(hits);
    *into = merged;
}

#[cfg(test)]
impl Search {
    /// How many items the running query began with, of candidates and of all.
    pub(super) fn candidates_left(&self) -> (usize, usize) {
        (self.candidates.len(), self.next_item - self.first_item)
    }
}
