//! The recent commits as lists of files: what was changed lately, and what changes together.
//!
//! Like the status this runs nothing of the project's making: signatures, external diffs and
//! conversions, whose programs a repository's configuration could name, are switched off.

use tokio::time::timeout;

use super::{TIME, program, run};
use crate::workspace::Workspace;

/// Commits that are looked at.
const COMMITS: usize = 400;

/// Between commits in what git is asked to print.
const MARK: char = '\u{1}';

const HEAD: [&str; 4] = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
const LOG: [&str; 10] = [
    "log",
    "-z",
    "-n400",
    "--no-merges",
    "--name-only",
    "--no-renames",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--format=%x01",
];

impl Workspace {
    /// The id of the commit that is checked out; `None` where there is none, or no git.
    pub async fn git_head(&self) -> Option<String> {
        self.root().join(".git").symlink_metadata().ok()?;
        let said = timeout(TIME, self.ask(&HEAD)).await.ok()??;
        Some(String::from_utf8_lossy(&said).trim().to_owned()).filter(|head| !head.is_empty())
    }

    /// The files of the last commits, the newest first; merges do not count. `None` when git cannot tell.
    pub async fn git_commits(&self) -> Option<Vec<Vec<String>>> {
        self.root().join(".git").symlink_metadata().ok()?;
        let said = timeout(TIME, self.ask(&LOG)).await.ok()??;
        Some(parse(&String::from_utf8_lossy(&said)))
    }

    async fn ask(&self, arguments: &[&str]) -> Option<Vec<u8>> {
        let git = program(self.root())?;
        let (succeeded, said) = run(&git, self.root(), arguments, &[]).await?;
        succeeded.then_some(said)
    }
}

fn parse(log: &str) -> Vec<Vec<String>> {
    let files = |commit: &str| -> Vec<String> {
        let names = commit.split(['\0', '\n']).filter(|name| !name.is_empty());
        names.map(str::to_owned).collect()
    };
    log.split(MARK).skip(1).map(files).take(COMMITS).collect()
}

#[cfg(test)]
mod tests {
    fn check(log: &str, expected: &str) {
        let commits: Vec<String> = super::parse(log).iter().map(|files| files.join(" ")).collect();
        assert_eq!(commits.join(", "), expected);
    }

    #[test]
    fn commits_are_lists_of_files() {
        check("", "");
        check("\u{1}\0\na.rs\0src/b c.rs\0\u{1}\0\na.rs\0", "a.rs src/b c.rs, a.rs");
        check("\u{1}\0\u{1}\0\na.rs\0", ", a.rs");
    }
}
