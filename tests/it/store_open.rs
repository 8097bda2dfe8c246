//! Opening the database file: private, shared, and a clear sentence for every state it may be in.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use mira::{
    protocol::{
        ArtifactAction, ArtifactView, Body, Clock, ConversationId, Event, IdSource, MessageId, OperationId,
        OperationStatus,
    },
    store::{ArtifactFilter, NewOperation, Store, StoreError},
};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

const CHILD: &str = "MIRA_STORE_OPEN_CHILD";

fn home() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state/mira.db");
    (folder, path)
}

async fn open(path: &Path) -> Result<Store, StoreError> {
    Store::open(path, 2, Clock::fixed(1_000)).await
}

/// A connection that does not go through the store.
async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

async fn make(path: &Path) {
    open(path).await.unwrap().close().await;
}

async fn begin(store: &Store, ids: &IdSource) -> NewOperation {
    let project = store.project("/project", ids).await.unwrap();
    let new = NewOperation {
        id: OperationId::new(ids),
        conversation_id: ConversationId::new(ids),
        project_id: project.id,
        message_id: MessageId::new(ids),
        kind: "chat".to_owned(),
        user_message: "Hello".to_owned(),
        context_snapshot: None,
        primary_model: None,
        parent_operation_id: None,
        parent_response_id: None,
        history: Vec::new(),
    };
    store.begin(&new).await.unwrap();
    new
}

/// The file's bytes must be the same after a refused opening.
async fn check_refused(path: &Path, sentence: &str) {
    let before = fs::read(path).unwrap();
    let error = open(path).await.expect_err("opened what it should refuse");
    let told = error.to_string().replace(&path.display().to_string(), "PATH");
    assert_eq!(told, sentence);
    assert_eq!(fs::read(path).unwrap(), before, "a refused file was changed");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let (_folder, path) = home();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, "Dear diary, ".repeat(1_000)).unwrap();
    check_refused(
        &path,
        "PATH is not a database of Mira. Nothing was changed. \
         Set DATABASE_URL to another file, or move this one away.",
    )
    .await;
}

#[tokio::test]
async fn the_database_of_another_program_is_left_alone() {
    let (_folder, path) = home();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut other = raw(&path).await;
    sqlx::query("CREATE TABLE recipes (name TEXT)").execute(&mut other).await.unwrap();
    other.close().await.unwrap();
    check_refused(
        &path,
        "PATH is not a database of Mira. Nothing was changed. \
         Set DATABASE_URL to another file, or move this one away.",
    )
    .await;
}

#[tokio::test]
async fn the_database_of_an_older_mira_is_brought_up_to_date_with_what_it_holds() {
    let (_folder, path) = home();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut older = raw(&path).await;
    sqlx::migrate!("./migrations").run_to(4, &mut older).await.unwrap();
    let id = "00000000-0000-7000-8000-000000000001";
    let rows = format!(
        "PRAGMA application_id = 0x4d697261;
         PRAGMA foreign_keys = OFF;
         INSERT INTO artifacts (id, operation_id, conversation_id, project_id, kind, file_path, content,
                                content_hash, is_new_file, diff, lines_added, lines_removed, created_at)
         VALUES ('{id}', '{id}', '{id}', '{id}', 'code', 'a.rs', 'one', 'h', 1, '', 1, 0, 1)"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&mut older).await.unwrap();
    older.close().await.unwrap();
    let store = open(&path).await.unwrap();
    let found = store.artifacts(ArtifactFilter::default(), 10).await.unwrap().remove(0);
    let ArtifactView { action, syntax_errors, taken, .. } = found.view;
    assert_eq!((action, syntax_errors, taken), (ArtifactAction::Write, Vec::new(), None));
    assert_eq!(found.conflicts, []);
    store.close().await;
}

/// What became of artifacts moved into a table of its own.
#[tokio::test]
async fn what_became_of_artifacts_is_kept_from_an_older_mira() {
    let (_folder, path) = home();
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut older = raw(&path).await;
    sqlx::migrate!("./migrations").run_to(7, &mut older).await.unwrap();
    let id = |n: u32| format!("00000000-0000-7000-8000-00000000000{n}");
    let row = |n: u32, state: &str, applied_at: &str, taken: &str| {
        format!(
            "INSERT INTO artifacts (id, operation_id, conversation_id, project_id, kind, file_path, content,
                                    content_hash, is_new_file, diff, lines_added, lines_removed, created_at,
                                    state, applied_at, taken)
             VALUES ('{id}', '{id}', '{id}', '{id}', 'code', 'a.rs', 'text {n}', 'h', 1, '', 1, 0, {n},
                     '{state}', {applied_at}, {taken});
             INSERT INTO rejections (artifact_id, reason, created_at) VALUES ('{id}', 'no', 1);",
            id = id(n)
        )
    };
    let rows = format!(
        "PRAGMA application_id = 0x4d697261; PRAGMA foreign_keys = OFF; {} {} {}",
        row(1, "applied", "7", "'[0,2]'"),
        row(2, "rejected", "NULL", "NULL"),
        row(3, "pending", "NULL", "NULL"),
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(rows)).execute(&mut older).await.unwrap();
    older.close().await.unwrap();
    let store = open(&path).await.unwrap();
    let found = store.artifacts(ArtifactFilter::default(), 10).await.unwrap();
    let told = |view: &ArtifactView| format!("{} {} {:?}", view.content, view.state, view.taken);
    let told: Vec<String> = found.iter().map(|artifact| told(&artifact.view)).collect();
    assert_eq!(told, ["text 3 pending None", "text 2 rejected None", "text 1 applied Some([0, 2])"]);
    store.close().await;
    let mut now = raw(&path).await;
    let count = |query: &'static str| sqlx::query_scalar::<_, i64>(query);
    let applied_at = "SELECT applied_at FROM artifacts_now WHERE state = 'applied'";
    assert_eq!(count(applied_at).fetch_one(&mut now).await.unwrap(), 7);
    assert_eq!(count("SELECT count(*) FROM rejections").fetch_one(&mut now).await.unwrap(), 3);
}

#[tokio::test]
async fn the_database_of_a_newer_mira_is_left_alone() {
    let (_folder, path) = home();
    make(&path).await;
    let mut newer = raw(&path).await;
    let row = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
               VALUES (99, 'later', 1, x'00', 0)";
    sqlx::query(row).execute(&mut newer).await.unwrap();
    newer.close().await.unwrap();
    check_refused(
        &path,
        "The database PATH was written by a newer Mira (schema 99, this one knows 9). \
         Update Mira, or set MIRA_HOME to another folder.",
    )
    .await;
}

#[tokio::test]
async fn a_damaged_database_is_left_alone() {
    let (_folder, path) = home();
    make(&path).await;
    let mut bytes = fs::read(&path).unwrap();
    bytes[100..2_000].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    check_refused(
        &path,
        "The database PATH is damaged (database disk image is malformed). Nothing was changed. \
         Restore a backup, or move the file away to start with an empty one.",
    )
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_or_folder_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let sentence = "The database PATH cannot be written. Make the file and its folder writable, \
                    or set MIRA_HOME to a folder that is.";
    let (_folder, path) = home();
    make(&path).await;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
    check_refused(&path, sentence).await;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let folder = path.parent().unwrap();
    fs::set_permissions(folder, fs::Permissions::from_mode(0o500)).unwrap();
    check_refused(&path, sentence).await;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
    make(&path).await;
}

#[tokio::test]
async fn a_locked_database_is_named_after_five_seconds() {
    let (_folder, path) = home();
    let store = open(&path).await.unwrap();
    let ids = IdSource::seeded(1);
    let new = begin(&store, &ids).await;
    let mut other = raw(&path).await;
    let _held = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    make(&path).await;
    let error = store.append_events(new.id, vec![notice("hi")]).await.unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error:?}");
}

fn notice(message: &str) -> Body {
    Body::Notice { message: message.to_owned() }
}

#[cfg(unix)]
#[tokio::test]
async fn the_state_is_for_its_user_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = home();
    let store = open(&path).await.unwrap();
    begin(&store, &IdSource::seeded(1)).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for name in ["mira.db", "mira.db-wal", "mira.db-shm"] {
        assert_eq!(mode(&path.with_file_name(name)), 0o600, "{name}");
    }
    let owners = path.with_file_name("owners");
    assert_eq!(mode(&owners), 0o700);
    for mark in fs::read_dir(owners).unwrap() {
        assert_eq!(mode(&mark.unwrap().path()), 0o600);
    }
}

#[tokio::test]
async fn closing_leaves_one_file_and_no_mark() {
    let (_folder, path) = home();
    let store = open(&path).await.unwrap();
    begin(&store, &IdSource::seeded(1)).await;
    store.close().await;
    drop(store);
    let names = |folder: &Path| -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    assert_eq!(names(path.parent().unwrap()), ["mira.db", "owners"]);
    assert!(names(&path.with_file_name("owners")).is_empty());
}

#[tokio::test]
async fn a_live_programs_work_is_left_alone_and_a_dead_ones_is_closed() {
    let (_folder, path) = home();
    let ids = IdSource::seeded(1);
    let first = open(&path).await.unwrap();
    let new = begin(&first, &ids).await;
    let second = open(&path).await.unwrap();
    assert_eq!(second.operation(new.id).await.unwrap().status, OperationStatus::Pending);
    first.close().await;
    drop(first);
    let third = open(&path).await.unwrap();
    let closed = third.operation(new.id).await.unwrap();
    assert_eq!((closed.status, closed.error.as_deref()), (OperationStatus::Failed, Some("interrupted")));
    let told = third.events(new.conversation_id, 0, 10).await.unwrap();
    assert!(matches!(
        &told.last().unwrap().body,
        Body::OperationStatus { status: OperationStatus::Failed, .. }
    ));
}

#[tokio::test]
async fn partial_text_of_an_interrupted_answer_becomes_a_message() {
    let (_folder, path) = home();
    let ids = IdSource::seeded(1);
    let store = open(&path).await.unwrap();
    let new = begin(&store, &ids).await;
    let message_id = MessageId::new(&ids);
    let piece =
        |content: &str| Body::ChatResponse { message_id, content: content.to_owned(), finished: false };
    let started = Body::OperationStatus { status: OperationStatus::Started, message: String::new() };
    store.append_events(new.id, vec![started, piece("The answer "), piece("is")]).await.unwrap();
    store.append_events(new.id, vec![piece(" forty-")]).await.unwrap();
    store.close().await;
    drop(store);
    let store = open(&path).await.unwrap();
    let text = "The answer is forty-";
    assert_eq!(store.operation(new.id).await.unwrap().result.as_deref(), Some(text));
    assert_eq!(store.messages(new.conversation_id, 10).await.unwrap()[1].content, text);
    let told: Vec<Event> = store.events(new.conversation_id, 2, 10).await.unwrap();
    let whole = Body::ChatResponse { message_id, content: text.to_owned(), finished: true };
    assert_eq!(told[0].body, whole);
    assert_eq!(told.iter().map(|event| event.seq).collect::<Vec<_>>(), [6, 7]);
}

#[tokio::test]
async fn two_programs_may_start_at_once_on_nothing() {
    for _ in 0..5 {
        let (_folder, path) = home();
        let children: Vec<Child> = (0..4).map(|_| spawn(&path)).collect();
        for child in children {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        }
        let store = open(&path).await.unwrap();
        let project = store.project("/project", &IdSource::random()).await.unwrap();
        assert_eq!(store.conversations(project.id, 10).await.unwrap().len(), 4);
    }
}

fn spawn(path: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "store_open::child", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Does nothing, unless `two_programs_may_start_at_once_on_nothing` has started it.
#[tokio::test]
async fn child() {
    let Some(path) = std::env::var_os(CHILD) else {
        return;
    };
    let store = open(Path::new(&path)).await.unwrap();
    begin(&store, &IdSource::random()).await;
    store.close().await;
}
