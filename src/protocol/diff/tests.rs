//! The unified form read back. That every computed diff survives it is tested beside the computing.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn check(unified: &str) {
    assert_eq!(FileDiff::parse(unified).unwrap().to_string(), unified);
}

fn check_refused(unified: &str, expected: &str) {
    assert_eq!(FileDiff::parse(unified).unwrap_err().to_string(), expected, "{unified:?}");
}

#[test]
fn what_was_written_is_read_back() {
    check("");
    check("--- /dev/null\n+++ b/new file.txt\n");
    check("--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+a\r\n++b\n");
    check("--- a/a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n--- a/b\n");
    check("--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
    check("--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n \\ x\n-@@ -1,1 +1,1 @@\n+b\n@@ -9,1 +9,0 @@\n-\n");
}

#[test]
fn a_rename_is_read_back_with_and_without_changes() {
    let head = "diff --git a/old name.rs b/b.rs\nrename from old name.rs\nrename to b.rs\n";
    check(head);
    check(&format!("{head}--- a/old name.rs\n+++ b/b.rs\n@@ -1,1 +1,1 @@\n-a\n+b\n"));
    let diff = FileDiff::parse(head).unwrap();
    assert_eq!((diff.path.as_str(), diff.renamed_from.as_deref()), ("b.rs", Some("old name.rs")));
    check_refused(
        "diff --git a/a b/b\nrename from a\n",
        "line 3 of the diff does not name a file (--- a/path, +++ b/path)",
    );
}

#[test]
fn counts_and_sides_are_known() {
    let diff = FileDiff::parse("--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+a\n+b\n").unwrap();
    assert_eq!((diff.path.as_str(), diff.is_new, diff.is_deleted), ("a", true, false));
    assert_eq!((diff.added, diff.removed), (2, 0));
}

#[test]
fn the_spellings_of_other_programs_are_read() {
    let diff = FileDiff::parse("--- a/a\n+++ b/a\n@@ -1 +1,2 @@ fn main() {\n\n+b\n").unwrap();
    assert_eq!(diff.to_string(), "--- a/a\n+++ b/a\n@@ -1,1 +1,2 @@\n \n+b\n");
}

#[test]
fn what_is_no_diff_is_refused_with_its_line() {
    check_refused("hello", "line 1 of the diff does not name a file (--- a/path, +++ b/path)");
    check_refused("--- a/a\n", "line 2 of the diff does not name a file (--- a/path, +++ b/path)");
    check_refused("--- a/a\n+++ b/a\nx\n", "line 3 of the diff does not begin a hunk (@@ -1,2 +1,3 @@)");
    check_refused("--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n+a\n+b\n", "line 5 of the diff does not fit its hunk");
    check_refused("--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\n", "the diff ends inside a hunk");
    check_refused("--- a/a\n+++ b/a\n@@ -1,0 +1,1 @@\n+cut her", "the diff ends inside a hunk");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), lines in "([-+ @\\\\0-9,]{0,12}\n){0,6}") {
        let _ = FileDiff::parse(&text);
        let _ = FileDiff::parse(&format!("--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n{lines}"));
    }
}
