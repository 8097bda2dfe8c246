//! What the planner may ask git: what differs, what was changed lately, who wrote a line and why.
//! Read-only, bounded, and of the disk and its history only: proposals are not committed.

use serde::Deserialize;

use super::arguments;
use crate::{
    engine::Shared,
    llm::ToolCall,
    workspace::{
        RelPath, Workspace,
        git::{BlameGroup, Commit, DiffScope, GitDiff, GitError, Lines, LogScope},
    },
};

/// How the names of these tools begin, by which they are left out where git is not to be asked.
pub(super) const PREFIX: &str = "git_";

/// Commits in one answer.
const MAX_COMMITS: usize = 30;
/// Most lines that one call asks about.
const MAX_LINES: u32 = 1000;

/// A question to git.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum GitCall {
    Diff(Diff),
    Log(Log),
    Blame(Blame),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Diff {
    path: Option<String>,
    base: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Log {
    path: Option<String>,
    start_line: Option<u32>,
    end_line: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub(crate) struct Blame {
    path: String,
    start_line: u32,
    end_line: u32,
}

impl GitCall {
    /// Understands a call of one of these tools.
    pub(super) fn parse(call: &ToolCall) -> Result<Self, String> {
        match call.name.as_str() {
            "git_diff" => arguments(call).map(Self::Diff),
            "git_log" => arguments(call).map(Self::Log),
            _ => arguments(call).map(Self::Blame),
        }
    }

    /// One line for people on what is asked.
    pub(super) fn summary(&self) -> String {
        match self {
            Self::Diff(Diff { path, base }) => {
                let base = base.as_deref().map(|base| format!(" against {base}")).unwrap_or_default();
                format!("git diff{}{base}", after(path.as_deref()))
            }
            Self::Log(Log { path, start_line, end_line }) => {
                let lines =
                    range(*start_line, *end_line).map(|lines| format!(":{lines}")).unwrap_or_default();
                format!("git log{}{lines}", after(path.as_deref()))
            }
            Self::Blame(Blame { path, start_line, end_line }) => {
                format!("git blame {path}:{}", lines(*start_line, *end_line))
            }
        }
    }
}

fn after(path: Option<&str>) -> String {
    path.map(|path| format!(" {path}")).unwrap_or_default()
}

/// The lines that are meant, where any are: one alone when only one end is named.
fn range(start: Option<u32>, end: Option<u32>) -> Option<Lines> {
    let first = start.or(end)?;
    Some(lines(first, end.unwrap_or(first)))
}

fn lines(first: u32, last: u32) -> Lines {
    let first = first.max(1);
    Lines { first, last: last.clamp(first, first.saturating_add(MAX_LINES - 1)) }
}

/// Asks git. Both results are text for the model.
pub(super) async fn run(shared: &Shared, call: GitCall) -> Result<String, String> {
    if !shared.setup().settings.workspace.git {
        return Err(GitError::Off.to_string());
    }
    let workspace = &shared.workspace;
    match call {
        GitCall::Diff(diff) => differences(workspace, diff).await,
        GitCall::Log(log) => commits(workspace, log).await,
        GitCall::Blame(blame) => authors(workspace, blame).await,
    }
}

async fn differences(workspace: &Workspace, diff: Diff) -> Result<String, String> {
    let path = place(workspace, diff.path.as_deref())?;
    let scope = DiffScope { base: given(diff.base), is_staged: false, path };
    workspace.git_diff(&scope).await.map(|diff| told(&diff)).map_err(sentence)
}

fn told(diff: &GitDiff) -> String {
    let mut text = diff.text.clone();
    if diff.is_cut {
        text.push_str("[there is more; name a path]\n");
    }
    for name in &diff.untracked {
        text.push_str(&format!("new, not known to git: {name}\n"));
    }
    if diff.more_untracked > 0 {
        text.push_str(&format!("[{} more new files]\n", diff.more_untracked));
    }
    if text.is_empty() { "nothing differs".to_owned() } else { text }
}

async fn commits(workspace: &Workspace, log: Log) -> Result<String, String> {
    let path = place(workspace, log.path.as_deref())?;
    let scope = match (path, range(log.start_line, log.end_line)) {
        (None, Some(_)) => return Err("lines were named without their file; name the path too".to_owned()),
        (None, None) => LogScope::Project,
        (Some(path), None) => LogScope::Path(path),
        (Some(path), Some(lines)) => LogScope::Lines(path, lines),
    };
    workspace.git_log(&scope, MAX_COMMITS).await.map(|commits| listed(&commits)).map_err(sentence)
}

fn listed(commits: &[Commit]) -> String {
    let mut text: String = commits.iter().map(|commit| format!("{commit}\n")).collect();
    match commits.len() {
        0 => text.push_str("no commits: git does not know this path"),
        MAX_COMMITS => text.push_str("[older ones are left out]\n"),
        _ => {}
    }
    text
}

async fn authors(workspace: &Workspace, blame: Blame) -> Result<String, String> {
    let path = workspace.path(&blame.path).map_err(|refusal| refusal.to_string())?;
    let lines = lines(blame.start_line, blame.end_line);
    let groups = workspace.git_blame(&path, lines).await.map_err(sentence)?;
    Ok(groups.iter().map(authored).collect())
}

/// `3-9 1a2b3c4d 2026-11-22 Ann: subject`
fn authored(group: &BlameGroup) -> String {
    match &group.commit {
        Some(commit) => format!("{} {commit}\n", group.lines),
        None => format!("{} not committed yet\n", group.lines),
    }
}

/// A file or folder; nothing is the project.
fn place(workspace: &Workspace, path: Option<&str>) -> Result<Option<RelPath>, String> {
    workspace.folder(path.unwrap_or_default()).map_err(|refusal| refusal.to_string())
}

/// Models write nothing for what they leave open, too.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

// By value, as `map_err` hands it over.
fn sentence(error: GitError) -> String {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: Option<u32>, end: Option<u32>, expected: &str) {
        assert_eq!(range(start, end).map(|lines| lines.to_string()).unwrap_or_default(), expected);
    }

    #[test]
    fn lines_are_taken_as_they_are_meant() {
        check(None, None, "");
        check(Some(3), None, "3");
        check(None, Some(3), "3");
        check(Some(3), Some(9), "3-9");
        check(Some(0), Some(0), "1");
        check(Some(9), Some(3), "9");
        check(Some(1), Some(u32::MAX), "1-1000");
    }

    #[test]
    fn a_diff_is_told_with_what_it_leaves_out() {
        assert_eq!(told(&GitDiff::default()), "nothing differs");
        let text = "+a\n".to_owned();
        let diff = GitDiff { text, is_cut: true, untracked: vec!["b".to_owned()], more_untracked: 2 };
        let expected = "+a\n[there is more; name a path]\nnew, not known to git: b\n[2 more new files]\n";
        assert_eq!(told(&diff), expected);
    }
}
