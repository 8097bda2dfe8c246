//! What goes along with a brief: the target whole, small context files whole, of larger ones the parts
//! that matter for the brief, then the code that an error message names and that a search finds.

use std::collections::HashSet;

use crate::{
    engine::{
        artifacts,
        code::{Codebase, Excerpt, RelevantFile, around, parts},
        context,
        prompt::{self, ContextFile, Materials, Window, estimate_tokens},
    },
    protocol::Brief,
    workspace::places::{Place, places},
};

use super::{Delegation, MAX_CONTEXT_FILES};

/// A context file of so many tokens goes along whole: about 250 lines.
const WHOLE_TOKENS: u64 = 3_000;
/// Tokens of the parts of a larger one.
const PARTS_TOKENS: u64 = 3_000;
/// Tokens of code that nobody named.
const FOUND_TOKENS: u64 = 1_500;

/// Tokens that are left for code beside the target.
struct Room(u64);

impl Room {
    /// As many of `wanted` as there are.
    fn at_most(&self, wanted: u64) -> u64 {
        self.0.min(wanted)
    }

    fn take(&mut self, tokens: u64) {
        self.0 = self.0.saturating_sub(tokens);
    }
}

impl Delegation {
    pub(super) async fn materials(&self) -> Materials {
        let brief = &self.brief;
        let names = &self.setup.settings.workspace.instructions;
        let mut materials = Materials {
            current: artifacts::current_text(&self.shared, &brief.path).await.ok().flatten(),
            instructions: context::instructions(&self.shared.workspace, names, Some(&brief.path)).await,
            structure: context::structure(&self.shared.workspace).await,
            plan: self.plan.clone(),
            turned_down: context::turned_down(&self.shared.store, self.conversation).await,
            ..Materials::default()
        };
        let mut room = self.room(&materials);
        let mut files = Vec::new();
        for path in brief.context_paths.iter().filter(|p| **p != brief.path).take(MAX_CONTEXT_FILES) {
            files.push((path.clone(), self.context_file(path, &mut room).await));
        }
        let mut shown: HashSet<String> = files.iter().map(|(path, _)| self.name(path)).collect();
        shown.insert(self.name(&brief.path));
        let mut code = self.of_error(&mut shown, &mut room).await;
        code.extend(self.found(&shown, &room).await);
        (materials.files, materials.code) = (files, code);
        materials
    }

    /// The room beside what goes along in any case.
    fn room(&self, materials: &Materials) -> Room {
        let wanted = self.setup.settings.context.coder_tokens;
        let Ok(coder) = self.setup.coder() else { return Room(wanted) };
        let correction = self.shared.calibration(&coder.choice.model).correction();
        let window = Window::new(coder.context_window, coder.max_output, correction, wanted);
        let taken = prompt::coder_sections(&self.brief, materials).iter().map(|part| part.tokens).sum();
        Room(window.own_beside(taken))
    }

    /// A file's one name, however it is spelled.
    fn name(&self, path: &str) -> String {
        self.shared.workspace.path(path).map_or_else(|_| path.to_owned(), |path| path.to_string())
    }

    async fn context_file(&self, path: &str, room: &mut Room) -> ContextFile {
        let text = match artifacts::current_text(&self.shared, path).await {
            Ok(Some(text)) => text,
            Ok(None) => return ContextFile::Unread("this file does not exist".to_owned()),
            Err(reason) => return ContextFile::Unread(reason),
        };
        let whole = estimate_tokens(&text);
        if whole <= room.at_most(WHOLE_TOKENS) {
            room.take(whole);
            return ContextFile::Whole(text);
        }
        let (task, path) = (wish(&self.brief), path.to_owned());
        let (budget, weights) = (room.at_most(PARTS_TOKENS), self.setup.settings.context.weights);
        let parts = tokio::task::spawn_blocking(move || parts(&task, &path, &text, budget, &weights)).await;
        match parts {
            Ok(parts) => {
                room.take(parts.file.tokens);
                ContextFile::Parts(parts)
            }
            Err(_) => ContextFile::Unread("it could not be looked through".to_owned()),
        }
    }

    /// The code at the places that the error message names, of files that are not `shown` anyway.
    async fn of_error(&self, shown: &mut HashSet<String>, room: &mut Room) -> Vec<String> {
        let error = self.brief.error_output.as_deref().unwrap_or_default();
        let mut pieces = Vec::new();
        let mut named = Vec::new();
        for Place { path, line } in places(error) {
            let path = self.name(&path);
            let Ok(Some(text)) = artifacts::current_text(&self.shared, &path).await else { continue };
            let Some(excerpt) = around(&path, &text, line).filter(|_| !shown.contains(&path)) else {
                continue;
            };
            let (piece, tokens) = piece(&path, excerpt);
            if tokens <= room.0 && !pieces.contains(&piece) {
                room.take(tokens);
                pieces.push(piece);
                named.push(path);
            }
        }
        shown.extend(named);
        pieces
    }

    /// What a search by the words of the brief finds beside the files that are `shown`.
    async fn found(&self, shown: &HashSet<String>, room: &Room) -> Vec<String> {
        let settings = &self.setup.settings;
        let (budget, patience) = (room.at_most(FOUND_TOKENS), settings.context.patience);
        if budget == 0 {
            return Vec::new();
        }
        let code = Codebase::of(&self.shared, settings);
        let task = wish(&self.brief);
        // Ranking and the store need their part of the time.
        let look = code.relevant_beside(&task, shown, budget, patience * 2 / 3);
        match tokio::time::timeout(patience, look).await {
            Ok(Ok(relevant)) => prompt::code(&relevant),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the project's code cannot be looked at");
                Vec::new()
            }
            Err(_) => Vec::new(),
        }
    }
}

/// The words by which code is looked for.
fn wish(brief: &Brief) -> String {
    let error = brief.error_output.as_deref().unwrap_or_default();
    let parts = [&brief.path, &brief.task].into_iter().map(String::as_str);
    parts.chain(brief.requirements.iter().map(String::as_str)).chain([error]).collect::<Vec<_>>().join("\n")
}

fn piece(path: &str, excerpt: Excerpt) -> (String, u64) {
    let tokens = estimate_tokens(&excerpt.text) + estimate_tokens(path);
    let file =
        RelevantFile { path: path.to_owned(), excerpts: vec![excerpt], tokens, ..RelevantFile::default() };
    (prompt::excerpts(&file).concat(), tokens)
}
