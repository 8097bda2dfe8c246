//! A diff as the pane shows it: one item after the other, each with its line numbers, and what of
//! it belongs together.

use std::{cell::OnceCell, ops::Range};

use super::{
    Side,
    words::{Words, words},
};
use crate::protocol::{DiffLine, FileDiff, Hunk};

/// Which side a line is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Context,
    Removed,
    Added,
}

/// A line of the diff.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) sign: Sign,
    /// Its number before; of an added line the number that follows.
    pub(super) old: u32,
    /// Its number after; of a removed line the number that follows.
    pub(super) new: u32,
    /// Its place among the old lines of all hunks.
    pub(super) at: u32,
    /// Without its line end.
    pub(super) text: String,
    /// Whether it has one.
    pub(super) is_ended: bool,
}

/// What is shown below one another.
#[derive(Debug)]
pub(super) enum Item {
    /// The header of a hunk; a diff of one hunk has none.
    Hunk(usize),
    Line(Entry),
}

/// Removed lines and the added ones that follow at once.
#[derive(Debug)]
struct Change {
    removed: Range<usize>,
    added: Range<usize>,
    /// Compared when first seen.
    words: OnceCell<Words>,
}

/// A whole diff, ready to be painted item by item.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) items: Vec<Item>,
    /// The first item of each hunk.
    pub(super) hunks: Vec<usize>,
    /// Columns of the largest line number.
    pub(super) digits: usize,
    /// Whether both states exist; a new or deleted file has one kind of line numbers only.
    pub(super) has_both: bool,
    changes: Vec<Change>,
    pairs: OnceCell<Vec<Pair>>,
}

/// Items side by side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) left: Option<usize>,
    pub(super) right: Option<usize>,
}

impl Pair {
    /// The item by which the pair is found.
    pub(super) fn key(self) -> usize {
        self.left.or(self.right).unwrap_or_default()
    }
}

impl Sheet {
    /// With a header for each hunk; a single one goes without, unless it `has_headers`.
    pub(super) fn of(diff: FileDiff, has_headers: bool) -> Self {
        let line_end = line_end(&diff);
        let has_both = !diff.is_new && !diff.is_deleted;
        let with_headers = has_headers || diff.hunks.len() > 1;
        let mut sheet = Self { has_both, digits: digits(&diff.hunks), ..Self::default() };
        let mut at = 0;
        for (number, hunk) in diff.hunks.into_iter().enumerate() {
            sheet.hunks.push(sheet.items.len());
            sheet.items.extend(with_headers.then_some(Item::Hunk(number)));
            at = sheet.push_lines(hunk, at, line_end);
        }
        sheet.changes = changes(&sheet.items);
        sheet
    }

    /// Adds the lines of a hunk whose first old line is the `at`th; returns what follows.
    fn push_lines(&mut self, hunk: Hunk, mut at: u32, line_end: &str) -> u32 {
        let first = |start: usize, len: usize| u32::try_from(start.saturating_add(usize::from(len == 0)));
        let mut old = first(hunk.old_start, hunk.old_len).unwrap_or(u32::MAX);
        let mut new = first(hunk.new_start, hunk.new_len).unwrap_or(u32::MAX);
        for line in hunk.lines {
            let (sign, mut text) = match line {
                DiffLine::Context(text) => (Sign::Context, text),
                DiffLine::Removed(text) => (Sign::Removed, text),
                DiffLine::Added(text) => (Sign::Added, text),
            };
            let is_ended = text.ends_with('\n');
            let end = if text.ends_with(line_end) { line_end.len() } else { usize::from(is_ended) };
            text.truncate(text.len() - end);
            self.items.push(Item::Line(Entry { sign, old, new, at, text, is_ended }));
            let (is_old, is_new) = (u32::from(sign != Sign::Added), u32::from(sign != Sign::Removed));
            (old, at) = (old.saturating_add(is_old), at.saturating_add(is_old));
            new = new.saturating_add(is_new);
        }
        at
    }

    /// The line at `item`, unless that is a header.
    pub(super) fn entry(&self, item: usize) -> Option<&Entry> {
        match self.items.get(item)? {
            Item::Line(entry) => Some(entry),
            Item::Hunk(_) => None,
        }
    }

    /// The place of the line with this sign and these numbers.
    pub(super) fn place_of(&self, (sign, old, new): (Sign, u32, u32)) -> Option<usize> {
        let is_it = |entry: &Entry| (entry.sign, entry.old, entry.new) == (sign, old, new);
        (0..self.items.len()).find(|item| self.entry(*item).is_some_and(is_it))
    }

    /// The hunk that `item` is in.
    pub(super) fn hunk_of(&self, item: usize) -> usize {
        self.hunks.partition_point(|first| *first <= item).saturating_sub(1)
    }

    /// The bytes of the line at `item` that differ from the line it became or was.
    pub(super) fn changed_words(&self, item: usize) -> &[Range<usize>] {
        let at = self.changes.partition_point(|change| change.added.end <= item);
        let Some(change) = self.changes.get(at).filter(|change| change.removed.start <= item) else {
            return &[];
        };
        let words = change
            .words
            .get_or_init(|| words(&self.texts(change.removed.clone()), &self.texts(change.added.clone())));
        match item.checked_sub(change.added.start) {
            Some(added) => words.added.get(added).map_or(&[], Vec::as_slice),
            None => words.removed.get(item - change.removed.start).map_or(&[], Vec::as_slice),
        }
    }

    fn texts(&self, items: Range<usize>) -> Vec<&str> {
        items.filter_map(|item| self.entry(item)).map(|entry| entry.text.as_str()).collect()
    }

    /// The old lines of all hunks, one below the other: what a highlighter reads of the old side.
    pub(super) fn old_text(&self) -> String {
        let lines = (0..self.items.len()).filter_map(|item| self.entry(item));
        lines
            .filter(|entry| entry.sign != Sign::Added)
            .flat_map(|entry| [entry.text.as_str(), "\n"])
            .collect()
    }

    /// Its items side by side.
    pub(super) fn pairs(&self) -> &[Pair] {
        self.pairs.get_or_init(|| {
            let mut pairs = Vec::with_capacity(self.items.len());
            let mut item = 0;
            for change in &self.changes {
                pairs.extend((item..change.removed.start).map(|item| self.alone(item)));
                pairs.extend(beside(change));
                item = change.added.end;
            }
            pairs.extend((item..self.items.len()).map(|item| self.alone(item)));
            pairs
        })
    }

    fn alone(&self, item: usize) -> Pair {
        match self.entry(item).map(|entry| entry.sign) {
            Some(Sign::Removed) => Pair { left: Some(item), right: None },
            Some(Sign::Added) => Pair { left: None, right: Some(item) },
            _ => Pair { left: Some(item), right: Some(item) },
        }
    }
}

impl Entry {
    /// The side whose number and colours it has.
    pub(super) fn side(&self) -> Side {
        if self.sign == Sign::Removed { Side::Old } else { Side::New }
    }
}

fn beside(change: &Change) -> impl Iterator<Item = Pair> {
    let rows = change.removed.len().max(change.added.len());
    let nth = |range: &Range<usize>, row: usize| (row < range.len()).then_some(range.start + row);
    (0..rows).map(move |row| Pair { left: nth(&change.removed, row), right: nth(&change.added, row) })
}

/// What ends every line, so that a file of another system does not show a sign on each of them.
fn line_end(diff: &FileDiff) -> &'static str {
    let mut lines = diff.hunks.iter().flat_map(|hunk| &hunk.lines);
    let is_other = lines.all(|line| {
        let (DiffLine::Context(text) | DiffLine::Removed(text) | DiffLine::Added(text)) = line;
        text.ends_with("\r\n") || !text.ends_with('\n')
    });
    if is_other { "\r\n" } else { "\n" }
}

fn digits(hunks: &[Hunk]) -> usize {
    let last = |hunk: &Hunk| {
        hunk.old_start.saturating_add(hunk.old_len).max(hunk.new_start.saturating_add(hunk.new_len))
    };
    let largest = hunks.iter().map(last).max().unwrap_or_default();
    largest.saturating_sub(1).min(u32::MAX as usize).to_string().len().max(2)
}

/// Where removed lines are followed by added ones.
fn changes(items: &[Item]) -> Vec<Change> {
    let is = |item: usize, sign| matches!(&items[item], Item::Line(entry) if entry.sign == sign);
    let run = |from: usize, sign| from + (from..items.len()).take_while(|item| is(*item, sign)).count();
    let mut changes = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let middle = run(start, Sign::Removed);
        let end = run(middle, Sign::Added);
        if start < middle && middle < end {
            changes.push(Change { removed: start..middle, added: middle..end, words: OnceCell::new() });
        }
        start = end.max(start + 1);
    }
    changes
}
