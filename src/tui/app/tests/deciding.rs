//! What is proposed: written, turned down, taken back, each only at a key.

use super::{
    Stage,
    cast::{EDIT, new_file},
    opened,
};
use crate::{
    protocol::{UndoFile, UndoPreview},
    tui::app::{Found, UndoKind},
};

/// Two files wait, the first one is selected.
fn proposed() -> Stage {
    let mut stage = opened();
    stage.ask("change it").proposes(EDIT).proposes(&new_file("docs/a.md", 3)).completed().effects();
    stage
}

fn preview(stage: &Stage, path: &str, conflict: Option<&str>) -> UndoPreview {
    let file = UndoFile {
        path: path.to_owned(),
        diff: EDIT.to_owned(),
        added: 4,
        removed: 1,
        conflict: conflict.map(str::to_owned),
    };
    UndoPreview { change: stage.change(path, None), files: vec![file] }
}

#[test]
fn nothing_is_written_without_a_key() {
    let mut stage = opened();
    stage.ask("change it").effects();
    stage.proposes(EDIT).completed().wants("Git");
}

#[test]
fn writing_goes_on_to_the_next_file_that_waits() {
    let mut stage = proposed();
    stage.key("ctrl-s").wants("apply src/auth/mod.rs").written("src/auth/mod.rs").wants("Git");
    stage.sees("✓ written: src/auth/mod.rs").sees("▸ docs/a.md").key("ctrl-s").wants("apply docs/a.md");
    stage.written("docs/a.md").effects();
    stage.key("ctrl-s").wants("").sees("is written already");
}

#[test]
fn letters_decide_only_in_the_panes_of_artifacts() {
    let mut stage = proposed();
    stage.type_text("wxW").wants("");
    assert_eq!(stage.typed(), "wxW");
    stage.key("alt-3 W").wants("apply src/auth/mod.rs docs/a.md");
    stage
        .key("down x")
        .wants("")
        .sees("reject a.md, because")
        .key("enter")
        .wants("reject docs/a.md")
        .rejected("docs/a.md")
        .sees("✗ rejected");
    stage.sees("▸ src/auth/mod.rs").key("alt-4 w").wants("apply src/auth/mod.rs");
}

#[test]
fn an_undo_shows_what_it_would_change_and_asks() {
    let mut stage = proposed();
    stage.written("src/auth/mod.rs").effects();
    stage.paste("/undo").key("enter").wants("preview undo");
    let shown = preview(&stage, "src/auth/mod.rs", None);
    stage.found(Found::Undo(Some(shown.clone()), UndoKind::Undo)).sees("Take this back?").wants("");
    stage.key("esc").misses("Take this back?").wants("");
    stage.found(Found::Undo(Some(shown), UndoKind::Undo)).key("enter").wants("undo");
    stage.taken_back("src/auth/mod.rs").sees("↶ undone");
}

#[test]
fn an_undo_that_would_be_refused_asks_nothing() {
    let mut stage = proposed();
    stage.written("src/auth/mod.rs").effects();
    let refused = preview(&stage, "src/auth/mod.rs", Some("the file has changed since"));
    stage.found(Found::Undo(Some(refused), UndoKind::Undo)).sees("✗ the file has changed since");
    stage.misses("Take this back?").key("enter").wants("");
    stage.found(Found::Undo(None, UndoKind::Redo)).sees("nothing was taken back here");
}

#[test]
fn undo_in_the_panes_of_artifacts_is_about_the_selected_one() {
    let mut stage = proposed();
    stage.key("alt-3 down u").wants("preview taking back docs/a.md");
    stage.key("U").wants("preview redo of docs/a.md");
    stage.key("alt-1 u").wants("preview undo");
}

#[test]
fn what_the_palette_offers_works_from_every_pane() {
    for pane in ["alt-0", "alt-1", "alt-2", "alt-3", "alt-4"] {
        let mut stage = proposed();
        stage.key(pane).key("ctrl-p").type_text("reject the selected").key("enter");
        stage.sees("reject mod.rs, because").key("enter").wants("reject src/auth/mod.rs");
        stage.key("ctrl-p").type_text("search the text").key("enter").sees("find:").key("esc");
        stage.key("ctrl-p").type_text("side by side").key("enter").sees("side by side needs");
    }
}

#[test]
fn a_draft_is_shown_as_it_grows_until_the_file_is_there() {
    let mut stage = opened();
    stage.ask("write it").calls("c1", "generate_code → a.rs", crate::protocol::ToolCallState::Running);
    stage.writes("c1", "a.rs", "one\ntw").sees("writing 2 lines").writes("c1", "a.rs", "o\n").sees("two");
    stage.proposes(&new_file("a.rs", 9)).called("c1", "generate_code → a.rs").sees("+9").sees("new file");
}

#[test]
fn copying_takes_the_proposed_file() {
    let mut stage = opened();
    stage.ask("write it").proposes(&new_file("a.rs", 1)).effects();
    stage.key("alt-3 y").wants("Copy(\"pub fn step_1() -> u32 { 1 }\\n\")");
}
