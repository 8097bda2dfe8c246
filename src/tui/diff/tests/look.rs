//! How changes look.

use super::*;

#[test]
fn changes_are_readable_without_colour() {
    check(
        pane(TWO_HUNKS),
        57,
        16,
        "
src/auth/mod.rs                                  hunk 1/2
▸ hunk 1/2
 40
 41   pub fn issue_token(user: &User) -> Token {
 42 −     sign(user.id, EXPIRY)
 42 +     let access = sign(user.id, EXPIRY);
 43 +     refresh::remember(user.id, &access)
 44   }
  hunk 2/2
100   mod tests {
100 −     use super::*;
101   }",
    );
}

#[test]
fn a_wide_pane_shows_the_numbers_of_both_sides() {
    check(
        pane(TWO_HUNKS),
        110,
        16,
        "
src/auth/mod.rs                                                                                       hunk 1/2
▸ hunk 1/2
 40  40
 41  41   pub fn issue_token(user: &User) -> Token {
 42     −     sign(user.id, EXPIRY)
     42 +     let access = sign(user.id, EXPIRY);
     43 +     refresh::remember(user.id, &access)
 43  44   }
  hunk 2/2
 99 100   mod tests {
100     −     use super::*;
101 101   }",
    );
}

#[test]
fn a_narrow_pane_wraps_and_keeps_the_name_of_the_file() {
    check(
        pane(TWO_HUNKS),
        40,
        16,
        "
src/auth/mod.rs                 hunk 1/2
▸ hunk 1/2
 40
 41   pub fn issue_token(user: &User) ->
    ↳  Token {
 42 −     sign(user.id, EXPIRY)
 42 +     let access = sign(user.id, EXP
    ↳ IRY);
 43 +     refresh::remember(user.id, &ac
    ↳ cess)
 44   }
  hunk 2/2
100   mod tests {
100 −     use super::*;
101   }",
    );
    check(
        pane(TWO_HUNKS),
        14,
        8,
        "
…/auth/mod.rs
▸ hunk 1/2

  pub fn issue
↳ _token(user:
↳  &User) -> T
↳ oken {
−     sign(use",
    );
}

#[test]
fn wide_panes_show_both_sides() {
    let mut pane = pane(TWO_HUNKS);
    pane.prepare(Rect::new(0, 0, 99, 9));
    assert_eq!(pane.toggle_side_by_side(), Some(TOO_NARROW));
    check(
        pane,
        110,
        16,
        "
src/auth/mod.rs                                                                                       hunk 1/2
▸ hunk 1/2
 40                                                   │  40
 41   pub fn issue_token(user: &User) -> Token {      │  41   pub fn issue_token(user: &User) -> Token {
 42 −     sign(user.id, EXPIRY)                       │  42 +     let access = sign(user.id, EXPIRY);
                                                      │  43 +     refresh::remember(user.id, &access)
 43   }                                               │  44   }
  hunk 2/2
 99   mod tests {                                     │ 100   mod tests {
100 −     use super::*;                               │
101   }                                               │ 101   }",
    );
}

#[test]
fn missing_line_ends_and_foreign_ones_are_told() {
    let unended = "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n";
    check(
        pane(unended),
        40,
        6,
        "
src/auth/mod.rs                 hunk 1/1
 1 − a
     no line end here
 1 + a",
    );
    let mixed = "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\r\n+a\n";
    check(
        pane(mixed),
        40,
        6,
        "
src/auth/mod.rs                 hunk 1/1
 1 − a␍
 1 + a",
    );
    let foreign = "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-a\r\n+b\r\n";
    check(
        pane(foreign),
        40,
        6,
        "
src/auth/mod.rs                 hunk 1/1
 1 − a
 1 + b",
    );
}

#[test]
fn hostile_text_is_shown_and_not_sent() {
    let hostile = "--- /dev/null\n+++ b/a\n@@ -0,0 +1,2 @@\n+\tred \x1b[31m\u{202e}txet\n+漢字 👩‍👩‍👧 e\u{301}\n";
    let mut pane = DiffPane::new();
    pane.show(&artifact(1, "a\x1b]0;x\x07\n.rs", hostile), &Review::default(), None);
    check(
        pane,
        40,
        4,
        "
a␛]0;x␇ .rs                     new file
 1 +     red ␛[31m⟨U+202E⟩txet
 2 + 漢字 👩‍👩‍👧 é",
    );
}

#[test]
fn what_cannot_be_shown_is_said() {
    check(
        pane(""),
        57,
        4,
        "
src/auth/mod.rs
Nothing differs from the file on disk.",
    );
    check(
        pane("--- /dev/null\n+++ b/a\n"),
        57,
        4,
        "
src/auth/mod.rs
A new file without a line.",
    );
    check(
        pane("what?"),
        57,
        4,
        "
src/auth/mod.rs
The changes cannot be shown: line 1 of the diff does not
name a file (--- a/path, +++ b/path).",
    );
}

#[test]
fn a_line_without_end_in_sight_is_cut() {
    let line = "x".repeat(5000);
    let mut pane = pane(&format!("--- /dev/null\n+++ b/a\n@@ -0,0 +1,1 @@\n+{line}\n"));
    drawn(&mut pane, 40, 4);
    pane.bottom();
    check(
        pane,
        40,
        4,
        "
src/auth/mod.rs                 new file
   ↳ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
   ↳ xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
   ↳ x … 904 more bytes",
    );
}

#[test]
fn a_draft_is_numbered_lines() {
    let mut pane = DiffPane::new();
    pane.show_draft("src/auth/refresh.rs", "use std::fmt;\n\npub struct Refresh {\n    id: u");
    check(
        pane,
        57,
        6,
        "
src/auth/refresh.rs                       writing 4 lines
  1  use std::fmt;
  2
  3  pub struct Refresh {
  4      id: u",
    );
}

#[test]
fn changed_words_stand_on_a_stronger_ground() {
    let pane = pane(TWO_HUNKS);
    let on = |item, ground| {
        let row = pane.with_window(|window| window.body.rows(item, 60)[0].clone());
        row.parts()
            .filter(|(_, ink)| ink.ground == ground)
            .map(|(text, _)| text.to_owned())
            .collect::<String>()
    };
    assert_eq!(on(4, Ground::AddedWord), "let access = ;");
    assert_eq!(on(3, Ground::RemovedWord), "");
    assert!(on(3, Ground::Removed).starts_with(" 42 −     sign(user.id, EXPIRY)   "));
    assert_eq!(on(2, Ground::Screen).len(), 60);
}

#[test]
fn dialogs_get_all_rows() {
    let rows = render_unified(&FileDiff::parse(TWO_HUNKS).unwrap(), 57);
    assert_eq!(rows.len(), 11);
    assert_eq!(rows[3].text().trim_end(), " 42 −     sign(user.id, EXPIRY)");
}
