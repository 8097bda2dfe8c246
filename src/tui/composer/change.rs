//! How the text changes, whatever key it was: chips stay whole, what is too much is folded, and what
//! belongs together is undone together.

use std::ops::Range;

use super::{Composer, Mode, motion, paste};

/// What the last edit was: those of one kind in a row are undone together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Run {
    Typing,
    Erasing,
    Killing,
    Other,
}

impl Composer {
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
    pub(super) fn replace(&mut self, range: Range<usize>, with: &str) -> bool {
        self.goal = None;
        let range = self.chips.whole(self.document.text(), range);
        let fits = with.len() <= self.document.room() + range.len();
        match fits {
            true => self.document.replace(range, with),
            false => {
                let label = self.chips.fold(with.to_owned());
                self.document.replace(range, &label);
            }
        }
        fits
    }

    /// Typing goes on when the text is full: the longer side of the caret becomes a chip.
    pub(super) fn make_room(&mut self, wanted: usize) {
        let (length, caret) = (self.document.text().len(), self.document.caret());
        if self.document.room() >= wanted {
            return;
        }
        let range = if caret >= length - caret { 0..caret } else { caret..length };
        let full = self.chips.expand(&self.document.text()[range.clone()]).into_owned();
        let label = self.chips.fold(full);
        let is_behind = range.start > 0;
        self.document.replace(range, &label);
        if is_behind {
            self.document.set_caret(caret);
        }
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
    pub(super) fn step(&mut self, run: Run) {
        let is_typing = self.vim.as_ref().is_some_and(|vim| vim.is_typing());
        let goes_on = run != Run::Other && run == self.run;
        if !goes_on && !is_typing {
            self.document.begin_step();
        }
        self.run = run;
    }
}
