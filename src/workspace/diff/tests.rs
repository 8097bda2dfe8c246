//! Diffs against their expected text, and properties that hold for any text.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn check(before: Option<&str>, after: Option<&str>, expected: &str) {
    assert_eq!(diff("a.txt", before, after).to_string(), expected);
}

#[test]
fn equal_texts_have_no_diff() {
    check(Some("a\n"), Some("a\n"), "");
    check(None, None, "");
}

#[test]
fn a_change_has_context_and_counts() {
    let before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    let after = "1\n2\n3\n4\nfive\n5b\n6\n7\n8\n9\n";
    let diff = diff("a.txt", Some(before), Some(after));
    assert_eq!((diff.added, diff.removed), (2, 1));
    let expected = "--- a/a.txt\n+++ b/a.txt\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+5b\n 6\n 7\n 8\n";
    assert_eq!(diff.to_string(), expected);
}

#[test]
fn new_and_deleted_files_name_the_null_device() {
    check(None, Some("a\nb\n"), "--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    check(Some("a\n"), None, "--- a/a.txt\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
    check(None, Some(""), "--- /dev/null\n+++ b/a.txt\n");
}

#[test]
fn a_missing_final_newline_is_marked() {
    let marked = "--- a/a.txt\n+++ b/a.txt\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n";
    check(Some("a"), Some("a\n"), marked);
}

#[test]
fn far_changes_are_hunks_of_their_own() {
    let before: String = (0..40).map(|n| format!("{n}\n")).collect();
    let after = before.replace("3\n4\n", "3\nx\n").replace("35\n", "");
    let diff = diff("a.txt", Some(&before), Some(&after));
    assert!(diff.hunks.len() >= 2);
    assert_eq!(apply_unified(&before, &diff.to_string()), after);
}

#[test]
fn a_rewrite_of_a_large_file_ends_in_time() {
    let before: String = (0..60_000).map(|n| format!("old {}\n", n * 7 % 1000)).collect();
    let after: String = (0..60_000).map(|n| format!("old {}\n", n * 13 % 1000)).collect();
    let start = Instant::now();
    let diff = diff("a.txt", Some(&before), Some(&after));
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    assert_eq!(apply_unified(&before, &diff.to_string()), after);
}

/// Reads the unified form and applies it: a second opinion on what it says.
fn apply_unified(before: &str, diff: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let (mut out, mut next) = (String::new(), 0);
    let mut lines = diff.split_inclusive('\n').skip(2).peekable();
    while let Some(line) = lines.next() {
        if let Some(ranges) = line.strip_prefix("@@ -") {
            let (start, rest) = ranges.split_once(',').unwrap();
            let is_empty = rest.starts_with("0 ");
            let start: usize = start.parse().unwrap();
            let start = if is_empty { start } else { start - 1 };
            out.extend(old[next..start].iter().copied());
            next = start;
            continue;
        }
        let (sign, mut text) = line.split_at(1);
        if lines.next_if(|line| line.starts_with('\\')).is_some() {
            text = text.strip_suffix('\n').unwrap();
        }
        if sign != "+" {
            assert_eq!(old[next], text);
            next += 1;
        }
        if sign != "-" {
            out.push_str(text);
        }
    }
    out.extend(old[next..].iter().copied());
    out
}

proptest! {
    #[test]
    fn applying_the_diff_of_two_texts_to_one_gives_the_other(
        before in "([ab\\-+@ ]{0,3}(\r)?\n){0,30}[ab\\\\\r]{0,3}",
        after in "([ab\\-+@ ]{0,3}(\r)?\n){0,30}[ab\\\\\r]{0,3}",
    ) {
        let diff = diff("a", Some(&before), Some(&after));
        prop_assert_eq!(apply_unified(&before, &diff.to_string()), after);
        for hunk in &diff.hunks {
            let old = hunk.lines.iter().filter(|line| !matches!(line, DiffLine::Added(_))).count();
            let new = hunk.lines.iter().filter(|line| !matches!(line, DiffLine::Removed(_))).count();
            prop_assert_eq!((old, new), (hunk.old_len, hunk.new_len));
        }
    }

    #[test]
    fn a_diff_read_back_is_the_same(
        before in proptest::option::of("([ab\\-+@\\\\ ]{0,3}(\r)?\n){0,20}[-+@ab\\\\\r]{0,3}"),
        after in proptest::option::of("([ab\\-+@\\\\ ]{0,3}(\r)?\n){0,20}[-+@ab\\\\\r]{0,3}"),
    ) {
        let diff = diff("dir/a file", before.as_deref(), after.as_deref());
        let read = FileDiff::parse(&diff.to_string()).unwrap();
        match diff.to_string().is_empty() {
            true => prop_assert_eq!(read, FileDiff::default()),
            false => prop_assert_eq!(read, diff),
        }
    }
}
