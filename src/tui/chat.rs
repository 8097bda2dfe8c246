//! The conversation as one reads it: entries in order, a place in them, and what is marked or found.
//!
//! Only what is on the screen is laid out. The place is kept as an entry and a line in it, so a
//! conversation of any length costs what its visible part costs, and nothing moves under a reader
//! while more comes in below or is loaded above.

use std::collections::VecDeque;

use crate::{
    protocol::{Event, OperationId, TurnView},
    tui::{
        highlight::{BlockId, Coloured, Job},
        markdown::Link,
    },
};

mod entry;
mod find;
mod fold;
mod marking;
mod place;
mod view;

pub(crate) use entry::{Entry, Kind, Said, seconds};
pub(crate) use find::Find;
use marking::Marking;
use place::{Place, Stretch};

/// Columns left free at the left edge; the sign of the selected entry stands there.
const MARGIN: u16 = 1;
/// Entries that keep their lines although they are off the screen: a few screens of reading back.
const KEPT_LAYOUTS: usize = 128;

/// The conversation pane.
#[derive(Debug, Default)]
pub(crate) struct Chat {
    entries: VecDeque<Entry>,
    place: Place,
    /// The entry that keys act on.
    selected: Option<usize>,
    marking: Option<Marking>,
    find: Option<Find>,
    /// The size that it was drawn at last.
    columns: usize,
    rows: usize,
    /// Whether operations before the first entry are still to be loaded.
    pub(crate) has_older: bool,
}

impl Chat {
    /// Forgets everything for another conversation.
    pub(crate) fn clear(&mut self) {
        *self = Self { columns: self.columns, rows: self.rows, ..Self::default() };
    }

    /// Whether nothing has been said.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Shows the newest turns of a conversation.
    pub(crate) fn load(&mut self, turns: &[TurnView], has_older: bool) {
        self.clear();
        self.has_older = has_older;
        for turn in turns {
            self.entries.extend(fold::turn(turn));
        }
    }

    /// Puts older turns before what is there. Nobody's place moves.
    pub(crate) fn load_older(&mut self, turns: &[TurnView], has_older: bool) {
        self.has_older = has_older;
        let older: Vec<Entry> = turns.iter().flat_map(fold::turn).collect();
        let shift = older.len();
        for entry in older.into_iter().rev() {
            self.entries.push_front(entry);
        }
        // The first entry had no empty line above it; now it has.
        let gap = if shift == 0 { 0 } else { self.gap(shift) };
        self.place.shift(shift, gap);
        self.selected = self.selected.map(|at| at + shift);
        if let Some(marking) = &mut self.marking {
            marking.shift(shift, gap);
        }
        if let Some(find) = &mut self.find {
            find.shift(shift);
        }
    }

    /// Shows a prompt that is on its way to the engine.
    pub(crate) fn say(&mut self, text: &str) {
        let kind = Kind::User { text: text.to_owned(), said: Said::Sending };
        self.entries.push_back(Entry::new(None, kind));
        self.place.follow();
    }

    /// The oldest prompt on its way has been stored as this operation.
    pub(crate) fn accepted(&mut self, operation: OperationId, queued: bool) {
        let waiting = self.entries.iter_mut().find(|entry| entry.operation.is_none());
        if let Some(entry) = waiting {
            entry.operation = Some(operation);
            entry.forget_layout();
            if let Kind::User { said, .. } = &mut entry.kind {
                *said = if queued { Said::Queued } else { Said::Stored };
            }
        }
    }

    /// The oldest prompt on its way was refused: it leaves the conversation, and its words go back
    /// to whoever typed them.
    pub(crate) fn refused(&mut self) -> Option<String> {
        let at = self.entries.iter().position(|entry| entry.operation.is_none())?;
        let entry = self.entries.remove(at)?;
        Some(entry.text().into_owned())
    }

    /// Takes what has happened.
    pub(crate) fn take(&mut self, event: &Event) {
        let grown = fold::event(&mut self.entries, event);
        if let Some(inserted) = grown.filter(|at| *at + 1 < self.entries.len()) {
            self.shift_from(inserted);
        }
    }

    /// An entry was put in between: places behind it move on.
    fn shift_from(&mut self, inserted: usize) {
        self.place.inserted(inserted);
        self.selected = self.selected.map(|at| if at >= inserted { at + 1 } else { at });
        self.marking = None;
    }

    /// A sentence beside the conversation that belongs to no operation.
    pub(crate) fn note(&mut self, sign: char, tone: crate::tui::ink::Tone, text: &str) {
        let operation = self.entries.back().and_then(|entry| entry.operation);
        let kind = Kind::Note { sign, tone, text: text.to_owned() };
        self.entries.push_back(Entry::new(operation, kind));
    }

    /// The oldest prompt on its way.
    pub(crate) fn waiting_prompt(&self) -> Option<String> {
        let waiting = self.entries.iter().find(|entry| entry.operation.is_none())?;
        Some(waiting.text().into_owned())
    }

    /// What was asked in an operation.
    pub(crate) fn prompt_of(&self, operation: OperationId) -> Option<String> {
        let own = |entry: &&Entry| entry.operation == Some(operation);
        let prompt = self.entries.iter().rev().filter(own).find_map(|entry| match &entry.kind {
            Kind::User { text, .. } => Some(text.clone()),
            _ => None,
        });
        prompt.or_else(|| self.waiting_prompt())
    }

    /// What was asked, the oldest first.
    pub(crate) fn prompts(&self) -> Vec<(OperationId, String)> {
        let prompts = self.entries.iter().filter_map(|entry| match &entry.kind {
            Kind::User { text, .. } => Some((entry.operation?, text.clone())),
            _ => None,
        });
        prompts.collect()
    }

    /// The operation of the selected entry, if that is a prompt.
    pub(crate) fn selected_prompt(&self) -> Option<OperationId> {
        let entry = self.entries.get(self.selected?)?;
        matches!(entry.kind, Kind::User { .. }).then_some(entry.operation)?
    }

    /// Links in the selected entry, else those on the screen.
    pub(crate) fn links(&self) -> Vec<Link> {
        self.near().filter_map(Entry::markdown).flat_map(|markdown| markdown.links().to_vec()).collect()
    }

    /// The code of blocks in the selected entry, else of those on the screen.
    pub(crate) fn code_blocks(&self) -> Vec<String> {
        let near = self.near().filter_map(Entry::markdown);
        near.flat_map(|markdown| markdown.code_blocks().iter().map(|block| block.code.clone())).collect()
    }

    fn near(&self) -> impl Iterator<Item = &Entry> {
        let range = match self.selected {
            Some(at) => at..(at + 1).min(self.entries.len()),
            None => self.on_screen(),
        };
        self.entries.range(range)
    }

    /// The newest answer as it was written.
    pub(crate) fn last_answer(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match &entry.kind {
            Kind::Answer { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// The newest prompt, to ask it again.
    pub(crate) fn last_prompt(&self) -> Option<&str> {
        self.entries.iter().rev().find_map(|entry| match &entry.kind {
            Kind::User { text, .. } => Some(text.as_str()),
            _ => None,
        })
    }

    /// The text of the selected entry.
    pub(crate) fn selected_text(&self) -> Option<String> {
        let entry = self.entries.get(self.selected?)?;
        Some(entry.text().into_owned())
    }

    /// Opens or closes the selected entry, else the last one on the screen that can be. Answers with
    /// the tool calls whose output is wanted and not known.
    pub(crate) fn toggle_fold(&mut self) -> Vec<(OperationId, String)> {
        let on_screen = self.on_screen();
        let candidates = self.selected.into_iter().chain(on_screen.rev());
        for at in candidates {
            if let Some(entry) = self.entries.get_mut(at)
                && entry.fold(None)
            {
                return wanted_output(&self.entries[at]);
            }
        }
        Vec::new()
    }

    /// Opens or closes one entry, by a click.
    pub(crate) fn toggle_fold_at(&mut self, at: usize) -> Vec<(OperationId, String)> {
        match self.entries.get_mut(at).is_some_and(|entry| entry.fold(None)) {
            true => wanted_output(&self.entries[at]),
            false => Vec::new(),
        }
    }

    /// Opens everything that can be folded, or closes it when most of it is open.
    pub(crate) fn fold_all(&mut self) {
        let is_open = |entry: &Entry| {
            matches!(
                entry.kind,
                Kind::Reasoning { open: true, .. }
                    | Kind::Looks { open: true, .. }
                    | Kind::HandOff { open: true, .. }
            )
        };
        let open = !self.entries.iter().any(is_open);
        for entry in &mut self.entries {
            entry.fold(Some(open));
        }
    }

    /// What a tool was given and answered.
    pub(crate) fn tool_output(&mut self, operation: OperationId, call_id: &str, output: &str) {
        let of_operation = |entry: &&mut Entry| entry.operation == Some(operation);
        for entry in self.entries.iter_mut().filter(of_operation) {
            let looks = match &mut entry.kind {
                Kind::Looks { calls, .. } => calls.as_mut_slice(),
                Kind::HandOff { look, .. } => std::slice::from_mut(look),
                _ => continue,
            };
            if let Some(look) = looks.iter_mut().find(|look| look.call_id == call_id) {
                look.output = Some(output.to_owned());
                entry.forget_layout();
                return;
            }
        }
    }

    /// Code on the screen, or one screen away from it, that has no colours yet.
    pub(crate) fn wanted_colours(&mut self) -> Vec<Job> {
        let mut jobs = Vec::new();
        for Stretch { entry, lines } in self.stretches_as_laid() {
            let near = lines.start.saturating_sub(self.rows)..lines.end + self.rows;
            if let Some(markdown) = self.entries[entry].markdown_mut() {
                jobs.extend(markdown.wanted(near));
            }
        }
        jobs
    }

    /// Colours that have been worked out; tells whether they are for something here.
    pub(crate) fn colour(&mut self, coloured: &Coloured) -> bool {
        let mut laid = self.entries.iter_mut().rev().filter_map(Entry::markdown_mut);
        laid.any(|markdown| markdown.colour(coloured))
    }

    /// Code whose colours are wanted again.
    pub(crate) fn resend(&mut self, block: BlockId, first_line: usize) {
        for markdown in self.entries.iter_mut().filter_map(Entry::markdown_mut) {
            markdown.resend(block, first_line);
        }
    }

    /// Lets go of the lines of entries far from the screen.
    fn forget_far_layouts(&mut self) {
        let near = self.on_screen();
        let near = near.start.saturating_sub(KEPT_LAYOUTS)..near.end + KEPT_LAYOUTS;
        let laid = self.entries.iter().filter(|entry| entry.is_laid()).count();
        if laid <= 3 * KEPT_LAYOUTS {
            return;
        }
        for (at, entry) in self.entries.iter_mut().enumerate() {
            if !near.contains(&at) {
                entry.forget_layout();
            }
        }
    }
}

/// The calls of an open entry whose output has not been asked for.
fn wanted_output(entry: &Entry) -> Vec<(OperationId, String)> {
    let (looks, open) = match &entry.kind {
        Kind::Looks { calls, open } => (calls.as_slice(), *open),
        Kind::HandOff { look, open } => (std::slice::from_ref(look), *open),
        _ => return Vec::new(),
    };
    let Some(operation) = entry.operation.filter(|_| open) else { return Vec::new() };
    let unknown = looks.iter().filter(|look| look.output.is_none());
    unknown.map(|look| (operation, look.call_id.clone())).collect()
}

#[cfg(test)]
mod tests;
