//! What keys do to the text, by name. Which key means which edit is the key map's business.

use super::{
    Composer, Mode,
    change::Run,
    chips, motion,
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
        self.make_room(text.len());
        let at = self.document.caret();
        self.replace(at..at, text);
        if let Some(vim) = &mut self.vim {
            vim.typed(text);
        }
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
        let shown = if chips::is_big(&text) { self.chips.fold(text) } else { text };
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
