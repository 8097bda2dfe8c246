//! One round with the planner: build the request, stream the answer, put it on record.

use std::{borrow::Cow, time::Duration};

use futures_util::StreamExt;

use crate::{
    engine::{
        EngineError, context,
        lifecycle::{Failure, Input},
        prompt::{self, Window},
        recorder::until,
        tools::Call,
    },
    llm::{
        Answer, Chunk, ChunkStream, FinishReason, Item, LlmError, LlmErrorKind, OutputSchema, Previous,
        Request, Role, ToolCall, Usage,
    },
    protocol::{Body, ContextSection, ContextView, ErrorCode, MessageId, TimeMs, ToolCallState, UsageView},
};

use super::{Assignment, Operation, Partial, images};

impl Operation {
    /// Asks the planner and takes its answer to record.
    pub(super) async fn ask_planner(&mut self) -> Result<Input, EngineError> {
        if let Err(exceeded) = self.budget.check() {
            return Ok(failed(ErrorCode::BudgetExceeded, exceeded));
        }
        if self.history.is_empty() {
            self.begin_history().await?;
        }
        self.budget.add_round();
        let request = self.planner_request()?;
        let sections = prompt::sections(&request);
        let (answer, error) = self.stream_planner(request).await?;
        if let Some(error) = error {
            return Ok(failed(code_of(&error), error));
        }
        if let Some(usage) = answer.finish.usage {
            self.budget.add_usage(usage, self.price(Role::Planner, usage));
            self.record_usage(Role::Planner, usage).await?;
        }
        self.keep_context(sections, answer.finish.usage);
        let message = self.partial.take();
        if message.is_some() {
            self.reply = answer.text();
        }
        // Into the history first: a cancel must not find a message that was told but never said.
        let next = self.judge(answer);
        if let Some(Partial { id, .. }) = message {
            let content = self.reply.clone();
            self.recorder.event(Body::ChatResponse { message_id: id, content, finished: true }).await?;
        }
        self.keep_history().await?;
        Ok(next)
    }

    /// Earlier operations as they were sent, then the user's words with what has changed around them.
    async fn begin_history(&mut self) -> Result<(), EngineError> {
        let window = self.window()?;
        let words = prompt::estimate_tokens(&self.assignment.text)
            + prompt::IMAGE_TOKENS * self.assignment.client.images.len() as u64;
        if !self.assignment.is_first {
            self.look_back(window.history(words)).await?;
        }
        // Reading leaves only those that are sent.
        let pictured = self.assignment.client.images.clone();
        let images = self.read_images().await?;
        let Assignment { conversation, text, client, .. } = &self.assignment;
        let (settings, open_file) = (&self.setup.settings, client.file_path.as_deref());
        let context =
            context::gather(&self.shared, settings, *conversation, text, open_file, &pictured).await;
        let room = window.room(&self.history, words);
        let text = prompt::user_message(text, &context, client, &self.history, room);
        self.history.push(Item::User { text, images });
        for sentence in context.notices {
            self.notice(sentence).await?;
        }
        Ok(())
    }

    /// How the planner's window is shared out.
    fn window(&self) -> Result<Window, EngineError> {
        let planner = self.setup.planner()?;
        let correction = self.shared.calibration(&planner.choice.model).correction();
        let own = self.setup.settings.context.total_tokens;
        Ok(Window::new(planner.context_window, planner.max_output, correction, own))
    }

    /// Takes over what was said before, as much as fits into `budget` tokens.
    async fn look_back(&mut self, budget: u64) -> Result<(), EngineError> {
        let earlier = self.shared.history(self.assignment.conversation).await?;
        self.history = prompt::fit(earlier.operations, budget);
        self.kept = self.history.len();
        let covers = self.kept;
        self.previous = earlier
            .response_id
            .filter(|_| covers == earlier.items)
            .map(|response_id| Previous { response_id, covers });
        Ok(())
    }

    fn planner_request(&self) -> Result<Request, EngineError> {
        let planner = self.setup.planner()?;
        let history = images::for_model(&self.history, planner.takes_images);
        // What the server holds of images that the model does not take would be refused.
        let fits = planner.takes_images || matches!(history, Cow::Borrowed(_));
        let schema = self.assignment.client.output_schema.clone();
        Ok(prompt::planner_request(
            &planner.choice,
            &history,
            self.previous.clone().filter(|_| fits),
            schema.map(|schema| OutputSchema { name: "answer".into(), schema }),
            &self.assignment.conversation.to_string(),
            self.setup.settings.workspace.git,
        ))
    }

    /// Streams the answer. An error of the model comes beside what had been said until then.
    async fn stream_planner(&mut self, request: Request) -> Result<(Answer, Option<LlmError>), EngineError> {
        let planner = self.setup.planner()?;
        let mut chunks = planner.provider.stream(request);
        let mut answer = Answer::default();
        // The request is on its way while the status before it is being stored.
        let (mut chunk, stored) = tokio::join!(chunks.next(), self.recorder.commit());
        stored?;
        loop {
            match chunk {
                None => return Ok((answer, None)),
                Some(Err(error)) => return Ok((answer, Some(error))),
                Some(Ok(Chunk::Item(item))) => answer.items.push(item),
                Some(Ok(Chunk::Finished(finish))) => answer.finish = finish,
                Some(Ok(chunk)) => self.take(chunk).await?,
            }
            chunk = self.next_chunk(&mut chunks).await?;
        }
    }

    /// Waits for the next chunk, and stores what is due meanwhile. Chunks that are there already come
    /// first: a timer for each of them would cost more than they do.
    async fn next_chunk(
        &mut self,
        chunks: &mut ChunkStream,
    ) -> Result<Option<Result<Chunk, LlmError>>, EngineError> {
        if self.recorder.is_due() {
            self.recorder.commit().await?;
        }
        loop {
            tokio::select! {
                biased;
                chunk = chunks.next() => return Ok(chunk),
                () = until(self.recorder.due()) => self.recorder.commit().await?,
            }
        }
    }

    async fn take(&mut self, chunk: Chunk) -> Result<(), EngineError> {
        match chunk {
            Chunk::Text(text) => self.take_text(text),
            Chunk::Reasoning(content) => self.recorder.piece(Body::Reasoning { content }),
            Chunk::ToolCallStarted { call_id, name } => {
                let state = ToolCallState::Running;
                return self
                    .recorder
                    .event(Body::ToolCall { call_id, summary: name.clone(), name, state })
                    .await;
            }
            Chunk::Retrying { attempt, after, reason } => {
                return self.tell_retry(attempt, after, reason).await;
            }
            Chunk::Started { .. } | Chunk::Item(_) | Chunk::Finished(_) => {}
        }
        Ok(())
    }

    fn take_text(&mut self, text: String) {
        let ids = &self.shared.ids;
        let partial =
            self.partial.get_or_insert_with(|| Partial { id: MessageId::new(ids), text: String::new() });
        partial.text.push_str(&text);
        let message_id = partial.id;
        self.recorder.piece(Body::ChatResponse { message_id, content: text, finished: false });
    }

    /// What follows from a complete answer.
    fn judge(&mut self, answer: Answer) -> Input {
        self.calls = answer.tool_calls().cloned().collect();
        self.history.extend(answer.items);
        match answer.finish.reason {
            FinishReason::Length => return failed(ErrorCode::LlmError, CUT),
            FinishReason::ContentFilter => return failed(ErrorCode::LlmError, FILTERED),
            FinishReason::Stop | FinishReason::ToolCalls => {}
        }
        if self.calls.is_empty() && self.reply.is_empty() {
            return failed(ErrorCode::LlmError, EMPTY);
        }
        let covers = self.history.len();
        self.previous = answer.finish.response_id.map(|response_id| Previous { response_id, covers });
        let delegates = |call: &&ToolCall| matches!(Call::parse(call), Ok(Call::Delegate(_)));
        let delegations = if self.only_words { 0 } else { self.calls.iter().filter(delegates).count() };
        Input::RoundEnded { calls: self.calls.len(), delegations }
    }

    /// Tells that a failed attempt of a model will be repeated, and when.
    pub(super) async fn tell_retry(
        &mut self,
        attempt: u32,
        after: Duration,
        reason: String,
    ) -> Result<(), EngineError> {
        let after = TimeMs::try_from(after.as_millis()).unwrap_or(TimeMs::MAX);
        let retry_at = self.shared.clock.now().saturating_add(after);
        self.recorder.event(Body::Retrying { attempt, retry_at, reason }).await
    }

    /// Keeps what the request was made of; a server that does not count is estimated.
    fn keep_context(&self, sections: Vec<ContextSection>, usage: Option<Usage>) {
        let estimated: u64 = sections.iter().map(|section| section.tokens).sum();
        if let Some(usage) = usage {
            self.shared.calibrate(self.setup.model_name(Role::Planner), estimated, usage.input);
        }
        let view = ContextView {
            window: self.setup.planner_window(),
            used: usage.map_or(estimated, |usage| usage.input),
            cached: usage.map_or(0, |usage| usage.cached),
            output: usage.map_or(0, |usage| usage.output),
            sections,
        };
        self.shared.keep_context(self.assignment.conversation, view);
    }

    fn price(&self, role: Role, usage: Usage) -> Option<f64> {
        self.setup.price(role, usage, self.shared.clock.now())
    }

    /// Stores and announces what a model call has used, with its price.
    pub(super) async fn record_usage(&mut self, role: Role, usage: Usage) -> Result<(), EngineError> {
        let (model, cost_usd) = (self.setup.model_name(role).to_owned(), self.price(role, usage));
        let Usage { input, cached, cache_write, output, reasoning } = usage;
        let view = UsageView {
            role: role.as_str().to_owned(),
            model,
            input,
            cached,
            cache_write,
            output,
            reasoning,
            cost_usd,
        };
        self.recorder.event(Body::Usage { usage: view }).await?;
        if cost_usd.is_none()
            && self.setup.budget().max_cost_usd.is_some()
            && !std::mem::replace(&mut self.unpriced_told, true)
        {
            self.notice(UNPRICED).await?;
        }
        Ok(())
    }
}

const CUT: &str = "The planner's answer was cut by its token limit; nothing of it was run. Ask for a smaller step, or raise roles.planner.max_output_tokens.";
const FILTERED: &str = "The provider's content filter cut the answer. Put the request differently.";
const EMPTY: &str =
    "The model answered with nothing at all. Try again; if it repeats, try another model (--planner).";
const UNPRICED: &str = "No price is known for this model, so the cap on money cannot count it. Add one under [models.\"NAME\"] in the settings.";

pub(super) fn failed(code: ErrorCode, message: impl ToString) -> Input {
    Input::Failed(Failure { code, message: message.to_string() })
}

fn code_of(error: &LlmError) -> ErrorCode {
    match error.kind {
        LlmErrorKind::Timeout => ErrorCode::TimeoutError,
        _ => ErrorCode::LlmError,
    }
}
