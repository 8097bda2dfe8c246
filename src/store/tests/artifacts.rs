//! Proposals: versions, duplicates, decisions and short ids.

use super::*;
use crate::protocol::{ArtifactAction, ArtifactState, SyntaxErrorView};

/// A proposal over a file that says "base".
pub(super) fn proposal(world: &World, operation: OperationId, path: &str, content: &str) -> NewArtifact {
    NewArtifact {
        id: ArtifactId::new(&world.ids),
        operation_id: operation,
        path: path.to_owned(),
        kind: ArtifactKind::Code,
        language: Some("rust".to_owned()),
        content: content.to_owned(),
        base: Some(b"base".to_vec()),
        conflicts: Vec::new(),
        diff: "+x\n".to_owned(),
        added: 1,
        removed: 0,
        action: ArtifactAction::Write,
        is_new_file: false,
        previous_artifact_id: None,
        diff_from_previous: None,
        syntax_errors: Vec::new(),
        origin: Origin {
            related_files: vec!["b.rs".to_owned()],
            generated_by: Some("coder".to_owned()),
            ..Origin::default()
        },
    }
}

pub(super) async fn propose(
    world: &World,
    operation: OperationId,
    path: &str,
    content: &str,
) -> InsertedArtifact {
    world.store.insert_artifact(&proposal(world, operation, path, content)).await.unwrap()
}

#[tokio::test]
async fn a_proposal_is_told_and_its_pieces_are_dropped() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let delta = Body::ArtifactDelta {
        call_id: "call_1".to_owned(),
        path: "a.rs".to_owned(),
        content: "fn".to_owned(),
    };
    world.append(operation, vec![delta]).await;
    let error = SyntaxErrorView { line: 1, column: 4, message: "unexpected `c`".to_owned() };
    let new =
        NewArtifact { syntax_errors: vec![error.clone()], ..proposal(&world, operation, "a.rs", "abc") };
    let inserted = world.store.insert_artifact(&new).await.unwrap();
    assert_eq!(inserted.artifact.view.syntax_errors, [error]);
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(inserted.artifact.view.content_hash, hash);
    assert_eq!(world.told().await, ["1 pending", "3 a.rs pending"]);
    let stored: String =
        sqlx::query_scalar("SELECT event_data FROM operation_events WHERE event_type = 'artifact'")
            .fetch_one(&world.store.0.writer)
            .await
            .unwrap();
    assert!(!stored.contains("abc"), "the content is stored twice: {stored}");
    let events = world.store.events(world.conversation, 1, 10).await.unwrap();
    assert_eq!(events, inserted.events);
    assert_eq!(world.store.artifact(inserted.artifact.view.artifact_id).await.unwrap(), inserted.artifact);
}

#[tokio::test]
async fn the_same_proposal_is_stored_once_while_it_waits() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let first = propose(&world, operation, "a.rs", "one").await;
    let again = propose(&world, operation, "a.rs", "one").await;
    assert!(again.duplicate);
    assert_eq!(again.artifact, first.artifact);
    assert_eq!(again.events[0].body, first.events[0].body, "told again");
    let elsewhere = propose(&world, operation, "b.rs", "one").await;
    assert!(!elsewhere.duplicate);
    let moved_on = NewArtifact { base: None, ..proposal(&world, operation, "a.rs", "one") };
    assert!(!world.store.insert_artifact(&moved_on).await.unwrap().duplicate);
    world.store.reject_artifact(moved_on.id, None).await.unwrap();
    assert!(!propose(&world, operation, "a.rs", "one").await.duplicate);
}

#[tokio::test]
async fn a_proposal_made_again_passes_to_the_later_operation() {
    let world = World::new().await;
    let earlier = world.begin("Write").await;
    let old = propose(&world, earlier, "a.rs", "one").await.artifact;
    let later = world.begin("Write it after all").await;
    let new = propose(&world, later, "a.rs", "one").await;
    assert!(new.duplicate && new.artifact.operation_id == later);
    assert_eq!(new.artifact.view, old.view, "stored once");
}

#[tokio::test]
async fn a_newer_version_supersedes_the_one_that_waits() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let old = propose(&world, operation, "a.rs", "one").await.artifact.view;
    let latest = world.store.latest_artifact(world.project.id, "a.rs").await.unwrap().unwrap();
    let mut newer = proposal(&world, operation, "a.rs", "two");
    newer.previous_artifact_id = Some(latest.view.artifact_id);
    let inserted = world.store.insert_artifact(&newer).await.unwrap();
    let told: Vec<_> = inserted.events.iter().map(line).collect();
    assert_eq!(told, ["3 a.rs pending", "4 a.rs superseded"]);
    assert_eq!(inserted.artifact.view.previous_artifact_id, Some(old.artifact_id));
    let list = async |state| {
        let filter = ArtifactFilter {
            project: Some(world.project.id),
            conversation: Some(world.conversation),
            operation: Some(operation),
            state,
        };
        let found = world.store.artifacts(filter, 10).await.unwrap();
        found.into_iter().map(|artifact| artifact.view.content).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, ["two", "one"]);
    assert_eq!(list(Some(ArtifactState::Pending)).await, ["two"]);
    assert_eq!(list(Some(ArtifactState::Superseded)).await, ["one"]);
    assert!(world.store.latest_artifact(world.project.id, "z.rs").await.unwrap().is_none());
}

#[tokio::test]
async fn what_an_artifact_does_is_stored_and_tells_it_from_others() {
    let world = World::new().await;
    let operation = world.begin("Tidy up").await;
    propose(&world, operation, "a.rs", "").await;
    let delete = NewArtifact { action: ArtifactAction::Delete, ..proposal(&world, operation, "a.rs", "") };
    let deleted = world.store.insert_artifact(&delete).await.unwrap();
    let told: Vec<_> = deleted.events.iter().map(line).collect();
    assert_eq!(told, ["3 a.rs pending", "4 a.rs superseded"], "an empty file is another proposal");
    let action = ArtifactAction::Rename { from: "a.rs".to_owned() };
    let rename = NewArtifact { action: action.clone(), ..proposal(&world, operation, "b.rs", "one") };
    let renamed = world.store.insert_artifact(&rename).await.unwrap();
    let told: Vec<_> = renamed.events.iter().map(line).collect();
    assert_eq!(told, ["5 b.rs pending", "6 a.rs superseded"], "one of them can be done");
    assert_eq!(renamed.artifact.view.action, action);
    let waiting = world.store.waiting_rename(world.project.id, "a.rs").await.unwrap();
    assert_eq!(waiting.map(|artifact| artifact.view.path).as_deref(), Some("b.rs"));
    let again = propose(&world, operation, "a.rs", "two").await;
    assert_eq!(again.events.iter().map(line).collect::<Vec<_>>(), ["7 a.rs pending", "8 b.rs superseded"]);
}

#[tokio::test]
async fn of_an_edit_that_grows_the_newest_draft_is_kept() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let draft = |path: &str, diff: &str| Body::ArtifactDraft {
        call_id: "call_1".to_owned(),
        path: path.to_owned(),
        diff: diff.to_owned(),
    };
    world.append(operation, vec![draft("a.rs", "one")]).await;
    world.append(operation, vec![draft("b.rs", "other")]).await;
    world.append(operation, vec![draft("a.rs", "two")]).await;
    assert_eq!(world.told().await, ["1 pending", "3 draft b.rs \"other\"", "4 draft a.rs \"two\""]);
    propose(&world, operation, "a.rs", "abc").await;
    assert_eq!(world.told().await, ["1 pending", "3 draft b.rs \"other\"", "5 a.rs pending"]);
}

#[tokio::test]
async fn a_decision_is_made_once() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let id = propose(&world, operation, "a.rs", "one").await.artifact.view.artifact_id;
    let events = world.store.reject_artifact(id, None).await.unwrap();
    assert_eq!(line(&events[0]), "3 a.rs rejected");
    let error = world.store.reject_artifact(id, None).await.unwrap_err();
    assert_eq!(error.to_string(), format!("Artifact {id} (a.rs) does not wait any more: it is rejected."));
}

#[tokio::test]
async fn an_ended_operation_proposes_nothing() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    world.finish(operation, OperationStatus::Cancelled).await;
    let late = proposal(&world, operation, "a.rs", "one");
    let error = world.store.insert_artifact(&late).await.unwrap_err();
    assert!(matches!(error, StoreError::Ended { .. }));
}

#[tokio::test]
async fn a_short_id_fits_by_its_beginning_or_its_end() {
    let world = World::new().await;
    let operation = world.begin("Write").await;
    let mut ids = Vec::new();
    for path in ["a.rs", "b.rs"] {
        ids.push(propose(&world, operation, path, "one").await.artifact.view.artifact_id.to_string());
    }
    let find = async |text: &str| world.store.find_artifact(world.project.id, text).await;
    for id in &ids {
        assert_eq!(&find(&id.to_uppercase()).await.unwrap().view.artifact_id.to_string(), id);
        assert_eq!(&find(&id[..13]).await.unwrap().view.artifact_id.to_string(), id);
    }
    assert!(
        matches!(find(&ids[0][..4]).await.unwrap_err(), StoreError::Ambiguous { matches, .. } if matches.len() == 2)
    );
    for missing in ["", "ffffffff", "%", "0' OR 1"] {
        assert!(matches!(find(missing).await.unwrap_err(), StoreError::NotFound { .. }), "{missing}");
    }
    let other = world.store.project("/other", &world.ids).await.unwrap();
    let error = world.store.find_artifact(other.id, &ids[0]).await.unwrap_err();
    assert!(matches!(error, StoreError::NotFound { .. }));
}
