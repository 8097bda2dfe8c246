//! What waits for the user's decision. The store says who decided first; here the work that waits is
//! told.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use tokio::sync::oneshot;

use crate::{
    engine::{EngineError, Shared},
    protocol::{ApprovalId, Decision},
};

/// The waiting ends; held for a moment, to add or to take one.
#[derive(Debug, Default)]
pub(crate) struct Approvals(Mutex<HashMap<ApprovalId, oneshot::Sender<Decision>>>);

impl Approvals {
    /// Waits from now on. Whoever waited and is gone is forgotten.
    pub(crate) fn wait(&self, id: ApprovalId) -> oneshot::Receiver<Decision> {
        let (decide, decided) = oneshot::channel();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, decide| !decide.is_closed());
        waiting.insert(id, decide);
        decided
    }

    fn tell(&self, id: ApprovalId, decision: Decision) {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        // Work that was stopped meanwhile needs no decision any more.
        let _ = waiting.map(|decide| decide.send(decision));
    }
}

impl Shared {
    /// Takes a decision, if it is the first one.
    pub(crate) async fn decide(&self, id: ApprovalId, decision: Decision) -> Result<(), EngineError> {
        self.store.decide(id, &decision).await?;
        self.wake.announce();
        self.approvals.tell(id, decision);
        Ok(())
    }
}
