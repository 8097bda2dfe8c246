//! kill -9 of the true program at any point of a turn that writes files: nothing that was told is
//! lost, no operation stays open, the files are all old or all new, and the conversation goes on.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read},
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use mira::{
    demo::server::{Script, Turn},
    protocol::{ArtifactState, Body, Event, IdSource, MessageId, OperationStatus},
    store::{ArtifactFilter, Store},
};
use serde_json::json;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::support::{
    model_server::TestServer,
    program::{User, events},
    project::{Project, Tree},
};

const KILLS: u64 = 60;

pub(crate) const PROJECT: &str = "
    //- README.md
    # Sample
    //- src/lib.rs
    pub fn one() -> u32 {
        1
    }
";

const TURN: [&str; 4] = ["exec", "--json", "--apply", "Please add two()."];

/// Two hand-offs at the same time: one for a file in a new folder, one for an edit.
pub(crate) fn script() -> Script {
    let hand_off = |path: &str, task: &str| {
        json!({ "path": path, "language": "rust", "task": task, "requirements": [], "constraints": [],
                "context_paths": [] })
    };
    let file = |path: &str, content: &str| {
        format!("Here it is.\n<artifact path=\"{path}\" language=\"rust\">\n{content}</artifact>\n")
    };
    Script::new()
        .pace_ms(2)
        .turn(Turn::responses().user_says("Go on.").text("Gladly.").repeat())
        .turn(
            Turn::responses()
                .round(0)
                .reasoning("There is one; it wants company.")
                .text("I look at what is there, then two files are written by the coder.")
                .call("generate_code", hand_off("src/more/two.rs", "A new file."))
                .call("generate_code", hand_off("src/lib.rs", "An edit."))
                .repeat(),
        )
        .turn(
            Turn::chat()
                .user_says("A new file.")
                .text(file("src/more/two.rs", &"pub fn two() -> u32 {\n    2\n}\n".repeat(6)))
                .repeat(),
        )
        .turn(
            Turn::chat()
                .user_says("An edit.")
                .text(file("src/lib.rs", "pub mod more;\n\npub fn one() -> u32 {\n    1\n}\n"))
                .repeat(),
        )
        .turn(Turn::responses().round(1).text("Both files are proposed, and nothing else.").repeat())
}

/// When the program is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So long after its start.
    Started(Duration),
    /// So long after it told so many events.
    Told(usize, Duration),
}

/// What a turn that nobody kills looks like.
struct Whole {
    took: Duration,
    events: usize,
    /// How many events come before the files are written.
    before_writing: usize,
    writing: Duration,
}

/// A third of the kills comes at any time, a third after any event, a third while files are written.
fn moment(kill: u64, whole: &Whole) -> Moment {
    let within = |time: Duration, salt| time.mul_f64(random(kill * 2 + salt));
    match kill % 3 {
        0 => Moment::Started(within(whole.took, 0)),
        1 => {
            let event = (whole.events as f64 * random(kill * 2)) as usize;
            Moment::Told(event, within(Duration::from_millis(4), 1))
        }
        _ => Moment::Told(whole.before_writing, within(whole.writing, 0)),
    }
}

/// From 0 to 1, always the same for the same seed: splitmix64.
fn random(seed: u64) -> f64 {
    let mixed = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_at_any_point_of_a_turn() {
    let server = TestServer::start(script()).await;
    let user = User::new(server.base_url());
    let all_old = Project::new(PROJECT).tree();
    run_whole(&user);
    // The first run makes the database; the second one shows how long a turn takes.
    let (whole, all_new) = run_whole(&user);
    let (mut interrupted, mut half_written, mut written) = (0, 0, 0);
    for kill in 0..KILLS {
        let project = Project::new(PROJECT);
        let moment = moment(kill, &whole);
        let told = events(&run_and_kill(&user, &project, moment));
        let case = format!("kill {kill}, {moment:?}, after {} events", told.len());
        half_written += half_written_changes(&user).await;
        start_again(&user, &project, &told, kill.is_multiple_of(2));

        let store = user.store().await;
        check_told(&store, &told, &case).await;
        interrupted += check_ended(&store, &project, &told, &case).await;
        written += check_files(&store, &project, [&all_old, &all_new], &case).await;
        store.close().await;
        check_sound(&user, &case).await;
    }
    let counts = format!("{interrupted} turns cut, {half_written} changes half written, {written} written");
    println!("{KILLS} kills of a turn of {:?} ({:?} of it writing): {counts}", whole.took, whole.writing);
    // How many fall into the write window is a matter of the machine's speed; most must cut a turn.
    assert!(interrupted > KILLS / 4, "{counts}");
}

fn spawn(user: &User, project: &Project) -> Child {
    let mut command = user.mira(&project.root(), &TURN);
    command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap()
}

/// Runs a turn to its end and measures it.
fn run_whole(user: &User) -> (Whole, Tree) {
    let (project, start) = (Project::new(PROJECT), Instant::now());
    let mut child = spawn(user, &project);
    let mut whole = Whole { took: start.elapsed(), events: 0, before_writing: 0, writing: Duration::ZERO };
    let mut completed = start;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        whole.events += 1;
        if line.unwrap().contains(r#""status":"completed""#) {
            (whole.before_writing, completed) = (whole.events, Instant::now());
        }
        whole.writing = completed.elapsed();
    }
    assert!(child.wait().unwrap().success());
    whole.took = start.elapsed();
    (whole, project.tree())
}

/// Runs a turn, kills the program at the moment, and returns what it has printed.
fn run_and_kill(user: &User, project: &Project, moment: Moment) -> String {
    let mut child = spawn(user, project);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    match moment {
        Moment::Started(time) => thread::sleep(time),
        Moment::Told(events, time) => {
            for _ in 0..events {
                stdout.read_line(&mut printed).unwrap();
            }
            thread::sleep(time);
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    stdout.read_to_string(&mut printed).unwrap();
    printed
}

/// The next start is one that only looks, or a further turn in the conversation; that one works.
fn start_again(user: &User, project: &Project, told: &[Event], look_first: bool) {
    if look_first || told.is_empty() {
        user.run(&project.root(), &["artifacts", "list", "--all", "--json"]);
    }
    if let Some(first) = told.first() {
        let conversation = first.conversation_id.to_string();
        let answer = user.run(&project.root(), &["exec", "--conversation", &conversation, "Go on."]);
        assert!(answer.contains("Gladly."), "{answer}");
    }
}

/// Every event that was printed is stored, or in what took its place.
async fn check_told(store: &Store, told: &[Event], case: &str) {
    let Some(first) = told.first() else { return };
    let stored = store.events(first.conversation_id, 0, 10_000).await.unwrap();
    let stored: BTreeMap<u64, Event> = stored.into_iter().map(|event| (event.seq, event)).collect();
    let messages = store.messages(first.conversation_id, 100).await.unwrap();
    let filter = ArtifactFilter { operation: Some(first.operation_id), ..ArtifactFilter::default() };
    let artifacts = store.artifacts(filter, 100).await.unwrap();
    for event in told {
        let kept = stored.get(&event.seq).is_some_and(|same| same.body == event.body);
        let replaced = match &event.body {
            Body::ChatResponse { finished: false, .. } => true,
            Body::Reasoning { .. } => {
                let whole = |later: &Event| matches!(later.body, Body::ChatResponse { finished: true, .. });
                stored.range(event.seq..).any(|(_, later)| whole(later))
            }
            Body::ArtifactDelta { path, .. } => artifacts.iter().any(|same| same.view.path == *path),
            // Only its state may have moved on.
            Body::Artifact { artifact } => artifacts.iter().any(|same| {
                same.view.artifact_id == artifact.artifact_id && same.view.content == artifact.content
            }),
            _ => false,
        };
        assert!(kept || replaced, "{case}: lost {event:?}");
    }
    for (id, text) in said(told) {
        let message = messages.iter().find(|message| message.id == id);
        let kept = message.is_some_and(|message| message.content.starts_with(&text));
        assert!(kept, "{case}: said {text:?}, kept {message:?}");
    }
}

/// The text of each message as far as it was told.
fn said(told: &[Event]) -> Vec<(MessageId, String)> {
    let mut said: Vec<(MessageId, String)> = Vec::new();
    for event in told {
        let Body::ChatResponse { message_id, content, finished } = &event.body else { continue };
        match said.last_mut().filter(|(id, _)| id == message_id) {
            Some((_, text)) if *finished => text.clone_from(content),
            Some((_, text)) => text.push_str(content),
            None => said.push((*message_id, content.clone())),
        }
    }
    said
}

/// Every operation of the project has ended, the killed one as it was told or as failed with its
/// text. Returns how many were cut.
async fn check_ended(store: &Store, project: &Project, told: &[Event], case: &str) -> u64 {
    let known = store.project(project.root().to_str().unwrap(), &IdSource::random()).await.unwrap();
    let mut cut = 0;
    for conversation in store.conversations(known.id, 10).await.unwrap() {
        for operation in store.operations(conversation.id, 10).await.unwrap() {
            let interrupted = operation.error.as_deref() == Some("interrupted");
            match operation.status {
                OperationStatus::Completed => {}
                OperationStatus::Failed if interrupted => cut += 1,
                _ => panic!("{case}: {operation:?}"),
            }
        }
    }
    let Some(first) = told.first() else { return cut };
    let operation = store.operation(first.operation_id).await.unwrap();
    let completed = |event: &Event| {
        matches!(event.body, Body::OperationStatus { status: OperationStatus::Completed, .. })
    };
    let was_completed = told.iter().any(completed);
    assert!(!was_completed || operation.status == OperationStatus::Completed, "{case}: {operation:?}");
    let result = operation.result.unwrap_or_default();
    assert!(!result.is_empty() || said(told).is_empty(), "{case}: the text is gone");
    let messages = store.messages(first.conversation_id, 100).await.unwrap();
    assert!(result.is_empty() || messages.iter().any(|message| message.content == result), "{case}");
    cut
}

/// The files are all old or all new, nothing lies beside them, and the store knows which. Returns
/// whether they are new.
async fn check_files(store: &Store, project: &Project, [old, new]: [&Tree; 2], case: &str) -> u64 {
    let tree = project.tree();
    assert!(tree == *old || tree == *new, "{case}: {tree:#?}");
    let is_new = tree == *new;
    let known = store.project(project.root().to_str().unwrap(), &IdSource::random()).await.unwrap();
    let changes = store.changes(known.id, 10).await.unwrap();
    assert_eq!(changes.len(), usize::from(is_new), "{case}: {changes:?}");
    let filter = ArtifactFilter { project: Some(known.id), ..ArtifactFilter::default() };
    for artifact in store.artifacts(filter, 10).await.unwrap() {
        let state = if is_new { ArtifactState::Applied } else { ArtifactState::Pending };
        assert_eq!(artifact.view.state, state, "{case}");
    }
    u64::from(is_new)
}

async fn raw(user: &User) -> SqliteConnection {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(user.database())).await.unwrap()
}

/// How many changes stand in the journal without their end.
async fn half_written_changes(user: &User) -> u64 {
    let mut database = raw(user).await;
    let query = sqlx::query_scalar("SELECT count(*) FROM changes WHERE status = 'journaled'");
    let count: i64 = query.fetch_one(&mut database).await.unwrap();
    database.close().await.unwrap();
    u64::try_from(count).unwrap()
}

async fn check_sound(user: &User, case: &str) {
    assert_eq!(half_written_changes(user).await, 0, "{case}");
    let mut database = raw(user).await;
    let query = sqlx::query_scalar("SELECT count(*) FROM operations WHERE completed_at IS NULL");
    let open: i64 = query.fetch_one(&mut database).await.unwrap();
    assert_eq!(open, 0, "{case}");
    let found: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut database).await.unwrap();
    assert_eq!(found, ["ok"], "{case}");
    database.close().await.unwrap();
}
