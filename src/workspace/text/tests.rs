//! Conventions of a file kept by new text: line ends, marks, the last line.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// `existing`, `proposed`, expected: `¶` stands for `\r\n`, `|` for `\n`, `^` for a byte order mark.
fn check(existing: &str, proposed: &str, expected: &str) {
    let spell = |text: &str| text.replace('¶', "\r\n").replace('|', "\n").replace('^', "\u{feff}");
    let got = match_conventions(spell(existing).as_bytes(), &spell(proposed)).unwrap();
    assert_eq!(String::from_utf8(got).unwrap(), spell(expected), "{existing} <- {proposed}");
}

#[test]
fn line_ends_are_the_files() {
    check("a|b|", "a|c|", "a|c|");
    check("a¶b¶", "a|c|d|", "a¶c¶d¶");
    check("a|b|", "a¶c¶", "a|c|");
    check("a¶b¶", "a¶b¶", "a¶b¶");
    check("a¶b", "a|b", "a¶b");
}

#[test]
fn mixed_line_ends_stay_where_lines_stay() {
    check("a¶b|c¶", "a|b|c|", "a¶b|c¶");
    check("a¶b|c¶", "a|x|b|c|", "a¶x¶b|c¶");
    check("a|b|c¶", "a|b|c|d|", "a|b|c¶d|");
    check("a¶b|", "x|y|", "x|y|");
    check("a¶b|¶c¶", "a|b||c|", "a¶b|¶c¶");
}

#[test]
fn the_final_newline_is_the_files() {
    check("a|b", "a|c|", "a|c");
    check("a|b|", "a|c", "a|c|");
    check("a¶b¶", "a|c", "a¶c¶");
    check("a", "b|", "b");
    check("a|b", "a|c||", "a|c|");
    check("a|b¶", "a|c", "a|c¶");
}

#[test]
fn the_byte_order_mark_is_the_files() {
    check("^a|", "b|", "^b|");
    check("a|", "^b|", "b|");
    check("^a|", "^b|", "^b|");
}

#[test]
fn an_empty_side_has_no_conventions() {
    check("", "a¶b", "a¶b");
    check("a¶", "", "");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert_eq!(match_conventions(b"a\0b", "x"), Err(NotText::Binary));
    assert_eq!(match_conventions(b"\xff\xfea\0", "x"), Err(NotText::Utf16));
    assert_eq!(match_conventions(b"caf\xe9", "x"), Err(NotText::NotUtf8));
    assert_eq!(decode(b"\xef\xbb\xbfa\r\nb").unwrap(), "a\nb");
}

proptest! {
    /// What a model sees, given back unchanged, is the file.
    #[test]
    fn an_unchanged_proposal_is_the_file(text in "(\u{feff})?([ab]{0,2}(\r\n|\n)){0,8}[ab]{0,2}") {
        let seen = decode(text.as_bytes()).unwrap();
        prop_assume!(!seen.is_empty());
        for proposal in [seen.clone(), format!("{}\n", seen.strip_suffix('\n').unwrap_or(&seen))] {
            let got = match_conventions(text.as_bytes(), &proposal).unwrap();
            prop_assert_eq!(String::from_utf8(got).unwrap(), text.clone());
        }
    }
}
