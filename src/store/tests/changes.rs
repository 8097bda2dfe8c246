//! The undo journal.

use super::{artifacts::propose, *};
use crate::protocol::ArtifactState;

fn text(content: &str) -> Option<FileState> {
    Some(FileState { content: content.into(), mode: Some(0o644) })
}

/// A change that turns "old" into the content of each artifact.
pub(super) fn change(world: &World, operation: OperationId, artifacts: &[&Artifact]) -> NewChange {
    let file = |artifact: &&Artifact| ChangedFile {
        path: artifact.view.path.clone(),
        artifact_id: Some(artifact.view.artifact_id),
        before: text("old"),
        after: text(&artifact.view.content),
    };
    NewChange {
        id: ChangeId::new(&world.ids),
        project_id: world.project.id,
        operation_id: operation,
        undoes: None,
        files: artifacts.iter().map(file).collect(),
        created_dirs: Vec::new(),
        removed_dirs: Vec::new(),
        extent: Extent::Whole,
    }
}

async fn state(world: &World, artifact: &Artifact) -> ArtifactState {
    world.store.artifact(artifact.view.artifact_id).await.unwrap().view.state
}

/// The change that "undo" means: the same whichever way one looks for it.
async fn last_change(world: &World, artifact: &Artifact) -> Option<ChangeId> {
    let scopes = [
        ChangeScope::Project(world.project.id),
        ChangeScope::Conversation(world.conversation),
        ChangeScope::Artifact(artifact.view.artifact_id),
    ];
    let mut found = Vec::new();
    for scope in scopes {
        found.push(world.store.last_change(scope).await.unwrap());
    }
    found.dedup();
    assert_eq!(found.len(), 1, "{found:?}");
    found[0]
}

#[tokio::test]
async fn a_change_is_applied_undone_and_redone() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let b = propose(&world, operation, "b.rs", "new").await.artifact;
    world.finish(operation, OperationStatus::Completed).await;
    let new = change(&world, operation, &[&a, &b]);
    world.store.begin_change(&new).await.unwrap();
    assert_eq!(state(&world, &a).await, ArtifactState::Pending);
    let (view, events) = world.store.finish_change(new.id).await.unwrap();
    assert_eq!(line(&events[0]), "5 applied a.rs");
    assert_eq!(view.files.len(), 2);
    assert_eq!(view.files[0].after_hash.as_ref(), Some(&a.view.content_hash));
    assert_eq!(state(&world, &b).await, ArtifactState::Applied);
    assert_eq!(last_change(&world, &a).await, Some(new.id));

    let stored = world.store.change(new.id).await.unwrap();
    assert_eq!((loaded(&world.store, &stored).await, stored.root.as_str()), (new.files, "/project"));
    let undo = inverse(&world, &stored).await;
    assert_eq!(undo.files[0].after, text("old"));
    world.store.begin_change(&undo).await.unwrap();
    let (view, _) = world.store.finish_change(undo.id).await.unwrap();
    assert_eq!(view.undoes, Some(new.id));
    assert_eq!(state(&world, &a).await, ArtifactState::Undone);
    assert_eq!(last_change(&world, &a).await, None);

    let redo = inverse(&world, &world.store.change(undo.id).await.unwrap()).await;
    world.store.begin_change(&redo).await.unwrap();
    world.store.finish_change(redo.id).await.unwrap();
    assert_eq!(state(&world, &a).await, ArtifactState::Applied);
    assert_eq!(last_change(&world, &a).await, Some(redo.id));
    let again = NewChange { id: ChangeId::new(&world.ids), ..redo };
    let error = world.store.begin_change(&again).await.unwrap_err();
    assert!(error.to_string().ends_with("cannot be undone: it has been undone already."), "{error}");
    let changes = world.store.changes(world.project.id, 10).await.unwrap();
    let undone: Vec<_> = changes.iter().map(|change| change.undone_at.is_some()).collect();
    assert_eq!(undone, [false, true, true]);
}

#[tokio::test]
async fn an_artifact_is_applied_once() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let first = change(&world, operation, &[&a]);
    world.store.begin_change(&first).await.unwrap();
    let second = change(&world, operation, &[&a]);
    let error = world.store.begin_change(&second).await.unwrap_err();
    assert_eq!(error.to_string(), "a.rs is being written by another Mira. Try again in a moment.");
    world.store.finish_change(first.id).await.unwrap();
    let error = world.store.begin_change(&second).await.unwrap_err();
    assert!(error.to_string().ends_with("does not wait any more: it is applied."), "{error}");
    let error = world.store.finish_change(first.id).await.unwrap_err();
    assert_eq!(error.to_string(), format!("Change {} is applied already.", first.id));
}

#[tokio::test]
async fn an_aborted_change_leaves_its_artifacts_waiting() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let first = change(&world, operation, &[&a]);
    world.store.begin_change(&first).await.unwrap();
    world.store.abort_change(first.id).await.unwrap();
    assert_eq!(state(&world, &a).await, ArtifactState::Pending);
    assert!(world.store.changes(world.project.id, 10).await.unwrap().is_empty());
    let undo = inverse(&world, &world.store.change(first.id).await.unwrap()).await;
    let error = world.store.begin_change(&undo).await.unwrap_err();
    assert!(error.to_string().ends_with("cannot be undone: it was never finished."), "{error}");
    world.store.begin_change(&change(&world, operation, &[&a])).await.unwrap();
}

#[tokio::test]
async fn new_and_removed_files_and_any_bytes_are_journaled_and_equal_ones_stored_once() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let bytes = Some(FileState { content: vec![0, 255, 13, 10].into(), mode: None });
    let file = |path: &str, before: &Option<FileState>, after: &Option<FileState>| ChangedFile {
        path: path.to_owned(),
        artifact_id: None,
        before: before.clone(),
        after: after.clone(),
    };
    let mut new = change(&world, operation, &[]);
    new.files =
        vec![file("new", &None, &bytes), file("gone", &bytes, &None), file("empty", &None, &text(""))];
    world.store.begin_change(&new).await.unwrap();
    let stored = world.store.change(new.id).await.unwrap();
    assert_eq!(loaded(&world.store, &stored).await, new.files);
    let contents: i64 =
        sqlx::query_scalar("SELECT count(*) FROM contents").fetch_one(&world.store.0.writer).await.unwrap();
    assert_eq!(contents, 2);
}

#[tokio::test]
async fn a_change_that_a_dead_program_left_is_taken_over_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mira.db");
    let open = async || Store::open(&path, 1, Clock::fixed(1)).await.unwrap();
    let store = open().await;
    let project = store.project("/project", &IdSource::seeded(2)).await.unwrap();
    let world = World { store, project, ..World::new().await };
    let operation = world.begin("Write").await;
    let a = propose(&world, operation, "a.rs", "new").await.artifact;
    let left = change(&world, operation, &[&a]);
    world.store.begin_change(&left).await.unwrap();

    let next = open().await;
    assert!(next.recover_changes(world.project.id).await.unwrap().is_empty(), "its owner lives");
    world.store.close().await;
    let World { store, project, .. } = world;
    drop(store);
    let taken = next.recover_changes(project.id).await.unwrap();
    assert_eq!((taken[0].id, loaded(&next, &taken[0]).await), (left.id, left.files));
    assert!(open().await.recover_changes(project.id).await.unwrap().is_empty());
    next.finish_change(left.id).await.unwrap();
    assert_eq!(next.artifact(a.view.artifact_id).await.unwrap().view.state, ArtifactState::Applied);
}

/// The files of a change with what they are made of.
async fn loaded(store: &Store, change: &Change) -> Vec<ChangedFile> {
    let states = change.files.iter().flat_map(|file| [&file.before, &file.after]).flatten();
    let contents = store.contents(&states.map(|state| state.hash.clone()).collect()).await.unwrap();
    let state = |kept: &KeptState| FileState { content: contents[&kept.hash].clone(), mode: kept.mode };
    let file = |file: &KeptFile| ChangedFile {
        path: file.path.clone(),
        artifact_id: file.artifact_id,
        before: file.before.as_ref().map(state),
        after: file.after.as_ref().map(state),
    };
    change.files.iter().map(file).collect()
}

/// The change that takes `change` back.
async fn inverse(world: &World, change: &Change) -> NewChange {
    let turned = |file: ChangedFile| ChangedFile { before: file.after, after: file.before, ..file };
    NewChange {
        id: ChangeId::new(&world.ids),
        project_id: change.project_id,
        operation_id: change.operation_id,
        undoes: Some(change.id),
        files: loaded(&world.store, change).await.into_iter().map(turned).collect(),
        created_dirs: change.removed_dirs.clone(),
        removed_dirs: change.created_dirs.iter().rev().cloned().collect(),
        extent: Extent::Whole,
    }
}
