//! Draws the screen: header, panes, prompt, footer, and what lies above them.

use ratatui::{Frame, buffer::Buffer, layout::Rect, style::Style};

use super::{App, EngineState};
use crate::tui::{
    action::{Action, Context},
    areas::{Areas, Pane, Wishes},
    chat::Find,
    help,
    ink::{Ground, Ink, Tone},
    operations::spinner,
    text::{Line, wrap},
};

impl App {
    /// Draws everything and puts the cursor where one types.
    pub(crate) fn draw(&mut self, frame: &mut Frame<'_>) {
        let screen = frame.area();
        self.place(screen);
        self.prepare();
        let areas = self.areas;
        let buffer = frame.buffer_mut();
        self.draw_ground(screen, buffer);
        self.draw_header(areas.header, buffer);
        self.draw_tabs(areas.tabs, buffer);
        self.draw_panes(buffer);
        self.draw_rule(areas.rule, buffer);
        self.draw_hint(areas.hint, buffer);
        self.composer.draw(areas.composer, buffer, &self.look.theme);
        self.draw_footer(areas.footer, buffer);
        let mut cursor = (self.focus == Pane::Composer).then(|| self.composer.cursor(areas.composer));
        if let Some(overlay) = &mut self.overlay {
            cursor = overlay.draw(screen, areas.footer, buffer, &self.look);
        }
        if let Some(cursor) = cursor.filter(|cursor| screen.contains(*cursor)) {
            frame.set_cursor_position(cursor);
        }
    }

    fn place(&mut self, screen: Rect) {
        let composer = self.composer.height(screen.width.saturating_sub(2), screen.height);
        self.screen = screen;
        self.areas = Areas::of(
            screen,
            Wishes {
                side: self.has_side(),
                zoomed: self.zoomed,
                front: self.front,
                composer,
                operation: self.operations.height(),
                artifacts: self.artifacts.height(),
                hint: self.demo.is_some(),
            },
        );
    }

    /// Whether there is something for the side column, and it is not folded away.
    pub(super) fn has_side(&self) -> bool {
        let is_empty = self.operations.is_empty() && self.artifacts.is_empty();
        !self.side_hidden && !is_empty
    }

    /// Lays out what the panes will show.
    fn prepare(&mut self) {
        self.chat.prepare(self.areas.chat);
        self.diff.prepare(self.areas.diff);
    }

    /// How a place looks where nothing stands.
    pub(crate) fn ground(&self) -> Style {
        self.look.theme.style(Ink::TEXT)
    }

    fn draw_ground(&self, screen: Rect, buffer: &mut Buffer) {
        buffer.set_style(screen, self.ground());
    }

    fn draw_header(&self, area: Rect, buffer: &mut Buffer) {
        let header = self.status.header(usize::from(area.width).saturating_sub(1));
        header.draw(area, buffer, &self.look.theme, Ground::Screen);
    }

    fn draw_tabs(&self, area: Rect, buffer: &mut Buffer) {
        let mut line = Line::of(" ", Tone::Muted);
        self.tabs().iter().for_each(|(_, label)| line.append(label));
        line.draw(area, buffer, &self.look.theme, Ground::Screen);
    }

    /// The panes behind tabs, each with its label.
    pub(super) fn tabs(&self) -> Vec<(Pane, Line)> {
        let waiting = self.artifacts.pending().count();
        let label = |pane: Pane| {
            let ink = match pane == self.front {
                true => Ink::from(Tone::Accent).bold(),
                false => Tone::Muted.into(),
            };
            let mut label = Line::of(pane.title(), ink);
            if pane == Pane::Artifacts && waiting > 0 {
                label.push(&format!(" {waiting}"), Tone::Warning);
            }
            label.and("   ", Tone::Muted)
        };
        let panes = Pane::ALL.into_iter().filter(|pane| *pane != Pane::Composer);
        panes.map(|pane| (pane, label(pane))).collect()
    }

    fn draw_panes(&mut self, buffer: &mut Buffer) {
        let (areas, theme) = (self.areas, &self.look.theme);
        if self.chat.is_empty() {
            self.draw_welcome(areas.chat, buffer);
        } else {
            self.chat.draw(areas.chat, buffer, theme);
        }
        self.operations.draw(areas.operation, buffer, theme, self.now);
        self.artifacts.draw(areas.artifacts, buffer, theme, self.focus == Pane::Artifacts);
        self.diff.draw(areas.diff, buffer, theme);
    }

    fn draw_rule(&self, area: Rect, buffer: &mut Buffer) {
        let rule = Line::of("│", Tone::Rule);
        for y in area.y..area.bottom() {
            let cell = Rect { y, height: 1, ..area };
            rule.draw(cell, buffer, &self.look.theme, Ground::Screen);
        }
    }

    /// What an empty conversation says: enough to begin with.
    fn draw_welcome(&self, area: Rect, buffer: &mut Buffer) {
        let lines = [
            Line::of("  Ask about this project, or say what to change.", Tone::Text),
            Line::of("  Nothing is written until you press a key for it.", Tone::Muted),
            Line::default(),
            Line::of("  @", Tone::Accent)
                .and(" a file   ", Tone::Muted)
                .and("/", Tone::Accent)
                .and(" a command   ", Tone::Muted),
            Line::of(&format!("  {}", self.key_for(Action::Palette)), Tone::Accent)
                .and(" everything else   ", Tone::Muted)
                .and(&self.key_for(Action::Help), Tone::Accent)
                .and(" help", Tone::Muted),
        ];
        let lines: Vec<Line> =
            lines.iter().flat_map(|line| wrap(line, usize::from(area.width).max(1), 2)).collect();
        let top = area.y + area.height.saturating_sub(lines.len() as u16) / 3;
        for (line, y) in lines.iter().zip(top..area.bottom()) {
            line.draw(Rect { y, height: 1, ..area }, buffer, &self.look.theme, Ground::Screen);
        }
    }

    fn draw_hint(&self, area: Rect, buffer: &mut Buffer) {
        let Some(demo) = self.demo.as_ref().filter(|_| area.height > 0) else { return };
        let toggle = format!("in its diff {}", self.artifact_key(Action::ToggleHunk));
        let hint = demo.hint(&self.key_for(Action::Write), &toggle, "/undo");
        let line = Line::of(" ", Tone::Accent).and(&hint, Tone::Accent).fit(usize::from(area.width));
        line.draw(area, buffer, &self.look.theme, Ground::Screen);
    }

    /// A message while there is one, else the keys that help here.
    fn draw_footer(&self, area: Rect, buffer: &mut Buffer) {
        let columns = usize::from(area.width).saturating_sub(2);
        let line = self.status.message(self.now).unwrap_or_else(|| self.footer(columns));
        let inner =
            Rect { x: area.x + u16::from(area.width > 1), width: area.width.saturating_sub(1), ..area };
        line.fit(columns).draw(inner, buffer, &self.look.theme, Ground::Screen);
    }

    fn footer(&self, columns: usize) -> Line {
        let queued = self.operations.queued();
        let mut line = Line::default();
        if let EngineState::Opening = self.engine {
            line.push("opening …   ", Tone::Muted);
        }
        if let Some(mode) = self.composer.mode().filter(|_| self.focus == Pane::Composer) {
            line.push(&format!("{}   ", mode.name()), Tone::Accent);
        }
        if queued > 0 {
            line.push(&format!("{queued} queued   "), Tone::Accent);
        }
        if let Some(retry_at) = self.operations.retry_at() {
            let left = (retry_at - self.now).max(0) as f64 / 1000.0;
            line.push(&format!("↻ trying again in {left:.0} s   "), Tone::Warning);
        } else if self.operations.is_running() && self.areas.operation.is_empty() {
            line.push(&format!("{} working   ", spinner(self.now)), Tone::Accent);
        }
        if let Some((_, sentence)) = &self.status.missing {
            line.push(sentence, Tone::Warning);
            return match self.engine {
                EngineState::Failed(_) => line,
                _ => line.and("   /setup", Tone::Accent),
            };
        }
        if let Some(find) = self.chat.find().filter(|_| self.focus == Pane::Chat) {
            return line.and(&self.find_told(find), Tone::Accent);
        }
        let room = columns.saturating_sub(line.width());
        line.append(&help::hints(&self.look.keymap, self.context(), room, |action| {
            action != Action::Stop || self.operations.is_running()
        }));
        line
    }

    /// `find "x": n next · N previous · Esc ends it`
    fn find_told(&self, find: &Find) -> String {
        let key = |action| self.look.keymap.chord_for(Context::Chat, action).unwrap_or_default();
        let missed = if find.missed { "not found: " } else { "find " };
        let (next, previous) = (key(Action::NextMatch), key(Action::PreviousMatch));
        format!("{missed}{:?}   {next} next   {previous} previous   Esc ends it", find.query())
    }

    /// The key for an action where one types, else in the first pane that has one.
    pub(super) fn key_for(&self, action: Action) -> String {
        let contexts = [Context::Composer].iter().chain(action.contexts());
        let keys = contexts.filter_map(|context| self.look.keymap.chord_for(*context, action));
        keys.into_iter().next().unwrap_or_default()
    }
}
