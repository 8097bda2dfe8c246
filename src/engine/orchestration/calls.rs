//! The calls of one round: all at once, each told when it begins and ends, results into the history
//! as they come (requests put them into the planner's order). Artifacts are put on record one after the other, as their hand-offs end.

use std::{collections::HashSet, sync::Arc};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{
    engine::{
        EngineError,
        artifacts::{self, Origin, Proposed},
        delegation::{self, Delegation, DelegationError, Delivery, Progress},
        details,
        edits::{Failure, ProposedChange},
        lifecycle::{Effect, Input},
        prompt,
        recorder::until,
        tools::{Call, CreateArtifact, look},
    },
    llm::{Item, Role, ToolCall},
    protocol::{Body, ErrorCode, ToolCallState},
    store::ToolCallRecord,
    workspace::Workspace,
};

use super::{Operation, round::failed};

/// Calls of one round that run at the same time: enough for any real plan, few enough for one
/// provider's rate limit.
const AT_ONCE: usize = 8;
/// Progress is told faster than it is stored only for moments; then the streams wait.
const PROGRESS_QUEUE: usize = 256;

/// What a call came to, before it is on record.
enum Outcome {
    /// An answer for the model.
    Answer(Result<String, String>),
    /// Files from the coder.
    Delivered(Result<Box<Delivery>, DelegationError>),
    /// A file that the planner wrote itself.
    Created(CreateArtifact),
}

impl Operation {
    /// Runs the calls of the round until each has its result.
    pub(super) async fn run_calls(&mut self) -> Result<Input, EngineError> {
        let calls = std::mem::take(&mut self.calls);
        let (progress, mut told) = mpsc::channel(PROGRESS_QUEUE);
        let mut at_work = self.start(&calls, progress).await?;
        let mut circling = None;
        loop {
            tokio::select! {
                biased;
                () = until(self.recorder.due()) => self.recorder.commit().await?,
                Some(progress) = told.recv() => self.tell(progress).await?,
                done = at_work.join_next() => match done {
                    Some(Ok((index, outcome))) => {
                        let told = self.settle(&calls[index], outcome).await?;
                        circling = self.repeats.note(&calls[index], &told).or(circling);
                    }
                    Some(Err(_)) => return Err(EngineError::Internal),
                    None => break,
                },
            }
        }
        self.keep_history().await?;
        Ok(circling.map_or(Input::CallsEnded, |sentence| failed(ErrorCode::BudgetExceeded, sentence)))
    }

    /// Announces every call and starts its work. Each runs as a task of its own: while the results of
    /// one are stored, the others must go on, or they would hold what storing waits for.
    async fn start(
        &mut self,
        calls: &[ToolCall],
        progress: mpsc::Sender<Progress>,
    ) -> Result<JoinSet<(usize, Outcome)>, EngineError> {
        let mut targets = HashSet::new();
        let mut at_work = JoinSet::new();
        let places = Arc::new(Semaphore::new(AT_ONCE));
        for (index, call) in calls.iter().enumerate() {
            let parsed =
                Call::parse(call).and_then(|parsed| only_once(&self.shared.workspace, parsed, &mut targets));
            let parsed = self.without_change(parsed).await?;
            let summary = parsed.as_ref().map_or_else(|_| call.name.clone(), Call::summary);
            self.announce(call, &summary, ToolCallState::Running, None).await?;
            let (work, places) = (self.work_on(call, parsed, &progress), Arc::clone(&places));
            at_work.spawn(async move {
                let _place = places.acquire().await;
                (index, work.await)
            });
        }
        Ok(at_work)
    }

    /// Turns a change down where the user only asked, and says so once.
    async fn without_change(
        &mut self,
        call: Result<Call, String>,
    ) -> Result<Result<Call, String>, EngineError> {
        let tool = match &call {
            Ok(Call::Delegate(brief)) if self.only_words => brief.tool.clone(),
            Ok(Call::CreateArtifact(_)) if self.only_words => "create_artifact".to_owned(),
            _ => return Ok(call),
        };
        if !std::mem::replace(&mut self.only_words_told, true) {
            self.notice(ONLY_ASKED).await?;
        }
        Ok(Err(prompt::only_words(&tool)))
    }

    fn work_on(
        &mut self,
        call: &ToolCall,
        parsed: Result<Call, String>,
        progress: &mpsc::Sender<Progress>,
    ) -> BoxFuture<'static, Outcome> {
        let shared = Arc::clone(&self.shared);
        match parsed {
            Err(sentence) => std::future::ready(Outcome::Answer(Err(sentence))).boxed(),
            Ok(Call::CreateArtifact(artifact)) => std::future::ready(Outcome::Created(artifact)).boxed(),
            Ok(Call::Delegate(brief)) => {
                details::note_brief(&mut self.details, &brief, self.setup.model_name(Role::Coder));
                let delegation = Delegation {
                    shared,
                    setup: Arc::clone(&self.setup),
                    conversation: self.assignment.conversation,
                    call_id: call.call_id.clone(),
                    brief,
                    plan: self.reply.clone(),
                    budget: self.budget.clone(),
                    deadline: self.deadline.clone(),
                    progress: progress.clone(),
                };
                delegation.run().map(|delivery| Outcome::Delivered(delivery.map(Box::new))).boxed()
            }
            Ok(read_only) => look::run(shared, read_only).map(Outcome::Answer).boxed(),
        }
    }

    async fn tell(&mut self, progress: Progress) -> Result<(), EngineError> {
        match progress {
            Progress::Waiting(approval, delegation) => {
                self.recorder.commit().await?;
                let operation = self.assignment.operation;
                self.shared.store.request_approval(operation, approval, &delegation).await?;
                self.shared.wake.announce();
                Ok(())
            }
            Progress::HandedOver(delegation) => self.recorder.event(Body::Delegation { delegation }).await,
            Progress::Answering => {
                for effect in self.lifecycle.handle(Input::CoderStarted) {
                    self.announce_status(effect).await?;
                }
                Ok(())
            }
            Progress::Piece { call_id, path, content } => {
                self.recorder.piece(Body::ArtifactDelta { call_id, path, content });
                Ok(())
            }
            Progress::Draft { call_id, path, diff } => {
                self.recorder.piece(Body::ArtifactDraft { call_id, path, diff });
                Ok(())
            }
            Progress::Used(usage) => self.record_usage(Role::Coder, usage).await,
            Progress::Retrying { attempt, after, reason } => self.tell_retry(attempt, after, reason).await,
        }
    }

    async fn announce_status(&mut self, effect: Effect) -> Result<(), EngineError> {
        match effect {
            Effect::SetStatus(status, message) => {
                self.recorder.event(Body::OperationStatus { status, message }).await
            }
            _ => Ok(()),
        }
    }

    /// Puts what a call came to on record and into the history: what is done stays known to the
    /// planner even if the others are cancelled. Returns what the planner is told.
    async fn settle(&mut self, call: &ToolCall, outcome: Outcome) -> Result<String, EngineError> {
        let result = match outcome {
            Outcome::Answer(answer) => answer,
            Outcome::Created(artifact) => self.settle_created(artifact).await?,
            Outcome::Delivered(Err(error)) => self.settle_failure(error).await?,
            Outcome::Delivered(Ok(delivery)) => self.settle_delivery(*delivery).await?,
        };
        let (output, state) = match result {
            Ok(output) => (output, ToolCallState::Completed),
            Err(sentence) => (format!("error: {sentence}"), ToolCallState::Failed),
        };
        let summary = Call::parse(call).map_or_else(|_| call.name.clone(), |parsed| parsed.summary());
        self.history.push(Item::ToolResult { call_id: call.call_id.clone(), output: output.clone() });
        self.announce(call, &summary, state, Some(&output)).await?;
        Ok(output)
    }

    async fn settle_created(
        &mut self,
        artifact: CreateArtifact,
    ) -> Result<Result<String, String>, EngineError> {
        let origin = Origin::planner(&self.setup, &artifact);
        let content = ProposedChange::Write(artifact.content);
        let proposed = self.propose(&artifact.path, &content, origin).await?;
        Ok(proposed.map(|proposed| proposed.for_planner()))
    }

    /// A hand-off that came to nothing. Which files did not fit is told to the user as well.
    async fn settle_failure(
        &mut self,
        error: DelegationError,
    ) -> Result<Result<String, String>, EngineError> {
        if let DelegationError::Misfit(failures) = &error {
            self.notice_failures(failures).await?;
        }
        Ok(Err(error.to_string()))
    }

    async fn notice_failures(&mut self, failures: &[Failure]) -> Result<(), EngineError> {
        for failure in failures {
            let (path, reasons) = (&failure.path, failure.reasons());
            self.notice(format!("{path}: the coder's change could not be used. {reasons}")).await?;
        }
        Ok(())
    }

    /// Every file of a delivery that is legal waits as an artifact; one bad file spoils no other.
    async fn settle_delivery(&mut self, delivery: Delivery) -> Result<Result<String, String>, EngineError> {
        let mut told = Vec::new();
        let mut accepted = 0;
        for file in &delivery.files {
            let origin = Origin::coder(&self.setup, file, &delivery);
            match self.propose(&file.path, &file.change, origin).await? {
                Ok(proposed) => {
                    accepted += 1;
                    told.push(proposed.for_planner());
                }
                Err(reason) => {
                    self.notice(format!("{}: {reason}", file.path)).await?;
                    told.push(format!("error: {}: {reason}", file.path));
                }
            }
        }
        if !delivery.failures.is_empty() {
            self.notice_failures(&delivery.failures).await?;
            told.push(format!("error: {}", delegation::failed(&delivery.failures)));
        }
        if !delivery.commentary.trim().is_empty() {
            told.push(format!("The coder says: {}", delivery.commentary.trim()));
        }
        if let Some(brief) = &delivery.changed_brief {
            told.push(format!("The user changed the brief before it was sent. It was:\n{brief}"));
        }
        let told = told.join("\n\n");
        Ok(if accepted > 0 { Ok(told) } else { Err(told) })
    }

    async fn propose(
        &mut self,
        path: &str,
        change: &ProposedChange,
        origin: Origin,
    ) -> Result<Result<Proposed, String>, EngineError> {
        self.recorder.commit().await?;
        let proposed =
            artifacts::propose(&self.shared, self.assignment.operation, path, change, origin).await?;
        self.shared.wake.announce();
        if let Ok(Proposed::New(artifact) | Proposed::Duplicate(artifact)) = &proposed {
            details::note_proposal(&mut self.details, &artifact.view.path, artifact.view.language.as_deref());
        }
        Ok(proposed)
    }

    async fn announce(
        &mut self,
        call: &ToolCall,
        summary: &str,
        state: ToolCallState,
        output: Option<&str>,
    ) -> Result<(), EngineError> {
        self.recorder.commit().await?;
        let record = ToolCallRecord {
            call_id: call.call_id.clone(),
            name: call.name.clone(),
            summary: summary.to_owned(),
            arguments: Some(call.arguments.clone()),
            output: output.map(str::to_owned),
            state,
        };
        self.shared.store.record_tool_call(self.assignment.operation, &record).await?;
        self.shared.wake.announce();
        Ok(())
    }
}

const ONLY_ASKED: &str =
    "This was taken as a question, so nothing is changed. If you want the change, ask for it (\"do it\").";

/// Two hand-offs of one file in one round would overwrite each other's work, however it is spelled.
fn only_once(workspace: &Workspace, call: Call, targets: &mut HashSet<String>) -> Result<Call, String> {
    let Call::Delegate(brief) = &call else { return Ok(call) };
    let target = workspace.path(&brief.path).map_or_else(|_| brief.path.clone(), |path| path.to_string());
    if targets.insert(target) {
        return Ok(call);
    }
    Err(format!(
        "{} is already handed to the coder in this round; wait for that result, then delegate again",
        brief.path
    ))
}
