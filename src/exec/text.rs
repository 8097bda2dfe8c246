//! A turn as text: the answer on standard output, everything around it on standard error. Text that
//! comes from models, tools or files is shown with its control characters visible.

use std::io::{self, BufWriter, Stderr, Stdout, Write};

use crate::{
    protocol::{
        ArtifactState, ArtifactView, Body, ChangeView, ConversationId, Event, MessageId, ToolCallState,
        UsageView,
    },
    terminal::{self, short},
};

/// Prints the events of one operation.
pub(super) struct TextPrinter {
    live: bool,
    out: BufWriter<Stdout>,
    err: Stderr,
    streaming: Option<MessageId>,
    closing: String,
    usage: Vec<UsageView>,
}

impl TextPrinter {
    pub(super) fn new(live: bool) -> Self {
        let out = BufWriter::new(io::stdout());
        Self { live, out, err: io::stderr(), streaming: None, closing: String::new(), usage: Vec::new() }
    }

    pub(super) fn print(&mut self, event: &Event) -> io::Result<()> {
        match &event.body {
            Body::ChatResponse { message_id, content, finished } => self.say(*message_id, content, *finished),
            Body::ToolCall { summary, state, .. } => self.tool(summary, *state),
            Body::Artifact { artifact } if artifact.state == ArtifactState::Pending => {
                self.line("◆", &describe(artifact))?;
                artifact.syntax_warnings().iter().try_for_each(|warning| self.line("⚠", warning))
            }
            Body::ArtifactApplied { change } => self.applied(change),
            Body::ArtifactRejected { path, .. } => self.line("✗", &format!("turned down {path}")),
            Body::Rewound { operations } => self.line("·", &format!("{} turns set aside", operations.len())),
            Body::Unrewound { operations } => {
                self.line("·", &format!("{} turns brought back", operations.len()))
            }
            Body::Usage { usage } => {
                self.usage.push(usage.clone());
                Ok(())
            }
            Body::Retrying { attempt, retry_at, reason } => {
                let seconds = (retry_at - event.at).max(0) as f64 / 1_000.0;
                self.line("·", &format!("{reason} Trying again in {seconds:.1} s (attempt {attempt})."))
            }
            Body::ApprovalRequest { delegation, .. } => {
                self.line("?", &format!("{} waits for your review", delegation.summary()))
            }
            Body::Notice { message } => self.line("·", message),
            Body::Error { message, .. } => self.line("✗", message),
            Body::OperationCancelled {} => self.line("✗", "stopped"),
            Body::OperationStatus { .. }
            | Body::Reasoning { .. }
            | Body::Delegation { .. }
            | Body::ApprovalDecided { .. }
            | Body::ArtifactDelta { .. }
            | Body::ArtifactDraft { .. }
            | Body::Artifact { .. } => Ok(()),
        }
    }

    /// Live, the pieces go out as they come; else only the newest whole message counts.
    fn say(&mut self, message: MessageId, content: &str, finished: bool) -> io::Result<()> {
        if !self.live {
            if finished && !self.closing.is_empty() {
                let earlier = std::mem::take(&mut self.closing);
                writeln!(self.err, "{}", terminal::visible(&earlier))?;
            }
            if finished {
                self.closing = content.to_owned();
            }
            return Ok(());
        }
        let known = self.streaming == Some(message);
        if finished && known {
            self.streaming = None;
            return writeln!(self.out, "\n");
        }
        self.streaming = Some(message).filter(|_| !finished);
        write!(self.out, "{}", terminal::visible(content))?;
        if finished { writeln!(self.out, "\n") } else { Ok(()) }
    }

    fn tool(&mut self, summary: &str, state: ToolCallState) -> io::Result<()> {
        match state {
            ToolCallState::Running => Ok(()),
            ToolCallState::Completed => self.line("▸", summary),
            ToolCallState::Failed => self.line("✗", summary),
            ToolCallState::Cancelled => self.line("✗", &format!("{summary} (stopped)")),
        }
    }

    fn applied(&mut self, change: &ChangeView) -> io::Result<()> {
        let verb = if change.undoes.is_some() { "undone" } else { "written" };
        change.files.iter().try_for_each(|file| self.line("✓", &format!("{verb} {}", file.path)))?;
        writeln!(self.err, "Take this back: mira artifacts undo {}", short(&change.change_id))
    }

    fn line(&mut self, sign: &str, text: &str) -> io::Result<()> {
        self.out.flush()?;
        writeln!(self.err, "{sign} {}", terminal::visible(text))
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The closing answer, what waits, and what it cost.
    pub(super) fn close(
        &mut self,
        proposed: &[ArtifactView],
        conversation: ConversationId,
    ) -> io::Result<()> {
        if !self.closing.is_empty() {
            writeln!(self.out, "{}", terminal::visible(&self.closing))?;
        }
        self.out.flush()?;
        if let Some(cost) = cost(&self.usage) {
            writeln!(self.err, "{cost}")?;
        }
        if !proposed.is_empty() {
            writeln!(
                self.err,
                "Nothing is written yet. Look: mira artifacts diff · write: mira artifacts apply"
            )?;
        }
        writeln!(self.err, "Go on: mira exec --conversation {conversation} …")
    }
}

/// `src/a.rs  edit  +14 −3  (1a2b3c4d)`
fn describe(artifact: &ArtifactView) -> String {
    let ArtifactView { added, removed, artifact_id, .. } = artifact;
    let (place, does) = (artifact.place(), artifact.does());
    format!("{place}  {does}  +{added} −{removed}  ({})", short(artifact_id))
}

/// One line a role: `planner 1,204 in (812 cached) · 310 out · $0.006`.
fn cost(usage: &[UsageView]) -> Option<String> {
    let mut roles: Vec<&str> = usage.iter().map(|u| u.role.as_str()).collect();
    roles.dedup();
    roles.sort_unstable();
    roles.dedup();
    let lines: Vec<String> = roles.iter().rev().map(|role| role_cost(role, usage)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn role_cost(role: &str, usage: &[UsageView]) -> String {
    let of_role = || usage.iter().filter(|u| u.role == role);
    let sum = |field: fn(&UsageView) -> u64| of_role().map(field).sum::<u64>();
    let money = of_role().map(|u| u.cost_usd).sum::<Option<f64>>();
    let money = money.map_or_else(|| "price unknown".to_owned(), |usd| format!("${usd:.4}"));
    format!(
        "{role} {} in ({} cached) · {} out · {money}",
        sum(|u| u.input),
        sum(|u| u.cached),
        sum(|u| u.output)
    )
}
