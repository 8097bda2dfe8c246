//! What the loop and its operations ask of the world around them: beginning and closing operations
//! in the store, the conversation so far, the models of each role.

use crate::{
    engine::{EngineError, ModelUse, Shared, prompt::ModelChoice},
    llm::{Item, Role, Usage},
    protocol::{Body, ClientContext, ConversationId, ErrorCode, MessageId, OperationId, OperationStatus},
    store::{HistoryItem, NewOperation, Outcome},
};

/// What a model of unknown size is trusted with: the least that current models take.
const UNKNOWN_WINDOW: u64 = 32_768;
/// Operations that a prompt may look back on; older ones are for memory and summaries.
const HISTORY_OPERATIONS: u32 = 200;

/// A stored prompt.
pub(crate) struct Begun {
    pub(crate) conversation: ConversationId,
    pub(crate) operation: OperationId,
    /// Where the conversation's events stood before it.
    pub(crate) since: u64,
}

/// A conversation before the newest prompt.
pub(crate) struct Earlier {
    /// The items of each operation.
    pub(crate) operations: Vec<Vec<Item>>,
    /// All of them counted.
    pub(crate) items: usize,
    /// The stored response that ends it, where the provider keeps responses.
    pub(crate) response_id: Option<String>,
}

impl Shared {
    /// Stores a prompt as a pending operation.
    pub(crate) async fn begin(
        &self,
        conversation: Option<ConversationId>,
        text: &str,
        client: &ClientContext,
    ) -> Result<Begun, EngineError> {
        if let Some(known) = conversation {
            self.store.conversation(known).await?;
        }
        let conversation = conversation.unwrap_or_else(|| ConversationId::new(&self.ids));
        let operation = OperationId::new(&self.ids);
        let new = NewOperation {
            id: operation,
            conversation_id: conversation,
            project_id: self.project.id,
            message_id: MessageId::new(&self.ids),
            kind: "chat".to_owned(),
            user_message: text.to_owned(),
            context_snapshot: snapshot(client),
            primary_model: Some(self.model_name(Role::Planner)),
            parent_operation_id: None,
            parent_response_id: None,
            history: Vec::new(),
        };
        let events = self.store.begin(&new).await?;
        self.wake.announce();
        let since = events.first().map_or(0, |first| first.seq - 1);
        Ok(Begun { conversation, operation, since })
    }

    /// What was said before, by operation.
    pub(crate) async fn history(&self, conversation: ConversationId) -> Result<Earlier, EngineError> {
        let stored = self.store.history(conversation, HISTORY_OPERATIONS).await?;
        let response_id = self.store.conversation(conversation).await?.last_response_id;
        let operations: Vec<Vec<Item>> =
            stored.chunk_by(|a, b| a.operation_id == b.operation_id).map(items).collect();
        Ok(Earlier { items: operations.iter().map(Vec::len).sum(), operations, response_id })
    }

    pub(crate) fn planner(&self) -> Result<ModelUse, EngineError> {
        self.model(Role::Planner)
    }

    pub(crate) fn coder(&self) -> Result<ModelUse, EngineError> {
        self.model(Role::Coder)
    }

    fn model(&self, role: Role) -> Result<ModelUse, EngineError> {
        let model = self.providers.role(role)?;
        Ok(ModelUse {
            provider: model.provider,
            context_window: model.info.context.unwrap_or(UNKNOWN_WINDOW),
            takes_images: model.info.images,
            choice: ModelChoice {
                model: model.model,
                effort: model.effort,
                max_output_tokens: model.max_output_tokens,
            },
        })
    }

    /// Whether the operation exists; one that has ended needs no stopping.
    pub(crate) async fn known(&self, operation: OperationId) -> Result<(), EngineError> {
        Ok(self.store.operation(operation).await.map(drop)?)
    }

    /// Closes an operation that was cancelled before its turn came.
    pub(crate) async fn close_unstarted(&self, operation: OperationId) -> Result<(), EngineError> {
        self.close(operation, OperationStatus::Cancelled, "stopped before it began", Vec::new()).await
    }

    /// Closes an operation whose task panicked.
    pub(crate) async fn close_panicked(&self, operation: OperationId) {
        let message = EngineError::Internal.to_string();
        let error = Body::Error { message: message.clone(), code: ErrorCode::StorageError };
        if let Err(error) = self.close(operation, OperationStatus::Failed, &message, vec![error]).await {
            self.wake.broken(error);
        }
    }

    async fn close(
        &self,
        operation: OperationId,
        status: OperationStatus,
        message: &str,
        last: Vec<Body>,
    ) -> Result<(), EngineError> {
        let outcome = Outcome {
            status,
            message: message.to_owned(),
            result: None,
            error: (status == OperationStatus::Failed).then(|| message.to_owned()),
            response_id: None,
            history: Vec::new(),
            details: Default::default(),
        };
        self.store.finish(operation, &outcome, last).await?;
        self.wake.announce();
        Ok(())
    }

    /// The name of a role's model, for the record.
    pub(crate) fn model_name(&self, role: Role) -> String {
        self.providers.role(role).map(|model| model.model).unwrap_or_default()
    }

    /// What a call costs, where the model's price is known.
    pub(crate) fn price(&self, role: Role, usage: Usage) -> Option<f64> {
        self.providers.cost(role, &usage, self.clock.now())
    }
}

/// What the client showed, as JSON; nothing when it showed nothing.
fn snapshot(client: &ClientContext) -> Option<String> {
    let shown = *client != ClientContext::default();
    shown.then(|| serde_json::to_string(client).ok()).flatten()
}

/// Items that this version cannot read any more are left out rather than refused.
fn items(stored: &[HistoryItem]) -> Vec<Item> {
    stored.iter().filter_map(|stored| serde_json::from_str(&stored.item).ok()).collect()
}
