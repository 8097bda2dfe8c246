//! Writing and taking back: the only place where the engine touches the user's files. Each change is
//! checked against the disk, journaled, written, and marked as written, in this order; whatever is
//! interrupted in between is brought to an end at the next start.

use std::{sync::Arc, time::Duration};

use tokio::sync::{mpsc, oneshot};

use crate::{
    engine::{EngineError, Shared, review, rewind, undo::Undoing},
    protocol::{
        ArtifactAction, ArtifactId, ArtifactState, ArtifactView, ChangeId, ChangeView, Command, OperationId,
        Reply,
    },
    store::{self, Artifact, Extent, KeptFile, KeptState, NewChange},
    workspace::{
        self, Content, FileState, Halt, ProjectLock, RelPath,
        apply::{ApplyError, Change, ChangedFile, Plan, PlannedWrite, Recovered},
    },
};

/// How long another instance may hold the right to write to this project.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

type Answer = oneshot::Sender<Result<Reply, EngineError>>;

/// Carries out changes one after the other.
pub(crate) async fn run(shared: Arc<Shared>, mut inbox: mpsc::Receiver<(Command, Answer)>) {
    while let Some((command, answer)) = inbox.recv().await {
        let result = match command {
            Command::Apply { artifact_ids } => apply(&shared, &artifact_ids).await,
            Command::ApplyHunks { artifact_id, hunks, expected_hash } => {
                review::apply_hunks(&shared, artifact_id, &hunks, &expected_hash).await
            }
            Command::Reject { artifact_id, hunks, reason } => {
                review::reject(&shared, artifact_id, hunks.as_deref(), reason).await
            }
            Command::Revise { artifact_id, content } => review::revise(&shared, artifact_id, content).await,
            Command::Rebase { artifact_id } => review::rebase(&shared, artifact_id).await,
            Command::Undo { change_id } => undo(&shared, change_id, Extent::Whole).await,
            Command::TakeBack { what } => rewind::take_back(&shared, what).await,
            Command::Rewind { conversation_id, before, what } => {
                rewind::rewind(&shared, conversation_id, before, what).await
            }
            Command::Unrewind { conversation_id } => rewind::unrewind(&shared, conversation_id).await,
            Command::Prompt { .. } | Command::Cancel { .. } | Command::Decide { .. } => {
                Err(EngineError::Internal)
            }
        };
        shared.wake.announce();
        let _ = answer.send(result);
    }
}

/// Brings changes that a killed program left unfinished to an end: wholly old or wholly new.
pub(crate) async fn recover(shared: &Arc<Shared>) -> Result<(), EngineError> {
    let left_open = shared.store.recover_changes(shared.project.id).await?;
    if left_open.is_empty() {
        return Ok(());
    }
    // Another instance that writes right now has temporary files that a recovery would sweep.
    let lock = on_disk(shared, |workspace| Ok(workspace.lock(&Halt::after(LOCK_PATIENCE))?)).await?;
    for unfinished in left_open {
        let id = unfinished.id;
        let files = with_contents(shared, unfinished.files).await?;
        let change = from_journal(shared, files, &unfinished.created_dirs, &unfinished.removed_dirs)?;
        let recovery = on_disk(shared, move |workspace| workspace.recover(&change)).await?;
        match recovery.outcome {
            Recovered::Before => shared.store.abort_change(id).await?,
            Recovered::After => drop(shared.store.finish_change(id).await?),
        }
        if !recovery.left_alone.is_empty() {
            tracing::warn!(change = %id, files = ?recovery.left_alone, "changed by others since the crash: left alone");
        }
    }
    drop(lock);
    Ok(())
}

async fn apply(shared: &Arc<Shared>, ids: &[ArtifactId]) -> Result<Reply, EngineError> {
    let artifacts = shared.store.artifacts_by_id(ids).await?;
    artifacts.iter().try_for_each(|artifact| check_waiting(shared, artifact))?;
    let Some(operation) = artifacts.last().map(|artifact| artifact.operation_id) else {
        return Err(EngineError::NotFound("There is nothing to write.".to_owned()));
    };
    artifacts.iter().try_for_each(review::check_no_conflicts)?;
    let rebasable: Vec<Rebasable> = artifacts.iter().filter_map(Rebasable::of).collect();
    let (mut writes, mut origins) =
        (Vec::with_capacity(artifacts.len()), Vec::with_capacity(artifacts.len()));
    for artifact in artifacts {
        let id = artifact.view.artifact_id;
        let planned = planned(shared, artifact).await?;
        origins.extend(planned.iter().map(|_| Some(id)));
        writes.extend(planned);
    }
    let plan = Plan { writes, remove_dirs: Vec::new() };
    let order = Order { plan, operation, undoes: None, origins, extent: Extent::Whole };
    let change = carry_out(shared, order).await.map_err(|error| with_rebase(error, &rebasable))?;
    Ok(Reply::Applied { change })
}

/// A proposal that can be merged with what is on disk, remembered while its content is written. What is
/// deleted or renamed is no such proposal.
pub(crate) struct Rebasable {
    id: ArtifactId,
    path: String,
}

impl Rebasable {
    pub(crate) fn of(artifact: &Artifact) -> Option<Self> {
        let ArtifactView { artifact_id, path, action, .. } = &artifact.view;
        (*action == ArtifactAction::Write).then(|| Self { id: *artifact_id, path: path.clone() })
    }
}

/// Says how to go on where files have changed since they were proposed.
pub(crate) fn with_rebase(error: EngineError, proposals: &[Rebasable]) -> EngineError {
    let EngineError::Stale { sentence, paths } = error else { return error };
    let stale = proposals.iter().filter(|proposal| paths.contains(&proposal.path));
    let ways: Vec<String> = stale.map(|proposal| format!("mira artifacts rebase {}", proposal.id)).collect();
    let sentence = match ways.is_empty() {
        true => sentence,
        false => format!("{sentence}, or merge the proposal with what is there: {}", ways.join(", ")),
    };
    EngineError::Stale { sentence, paths }
}

/// A proposal of this project that still waits.
pub(crate) async fn waiting(shared: &Shared, id: ArtifactId) -> Result<Artifact, EngineError> {
    let artifact = shared.store.artifact(id).await?;
    check_waiting(shared, &artifact)?;
    Ok(artifact)
}

fn check_waiting(shared: &Shared, artifact: &Artifact) -> Result<(), EngineError> {
    if artifact.project_id != shared.project.id {
        let path = &artifact.view.path;
        return Err(EngineError::Conflict(format!(
            "{path} was proposed for another project; run mira there."
        )));
    }
    match artifact.view.state {
        ArtifactState::Pending => Ok(()),
        state => {
            let path = &artifact.view.path;
            Err(EngineError::Conflict(format!(
                "The proposal for {path} does not wait any more: it is {state}."
            )))
        }
    }
}

/// What an artifact wants of the disk: one file, or for a rename two.
async fn planned(shared: &Shared, artifact: Artifact) -> Result<Vec<PlannedWrite>, EngineError> {
    let view = artifact.view;
    let write = PlannedWrite {
        path: write_path(shared, &view.path)?,
        expected_before: view.base_hash,
        content: Some(Content::known(view.content.into_bytes(), view.content_hash)),
        mode: None,
    };
    Ok(match view.action {
        ArtifactAction::Write => vec![write],
        ArtifactAction::Delete => vec![PlannedWrite { content: None, ..write }],
        ArtifactAction::Rename { from } => {
            let from = write_path(shared, &from)?;
            let mode = mode(shared, from.clone()).await?;
            let expected_before = write.expected_before.clone();
            let gone = PlannedWrite { path: from, expected_before, content: None, mode: None };
            vec![gone, PlannedWrite { expected_before: None, mode, ..write }]
        }
    })
}

/// Where a proposal may be written.
pub(crate) fn write_path(shared: &Shared, path: &str) -> Result<RelPath, EngineError> {
    shared.workspace.write_path(path).map_err(|refusal| EngineError::Files(refusal.to_string()))
}

/// The permission bits that a file takes along to its new name.
async fn mode(shared: &Shared, path: RelPath) -> Result<Option<u32>, EngineError> {
    let state = on_disk(shared, move |workspace| Ok(workspace.target_state(&path)?)).await?;
    Ok(state.and_then(|state| state.mode).map(|mode| mode & 0o777))
}

/// Takes one change back; `extent` is the whole of it, perhaps with turns that come back with it.
pub(crate) async fn undo(shared: &Arc<Shared>, id: ChangeId, extent: Extent) -> Result<Reply, EngineError> {
    let done = shared.store.change(id).await?;
    if done.project_id != shared.project.id {
        return Err(EngineError::Conflict(format!(
            "That change was made in another project ({}).",
            done.root
        )));
    }
    let operation = done.operation_id;
    let undoing = Undoing::of(shared, vec![done]).await?;
    let order = Order {
        plan: undoing.plan(&shared.workspace)?,
        operation,
        undoes: Some(id),
        origins: undoing.origins(),
        extent,
    };
    Ok(Reply::Applied { change: carry_out(shared, order).await? })
}

/// Files to write, and what the journal keeps of the reason.
pub(crate) struct Order {
    pub(crate) plan: Plan,
    /// In whose stream it is told.
    pub(crate) operation: OperationId,
    /// The change that it takes back; of several the newest.
    pub(crate) undoes: Option<ChangeId>,
    /// The artifact behind each file of the plan.
    pub(crate) origins: Vec<Option<ArtifactId>>,
    pub(crate) extent: Extent,
}

/// Check, journal, write, mark. The project's lock is held from the check to the mark.
pub(crate) async fn carry_out(shared: &Arc<Shared>, order: Order) -> Result<ChangeView, EngineError> {
    let Order { plan, operation, undoes, origins, extent } = order;
    let (lock, change) = on_disk(shared, move |workspace| {
        let lock = workspace.lock(&Halt::after(LOCK_PATIENCE))?;
        let change = workspace.prepare(plan)?;
        Ok::<(ProjectLock, Change), ApplyError>((lock, change))
    })
    .await?;
    let id = ChangeId::new(&shared.ids);
    let new = NewChange {
        id,
        project_id: shared.project.id,
        operation_id: operation,
        undoes,
        created_dirs: spelled(&change.created_dirs),
        removed_dirs: spelled(&change.removed_dirs),
        extent,
        files: change.files.into_iter().zip(origins).map(|(file, origin)| to_journal(file, origin)).collect(),
    };
    shared.store.begin_change(&new).await?;
    let written = match from_journal(shared, new.files, &new.created_dirs, &new.removed_dirs) {
        Ok(change) => on_disk(shared, move |workspace| workspace.commit(&change)).await,
        Err(refusal) => Err(refusal),
    };
    match written {
        Ok(()) => {
            let (change, _) = shared.store.finish_change(id).await?;
            drop(lock);
            Ok(change)
        }
        // What could not be put back stays journaled, for the next start.
        Err(error @ EngineError::HalfWritten(_)) => Err(error),
        Err(error) => {
            shared.store.abort_change(id).await?;
            Err(error)
        }
    }
}

/// Blocking work on the project's files, away from the loop.
async fn on_disk<T: Send + 'static>(
    shared: &Shared,
    work: impl FnOnce(&workspace::Workspace) -> Result<T, ApplyError> + Send + 'static,
) -> Result<T, EngineError> {
    let workspace = Arc::clone(&shared.workspace);
    let done = tokio::task::spawn_blocking(move || work(&workspace)).await;
    done.map_err(|_| EngineError::Internal)?.map_err(|error| match error {
        ApplyError::Conflict(ref files) => EngineError::Stale {
            paths: files.iter().map(|file| file.path.to_string()).collect(),
            sentence: error.to_string(),
        },
        ApplyError::Twice(_) => EngineError::Conflict(error.to_string()),
        ApplyError::File(_) => EngineError::Files(error.to_string()),
        ApplyError::HalfWay { .. } => EngineError::HalfWritten(error.to_string()),
    })
}

fn spelled(dirs: &[RelPath]) -> Vec<String> {
    dirs.iter().map(RelPath::to_string).collect()
}

/// Files of the journal with what they are made of.
async fn with_contents(
    shared: &Shared,
    files: Vec<KeptFile>,
) -> Result<Vec<store::ChangedFile>, EngineError> {
    let states = files.iter().flat_map(|file| [&file.before, &file.after]).flatten();
    let contents = shared.store.contents(&states.map(|state| state.hash.clone()).collect()).await?;
    let state = |kept: KeptState| {
        let content = contents.get(&kept.hash)?.clone();
        Some(FileState { content, mode: kept.mode })
    };
    let file = |file: KeptFile| store::ChangedFile {
        path: file.path,
        artifact_id: file.artifact_id,
        before: file.before.and_then(state),
        after: file.after.and_then(state),
    };
    Ok(files.into_iter().map(file).collect())
}

/// The journal's form of a file.
fn to_journal(file: ChangedFile, artifact_id: Option<ArtifactId>) -> store::ChangedFile {
    let ChangedFile { path, before, after } = file;
    store::ChangedFile { path: path.to_string(), artifact_id, before, after }
}

fn from_journal(
    shared: &Shared,
    files: Vec<store::ChangedFile>,
    created_dirs: &[String],
    removed_dirs: &[String],
) -> Result<Change, EngineError> {
    let path = |text: &String| {
        shared.workspace.path(text).map_err(|refusal| EngineError::Files(refusal.to_string()))
    };
    let file = |file: store::ChangedFile| {
        Ok(ChangedFile { path: path(&file.path)?, before: file.before, after: file.after })
    };
    Ok(Change {
        files: files.into_iter().map(file).collect::<Result<_, EngineError>>()?,
        created_dirs: created_dirs.iter().map(path).collect::<Result<_, _>>()?,
        removed_dirs: removed_dirs.iter().map(path).collect::<Result<_, _>>()?,
    })
}
