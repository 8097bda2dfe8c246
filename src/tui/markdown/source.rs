//! The text as the parser gets it. It is as long as the text itself, so that the parser's offsets are
//! those of the text.

use std::{borrow::Cow, ops::Range};

/// A text, and what the parser reads in its place.
pub(super) struct Source<'s> {
    normal: Cow<'s, str>,
    masked: Option<String>,
}

impl<'s> Source<'s> {
    /// A lone carriage return ends a line like every other line end. The colon of `]:` is hidden from
    /// the parser, because a definition of a reference would vanish from the screen.
    pub(super) fn new(text: &'s str) -> Self {
        let normal = without_lone_returns(text);
        let masked = normal.contains("]:").then(|| normal.replace("]:", "];"));
        Self { normal, masked }
    }

    /// What the parser reads.
    pub(super) fn parsed(&self) -> &str {
        self.masked.as_deref().unwrap_or(&self.normal)
    }

    /// What was written where the parser has read `read` within `range`.
    pub(super) fn written<'r>(&'r self, read: &'r str, range: &Range<usize>) -> &'r str {
        let Some(masked) = self.masked.as_deref().filter(|_| read.contains(';')) else {
            return read;
        };
        let found = masked.get(range.clone()).and_then(|place| place.find(read));
        let found = found.map(|at| range.start + at..range.start + at + read.len());
        found.and_then(|range| self.normal.get(range)).unwrap_or(read)
    }
}

fn without_lone_returns(text: &str) -> Cow<'_, str> {
    let is_lone = |at: usize| text.as_bytes().get(at + 1) != Some(&b'\n');
    if !text.match_indices('\r').any(|(at, _)| is_lone(at)) {
        return Cow::Borrowed(text);
    }
    let normal = text.char_indices().map(|(at, c)| if c == '\r' && is_lone(at) { '\n' } else { c });
    Cow::Owned(normal.collect())
}

/// Where the line begins that holds this byte.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |end| end + 1)
}

/// Whether the line above the one that holds this byte is blank but for the bars of quotes.
pub(super) fn is_blank_above(text: &str, at: usize) -> bool {
    let above = &text[..line_start(text, at)];
    let above = above.strip_suffix('\n').unwrap_or(above);
    let above = above.strip_suffix('\r').unwrap_or(above);
    let line = &above[line_start(above, above.len())..];
    line.chars().all(|c| matches!(c, ' ' | '\t' | '>'))
}
