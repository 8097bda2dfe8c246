//! A file that the coder is still writing: its lines so far, numbered.

use super::{
    rows::{push_hidden, rows, shown_part},
    scroll::Body,
    unified::number,
};
use crate::tui::{
    ink::{Ink, Tone},
    text::Line,
};

/// Room for as many digits as most files need, so that the code does not move while they grow.
const DIGITS: usize = 3;

/// The text so far, and where its lines begin.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    starts: Vec<usize>,
}

impl Draft {
    /// Goes on to `text`. What is new of it is read; a text that does not go on with the one before
    /// begins anew.
    pub(super) fn grow(&mut self, text: &str) {
        let grown = text.strip_prefix(self.text.as_str()).unwrap_or_else(|| {
            *self = Self::default();
            text
        });
        if self.starts.is_empty() {
            self.starts.push(0);
        }
        let start = self.text.len() + 1;
        self.starts.extend(grown.match_indices('\n').map(|(at, _)| start + at));
        self.text.push_str(grown);
    }

    fn line(&self, at: usize) -> &str {
        let start = self.starts.get(at).copied().unwrap_or(self.text.len());
        let end = self.starts.get(at + 1).map_or(self.text.len(), |next| next - 1);
        &self.text[start..end]
    }
}

impl Body for Draft {
    /// Behind the last line feed there is no line yet.
    fn len(&self) -> usize {
        let is_at_start = self.starts.last() == Some(&self.text.len());
        self.starts.len() - usize::from(is_at_start)
    }

    fn rows(&self, at: usize, width: usize) -> Vec<Line> {
        let digits = self.starts.len().to_string().len().max(DIGITS);
        let gutter =
            Line::of(&number(&(at + 1).to_string(), digits, width), Tone::Marker).and(" ", Ink::TEXT);
        let (text, hidden) = shown_part(self.line(at));
        let mut code = Line::of(text, Ink::TEXT);
        push_hidden(&mut code, hidden, Ink::TEXT);
        rows(&gutter, &code, width, Ink::TEXT)
    }
}
