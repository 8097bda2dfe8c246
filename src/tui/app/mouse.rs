//! The mouse: the wheel scrolls what it is over, a click goes there, and text that is dragged over is
//! copied when the button is let go.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::{App, Effect};
use crate::tui::{areas::Pane, ink::Tone};

/// Lines that a notch of the wheel moves.
const WHEEL: isize = 3;

impl App {
    pub(super) fn mouse(&mut self, event: MouseEvent) -> Vec<Effect> {
        match event.kind {
            MouseEventKind::ScrollUp => self.wheel(event, -WHEEL),
            MouseEventKind::ScrollDown => self.wheel(event, WHEEL),
            MouseEventKind::Down(MouseButton::Left) => self.press(event),
            MouseEventKind::Drag(MouseButton::Left) => {
                let (row, column) = self.in_chat(event);
                self.chat.mark_to(row, column);
                Vec::new()
            }
            MouseEventKind::Up(MouseButton::Left) => self.release(event),
            _ => Vec::new(),
        }
    }

    fn wheel(&mut self, event: MouseEvent, by: isize) -> Vec<Effect> {
        if let Some(overlay) = &mut self.overlay {
            overlay.scroll(by);
            return Vec::new();
        }
        match self.areas.pane_at(event.column, event.row) {
            Some(Pane::Diff) => self.diff.scroll(by),
            Some(Pane::Artifacts) => self.select_artifact(by.signum()),
            _ => {
                self.chat.scroll(by);
                return self.older_if_near();
            }
        }
        Vec::new()
    }

    fn press(&mut self, event: MouseEvent) -> Vec<Effect> {
        self.chat.unmark();
        if let Some(overlay) = &mut self.overlay {
            return match overlay.click(event.column, event.row) {
                true => self.overlay_changed(),
                false => Vec::new(),
            };
        }
        if self.areas.tabs.contains((event.column, event.row).into()) {
            self.press_tab(event.column);
            return Vec::new();
        }
        let Some(pane) = self.areas.pane_at(event.column, event.row) else { return Vec::new() };
        self.focus_on(pane);
        match pane {
            Pane::Chat => {
                let (row, column) = self.in_chat(event);
                self.chat.mark_from(row, column);
            }
            Pane::Artifacts => {
                self.artifacts.click(usize::from(event.row - self.areas.artifacts.y));
                self.show_selected_artifact();
            }
            Pane::Composer => {
                let area = self.areas.composer;
                self.composer.click(event.column - area.x, event.row - area.y);
            }
            Pane::Operation | Pane::Diff => {}
        }
        Vec::new()
    }

    fn press_tab(&mut self, column: u16) {
        let mut x = self.areas.tabs.x + 1;
        for (pane, label) in self.tabs() {
            let width = label.width() as u16;
            if (x..x + width).contains(&column) {
                return self.focus_on(pane);
            }
            x += width;
        }
    }

    /// A drag is copied; a click opens or closes what can be folded.
    fn release(&mut self, event: MouseEvent) -> Vec<Effect> {
        if let Some(text) = self.chat.marked_text() {
            self.say("copied", Tone::Good);
            return vec![Effect::Copy(text)];
        }
        let over_chat = self.areas.pane_at(event.column, event.row) == Some(Pane::Chat);
        if !over_chat || self.overlay.is_some() {
            return Vec::new();
        }
        let (row, _) = self.in_chat(event);
        let Some(entry) = self.chat.entry_at(row) else { return Vec::new() };
        let wanted = self.chat.toggle_fold_at(entry);
        wanted.into_iter().map(|(operation, call)| Effect::ToolOutput(operation, call)).collect()
    }

    /// Row and column of the pointer in the conversation's pane, held within it.
    fn in_chat(&self, event: MouseEvent) -> (usize, usize) {
        let area = self.areas.chat;
        let row = event.row.clamp(area.y, area.bottom().saturating_sub(1).max(area.y)) - area.y;
        let column = event.column.clamp(area.x, area.right().saturating_sub(1).max(area.x)) - area.x;
        (usize::from(row), usize::from(column))
    }
}
