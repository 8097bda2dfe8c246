//! Changes that are about less than whole artifacts, or that take back parts of several changes.

use serde::{Deserialize, Serialize};
use sqlx::{SqliteConnection, types::Json};

use super::{KeptFile, journal, journal::ChangeRow};
use crate::{
    protocol::{ArtifactId, ArtifactState, ChangeId, Event, OperationId, TimeMs},
    store::{Result, StoreError, artifacts, rejections, rejections::Dropped, rewinds, rows},
};

/// What of its artifacts, or of other changes, a change is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// Whole artifacts, or one whole change that it undoes.
    #[default]
    Whole,
    /// Some hunks of its one artifact.
    Hunks {
        /// Those that are written.
        taken: Vec<u32>,
        /// The others.
        dropped: Dropped,
    },
    /// It takes back files of written changes, perhaps with the turns they came from. When it is undone, the
    /// files stand again as they did, and it is over.
    TakesBack {
        /// The files.
        files: Vec<WrittenFile>,
        /// Operations that are set aside with it.
        set_aside: Vec<OperationId>,
    },
    /// One whole change that it undoes, with the turns that were set aside then.
    BringsBack {
        /// Operations that come back with it.
        operations: Vec<OperationId>,
    },
}

/// A file of a written change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// The change.
    pub change: ChangeId,
    /// The file in it.
    pub path: String,
}

/// Refuses to take back what does not stand any more, or what a turn is still at work on.
pub(super) async fn check_stands(
    db: &mut SqliteConnection,
    files: &[WrittenFile],
    set_aside: &[OperationId],
) -> Result<()> {
    rewinds::check_ended(db, set_aside).await?;
    for WrittenFile { change, path } in files {
        journal::check_undoable(db, *change).await?;
        let query = sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM file_changes WHERE change_id = ? AND path = ? AND undone_at IS NULL",
        );
        if query.bind(change.to_string()).bind(path).fetch_one(&mut *db).await? == 0 {
            return Err(StoreError::Conflict(format!("{path} has been taken back already.")));
        }
    }
    Ok(())
}

/// Carries a written change to its artifacts and to what it takes back; tells of what the change's own event
/// does not say.
pub(super) async fn carry_over(
    db: &mut SqliteConnection,
    change: &ChangeRow,
    now: TimeMs,
) -> Result<Vec<Event>> {
    match &change.extent {
        Extent::Whole => whole(db, change, now).await,
        Extent::Hunks { taken, dropped } => hunks(db, change, taken, dropped, now).await,
        Extent::TakesBack { files, set_aside } => {
            let mut events = take_back(db, files, now).await?;
            events.extend(rewinds::set_aside(db, set_aside, now).await?);
            Ok(events)
        }
        Extent::BringsBack { operations } => {
            let mut events = whole(db, change, now).await?;
            events.extend(rewinds::bring_back(db, operations, now).await?);
            Ok(events)
        }
    }
}

async fn whole(db: &mut SqliteConnection, change: &ChangeRow, now: TimeMs) -> Result<Vec<Event>> {
    let state = if change.applies { ArtifactState::Applied } else { ArtifactState::Undone };
    let mut events = Vec::new();
    for artifact in journal::artifacts_of(db, change.id).await? {
        events.extend(settle(db, artifact, state, now).await?);
    }
    let Some(undone) = change.undoes else { return Ok(events) };
    journal::set_undone(db, undone, now).await?;
    if let Extent::TakesBack { files, .. } = journal::find(db, undone).await?.extent {
        events.extend(give_back(db, change.id, &files, now).await?);
    }
    Ok(events)
}

/// Moves an artifact. Of one that is written in part the change's own event does not say it: its hashes are
/// those of the part.
async fn settle(
    db: &mut SqliteConnection,
    id: ArtifactId,
    state: ArtifactState,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let artifact = artifacts::find(db, id).await?;
    match artifact.view.taken.is_some() {
        true => artifacts::decide(db, artifact, state, now).await,
        false => artifacts::set_state(db, id, state, now).await.map(|()| Vec::new()),
    }
}

async fn hunks(
    db: &mut SqliteConnection,
    change: &ChangeRow,
    taken: &[u32],
    dropped: &Dropped,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for id in journal::artifacts_of(db, change.id).await? {
        artifacts::set_taken(db, id, taken).await?;
        let artifact = artifacts::find(db, id).await?;
        events.extend(rejections::drop_hunks(db, change.operation_id, &artifact.view, dropped, now).await?);
        events.extend(artifacts::decide(db, artifact, ArtifactState::Applied, now).await?);
    }
    Ok(events)
}

/// Marks files as taken back; a change of which no file is left is undone.
async fn take_back(db: &mut SqliteConnection, files: &[WrittenFile], now: TimeMs) -> Result<Vec<Event>> {
    let mut events = Vec::new();
    for file in files {
        set_file_undone(db, file, Some(now)).await?;
        let query = sqlx::query(
            "UPDATE changes SET undone_at = ?1 WHERE id = ?2
             AND NOT EXISTS (SELECT 1 FROM file_changes WHERE change_id = ?2 AND undone_at IS NULL)",
        );
        query.bind(now).bind(file.change.to_string()).execute(&mut *db).await?;
        events.extend(set_state(db, file, ArtifactState::Undone, now).await?);
    }
    Ok(events)
}

/// Lets files stand again. Their changes are then what "undo" means, and `redo` is over. Where one of the
/// changes was undone by itself meanwhile, `redo` stands in its place instead.
async fn give_back(
    db: &mut SqliteConnection,
    redo: ChangeId,
    files: &[WrittenFile],
    now: TimeMs,
) -> Result<Vec<Event>> {
    let changes: Vec<ChangeId> = files.iter().map(|file| file.change).collect();
    let query = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM changes WHERE status = 'applied' AND extent IS NULL
         AND undoes IN (SELECT value FROM json_each(?))",
    );
    let gone = query.bind(Json(&changes)).fetch_one(&mut *db).await? > 0;
    let mut events = Vec::new();
    for file in files {
        if !gone {
            set_file_undone(db, file, None).await?;
            let query = sqlx::query("UPDATE changes SET undone_at = NULL WHERE id = ?");
            query.bind(file.change.to_string()).execute(&mut *db).await?;
        }
        events.extend(set_state(db, file, ArtifactState::Applied, now).await?);
    }
    if !gone {
        journal::set_undone(db, redo, now).await?;
    }
    Ok(events)
}

async fn set_file_undone(db: &mut SqliteConnection, file: &WrittenFile, at: Option<TimeMs>) -> Result<()> {
    let query = sqlx::query("UPDATE file_changes SET undone_at = ? WHERE change_id = ? AND path = ?");
    query.bind(at).bind(file.change.to_string()).bind(&file.path).execute(db).await?;
    Ok(())
}

/// Moves the artifact that a file was written from, if there is one, and tells of it in its own operation.
/// Once is enough for a rename, which has two files.
async fn set_state(
    db: &mut SqliteConnection,
    file: &WrittenFile,
    state: ArtifactState,
    now: TimeMs,
) -> Result<Vec<Event>> {
    let query = sqlx::query(
        "SELECT artifact_id FROM file_changes WHERE change_id = ? AND path = ? AND artifact_id IS NOT NULL",
    );
    let query = query.bind(file.change.to_string()).bind(&file.path);
    let Some(row) = query.fetch_optional(&mut *db).await? else { return Ok(Vec::new()) };
    let id: ArtifactId = rows::parse(&row, "artifact_id")?;
    let artifact = artifacts::find(db, id).await?;
    match artifact.view.state == state {
        true => Ok(Vec::new()),
        false => artifacts::decide(db, artifact, state, now).await,
    }
}

/// The files that still stand.
pub(super) fn standing(files: Vec<(KeptFile, bool)>) -> Vec<KeptFile> {
    files.into_iter().filter(|(_, stands)| *stands).map(|(file, _)| file).collect()
}
