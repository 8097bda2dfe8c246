//! Whether a text keeps to the grammar of its language, and what of its errors is new. A badge that
//! is wrong once is not looked at twice, so an error counts only where the grammar is sure of it.

mod brackets;
mod compare;
mod found;
mod gaps;
mod trust;

#[cfg(test)]
mod tests;

use std::{borrow::Cow, fmt};

use super::languages::{Language, parse};

/// More errors of one text are not told.
const MAX_ERRORS: usize = 50;

/// A place that the grammar does not understand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
    /// What stands there, shortened to a part of its line; for [`Fault::Missing`] what should.
    pub excerpt: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This does not belong here.
    Unexpected,
    /// Something has to be here and is not.
    Missing,
    /// A bracket without its partner.
    Unmatched,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let excerpt = &self.excerpt;
        match self.fault {
            Fault::Unexpected if excerpt.is_empty() => f.write_str("something is missing here"),
            Fault::Unexpected => write!(f, "unexpected `{excerpt}`"),
            Fault::Missing => write!(f, "missing `{excerpt}`"),
            Fault::Unmatched => write!(f, "`{excerpt}` has no partner"),
        }
    }
}

/// The errors of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyntaxReport {
    /// In the order of the text.
    pub errors: Vec<SyntaxError>,
    /// Whether there may be more: the text is too long, takes too long, or has too many.
    pub cut: bool,
}

/// The errors of `text` that its grammar is sure of.
pub fn errors(language: &Language, text: &str) -> SyntaxReport {
    let text = plain(text);
    let Some(tree) = parse(language, &text) else {
        return SyntaxReport { errors: Vec::new(), cut: true };
    };
    if !tree.root_node().has_error() {
        return SyntaxReport::default();
    }
    let mut found = trust::sure(language, &text, found::errors(&tree, &text));
    let cut = found.len() > MAX_ERRORS;
    found.truncate(MAX_ERRORS);
    SyntaxReport { errors: found, cut }
}

/// The errors of `after` that `before` does not have; `None` where there was no file. What was broken
/// or beyond the grammar before is no news, also when it has moved.
pub fn new_errors(language: &Language, before: Option<&str>, after: &str) -> Vec<SyntaxError> {
    let now = errors(language, after).errors;
    let Some(before) = before.filter(|_| !now.is_empty()) else {
        return now;
    };
    let earlier = errors(language, before);
    match earlier.cut {
        true => Vec::new(),
        false => compare::additional((before, &earlier.errors), (after, now)),
    }
}

/// Without what no grammar needs: the byte order mark, and the first half of a line end.
fn plain(text: &str) -> Cow<'_, str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match text.contains("\r\n") {
        true => Cow::Owned(text.replace("\r\n", "\n")),
        false => Cow::Borrowed(text),
    }
}
