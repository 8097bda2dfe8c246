//! Changes on a real folder: prepared, written, taken back, brought to an end.

#![allow(clippy::unwrap_used)]

use std::fs;

use tempfile::TempDir;

use super::{commit::Commit, *};

fn project(files: &[(&str, &str)]) -> (TempDir, Workspace) {
    let dir = TempDir::new().unwrap();
    for (path, text) in files {
        fs::write(dir.path().join(path), text).unwrap();
    }
    let workspace = Workspace::open(dir.path(), &dir.path().join("home")).unwrap();
    (dir, workspace)
}

/// `path` from `before` to `after`; `-` is no file.
fn change(files: &[(&str, &str, &str)]) -> Change {
    let state = |text: &str| {
        let state = FileState { content: text.into(), mode: None };
        (text != "-").then_some(state)
    };
    let files = files.iter().map(|(path, before, after)| ChangedFile {
        path: RelPath::parse(path).unwrap(),
        before: state(before),
        after: state(after),
    });
    Change { files: files.collect(), ..Change::default() }
}

fn on_disk(dir: &TempDir) -> String {
    let mut all: Vec<String> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| {
            let text = fs::read_to_string(entry.path()).unwrap_or("/".into());
            format!("{}={text}", entry.file_name().to_string_lossy())
        })
        .collect();
    all.sort();
    all.join(" ")
}

/// What others do after everything is staged, when the renames are about to begin.
fn check_failure_while_renaming(meddle: fn(&TempDir), expected: &str) {
    let (dir, workspace) = project(&[("a", "1"), ("b", "1"), ("gone", "1"), ("z", "1")]);
    let change =
        change(&[("a", "1", "2"), ("gone", "1", "-"), ("new/x", "-", "2"), ("b", "1", "2"), ("z", "1", "2")]);
    let mut commit = Commit::new(&workspace);
    commit.stage(&change).unwrap();
    meddle(&dir);
    let cause = commit.put_all().unwrap_err();
    let error = commit.take_back(cause);
    assert!(!matches!(error, ApplyError::HalfWay { .. }), "{error}");
    assert_eq!(on_disk(&dir), expected);
}

#[test]
fn a_failure_between_two_renames_takes_the_first_back() {
    let meddle = |dir: &TempDir| fs::write(dir.path().join("b"), "theirs").unwrap();
    check_failure_while_renaming(meddle, "a=1 b=theirs gone=1 z=1");
    let meddle = |dir: &TempDir| {
        fs::remove_file(dir.path().join("z")).unwrap();
        fs::create_dir(dir.path().join("z")).unwrap();
    };
    check_failure_while_renaming(meddle, "a=1 b=1 gone=1 z=/");
    let meddle = |dir: &TempDir| fs::write(dir.path().join("new/x"), "theirs").unwrap();
    check_failure_while_renaming(meddle, "a=1 b=1 gone=1 new=/ z=1");
}

#[test]
fn a_dropped_commit_leaves_no_temporary_file() {
    let (dir, workspace) = project(&[("a", "1")]);
    let change = change(&[("a", "1", "2"), ("b", "-", "2")]);
    let mut commit = Commit::new(&workspace);
    commit.stage(&change).unwrap();
    assert!(on_disk(&dir).contains(".mira-tmp-"));
    drop(commit);
    assert_eq!(on_disk(&dir), "a=1");
}

fn check_recovery(disk: &[(&str, &str)], outcome: Recovered, left_alone: &[&str], expected: &str) {
    let (dir, workspace) = project(disk);
    let change = change(&[("a", "1", "2"), ("gone", "1", "-"), ("new", "-", "2")]);
    let recovery = workspace.recover(&change).unwrap();
    let alone: Vec<&str> = recovery.left_alone.iter().map(RelPath::as_str).collect();
    assert_eq!((recovery.outcome, &alone[..]), (outcome, left_alone));
    assert_eq!(on_disk(&dir), expected);
}

#[test]
fn recovery_ends_on_one_side() {
    let before = "a=1 gone=1";
    check_recovery(&[("a", "1"), ("gone", "1")], Recovered::Before, &[], before);
    check_recovery(&[("a", "2"), ("gone", "1"), (".mira-tmp-x", "2")], Recovered::Before, &[], before);
    check_recovery(&[("a", "2")], Recovered::Before, &[], before);
    check_recovery(&[("a", "1"), ("new", "2")], Recovered::Before, &[], before);
    check_recovery(&[("a", "2"), ("new", "2"), (".mira-tmp-x", "")], Recovered::After, &[], "a=2 new=2");
}

#[test]
fn recovery_leaves_other_peoples_changes_alone() {
    let disk = [("a", "theirs"), ("gone", "1"), ("new", "2")];
    check_recovery(&disk, Recovered::Before, &["a"], "a=theirs gone=1");
}

#[test]
fn recovery_brings_back_a_deleted_file_whose_folder_is_gone() {
    let (dir, workspace) = project(&[("a", "1")]);
    let change = change(&[("a", "1", "2"), ("sub/gone", "1", "-")]);
    assert_eq!(workspace.recover(&change).unwrap().outcome, Recovered::Before);
    assert_eq!(fs::read_to_string(dir.path().join("sub/gone")).unwrap(), "1");
}

#[test]
fn recovery_does_not_follow_a_folder_that_became_a_link_out() {
    let (dir, workspace) = project(&[("a", "2")]);
    let outside = TempDir::new().unwrap();
    fs::write(outside.path().join("b"), "2").unwrap();
    std::os::unix::fs::symlink(outside.path(), dir.path().join("sub")).unwrap();
    let change = change(&[("a", "1", "2"), ("sub/b", "1", "2")]);
    let recovery = workspace.recover(&change).unwrap();
    assert_eq!(recovery.left_alone, [RelPath::parse("sub/b").unwrap()]);
    assert_eq!(fs::read_to_string(dir.path().join("a")).unwrap(), "1");
    assert_eq!(fs::read_to_string(outside.path().join("b")).unwrap(), "2");
}
