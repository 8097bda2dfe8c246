//! What the user points to with `@` in a prompt: files, lines, folders and symbols, looked up in the
//! project so that their text goes along. What names nothing stays a word like others.

mod fit;
mod names;

pub(crate) use fit::Piece;
pub(crate) use names::symbols;

use std::{sync::Arc, time::Duration};

use crate::{
    engine::{
        Shared,
        artifacts::{self, Waiting},
    },
    protocol::{
        LineRange,
        mention::{self, Mention},
    },
    workspace::{FileError, Halt, RelPath, list::ListRequest, text},
};

/// Mentions of one prompt that are looked up: more are a pasted text rather than pointed to.
const LOOKED_UP: usize = 20;
/// Estimated tokens of all that goes along with one prompt.
const TOKENS: u64 = 16_000;
/// Files of a folder that are named.
const LISTED: usize = 200;
/// How long a folder may be looked through.
const LISTING_TIME: Duration = Duration::from_secs(1);
/// How long looking up may hold up the request: the user has asked for it, so more than for a guess.
const TIME_BOUND: Duration = Duration::from_secs(5);

/// What a mention stands for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mentioned {
    /// Text of a file.
    Piece(Piece),
    /// A folder's files.
    Folder { path: String, files: Vec<String>, left_out: usize },
    /// A file that it is proposed to delete or to rename.
    Gone(String),
    /// Where else a name is defined than in the pieces before: `src/a.rs:3-9`.
    Elsewhere { name: String, places: Vec<String> },
}

/// What the mentions of a prompt come to.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Found {
    pub(crate) mentioned: Vec<Mentioned>,
    /// Sentences for the user about what looks like a file and cannot be shown.
    pub(crate) notices: Vec<String>,
}

/// Looks up what `text` mentions. Names in `images` are seen, not read.
pub(crate) async fn look_up(shared: &Shared, text: &str, images: &[String]) -> Found {
    let mentions = mention::find(text);
    if mentions.is_empty() {
        return Found::default();
    }
    let mut look = LookUp { shared, left: TOKENS, found: Found::default() };
    let wanted = wanted(mentions, images);
    if tokio::time::timeout(TIME_BOUND, look.all(&wanted)).await.is_err() {
        let late = "looking up what the prompt mentions took too long; the rest of it was left out";
        look.found.notices.push(late.to_owned());
    }
    look.found
}

/// Each once, as many as are looked up.
fn wanted(mentions: Vec<Mention>, images: &[String]) -> Vec<(String, Option<LineRange>)> {
    let mut wanted = Vec::new();
    for Mention { name, lines, is_closed, .. } in mentions {
        let mention = (name, lines);
        if is_closed && !mention.0.is_empty() && !images.contains(&mention.0) && !wanted.contains(&mention) {
            wanted.push(mention);
        }
    }
    wanted.truncate(LOOKED_UP);
    wanted
}

struct LookUp<'a> {
    shared: &'a Shared,
    /// Estimated tokens that are left.
    left: u64,
    found: Found,
}

/// What is at a path.
enum At {
    Text { text: String, is_proposed: bool },
    Gone,
    Folder,
    Nothing,
    Refused(FileError),
}

impl LookUp<'_> {
    async fn all(&mut self, wanted: &[(String, Option<LineRange>)]) {
        for (name, lines) in wanted {
            self.one(name, *lines).await;
        }
    }

    /// A path first: a symbol of the same name is found by its whole name.
    async fn one(&mut self, name: &str, lines: Option<LineRange>) {
        match self.shared.workspace.folder(name) {
            Ok(None) => self.add_folder(None).await,
            Ok(Some(path)) => self.at_path(name, lines, path).await,
            // Meant as a path for sure; one that begins with `/` can be what a bundler calls the root.
            Err(refusal) if name.starts_with("~/") || name.starts_with("../") => {
                self.found.notices.push(format!("nothing of @{name} was sent along: {refusal}"));
            }
            Err(_) => drop(self.add_symbols(name).await),
        }
    }

    async fn at_path(&mut self, name: &str, lines: Option<LineRange>, path: RelPath) {
        match at(self.shared, &path).await {
            At::Text { text, is_proposed } => self.add_text(&path, &text, lines, is_proposed),
            At::Gone => self.found.mentioned.push(Mentioned::Gone(path.to_string())),
            At::Folder => self.add_folder(Some(path)).await,
            At::Nothing => {
                if !self.add_symbols(name).await && self.looks_like_a_file(&path).await {
                    self.found.notices.push(format!(
                        "nothing of @{name} was sent along: there is no such file in the project"
                    ));
                }
            }
            At::Refused(why) => {
                self.found.notices.push(format!("nothing of @{name} was sent along: {why}"));
            }
        }
    }

    fn add_text(&mut self, path: &RelPath, text: &str, lines: Option<LineRange>, is_proposed: bool) {
        let total = text.lines().count();
        // Lines that are not there were there once: then the whole file is meant.
        let lines = lines.filter(|lines| lines.start <= total);
        let lines =
            lines.map(|LineRange { start, len }| LineRange { start, len: len.min(total - start + 1) });
        if !self.has(path.as_str(), lines.unwrap_or(LineRange { start: 1, len: total })) {
            let piece = fit::piece(path.as_str(), text, lines, is_proposed, &mut self.left);
            self.found.mentioned.push(Mentioned::Piece(piece));
        }
    }

    async fn add_folder(&mut self, folder: Option<RelPath>) {
        let path = folder.as_ref().map_or(".".to_owned(), RelPath::to_string);
        let workspace = Arc::clone(&self.shared.workspace);
        let request = ListRequest { folder, max: LISTED, ..ListRequest::default() };
        let list = move || workspace.list(&request, &Halt::after(LISTING_TIME));
        if let Ok(Ok(listing)) = tokio::task::spawn_blocking(list).await {
            let (files, left_out) = (listing.paths, listing.left_out);
            self.found.mentioned.push(Mentioned::Folder { path, files, left_out });
        }
    }

    /// Whether a symbol has this name.
    async fn add_symbols(&mut self, name: &str) -> bool {
        let defined = names::definitions(self.shared, name).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "the symbols of the project cannot be looked through");
            Vec::new()
        });
        let is_known = !defined.is_empty();
        let (shown, others) = defined.split_at(defined.len().min(names::SHOWN));
        shown.iter().for_each(|one| self.add_definition(one));
        if !others.is_empty() {
            let places = others.iter().map(names::Definition::place).collect();
            self.found.mentioned.push(Mentioned::Elsewhere { name: name.to_owned(), places });
        }
        is_known
    }

    fn add_definition(&mut self, one: &names::Definition) {
        if !self.has(&one.path, one.lines) {
            let piece = fit::piece(&one.path, &one.text, Some(one.lines), one.is_proposed, &mut self.left);
            self.found.mentioned.push(Mentioned::Piece(piece));
        }
    }

    /// Whether these lines go along already.
    fn has(&self, path: &str, lines: LineRange) -> bool {
        let last = lines.start + lines.len - 1;
        pieces(&self.found.mentioned).any(|piece| {
            piece.path == path && piece.first_line as usize <= lines.start && last <= piece.last_line as usize
        })
    }

    /// In a folder that is there, and with an ending: `@types/node` is the name of a package.
    async fn looks_like_a_file(&self, path: &RelPath) -> bool {
        let mut parts = path.parts();
        let (folder, name) = (parts.next().unwrap_or_default(), parts.next_back().unwrap_or_default());
        let Ok(folder) = self.shared.workspace.path(folder) else { return false };
        name.contains('.') && matches!(at(self.shared, &folder).await, At::Folder)
    }
}

/// The pieces of text among what is mentioned.
pub(crate) fn pieces(mentioned: &[Mentioned]) -> impl Iterator<Item = &Piece> {
    mentioned.iter().filter_map(|one| match one {
        Mentioned::Piece(piece) => Some(piece),
        _ => None,
    })
}

/// What waits for a path counts as its file.
async fn at(shared: &Shared, path: &RelPath) -> At {
    match artifacts::waiting(shared, path).await {
        Some(Waiting::Text(text)) => return At::Text { text, is_proposed: true },
        Some(Waiting::Gone) => return At::Gone,
        None => {}
    }
    let (workspace, path) = (Arc::clone(&shared.workspace), path.clone());
    let read = tokio::task::spawn_blocking(move || {
        let file = workspace.read_file(&path)?;
        text::decode(&file.content).map_err(|why| FileError::NotText { path: path.to_string(), why })
    });
    match read.await {
        Ok(Ok(text)) => At::Text { text, is_proposed: false },
        Ok(Err(FileError::Folder { .. })) => At::Folder,
        Ok(Err(FileError::Missing { .. } | FileError::NotAFolder { .. })) | Err(_) => At::Nothing,
        Ok(Err(why)) => At::Refused(why),
    }
}
