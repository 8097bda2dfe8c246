//! What keys do to the text, by name. Which key means which edit is the key map's business.

use std::ops::Range;

use super::{
    Composer, Mode, motion, paste,
    vim::{Change, Step},
};

/// One edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edit {
    /// Types a character; in Vim's normal mode it is a command.
    Char(char),
    /// Begins a line.
    Newline,
    /// Takes away the character before, or a whole chip.
    Backspace,
    /// Takes away the character behind, or a whole chip.
    Delete,
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One row of the screen up.
    Up,
    /// One row of the screen down.
    Down,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word behind.
    WordRight,
    /// To the start of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// To the very start.
    TextStart,
    /// To the very end.
    TextEnd,
    /// Deletes back to the start of a word.
    DeleteWordBack,
    /// Deletes on to the end of a word.
    DeleteWordForward,
    /// Deletes back to the start of the line; there, the line feed before.
    DeleteToLineStart,
    /// Deletes on to the end of the line; there, the line feed behind.
    DeleteToLineEnd,
    /// Takes the last change back.
    Undo,
    /// Does it again.
    Redo,
    /// Puts what was deleted last by words or lines.
    Yank,
}

/// What the last edit was: those of one kind in a row are undone together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Typing,
    Erasing,
    Killing,
    Other,
}

impl Composer {
    /// Performs an edit. False if nothing came of it: `Up` on the first row may then mean an old prompt.
    pub(crate) fn edit(&mut self, edit: Edit) -> bool {
        let before = (self.document.revision(), self.document.caret());
        match edit {
            Edit::Char(c) => self.press(c),
            Edit::Newline => self.insert("\n", Run::Other),
            Edit::Backspace => self.erase(motion::left),
            Edit::Delete => self.erase(motion::right),
            Edit::Left => self.go(motion::left),
            Edit::Right => self.go(motion::right),
            Edit::Up => self.go_rows(-1),
            Edit::Down => self.go_rows(1),
            Edit::WordLeft => self.go(motion::word_left),
            Edit::WordRight => self.go(motion::word_right),
            Edit::LineStart => self.go(motion::line_start),
            Edit::LineEnd => self.go(motion::line_end),
            Edit::TextStart => self.go(|_, _| 0),
            Edit::TextEnd => self.go(|text, _| text.len()),
            Edit::DeleteWordBack => self.kill(motion::word_left),
            Edit::DeleteWordForward => self.kill(motion::word_right),
            Edit::DeleteToLineStart => self.kill(or(motion::line_start, motion::left)),
            Edit::DeleteToLineEnd => self.kill(or(motion::line_end, motion::right)),
            Edit::Undo => self.undo(1),
            Edit::Redo => self.redo(),
            Edit::Yank => self.yank(),
        }
        matches!(edit, Edit::Char(_)) || before != (self.document.revision(), self.document.caret())
    }

    fn press(&mut self, c: char) {
        match self.mode() {
            Some(Mode::Normal) => self.press_vim(c),
            _ if c == '\n' || c == '\r' => self.insert("\n", Run::Other),
            _ => self.insert(c.encode_utf8(&mut [0; 4]), Run::Typing),
        }
    }

    fn press_vim(&mut self, key: char) {
        let Some(vim) = &mut self.vim else { return };
        let step = vim.press(key, self.document.text(), self.document.caret());
        self.run = Run::Other;
        match step {
            Step::Wait => {}
            Step::Caret(at) => self.stand_at(at),
            Step::Change(Change { range, with, caret }) => {
                self.document.begin_step();
                let is_whole = self.chips.whole(self.document.text(), range.clone()) == range;
                let fits = self.replace(range, &with);
                self.stand_at(if is_whole && fits { caret } else { self.document.caret() });
            }
            Step::Undo(times) => self.undo(times),
        }
    }

    /// Types text: words are taken back one by one.
    fn insert(&mut self, text: &str, run: Run) {
        let is_blank = text.starts_with(char::is_whitespace);
        self.step(if is_blank { Run::Other } else { run });
        self.run = run;
        let at = self.document.caret();
        self.replace(at..at, text);
        if let Some(vim) = &mut self.vim {
            vim.typed(text);
        }
    }

    /// Puts text in one piece.
    pub(super) fn put(&mut self, text: &str) {
        let at = self.document.caret();
        self.change(at..at, text);
    }

    /// A change of its own, the caret behind it.
    pub(super) fn change(&mut self, range: Range<usize>, with: &str) {
        self.halt();
        self.document.begin_step();
        self.replace(range, with);
        self.stand_at(self.document.caret());
    }

    /// All the text, anew.
    pub(super) fn load(&mut self, text: &str) {
        self.change(0..self.document.text().len(), &paste::with_plain_line_ends(text));
    }

    /// The one way by which text changes: a chip goes wholly or stays, and what is too much to be
    /// edited is folded. False if it was folded.
    fn replace(&mut self, range: Range<usize>, with: &str) -> bool {
        self.goal = None;
        let range = self.chips.whole(self.document.text(), range);
        let fits = with.len() <= self.document.room() + range.len();
        match fits {
            true => self.document.replace(range, with),
            false if with.len() > 4 => {
                let label = self.chips.fold(with.to_owned());
                self.document.replace(range, &label);
            }
            false => {}
        }
        fits
    }

    fn erase(&mut self, motion: impl Fn(&str, usize) -> usize) {
        if self.mode() == Some(Mode::Normal) {
            return self.go(motion);
        }
        self.step(Run::Erasing);
        let (caret, to) = (self.document.caret(), motion(self.document.text(), self.document.caret()));
        self.replace(caret.min(to)..caret.max(to), "");
        if let Some(vim) = &mut self.vim {
            vim.erased();
        }
    }

    /// Deletes and remembers; in a row, it remembers all of it.
    fn kill(&mut self, motion: impl Fn(&str, usize) -> usize) {
        let goes_on = self.run == Run::Killing;
        self.halt();
        self.document.begin_step();
        self.run = Run::Killing;
        let (caret, to) = (self.document.caret(), motion(self.document.text(), self.document.caret()));
        let range = self.chips.whole(self.document.text(), caret.min(to)..caret.max(to));
        let piece = self.document.text()[range.clone()].to_owned();
        if !piece.is_empty() {
            let kept = if goes_on { std::mem::take(&mut self.killed) } else { String::new() };
            self.killed = if to < caret { piece + &kept } else { kept + &piece };
        }
        self.replace(range, "");
        self.stand_at(self.document.caret());
    }

    fn yank(&mut self) {
        let text = self.killed.clone();
        let shown = if super::chips::is_big(&text) { self.chips.fold(text) } else { text };
        self.put(&shown);
    }

    fn undo(&mut self, times: usize) {
        self.halt();
        let mut revision = None;
        for _ in 0..times {
            if revision.replace(self.document.revision()) == Some(self.document.revision()) {
                break;
            }
            self.document.undo();
        }
        self.stand_at(self.document.caret());
    }

    fn redo(&mut self) {
        self.halt();
        self.document.redo();
        self.stand_at(self.document.caret());
    }

    fn go(&mut self, motion: impl Fn(&str, usize) -> usize) {
        self.halt();
        self.stand_at(motion(self.document.text(), self.document.caret()));
    }

    fn go_rows(&mut self, rows: isize) {
        let goal = self.goal;
        self.halt();
        self.layout.update(&self.document, &self.chips, None);
        let (text, caret) = (self.document.text(), self.document.caret());
        let row = self.layout.row_of(caret);
        let column = goal.unwrap_or_else(|| self.layout.column_of(text, caret));
        if let Some(to) = row.checked_add_signed(rows).filter(|row| *row < self.layout.rows()) {
            self.stand_at(self.layout.at(text, to, column));
        }
        self.goal = Some(column);
    }

    /// Puts the caret there, or beside the chip that it would stand in; in normal mode it stands on a
    /// character.
    pub(super) fn stand_at(&mut self, at: usize) {
        let from = self.document.caret();
        let text = self.document.text();
        let mut at = at.min(text.len());
        if self.mode() == Some(Mode::Normal) && at == motion::line_end(text, at) {
            at = motion::left(text, at).max(motion::line_start(text, at));
        }
        let goes_before = |chip: &Range<usize>| {
            at < from || self.mode() == Some(Mode::Normal) && chip.end == motion::line_end(text, chip.end)
        };
        let at = match self.chips.around(text, at) {
            Some(chip) if goes_before(&chip) => chip.start,
            Some(chip) => chip.end,
            None => at,
        };
        self.document.set_caret(at);
    }

    /// Ends what was going on: the next edit is another step and another change.
    pub(super) fn halt(&mut self) {
        self.run = Run::Other;
        self.goal = None;
        if let Some(vim) = &mut self.vim {
            vim.strayed();
        }
    }

    /// Begins a step unless this edit goes on with the last.
    fn step(&mut self, run: Run) {
        let is_typing = self.vim.as_ref().is_some_and(|vim| vim.is_typing());
        let goes_on = run != Run::Other && run == self.run;
        if !goes_on && !is_typing {
            self.document.begin_step();
        }
        self.run = run;
    }
}

/// `first`, or where that leads nowhere, `second`.
fn or(
    first: impl Fn(&str, usize) -> usize,
    second: impl Fn(&str, usize) -> usize,
) -> impl Fn(&str, usize) -> usize {
    move |text, at| match first(text, at) {
        same if same == at => second(text, at),
        other => other,
    }
}
