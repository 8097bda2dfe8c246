//! A page of text above the screen, with or without a question: what an undo would change, what was
//! spent, what a prompt held.

use ratatui::{buffer::Buffer, layout::Rect};

use super::{
    ink::{Ground, Ink, Tone},
    picker::{frame, popup},
    text::Line,
    theme::Theme,
};

/// A page to read, and perhaps to say yes to.
#[derive(Debug)]
pub(crate) struct Dialog<T> {
    title: String,
    lines: Vec<Line>,
    /// What happens on yes, with the words for it.
    question: Option<(String, T)>,
    /// The keys that answer it.
    keys: &'static str,
    scroll: usize,
    rows: usize,
}

impl<T: Clone> Dialog<T> {
    /// A page to read.
    pub(crate) fn page(title: &str, lines: Vec<Line>) -> Self {
        Self {
            title: title.to_owned(),
            lines,
            question: None,
            keys: "Enter yes · Esc no",
            scroll: 0,
            rows: 0,
        }
    }

    /// A page with a question.
    pub(crate) fn question(title: &str, lines: Vec<Line>, question: &str, yes: T) -> Self {
        Self { question: Some((question.to_owned(), yes)), ..Self::page(title, lines) }
    }

    /// With other keys than yes and no.
    pub(crate) fn with_keys(self, keys: &'static str) -> Self {
        Self { keys, ..self }
    }

    /// What happens on yes.
    pub(crate) fn yes(&self) -> Option<T> {
        self.question.as_ref().map(|(_, yes)| yes.clone())
    }

    /// Moves the text.
    pub(crate) fn scroll(&mut self, by: isize) {
        let most = self.lines.len().saturating_sub(self.rows);
        self.scroll = self.scroll.saturating_add_signed(by).min(most);
    }

    /// The height of the text on the screen.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// The columns that its lines may take on a screen.
    pub(crate) fn columns(screen: Rect) -> usize {
        usize::from(popup(screen, 80, 80).width.saturating_sub(4)).max(1)
    }

    /// Draws it in the middle of the screen.
    pub(crate) fn draw(&mut self, screen: Rect, buffer: &mut Buffer, theme: &Theme) {
        let wanted = u16::try_from(self.lines.len() + 4).unwrap_or(u16::MAX);
        let mut area = popup(screen, 80, 80);
        let spare = area.height.saturating_sub(wanted.max(6));
        area = Rect { y: area.y + spare / 2, height: area.height - spare, ..area };
        let inner = frame(&self.title, area, buffer, theme);
        let asked = self.asked(usize::from(inner.width));
        let rows = u16::try_from(asked.len()).unwrap_or(u16::MAX).min(inner.height.saturating_sub(1));
        self.rows = usize::from(inner.height - rows);
        self.scroll(0);
        for (line, y) in self.lines.iter().skip(self.scroll).take(self.rows).zip(inner.y..) {
            line.draw(Rect { y, height: 1, ..inner }, buffer, theme, Ground::Popup);
        }
        for (line, y) in asked.iter().zip(inner.bottom() - rows..inner.bottom()) {
            line.draw(Rect { y, height: 1, ..inner }, buffer, theme, Ground::Popup);
        }
    }

    /// The question and its keys: in one row, or in two where that is too narrow.
    fn asked(&self, columns: usize) -> Vec<Line> {
        let Some((question, _)) = &self.question else { return Vec::new() };
        let (question, keys) =
            (Line::of(question, Ink::from(Tone::Accent).bold()), Line::of(self.keys, Tone::Muted));
        match question.width() + keys.width() + 3 <= columns {
            true => vec![question.and(&format!("   {}", self.keys), Tone::Muted)],
            false => vec![question, keys],
        }
    }
}

#[cfg(test)]
mod tests;
