//! How long writing takes: 100 proposals over files of 10,000 lines applied, undone and redone
//! through the engine with a database on disk, and diffs of two files of that size.
//!
//! `cargo bench --bench writing` prints, for each, the best and the middle of several rounds (others
//! may be busy on the machine) and, for writing, the processor time a round.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{
    fs,
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use mira::{
    config::Settings,
    engine::{Engine, EngineHandle, Parts},
    protocol::{
        ArtifactAction, ArtifactId, ArtifactKind, ChangeId, Clock, Command, ConversationId, IdSource,
        MessageId, OperationId, Reply,
    },
    store::{NewArtifact, NewOperation, Origin, Project, Store},
    workspace::{Workspace, diff::diff},
};

const FILES: usize = 100;
const FOLDERS: usize = 10;
const LINES: usize = 10_000;
const ROUNDS: usize = 9;

fn main() {
    compare_all();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(write_all());
}

/// A file as a program's source looks: mostly its own lines, some that are everywhere.
fn source(seed: usize) -> Vec<String> {
    let line = |number: usize| match number % 10 {
        0 => "\n".to_owned(),
        1 => format!("fn function_{seed}_{number}(input: &str) -> usize {{\n"),
        4 => "    if input.is_empty() {\n".to_owned(),
        5 => "        return 0;\n".to_owned(),
        6 => "    }\n".to_owned(),
        9 => "}\n".to_owned(),
        _ => format!("    let value_{number} = input.len() * {} + {seed};\n", number * 7919 % 1000),
    };
    (0..LINES).map(line).collect()
}

/// The same with every `step`th line replaced.
fn edited(lines: &[String], step: usize, round: usize) -> String {
    let line = |(number, line): (usize, &String)| match number % step {
        3 => format!("    let changed_{round} = {number};\n"),
        _ => line.clone(),
    };
    lines.iter().enumerate().map(line).collect()
}

fn compare_all() {
    let lines = source(1);
    let old = lines.concat();
    let other = source(2).concat();
    let foreign: String = (0..LINES).map(|number| format!("{number}: wholly different\n")).collect();
    let noise =
        |factor: usize| -> String { (0..LINES).map(|n| format!("row {}\n", n * factor % 997)).collect() };
    let turned: String = lines.chunks(100).rev().flatten().map(String::as_str).collect();
    compare("equal", &old, &old);
    compare("few edits (20)", &old, &edited(&lines, 500, 0));
    compare("many edits (2,000)", &old, &edited(&lines, 5, 0));
    compare("total rewrite, nothing in common", &old, &foreign);
    compare("total rewrite, braces in common", &old, &other);
    compare("blocks in another order", &old, &turned);
    compare("a large block moved", &old, &moved(&lines));
    compare("few words in any order", &noise(7), &noise(13));
    compare("new file", "", &old);
}

/// The same with lines 1,000 to 4,000 after line 8,000.
fn moved(lines: &[String]) -> String {
    [&lines[..1000], &lines[4000..8000], &lines[1000..4000], &lines[8000..]].concat().concat()
}

fn compare(name: &str, old: &str, new: &str) {
    let times = (0..21).map(|_| {
        let start = Instant::now();
        black_box(diff("src/file.rs", Some(black_box(old)), Some(black_box(new))));
        start.elapsed()
    });
    let times = times.collect();
    report(&format!("diff, {name}"), times);
}

fn report(name: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{name:45} best {:8.2} ms   middle {:8.2} ms", ms(times[0]), ms(times[times.len() / 2]));
}

/// An engine over a project of large files.
struct Bench {
    store: Store,
    handle: EngineHandle,
    project: Project,
    ids: IdSource,
    files: Vec<(String, Vec<String>)>,
}

async fn write_all() {
    let base = tempfile::tempdir().unwrap();
    let files: Vec<_> =
        (0..FILES).map(|n| (format!("src/part{}/file{n}.rs", n % FOLDERS), source(n))).collect();
    let bytes: usize = files.iter().flat_map(|(_, lines)| lines).map(String::len).sum();
    println!("{FILES} files of {LINES} lines, {:.1} MB in {FOLDERS} folders", bytes as f64 / 1e6);
    create(&base.path().join("project"), &files);
    let (engine, bench) = start(base.path(), files).await;
    let (mut apply, mut undo, mut redo) = (Vec::new(), Vec::new(), Vec::new());
    let (mut proposing, mut cpu) = (Vec::new(), Duration::ZERO);
    for round in 0..ROUNDS {
        let start = Instant::now();
        let artifact_ids = bench.propose(round).await;
        proposing.push(start.elapsed() / FILES as u32);
        let before = cpu_time();
        let applied = bench.timed(Command::Apply { artifact_ids }, &mut apply).await;
        let undone = bench.timed(Command::Undo { change_id: applied }, &mut undo).await;
        let redone = bench.timed(Command::Undo { change_id: undone }, &mut redo).await;
        cpu += cpu_time() - before;
        bench.handle.send(Command::Undo { change_id: redone }).await.unwrap();
    }
    report("storing one proposal", proposing);
    report(&format!("apply of {FILES}"), apply);
    report(&format!("undo of {FILES}"), undo);
    report(&format!("redo of {FILES}"), redo);
    println!("processor time of one of them: {:.0} ms", cpu.as_secs_f64() * 1000.0 / (3 * ROUNDS) as f64);
    engine.stop().await;
}

fn create(root: &Path, files: &[(String, Vec<String>)]) {
    for (path, lines) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, lines.concat()).unwrap();
    }
}

async fn start(base: &Path, files: Vec<(String, Vec<String>)>) -> (Engine, Bench) {
    let home = base.join("home");
    let (ids, clock) = (IdSource::random(), Clock::system());
    let store = Store::open(&home.join("mira.db"), 4, clock.clone()).await.unwrap();
    let workspace = Arc::new(Workspace::open(&base.join("project"), &home).unwrap());
    let project = store.project(&workspace.root().to_string_lossy(), &ids).await.unwrap();
    let settings = Settings::defaults(&home).unwrap();
    let parts = Parts { settings, store: store.clone(), workspace, ids: ids.clone(), clock };
    let engine = Engine::start(parts).await.unwrap();
    let handle = engine.handle();
    (engine, Bench { store, handle, project, ids, files })
}

impl Bench {
    /// One proposal a file, as an operation of the engine would store them.
    async fn propose(&self, round: usize) -> Vec<ArtifactId> {
        let operation = OperationId::new(&self.ids);
        self.store.begin(&self.operation(operation)).await.unwrap();
        let mut proposed = Vec::with_capacity(FILES);
        for (path, lines) in &self.files {
            let new = self.artifact(operation, path, &lines.concat(), edited(lines, 500, round));
            proposed.push(new.id);
            self.store.insert_artifact(&new).await.unwrap();
        }
        proposed
    }

    fn operation(&self, id: OperationId) -> NewOperation {
        NewOperation {
            id,
            conversation_id: ConversationId::new(&self.ids),
            project_id: self.project.id,
            message_id: MessageId::new(&self.ids),
            kind: "chat".to_owned(),
            user_message: "Change everything.".to_owned(),
            context_snapshot: None,
            primary_model: None,
            parent_operation_id: None,
            parent_response_id: None,
            history: Vec::new(),
        }
    }

    fn artifact(&self, operation: OperationId, path: &str, base: &str, content: String) -> NewArtifact {
        let difference = diff(path, Some(base), Some(&content));
        NewArtifact {
            id: ArtifactId::new(&self.ids),
            operation_id: operation,
            path: path.to_owned(),
            kind: ArtifactKind::Code,
            language: Some("rust".to_owned()),
            content,
            base: Some(base.as_bytes().to_vec()),
            conflicts: Vec::new(),
            action: ArtifactAction::Write,
            syntax_errors: Vec::new(),
            diff: difference.to_string(),
            added: difference.added,
            removed: difference.removed,
            is_new_file: false,
            previous_artifact_id: None,
            diff_from_previous: None,
            origin: Origin::default(),
        }
    }

    async fn timed(&self, command: Command, times: &mut Vec<Duration>) -> ChangeId {
        let start = Instant::now();
        let reply = self.handle.send(command).await.unwrap();
        times.push(start.elapsed());
        match reply {
            Reply::Applied { change } => change.change_id,
            other => panic!("{other:?}"),
        }
    }
}

/// What this process has used of the processors so far, in ticks of 10 ms.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: u64 =
        after_name.split(' ').skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}
