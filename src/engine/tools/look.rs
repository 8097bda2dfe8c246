//! The planner's own eyes: read a file, list files, search. Read-only, bounded in time and size,
//! inside the project. Files whose new version waits are shown as they will be.

use std::{sync::Arc, sync::atomic::{AtomicBool, Ordering}, time::Duration};

use super::{Call, ListFiles, ReadFile, SearchCode};
use crate::{
    engine::{Shared, artifacts},
    workspace::{Halt, Workspace},
};

/// How long one look may take: a search through a very large tree ends with what it has found.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// Runs a read-only call. Both results are text for the model.
pub(crate) async fn run(shared: Arc<Shared>, call: Call) -> Result<String, String> {
    let waiting = match &call {
        Call::ReadFile(read) => waiting(&shared, read).await,
        _ => None,
    };
    if let Some(text) = waiting {
        return Ok(text);
    }
    let workspace = Arc::clone(&shared.workspace);
    let guard = StopOnDrop(Arc::new(AtomicBool::new(false)));
    let halt = Halt::new(Arc::clone(&guard.0), TIME_LIMIT);
    let look = tokio::task::spawn_blocking(move || look(&workspace, call, &halt));
    look.await.map_err(|_| "the look failed by a mistake of ours; try another way".to_owned())?
}

/// Stops the blocking work when the operation that wanted it is gone.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn look(workspace: &Workspace, call: Call, halt: &Halt) -> Result<String, String> {
    match call {
        Call::ReadFile(read) => read_file(workspace, &read),
        Call::ListFiles(list) => list_files(workspace, &list, halt),
        Call::SearchCode(search) => search_code(workspace, &search, halt),
        Call::Delegate(_) | Call::CreateArtifact(_) => Err("this is not a look".to_owned()),
    }
}
