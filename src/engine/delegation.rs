//! One hand-off to the coder: gathers what goes along, lets the user see it, streams the answer, parses the proposed files
//! out of it, and asks once more for what is missing or does not fit. It proposes; `artifacts` decides
//! what becomes of it.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::StreamExt;
use tokio::sync::mpsc;

use crate::{
    engine::{
        EngineError, Shared,
        budget::{Budget, Exceeded},
        deadline::Deadline,
        edits::{Failure, ProposedFile, Resolved},
        prompt,
        setup::Setup,
    },
    llm::{Chunk, Finish, FinishReason, Item, LlmError, Request, Role, Usage},
    protocol::{ApprovalId, Brief, ConversationId, DelegationView},
};

mod files;
mod materials;
mod reading;
mod review;

use files::Drafts;
use reading::{Reading, Shown, Verdict};

/// Context files per brief: it is no place for a whole repository.
const MAX_CONTEXT_FILES: usize = 12;
/// Of a text that could not be used, what planner and user are shown.
const MAX_SAID: usize = 8 * 1024;
/// Answers of the coder to one brief: the first, and one repair.
const MAX_ANSWERS: u32 = 2;

/// What a delegation tells while it works.
#[derive(Debug)]
pub(crate) enum Progress {
    /// It waits for the user.
    Waiting(ApprovalId, Box<DelegationView>),
    /// It goes to the coder.
    HandedOver(Box<DelegationView>),
    /// The coder has begun to answer.
    Answering,
    /// A piece of a file.
    Piece { call_id: String, path: String, content: String },
    /// What the edit of a file changes so far.
    Draft { call_id: String, path: String, diff: String },
    /// A model call has ended.
    Used(Usage),
    /// A failed attempt will be repeated.
    Retrying { attempt: u32, after: Duration, reason: String },
}

/// What came of a brief.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// What the coder was asked.
    pub(crate) brief: Brief,
    /// The brief in words, where the user has changed it.
    pub(crate) changed_brief: Option<String>,
    pub(crate) files: Vec<ProposedFile>,
    /// Files that the coder could not do, even when asked again.
    pub(crate) failures: Vec<Failure>,
    /// What the coder said beside the files.
    pub(crate) commentary: String,
    pub(crate) usage: Usage,
    pub(crate) took_ms: u64,
    /// What the coder was told of the project.
    pub(crate) project_context: String,
}

/// Why nothing came of a brief, in a sentence for planner and user.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DelegationError {
    #[error("{0}")]
    Llm(#[from] LlmError),
    #[error("{0}")]
    Budget(#[from] Exceeded),
    #[error("{0}")]
    Engine(#[from] EngineError),
    #[error(
        "the coder's answer was cut by its token limit (roles.coder.max_output_tokens); ask for a smaller step"
    )]
    Cut,
    #[error("the coder's answer was cut by its provider's content filter")]
    Filtered,
    #[error("the user declined this hand-off{}; nothing was sent. Do not hand it over again unless they ask.", because(.reason.as_deref()))]
    Declined { reason: Option<String> },
    #[error("the coder gave no usable file in two answers; it said: {0}")]
    NoArtifact(String),
    #[error("{}", failed(.0))]
    Misfit(Vec<Failure>),
}

fn because(reason: Option<&str>) -> String {
    let said = reason.map(str::trim).filter(|reason| !reason.is_empty());
    said.map_or_else(String::new, |reason| format!(", because: {reason}"))
}

/// Each file that failed, why, and what the coder wrote for it, so that nothing of it is lost.
pub(crate) fn failed(failures: &[Failure]) -> String {
    let told = failures.iter().map(|failure| {
        let Failure { path, said, .. } = failure;
        let said = prompt::fenced("", prompt::beginning(said.trim(), MAX_SAID));
        let reasons = failure.reasons();
        format!("{path}: the coder's change could not be used. {reasons}\nIt wrote:\n{said}")
    });
    told.collect::<Vec<_>>().join("\n\n")
}

/// What the answers to a brief have come to so far.
#[derive(Default)]
struct Work {
    resolved: Resolved,
    commentary: String,
    usage: Usage,
    /// The last answer, word for word.
    said: String,
}

impl Work {
    /// What it comes to; who asked adds what.
    fn deliver(self) -> Result<Delivery, DelegationError> {
        let Resolved { files, failures } = self.resolved;
        match (files.is_empty(), failures.is_empty()) {
            (true, true) => return Err(DelegationError::NoArtifact(self.said.trim().to_owned())),
            (true, false) => return Err(DelegationError::Misfit(failures)),
            (false, _) => {}
        }
        let Self { commentary, usage, .. } = self;
        Ok(Delivery { files, failures, commentary, usage, ..Delivery::default() })
    }
}

/// One hand-off and where it tells what happens.
pub(crate) struct Delegation {
    pub(crate) shared: Arc<Shared>,
    /// The models that the operation began with.
    pub(crate) setup: Arc<Setup>,
    pub(crate) conversation: ConversationId,
    pub(crate) call_id: String,
    pub(crate) brief: Brief,
    /// What the planner said last.
    pub(crate) plan: String,
    pub(crate) budget: Budget,
    pub(crate) deadline: Deadline,
    pub(crate) progress: mpsc::Sender<Progress>,
}

impl Delegation {
    /// Carries the hand-off out.
    pub(crate) async fn run(mut self) -> Result<Delivery, DelegationError> {
        let mut materials = self.materials().await;
        let is_changed = self.hand_over(&mut materials).await?;
        let began = Instant::now();
        let request = prompt::coder_request(&self.setup.coder()?.choice, &self.brief, &materials);
        let delivery = self.ask(request).await?;
        Ok(Delivery {
            changed_brief: is_changed.then(|| prompt::brief_text(&self.brief, materials.current.is_some())),
            brief: self.brief,
            took_ms: began.elapsed().as_millis() as u64,
            project_context: materials.structure,
            ..delivery
        })
    }

    /// Asks the coder, and once more for what is missing or does not fit.
    async fn ask(&self, mut request: Request) -> Result<Delivery, DelegationError> {
        let mut work = Work::default();
        for _ in 0..MAX_ANSWERS {
            let question = match self.round(&request, &mut work).await {
                Ok(question) => question,
                // What was good in the first answer is not lost with the second.
                Err(error) if !work.resolved.files.is_empty() => {
                    work.commentary.push_str(&format!("\n(asked again, but: {error})"));
                    break;
                }
                Err(error) => return Err(error),
            };
            let Some(question) = question else { break };
            request.items.push(Item::Assistant { text: work.said.clone(), phase: None });
            request.items.push(question);
        }
        work.deliver()
    }

    /// One answer: takes in what is good of it, and gives the question for the rest.
    async fn round(&self, request: &Request, work: &mut Work) -> Result<Option<Item>, DelegationError> {
        self.budget.check()?;
        let (reading, finish) = self.answer(request).await?;
        work.usage = work.usage + finish.usage.unwrap_or_default();
        match reading.judge(&finish, &self.brief.path)? {
            Verdict::Usable { wanted, commentary, said } => {
                work.resolved.repaired_by(self.resolve(wanted).await);
                work.commentary.push_str(&commentary);
                work.said = said;
                let failures = &work.resolved.failures;
                let is_done = failures.is_empty() || finish.reason == FinishReason::Length;
                Ok((!is_done).then(|| prompt::repair_files(failures)))
            }
            Verdict::Unusable { said, problem } => {
                work.said = said;
                let failures = &work.resolved.failures;
                Ok(Some(match failures.is_empty() {
                    true => prompt::repair_message(&self.brief.path, &problem),
                    false => prompt::repair_files(failures),
                }))
            }
        }
    }

    /// Streams one answer through the parser, telling each piece.
    async fn answer(&self, request: &Request) -> Result<(Reading, Finish), DelegationError> {
        let mut chunks = self.setup.coder()?.provider.stream(request.clone());
        let mut reading = Reading::default();
        let mut finish = Finish::default();
        let mut drafts = Drafts::default();
        let mut answering = false;
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            if !answering && matches!(chunk, Chunk::Text(_) | Chunk::Reasoning(_)) {
                answering = true;
                self.tell(Progress::Answering).await;
            }
            match chunk {
                Chunk::Text(text) => self.read(&mut reading, &mut drafts, &text).await,
                Chunk::Retrying { attempt, after, reason } => {
                    self.tell(Progress::Retrying { attempt, after, reason }).await;
                }
                Chunk::Finished(end) => finish = end,
                _ => {}
            }
        }
        if let Some(usage) = finish.usage {
            let estimated = prompt::sections(request).iter().map(|section| section.tokens).sum();
            self.shared.calibrate(self.setup.model_name(Role::Coder), estimated, usage.input);
            // Counted here and not where it is told: a repair must not pass the cap in between.
            self.budget.add_usage(usage, self.setup.price(Role::Coder, usage, self.shared.clock.now()));
            self.tell(Progress::Used(usage)).await;
        }
        Ok((reading, finish))
    }

    async fn read(&self, reading: &mut Reading, drafts: &mut Drafts, text: &str) {
        for shown in reading.push(text, &self.brief.path) {
            let call_id = self.call_id.clone();
            match shown {
                Shown::Piece { path, content } => self.tell(Progress::Piece { call_id, path, content }).await,
                Shown::Blocks { path, blocks } => {
                    if let Some(diff) = drafts.diff(self, &path, &blocks).await {
                        self.tell(Progress::Draft { call_id, path, diff }).await;
                    }
                }
            }
        }
    }

    /// The receiver is the operation; when it is gone, so is the reason to tell.
    async fn tell(&self, progress: Progress) {
        let _ = self.progress.send(progress).await;
    }
}
