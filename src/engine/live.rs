//! The loop that owns the live state: which operations run, what waits behind them, how to stop
//! them. Prompts of one conversation run one after the other, those of different ones side by side.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use tokio::{
    sync::{mpsc, oneshot, watch},
    task::{JoinError, JoinSet},
};

use crate::{
    engine::{
        EngineError, Envelope, Shared, changes,
        orchestration::{Assignment, Operation},
    },
    protocol::{ClientContext, Command, ConversationId, OperationId, Reply},
};

/// Changes of files that wait for the one before; people press keys, so this is plenty.
const CHANGE_QUEUE: usize = 64;

type Answer = oneshot::Sender<Result<Reply, EngineError>>;

/// Takes envelopes until told to stop, then ends what runs.
pub(crate) async fn run(shared: Arc<Shared>, mut inbox: mpsc::Receiver<Envelope>) {
    let (file_changes, waiting) = mpsc::channel(CHANGE_QUEUE);
    let writer = tokio::spawn(changes::run(Arc::clone(&shared), waiting));
    let mut live = Live { shared, file_changes, conversations: HashMap::new(), tasks: JoinSet::new() };
    loop {
        tokio::select! {
            envelope = inbox.recv() => match envelope {
                Some(Envelope::Command(command, answer)) => live.handle(command, answer).await,
                Some(Envelope::Stop) | None => break,
            },
            Some(ended) = live.tasks.join_next_with_id() => live.ended(ended).await,
        }
    }
    live.stop().await;
    if writer.await.is_err() {
        tracing::error!("the writer of file changes ended in a panic");
    }
}

struct Live {
    shared: Arc<Shared>,
    file_changes: mpsc::Sender<(Command, Answer)>,
    conversations: HashMap<ConversationId, Running>,
    tasks: JoinSet<ConversationId>,
}

/// The operation that a conversation works on, and those behind it.
struct Running {
    operation: OperationId,
    task: tokio::task::Id,
    cancel: watch::Sender<bool>,
    waiting: VecDeque<Assignment>,
}

impl Live {
    async fn handle(&mut self, command: Command, answer: Answer) {
        let result = match command {
            Command::Prompt { conversation_id, text, context } => {
                self.prompt(conversation_id, text, context).await
            }
            Command::Cancel { operation_id } => self.cancel(operation_id).await,
            Command::Decide { approval_id, decision } => {
                self.shared.decide(approval_id, decision).await.map(|()| Reply::Done)
            }
            // Decisions about files wait for each other, not for the turns.
            command => {
                if let Err(mpsc::error::SendError((_, answer))) =
                    self.file_changes.send((command, answer)).await
                {
                    let _ = answer.send(Err(EngineError::Stopped));
                }
                return;
            }
        };
        let _ = answer.send(result);
    }

    async fn prompt(
        &mut self,
        conversation: Option<ConversationId>,
        text: String,
        client: ClientContext,
    ) -> Result<Reply, EngineError> {
        let begun = self.shared.begin(conversation, &text, &client).await?;
        let assignment = Assignment {
            conversation: begun.conversation,
            operation: begun.operation,
            is_first: conversation.is_none(),
            text,
            client,
        };
        match self.conversations.get_mut(&begun.conversation) {
            Some(running) => running.waiting.push_back(assignment),
            None => self.start(assignment, VecDeque::new()),
        }
        Ok(Reply::Accepted {
            conversation_id: begun.conversation,
            operation_id: begun.operation,
            since: begun.since,
        })
    }

    fn start(&mut self, assignment: Assignment, waiting: VecDeque<Assignment>) {
        let (cancel, stop) = watch::channel(false);
        let (conversation, operation) = (assignment.conversation, assignment.operation);
        let work = Operation::new(Arc::clone(&self.shared), assignment);
        let task = self.tasks.spawn(async move {
            work.run(stop).await;
            conversation
        });
        self.conversations.insert(conversation, Running { operation, task: task.id(), cancel, waiting });
    }

    /// Stops a running operation, or takes a waiting one out of the queue.
    async fn cancel(&mut self, operation: OperationId) -> Result<Reply, EngineError> {
        for running in self.conversations.values_mut() {
            if running.operation == operation {
                running.cancel.send_replace(true);
                return Ok(Reply::Done);
            }
            if let Some(place) = running.waiting.iter().position(|waiting| waiting.operation == operation) {
                running.waiting.remove(place);
                self.shared.close_unstarted(operation).await?;
                return Ok(Reply::Done);
            }
        }
        self.shared.known(operation).await.map(|()| Reply::Done)
    }

    /// The next prompt of the conversation may begin. A panic ends its operation as failed first.
    async fn ended(&mut self, ended: Result<(tokio::task::Id, ConversationId), JoinError>) {
        let task = ended.as_ref().map_or_else(JoinError::id, |(task, _)| *task);
        let Some(conversation) = self.conversations.iter().find(|(_, r)| r.task == task).map(|(id, _)| *id)
        else {
            return;
        };
        let Some(mut running) = self.conversations.remove(&conversation) else { return };
        if ended.is_err() {
            self.shared.close_panicked(running.operation).await;
        }
        if let Some(next) = running.waiting.pop_front() {
            self.start(next, running.waiting);
        }
    }

    async fn stop(mut self) {
        for running in self.conversations.values_mut() {
            running.cancel.send_replace(true);
            for waiting in running.waiting.drain(..) {
                if let Err(error) = self.shared.close_unstarted(waiting.operation).await {
                    tracing::error!(%error, "a waiting operation could not be closed");
                }
            }
        }
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended).await;
        }
    }
}
