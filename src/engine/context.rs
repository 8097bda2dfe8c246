//! Gathers, within a time bound, what a prompt says about the world: the project's structure, what
//! became of recent proposals, the date. What is late or fails is left out, never waited for.

use std::{sync::Arc, time::Duration};

use crate::{
    engine::{Shared, calendar, prompt},
    protocol::ConversationId,
    store::{Artifact, ArtifactFilter, Rejection, Store},
    workspace::{Halt, Workspace, instructions::Instructions},
};

/// How long gathering may hold up the first request.
const TIME_BOUND: Duration = Duration::from_millis(300);
/// Lines of the file tree in a prompt: enough for the shape of a project, at most about 1,500 tokens.
const STRUCTURE_ENTRIES: usize = 120;
/// Proposals told again to the planner.
const RECENT_ARTIFACTS: u32 = 12;
/// Things that the user turned down, told again to both models until the conversation ends.
const REJECTIONS: u32 = 12;

/// What is known around a prompt, as text for the model.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Context {
    pub(crate) date: String,
    pub(crate) project: String,
    pub(crate) instructions: String,
    pub(crate) structure: String,
    pub(crate) recent_work: String,
}

/// Gathers the context of a prompt in `conversation`.
pub(crate) async fn gather(
    shared: &Shared,
    names: &[String],
    conversation: ConversationId,
    open_file: Option<&str>,
) -> Context {
    let Shared { store, workspace, clock, .. } = shared;
    let recent = ArtifactFilter { conversation: Some(conversation), ..ArtifactFilter::default() };
    let (instructions, structure, artifacts, turned_down) = tokio::join!(
        tokio::time::timeout(TIME_BOUND, instructions_around(workspace, names, open_file)),
        tokio::time::timeout(TIME_BOUND, structure(workspace)),
        tokio::time::timeout(TIME_BOUND, store.artifacts(recent, RECENT_ARTIFACTS)),
        turned_down(store, conversation),
    );
    let artifacts = artifacts.ok().and_then(Result::ok).unwrap_or_default();
    Context {
        date: calendar::date(clock.now()),
        project: project_name(workspace),
        instructions: instructions.unwrap_or_default(),
        structure: structure.unwrap_or_default(),
        recent_work: recent_work(&artifacts, &turned_down),
    }
}

/// The project's own instructions for a prompt, as text for the planner.
async fn instructions_around(
    workspace: &Arc<Workspace>,
    names: &[String],
    open_file: Option<&str>,
) -> String {
    let path = open_file.and_then(|path| workspace.path(path).ok());
    let (workspace, names) = (Arc::clone(workspace), names.to_vec());
    let read = tokio::task::spawn_blocking(move || {
        let applying = workspace.instructions(&names, path.as_ref());
        prompt::instructions(&applying, &workspace.instructions_elsewhere(&names, &Halt::after(TIME_BOUND)))
    });
    read.await.unwrap_or_default()
}

/// The project's own instructions for a file, the nearest last.
pub(crate) async fn instructions(
    workspace: &Arc<Workspace>,
    names: &[String],
    path: &str,
) -> Vec<Instructions> {
    let (workspace, names, path) = (Arc::clone(workspace), names.to_vec(), workspace.path(path).ok());
    let read = tokio::task::spawn_blocking(move || workspace.instructions(&names, path.as_ref()));
    read.await.unwrap_or_default()
}

/// What the user has turned down in a conversation, as text for the models.
pub(crate) async fn turned_down(store: &Store, conversation: ConversationId) -> String {
    let found = tokio::time::timeout(TIME_BOUND, store.rejections(conversation, REJECTIONS)).await;
    let found: Vec<Rejection> = found.ok().and_then(Result::ok).unwrap_or_default();
    prompt::turned_down(&found)
}

/// The name of the project's root.
pub(crate) fn project_name(workspace: &Workspace) -> String {
    workspace.root().file_name().unwrap_or(workspace.root().as_os_str()).to_string_lossy().into_owned()
}

/// The project's file tree as text.
pub(crate) async fn structure(workspace: &Arc<Workspace>) -> String {
    let workspace = Arc::clone(workspace);
    let outline =
        tokio::task::spawn_blocking(move || workspace.outline(STRUCTURE_ENTRIES, &Halt::after(TIME_BOUND)));
    outline
        .await
        .ok()
        .and_then(Result::ok)
        .map(|outline| outline.text.trim_end().to_owned())
        .unwrap_or_default()
}

fn recent_work(artifacts: &[Artifact], turned_down: &str) -> String {
    let lines: Vec<String> = artifacts
        .iter()
        .map(|a| format!("{}: {} (+{} -{})", a.view.path, a.view.state, a.view.added, a.view.removed))
        .chain((!turned_down.is_empty()).then(|| turned_down.to_owned()))
        .collect();
    lines.join("\n")
}
