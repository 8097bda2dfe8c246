//! Colours code away from the screen: jobs go to a thread of their own, tones come back. Code is drawn
//! plain until they do, so nothing ever waits for a grammar.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicU64, Ordering},
    mpsc::{self, SyncSender, TrySendError},
};

use tokio::sync::mpsc as answers;

use super::ink::Tone;

mod languages;
mod palette;
mod worker;

pub(crate) use worker::Worker;

/// Jobs that may wait. A screen of code blocks fits; who finds it full offers the job again later.
const QUEUE: usize = 64;
/// Answers that may wait for the screen to fetch them.
const ANSWERS: usize = 64;
/// Lines in one answer, so that the first screen of a long file is coloured before its end is.
const LINES_PER_ANSWER: usize = 256;

/// A piece of code that is coloured as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BlockId(u64);

impl BlockId {
    /// One that was never used before. Every pane takes its own, none has to know the others.
    pub(crate) fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// The tones of one line: each holds up to this byte. What follows the last is plain.
pub(crate) type Tones = Vec<(u32, Tone)>;

/// Code to colour: whole lines, either from the block's first or following those sent before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Job {
    /// The block that it belongs to.
    pub(crate) block: BlockId,
    /// A language's name, a file's extension or a path.
    pub(crate) language: String,
    /// Which line of the block `code` begins with.
    pub(crate) first_line: usize,
    /// The lines.
    pub(crate) code: String,
}

/// The tones of some lines of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Coloured {
    /// The block.
    pub(crate) block: BlockId,
    /// Which of its lines the first of `lines` is.
    pub(crate) first_line: usize,
    /// One entry a line; an empty one is a plain line.
    pub(crate) lines: Vec<Tones>,
}

/// What comes back for a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Tones to draw.
    Coloured(Coloured),
    /// Where the block had stopped is forgotten: send it again from its first line.
    Lost(BlockId),
}

/// The way to the colouring thread, which starts with the first job and ends with this handle.
#[derive(Debug)]
pub(crate) struct Highlighter {
    queue: Option<SyncSender<Job>>,
    answers: answers::Sender<Answer>,
    alive: Arc<()>,
}

impl Highlighter {
    /// The handle, and where its answers arrive.
    pub(crate) fn start() -> (Self, answers::Receiver<Answer>) {
        let (sender, receiver) = answers::channel(ANSWERS);
        (Self { queue: None, answers: sender, alive: Arc::new(()) }, receiver)
    }

    /// Hands a job over. It comes back when too many are waiting already.
    pub(crate) fn send(&mut self, job: Job) -> Result<(), Job> {
        if self.queue.is_none() {
            self.queue = self.start_thread();
        }
        match self.queue.as_ref().map(|queue| queue.try_send(job)) {
            Some(Err(TrySendError::Full(job))) => Err(job),
            // Without a thread all code stays plain, which is no reason to stop.
            Some(Ok(()) | Err(TrySendError::Disconnected(_))) | None => Ok(()),
        }
    }

    fn start_thread(&self) -> Option<SyncSender<Job>> {
        let (sender, jobs) = mpsc::sync_channel(QUEUE);
        let (answers, alive) = (self.answers.clone(), Arc::downgrade(&self.alive));
        let thread = std::thread::Builder::new().name("highlight".to_owned());
        let started = thread.spawn(move || work(&jobs, &answers, &alive));
        if let Err(error) = &started {
            tracing::warn!(%error, "code stays without colours");
        }
        started.is_ok().then_some(sender)
    }
}

/// Until the handle or the receiver is gone.
fn work(jobs: &mpsc::Receiver<Job>, answers: &answers::Sender<Answer>, alive: &Weak<()>) {
    let mut worker = Worker::load();
    while let Ok(job) = jobs.recv() {
        let wanted = worker.answer(&job, LINES_PER_ANSWER, |answer| {
            alive.strong_count() > 0 && answers.blocking_send(answer).is_ok()
        });
        if !wanted {
            return;
        }
    }
}

#[cfg(test)]
mod tests;
