//! Changed words, shown in brackets.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn check(removed: &[&str], added: &[&str], expected: &[&str]) {
    let words = words(removed, added);
    let shown = |lines: &[&str], ranges: &[Vec<Range<usize>>], sign: &str| -> Vec<String> {
        lines.iter().zip(ranges).map(|(line, ranges)| format!("{sign}{}", marked(line, ranges))).collect()
    };
    let lines = [shown(removed, &words.removed, "-"), shown(added, &words.added, "+")].concat();
    assert_eq!(lines, expected);
}

fn marked(line: &str, ranges: &[Range<usize>]) -> String {
    let mut marked = line.to_owned();
    for range in ranges.iter().rev() {
        marked.insert(range.end, ']');
        marked.insert(range.start, '[');
    }
    marked
}

#[test]
fn only_the_words_that_differ_are_marked() {
    check(&["sign(user.id)"], &["sign(user.name)"], &["-sign(user.[id])", "+sign(user.[name])"]);
    check(
        &["    sign(user.id, EXPIRY)"],
        &["    let access = sign(user.id, EXPIRY);"],
        &["-    sign(user.id, EXPIRY)", "+    [let access = ]sign(user.id, EXPIRY)[;]"],
    );
    check(&["maß = 漢字(größe)"], &["maß = 漢語(größe)"], &["-maß = [漢字](größe)", "+maß = [漢語](größe)"]);
    check(&["end\r"], &["end"], &["-end[\r]", "+end"]);
}

#[test]
fn lines_are_paired_with_what_they_became() {
    check(
        &["let total = a + b;", "println!(\"{total}\");"],
        &["// the sum, at last", "let total = a + b + c;", "println!(\"{total:?}\");"],
        &[
            "-let total = a + b;",
            "-println!(\"{total}\");",
            "+// the sum, at last",
            "+let total = a + b[ + c];",
            "+println!(\"{total[:?]}\");",
        ],
    );
}

#[test]
fn what_has_little_in_common_is_not_compared() {
    check(&["alpha beta gamma"], &["one two three"], &["-alpha beta gamma", "+one two three"]);
    check(&[], &["a"], &["+a"]);
    check(&["", "  "], &["\t"], &["-", "-  ", "+\t"]);
}

#[test]
fn long_lines_and_long_runs_are_left_alone() {
    let (old, new) = ("a ".repeat(1100), "a ".repeat(1101));
    assert!(words(&[&old], &[&new]).added[0].is_empty());
    let (old, new) = (vec!["same old"; 201], vec!["same new"; 201]);
    assert!(words(&old, &new).added.iter().all(Vec::is_empty));
    let (old, new) = (vec!["same old"; 200], vec!["same new"; 200]);
    assert!(words(&old, &new).added.iter().all(|ranges| ranges.first() == Some(&(5..8))));
}

proptest! {
    #[test]
    fn without_the_marked_words_a_pair_is_the_same(old in "[ab(). é\u{301}]{0,20}", new in "[ab(). é\u{301}]{0,20}") {
        let words = words(&[&old], &[&new]);
        let without = |line: &str, ranges: &[Range<usize>]| {
            let mut rest = line.to_owned();
            ranges.iter().rev().for_each(|range| rest.replace_range(range.clone(), ""));
            rest.replace(' ', "")
        };
        let (removed, added) = (&words.removed[0], &words.added[0]);
        if !(removed.is_empty() && added.is_empty()) {
            prop_assert_eq!(without(&old, removed), without(&new, added));
        }
    }
}
