//! Ends that are missing, misplaced or too many.

use super::{check, check_cut};

#[test]
fn a_missing_end_tag_keeps_the_content_in_doubt() {
    check(
        "<artifact path=\"a\">\nx\ny",
        "open a -
         text x⏎y⏎
         in doubt MissingEndTag",
    );
}

#[test]
fn a_cut_answer_keeps_the_content_in_doubt() {
    check_cut(
        "<artifact path=\"a\">\nx\n</artifact>\n<artifact path=\"b\">\ny\n</artif",
        "open a -
         text x⏎
         whole
         open b -
         text y⏎</artif⏎
         in doubt CutOff",
    );
}

#[test]
fn a_cut_answer_is_not_closed_by_an_end_tag_within_a_line() {
    check_cut(
        "<artifact path=\"a\">\nlet end = \"</artifact>",
        "open a -
         text let end = \"</artifact>⏎
         in doubt CutOff",
    );
}

#[test]
fn a_cut_opening_tag_is_commentary() {
    check_cut("<artifact path=\"a", "say <artifact path=\"a");
}

#[test]
fn nothing_after_the_opening_tag() {
    check(
        "<artifact path=\"a\">",
        "open a -
         in doubt MissingEndTag Empty",
    );
}

#[test]
fn an_end_tag_behind_the_last_line() {
    check(
        "<artifact path=\"a\">\nx\n}</artifact>\n\n",
        "open a -
         text x⏎}</artifact>⏎⏎
         whole EndTagInLine = x⏎}⏎",
    );
}

#[test]
fn an_indented_end_tag_at_the_end() {
    check(
        "<artifact path=\"a\">\nx\n  </artifact>",
        "open a -
         text x⏎  </artifact>
         whole EndTagInLine = x⏎",
    );
}

#[test]
fn an_artifact_within_one_line() {
    check(
        "<artifact path=\"VERSION\">1.2</artifact>\n<artifact path=\"b\"></artifact>\nok",
        "open VERSION -
         text 1.2⏎
         whole EndTagInLine
         open b -
         whole EndTagInLine Empty
         say ok",
    );
}

#[test]
fn content_begins_behind_the_opening_tag() {
    check(
        "<artifact path=\"a\">  x\ny\n</artifact>\n",
        "open a -
         text   x⏎y⏎
         whole",
    );
}

#[test]
fn a_tag_that_ends_itself() {
    check(
        "<artifact path=\"a\" />\nok\n",
        "open a -
         whole Empty
         say ok⏎",
    );
}

#[test]
fn empty_and_blank_content() {
    check(
        "<artifact path=\"a\">\n</artifact>\n<artifact path=\"b\">\n \n\n</artifact>\n",
        "open a -
         whole Empty
         open b -
         text  ⏎⏎
         whole Empty",
    );
}

#[test]
fn of_one_path_the_last_complete_one_counts() {
    check(
        "<artifact path=\"a\">\n1\n</artifact>\n<artifact path=\"b\">\n\n</artifact>\n<artifact path=\"a\">\n2\n</artifact>\n<artifact path=\"a\">\n3\n",
        "open a -
         text 1⏎
         replaced DuplicatePath
         open b -
         text ⏎
         whole Empty
         open a -
         text 2⏎
         whole
         open a -
         text 3⏎
         in doubt MissingEndTag",
    );
}
