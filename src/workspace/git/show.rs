//! A file as it was in a commit.

use super::{
    GitError,
    repository::{Repository, bounded},
};
use crate::workspace::{
    RelPath, Workspace,
    read::{TextSlice, slice},
};

impl Workspace {
    /// Up to `count` lines from `first_line` (counted from 1) on of a file in a commit, within the bounds of
    /// [`Workspace::read_text`]. The content is as it is stored: no filter sees it.
    ///
    /// # Errors
    /// There is no repository, no such commit, no text file in it; git fails or is late.
    pub async fn git_show_file(
        &self,
        path: &RelPath,
        commit: &str,
        first_line: usize,
        count: usize,
    ) -> Result<TextSlice, GitError> {
        bounded(async {
            let repository = Repository::open(self).await?;
            let id = repository.commit(commit).await?;
            let said = repository.ask(&["cat-file", "blob", &format!("{id}:{path}")]).await?;
            match said {
                None => Err(GitError::NotThere { path: path.to_string(), commit: commit.to_owned() }),
                Some(said) if said.is_cut => Err(GitError::TooLarge { path: path.to_string() }),
                Some(said) => Ok(slice(path, &said.bytes, first_line, count)?),
            }
        })
        .await
    }
}
