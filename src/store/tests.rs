//! The store as its callers see it, over a fresh database in memory.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod artifacts;
mod changes;
mod code_index;
mod finding;
mod operations;
mod review;
mod transcript;

use super::*;
use crate::protocol::{
    ArtifactId, ArtifactKind, Body, ChangeId, ConversationId, Event, IdSource, MessageId, OperationId,
    OperationStatus, UsageView,
};

/// A store with one project, and the ids and the clock that feed it.
struct World {
    store: Store,
    ids: IdSource,
    clock: Clock,
    project: Project,
    conversation: ConversationId,
}

impl World {
    async fn new() -> Self {
        let (ids, clock) = (IdSource::seeded(1), Clock::fixed(1_000));
        let store = Store::in_memory(clock.clone()).await.unwrap();
        let project = store.project("/project", &ids).await.unwrap();
        let conversation = ConversationId::new(&ids);
        Self { store, ids, clock, project, conversation }
    }

    fn new_operation(&self, text: &str) -> NewOperation {
        NewOperation {
            id: OperationId::new(&self.ids),
            conversation_id: self.conversation,
            project_id: self.project.id,
            message_id: MessageId::new(&self.ids),
            kind: "chat".to_owned(),
            user_message: text.to_owned(),
            context_snapshot: Some("{}".to_owned()),
            primary_model: Some("gpt-5".to_owned()),
            parent_operation_id: None,
            parent_response_id: None,
            history: vec![format!(r#"{{"user":"{text}"}}"#)],
        }
    }

    async fn begin(&self, text: &str) -> OperationId {
        self.clock.advance(1_000);
        let new = self.new_operation(text);
        self.store.begin(&new).await.unwrap();
        new.id
    }

    async fn append(&self, operation: OperationId, bodies: Vec<Body>) -> Vec<Event> {
        self.store.append_events(operation, bodies).await.unwrap()
    }

    async fn finish(&self, operation: OperationId, status: OperationStatus) -> Vec<Event> {
        self.store.finish(operation, &outcome(status), Vec::new()).await.unwrap()
    }

    /// What a late subscriber is told, one line an event.
    async fn told(&self) -> Vec<String> {
        let events = self.store.events(self.conversation, 0, 1_000).await.unwrap();
        events.iter().map(line).collect()
    }
}

fn outcome(status: OperationStatus) -> Outcome {
    Outcome {
        status,
        message: "over".to_owned(),
        result: Some("the result".to_owned()),
        error: None,
        response_id: Some("resp_1".to_owned()),
        history: Vec::new(),
        details: OperationDetails::default(),
    }
}

fn line(event: &Event) -> String {
    let what = match &event.body {
        Body::OperationStatus { status, .. } => status.to_string(),
        Body::ChatResponse { content, finished: true, .. } => format!("message {content:?}"),
        Body::ChatResponse { content, .. } => format!("piece {content:?}"),
        Body::Artifact { artifact } => format!("{} {}", artifact.path, artifact.state),
        Body::ArtifactApplied { change } => format!("applied {}", change.files[0].path),
        Body::ArtifactRejected { path, hunks, .. } => format!("turned down {path} {hunks:?}"),
        Body::Rewound { operations } => format!("rewound {}", operations.len()),
        Body::Unrewound { operations } => format!("unrewound {}", operations.len()),
        Body::ToolCall { call_id, state, .. } => format!("{call_id} {state}"),
        Body::Delegation { delegation } => format!("handed over {}", delegation.brief.path),
        Body::ApprovalRequest { delegation, .. } => format!("asked {}", delegation.brief.path),
        Body::ApprovalDecided { call_id, decision, .. } => format!("{call_id} {decision:?}"),
        Body::Usage { usage } => format!("usage {}", usage.model),
        Body::ArtifactDelta { path, content, .. } => format!("delta {path} {content:?}"),
        Body::ArtifactDraft { path, diff, .. } => format!("draft {path} {diff:?}"),
        Body::Reasoning { content } => format!("reasoning {content:?}"),
        Body::Notice { message } | Body::Error { message, .. } => message.clone(),
        Body::Retrying { attempt, .. } => format!("attempt {attempt}"),
        Body::OperationCancelled {} => "operation_cancelled".to_owned(),
    };
    format!("{} {what}", event.seq)
}

fn status(status: OperationStatus) -> Body {
    Body::OperationStatus { status, message: String::new() }
}

fn piece(message_id: MessageId, content: &str, finished: bool) -> Body {
    Body::ChatResponse { message_id, content: content.to_owned(), finished }
}

fn usage(role: &str, model: &str, output: u64, cost_usd: Option<f64>) -> Body {
    let usage = UsageView {
        role: role.to_owned(),
        model: model.to_owned(),
        input: 10,
        output,
        cost_usd,
        ..UsageView::default()
    };
    Body::Usage { usage }
}

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test]
async fn calls_can_be_made_from_spawned_tasks() {
    let world = World::new().await;
    let change = changes::change(&world, OperationId::new(&world.ids), &[]);
    let store = world.store.clone();
    assert_send(store.events(world.conversation, 0, 10)).await.unwrap();
    let spawned = tokio::spawn(async move { store.begin_change(&change).await });
    spawned.await.unwrap().unwrap_err();
}

#[tokio::test]
async fn the_schema_holds_every_table_of_the_design() {
    let world = World::new().await;
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'messages_fts_%'
         AND name <> '_sqlx_migrations' ORDER BY name",
    )
    .fetch_all(&world.store.0.writer)
    .await
    .unwrap();
    let expected = "approvals artifact_states artifacts changes contents conversation_summaries conversations embeddings \
                    file_changes history_items index_files index_history memory_jobs message_analysis \
                    messages messages_fts operation_events operations projects rejections relationships \
                    tool_calls usage";
    assert_eq!(names.join(" "), expected);
}

#[tokio::test]
async fn a_project_is_one_row_a_root() {
    let World { store, ids, project, .. } = World::new().await;
    assert_eq!(store.project("/project", &ids).await.unwrap(), project);
    assert_ne!(store.project("/other", &ids).await.unwrap().id, project.id);
}

/// The full-text index follows the messages through its triggers, folding case, accents and endings.
#[tokio::test]
async fn messages_are_found_by_their_words() {
    let world = World::new().await;
    world.begin("Why is the naïve parser failing?").await;
    let search = |words: &'static str| {
        let found =
            sqlx::query_scalar::<_, i64>("SELECT count(*) FROM messages_fts WHERE messages_fts MATCH ?");
        found.bind(words).fetch_one(&world.store.0.writer)
    };
    assert_eq!(search("naive AND fail").await.unwrap(), 1);
    sqlx::query("UPDATE messages SET content = 'Something else'")
        .execute(&world.store.0.writer)
        .await
        .unwrap();
    assert_eq!(search("naive").await.unwrap(), 0);
    sqlx::query("DELETE FROM messages").execute(&world.store.0.writer).await.unwrap();
    assert_eq!(search("something").await.unwrap(), 0);
    sqlx::query("INSERT INTO messages_fts (messages_fts, rank) VALUES ('integrity-check', 1)")
        .execute(&world.store.0.writer)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_full_disk_is_named_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("mira.db"), 1, Clock::fixed(1)).await.unwrap();
    let world = World {
        project: store.project("/project", &IdSource::seeded(2)).await.unwrap(),
        store,
        ..World::new().await
    };
    let operation = world.begin("Hello").await;
    sqlx::query("PRAGMA max_page_count = 1").execute(&world.store.0.writer).await.unwrap();
    let long = Body::Notice { message: "long ".repeat(100_000) };
    let error = world.store.append_events(operation, vec![long]).await.unwrap_err();
    assert!(matches!(error, StoreError::DiskFull { .. }), "{error:?}");
    assert_eq!(world.told().await, ["1 pending"]);
}
