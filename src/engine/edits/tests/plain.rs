//! Answers as they should be.

use super::{
    super::{ArtifactParser, Piece},
    check,
};

#[test]
fn one_artifact() {
    check(
        "<artifact path=\"src/a.rs\" language=\"rust\">\nfn a() {}\n</artifact>\n",
        "open src/a.rs rust
         text fn a() {}⏎
         whole",
    );
}

#[test]
fn words_around_are_commentary() {
    check(
        "I add a.\n\n<artifact path=\"a\">\nx\n</artifact>\nDone.",
        "say I add a.⏎⏎
         open a -
         text x⏎
         whole
         say Done.",
    );
}

#[test]
fn only_words() {
    check("Nothing to change.", "say Nothing to change.");
    check("", "");
    check("\n\n", "say ⏎⏎");
}

#[test]
fn several_artifacts() {
    check(
        "<artifact path=\"a\">\nx\n</artifact>\n<artifact path=\"b\">\ny\n</artifact>\nand\n<artifact path=\"c\">\nz\n</artifact>",
        "open a -
         text x⏎
         whole
         open b -
         text y⏎
         whole
         say and⏎
         open c -
         text z⏎
         whole",
    );
}

#[test]
fn blank_lines_of_content_are_kept() {
    check(
        "<artifact path=\"a\">\n\n  x\n\n\n</artifact>\n",
        "open a -
         text ⏎  x⏎⏎⏎
         whole",
    );
}

#[test]
fn blanks_behind_tags() {
    check(
        "<artifact path=\"a\"> \t\nx\n</artifact>\t \n",
        "open a -
         text x⏎
         whole",
    );
}

#[test]
fn text_of_several_bytes_a_character() {
    check(
        "Grüße 👋\n<artifact path=\"größe/日本.txt\">\nñ→👩‍👩‍👧\n</artifact>\n",
        "say Grüße 👋⏎
         open größe/日本.txt -
         text ñ→👩‍👩‍👧⏎
         whole",
    );
}

#[test]
fn crlf_becomes_lf() {
    check(
        "Hi\r\n<artifact path=\"a\" language=\"c\">\r\nx\r\n\r\ny\r\n</artifact>\r\nbye\r\n",
        "say Hi⏎
         open a c
         text x⏎⏎y⏎
         whole
         say bye⏎",
    );
}

#[test]
fn a_carriage_return_alone_is_text() {
    check(
        "<artifact path=\"a\">\nx\ry\n</artifact>\n",
        "open a -
         text x\ry⏎
         whole",
    );
}

#[test]
fn content_streams_before_its_line_ends() {
    let mut parser = ArtifactParser::new();
    parser.push("<artifact path=\"a\">\n");
    assert_eq!(parser.push("let a"), [Piece::Content("let a".into())]);
    assert_eq!(parser.push(" = 1;\n</arti"), [Piece::Content(" = 1;\n".into())]);
    assert_eq!(parser.push("st>"), [Piece::Content("</artist>".into())]);
    assert_eq!(parser.push("\n</artifact>"), [Piece::Content("\n".into())]);
    assert_eq!(parser.push("\n"), [Piece::Closed(0)]);
    assert_eq!(parser.proposals()[0].content, "let a = 1;\n</artist>\n");
}
