//! Breaks a line at the width of a pane: between words where it can, inside one where it must, never
//! inside a character that takes several code points.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Line, width};
use crate::tui::ink::Ink;

/// `line` in pieces of at most `columns` columns. Pieces after the first are indented by `indent`
/// blanks. An empty line is one empty piece.
pub(crate) fn wrap(line: &Line, columns: usize, indent: usize) -> Vec<Line> {
    let columns = columns.max(1);
    let indent = if indent + 8 <= columns { indent } else { 0 };
    let mut pieces = Vec::new();
    for range in breaks(line.text(), columns, columns - indent) {
        let mut piece = Line::default();
        if !pieces.is_empty() {
            piece.pad_to(indent, Ink::TEXT);
        }
        piece.append(&line.slice(range));
        pieces.push(piece);
    }
    pieces
}

/// The bytes of each piece when the first may take `first` columns and every other `rest`. There is
/// always one piece at least.
pub(crate) fn breaks(text: &str, first: usize, rest: usize) -> Vec<Range<usize>> {
    let (first, rest) = (first.max(1), rest.max(1));
    let mut pieces = Vec::with_capacity(1);
    let mut start = 0;
    while start < text.len() || pieces.is_empty() {
        let room = if pieces.is_empty() { first } else { rest };
        let (end, next) = break_after(text, start, room);
        pieces.push(start..end);
        start = next;
    }
    pieces
}

/// Where a piece that starts at `start` ends, and where the next one begins: blanks at a break are
/// shown on neither side.
fn break_after(text: &str, start: usize, room: usize) -> (usize, usize) {
    // One byte more than the first that does not fit: a mark behind it would make one character of both.
    let window = &text.as_bytes()[start..text.len().min(start + room + 2)];
    match window.is_ascii() {
        true => break_ascii(text, start, room),
        false => break_graphemes(text, start, room),
    }
}

/// Where every byte is a column, as in most code and prose.
fn break_ascii(text: &str, start: usize, room: usize) -> (usize, usize) {
    if text.len() - start <= room {
        return (text.len(), text.len());
    }
    let end = start + room;
    if text.as_bytes()[end] == b' ' {
        return (end, end + 1);
    }
    match text[start..end].rfind(' ') {
        Some(blank) if !text[start..start + blank].trim_start().is_empty() => {
            (start + blank, start + blank + 1)
        }
        _ => (end, end),
    }
}

fn break_graphemes(text: &str, start: usize, room: usize) -> (usize, usize) {
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
            // Some scripts write more columns as one grapheme than there are.
            let is_one = |piece: &Line| piece.text().graphemes(true).count() == 1;
            prop_assert!(pieces.iter().all(|piece| piece.width() <= columns || is_one(piece)));
        }

        #[test]
        fn plain_letters_break_like_all_others(text in "[ab\u{301} ]{0,40}", columns in 1usize..12) {
            let slowly = |start| break_graphemes(&text, start, columns);
            let mut start = 0;
            while start < text.len() {
                prop_assert_eq!(break_after(&text, start, columns), slowly(start));
                start = slowly(start).1;
            }
        }
    }
}
