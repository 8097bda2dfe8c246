//! Puts one operation's events on record before anybody sees them.
//!
//! Streaming pieces come by the thousand, so they are merged and committed in batches: at once when
//! the last batch is old enough, else with the next one. Everything else is committed as it comes.

use std::time::Duration;

use tokio::time::Instant;

use crate::{
    engine::EngineError,
    engine::feed::Wake,
    protocol::{Body, OperationId},
    store::Store,
};

/// Two batches a 60 Hz frame pair: not seen by the eye, few enough that commits cost next to nothing.
const BATCH_EVERY: Duration = Duration::from_millis(30);
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
}

impl Recorder {
    pub(crate) fn new(store: Store, wake: Wake, operation: OperationId) -> Self {
        Self { store, wake, operation, pending: Vec::new(), pending_bytes: 0, last_commit: None }
    }

    /// Takes a streaming piece. It is committed by [`Recorder::commit_due`] or with the next event.
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
        if !self.pending.is_empty() {
            let bodies = self.take();
            self.store.append_events(self.operation, bodies).await?;
            self.last_commit = Some(Instant::now());
            self.wake.announce();
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
        _ => 0,
    }
}

/// Appends `piece` to `last` when both belong to the same text.
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
        _ => return false,
    }
    true
}
