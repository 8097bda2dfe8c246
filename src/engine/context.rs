//! Gathers, within a time bound, what a prompt says about the world: the project's structure, what
//! became of recent proposals, the date. What is late or fails is left out, never waited for.

use std::{sync::Arc, time::Duration};

use crate::{
    config::{ContextSettings, Settings},
    engine::{
        Shared, calendar,
        code::{Codebase, Missing, Relevant},
        mentions::{self, Found, Mentioned},
        prompt,
    },
    protocol::ConversationId,
    store::{Artifact, ArtifactFilter, Rejection, Store},
    workspace::{Halt, Workspace, instructions::Instructions},
};

/// How long gathering may hold up the first request.
const TIME_BOUND: Duration = Duration::from_millis(300);
/// Lines of the file tree in a prompt: enough for the shape of a project, at most about 1,500 tokens.
const STRUCTURE_ENTRIES: usize = 120;
/// Files of instructions in other folders that are named.
const INSTRUCTIONS_ELSEWHERE: usize = 20;
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
    /// What the user points to.
    pub(crate) mentioned: Vec<String>,
    /// Outlines and pieces of the files that seem to matter.
    pub(crate) code: Vec<String>,
    pub(crate) recent_work: String,
    /// Sentences for the user about what could not be found.
    pub(crate) notices: Vec<String>,
}

/// Gathers the context of the prompt `text` in `conversation`; what it mentions of `images` is shown
/// elsewhere.
pub(crate) async fn gather(
    shared: &Shared,
    settings: &Settings,
    conversation: ConversationId,
    text: &str,
    open_file: Option<&str>,
    images: &[String],
) -> Context {
    let names = &settings.workspace.instructions;
    let Shared { store, workspace, clock, .. } = shared;
    let recent = ArtifactFilter { conversation: Some(conversation), ..ArtifactFilter::default() };
    let (instructions, shape, code, artifacts, turned_down) = tokio::join!(
        tokio::time::timeout(TIME_BOUND, instructions(workspace, names, open_file)),
        tokio::time::timeout(TIME_BOUND, shape(workspace, names)),
        code(shared, settings, text),
        tokio::time::timeout(TIME_BOUND, store.artifacts(recent, RECENT_ARTIFACTS)),
        turned_down(store, conversation),
    );
    let (structure, elsewhere) = shape.unwrap_or_default();
    let artifacts = artifacts.ok().and_then(Result::ok).unwrap_or_default();
    // Behind the look at the code, which brings the index of symbols up to date.
    let Found { mentioned, notices } = mentions::look_up(shared, text, images).await;
    Context {
        date: calendar::date(clock.now()),
        project: project_name(workspace),
        instructions: prompt::instructions(&instructions.unwrap_or_default(), &elsewhere),
        structure,
        code: code.in_words(&mentioned),
        mentioned: prompt::mentions(&mentioned),
        notices,
        recent_work: recent_work(&artifacts, &turned_down),
    }
}

/// The code that seems to matter.
enum Code {
    Found(Relevant),
    /// It was not found in time.
    Late,
    /// None is wanted.
    Off,
}

impl Code {
    /// Without the lines that go along already.
    fn in_words(self, mentioned: &[Mentioned]) -> Vec<String> {
        match self {
            Self::Found(mut relevant) => {
                drop_mentioned(&mut relevant, mentioned);
                prompt::code(&relevant)
            }
            Self::Late => vec![prompt::code_late()],
            Self::Off => Vec::new(),
        }
    }
}

/// Of a file whose new version is mentioned, what is on disk would contradict it.
fn drop_mentioned(relevant: &mut Relevant, mentioned: &[Mentioned]) {
    for file in &mut relevant.files {
        for piece in mentions::pieces(mentioned).filter(|piece| piece.path == file.path) {
            let excerpts = std::mem::take(&mut file.excerpts);
            let (first, last) =
                if piece.is_proposed { (0, u32::MAX) } else { (piece.first_line, piece.last_line) };
            file.excerpts = excerpts.iter().flat_map(|excerpt| excerpt.without(first, last)).collect();
        }
    }
}

/// The code that seems to matter for a prompt. What is not looked through in time is looked through in
/// the background, for the next one.
async fn code(shared: &Shared, settings: &Settings, text: &str) -> Code {
    let ContextSettings { budget_tokens: budget, patience, .. } = settings.context;
    if budget == 0 {
        return Code::Off;
    }
    let code = Codebase::of(shared, settings);
    // Ranking and the store need their part of the time.
    let look = tokio::time::timeout(patience, code.relevant(text, budget, patience * 2 / 3)).await;
    match look {
        Ok(Ok(relevant)) => {
            if relevant.missing == Some(Missing::Late) {
                shared.keeper.catch_up(code);
            }
            Code::Found(relevant)
        }
        Ok(Err(error)) => {
            tracing::warn!(%error, "the project's code cannot be looked at");
            Code::Late
        }
        Err(_) => {
            shared.keeper.catch_up(code);
            Code::Late
        }
    }
}

/// The project's own instructions for a file (for the project, where there is none), the nearest last.
pub(crate) async fn instructions(
    workspace: &Arc<Workspace>,
    names: &[String],
    path: Option<&str>,
) -> Vec<Instructions> {
    let path = path.and_then(|path| workspace.path(path).ok());
    let (workspace, names) = (Arc::clone(workspace), names.to_vec());
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
    shape(workspace, &[]).await.0
}

/// The project's file tree as text, and the files of these names in its folders.
async fn shape(workspace: &Arc<Workspace>, names: &[String]) -> (String, Vec<String>) {
    let (workspace, names) = (Arc::clone(workspace), names.to_vec());
    let shape = tokio::task::spawn_blocking(move || {
        let shape = workspace.shape(&Halt::after(TIME_BOUND)).ok()?;
        let structure = shape.outline(STRUCTURE_ENTRIES).text.trim_end().to_owned();
        Some((structure, shape.files_named(&names, INSTRUCTIONS_ELSEWHERE)))
    });
    shape.await.ok().flatten().unwrap_or_default()
}

fn recent_work(artifacts: &[Artifact], turned_down: &str) -> String {
    let lines: Vec<String> = artifacts
        .iter()
        .map(|a| format!("{}: {} (+{} -{})", a.view.path, a.view.state, a.view.added, a.view.removed))
        .chain((!turned_down.is_empty()).then(|| turned_down.to_owned()))
        .collect();
    lines.join("\n")
}
