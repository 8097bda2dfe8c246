//! What a planner may ask git: differences, commits, who wrote a line, a file as it was; with
//! repositories that are hostile, linked, or not there.
#![cfg(unix)]

use std::{fs, path::Path};

use mira::{
    demo::server::{Script, Turn},
    protocol::Checkout,
    workspace::{
        RelPath, Workspace,
        git::{DiffScope, GitDiff, GitError, Lines, LogScope},
    },
};
use serde_json::json;

use crate::{
    support::{project::Project, world::World},
    workspace_git::{git, repository, sprung, trap},
};

fn open(root: &Path) -> Workspace {
    // The state lies elsewhere, and need not be there.
    Workspace::open(root, &root.join("../no-state")).unwrap()
}

fn path(text: &str) -> RelPath {
    RelPath::parse(text).unwrap()
}

/// What differs, as `+` and `-` lines below the names of their files; then what is untracked.
fn told(diff: &GitDiff) -> String {
    let is_told = |line: &&str| line.starts_with(['+', '-', 'r']) && !line.starts_with("---");
    let lines = diff.text.lines().filter(is_told).map(|line| line.trim_start_matches("+++ b/").to_owned());
    let new = diff.untracked.iter().map(|name| format!("? {name}"));
    lines.chain(new).collect::<Vec<_>>().join("; ")
}

async fn check_diff(root: &Path, scope: DiffScope, expected: &str) {
    assert_eq!(told(&open(root).git_diff(&scope).await.unwrap()), expected, "{scope:?}");
}

async fn check_log(root: &Path, scope: LogScope, expected: &str) {
    let commits = open(root).git_log(&scope, 10).await.unwrap();
    assert!(commits.iter().all(|commit| commit.id.len() == 8 && commit.date.len() == 10), "{commits:?}");
    let told: Vec<String> =
        commits.iter().map(|commit| format!("{}: {}", commit.author, commit.subject)).collect();
    assert_eq!(told.join("; "), expected, "{scope:?}");
}

async fn check_blame(root: &Path, lines: (u32, u32), expected: &str) {
    let lines = Lines { first: lines.0, last: lines.1 };
    let groups = open(root).git_blame(&path("b.txt"), lines).await.unwrap();
    let told: Vec<String> = groups
        .iter()
        .map(|group| match &group.commit {
            Some(commit) => format!("{} {}", group.lines, commit.subject),
            None => format!("{} not committed", group.lines),
        })
        .collect();
    assert_eq!(told.join("; "), expected);
}

/// Three commits: `first`, `second` which changes line 2 of `a.txt`, `moved` which names it `b.txt`.
fn history() -> Project {
    let project = repository("//- a.txt\none\ntwo\nthree\nfour\n//- other.txt\nx\n");
    let root = project.root();
    project.write("a.txt", "one\nTWO\nthree\nfour\n");
    for arguments in ["commit -q -a -m second", "mv a.txt b.txt", "commit -q -m moved"] {
        git(&root, arguments);
    }
    project
}

#[tokio::test]
async fn differences_are_told_by_commit_by_stage_and_by_path() {
    let project = history();
    let root = project.root();
    let whole = DiffScope::default;
    check_diff(&root, whole(), "").await;
    project.write("b.txt", "one\nTWO\nthree\nFOUR\n");
    project.write("other.txt", "y\n");
    git(&root, "add other.txt");
    project.write("new file.txt", "new\n");
    check_diff(&root, whole(), "b.txt; -four; +FOUR; other.txt; -x; +y; ? new file.txt").await;
    check_diff(&root, DiffScope { is_staged: true, ..whole() }, "other.txt; -x; +y").await;
    check_diff(&root, DiffScope { path: Some(path("b.txt")), ..whole() }, "b.txt; -four; +FOUR").await;
    let earlier = DiffScope { base: Some("HEAD~2".into()), path: Some(path("other.txt")), is_staged: false };
    check_diff(&root, earlier, "other.txt; -x; +y").await;
    let renamed = DiffScope { base: Some("HEAD~1".into()), is_staged: true, path: None };
    check_diff(&root, renamed, "rename from a.txt; rename to b.txt; other.txt; -x; +y").await;
    // A path is a name, never a pattern.
    check_diff(&root, DiffScope { path: Some(path("*.txt")), ..whole() }, "").await;
}

#[tokio::test]
async fn commits_are_told_of_the_project_of_a_path_and_of_lines() {
    let root = history();
    let root = root.root();
    check_log(&root, LogScope::Project, "me: moved; me: second; me: first").await;
    check_log(&root, LogScope::Path(path("b.txt")), "me: moved; me: second; me: first").await;
    check_log(&root, LogScope::Path(path("other.txt")), "me: first").await;
    check_log(&root, LogScope::Path(path("never.txt")), "").await;
    let lines = |first, last| LogScope::Lines(path("b.txt"), Lines { first, last });
    check_log(&root, lines(2, 2), "me: second; me: first").await;
    check_log(&root, lines(3, 4), "me: first").await;
    let beyond = open(&root).git_log(&lines(50, 60), 10).await.unwrap_err();
    assert!(matches!(beyond, GitError::Lines { .. }), "{beyond}");
    assert_eq!(open(&root).git_log(&LogScope::Project, 2).await.unwrap().len(), 2);
}

#[tokio::test]
async fn lines_are_told_with_their_commits_also_before_they_are_committed() {
    let project = history();
    let root = project.root();
    check_blame(&root, (1, 4), "1 first; 2 second; 3-4 first").await;
    check_blame(&root, (3, 99), "3-4 first").await;
    project.write("b.txt", "one\nTWO\nnew\nthree\nfour\n");
    check_blame(&root, (2, 4), "2 second; 3 not committed; 4 first").await;
    let none = open(&root).git_blame(&path("never.txt"), Lines { first: 1, last: 2 }).await.unwrap_err();
    assert!(none.to_string().contains("git knows no lines 1-2 of never.txt"), "{none}");
}

#[tokio::test]
async fn a_file_is_read_as_it_was() {
    let project = history();
    project.write("b.txt", "changed\n");
    let workspace = open(&project.root());
    let now = workspace.git_show_file(&path("b.txt"), "HEAD", 2, 2).await.unwrap();
    assert_eq!((now.lines.join(" ").as_str(), now.total_lines), ("TWO three", 4));
    let first = workspace.git_show_file(&path("a.txt"), "main~2", 1, 9).await.unwrap();
    assert_eq!(first.lines.join(" "), "one two three four");
    let gone = workspace.git_show_file(&path("a.txt"), "HEAD", 1, 9).await.unwrap_err();
    assert!(gone.to_string().starts_with("a.txt is no file in commit HEAD"), "{gone}");
}

#[tokio::test]
async fn what_cannot_be_told_is_said_in_a_sentence() {
    async fn check(root: &Path, base: &str, expected: &str) {
        let scope = DiffScope { base: Some(base.to_owned()), ..DiffScope::default() };
        let error = open(root).git_diff(&scope).await.unwrap_err().to_string();
        assert!(error.contains(expected), "{base}: {error}");
    }
    let project = history();
    let root = project.root();
    check(&root, "nothing", "there is no commit \"nothing\" here").await;
    check(&root, "main..HEAD", "there is no commit").await;
    check(&root, "--output=stolen", "is not taken as a commit").await;
    check(&root, "HEAD:b.txt", "is not taken as a commit").await;
    assert!(!root.join("stolen").exists());
    check(&Project::new("//- a.txt\n").root(), "HEAD", "no git repository of its own").await;
    let empty = Project::new("//- a.txt\n");
    git(&empty.root(), "init -q");
    check(&empty.root(), "HEAD", "there is no commit yet").await;
    check(&Project::new("//- .git/config\n").root(), "HEAD", "git does not read this repository").await;
}

#[tokio::test]
async fn checkouts_are_told_apart_and_each_knows_its_history() {
    async fn check(root: &Path, expected: Checkout, commits: &str) {
        assert_eq!(open(root).git_state().await.unwrap().checkout, expected);
        check_log(root, LogScope::Project, commits).await;
    }
    let (project, library) = (history(), repository("//- lib.txt\n"));
    let (root, outside) = (project.root(), tempfile::tempdir().unwrap());
    let linked = outside.path().canonicalize().unwrap().join("linked");
    git(&root, &format!("worktree add -q -b topic {}", linked.display()));
    let from = library.root();
    git(&root, &format!("-c protocol.file.allow=always submodule add -q {} library", from.display()));
    check(&root, Checkout::Main, "me: moved; me: second; me: first").await;
    check(&linked, Checkout::Worktree, "me: moved; me: second; me: first").await;
    check(&root.join("library"), Checkout::Submodule, "me: first").await;
}

#[tokio::test]
async fn a_repository_that_does_not_know_the_project_is_not_told() {
    async fn check(root: &Path) {
        let error = open(root).git_log(&LogScope::Project, 10).await.unwrap_err();
        assert!(matches!(error, GitError::Elsewhere), "{error}");
    }
    let private = history();
    let git_folder = private.root().join(".git").display().to_string();
    check(&Project::new(&format!("//- .git\ngitdir: {git_folder}\n")).root()).await;
    let linked = Project::new("//- a.txt\n");
    std::os::unix::fs::symlink(&git_folder, linked.root().join(".git")).unwrap();
    check(&linked.root()).await;
    let borrowed = repository("//- a.txt\n");
    borrowed.write(".git/commondir", &git_folder);
    check(&borrowed.root()).await;
    let lent = repository("//- a.txt\n");
    lent.write(".git/objects/info/alternates", &format!("{git_folder}/objects\n"));
    check(&lent.root()).await;
    let packs = repository("//- a.txt\n");
    std::os::unix::fs::symlink(&git_folder, packs.root().join(".git/objects/zz")).unwrap();
    check(&packs.root()).await;
    // A worktree of its own making, that is on no list.
    let made_up = Project::new("//- .git\ngitdir: inner/worktrees/x\n");
    made_up.write("inner/worktrees/x/commondir", &git_folder);
    made_up.write("inner/worktrees/x/gitdir", &format!("{}/.git\n", made_up.root().display()));
    check(&made_up.root()).await;
}

#[tokio::test]
async fn files_outside_and_the_own_state_are_not_shown() {
    let project = repository("//- key\nplain\n//- State/db\nplain\n");
    let (root, outside) = (project.root(), Project::new("//- key\nsecret\n"));
    git(&root, &format!("config core.worktree {}", outside.root().display()));
    project.write("State/db", "secret\n");
    project.write("State/new", "secret\n");
    let workspace = Workspace::open(&root, &root.join("State")).unwrap();
    assert_eq!(workspace.git_diff(&DiffScope::default()).await.unwrap(), GitDiff::default());
    // Both would be there to see.
    check_diff(&root, DiffScope::default(), "State/db; -plain; +secret; ? State/new").await;
}

#[tokio::test]
async fn asking_runs_nothing_that_a_repository_names_and_writes_nothing() {
    let project = repository("//- b.txt\none\n//- .gitattributes\n*.txt filter=evil diff=evil\n");
    let (root, traps) = (project.root(), tempfile::tempdir().unwrap());
    let trap = |name: &str| trap(traps.path(), name).display().to_string();
    let hooks = traps.path().join("hooks");
    fs::create_dir(&hooks).unwrap();
    fs::rename(trap("post-index-change"), hooks.join("post-index-change")).unwrap();
    let config = format!(
        "[core]\n fsmonitor = {}\n pager = {}\n hooksPath = {}\n sshCommand = {}\n\
         [filter \"evil\"]\n clean = {}\n smudge = {}\n required = true\n\
         [diff]\n external = {}\n orderFile = .git/pipe\n[diff \"evil\"]\n textconv = {}\n command = {}\n\
         [alias]\n diff = !{}\n blame = !{}\n cat-file = !{}\n[pager]\n diff = true\n blame = true\n log = true\n\
         [log]\n showSignature = true\n mailmap = true\n[mailmap]\n file = .git/pipe\n[gpg]\n program = {}\n\
         [extensions]\n partialClone = evil\n[remote \"evil\"]\n url = ext::{}\n promisor = true\n",
        trap("fsmonitor"),
        trap("pager"),
        hooks.display(),
        trap("ssh"),
        trap("clean"),
        trap("smudge"),
        trap("external"),
        trap("textconv"),
        trap("command"),
        trap("alias-diff"),
        trap("alias-blame"),
        trap("alias-cat-file"),
        trap("gpg"),
        trap("remote"),
    );
    let own = fs::read_to_string(root.join(".git/config")).unwrap();
    fs::write(root.join(".git/config"), own + &config).unwrap();
    // Who opens it waits for ever.
    assert!(std::process::Command::new("mkfifo").arg(root.join(".git/pipe")).status().unwrap().success());
    project.write("b.txt", "two\n");
    let index = || fs::read(root.join(".git/index")).unwrap();
    let before = index();

    check_diff(&root, DiffScope::default(), "b.txt; -one; +two").await;
    check_diff(&root, DiffScope { is_staged: true, ..DiffScope::default() }, "").await;
    check_log(&root, LogScope::Project, "me: first").await;
    check_log(&root, LogScope::Path(path("b.txt")), "me: first").await;
    check_log(&root, LogScope::Lines(path("b.txt"), Lines { first: 1, last: 1 }), "me: first").await;
    check_blame(&root, (1, 1), "1 not committed").await;
    let workspace = open(&root);
    assert_eq!(workspace.git_show_file(&path("b.txt"), "HEAD", 1, 9).await.unwrap().lines, ["one"]);
    let missing = workspace.git_show_file(&path("b.txt"), &"1".repeat(40), 1, 9).await.unwrap_err();
    assert!(matches!(missing, GitError::NoCommit(_)), "{missing}");
    assert_eq!((sprung(traps.path()), index() == before), (Vec::new(), true));

    // The traps are real: the user's own git falls into them.
    for arguments in
        ["--no-pager -c diff.orderFile=/dev/null diff", "--no-pager -c mailmap.file= blame b.txt"]
    {
        let mut own = std::process::Command::new("git");
        own.args(arguments.split(' '))
            .current_dir(&root)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
    }
    let ran = sprung(traps.path());
    let expected = ["clean", "command", "fsmonitor", "textconv"];
    assert!(expected.iter().all(|name| ran.iter().any(|ran| ran == name)), "{ran:?}");

    git(&root, "config blame.ignoreRevsFile .git/pipe");
    let refused = workspace.git_blame(&path("b.txt"), Lines { first: 1, last: 1 }).await.unwrap_err();
    assert!(matches!(refused, GitError::IgnoreFile), "{refused}");
}

#[tokio::test]
async fn a_planner_asks_git() {
    let script = Script::new()
        .turn(
            Turn::responses()
                .text("Let me look.")
                .call("git_diff", json!({"path": null, "base": null}))
                .call("git_log", json!({"path": "a.txt", "start_line": null, "end_line": null}))
                .call("git_blame", json!({"path": "a.txt", "start_line": 1, "end_line": 2}))
                .call("git_log", json!({"path": null, "start_line": 1, "end_line": 2}))
                .call("git_diff", json!({"path": "../x", "base": null})),
        )
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::new("//- a.txt\none\ntwo\n", script).await;
    for arguments in ["init -q", "add -A", "commit -q -m first-words"] {
        git(&world.project.root(), arguments);
    }
    world.project.write("a.txt", "one\nchanged\n");
    let turn = world.ask("What did I change?").await;
    assert_eq!(turn.error(), None);
    let results = world.server.requests()[1].body["input"].to_string();
    for expected in [
        "-two\\n+changed\\n",
        " me: first-words\\n",
        "2 not committed yet\\n",
        "error: lines were named without their file",
        "error: the path",
    ] {
        assert!(results.contains(expected), "{expected:?} is not in {results}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_planner_without_git_has_no_such_tools_and_hears_why() {
    let script = Script::new()
        .turn(Turn::responses().text("Hm.").call("git_diff", json!({"path": null, "base": null})))
        .turn(Turn::responses().round(1).text("Done."));
    let world = World::with("//- a.txt\n", script, |settings| settings.workspace.git = false).await;
    assert_eq!(world.ask("What did I change?").await.error(), None);
    let requests = world.server.requests();
    assert!(!requests[0].body["tools"].to_string().contains("git_"), "{}", requests[0].body["tools"]);
    assert!(requests[1].body["input"].to_string().contains("error: git is switched off in the settings"));
    world.finish().await;
}
