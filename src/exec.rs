//! One turn without a screen: sends a prompt, follows its operation to the end, prints it as text or
//! as JSON lines, and says by exit code how it went. It never asks anything, so it never hangs.

use std::{
    io::{self, Write},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    engine::{EngineError, EngineHandle, Feed},
    protocol::{
        ArtifactId, ArtifactState, ArtifactView, Body, ClientContext, Command, ConversationId, ErrorCode,
        Event, OperationId, OperationStatus, Reply,
    },
};

pub mod stdin;
mod text;

use text::TextPrinter;

/// How long a cancelled operation may take to tell its end before the program leaves without it.
const CANCEL_GRACE: Duration = Duration::from_secs(5);

/// What to do in one headless turn.
#[derive(Clone, Debug, Default)]
pub struct Turn {
    /// What the user says.
    pub prompt: String,
    /// The conversation to go on with; a new one without.
    pub conversation: Option<ConversationId>,
    /// What goes along.
    pub context: ClientContext,
    /// Write the artifacts of a completed operation.
    pub apply: bool,
    /// Stop after this time.
    pub timeout: Option<Duration>,
}

/// How a turn is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people. `live`: the text goes out as it streams, else only the closing answer does.
    Text {
        /// Whether a person is watching standard output.
        live: bool,
    },
    /// One event a line.
    Json,
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Completed.
    Done,
    /// Failed, with the class of the error.
    Failed(ErrorCode),
    /// Not done in time.
    TimedOut,
    /// Stopped by a signal.
    Interrupted,
    /// A hand-off waited for a decision that nobody can give here.
    NeedsApproval {
        /// Which.
        what: String,
    },
}

/// Runs one turn. `interrupt` completes when the user wants to stop.
///
/// # Errors
/// The engine refused the prompt or broke down, or the output could not be written.
pub async fn run(
    engine: &EngineHandle,
    turn: Turn,
    format: Format,
    interrupt: impl Future<Output = ()>,
) -> Result<Ending, ExecError> {
    let deadline = turn.timeout.map(|timeout| Instant::now() + timeout);
    let reply = engine
        .send(Command::Prompt {
            conversation_id: turn.conversation,
            text: turn.prompt,
            context: turn.context,
        })
        .await?;
    let Reply::Accepted { conversation_id, operation_id, since } = reply else {
        return Err(ExecError::Engine(EngineError::Stopped));
    };
    let mut follower = Follower {
        feed: engine.subscribe(conversation_id, since),
        operation: operation_id,
        printer: Printer::new(format),
        error: None,
        proposed: Vec::new(),
    };
    let stopped = tokio::select! {
        followed = follower.follow() => match followed? {
            Followed::Ended(status) => return follower.close(engine, status, turn.apply).await,
            Followed::Asked(what) => Ending::NeedsApproval { what },
        },
        () = interrupt => Ending::Interrupted,
        () = passed(deadline) => Ending::TimedOut,
    };
    engine.send(Command::Cancel { operation_id }).await?;
    if let Ok(ended) = tokio::time::timeout(CANCEL_GRACE, follower.follow_to_end()).await {
        ended?;
    }
    follower.printer.close(&follower.proposed, conversation_id)?;
    Ok(stopped)
}

/// What can go wrong around a turn.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// The engine's own error.
    #[error("{0}")]
    Engine(#[from] EngineError),
    /// Standard output is gone; a closed pipe is no fault of ours.
    #[error("could not write the answer: {0}")]
    Output(#[from] io::Error),
}

async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// Why the following stops.
enum Followed {
    Ended(OperationStatus),
    /// This waits for a decision.
    Asked(String),
}

/// Follows one operation and remembers what its end depends on.
struct Follower {
    feed: Feed,
    operation: OperationId,
    printer: Printer,
    error: Option<ErrorCode>,
    proposed: Vec<ArtifactView>,
}

impl Follower {
    async fn follow(&mut self) -> Result<Followed, ExecError> {
        loop {
            let mut followed = None;
            for event in self.feed.next().await? {
                if event.operation_id == self.operation {
                    self.printer.print(&event)?;
                    followed = self.note(event.body).or(followed);
                }
            }
            self.printer.flush()?;
            if let Some(followed) = followed {
                return Ok(followed);
            }
        }
    }

    async fn follow_to_end(&mut self) -> Result<(), ExecError> {
        while let Followed::Asked(_) = self.follow().await? {}
        Ok(())
    }

    /// Remembers what matters; the terminal status ends the following, and so does a question.
    fn note(&mut self, body: Body) -> Option<Followed> {
        match body {
            Body::OperationStatus { status, .. } if status.is_terminal() => {
                return Some(Followed::Ended(status));
            }
            Body::ApprovalRequest { delegation, .. } => return Some(Followed::Asked(delegation.summary())),
            Body::Error { code, .. } => self.error = Some(code),
            Body::Artifact { artifact } => upsert(&mut self.proposed, *artifact),
            _ => {}
        }
        None
    }

    async fn close(
        mut self,
        engine: &EngineHandle,
        status: OperationStatus,
        apply: bool,
    ) -> Result<Ending, ExecError> {
        let ending = match status {
            OperationStatus::Completed => Ending::Done,
            OperationStatus::Cancelled => Ending::Interrupted,
            _ => Ending::Failed(self.error.unwrap_or(ErrorCode::LlmError)),
        };
        let conversation = self.feed.conversation();
        let applied = match apply && ending == Ending::Done && !self.proposed.is_empty() {
            true => self.apply(engine).await,
            false => Ok(()),
        };
        self.printer.close(&self.proposed, conversation)?;
        applied.map(|()| ending)
    }

    /// Writes what was proposed; what could not be written still waits.
    async fn apply(&mut self, engine: &EngineHandle) -> Result<(), ExecError> {
        let artifact_ids: Vec<ArtifactId> =
            self.proposed.iter().map(|artifact| artifact.artifact_id).collect();
        engine.send(Command::Apply { artifact_ids }).await?;
        self.proposed.clear();
        for event in self.feed.ready().await? {
            self.printer.print(&event)?;
        }
        Ok(self.printer.flush()?)
    }
}

/// Takes an artifact's newest state into the list of those that wait. A proposal that took the place
/// of another is told before the other's end, so only the id says which one is meant.
fn upsert(waiting: &mut Vec<ArtifactView>, artifact: ArtifactView) {
    waiting.retain(|known| known.artifact_id != artifact.artifact_id);
    if artifact.state == ArtifactState::Pending {
        waiting.push(artifact);
    }
}

/// Where events go.
enum Printer {
    Text(TextPrinter),
    Json(io::BufWriter<io::Stdout>),
}

impl Printer {
    fn new(format: Format) -> Self {
        match format {
            Format::Text { live } => Self::Text(TextPrinter::new(live)),
            Format::Json => Self::Json(io::BufWriter::new(io::stdout())),
        }
    }

    fn print(&mut self, event: &Event) -> io::Result<()> {
        match self {
            Self::Text(text) => text.print(event),
            Self::Json(out) => {
                serde_json::to_writer(&mut *out, event)?;
                out.write_all(b"\n")
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Text(text) => text.flush(),
            Self::Json(out) => out.flush(),
        }
    }

    /// Names what waits for a decision.
    fn close(&mut self, proposed: &[ArtifactView], conversation: ConversationId) -> io::Result<()> {
        match self {
            Self::Text(text) => text.close(proposed, conversation),
            Self::Json(out) => out.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ArtifactAction, ArtifactKind, IdSource};

    fn artifact(ids: &IdSource) -> ArtifactView {
        ArtifactView {
            artifact_id: ArtifactId::new(ids),
            path: "src/a.rs".into(),
            kind: ArtifactKind::Code,
            language: None,
            content: String::new(),
            content_hash: String::new(),
            base_hash: None,
            diff: String::new(),
            action: ArtifactAction::Write,
            is_new_file: true,
            added: 0,
            removed: 0,
            syntax_errors: Vec::new(),
            state: ArtifactState::Pending,
            taken: None,
            previous_artifact_id: None,
            created_at: 0,
        }
    }

    #[test]
    fn a_superseded_proposal_leaves_the_newer_one_waiting() {
        let ids = IdSource::seeded(1);
        let (first, second) = (artifact(&ids), artifact(&ids));
        let told =
            [first.clone(), second.clone(), ArtifactView { state: ArtifactState::Superseded, ..first }];
        let mut waiting = Vec::new();
        told.into_iter().for_each(|artifact| upsert(&mut waiting, artifact));
        assert_eq!(waiting, [second]);
    }
}
