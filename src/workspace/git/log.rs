//! Commits of the project, of one path, or of lines of a file: who, when, and the subject.

use std::fmt;

use super::{
    GitError,
    repository::{Repository, bounded, pathspec},
};
use crate::workspace::{RelPath, Workspace, read::cut};

/// Most commits of one question.
const MAX_COMMITS: usize = 200;
/// Most bytes of an author or a subject.
const MAX_TEXT: usize = 300;

/// Without the changes themselves, so that nothing is compared for people.
const LOG: [&str; 10] = [
    "log",
    "-z",
    "-s",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--encoding=UTF-8",
    "--abbrev=8",
    "--format=%h%x00%as%x00%an%x00%s",
];

/// Whose history is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogScope {
    /// All of the project.
    Project,
    /// A file, also under its earlier names, or a folder.
    Path(RelPath),
    /// Lines of a file as they are numbered in the last commit.
    Lines(RelPath, Lines),
}

/// Lines from `first` to `last`, both included, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// The first one.
    pub first: u32,
    /// The last one.
    pub last: u32,
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        match first == last {
            true => write!(f, "{first}"),
            false => write!(f, "{first}-{last}"),
        }
    }
}

impl Lines {
    /// `3,9`, as git takes it, which knows no line 0 and turns the two around by itself.
    pub(super) fn argument(self) -> String {
        format!("-L{},{}", self.first.max(1), self.last.max(1))
    }
}

/// A commit in one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commit {
    /// Its id, shortened.
    pub id: String,
    /// The day it was written, where its author was: `2026-11-22`.
    pub date: String,
    /// Who wrote it.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

impl Commit {
    /// Long names and subjects are cut.
    pub(super) fn new(id: &str, date: &str, author: &str, subject: &str) -> Self {
        let text = |text: &str| cut(text.trim(), MAX_TEXT);
        Self { id: id.to_owned(), date: date.to_owned(), author: text(author), subject: text(subject) }
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, date, author, subject } = self;
        write!(f, "{id} {date} {author}: {subject}")
    }
}

impl Workspace {
    /// The last commits, the newest first, `limit` at most.
    ///
    /// # Errors
    /// There is no repository, no commit, or no such line; git fails or is late.
    pub async fn git_log(&self, scope: &LogScope, limit: usize) -> Result<Vec<Commit>, GitError> {
        bounded(async {
            let repository = Repository::open(self).await?;
            let head = repository.commit("HEAD").await?;
            let most = format!("-n{}", limit.min(MAX_COMMITS));
            let mut arguments = LOG.map(str::to_owned).to_vec();
            arguments.push(most);
            arguments.extend(narrowed(scope, head));
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let said = repository.ask(&arguments).await?.ok_or_else(|| refused(scope))?;
            Ok(parse(&said.text()))
        })
        .await
    }
}

fn narrowed(scope: &LogScope, head: String) -> Vec<String> {
    match scope {
        LogScope::Project => vec![head, "--".to_owned()],
        LogScope::Path(path) => vec!["--follow".to_owned(), head, "--".to_owned(), pathspec(path)],
        LogScope::Lines(path, range) => vec![format!("{}:{path}", range.argument()), head],
    }
}

fn refused(scope: &LogScope) -> GitError {
    match scope {
        LogScope::Lines(path, lines) => GitError::Lines { path: path.to_string(), lines: *lines },
        LogScope::Project | LogScope::Path(_) => GitError::Failed("list commits"),
    }
}

/// Four fields a commit. What was cut off at the end does not count.
fn parse(log: &str) -> Vec<Commit> {
    let fields: Vec<&str> = log.split('\0').collect();
    let commits = fields.chunks_exact(4).map(|fields| match fields {
        [id, date, author, subject] => Commit::new(id, date, author, subject),
        _ => Commit::default(),
    });
    commits.collect()
}

#[cfg(test)]
mod tests {
    fn check(log: &str, expected: &str) {
        let commits: Vec<String> = super::parse(log).iter().map(ToString::to_string).collect();
        assert_eq!(commits.join("; "), expected);
    }

    #[test]
    fn commits_are_read_field_by_field() {
        check("", "");
        check("1a\x002026-01-02\0Ann B\0First: one\0", "1a 2026-01-02 Ann B: First: one");
        check("1a\0d\0A\0s\x002b\0e\0\0\0", "1a d A: s; 2b e : ");
        check("1a\0d\0A\0s\x002b\0cut", "1a d A: s");
    }
}
