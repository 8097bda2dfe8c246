//! How the box looks: a sign, the rows that fit, and the place of the terminal's own cursor.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::Composer;
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::Line,
    theme::Theme,
};

/// What stands before the first row.
const SIGN: &str = "> ";

/// Columns of the sign; the rows below are indented by as much.
const INDENT: u16 = 2;

/// What the empty box says.
const PLACEHOLDER: &str = "ask, or /command, or @file";

impl Composer {
    /// Rows it wants: as many as its text takes, at most a third of the screen.
    pub(crate) fn height(&mut self, width: u16, screen_height: u16) -> u16 {
        self.layout.update(&self.document, &self.chips, Some(text_width(width)));
        let rows = u16::try_from(self.layout.rows()).unwrap_or(u16::MAX);
        rows.clamp(1, (screen_height / 3).max(1))
    }

    /// Draws it over all of `area`.
    pub(crate) fn draw(&mut self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        self.place(area);
        for y in 0..area.height {
            let row = Rect { y: area.y + y, height: 1, ..area };
            self.line(y, area.width).draw(row, buffer, theme, Ground::Screen);
        }
    }

    /// Where the caret is drawn, so that input methods know: behind wide characters, never outside.
    pub(crate) fn cursor(&mut self, area: Rect) -> Position {
        self.place(area);
        let caret = self.document.caret();
        let column = self.layout.column_of(self.document.text(), caret);
        let row = self.layout.row_of(caret).saturating_sub(self.top);
        let inside = |offset: usize, length: u16| {
            u16::try_from(offset).unwrap_or(u16::MAX).min(length.saturating_sub(1))
        };
        Position {
            x: area.x + inside(column + usize::from(INDENT), area.width),
            y: area.y + inside(row, area.height),
        }
    }

    /// A click on the screen puts the caret there; false if it was elsewhere.
    pub(crate) fn click(&mut self, column: u16, row: u16) -> bool {
        let area = self.drawn;
        if !area.contains(Position { x: column, y: row }) {
            return false;
        }
        self.place(area);
        self.halt();
        let column = usize::from(column.saturating_sub(area.x + INDENT));
        let row = (self.top + usize::from(row - area.y)).min(self.layout.rows().saturating_sub(1));
        self.stand_at(self.layout.at(self.document.text(), row, column));
        true
    }

    /// Lays out for an area and scrolls only as far as the caret needs.
    fn place(&mut self, area: Rect) {
        self.drawn = area;
        self.layout.update(&self.document, &self.chips, Some(text_width(area.width)));
        let height = usize::from(area.height.max(1));
        let caret = self.layout.row_of(self.document.caret());
        let last_top = self.layout.rows().saturating_sub(height);
        self.top = self.top.clamp((caret + 1).saturating_sub(height), caret).min(last_top);
    }

    /// One row of the box, as wide as it is.
    fn line(&self, y: u16, width: u16) -> Line {
        let mut line = match y {
            0 => Line::of(SIGN, Ink::new(Tone::Accent).bold()),
            _ => Line::of("  ", Ink::TEXT),
        };
        match self.layout.line(self.document.text(), self.top + usize::from(y)) {
            Some(_) if self.is_empty() => line.push(PLACEHOLDER, Tone::Muted),
            Some(row) => line.append(&row),
            None => {}
        }
        let width = usize::from(width);
        let mut line = if self.is_empty() { line.fit(width) } else { line };
        line.pad_to(width, Ink::TEXT);
        line
    }
}

/// Columns for the text: the last column is left to the caret.
fn text_width(width: u16) -> u16 {
    width.saturating_sub(INDENT + 1).max(1)
}
