//! Which hunks are taken, and what writing means then.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::protocol::{ArtifactId, ArtifactKind, IdSource, Merge, MergeConflict};

/// Hunks that add these lines, far from one another.
fn artifact(seed: u64, previous: Option<u64>, added: &[&str]) -> ArtifactView {
    let id = |seed| ArtifactId::new(&IdSource::seeded(seed));
    let hunk = |(at, line): (usize, &&str)| format!("@@ -{0},0 +{0},1 @@\n+{line}\n", 20 * (at + 1));
    let hunks: String = added.iter().enumerate().map(hunk).collect();
    ArtifactView {
        artifact_id: id(seed),
        path: "a.rs".to_owned(),
        action: ArtifactAction::Write,
        kind: ArtifactKind::Code,
        language: None,
        content: String::new(),
        content_hash: String::new(),
        base_hash: None,
        diff: format!("--- a/a.rs\n+++ b/a.rs\n{hunks}"),
        is_new_file: false,
        added: 0,
        removed: 0,
        syntax_errors: Vec::new(),
        state: ArtifactState::Pending,
        taken: None,
        previous_artifact_id: previous.map(id),
        created_at: 0,
    }
}

fn view(artifact: &ArtifactView, conflicts: &[u32], disk: DiskState) -> ReviewView {
    ReviewView {
        artifact: artifact.clone(),
        base: Some("1\n".to_owned()),
        hunks: FileDiff::default(),
        conflicts: conflicts.to_vec(),
        disk,
    }
}

fn part(artifact: &ArtifactView, hunks: &[u32]) -> PartView {
    let (hunks, hash) = (hunks.to_vec(), format!("{hunks:?}"));
    PartView { artifact_id: artifact.artifact_id, hunks, content: String::new(), hash }
}

#[test]
fn what_is_written_is_what_is_taken() {
    let artifact = artifact(1, None, &["one", "two", "three"]);
    let mut review = Review::of(&artifact);
    assert_eq!((review.writing(), review.wanted_part()), (Writing::Whole, None));
    review.toggle(1);
    assert_eq!((review.taken_of(), review.wanted_part()), (Some((2, 3)), Some(vec![0, 2])));
    assert!(!review.part_known(&part(&artifact, &[0, 1])), "that is not taken any more");
    assert!(!review.part_known(&part(&artifact, &[0, 2])), "nobody waits for it");
    assert_eq!(review.writing(), Writing::Part { hunks: vec![0, 2], hash: "[0, 2]".to_owned() });
    review.toggle(1);
    assert_eq!(review.writing(), Writing::Whole);
    (0..3).for_each(|hunk| review.toggle(hunk));
    assert_eq!((review.writing(), review.wanted_part(), review.rejected()), (Writing::Nothing, None, None));
}

#[test]
fn writing_waits_for_what_the_hunks_make() {
    let artifact = artifact(1, None, &["one", "two"]);
    let mut review = Review::of(&artifact);
    review.toggle(0);
    assert_eq!(review.writing(), Writing::Awaited(vec![1]));
    assert!(review.part_known(&part(&artifact, &[1])));
    review.toggle(0);
    review.toggle(1);
    assert_eq!(review.writing(), Writing::Awaited(vec![0]));
    review.toggle(0);
    assert!(!review.part_known(&part(&artifact, &[0])), "the choice has changed since");
}

#[test]
fn the_next_version_keeps_what_was_dropped() {
    let before = artifact(1, None, &["one", "two", "three"]);
    let mut review = Review::of(&before);
    review.toggle(2);
    review.set_around(Around::More);
    let next = artifact(2, Some(1), &["two", "three"]);
    let following = review.following(&before, &next);
    assert_eq!((following.taken_of(), following.rejected()), (Some((1, 2)), Some(vec![1])));
    assert_eq!(following.around(), Around::More);
    let other = artifact(2, None, &["two", "three"]);
    assert_eq!(review.following(&before, &other).taken_of(), None);
    let written = ArtifactView { taken: Some(vec![1]), ..before };
    assert_eq!(Review::of(&written).dropped().iter().copied().collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn conflicts_are_dropped_until_they_are_taken() {
    let artifact = artifact(2, Some(1), &["one", "two"]);
    let mut review = Review::of(&artifact);
    assert_eq!(review.looked(view(&artifact, &[1], DiskState::Same)), Some(1));
    assert_eq!(review.taken_of(), Some((1, 2)));
    review.toggle(1);
    assert_eq!(review.wanted_part(), Some(vec![0, 1]), "all of it, but as it was shown");
    assert_eq!(review.looked(view(&artifact, &[1], DiskState::Same)), None);
    assert_eq!(review.taken_of(), None, "a second look takes nothing away");
}

#[test]
fn it_is_looked_at_once_and_again_when_something_may_have_changed() {
    let artifact = artifact(1, None, &["one"]);
    let mut review = Review::of(&artifact);
    let asked = |review: &mut Review| (review.wants_look(), review.wants_look());
    assert_eq!(asked(&mut review), (true, false));
    review.looked(view(&artifact, &[], DiskState::Same));
    assert!(!review.wants_look());
    review.look_again();
    assert_eq!(asked(&mut review), (true, false));
}

#[test]
fn the_file_on_disk_is_told_of() {
    let mut artifact = artifact(1, None, &["one"]);
    let conflict = MergeConflict {
        lines: crate::protocol::LineRange { start: 1, len: 1 },
        ours: String::new(),
        theirs: String::new(),
    };
    let merged = |conflicts| Merge { content: String::new(), conflicts };
    let changed = |conflicts| DiskState::Changed { merged: merged(conflicts) };
    for (disk, expected) in [
        (DiskState::Same, ""),
        (changed(vec![]), "⚠ changed on disk · m merges"),
        (changed(vec![conflict.clone()]), "⚠ changed on disk · m merges, 1 conflict"),
        (changed(vec![conflict.clone(), conflict]), "⚠ changed on disk · m merges, 2 conflicts"),
        (DiskState::Missing, "⚠ deleted on disk · m proposes it anew"),
        (DiskState::Appeared, "⚠ now there on disk · m merges"),
    ] {
        let mut review = Review::of(&artifact);
        review.looked(view(&artifact, &[], disk));
        let notice = review.notice(&artifact, "m");
        assert_eq!(notice.as_ref().map_or("", |line| line.text()), expected);
    }
    artifact.action = ArtifactAction::Delete;
    let mut review = Review::of(&artifact);
    review.looked(view(&artifact, &[], DiskState::Missing));
    assert_eq!(review.notice(&artifact, "m").unwrap().text(), "⚠ deleted on disk · ask for it again");
    artifact.state = ArtifactState::Applied;
    assert!(review.notice(&artifact, "m").is_none());
}
