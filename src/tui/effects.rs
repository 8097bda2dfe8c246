//! Carries out what the screen wants done: asks the engine in tasks of their own, and touches the
//! terminal, the settings and the user's other programs. Each answer comes back as an input.

use std::{
    io,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
    time::sleep,
};

use super::{
    app::{Back, CostView, Edited, Effect, Found, Input, LoadedConversation, Opened, Point, UndoKind, Which},
    highlight::{Highlighter, Job},
    outside,
    terminal::Screen,
};
use crate::{
    engine::{EngineError, EngineHandle},
    protocol::{Command, ConversationId, IndexView, Reply, UsageScope},
};

mod changes;
mod review;
mod setup;

/// Turns that are read at once: a few screens, in a few milliseconds.
const PAGE: u32 = 60;
/// Files offered by the picker.
const FILES: usize = 200_000;
/// Symbols offered by the picker.
const SYMBOLS: usize = 50_000;
/// Conversations offered by the picker.
const CONVERSATIONS: u32 = 500;
/// Prompts that can be recalled.
const HISTORY: u32 = 500;
/// Artifacts of a conversation that are shown.
const ARTIFACTS: u32 = 200;

/// The terminal is wanted by another program.
#[derive(Debug)]
pub(crate) enum Lent {
    /// The user's editor, with this text.
    Editor(Edited, String),
    /// The shell that has started us.
    Shell,
}

/// What carries effects out.
pub(crate) struct Hands {
    inputs: mpsc::Sender<Input>,
    engine: Arc<OnceLock<EngineHandle>>,
    highlighter: Highlighter,
    following: Option<JoinHandle<()>>,
}

/// An update of the index that is shorter is not told; and so long the first frames have the machine for
/// themselves.
const INDEX_MOMENT: Duration = Duration::from_millis(300);

/// Has the index of the project's code kept up to date, and tells how it stands whenever that is news.
fn keep_index(handle: EngineHandle, inputs: mpsc::Sender<Input>) {
    tokio::spawn(async move {
        sleep(INDEX_MOMENT).await;
        handle.keep_index();
        let mut index = handle.index();
        // The engine's end must not wait for us.
        drop(handle);
        let mut told = IndexView::default();
        loop {
            sleep(INDEX_MOMENT).await;
            let view = index.borrow_and_update().clone();
            if view != told {
                told = view.clone();
                if inputs.send(Input::Found(Box::new(Found::Index(view)))).await.is_err() {
                    return;
                }
            }
            if index.changed().await.is_err() {
                return;
            }
        }
    });
}

impl Hands {
    /// Waits for the engine in the background, and tells when it is there.
    pub(crate) fn new(
        inputs: mpsc::Sender<Input>,
        opening: oneshot::Receiver<Result<EngineHandle, String>>,
        highlighter: Highlighter,
    ) -> Self {
        let engine = Arc::new(OnceLock::new());
        let hands = Self { inputs, engine: Arc::clone(&engine), highlighter, following: None };
        let index_inputs = hands.inputs.clone();
        hands.tell(async move {
            match opening.await {
                Ok(Ok(handle)) => {
                    let opened = opened(&handle).await;
                    keep_index(handle.clone(), index_inputs);
                    let _ = engine.set(handle);
                    opened
                }
                Ok(Err(why)) => Input::NotOpened(why),
                Err(_) => Input::NotOpened("the engine could not be started".to_owned()),
            }
        });
        hands
    }

    /// Sends code to be coloured; what finds no place comes back, to be sent with a later frame.
    pub(crate) fn highlight(&mut self, jobs: Vec<Job>) -> Vec<Job> {
        jobs.into_iter().filter_map(|job| self.highlighter.send(job).err()).collect()
    }

    /// Carries an effect out, or says who wants the terminal for it.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(crate) fn perform(&mut self, effect: Effect, screen: &mut Screen) -> io::Result<Option<Lent>> {
        match effect {
            Effect::Editor(what, text) => return Ok(Some(Lent::Editor(what, text))),
            Effect::Suspend => return Ok(Some(Lent::Shell)),
            Effect::Redraw => screen.clear()?,
            Effect::Copy(text) => self.copy(text, screen)?,
            Effect::Notify { title, text } => screen.send(&outside::notification(&title, &text))?,
            Effect::OpenLink(target) => self.tell(async move { answered(outside::open_link(&target)) }),
            Effect::Leave => self.stop_following(),
            Effect::Follow { conversation, since } => self.follow(conversation, since),
            Effect::Quit => {}
            other => self.ask_engine(other),
        }
        Ok(None)
    }

    /// Gives the terminal away until the other program has ended.
    ///
    /// # Errors
    /// The terminal cannot be taken over again.
    pub(crate) fn lend(&self, lent: Lent, screen: &mut Screen) -> io::Result<Input> {
        match lent {
            Lent::Editor(what, text) => screen.lend(|| changes::edit_text(what, &text)),
            Lent::Shell => screen.lend(|| {
                suspend();
                Input::Tick
            }),
        }
    }

    fn copy(&self, text: String, screen: &mut Screen) -> io::Result<()> {
        let Some(sequence) = outside::copy_sequence(&text) else {
            let sentence = "that is too long for the terminal's clipboard (about 75 KB); copy a part of it";
            self.tell(async move { Input::Failed(sentence.to_owned()) });
            return Ok(());
        };
        screen.send(&sequence)?;
        tokio::task::spawn_blocking(move || outside::copy_through_tmux(&text));
        Ok(())
    }

    /// Runs a task whose end is an input.
    fn tell(&self, task: impl Future<Output = Input> + Send + 'static) {
        let inputs = self.inputs.clone();
        tokio::spawn(async move {
            let input = task.await;
            // When nobody listens any more, the screen is closed.
            let _ = inputs.send(input).await;
        });
    }

    fn stop_following(&mut self) {
        if let Some(task) = self.following.take() {
            task.abort();
        }
    }

    fn follow(&mut self, conversation: ConversationId, since: u64) {
        self.stop_following();
        let Some(engine) = self.engine.get() else { return };
        let (mut feed, inputs) = (engine.subscribe(conversation, since), self.inputs.clone());
        self.following = Some(tokio::spawn(async move {
            loop {
                let input = match feed.next().await {
                    Ok(events) => Input::Events(events),
                    Err(error) => Input::Failed(error.to_string()),
                };
                let ends = matches!(input, Input::Failed(_));
                if inputs.send(input).await.is_err() || ends {
                    return;
                }
            }
        }));
    }

    fn ask_engine(&self, effect: Effect) {
        let Some(engine) = self.engine.get().cloned() else {
            return self.tell(async { Input::Failed("the engine is not there yet".to_owned()) });
        };
        self.tell(async move { answer(&engine, effect).await });
    }
}

fn failed(error: &EngineError) -> Input {
    Input::Failed(error.to_string())
}

/// The answer to something that either works in silence or says why not.
fn answered(done: Result<(), String>) -> Input {
    match done {
        Ok(()) => Input::Done(None),
        Err(why) => Input::Failed(why),
    }
}

/// What the engine is at the beginning.
pub(super) async fn opened(engine: &EngineHandle) -> Input {
    let history = engine.prompt_history(HISTORY).await;
    match history {
        Ok(history) => {
            Input::Opened(Box::new(Opened { project: engine.project(), models: engine.models(), history }))
        }
        Err(error) => Input::NotOpened(error.to_string()),
    }
}

/// What the engine says to an effect that is meant for it.
pub(super) async fn answer(engine: &EngineHandle, effect: Effect) -> Input {
    ask(engine, effect).await.unwrap_or_else(|error| failed(&error))
}

async fn ask(engine: &EngineHandle, effect: Effect) -> Result<Input, EngineError> {
    Ok(match effect {
        Effect::Prompt { conversation, text, context } => {
            let prompt = Command::Prompt { conversation_id: conversation, text, context };
            Input::Prompted(engine.send(prompt).await.map_err(|error| error.to_string()))
        }
        Effect::Cancel(operation_id) => done(engine.send(Command::Cancel { operation_id }).await?),
        Effect::Apply(artifact_ids) => review::write(engine, Command::Apply { artifact_ids }).await?,
        Effect::OnArtifact(artifact, wanted) => review::ask(engine, artifact, wanted).await?,
        Effect::Undo(change_id, _) => done(engine.send(Command::Undo { change_id }).await?),
        Effect::PreviewUndo(scope, kind) => {
            let preview = match kind {
                UndoKind::Undo => engine.undo_preview(scope).await?,
                UndoKind::Redo => engine.redo_preview(scope).await?,
            };
            found(Found::Undo(preview, kind))
        }
        Effect::PreviewBack { conversation, back } => back_preview(engine, conversation, back).await?,
        Effect::TakeBack(what) => done(engine.send(Command::TakeBack { what }).await?),
        Effect::Rewind(conversation_id, Point { before, what }) => {
            done(engine.send(Command::Rewind { conversation_id, before, what }).await?)
        }
        Effect::Unrewind(conversation_id) => done(engine.send(Command::Unrewind { conversation_id }).await?),
        Effect::Decide(approval_id, decision) => {
            done(engine.send(Command::Decide { approval_id, decision }).await?)
        }
        Effect::KeepReview(review) => setup::keep_review(engine, review).await,
        Effect::Open(which) => open(engine, which).await?,
        Effect::Older(conversation, before) => {
            Input::Older(conversation, engine.transcript(conversation, Some(before), PAGE).await?)
        }
        Effect::ListFiles => found(Found::Files(engine.files(FILES).await)),
        Effect::ListSymbols => found(Found::Symbols(engine.symbols(SYMBOLS).await)),
        Effect::ListConversations(query) => {
            let asked = Some(query.as_str()).filter(|query| !query.trim().is_empty());
            found(Found::Conversations(query.clone(), engine.conversations(asked, CONVERSATIONS).await?))
        }
        Effect::PreviewConversation(id) => found(Found::Preview(id, engine.transcript(id, None, 3).await?)),
        Effect::ToolOutput(operation, call_id) => {
            let output = engine.tool_output(operation, &call_id).await?;
            found(Found::ToolOutput(operation, call_id, output))
        }
        Effect::Cost(conversation) => found(Found::Usage(cost(engine, conversation).await?)),
        Effect::Context(conversation) => found(Found::Context(engine.context(conversation).await?)),
        Effect::ModelChoices => found(Found::ModelChoices(engine.model_choices())),
        Effect::Git => found(Found::Git(engine.git().await)),
        Effect::LocalServers => found(Found::LocalServers(engine.local_servers().await)),
        Effect::UseModel { model, keep } => setup::use_model(engine, model, keep).await,
        Effect::StoreKey { provider, key } => setup::store_key(engine, provider, key).await,
        Effect::UseLocal { base_url, model } => setup::use_local(engine, base_url, model).await,
        Effect::KeepTheme(name) => setup::keep_theme(engine, name).await,
        Effect::Export { conversation, path } => {
            let text = engine.export(conversation).await?;
            changes::export(path, text).await
        }
        _ => Input::Done(None),
    })
}

fn found(found: Found) -> Input {
    Input::Found(Box::new(found))
}

/// What was done is told by the events that follow.
fn done(_: Reply) -> Input {
    Input::Done(None)
}

async fn back_preview(
    engine: &EngineHandle,
    conversation: Option<ConversationId>,
    back: Back,
) -> Result<Input, EngineError> {
    let preview = match (back, conversation) {
        (Back::Written(what), _) => engine.take_back_preview(what).await?,
        (Back::To(Point { before, what }), Some(conversation)) => {
            engine.rewind_preview(conversation, before, what).await?
        }
        (Back::To(_), None) => return Ok(Input::Done(None)),
    };
    Ok(found(Found::Back(preview, back)))
}

async fn open(engine: &EngineHandle, which: Which) -> Result<Input, EngineError> {
    let conversation = match which {
        Which::This(id) => Some(engine.find_conversation(&id.to_string()).await?),
        Which::Named(text) => Some(engine.find_conversation(&text).await?),
        Which::Latest => engine.latest_conversation().await?,
    };
    let Some(conversation) = conversation else {
        return Ok(Input::Done(Some("This project has no conversation to continue yet.".to_owned())));
    };
    let id = conversation.conversation_id;
    let (page, artifacts, usage) = tokio::join!(
        engine.transcript(id, None, PAGE),
        engine.artifacts(Some(id), false, ARTIFACTS),
        engine.usage(UsageScope::Conversation(id)),
    );
    Ok(Input::Conversation(Box::new(LoadedConversation {
        id,
        title: conversation.title,
        page: page?,
        artifacts: artifacts?,
        usage: usage?,
    })))
}

async fn cost(engine: &EngineHandle, conversation: Option<ConversationId>) -> Result<CostView, EngineError> {
    let of_conversation = match conversation {
        Some(id) => engine.usage(UsageScope::Conversation(id)).await?,
        None => Vec::new(),
    };
    Ok(CostView { conversation: of_conversation, today: engine.usage(UsageScope::Today).await? })
}

/// Stops the program until the shell continues it.
fn suspend() {
    #[cfg(unix)]
    {
        use rustix::process::{Signal, getpid, kill_process};
        let _ = kill_process(getpid(), Signal::TSTP);
    }
}
