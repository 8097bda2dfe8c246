//! From a proposed change to a stored artifact: a legal path, the conventions of the file it replaces,
//! hash and diff against disk, its place in the chain of versions.

use std::sync::Arc;

mod target;

use target::Target;

use crate::{
    engine::{
        EngineError, Shared,
        delegation::Delivery,
        edits::{ProposedChange, ProposedFile},
        setup::Setup,
        tools::CreateArtifact,
    },
    llm::Role,
    protocol::{
        ArtifactAction, ArtifactId, ArtifactKind, ArtifactState, ArtifactView, OperationId, SyntaxErrorView,
    },
    store::{self, Artifact, NewArtifact},
    workspace::{RelPath, diff::diff, languages::Language, syntax, text},
};

/// How much of a diff the planner is shown: enough to judge a change, not a second copy of a large file.
const MAX_DIFF_FOR_PLANNER: usize = 12 * 1024;

/// Where a proposal comes from.
pub(crate) struct Origin {
    kind: ArtifactKind,
    language: Option<String>,
    details: store::Origin,
}

impl Origin {
    /// Written by the planner itself.
    pub(crate) fn planner(setup: &Setup, artifact: &CreateArtifact) -> Self {
        let generated_by = Some(setup.model_name(Role::Planner).to_owned());
        Self {
            kind: artifact.kind,
            language: Some(artifact.language.clone()).filter(|language| !language.is_empty()),
            details: store::Origin { generated_by, ..store::Origin::default() },
        }
    }

    /// Written by the coder for a brief.
    pub(crate) fn coder(setup: &Setup, file: &ProposedFile, delivery: &Delivery) -> Self {
        let brief = &delivery.brief;
        let requirements =
            std::iter::once(&brief.task).chain(&brief.requirements).cloned().collect::<Vec<_>>();
        Self {
            kind: kind_of(&file.path),
            language: file.language.clone().or_else(|| brief.language.clone()),
            details: store::Origin {
                generated_by: Some(setup.model_name(Role::Coder).to_owned()),
                generation_time_ms: u32::try_from(delivery.took_ms).ok(),
                context_tokens: u32::try_from(delivery.usage.input).ok(),
                output_tokens: u32::try_from(delivery.usage.output).ok(),
                related_files: brief.context_paths.clone(),
                dependencies: beside(file, delivery),
                project_context: Some(delivery.project_context.clone()).filter(|told| !told.is_empty()),
                user_requirements: Some(requirements.join("\n")),
                constraints: Some(brief.constraints.join("\n")).filter(|constraints| !constraints.is_empty()),
            },
        }
    }
}

/// The other files of a delivery: the coder gives several when one alone cannot do.
fn beside(file: &ProposedFile, delivery: &Delivery) -> Vec<String> {
    delivery.files.iter().map(|other| &other.path).filter(|path| **path != file.path).cloned().collect()
}

fn kind_of(path: &str) -> ArtifactKind {
    match path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
        Some("md" | "markdown" | "rst" | "adoc" | "txt" | "org") => ArtifactKind::Document,
        Some("mmd" | "puml" | "dot" | "d2") => ArtifactKind::Diagram,
        _ => ArtifactKind::Code,
    }
}

/// What became of a proposal.
#[derive(Debug)]
pub(crate) enum Proposed {
    /// It waits.
    New(Box<Artifact>),
    /// The same proposal waits already.
    Duplicate(Box<Artifact>),
    /// The file on disk is just like it.
    Unchanged(String),
}

impl Proposed {
    /// What the planner is told.
    pub(crate) fn for_planner(&self) -> String {
        match self {
            Self::Unchanged(path) => {
                format!("{path}: nothing to propose, the file on disk is already like this.")
            }
            Self::Duplicate(artifact) => format!("{}: the same proposal already waits.", artifact.view.path),
            Self::New(artifact) => {
                let view = &artifact.view;
                let does = if view.is_new_file { "new file" } else { view.does() };
                let diff = shortened(&view.diff);
                let faults = faults(view);
                format!(
                    "Proposed {} ({does}, +{} -{}); it waits for the user.\n{faults}{diff}",
                    view.place(),
                    view.added,
                    view.removed
                )
            }
        }
    }
}

/// What the user is warned of, for the planner to have it repaired.
fn faults(view: &ArtifactView) -> String {
    view.syntax_warnings().iter().map(|warning| format!("warning: {warning}\n")).collect()
}

fn shortened(diff: &str) -> String {
    if diff.len() <= MAX_DIFF_FOR_PLANNER {
        return diff.to_owned();
    }
    let cut = diff.floor_char_boundary(MAX_DIFF_FOR_PLANNER);
    format!("{}\n[diff cut here; read_file shows the whole proposal]", &diff[..cut])
}

/// Makes a proposal an artifact. The inner error is a refusal, in a sentence for model and user.
pub(crate) async fn propose(
    shared: &Arc<Shared>,
    operation: OperationId,
    path: &str,
    change: &ProposedChange,
    origin: Origin,
) -> Result<Result<Proposed, String>, EngineError> {
    let path = match shared.workspace.write_path(path) {
        Ok(path) => path,
        Err(refusal) => return Ok(Err(refusal.to_string())),
    };
    let previous = shared.store.latest_artifact(shared.project.id, path.as_str()).await?;
    let change = still_renaming(change, previous.as_ref());
    let target = match target::target(shared, path, &change).await {
        Ok(target) => target,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Target { path, action, base, difference, proposal } = target;
    let Some(content) = proposal else { return Ok(Ok(Proposed::Unchanged(path.to_string()))) };
    let syntax_errors = match action {
        ArtifactAction::Delete => Vec::new(),
        ArtifactAction::Write | ArtifactAction::Rename { .. } => {
            let before = base.as_deref().map(|base| String::from_utf8_lossy(base).into_owned());
            syntax_errors(path.as_str(), before, &content).await
        }
    };
    let new = NewArtifact {
        id: ArtifactId::new(&shared.ids),
        operation_id: operation,
        path: path.to_string(),
        action,
        kind: origin.kind,
        language: origin.language,
        conflicts: Vec::new(),
        diff: difference.to_string(),
        added: difference.added,
        removed: difference.removed,
        is_new_file: difference.is_new,
        previous_artifact_id: previous.as_ref().map(|previous| previous.view.artifact_id),
        syntax_errors,
        diff_from_previous: previous
            .map(|previous| diff(path.as_str(), Some(&previous.view.content), Some(&content)).to_string()),
        base,
        content,
        origin: origin.details,
    };
    let inserted = shared.store.insert_artifact(&new).await?;
    let artifact = Box::new(inserted.artifact);
    Ok(Ok(if inserted.duplicate { Proposed::Duplicate(artifact) } else { Proposed::New(artifact) }))
}

/// What the grammar of the file's language does not understand of a proposal and understood before.
/// Nothing where there is no grammar; the check is a help, not a gate.
pub(crate) async fn syntax_errors(path: &str, before: Option<String>, after: &str) -> Vec<SyntaxErrorView> {
    let first_line = after.lines().next().unwrap_or_default();
    let Some(language) = Language::of_path(path, first_line) else {
        return Vec::new();
    };
    let after = after.to_owned();
    let check = move || syntax::new_errors(language, before.as_deref(), &after);
    let found = tokio::task::spawn_blocking(check).await.unwrap_or_default();
    let view = |error: syntax::SyntaxError| SyntaxErrorView {
        line: error.line,
        column: error.column,
        message: error.to_string(),
    };
    found.into_iter().map(view).collect()
}

/// New text for a file that waits to come here under another name is still that rename.
fn still_renaming(change: &ProposedChange, previous: Option<&Artifact>) -> ProposedChange {
    let waiting = previous.filter(|previous| previous.view.state == ArtifactState::Pending);
    match (change, waiting.map(|waiting| &waiting.view.action)) {
        (ProposedChange::Write(content), Some(ArtifactAction::Rename { from })) => {
            ProposedChange::Rename { from: from.clone(), content: Some(content.clone()) }
        }
        (change, _) => change.clone(),
    }
}

/// The text of a file as the models should see it: a proposal of this project that still waits counts as the
/// file. `None` when there is no such file; the error is a sentence.
pub(crate) async fn current_text(shared: &Arc<Shared>, path: &str) -> Result<Option<String>, String> {
    let at = shared.workspace.path(path).map_err(|refusal| refusal.to_string())?;
    match waiting(shared, &at).await {
        Some(Waiting::Text(text)) => return Ok(Some(text)),
        Some(Waiting::Gone) => return Ok(None),
        None => {}
    }
    let workspace = Arc::clone(&shared.workspace);
    let read = tokio::task::spawn_blocking(move || match workspace.read_file(&at) {
        Ok(file) => text::decode(&file.content).map(Some).map_err(|why| format!("{at} {why}")),
        Err(crate::workspace::FileError::Missing { .. }) => Ok(None),
        Err(refusal) => Err(refusal.to_string()),
    });
    read.await.map_err(|_| "the file could not be read".to_owned())?
}

/// What a path will be when what waits is written.
pub(crate) enum Waiting {
    /// A file with this text.
    Text(String),
    /// No file: it is deleted, or renamed away.
    Gone,
}

impl Waiting {
    fn text(self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text),
            Self::Gone => None,
        }
    }
}

/// The proposal that waits for a path, if any.
pub(crate) async fn waiting(shared: &Shared, path: &RelPath) -> Option<Waiting> {
    let project = shared.project.id;
    let latest = shared.store.latest_artifact(project, path.as_str()).await.ok()?;
    let Some(latest) = latest.filter(|latest| latest.view.state == ArtifactState::Pending) else {
        let renamed = shared.store.waiting_rename(project, path.as_str()).await.ok()?;
        return renamed.map(|_| Waiting::Gone);
    };
    match latest.view.action {
        ArtifactAction::Delete => Some(Waiting::Gone),
        ArtifactAction::Write | ArtifactAction::Rename { .. } => {
            Some(Waiting::Text(text::decode(latest.view.content.as_bytes()).unwrap_or(latest.view.content)))
        }
    }
}
