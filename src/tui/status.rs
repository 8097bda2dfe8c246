//! The header and what it tells at a glance: project, branch, models, context, money, and what is
//! missing.

use std::time::Duration;

use crate::{
    protocol::{Checkout, GitView, IndexView, TimeMs, UsageView},
    tui::{
        ink::{Ink, Tone},
        operations::{money, thousands},
        text::Line,
    },
};

/// How long a message stays.
const MESSAGE_STAYS: Duration = Duration::from_secs(6);

/// What the header and the message line show.
#[derive(Debug)]
pub(crate) struct Status {
    pub(crate) project: String,
    pub(crate) git: Option<GitView>,
    /// How the index of the project's code stands.
    index: IndexView,
    pub(crate) planner: String,
    pub(crate) coder: String,
    /// The planner's window in tokens.
    pub(crate) window: Option<u64>,
    /// Tokens of the newest request of the planner.
    pub(crate) context: Option<u64>,
    /// Dollars that the conversation has cost; none when a price is unknown.
    pub(crate) cost: Option<f64>,
    /// What is missing, and what helps: a short name and a sentence.
    pub(crate) missing: Option<(String, String)>,
    message: Option<Message>,
    left_out_told: bool,
}

#[derive(Debug)]
struct Message {
    text: String,
    tone: Tone,
    until: TimeMs,
}

impl Status {
    /// Nothing is known yet.
    pub(crate) fn new() -> Self {
        Self {
            project: String::new(),
            git: None,
            index: IndexView::default(),
            planner: String::new(),
            coder: String::new(),
            window: None,
            context: None,
            cost: Some(0.0),
            missing: None,
            message: None,
            left_out_told: false,
        }
    }

    /// Says something for a few seconds.
    pub(crate) fn say(&mut self, text: impl Into<String>, tone: Tone, now: TimeMs) {
        let stays = MESSAGE_STAYS.as_millis() as TimeMs;
        self.message = Some(Message { text: text.into(), tone, until: now + stays });
    }

    /// What is being said at this moment.
    pub(crate) fn message(&self, now: TimeMs) -> Option<Line> {
        let message = self.message.as_ref().filter(|message| message.until > now)?;
        let text: Vec<&str> = message.text.lines().map(str::trim).collect();
        Some(Line::of(&text.join(" "), message.tone))
    }

    /// When the message goes.
    pub(crate) fn message_until(&self, now: TimeMs) -> Option<TimeMs> {
        self.message.as_ref().map(|message| message.until).filter(|until| *until > now)
    }

    /// Takes what a call has used.
    pub(crate) fn used(&mut self, usage: &UsageView) {
        if usage.role == "planner" {
            self.context = Some(usage.input + usage.output);
        }
        self.cost = self.cost.zip(usage.cost_usd).map(|(sum, more)| sum + more);
    }

    /// Takes how the index stands; what it newly leaves out, to be said once.
    pub(crate) fn index_stands(&mut self, index: IndexView) -> Option<String> {
        let left_out = match &index {
            IndexView::Resting { left_out } if !self.left_out_told => left_out.clone(),
            _ => None,
        };
        self.left_out_told |= left_out.is_some();
        self.index = index;
        left_out
    }

    /// The header at a width: what does not fit is left out, the least important first.
    pub(crate) fn header(&self, columns: usize) -> Line {
        let mut left = Line::of(" mira", Ink::from(Tone::Accent).bold());
        left.push("   ", Tone::Muted);
        left.push(&self.project, Ink::TEXT.bold());
        if let Some(git) = &self.git {
            left.push("   ", Tone::Muted);
            left.push(&branch(git), Tone::Muted);
        }
        if let IndexView::Working { done, of } = self.index {
            left.push("   ", Tone::Muted);
            left.push(&format!("indexing {}/{}", thousands(done as u64), thousands(of as u64)), Tone::Muted);
        }
        let right = self.right(columns.saturating_sub(left.width() + 3));
        let mut line = left.fit(columns.saturating_sub(right.width() + 1));
        line.pad_to(columns.saturating_sub(right.width()), Tone::Muted);
        line.append(&right);
        line
    }

    fn right(&self, columns: usize) -> Line {
        let mut parts = Vec::new();
        if let Some((name, _)) = &self.missing {
            parts.push(Line::of(&format!("⚠ {name}"), Tone::Warning));
        }
        if let Some(cost) = self.cost {
            parts.push(Line::of(&money(Some(cost)), Tone::Text));
        }
        if let Some(used) = self.context_used() {
            parts.push(Line::of(&format!("{used}% context"), context_tone(used)));
        }
        if !self.planner.is_empty() {
            parts.push(Line::of(&format!("{} → {}", self.planner, self.coder), Tone::Muted));
        }
        let mut shown = Line::default();
        for part in parts {
            if shown.width() + part.width() + 3 > columns {
                break;
            }
            let behind = std::mem::take(&mut shown);
            shown = part;
            if !behind.is_empty() {
                shown.push("   ", Tone::Muted);
                shown.append(&behind);
            }
        }
        shown
    }

    /// Percent of the planner's window that the newest request took.
    fn context_used(&self) -> Option<u64> {
        let (used, window) = (self.context?, self.window.filter(|window| *window > 0)?);
        Some((used * 100).div_ceil(window))
    }
}

fn context_tone(percent: u64) -> Tone {
    match percent {
        0..70 => Tone::Muted,
        70..90 => Tone::Warning,
        _ => Tone::Error,
    }
}

/// `main ±2 ↑1`, or `topic (worktree) ±2` where it is not the main checkout
fn branch(git: &GitView) -> String {
    let mut told = git.branch.clone().or_else(|| git.detached.clone()).unwrap_or_default();
    told.push_str(match git.checkout {
        Checkout::Main => "",
        Checkout::Worktree => " (worktree)",
        Checkout::Submodule => " (submodule)",
    });
    if git.changed > 0 {
        told.push_str(&format!(" ±{}", git.changed));
    }
    for (sign, commits) in [("↑", git.ahead), ("↓", git.behind)] {
        if let Some(commits) = commits.filter(|commits| *commits > 0) {
            told.push_str(&format!(" {sign}{commits}"));
        }
    }
    told
}

#[cfg(test)]
mod tests;
