//! Where motions of normal mode lead, and what an operator takes of the text on the way there.

use std::ops::Range;

use super::{
    Vim,
    command::{Find, Motion, Operator, Target},
};
use crate::tui::composer::motion;

/// What an operator works on.
pub(super) struct Span {
    pub(super) range: Range<usize>,
    /// Whether it is whole lines.
    pub(super) lines: bool,
}

impl Span {
    fn of(range: Range<usize>) -> Self {
        Self { range, lines: false }
    }

    /// The lines from one place to another.
    fn lines(text: &str, from: usize, to: usize) -> Self {
        Self { range: motion::line_start(text, from)..motion::line_end(text, to), lines: true }
    }
}

impl Vim {
    /// Where a motion leads; nothing if it leads nowhere.
    pub(super) fn target(
        &mut self,
        to: Motion,
        count: Option<usize>,
        text: &str,
        caret: usize,
    ) -> Option<usize> {
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

    /// What an operator works on; nothing if there is nothing.
    pub(super) fn span(
        &mut self,
        operator: Operator,
        target: Target,
        count: Option<usize>,
        text: &str,
        caret: usize,
    ) -> Option<Span> {
        let times = count.unwrap_or(1);
        match target {
            Target::Word { around } => Some(Span::of(motion::word_at(text, caret, around))),
            Target::Lines => {
                let more = isize::try_from(times).unwrap_or(isize::MAX) - 1;
                Some(Span::lines(text, caret, motion::lines_away(text, caret, more)))
            }
            Target::To(Motion::Word { big }) if operator == Operator::Change && is_on_word(text, caret) => {
                Some(Span::of(caret..end_of_words(text, caret, times, big)))
            }
            Target::To(to) => self.span_to(to, count, text, caret),
        }
    }

    fn span_to(&mut self, to: Motion, count: Option<usize>, text: &str, caret: usize) -> Option<Span> {
        let end = self.target(to, count, text, caret)?;
        let (from, until) = (caret.min(end), caret.max(end));
        let stays = motion::line_start(text, caret) == motion::line_start(text, end);
        match to {
            Motion::Up | Motion::Down if stays => None,
            Motion::Up | Motion::Down | Motion::TextStart | Motion::TextEnd => {
                Some(Span::lines(text, from, until))
            }
            Motion::Word { .. } => Some(Span::of(from..word_operand(text, from, until))),
            to if self.takes_last(to) => Some(Span::of(from..motion::right(text, until))),
            _ => Some(Span::of(from..until)),
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

fn is_on_word(text: &str, caret: usize) -> bool {
    text[caret..].chars().next().is_some_and(|c| !c.is_whitespace())
}

/// `cw` on a word goes to the end of that word, so the blanks behind it stay.
fn end_of_words(text: &str, caret: usize, count: usize, big: bool) -> usize {
    let end = motion::class_end(text, caret, big);
    repeat(count - 1, end, |at| motion::class_end(text, motion::next_word(text, at, big), big))
}

/// The last word of a line ends with the line, whatever lies before the next word.
fn word_operand(text: &str, from: usize, until: usize) -> usize {
    let blanks = text[from..until].trim_end().len();
    match text[from + blanks..until].find('\n') {
        Some(line_feed) if blanks > 0 => from + blanks + line_feed,
        _ => until,
    }
}

fn line_by_number(text: &str, number: usize) -> usize {
    motion::first_word(text, motion::line_number(text, number.saturating_sub(1)))
}

fn left_in_line(text: &str, at: usize) -> usize {
    motion::left(text, at).max(motion::line_start(text, at))
}

pub(super) fn right_in_line(text: &str, at: usize) -> usize {
    motion::right(text, at).min(motion::line_end(text, at))
}

/// Goes on until the count is reached or nothing moves any more.
pub(super) fn repeat(times: usize, from: usize, step: impl Fn(usize) -> usize) -> usize {
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
