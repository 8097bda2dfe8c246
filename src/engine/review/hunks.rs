//! Pure: a text with some of the hunks that lead to another text. Line ends and a missing newline at the end
//! are part of the lines and stay what they are.

use std::fmt::Write;

use crate::protocol::{DiffLine, FileDiff, Hunk, LineRange};

/// `base` with the chosen ones of `hunks`, by their numbers: with all of them it is the text that the hunks
/// lead to, with none it stays as it is.
pub(crate) fn take(base: &str, hunks: &[Hunk], chosen: &[u32]) -> String {
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let (mut text, mut next) = (String::with_capacity(base.len()), 0);
    for (_, hunk) in numbered(hunks).filter(|(number, _)| chosen.contains(number)) {
        let start = first_index(hunk).clamp(next, lines.len());
        text.extend(lines[next..start].iter().copied());
        text.extend(hunk.lines.iter().filter_map(after));
        next = (start + hunk.old_len).min(lines.len());
    }
    text.extend(lines[next..].iter().copied());
    text
}

fn numbered(hunks: &[Hunk]) -> impl Iterator<Item = (u32, &Hunk)> {
    (0..).zip(hunks)
}

/// The place of a hunk's first line, counted from 0. One without old lines names the line before it.
fn first_index(hunk: &Hunk) -> usize {
    if hunk.old_len == 0 { hunk.old_start } else { hunk.old_start - 1 }
}

fn after(line: &DiffLine) -> Option<&str> {
    match line {
        DiffLine::Context(text) | DiffLine::Added(text) => Some(text),
        DiffLine::Removed(_) => None,
    }
}

/// The chosen hunks, rising and each once; the error names one that does not exist.
pub(crate) fn checked(hunks: &[Hunk], chosen: &[u32]) -> Result<Vec<u32>, String> {
    let mut chosen = chosen.to_vec();
    chosen.sort_unstable();
    chosen.dedup();
    match (chosen.last(), hunks.len()) {
        (Some(last), 0) => Err(format!("There is no hunk {last}: the proposal has none.")),
        (Some(last), count) if *last as usize >= count => {
            Err(format!("There is no hunk {last}: they are numbered from 0 to {}.", count - 1))
        }
        _ => Ok(chosen),
    }
}

/// The numbers that are not chosen.
pub(crate) fn others(hunks: &[Hunk], chosen: &[u32]) -> Vec<u32> {
    numbered(hunks).map(|(number, _)| number).filter(|number| !chosen.contains(number)).collect()
}

/// The chosen hunks in unified form.
pub(crate) fn unified(diff: &FileDiff, chosen: &[u32]) -> String {
    let mut text = String::new();
    for (_, hunk) in numbered(&diff.hunks).filter(|(number, _)| chosen.contains(number)) {
        let _ = write!(text, "{hunk}");
    }
    text
}

/// The hunks that replace some of these lines of the base.
pub(crate) fn touching(hunks: &[Hunk], ranges: &[LineRange]) -> Vec<u32> {
    let touches = |hunk: &Hunk| ranges.iter().any(|range| changes_within(hunk, *range));
    numbered(hunks).filter(|(_, hunk)| touches(hunk)).map(|(number, _)| number).collect()
}

/// Whether a hunk removes a line of the range, or adds one at its edges.
fn changes_within(hunk: &Hunk, range: LineRange) -> bool {
    let (first, end) = (range.start.saturating_sub(1), range.start.saturating_sub(1) + range.len);
    let mut at = first_index(hunk);
    hunk.lines.iter().any(|line| {
        let place = at;
        at += usize::from(!matches!(line, DiffLine::Added(_)));
        match line {
            DiffLine::Context(_) => false,
            DiffLine::Removed(_) => (first..end).contains(&place),
            DiffLine::Added(_) => (first..=end).contains(&place),
        }
    })
}

#[cfg(test)]
mod tests;
