//! The tour of `mira demo`: one line above the prompt that says what to do next, from the first
//! question to the first written file and back.

use crate::protocol::ArtifactState;

/// A thing to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoScene {
    /// What it shows.
    pub title: String,
    /// What to ask.
    pub prompt: String,
}

/// How far the tour is.
#[derive(Clone, Debug)]
pub(crate) struct DemoTour {
    scenes: Vec<DemoScene>,
    at: usize,
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The scene's prompt stands in the composer.
    Ask,
    /// The models are at work.
    Watch,
    /// Files wait for a decision.
    Write,
    /// Files are written, and could be taken back.
    Written,
}

impl DemoTour {
    /// A tour through scenes.
    pub(crate) fn new(scenes: Vec<DemoScene>) -> Self {
        Self { scenes, at: 0, step: Step::Ask }
    }

    /// What should stand in the composer, if nothing does.
    pub(crate) fn prompt(&self) -> Option<&str> {
        let asking = self.step == Step::Ask;
        self.scenes.get(self.at).filter(|_| asking).map(|scene| scene.prompt.trim_end())
    }

    /// Something was asked.
    pub(crate) fn asked(&mut self) {
        self.step = Step::Watch;
    }

    /// An operation has ended. Without a file that waits the next scene is due.
    pub(crate) fn ended(&mut self, any_pending: bool) {
        match any_pending {
            true => self.step = Step::Write,
            false => self.next_scene(),
        }
    }

    /// An artifact was decided on.
    pub(crate) fn decided(&mut self, state: ArtifactState, any_pending: bool) {
        match state {
            _ if any_pending => self.step = Step::Write,
            ArtifactState::Applied => self.step = Step::Written,
            ArtifactState::Undone | ArtifactState::Rejected => self.next_scene(),
            _ => {}
        }
    }

    /// The user goes on by asking something while files are written or wait.
    pub(crate) fn next_scene(&mut self) {
        if self.step != Step::Ask {
            self.at += 1;
            self.step = Step::Ask;
        }
    }

    /// Whether files are on disk and the next scene may begin.
    pub(crate) fn is_written(&self) -> bool {
        self.step == Step::Written
    }

    /// What to do next. `write`, `toggle` and `undo` are the keys for it.
    pub(crate) fn hint(&self, write: &str, toggle: &str, undo: &str) -> String {
        let Some(scene) = self.scenes.get(self.at) else {
            return "That was the tour. Look around, ask anything (the model is a script), ^C ^C leaves."
                .to_owned();
        };
        let head = format!("Demo {}/{} · {}", self.at + 1, self.scenes.len(), scene.title);
        match self.step {
            Step::Ask => format!("{head}: press Enter to ask this."),
            Step::Watch => {
                format!("{head}: the scripted models answer; engine, database and files are real.")
            }
            Step::Write => {
                format!(
                    "{head}: files wait as diffs. {write} writes the selected one · {toggle} drops a hunk."
                )
            }
            Step::Written => format!("{head}: it is on disk. {undo} takes it back · Enter goes on."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tour_goes_from_asking_to_writing_to_the_next_scene() {
        let scene = |title: &str| DemoScene { title: title.into(), prompt: format!("{title}?\n") };
        let mut tour = DemoTour::new(vec![scene("Explain"), scene("Change")]);
        assert_eq!(tour.prompt(), Some("Explain?"));
        tour.asked();
        assert_eq!(tour.prompt(), None);
        tour.ended(false);
        assert_eq!(tour.prompt(), Some("Change?"));
        tour.asked();
        tour.ended(true);
        assert!(tour.hint("^S", "Space", "u").contains("^S writes"));
        tour.decided(ArtifactState::Applied, true);
        assert!(tour.hint("^S", "Space", "u").contains("^S writes"));
        tour.decided(ArtifactState::Applied, false);
        assert!(tour.hint("^S", "Space", "u").contains("u takes it back"));
        tour.next_scene();
        assert!(tour.hint("^S", "Space", "u").contains("That was the tour"));
    }
}
