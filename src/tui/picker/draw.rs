//! How the list looks: the query and a count, rows with their matched letters, a preview at the right.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};
use unicode_segmentation::UnicodeSegmentation;

use super::{Item, Picker, popup};
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::{Line, width},
    theme::Theme,
};

/// What stands before the query; not the composer's sign, since both can be seen at once.
const SIGN: &str = "/ ";

/// Columns from which on there is room for a preview.
const WIDE: u16 = 80;

/// Rows from which on the query stands a row apart.
const TALL: u16 = 8;

/// Less of a detail that has to be cut is not shown.
const LEAST_DETAIL: usize = 12;

/// Where the parts stand.
struct Parts {
    query: Rect,
    list: Rect,
    preview: Option<Rect>,
}

impl<T> Picker<T> {
    /// Draws it over all of `area`. A preview is shown if there are lines for it and there is room.
    pub(crate) fn draw(&mut self, area: Rect, buffer: &mut Buffer, theme: &Theme, preview: &[Line]) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        popup::frame(&self.title, area, buffer, theme);
        let parts = parts(area, !preview.is_empty());
        self.query_line(parts.query.width).draw(parts.query, buffer, theme, Ground::Popup);
        self.draw_list(parts.list, buffer, theme);
        if let Some(place) = parts.preview {
            draw_preview(preview, place, buffer, theme);
        }
    }

    /// Where the caret of the query stands.
    pub(crate) fn cursor(&self, area: Rect) -> Position {
        let place = parts(area, false).query;
        let query = fit_end(&Line::of(self.query(), Ink::TEXT), query_width(place.width, &self.count()));
        let column = width(SIGN) + query.width();
        let last = place.width.saturating_sub(1);
        Position { x: place.x + u16::try_from(column).unwrap_or(u16::MAX).min(last), y: place.y }
    }

    /// A click selects a row; false if there is none.
    pub(crate) fn click(&mut self, column: u16, row: u16) -> bool {
        let is_inside = self.list.contains(Position { x: column, y: row });
        let clicked = self.top + usize::from(row.saturating_sub(self.list.y));
        let is_row = is_inside && clicked < self.search.shown().len();
        if is_row {
            self.select(clicked);
        }
        is_row
    }

    fn count(&self) -> String {
        format!("{} of {}", self.search.shown().len(), self.search.offered(&self.items))
    }

    /// The query's end at the left, the count at the right.
    fn query_line(&self, columns: u16) -> Line {
        let count = self.count();
        let query = fit_end(&Line::of(self.query(), Ink::TEXT), query_width(columns, &count));
        let mut line = Line::of(SIGN, Ink::new(Tone::Accent).bold());
        line.append(&query);
        let columns = usize::from(columns);
        if line.width() + 1 + width(&count) < columns {
            line.pad_to(columns - width(&count), Ink::TEXT);
            line.push(&count, Tone::Muted);
        }
        line
    }

    fn draw_list(&mut self, area: Rect, buffer: &mut Buffer, theme: &Theme) {
        self.list = area;
        if self.search.shown().is_empty() {
            let sentence = self.nothing().fit(usize::from(area.width));
            return sentence.draw(area, buffer, theme, Ground::Popup);
        }
        self.scroll(usize::from(area.height));
        for y in 0..area.height {
            let row = self.top + usize::from(y);
            let Some(line) = self.row_line(row, usize::from(area.width)) else { break };
            let ground = if row == self.row { Ground::Selected } else { Ground::Popup };
            line.draw(Rect { y: area.y + y, height: 1, ..area }, buffer, theme, ground);
        }
    }

    fn nothing(&self) -> Line {
        match self.items.is_empty() {
            true => Line::of(&self.empty, Tone::Muted),
            false => Line::of("Nothing matches “", Tone::Muted)
                .and(self.query(), Tone::Text)
                .and("”.", Tone::Muted),
        }
    }

    /// Scrolls only as far as the selection needs.
    fn scroll(&mut self, height: usize) {
        let last_top = self.search.shown().len().saturating_sub(height.max(1));
        let least = (self.row + 1).saturating_sub(height.max(1));
        self.top = self.top.clamp(least, self.row).min(last_top);
    }

    fn row_line(&mut self, row: usize, columns: usize) -> Option<Line> {
        let item = self.items.get(self.search.shown().get(row)?.index as usize)?;
        let sign = if row == self.row { "▸ " } else { "  " };
        let mut line = Line::of(sign, Tone::Accent);
        let label = label(item, &self.search.matches(item));
        let room = columns.saturating_sub(width(sign));
        let detail = self.detail(item, room.saturating_sub(label.width() + 2), room);
        let gap = if detail.is_empty() { 0 } else { detail.width() + 2 };
        let room = room.saturating_sub(gap);
        line.append(&if self.of_paths { fit_end(&label, room) } else { label.fit(room) });
        line.pad_to(columns.saturating_sub(detail.width()), Ink::TEXT);
        line.append(&detail);
        Some(line)
    }
}

impl<T> Picker<T> {
    /// What the label leaves room for. Of a list that is wide enough a long label leaves it a third;
    /// a few letters of it help nobody.
    fn detail(&self, item: &Item<T>, left: usize, room: usize) -> Line {
        let least = if room >= 2 * LEAST_DETAIL { room / 3 } else { 0 };
        let detail = Line::of(&item.detail, Tone::Muted).fit(left.max(least));
        let is_cut = detail.text() != item.detail;
        if is_cut && detail.width() < LEAST_DETAIL { Line::default() } else { detail }
    }
}

/// The label, its matched characters emphasised.
fn label<T>(item: &Item<T>, matches: &[usize]) -> Line {
    let mut line = Line::default();
    for (at, grapheme) in item.label.graphemes(true).enumerate() {
        match matches.binary_search(&at) {
            Ok(_) => line.push(grapheme, Ink::new(Tone::Accent).bold()),
            Err(_) => line.push(grapheme, Ink::TEXT),
        }
    }
    line
}

/// Cut at its start: the end of a path or of what one types says more.
fn fit_end(line: &Line, columns: usize) -> Line {
    let mut left = line.width();
    if left <= columns {
        return line.clone();
    }
    let mut start = 0;
    for (at, grapheme) in line.text().grapheme_indices(true) {
        if left < columns {
            break;
        }
        left -= width(grapheme).min(left);
        start = at + grapheme.len();
    }
    let ellipsis = if columns > 0 { "…" } else { "" };
    let mut cut = Line::of(ellipsis, Tone::Muted);
    cut.append(&line.slice(start..line.text().len()));
    cut
}

/// Columns for the query: the sign, the caret and, where there is room, the count take theirs.
fn query_width(columns: u16, count: &str) -> usize {
    let columns = usize::from(columns).saturating_sub(width(SIGN) + 1);
    match columns > 3 * width(count) {
        true => columns - width(count) - 1,
        false => columns,
    }
}

fn parts(area: Rect, has_preview: bool) -> Parts {
    let inside = popup::inside(area);
    let query = Rect { height: inside.height.min(1), ..inside };
    let above = if inside.height >= TALL { 2 } else { 1 }.min(inside.height);
    let below = Rect { y: inside.y + above, height: inside.height - above, ..inside };
    if !has_preview || below.width < WIDE {
        return Parts { query, list: below, preview: None };
    }
    let width = below.width / 2;
    let preview = Rect { x: below.x + width + 1, width: below.width - width - 1, ..below };
    Parts { query, list: Rect { width, ..below }, preview: Some(preview) }
}

/// Lines beside the list, behind a thin rule.
fn draw_preview(lines: &[Line], area: Rect, buffer: &mut Buffer, theme: &Theme) {
    for y in 0..area.height {
        let row = Rect { y: area.y + y, height: 1, ..area };
        Line::of("│", Tone::Rule).draw(row, buffer, theme, Ground::Popup);
        if let Some(line) = lines.get(usize::from(y)) {
            let text = Rect { x: row.x + 2, width: row.width.saturating_sub(2), ..row };
            line.fit(usize::from(text.width)).draw(text, buffer, theme, Ground::Popup);
        }
    }
}
