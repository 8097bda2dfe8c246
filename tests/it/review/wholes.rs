//! Deleting and renaming under review: looked at like any proposal, decided as a whole, taken back as a whole.

use mira::{
    demo::server::{Script, Turn},
    protocol::{ArtifactState, ArtifactView, Body, Command, DiskState, Reply, TakeBack},
};
use serde_json::json;

use super::{now, review};
use crate::{exec::PROJECT, support::world::World};

/// Proposes to delete the README and to rename the library.
pub(crate) fn tidies_up() -> Script {
    let brief = json!({
        "path": "src/lib.rs", "task": "Tidy up.", "requirements": [], "constraints": [], "context_paths": [],
    });
    let answer = "<delete path=\"README.md\"/>\n<rename from=\"src/lib.rs\" to=\"src/one.rs\"/>\n";
    Script::new()
        .turn(Turn::responses().call("refactor_code", brief))
        .turn(Turn::chat().text(answer))
        .turn(Turn::responses().round(1).text("Proposed."))
}

/// A deletion of the README and a rename of the library wait, in this order.
async fn waiting() -> (World, crate::support::world::Turn, [ArtifactView; 2]) {
    let world = World::new(PROJECT, tidies_up()).await;
    let turn = world.ask("Tidy up").await;
    assert_eq!(turn.error(), None);
    let waiting = world.waiting().await.try_into().unwrap();
    (world, turn, waiting)
}

#[tokio::test]
async fn what_is_deleted_or_renamed_is_decided_as_a_whole() {
    let (world, _, artifacts) = waiting().await;
    let sentences = [
        "README.md would be deleted: that is decided as a whole.",
        "src/lib.rs would be renamed to src/one.rs: that is decided as a whole.",
    ];
    for (artifact, sentence) in artifacts.iter().zip(sentences) {
        let artifact_id = artifact.artifact_id;
        let part = world.handle().part(artifact_id, &[0]).await.unwrap_err();
        assert_eq!(part.to_string(), sentence);
        let hunks = vec![0];
        for command in [
            Command::ApplyHunks { artifact_id, hunks: hunks.clone(), expected_hash: String::new() },
            Command::Reject { artifact_id, hunks: Some(hunks), reason: None },
            Command::Revise { artifact_id, content: "mine\n".to_owned() },
            Command::Rebase { artifact_id },
        ] {
            assert_eq!(world.handle().send(command).await.unwrap_err().to_string(), sentence);
        }
        assert_eq!(now(&world, artifact).await.state, ArtifactState::Pending);
        let reject = Command::Reject { artifact_id, hunks: None, reason: Some("no".to_owned()) };
        assert_eq!(world.handle().send(reject).await.unwrap(), Reply::Done);
        assert_eq!(now(&world, artifact).await.state, ArtifactState::Rejected);
    }
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs"]);
    world.finish().await;
}

#[tokio::test]
async fn they_are_reviewed_beside_the_file_they_were_made_against() {
    let (world, _, artifacts) = waiting().await;
    let bases = ["# Sample\n", "pub fn one() -> u32 {\n    1\n}\n"];
    for (artifact, base) in artifacts.iter().zip(bases) {
        let shown = review(&world, artifact).await;
        assert_eq!((shown.base.as_deref(), shown.disk), (Some(base), DiskState::Same));
        world.project.write(artifact.base_path(), &format!("{base}// mine\n"));
        let disk = review(&world, artifact).await.disk;
        assert!(matches!(disk, DiskState::Changed { .. }), "{disk:?}");
        let refused = world.apply(std::slice::from_ref(artifact)).await.unwrap_err().to_string();
        assert!(refused.ends_with("look at them and propose again"), "no merge is offered: {refused}");
    }
    world.finish().await;
}

/// How often an artifact has been told of.
async fn told(world: &World, turn: &crate::support::world::Turn, artifact: &ArtifactView) -> usize {
    let events = world.store.events(turn.conversation, 0, 1_000).await.unwrap();
    let of_it = |body: &Body| matches!(body, Body::Artifact { artifact: one } if one.artifact_id == artifact.artifact_id);
    events.iter().filter(|event| of_it(&event.body)).count()
}

#[tokio::test]
async fn a_rename_is_taken_back_by_itself_and_told_once() {
    let (world, turn, artifacts) = waiting().await;
    world.apply(&artifacts).await.unwrap();
    let rename = &artifacts[1];
    let before = told(&world, &turn, rename).await;
    let what = TakeBack::Artifact(rename.artifact_id);
    let preview = world.handle().take_back_preview(what).await.unwrap();
    let paths: Vec<&str> = preview.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!((paths, preview.conflicts), (vec!["src/lib.rs", "src/one.rs"], 0));
    let back = world.handle().send(Command::TakeBack { what }).await.unwrap();
    let Reply::Applied { change } = back else { panic!("{back:?}") };
    assert_eq!(world.project.files(), ["src/lib.rs"], "the README stays away");
    assert_eq!(now(&world, rename).await.state, ArtifactState::Undone);
    assert_eq!(told(&world, &turn, rename).await, before + 1);
    world.handle().send(Command::Undo { change_id: change.change_id }).await.unwrap();
    assert_eq!(world.project.files(), ["src/one.rs"]);
    assert_eq!(now(&world, rename).await.state, ArtifactState::Applied);
    world.handle().send(Command::TakeBack { what: TakeBack::Operation(turn.operation) }).await.unwrap();
    assert_eq!(world.project.files(), ["README.md", "src/lib.rs"]);
    world.finish().await;
}

#[tokio::test]
async fn a_new_version_is_checked_for_syntax_like_the_first() {
    let arguments =
        json!({"path": "src/two.rs", "content": "fn two() {}\n", "kind": "code", "language": "rust"});
    let script = Script::new()
        .turn(Turn::responses().text("I write it.").call("create_artifact", arguments))
        .turn(Turn::responses().round(1).text("It waits."));
    let world = World::new(PROJECT, script).await;
    world.ask("Two").await;
    let artifact = world.waiting().await.remove(0);
    assert_eq!(artifact.syntax_errors, []);
    let content = "fn two() {\n".to_owned();
    let broken = super::revised(&world, Command::Revise { artifact_id: artifact.artifact_id, content }).await;
    assert_eq!(broken.syntax_errors.len(), 1, "{broken:?}");
    let content = "fn three() {}\n".to_owned();
    let whole = super::revised(&world, Command::Revise { artifact_id: broken.artifact_id, content }).await;
    assert_eq!(whole.syntax_errors, []);
    world.finish().await;
}
