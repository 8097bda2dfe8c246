//! The text being written: a [`TextArea`] that keeps lines, caret, wrapping and undo, spoken to in
//! bytes of the whole text, so that motions, chips and mentions are plain functions of a string.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, widgets::Widget};
use ratatui_textarea::{CursorMove, DataCursor, TextArea, WrapMode};

/// Most bytes that are edited as text; what is longer comes as a chip. It keeps every key fast, and
/// rows and columns within the 16 bits that the text area counts with.
pub(super) const MOST: usize = 16 * 1024;

/// Labels of chips still fit when the text is full.
const SPARE: usize = 4 * 1024;

/// Single edits that can be taken back.
const UNDOABLE: usize = 10_000;

/// Text, caret and undo.
#[derive(Debug)]
pub(super) struct Document {
    area: TextArea<'static>,
    text: String,
    steps: Steps,
    revision: u64,
}

/// What one undo takes back.
#[derive(Debug)]
struct Step {
    /// Edits of the text area.
    edits: usize,
    /// Where the caret stood before.
    caret: usize,
}

#[derive(Debug, Default)]
struct Steps {
    done: Vec<Step>,
    undone: Vec<Step>,
    closed: bool,
}

impl Steps {
    fn record(&mut self, edits: usize, caret: usize) {
        self.undone.clear();
        match self.done.last_mut() {
            Some(last) if !self.closed => last.edits += edits,
            _ => self.done.push(Step { edits, caret }),
        }
        self.closed = false;
    }
}

impl Document {
    pub(super) fn new() -> Self {
        let mut area = TextArea::default();
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.set_max_histories(UNDOABLE);
        Self { area, text: String::new(), steps: Steps::default(), revision: 0 }
    }

    /// All lines, joined.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Changes with every change of the text.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    /// Bytes that still fit.
    pub(super) fn room(&self) -> usize {
        MOST.saturating_sub(self.text.len())
    }

    /// Where the caret stands.
    pub(super) fn caret(&self) -> usize {
        self.offset(self.area.cursor())
    }

    /// Puts the caret at a byte, which must be a character boundary.
    pub(super) fn set_caret(&mut self, at: usize) {
        let DataCursor(row, column) = self.position(at);
        let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        self.area.move_cursor(CursorMove::Jump(short(row), short(column)));
    }

    /// What is edited from here on is taken back apart from what was edited before.
    pub(super) fn begin_step(&mut self) {
        self.steps.closed = true;
    }

    /// Puts `with` in the place of `range` and the caret behind it. What is far too long is not taken:
    /// who has such a text folds it before.
    pub(super) fn replace(&mut self, range: Range<usize>, with: &str) {
        if with.len() > self.room() + range.len() + SPARE {
            return;
        }
        let removed = self.text[range.clone()].chars().count();
        let caret = self.caret();
        self.set_caret(range.start);
        let edits = usize::from(removed > 0 && self.area.delete_str(removed))
            + usize::from(!with.is_empty() && self.area.insert_str(with));
        if edits > 0 {
            self.steps.record(edits, caret);
            self.refresh();
        }
    }

    /// Takes the last step back.
    pub(super) fn undo(&mut self) {
        let Some(step) = self.steps.done.pop() else { return };
        for _ in 0..step.edits {
            self.area.undo();
        }
        self.refresh();
        self.set_caret(self.text.floor_char_boundary(step.caret));
        self.steps.undone.push(step);
        self.steps.closed = true;
    }

    /// Does again what was taken back.
    pub(super) fn redo(&mut self) {
        let Some(step) = self.steps.undone.pop() else { return };
        for _ in 0..step.edits {
            self.area.redo();
        }
        self.steps.done.push(step);
        self.steps.closed = true;
        self.refresh();
    }

    fn refresh(&mut self) {
        self.text = self.area.lines().join("\n");
        self.revision += 1;
    }

    /// The bytes at which the rows of the screen begin when it is `width` columns wide.
    pub(super) fn row_starts(&self, width: u16) -> Vec<usize> {
        // The text area wraps for the width it was last drawn at.
        let strip = Rect::new(0, 0, width, 1);
        (&self.area).render(strip, &mut Buffer::empty(strip));
        let mut starts = Vec::new();
        let mut last = None;
        for row in 0.. {
            let at = self.area.screen_to_data(row, 0);
            if last == Some(at) {
                break;
            }
            last = Some(at);
            starts.push(at);
        }
        self.offsets(&starts)
    }

    /// Bytes of rising positions, in one pass over the lines.
    fn offsets(&self, positions: &[DataCursor]) -> Vec<usize> {
        let mut line_start = 0;
        let mut positions = positions.iter().peekable();
        let mut offsets = Vec::with_capacity(positions.len());
        for (row, line) in self.area.lines().iter().enumerate() {
            while let Some(at) = positions.next_if(|at| at.0 == row) {
                offsets.push(line_start + byte_of(line, at.1));
            }
            line_start += line.len() + 1;
        }
        offsets
    }

    fn offset(&self, at: DataCursor) -> usize {
        let lines = self.area.lines();
        let before: usize = lines.iter().take(at.0).map(|line| line.len() + 1).sum();
        before + lines.get(at.0).map_or(0, |line| byte_of(line, at.1))
    }

    fn position(&self, at: usize) -> DataCursor {
        let before = &self.text[..at];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        DataCursor(before.matches('\n').count(), before[line_start..].chars().count())
    }
}

/// The byte of the character numbered `column`.
fn byte_of(line: &str, column: usize) -> usize {
    line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
}
