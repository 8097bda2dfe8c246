//! Looking at a proposal before deciding about it: its hunks, some of them as they would be written, the file
//! on disk beside it. Decisions are commands; `decisions` carries them out.

use std::sync::Arc;

use crate::{
    engine::{EngineError, EngineHandle, Shared},
    protocol::{ArtifactAction, ArtifactId, ArtifactView, DiskState, FileDiff, PartView, ReviewView},
    store::Artifact,
    workspace::{FileState, content_hash, merge::merge},
};

mod decisions;
mod hunks;

pub(crate) use decisions::{apply_hunks, check_no_conflicts, rebase, reject, revise};

impl EngineHandle {
    /// A proposal with its hunks, the text it was made against, and the file as it is now.
    ///
    /// # Errors
    /// There is no such artifact; its text or its file cannot be read.
    pub async fn review(&self, artifact: ArtifactId) -> Result<ReviewView, EngineError> {
        let shared = &self.shared;
        let Proposal { artifact, base, diff } = Proposal::load(shared, artifact).await?;
        let disk = on_disk(shared, &artifact.view).await?;
        let disk = compared(&artifact.view, base.as_deref(), disk.as_ref());
        let conflicts = hunks::touching(&diff.hunks, &artifact.conflicts);
        Ok(ReviewView { artifact: artifact.view, base, hunks: diff, conflicts, disk })
    }

    /// The file with some hunks of a proposal and without the others: what `apply_hunks` would write.
    ///
    /// # Errors
    /// There is no such artifact or hunk; the text it was made against cannot be read.
    pub async fn part(&self, artifact: ArtifactId, hunks: &[u32]) -> Result<PartView, EngineError> {
        let proposal = Proposal::load_parts(&self.shared, artifact).await?;
        let hunks = proposal.checked(hunks)?;
        let content = proposal.with(&hunks);
        Ok(PartView { artifact_id: artifact, hash: content_hash(content.as_bytes()), hunks, content })
    }
}

/// A proposal as it is reviewed.
struct Proposal {
    artifact: Artifact,
    base: Option<String>,
    /// As it was shown and stored: a newer Mira may compare otherwise and number the hunks differently.
    diff: FileDiff,
}

impl Proposal {
    async fn load(shared: &Shared, id: ArtifactId) -> Result<Self, EngineError> {
        let artifact = shared.store.artifact(id).await?;
        let base = shared.store.base_text(&artifact.view).await?;
        let diff = FileDiff::parse(&artifact.view.diff).map_err(|_| {
            let path = &artifact.view.path;
            EngineError::Conflict(format!("The proposal for {path} is one whole: it has no hunks."))
        })?;
        Ok(Self { artifact, base, diff })
    }

    /// The same for a decision about less than the whole, or for a change of it.
    async fn load_parts(shared: &Shared, id: ArtifactId) -> Result<Self, EngineError> {
        let proposal = Self::load(shared, id).await?;
        let ArtifactView { path, action, .. } = &proposal.artifact.view;
        let would = match action {
            ArtifactAction::Write => return Ok(proposal),
            ArtifactAction::Delete => format!("{path} would be deleted"),
            ArtifactAction::Rename { from } => format!("{from} would be renamed to {path}"),
        };
        Err(EngineError::Conflict(format!("{would}: that is decided as a whole.")))
    }

    /// The chosen hunks, in order.
    fn checked(&self, chosen: &[u32]) -> Result<Vec<u32>, EngineError> {
        hunks::checked(&self.diff.hunks, chosen).map_err(EngineError::NotFound)
    }

    /// The file with the chosen hunks and without the others.
    fn with(&self, chosen: &[u32]) -> String {
        hunks::take(self.base.as_deref().unwrap_or_default(), &self.diff.hunks, chosen)
    }
}

/// The file that a proposal was made against, as it is now.
async fn on_disk(shared: &Shared, view: &ArtifactView) -> Result<Option<FileState>, EngineError> {
    let files = |why: String| EngineError::Files(why);
    let path = shared.workspace.write_path(view.base_path()).map_err(|refusal| files(refusal.to_string()))?;
    let workspace = Arc::clone(&shared.workspace);
    let read = tokio::task::spawn_blocking(move || workspace.target_state(&path)).await;
    read.map_err(|_| EngineError::Internal)?.map_err(|refusal| files(refusal.to_string()))
}

fn compared(view: &ArtifactView, base: Option<&str>, disk: Option<&FileState>) -> DiskState {
    match (base, disk) {
        (None, None) => DiskState::Same,
        (Some(_), Some(disk)) if Some(disk.hash()) == view.base_hash => DiskState::Same,
        (None, Some(_)) => DiskState::Appeared,
        (Some(_), None) => DiskState::Missing,
        (Some(base), Some(disk)) => {
            let disk = String::from_utf8_lossy(&disk.content);
            DiskState::Changed { merged: merge(base, &disk, &view.content) }
        }
    }
}
