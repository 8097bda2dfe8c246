//! The reading end of a conversation's events. A subscriber reads from the store what it has not seen
//! and sleeps until something new is committed: nothing is lost however slow it is, and no queue
//! grows for it in memory. Only the batch committed last is at hand, so that who keeps up with a
//! streaming answer need not read back what was written a moment ago.

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
    /// The events of the last commit, where they are known.
    last: Arc<[Event]>,
    broken: Option<EngineError>,
}

impl Wake {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Signal::default())))
    }

    /// Something was committed.
    pub(crate) fn announce(&self) {
        self.tell(Vec::new());
    }

    /// These events were committed.
    pub(crate) fn tell(&self, events: Vec<Event>) {
        self.0.send_modify(|signal| {
            signal.commits += 1;
            signal.last = events.into();
        });
    }

    /// Nothing can be committed any more: subscribers must not wait for it.
    pub(crate) fn broken(&self, error: EngineError) {
        self.0.send_modify(|signal| signal.broken = Some(error));
    }

    pub(crate) fn feed(&self, store: Store, conversation: ConversationId, since: u64) -> Feed {
        Feed { store, conversation, since, signal: self.0.subscribe() }
    }
}

impl Signal {
    /// The events after `since`, when all of them are at hand; perhaps there are none.
    fn after(&self, conversation: ConversationId, since: u64) -> Option<Vec<Event>> {
        let (first, last) = self.last.first().zip(self.last.last())?;
        let is_known = first.conversation_id == conversation && first.seq <= since + 1 && since <= last.seq;
        is_known.then(|| self.last.iter().filter(|event| event.seq > since).cloned().collect())
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
        Ok(self.seen(events))
    }

    fn seen(&mut self, events: Vec<Event>) -> Vec<Event> {
        self.since = events.last().map_or(self.since, |last| last.seq);
        events
    }

    /// The next events in order, at least one; waits for them.
    ///
    /// # Errors
    /// The database cannot be read, or the engine cannot write to it any more.
    pub async fn next(&mut self) -> Result<Vec<Event>, EngineError> {
        loop {
            let signal = self.signal.borrow_and_update().clone();
            let events = match signal.after(self.conversation, self.since) {
                Some(events) => self.seen(events),
                None => self.ready().await?,
            };
            if !events.is_empty() {
                return Ok(events);
            }
            if let Some(error) = signal.broken {
                return Err(error);
            }
            if self.signal.changed().await.is_err() {
                return Err(EngineError::Stopped);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Body, IdSource, OperationId};

    fn conversation(seed: u64) -> ConversationId {
        ConversationId::new(&IdSource::seeded(seed))
    }

    fn event(seq: u64) -> Event {
        let operation_id = OperationId::new(&IdSource::seeded(9));
        let body = Body::Reasoning { content: seq.to_string() };
        Event { seq, at: 0, conversation_id: conversation(1), operation_id, body }
    }

    /// What is at hand for a subscriber that has seen everything up to `since`.
    fn check(of: ConversationId, since: u64, expected: Option<&[u64]>) {
        let signal = Signal { last: [5, 6, 7].map(event).into(), ..Signal::default() };
        let seqs = |events: Vec<Event>| events.iter().map(|event| event.seq).collect::<Vec<_>>();
        assert_eq!(signal.after(of, since).map(seqs).as_deref(), expected, "{since}");
    }

    #[test]
    fn who_keeps_up_needs_no_store_and_who_is_behind_misses_nothing() {
        check(conversation(1), 4, Some(&[5, 6, 7]));
        check(conversation(1), 6, Some(&[7]));
        check(conversation(1), 7, Some(&[]));
        check(conversation(1), 3, None);
        check(conversation(1), 8, None);
        check(conversation(2), 4, None);
        assert_eq!(Signal::default().after(conversation(1), 0), None);
    }
}
