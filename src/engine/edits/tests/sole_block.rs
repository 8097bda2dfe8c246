//! The one code block of an answer without tags.

use super::super::{CodeBlock, sole_code_block};

#[track_caller]
fn check(answer: &str, expected: Option<(&str, &str)>) {
    let expected = expected.map(|(language, content)| CodeBlock {
        language: Some(language.to_owned()).filter(|name| !name.is_empty()),
        content: content.to_owned(),
    });
    assert_eq!(sole_code_block(answer), expected, "{answer}");
}

#[test]
fn is_found() {
    check("Sure:\n\n```rust title=a\nfn a() {}\n```\nDone.", Some(("rust", "fn a() {}\n")));
    check("~~~\r\nx\r\n~~~", Some(("", "x\n")));
}

#[test]
fn may_show_blocks_itself() {
    check("```md\n# A\n```sh\nls\n```\n```\n", Some(("md", "# A\n```sh\nls\n```\n")));
    check("````md\n```\n````\n", Some(("md", "```\n")));
}

#[test]
fn is_not_one_of_two() {
    check("```rust\na\n```\n```rust\nb\n```\n", None);
}

#[test]
fn must_be_closed_and_hold_something() {
    check("no code", None);
    check("```rust\na\n", None);
    check("```rust\na\n```\n```sh", None);
    check("```rust\n\n```\n", None);
    check("```rust", None);
}
