//! Taking work back: one artifact, one operation, everything since a point of a conversation.

use mira::{
    demo::server::{Script, Turn},
    protocol::{
        ArtifactState, Body, ChangeId, Command, ConversationId, OperationId, Reply, RewindPreview,
        RewindWhat, TakeBack,
    },
};

use super::{create, lines, project};
use crate::support::world::World;

/// A conversation of two turns whose files are written: `a.txt` twice, `b.txt` once.
async fn two_turns() -> (World, ConversationId, [OperationId; 2]) {
    let waits = |turn: Turn| turn.round(1).text("It waits.");
    let script = Script::new()
        .turn(create("a.txt", &lines(&[(2, "two")])).user_says("First"))
        .turn(waits(Turn::responses()).user_says("First"))
        .turn(
            create("a.txt", &lines(&[(2, "two"), (18, "eighteen")]))
                .user_says("Second")
                .call("create_artifact", b()),
        )
        .turn(waits(Turn::responses()).user_says("Second"))
        .turn(Turn::responses().user_says("Third").text("Gladly.").repeat());
    let world = World::new(&project(), script).await;
    let first = world.ask("First").await;
    world.apply(&world.waiting().await).await.unwrap();
    let second = world.ask_in(Some(first.conversation), "Second").await;
    world.apply(&world.waiting().await).await.unwrap();
    assert_eq!((first.error(), second.error()), (None, None));
    assert_eq!(world.project.files(), ["README.md", "a.txt", "b.txt"]);
    (world, first.conversation, [first.operation, second.operation])
}

fn b() -> serde_json::Value {
    serde_json::json!({"path": "b.txt", "content": "b\n", "kind": "document", "language": "text"})
}

/// Each file as `path +added -removed`, turns, conflicts.
fn told(preview: &RewindPreview) -> String {
    let file = |file: &mira::protocol::UndoFile| format!("{} +{} -{}", file.path, file.added, file.removed);
    let files: Vec<String> = preview.files.iter().map(file).collect();
    format!("{}; {} turns; {} conflicts", files.join(", "), preview.turns, preview.conflicts)
}

async fn rewind(
    world: &World,
    conversation_id: ConversationId,
    before: OperationId,
    what: RewindWhat,
) -> (Option<ChangeId>, u32) {
    match world.handle().send(Command::Rewind { conversation_id, before, what }).await.unwrap() {
        Reply::Rewound { change, turns } => (change.map(|change| change.change_id), turns),
        other => panic!("{other:?}"),
    }
}

async fn prompts(world: &World, conversation: ConversationId) -> Vec<String> {
    let page = world.handle().transcript(conversation, None, 10).await.unwrap();
    page.turns.into_iter().map(|turn| turn.operation.user_message).collect()
}

#[tokio::test]
async fn files_and_chat_go_back_together_and_come_back() {
    let (world, conversation, [first, second]) = two_turns().await;
    let handle = world.handle();
    let preview = handle.rewind_preview(conversation, first, RewindWhat::Both).await.unwrap();
    assert_eq!(told(&preview), "a.txt +2 -2, b.txt +0 -1; 2 turns; 0 conflicts");
    let preview = handle.rewind_preview(conversation, second, RewindWhat::Chat).await.unwrap();
    assert_eq!(told(&preview), "; 1 turns; 0 conflicts");

    let (change, turns) = rewind(&world, conversation, first, RewindWhat::Both).await;
    assert_eq!((world.project.read("a.txt"), world.project.files().len(), turns), (lines(&[]), 2, 2));
    assert_eq!(prompts(&world, conversation).await, [""; 0]);
    assert_eq!(handle.prompt_history(10).await.unwrap(), [""; 0]);
    let mut feed = handle.subscribe(conversation, 0);
    let rewound =
        feed.ready().await.unwrap().into_iter().any(|event| matches!(event.body, Body::Rewound { .. }));
    assert!(rewound, "events tell every change");

    assert!(change.is_some());
    let reply = handle.send(Command::Unrewind { conversation_id: conversation }).await.unwrap();
    assert!(matches!(reply, Reply::Applied { change: ref back } if back.undoes == change), "{reply:?}");
    assert_eq!(prompts(&world, conversation).await, ["First", "Second"]);
    assert_eq!(world.project.read("a.txt"), lines(&[(2, "two"), (18, "eighteen")]));
    assert_eq!(world.project.read("b.txt"), "b\n");
    let states = world.store.artifacts(Default::default(), 10).await.unwrap();
    assert!(states.iter().all(|artifact| artifact.view.state == ArtifactState::Applied), "{states:#?}");

    let (_, turns) = rewind(&world, conversation, second, RewindWhat::Files).await;
    assert_eq!((world.project.read("a.txt"), turns), (lines(&[(2, "two")]), 0));
    world.finish().await;
}

/// Turns and files come back together or not at all.
#[tokio::test]
async fn a_file_that_was_edited_since_stands_in_the_way_of_coming_back() {
    let (world, conversation, [first, _]) = two_turns().await;
    rewind(&world, conversation, first, RewindWhat::Both).await;
    world.project.write("a.txt", &lines(&[(2, "mine")]));
    let before = world.project.tree();
    let unrewind = Command::Unrewind { conversation_id: conversation };
    let error = world.handle().send(unrewind.clone()).await.unwrap_err().to_string();
    assert!(error.starts_with("a.txt has been edited since at line 2;"), "{error}");
    assert_eq!((world.project.tree(), prompts(&world, conversation).await), (before, Vec::new()));

    world.project.write("a.txt", &lines(&[(9, "mine")]));
    world.handle().send(unrewind).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&[(2, "two"), (9, "mine"), (18, "eighteen")]));
    assert_eq!(prompts(&world, conversation).await, ["First", "Second"]);
    world.finish().await;
}

/// What the user has brought back alone is not written twice, and turns without files need none.
#[tokio::test]
async fn turns_come_back_alone_where_there_are_no_files_to_bring_back() {
    let (world, conversation, [first, second]) = two_turns().await;
    let unrewind = Command::Unrewind { conversation_id: conversation };
    let (change, _) = rewind(&world, conversation, first, RewindWhat::Both).await;
    world.handle().send(Command::Undo { change_id: change.unwrap() }).await.unwrap();
    let before = world.project.tree();
    assert_eq!(world.handle().send(unrewind.clone()).await.unwrap(), Reply::Done);
    rewind(&world, conversation, second, RewindWhat::Chat).await;
    assert_eq!(world.handle().send(unrewind).await.unwrap(), Reply::Done);
    assert_eq!((world.project.tree(), prompts(&world, conversation).await.len()), (before, 2));
    world.finish().await;
}

#[tokio::test]
async fn a_turn_that_was_set_aside_is_not_told_to_the_planner() {
    let (world, conversation, [_, second]) = two_turns().await;
    rewind(&world, conversation, second, RewindWhat::Chat).await;
    let third = world.ask_in(Some(conversation), "Third").await;
    assert_eq!(third.said(), ["Gladly."]);
    let sent = world.server.requests().pop().unwrap().body.to_string();
    assert!(sent.contains("First") && !sent.contains("Second") && !sent.contains("b.txt: "), "{sent}");
    assert_eq!(world.project.read("b.txt"), "b\n", "files stay");
    world.finish().await;
}

#[tokio::test]
async fn an_edit_elsewhere_is_kept_and_one_in_the_way_is_named() {
    let (world, conversation, [first, second]) = two_turns().await;
    world.project.write("a.txt", &lines(&[(2, "two"), (9, "mine"), (18, "eighteen")]));
    let (change, _) = rewind(&world, conversation, first, RewindWhat::Files).await;
    assert_eq!(world.project.read("a.txt"), lines(&[(9, "mine")]));
    world.handle().send(Command::Undo { change_id: change.unwrap() }).await.unwrap();
    world.project.write("a.txt", &lines(&[(2, "two"), (18, "mine")]));
    let before = world.project.tree();
    for what in [RewindWhat::Files, RewindWhat::Both] {
        let preview = world.handle().rewind_preview(conversation, second, what).await.unwrap();
        let conflict = preview.files[0].conflict.as_deref().unwrap_or_default();
        assert!(conflict.starts_with("a.txt has been edited since at line 18;"), "{conflict}");
        assert_eq!(preview.conflicts, 1);
        let command = Command::Rewind { conversation_id: conversation, before: second, what };
        let error = world.handle().send(command).await.unwrap_err().to_string();
        assert!(error.contains("line 18"), "{error}");
    }
    assert_eq!(world.project.tree(), before, "all or nothing");
    assert_eq!(prompts(&world, conversation).await.len(), 2);
    world.finish().await;
}

#[tokio::test]
async fn one_artifact_or_one_operation_is_taken_back() {
    let (world, _, [first, second]) = two_turns().await;
    let artifacts = world.store.artifacts(Default::default(), 10).await.unwrap();
    let b = artifacts.iter().find(|artifact| artifact.view.path == "b.txt").unwrap().view.artifact_id;
    let what = TakeBack::Artifact(b);
    assert_eq!(
        told(&world.handle().take_back_preview(what).await.unwrap()),
        "b.txt +0 -1; 0 turns; 0 conflicts"
    );
    let Reply::Applied { change } = world.handle().send(Command::TakeBack { what }).await.unwrap() else {
        panic!()
    };
    assert_eq!(world.project.files(), ["README.md", "a.txt"]);
    assert_eq!(world.project.read("a.txt"), lines(&[(2, "two"), (18, "eighteen")]), "and nothing beside it");
    let error = world.handle().send(Command::TakeBack { what }).await.unwrap_err().to_string();
    assert_eq!(error, "Nothing of it is on disk.");
    world.handle().send(Command::Undo { change_id: change.change_id }).await.unwrap();
    assert_eq!(world.project.read("b.txt"), "b\n");

    // The first operation's lines go, those of the second stay.
    world.handle().send(Command::TakeBack { what: TakeBack::Operation(first) }).await.unwrap();
    assert_eq!(world.project.read("a.txt"), lines(&[(18, "eighteen")]));
    world.handle().send(Command::TakeBack { what: TakeBack::Operation(second) }).await.unwrap();
    assert_eq!((world.project.read("a.txt"), world.project.files().len()), (lines(&[]), 2));
    world.finish().await;
}

#[tokio::test]
async fn going_back_from_elsewhere_is_refused() {
    let (world, conversation, [first, _]) = two_turns().await;
    let other = world.ask("Third").await;
    let error = world.handle().rewind_preview(other.conversation, first, RewindWhat::Both).await.unwrap_err();
    assert!(error.to_string().starts_with("There is no operation in this conversation"), "{error}");
    let error = world.handle().send(Command::Unrewind { conversation_id: conversation }).await.unwrap_err();
    assert!(error.to_string().starts_with("There is no turn that was set aside"), "{error}");
    world.finish().await;
}
