//! The lines of a file that are most like a text that was not found: what a model needs to see to
//! mend its answer.

use std::{collections::HashMap, ops::Range};

use super::{Original, fold, fuzzy::similarity};

/// Lines shown before and after.
const AROUND: usize = 2;
/// Most lines that are shown.
const MOST: usize = 40;
/// Lines that are compared letter by letter.
const COMPARED: usize = 64;
/// A single line less like than this shows nothing.
const LEAST: f64 = 0.4;

/// The lines that are most like `search`; `None` when none is.
pub(super) fn window(original: &Original, search: &[&str]) -> Option<Range<usize>> {
    let said: Vec<&str> = search.iter().copied().filter(|line| !line.trim().is_empty()).collect();
    let start = by_equal_lines(original, &said).or_else(|| by_longest_line(original, &said))?;
    let last = original.lines.len();
    let first = start.saturating_sub(AROUND);
    Some(first..(start + search.len().min(MOST - 2 * AROUND) + AROUND).min(last))
}

/// Each line that is there speaks for the place where the text would begin then; rare ones more.
fn by_equal_lines(original: &Original, said: &[&str]) -> Option<usize> {
    let mut standing: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, id) in original.folded().ids().iter().enumerate() {
        standing.entry(*id).or_default().push(at);
    }
    let mut votes: HashMap<usize, f64> = HashMap::new();
    for (offset, line) in said.iter().enumerate() {
        let places = original.folded().id(line).and_then(|id| standing.get(&id));
        for place in places.into_iter().flatten() {
            let vote = line.trim().len() as f64 / places.map_or(1, Vec::len) as f64;
            *votes.entry(place.saturating_sub(offset)).or_default() += vote;
        }
    }
    let best = votes.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    best.and_then(|(start, _)| original.folded().at.get(start).copied())
}

/// Where the line stands that is most like the longest one. Letters alone say which lines are worth
/// comparing.
fn by_longest_line(original: &Original, said: &[&str]) -> Option<usize> {
    let (offset, longest) = said.iter().enumerate().max_by_key(|(_, line)| line.trim().len())?;
    let longest = fold(longest);
    let lines = original.lines.iter().enumerate();
    let mut likely: Vec<(f64, usize)> =
        lines.map(|(at, line)| (letters_in_common(&longest, &line.text), at)).collect();
    likely.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let compared = likely.iter().take(COMPARED).map(|(_, at)| {
        let likeness = similarity(&longest, &fold(&original.lines[*at].text));
        (likeness, *at)
    });
    let best = compared.filter(|(likeness, _)| *likeness > LEAST).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, at)| at.saturating_sub(offset))
}

/// The share of letters that two texts have in common, wherever they stand: they are hardly more alike
/// than that.
fn letters_in_common(a: &str, b: &str) -> f64 {
    let mut counts = [0i32; 256];
    a.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    b.trim().bytes().for_each(|byte| counts[usize::from(byte)] -= 1);
    let only_in_a: i32 = counts.iter().filter(|count| **count > 0).sum();
    let longest = a.len().max(b.trim().len()).max(1);
    1.0 - f64::from(only_in_a) / longest as f64
}
