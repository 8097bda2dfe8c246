//! A line of code as rows of the screen: its gutter, then as many rows as it needs. Code is broken at
//! the column and not between words, so that no blank is lost.

use unicode_segmentation::UnicodeSegmentation;

use crate::tui::{
    ink::{Ink, Tone},
    text::{Line, width},
};

/// Bytes of a line that are shown; what is longer was not written to be read.
const LONGEST: usize = 4096;

/// A pane without room for this much code beside the line numbers goes without them.
pub(super) const LEAST_CODE: usize = 12;

/// The part of `text` that is shown, and the bytes that are not.
pub(super) fn shown_part(text: &str) -> (&str, usize) {
    let end = text.floor_char_boundary(LONGEST);
    (&text[..end], text.len() - end)
}

/// Adds that `hidden` bytes are not shown.
pub(super) fn push_hidden(code: &mut Line, hidden: usize, ink: Ink) {
    if hidden > 0 {
        code.push(&format!(" … {hidden} more bytes"), ink.toned(Tone::Muted));
    }
}

/// Rows of `width` columns: `gutter` and the first part of `code`, then the rest below it behind a
/// sign of continuation.
pub(super) fn rows(gutter: &Line, code: &Line, width: usize, ink: Ink) -> Vec<Line> {
    let indent = gutter.width();
    let pieces = cut(code, width.saturating_sub(indent));
    let gutters = std::iter::once(gutter.clone()).chain(std::iter::repeat(continued(indent, ink)));
    let rows = pieces.iter().zip(gutters).map(|(piece, mut row)| {
        row.append(piece);
        row.pad_to(width, ink);
        row
    });
    rows.collect()
}

fn continued(indent: usize, ink: Ink) -> Line {
    let mut gutter = Line::default();
    gutter.pad_to(indent.saturating_sub(2), ink);
    if indent >= 2 {
        gutter.push("↳ ", ink.toned(Tone::Muted));
    }
    gutter
}

/// `line` in pieces of at most `columns` columns, but of at least one character.
fn cut(line: &Line, columns: usize) -> Vec<Line> {
    if line.width() <= columns {
        return vec![line.clone()];
    }
    let (mut pieces, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, grapheme) in line.text().grapheme_indices(true) {
        let wide = width(grapheme);
        if used + wide > columns && at > start {
            pieces.push(line.slice(start..at));
            (start, used) = (at, 0);
        }
        used += wide;
    }
    pieces.push(line.slice(start..line.text().len()));
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(code: &str, width: usize, expected: &[&str]) {
        let rows = rows(&Line::of(" 7 + ", Ink::TEXT), &Line::of(code, Ink::TEXT), width, Ink::TEXT);
        assert_eq!(rows.iter().map(Line::text).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn long_lines_go_on_below_without_losing_a_blank() {
        check("short", 12, &[" 7 + short  "]);
        check("let a = b;", 12, &[" 7 + let a =", "   ↳  b;    "]);
        check("漢字漢字", 10, &[" 7 + 漢字 ", "   ↳ 漢字 "]);
        check("", 7, &[" 7 +   "]);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_line(text in "\\PC{0,40}", columns in 1usize..20) {
            let line = Line::of(&text, Ink::TEXT);
            let pieces = cut(&line, columns);
            let joined: String = pieces.iter().map(Line::text).collect();
            prop_assert_eq!(joined, line.text());
            let is_one = |piece: &Line| piece.text().graphemes(true).count() == 1;
            prop_assert!(pieces.iter().all(|piece| piece.width() <= columns || is_one(piece)));
        }
    }
}
