//! The likeliest place of a text that stands nowhere as it was sought.
//!
//! Models misremember lines around a change: a word of a comment, a name. So lines that a block keeps
//! may differ a little, and stay as the file has them. Lines that it takes away have to be there
//! (blanks, quotes and dashes aside); where it only puts something in, a line beside that point has
//! to be. A place counts if it is like the text by [`LEAST`], and if every other place is less like it
//! by [`MARGIN`] at least. Digits have to be the same: what differs by them is a sibling.

use std::cmp::Ordering;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Original, Place, fold};

/// The least likeness of a place: the share of its text that is the same.
const LEAST: f64 = 0.85;
/// By how much the likeliest place has to be better than any other.
const MARGIN: f64 = 0.1;
/// The least likeness of a single line that is kept.
const LEAST_LINE: f64 = 0.6;
/// Lines that stand at more places than this say too little to look at them all.
const MOST_PLACES: usize = 500;
/// Longer lines are equal or not: comparing them takes the square of their length.
const LONGEST: usize = 400;

/// The place, if there is one that fits; all that are too close to each other otherwise.
pub(super) fn likeliest(original: &Original, search: &[&str], replace: &[&str]) -> Vec<Place> {
    let said: Vec<&str> = search.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let starts = starts(original, &said, &certain(search, replace));
    let folded: Vec<String> = said.iter().map(|line| fold(line)).collect();
    let mut scored: Vec<(f64, usize)> = Vec::new();
    for start in starts {
        scored.extend(likeness(original, &folded, start).map(|likeness| (likeness, start)));
    }
    scored.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
    let Some((best, _)) = scored.first().filter(|(best, _)| *best >= LEAST) else { return Vec::new() };
    let close = scored.iter().take_while(|(likeness, _)| best - likeness < MARGIN);
    close.filter_map(|(_, start)| original.with_shift(search, original.partners(search, *start))).collect()
}

/// A line that has to be there: one for all its candidates.
type Either = Vec<usize>;

/// Which lines with text have to be there: each that is taken away, and one beside each point where
/// something is put in.
fn certain(search: &[&str], replace: &[&str]) -> Vec<Either> {
    let said: Vec<Option<usize>> = search
        .iter()
        .scan(0, |count, line| {
            let is_said = !line.trim().is_empty();
            *count += usize::from(is_said);
            Some(is_said.then(|| *count - 1))
        })
        .collect();
    let mut certain = Vec::new();
    for op in capture_diff_slices(Algorithm::Myers, search, replace) {
        match op {
            DiffOp::Equal { .. } => {}
            DiffOp::Insert { old_index, .. } => {
                let before = said[..old_index].iter().rev().flatten().next();
                let after = said[old_index..].iter().flatten().next();
                certain.push(before.into_iter().chain(after).copied().collect());
            }
            _ => certain.extend(said[op.old_range()].iter().flatten().map(|line| vec![*line])),
        }
    }
    certain
}

/// The places where all that has to be there is there.
fn starts(original: &Original, said: &[&str], certain: &[Either]) -> Vec<usize> {
    let ids = original.folded().ids();
    let wanted: Vec<Option<u32>> = said.iter().map(|line| original.folded().id(line)).collect();
    if said.is_empty() || said.len() > ids.len() || certain.is_empty() {
        return Vec::new();
    }
    let is_there = |start: usize, line: usize| wanted[line] == Some(ids[start + line]);
    let fits = |start: &usize| certain.iter().all(|either| either.iter().any(|line| is_there(*start, *line)));
    let found: Vec<usize> = (0..=ids.len() - said.len()).filter(fits).take(MOST_PLACES + 1).collect();
    if found.len() > MOST_PLACES { Vec::new() } else { found }
}

/// How much of the text is the same at a place, lines by their length; `None` below what counts.
fn likeness(original: &Original, folded: &[String], start: usize) -> Option<f64> {
    let weight = |line: &String| line.chars().count().max(1) as f64;
    let all: f64 = folded.iter().map(weight).sum();
    let mut lost = 0.0;
    for (line, at) in folded.iter().zip(start..) {
        let found = &original.lines[original.folded().at[at]].text;
        lost += weight(line) * (1.0 - line_likeness(line, &fold(found))?);
        if 1.0 - lost / all < LEAST - MARGIN {
            return None;
        }
    }
    Some(1.0 - lost / all)
}

fn line_likeness(sought: &str, found: &str) -> Option<f64> {
    if sought == found {
        return Some(1.0);
    }
    let digits = |line: &str| line.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_long = sought.len().max(found.len()) > LONGEST;
    if is_long || digits(sought) != digits(found) {
        return None;
    }
    Some(similarity(sought, found)).filter(|likeness| *likeness >= LEAST_LINE)
}

/// The share of two texts that need not be typed anew to get from one to the other.
pub(super) fn similarity(a: &str, b: &str) -> f64 {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let longest = a.len().max(b.len());
    if longest == 0 || longest > LONGEST {
        return if a == b { 1.0 } else { 0.0 };
    }
    1.0 - distance(&a, &b) as f64 / longest as f64
}

/// Characters to put in, take out or change.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, of_a) in a.iter().enumerate() {
        let mut corner = row[0];
        row[0] = line + 1;
        for (column, of_b) in b.iter().enumerate() {
            let changed = corner + usize::from(of_a != of_b);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row.last().copied().unwrap_or(0)
}
