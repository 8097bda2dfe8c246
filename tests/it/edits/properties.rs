//! What holds for any two states of a file, and for any slip in what is sought.

use std::collections::BTreeMap;

use mira::{
    engine::edits::{Original, blocks::Block},
    protocol::{DiffLine, FileDiff, Hunk},
    workspace::diff::diff,
};
use proptest::prelude::*;

use super::{apply, read};

/// Lines of which some come again and some differ by blanks only.
fn some_line() -> impl Strategy<Value = String> {
    let indented = (0..3usize, "[a-c]{1,2}").prop_map(|(depth, word)| "    ".repeat(depth) + &word);
    prop_oneof![
        4 => indented,
        1 => Just(String::new()),
        1 => "[a-z(){};= ]{4,20}",
        1 => prop::sample::select(vec!["}", "\tx", "-- a", "++ b", "@@", "é👋", "=====", "*** End"]).prop_map(str::to_owned),
    ]
}

fn some_file() -> impl Strategy<Value = String> {
    let lines = prop::collection::vec(some_line(), 0..24);
    (lines, any::<bool>()).prop_map(|(lines, is_ended)| {
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        if is_ended { text } else { text.trim_end_matches('\n').to_owned() }
    })
}

/// A file, and the same with a few lines changed, put in and taken out.
fn two_states() -> impl Strategy<Value = (String, String)> {
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3u8, some_line()), 0..5);
    (some_file(), edits, any::<bool>()).prop_map(|(before, edits, is_ended)| {
        let mut lines: Vec<String> = before.lines().map(str::to_owned).collect();
        for (at, kind, line) in edits {
            let at = at.index(lines.len() + 1);
            match kind {
                0 => lines.insert(at, line),
                1 if at < lines.len() => drop(lines.remove(at)),
                _ if at < lines.len() => lines[at] = line,
                _ => {}
            }
        }
        let after: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let after = if is_ended { after } else { after.trim_end_matches('\n').to_owned() };
        (before, after)
    })
}

/// Both sides of a hunk.
fn sides(hunk: &Hunk) -> (String, String) {
    let (mut old, mut new) = (String::new(), String::new());
    let with_end = |text: &String| text.trim_end_matches('\n').to_owned() + "\n";
    for line in &hunk.lines {
        match line {
            DiffLine::Context(text) => {
                old.push_str(&with_end(text));
                new.push_str(&with_end(text));
            }
            DiffLine::Removed(text) => old.push_str(&with_end(text)),
            DiffLine::Added(text) => new.push_str(&with_end(text)),
        }
    }
    (old, new)
}

/// The difference as blocks that are each unique: hunk by hunk, or all in one.
fn as_blocks(before: &str, after: &str, difference: &FileDiff) -> Vec<Block> {
    let original = Original::new(before);
    let blocks: Vec<Block> =
        difference.hunks.iter().map(sides).map(|(old, new)| Block::new(&old, &new)).collect();
    match blocks.iter().all(|block| original.has(block)) {
        true => blocks,
        false => vec![Block::new(before, after)],
    }
}

fn written(path: &str, blocks: &[Block]) -> String {
    let block = |block: &Block| {
        let split = block.likeliest();
        let (search, replace) = (ended(&split.search), ended(&split.replace));
        format!("<<<<<<< SEARCH\n{search}=======\n{replace}>>>>>>> REPLACE\n")
    };
    let blocks: String = blocks.iter().map(block).collect();
    format!("<edit path=\"{path}\">\n{blocks}</edit>\n")
}

fn ended(text: &str) -> String {
    if text.is_empty() || text.ends_with('\n') { text.to_owned() } else { format!("{text}\n") }
}

/// `after` with the final newline of `before`: blocks do not speak of it.
fn as_ended(before: &str, after: &str) -> String {
    let bare = after.strip_suffix('\n').unwrap_or(after);
    match before.is_empty() || before.ends_with('\n') {
        true => ended(after),
        false => bare.to_owned(),
    }
}

fn after(before: &str, answer: &str) -> Result<String, String> {
    let files = BTreeMap::from([("a".to_owned(), before.to_owned())]);
    match apply(&files, read([answer], false)) {
        (mut files, refusals) if refusals.is_empty() => Ok(files.remove("a").unwrap_or_default()),
        (_, refusals) => Err(format!("{refusals:?}")),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_unified_diff_of_two_states_leads_from_one_to_the_other((before, wanted) in two_states()) {
        let difference = diff("a", Some(&before), Some(&wanted));
        prop_assume!(!difference.hunks.is_empty());
        prop_assert_eq!(after(&before, &difference.to_string()), Ok(wanted));
    }

    #[test]
    fn blocks_of_two_states_lead_from_one_to_the_other((before, wanted) in two_states()) {
        let difference = diff("a", Some(&before), Some(&wanted));
        let marks = |text: &str| text.lines().any(|line| line.trim_end() == "=====");
        prop_assume!(!difference.hunks.is_empty() && !before.trim().is_empty());
        prop_assume!(!marks(&before) && !marks(&wanted));
        let answer = written("a", &as_blocks(&before, &wanted, &difference));
        let expected = as_ended(&before, &wanted);
        // Blank lines at the very end are the file's end, which blocks do not speak of.
        let trimmed = |text: String| text.trim_end_matches('\n').to_owned();
        prop_assert_eq!(after(&before, &answer).map(trimmed), Ok(trimmed(expected)));
    }

    #[test]
    fn a_slip_in_what_is_sought_changes_the_place_that_was_meant_or_nothing(
        lines in prop::collection::vec(some_line(), 3..24),
        start in any::<prop::sample::Index>(),
        len in 1..5usize,
        slip in any::<prop::sample::Index>(),
        letter in "[a-z ]",
        kind in 0..3u8,
    ) {
        let before: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let start = start.index(lines.len());
        let range = start..(start + len).min(lines.len());
        let mut search: Vec<char> = lines[range.clone()].join("\n").chars().collect();
        let at = slip.index(search.len() + 1);
        match kind {
            0 => search.insert(at, letter.chars().next().unwrap()),
            1 if at < search.len() => drop(search.remove(at)),
            _ if at < search.len() => search[at] = letter.chars().next().unwrap(),
            _ => {}
        }
        let search: String = search.into_iter().collect::<String>() + "\n";
        // What the slip has made might be there by itself, give or take blanks.
        let is_there = |first: usize, sought: &[&str]| {
            let there = lines[first..].iter().map(|line| line.split_whitespace().collect::<Vec<_>>());
            let wanted: Vec<Vec<&str>> = sought.iter().map(|line| line.split_whitespace().collect()).collect();
            let said: Vec<_> = wanted.iter().filter(|line| !line.is_empty()).collect();
            let there: Vec<_> = there.filter(|line| !line.is_empty()).take(said.len()).collect();
            there.iter().eq(said)
        };
        let sought: Vec<&str> = search.lines().collect();
        prop_assume!(!search.trim().is_empty());
        let meant = |first: usize| first == range.start || lines[first].trim().is_empty();
        prop_assume!((0..lines.len()).all(|first| meant(first) || !is_there(first, &sought)));
        let block = Block::new(&search, &format!("{search}NEW\n"));
        if let Ok(changed) = Original::new(&before).apply(&[block]) {
            let place = changed.lines().position(|line| line.trim() == "NEW").unwrap();
            prop_assert!(place > range.start && place <= range.end + 1, "{place} is not in {range:?}");
            let without: String = changed.split_inclusive('\n').filter(|line| line.trim() != "NEW").collect();
            prop_assert_eq!(without, before, "what is kept stays as it was");
        }
    }

    #[test]
    fn no_text_makes_the_matching_panic(before in any::<String>(), answer in any::<String>(), search in "[a-c \n\t=]{0,12}") {
        let answer = format!("{answer}\n<edit path=\"a\">\n<<<<<<< SEARCH\n{search}\n=======\nx\n>>>>>>> REPLACE\n</edit>\n");
        let _ = after(&before, &answer);
        let _ = Original::new(&before).draft(&[Block::new(&search, "x")]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn streaming_in_any_chunks_is_like_reading_the_whole(
        parts in prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..24),
        ends in prop::collection::vec(prop::sample::select(vec!["\n", "\r\n", ""]), 24),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        cut in any::<bool>(),
    ) {
        let answer: String = parts.iter().zip(&ends).flat_map(|(part, end)| [*part, *end]).collect();
        let mut places: Vec<usize> = cuts.iter().map(|at| at.index(answer.len() + 1)).filter(|at| answer.is_char_boundary(*at)).collect();
        places.extend([0, answer.len()]);
        places.sort_unstable();
        let chunks = places.windows(2).map(|ends| &answer[ends[0]..ends[1]]);
        prop_assert_eq!(read(chunks, cut), read([answer.as_str()], cut), "{}", answer);
    }
}

/// Lines in which everything that matters is likely.
const PARTS: &[&str] = &[
    "",
    "one",
    "src/a.rs",
    "<edit path=\"a\">",
    "<edit>",
    "</edit>",
    "<<<<<<< SEARCH",
    "=======",
    ">>>>>>> REPLACE",
    "<artifact path=\"b\">",
    "</artifact>",
    "<delete path=\"c\"/>",
    "<rename from=\"a\" to=\"d\"/>",
    "```diff",
    "```",
    "--- a/a",
    "+++ b/a",
    "@@ -1,2 +1,2 @@",
    "-one",
    "+two",
    " three",
    "diff --git a/a b/a",
    "*** Begin Patch",
    "*** Update File: a",
    "*** End Patch",
    "é👋",
];
