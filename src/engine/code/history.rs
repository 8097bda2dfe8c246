//! The recent commits of the project, kept for as long as the same commit is checked out.

use super::{CodeError, Codebase};

impl Codebase {
    /// The files of the last commits, the newest first; none without git.
    pub(super) async fn commits(&self) -> Result<Vec<Vec<String>>, CodeError> {
        let head = if self.git { self.workspace.git_head().await } else { None };
        let Some(head) = head else {
            return Ok(Vec::new());
        };
        let kept = self.store.indexed_history(self.project, &head).await?;
        if let Some(commits) = kept.and_then(|kept| serde_json::from_str(&kept).ok()) {
            return Ok(commits);
        }
        let commits = self.workspace.git_commits().await.unwrap_or_default();
        let text = serde_json::to_string(&commits).unwrap_or_else(|_| "[]".to_owned());
        self.store.keep_indexed_history(self.project, &head, &text).await?;
        Ok(commits)
    }
}
