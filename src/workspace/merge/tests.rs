//! Merges against their expected text, and properties that hold for any texts.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// Texts with a line a word; conflicts as `first line+count ours/theirs`.
fn check(base: &str, ours: &str, theirs: &str, expected: &str, conflicts: &str) {
    let merged = merge(&lines(base), &lines(ours), &lines(theirs));
    assert_eq!(merged.content, lines(expected), "{base} | {ours} | {theirs}");
    let told = |conflict: &MergeConflict| {
        let side = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(",");
        let LineRange { start, len } = conflict.lines;
        format!("{start}+{len} {}/{}", side(&conflict.ours), side(&conflict.theirs))
    };
    let told: Vec<String> = merged.conflicts.iter().map(told).collect();
    assert_eq!(told.join("; "), conflicts, "{base} | {ours} | {theirs}");
}

fn lines(words: &str) -> String {
    words.split_whitespace().map(|word| format!("{word}\n")).collect()
}

#[test]
fn edits_of_different_places_are_both_kept() {
    check("a b c d e", "a B c d e", "a b c d E", "a B c d E", "");
    check("a b c d e", "x a b c d e", "a b c d e y", "x a b c d e y", "");
    check("a b c d e", "a c d e", "a b c d", "a c d", "");
    check("a b c", "a X c", "a X c", "a X c", "");
}

#[test]
fn edits_of_the_same_lines_are_a_conflict() {
    check("a b c", "a mine c", "a theirs c", "a theirs c", "2+1 mine/theirs");
    check("a b c", "a b mine c", "a b theirs c", "a b theirs c", "3+1 mine/theirs");
    check("a b c", "a c", "a B c", "a B c", "2+0 /B");
    check("", "mine", "theirs", "theirs", "1+1 mine/theirs");
    check("a b c d e f", "x b c d e y", "1 b c d e 2", "1 b c d e 2", "1+1 x/1; 6+1 y/2");
}

#[test]
fn a_missing_newline_and_other_line_ends_are_kept() {
    let merged = merge("a\r\nb\r\nc", "A\r\nb\r\nc", "a\r\nb\r\nC");
    assert_eq!((merged.content.as_str(), merged.conflicts.len()), ("A\r\nb\r\nC", 0));
    let merged = merge("a\nb\n", "a\nb", "A\nb\n");
    assert_eq!(
        (merged.content.as_str(), merged.conflicts.len()),
        ("A\nb\n", 1),
        "touching lines are not guessed"
    );
    let merged = merge("a\rb\nc\nd\n", "a\rb\nc\nmine\n", "a\rb\nc\ntheirs\n");
    assert_eq!(merged.conflicts[0].lines, LineRange { start: 3, len: 1 });
}

#[test]
fn large_files_and_rewrites_are_merged_in_time() {
    let base: String = (0..10_000).map(|n| format!("line {n}\n")).collect();
    let ours = base.replace("line 17\n", "mine\n");
    let theirs = base.replace("line 9000\n", "theirs\n");
    let start = Instant::now();
    let merged = merge(&base, &ours, &theirs);
    println!("10,000 lines: {:?}", start.elapsed());
    assert_eq!(merged.content, ours.replace("line 9000\n", "theirs\n"));
    let rewrite: String = (0..10_000).map(|n| format!("line {}\n", n * 13 % 1_000)).collect();
    let start = Instant::now();
    merge(&base, &rewrite, &theirs);
    println!("rewrite of 10,000 lines: {:?}", start.elapsed());
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

/// Texts of a few different lines, so that they have much in common.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof!["a\n", "b\n", "c\n", "d\r\n", "\n"];
    (proptest::collection::vec(line, 0..12), prop_oneof![Just(""), Just("end")])
        .prop_map(|(lines, end)| lines.concat() + end)
}

proptest! {
    #[test]
    fn an_edit_of_one_side_alone_is_the_outcome(base in text(), edit in text()) {
        let only = |merged: Merge, expected: &str| merged.content == expected && merged.conflicts.is_empty();
        prop_assert!(only(merge(&base, &edit, &base), &edit));
        prop_assert!(only(merge(&base, &base, &edit), &edit));
        prop_assert!(only(merge(&base, &edit, &edit), &edit));
    }

    #[test]
    fn sides_change_places_freely_where_they_do_not_disagree(
        base in text(), ours in text(), theirs in text()
    ) {
        let (one, other) = (merge(&base, &ours, &theirs), merge(&base, &theirs, &ours));
        prop_assert_eq!(one.conflicts.len(), other.conflicts.len());
        if one.conflicts.is_empty() {
            prop_assert_eq!(one.content, other.content);
        }
    }

    #[test]
    fn no_line_that_a_side_added_is_lost(base in text(), at in 0usize..12, other in 0usize..12) {
        let with = |at: usize, line: &str| {
            let mut lines: Vec<&str> = base.split_inclusive('\n').collect();
            let at = at.min(lines.len().saturating_sub(usize::from(!base.ends_with('\n') && !base.is_empty())));
            lines.insert(at, line);
            lines.concat()
        };
        let (ours, theirs) = (with(at, "ours\n"), with(other, "theirs\n"));
        let merged = merge(&base, &ours, &theirs);
        prop_assert!(merged.content.contains("theirs\n"));
        let told = merged.conflicts.iter().any(|conflict| conflict.ours.contains("ours\n"));
        prop_assert!(merged.content.contains("ours\n") || told);
    }

    #[test]
    fn a_conflict_names_the_lines_of_the_first_side(base in text(), ours in text(), theirs in text()) {
        let lines: Vec<&str> = ours.split_inclusive('\n').collect();
        for conflict in merge(&base, &ours, &theirs).conflicts {
            let LineRange { start, len } = conflict.lines;
            prop_assert_eq!(lines[start - 1..start - 1 + len].concat(), conflict.ours);
        }
    }
}
