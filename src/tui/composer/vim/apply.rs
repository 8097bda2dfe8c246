//! What a complete command does to a text: replacements, and where the caret ends.

use std::ops::Range;

use super::{
    Change, Register, Step, Vim,
    command::{Command, Insert, Operator, Verb},
    span::{Span, repeat, right_in_line},
};
use crate::tui::composer::{document, motion};

/// A step, and whether typing follows it.
pub(super) struct Done {
    pub(super) step: Step,
    pub(super) inserts: bool,
}

impl Done {
    fn moved(to: usize) -> Self {
        Self { step: Step::Caret(to), inserts: false }
    }

    fn changed(range: Range<usize>, with: impl Into<String>, caret: usize) -> Self {
        Self { step: Step::Change(Change { range, with: with.into(), caret }), inserts: false }
    }

    fn then_insert(self) -> Self {
        Self { inserts: true, ..self }
    }
}

impl Vim {
    /// Nothing, if the command finds nothing to work on.
    pub(super) fn apply(&mut self, command: &Command, text: &str, caret: usize) -> Option<Done> {
        match command.verb {
            Verb::Move(to) => self.target(to, command.count, text, caret).map(Done::moved),
            Verb::Operate(operator, target) => {
                let span = self.span(operator, target, command.count, text, caret)?;
                Some(self.operate(operator, span, text, caret))
            }
            Verb::Insert(place) => Some(insert(place, text, caret)),
            Verb::Replace(with) => replace(with, command.count(), text, caret),
            Verb::SwapCase => swap_case(command.count(), text, caret),
            Verb::Join => join(command.count(), text, caret),
            Verb::Put { before } => self.put(before, command.count(), text, caret),
            Verb::Undo | Verb::Repeat => None,
        }
    }

    fn operate(&mut self, operator: Operator, span: Span, text: &str, caret: usize) -> Done {
        let Span { range, lines } = span;
        let line_feed = if lines { "\n" } else { "" };
        if !range.is_empty() || lines {
            self.register = Register { text: text[range.clone()].to_owned() + line_feed, lines };
        }
        match operator {
            Operator::Yank if lines => Done::moved(caret),
            Operator::Yank => Done::moved(range.start),
            Operator::Change => {
                let start = range.start;
                Done::changed(range, "", start).then_insert()
            }
            Operator::Delete if lines => delete_lines(text, range),
            Operator::Delete => {
                let start = range.start;
                Done::changed(range, "", start)
            }
        }
    }

    fn put(&self, before: bool, count: usize, text: &str, caret: usize) -> Option<Done> {
        let Register { text: piece, lines } = &self.register;
        let count = count.min(document::MOST / piece.len().max(1)).max(1);
        let all = piece.repeat(count);
        let start = motion::line_start(text, caret);
        let end = motion::line_end(text, caret);
        match (lines, before) {
            _ if piece.is_empty() => None,
            (true, true) => {
                Some(Done::changed(start..start, all.as_str(), motion::first_word(&all, 0) + start))
            }
            (true, false) => {
                let all = format!("\n{}", all.strip_suffix('\n').unwrap_or(&all));
                let caret = end + motion::first_word(&all, 1);
                Some(Done::changed(end..end, all, caret))
            }
            (false, before) => {
                let at = if before { caret } else { right_in_line(text, caret) };
                let caret = at + motion::left(&all, all.len());
                Some(Done::changed(at..at, all, caret))
            }
        }
    }
}

/// Lines go with a line feed: the one behind them, or at the end of the text the one before.
fn delete_lines(text: &str, range: Range<usize>) -> Done {
    if range.end < text.len() {
        let next = range.end + 1;
        let caret = range.start + motion::first_word(&text[next..], 0);
        return Done::changed(range.start..next, "", caret);
    }
    let start = range.start.saturating_sub(1);
    let rest = &text[..start];
    Done::changed(start..range.end, "", motion::first_word(rest, rest.len()))
}

fn insert(place: Insert, text: &str, caret: usize) -> Done {
    let (at, with, to) = match place {
        Insert::Here => (caret, "", caret),
        Insert::Behind => (right_in_line(text, caret), "", right_in_line(text, caret)),
        Insert::FirstWord => (motion::first_word(text, caret), "", motion::first_word(text, caret)),
        Insert::LineEnd => (motion::line_end(text, caret), "", motion::line_end(text, caret)),
        Insert::LineBelow => (motion::line_end(text, caret), "\n", motion::line_end(text, caret) + 1),
        Insert::LineAbove => (motion::line_start(text, caret), "\n", motion::line_start(text, caret)),
    };
    Done::changed(at..at, with, to).then_insert()
}

/// All or nothing: a line with fewer characters stays as it is.
fn replace(with: char, count: usize, text: &str, caret: usize) -> Option<Done> {
    let mut end = caret;
    for _ in 0..count {
        let next = right_in_line(text, end);
        if next == end {
            return None;
        }
        end = next;
    }
    let last = caret + with.len_utf8() * (count - 1);
    Some(Done::changed(caret..end, with.to_string().repeat(count), last))
}

fn swap_case(count: usize, text: &str, caret: usize) -> Option<Done> {
    let end = repeat(count, caret, |at| right_in_line(text, at));
    let swapped: String = text[caret..end].chars().flat_map(swapped).collect();
    let caret_after = caret + swapped.len();
    (end > caret).then(|| Done::changed(caret..end, swapped, caret_after))
}

fn swapped(c: char) -> Vec<char> {
    match c.is_uppercase() {
        true => c.to_lowercase().collect(),
        false => c.to_uppercase().collect(),
    }
}

/// The line and the next ones become one, with a blank between them.
fn join(count: usize, text: &str, caret: usize) -> Option<Done> {
    let start = motion::line_end(text, caret);
    let (mut end, mut with, mut seam) = (start, String::new(), start);
    for _ in 1..count.max(2) {
        let Some(next) = text[end..].strip_prefix('\n') else { break };
        let line = next.lines().next().unwrap_or_default();
        let rest = line.trim_start();
        let before = with.chars().next_back().or(text[..start].chars().next_back());
        seam = start + with.len();
        if !rest.is_empty() && before.is_some_and(|c| !c.is_whitespace()) {
            with.push(' ');
        }
        with.push_str(rest);
        end += 1 + line.len();
    }
    (end > start).then(|| Done::changed(start..end, with, seam))
}
