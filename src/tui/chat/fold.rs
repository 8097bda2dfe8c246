//! From events to entries: what happened in an operation, in the order in which it is read.

use std::collections::VecDeque;

use super::entry::{Entry, Kind, Look, Said};
use crate::{
    protocol::{
        Body, ChangeView, Decision, Event, OperationId, OperationStatus, TimeMs, ToolCallState, TurnView,
    },
    tui::ink::Tone,
};

/// A turn as it was stored.
pub(super) fn turn(turn: &TurnView) -> Vec<Entry> {
    let operation = &turn.operation;
    let said = if operation.status == OperationStatus::Pending { Said::Queued } else { Said::Stored };
    let prompt = Kind::User { text: operation.user_message.clone(), said };
    let mut entries = VecDeque::from([Entry::new(Some(operation.id), prompt)]);
    for happened in &turn.events {
        event(&mut entries, happened);
    }
    entries.into()
}

/// Takes one event. Where it made a new entry, its place is returned.
pub(super) fn event(entries: &mut VecDeque<Entry>, event: &Event) -> Option<usize> {
    let mut turn = Turn { entries, operation: event.operation_id, at: event.at };
    match &event.body {
        Body::OperationStatus { status, message } => turn.status(*status, message),
        Body::ChatResponse { message_id, content, finished } => {
            turn.close_asides();
            let known =
                turn.find(|kind| matches!(kind, Kind::Answer { message, .. } if message == message_id));
            match (known, finished) {
                (Some(entry), true) => entry.set(content),
                (Some(entry), false) => entry.append(content),
                (None, _) => {
                    return turn.add(Kind::Answer { message: *message_id, text: content.clone() });
                }
            }
            None
        }
        Body::Reasoning { content } => turn.reasoning(content),
        Body::ToolCall { call_id, name, summary, state } => turn.tool_call(call_id, name, summary, *state),
        Body::ArtifactApplied { change } => turn.note('✓', Tone::Good, &applied(change)),
        Body::ArtifactRejected { path, hunks, reason, .. } => {
            let told = turned_down(path, hunks.as_deref(), reason.as_deref());
            turn.note('✗', Tone::Muted, &told)
        }
        Body::Notice { message } => turn.note('·', Tone::Muted, message),
        Body::Error { message, .. } => turn.note('✗', Tone::Error, message),
        Body::OperationCancelled {} => turn.note('✗', Tone::Muted, "stopped"),
        Body::Retrying { attempt, reason, .. } => {
            turn.close_asides();
            turn.retry(*attempt, reason)
        }
        Body::ApprovalRequest { delegation, .. } => {
            let told =
                format!("{} waits for your review: Enter on an empty line, or /review", delegation.summary());
            turn.note('?', Tone::Warning, &told)
        }
        Body::ApprovalDecided { decision, .. } => {
            decided(decision).and_then(|(sign, told)| turn.note(sign, Tone::Muted, &told))
        }
        Body::Delegation { .. }
        | Body::ArtifactDelta { .. }
        | Body::ArtifactDraft { .. }
        | Body::Artifact { .. }
        | Body::Rewound { .. }
        | Body::Unrewound { .. }
        | Body::Usage { .. } => None,
    }
}

/// What the user has decided about a hand-off, where that is not plain.
fn decided(decision: &Decision) -> Option<(char, String)> {
    match decision {
        Decision::Allow { brief: None } => None,
        Decision::Allow { brief: Some(_) } => Some(('✓', "sent as you have changed it".to_owned())),
        Decision::Deny { reason: None } => Some(('✗', "declined".to_owned())),
        Decision::Deny { reason: Some(reason) } => Some(('✗', format!("declined: {reason}"))),
    }
}

/// The entries of one operation.
struct Turn<'a> {
    entries: &'a mut VecDeque<Entry>,
    operation: OperationId,
    at: TimeMs,
}

impl Turn<'_> {
    /// The newest entry of the operation that fits.
    fn find(&mut self, fits: impl Fn(&Kind) -> bool) -> Option<&mut Entry> {
        let own = Some(self.operation);
        self.entries.iter_mut().rev().find(|entry| entry.operation == own && fits(&entry.kind))
    }

    /// The newest entry of the operation.
    fn last(&mut self) -> Option<&mut Entry> {
        self.find(|_| true)
    }

    /// Puts an entry behind the last one of its operation: prompts that wait stay below.
    fn add(&mut self, kind: Kind) -> Option<usize> {
        let own = Some(self.operation);
        let behind = self.entries.iter().rposition(|entry| entry.operation == own);
        let at = behind.map_or(self.entries.len(), |last| last + 1);
        self.entries.insert(at, Entry::new(own, kind));
        Some(at)
    }

    fn note(&mut self, sign: char, tone: Tone, text: &str) -> Option<usize> {
        self.close_asides();
        self.add(Kind::Note { sign, tone, text: text.to_owned() })
    }

    /// Attempts in a row are one line that counts.
    fn retry(&mut self, attempt: u32, reason: &str) -> Option<usize> {
        let kind = Kind::Retry { attempt, reason: reason.to_owned() };
        match self.last() {
            Some(entry) if matches!(entry.kind, Kind::Retry { .. }) => {
                entry.kind = kind;
                entry.forget_layout();
                None
            }
            _ => self.add(kind),
        }
    }

    fn status(&mut self, status: OperationStatus, message: &str) -> Option<usize> {
        if status != OperationStatus::Pending {
            self.begun();
        }
        if status.is_terminal() {
            self.close_asides();
        }
        let told =
            self.last().is_some_and(|last| matches!(&last.kind, Kind::Note { text, .. } if text == message));
        match status {
            OperationStatus::Failed if !told => self.note('✗', Tone::Error, message),
            _ => None,
        }
    }

    /// The prompt does not wait any more.
    fn begun(&mut self) {
        let waiting = |kind: &Kind| matches!(kind, Kind::User { said: Said::Queued | Said::Sending, .. });
        if let Some(entry) = self.find(waiting) {
            if let Kind::User { said, .. } = &mut entry.kind {
                *said = Said::Stored;
            }
            entry.forget_layout();
        }
    }

    /// Thinking has ended, and so has waiting for another attempt.
    fn close_asides(&mut self) {
        let (at, own) = (self.at, Some(self.operation));
        let Some(last) = self.entries.iter().rposition(|entry| entry.operation == own) else { return };
        match &mut self.entries[last].kind {
            Kind::Reasoning { took: took @ None, began, .. } => *took = Some(at - *began),
            _ => return,
        }
        self.entries[last].forget_layout();
    }

    fn reasoning(&mut self, content: &str) -> Option<usize> {
        match self.last() {
            Some(entry) if matches!(entry.kind, Kind::Reasoning { took: None, .. }) => {
                entry.append(content);
                None
            }
            _ => {
                let began = self.at;
                self.add(Kind::Reasoning { text: content.to_owned(), began, took: None, open: false })
            }
        }
    }

    fn tool_call(&mut self, call_id: &str, name: &str, summary: &str, state: ToolCallState) -> Option<usize> {
        self.close_asides();
        if let Some(entry) = self.find(|kind| calls(kind).iter().any(|look| look.call_id == call_id)) {
            let look = calls_mut(&mut entry.kind).iter_mut().find(|look| look.call_id == call_id)?;
            summary.clone_into(&mut look.summary);
            look.state = state;
            entry.forget_layout();
            return None;
        }
        let look = Look { call_id: call_id.to_owned(), summary: summary.to_owned(), state, output: None };
        if hands_over(name) {
            return self.add(Kind::HandOff { look, open: false });
        }
        match self.last() {
            Some(Entry { kind: Kind::Looks { calls, .. }, .. }) => calls.push(look),
            _ => return self.add(Kind::Looks { calls: vec![look], open: false }),
        }
        if let Some(entry) = self.last() {
            entry.forget_layout();
        }
        None
    }
}

/// Whether a tool makes files rather than looking at them.
fn hands_over(tool: &str) -> bool {
    matches!(tool, "generate_code" | "refactor_code" | "debug_code" | "create_artifact")
}

fn calls(kind: &Kind) -> &[Look] {
    match kind {
        Kind::Looks { calls, .. } => calls,
        Kind::HandOff { look, .. } => std::slice::from_ref(look),
        _ => &[],
    }
}

fn calls_mut(kind: &mut Kind) -> &mut [Look] {
    match kind {
        Kind::Looks { calls, .. } => calls,
        Kind::HandOff { look, .. } => std::slice::from_mut(look),
        _ => &mut [],
    }
}

/// `turned down: hunks 1, 3 of src/a.rs (too clever)`
fn turned_down(path: &str, hunks: Option<&[u32]>, reason: Option<&str>) -> String {
    let numbers =
        |hunks: &[u32]| hunks.iter().map(|hunk| (hunk + 1).to_string()).collect::<Vec<_>>().join(", ");
    let part = match hunks {
        None => String::new(),
        Some(hunks @ [_]) => format!("hunk {} of ", numbers(hunks)),
        Some(hunks) => format!("hunks {} of ", numbers(hunks)),
    };
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!("turned down: {part}{path}{reason}")
}

fn applied(change: &ChangeView) -> String {
    let verb = if change.undoes.is_some() { "taken back" } else { "written" };
    let files: Vec<&str> = change.files.iter().map(|file| file.path.as_str()).collect();
    format!("{verb}: {}", files.join(", "))
}
