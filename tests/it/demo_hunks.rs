//! The demo's second scene is made to be taken in part: its test of the new command can be dropped, and the
//! sample builds with the rest of it, without it, and with it again.

use std::path::Path;

use mira::{
    demo::{Demo, Pace, scenes},
    engine::EngineHandle,
    protocol::{
        ArtifactId, ArtifactState, ArtifactView, Body, ClientContext, Command, Reply, TakeBack, UndoScope,
    },
};

use crate::demo_sample::{cargo_test, failed_tests};

/// Fails unless `lib.rs` has all of the new command but its test.
pub(crate) fn check_part(lib: &str) {
    assert!(lib.contains("pub mod settle;") && lib.contains("\"settle\" => Ok(payments(ledger))"), "{lib}");
    assert!(!lib.contains("settling_prints_one_payment_a_line"), "{lib}");
}

/// Fails unless the sample builds and all its tests pass but the one that the third scene mends.
pub(crate) fn check_builds(project: &Path) {
    if let Some(report) = cargo_test(project) {
        assert_eq!(failed_tests(&report), ["ledger::tests::balances_add_up_to_zero"], "{report}");
    }
}

/// Plays the second scene; what waits then, `src/lib.rs` first.
async fn proposed(engine: &EngineHandle) -> [ArtifactView; 2] {
    let scene = scenes::all().unwrap().remove(1);
    let prompt =
        Command::Prompt { conversation_id: None, text: scene.prompt, context: ClientContext::default() };
    let Reply::Accepted { conversation_id, since, .. } = engine.send(prompt).await.unwrap() else { panic!() };
    let mut feed = engine.subscribe(conversation_id, since);
    let ends = |body: &Body| matches!(body, Body::OperationStatus { status, .. } if status.is_terminal());
    while !feed.next().await.unwrap().iter().any(|event| ends(&event.body)) {}
    let mut artifacts = engine.artifacts(Some(conversation_id), true, 10).await.unwrap();
    artifacts.sort_by(|a, b| a.path.cmp(&b.path));
    artifacts.try_into().unwrap()
}

async fn state(engine: &EngineHandle, id: ArtifactId) -> ArtifactState {
    engine.review(id).await.unwrap().artifact.state
}

#[tokio::test]
async fn one_hunk_can_be_dropped_and_the_sample_builds_in_every_state() {
    let demo = Demo::start(Pace::Fast).await.unwrap();
    let (engine, project) = (demo.engine.handle(), demo.project());
    let lib = || std::fs::read_to_string(project.join("src/lib.rs")).unwrap();
    let before = lib();
    let [artifact, settle] = proposed(&engine).await;
    let id = artifact.artifact_id;
    assert_eq!(engine.review(id).await.unwrap().hunks.hunks.len(), 3);
    engine.send(Command::Apply { artifact_ids: vec![settle.artifact_id] }).await.unwrap();

    let part = engine.part(id, &[0, 1]).await.unwrap();
    let write = Command::ApplyHunks { artifact_id: id, hunks: part.hunks, expected_hash: part.hash };
    engine.send(write).await.unwrap();
    assert_eq!((state(&engine, id).await, lib()), (ArtifactState::Applied, part.content.clone()));
    check_part(&part.content);
    check_builds(&project);

    engine.send(Command::TakeBack { what: TakeBack::Artifact(id) }).await.unwrap();
    assert_eq!((state(&engine, id).await, lib()), (ArtifactState::Undone, before));
    check_builds(&project);

    let redo = engine.redo_preview(UndoScope::Artifact(id)).await.unwrap().unwrap();
    engine.send(Command::Undo { change_id: redo.change.change_id }).await.unwrap();
    assert_eq!((state(&engine, id).await, lib()), (ArtifactState::Applied, part.content));
    check_builds(&project);
    demo.engine.stop().await;
}
