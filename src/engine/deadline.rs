//! The end of an operation's time, which stands still while the work waits for the user.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::Instant};

/// When an operation has to be done; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Deadline(Arc<watch::Sender<Remaining>>);

/// Pure: the time that is left.
#[derive(Clone, Copy, Debug)]
struct Remaining {
    until: Instant,
    /// Since when it stands still, and for how many who wait.
    still: Option<(Instant, usize)>,
}

impl Remaining {
    fn pause(&mut self, now: Instant) {
        let (since, count) = self.still.unwrap_or((now, 0));
        self.still = Some((since, count + 1));
    }

    fn resume(&mut self, now: Instant) {
        match self.still {
            Some((since, 1)) => *self = Self { until: self.until + (now - since), still: None },
            Some((since, count)) => self.still = Some((since, count - 1)),
            None => {}
        }
    }

    /// When it is over, if it does not stand still.
    fn end(self) -> Option<Instant> {
        self.still.is_none().then_some(self.until)
    }
}

impl Deadline {
    /// So long from now.
    pub(crate) fn after(limit: Duration) -> Self {
        Self(Arc::new(watch::Sender::new(Remaining { until: Instant::now() + limit, still: None })))
    }

    /// Stands still until what this returns is dropped.
    pub(crate) fn pause(&self) -> Pause {
        self.0.send_modify(|remaining| remaining.pause(Instant::now()));
        Pause(self.clone())
    }

    /// Completes when the time is over.
    pub(crate) async fn passed(&self) {
        let mut changes = self.0.subscribe();
        loop {
            let end = changes.borrow_and_update().end();
            tokio::select! {
                () = until(end) => return,
                // The sender lives as long as `self`.
                _ = changes.changed() => {}
            }
        }
    }
}

async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

/// While it lives, time stands still.
#[derive(Debug)]
pub(crate) struct Pause(Deadline);

impl Drop for Pause {
    fn drop(&mut self) {
        self.0.0.send_modify(|remaining| remaining.resume(Instant::now()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten seconds to go, then at each second what is told; gives the seconds at which it is over.
    fn check(happens: &str, expected: Option<u64>) {
        let start = Instant::now();
        let mut remaining = Remaining { until: start + Duration::from_secs(10), still: None };
        for word in happens.split_whitespace() {
            let (what, second) = word.split_at(1);
            let now = start + Duration::from_secs(second.parse().unwrap_or(0));
            match what {
                "(" => remaining.pause(now),
                _ => remaining.resume(now),
            }
        }
        assert_eq!(remaining.end().map(|end| (end - start).as_secs()), expected, "{happens}");
    }

    #[test]
    fn waiting_for_the_user_does_not_count() {
        check("", Some(10));
        check("(3", None);
        check("(3 )8", Some(15));
        check("(3 (4 )8", None);
        check("(3 (4 )8 )9", Some(16));
        check("(3 )5 (8 )9", Some(13));
        check(")3", Some(10));
    }
}
