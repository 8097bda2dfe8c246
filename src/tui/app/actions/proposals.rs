//! Deciding on proposals: write, turn down, take back; and which one is looked at.

use super::super::{App, Draft, Effect, UndoKind};
use crate::{
    protocol::{ArtifactState, UndoScope},
    tui::{action::Action, areas::Pane, ink::Tone},
};

impl App {
    pub(super) fn write_selected(&mut self) -> Vec<Effect> {
        match self.artifacts.selected().map(|artifact| (artifact.state, artifact.artifact_id)) {
            Some((ArtifactState::Pending, id)) => self.write(id),
            Some((state, _)) => {
                let path = self.artifacts.selected().map_or("", |artifact| &artifact.path);
                self.told(&format!("{path} {}", Self::state_told(state)), Tone::Muted)
            }
            None => self.told("nothing is proposed yet", Tone::Muted),
        }
    }

    /// What is taken as a whole is written all or none; what is taken in part, file by file.
    pub(super) fn write_all(&mut self) -> Vec<Effect> {
        let (mut whole, mut in_part) = (Vec::new(), Vec::new());
        for (artifact, review) in self.artifacts.pending_reviews() {
            match review.is_partial() {
                true => in_part.push(artifact.artifact_id),
                false => whole.push(artifact.artifact_id),
            }
        }
        if whole.is_empty() && in_part.is_empty() {
            return self.told("nothing waits to be written", Tone::Muted);
        }
        let mut effects = if whole.is_empty() { Vec::new() } else { self.ask(Effect::Apply(whole)) };
        effects.extend(in_part.into_iter().flat_map(|id| self.write(id)));
        effects
    }

    /// What would change is shown first. In the panes of artifacts it is about the selected one.
    pub(super) fn undo(&mut self, kind: UndoKind) -> Vec<Effect> {
        let of_artifact = matches!(self.focus, Pane::Artifacts | Pane::Diff);
        if of_artifact && kind == UndoKind::Undo {
            return self.take_back_selected();
        }
        let selected = self.artifacts.selected().filter(|_| of_artifact).map(|artifact| artifact.artifact_id);
        let scope = match (selected, self.conversation) {
            (Some(artifact), _) => UndoScope::Artifact(artifact),
            (None, Some(conversation)) => UndoScope::Conversation(conversation),
            (None, None) => return self.told("this conversation has written nothing yet", Tone::Muted),
        };
        self.ask(Effect::PreviewUndo(scope, kind))
    }

    pub(in crate::tui::app) fn select_artifact(&mut self, by: isize) {
        self.artifacts.select(by);
        self.show_selected_artifact();
    }

    /// The diff pane shows what is selected: a proposal, or a file that is still being written.
    pub(in crate::tui::app) fn show_selected_artifact(&mut self) {
        let draft = self.artifacts.selected_draft().and_then(|path| self.drafts.get_key_value(path));
        match (draft, self.artifacts.selected()) {
            (Some((path, Draft::Whole(text))), _) => self.diff.show_draft(path, text),
            (Some((path, Draft::Edit(diff))), _) => self.diff.show_edit(path, diff),
            (None, Some(_)) => self.show_reviewed_artifact(),
            (None, None) => self.diff.clear(),
        }
    }

    fn show_reviewed_artifact(&mut self) {
        let merge = self.artifact_key(Action::RebaseArtifact);
        if let Some((artifact, review)) = self.artifacts.selected_review() {
            let notice = review.notice(artifact, &merge);
            self.diff.show(artifact, review, notice);
        }
    }

    pub(super) fn copy_artifact(&mut self) -> Vec<Effect> {
        match self.artifacts.selected() {
            Some(artifact) => {
                let text = artifact.content.clone();
                self.say("the proposed file is copied", Tone::Good);
                vec![Effect::Copy(text)]
            }
            None => self.told("nothing is proposed yet", Tone::Muted),
        }
    }

    pub(super) fn side_by_side(&mut self) -> Vec<Effect> {
        match self.diff.toggle_side_by_side() {
            Some(told) => self.told(told, Tone::Muted),
            None => Vec::new(),
        }
    }

    pub(super) fn state_told(state: ArtifactState) -> &'static str {
        match state {
            ArtifactState::Pending => "waits",
            ArtifactState::Applied => "is written already",
            ArtifactState::Rejected => "was turned down",
            ArtifactState::Undone => "was taken back; ask for it again",
            ArtifactState::Superseded => "was replaced by a newer proposal",
        }
    }
}
