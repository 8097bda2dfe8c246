//! Decisions about a waiting proposal that are more than yes or no: some of its hunks, the user's own text in
//! its place, a merge with a file that has changed meanwhile.

use std::sync::Arc;

use crate::{
    engine::{
        EngineError, Shared, artifacts,
        changes::{self, Order, Rebasable},
    },
    protocol::{ArtifactId, ArtifactView, LineRange, Reply},
    store::{self, Artifact, Dropped, Extent, NewArtifact},
    workspace::{
        FileState,
        apply::{Plan, PlannedWrite},
        content_hash,
        diff::diff,
        merge::merge,
        text,
    },
};

use super::{Proposal, hunks, on_disk};

/// Who made a version that no model wrote.
const USER: &str = "user";

/// Refuses to write a whole proposal that would replace the user's own later edits unseen.
pub(crate) fn check_no_conflicts(artifact: &Artifact) -> Result<(), EngineError> {
    let ArtifactView { path, artifact_id, .. } = &artifact.view;
    match artifact.conflicts.len() {
        0 => Ok(()),
        count => Err(EngineError::Conflict(format!(
            "The proposal for {path} replaces lines that you have edited, in {count} place{}. Look at its hunks \
             (mira artifacts show {artifact_id}) and name those to write (apply {artifact_id} --hunks …).",
            if count == 1 { "" } else { "s" }
        ))),
    }
}

/// Writes the chosen hunks, if the file with them is what the user was shown.
pub(crate) async fn apply_hunks(
    shared: &Arc<Shared>,
    id: ArtifactId,
    chosen: &[u32],
    expected: &str,
) -> Result<Reply, EngineError> {
    changes::waiting(shared, id).await?;
    let proposal = Proposal::load_parts(shared, id).await?;
    let taken = proposal.checked(chosen)?;
    let ArtifactView { path, base_hash, .. } = &proposal.artifact.view;
    if taken.is_empty() {
        return Err(EngineError::NotFound(format!(
            "No hunk of {path} was chosen. To turn it down, reject it."
        )));
    }
    let content = proposal.with(&taken);
    if content_hash(content.as_bytes()) != expected {
        return Err(EngineError::Conflict(format!(
            "{path} with these hunks is not what was shown. Look again."
        )));
    }
    let write = PlannedWrite {
        path: changes::write_path(shared, path)?,
        expected_before: base_hash.clone(),
        content: Some(content.into()),
        mode: None,
    };
    let order = Order {
        plan: Plan { writes: vec![write], remove_dirs: Vec::new() },
        operation: proposal.artifact.operation_id,
        undoes: None,
        origins: vec![Some(id)],
        extent: extent(&proposal, taken),
    };
    let done = changes::carry_out(shared, order).await;
    let change =
        done.map_err(|error| changes::with_rebase(error, Rebasable::of(&proposal.artifact).as_slice()))?;
    Ok(Reply::Applied { change })
}

fn extent(proposal: &Proposal, taken: Vec<u32>) -> Extent {
    let others = hunks::others(&proposal.diff.hunks, &taken);
    match others.is_empty() {
        true => Extent::Whole,
        false => Extent::Hunks { taken, dropped: dropped(proposal, others, None) },
    }
}

fn dropped(proposal: &Proposal, hunks: Vec<u32>, reason: Option<String>) -> Dropped {
    Dropped { text: hunks::unified(&proposal.diff, &hunks), hunks, reason }
}

/// Turns a proposal down, or some of its hunks: then the others wait as its next version.
pub(crate) async fn reject(
    shared: &Shared,
    id: ArtifactId,
    chosen: Option<&[u32]>,
    reason: Option<String>,
) -> Result<Reply, EngineError> {
    changes::waiting(shared, id).await?;
    let reason = reason.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    let Some(chosen) = chosen else { return reject_all(shared, id, reason).await };
    let proposal = Proposal::load_parts(shared, id).await?;
    let chosen = proposal.checked(chosen)?;
    if chosen.is_empty() {
        return Err(EngineError::NotFound("No hunk was chosen.".to_owned()));
    }
    let left = hunks::others(&proposal.diff.hunks, &chosen);
    if left.is_empty() {
        return reject_all(shared, id, reason).await;
    }
    let content = proposal.with(&left);
    let Proposal { base, artifact, .. } = &proposal;
    let new = version(shared, artifact, base.clone(), content, artifact.conflicts.clone()).await;
    replace(shared, id, new, Some(&dropped(&proposal, chosen, reason))).await
}

async fn reject_all(shared: &Shared, id: ArtifactId, reason: Option<String>) -> Result<Reply, EngineError> {
    shared.store.reject_artifact(id, reason.as_deref()).await?;
    Ok(Reply::Done)
}

/// Puts the user's own text in the place of a proposal. What it replaces, it replaces knowingly.
pub(crate) async fn revise(shared: &Shared, id: ArtifactId, content: String) -> Result<Reply, EngineError> {
    changes::waiting(shared, id).await?;
    let Proposal { artifact, base, .. } = Proposal::load_parts(shared, id).await?;
    if base.as_ref() == Some(&content) {
        let path = &artifact.view.path;
        return Err(EngineError::Conflict(format!(
            "{path} would stay as it is. To turn the proposal down, reject it."
        )));
    }
    let new = version(shared, &artifact, base, content, Vec::new()).await;
    replace(shared, id, new, None).await
}

/// Brings a proposal together with the file as it is now.
pub(crate) async fn rebase(shared: &Shared, id: ArtifactId) -> Result<Reply, EngineError> {
    changes::waiting(shared, id).await?;
    let Proposal { artifact, base, .. } = Proposal::load_parts(shared, id).await?;
    let path = &artifact.view.path;
    let disk = on_disk(shared, &artifact.view).await?;
    if disk.as_ref().map(FileState::hash) == artifact.view.base_hash {
        let sentence = format!("{path} is as the proposal expects it: there is nothing to merge.");
        return Err(EngineError::Conflict(sentence));
    }
    let disk = disk.map(|state| exact_text(path, &state)).transpose()?;
    let (content, conflicts) = merged(base.as_deref(), disk.as_deref(), &artifact);
    if disk.as_ref() == Some(&content) {
        let sentence = format!("{path} holds what is proposed already; the proposal can be turned down.");
        return Err(EngineError::Conflict(sentence));
    }
    let new = version(shared, &artifact, disk, content, conflicts).await;
    replace(shared, id, new, None).await
}

fn exact_text(path: &str, state: &FileState) -> Result<String, EngineError> {
    text::decode(&state.content).map_err(|why| EngineError::Files(format!("{path} {why}")))?;
    Ok(String::from_utf8_lossy(&state.content).into_owned())
}

/// The merged text, and the lines of the file on disk that it takes from the proposal against the user's
/// edit. A file that was deleted is proposed anew, which is such a place as well.
fn merged(base: Option<&str>, disk: Option<&str>, artifact: &Artifact) -> (String, Vec<LineRange>) {
    let proposal = &artifact.view.content;
    let Some(disk) = disk else { return (proposal.clone(), vec![LineRange { start: 1, len: 0 }]) };
    let merged = merge(base.unwrap_or_default(), disk, proposal);
    (merged.content, merged.conflicts.iter().map(|conflict| conflict.lines).collect())
}

async fn replace(
    shared: &Shared,
    old: ArtifactId,
    new: NewArtifact,
    dropped: Option<&Dropped>,
) -> Result<Reply, EngineError> {
    let artifact = shared.store.replace_artifact(old, &new, dropped).await?;
    Ok(Reply::Revised { artifact: Box::new(artifact.view) })
}

/// The next version of a proposal.
async fn version(
    shared: &Shared,
    old: &Artifact,
    base: Option<String>,
    content: String,
    conflicts: Vec<LineRange>,
) -> NewArtifact {
    let view = &old.view;
    let difference = diff(&view.path, base.as_deref(), Some(&content));
    NewArtifact {
        id: ArtifactId::new(&shared.ids),
        operation_id: old.operation_id,
        path: view.path.clone(),
        action: view.action.clone(),
        kind: view.kind,
        language: view.language.clone(),
        base: base.clone().map(String::into_bytes),
        conflicts,
        diff: difference.to_string(),
        added: difference.added,
        removed: difference.removed,
        is_new_file: difference.is_new,
        previous_artifact_id: Some(view.artifact_id),
        diff_from_previous: Some(diff(&view.path, Some(&view.content), Some(&content)).to_string()),
        syntax_errors: artifacts::syntax_errors(&view.path, base, &content).await,
        content,
        origin: store::Origin { generated_by: Some(USER.to_owned()), ..store::Origin::default() },
    }
}
