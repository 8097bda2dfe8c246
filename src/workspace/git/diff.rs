//! What differs from a commit, as unified text, and which files git does not know yet.

use super::{
    GitError,
    repository::{Repository, bounded, pathspec},
};
use crate::workspace::{
    RelPath, Workspace,
    read::{MAX_LINES, within_bytes},
};

/// Names of untracked files that are told.
const MAX_UNTRACKED: usize = 100;

/// Options that stand for what the repository's settings may say, and keep programs out.
const DIFF: [&str; 12] = [
    "diff",
    "-U3",
    "-M",
    "--no-ext-diff",
    "--no-textconv",
    "--no-color",
    "--no-relative",
    "--ignore-submodules=all",
    "--submodule=short",
    "--inter-hunk-context=0",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];
const UNTRACKED: [&str; 4] = ["ls-files", "-z", "--others", "--exclude-standard"];

/// What to compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffScope {
    /// A branch, tag or commit to compare with; `None` is the one checked out.
    pub base: Option<String>,
    /// Whether what is staged is compared, and not the files as they are.
    pub is_staged: bool,
    /// One file or folder; `None` is the project.
    pub path: Option<RelPath>,
}

/// Differences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitDiff {
    /// Unified text; empty when nothing differs.
    pub text: String,
    /// Whether there is more than is told.
    pub is_cut: bool,
    /// Files that git does not know and does not ignore; none when only what is staged was asked for.
    pub untracked: Vec<String>,
    /// Further ones.
    pub more_untracked: usize,
}

impl Workspace {
    /// What differs from a commit, within the bounds of other reads.
    ///
    /// # Errors
    /// There is no repository or no such commit, or git fails or is late.
    pub async fn git_diff(&self, scope: &DiffScope) -> Result<GitDiff, GitError> {
        bounded(async {
            let repository = Repository::open(self).await?;
            let base = repository.commit(scope.base.as_deref().unwrap_or("HEAD")).await?;
            let paths = self.pathspecs(scope.path.as_ref());
            let diff = compare(&repository, &base, scope.is_staged, &paths).await?;
            match scope.is_staged {
                true => Ok(diff),
                false => with_untracked(&repository, diff, &paths).await,
            }
        })
        .await
    }

    /// What git is to look at. Mira's own state, where it lies inside the project, is not shown.
    fn pathspecs(&self, path: Option<&RelPath>) -> Vec<String> {
        let all = || ":(top)".to_owned();
        let state = self.state.below_root.as_ref().filter(|below| !below.is_empty());
        let state = state.map(|below| format!(":(top,exclude,literal,icase){}", below.join("/")));
        [path.map_or_else(all, pathspec)].into_iter().chain(state).collect()
    }
}

async fn compare(
    repository: &Repository<'_>,
    base: &str,
    is_staged: bool,
    paths: &[String],
) -> Result<GitDiff, GitError> {
    let mut arguments = DIFF.to_vec();
    arguments.extend(is_staged.then_some("--cached"));
    arguments.extend([base, "--"]);
    arguments.extend(paths.iter().map(String::as_str));
    let said = repository.ask(&arguments).await?.ok_or(GitError::Failed("compare"))?;
    let (text, is_cut) = within_bounds(&said.text());
    Ok(GitDiff { text, is_cut: is_cut || said.is_cut, ..GitDiff::default() })
}

/// The beginning of a long text, and whether that is not all.
fn within_bounds(text: &str) -> (String, bool) {
    let lines = within_bytes(text.lines().take(MAX_LINES));
    let is_cut = lines.len() < text.lines().count();
    (lines.iter().map(|line| format!("{line}\n")).collect(), is_cut)
}

async fn with_untracked(
    repository: &Repository<'_>,
    diff: GitDiff,
    paths: &[String],
) -> Result<GitDiff, GitError> {
    let mut arguments = UNTRACKED.to_vec();
    arguments.push("--");
    arguments.extend(paths.iter().map(String::as_str));
    let said = repository.ask(&arguments).await?.ok_or(GitError::Failed("list new files"))?.text();
    let names: Vec<&str> = said.split_terminator('\0').collect();
    let untracked = names.iter().take(MAX_UNTRACKED).map(|name| (*name).to_owned()).collect();
    Ok(GitDiff { untracked, more_untracked: names.len().saturating_sub(MAX_UNTRACKED), ..diff })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::read::MAX_BYTES;

    fn check(text: &str, expected_lines: usize, expected_cut: bool) {
        let (text, is_cut) = within_bounds(text);
        assert_eq!((text.lines().count(), is_cut), (expected_lines, expected_cut));
        assert!(text.len() <= MAX_BYTES);
    }

    #[test]
    fn a_long_diff_is_cut_between_lines() {
        check("", 0, false);
        check("+a\n-b\n", 2, false);
        check(&"+a\n".repeat(MAX_LINES + 1), MAX_LINES, true);
        check(&format!("{}\n", "x".repeat(1023)).repeat(100), 64, true);
    }
}
