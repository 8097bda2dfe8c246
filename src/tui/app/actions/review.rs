//! Deciding about parts of a proposal: hunks that are taken or dropped, reasons, the user's own version, a
//! merge with the file as it is now, and taking back what was written of it.

use super::super::{App, Edited, Effect, OnArtifact, overlay::Overlay};
use crate::{
    protocol::{ArtifactAction, ArtifactId, ArtifactState, ArtifactView, PartView, ReviewView, TakeBack},
    tui::{
        action::{Action, Context},
        ink::Tone,
        review::{Around, Review, Writing},
    },
};

impl App {
    /// Takes or drops the hunk that one stands on.
    pub(super) fn toggle_hunk(&mut self) -> Vec<Effect> {
        let hunk = match self.hunk_to_decide() {
            Ok((_, hunk)) => hunk,
            Err(told) => return self.told(&told, Tone::Muted),
        };
        let is_seen = !self.areas.diff.is_empty();
        if let Some((artifact, review)) = self.artifacts.selected_review() {
            review.toggle(hunk);
            let became = if review.dropped().contains(&hunk) { "dropped" } else { "taken" };
            let told = format!("hunk {} is {became}: {}", hunk + 1, artifact.path);
            if !is_seen {
                self.say(told, Tone::Muted);
            }
        }
        self.show_selected_artifact();
        self.ask_part()
    }

    /// Asks what the taken hunks make, where that is not known.
    fn ask_part(&mut self) -> Vec<Effect> {
        let wanted = self.artifacts.selected_review().and_then(|(artifact, review)| {
            let is_pending = artifact.state == ArtifactState::Pending;
            review.wanted_part().filter(|_| is_pending).map(|hunks| (artifact.artifact_id, hunks))
        });
        let Some((id, hunks)) = wanted else { return Vec::new() };
        self.ask(Effect::OnArtifact(id, OnArtifact::Part(hunks)))
    }

    /// The selected proposal and its current hunk; the sentence says why there is nothing to decide.
    fn hunk_to_decide(&self) -> Result<(ArtifactView, u32), String> {
        let artifact = self.waiting_for_parts()?;
        match self.diff.hunk() {
            Some(hunk) => Ok((artifact, hunk)),
            None => Err(format!("{} has no hunk to decide about", artifact.path)),
        }
    }

    /// The selected proposal, if it waits and can be decided about in parts.
    fn waiting_for_parts(&self) -> Result<ArtifactView, String> {
        let Some(artifact) = self.artifacts.selected() else {
            return Err("nothing is proposed yet".to_owned());
        };
        let path = &artifact.path;
        match (&artifact.state, &artifact.action) {
            (ArtifactState::Pending, ArtifactAction::Write) => Ok(artifact.clone()),
            (ArtifactState::Pending, ArtifactAction::Delete) => {
                Err(format!("{path} would be deleted: that is decided as a whole"))
            }
            (ArtifactState::Pending, ArtifactAction::Rename { from }) => {
                Err(format!("{from} would be renamed to {path}: that is decided as a whole"))
            }
            (state, _) => Err(format!("{path} {}", Self::state_told(*state))),
        }
    }

    /// Writes a proposal as it is shown, or says why not.
    pub(super) fn write(&mut self, id: ArtifactId) -> Vec<Effect> {
        let Some((artifact, review)) = self.artifacts.review_of(id) else { return Vec::new() };
        let path = artifact.path.clone();
        match review.writing() {
            Writing::Whole => self.ask(Effect::Apply(vec![id])),
            Writing::Part { hunks, hash } => {
                self.ask(Effect::OnArtifact(id, OnArtifact::WriteHunks { hunks, hash }))
            }
            Writing::Awaited(hunks) => self.ask(Effect::OnArtifact(id, OnArtifact::Part(hunks))),
            Writing::Nothing => {
                let key = self.artifact_key(Action::Reject);
                self.told(&format!("nothing is taken; {key} rejects {path}"), Tone::Warning)
            }
        }
    }

    /// Asks why, then rejects the dropped hunks of the selected proposal; without any, all of it.
    pub(super) fn reject_selected(&mut self) -> Vec<Effect> {
        let selected = self.artifacts.selected_review();
        let waiting = selected.filter(|(artifact, _)| artifact.state == ArtifactState::Pending);
        let Some((artifact, review)) = waiting else {
            return self.told("nothing selected waits for a decision", Tone::Muted);
        };
        let (id, hunks) = (artifact.artifact_id, review.rejected());
        let what = match &hunks {
            Some(hunks) => format!("{} of {} hunks", hunks.len(), review.len()),
            None => file_name(&artifact.path).to_owned(),
        };
        self.open(Overlay::reason(&what, id, hunks))
    }

    /// Asks why, then rejects the hunk that one stands on.
    pub(super) fn reject_hunk(&mut self) -> Vec<Effect> {
        match self.hunk_to_decide() {
            Ok((artifact, hunk)) => {
                let what = format!("hunk {}", hunk + 1);
                self.open(Overlay::reason(&what, artifact.artifact_id, Some(vec![hunk])))
            }
            Err(told) => self.told(&told, Tone::Muted),
        }
    }

    /// The proposal goes through the user's editor.
    pub(super) fn edit_artifact(&mut self) -> Vec<Effect> {
        match self.waiting_for_parts() {
            Ok(ArtifactView { artifact_id: artifact, path, content, .. }) => {
                vec![Effect::Editor(Edited::Artifact(artifact, path), content)]
            }
            Err(told) => self.told(&told, Tone::Muted),
        }
    }

    /// The user's editor has ended: another text takes the place of the proposal.
    pub(in crate::tui::app) fn artifact_edited(&mut self, id: ArtifactId, content: String) -> Vec<Effect> {
        let known = self.artifacts.review_of(id).map(|(artifact, _)| artifact);
        match known.filter(|artifact| artifact.content == content).map(|artifact| artifact.path.clone()) {
            Some(path) => self
                .told(&format!("nothing was changed; the proposal for {path} waits as it was"), Tone::Muted),
            None => self.ask(Effect::OnArtifact(id, OnArtifact::Revise(content))),
        }
    }

    /// Brings the selected proposal together with the file on disk.
    pub(super) fn rebase_artifact(&mut self) -> Vec<Effect> {
        match self.waiting_for_parts() {
            Ok(artifact) => self.ask(Effect::OnArtifact(artifact.artifact_id, OnArtifact::Rebase)),
            Err(told) => self.told(&told, Tone::Muted),
        }
    }

    /// Shows more or less of the file around its hunks.
    pub(super) fn change_context(
        &mut self,
        step: impl Fn(Around) -> Option<Around>,
        at_end: &str,
    ) -> Vec<Effect> {
        let Some((artifact, review)) = self.artifacts.selected_review() else {
            return self.told("nothing is proposed yet", Tone::Muted);
        };
        if artifact.is_new_file || artifact.action == ArtifactAction::Delete {
            return self.told("all of the file is shown already", Tone::Muted);
        }
        match step(review.around()) {
            Some(around) => review.set_around(around),
            None => return self.told(at_end, Tone::Muted),
        }
        self.show_selected_artifact();
        Vec::new()
    }

    /// What taking back the selected artifact would change is shown first.
    pub(super) fn take_back_selected(&mut self) -> Vec<Effect> {
        match self.artifacts.selected().map(|artifact| artifact.artifact_id) {
            Some(id) => self.preview_written(TakeBack::Artifact(id)),
            None => self.told("nothing is proposed yet", Tone::Muted),
        }
    }

    /// Before the next frame: what the selected proposal looks like from the engine, if that is not known.
    pub(in crate::tui::app) fn look_at_selected(&mut self) -> Vec<Effect> {
        let selected = self.artifacts.selected_review();
        let wanted =
            selected.and_then(|(artifact, review)| review.wants_look().then_some(artifact.artifact_id));
        match wanted {
            Some(id) => self.ask(Effect::OnArtifact(id, OnArtifact::Look)),
            None => Vec::new(),
        }
    }

    /// The file on disk may have changed meanwhile.
    pub(in crate::tui::app) fn look_again(&mut self) {
        if let Some((_, review)) = self.artifacts.selected_review() {
            review.look_again();
        }
    }

    /// The engine has looked.
    pub(in crate::tui::app) fn looked(&mut self, view: ReviewView) -> Vec<Effect> {
        let id = view.artifact.artifact_id;
        let Some((_, review)) = self.artifacts.review_of(id) else { return Vec::new() };
        let first_conflict = review.looked(view);
        self.show_selected_artifact();
        let is_selected = self.artifacts.selected().is_some_and(|artifact| artifact.artifact_id == id);
        if let Some(hunk) = first_conflict.filter(|_| is_selected) {
            self.diff.stand_on(hunk);
        }
        self.ask_part()
    }

    /// A proposal and the file as it is now were brought together.
    pub(in crate::tui::app) fn merged(&mut self, view: ReviewView) -> Vec<Effect> {
        let path = &view.artifact.path;
        let key = self.artifact_key(Action::ToggleHunk);
        let (told, tone) = match view.conflicts.len() {
            0 => (format!("merged with {path} as it is on disk; nothing is written yet"), Tone::Good),
            1 => (format!("merged: yours stays in 1 place, {key} takes what is proposed"), Tone::Warning),
            places => {
                let told = format!("merged: yours stays in {places} places, {key} takes what is proposed");
                (told, Tone::Warning)
            }
        };
        self.say(told, tone);
        self.looked(view)
    }

    /// What the taken hunks make is known.
    pub(in crate::tui::app) fn part_known(&mut self, part: &PartView) -> Vec<Effect> {
        let id = part.artifact_id;
        let is_awaited = |(_, review): (_, &mut Review)| review.part_known(part);
        match self.artifacts.review_of(id).is_some_and(is_awaited) {
            true => self.write(id),
            false => Vec::new(),
        }
    }

    /// Files have changed since they were proposed: nothing was written.
    pub(in crate::tui::app) fn stale(&mut self, paths: &[String]) -> Vec<Effect> {
        self.artifacts.pending_reviews().for_each(|(_, review)| review.look_again());
        let key = self.artifact_key(Action::RebaseArtifact);
        let files = paths.join(", ");
        self.told(&format!("nothing is written: {files} changed on disk since; {key} merges"), Tone::Warning)
    }

    /// The key of an action in the panes of artifacts.
    pub(in crate::tui::app) fn artifact_key(&self, action: Action) -> String {
        self.look.keymap.chord_for(Context::Diff, action).unwrap_or_else(|| action.name().to_owned())
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
