//! Keeps the index of the project's code up to date beside the conversations: one task at a time looks at
//! the files, and a watch of the folders tells when there is something to look at.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Mutex as Turn, watch},
    task::JoinSet,
    time::{Instant, sleep_until, timeout},
};

use super::{CATCH_UP, CodeError, Codebase, blocking};
use crate::{
    protocol::IndexView,
    workspace::{
        Halt,
        index::{LeftOut, Limits, Survey},
        watch::{Watch, WatchError},
    },
};

/// A change is looked at when nothing else has changed for this long.
const QUIET: Duration = Duration::from_millis(300);

/// And at the latest after this, while a build or a checkout goes on.
const LATEST: Duration = Duration::from_secs(2);

/// The tasks that look at the project in the background, and what they know. They end with it.
#[derive(Default)]
pub(crate) struct Keeper {
    pub(super) freshness: Arc<Freshness>,
    /// Held by the task whose turn it is; a panic gives it back.
    turn: Arc<Turn<()>>,
    tasks: Mutex<JoinSet<()>>,
}

impl Keeper {
    /// Goes on with the index, unless that is under way.
    pub(crate) fn catch_up(&self, code: Codebase) {
        self.alone(async move { code.catch_up().await.unwrap_or_else(|error| warn(&error)) });
    }

    /// Brings the index up to date, now and at each change.
    pub(crate) fn keep(&self, code: Codebase) {
        let turn = Arc::clone(&self.turn);
        let keep = async move {
            // What is under way would otherwise be done twice.
            let _turn = turn.lock().await;
            if let Err(error) = code.keep().await {
                tracing::warn!(%error, "changes of the project's files are seen at each prompt only");
            }
        };
        locked(&self.tasks).spawn(keep);
    }

    /// How far it is.
    pub(crate) fn view(&self) -> watch::Receiver<IndexView> {
        self.freshness.view.subscribe()
    }

    /// Ends what is under way, and waits for it.
    pub(crate) async fn stop(&self) {
        let mut tasks = std::mem::take(&mut *locked(&self.tasks));
        tasks.shutdown().await;
    }

    /// Runs `look` unless another task looks at the project.
    fn alone(&self, look: impl Future<Output = ()> + Send + 'static) {
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else { return };
        let mut tasks = locked(&self.tasks);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let _turn = turn;
            look.await;
        });
    }
}

fn warn(error: &CodeError) {
    tracing::warn!(%error, "the index of the project's code could not be brought up to date");
}

/// What is guarded is whole at each moment: a panic elsewhere does not spoil it.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why the index is not kept up to date.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error("{0}")]
    Code(#[from] CodeError),
    #[error("{0}")]
    Watch(#[from] WatchError),
}

impl Codebase {
    /// Looks, watches, and looks again at each change, until it is dropped.
    async fn keep(&self) -> Result<(), KeepError> {
        // The folders are watched after the first look, which is the long one.
        self.catch_up().await?;
        let mut changes = self.freshness.changes.subscribe();
        let freshness = Arc::clone(&self.freshness);
        let mut watch = Watch::new(move || freshness.changed())?;
        let _off = OffOnDrop(Arc::clone(&self.freshness));
        loop {
            changes.mark_unchanged();
            watch = self.follow(watch).await?;
            self.freshness.set_watching(true);
            self.catch_up().await?;
            if changes.changed().await.is_err() {
                return Ok(());
            }
            settle(&mut changes).await;
        }
    }

    async fn follow(&self, mut watch: Watch) -> Result<Watch, KeepError> {
        let workspace = Arc::clone(&self.workspace);
        let (halt, _held) = Halt::while_held(CATCH_UP);
        let followed = blocking(move || watch.follow(&workspace, &halt).map(|()| watch)).await?;
        Ok(followed?)
    }
}

/// Waits until nothing changes for a moment.
async fn settle(changes: &mut watch::Receiver<u64>) {
    let latest = Instant::now() + LATEST;
    let quiet = async { while let Ok(Ok(())) = timeout(QUIET, changes.changed()).await {} };
    tokio::select! {
        () = quiet => {}
        () = sleep_until(latest) => {}
    }
}

/// Whether the index is as the files are. Marked at the change itself; the system tells of a change some
/// milliseconds after it, so that a file written right before a prompt may be missed by that prompt.
#[derive(Default)]
pub(super) struct Freshness {
    changes: watch::Sender<u64>,
    pub(super) view: Arc<watch::Sender<IndexView>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    is_watching: bool,
    seen: Option<Seen>,
    /// Surveys that run now.
    under_way: usize,
    /// Surveys begun so far.
    begun: u64,
}

/// The last complete survey.
struct Seen {
    /// The changes told before it began.
    mark: u64,
    limits: Limits,
    left_out: LeftOut,
}

impl Freshness {
    fn changed(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn set_watching(&self, is_watching: bool) {
        let mut state = locked(&self.state);
        state.is_watching = is_watching;
        if !is_watching {
            state.seen = None;
        }
    }

    /// To be called before a survey begins.
    pub(super) fn begin(self: &Arc<Self>) -> Look {
        let mut state = locked(&self.state);
        state.under_way += 1;
        state.begun += 1;
        let is_alone = state.under_way == 1;
        let mark = (state.is_watching && is_alone).then(|| *self.changes.borrow());
        Look { freshness: Arc::clone(self), begun: state.begun, mark }
    }

    /// What a survey within `limits` would come to, where nothing has changed since the last one.
    pub(super) fn survey(&self, limits: Limits) -> Option<Survey> {
        let state = locked(&self.state);
        let is_same = |seen: &&Seen| seen.mark == *self.changes.borrow() && seen.limits == limits;
        let seen = state.seen.as_ref().filter(is_same)?;
        Some(Survey { left_out: seen.left_out, ..Survey::default() })
    }
}

/// A survey under way, until it is dropped.
pub(super) struct Look {
    freshness: Arc<Freshness>,
    begun: u64,
    /// The changes told before it began; none where it says nothing about later ones.
    mark: Option<u64>,
}

impl Look {
    /// Notes what the survey, made within `limits` and stored, came to. One that had another beside it does
    /// not count: the other may have stored older content after it.
    pub(super) fn complete(self, limits: Limits, survey: &Survey) {
        let mut state = locked(&self.freshness.state);
        let counts = state.is_watching && state.begun == self.begun && !survey.is_cut;
        if let Some(mark) = self.mark.filter(|_| counts) {
            state.seen = Some(Seen { mark, limits, left_out: survey.left_out });
        }
    }
}

impl Drop for Look {
    fn drop(&mut self) {
        locked(&self.freshness.state).under_way -= 1;
    }
}

/// Nobody tells of changes once the watch is gone.
struct OffOnDrop(Arc<Freshness>);

impl Drop for OffOnDrop {
    fn drop(&mut self) {
        self.0.set_watching(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { files: 1, file_bytes: 1, total_bytes: 1 };

    fn check(steps: &str, is_current: bool) {
        let freshness = Arc::new(Freshness::default());
        let mut looks = Vec::new();
        for step in steps.split(' ') {
            match step {
                "watch" => freshness.set_watching(true),
                "end" => freshness.set_watching(false),
                "change" => freshness.changed(),
                "begin" => looks.push(freshness.begin()),
                "complete" => looks.remove(0).complete(LIMITS, &Survey::default()),
                "cut" => looks.remove(0).complete(LIMITS, &Survey { is_cut: true, ..Survey::default() }),
                other => panic!("{other}"),
            }
        }
        assert_eq!(freshness.survey(LIMITS).is_some(), is_current, "{steps}");
    }

    #[test]
    fn a_survey_is_needed_after_a_change_and_where_nobody_watches() {
        check("watch begin complete", true);
        check("watch change begin complete", true);
        check("begin complete", false);
        check("begin watch complete", false);
        check("watch begin change complete", false);
        check("watch begin complete change", false);
        check("watch begin cut", false);
        check("watch begin complete end", false);
        check("watch begin end complete watch", false);
        check("watch begin begin complete complete", false);
        check("watch begin begin complete complete begin complete", true);
    }

    #[test]
    fn other_limits_need_a_survey() {
        let freshness = Arc::new(Freshness::default());
        freshness.set_watching(true);
        freshness.begin().complete(LIMITS, &Survey::default());
        assert_eq!(freshness.survey(Limits { files: 2, ..LIMITS }), None);
    }

    #[tokio::test]
    async fn a_panic_in_a_look_does_not_keep_later_looks_from_running() {
        let keeper = Keeper::default();
        keeper.alone(async { panic!("a mistake in a look") });
        let panicked = locked(&keeper.tasks).len();
        assert_eq!(panicked, 1);
        // The turn comes back when the task has ended.
        drop(keeper.turn.lock().await);
        let (done, is_done) = tokio::sync::oneshot::channel();
        keeper.alone(async move { assert!(done.send(()).is_ok()) });
        assert_eq!(is_done.await, Ok(()));
    }

    #[tokio::test]
    async fn a_second_look_does_not_run_beside_the_first() {
        let keeper = Keeper::default();
        keeper.alone(std::future::pending());
        keeper.alone(async {});
        assert_eq!(locked(&keeper.tasks).len(), 1);
        keeper.stop().await;
        assert!(keeper.turn.try_lock().is_ok());
    }
}
