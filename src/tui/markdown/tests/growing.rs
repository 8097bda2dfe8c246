//! However a text arrives, it looks the same; and it costs what is new.

use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::tui::{highlight::Worker, text::width};

/// Pieces that mean something to Markdown, alone and side by side.
const PIECES: &[&str] = &[
    "word",
    "two words",
    " ",
    "  ",
    "    ",
    "\t",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "# ",
    "## ",
    "\n===\n",
    "\n---\n",
    "- ",
    "* ",
    "1. ",
    "2) ",
    "- [x] ",
    "> ",
    ">",
    "```",
    "```rust\n",
    "~~~~",
    "``",
    "`",
    "**",
    "*",
    "_",
    "~~",
    "|",
    "| a | b |\n|---|:-:|\n",
    "|--|",
    "\n| c | d |\n",
    "[",
    "](",
    ")",
    "[a](b)",
    "![x](y)",
    "[r]: /url\n",
    "]:",
    "<div>",
    "</div>\n",
    "<!-- ",
    " -->",
    "<br>",
    "<pre>",
    "&amp;",
    "\\",
    "漢字",
    "👩‍👩‍👧",
    "e\u{301}",
    "\u{202e}",
    "\x1b[1m",
    "https://a.b/c ",
    "fn main() {}\n",
    "    code\n",
    "0",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        30 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// The text in pieces that end at these characters.
fn pieces<'t>(text: &'t str, cuts: &[usize]) -> Vec<&'t str> {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let mut cuts: Vec<usize> =
        cuts.iter().filter_map(|cut| places.get(cut % places.len().max(1))).copied().collect();
    cuts.extend([0, text.len()]);
    cuts.sort_unstable();
    cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect()
}

fn facts(markdown: &Markdown) -> impl PartialEq + std::fmt::Debug + use<> {
    let blocks = markdown.code_blocks().iter();
    let blocks: Vec<_> =
        blocks.map(|block| (block.lines.clone(), block.language.clone(), block.code.clone())).collect();
    (markdown.lines().to_vec(), markdown.links().to_vec(), blocks)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn pieces_look_like_the_whole(text in text(), cuts in proptest::collection::vec(any::<usize>(), 0..8), columns in 1usize..40) {
        let whole = laid(columns, &text);
        let mut grown = Markdown::new(columns);
        for piece in pieces(&text, &cuts) {
            grown.append(piece);
        }
        prop_assert_eq!(shown(&grown), shown(&whole));
        prop_assert_eq!(facts(&grown), facts(&whole));
    }

    #[test]
    fn single_characters_look_like_the_whole(text in text(), columns in 1usize..40) {
        let mut grown = Markdown::new(columns + 7);
        for (at, c) in text.char_indices() {
            grown.append(&text[at..at + c.len_utf8()]);
        }
        grown.set_columns(columns);
        prop_assert_eq!(facts(&grown), facts(&laid(columns, &text)));
    }

    #[test]
    fn no_line_is_too_wide(text in text(), columns in 2usize..40) {
        let markdown = laid(columns, &text);
        // Some scripts write more columns as one grapheme than two.
        let is_usual = |line: &&Line| line.text().graphemes(true).all(|grapheme| width(grapheme) <= 2);
        let wide = markdown.lines().iter().filter(is_usual).find(|line| line.width() > columns);
        prop_assert!(wide.is_none(), "{:?}", wide);
    }

    #[test]
    fn colours_change_no_words(text in text(), cuts in proptest::collection::vec(any::<usize>(), 0..3), columns in 1usize..40) {
        let mut grown = Markdown::new(columns);
        for piece in pieces(&text, &cuts) {
            grown.append(piece);
            colour(&mut grown, |line| vec![(u32::try_from(line.len() / 2).unwrap(), Tone::Keyword)]);
        }
        prop_assert_eq!(shown(&grown), shown(&laid(columns, &text)));
    }
}

/// Plays the highlighter.
fn colour(markdown: &mut Markdown, tones: impl Fn(&str) -> Vec<(u32, Tone)>) -> usize {
    let jobs = markdown.wanted(0..usize::MAX);
    for job in &jobs {
        let lines = job.code.split_inclusive('\n').map(&tones).collect();
        markdown.colour(&Coloured { block: job.block, first_line: job.first_line, lines });
    }
    jobs.len()
}

fn keywords(markdown: &Markdown) -> Vec<&str> {
    let parts = markdown.lines().iter().flat_map(Line::parts);
    parts.filter(|(_, ink)| ink.tone == Tone::Keyword).map(|(text, _)| text).collect()
}

#[test]
fn code_gets_its_colours_while_it_grows() {
    let mut markdown = Markdown::new(20);
    let tones = |line: &str| vec![(u32::try_from(line.find(' ').unwrap()).unwrap(), Tone::Keyword)];
    markdown.append("- a\n  ```rust\n  fn one() {}\n  let");
    assert_eq!(colour(&mut markdown, tones), 1);
    assert_eq!(keywords(&markdown), ["fn"]);
    markdown.append(" two;\n  ```\n\n```rust\npub three();\nuse x");
    assert_eq!(keywords(&markdown), ["fn"], "kept when its list is laid out again");
    assert_eq!(colour(&mut markdown, tones), 2);
    assert_eq!(keywords(&markdown), ["fn", "let", "pub"]);
    assert_eq!(colour(&mut markdown, tones), 0, "nothing is sent twice");
    markdown.append(";\n");
    assert_eq!(colour(&mut markdown, tones), 1);
    markdown.set_columns(9);
    assert_eq!(keywords(&markdown), ["fn", "let", "pub", "use"]);
    assert_eq!(colour(&mut markdown, tones), 0, "nor because the pane is narrower");
    markdown.set("```rust\nfn other() {}\n");
    assert!(keywords(&markdown).is_empty());
}

#[test]
fn lost_code_is_wanted_again() {
    let mut markdown = laid(20, "```rust\nfn a() {}\nfn b() {}\n");
    let job = markdown.wanted(0..usize::MAX).remove(0);
    assert!(markdown.wanted(0..usize::MAX).is_empty());
    markdown.resend(job.block, 1);
    assert_eq!(markdown.wanted(0..usize::MAX)[0].code, "fn b() {}\n");
    markdown.resend(job.block, 0);
    assert_eq!(markdown.wanted(0..usize::MAX)[0], job);
    markdown.resend(BlockId::fresh(), 0);
    assert!(markdown.wanted(0..usize::MAX).is_empty());
}

#[test]
fn only_code_near_the_screen_is_coloured() {
    let block = |name: &str| format!("```rust\n{}```\n\n", format!("{name};\n").repeat(4));
    let mut markdown = laid(20, &[block("a"), block("b"), block("c")].concat());
    let mut wanted = |lines| markdown.wanted(lines).into_iter().map(|job| job.code).collect::<Vec<_>>();
    assert_eq!(wanted(0..3), ["a;\na;\n"], "a label stands above the code");
    assert_eq!(wanted(2..9), ["a;\na;\n", "b;\nb;\n"], "the lines that follow those before");
    assert_eq!(wanted(15..16), ["c;\nc;\nc;\n"], "a grammar begins where its block begins");
    assert!(wanted(13..15).is_empty());
}

#[test]
fn a_real_highlighter_colours_what_is_shown() {
    let mut markdown = laid(40, "```rust\nlet a = \"x\ty\"; // done\n```\n");
    let job = markdown.wanted(0..usize::MAX).remove(0);
    let lines = Worker::load().colour_lines(&job.language, &job.code);
    assert!(markdown.colour(&Coloured { block: job.block, first_line: 0, lines }));
    let parts = markdown.lines().iter().flat_map(Line::parts);
    let comment: Vec<&str> =
        parts.filter(|(_, ink)| ink.tone == Tone::Comment).map(|(text, _)| text).collect();
    assert_eq!(comment, ["// done"]);
}

#[test]
fn the_whole_is_not_laid_out_twice() {
    let mut markdown = laid(20, "one\n\ntwo\n\nthree");
    let laid = markdown.page.laid;
    markdown.set("one\n\ntwo\n\nthree");
    assert_eq!(markdown.page.laid, laid);
    markdown.set("one\n\ntwo\n\nthree and four");
    assert_eq!(markdown.page.laid, laid + 2, "the last paragraph and the blank line above it");
    markdown.set("other");
    assert_eq!((shown(&markdown).as_str(), markdown.source()), ("other\n", "other"));
}

/// An answer of about 3,000 lines: prose, lists and code.
fn answer() -> String {
    let part = "## Step\n\nFirst we look at `token` and **then** at the rest of it, which takes a while.\n\n\
        - one item that is short\n- another item\n  - nested\n\n```rust\nfn main() {\n    let x = 1;\n}\n```\n\n\
        | a | b |\n|---|---|\n| 1 | 2 |\n\n1. first\n2. second\n\n> quoted words\n\n";
    part.repeat(3000 / part.lines().count())
}

/// How many lines are laid out for each that is shown when the text comes in pieces of this size.
fn cost(text: &str, size: usize) -> usize {
    let mut markdown = Markdown::new(100);
    let bytes: Vec<usize> = (0..=text.len()).step_by(size).chain([text.len()]).collect();
    for pair in bytes.windows(2) {
        markdown.append(&text[pair[0]..pair[1]]);
    }
    markdown.page.laid / markdown.lines().len()
}

#[test]
fn growing_costs_what_is_new() {
    let code = format!("```rust\n{}", "    let value = compute(1, 2);\n".repeat(3000));
    let list = "- an item of a list without an end\n".repeat(3000);
    let numbered = format!("text\n\n{code}```\n\nA paragraph in one line {}", "of many words ".repeat(60));
    for text in [answer(), code, list, numbered] {
        assert!(cost(&text, 5) <= 20, "{} lines laid out for each", cost(&text, 5));
        assert!(cost(&text, 3000) <= 2, "{} lines laid out for each", cost(&text, 3000));
    }
}
