//! Changes in the visible folders of a project are told, those in ignored ones are not. Skipped where the
//! system watches no files.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::sleep,
    time::{Duration, Instant},
};

use mira::workspace::{Halt, Workspace, watch::Watch};

use crate::support::project::Project;

const PATIENCE: Duration = Duration::from_secs(20);

struct Watched {
    project: Project,
    workspace: Workspace,
    watch: Watch,
    told: Arc<AtomicUsize>,
}

impl Watched {
    fn new(text: &str) -> Option<Self> {
        let project = Project::new(text);
        let workspace = Workspace::open(&project.root(), &project.root().join("no-state")).unwrap();
        let told = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&told);
        let watch = Watch::new(move || {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let mut watched = Self { project, workspace, watch: watch.ok()?, told };
        watched.follow();
        Some(watched)
    }

    fn follow(&mut self) {
        self.watch.follow(&self.workspace, &Halt::after(PATIENCE)).unwrap();
    }

    /// What has been told by the time that something is.
    fn wait(&self) -> usize {
        let latest = Instant::now() + PATIENCE;
        while self.told.load(Ordering::Relaxed) == 0 {
            assert!(Instant::now() < latest, "no change was told");
            sleep(Duration::from_millis(5));
        }
        self.told.swap(0, Ordering::Relaxed)
    }
}

const PROJECT: &str = "
    //- .gitignore
    target/
    //- src/lib.rs
    pub fn one() {}
    //- target/out
    1
";

#[test]
fn a_change_in_a_folder_below_is_told() {
    let Some(watched) = Watched::new(PROJECT) else { return };
    watched.project.write("src/lib.rs", "pub fn two() {}");
    watched.wait();
}

#[test]
fn what_is_ignored_is_not_watched() {
    let Some(watched) = Watched::new(PROJECT) else { return };
    for round in 0..200 {
        watched.project.write("target/out", &round.to_string());
    }
    // The system tells in order: what comes before this would have been told by then.
    watched.project.write("src/lib.rs", "pub fn two() {}");
    let told = watched.wait();
    assert!(told < 50, "{told}");
}

#[test]
fn a_new_folder_is_watched_once_it_is_followed() {
    let Some(mut watched) = Watched::new(PROJECT) else { return };
    watched.project.write("new/deep/first.rs", "");
    watched.wait();
    watched.follow();
    watched.told.store(0, Ordering::Relaxed);
    watched.project.write("new/deep/second.rs", "");
    watched.wait();
}
