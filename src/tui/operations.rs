//! The operation pane: what is being done at this moment, how far it is, and what it has cost.

use ratatui::{buffer::Buffer, layout::Rect};

use crate::{
    protocol::{ApprovalId, Body, Event, OperationId, OperationStatus, TimeMs, ToolCallState, UsageView},
    tui::{
        chat::seconds,
        ink::{Ground, Ink, Tone},
        text::Line,
        theme::Theme,
    },
};

/// From then on one may wonder whether the model is still there, in milliseconds.
const LONG_SILENCE: TimeMs = 4_000;

/// What is known of the operation that runs, or of the last one.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    current: Option<Current>,
    /// Prompts that wait behind it, oldest first.
    queued: Vec<OperationId>,
}

#[derive(Debug)]
struct Current {
    id: OperationId,
    title: String,
    began: TimeMs,
    ended: Option<TimeMs>,
    status: OperationStatus,
    /// The statuses that it has gone through, each once.
    passed: Vec<OperationStatus>,
    works: Vec<Work>,
    usage: Vec<UsageView>,
    retry: Option<Retry>,
    /// Hand-offs that wait for the user.
    asked: Vec<ApprovalId>,
    /// When something was heard last.
    heard: TimeMs,
}

/// A file that the coder is at.
#[derive(Debug)]
struct Work {
    call_id: String,
    tool: String,
    path: String,
    lines: usize,
    began: TimeMs,
    ended: Option<TimeMs>,
    state: ToolCallState,
}

#[derive(Debug)]
struct Retry {
    attempt: u32,
    at: TimeMs,
}

/// Lines that a diff puts in: how much of an edit has been written.
pub(crate) fn changed_lines(diff: &str) -> usize {
    diff.lines().skip(2).filter(|line| line.starts_with('+')).count()
}

impl Operations {
    /// Forgets everything for another conversation.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A prompt was stored. It begins at once, or waits; tells whether it waits.
    pub(crate) fn accepted(&mut self, id: OperationId, title: &str, now: TimeMs) -> bool {
        match self.running() {
            // Its first events were faster, or even its last.
            _ if self.current.as_ref().is_some_and(|current| current.id == id) => false,
            Some(_) => {
                self.queued.push(id);
                true
            }
            None => {
                self.begin(id, title, now);
                false
            }
        }
    }

    fn begin(&mut self, id: OperationId, title: &str, now: TimeMs) {
        self.queued.retain(|queued| *queued != id);
        self.current = Some(Current {
            id,
            title: title.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim().to_owned(),
            began: now,
            ended: None,
            status: OperationStatus::Pending,
            passed: Vec::new(),
            works: Vec::new(),
            usage: Vec::new(),
            retry: None,
            asked: Vec::new(),
            heard: now,
        });
    }

    /// The operation that can be stopped.
    pub(crate) fn running(&self) -> Option<OperationId> {
        self.current.as_ref().filter(|current| current.ended.is_none()).map(|current| current.id)
    }

    /// The operation that is shown.
    pub(crate) fn shown(&self) -> Option<OperationId> {
        self.current.as_ref().map(|current| current.id)
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running().is_some()
    }

    /// How many prompts wait.
    pub(crate) fn queued(&self) -> usize {
        self.queued.len()
    }

    /// Whether there is anything to show.
    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none()
    }

    /// Whether an attempt is about to be repeated, and when.
    pub(crate) fn retry_at(&self) -> Option<TimeMs> {
        self.current.as_ref()?.retry.as_ref().map(|retry| retry.at)
    }

    /// Takes what has happened. `title` names an operation that begins now.
    pub(crate) fn take(&mut self, event: &Event, title: impl FnOnce() -> String) {
        let known = self.current.as_ref().is_some_and(|current| current.id == event.operation_id);
        if !known {
            let ends = matches!(event.body, Body::OperationStatus { status, .. } if status.is_terminal());
            self.queued.retain(|queued| *queued != event.operation_id || !ends);
            let begins = matches!(event.body, Body::OperationStatus { status: OperationStatus::Started, .. });
            if !begins {
                return;
            }
            self.begin(event.operation_id, &title(), event.at);
        }
        if let Some(current) = &mut self.current {
            current.take(event);
        }
    }

    /// The rows that it wants at most.
    pub(crate) fn height(&self) -> u16 {
        self.current.as_ref().map_or(0, |current| {
            let roles = current.roles().len();
            (2 + current.works.len().min(6) + roles) as u16
        })
    }

    /// Draws the pane at a point in time.
    pub(crate) fn draw(&self, area: Rect, buffer: &mut Buffer, theme: &Theme, now: TimeMs) {
        let Some(current) = &self.current else { return };
        for (line, y) in current.lines(usize::from(area.width), now).iter().zip(area.y..area.bottom()) {
            line.draw(Rect { y, height: 1, ..area }, buffer, theme, Ground::Screen);
        }
    }
}

impl Current {
    fn take(&mut self, event: &Event) {
        self.heard = event.at;
        match &event.body {
            Body::OperationStatus { status, .. } => {
                if self.status != *status && !self.passed.contains(status) {
                    self.passed.push(*status);
                }
                self.status = *status;
                self.retry = None;
                if *status == OperationStatus::Started && self.passed.len() == 1 {
                    self.began = event.at;
                }
                if status.is_terminal() {
                    self.ended = Some(event.at);
                    self.close_works(event.at);
                }
            }
            Body::ToolCall { call_id, name, summary, state } => {
                self.tool_call(call_id, name, summary, *state, event.at);
            }
            Body::ArtifactDelta { call_id, path, content } => {
                if let Some(work) = self.works.iter_mut().find(|work| work.call_id == *call_id) {
                    work.lines += content.matches('\n').count();
                    work.path.clone_from(path);
                }
            }
            Body::ArtifactDraft { call_id, path, diff } => {
                if let Some(work) = self.works.iter_mut().find(|work| work.call_id == *call_id) {
                    work.lines = changed_lines(diff);
                    work.path.clone_from(path);
                }
            }
            Body::ApprovalRequest { approval_id, .. } => self.asked.push(*approval_id),
            Body::ApprovalDecided { approval_id, .. } => self.asked.retain(|asked| asked != approval_id),
            Body::Usage { usage } => self.usage.push(usage.clone()),
            Body::Retrying { attempt, retry_at, .. } => {
                self.retry = Some(Retry { attempt: *attempt, at: *retry_at });
            }
            Body::ChatResponse { .. } | Body::Reasoning { .. } => self.retry = None,
            _ => {}
        }
    }

    fn tool_call(&mut self, call_id: &str, name: &str, summary: &str, state: ToolCallState, at: TimeMs) {
        let Some((tool, path)) = summary.split_once(" → ") else { return };
        let ended = (state != ToolCallState::Running).then_some(at);
        match self.works.iter_mut().find(|work| work.call_id == call_id) {
            Some(work) => {
                work.state = state;
                work.ended = work.ended.or(ended);
            }
            None if name == tool => self.works.push(Work {
                call_id: call_id.to_owned(),
                tool: tool.to_owned(),
                path: path.to_owned(),
                lines: 0,
                began: at,
                ended,
                state,
            }),
            None => {}
        }
    }

    fn close_works(&mut self, at: TimeMs) {
        for work in &mut self.works {
            work.ended = work.ended.or(Some(at));
        }
    }

    fn lines(&self, columns: usize, now: TimeMs) -> Vec<Line> {
        let time = seconds(self.ended.unwrap_or(now).saturating_sub(self.began).max(0));
        let title = spread(Line::of(&self.title, Ink::TEXT.bold()), &time, columns);
        let mut lines = vec![title, self.progress(columns, now)];
        let shown = self.works.len().saturating_sub(6);
        lines.extend(self.works[shown..].iter().map(|work| work.line(columns, now)));
        lines.extend(self.roles().iter().map(|role| self.cost(role, columns)));
        lines.into_iter().map(|line| line.fit(columns)).collect()
    }

    /// How far it is; what one waits for takes the place of the steps, so that nothing below moves.
    fn progress(&self, columns: usize, now: TimeMs) -> Line {
        if let Some(retry) = &self.retry {
            let left = (retry.at - now).max(0) as f64 / 1000.0;
            let told = format!("↻ attempt {} in {left:.0} s", retry.attempt);
            return Line::of(&told, Tone::Warning);
        }
        if self.ended.is_none() && !self.asked.is_empty() {
            let hand_offs = if self.asked.len() == 1 { "hand-off waits" } else { "hand-offs wait" };
            return Line::of(&format!("? {} {hand_offs} for your review", self.asked.len()), Tone::Warning);
        }
        let Some(silence) = self.silence(now) else { return self.steps(columns, now) };
        let told = format!(" {}, no word from the model for {}", self.status, seconds(silence));
        Line::of(spinner(now), Tone::Accent).and(&told, Tone::Muted)
    }

    /// How long nothing has come, once that is worth a line.
    fn silence(&self, now: TimeMs) -> Option<TimeMs> {
        let silence = now - self.heard;
        let waits = self.ended.is_none() && self.retry.is_none();
        (waits && silence >= LONG_SILENCE).then_some(silence)
    }

    /// `✓ started   ✓ delegating   ● generating`; what is long past goes first when room is short.
    fn steps(&self, columns: usize, now: TimeMs) -> Line {
        let steps: Vec<Line> = self
            .passed
            .iter()
            .filter(|step| **step != OperationStatus::Pending)
            .map(|step| self.step(*step, now))
            .collect();
        let mut line = Line::default();
        let mut left = columns;
        let fits = steps.iter().rev().take_while(|step| {
            let fits = step.width() + 3 <= left + 3;
            left = left.saturating_sub(step.width() + 3);
            fits
        });
        let shown = fits.count();
        for step in &steps[steps.len() - shown..] {
            if !line.is_empty() {
                line.push("   ", Tone::Muted);
            }
            line.append(step);
        }
        if line.is_empty() {
            line.push(&format!("{} pending", spinner(now)), Tone::Muted);
        }
        line
    }

    fn step(&self, step: OperationStatus, now: TimeMs) -> Line {
        let is_now = step == self.status && self.ended.is_none();
        let (sign, tone) = match step {
            OperationStatus::Failed => ("✗", Tone::Error),
            OperationStatus::Cancelled => ("✗", Tone::Muted),
            _ if is_now => (spinner(now), Tone::Accent),
            _ => ("✓", Tone::Good),
        };
        Line::of(sign, tone).and(&format!(" {step}"), if is_now { Tone::Text } else { Tone::Muted })
    }

    /// The roles that have cost something, in the order in which they began.
    fn roles(&self) -> Vec<&str> {
        let mut roles: Vec<&str> = Vec::new();
        for usage in &self.usage {
            if !roles.contains(&usage.role.as_str()) {
                roles.push(&usage.role);
            }
        }
        roles
    }

    /// `planner  1,204 in · 812 cached · 310 out  $0.006`
    fn cost(&self, role: &str, columns: usize) -> Line {
        let of_role = || self.usage.iter().filter(|usage| usage.role == role);
        let sum = |field: fn(&UsageView) -> u64| of_role().map(field).sum::<u64>();
        let cached = match sum(|usage| usage.cached) {
            0 => String::new(),
            cached => format!(" · {} cached", thousands(cached)),
        };
        let told = format!(
            "{role:<8} {} in{cached} · {} out",
            thousands(sum(|usage| usage.input)),
            thousands(sum(|usage| usage.output))
        );
        spread(Line::of(&told, Tone::Muted), &money(of_role().map(|usage| usage.cost_usd).sum()), columns)
    }
}

impl Work {
    fn line(&self, columns: usize, now: TimeMs) -> Line {
        let (sign, tone) = match self.state {
            ToolCallState::Running => ("●", Tone::Accent),
            ToolCallState::Completed => ("✓", Tone::Good),
            ToolCallState::Failed => ("✗", Tone::Error),
            ToolCallState::Cancelled => ("✗", Tone::Muted),
        };
        let name = self.path.rsplit('/').next().unwrap_or(&self.path);
        let mut line = Line::of(&format!("  {sign} "), tone);
        line.push(&format!("{:<14} ", self.tool), Tone::Muted);
        line.push(name, Tone::Text);
        if self.lines > 0 && self.state == ToolCallState::Running {
            let unit = if self.lines == 1 { "line" } else { "lines" };
            line.push(&format!("   {} {unit}", thousands(self.lines as u64)), Tone::Muted);
        }
        spread(line, &seconds(self.ended.unwrap_or(now).saturating_sub(self.began).max(0)), columns)
    }
}

/// The only thing that moves: one of eight signs, a new one each eighth of a second.
pub(crate) fn spinner(now: TimeMs) -> &'static str {
    const SIGNS: [&str; 8] = ["⠋", "⠙", "⠸", "⠴", "⠦", "⠇", "⠏", "⠟"];
    SIGNS[(now.rem_euclid(1000) / 125) as usize]
}

/// How long one sign of the spinner stands, in milliseconds.
pub(crate) const SPINNER_STEP: TimeMs = 125;

/// A line with words at its right edge.
pub(crate) fn spread(line: Line, right: &str, columns: usize) -> Line {
    let right = Line::of(right, Tone::Muted);
    let room = columns.saturating_sub(right.width() + 1);
    let mut line = line.fit(room);
    line.pad_to(room + 1, Tone::Text);
    line.append(&right);
    line
}

/// `1,204`
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    groups.join(",")
}

/// `$0.041`; small sums keep their first digits.
pub(crate) fn money(usd: Option<f64>) -> String {
    match usd {
        None => "price unknown".to_owned(),
        Some(0.0) => "$0".to_owned(),
        Some(usd) if usd < 0.01 => format!("${usd:.4}"),
        Some(usd) if usd < 1.0 => format!("${usd:.3}"),
        Some(usd) => format!("${usd:.2}"),
    }
}

#[cfg(test)]
mod tests;
