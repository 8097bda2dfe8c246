//! Conversations read back page by page.

use super::*;

/// `u1: pending, started, message "a1", completed` for each turn of a page.
async fn page(world: &World, before: Option<OperationId>, limit: u32) -> (Vec<String>, bool) {
    let page = world.store.transcript(world.conversation, before, limit).await.unwrap();
    let turn = |turn: &crate::protocol::TurnView| {
        let told: Vec<String> =
            turn.events.iter().map(|event| line(event).split_once(' ').unwrap().1.to_owned()).collect();
        format!("{}: {}", turn.operation.user_message, told.join(", "))
    };
    (page.turns.iter().map(turn).collect(), page.has_more)
}

async fn turn(world: &World, text: &str) -> OperationId {
    let operation = world.begin(text).await;
    world.append(operation, vec![status(OperationStatus::Started)]).await;
    world.append(operation, vec![piece(MessageId::new(&world.ids), "yes", true)]).await;
    operation
}

#[tokio::test]
async fn a_transcript_is_read_from_its_end_page_by_page() {
    let world = World::new().await;
    let mut operations = Vec::new();
    for text in ["one", "two", "three", "four", "five"] {
        let operation = turn(&world, text).await;
        world.finish(operation, OperationStatus::Completed).await;
        operations.push(operation);
    }
    let whole = |text: &str| format!("{text}: pending, started, message \"yes\", completed");
    assert_eq!(page(&world, None, 2).await, (vec![whole("four"), whole("five")], true));
    assert_eq!(page(&world, Some(operations[3]), 2).await, (vec![whole("two"), whole("three")], true));
    assert_eq!(page(&world, Some(operations[1]), 2).await, (vec![whole("one")], false));
    assert_eq!(page(&world, Some(operations[0]), 2).await, (vec![], false));
    let view = world.store.transcript(world.conversation, None, 1).await.unwrap();
    assert_eq!((view.seq, view.turns[0].operation.started_at), (20, Some(6_000)));
}

/// Operations of one moment are told apart by their ids, which rise.
#[tokio::test]
async fn pages_neither_lose_nor_repeat_operations_of_one_moment() {
    let world = World::new().await;
    for number in 0..7 {
        world.store.begin(&world.new_operation(&number.to_string())).await.unwrap();
    }
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let page = world.store.transcript(world.conversation, before, 2).await.unwrap();
        seen.splice(0..0, page.turns.iter().map(|turn| turn.operation.user_message.clone()));
        before = page.turns.first().map(|turn| turn.operation.id);
        if !page.has_more {
            break;
        }
    }
    assert_eq!(seen.join(""), "0123456");
}

#[tokio::test]
async fn following_from_a_page_continues_it() {
    let world = World::new().await;
    let operation = turn(&world, "Write it").await;
    let change = artifacts::proposal(&world, operation, "src/a.rs", "new");
    world.store.insert_artifact(&change).await.unwrap();
    let page = world.store.transcript(world.conversation, None, 10).await.unwrap();
    world.finish(operation, OperationStatus::Completed).await;
    let after = world.store.events(world.conversation, page.seq, 10).await.unwrap();
    let told = page.turns.into_iter().flat_map(|turn| turn.events).chain(after);
    assert_eq!(told.map(|event| line(&event)).collect::<Vec<_>>(), world.told().await);
}

#[tokio::test]
async fn a_transcript_of_nothing_is_not_found() {
    let world = World::new().await;
    let missing = world.store.transcript(world.conversation, None, 10).await.unwrap_err();
    assert!(matches!(missing, StoreError::NotFound { what: "conversation", .. }), "{missing}");
}
