//! The door to git: what it says of the project, asked in a way that runs nothing of the project's making.
//!
//! A repository is configured by whoever packed it, and its configuration can name programs. Of those
//! that `git status` would start, the monitor of the file system and the hooks are switched off by
//! name; filters, which run when a changed file is compared, can have any name, so git is asked for
//! the names first (which runs nothing) and each is emptied. Submodules, which have a configuration of
//! their own, are not looked into; nothing is fetched; the index is not written. A file whose filter
//! is off is compared as it lies on disk: at worst it counts as changed until the user runs
//! `git status`.
//!
//! What goes to a model (differences, commits, files as they were) is asked through `repository`:
//! only of a repository that knows this folder as its own, so that a `.git` that points elsewhere
//! does not give away what is there.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::{io::AsyncReadExt, process::Command, time::timeout};

mod blame;
mod checkout;
mod diff;
mod error;
mod history;
mod log;
mod repository;
mod show;

pub use blame::BlameGroup;
pub use diff::{DiffScope, GitDiff};
pub use error::GitError;
pub use log::{Commit, Lines, LogScope};

use super::Workspace;
use crate::protocol::GitView;

/// How long git may take altogether; it is for a status line.
const TIME: Duration = Duration::from_secs(2);
/// More is not read: some forty thousand changed files.
const MAX_OUTPUT: u64 = 4 * 1024 * 1024;
/// Filters that are switched off; a repository with more is not asked anything.
const MAX_FILTERS: usize = 64;

/// Settings in place of the repository's own.
const SETTINGS: [(&str, &str); 10] = [
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.attributesFile", "/dev/null"),
    // Else a folder made to look like a repository would be one.
    ("safe.bareRepository", "explicit"),
    ("core.untrackedCache", "false"),
    ("core.quotePath", "false"),
    // Else a diff writes the index.
    ("diff.autoRefreshIndex", "false"),
    // Where names are followed git heeds no option for it.
    ("diff.orderFile", "/dev/null"),
    ("mailmap.file", "/dev/null"),
    ("mailmap.blob", ""),
];

/// The environment in place of the user's `GIT_…`, which may be meant for another repository.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("GIT_OPTIONAL_LOCKS", "0"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_LAZY_FETCH", "1"),
    // No transport has this name, so none is allowed.
    ("GIT_ALLOW_PROTOCOL", "none"),
    ("GIT_ATTR_NOSYSTEM", "1"),
    ("GIT_PAGER", "cat"),
    ("LC_ALL", "C"),
];

const FILTERS: [&str; 5] = ["config", "-z", "--name-only", "--get-regexp", r"^filter\."];
const STATUS: [&str; 6] =
    ["status", "-z", "--porcelain=v2", "--branch", "--untracked-files=normal", "--ignore-submodules=all"];

impl Workspace {
    /// Branch and changes; `None` when the project is no repository of its own, or when git is
    /// missing, does not trust it, or takes too long. Dropping the future ends git.
    pub async fn git_state(&self) -> Option<GitView> {
        self.root().join(".git").symlink_metadata().ok()?;
        timeout(TIME, state(self.root())).await.ok()?
    }
}

async fn state(root: &Path) -> Option<GitView> {
    let git = program(root)?;
    let filters = filters_to_empty(&git, root).await?;
    let (succeeded, status) = run(&git, root, &STATUS, &filters).await?;
    let checkout = checkout::find(root)?.kind;
    succeeded.then(|| GitView { checkout, ..parse(&status) })
}

/// The filters of the settings; `None` when git cannot be asked, or there are too many.
async fn filters_to_empty(git: &Path, root: &Path) -> Option<Vec<String>> {
    // Nothing found is told as failure; a failure of another kind repeats itself in what follows.
    let (_, names) = run(git, root, &FILTERS, &[]).await?;
    Some(filters(&names)).filter(|filters| filters.len() <= MAX_FILTERS)
}

/// The program as the user's search path has it. Folders of the project do not count, spelled out or
/// by way of the current one.
fn program(root: &Path) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let folders = env::split_paths(&path).filter(|folder| folder.is_absolute() && !folder.starts_with(root));
    folders.map(|folder| folder.join("git")).find(|program| program.is_file())
}

/// Runs git to its end, or until it has said enough; tells whether it succeeded, and what it said.
async fn run(git: &Path, root: &Path, arguments: &[&str], filters: &[String]) -> Option<(bool, Vec<u8>)> {
    let mut child = command(git, root, arguments, filters).spawn().ok()?;
    let mut said = Vec::new();
    child.stdout.take()?.take(MAX_OUTPUT).read_to_end(&mut said).await.ok()?;
    if said.len() as u64 == MAX_OUTPUT {
        child.kill().await.ok()?;
        return Some((true, said));
    }
    Some((child.wait().await.ok()?.success(), said))
}

fn command(git: &Path, root: &Path, arguments: &[&str], filters: &[String]) -> Command {
    let mut command = Command::new(git);
    command.args(["--no-pager", "--no-optional-locks"]).args(arguments).current_dir(root);
    let own = env::vars_os().map(|(name, _)| name);
    own.filter(|name| name.as_encoded_bytes().starts_with(b"GIT_")).for_each(|name| {
        command.env_remove(name);
    });
    command.envs(ENVIRONMENT);
    // Else a repository could name another folder, whose files would be compared and shown.
    command.env("GIT_WORK_TREE", root);
    command.env("GIT_CEILING_DIRECTORIES", root.parent().map_or(OsStr::new(""), Path::as_os_str));
    let settings = SETTINGS.iter().map(|(name, value)| ((*name).to_owned(), *value));
    let settings: Vec<(String, &str)> = settings.chain(filters.iter().flat_map(|name| off(name))).collect();
    command.env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (number, (name, value)) in settings.iter().enumerate() {
        command.env(format!("GIT_CONFIG_KEY_{number}"), name);
        command.env(format!("GIT_CONFIG_VALUE_{number}"), value);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    command
}

/// A filter without programs passes everything on as it is.
fn off(filter: &str) -> [(String, &'static str); 4] {
    [("clean", ""), ("smudge", ""), ("process", ""), ("required", "false")]
        .map(|(part, value)| (format!("{filter}.{part}"), value))
}

/// The filters among settings: `filter.lfs` of `filter.lfs.clean`.
fn filters(names: &[u8]) -> Vec<String> {
    let names = names.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    let mut filters: Vec<String> =
        names.filter_map(|name| name.rsplit_once('.')).map(|(filter, _)| filter.to_owned()).collect();
    filters.sort_unstable();
    filters.dedup();
    filters
}

/// Reads `git status -z --porcelain=v2 --branch`. What was cut off at the end does not count.
fn parse(status: &[u8]) -> GitView {
    let text = String::from_utf8_lossy(status);
    let mut view = GitView::default();
    let mut commit = "";
    let mut records = text.split_inclusive('\0').filter_map(|record| record.strip_suffix('\0'));
    while let Some(record) = records.next() {
        match record.split_once(' ').unwrap_or_default() {
            ("#", header) => match header.split_once(' ').unwrap_or_default() {
                ("branch.oid", id) => commit = id,
                ("branch.head", "(detached)") => view.detached = Some(commit.chars().take(8).collect()),
                ("branch.head", name) => view.branch = Some(name.to_owned()),
                ("branch.ab", counts) => (view.ahead, view.behind) = distance(counts),
                _ => {}
            },
            ("1" | "u" | "?", _) => view.changed += 1,
            ("2", _) => {
                // The name before the renaming is a record of its own.
                records.next();
                view.changed += 1;
            }
            _ => {}
        }
    }
    view
}

/// `+1 -2`
fn distance(counts: &str) -> (Option<u32>, Option<u32>) {
    let (ahead, behind) = counts.split_once(' ').unwrap_or_default();
    let count = |text: &str, sign| text.strip_prefix(sign)?.parse().ok();
    (count(ahead, '+'), count(behind, '-'))
}

#[cfg(test)]
mod tests;
