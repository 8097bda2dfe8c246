//! Lines of inked text: the one way by which words reach the screen. What is pushed is made visible
//! first (`terminal::visible`), so no control character of a model, a file or a tool passes here.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, style::Style};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::{
    ink::{Ground, Ink},
    theme::Theme,
};
use crate::terminal::visible;

mod wrap;

pub(crate) use wrap::{breaks, wrap};

/// Columns from one tab stop to the next.
const TAB: usize = 4;

/// A run of text in one ink; it ends at this byte of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    end: u32,
    ink: Ink,
}

/// One line of the screen, with its inks. It holds no line feed, no tab and no control character.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    text: String,
    runs: Vec<Run>,
}

impl Line {
    /// A line of one ink.
    pub(crate) fn of(text: &str, ink: impl Into<Ink>) -> Self {
        let mut line = Self::default();
        line.push(text, ink);
        line
    }

    /// Adds text. Controls are made visible, tabs become blanks up to the next stop, and a line feed
    /// becomes a blank: who has several lines makes several `Line`s.
    pub(crate) fn push(&mut self, text: &str, ink: impl Into<Ink>) {
        if text.is_empty() {
            return;
        }
        let shown = visible(text);
        for (at, part) in shown.split('\t').enumerate() {
            if at > 0 {
                let column = self.width();
                self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
            }
            match part.contains('\n') {
                true => self.text.push_str(&part.replace('\n', " ")),
                false => self.text.push_str(part),
            }
        }
        self.close_run(ink.into());
    }

    fn close_run(&mut self, ink: Ink) {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        match self.runs.last_mut() {
            Some(last) if last.ink == ink => last.end = end,
            _ => self.runs.push(Run { end, ink }),
        }
    }

    /// The same, for chains.
    pub(crate) fn and(mut self, text: &str, ink: impl Into<Ink>) -> Self {
        self.push(text, ink);
        self
    }

    /// Adds another line's text in its own inks.
    pub(crate) fn append(&mut self, other: &Line) {
        for (text, ink) in other.parts() {
            self.text.push_str(text);
            self.close_run(ink);
        }
    }

    /// Adds blanks up to `column`.
    pub(crate) fn pad_to(&mut self, column: usize, ink: impl Into<Ink>) {
        let missing = column.saturating_sub(self.width());
        if missing > 0 {
            self.text.extend(std::iter::repeat_n(' ', missing));
            self.close_run(ink.into());
        }
    }

    /// The words without their inks.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Columns that it takes.
    pub(crate) fn width(&self) -> usize {
        width(&self.text)
    }

    /// Its pieces, each of one ink.
    pub(crate) fn parts(&self) -> impl Iterator<Item = (&str, Ink)> {
        let mut start = 0;
        self.runs.iter().map(move |run| {
            let range = start..run.end as usize;
            start = range.end;
            (&self.text[range], run.ink)
        })
    }

    /// The part of it between two bytes, which must be character boundaries.
    pub(crate) fn slice(&self, range: Range<usize>) -> Line {
        let mut line = Line::default();
        let mut start = 0;
        for (text, ink) in self.parts() {
            let from = range.start.clamp(start, start + text.len());
            let to = range.end.clamp(from, start + text.len());
            if from < to {
                line.text.push_str(&self.text[from..to]);
                line.close_run(ink);
            }
            start += text.len();
        }
        line
    }

    /// Changes the ink of a range of bytes, which must be character boundaries.
    pub(crate) fn paint(&mut self, range: Range<usize>, change: impl Fn(Ink) -> Ink) {
        let range = range.start.min(self.text.len())..range.end.min(self.text.len());
        let before = self.slice(0..range.start);
        let after = self.slice(range.end..self.text.len());
        let mut painted = before;
        for (text, ink) in self.slice(range).parts() {
            painted.text.push_str(text);
            painted.close_run(change(ink));
        }
        painted.append(&after);
        *self = painted;
    }

    /// Cut to `columns`, with `…` in place of what does not fit.
    pub(crate) fn fit(&self, columns: usize) -> Line {
        if self.width() <= columns {
            return self.clone();
        }
        let mut used = 0;
        let mut end = 0;
        for (at, grapheme) in self.text.grapheme_indices(true) {
            used += width(grapheme);
            if used + 1 > columns {
                break;
            }
            end = at + grapheme.len();
        }
        let mut cut = self.slice(0..end);
        if columns > 0 {
            let ink = self.parts().last().map_or(Ink::TEXT, |(_, ink)| ink);
            cut.text.push('…');
            cut.close_run(ink);
        }
        cut
    }

    /// Draws it at the top left of `area`, cut at its right edge; columns behind it keep what they
    /// hold. Inks on the plain screen take `ground` instead.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme, ground: Ground) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let mut x = area.x;
        for (text, ink) in self.parts() {
            let ink = if ink.ground == Ground::Screen { ink.on(ground) } else { ink };
            let left = usize::from(area.right().saturating_sub(x));
            let style = theme.style(ink);
            x = match text.is_ascii() {
                true => draw_ascii(&text[..left.min(text.len())], x, area.y, buffer, style),
                false => buffer.set_stringn(x, area.y, text, left, style).0,
            };
        }
    }
}

/// Where every byte is a column nothing needs to be measured: most of what is drawn in most frames.
fn draw_ascii(text: &str, x: u16, y: u16, buffer: &mut Buffer, style: Style) -> u16 {
    let mut end = x;
    for (x, letter) in (x..).zip(text.chars()) {
        buffer[(x, y)].set_char(letter).set_style(style);
        end = x + 1;
    }
    end
}

/// Columns that `text` takes on a terminal: the sum of its graphemes, because each is drawn alone.
pub(crate) fn width(text: &str) -> usize {
    match text.is_ascii() {
        true => text.len(),
        false => text.graphemes(true).map(UnicodeWidthStr::width).sum(),
    }
}
