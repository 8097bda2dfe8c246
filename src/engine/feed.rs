//! The reading end of a conversation's events. A subscriber reads from the store what it has not seen
//! and sleeps until something new is committed: nothing is lost however slow it is, and no queue
//! grows for it in memory.

use std::sync::Arc;

use tokio::sync::watch;

use crate::{
    engine::EngineError,
    protocol::{ConversationId, Event},
    store::Store,
};

/// How many events one read brings at most: bounds memory when a long stream is replayed.
const BATCH: u32 = 256;

/// Tells every subscriber of an engine that something was committed.
#[derive(Clone, Debug)]
pub(crate) struct Wake(Arc<watch::Sender<Signal>>);

#[derive(Clone, Debug, Default)]
struct Signal {
    commits: u64,
    broken: Option<EngineError>,
}

impl Wake {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Signal::default())))
    }

    /// Something was committed.
    pub(crate) fn announce(&self) {
        self.0.send_modify(|signal| signal.commits += 1);
    }

    /// Nothing can be committed any more: subscribers must not wait for it.
    pub(crate) fn broken(&self, error: EngineError) {
        self.0.send_modify(|signal| signal.broken = Some(error));
    }

    pub(crate) fn feed(&self, store: Store, conversation: ConversationId, since: u64) -> Feed {
        Feed { store, conversation, since, signal: self.0.subscribe() }
    }
}

/// A subscription to one conversation.
#[derive(Debug)]
pub struct Feed {
    store: Store,
    conversation: ConversationId,
    since: u64,
    signal: watch::Receiver<Signal>,
}

impl Feed {
    /// The conversation it follows.
    pub fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// The next events in order that are there already, perhaps none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn ready(&mut self) -> Result<Vec<Event>, EngineError> {
        let events = self.store.events(self.conversation, self.since, BATCH).await?;
        self.since = events.last().map_or(self.since, |last| last.seq);
        Ok(events)
    }

    /// The next events in order, at least one; waits for them.
    ///
    /// # Errors
    /// The database cannot be read, or the engine cannot write to it any more.
    pub async fn next(&mut self) -> Result<Vec<Event>, EngineError> {
        loop {
            let broken = self.signal.borrow_and_update().broken.clone();
            let events = self.ready().await?;
            if !events.is_empty() {
                return Ok(events);
            }
            if let Some(error) = broken {
                return Err(error);
            }
            if self.signal.changed().await.is_err() {
                return Err(EngineError::Stopped);
            }
        }
    }
}
