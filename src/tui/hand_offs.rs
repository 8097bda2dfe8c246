//! Hand-offs that wait for the user: what would be sent, how the user has changed it, and the page that
//! shows it.

use crate::{
    protocol::{ApprovalId, Body, Brief, DelegationView, Event, OperationId},
    tui::{
        ink::{Ink, Tone},
        operations::{spread, thousands},
        text::{Line, wrap},
    },
};

mod brief;

/// Lines of a long text (an error, a plan) that the page shows.
const MAX_LINES: usize = 40;

/// Those that wait, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct HandOffs(Vec<Waiting>);

#[derive(Debug)]
struct Waiting {
    id: ApprovalId,
    operation: OperationId,
    delegation: Box<DelegationView>,
    /// The brief as the user wants it.
    changed: Option<Brief>,
    /// What the user has typed that could not be read: it is edited on.
    unread: Option<String>,
}

impl HandOffs {
    /// Takes what has happened; gives what begins to wait.
    pub(crate) fn take(&mut self, event: &Event) -> Option<&DelegationView> {
        match &event.body {
            Body::ApprovalRequest { approval_id, delegation } => {
                self.forget(*approval_id);
                self.0.push(Waiting {
                    id: *approval_id,
                    operation: event.operation_id,
                    delegation: delegation.clone(),
                    changed: None,
                    unread: None,
                });
                return self.0.last().map(|waiting| &*waiting.delegation);
            }
            Body::ApprovalDecided { approval_id, .. } => self.forget(*approval_id),
            Body::OperationStatus { status, .. } if status.is_terminal() => {
                self.0.retain(|waiting| waiting.operation != event.operation_id);
            }
            _ => {}
        }
        None
    }

    /// It is decided, or no concern any more.
    pub(crate) fn forget(&mut self, id: ApprovalId) {
        self.0.retain(|waiting| waiting.id != id);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The one that has waited longest.
    pub(crate) fn first(&self) -> Option<ApprovalId> {
        self.0.first().map(|waiting| waiting.id)
    }

    /// The one that has waited longest beside this one.
    pub(crate) fn after(&self, id: ApprovalId) -> Option<ApprovalId> {
        self.0.iter().map(|waiting| waiting.id).find(|other| *other != id)
    }

    pub(crate) fn waits(&self, id: ApprovalId) -> bool {
        self.find(id).is_some()
    }

    fn find(&self, id: ApprovalId) -> Option<&Waiting> {
        self.0.iter().find(|waiting| waiting.id == id)
    }

    /// The brief as the user has changed it.
    pub(crate) fn changed(&self, id: ApprovalId) -> Option<Brief> {
        self.find(id)?.changed.clone()
    }

    /// The model that would be asked.
    pub(crate) fn model(&self, id: ApprovalId) -> &str {
        self.find(id).map_or("", |waiting| &waiting.delegation.model)
    }

    /// The brief as text for the user's editor.
    pub(crate) fn text(&self, id: ApprovalId) -> Option<String> {
        let waiting = self.find(id)?;
        let brief = waiting.changed.as_ref().unwrap_or(&waiting.delegation.brief);
        Some(waiting.unread.clone().unwrap_or_else(|| brief::to_text(brief)))
    }

    /// Takes the text as the editor left it.
    ///
    /// # Errors
    /// It cannot be read; the sentence says where and why. The text is kept.
    pub(crate) fn edited(&mut self, id: ApprovalId, text: &str) -> Result<(), String> {
        let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.id == id) else { return Ok(()) };
        let read = brief::from_text(text, &waiting.delegation.brief.tool);
        waiting.unread = read.is_err().then(|| text.to_owned());
        waiting.changed = Some(read?).filter(|brief| *brief != waiting.delegation.brief);
        Ok(())
    }

    /// The page on one.
    pub(crate) fn page(&self, id: ApprovalId, columns: usize) -> Vec<Line> {
        let Some(waiting) = self.find(id) else { return Vec::new() };
        let Waiting { delegation, changed, .. } = waiting;
        let mut page = Page { lines: Vec::new(), columns };
        page.brief(changed.as_ref().unwrap_or(&delegation.brief), changed.is_some());
        page.text("Plan", &delegation.plan);
        page.context(delegation, changed.is_some());
        page.lines
    }
}

/// Lines of a page that is being written.
struct Page {
    lines: Vec<Line>,
    columns: usize,
}

impl Page {
    fn brief(&mut self, brief: &Brief, is_changed: bool) {
        let mut head =
            Line::of(&format!("{} → ", brief.tool), Tone::Muted).and(&brief.path, Ink::TEXT.bold());
        if is_changed {
            head.push("   changed by you", Tone::Accent);
        }
        self.lines.push(head.fit(self.columns));
        self.text("Task", &brief.task);
        self.list("Requirements", &brief.requirements);
        self.list("Constraints", &brief.constraints);
        self.text("Error", brief.error_output.as_deref().unwrap_or_default());
    }

    fn title(&mut self, title: &str) {
        self.lines.push(Line::default());
        self.lines.push(Line::of(title, Tone::Muted));
    }

    fn text(&mut self, title: &str, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        self.title(title);
        let count = text.lines().count();
        for line in text.trim_end().lines().take(MAX_LINES) {
            self.lines.extend(wrap(&Line::of(line, Tone::Text), self.columns, 0));
        }
        if let Some(more) = count.checked_sub(MAX_LINES).filter(|more| *more > 0) {
            self.lines.push(Line::of(&format!("… {more} more lines"), Tone::Muted));
        }
    }

    fn list(&mut self, title: &str, entries: &[String]) {
        if entries.is_empty() {
            return;
        }
        self.title(title);
        for entry in entries {
            self.lines.extend(wrap(&Line::of("· ", Tone::Muted).and(entry, Tone::Text), self.columns, 2));
        }
    }

    /// What goes along, with its size.
    fn context(&mut self, delegation: &DelegationView, is_changed: bool) {
        let about = if is_changed { ", before your change" } else { "" };
        self.title(&format!("Goes along, in tokens{about}"));
        for part in &delegation.context {
            let name = Line::of(&part.name, Tone::Text);
            self.lines.push(spread(name, &thousands(part.tokens), self.columns));
        }
        let sum = Line::of("together", Ink::TEXT.bold());
        self.lines.push(spread(sum, &thousands(delegation.tokens()), self.columns));
    }
}

#[cfg(test)]
mod tests;
