//! The store as its callers see it, over a fresh database in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::protocol::{ConversationId, Event, IdSource};

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn every_call_can_be_made_from_a_spawned_task() {
    let ids = IdSource::seeded(1);
    let store = Store::in_memory(Clock::fixed(1)).await.unwrap();
    let project = assert_send(store.project("/p", &ids)).await.unwrap();
    let events: Vec<Event> = assert_send(store.events(ConversationId::new(&ids), 0, 10))
        .await
        .unwrap();
    let change = NewChange {
        id: crate::protocol::ChangeId::new(&ids),
        project_id: project.id,
        operation_id: crate::protocol::OperationId::new(&ids),
        undoes: None,
        files: Vec::new(),
        created_dirs: Vec::new(),
        removed_dirs: Vec::new(),
    };
    let _ = tokio::spawn(async move { store.begin_change(&change).await })
        .await
        .unwrap();
    assert!(events.is_empty());
}
