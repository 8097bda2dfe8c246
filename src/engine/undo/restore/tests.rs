//! Files as words, one a line; `-` is no file.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

fn file(words: &str) -> Option<FileState> {
    let content = || words.split_whitespace().map(|word| format!("{word}\n")).collect::<String>();
    (words != "-").then(|| FileState { content: content().into_bytes(), mode: Some(0o644) })
}

fn change(before: &str, after: &str) -> ChangedFile {
    ChangedFile { path: "a.rs".into(), artifact_id: None, before: file(before), after: file(after) }
}

#[track_caller]
fn check(before: &str, after: &str, now: &str, expected: &str, conflict: &str) {
    let restored = restore(file(now).as_ref(), &change(before, after));
    let told = restored.conflict.unwrap_or_default();
    let told = told.strip_prefix("a.rs ").and_then(|told| told.split_once(';')).map_or("", |(what, _)| what);
    assert_eq!(told, conflict);
    assert_eq!(restored.state, file(expected));
}

#[test]
fn a_file_that_nobody_touched_is_as_before() {
    check("a b c", "a B c", "a B c", "a b c", "");
    check("-", "a", "a", "-", "");
    check("a", "-", "-", "a", "");
    check("a b c", "a B c", "a b c", "a b c", "");
}

#[test]
fn an_edit_elsewhere_is_kept() {
    check("a b c d e", "a B c d e", "a B c d mine", "a b c d mine", "");
    check("a b c d e", "a B B2 c d e", "x a B B2 c d e", "x a b c d e", "");
}

#[test]
fn an_edit_of_the_same_lines_stands_in_the_way() {
    check("a b c", "a B c", "a mine c", "a b c", "has been edited since at line 2");
    check("a b c d", "a B C d", "a mine too d", "a b c d", "has been edited since at lines 2-3");
    check("a b c", "a B c", "-", "a b c", "has been deleted since");
    check("a", "-", "mine", "a", "has been made anew since");
    check("-", "a", "a mine", "-", "has been edited since");
}

proptest! {
    #[test]
    fn taking_back_and_again_is_the_same_file(
        before in "[ab ]{0,9}", after in "[ab ]{0,9}", top in "[xy ]{0,5}"
    ) {
        let (before, after) = (format!("{before} - - {}", "z"), format!("{after} - - {}", "z"));
        let now = file(&format!("{after} {top}")).unwrap();
        let back = restore(Some(&now), &change(&before, &after));
        if back.conflict.is_none() {
            let again = restore(
                back.state.as_ref(),
                &ChangedFile { before: Some(now.clone()), after: back.state.clone(), ..change("-", "-") },
            );
            prop_assert_eq!(again.state, Some(now));
            prop_assert_eq!(again.conflict, None);
        }
    }
}
