//! Asks the engine about a proposal and carries decisions about it to the engine.

use crate::{
    engine::{EngineError, EngineHandle},
    protocol::{ArtifactId, Command, Reply},
    tui::app::{Found, Input, OnArtifact},
};

use super::{done, found};

/// Carries out what is wanted of an artifact.
pub(super) async fn ask(
    engine: &EngineHandle,
    artifact_id: ArtifactId,
    wanted: OnArtifact,
) -> Result<Input, EngineError> {
    Ok(match wanted {
        OnArtifact::Look => look(engine, artifact_id).await,
        OnArtifact::Part(hunks) => found(Found::Part(engine.part(artifact_id, &hunks).await?)),
        OnArtifact::WriteHunks { hunks, hash } => {
            let write = Command::ApplyHunks { artifact_id, hunks, expected_hash: hash };
            return self::write(engine, write).await;
        }
        OnArtifact::Reject { hunks, reason } => {
            done(engine.send(Command::Reject { artifact_id, hunks, reason }).await?)
        }
        OnArtifact::Revise(content) => {
            done(engine.send(Command::Revise { artifact_id, content }).await?);
            Input::Done(Some("your version waits in the place of the proposal".to_owned()))
        }
        OnArtifact::Rebase => rebase(engine, artifact_id).await?,
    })
}

/// A proposal that cannot be looked at is shown as it was told; deciding about it says what is wrong.
async fn look(engine: &EngineHandle, artifact_id: ArtifactId) -> Input {
    match engine.review(artifact_id).await {
        Ok(view) => found(Found::Review(Box::new(view))),
        Err(_) => Input::Done(None),
    }
}

/// Writes. Where files have changed since they were proposed, the screen has its own way on.
pub(super) async fn write(engine: &EngineHandle, command: Command) -> Result<Input, EngineError> {
    match engine.send(command).await {
        Err(EngineError::Stale { paths, .. }) => Ok(found(Found::Stale(paths))),
        other => other.map(done),
    }
}

async fn rebase(engine: &EngineHandle, artifact_id: ArtifactId) -> Result<Input, EngineError> {
    Ok(match engine.send(Command::Rebase { artifact_id }).await? {
        Reply::Revised { artifact } => {
            found(Found::Merged(Box::new(engine.review(artifact.artifact_id).await?)))
        }
        other => done(other),
    })
}
