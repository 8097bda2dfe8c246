//! Brings the index of a project up to date. What a look at the files finds is stored in batches while
//! the look goes on: a program that is killed leaves an index that is true as far as it goes.

use std::{collections::HashMap, sync::Arc};

use tokio::sync::mpsc;

use super::{CodeError, Codebase, progress::Progress};
use crate::{
    store,
    workspace::{
        Halt,
        index::{FORMAT, IndexedFile, Sighting, Stamp, Survey},
        symbols::Symbol,
    },
};

/// Sightings that wait to be stored: some for each thread that looks.
const QUEUE: usize = 64;

/// Files of one transaction; each costs a wait for the disk.
const BATCH: usize = 400;

/// Bytes of one transaction.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

impl Codebase {
    /// Looks at the files until `halt`, unless nothing has changed, and gives what is known of them then.
    pub(super) async fn refresh(&self, halt: &Halt) -> Result<(Vec<IndexedFile>, Survey), CodeError> {
        // Asked before the index is read, and begun before the survey: what changes meanwhile counts as new.
        let unchanged = self.freshness.survey(self.limits());
        let begun = unchanged.is_none().then(|| self.freshness.begin());
        let kept = self.store.indexed_files(self.project, FORMAT).await?;
        let (stamps, mut files): (_, HashMap<_, _>) = kept.into_iter().map(from_store).unzip();
        if let Some(survey) = unchanged {
            return Ok((sorted(files), survey));
        }
        let mut progress = self.freshness.progress();
        let (sightings, mut found) = mpsc::channel(QUEUE);
        let look = self.look(stamps, halt, sightings);
        let (survey, stored) = tokio::join!(look, self.store_found(&mut files, &mut found, &mut progress));
        stored?;
        let survey = survey?;
        if !survey.gone.is_empty() {
            self.store.forget_indexed(self.project, &survey.gone).await?;
            survey.gone.iter().for_each(|path| drop(files.remove(path)));
        }
        progress.rest(&survey);
        if let Some(begun) = begun {
            begun.complete(self.limits(), &survey);
        }
        Ok((sorted(files), survey))
    }

    async fn look(
        &self,
        known: HashMap<String, Stamp>,
        halt: &Halt,
        sightings: mpsc::Sender<Sighting>,
    ) -> Result<Survey, CodeError> {
        let (workspace, limits, halt) = (Arc::clone(&self.workspace), self.limits(), halt.clone());
        let look = tokio::task::spawn_blocking(move || {
            // Nobody listens any more once the look is cancelled, which it notices by itself.
            workspace.survey(&known, &limits, &halt, |sighting| drop(sightings.blocking_send(sighting)))
        });
        Ok(look.await.map_err(|_| CodeError::Internal)??)
    }

    async fn store_found(
        &self,
        files: &mut HashMap<String, IndexedFile>,
        found: &mut mpsc::Receiver<Sighting>,
        progress: &mut Progress,
    ) -> Result<(), CodeError> {
        let mut batch = Batch::default();
        while let Some(sighting) = found.recv().await {
            progress.saw(&sighting);
            batch.add(sighting, files);
            if batch.is_full() {
                self.store_batch(std::mem::take(&mut batch)).await?;
            }
        }
        self.store_batch(batch).await
    }

    async fn store_batch(&self, batch: Batch) -> Result<(), CodeError> {
        if !batch.changed.is_empty() {
            self.store.keep_indexed(self.project, FORMAT, &batch.changed).await?;
        }
        if !batch.touched.is_empty() {
            self.store.restamp_indexed(self.project, &batch.touched).await?;
        }
        Ok(())
    }
}

fn sorted(files: HashMap<String, IndexedFile>) -> Vec<IndexedFile> {
    let mut files: Vec<IndexedFile> = files.into_values().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// What one transaction stores.
#[derive(Default)]
struct Batch {
    changed: Vec<store::IndexedFile>,
    touched: Vec<(String, i64, i64)>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, sighting: Sighting, files: &mut HashMap<String, IndexedFile>) {
        match sighting {
            Sighting::Ahead(_) => {}
            Sighting::Changed { file, stamp, symbols } => {
                let stored = to_store(&file, stamp, &symbols);
                self.bytes += stored.symbols.len() + stored.terms.len();
                self.changed.push(stored);
                files.insert(file.path.clone(), file);
            }
            Sighting::Touched { path, stamp } => {
                self.touched.push((path, to_signed(stamp.size), stamp.modified));
            }
        }
    }

    fn is_full(&self) -> bool {
        self.changed.len() + self.touched.len() >= BATCH || self.bytes >= BATCH_BYTES
    }
}

fn to_signed(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

fn to_store(file: &IndexedFile, stamp: Stamp, symbols: &[Symbol]) -> store::IndexedFile {
    store::IndexedFile {
        path: file.path.clone(),
        size: to_signed(stamp.size),
        modified: stamp.modified,
        hash: stamp.hash,
        language: file.language.clone(),
        symbols: serde_json::to_string(symbols).unwrap_or_else(|_| "[]".to_owned()),
        terms: file.terms.clone(),
    }
}

/// The state and the words of a file, each by its path.
fn from_store(file: store::IndexedTerms) -> ((String, Stamp), (String, IndexedFile)) {
    let store::IndexedTerms { path, size, modified, hash, language, terms } = file;
    let stamp = Stamp { size: u64::try_from(size).unwrap_or_default(), modified, hash };
    ((path.clone(), stamp), (path.clone(), IndexedFile { path, language, terms }))
}
