//! What a grammar is sure of. An error near something that the grammar is known not to understand is
//! none that a user should hear of, and some languages cannot be judged by their grammar alone.

use super::{
    Fault, SyntaxError, brackets,
    found::Found,
    gaps::{self, Reach},
};
use crate::workspace::languages::Language;

/// How far an error of a language's grammar is believed.
enum Trust {
    /// As far as no gap is near.
    Grammar,
    /// When brackets do not pair as well: of two witnesses each is wrong now and then, both are not.
    Brackets,
    /// When one of these words or signs is missing: the rest of the language bends too freely.
    Missing(&'static [&'static str]),
}

fn trust(language: &Language) -> Trust {
    match language.name() {
        "c" | "cpp" => Trust::Brackets,
        "bash" => Trust::Missing(&["fi", "done", "esac", "then", "do", "}"]),
        _ => Trust::Grammar,
    }
}

/// The errors among `found` to be told.
pub(super) fn sure(language: &Language, text: &str, found: Vec<Found>) -> Vec<SyntaxError> {
    let errors = found.into_iter();
    match trust(language) {
        Trust::Grammar => without_gaps(language, text, errors.collect()),
        Trust::Brackets => unmatched(text).into_iter().collect(),
        Trust::Missing(signs) => errors.filter(|found| is_missing(found, signs)).map(|f| f.error).collect(),
    }
}

fn is_missing(found: &Found, signs: &[&str]) -> bool {
    found.error.fault == Fault::Missing && signs.contains(&found.error.excerpt.as_str())
}

fn unmatched(text: &str) -> Option<SyntaxError> {
    let bracket = brackets::unmatched(text)?;
    let line = text.lines().nth(bracket.row).unwrap_or_default();
    let before = line.get(..bracket.column).unwrap_or_default();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    Some(SyntaxError {
        line: number(bracket.row),
        column: number(before.chars().count()),
        excerpt: bracket.sign.to_string(),
        fault: Fault::Unmatched,
    })
}

fn without_gaps(language: &Language, text: &str, found: Vec<Found>) -> Vec<SyntaxError> {
    let gaps = gaps::of(language);
    let lines: Vec<&str> = text.lines().collect();
    if found.is_empty() || gaps.iter().any(|gap| gap.reach == Reach::Text && gap.pattern.is_match(text)) {
        return Vec::new();
    }
    let is_sure = |found: &Found| {
        let around = lines_around(&lines, found);
        !gaps.iter().any(|gap| gap.reach == Reach::Near && gap.pattern.is_match(&around))
    };
    found.into_iter().filter(is_sure).map(|found| found.error).collect()
}

/// The lines of an error and one before and after: what is not understood is often noticed late. Of a
/// wide one only its beginning.
fn lines_around(lines: &[&str], found: &Found) -> String {
    const MOST: usize = 12;
    let from = found.first.saturating_sub(1).min(lines.len());
    let to = (found.last + 2).min(from + MOST).min(lines.len());
    lines[from..to].join("\n")
}
