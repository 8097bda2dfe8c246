//! What git says of the project, and that asking it runs nothing of the project's making.
#![cfg(unix)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use mira::{protocol::GitView, workspace::Workspace};

use crate::support::project::Project;

/// Runs git as the user would, without the user's own settings.
pub(crate) fn git(root: &Path, arguments: &str) {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=me", "-c", "user.email=me@example.org", "-c", "init.defaultBranch=main"]);
    git.args(arguments.split(' ')).current_dir(root).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = git.output().unwrap();
    assert!(output.status.success(), "git {arguments}: {output:?}");
}

/// A repository with one commit of what `files` describes.
pub(crate) fn repository(files: &str) -> Project {
    let project = Project::new(files);
    for arguments in ["init -q", "add -A", "commit -q -m first"] {
        git(&project.root(), arguments);
    }
    project
}

async fn state(root: &Path) -> Option<GitView> {
    let home = tempfile::tempdir().unwrap();
    Workspace::open(root, home.path()).unwrap().git_state().await
}

#[tokio::test]
async fn branch_changes_and_distance_are_told() {
    let project = repository("//- a.txt\none\n//- b.txt\ntwo\n//- .gitignore\nignored\n");
    let root = project.root();
    let clean = GitView { branch: Some("main".to_owned()), ..GitView::default() };
    assert_eq!(state(&root).await, Some(clean.clone()));
    for arguments in ["checkout -q -b topic --track main", "commit -q --allow-empty -m second"] {
        git(&root, arguments);
    }
    project.write("a.txt", "changed\n");
    project.write("new/deep.txt", "new\n");
    project.write("ignored", "not counted\n");
    git(&root, "mv b.txt c.txt");
    let topic =
        GitView { branch: Some("topic".to_owned()), changed: 3, ahead: Some(1), behind: Some(0), ..clean };
    assert_eq!(state(&root).await, Some(topic));
    git(&root, "checkout -q --detach");
    let detached = state(&root).await.unwrap();
    assert_eq!((detached.branch, detached.detached.map(|id| id.len())), (None, Some(8)));
}

#[tokio::test]
async fn the_last_commits_are_lists_of_files() {
    let project = repository("//- a.txt\none\n//- b c.txt\ntwo\n");
    let (root, home) = (project.root(), tempfile::tempdir().unwrap());
    project.write("a.txt", "changed\n");
    git(&root, "commit -q -a -m second");
    let workspace = Workspace::open(&root, home.path()).unwrap();
    assert_eq!(workspace.git_head().await.map(|head| head.len()), Some(40));
    assert_eq!(workspace.git_commits().await.unwrap(), [vec!["a.txt"], vec!["a.txt", "b c.txt"]]);
    let none = Project::new("//- a.txt\n");
    let workspace = Workspace::open(&none.root(), home.path()).unwrap();
    assert_eq!((workspace.git_head().await, workspace.git_commits().await), (None, None));
}

#[tokio::test]
async fn what_is_no_repository_of_its_own_has_no_state() {
    assert_eq!(state(&Project::new("//- a.txt\n").root()).await, None);
    assert_eq!(state(&Project::new("//- .git/config\n").root()).await, None);
    let outer = repository("//- inner/a.txt\n");
    assert_eq!(state(&outer.root().join("inner")).await, None);
}

/// A program that leaves a mark and passes its input on.
pub(crate) fn trap(folder: &Path, name: &str) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\n: > '{}'\ncat\n", folder.join(format!("ran-{name}")).display()))
        .unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

pub(crate) fn sprung(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ran: Vec<String> = names.filter_map(|name| Some(name.strip_prefix("ran-")?.to_owned())).collect();
    ran.sort();
    ran
}

#[tokio::test]
async fn nothing_that_a_repository_names_is_run() {
    let project = repository("//- a.txt\none\n//- .gitattributes\n*.txt filter=evil diff=evil\n");
    let (root, traps) = (project.root(), tempfile::tempdir().unwrap());
    let trap = |name: &str| trap(traps.path(), name).display().to_string();
    let hooks = traps.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::rename(trap("post-index-change"), hooks.join("post-index-change")).unwrap();
    let config = format!(
        "[core]\n fsmonitor = {}\n pager = {}\n hooksPath = {}\n sshCommand = {}\n editor = {}\n\
         [filter \"evil\"]\n clean = {}\n smudge = {}\n required = true\n\
         [filter \"other.evil\"]\n process = {}\n required = true\n\
         [diff]\n external = {}\n[diff \"evil\"]\n textconv = {}\n command = {}\n\
         [alias]\n status = !{}\n config = !{}\n log = !{}\n\
         [pager]\n status = true\n log = true\n[log]\n showSignature = true\n[gpg]\n program = {}\n",
        trap("fsmonitor"),
        trap("pager"),
        hooks.display(),
        trap("ssh"),
        trap("editor"),
        trap("clean"),
        trap("smudge"),
        trap("process"),
        trap("external"),
        trap("textconv"),
        trap("command"),
        trap("alias"),
        trap("alias-config"),
        trap("alias-log"),
        trap("gpg"),
    );
    let own = fs::read_to_string(root.join(".git/config")).unwrap();
    fs::write(root.join(".git/config"), own + &config).unwrap();
    // As long as before, so that git has to look at what is in it.
    project.write("a.txt", "two\n");
    fs::create_dir_all(root.join(".git/info")).unwrap();
    fs::write(root.join(".git/info/attributes"), ".gitattributes filter=other.evil\n").unwrap();
    project.write(".gitattributes", "*.txt filter=evil diff=EVIL\n");

    let told = state(&root).await.unwrap();
    assert_eq!((told.branch.as_deref(), told.changed), (Some("main"), 2));
    let home = tempfile::tempdir().unwrap();
    let workspace = Workspace::open(&root, home.path()).unwrap();
    assert!(workspace.git_head().await.is_some());
    assert_eq!(workspace.git_commits().await.map(|commits| commits.len()), Some(1));
    assert_eq!(sprung(traps.path()), Vec::<String>::new());

    // The traps are real: the user's own git falls into them. A filter that does not answer as it should ends
    // git, so the other one has its turn without it.
    let status = || {
        let mut git = Command::new("git");
        git.arg("status").current_dir(&root).env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap()
    };
    status();
    fs::remove_file(root.join(".git/info/attributes")).unwrap();
    status();
    let ran = sprung(traps.path());
    assert!(
        ["clean", "fsmonitor", "process"].iter().all(|name| ran.iter().any(|ran| ran == name)),
        "{ran:?}"
    );
}
