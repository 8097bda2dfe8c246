//! Puts one operation's events on record before anybody sees them.
//!
//! Streaming pieces come by the thousand, so they are merged and committed in batches: at once when
//! the last batch is old enough, else with the next one. Everything else is committed as it comes.
//!
//! A commit that has begun comes to its end even when the step that wanted it is cancelled: what it
//! carries exists nowhere else.

use std::time::Duration;

use tokio::{task::JoinHandle, time::Instant};

use crate::{
    engine::{EngineError, feed::Wake},
    protocol::{Body, Event, OperationId},
    store::{Store, StoreError},
};

/// Twenty times a second: text still flows, and commits cost next to nothing.
const BATCH_EVERY: Duration = Duration::from_millis(50);
/// A batch is committed at this size even before its time, so that one event stays small.
const BATCH_BYTES: usize = 64 * 1024;

/// The writing end of one operation's event stream.
#[derive(Debug)]
pub(crate) struct Recorder {
    store: Store,
    wake: Wake,
    operation: OperationId,
    pending: Vec<Body>,
    pending_bytes: usize,
    last_commit: Option<Instant>,
    /// Set while a write to the store runs.
    under_way: Option<JoinHandle<Result<Vec<Event>, StoreError>>>,
}

impl Recorder {
    pub(crate) fn new(store: Store, wake: Wake, operation: OperationId) -> Self {
        Self {
            store,
            wake,
            operation,
            pending: Vec::new(),
            pending_bytes: 0,
            last_commit: None,
            under_way: None,
        }
    }

    /// Takes a streaming piece. It is committed when it is [due](Self::due), or with the next event.
    pub(crate) fn piece(&mut self, piece: Body) {
        self.pending_bytes += size(&piece);
        let merged = self.pending.last_mut().is_some_and(|last| merge(last, &piece));
        if !merged {
            self.pending.push(piece);
        }
    }

    /// When the pending pieces want to be committed; never, when there are none.
    pub(crate) fn due(&self) -> Option<Instant> {
        if self.pending.is_empty() {
            return None;
        }
        let now = Instant::now();
        match self.last_commit {
            Some(last) if self.pending_bytes < BATCH_BYTES => Some(last + BATCH_EVERY),
            _ => Some(now),
        }
    }

    /// Whether pending pieces have waited long enough.
    pub(crate) fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }

    /// Takes an event that is committed with what follows.
    pub(crate) fn push(&mut self, body: Body) {
        self.pending.push(body);
    }

    /// Commits and announces an event, and what is pending before it.
    pub(crate) async fn event(&mut self, body: Body) -> Result<(), EngineError> {
        self.push(body);
        self.commit().await
    }

    /// Hands out what is pending, to be committed with something larger.
    pub(crate) fn take(&mut self) -> Vec<Body> {
        self.pending_bytes = 0;
        std::mem::take(&mut self.pending)
    }

    /// Commits and announces what is pending.
    pub(crate) async fn commit(&mut self) -> Result<(), EngineError> {
        if self.pending.is_empty() {
            return self.settle().await;
        }
        let (store, operation, bodies) = (self.store.clone(), self.operation, self.take());
        self.write(async move { store.append_events(operation, bodies).await }).await
    }

    /// Keeps items for the history of later requests.
    pub(crate) async fn keep_history(&mut self, items: Vec<String>) -> Result<(), EngineError> {
        let (store, operation) = (self.store.clone(), self.operation);
        self.write(async move { store.keep_history(operation, &items).await.map(|()| Vec::new()) }).await
    }

    async fn write(
        &mut self,
        work: impl Future<Output = Result<Vec<Event>, StoreError>> + Send + 'static,
    ) -> Result<(), EngineError> {
        self.under_way = Some(tokio::spawn(work));
        self.settle().await
    }

    /// Waits for what is on its way to the store, and announces it. The end of an operation begins
    /// with this, for the step before may have been cancelled in the middle.
    pub(crate) async fn settle(&mut self) -> Result<(), EngineError> {
        let Some(under_way) = &mut self.under_way else { return Ok(()) };
        let done = under_way.await;
        self.under_way = None;
        self.last_commit = Some(Instant::now());
        match done.map_err(|_| EngineError::Internal).and_then(|done| Ok(done?)) {
            Ok(events) => self.wake.tell(events),
            Err(error) => {
                self.wake.announce();
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Waits until `due`; forever when there is nothing to wait for.
pub(crate) async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due).await,
        None => std::future::pending().await,
    }
}

fn size(piece: &Body) -> usize {
    match piece {
        Body::ChatResponse { content, .. }
        | Body::Reasoning { content }
        | Body::ArtifactDelta { content, .. } => content.len(),
        Body::ArtifactDraft { diff, .. } => diff.len(),
        _ => 0,
    }
}

/// Appends `piece` to `last` when both belong to the same text; a newer draft takes the place of the last one.
fn merge(last: &mut Body, piece: &Body) -> bool {
    match (last, piece) {
        (
            Body::ChatResponse { message_id, content, finished: false },
            Body::ChatResponse { message_id: same, content: more, finished: false },
        ) if message_id == same => content.push_str(more),
        (Body::Reasoning { content }, Body::Reasoning { content: more }) => content.push_str(more),
        (
            Body::ArtifactDelta { call_id, path, content },
            Body::ArtifactDelta { call_id: same_call, path: same_path, content: more },
        ) if call_id == same_call && path == same_path => content.push_str(more),
        (
            Body::ArtifactDraft { call_id, path, diff },
            Body::ArtifactDraft { call_id: same_call, path: same_path, diff: newer },
        ) if call_id == same_call && path == same_path => diff.clone_from(newer),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::protocol::{IdSource, MessageId};

    fn check(pieces: &[Body], expected: &[&str]) {
        let mut merged: Vec<Body> = Vec::new();
        for piece in pieces {
            if !merged.last_mut().is_some_and(|last| merge(last, piece)) {
                merged.push(piece.clone());
            }
        }
        assert_eq!(merged.iter().map(content).collect::<Vec<_>>(), expected);
    }

    fn content(body: &Body) -> &str {
        match body {
            Body::ChatResponse { content, .. }
            | Body::Reasoning { content }
            | Body::ArtifactDelta { content, .. } => content,
            Body::ArtifactDraft { diff, .. } => diff,
            _ => "",
        }
    }

    fn reasoning(content: &str) -> Body {
        Body::Reasoning { content: content.into() }
    }

    fn delta(call: &str, path: &str, content: &str) -> Body {
        Body::ArtifactDelta { call_id: call.into(), path: path.into(), content: content.into() }
    }

    fn draft(path: &str, diff: &str) -> Body {
        Body::ArtifactDraft { call_id: "1".into(), path: path.into(), diff: diff.into() }
    }

    #[test]
    fn of_the_drafts_of_a_file_the_newest_is_kept() {
        check(&[draft("a", "x"), draft("a", "xy"), draft("b", "z"), draft("a", "w")], &["xy", "z", "w"]);
        check(&[delta("1", "a", "x"), draft("a", "y")], &["x", "y"]);
    }

    #[test]
    fn only_pieces_of_the_same_text_are_merged() {
        let message_id = MessageId::new(&IdSource::seeded(1));
        let said =
            |content: &str, finished| Body::ChatResponse { message_id, content: content.into(), finished };
        check(&[reasoning("a"), reasoning("b"), said("c", false), said("d", false)], &["ab", "cd"]);
        check(&[said("c", false), said("c", true), said("d", false)], &["c", "c", "d"]);
        check(&[delta("1", "a", "x"), delta("1", "a", "y"), delta("1", "b", "z")], &["xy", "z"]);
        check(&[delta("1", "a", "x"), delta("2", "a", "y")], &["x", "y"]);
    }
}
