//! What opening tags may say, and how.

use super::check;

#[test]
fn in_any_order_and_either_quotes() {
    check(
        "<artifact language='rust' path='a b.rs'>\nx\n</artifact>\n",
        "open a b.rs rust
         text x⏎
         whole",
    );
}

#[test]
fn without_quotes() {
    check(
        "<artifact path=src/a.rs language=rust>\nx\n</artifact>\n",
        "open src/a.rs rust
         text x⏎
         whole",
    );
}

#[test]
fn blanks_around_the_equals_sign() {
    check(
        "<artifact  path = \"a\"\tlanguage= 'c' >\nx\n</artifact>\n",
        "open a c
         text x⏎
         whole",
    );
}

#[test]
fn unknown_ones_are_ignored() {
    check(
        "<artifact id=\"7\" new path=\"a\" type='x>y'>\nx\n</artifact>\n",
        "open a -
         text x⏎
         whole",
    );
}

#[test]
fn the_first_of_two_counts() {
    check(
        "<artifact path=\"a\" path=\"b\">\nx\n</artifact>\n",
        "open a -
         text x⏎
         whole",
    );
}

#[test]
fn entities_are_decoded_once() {
    check(
        "<artifact path=\"a&quot;b&amp;lt;c&lt;d&gt;e&apos;f&nbsp;g>h\">\nx\n</artifact>\n",
        "open a\"b&lt;c<d>e'f&nbsp;g>h -
         text x⏎
         whole",
    );
}

#[test]
fn paths_are_not_judged() {
    check(
        "<artifact path=\"../../etc/passwd \">\nx\n</artifact>\n",
        "open ../../etc/passwd  -
         text x⏎
         whole",
    );
}

#[test]
fn no_path() {
    check(
        "<artifact language=\"rust\">\nx\n</artifact>\n<artifact>\ny\n</artifact>\n<artifact path=\" \">\nz\n</artifact>\n",
        "open - rust
         text x⏎
         whole NoPath
         open - -
         text y⏎
         whole NoPath
         open - -
         text z⏎
         whole NoPath",
    );
}

#[test]
fn an_open_quote_makes_no_tag() {
    check("<artifact path=\"a>\nx\n", "say <artifact path=\"a>⏎x⏎");
}

#[test]
fn other_names_are_text() {
    check(
        "<artifacts path=\"a\">\n<artifact-x>\n<Artifact path=\"a\">\n<artifact=\"a\">\n<artifact",
        "say <artifacts path=\"a\">⏎<artifact-x>⏎<Artifact path=\"a\">⏎<artifact=\"a\">⏎<artifact",
    );
}
