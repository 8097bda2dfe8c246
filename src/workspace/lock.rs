//! One writer per project: several instances of Mira may be open on the same files.

use std::{fs::File, path::Path, thread, time::Duration};

use rustix::fs::{FlockOperation, flock};

use super::{FileError, Halt, Workspace};

/// How often a taken lock is tried again.
const PAUSE: Duration = Duration::from_millis(20);

/// The right to write to a project; given back on drop or when the process dies.
#[derive(Debug)]
pub struct ProjectLock {
    _handle: File,
}

impl Workspace {
    /// Waits for the right to write. Hold it from `prepare` until the journal says how the change
    /// ended, and while recovering: then no instance takes another one's work for a crashed one's.
    pub fn lock(&self, halt: &Halt) -> Result<ProjectLock, FileError> {
        let failed = |error| FileError::io(Path::new("the project folder"), "locked", error);
        let handle = self.dir.reopen().map_err(failed)?;
        loop {
            match flock(&handle, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(ProjectLock { _handle: handle }),
                Err(rustix::io::Errno::WOULDBLOCK) if halt.reached().is_none() => thread::sleep(PAUSE),
                Err(error) => return Err(failed(error.into())),
            }
        }
    }
}
