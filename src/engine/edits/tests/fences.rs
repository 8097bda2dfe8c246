//! Code fences around tags and around content.

use super::check;

#[test]
fn around_tags_are_dropped() {
    check(
        "Here:\n```xml\n<artifact path=\"a\">\nx\n</artifact>\n```\nDone.\n",
        "say Here:⏎
         open a -
         text x⏎
         whole
         say Done.⏎",
    );
}

#[test]
fn around_tags_with_empty_lines_between() {
    check(
        "````\n\n<artifact path=\"a\">\nx\n</artifact>\n\n````",
        "open a -
         text x⏎
         whole
         say ⏎",
    );
}

#[test]
fn around_several_artifacts() {
    check(
        "~~~\n<artifact path=\"a\">\nx\n</artifact>\n<artifact path=\"b\">\ny\n</artifact>\n~~~\n```sh\nls\n```\n",
        "open a -
         text x⏎
         whole
         open b -
         text y⏎
         whole
         say ```sh⏎ls⏎```⏎",
    );
}

#[test]
fn in_commentary_stay() {
    check(
        "```sh\ncargo test\n```\n\nthen\n<artifact path=\"a\">\nx\n</artifact>\n```",
        "say ```sh⏎cargo test⏎```⏎⏎then⏎
         open a -
         text x⏎
         whole
         say ```",
    );
}

#[test]
fn around_the_whole_content_are_removed() {
    check(
        "<artifact path=\"a.rs\" language=\"rust\">\n```rust\nfn a() {}\n```\n</artifact>\n",
        "open a.rs rust
         text fn a() {}⏎
         whole FenceRemoved",
    );
}

#[test]
fn around_content_that_has_balanced_fences() {
    check(
        "<artifact path=\"a.py\">\n```python\n\"\"\"\n```sh\nls\n```\n~~~\n\"\"\"\n```\n</artifact>\n",
        "open a.py -
         text \"\"\"⏎```sh⏎ls⏎```⏎~~~⏎\"\"\"⏎
         whole FenceRemoved",
    );
}

#[test]
fn longer_around_shorter() {
    check(
        "<artifact path=\"a.txt\">\n````\n```\nx\n````\n</artifact>\n",
        "open a.txt -
         text ```⏎x⏎
         whole FenceRemoved",
    );
}

#[test]
fn of_two_blocks_stay() {
    check(
        "<artifact path=\"a.txt\">\n```\nx\n```\nand\n```\ny\n```\n</artifact>\n",
        "open a.txt -
         text x⏎```⏎and⏎```⏎y⏎```⏎
         whole FenceKept = ```⏎x⏎```⏎and⏎```⏎y⏎```⏎",
    );
}

#[test]
fn without_partner_stay() {
    check(
        "<artifact path=\"a.rs\">\n```rust\nx\n</artifact>\n",
        "open a.rs -
         text x⏎
         whole FenceKept = ```rust⏎x⏎",
    );
}

#[test]
fn of_markdown_stay() {
    check(
        "<artifact path=\"a\" language=\"Markdown\">\n```sh\nls\n```\n</artifact>\n<artifact path=\"B.MD\">\n```sh\nls\n```\n</artifact>\n",
        "open a Markdown
         text ```sh⏎ls⏎```⏎
         whole
         open B.MD -
         text ```sh⏎ls⏎```⏎
         whole",
    );
}

#[test]
fn both_around_and_inside() {
    check(
        "```xml\n<artifact path=\"a.rs\">\n```rust\nx\n```\n</artifact>\n```\n",
        "open a.rs -
         text x⏎
         whole FenceRemoved",
    );
}

#[test]
fn within_a_sentence_are_text() {
    check(
        "<artifact path=\"a.txt\">\n```a``` b\n```\n</artifact>\n",
        "open a.txt -
         text ```a``` b⏎```⏎
         whole",
    );
}

#[test]
fn that_only_enclose_nothing() {
    check(
        "<artifact path=\"a.rs\">\n```rust\n```\n</artifact>\n",
        "open a.rs -
         whole FenceRemoved Empty",
    );
}
