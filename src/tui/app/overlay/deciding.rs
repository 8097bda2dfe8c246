//! Overlays that ask before something is sent or taken back.

use ratatui::layout::Rect;

use super::{Overlay, Yes, pages};
use crate::{
    protocol::{ApprovalId, OperationId, RewindPreview, RewindWhat},
    tui::{
        app::rewinding::{Back, Point},
        dialog::Dialog,
        hand_offs::HandOffs,
        ink::{Ink, Tone},
        picker::{Item, Picker},
        text::Line,
    },
};

impl Overlay {
    /// A hand-off with everything that goes along.
    pub(in crate::tui::app) fn hand_off_page(hand_offs: &HandOffs, id: ApprovalId, screen: Rect) -> Self {
        let lines = hand_offs.page(id, Dialog::<Yes>::columns(screen));
        let question = format!("Send this to {}?", hand_offs.model(id));
        let dialog = Dialog::question("Hand-off", lines, &question, Yes::HandOver(id));
        Self::Page(dialog.with_keys("Enter send, e edit, x no, Esc later"))
    }

    /// The hand-off that it is about.
    pub(in crate::tui::app) fn hand_off(&self) -> Option<ApprovalId> {
        match self {
            Self::Page(dialog) => match dialog.yes() {
                Some(Yes::HandOver(id)) => Some(id),
                _ => None,
            },
            Self::Line(line) => line.hand_off(),
            _ => None,
        }
    }

    /// The prompts of the conversation, the newest first.
    pub(in crate::tui::app) fn rewind(prompts: Vec<(OperationId, String)>) -> Self {
        let items = prompts.into_iter().rev().map(|(operation, text)| {
            let line =
                text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().to_owned();
            Item::new(&line, operation)
        });
        Self::Rewind(Picker::new("Go back to before", items.collect()))
    }

    /// What goes back to before a prompt.
    pub(in crate::tui::app) fn rewind_what(before: OperationId) -> Self {
        let items = [
            ("files and chat", "as if it had not been asked", RewindWhat::Both),
            ("chat only", "files stay as they are", RewindWhat::Chat),
            ("files only", "the conversation stays as it is", RewindWhat::Files),
        ];
        let items = items.map(|(name, about, what)| Item::new(name, Point { before, what }).detail(about));
        Self::RewindWhat(Picker::new("Take back", items.into()))
    }

    /// What would change.
    pub(in crate::tui::app) fn back(preview: &RewindPreview, back: Back, screen: Rect) -> Self {
        let columns = Dialog::<Yes>::columns(screen);
        let mut lines = Vec::new();
        if preview.turns > 0 {
            let turns = if preview.turns == 1 { "1 turn" } else { &format!("{} turns", preview.turns) };
            lines.push(Line::of(&format!("{turns} set aside, to be brought back with /unrewind"), Ink::TEXT));
            lines.push(Line::default());
        }
        if preview.files.is_empty() {
            lines.push(Line::of("No file changes.", Tone::Muted));
        }
        lines.extend(pages::undo_files(&preview.files, columns));
        let (title, question) = match back {
            Back::To(_) => ("Go back", "Go back to before this prompt?"),
            Back::Written(_) => ("Undo", "Take this back?"),
        };
        Self::Page(match preview.conflicts {
            0 => Dialog::question(title, lines, question, Yes::Back(back)),
            _ => Dialog::page(title, lines),
        })
    }
}
