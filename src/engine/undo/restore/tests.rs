//! Files as words, one a line; `-` is no file.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;

/// Files, and what they are made of.
#[derive(Default)]
struct Files(Contents);

impl Files {
    fn file(&mut self, words: &str) -> Option<KeptState> {
        let content = || words.split_whitespace().map(|word| format!("{word}\n")).collect::<String>();
        (words != "-").then(|| {
            let content = Content::from(content());
            let hash = content.hash().to_owned();
            self.0.insert(hash.clone(), content);
            KeptState { hash, mode: Some(0o644) }
        })
    }

    fn change(&mut self, before: &str, after: &str) -> KeptFile {
        let (before, after) = (self.file(before), self.file(after));
        KeptFile { path: "a.rs".into(), artifact_id: None, before, after }
    }
}

#[track_caller]
fn check(before: &str, after: &str, now: &str, expected: &str, conflict: &str) {
    let mut files = Files::default();
    let (now, change) = (files.file(now), files.change(before, after));
    let needed = needed(now.as_ref(), &[&change]);
    files.0.retain(|hash, _| needed.contains(hash));
    let restored = restore(now, &change, &mut files.0);
    let told = restored.conflict.unwrap_or_default();
    let told = told.strip_prefix("a.rs ").and_then(|told| told.split_once(';')).map_or("", |(what, _)| what);
    assert_eq!(told, conflict);
    assert!(restored.state.iter().all(|state| files.0.contains_key(&state.hash)), "its content was not read");
    assert_eq!(restored.state, files.file(expected));
}

#[test]
fn a_file_that_nobody_touched_is_as_before() {
    check("a b c", "a B c", "a B c", "a b c", "");
    check("-", "a", "a", "-", "");
    check("a", "-", "-", "a", "");
    check("a b c", "a B c", "a b c", "a b c", "");
}

/// Of a file that was written three times and not touched, only what it was at first is read.
#[test]
fn contents_in_between_are_not_needed() {
    let mut files = Files::default();
    let steps = [files.change("c", "d"), files.change("b", "c"), files.change("a", "b")];
    let steps: Vec<&KeptFile> = steps.iter().collect();
    let mut check = |now: &str, expected: &[&str]| {
        let now = files.file(now);
        let mut expected: Vec<String> = expected.iter().map(|w| files.file(w).unwrap().hash).collect();
        let mut needed = needed(now.as_ref(), &steps);
        expected.sort();
        needed.sort();
        needed.dedup();
        assert_eq!(needed, expected);
    };
    check("d", &["a", "d"]);
    check("c", &["a", "c"]);
    check("edited", &["a", "b", "c", "d", "edited"]);
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
        let mut files = Files::default();
        let (now, change) = (files.file(&format!("{after} {top}")), files.change(&before, &after));
        let back = restore(now.clone(), &change, &mut files.0);
        if back.conflict.is_none() {
            let undone = KeptFile { before: now.clone(), after: back.state.clone(), ..change };
            let again = restore(back.state, &undone, &mut files.0);
            prop_assert_eq!(again.state, now);
            prop_assert_eq!(again.conflict, None);
        }
    }
}
