//! Deciding on proposals: write, turn down, take back; and which one is looked at.

use super::super::{App, Draft, Effect, UndoKind};
use crate::{
    protocol::{ArtifactState, ArtifactView, UndoScope},
    tui::{areas::Pane, ink::Tone},
};

impl App {
    pub(super) fn write_selected(&mut self) -> Vec<Effect> {
        let selected = self.artifacts.selected().cloned();
        let pending = |artifact: &ArtifactView| artifact.state == ArtifactState::Pending;
        match selected {
            Some(artifact) if pending(&artifact) => self.ask(Effect::Apply(vec![artifact.artifact_id])),
            Some(artifact) => {
                let state = Self::state_told(artifact.state);
                self.told(&format!("{} {state}", artifact.path), Tone::Muted)
            }
            None => self.told("nothing is proposed yet", Tone::Muted),
        }
    }

    pub(super) fn write_all(&mut self) -> Vec<Effect> {
        let pending: Vec<_> = self.artifacts.pending().map(|artifact| artifact.artifact_id).collect();
        match pending.is_empty() {
            true => self.told("nothing waits to be written", Tone::Muted),
            false => self.ask(Effect::Apply(pending)),
        }
    }

    pub(super) fn reject_selected(&mut self) -> Vec<Effect> {
        let selected = self.artifacts.selected().filter(|artifact| artifact.state == ArtifactState::Pending);
        match selected.map(|artifact| artifact.artifact_id) {
            Some(id) => self.ask(Effect::Reject(id)),
            None => self.told("nothing selected waits for a decision", Tone::Muted),
        }
    }

    /// What would change is shown first. In the panes of artifacts it is about the selected one.
    pub(super) fn undo(&mut self, kind: UndoKind) -> Vec<Effect> {
        let of_artifact = matches!(self.focus, Pane::Artifacts | Pane::Diff);
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
            (None, Some(artifact)) => self.diff.show(artifact),
            (None, None) => self.diff.clear(),
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

    fn state_told(state: ArtifactState) -> &'static str {
        match state {
            ArtifactState::Pending => "waits",
            ArtifactState::Applied => "is written already",
            ArtifactState::Rejected => "was turned down",
            ArtifactState::Undone => "was taken back; ask for it again",
            ArtifactState::Superseded => "was replaced by a newer proposal",
        }
    }
}
