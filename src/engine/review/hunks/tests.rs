//! Hunks taken and dropped, as text, and properties that hold for any two texts.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::workspace::diff::diff;

fn hunks(base: &str, content: &str) -> FileDiff {
    diff("a.txt", Some(base), Some(content))
}

/// Twenty numbered lines with some replaced: `3=x` replaces the third by x, `3=` removes it.
fn edited(edits: &str) -> String {
    let line = |n: usize| {
        let edit = edits.split_whitespace().find_map(|edit| {
            let (at, new) = edit.split_once('=')?;
            (at.parse() == Ok(n)).then_some(new)
        });
        match edit {
            Some("") => String::new(),
            Some(new) => format!("{new}\n"),
            None => format!("{n}\n"),
        }
    };
    (1..=20).map(line).collect()
}

#[track_caller]
fn check(edits: &str, chosen: &[u32], expected: &str) {
    let (base, content) = (edited(""), edited(edits));
    assert_eq!(take(&base, &hunks(&base, &content).hunks, chosen), edited(expected), "{edits} {chosen:?}");
}

#[test]
fn hunks_are_taken_one_by_one() {
    check("2=two 12=twelve 20=", &[0], "2=two");
    check("2=two 12=twelve 20=", &[1], "12=twelve");
    check("2=two 12=twelve 20=", &[2], "20=");
    check("2=two 12=twelve 20=", &[2, 0], "2=two 20=");
    check("1= 12=twelve", &[], "");
}

#[test]
fn a_hunk_that_does_not_exist_is_named() {
    let diff = hunks("a\n", "b\n");
    assert_eq!(checked(&diff.hunks, &[0, 0]), Ok(vec![0]));
    assert_eq!(checked(&diff.hunks, &[1]).unwrap_err(), "There is no hunk 1: they are numbered from 0 to 0.");
    assert_eq!(checked(&[], &[0]).unwrap_err(), "There is no hunk 0: the proposal has none.");
    assert_eq!(others(&diff.hunks, &[]), [0]);
    assert_eq!(unified(&diff, &[0]), "@@ -1,1 +1,1 @@\n-a\n+b\n");
}

#[test]
fn a_new_file_is_one_hunk() {
    let diff = diff("a.txt", None, Some("a\nb"));
    assert_eq!((take("", &diff.hunks, &[0]), take("", &diff.hunks, &[])), ("a\nb".into(), String::new()));
}

#[test]
fn hunks_that_replace_the_users_lines_are_found() {
    let (base, content) = (edited(""), edited("2=two 12=twelve 20="));
    let diff = hunks(&base, &content);
    let touched = |start, len| touching(&diff.hunks, &[LineRange { start, len }]);
    assert_eq!(touched(2, 1), [0]);
    assert_eq!(touched(12, 9), [1, 2]);
    assert_eq!(touched(4, 3), [0u32; 0], "context alone is no conflict");
}

/// Texts of a few different lines, long enough for several hunks.
fn text() -> impl Strategy<Value = String> {
    let line = prop_oneof![4 => Just("a\n"), 4 => Just("b\n"), 2 => Just("c\r\n"), 1 => Just("é\n"), 1 => Just("\n")];
    (proptest::collection::vec(line, 0..60), prop_oneof![Just(""), Just("end")])
        .prop_map(|(lines, end)| lines.concat() + end)
}

/// A text and an edit of it that leaves most of it alone.
fn edit() -> impl Strategy<Value = (String, String)> {
    let edits = proptest::collection::vec((0usize..60, prop_oneof!["", "x\n", "y\ny\n"]), 0..6);
    (text(), edits, any::<bool>()).prop_map(|(base, edits, bare)| {
        let mut lines: Vec<&str> = base.split_inclusive('\n').collect();
        for (at, new) in &edits {
            if let Some(line) = lines.get_mut(*at) {
                *line = new;
            }
        }
        let content = lines.concat();
        let content = if bare { content.trim_end_matches('\n').to_owned() } else { content };
        (base, content)
    })
}

/// The same hunks for a text to which the chosen ones were applied: the others, moved accordingly.
fn moved(hunks: &[Hunk], chosen: &[u32]) -> Vec<Hunk> {
    let (mut moved, mut by) = (Vec::new(), 0isize);
    for (number, hunk) in numbered(hunks) {
        if chosen.contains(&number) {
            by += hunk.new_len as isize - hunk.old_len as isize;
        } else {
            let old_start = hunk.old_start.checked_add_signed(by).unwrap();
            moved.push(Hunk { old_start, ..hunk.clone() });
        }
    }
    moved
}

proptest! {
    #[test]
    fn all_hunks_are_the_new_text_and_none_the_old(base in text(), content in text()) {
        let diff = hunks(&base, &content);
        prop_assert_eq!(take(&base, &diff.hunks, &others(&diff.hunks, &[])), content);
        prop_assert_eq!(take(&base, &diff.hunks, &[]), base);
    }

    #[test]
    fn some_hunks_and_then_the_others_are_the_new_text((base, content) in edit(), bits: u32) {
        let diff = hunks(&base, &content);
        let chosen: Vec<u32> = (0..diff.hunks.len() as u32).filter(|n| bits >> (n % 32) & 1 == 1).collect();
        let part = take(&base, &diff.hunks, &chosen);
        let rest = moved(&diff.hunks, &chosen);
        prop_assert_eq!(take(&part, &rest, &others(&rest, &[])), content);
    }

    #[test]
    fn what_was_read_from_the_unified_form_is_taken_alike((base, content) in edit(), bits: u32) {
        let diff = hunks(&base, &content);
        let read = FileDiff::parse(&diff.to_string()).unwrap();
        let chosen: Vec<u32> = (0..diff.hunks.len() as u32).filter(|n| bits >> (n % 32) & 1 == 1).collect();
        prop_assert_eq!(take(&base, &read.hunks, &chosen), take(&base, &diff.hunks, &chosen));
    }
}
