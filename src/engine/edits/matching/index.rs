//! The lines of a file as numbers, equal where the lines are taken as equal: what is sought is then
//! found by comparing numbers.

use std::collections::HashMap;

/// More places than this are one answer: too many.
const MOST_PLACES: usize = 1_000;

/// A file's lines under one reading.
#[derive(Debug)]
pub(super) struct Index {
    key: fn(&str) -> String,
    known: HashMap<String, u32>,
    ids: Vec<u32>,
    /// The line of the file that each number stands for.
    pub(super) at: Vec<usize>,
}

impl Index {
    /// Lines with the same key are equal.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>, key: fn(&str) -> String) -> Self {
        let mut known = HashMap::new();
        let ids: Vec<u32> = lines
            .map(|line| {
                let next = known.len() as u32;
                *known.entry(key(line)).or_insert(next)
            })
            .collect();
        let at = (0..ids.len()).collect();
        Self { key, known, ids, at }
    }

    /// The same with lines left out whose key is empty.
    pub(super) fn without_blanks(mut self) -> Self {
        if let Some(&blank) = self.known.get("") {
            let keep: Vec<usize> = (0..self.ids.len()).filter(|at| self.ids[*at] != blank).collect();
            self.ids = keep.iter().map(|at| self.ids[*at]).collect();
            self.at = keep;
        }
        self
    }

    /// The number of a line; `None` when no line of the file is equal.
    pub(super) fn id(&self, line: &str) -> Option<u32> {
        self.known.get(&(self.key)(line)).copied()
    }

    /// The numbers of the file's lines, in order.
    pub(super) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Where these lines stand in a row: positions among the numbers.
    pub(super) fn find(&self, lines: &[&str]) -> Vec<usize> {
        let wanted: Option<Vec<u32>> = lines.iter().map(|line| self.id(line)).collect();
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return Vec::new() };
        let windows = self.ids.windows(wanted.len()).enumerate();
        windows.filter(|(_, window)| *window == wanted).map(|(at, _)| at).take(MOST_PLACES).collect()
    }
}

/// A line with runs of blanks as one, and with plain quotes and dashes.
pub(super) fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len());
    for word in line.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().map(plain));
    }
    folded
}

fn plain(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{2032}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    }
}
