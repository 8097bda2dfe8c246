//! Where popups stand and the one frame that the screen has.

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Rect},
    widgets::{Block, Clear, Widget},
};

use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::{Line, width},
    theme::Theme,
};

/// A narrower screen is given to the popup wholly.
const NARROW: u16 = 60;

/// A frame needs that much around what it holds.
const LEAST: (u16, u16) = (12, 5);

/// The middle of `area`, so many hundredths of it; all of it where that is narrow.
pub(crate) fn popup(area: Rect, width_percent: u16, height_percent: u16) -> Rect {
    if area.width < NARROW {
        return area;
    }
    let part = |length: u16, percent: u16| {
        u16::try_from(u32::from(length) * u32::from(percent.min(100)) / 100).unwrap_or(length)
    };
    let (width, height) = (part(area.width, width_percent), part(area.height, height_percent));
    let (width, height) = (width.max(LEAST.0).min(area.width), height.max(LEAST.1).min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// What is inside the frame; a tiny popup has none.
pub(super) fn inside(area: Rect) -> Rect {
    match area.width < LEAST.0 || area.height < LEAST.1 {
        true => area,
        false => area.inner(Margin::new(2, 1)),
    }
}

/// Clears the place of a popup, draws its frame and title, and returns the room inside.
pub(crate) fn frame(title: &str, area: Rect, buffer: &mut Buffer, theme: &Theme) -> Rect {
    clear(area, buffer, theme);
    let inside = inside(area);
    if inside == area {
        return inside;
    }
    let rule = theme.style(Ink::new(Tone::Rule).on(Ground::Popup));
    Block::bordered().border_style(rule).render(area, buffer);
    let title = Line::of(" ", Tone::Accent).and(title, Ink::new(Tone::Accent).bold()).and(" ", Tone::Accent);
    let place = Rect { x: area.x + 1, width: area.width - 2, height: 1, ..area };
    title.fit(usize::from(place.width)).draw(place, buffer, theme, Ground::Popup);
    inside
}

fn clear(area: Rect, buffer: &mut Buffer, theme: &Theme) {
    // A wide character that reaches in from the left would swallow the first column.
    for y in area.y..area.bottom() {
        if let Some(cell) = area.x.checked_sub(1).and_then(|x| buffer.cell_mut((x, y)))
            && width(cell.symbol()) > 1
        {
            cell.set_symbol(" ");
        }
    }
    Clear.render(area, buffer);
    buffer.set_style(area, theme.style(Ink::TEXT.on(Ground::Popup)));
}
