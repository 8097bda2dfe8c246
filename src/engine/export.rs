//! Pure: a conversation as Markdown, for people to keep and to send.

use std::{collections::HashSet, fmt::Write};

use crate::{
    engine::{calendar, prompt},
    protocol::{ArtifactId, ArtifactView, Body, ChangeView, ToolCallState, TurnView},
    store::Conversation,
};

/// The whole conversation: who said what, what was done on the way, what was proposed.
pub(crate) fn markdown(conversation: &Conversation, turns: &[TurnView]) -> String {
    let title = one_line(&conversation.title);
    let mut page = Page {
        text: format!("# {title}\n\n{}\n", calendar::minute(conversation.created_at)),
        ..Page::default()
    };
    for turn in turns {
        page.paragraph(&format!("## You, {}", calendar::minute(turn.operation.created_at)));
        page.paragraph(turn.operation.user_message.trim());
        page.paragraph("## Mira");
        turn.events.iter().for_each(|event| page.event(&event.body));
    }
    page.text
}

#[derive(Default)]
struct Page {
    text: String,
    /// Whether the last thing was a line of a list, which the next one goes on with.
    in_list: bool,
    /// Artifacts are told at each step of their life; each is shown once, as it stands now.
    shown: HashSet<ArtifactId>,
}

impl Page {
    fn event(&mut self, body: &Body) {
        match body {
            Body::ChatResponse { content, finished: true, .. } => self.paragraph(content.trim()),
            Body::ToolCall { summary, state, .. } => self.tool(summary, *state),
            Body::Artifact { artifact } => self.artifact(artifact),
            Body::ArtifactApplied { change } => self.applied(change),
            Body::Notice { message } => self.line(&format!("note: {message}")),
            Body::Error { message, .. } => self.line(&format!("error: {message}")),
            Body::ArtifactRejected { path, hunks, reason, .. } => {
                self.rejected(path, hunks.is_some(), reason.as_deref());
            }
            Body::OperationCancelled {} => self.line("stopped"),
            Body::Rewound { .. }
            | Body::Unrewound { .. }
            | Body::OperationStatus { .. }
            | Body::ChatResponse { .. }
            | Body::Reasoning { .. }
            | Body::Delegation { .. }
            | Body::ApprovalRequest { .. }
            | Body::ApprovalDecided { .. }
            | Body::ArtifactDelta { .. }
            | Body::ArtifactDraft { .. }
            | Body::Retrying { .. }
            | Body::Usage { .. } => {}
        }
    }

    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.text, "\n{text}");
        self.in_list = false;
    }

    fn line(&mut self, text: &str) {
        if !std::mem::replace(&mut self.in_list, true) {
            self.text.push('\n');
        }
        let _ = writeln!(self.text, "- {}", one_line(text));
    }

    fn tool(&mut self, summary: &str, state: ToolCallState) {
        match state {
            ToolCallState::Running => {}
            ToolCallState::Completed => self.line(summary),
            ToolCallState::Failed => self.line(&format!("{summary} (failed)")),
            ToolCallState::Cancelled => self.line(&format!("{summary} (stopped)")),
        }
    }

    fn artifact(&mut self, artifact: &ArtifactView) {
        if !self.shown.insert(artifact.artifact_id) {
            return;
        }
        let ArtifactView { added, removed, state, diff, .. } = artifact;
        let (place, does) = (artifact.place(), artifact.does());
        self.paragraph(&format!("**{}** ({does}, +{added} −{removed}, {state})", one_line(&place)));
        self.paragraph(&prompt::fenced("diff", diff));
    }

    fn rejected(&mut self, path: &str, is_part: bool, reason: Option<&str>) {
        let part = if is_part { "parts of " } else { "" };
        let why = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        self.line(&format!("turned down: {part}{path}{why}"));
    }

    fn applied(&mut self, change: &ChangeView) {
        let verb = if change.undoes.is_some() { "taken back" } else { "written" };
        change.files.iter().for_each(|file| self.line(&format!("{verb}: {}", file.path)));
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
