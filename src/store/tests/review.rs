//! Parts of proposals, what was turned down, versions, and going back.

use super::{
    artifacts::{proposal, propose},
    changes::change,
    *,
};
use crate::protocol::{ArtifactAction, ArtifactState, ArtifactView};

fn dropped(hunks: &[u32], text: &str, reason: Option<&str>) -> Dropped {
    Dropped { hunks: hunks.to_vec(), text: text.to_owned(), reason: reason.map(str::to_owned) }
}

async fn written(world: &World, new: &NewChange) -> ChangeId {
    world.store.begin_change(new).await.unwrap();
    world.store.finish_change(new.id).await.unwrap();
    new.id
}

async fn state(world: &World, artifact: &Artifact) -> ArtifactState {
    world.store.artifact(artifact.view.artifact_id).await.unwrap().view.state
}

/// What was turned down, as `path text reason`.
async fn turned_down(world: &World) -> Vec<String> {
    let found = world.store.rejections(world.conversation, 10).await.unwrap();
    found.into_iter().map(|r| format!("{} {} {}", r.path, r.text, r.reason.unwrap_or_default())).collect()
}

#[tokio::test]
async fn a_taken_part_is_kept_with_what_was_dropped() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let extent = Extent::Hunks { taken: vec![0, 2], dropped: dropped(&[1], "-x\n", None) };
    let part = NewChange { extent, ..change(&world, operation, &[&a]) };
    world.store.begin_change(&part).await.unwrap();
    assert_eq!(turned_down(&world).await, [""; 0], "nothing is decided before it is written");
    world.store.finish_change(part.id).await.unwrap();
    let view = world.store.artifact(a.view.artifact_id).await.unwrap().view;
    assert_eq!((view.state, view.taken), (ArtifactState::Applied, Some(vec![0, 2])));
    assert_eq!(turned_down(&world).await, ["a.rs -x\n "]);
    let told = world.told().await;
    assert_eq!(told[2..], ["3 turned down a.rs Some([1])", "4 a.rs applied", "5 applied a.rs"]);
}

#[tokio::test]
async fn a_part_that_is_taken_back_or_written_again_is_told_by_its_artifact() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let extent = Extent::Hunks { taken: vec![0], dropped: dropped(&[1], "-x\n", None) };
    let part = written(&world, &NewChange { extent, ..change(&world, operation, &[&a]) }).await;
    let before = world.told().await.len();
    let undo = NewChange { undoes: Some(part), ..change(&world, operation, &[&a]) };
    written(&world, &undo).await;
    assert_eq!(world.told().await[before..], ["6 a.rs undone", "7 applied a.rs"]);
    let redo = NewChange { undoes: Some(undo.id), ..change(&world, operation, &[&a]) };
    written(&world, &redo).await;
    assert_eq!(world.told().await[before + 2..], ["8 a.rs applied", "9 applied a.rs"]);
}

#[tokio::test]
async fn what_was_turned_down_is_told_newest_first_and_with_its_reason() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact.view.artifact_id;
    let b = propose(&world, operation, "b.rs", "new").await.artifact.view.artifact_id;
    world.store.reject_artifact(a, Some("too long")).await.unwrap();
    world.store.reject_artifact(b, None).await.unwrap();
    assert_eq!(turned_down(&world).await, ["b.rs +x\n ", "a.rs +x\n too long"]);
    world.finish(operation, OperationStatus::Completed).await;
    world.store.set_operations_aside(&[operation]).await.unwrap();
    assert_eq!(turned_down(&world).await, [""; 0]);
}

#[tokio::test]
async fn a_version_takes_the_place_of_a_proposal_whose_operation_has_ended() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let old = propose(&world, operation, "a.rs", "one").await.artifact;
    world.finish(operation, OperationStatus::Completed).await;
    let base = Some("the base\n".into());
    let new = NewArtifact { base, ..proposal(&world, operation, "a.rs", "two") };
    let id = old.view.artifact_id;
    let why = dropped(&[1], "-x\n", Some("no"));
    let stored = world.store.replace_artifact(id, &new, Some(&why)).await.unwrap();
    assert_eq!(world.store.base_text(&stored.view).await.unwrap().as_deref(), Some("the base\n"));
    assert_eq!(state(&world, &old).await, ArtifactState::Superseded);
    assert_eq!(turned_down(&world).await, ["a.rs -x\n no"]);
    let told = world.told().await;
    assert_eq!(told[3..], ["4 turned down a.rs Some([1])", "5 a.rs pending", "6 a.rs superseded"]);
    let error = world.store.replace_artifact(id, &new, None).await.unwrap_err();
    assert!(error.to_string().ends_with("it is superseded."), "{error}");
    let before_they_were_kept = ArtifactView { base_hash: Some("0".repeat(64)), ..old.view };
    let error = world.store.base_text(&before_they_were_kept).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
}

#[tokio::test]
async fn a_rename_of_a_turn_that_is_set_aside_does_not_wait() {
    let world = World::new().await;
    let operation = world.begin("Rename").await;
    let action = ArtifactAction::Rename { from: "a.rs".to_owned() };
    let rename = NewArtifact { action, ..proposal(&world, operation, "b.rs", "one") };
    world.store.insert_artifact(&rename).await.unwrap();
    let waits = async || world.store.waiting_rename(world.project.id, "a.rs").await.unwrap().is_some();
    assert!(waits().await);
    world.finish(operation, OperationStatus::Completed).await;
    world.store.set_operations_aside(&[operation]).await.unwrap();
    assert!(!waits().await);
    bring_back(&world).await.unwrap();
    assert!(waits().await);
}

#[tokio::test]
async fn a_file_that_is_no_text_can_be_deleted_and_looked_at() {
    let world = World::new().await;
    let operation = world.begin("Delete").await;
    let base = Some(vec![0xff, 0x00]);
    let delete =
        NewArtifact { action: ArtifactAction::Delete, base, ..proposal(&world, operation, "a.bin", "") };
    let view = world.store.insert_artifact(&delete).await.unwrap().artifact.view;
    assert_eq!(world.store.base_text(&view).await.unwrap().as_deref(), Some(""));
    let write = ArtifactView { action: ArtifactAction::Write, ..view };
    assert!(world.store.base_text(&write).await.is_err(), "no text to make hunks of");
}

/// Two files of one change, of which one is taken back and written again.
#[tokio::test]
async fn one_file_of_a_change_is_taken_back_by_itself() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let b = propose(&world, operation, "b.rs", "new").await.artifact;
    let both = written(&world, &change(&world, operation, &[&a, &b])).await;
    let take_a = || NewChange {
        undoes: Some(both),
        extent: takes_back(both, &["a.rs"], &[]),
        ..change(&world, operation, &[&a])
    };
    let taken = written(&world, &take_a()).await;
    assert_eq!(
        (state(&world, &a).await, state(&world, &b).await),
        (ArtifactState::Undone, ArtifactState::Applied)
    );
    let left = world.store.change(both).await.unwrap();
    assert_eq!((left.files.len(), left.undone_at), (1, None));
    let error = world.store.begin_change(&take_a()).await.unwrap_err();
    assert_eq!(error.to_string(), "a.rs has been taken back already.");

    let redo = NewChange { undoes: Some(taken), ..change(&world, operation, &[&a]) };
    written(&world, &redo).await;
    assert_eq!(state(&world, &a).await, ArtifactState::Applied);
    let scope = ChangeScope::Project(world.project.id);
    assert_eq!(world.store.last_change(scope).await.unwrap(), Some(both), "what stands is the change itself");
    assert_eq!(world.store.last_undo(scope).await.unwrap(), None);

    let all = NewChange {
        undoes: Some(both),
        extent: takes_back(both, &["a.rs", "b.rs"], &[]),
        ..change(&world, operation, &[&a, &b])
    };
    written(&world, &all).await;
    assert!(world.store.change(both).await.unwrap().undone_at.is_some());
    assert_eq!(world.store.last_change(scope).await.unwrap(), None);
}

/// A part that was taken back stays what it was when the rest is undone before the part is written again.
#[tokio::test]
async fn a_part_outlives_the_undo_of_its_change() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let b = propose(&world, operation, "b.rs", "new").await.artifact;
    let both = written(&world, &change(&world, operation, &[&a, &b])).await;
    let part = NewChange {
        undoes: Some(both),
        extent: takes_back(both, &["a.rs"], &[]),
        ..change(&world, operation, &[&a])
    };
    let part = written(&world, &part).await;
    written(&world, &NewChange { undoes: Some(both), ..change(&world, operation, &[&b]) }).await;
    let redo = written(&world, &NewChange { undoes: Some(part), ..change(&world, operation, &[&a]) }).await;
    assert_eq!(
        (state(&world, &a).await, state(&world, &b).await),
        (ArtifactState::Applied, ArtifactState::Undone)
    );
    let last = world.store.last_change(ChangeScope::Project(world.project.id)).await.unwrap();
    assert_eq!(last, Some(redo), "it can be taken back again");
}

fn takes_back(change: ChangeId, paths: &[&str], set_aside: &[OperationId]) -> Extent {
    let file = |path: &&str| WrittenFile { change, path: (*path).to_owned() };
    Extent::TakesBack { files: paths.iter().map(file).collect(), set_aside: set_aside.to_vec() }
}

#[tokio::test]
async fn turns_are_set_aside_and_come_back() {
    let world = World::new().await;
    let mut operations = Vec::new();
    for text in ["one", "two", "three"] {
        let operation = world.begin(text).await;
        propose(&world, operation, &format!("{text}.rs"), "new").await;
        world.finish(operation, OperationStatus::Completed).await;
        operations.push(operation);
    }
    assert_eq!(seen(&world).await, "one two three | one two three | one two three | 3 artifacts");
    let later = world.store.operations_from(world.conversation, operations[1]).await.unwrap();
    assert_eq!(later, operations[1..]);
    world.store.set_operations_aside(&later).await.unwrap();
    assert_eq!(seen(&world).await, "one | one | one | 1 artifacts");
    assert_eq!(world.store.conversation(world.conversation).await.unwrap().last_response_id, None);
    assert!(world.store.operations_from(world.conversation, operations[1]).await.is_err());

    world.store.set_operations_aside(&operations[..1]).await.unwrap();
    assert_eq!(seen(&world).await, " |  |  | 0 artifacts");
    bring_back(&world).await.unwrap();
    assert_eq!(seen(&world).await, "one | one | one | 1 artifacts", "the last ones first");
    bring_back(&world).await.unwrap();
    assert_eq!(seen(&world).await, "one two three | one two three | one two three | 3 artifacts");
    let error = bring_back(&world).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }), "{error}");
    let told = world.told().await;
    assert_eq!(told[9..], ["10 rewound 2", "11 rewound 1", "12 unrewound 1", "13 unrewound 2"]);
}

async fn bring_back(world: &World) -> Result<Vec<Event>> {
    let last = world.store.last_set_aside(world.conversation).await?;
    world.store.bring_operations_back(&last.operations).await
}

/// Transcript, model's history, prompts, artifacts.
async fn seen(world: &World) -> String {
    let store = &world.store;
    let page = store.transcript(world.conversation, None, 10).await.unwrap();
    let turns: Vec<String> = page.turns.iter().map(|turn| turn.operation.user_message.clone()).collect();
    let history = store.history(world.conversation, 10).await.unwrap();
    let said =
        |item: &HistoryItem| item.item.trim_matches(['{', '}', '"']).rsplit('"').next().unwrap().to_owned();
    let history: Vec<String> = history.iter().map(said).collect();
    let prompts = store.prompts(world.project.id, 10).await.unwrap();
    let artifacts = store.artifacts(ArtifactFilter::default(), 10).await.unwrap().len();
    format!("{} | {} | {} | {artifacts} artifacts", turns.join(" "), history.join(" "), prompts.join(" "))
}

#[tokio::test]
async fn turns_go_together_with_their_files_or_not_at_all() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let first = written(&world, &change(&world, operation, &[&a])).await;
    let back = || NewChange {
        undoes: Some(first),
        extent: takes_back(first, &["a.rs"], &[operation]),
        ..change(&world, operation, &[&a])
    };
    let error = world.store.begin_change(&back()).await.unwrap_err();
    assert_eq!(error.to_string(), "A turn there is still at work. Stop it first.");
    assert_eq!(state(&world, &a).await, ArtifactState::Applied);
    world.finish(operation, OperationStatus::Completed).await;
    written(&world, &back()).await;
    assert_eq!(state(&world, &a).await, ArtifactState::Undone);
    assert!(world.store.transcript(world.conversation, None, 10).await.unwrap().turns.is_empty());
}
