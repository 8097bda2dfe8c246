//! A process killed while it writes: after recovery all files are old or all are new.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use mira::workspace::{
    FileState, RelPath, Workspace,
    apply::{Change, ChangedFile, Recovered},
};

use crate::workspace_project::Project;

const KILLS: u64 = 40;

/// Sides of the change that the child writes and takes back without end.
fn change(to_new: bool) -> Change {
    let state = |text: &str| Some(FileState { content: text.repeat(20_000).into(), mode: Some(0o644) });
    let file = |path: &str, old: Option<FileState>, new: Option<FileState>| {
        let (before, after) = if to_new { (old, new) } else { (new, old) };
        ChangedFile { path: RelPath::parse(path).unwrap(), before, after }
    };
    let dirs = vec![RelPath::parse("made").unwrap()];
    Change {
        files: vec![
            file("a", state("old"), state("new")),
            file("made/b", None, state("new")),
            file("gone", state("old"), None),
            file("src/c", state("old"), state("new")),
        ],
        created_dirs: if to_new { dirs.clone() } else { Vec::new() },
        removed_dirs: if to_new { Vec::new() } else { dirs },
    }
}

/// Not a test of its own: the process that is killed.
#[test]
#[ignore = "run by `a_killed_writer_leaves_all_or_nothing`"]
fn child_writes_until_it_is_killed() {
    let Ok(base) = env::var("MIRA_TEST_CRASH") else {
        return;
    };
    let base = Path::new(&base);
    let workspace = Workspace::open(&base.join("project"), &base.join("home")).unwrap();
    println!("ready");
    for round in 0_u64.. {
        fs::write(base.join("home/new"), (round % 2).to_string()).unwrap();
        fs::rename(base.join("home/new"), base.join("home/journal")).unwrap();
        workspace.commit(&change(round % 2 == 1)).unwrap();
        fs::rename(base.join("home/journal"), base.join("home/done")).unwrap();
    }
}

fn run_and_kill(project: &Project, after: Duration) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["workspace_crash::child_writes_until_it_is_killed", "--exact", "--ignored", "--nocapture"])
        .env("MIRA_TEST_CRASH", project.base.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !lines.next().unwrap().unwrap().contains("ready") {}
    thread::sleep(after);
    child.kill().unwrap();
    child.wait().unwrap();
}

fn put_on_disk(project: &Project, change: &Change) {
    for file in &change.files {
        let path = project.at(file.path.as_str());
        match &file.after {
            Some(state) => {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, &*state.content).unwrap();
            }
            None => {
                let _ = fs::remove_file(path);
            }
        }
    }
    let _ = fs::remove_dir(project.at("made"));
}

#[test]
fn a_killed_writer_leaves_all_or_nothing() {
    let project = Project::with(&[]);
    let (old, new) = (change(false), change(true));
    put_on_disk(&project, &new);
    let all_new = project.snapshot_of("project");
    put_on_disk(&project, &old);
    let all_old = project.snapshot_of("project");
    let mut unfinished = 0;
    for kill in 0..KILLS {
        put_on_disk(&project, &new);
        let _ = fs::remove_file(project.base.path().join("home/journal"));
        run_and_kill(&project, Duration::from_micros(kill * kill * 17 % 23_000));
        let mut expected: Vec<&_> = vec![&all_old, &all_new];
        if let Ok(journal) = fs::read_to_string(project.base.path().join("home/journal")) {
            unfinished += 1;
            let to_new = journal == "1";
            let recovery = project.workspace.recover(&change(to_new)).unwrap();
            assert_eq!(recovery.left_alone, []);
            let is_new = to_new == (recovery.outcome == Recovered::After);
            expected = vec![if is_new { &all_new } else { &all_old }];
            let again = project.workspace.recover(&change(to_new)).unwrap();
            assert_eq!(again, recovery);
        }
        let now = project.snapshot_of("project");
        assert!(expected.contains(&&now), "kill {kill}: {now:#?}");
    }
    assert!(unfinished > KILLS / 4, "only {unfinished} kills hit a write");
}
