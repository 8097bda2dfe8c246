//! A conversation as it is read back: operations with the events they told, page by page.

use std::collections::HashMap;

use super::{Result, Store, StoreError, conversations, events, operations};
use crate::protocol::{ConversationId, Event, OperationId, OperationView, TranscriptPage, TurnView};

impl Store {
    /// The newest `limit` operations of a conversation (or of those before `before`) with their
    /// events, from one state of the database: whoever follows the events after the page's `seq`
    /// misses none and sees none twice.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or when the database fails.
    pub async fn transcript(
        &self,
        conversation: ConversationId,
        before: Option<OperationId>,
        limit: u32,
    ) -> Result<TranscriptPage> {
        self.read_snapshot(async |db| {
            let known = conversations::find(db, conversation).await?;
            let known = known.ok_or_else(|| StoreError::not_found("conversation", conversation))?;
            let (operations, has_more) = operations::page(db, conversation, before, limit).await?;
            let ids: Vec<OperationId> = operations.iter().map(|operation| operation.id).collect();
            let events = events::of_operations(db, conversation, &ids).await?;
            Ok(TranscriptPage { turns: turns(operations, events), has_more, seq: known.last_seq })
        })
        .await
    }
}

fn turns(operations: Vec<OperationView>, events: Vec<Event>) -> Vec<TurnView> {
    let mut told: HashMap<OperationId, Vec<Event>> = HashMap::with_capacity(operations.len());
    for event in events {
        told.entry(event.operation_id).or_default().push(event);
    }
    let turn = |operation: OperationView| {
        let events = told.remove(&operation.id).unwrap_or_default();
        TurnView { operation, events }
    };
    operations.into_iter().map(turn).collect()
}
