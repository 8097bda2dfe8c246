//! When to stop looking: the caller has lost interest, or time is up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Ends the blocking work that it was made for when it is dropped: nobody waits for it any more.
#[derive(Debug)]
pub struct HaltOnDrop(Arc<AtomicBool>);

impl Drop for HaltOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Bounds one piece of blocking work; asked again and again by it.
#[derive(Clone, Debug)]
pub struct Halt {
    cancelled: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// Why the work stopped before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The caller asked.
    Cancelled,
    /// Time was up.
    TimeUp,
    /// The tree has more entries than are held in memory.
    TooMany,
}

impl Halt {
    /// Stops once `cancelled` is set, or after `time`.
    pub fn new(cancelled: Arc<AtomicBool>, time: Duration) -> Self {
        Self { cancelled, deadline: Instant::now().checked_add(time) }
    }

    /// Stops after `time`.
    pub fn after(time: Duration) -> Self {
        Self::new(Arc::default(), time)
    }

    /// Stops after `time`, or once what comes beside it is dropped.
    pub fn while_held(time: Duration) -> (Self, HaltOnDrop) {
        let cancelled = Arc::new(AtomicBool::new(false));
        (Self::new(Arc::clone(&cancelled), time), HaltOnDrop(cancelled))
    }

    /// Whether to stop now.
    pub fn reached(&self) -> Option<Stopped> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Some(Stopped::Cancelled);
        }
        let late = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        late.then_some(Stopped::TimeUp)
    }
}
