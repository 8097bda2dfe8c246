//! The project's code for a task: brings the index up to date, ranks, and packs what fits a budget. Works
//! without models and without git.

mod find;
mod history;
mod keep;
mod pack;
mod parts;
mod progress;
mod refresh;

pub use find::{Definition, Definitions, FileSymbols};
pub(crate) use keep::Keeper;
pub(crate) use pack::line;
pub(crate) use parts::{Parts, around, parts};

use std::{collections::HashSet, fmt, sync::Arc, time::Duration};

use keep::Freshness;

use crate::{
    config::{ContextSettings, Settings},
    engine::Shared,
    protocol::ProjectId,
    store::{Store, StoreError},
    workspace::{
        Halt, RelPath, Workspace,
        index::{LeftOut, Limits, Survey},
        rank::{RankedSymbol, Ranking, Sign, Snapshot},
    },
};

/// How long the first look at a very large project may take.
const CATCH_UP: Duration = Duration::from_secs(600);

/// A project whose code can be asked for.
#[derive(Clone)]
pub struct Codebase {
    store: Store,
    workspace: Arc<Workspace>,
    project: ProjectId,
    settings: ContextSettings,
    /// Whether git is asked what was changed lately.
    git: bool,
    freshness: Arc<Freshness>,
}

/// The code that goes along with a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Relevant {
    /// Files, the one that matters most first.
    pub files: Vec<RelevantFile>,
    /// Estimated tokens of all that is shown of them.
    pub tokens: u64,
    /// What may be missing.
    pub missing: Option<Missing>,
}

/// Why there may be more than is told. `Display` is a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The look at the files was cut short.
    Late,
    /// The index has its bounds.
    LeftOut(LeftOut),
}

impl Missing {
    fn of(survey: &Survey) -> Option<Self> {
        match survey {
            Survey { is_cut: true, .. } => Some(Self::Late),
            Survey { left_out, .. } => Some(Self::LeftOut(*left_out)).filter(|_| !left_out.is_nothing()),
        }
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late => f.write_str("The index of the project is still being made."),
            Self::LeftOut(left_out) => left_out.fmt(f),
        }
    }
}

/// What is shown of one file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RelevantFile {
    /// From the project root.
    pub path: String,
    /// The more, the more it matters.
    pub score: f64,
    /// What speaks for it, the strongest first.
    pub signs: Vec<(Sign, f64)>,
    /// The symbols in its outline, the best first.
    pub symbols: Vec<RankedSymbol>,
    /// Pieces of its text, top to bottom.
    pub excerpts: Vec<Excerpt>,
    /// Estimated tokens of outline and pieces.
    pub tokens: u64,
}

/// A piece of a file's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// From 1.
    pub first_line: u32,
    /// The last one shown.
    pub last_line: u32,
    /// The lines.
    pub text: String,
}

impl Excerpt {
    /// What is left of it without these lines: itself, its beginning, its end.
    pub(crate) fn without(&self, first: u32, last: u32) -> Vec<Self> {
        if last < first || last < self.first_line || self.last_line < first {
            return vec![self.clone()];
        }
        let parts = [(self.first_line, first.saturating_sub(1)), (last.saturating_add(1), self.last_line)];
        parts
            .into_iter()
            .filter(|(from, until)| from <= until)
            .map(|(from, until)| self.part(from, until))
            .collect()
    }

    fn part(&self, first_line: u32, last_line: u32) -> Self {
        let lines = self.text.lines().skip((first_line - self.first_line) as usize);
        let lines: Vec<&str> = lines.take((last_line - first_line + 1) as usize).collect();
        Self { first_line, last_line, text: lines.join("\n") }
    }
}

impl Codebase {
    /// The code of `project`, whose files are in `workspace`.
    pub fn new(
        store: Store,
        workspace: Arc<Workspace>,
        project: ProjectId,
        settings: ContextSettings,
        git: bool,
    ) -> Self {
        Self { store, workspace, project, settings, git, freshness: Arc::default() }
    }

    /// The code of the project that an engine works in.
    pub(crate) fn of(shared: &Shared, settings: &Settings) -> Self {
        let Shared { store, workspace, project, .. } = shared;
        let (bounds, git) = (settings.context.clone(), settings.workspace.git);
        let code = Self::new(store.clone(), Arc::clone(workspace), project.id, bounds, git);
        Self { freshness: Arc::clone(&shared.keeper.freshness), ..code }
    }

    /// Brings the index up to date and picks what matters for `task`, within `budget` tokens. Looking at
    /// files stops after `patience`; then what is known by then counts. Dropping the future ends it.
    ///
    /// # Errors
    /// The database, or the project's folder, cannot be used.
    pub async fn relevant(&self, task: &str, budget: u64, patience: Duration) -> Result<Relevant, CodeError> {
        self.relevant_beside(task, &HashSet::new(), budget, patience).await
    }

    /// The same beside files that are `shown` anyway.
    pub(crate) async fn relevant_beside(
        &self,
        task: &str,
        shown: &HashSet<String>,
        budget: u64,
        patience: Duration,
    ) -> Result<Relevant, CodeError> {
        let (halt, _held) = Halt::while_held(patience);
        let ((files, survey), commits) = tokio::try_join!(self.refresh(&halt), self.commits())?;
        let (task, weights) = (task.to_owned(), self.settings.weights);
        let snapshot = Snapshot { files, commits };
        let ranking = blocking(move || Ranking::new(&task, snapshot, &weights)).await?;
        let symbols = self.symbols_of(&ranking.best()).await?;
        let (workspace, shown) = (Arc::clone(&self.workspace), shown.clone());
        let packed = blocking(move || {
            let symbols = symbols.into_iter().map(|file| (file.path, file.symbols)).collect();
            let mut ranked = ranking.with_symbols(symbols);
            ranked.retain(|file| !shown.contains(&file.path));
            pack::pack(ranked, budget, |path| lines_of(&workspace, path))
        });
        let packed = packed.await?;
        Ok(Relevant { missing: Missing::of(&survey), ..packed })
    }

    /// Brings the index up to date, however long it takes. Dropping the future ends it; what is stored by
    /// then stays.
    ///
    /// # Errors
    /// The database, or the project's folder, cannot be used.
    pub async fn catch_up(&self) -> Result<(), CodeError> {
        let (halt, _held) = Halt::while_held(CATCH_UP);
        self.refresh(&halt).await.map(drop)
    }

    fn limits(&self) -> Limits {
        let ContextSettings { max_files, max_file_bytes, max_total_bytes, .. } = self.settings;
        Limits { files: max_files, file_bytes: max_file_bytes, total_bytes: max_total_bytes }
    }
}

/// Work that keeps a thread busy.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CodeError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| CodeError::Internal)
}

/// All lines of a text file, as far as one read gives them.
fn lines_of(workspace: &Workspace, path: &str) -> Vec<String> {
    let path: Option<RelPath> = workspace.path(path).ok();
    let text = path.and_then(|path| workspace.read_text(&path, 1, usize::MAX).ok());
    text.map(|text| text.lines).unwrap_or_default()
}

/// Why the project's code cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The database.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The project's folder.
    #[error("{0}")]
    Files(#[from] crate::workspace::FileError),
    /// A mistake of ours that ended a task.
    #[error("an internal error ended the look at the project; the log in MIRA_HOME/logs says more")]
    Internal,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines 3 to 6 without some.
    fn check(first: u32, last: u32, expected: &str) {
        let excerpt = Excerpt { first_line: 3, last_line: 6, text: "c\n\ne\nf".to_owned() };
        let left = excerpt.without(first, last);
        let told: Vec<String> =
            left.iter().map(|e| format!("{}-{} {:?}", e.first_line, e.last_line, e.text)).collect();
        assert_eq!(told.join(", "), expected, "{first}-{last}");
    }

    #[test]
    fn lines_are_cut_out_of_an_excerpt() {
        check(1, 2, r#"3-6 "c\n\ne\nf""#);
        check(7, 9, r#"3-6 "c\n\ne\nf""#);
        check(4, 3, r#"3-6 "c\n\ne\nf""#);
        check(4, 5, r#"3-3 "c", 6-6 "f""#);
        check(1, 4, r#"5-6 "e\nf""#);
        check(6, 8, r#"3-5 "c\n\ne""#);
        check(0, u32::MAX, "");
    }
}
