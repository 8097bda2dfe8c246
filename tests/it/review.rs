//! Reviewing proposals through the true engine: hunks taken and turned down, the user's own versions, files
//! that changed meanwhile, and what the models are told afterwards.

mod going_back;
mod killed;
mod shell;
pub(crate) mod wholes;

use mira::{
    demo::server::{Script, Turn},
    engine::EngineError,
    protocol::{ArtifactState, ArtifactView, Command, DiskState, Reply, ReviewView},
};
use serde_json::json;

use crate::support::world::World;

/// Twenty lines of words, so that edits far apart are hunks of their own.
pub(crate) fn lines(edits: &[(usize, &str)]) -> String {
    let line = |n| match edits.iter().find(|(at, _)| *at == n) {
        Some((_, "")) => String::new(),
        Some((_, new)) => format!("{new}\n"),
        None => format!("line {n}\n"),
    };
    (1..=20).map(line).collect()
}

/// The project: `a.txt` as it is before any edit.
pub(crate) fn project() -> String {
    format!("//- a.txt\n{}//- README.md\n# Sample\n", lines(&[]))
}

pub(crate) fn create(path: &str, content: &str) -> Turn {
    let arguments = json!({"path": path, "content": content, "kind": "document", "language": "text"});
    Turn::responses().text("I write it.").call("create_artifact", arguments)
}

/// Proposes the edits of `a.txt`, then says so.
pub(crate) fn proposes(edits: &[(usize, &str)]) -> Script {
    Script::new().turn(create("a.txt", &lines(edits))).turn(Turn::responses().round(1).text("It waits."))
}

const THREE: [(usize, &str); 3] = [(2, "two"), (10, "ten"), (18, "eighteen")];

/// A world in which three hunks for `a.txt` wait.
async fn waiting() -> (World, ArtifactView) {
    let world = World::new(&project(), proposes(&THREE)).await;
    let turn = world.ask("Spell some numbers").await;
    assert_eq!(turn.error(), None);
    let artifact = world.waiting().await.remove(0);
    (world, artifact)
}

async fn review(world: &World, artifact: &ArtifactView) -> ReviewView {
    world.handle().review(artifact.artifact_id).await.unwrap()
}

/// Writes hunks as they are shown.
async fn apply_hunks(world: &World, artifact: &ArtifactView, hunks: &[u32]) -> Result<Reply, EngineError> {
    let part = world.handle().part(artifact.artifact_id, hunks).await?;
    let apply = Command::ApplyHunks {
        artifact_id: artifact.artifact_id,
        hunks: part.hunks,
        expected_hash: part.hash,
    };
    world.handle().send(apply).await
}

async fn revised(world: &World, command: Command) -> ArtifactView {
    match world.handle().send(command).await.unwrap() {
        Reply::Revised { artifact } => *artifact,
        other => panic!("{other:?}"),
    }
}

async fn now(world: &World, artifact: &ArtifactView) -> ArtifactView {
    world.store.artifact(artifact.artifact_id).await.unwrap().view
}

#[tokio::test]
async fn a_review_shows_the_hunks_and_the_file_beside_them() {
    let (world, artifact) = waiting().await;
    let shown = review(&world, &artifact).await;
    assert_eq!((shown.base, shown.disk), (Some(lines(&[])), DiskState::Same));
    assert_eq!((shown.hunks.hunks.len(), shown.hunks.to_string()), (3, artifact.diff.clone()));
    world.project.write("a.txt", &lines(&[(6, "mine")]));
    let DiskState::Changed { merged } = review(&world, &artifact).await.disk else { panic!() };
    assert_eq!(merged.content, lines(&[(2, "two"), (6, "mine"), (10, "ten"), (18, "eighteen")]));
    assert_eq!(merged.conflicts, []);
    std::fs::remove_file(world.project.root().join("a.txt")).unwrap();
    assert_eq!(review(&world, &artifact).await.disk, DiskState::Missing);
    world.finish().await;
}

#[tokio::test]
async fn some_hunks_are_written_and_undone_and_written_again() {
    let (world, artifact) = waiting().await;
    let Reply::Applied { change } = apply_hunks(&world, &artifact, &[2, 0]).await.unwrap() else { panic!() };
    let part = lines(&[(2, "two"), (18, "eighteen")]);
    assert_eq!(world.project.read("a.txt"), part);
    let after = now(&world, &artifact).await;
    assert_eq!((after.state, after.taken), (ArtifactState::Applied, Some(vec![0, 2])));
    let undo = Command::Undo { change_id: change.change_id };
    let Reply::Applied { change: undone } = world.handle().send(undo).await.unwrap() else { panic!() };
    assert_eq!(
        (world.project.read("a.txt"), now(&world, &artifact).await.state),
        (lines(&[]), ArtifactState::Undone)
    );
    world.handle().send(Command::Undo { change_id: undone.change_id }).await.unwrap();
    assert_eq!(world.project.read("a.txt"), part);
    world.finish().await;
}

#[tokio::test]
async fn only_what_was_shown_is_written() {
    let (world, artifact) = waiting().await;
    let part = world.handle().part(artifact.artifact_id, &[0]).await.unwrap();
    let apply = |hunks: &[u32]| Command::ApplyHunks {
        artifact_id: artifact.artifact_id,
        hunks: hunks.to_vec(),
        expected_hash: part.hash.clone(),
    };
    for (hunks, sentence) in [
        (vec![0, 1], "a.txt with these hunks is not what was shown. Look again."),
        (vec![], "No hunk of a.txt was chosen. To turn it down, reject it."),
        (vec![7], "There is no hunk 7: they are numbered from 0 to 2."),
    ] {
        assert_eq!(world.handle().send(apply(&hunks)).await.unwrap_err().to_string(), sentence);
    }
    world.project.write("a.txt", &lines(&[(6, "mine")]));
    let error = world.handle().send(apply(&[0])).await.unwrap_err().to_string();
    assert!(error.contains(&format!("mira artifacts rebase {}", artifact.artifact_id)), "{error}");
    assert_eq!(world.project.read("a.txt"), lines(&[(6, "mine")]));
    world.finish().await;
}

#[tokio::test]
async fn a_hunk_that_was_turned_down_leaves_the_others_waiting() {
    let (world, artifact) = waiting().await;
    let reject = Command::Reject { artifact_id: artifact.artifact_id, hunks: Some(vec![1]), reason: None };
    let left = revised(&world, reject).await;
    assert_eq!(left.content, lines(&[(2, "two"), (18, "eighteen")]));
    assert_eq!((left.state, left.previous_artifact_id), (ArtifactState::Pending, Some(artifact.artifact_id)));
    assert_eq!(now(&world, &artifact).await.state, ArtifactState::Superseded);
    let all = Command::Reject { artifact_id: left.artifact_id, hunks: Some(vec![0, 1]), reason: None };
    assert_eq!(world.handle().send(all).await.unwrap(), Reply::Done, "nothing is left of it");
    assert_eq!(now(&world, &left).await.state, ArtifactState::Rejected);
    world.finish().await;
}

#[tokio::test]
async fn the_models_are_told_what_was_turned_down_and_why() {
    let coder = "<artifact path=\"b.txt\">\nb\n</artifact>\n";
    let brief = json!({"path": "b.txt", "task": "b", "language": null, "requirements": [], "constraints": [],
                       "context_paths": []});
    let told = "The user turned down in a.txt because: ten is fine:\n```diff\n@@ -7,7 +7,7 @@";
    let script = Script::new()
        .turn(create("a.txt", &lines(&THREE)))
        .turn(Turn::responses().round(1).text("It waits."))
        .turn(Turn::responses().user_says(told).call("generate_code", brief))
        .turn(Turn::chat().user_says(told).text(coder))
        .turn(Turn::responses().round(1).text("There."));
    let world = World::new(&project(), script).await;
    let turn = world.ask("Spell some numbers").await;
    let artifact = world.waiting().await.remove(0);
    let reason = Some("ten is fine".to_owned());
    world
        .handle()
        .send(Command::Reject { artifact_id: artifact.artifact_id, hunks: Some(vec![1]), reason })
        .await
        .unwrap();
    let next = world.ask_in(Some(turn.conversation), "Now b").await;
    assert_eq!((next.error(), next.said()), (None, vec!["There."]));
    world.finish().await;
}

#[tokio::test]
async fn the_users_own_text_takes_the_place_of_the_proposal() {
    let (world, artifact) = waiting().await;
    let revise = |content: String| Command::Revise { artifact_id: artifact.artifact_id, content };
    let error = world.handle().send(revise(lines(&[]))).await.unwrap_err().to_string();
    assert!(error.starts_with("a.txt would stay as it is."), "{error}");
    let mine = revised(&world, revise(lines(&[(5, "mine")]))).await;
    assert_eq!((review(&world, &mine).await.hunks.hunks.len(), mine.added), (1, 1));
    world.apply(&[mine]).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&[(5, "mine")]));
    world.finish().await;
}

#[tokio::test]
async fn a_proposal_is_merged_with_a_file_that_changed() {
    let (world, artifact) = waiting().await;
    let rebase = Command::Rebase { artifact_id: artifact.artifact_id };
    let error = world.handle().send(rebase.clone()).await.unwrap_err().to_string();
    assert_eq!(error, "a.txt is as the proposal expects it: there is nothing to merge.");
    world.project.write("a.txt", &lines(&[(6, "mine")]));
    let error = world.apply(std::slice::from_ref(&artifact)).await.unwrap_err().to_string();
    assert!(error.ends_with(&format!("mira artifacts rebase {}", artifact.artifact_id)), "{error}");
    let merged = revised(&world, rebase).await;
    let shown = review(&world, &merged).await;
    assert_eq!((shown.disk, shown.conflicts, shown.hunks.hunks.len()), (DiskState::Same, vec![], 3));
    world.apply(&[merged]).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&[(2, "two"), (6, "mine"), (10, "ten"), (18, "eighteen")]));
    world.finish().await;
}

#[tokio::test]
async fn a_conflict_is_a_hunk_that_is_never_written_unseen() {
    let (world, artifact) = waiting().await;
    world.project.write("a.txt", &lines(&[(10, "mine")]));
    let merged = revised(&world, Command::Rebase { artifact_id: artifact.artifact_id }).await;
    let shown = review(&world, &merged).await;
    assert_eq!((shown.conflicts.as_slice(), shown.hunks.hunks.len()), (&[1][..], 3));
    let hunk = shown.hunks.hunks[1].to_string();
    assert!(hunk.contains("-mine\n+ten\n"), "both sides: {hunk}");
    let error = world.apply(std::slice::from_ref(&merged)).await.unwrap_err().to_string();
    assert!(
        error.starts_with("The proposal for a.txt replaces lines that you have edited, in 1 place."),
        "{error}"
    );
    assert_eq!(world.project.read("a.txt"), lines(&[(10, "mine")]));
    apply_hunks(&world, &merged, &[0, 2]).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&[(2, "two"), (10, "mine"), (18, "eighteen")]));
    world.finish().await;
}

#[tokio::test]
async fn files_that_vanished_or_appeared_are_proposed_in_full_view() {
    let (world, artifact) = waiting().await;
    std::fs::remove_file(world.project.root().join("a.txt")).unwrap();
    let anew = revised(&world, Command::Rebase { artifact_id: artifact.artifact_id }).await;
    let shown = review(&world, &anew).await;
    assert!(anew.is_new_file && shown.base.is_none() && shown.conflicts == [0], "{anew:?}");
    world.project.write("a.txt", "mine\n");
    assert_eq!(review(&world, &anew).await.disk, DiskState::Appeared);
    let over = revised(&world, Command::Rebase { artifact_id: anew.artifact_id }).await;
    assert_eq!(review(&world, &over).await.conflicts, [0]);
    assert!(over.diff.contains("-mine\n"), "{}", over.diff);
    apply_hunks(&world, &over, &[0]).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&THREE));
    world.finish().await;
}
