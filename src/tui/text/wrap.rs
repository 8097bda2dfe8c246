//! Breaks a line at the width of a pane: between words where it can, inside one where it must, never
//! inside a character that takes several code points.

use unicode_segmentation::UnicodeSegmentation;

use super::{Line, width};
use crate::tui::ink::Ink;

/// `line` in pieces of at most `columns` columns. Pieces after the first are indented by `indent`
/// blanks. An empty line is one empty piece.
pub(crate) fn wrap(line: &Line, columns: usize, indent: usize) -> Vec<Line> {
    let columns = columns.max(1);
    if line.width() <= columns {
        return vec![line.clone()];
    }
    let indent = if indent + 8 <= columns { indent } else { 0 };
    let text = line.text();
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let room = if pieces.is_empty() { columns } else { columns - indent };
        let (end, next) = break_after(text, start, room);
        let mut piece = Line::default();
        if !pieces.is_empty() {
            piece.pad_to(indent, Ink::TEXT);
        }
        piece.append(&line.slice(start..end));
        pieces.push(piece);
        start = next;
    }
    pieces
}

/// Where a piece that starts at `start` ends, and where the next one begins: blanks at a break are
/// shown on neither side.
fn break_after(text: &str, start: usize, room: usize) -> (usize, usize) {
    let mut used = 0;
    let mut last_blank = None;
    for (at, grapheme) in text[start..].grapheme_indices(true) {
        let at = start + at;
        used += width(grapheme);
        let blank = grapheme == " ";
        if used > room {
            if blank {
                return (at, at + 1);
            }
            return match last_blank {
                Some(blank) if !text[start..blank].trim_start().is_empty() => (blank, blank + 1),
                // A wide character that does not even fit alone still has to go somewhere.
                _ if at == start => (at + grapheme.len(), at + grapheme.len()),
                _ => (at, at),
            };
        }
        if blank {
            last_blank = Some(at);
        }
    }
    (text.len(), text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, columns: usize, indent: usize, expected: &[&str]) {
        let pieces = wrap(&Line::of(text, Ink::TEXT), columns, indent);
        assert_eq!(pieces.iter().map(Line::text).collect::<Vec<_>>(), expected, "{text:?} at {columns}");
    }

    #[test]
    fn lines_break_between_words() {
        check("", 10, 0, &[""]);
        check("short", 10, 0, &["short"]);
        check("one two three", 7, 0, &["one two", "three"]);
        check("one two three four", 12, 2, &["one two", "  three four"]);
        check("一二三四五", 4, 0, &["一二", "三四", "五"]);
    }

    #[test]
    fn a_word_that_is_too_long_breaks_where_it_must() {
        check("abcdefghij", 4, 0, &["abcd", "efgh", "ij"]);
        check("  abcdefgh", 4, 0, &["  ab", "cdef", "gh"]);
        check("漢", 1, 0, &["漢"]);
    }

    proptest! {
        #[test]
        fn nothing_but_blanks_is_lost_and_nothing_is_too_wide(text in "\\PC{0,60}", columns in 2usize..20) {
            let line = Line::of(&text, Ink::TEXT);
            let pieces = wrap(&line, columns, 0);
            let squeezed = |text: &str| text.replace(' ', "");
            let joined: String = pieces.iter().map(Line::text).collect();
            prop_assert_eq!(squeezed(&joined), squeezed(line.text()));
            let fits = |piece: &Line| piece.width() <= columns || piece.text().graphemes(true).count() == 1;
            prop_assert!(pieces.iter().all(fits));
        }
    }
}
