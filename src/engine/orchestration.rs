//! Carries one operation out: performs the effects that `lifecycle` decides and feeds back what came
//! of them. This is the only place that loops. Dropping the running effect cancels it.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    engine::{
        EngineError, Shared,
        budget::Budget,
        deadline::Deadline,
        lifecycle::{Effect, Failure, Input, Lifecycle, Outcome},
        question,
        recorder::Recorder,
        repeats::Repeats,
        setup::Setup,
    },
    llm::{Item, Previous, ToolCall},
    protocol::{
        Body, ClientContext, ConversationId, ErrorCode, MessageId, Mode, OperationId, OperationStatus,
    },
    store,
};

mod calls;
mod images;
mod round;

/// A prompt that has been stored and may now be worked on.
#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) conversation: ConversationId,
    pub(crate) operation: OperationId,
    /// Whether the conversation begins with it: then there is nothing to look back on.
    pub(crate) is_first: bool,
    pub(crate) text: String,
    pub(crate) client: ClientContext,
}

/// A message of the planner that is still coming.
struct Partial {
    id: MessageId,
    text: String,
}

/// One operation at work.
pub(crate) struct Operation {
    shared: Arc<Shared>,
    /// The models and limits that it began with.
    setup: Arc<Setup>,
    assignment: Assignment,
    lifecycle: Lifecycle,
    recorder: Recorder,
    budget: Budget,
    deadline: Deadline,
    /// Everything the planner has been told and has said, oldest first.
    history: Vec<Item>,
    /// How much of the history is stored.
    kept: usize,
    previous: Option<Previous>,
    /// The text of the round that is being answered, for the case that it breaks off.
    partial: Option<Partial>,
    /// The last complete text of the planner.
    reply: String,
    calls: Vec<ToolCall>,
    repeats: Repeats,
    /// Whether the user only asked: then nothing may be proposed.
    only_words: bool,
    /// The user has been told so.
    only_words_told: bool,
    details: store::OperationDetails,
    unpriced_told: bool,
}

impl Operation {
    pub(crate) fn new(shared: Arc<Shared>, assignment: Assignment) -> Self {
        let setup = shared.setup();
        Self {
            recorder: Recorder::new(shared.store.clone(), shared.wake.clone(), assignment.operation),
            budget: Budget::new(setup.budget()),
            deadline: Deadline::after(setup.budget().max_duration),
            setup,
            shared,
            only_words: assignment.client.mode == Mode::Ask || question::is_question(&assignment.text),
            only_words_told: false,
            repeats: Repeats::default(),
            assignment,
            lifecycle: Lifecycle::default(),
            history: Vec::new(),
            kept: 0,
            previous: None,
            partial: None,
            reply: String::new(),
            calls: Vec::new(),
            details: store::OperationDetails::default(),
            unpriced_told: false,
        }
    }

    /// Runs to the end. `cancel` turns true when the user wants it stopped.
    pub(crate) async fn run(mut self, mut cancel: watch::Receiver<bool>) {
        let limit = self.setup.budget().max_duration;
        let deadline = self.deadline.clone();
        let mut inputs = VecDeque::from([Input::Begin]);
        while let Some(input) = inputs.pop_front() {
            for effect in self.lifecycle.handle(input) {
                let next = match effect {
                    Effect::Finish(outcome) => return self.finish(outcome).await,
                    effect => tokio::select! {
                        biased;
                        () = stopped(&mut cancel) => Some(Input::Cancel),
                        () = deadline.passed() => Some(out_of_time(limit)),
                        next = self.perform(effect) => next.unwrap_or_else(|error| Some(error.into())),
                    },
                };
                if let Some(next) = next {
                    inputs.push_back(next);
                    break;
                }
            }
        }
    }

    async fn perform(&mut self, effect: Effect) -> Result<Option<Input>, EngineError> {
        match effect {
            Effect::SetStatus(status, message) => {
                self.recorder.push(Body::OperationStatus { status, message });
                Ok(None)
            }
            Effect::AskPlanner => self.ask_planner().await.map(Some),
            Effect::RunCalls => self.run_calls().await.map(Some),
            Effect::Finish(_) => Ok(None),
        }
    }

    /// Stores the outcome with everything that belongs to it. If even that fails, nobody may wait on.
    async fn finish(mut self, outcome: Outcome) {
        if let Err(error) = self.store_outcome(outcome).await {
            tracing::error!(%error, operation = %self.assignment.operation, "the outcome could not be stored");
            self.shared.wake.broken(error);
        }
    }

    async fn store_outcome(&mut self, outcome: Outcome) -> Result<(), EngineError> {
        let (status, failure) = match outcome {
            Outcome::Completed => (OperationStatus::Completed, None),
            Outcome::Failed(failure) => (OperationStatus::Failed, Some(failure)),
            Outcome::Cancelled => (OperationStatus::Cancelled, None),
        };
        if let Err(error) = self.recorder.settle().await {
            tracing::error!(%error, operation = %self.assignment.operation, "the last events could not be stored");
        }
        let mut last: Vec<Body> = self.recorder.take();
        if let Some(Partial { id, text }) = self.partial.take() {
            self.history.push(Item::Assistant { text: text.clone(), phase: None });
            self.reply.clone_from(&text);
            last.push(Body::ChatResponse { message_id: id, content: text, finished: true });
        }
        if let Some(Failure { code, message }) = &failure {
            last.push(Body::Error { message: message.clone(), code: *code });
        }
        let outcome = store::Outcome {
            status,
            message: failure
                .as_ref()
                .map_or_else(|| closing(status).to_owned(), |failure| failure.message.clone()),
            result: Some(std::mem::take(&mut self.reply)).filter(|reply| !reply.is_empty()),
            error: failure.map(|failure| failure.message),
            response_id: self.last_response(),
            history: self.unkept_history(),
            details: std::mem::take(&mut self.details),
        };
        self.shared.store.finish(self.assignment.operation, &outcome, last).await?;
        self.shared.wake.announce();
        Ok(())
    }

    /// The response that the next prompt may go on from: one that knows of all that was said. What a
    /// broken-off round leaves behind (the prompt, results, half an answer) no response has seen.
    fn last_response(&mut self) -> Option<String> {
        let whole = self.history.len();
        self.previous.take().filter(|previous| previous.covers == whole).map(|previous| previous.response_id)
    }

    /// Stores what the history has gained: a killed program resumes with the rounds that were complete.
    async fn keep_history(&mut self) -> Result<(), EngineError> {
        let items = self.unkept_history();
        self.recorder.keep_history(items).await
    }

    fn unkept_history(&mut self) -> Vec<String> {
        let items =
            self.history[self.kept..].iter().filter_map(|item| serde_json::to_string(item).ok()).collect();
        self.kept = self.history.len();
        items
    }

    async fn notice(&mut self, message: impl Into<String>) -> Result<(), EngineError> {
        self.recorder.event(Body::Notice { message: message.into() }).await
    }
}

fn closing(status: OperationStatus) -> &'static str {
    match status {
        OperationStatus::Cancelled => "stopped",
        _ => "done",
    }
}

fn out_of_time(limit: Duration) -> Input {
    let minutes = limit.as_secs_f64() / 60.0;
    Input::Failed(Failure {
        code: ErrorCode::BudgetExceeded,
        message: format!(
            "Stopped after {minutes:.1} minutes (budget.max_duration); ask for a smaller step or raise the cap."
        ),
    })
}

async fn stopped(cancel: &mut watch::Receiver<bool>) {
    if cancel.wait_for(|stop| *stop).await.is_err() {
        // The sender is gone with the engine: nobody can cancel any more.
        std::future::pending::<()>().await;
    }
}

impl From<EngineError> for Input {
    fn from(error: EngineError) -> Self {
        Input::Failed(Failure { code: error.code(), message: error.to_string() })
    }
}
