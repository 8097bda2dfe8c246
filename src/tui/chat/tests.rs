//! The conversation pane as text: what stands where, while one reads and more comes in.
#![allow(clippy::unwrap_used)]

use crate::protocol::{
    Body, ChangeId, ConversationId, IdSource, MessageId, OperationStatus, OperationView, TimeMs,
    ToolCallState,
};
use ratatui::layout::Rect;

use super::*;

mod finding;
mod folding;
mod marking;
mod reading;

/// A conversation that is told by a script.
struct Talk {
    chat: Chat,
    ids: IdSource,
    conversation: ConversationId,
    at: TimeMs,
}

impl Talk {
    fn new(columns: usize, rows: usize) -> Self {
        let ids = IdSource::seeded(3);
        let conversation = ConversationId::new(&ids);
        let mut talk = Self { chat: Chat::default(), ids, conversation, at: 0 };
        talk.show(columns, rows);
        talk
    }

    /// Draws it at a size of the text.
    fn show(&mut self, columns: usize, rows: usize) {
        self.chat.prepare(Rect::new(0, 0, columns as u16 + MARGIN + 1, rows as u16));
    }

    /// A prompt that is stored; it waits if asked so.
    fn ask(&mut self, text: &str, queued: bool) -> OperationId {
        self.chat.say(text);
        let operation = OperationId::new(&self.ids);
        self.chat.accepted(operation, queued);
        operation
    }

    fn event(&mut self, operation_id: OperationId, body: Body) {
        let conversation_id = self.conversation;
        self.chat.take(&Event { seq: 0, at: self.at, conversation_id, operation_id, body });
    }

    /// All in one message.
    fn says(&mut self, operation: OperationId, content: &str) {
        self.says_in(operation.to_string().parse().unwrap(), operation, content);
    }

    fn says_in(&mut self, message_id: MessageId, operation: OperationId, content: &str) {
        self.event(
            operation,
            Body::ChatResponse { message_id, content: content.to_owned(), finished: false },
        );
    }

    fn calls(&mut self, operation: OperationId, call_id: &str, summary: &str, state: ToolCallState) {
        let name = summary.split(' ').next().unwrap().to_owned();
        let body = Body::ToolCall { call_id: call_id.into(), name, summary: summary.into(), state };
        self.event(operation, body);
    }

    fn status(&mut self, operation: OperationId, status: OperationStatus, message: &str) {
        self.event(operation, Body::OperationStatus { status, message: message.to_owned() });
    }

    /// A stored turn.
    fn turn(&self, asked: &str, answered: &str) -> TurnView {
        let id = OperationId::new(&self.ids);
        let operation = OperationView {
            id,
            conversation_id: self.conversation,
            status: OperationStatus::Completed,
            user_message: asked.to_owned(),
            result: None,
            error: None,
            created_at: 0,
            started_at: None,
            completed_at: None,
            cost_usd: 0.0,
        };
        let message_id = id.to_string().parse().unwrap();
        let body = Body::ChatResponse { message_id, content: answered.to_owned(), finished: true };
        let event = Event { seq: 0, at: 0, conversation_id: self.conversation, operation_id: id, body };
        TurnView { operation, events: vec![event] }
    }

    /// What the pane shows.
    fn shown(&self) -> Vec<String> {
        let stretches = self.chat.stretches_as_laid();
        let lines =
            stretches.into_iter().flat_map(|stretch| stretch.lines.map(move |line| (stretch.entry, line)));
        lines.map(|(entry, line)| self.line(entry, line)).collect()
    }

    fn line(&self, entry: usize, line: usize) -> String {
        let laid = line.checked_sub(self.chat.gap(entry)).map(|line| &self.chat.entries[entry].laid()[line]);
        let indent = " ".repeat(self.chat.entries[entry].indent());
        laid.map(|laid| format!("{indent}{}", laid.text()).trim_end().to_owned()).unwrap_or_default()
    }

    /// All of it, laid out as one list of lines.
    fn whole(&mut self) -> Vec<String> {
        let columns = self.chat.columns;
        for entry in &mut self.chat.entries {
            entry.lines(columns);
        }
        let entries = 0..self.chat.entries.len();
        let lines = entries.flat_map(|at| (0..self.chat.height_as_laid(at)).map(move |line| (at, line)));
        let lines: Vec<_> = lines.collect();
        lines.into_iter().map(|(entry, line)| self.line(entry, line)).collect()
    }
}

#[track_caller]
fn check(shown: &[String], expected: &str) {
    assert_eq!(shown.join("\n"), expected.trim_matches('\n'));
}
