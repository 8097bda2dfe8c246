//! A repository that may be asked what goes to a model: it knows the project as its own, its filters
//! are off, and the time is bounded. Revisions are data, and become ids before they are used.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tokio::time::timeout;

use super::{GitError, MAX_OUTPUT, checkout, filters_to_empty, program, run};
use crate::workspace::{RelPath, Workspace};

/// How long one question may take altogether, like other looks of the planner.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest revision.
const MAX_REVISION: usize = 256;

/// The project's repository, ready to be asked.
pub(super) struct Repository<'a> {
    git: PathBuf,
    root: &'a Path,
    filters: Vec<String>,
}

/// What git said.
pub(super) struct Said {
    pub(super) bytes: Vec<u8>,
    pub(super) is_cut: bool,
}

impl Said {
    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Ends a question that takes too long.
pub(super) async fn bounded<T>(question: impl Future<Output = Result<T, GitError>>) -> Result<T, GitError> {
    timeout(PATIENCE, question).await.unwrap_or(Err(GitError::Late { seconds: PATIENCE.as_secs() }))
}

impl<'a> Repository<'a> {
    pub(super) async fn open(workspace: &'a Workspace) -> Result<Self, GitError> {
        let root = workspace.root();
        let place = checkout::find(root).ok_or(GitError::NoRepository)?;
        if !place.is_own {
            return Err(GitError::Elsewhere);
        }
        let git = program(root).ok_or(GitError::NoProgram)?;
        let filters = filters_to_empty(&git, root).await.ok_or(GitError::Unreadable)?;
        let repository = Self { git, root, filters };
        repository.ask(&["rev-parse", "--git-dir"]).await?.ok_or(GitError::Unreadable)?;
        Ok(repository)
    }

    /// `None` when git ends with a failure.
    pub(super) async fn ask(&self, arguments: &[&str]) -> Result<Option<Said>, GitError> {
        let answer = run(&self.git, self.root, arguments, &self.filters).await;
        let (succeeded, bytes) = answer.ok_or(GitError::Unreadable)?;
        Ok(succeeded.then_some(Said { is_cut: bytes.len() as u64 == MAX_OUTPUT, bytes }))
    }

    /// The id of the commit that `revision` names.
    pub(super) async fn commit(&self, revision: &str) -> Result<String, GitError> {
        check(revision)?;
        let named = format!("{revision}^{{commit}}");
        let said = self.ask(&["rev-parse", "--verify", "--quiet", "--end-of-options", &named]).await?;
        match said.map(|said| said.text().trim().to_owned()).filter(|id| is_id(id)) {
            Some(id) => Ok(id),
            None if revision == "HEAD" => Err(GitError::NoCommits),
            None => Err(GitError::NoCommit(revision.to_owned())),
        }
    }

    /// A file that the settings name, relative to the project.
    pub(super) fn named(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }
}

/// Refuses what git could take for an option, for a path or for a search.
fn check(revision: &str) -> Result<(), GitError> {
    let is_odd = |letter: char| letter.is_control() || letter == ':';
    match revision.is_empty()
        || revision.len() > MAX_REVISION
        || revision.starts_with('-')
        || revision.contains(is_odd)
    {
        true => Err(GitError::Revision(revision.chars().take(MAX_REVISION).collect())),
        false => Ok(()),
    }
}

pub(super) fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A path as git takes it where paths may be patterns.
pub(super) fn pathspec(path: &RelPath) -> String {
    format!(":(top,literal){path}")
}

#[cfg(test)]
mod tests {
    fn check(revision: &str, is_taken: bool) {
        assert_eq!(super::check(revision).is_ok(), is_taken, "{revision:?}");
    }

    #[test]
    fn a_revision_is_a_name_and_nothing_else() {
        check("main", true);
        check("HEAD~2", true);
        check("v1.0^", true);
        check("", false);
        check("-p", false);
        check("--output=x", false);
        check("HEAD:secret", false);
        check(":/words", false);
        check("a\nb", false);
        check(&"a".repeat(300), false);
    }
}
