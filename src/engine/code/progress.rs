//! How far a look at the project's files is, for people who wait for it.

use std::sync::Arc;

use tokio::sync::watch;

use super::keep::Freshness;
use crate::{
    protocol::IndexView,
    workspace::index::{Sighting, Survey},
};

/// Files between two reports: each wakes who follows.
const STEP: usize = 50;

/// Tells how far one look is; when it is dropped, that there is none.
pub(super) struct Progress {
    view: Arc<watch::Sender<IndexView>>,
    done: usize,
    of: usize,
}

impl Freshness {
    /// For a look that begins.
    pub(super) fn progress(&self) -> Progress {
        Progress { view: Arc::clone(&self.view), done: 0, of: 0 }
    }
}

impl Progress {
    pub(super) fn saw(&mut self, sighting: &Sighting) {
        match sighting {
            Sighting::Ahead(files) => self.of = *files,
            _ => self.done += 1,
        }
        if self.done.is_multiple_of(STEP) {
            self.view.send_replace(IndexView::Working { done: self.done, of: self.of });
        }
    }

    /// Tells what came of the look.
    pub(super) fn rest(&self, survey: &Survey) {
        let left_out = Some(survey.left_out).filter(|left_out| !survey.is_cut && !left_out.is_nothing());
        let view = IndexView::Resting { left_out: left_out.map(|left_out| left_out.to_string()) };
        self.view.send_if_modified(|known| {
            let is_news = *known != view;
            *known = view;
            is_news
        });
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.view.send_if_modified(|known| {
            let is_working = matches!(known, IndexView::Working { .. });
            if is_working {
                *known = IndexView::default();
            }
            is_working
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::index::{LeftOut, Stamp};

    fn touched() -> Sighting {
        Sighting::Touched { path: "a".to_owned(), stamp: Stamp::default() }
    }

    #[test]
    fn a_look_tells_how_far_it_is_and_what_it_left_out() {
        let freshness = Freshness::default();
        let view = freshness.view.subscribe();
        let mut progress = freshness.progress();
        progress.saw(&Sighting::Ahead(120));
        assert_eq!(*view.borrow(), IndexView::Working { done: 0, of: 120 });
        (0..70).for_each(|_| progress.saw(&touched()));
        assert_eq!(*view.borrow(), IndexView::Working { done: 50, of: 120 });
        let left_out = LeftOut { beyond: 3, by_name: 0 };
        progress.rest(&Survey { left_out, ..Survey::default() });
        drop(progress);
        let told = view.borrow().clone();
        assert!(
            matches!(&told, IndexView::Resting { left_out: Some(told) } if told.starts_with("3 files")),
            "{told:?}"
        );
    }

    #[test]
    fn a_look_that_is_given_up_is_none() {
        let freshness = Freshness::default();
        let mut progress = freshness.progress();
        progress.saw(&Sighting::Ahead(120));
        drop(progress);
        assert_eq!(*freshness.view.subscribe().borrow(), IndexView::default());
    }
}
