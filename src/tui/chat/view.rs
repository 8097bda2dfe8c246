//! Draws the part of the conversation that the pane shows.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{Chat, MARGIN, marking};
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::Line,
    theme::Theme,
};

impl Chat {
    /// Lays out what a pane of this size shows. Comes before [`Chat::draw`].
    pub(crate) fn prepare(&mut self, area: Rect) {
        self.columns = usize::from(area.width.saturating_sub(MARGIN + 1)).max(1);
        self.rows = usize::from(area.height);
        self.stretches();
        self.forget_far_layouts();
    }

    /// Draws what was prepared.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        let mut y = area.y;
        for stretch in self.stretches_as_laid() {
            for line in stretch.lines {
                if y >= area.bottom() {
                    return;
                }
                let row = Rect { y, height: 1, ..area };
                self.draw_line(stretch.entry, line, row, buffer, theme);
                y += 1;
            }
        }
        self.draw_hint(area, buffer, theme);
    }

    fn draw_line(&self, entry: usize, line: usize, row: Rect, buffer: &mut Buffer, theme: &Theme) {
        let gap = self.gap(entry);
        let Some(laid) = line.checked_sub(gap).and_then(|line| self.entries[entry].laid().get(line)) else {
            return;
        };
        if self.selected == Some(entry) && line == gap {
            Line::of("›", Tone::Accent).draw(row, buffer, theme, Ground::Screen);
        }
        let before = MARGIN + self.entries[entry].indent() as u16;
        let inner = Rect { x: row.x + before, width: row.width.saturating_sub(before), ..row };
        match self.painted(entry, line, laid) {
            Some(painted) => painted.draw(inner, buffer, theme, Ground::Screen),
            None => laid.draw(inner, buffer, theme, Ground::Screen),
        }
    }

    /// The line with what is marked and found on it, where there is such.
    fn painted(&self, entry: usize, line: usize, laid: &Line) -> Option<Line> {
        let marked = self.marking.and_then(|marking| marking.columns(entry, line));
        let found = self.find.as_ref().map(|find| find.places(laid.text())).unwrap_or_default();
        if marked.is_none() && found.is_empty() {
            return None;
        }
        let mut painted = laid.clone();
        for place in found {
            let here = line.checked_sub(self.gap(entry)).zip(self.find.as_ref());
            let is_here = here.is_some_and(|(line, find)| find.is_here(entry, line, place.start));
            let ground = if is_here { Ground::FoundHere } else { Ground::Found };
            painted.paint(place, |ink: Ink| ink.on(ground));
        }
        if let Some(columns) = marked {
            let columns = marking::behind(columns, self.entries[entry].indent());
            painted.paint(marking::bytes(laid, columns), |ink| ink.on(Ground::Marked));
        }
        Some(painted)
    }

    /// Tells a reader that there is more below.
    fn draw_hint(&self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        if self.follows() || area.width < 20 || area.height < 4 {
            return;
        }
        let hint = Line::of(" ↓ more below: End ", Tone::Accent);
        let width = u16::try_from(hint.width()).unwrap_or(area.width).min(area.width);
        let corner = Rect { x: area.right() - width, y: area.bottom() - 1, width, height: 1 };
        hint.draw(corner, buffer, theme, Ground::Popup);
    }
}
