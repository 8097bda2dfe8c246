//! What an answer wants of each file, whichever of the forms it was said in.

use super::{
    Form, Proposal,
    blocks::{self, Block},
    envelope, fence,
    refusal::Refusal,
    unified::{self, About},
};

/// What is wanted of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The file, exactly as it was written; `None` where it was not named.
    pub path: Option<String>,
    /// Its language, where it was said.
    pub language: Option<String>,
    /// What is wanted.
    pub change: Change,
    /// The part of the answer that says so.
    pub said: String,
}

/// A change of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// This is the file.
    Whole(String),
    /// The file with these places changed.
    Edit(Vec<Block>),
    /// No file any more.
    Delete,
    /// The file `from` under this name, with these places changed.
    Rename {
        /// Its name until now.
        from: String,
        /// What changes beside the name.
        blocks: Vec<Block>,
    },
    /// Nobody knows.
    Refused(Refusal),
}

/// What the proposals of an answer want, in its order. Edits of one file are taken together.
pub fn wanted(proposals: &[Proposal]) -> Vec<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    for one in proposals.iter().flat_map(of_proposal) {
        let earlier = all.iter_mut().rev().find(|earlier| earlier.path == one.path);
        match (earlier.map(|earlier| (&mut earlier.change, &mut earlier.said)), one.change) {
            (Some((Change::Edit(blocks), said)), Change::Edit(more)) => {
                blocks.extend(more);
                said.push_str(&one.said);
            }
            (_, change) => all.push(Wanted { change, ..one }),
        }
    }
    all
}

/// What one proposal wants, of one file or of several.
pub fn of_proposal(proposal: &Proposal) -> Vec<Wanted> {
    let Proposal { path, language, content, .. } = proposal;
    let of = |path: Option<String>, change| Wanted {
        path,
        language: language.clone(),
        change,
        said: content.clone(),
    };
    if let Some(problem) = proposal.problems.iter().find(|problem| problem.leaves_end_open()) {
        return vec![of(path.clone(), Change::Refused(Refusal::Unreadable(problem.to_string())))];
    }
    match &proposal.form {
        _ if !proposal.is_offered() => Vec::new(),
        Form::File => vec![of(path.clone(), file(proposal))],
        Form::Edit if envelope_or_diff(content) => several(proposal, of),
        Form::Edit => vec![of(path.clone(), edit(content))],
        Form::Diff | Form::Patch => several(proposal, of),
        Form::Delete => vec![of(path.clone(), Change::Delete)],
        Form::Rename { from } => {
            vec![of(path.clone(), Change::Rename { from: from.clone(), blocks: Vec::new() })]
        }
    }
}

/// A whole file, unless it is a list of blocks that was put between the wrong tags.
fn file(proposal: &Proposal) -> Change {
    let is_said = |line: &&str| !line.trim().is_empty();
    match proposal.content.lines().find(is_said) {
        Some(first) if blocks::is_first(first) => edit(&proposal.content),
        _ => Change::Whole(proposal.content.clone()),
    }
}

fn edit(content: &str) -> Change {
    match blocks::read(content) {
        Ok(blocks) if blocks.is_empty() => Change::Refused(Refusal::Unreadable(NO_BLOCK.to_owned())),
        Ok(blocks) => Change::Edit(blocks),
        Err(sentence) => Change::Refused(Refusal::Unreadable(sentence)),
    }
}

const NO_BLOCK: &str = "The edit holds no block (<<<<<<< SEARCH, =======, >>>>>>> REPLACE).";

/// Whether the text between edit tags is in one of the other forms.
fn envelope_or_diff(content: &str) -> bool {
    !blocks::are_in(content) && content.lines().any(|line| envelope::is_first(line) || line.starts_with("@@"))
}

fn several(proposal: &Proposal, of: impl Fn(Option<String>, Change) -> Wanted) -> Vec<Wanted> {
    let content = &proposal.content;
    let result: Result<Vec<(Option<String>, Change)>, String> = match content.lines().any(envelope::is_first)
    {
        true => envelope::read(content).map(|sections| sections.into_iter().map(of_section).collect()),
        false => unified::read(content).and_then(|sections| sections.into_iter().map(of_diff).collect()),
    };
    let refused = |sentence: &str| {
        vec![of(proposal.path.clone(), Change::Refused(Refusal::Unreadable(sentence.to_owned())))]
    };
    match result {
        Ok(changes) if changes.is_empty() => refused("The patch changes no file."),
        Ok(changes) => {
            let named = |path: Option<String>| path.or_else(|| proposal.path.clone());
            changes.into_iter().map(|(path, change)| of(named(path), change)).collect()
        }
        Err(sentence) => refused(&sentence),
    }
}

fn of_section(section: envelope::Section) -> (Option<String>, Change) {
    match section {
        envelope::Section::Add { path, content } => (Some(path), Change::Whole(content)),
        envelope::Section::Delete { path } => (Some(path), Change::Delete),
        envelope::Section::Update { path, to: Some(to), hunks } if to != path => {
            (Some(to), Change::Rename { from: path, blocks: hunks })
        }
        envelope::Section::Update { path, hunks, .. } => (Some(path), of_hunks(hunks)),
    }
}

fn of_diff(section: unified::Section) -> Result<(Option<String>, Change), String> {
    Ok(match section.about()? {
        About::Existing(path) => (path, of_hunks(section.hunks)),
        About::Added(path) => {
            let content = section.hunks.iter().map(|hunk| hunk.likeliest().replace.as_str()).collect();
            (Some(path), Change::Whole(content))
        }
        About::Deleted(path) => (Some(path), Change::Delete),
        About::Renamed(from, to) => (Some(to), Change::Rename { from, blocks: section.hunks }),
    })
}

fn of_hunks(hunks: Vec<Block>) -> Change {
    match hunks.is_empty() {
        true => Change::Refused(Refusal::Unreadable("The diff holds no hunk.".to_owned())),
        false => Change::Edit(hunks),
    }
}

/// A name that stands alone in a line, as models put it above a block.
pub(super) fn path_in(line: &str) -> Option<String> {
    let name = line.trim().trim_start_matches(['#', '*', '`', ' ']).trim_end_matches(['*', '`', ':', ' ']);
    let is_path = !name.is_empty()
        && name.contains(['.', '/'])
        && !name.contains(char::is_whitespace)
        && !name.ends_with('.')
        && fence::Fence::of(line).is_none();
    is_path.then(|| name.to_owned())
}
