//! Tags that are content or commentary.

use super::check;

#[test]
fn within_a_line_of_code() {
    check(
        "<artifact path=\"a.rs\">\nlet end = \"</artifact>\";\n</artifact>;\n// <artifact path=\"b\">\n </artifact>\n</artifact>\n",
        "open a.rs -
         text let end = \"</artifact>\";⏎</artifact>;⏎// <artifact path=\"b\">⏎ </artifact>⏎
         whole",
    );
}

#[test]
fn within_commentary() {
    check(
        "Put it in `<artifact path=\"a\">`.\n <artifact path=\"b\">\n</artifact>\n<artifact> tags are needed.\n",
        "say Put it in `<artifact path=\"a\">`.⏎ <artifact path=\"b\">⏎</artifact>⏎<artifact> tags are needed.⏎",
    );
}

#[test]
fn balanced_lines_are_content() {
    check(
        "<artifact path=\"doc.md\">\n<artifact path=\"a\">\n<artifact path=\"b\">\n</artifact>\n</artifact>\nend\n</artifact>\n",
        "open doc.md -
         text <artifact path=\"a\">⏎<artifact path=\"b\">⏎</artifact>⏎</artifact>⏎end⏎
         whole NestedTags",
    );
}

#[test]
fn nested_tags_that_end_themselves_need_no_end() {
    check(
        "<artifact path=\"doc.md\">\n<artifact path=\"a\"/>\n<artifact path=\"b\">y</artifact>\n</artifact>\n",
        "open doc.md -
         text <artifact path=\"a\"/>⏎<artifact path=\"b\">y</artifact>⏎
         whole",
    );
}

#[test]
fn an_opening_line_without_end_leaves_doubt() {
    check(
        "<artifact path=\"a\">\n<artifact path=\"b\">\ny\n</artifact>\n",
        "open a -
         text <artifact path=\"b\">⏎y⏎</artifact>⏎
         in doubt NestedTags MissingEndTag",
    );
}

#[test]
fn an_end_line_in_content_leaves_doubt() {
    check(
        "<artifact path=\"a\">\nx\n</artifact>\ny\n</artifact>\n",
        "open a -
         text x⏎
         in doubt EndsEarly
         say y⏎</artifact>⏎",
    );
}

#[test]
fn an_end_tag_twice_is_a_slip() {
    check(
        "<artifact path=\"a\">\nx\n</artifact>\n\n</artifact>\nDone.\n",
        "open a -
         text x⏎
         whole
         say ⏎Done.⏎",
    );
}
