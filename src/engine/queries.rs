//! What front ends ask without changing anything. The answers come from the store and the project;
//! nothing here waits for the loop.

use std::{
    sync::{Arc, PoisonError},
    time::Duration,
};

use crate::{
    engine::{EngineError, EngineHandle, calendar, context, export, mentions},
    protocol::{
        ArtifactState, ArtifactView, ContextView, ConversationId, ConversationView, GitView, OperationId,
        ProjectView, SymbolView, TranscriptPage, UsageScope, UsageView,
    },
    store::{self, ArtifactFilter},
    workspace::{Halt, list::ListRequest},
};

/// How long looking for the project's files may take.
const FILES_TIME: Duration = Duration::from_secs(2);
/// Operations that an export reads at once.
const EXPORT_PAGE: u32 = 200;

impl EngineHandle {
    /// This project's conversations, the most recently used first; with a query those in whose
    /// messages or title it is found.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn conversations(
        &self,
        query: Option<&str>,
        limit: u32,
    ) -> Result<Vec<ConversationView>, EngineError> {
        let (store, project) = (&self.shared.store, self.shared.project.id);
        Ok(match query.filter(|query| !query.trim().is_empty()) {
            Some(query) => store.search_conversations(project, query, limit).await?,
            None => store.list_conversations(project, limit).await?,
        })
    }

    /// The conversation of this project that was used last.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn latest_conversation(&self) -> Result<Option<ConversationView>, EngineError> {
        Ok(self.conversations(None, 1).await?.pop())
    }

    /// The conversation of this project whose id begins or ends with `text`.
    ///
    /// # Errors
    /// None or several have such an id; the database cannot be read.
    pub async fn find_conversation(&self, text: &str) -> Result<ConversationView, EngineError> {
        Ok(self.shared.store.find_conversation(self.shared.project.id, text).await?)
    }

    /// The newest operations of a conversation, or those before the given one, with their events.
    /// Subscribing from the page's `seq` goes on from the newest page without gap or repetition.
    ///
    /// # Errors
    /// There is no such conversation; the database cannot be read.
    pub async fn transcript(
        &self,
        conversation: ConversationId,
        before: Option<OperationId>,
        operations: u32,
    ) -> Result<TranscriptPage, EngineError> {
        Ok(self.shared.store.transcript(conversation, before, operations).await?)
    }

    /// The newest artifacts of a conversation, or of the whole project, newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn artifacts(
        &self,
        conversation: Option<ConversationId>,
        pending_only: bool,
        limit: u32,
    ) -> Result<Vec<ArtifactView>, EngineError> {
        let filter = ArtifactFilter {
            project: Some(self.shared.project.id),
            conversation,
            state: pending_only.then_some(ArtifactState::Pending),
            ..ArtifactFilter::default()
        };
        let found = self.shared.store.artifacts(filter, limit).await?;
        Ok(found.into_iter().map(|artifact| artifact.view).collect())
    }

    /// Tokens and money, one sum a role and model.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn usage(&self, scope: UsageScope) -> Result<Vec<UsageView>, EngineError> {
        let scope = match scope {
            UsageScope::Operation(id) => store::UsageScope::Operation(id),
            UsageScope::Conversation(id) => store::UsageScope::Conversation(id),
            UsageScope::Today => {
                let (from, until) = calendar::day(self.shared.clock.now());
                store::UsageScope::Between(from, until)
            }
        };
        Ok(self.shared.store.usage(scope).await?)
    }

    /// What was asked in this project, newest last; of the same prompt in a row only one. At most
    /// the newest `limit` are looked at.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn prompt_history(&self, limit: u32) -> Result<Vec<String>, EngineError> {
        let mut prompts = self.shared.store.prompts(self.shared.project.id, limit).await?;
        prompts.dedup();
        Ok(prompts)
    }

    /// The project's files, sorted, without what its ignore files leave out: as many as were seen in
    /// two seconds.
    pub async fn files(&self, limit: usize) -> Vec<String> {
        let workspace = Arc::clone(&self.shared.workspace);
        let request = ListRequest { max: limit, ..ListRequest::default() };
        let listing =
            tokio::task::spawn_blocking(move || workspace.list(&request, &Halt::after(FILES_TIME))).await;
        listing.ok().and_then(Result::ok).map(|listing| listing.paths).unwrap_or_default()
    }

    /// The project's symbols by path, as the index has them: at most `limit`. What settings call their
    /// values is left out: it is rarely meant, and much.
    pub async fn symbols(&self, limit: usize) -> Vec<SymbolView> {
        let found = mentions::symbols(&self.shared, limit).await;
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "the symbols of the project cannot be listed");
            Vec::new()
        })
    }

    /// The project at hand.
    pub fn project(&self) -> ProjectView {
        let workspace = &self.shared.workspace;
        ProjectView {
            root: workspace.root().to_string_lossy().into_owned(),
            name: context::project_name(workspace),
        }
    }

    /// What git says of the project; `None` when it is no repository, git is missing, late or not to
    /// be asked.
    pub async fn git(&self) -> Option<GitView> {
        match self.shared.setup().settings.workspace.git {
            true => self.shared.workspace.git_state().await,
            false => None,
        }
    }

    /// What fills the planner's window in a conversation; `None` before its first answer.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn context(&self, conversation: ConversationId) -> Result<Option<ContextView>, EngineError> {
        if let Some(known) = self.shared.last_context(conversation) {
            return Ok(Some(known));
        }
        let last = self.shared.store.last_usage(conversation, "planner").await?;
        Ok(last.map(|usage| ContextView {
            window: self.shared.setup().planner_window(),
            used: usage.input,
            cached: usage.cached,
            output: usage.output,
            sections: Vec::new(),
        }))
    }

    /// A whole conversation as Markdown.
    ///
    /// # Errors
    /// There is no such conversation; the database cannot be read.
    pub async fn export(&self, conversation: ConversationId) -> Result<String, EngineError> {
        let store = &self.shared.store;
        let known = store.conversation(conversation).await?;
        let (mut turns, mut before) = (Vec::new(), None);
        loop {
            let mut page = store.transcript(conversation, before, EXPORT_PAGE).await?;
            page.turns.append(&mut turns);
            turns = page.turns;
            before = turns.first().map(|turn| turn.operation.id);
            if !page.has_more {
                return Ok(export::markdown(&known, &turns));
            }
        }
    }
}

impl crate::engine::Shared {
    /// What the last request of a conversation was made of, in this run of the program.
    fn last_context(&self, conversation: ConversationId) -> Option<ContextView> {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).get(&conversation).cloned()
    }

    /// Keeps what the last request of a conversation was made of.
    pub(crate) fn keep_context(&self, conversation: ConversationId, view: ContextView) {
        self.contexts.lock().unwrap_or_else(PoisonError::into_inner).insert(conversation, view);
    }
}
