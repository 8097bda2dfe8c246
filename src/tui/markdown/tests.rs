//! Markdown as lines: what it looks like, how it grows, what must hold for any text.

#![allow(clippy::unwrap_used)]
//! What Markdown looks like, and what it costs to grow.

use super::*;
use crate::tui::ink::{Ground, Ink, Tone};

mod growing;

/// Lays `source` out and compares the lines; `expected` begins with a line feed.
fn check(columns: usize, source: &str, expected: &str) {
    let markdown = laid(columns, source);
    assert_eq!(shown(&markdown), expected.strip_prefix('\n').unwrap_or(expected), "{source}");
}

fn laid(columns: usize, source: &str) -> Markdown {
    let mut markdown = Markdown::new(columns);
    markdown.append(source);
    markdown
}

/// The lines without the blanks at their ends.
fn shown(markdown: &Markdown) -> String {
    let lines = markdown.lines().iter();
    lines.map(|line| format!("{}\n", line.text().trim_end())).collect()
}

/// The ink of each of these words.
fn check_inks(source: &str, expected: &[(&str, Ink)]) {
    let markdown = laid(60, source);
    for (word, ink) in expected {
        let mut parts = markdown.lines().iter().flat_map(Line::parts);
        let found = parts.find(|(text, _)| text.contains(word));
        assert_eq!(found.map(|(_, ink)| ink), Some(*ink), "{word} in {source}");
    }
}

#[test]
fn paragraphs_are_wrapped_and_apart() {
    check(
        12,
        "one two three\nfour\n\nnext  \nline\\\nend\n\n\n\nlast",
        "
one two
three four

next
line
end

last
",
    );
}

#[test]
fn headings_lose_their_signs() {
    check(40, "# Title #\ntext\n## Sub\n\nOther\n=====\n", "Title\n\ntext\n\nSub\n\nOther\n");
    let heading = Ink::new(Tone::Heading).bold();
    check_inks(
        "# Title\n## Sub `code`",
        &[
            ("Title", heading.with(ratatui::style::Modifier::UNDERLINED)),
            ("Sub", heading),
            ("code", heading.toned(Tone::Code)),
        ],
    );
}

#[test]
fn lists_hang_behind_their_signs() {
    check(
        14,
        "- one two three\n- b\n  - nested item\n    more\n\n  para\n- c\n\nend",
        "
• one two
  three
• b
  • nested
    item more

  para
• c

end
",
    );
    check(20, "9. nine\n1. ten\n\n1. eleven\n", "9. nine\n10. ten\n\n11. eleven\n");
    check(20, "- [ ] open\n- [x] done\n1. [x] first\n", "☐ open\n☑ done\n\n1. ☑ first\n");
    check(20, "-\n- - deep\n-\n", "•\n• • deep\n•\n");
    check_inks("- a", &[("•", Ink::new(Tone::Marker)), ("a", Ink::TEXT)]);
}

#[test]
fn quotes_have_a_bar() {
    check(
        12,
        "> one two three\n>\n> - item\n> > inner\nlazy\n\nout\n>",
        "
│ one two
│ three
│
│ • item
│
│ │ inner
│ │ lazy

out

│
",
    );
    check(12, "> a\n> #\n\nout", "│ a\n\nout\n");
    check_inks("> said", &[("│", Ink::new(Tone::Quote)), ("said", Ink::new(Tone::Quote))]);
}

#[test]
fn emphasis_code_and_rules_have_their_inks() {
    use ratatui::style::Modifier;
    check(10, "a\n\n---\n\nb", "a\n\n──────────\n\nb\n");
    check_inks(
        "plain **bold *both*** `code` ~~gone~~",
        &[
            ("plain", Ink::TEXT),
            ("bold", Ink::TEXT.bold()),
            ("both", Ink::TEXT.bold().with(Modifier::ITALIC)),
            ("code", Ink::new(Tone::Code)),
            ("gone", Ink::TEXT.with(Modifier::CROSSED_OUT)),
        ],
    );
}

#[test]
fn links_tell_where_they_lead() {
    let source = "see [the **docs**](https://a.b) and <https://c.d> or https://e.f.\n\n- ![a cat](cat.png)";
    let markdown = laid(30, source);
    let expected =
        "see the docs (https://a.b) and\nhttps://c.d or https://e.f.\n\n• [image: a cat] (cat.png)\n";
    assert_eq!(shown(&markdown), expected);
    let links = markdown.links().iter().map(|link| (link.line, link.label.as_str(), link.target.as_str()));
    let expected = [
        (0, "the docs", "https://a.b"),
        (1, "https://c.d", "https://c.d"),
        (1, "https://e.f", "https://e.f"),
        (3, "a cat", "cat.png"),
    ];
    assert_eq!(links.collect::<Vec<_>>(), expected);
    check_inks("[x](y)", &[("(y)", Ink::new(Tone::Link))]);
}

#[test]
fn references_stay_as_they_were_written() {
    let source = "[text][1] and [^2]\n\n[1]: https://a.b\n[^2]: note";
    check(40, source, "[text][1] and [^2]\n\n[1]: https://a.b [^2]: note\n");
    check(40, "`[x]: y` [a]:b &amp; [c](d]:e)", "[x]: y [a]:b & c (d]:e)\n");
}

#[test]
fn html_and_formulas_are_words() {
    check(
        40,
        "<div>\n  *a*\n</div>\n\nb <i>c</i> $x_1$<br>d",
        "<div>\n  *a*\n</div>\n\nb <i>c</i> $x_1$\nd\n",
    );
}

#[test]
fn tables_have_columns() {
    let source = "| Name | n |\n|:--|--:|\n| **one** | 1 |\n| two words | 20 |\n";
    check(40, source, "Name      │  n\n──────────┼───\none       │  1\ntwo words │ 20\n");
    check(13, source, "Name     │  n\n─────────┼───\none      │  1\ntwo      │ 20\nwords    │\n");
    check(
        10,
        source,
        "
Name: one
n: 1

Name: two
  words
n: 20
",
    );
    check(40, "> | a | b |\n> |-|-|\n> | c<br>d | `e` |", "│ a │ b\n│ ──┼──\n│ c │ e\n│ d │\n");
    check_inks(source, &[("Name", Ink::TEXT.bold()), ("one", Ink::TEXT.bold()), ("two", Ink::TEXT)]);
}

#[test]
fn code_stands_on_its_own_ground() {
    check(
        12,
        "a\n```rust,ignore\nfn main() {}\n\n\tx\n```\nb\n~~~\n1\n~~~\n\n    indented\n",
        "
a

 rust
 fn main()
 {}

     x

b

 1

 indented
",
    );
    check(12, "~~~\r- a\r~~~\r\nb", " - a\n\nb\n");
    let markdown = laid(12, "```rust\nx\n```");
    assert!(markdown.lines().iter().all(|line| line.width() == 12), "{:?}", markdown.lines());
    let block = Ink::TEXT.on(Ground::Block);
    check_inks("```rust\nx\n```", &[("rust", block.toned(Tone::Muted)), ("x", block)]);
}

#[test]
fn code_is_copied_as_it_was_written() {
    let markdown =
        laid(8, "1. do\n   ```sh\n   cd  a/very/long/path\n\n   \tls\n   ```\n\n```\r\na\r\n]:\r\n");
    let blocks = markdown.code_blocks();
    assert_eq!(blocks[0].code, "cd  a/very/long/path\n\n\tls\n");
    assert_eq!((blocks[0].language.as_str(), &blocks[0].lines), ("sh", &(1..7)));
    assert_eq!(blocks[1].code, "a\n]:\n");
}

#[test]
fn nothing_hidden_reaches_the_screen() {
    let source = "a\x1b[31m\n\n```\x1b]0;x\n\x1b[2J\n```\n\n|\x07|\n|-|\n\n[a\u{202e}](b\x1b) <\x1b> `\x1b`";
    let markdown = laid(40, source);
    let all: String = markdown.lines().iter().map(Line::text).collect();
    assert!(all.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{all:?}");
}
