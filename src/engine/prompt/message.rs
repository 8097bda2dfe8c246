//! Pure: the user's newest message, with what has changed around it.

use super::{estimate_tokens, window::Room};
use crate::{engine::context::Context, llm::Item, protocol::ClientContext};

/// What opens and closes the context, with the line that is always there.
const FRAME_TOKENS: u64 = 24;

/// How long a section is kept when not all fit; the first is kept longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    /// What the user's editor shows.
    Shown,
    /// What the user points to.
    Mentioned,
    /// The project's own instructions.
    Instructions,
    /// What became of proposals.
    Work,
    /// Code that was found.
    Code,
    /// The file tree.
    Structure,
}

impl Rank {
    /// Whether nobody asked for it.
    fn is_own(self) -> bool {
        self >= Self::Work
    }
}

/// A part of the context.
struct Section {
    rank: Rank,
    /// Its title; empty where the only piece has it.
    title: &'static str,
    /// The least important last.
    pieces: Vec<String>,
}

impl Section {
    fn new(rank: Rank, title: &'static str, pieces: Vec<String>) -> Self {
        Self { rank, title, pieces }
    }

    fn text(&self) -> String {
        let title = Some(self.title).filter(|title| !title.is_empty());
        title.into_iter().chain(self.pieces.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
    }

    /// Leaves the pieces that fit; whether all did.
    fn fit(&mut self, left: &mut u64) -> bool {
        let all = self.pieces.len();
        let mut rest = left.saturating_sub(estimate_tokens(self.title) + 1);
        let mut fitting = 0;
        for piece in &self.pieces {
            let Some(after) = rest.checked_sub(estimate_tokens(piece) + 1) else { break };
            (rest, fitting) = (after, fitting + 1);
        }
        self.pieces.truncate(fitting);
        if fitting > 0 {
            *left = rest;
        }
        if fitting < all && self.rank == Rank::Structure && self.pieces.pop().is_some() {
            self.pieces.push("…".to_owned());
        }
        fitting == all
    }
}

/// The user's words with as much of what is around them as there is room for. What an earlier message
/// of the conversation already holds word for word is not sent again.
pub(crate) fn user_message(
    text: &str,
    context: &Context,
    client: &ClientContext,
    history: &[Item],
    room: Room,
) -> String {
    let mut sections = sections(context, client, history);
    fit(&mut sections, room);
    let date = format!("Date: {}. Project: {}.", context.date, context.project);
    let texts = [date].into_iter().chain(sections.iter().map(Section::text));
    let new: Vec<String> = texts.filter(|text| !already_said(text, history)).collect();
    match new.is_empty() {
        true => text.to_owned(),
        false => format!("{text}\n\n<context>\n{}\n</context>", new.join("\n\n")),
    }
}

/// What is new, in the order in which it is sent.
fn sections(context: &Context, client: &ClientContext, history: &[Item]) -> Vec<Section> {
    let whole = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty()).into_iter().collect();
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    let new =
        |pieces: &[String]| pieces.iter().filter(|piece| !already_said(piece, history)).cloned().collect();
    let mut sections = vec![
        Section::new(Rank::Instructions, "[PROJECT INSTRUCTIONS]", whole(&context.instructions)),
        Section::new(Rank::Structure, "[PROJECT STRUCTURE]", lines(&context.structure)),
        Section::new(Rank::Mentioned, "[MENTIONED]", new(&context.mentioned)),
        Section::new(Rank::Code, "[RELEVANT CODE]", new(&context.code)),
        Section::new(Rank::Work, "[RECENT WORK]", lines(&context.recent_work)),
    ];
    sections.extend(shown(client).into_iter().map(|text| Section::new(Rank::Shown, "", vec![text])));
    sections.retain(|section| !section.pieces.is_empty() && !already_said(&section.text(), history));
    sections
}

/// Cuts from the least important up: once something of a section does not fit, nothing of those below it
/// is sent.
fn fit(sections: &mut Vec<Section>, room: Room) {
    let mut left = room.all.saturating_sub(FRAME_TOKENS);
    let mut own = room.own.min(left);
    let mut order: Vec<&mut Section> = sections.iter_mut().collect();
    order.sort_by_key(|section| section.rank);
    for section in order {
        let before = if section.rank.is_own() { own.min(left) } else { left };
        let mut after = before;
        let is_whole = section.fit(&mut after);
        left = if is_whole || section.rank.is_own() { left - (before - after) } else { 0 };
        if section.rank.is_own() {
            own = if is_whole { after } else { 0 };
        }
    }
    sections.retain(|section| !section.pieces.is_empty());
}

fn shown(client: &ClientContext) -> Vec<String> {
    let mut sections = Vec::new();
    if let Some(path) = &client.file_path {
        sections.push(format!("[OPEN FILE] {path}"));
    }
    if !client.images.is_empty() {
        sections.push(format!("[IMAGES] in this order: {}", client.images.join(", ")));
    }
    if let Some(selection) = &client.selection {
        sections.push(format!(
            "[SELECTION] lines {}-{}\n{}",
            selection.start_line, selection.end_line, selection.text
        ));
    }
    sections
}

fn already_said(section: &str, history: &[Item]) -> bool {
    history.iter().any(|item| matches!(item, Item::User { text, .. } if text.contains(section)))
}
