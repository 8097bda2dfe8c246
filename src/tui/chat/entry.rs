//! One thing in the conversation: what was said, thought, looked up, handed over or reported. It
//! keeps its own lines for as long as it is near the screen and lays them out again when they are
//! wanted at another width.

use crate::{
    protocol::{MessageId, OperationId, TimeMs, ToolCallState},
    tui::{
        ink::{Ink, Tone},
        markdown::Markdown,
        text::{Line, wrap},
    },
};

/// What stands in the conversation.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The operation that it belongs to; none while a prompt is on its way to the engine.
    pub(crate) operation: Option<OperationId>,
    pub(crate) kind: Kind,
    laid: Option<Laid>,
}

/// The kinds of things.
#[derive(Debug)]
pub(crate) enum Kind {
    /// What the user said.
    User { text: String, said: Said },
    /// What the planner says, in Markdown.
    Answer { message: MessageId, text: String },
    /// What the planner thought on the way.
    Reasoning { text: String, began: TimeMs, took: Option<TimeMs>, open: bool },
    /// What the planner looked up by itself.
    Looks { calls: Vec<Look>, open: bool },
    /// Work given to the coder, or an artifact of the planner.
    HandOff { look: Look, open: bool },
    /// A sentence beside the conversation.
    Note { sign: char, tone: Tone, text: String },
    /// An attempt that is about to be repeated.
    Retry { attempt: u32, reason: String },
}

/// How far a prompt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    /// Not stored yet.
    Sending,
    /// Stored, waits for the operation before it.
    Queued,
    /// Its operation has begun.
    Stored,
}

/// One tool call.
#[derive(Debug)]
pub(crate) struct Look {
    pub(crate) call_id: String,
    pub(crate) summary: String,
    pub(crate) state: ToolCallState,
    /// What the tool was given and answered, once somebody wanted to see it.
    pub(crate) output: Option<String>,
}

#[derive(Debug)]
enum Laid {
    Lines { columns: usize, lines: Vec<Line> },
    Markdown(Box<Markdown>),
}

/// The most lines of a tool's output that are shown in the conversation.
const OUTPUT_LINES: usize = 200;

impl Entry {
    pub(crate) fn new(operation: Option<OperationId>, kind: Kind) -> Self {
        Self { operation, kind, laid: None }
    }

    /// Its lines at a width.
    pub(crate) fn lines(&mut self, columns: usize) -> &[Line] {
        self.lay(columns);
        match &self.laid {
            Some(Laid::Lines { lines, .. }) => lines,
            Some(Laid::Markdown(markdown)) => markdown.lines(),
            None => &[],
        }
    }

    /// Its lines as they were laid last.
    pub(crate) fn laid(&self) -> &[Line] {
        match &self.laid {
            Some(Laid::Lines { lines, .. }) => lines,
            Some(Laid::Markdown(markdown)) => markdown.lines(),
            None => &[],
        }
    }

    /// Its Markdown, when it has been laid out.
    pub(crate) fn markdown(&self) -> Option<&Markdown> {
        match &self.laid {
            Some(Laid::Markdown(markdown)) => Some(markdown),
            _ => None,
        }
    }

    /// The same, to be coloured.
    pub(crate) fn markdown_mut(&mut self) -> Option<&mut Markdown> {
        match &mut self.laid {
            Some(Laid::Markdown(markdown)) => Some(markdown),
            _ => None,
        }
    }

    pub(crate) fn is_laid(&self) -> bool {
        self.laid.is_some()
    }

    /// Gives its lines back; they are laid out again when wanted.
    pub(crate) fn forget_layout(&mut self) {
        self.laid = None;
    }

    fn lay(&mut self, columns: usize) {
        if let Kind::Answer { text, .. } = &self.kind {
            match &mut self.laid {
                Some(Laid::Markdown(markdown)) => {
                    markdown.set_columns(columns.saturating_sub(INDENT.len()).max(1));
                }
                _ => {
                    let mut markdown = Markdown::new(columns.saturating_sub(INDENT.len()).max(1));
                    markdown.set(text);
                    self.laid = Some(Laid::Markdown(Box::new(markdown)));
                }
            }
            return;
        }
        match &self.laid {
            Some(Laid::Lines { columns: known, .. }) if *known == columns => {}
            _ => self.laid = Some(Laid::Lines { columns, lines: lay_out(&self.kind, columns) }),
        }
    }

    /// Adds to an answer that is still coming.
    pub(crate) fn append(&mut self, piece: &str) {
        match &mut self.kind {
            Kind::Answer { text, .. } => {
                text.push_str(piece);
                if let Some(Laid::Markdown(markdown)) = &mut self.laid {
                    markdown.append(piece);
                }
            }
            Kind::Reasoning { text, open, .. } => {
                text.push_str(piece);
                if *open {
                    self.laid = None;
                }
            }
            _ => {}
        }
    }

    /// The whole answer.
    pub(crate) fn set(&mut self, whole: &str) {
        let Kind::Answer { text, .. } = &mut self.kind else { return };
        if text == whole {
            return;
        }
        whole.clone_into(text);
        if let Some(Laid::Markdown(markdown)) = &mut self.laid {
            markdown.set(whole);
        }
    }

    /// Opens or closes what can be folded; tells whether it can.
    pub(crate) fn fold(&mut self, open: Option<bool>) -> bool {
        let (Kind::Reasoning { open: state, .. }
        | Kind::Looks { open: state, .. }
        | Kind::HandOff { open: state, .. }) = &mut self.kind
        else {
            return false;
        };
        *state = open.unwrap_or(!*state);
        self.laid = None;
        true
    }

    /// The words in it, for search and copying.
    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        match &self.kind {
            Kind::User { text, .. }
            | Kind::Answer { text, .. }
            | Kind::Reasoning { text, .. }
            | Kind::Note { text, .. } => text.into(),
            Kind::Looks { calls, .. } => {
                calls.iter().map(|call| call.summary.as_str()).collect::<Vec<_>>().join("\n").into()
            }
            Kind::HandOff { look, .. } => look.summary.as_str().into(),
            Kind::Retry { reason, .. } => reason.into(),
        }
    }

    /// Columns by which its lines stand in: those of an answer come as Markdown lays them.
    pub(crate) fn indent(&self) -> usize {
        match self.kind {
            Kind::Answer { .. } => INDENT.len(),
            _ => 0,
        }
    }

    /// Whether it is a line among its like, with no empty line between.
    pub(crate) fn is_aside(&self) -> bool {
        !matches!(self.kind, Kind::User { .. } | Kind::Answer { .. })
    }
}

/// Columns by which everything but the user's words is indented.
const INDENT: &str = "  ";

fn lay_out(kind: &Kind, columns: usize) -> Vec<Line> {
    match kind {
        Kind::User { text, said } => user(text, *said, columns),
        Kind::Answer { .. } => Vec::new(),
        Kind::Reasoning { text, took, open, .. } => reasoning(text, *took, *open, columns),
        Kind::Looks { calls, open } => looks(calls, *open, columns),
        Kind::HandOff { look, open } => hand_off(look, *open, columns),
        Kind::Note { sign, tone, text } => sentences(*sign, *tone, text, columns),
        Kind::Retry { attempt, reason, .. } => {
            sentences('↻', Tone::Warning, &format!("{reason} Trying again (attempt {attempt})."), columns)
        }
    }
}

/// The user's words beside a bar.
fn user(text: &str, said: Said, columns: usize) -> Vec<Line> {
    let tone = if said == Said::Stored { Tone::Text } else { Tone::Muted };
    let mut lines = Vec::new();
    let waits = (said == Said::Queued).then_some("queued: sent when the operation before it has ended");
    for line in text.trim_end().split('\n').chain(waits) {
        for piece in wrap(&Line::of(line.trim_end_matches('\r'), tone), columns.saturating_sub(2), 0) {
            let mut shown = Line::of("┃ ", Tone::Accent);
            shown.append(&piece);
            lines.push(shown);
        }
    }
    lines
}

fn reasoning(text: &str, took: Option<TimeMs>, open: bool, columns: usize) -> Vec<Line> {
    let mark = if open { '▾' } else { '▸' };
    let head = match took {
        Some(0..1000) => format!("{INDENT}{mark} thought briefly"),
        Some(took) => format!("{INDENT}{mark} thought for {}", seconds(took)),
        None => format!("{INDENT}{mark} thinking"),
    };
    let mut lines = vec![Line::of(&head, Tone::Muted)];
    if open {
        let ink = Ink::new(Tone::Muted).with(ratatui::style::Modifier::ITALIC);
        lines.extend(block(&text.replace("**", ""), ink, columns));
    }
    lines
}

fn looks(calls: &[Look], open: bool, columns: usize) -> Vec<Line> {
    if !open {
        let mark = if calls.iter().any(|call| call.state == ToolCallState::Failed) { '✗' } else { '▸' };
        let told: Vec<&str> = calls.iter().map(|call| call.summary.as_str()).collect();
        let line = Line::of(&format!("{INDENT}{mark} {}", told.join(" · ")), Tone::Muted);
        return vec![line.fit(columns)];
    }
    let mut lines = Vec::new();
    for call in calls {
        let mut line = Line::of(&format!("{INDENT}▾ "), Tone::Muted);
        line.push(&call.summary, state_tone(call.state));
        lines.extend(wrap(&line, columns, 4));
        lines.extend(output(call, columns));
    }
    lines
}

fn hand_off(look: &Look, open: bool, columns: usize) -> Vec<Line> {
    let (sign, tone) = match look.state {
        ToolCallState::Running => ('◆', Tone::Accent),
        ToolCallState::Completed => ('◆', Tone::Good),
        ToolCallState::Failed => ('✗', Tone::Error),
        ToolCallState::Cancelled => ('✗', Tone::Muted),
    };
    let line = Line::of(INDENT, tone).and(&format!("{sign} "), tone).and(&look.summary, Tone::Text);
    let mut lines = wrap(&line, columns, 4);
    if open {
        lines.extend(output(look, columns));
    }
    lines
}

fn state_tone(state: ToolCallState) -> Tone {
    match state {
        ToolCallState::Failed => Tone::Error,
        _ => Tone::Muted,
    }
}

fn output(call: &Look, columns: usize) -> Vec<Line> {
    let Some(output) = &call.output else { return Vec::new() };
    let total = output.lines().count();
    let shown: Vec<&str> = output.lines().take(OUTPUT_LINES).collect();
    let mut lines = block(&shown.join("\n"), Ink::new(Tone::Muted), columns);
    if total > OUTPUT_LINES {
        lines.push(Line::of(&format!("    … {} more lines", total - OUTPUT_LINES), Tone::Muted));
    }
    lines
}

/// Several lines of one ink, indented below their head.
fn block(text: &str, ink: Ink, columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for line in text.trim().lines() {
        lines.extend(wrap(&Line::of(&format!("    {line}"), ink), columns, 4));
    }
    lines
}

fn sentences(sign: char, tone: Tone, text: &str, columns: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let head = if at == 0 { format!("{INDENT}{sign} ") } else { "    ".to_owned() };
        lines.extend(wrap(&Line::of(&head, tone).and(line, tone), columns, 4));
    }
    lines
}

/// `0.4 s`, `14 s`, `1 min 20 s`.
pub(crate) fn seconds(ms: TimeMs) -> String {
    match ms / 1000 {
        0..10 => format!("{}.{} s", ms / 1000, ms % 1000 / 100),
        seconds @ 10..60 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}
