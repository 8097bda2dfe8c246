//! Pages of the overlays: what was spent, what a prompt held, what an undo would change, a look into
//! a conversation, help, and the field for a key.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{Overlay, Yes};
use crate::{
    protocol::{ArtifactId, ContextView, FileDiff, TranscriptPage, UndoFile, UndoPreview, UsageView},
    tui::{
        app::{App, CostView, Look, UndoKind, setup::KeyEntry},
        dialog::Dialog,
        diff::render_unified,
        help,
        ink::{Ground, Ink, Tone},
        operations::{money, spread, thousands},
        picker::{frame, popup},
        text::{Line, wrap},
        theme::Theme,
    },
};

/// Turns that a look into a conversation shows, and lines of each.
const PREVIEW_LINES: usize = 4;

impl Overlay {
    /// What the conversation and the day have cost, by role and model.
    pub(in crate::tui::app) fn cost(cost: &CostView, screen: Rect) -> Self {
        let columns = Dialog::<Yes>::columns(screen);
        let mut lines = usage("This conversation", &cost.conversation, columns);
        lines.push(Line::default());
        lines.extend(usage("Today, all projects", &cost.today, columns));
        Self::Page(Dialog::page("Cost", lines))
    }

    /// What the last request to the planner was made of.
    pub(in crate::tui::app) fn context(context: Option<&ContextView>, screen: Rect) -> Self {
        let columns = Dialog::<Yes>::columns(screen);
        let lines = match context {
            Some(context) => context_lines(context, columns),
            None => vec![Line::of("Nothing has been sent in this conversation yet.", Tone::Muted)],
        };
        Self::Page(Dialog::page("Context", lines))
    }
}

fn usage(title: &str, usage: &[UsageView], columns: usize) -> Vec<Line> {
    let mut lines = vec![Line::of(title, Ink::TEXT.bold())];
    if usage.is_empty() {
        lines.push(Line::of("  nothing yet", Tone::Muted));
    }
    for row in usage {
        let uncached = row.input.saturating_sub(row.cached);
        let told = Line::of(&format!("  {:<9}", row.role), Tone::Text).and(&row.model, Tone::Muted);
        lines.push(spread(told, &money(row.cost_usd), columns));
        let figures = format!(
            "            {} in uncached · {} cached · {} out, {} of it reasoning",
            thousands(uncached),
            thousands(row.cached),
            thousands(row.output),
            thousands(row.reasoning)
        );
        lines.extend(wrap(&Line::of(&figures, Tone::Muted), columns, 12));
    }
    if usage.len() > 1 {
        let sum = usage.iter().map(|row| row.cost_usd).sum();
        lines.push(spread(Line::of("  together", Tone::Text), &money(sum), columns));
    }
    lines
}

fn context_lines(context: &ContextView, columns: usize) -> Vec<Line> {
    let share = |tokens: u64| (tokens * 100).checked_div(context.window).unwrap_or(0);
    let used = format!(
        "{} of {} tokens, {}%",
        thousands(context.used),
        thousands(context.window),
        share(context.used)
    );
    let mut lines = vec![Line::of(&used, Ink::TEXT.bold())];
    let cached = format!("{} of them came from the provider's cache", thousands(context.cached));
    lines.extend(wrap(&Line::of(&cached, Tone::Muted), columns, 0));
    lines.push(Line::default());
    if context.sections.is_empty() {
        let told = "What it was made of is known from the next prompt on.";
        lines.extend(wrap(&Line::of(told, Tone::Muted), columns, 0));
        return lines;
    }
    let head = Line::of("The last request, estimated by section", Tone::Muted);
    lines.extend(wrap(&head, columns, 0));
    let most = context.sections.iter().map(|section| section.tokens).max().unwrap_or(1).max(1);
    for section in &context.sections {
        let bar = "█".repeat((section.tokens * 20).div_ceil(most) as usize);
        let line = Line::of(&format!("  {:<18} ", section.name), Tone::Text).and(&bar, Tone::Accent);
        lines.push(spread(line, &thousands(section.tokens), columns));
    }
    lines
}

impl App {
    /// Shows what taking back (or writing again) would change, and asks.
    pub(in crate::tui::app) fn ask_undo(&mut self, preview: Option<UndoPreview>, kind: UndoKind) {
        let Some(preview) = preview else {
            let told = match kind {
                UndoKind::Undo => "there is nothing to take back here",
                UndoKind::Redo => "nothing was taken back here",
            };
            return self.say(told, Tone::Muted);
        };
        let lines = undo_lines(&preview.files, Dialog::<Yes>::columns(self.screen));
        let (title, question) = match kind {
            UndoKind::Undo => ("Undo", "Take this back?"),
            UndoKind::Redo => ("Redo", "Write this again?"),
        };
        let refused = preview.files.iter().any(|file| file.conflict.is_some());
        self.overlay = Some(Overlay::Page(match refused {
            true => Dialog::page(title, lines),
            false => Dialog::question(title, lines, question, Yes::Undo(preview.change.change_id, kind)),
        }));
    }

    /// Shows what taking back an artifact would change, and asks.
    pub(in crate::tui::app) fn ask_take_back(&mut self, artifact: ArtifactId, files: &[UndoFile]) {
        if files.is_empty() {
            return self.say("nothing of it is on disk", Tone::Muted);
        }
        let lines = undo_lines(files, Dialog::<Yes>::columns(self.screen));
        let refused = files.iter().any(|file| file.conflict.is_some());
        self.overlay = Some(Overlay::Page(match refused {
            true => Dialog::page("Undo", lines),
            false => Dialog::question("Undo", lines, "Take this back?", Yes::TakeBack(artifact)),
        }));
    }
}

fn undo_lines(files: &[UndoFile], columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for file in files {
        let head = Line::of(&file.path, Ink::TEXT.bold())
            .and(&format!("  +{}", file.added), Tone::Good)
            .and(&format!(" −{}", file.removed), Tone::Error);
        lines.push(head.fit(columns));
        match (&file.conflict, FileDiff::parse(&file.diff)) {
            (Some(conflict), _) => {
                lines.extend(wrap(&Line::of(&format!("✗ {conflict}"), Tone::Error), columns, 2))
            }
            (None, Ok(diff)) => lines.extend(render_unified(&diff, columns)),
            (None, Err(error)) => lines.push(Line::of(&error.to_string(), Tone::Muted)),
        }
        lines.push(Line::default());
    }
    lines
}

/// The last words of a conversation.
pub(super) fn preview(page: &TranscriptPage) -> Vec<Line> {
    let mut lines = Vec::new();
    for turn in &page.turns {
        for line in turn.operation.user_message.lines().take(PREVIEW_LINES) {
            lines.push(Line::of("┃ ", Tone::Accent).and(line, Tone::Text));
        }
        lines.push(Line::default());
        let answer = turn.operation.result.as_deref().or(turn.operation.error.as_deref()).unwrap_or_default();
        let tone = if turn.operation.error.is_some() { Tone::Error } else { Tone::Muted };
        lines.extend(
            answer
                .lines()
                .filter(|line| !line.trim().is_empty())
                .take(PREVIEW_LINES)
                .map(|line| Line::of(line, tone)),
        );
        lines.push(Line::default());
    }
    lines
}

pub(super) fn draw_help(
    filter: &str,
    scroll: &mut usize,
    screen: Rect,
    buffer: &mut Buffer,
    look: &Look,
) -> Option<Position> {
    let area = popup(screen, 96, 90);
    let inner = frame("Help", area, buffer, &look.theme);
    let asked = Line::of("find: ", Tone::Muted).and(filter, Tone::Text);
    asked.draw(Rect { height: 1, ..inner }, buffer, &look.theme, Ground::Popup);
    let body = Rect { y: inner.y + 2.min(inner.height), height: inner.height.saturating_sub(2), ..inner };
    let lines = help::page(&look.keymap, usize::from(body.width), filter);
    *scroll = (*scroll).min(lines.len().saturating_sub(usize::from(body.height)));
    for (line, y) in lines.iter().skip(*scroll).zip(body.y..body.bottom()) {
        line.draw(Rect { y, height: 1, ..body }, buffer, &look.theme, Ground::Popup);
    }
    Some(Position { x: inner.x + asked.width() as u16, y: inner.y })
}

/// The field for a key: what is typed stays unseen, its length does not.
pub(super) fn draw_key(entry: &KeyEntry, screen: Rect, buffer: &mut Buffer, theme: &Theme) -> Position {
    let lines = [
        Line::of(&format!("Paste the key for {} and press Enter.", entry.provider), Tone::Text),
        Line::of("It goes into the system's keyring, or a file that only you can read.", Tone::Muted),
        Line::default(),
        Line::of("> ", Tone::Accent).and(&"•".repeat(entry.typed.chars().count().min(40)), Tone::Text),
        Line::default(),
        Line::of("Esc leaves it for later.", Tone::Muted),
    ];
    let inner = draw_small("Key", &lines, screen, buffer, theme);
    let typed = lines[3].width() as u16;
    Position { x: inner.x + typed.min(inner.width), y: inner.y + 3 }
}

pub(super) fn draw_working(what: &str, screen: Rect, buffer: &mut Buffer, theme: &Theme) {
    draw_small("Setup", &[Line::of(&format!("{what} …"), Tone::Text)], screen, buffer, theme);
}

fn draw_small(title: &str, lines: &[Line], screen: Rect, buffer: &mut Buffer, theme: &Theme) -> Rect {
    let mut area = popup(screen, 70, 40);
    let rows = (lines.len() as u16 + 2).min(screen.height);
    area = Rect { y: screen.y + (screen.height - rows) / 2, height: rows, ..area };
    let inner = frame(title, area, buffer, theme);
    for (line, y) in lines.iter().zip(inner.y..inner.bottom()) {
        line.fit(usize::from(inner.width)).draw(Rect { y, height: 1, ..inner }, buffer, theme, Ground::Popup);
    }
    inner
}
