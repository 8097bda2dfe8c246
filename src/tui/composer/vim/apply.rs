//! What a complete command does to a text: ranges, replacements and where the caret ends.

use std::ops::Range;

use super::{
    Change, Register, Step, Vim,
    command::{Command, Find, Insert, Motion, Operator, Target, Verb},
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

/// What an operator works on.
struct Span {
    range: Range<usize>,
    lines: bool,
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

    /// Where a motion leads; nothing if it leads nowhere.
    fn target(&mut self, to: Motion, count: Option<usize>, text: &str, caret: usize) -> Option<usize> {
        let times = count.unwrap_or(1);
        let lines = isize::try_from(times).unwrap_or(isize::MAX);
        match to {
            Motion::Left => Some(repeat(times, caret, |at| left_in_line(text, at))),
            Motion::Right => Some(repeat(times, caret, |at| right_in_line(text, at))),
            Motion::Up => Some(motion::lines_away(text, caret, -lines)),
            Motion::Down => Some(motion::lines_away(text, caret, lines)),
            Motion::Word { big } => Some(repeat(times, caret, |at| motion::next_word(text, at, big))),
            Motion::Back { big } => Some(repeat(times, caret, |at| motion::word_back(text, at, big))),
            Motion::End { big } => Some(repeat(times, caret, |at| motion::word_end(text, at, big))),
            Motion::LineStart => Some(motion::line_start(text, caret)),
            Motion::FirstWord => Some(motion::first_word(text, caret)),
            Motion::LineEnd => Some(motion::line_end(text, motion::lines_away(text, caret, lines - 1))),
            Motion::TextStart => Some(line_by_number(text, count.unwrap_or(1))),
            Motion::TextEnd => Some(line_by_number(text, count.unwrap_or(usize::MAX))),
            Motion::Find(find) => {
                self.found = Some(find);
                find.hit(text, caret, times, false)
            }
            Motion::FindAgain { reverse } => {
                let found = self.found?;
                Find { backwards: found.backwards != reverse, ..found }.hit(text, caret, times, true)
            }
        }
    }

    fn span(
        &mut self,
        operator: Operator,
        target: Target,
        count: Option<usize>,
        text: &str,
        caret: usize,
    ) -> Option<Span> {
        let lines = |from, to| Span {
            range: motion::line_start(text, from)..motion::line_end(text, to),
            lines: true,
        };
        let to = match target {
            Target::Word { around } => {
                return Some(Span { range: motion::word_at(text, caret, around), lines: false });
            }
            Target::Lines => {
                let more = isize::try_from(count.unwrap_or(1)).unwrap_or(isize::MAX) - 1;
                return Some(lines(caret, motion::lines_away(text, caret, more)));
            }
            Target::To(to) => to,
        };
        if let (Operator::Change, Motion::Word { big }) = (operator, to)
            && let Some(end) = changed_word(text, caret, count.unwrap_or(1), big)
        {
            return Some(Span { range: caret..end, lines: false });
        }
        let end = self.target(to, count, text, caret)?;
        let (from, until) = (caret.min(end), caret.max(end));
        match to {
            Motion::Up | Motion::Down if motion::line_start(text, caret) == motion::line_start(text, end) => {
                None
            }
            Motion::Up | Motion::Down | Motion::TextStart | Motion::TextEnd => Some(lines(from, until)),
            Motion::Word { .. } => Some(Span { range: from..word_operand(text, from, until), lines: false }),
            to if self.takes_last(to) => Some(Span { range: from..motion::right(text, until), lines: false }),
            _ => Some(Span { range: from..until, lines: false }),
        }
    }

    /// Whether an operator takes the character on which the motion ends.
    fn takes_last(&self, to: Motion) -> bool {
        match to {
            Motion::End { .. } => true,
            Motion::Find(find) => !find.backwards,
            Motion::FindAgain { reverse } => self.found.is_some_and(|find| find.backwards == reverse),
            _ => false,
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

impl Find {
    /// The `times`th hit of the line. Again, a hit right beside the caret does not count for `t`.
    fn hit(self, text: &str, caret: usize, times: usize, again: bool) -> Option<usize> {
        let skips = usize::from(again && self.till && self.is_beside(text, caret));
        let nth = times + skips - 1;
        if self.backwards {
            let line = &text[motion::line_start(text, caret)..caret];
            let (at, hit) = line.rmatch_indices(self.target).nth(nth)?;
            let at = caret - line.len() + at;
            return Some(if self.till { at + hit.len() } else { at });
        }
        let next = motion::right(text, caret);
        let line = text.get(next..motion::line_end(text, caret))?;
        let at = next + line.match_indices(self.target).nth(nth)?.0;
        Some(if self.till { motion::left(text, at) } else { at })
    }

    fn is_beside(self, text: &str, caret: usize) -> bool {
        match self.backwards {
            true => text[..caret].ends_with(self.target),
            false => text[motion::right(text, caret)..].starts_with(self.target),
        }
    }
}

/// `cw` on a word goes to the end of that word, so the blanks behind it stay.
fn changed_word(text: &str, caret: usize, count: usize, big: bool) -> Option<usize> {
    let on_word = text[caret..].chars().next().is_some_and(|c| !c.is_whitespace());
    on_word.then(|| {
        let end = motion::class_end(text, caret, big);
        repeat(count - 1, end, |at| motion::class_end(text, motion::next_word(text, at, big), big))
    })
}

/// The last word of a line ends with the line, whatever lies before the next word.
fn word_operand(text: &str, from: usize, until: usize) -> usize {
    let blanks = text[from..until].trim_end().len();
    match text[from + blanks..until].find('\n') {
        Some(line_feed) if blanks > 0 => from + blanks + line_feed,
        _ => until,
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

fn line_by_number(text: &str, number: usize) -> usize {
    motion::first_word(text, motion::line_number(text, number.saturating_sub(1)))
}

fn left_in_line(text: &str, at: usize) -> usize {
    motion::left(text, at).max(motion::line_start(text, at))
}

fn right_in_line(text: &str, at: usize) -> usize {
    motion::right(text, at).min(motion::line_end(text, at))
}

/// Goes on until the count is reached or nothing moves any more.
fn repeat(times: usize, from: usize, step: impl Fn(usize) -> usize) -> usize {
    let mut at = from;
    for _ in 0..times {
        let next = step(at);
        if next == at {
            break;
        }
        at = next;
    }
    at
}
