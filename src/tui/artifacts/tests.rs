//! The list as text.

#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::protocol::{ArtifactAction, ArtifactKind, IdSource, SyntaxErrorView};

/// `path new|edit +added -removed state`; ids rise with the seed.
fn artifact(seed: u64, text: &str) -> ArtifactView {
    let words: Vec<&str> = text.split(' ').collect();
    let number = |sign: &str| words.iter().find_map(|word| word.strip_prefix(sign)?.parse().ok());
    ArtifactView {
        artifact_id: ArtifactId::new(&IdSource::seeded(seed)),
        path: words[0].to_owned(),
        kind: ArtifactKind::Code,
        language: None,
        content: String::new(),
        content_hash: String::new(),
        base_hash: None,
        diff: String::new(),
        action: ArtifactAction::Write,
        is_new_file: words.contains(&"new"),
        added: number("+").unwrap_or(0),
        removed: number("-").unwrap_or(0),
        syntax_errors: Vec::new(),
        state: words.last().unwrap().parse().unwrap_or(ArtifactState::Pending),
        taken: None,
        previous_artifact_id: None,
        created_at: 0,
    }
}

fn pane(artifacts: &[&str]) -> Artifacts {
    let mut pane = Artifacts::new();
    for (seed, text) in (1..).zip(artifacts) {
        pane.upsert(artifact(seed, text));
    }
    pane
}

fn drawn(pane: &Artifacts, width: u16, height: u16) -> Vec<String> {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    pane.draw(buffer.area, &mut buffer, &Theme::plain(), true);
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

fn check(pane: &Artifacts, width: u16, height: u16, expected: &str) {
    let drawn = drawn(pane, width, height).join("\n");
    assert_eq!(drawn.trim_end(), expected.trim_matches('\n'), "\n{drawn}\n");
}

const SEVERAL: &[&str] = &[
    "src/auth/mod.rs edit +14 -3",
    "src/auth/refresh.rs new +182",
    "docs/tokens.md edit +2 applied",
    "src/main.rs edit -9 rejected",
    "Cargo.toml edit +1 -1 undone",
    "build.rs new +5 superseded",
];

#[test]
fn the_list_says_what_waits_and_what_became_of_the_rest() {
    check(
        &pane(SEVERAL),
        57,
        8,
        "
Artifacts                                       2 pending
▸ src/auth/mod.rs      edit  +14 −3  ● pending
  src/auth/refresh.rs  new   +182    ● pending
  docs/tokens.md       edit  +2      ✓ written
  src/main.rs          edit  −9      ✗ rejected
  Cargo.toml           edit  +1 −1   ↶ undone
  build.rs             new   +5      · superseded",
    );
}

#[test]
fn a_new_syntax_error_is_a_badge_until_it_is_past() {
    let mut pane = Artifacts::new();
    for (seed, text) in (1..).zip(["src/a.rs edit +1", "src/b.rs edit +1", "src/c.rs edit +1 rejected"]) {
        let mut artifact = artifact(seed, text);
        let error = SyntaxErrorView { line: 12, column: 1, message: "missing `}`".to_owned() };
        artifact.syntax_errors = if seed == 2 { Vec::new() } else { vec![error] };
        pane.upsert(artifact);
    }
    check(
        &pane,
        44,
        4,
        "
Artifacts                          2 pending
▸ src/a.rs  edit  +1  ● pending ⚠
  src/b.rs  edit  +1  ● pending
  src/c.rs  edit  +1  ✗ rejected",
    );
    check(
        &pane,
        20,
        2,
        "
Artifacts  2 pending
▸ src/a.rs  +1  ● ⚠",
    );
}

#[test]
fn a_wide_pane_keeps_its_columns_together() {
    check(
        &pane(SEVERAL),
        110,
        8,
        "
Artifacts                                                                                            2 pending
▸ src/auth/mod.rs      edit  +14 −3  ● pending
  src/auth/refresh.rs  new   +182    ● pending
  docs/tokens.md       edit  +2      ✓ written
  src/main.rs          edit  −9      ✗ rejected
  Cargo.toml           edit  +1 −1   ↶ undone
  build.rs             new   +5      · superseded",
    );
}

#[test]
fn narrow_panes_keep_the_name_and_the_sign() {
    check(
        &pane(SEVERAL),
        40,
        8,
        "
Artifacts                      2 pending
▸ src/auth/mod.rs      edit  +14 −3  ●
  src/auth/refresh.rs  new   +182    ●
  docs/tokens.md       edit  +2      ✓
  src/main.rs          edit  −9      ✗
  Cargo.toml           edit  +1 −1   ↶
  build.rs             new   +5      ·",
    );
    check(
        &pane(SEVERAL),
        24,
        4,
        "
Artifacts      2 pending
▸ src/auth/mod.rs      ●
  src/auth/refresh.rs  ●
  docs/tokens.md       ✓",
    );
    check(
        &pane(SEVERAL),
        8,
        3,
        "
Artifac…
▸ …od.rs
  …sh.rs",
    );
}

#[test]
fn what_was_deleted_is_written_and_taken_back_as_well() {
    let mut pane = pane(&["a.rs edit -3"]);
    let gone = ArtifactView { action: ArtifactAction::Delete, ..artifact(2, "a.rs edit -3") };
    pane.upsert(gone);
    let change = |before: Option<&str>, after: Option<&str>| ChangeView {
        change_id: crate::protocol::ChangeId::new(&IdSource::seeded(9)),
        files: vec![crate::protocol::FileChange {
            path: "a.rs".to_owned(),
            before_hash: before.map(str::to_owned),
            after_hash: after.map(str::to_owned),
        }],
        undoes: None,
        applied_at: 0,
        undone_at: None,
    };
    assert_eq!(pane.changed(&change(Some("abc"), None)), Some(ArtifactState::Applied));
    assert_eq!(pane.changed(&change(None, Some("abc"))), Some(ArtifactState::Undone));
    assert!(drawn(&pane, 60, 4)[1].contains("delete"), "{:?}", drawn(&pane, 60, 4));
}

#[test]
fn drafts_have_rows_until_they_are_proposals() {
    let mut pane = pane(&["src/auth/mod.rs edit +14 -3"]);
    pane.draft("c1", "src/auth/refresh.rs", 181);
    pane.draft("c2", "src/auth/mod.rs", 1);
    pane.draft("c1", "src/auth/refresh.rs", 182);
    check(
        &pane,
        57,
        4,
        "
Artifacts                                       1 pending
▸ src/auth/mod.rs      edit  +14 −3  writing 1 line
  src/auth/refresh.rs                writing 182 lines",
    );
    pane.select(1);
    assert_eq!(pane.selected_draft(), Some("src/auth/refresh.rs"));
    assert!(pane.selected().is_none());
    pane.upsert(artifact(7, "src/auth/refresh.rs new +182"));
    pane.end_drafts("c2");
    check(
        &pane,
        57,
        4,
        "
Artifacts                                       2 pending
  src/auth/mod.rs      edit  +14 −3  ● pending
▸ src/auth/refresh.rs  new   +182    ● pending",
    );
    pane.draft("c3", "lost.rs", 1);
    pane.clear_drafts();
    assert_eq!(pane.rows.len(), 2);
}

#[test]
fn the_newest_version_of_a_path_has_its_row() {
    let mut pane = pane(&["a.rs new +1", "b.rs new +2", "a.rs new +3"]);
    pane.upsert(artifact(1, "a.rs new +1 superseded"));
    check(
        &pane,
        40,
        4,
        "
Artifacts                      2 pending
▸ a.rs  new  +3  ● pending
  b.rs  new  +2  ● pending",
    );
    pane.upsert(artifact(3, "a.rs new +3 applied"));
    check(
        &pane,
        40,
        4,
        "
Artifacts                      1 pending
▸ a.rs  new  +3  ✓ written
  b.rs  new  +2  ● pending",
    );
}

#[test]
fn the_selection_stays_with_its_row() {
    let mut pane = pane(&["a.rs new", "b.rs new", "c.rs new applied"]);
    let selected = |pane: &Artifacts| pane.selected().map_or(String::new(), |artifact| artifact.path.clone());
    pane.draft("c", "d.rs", 1);
    pane.select(9);
    pane.select(-1);
    assert_eq!(selected(&pane), "c.rs");
    pane.upsert(artifact(9, "e.rs new"));
    assert_eq!(selected(&pane), "c.rs");
    pane.select(9);
    pane.end_drafts("c");
    assert_eq!(selected(&pane), "e.rs");
    assert_eq!(
        pane.pending().map(|artifact| artifact.path.as_str()).collect::<Vec<_>>(),
        ["a.rs", "b.rs", "e.rs"]
    );
}

#[test]
fn the_list_moves_only_as_far_as_it_must_and_a_click_means_what_is_seen() {
    let mut pane = pane(SEVERAL);
    assert_eq!(pane.height(), 7);
    pane.select(4);
    let moved = "
Artifacts                      2 pending
  src/main.rs          edit  −9      ✗
▸ Cargo.toml           edit  +1 −1   ↶";
    check(&pane, 40, 3, moved);
    pane.select(-1);
    pane.select(1);
    check(&pane, 40, 3, moved);
    pane.click(1);
    assert_eq!(pane.selected().unwrap().path, "src/main.rs");
    pane.click(0);
    pane.click(9);
    check(
        &pane,
        40,
        3,
        "
Artifacts                      2 pending
▸ src/main.rs          edit  −9      ✗
  Cargo.toml           edit  +1 −1   ↶",
    );
}

#[test]
fn hostile_paths_are_shown_and_not_sent() {
    check(
        &pane(&["a\x1b[2J\u{202e}\n.rs new +1"]),
        57,
        2,
        "
Artifacts                                       1 pending
▸ a␛[2J⟨U+202E⟩ .rs  new  +1  ● pending",
    );
}

proptest! {
    #[test]
    fn no_size_makes_it_panic(
        width in 0u16..120,
        height in 0u16..12,
        paths in proptest::collection::vec("\\PC{0,40}", 0..9),
        moves in -9isize..9,
    ) {
        let mut pane = Artifacts::new();
        for (seed, path) in (1..).zip(&paths) {
            pane.upsert(ArtifactView { path: path.clone(), ..artifact(seed, "x new +1 -1") });
            pane.draft("c", path, 5);
        }
        pane.select(moves);
        pane.end_drafts("c");
        drawn(&pane, width, height);
    }
}
