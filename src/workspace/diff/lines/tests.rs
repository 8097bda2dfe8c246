//! Texts as words, one a line; the comparison as signed words.

use proptest::prelude::*;

use super::*;

/// Reads a comparison as one list of lines: kept ones bare, others with their sign.
fn signed<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let sign = |op: DiffOp| {
        let (before, after) = (&old[op.old_range()], &new[op.new_range()]);
        match op {
            DiffOp::Equal { .. } => before.iter().map(|line| (' ', *line)).collect::<Vec<_>>(),
            _ => {
                let removed = before.iter().map(|line| ('-', *line));
                removed.chain(after.iter().map(|line| ('+', *line))).collect()
            }
        }
    };
    compare(old, new).into_iter().flat_map(sign).collect()
}

#[track_caller]
fn check(old: &str, new: &str, expected: &str) {
    let (old, new): (Vec<_>, Vec<_>) = (old.split(' ').collect(), new.split(' ').collect());
    let signed = signed(&old, &new);
    let shown = signed.iter().map(|(sign, line)| format!("{sign}{line}").trim_start().to_owned());
    assert_eq!(shown.collect::<Vec<_>>().join(" "), expected);
}

#[test]
fn small_changes_are_shown_where_they_are() {
    check("a b c", "a B c", "a -b +B c");
    check("a { } b { }", "a { } x { } b { }", "a { } +x +{ +} b { }");
    check("x a a a y", "x a a y", "x a a -a y");
}

/// The shortest way would keep the braces of both and show neither as whole.
#[test]
fn a_block_that_was_moved_is_shown_as_moved() {
    check("a { 1 } b { 2 3 }", "b { 2 3 } a { 1 }", "-a -{ -1 -} b { 2 3 } +a +{ +1 +}");
}

/// Blocks of a hundred lines of their own and two that all have.
fn blocks(numbers: impl Iterator<Item = usize>) -> Vec<String> {
    let block = |n: usize| (0..100).map(move |line| format!("{n} {line}")).chain(["}".into(), "".into()]);
    numbers.flat_map(block).collect()
}

/// How many lines are kept of a text that becomes another one, for sure.
#[track_caller]
fn kept(old: &[String], new: &[String]) -> usize {
    let old: Vec<&str> = old.iter().map(String::as_str).collect();
    let new: Vec<&str> = new.iter().map(String::as_str).collect();
    let signed = signed(&old, &new);
    let side = |without: char| -> Vec<&str> {
        signed.iter().filter(|(sign, _)| *sign != without).map(|(_, line)| *line).collect()
    };
    assert!(side('+') == old && side('-') == new, "the comparison is about other texts");
    signed.iter().filter(|(sign, _)| *sign == ' ').count()
}

#[test]
fn large_blocks_keep_all_but_what_was_moved() {
    let old = blocks(0..100);
    let moved = blocks((0..10).chain(40..80).chain(10..40).chain(80..100));
    assert_eq!(kept(&old, &moved), 70 * 102);
    assert_eq!(kept(&moved, &old), 70 * 102);
    let turned = blocks((0..100).rev());
    assert_eq!(kept(&old, &turned), 102);
}

/// Far apart, and no line of it says where it belongs: shown as replaced rather than in splinters.
#[test]
fn a_rewrite_is_not_held_together_by_braces() {
    let rewrite = |name: &str| -> Vec<String> {
        (0..300).flat_map(|n| [format!("{name} {n}"), "}".to_owned(), String::new()]).collect()
    };
    assert_eq!(kept(&rewrite("old"), &rewrite("new")), 2, "the last lines, which are alike");
}

fn words(kinds: usize) -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec((0..kinds).prop_map(|word| word.to_string()), 0..900)
}

proptest! {
    #[test]
    fn any_two_texts_become_each_other(
        (old, new) in (1usize..300).prop_flat_map(|kinds| (words(kinds), words(kinds)))
    ) {
        let together = kept(&old, &new);
        prop_assert!(together <= old.len().min(new.len()));
    }
}
