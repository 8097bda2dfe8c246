//! Reviewing a proposal hunk by hunk: what is taken, dropped, turned down with a reason, edited, merged.

use super::{
    Stage,
    cast::{EDIT, new_file},
    opened,
};
use crate::{
    protocol::{
        ArtifactAction, ArtifactState, ArtifactView, Body, DiskState, Merge, PartView, TakeBack, UndoFile,
    },
    tui::app::{Back, Edited, Found, Input},
};

/// A change in two places waits, and one stands in its diff.
fn reviewing() -> Stage {
    let mut stage = opened();
    stage.ask("change it").proposes(EDIT).completed().key("alt-4").effects();
    stage
}

#[test]
fn a_dropped_hunk_is_left_out_of_what_is_written() {
    let mut stage = reviewing();
    stage.key("] space").wants("part [0] of src/auth/mod.rs").sees("1 of 2 hunks").sees("× dropped");
    stage.part(&[0]).key("w").wants("write [0] of src/auth/mod.rs as hash of [0]");
    stage.key("ctrl-s").wants("write [0] of src/auth/mod.rs as hash of [0]");
    stage.key("W").wants("write [0] of src/auth/mod.rs as hash of [0]");
    stage.key("space").wants("").sees("● pending").misses("dropped");
    stage.key("w").wants("apply src/auth/mod.rs");
}

#[test]
fn writing_at_once_waits_for_what_the_engine_makes_of_the_hunks() {
    let mut stage = reviewing();
    stage.key("space w").wants("part [1] of src/auth/mod.rs; part [1] of src/auth/mod.rs");
    stage.part(&[0]).wants("").part(&[1]).wants("write [1] of src/auth/mod.rs as hash of [1]");
    stage.part(&[1]).wants("");
}

#[test]
fn all_is_written_together_and_parts_one_by_one() {
    let mut stage = reviewing();
    stage.proposes(&new_file("a.rs", 2)).proposes(&new_file("b.rs", 2));
    stage.key("space").part(&[1]).effects();
    stage.key("W").wants("apply a.rs b.rs; write [1] of src/auth/mod.rs as hash of [1]");
}

#[test]
fn nothing_taken_is_nothing_written() {
    let mut stage = reviewing();
    stage.key("space ] space").effects();
    stage.key("w").wants("").sees("nothing is taken; x rejects src/auth/mod.rs");
    stage.key("x").sees("reject mod.rs, because").key("enter").wants("reject src/auth/mod.rs");
}

#[test]
fn a_reason_goes_along_with_what_is_turned_down() {
    let mut stage = reviewing();
    stage.key("x").type_text("not ours").key("enter").wants("reject src/auth/mod.rs Some(\"not ours\")");
    stage.key("x").type_text("no").key("esc").wants("").misses("because");
    stage.key("space").effects();
    stage.key("x").sees("reject 1 of 2 hunks, because: Enter without a reason, Esc back");
    stage.key("enter").wants("reject [0] of src/auth/mod.rs None");
    stage.key("] X").sees("reject hunk 2, because").paste("wrong place").key("enter");
    stage.wants("reject [1] of src/auth/mod.rs Some(\"wrong place\")");
}

#[test]
fn the_end_of_a_long_reason_stays_in_sight() {
    let mut stage = reviewing();
    stage.key("x").type_text(&"word ".repeat(40)).type_text("end").sees("word end");
}

#[test]
fn what_was_turned_down_is_told_in_the_chat() {
    let mut stage = reviewing();
    let artifact_id = stage.artifacts["src/auth/mod.rs"].artifact_id;
    let rejected = |hunks: Option<&[u32]>, reason: Option<&str>| Body::ArtifactRejected {
        artifact_id,
        path: "src/auth/mod.rs".to_owned(),
        hunks: hunks.map(<[u32]>::to_vec),
        reason: reason.map(str::to_owned),
    };
    stage.event(rejected(Some(&[1]), Some("wrong place")));
    stage.sees("✗ turned down: hunk 2 of src/auth/mod.rs (wrong");
    stage.event(rejected(None, None)).sees("✗ turned down: src/auth/mod.rs ");
    stage.event(rejected(Some(&[0, 2]), None)).sees("✗ turned down: hunks 1, 3 of src/auth/mod.rs ");
}

#[test]
fn the_next_version_of_a_proposal_keeps_what_was_dropped() {
    let mut stage = reviewing();
    stage.key("] space").effects();
    let first_only = EDIT.replace("+mod refresh;", "+mod fresh;");
    stage.version(&first_only).sees("1 of 2 hunks").effects();
    stage.looked(&[], DiskState::Same).wants("part [0] of src/auth/mod.rs");
}

#[test]
fn a_proposal_goes_through_the_users_editor() {
    let mut stage = reviewing();
    let artifact = stage.artifacts["src/auth/mod.rs"].clone();
    let edited = Edited::Artifact(artifact.artifact_id, artifact.path.clone());
    stage.key("e").wants("edit src/auth/mod.rs");
    stage.give(Input::Edited(edited.clone(), artifact.content.clone())).wants("");
    stage.sees("nothing was changed; the proposal for src/auth/mod.rs waits");
    stage.give(Input::Edited(edited.clone(), "mine\n".to_owned()));
    stage.wants("revise src/auth/mod.rs \"mine\\n\"");
}

#[test]
fn a_file_that_changed_on_disk_is_told_and_merged() {
    let mut stage = reviewing();
    stage.looked(&[], changed()).sees("⚠ changed on disk · m merges");
    stage.key("m").wants("rebase src/auth/mod.rs");
    stage.version(EDIT);
    let merged = stage.review(&[1], DiskState::Same);
    stage.found(Found::Merged(Box::new(merged))).misses("changed on disk");
    stage.sees("yours stays in 1 place, Space takes what is proposed").sees("⚠ conflict: yours (−) stays");
    stage.sees("1 of 2 hunks").wants("part [0] of src/auth/mod.rs");
    stage.key("space").wants("part [0, 1] of src/auth/mod.rs").sees("⚠ conflict: proposed (+)");
    stage.part(&[0, 1]).key("w").wants("write [0, 1] of src/auth/mod.rs as hash of [0, 1]");
}

#[test]
fn a_write_that_comes_too_late_says_how_to_go_on() {
    let mut stage = reviewing();
    stage.looks();
    stage.key("w").effects();
    stage.found(Found::Stale(vec!["src/auth/mod.rs".to_owned()]));
    stage.sees("nothing is written: src/auth/mod.rs changed on disk since; m merges");
    assert_eq!(stage.looks(), 1);
}

#[test]
fn the_disk_is_looked_at_when_it_may_have_changed() {
    let mut stage = opened();
    stage.ask("change it").proposes(EDIT);
    assert_eq!(stage.looks(), 1);
    stage.looked(&[], DiskState::Same).key("j").says("done");
    assert_eq!(stage.looks(), 0);
    stage.give(Input::Terminal(crossterm::event::Event::FocusGained));
    assert_eq!(stage.looks(), 1);
    stage.looked(&[], DiskState::Same).key("alt-4");
    assert_eq!(stage.looks(), 1);
}

#[test]
fn more_of_the_file_is_shown_and_less_again() {
    let mut stage = reviewing();
    stage.looked(&[], DiskState::Same).key("] +").sees("line 33").misses("line 32");
    stage.key("+ g g").sees("line 14").key("+").sees("all of the file is shown already");
    stage.key("- -").misses("line 14").key("-").sees("there is no less to show");
    stage.key("space").sees("1 of 2 hunks");
    stage.proposes(&new_file("a.rs", 3)).key("J +").sees("all of the file is shown already");
}

#[test]
fn what_was_written_of_an_artifact_is_taken_back_after_a_look() {
    let mut stage = reviewing();
    let artifact = stage.artifacts["src/auth/mod.rs"].clone();
    let written = ArtifactView { state: ArtifactState::Applied, taken: Some(vec![0]), ..artifact.clone() };
    stage.event(Body::Artifact { artifact: Box::new(written) }).sees("✓ 1 of 2 hunks").effects();
    stage.key("space").wants("").sees("is written already");
    stage.key("u").wants("preview taking back src/auth/mod.rs");
    let file =
        UndoFile { path: artifact.path.clone(), diff: EDIT.to_owned(), added: 4, removed: 1, conflict: None };
    let preview = |files| crate::protocol::RewindPreview { files, turns: 0, conflicts: 0 };
    let back = Back::Written(TakeBack::Artifact(artifact.artifact_id));
    stage.found(Found::Back(preview(vec![file]), back)).sees("Take this back?");
    stage.key("enter").wants("take back src/auth/mod.rs");
    stage.found(Found::Back(preview(vec![]), back)).sees("nothing of it is on disk");
}

#[test]
fn what_has_no_parts_is_decided_as_a_whole() {
    let mut stage = reviewing();
    let mut gone = stage.artifacts["src/auth/mod.rs"].clone();
    gone.action = ArtifactAction::Delete;
    stage.event(Body::Artifact { artifact: Box::new(gone) });
    for key in ["space", "X", "e", "m"] {
        stage.key(key).wants("").sees("src/auth/mod.rs would be deleted: that is decided as a whole");
    }
    let mut stage = opened();
    stage.ask("think").effects();
    for key in ["space", "e", "m", "+", "u"] {
        stage.key("alt-4").key(key).wants("").sees("nothing is proposed yet");
    }
}

fn changed() -> DiskState {
    DiskState::Changed { merged: Merge::default() }
}

impl Stage {
    /// The engine tells what some hunks make.
    fn part(&mut self, hunks: &[u32]) -> &mut Self {
        let artifact_id = self.artifacts["src/auth/mod.rs"].artifact_id;
        let hash = format!("hash of {hunks:?}");
        self.found(Found::Part(PartView { artifact_id, hunks: hunks.to_vec(), content: String::new(), hash }))
    }
}
