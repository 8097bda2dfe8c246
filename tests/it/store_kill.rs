//! kill -9 at any point of the store's life loses nothing that was announced.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use mira::{
    protocol::{Body, Clock, ConversationId, Event, IdSource, MessageId, OperationId, OperationStatus},
    store::{NewOperation, Store},
};

const CHILD: &str = "MIRA_STORE_KILL_CHILD";
const KILLS: usize = 26;

/// When a child is killed.
#[derive(Clone, Copy)]
enum Moment {
    /// So long after its start: while the schema is made, or a little later.
    After(Duration),
    /// When it has announced so many events, in the middle of the next commits.
    Announced(usize),
}

fn moment(kill: usize) -> Moment {
    if kill.is_multiple_of(2) {
        Moment::After(Duration::from_micros(2_000 + 500 * kill as u64))
    } else {
        Moment::Announced(kill * 7)
    }
}

#[tokio::test]
async fn kill_9_loses_nothing_that_was_announced() {
    let folder = tempfile::tempdir().unwrap();
    let shared = folder.path().join("shared/mira.db");
    for kill in 0..KILLS {
        // A fresh database is killed while it is made, a used one while it is written.
        let fresh = folder.path().join(format!("{kill}/mira.db"));
        for path in [fresh.as_path(), shared.as_path()] {
            let announced = run_and_kill(path, moment(kill));
            check_kept(path, &announced).await;
        }
    }
}

/// Runs a child that writes, kills it, and returns the events that it announced.
fn run_and_kill(path: &Path, moment: Moment) -> Vec<Event> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_kill::child", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut events = lines.filter_map(|line| serde_json::from_str(&line.unwrap()).ok());
    let mut announced: Vec<Event> = Vec::new();
    match moment {
        Moment::After(time) => std::thread::sleep(time),
        Moment::Announced(count) => announced.extend(events.by_ref().take(count)),
    }
    child.kill().unwrap();
    child.wait().unwrap();
    announced.extend(events);
    announced
}

async fn check_kept(path: &Path, announced: &[Event]) {
    let store = Store::open(path, 1, Clock::system()).await.unwrap();
    if let Some(first) = announced.first() {
        let text: String = announced.iter().map(text_of).collect();
        let operation = store.operation(first.operation_id).await.unwrap();
        assert_eq!(operation.status, OperationStatus::Failed);
        let kept = operation.result.unwrap_or_default();
        assert!(kept.starts_with(&text), "announced {text:?}, kept {kept:?}");
        let told = store.events(first.conversation_id, 0, 10_000).await.unwrap();
        assert!(told.last().unwrap().seq > announced.last().unwrap().seq);
    }
    let project = store.project("/project", &IdSource::random()).await.unwrap();
    for conversation in store.conversations(project.id, 1_000).await.unwrap() {
        for operation in store.operations(conversation.id, 10).await.unwrap() {
            assert!(operation.status.is_terminal());
        }
    }
    store.close().await;
}

fn text_of(event: &Event) -> &str {
    match &event.body {
        Body::ChatResponse { content, .. } => content,
        _ => "",
    }
}

/// Does nothing, unless `kill_9_loses_nothing_that_was_announced` has started it: then it opens the
/// database and writes an answer without end, announcing what has been committed.
#[tokio::test]
async fn child() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let ids = IdSource::random();
    let store = Store::open(Path::new(&path), 1, Clock::system()).await.unwrap();
    let project = store.project("/project", &ids).await.unwrap();
    let new = NewOperation {
        id: OperationId::new(&ids),
        conversation_id: ConversationId::new(&ids),
        project_id: project.id,
        message_id: MessageId::new(&ids),
        kind: "chat".to_owned(),
        user_message: "Tell me".to_owned(),
        context_snapshot: None,
        primary_model: None,
        parent_operation_id: None,
        parent_response_id: None,
        history: Vec::new(),
    };
    announce(store.begin(&new).await.unwrap());
    let message_id = MessageId::new(&ids);
    for word in 0.. {
        let pieces = (0..3).map(|part| Body::ChatResponse {
            message_id,
            content: format!("{word}.{part} "),
            finished: false,
        });
        announce(store.append_events(new.id, pieces.collect()).await.unwrap());
    }
}

fn announce(events: Vec<Event>) {
    let mut out = std::io::stdout().lock();
    for event in events {
        writeln!(out, "{}", serde_json::to_string(&event).unwrap()).unwrap();
    }
}
