//! The pane as text, at the widths that it has beside the chat, alone and on a small terminal.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::protocol::{
    ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, FileDiff, IdSource, SyntaxErrorView,
};

mod look;

/// Two places of a file, far apart.
const TWO_HUNKS: &str = "--- a/src/auth/mod.rs
+++ b/src/auth/mod.rs
@@ -40,4 +40,5 @@
 
 pub fn issue_token(user: &User) -> Token {
-    sign(user.id, EXPIRY)
+    let access = sign(user.id, EXPIRY);
+    refresh::remember(user.id, &access)
 }
@@ -99,3 +100,2 @@
 mod tests {
-    use super::*;
 }
";

fn artifact(seed: u64, path: &str, diff: &str) -> ArtifactView {
    let read = FileDiff::parse(diff).unwrap_or_default();
    ArtifactView {
        artifact_id: ArtifactId::new(&IdSource::seeded(seed)),
        path: path.to_owned(),
        kind: ArtifactKind::Code,
        language: Some("rust".to_owned()),
        content: "fn main() {}\n".to_owned(),
        content_hash: String::new(),
        base_hash: None,
        diff: diff.to_owned(),
        action: ArtifactAction::Write,
        is_new_file: read.is_new,
        added: read.added,
        removed: read.removed,
        syntax_errors: Vec::new(),
        state: ArtifactState::Pending,
        taken: None,
        previous_artifact_id: None,
        created_at: 0,
    }
}

fn pane(diff: &str) -> DiffPane {
    let mut pane = DiffPane::new();
    pane.show(&artifact(1, "src/auth/mod.rs", diff), &Review::default(), None);
    pane
}

/// A new file of so many numbered lines.
fn long(lines: usize) -> String {
    let text: String = (1..=lines).map(|line| format!("+line {line}\n")).collect();
    format!("--- /dev/null\n+++ b/long.txt\n@@ -0,0 +1,{lines} @@\n{text}")
}

fn drawn(pane: &mut DiffPane, width: u16, height: u16) -> String {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    pane.prepare(buffer.area);
    pane.draw(buffer.area, &mut buffer, &Theme::plain());
    let row = |y| {
        let mut text = String::new();
        let mut x = 0;
        while x < width {
            let symbol = buffer[(x, y)].symbol();
            text.push_str(symbol);
            x += u16::try_from(crate::tui::text::width(symbol)).unwrap().max(1);
        }
        text.trim_end().to_owned()
    };
    (0..height).map(row).collect::<Vec<_>>().join("\n")
}

fn check(mut pane: DiffPane, width: u16, height: u16, expected: &str) {
    let drawn = drawn(&mut pane, width, height);
    assert_eq!(drawn.trim_end(), expected.trim_matches('\n'), "\n{drawn}\n");
}

/// The first row below the header, and where the header says one stands.
fn place(pane: &mut DiffPane) -> String {
    let drawn = drawn(pane, 40, 6);
    let standing = &drawn.lines().next().unwrap_or_default()[15..];
    format!("{} · {}", drawn.lines().nth(1).unwrap_or_default().trim(), standing.trim())
}

#[test]
fn the_header_warns_of_the_first_syntax_error() {
    let mut artifact = artifact(1, "src/auth/mod.rs", TWO_HUNKS);
    let error = |line| SyntaxErrorView { line, column: 1, message: "missing `}`".to_owned() };
    artifact.syntax_errors = vec![error(41), error(43)];
    let mut pane = DiffPane::new();
    pane.show(&artifact, &Review::default(), None);
    assert_eq!(drawn(&mut pane, 50, 1), "src/auth/mod.rs                ⚠ line 41  hunk 1/2");
    assert_eq!(drawn(&mut pane, 30, 1), "src/auth/mod.rs       hunk 1/2");
    assert_eq!(drawn(&mut pane, 15, 1), "src/auth/mod.rs");
}

#[test]
fn hunks_are_walked_and_followed_while_scrolling() {
    let mut pane = pane(TWO_HUNKS);
    assert_eq!(place(&mut pane), "▸ hunk 1/2 · hunk 1/2");
    pane.next_hunk();
    assert_eq!(place(&mut pane), "44   } · hunk 2/2");
    pane.next_hunk();
    assert_eq!(place(&mut pane), "44   } · hunk 2/2");
    pane.previous_hunk();
    assert_eq!(place(&mut pane), "▸ hunk 1/2 · hunk 1/2");
    pane.scroll(2);
    assert_eq!(place(&mut pane), "41   pub fn issue_token(user: &User) -> · hunk 1/2");
    pane.scroll(-4);
    assert_eq!(place(&mut pane), "▸ hunk 1/2 · hunk 1/2");
}

#[test]
fn a_long_diff_is_paged_to_both_ends() {
    let mut pane = pane(&long(1000));
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
    pane.scroll(4);
    assert_eq!(place(&mut pane), "5 + line 5 · new file");
    pane.bottom();
    assert_eq!(place(&mut pane), "996 + line 996 · new file");
    pane.scroll(1);
    assert_eq!(place(&mut pane), "996 + line 996 · new file");
    pane.scroll(-6);
    assert_eq!(place(&mut pane), "990 + line 990 · new file");
    pane.top();
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
}

#[test]
fn a_hundred_thousand_lines_cost_what_is_seen() {
    let mut pane = pane(&long(100_000));
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
    for _ in 0..200 {
        pane.bottom();
        pane.scroll(-4);
        assert_eq!(place(&mut pane), "99992 + line 99992 · new file");
    }
}

#[test]
fn what_is_shown_again_stays_where_it_was() {
    let mut pane = pane(&long(100));
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
    pane.scroll(10);
    let written =
        ArtifactView { state: ArtifactState::Applied, ..artifact(1, "src/auth/mod.rs", &long(100)) };
    pane.show(&written, &Review::default(), None);
    assert_eq!(place(&mut pane), "11 + line 11 · new file");
    pane.show(&artifact(2, "src/auth/mod.rs", &long(90)), &Review::default(), None);
    assert_eq!(place(&mut pane), "11 + line 11 · new file");
    pane.show(&artifact(3, "other.rs", &long(90)), &Review::default(), None);
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
}

#[test]
fn a_draft_is_followed_until_one_reads_further_up() {
    let mut pane = DiffPane::new();
    let text = |lines: usize| (1..=lines).map(|line| format!("line {line}\n")).collect::<String>();
    pane.show_draft("a.rs", &text(50));
    assert_eq!(place(&mut pane), "46  line 46 · writing 50 lines");
    pane.show_draft("a.rs", &format!("{}line 51", text(50)));
    assert_eq!(place(&mut pane), "47  line 47 · writing 51 lines");
    pane.scroll(-6);
    pane.show_draft("a.rs", &text(60));
    assert_eq!(place(&mut pane), "41  line 41 · writing 60 lines");
    pane.bottom();
    pane.show_draft("a.rs", &text(70));
    assert_eq!(place(&mut pane), "66  line 66 · writing 70 lines");
    pane.show_draft("a.rs", "begun anew");
    assert_eq!(place(&mut pane), "1  begun anew · writing 1 line");
    pane.show(&artifact(1, "a.rs", &long(90)), &Review::default(), None);
    assert_eq!(place(&mut pane), "1 + line 1 · new file");
}

#[test]
fn an_edit_shows_its_changes_while_it_grows_and_stays_where_it_is() {
    let mut pane = DiffPane::new();
    let edit = |lines: usize| long(lines).replace("/dev/null", "a/long.txt").replace("-0,0", "-1,0");
    pane.show_edit("long.txt", &edit(60));
    assert_eq!(place(&mut pane), "1 + line 1 · writing");
    pane.scroll(10);
    pane.show_edit("long.txt", &edit(80));
    assert_eq!(place(&mut pane), "11 + line 11 · writing");
    pane.show(&artifact(1, "long.txt", &edit(90)), &Review::default(), None);
    assert_eq!(place(&mut pane), "11 + line 11 · hunk 1/1");
}

#[test]
fn deleting_and_renaming_are_told() {
    for (diff, expected) in [
        ("--- a/a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-one\n", "1 − one · deleted"),
        ("--- a/a\n+++ /dev/null\n", "The file is deleted."),
        ("diff --git a/b b/a\nrename from b\nrename to a\n", "Renamed from b; nothing else differs."),
    ] {
        let mut pane = DiffPane::new();
        pane.show(&artifact(1, "src/auth/mod.rs", diff), &Review::default(), None);
        assert!(place(&mut pane).contains(expected), "{} is not {expected}", place(&mut pane));
    }
}

#[test]
fn colours_are_asked_for_once_and_stale_ones_are_dropped() {
    let mut pane = pane(TWO_HUNKS);
    let wanted = pane.wanted();
    let asked: Vec<_> = wanted.iter().map(|wanted| (wanted.side, wanted.code.lines().count())).collect();
    assert_eq!(asked, [(Side::New, 1), (Side::Old, 7)]);
    assert_eq!(pane.wanted(), []);
    let revision = wanted[0].revision;
    let row = |pane: &DiffPane, item| pane.with_window(|window| window.body.rows(item, 60)[0].clone());
    pane.colour_lines(revision, Side::Old, 2, vec![vec![(8, Tone::Function), (999, Tone::Text)]]);
    pane.colour_lines(revision, Side::New, 40, vec![vec![(3, Tone::Keyword)]]);
    let of = |line: &Line, tone| {
        line.parts().filter(|(_, ink)| ink.tone == tone).map(|(text, _)| text.to_owned()).collect::<String>()
    };
    assert_eq!(of(&row(&pane, 3), Tone::Function), "    sign");
    assert_eq!(of(&row(&pane, 2), Tone::Keyword), "pub");
    pane.show(&artifact(2, "src/auth/mod.rs", TWO_HUNKS), &Review::default(), None);
    pane.colour_lines(revision, Side::New, 40, vec![vec![(3, Tone::Keyword)]]);
    assert_eq!(of(&row(&pane, 2), Tone::Keyword), "");
}

proptest! {
    #[test]
    fn no_size_and_no_text_makes_it_panic(
        sizes in proptest::collection::vec((0u16..130, 0u16..12), 1..4),
        lines in proptest::collection::vec("[-+ ]\\PC{0,50}", 0..12),
        moves in proptest::collection::vec(-9isize..9, 0..6),
        colours in proptest::collection::vec((0u32..60, Just(Tone::String)), 0..4),
    ) {
        let count = |signs: [char; 2]| lines.iter().filter(|line| line.starts_with(signs)).count();
        let (old, new) = (count([' ', '-']), count([' ', '+']));
        let text = lines.join("\n");
        let mut pane = pane(&format!("--- a/a\n+++ b/a\n@@ -1,{old} +1,{new} @@\n{text}\n"));
        pane.colour_lines(1, Side::New, 0, vec![colours; 12]);
        for (width, height) in sizes {
            pane.toggle_side_by_side();
            for rows in &moves {
                pane.scroll(*rows);
                pane.next_hunk();
                drawn(&mut pane, width, height);
            }
        }
    }
}
