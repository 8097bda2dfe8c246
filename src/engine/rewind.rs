//! Taking back more, or less, than one change: an artifact, an operation, or everything since a point of a
//! conversation. Files go back in one change, all or none, which can itself be undone.

use std::sync::Arc;

use crate::{
    engine::{
        EngineError, EngineHandle, Shared,
        changes::{self, Order},
        undo::Undoing,
    },
    protocol::{ChangeView, ConversationId, OperationId, Reply, RewindPreview, RewindWhat, TakeBack},
    store::{Change, Extent, SetAside, Standing},
};

impl EngineHandle {
    /// What taking back an artifact or an operation would do.
    ///
    /// # Errors
    /// There is no such thing; the database cannot be read.
    pub async fn take_back_preview(&self, what: TakeBack) -> Result<RewindPreview, EngineError> {
        let changes = written(&self.shared, what).await?;
        preview(&Undoing::of(&self.shared, changes).await?, 0)
    }

    /// What going back to the point of a conversation before an operation would do.
    ///
    /// # Errors
    /// The operation is not in the conversation, or one there is still at work; the database cannot be
    /// read.
    pub async fn rewind_preview(
        &self,
        conversation: ConversationId,
        before: OperationId,
        what: RewindWhat,
    ) -> Result<RewindPreview, EngineError> {
        let operations = self.shared.store.operations_from(conversation, before).await?;
        let turns = if what.chat() { operations.len() } else { 0 };
        let changes = written_since(&self.shared, &operations, what).await?;
        preview(&Undoing::of(&self.shared, changes).await?, turns)
    }
}

fn preview(undoing: &Undoing, turns: usize) -> Result<RewindPreview, EngineError> {
    Ok(RewindPreview {
        files: undoing.files(),
        turns: u32::try_from(turns).unwrap_or(u32::MAX),
        conflicts: u32::try_from(undoing.conflicts().len()).unwrap_or(u32::MAX),
    })
}

/// Takes back what an artifact or an operation has written.
pub(crate) async fn take_back(shared: &Arc<Shared>, what: TakeBack) -> Result<Reply, EngineError> {
    let undoing = Undoing::of(shared, written(shared, what).await?).await?;
    match carry_out(shared, &undoing, Vec::new()).await? {
        Some(change) => Ok(Reply::Applied { change }),
        None => Err(EngineError::NotFound("Nothing of it is on disk.".to_owned())),
    }
}

/// Goes back to the point before an operation.
pub(crate) async fn rewind(
    shared: &Arc<Shared>,
    conversation: ConversationId,
    before: OperationId,
    what: RewindWhat,
) -> Result<Reply, EngineError> {
    let operations = shared.store.operations_from(conversation, before).await?;
    let undoing = Undoing::of(shared, written_since(shared, &operations, what).await?).await?;
    let set_aside = if what.chat() { operations } else { Vec::new() };
    let turns = u32::try_from(set_aside.len()).unwrap_or(u32::MAX);
    let change = carry_out(shared, &undoing, set_aside.clone()).await?;
    if change.is_none() {
        shared.store.set_operations_aside(&set_aside).await?;
    }
    Ok(Reply::Rewound { change, turns })
}

/// Brings the turns back that were set aside last, with the files that went with them.
pub(crate) async fn unrewind(
    shared: &Arc<Shared>,
    conversation: ConversationId,
) -> Result<Reply, EngineError> {
    let SetAside { operations, change } = shared.store.last_set_aside(conversation).await?;
    if let Some(change) = change {
        return changes::undo(shared, change, Extent::BringsBack { operations }).await;
    }
    shared.store.bring_operations_back(&operations).await?;
    Ok(Reply::Done)
}

/// `None` when there are no files to take back.
async fn carry_out(
    shared: &Arc<Shared>,
    undoing: &Undoing,
    set_aside: Vec<OperationId>,
) -> Result<Option<ChangeView>, EngineError> {
    let Some(newest) = undoing.changes().first() else { return Ok(None) };
    let order = Order {
        plan: undoing.plan(&shared.workspace)?,
        operation: newest.operation_id,
        undoes: Some(newest.id),
        origins: undoing.origins(),
        extent: Extent::TakesBack { files: undoing.written(), set_aside },
    };
    changes::carry_out(shared, order).await.map(Some)
}

async fn written(shared: &Shared, what: TakeBack) -> Result<Vec<Change>, EngineError> {
    match what {
        TakeBack::Operation(id) => {
            shared.known(id).await?;
            of_project(shared, shared.store.standing_changes(Standing::Operations(&[id])).await?)
        }
        TakeBack::Artifact(id) => {
            shared.store.artifact(id).await?;
            let mut changes = shared.store.standing_changes(Standing::Artifact(id)).await?;
            for change in &mut changes {
                change.files.retain(|file| file.artifact_id == Some(id));
            }
            changes.retain(|change| !change.files.is_empty());
            of_project(shared, changes)
        }
    }
}

async fn written_since(
    shared: &Shared,
    operations: &[OperationId],
    what: RewindWhat,
) -> Result<Vec<Change>, EngineError> {
    match what.files() {
        true => of_project(shared, shared.store.standing_changes(Standing::Operations(operations)).await?),
        false => Ok(Vec::new()),
    }
}

fn of_project(shared: &Shared, changes: Vec<Change>) -> Result<Vec<Change>, EngineError> {
    match changes.iter().find(|change| change.project_id != shared.project.id) {
        Some(other) => {
            Err(EngineError::Conflict(format!("That change was made in another project ({}).", other.root)))
        }
        None => Ok(changes),
    }
}
