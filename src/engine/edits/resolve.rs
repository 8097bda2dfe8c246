//! From what an answer wants to what each file becomes: blocks are found in the files, and what does
//! not fit is a failure of that file alone.

use std::collections::HashMap;

use super::{Change, Original, Refusal, Wanted, blocks::Block};

/// A file that shall be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProposedFile {
    /// The path, not yet judged.
    pub path: String,
    /// Its language, where it was said.
    pub language: Option<String>,
    /// What becomes of it.
    pub change: ProposedChange,
}

/// What becomes of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposedChange {
    /// The file holds this afterwards.
    Write(String),
    /// There is no such file afterwards.
    Delete,
    /// The file `from` stands there afterwards.
    Rename {
        /// The path until now.
        from: String,
        /// Its content; `None`: the one it has.
        content: Option<String>,
    },
}

/// A file for which the answer cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The path.
    pub path: String,
    /// What is wrong.
    pub refusals: Vec<Refusal>,
    /// The part of the answer that is about it.
    pub said: String,
}

impl Failure {
    /// What is wrong, in sentences.
    pub fn reasons(&self) -> String {
        self.refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// What is known of the files: the text of each; `None` where there is no file, and a sentence where
/// it cannot be read.
pub type Texts = HashMap<String, Result<Option<String>, String>>;

/// What an answer comes to: at most one proposal a path, and what failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// What is proposed.
    pub files: Vec<ProposedFile>,
    /// What cannot be.
    pub failures: Vec<Failure>,
}

impl Resolved {
    /// What the files become. What has no path is meant for `target`; `texts` has every path that is
    /// named, and any others in which an edit may be found that was meant for them.
    pub fn of(wanted: Vec<Wanted>, target: &str, texts: &Texts) -> Self {
        let mut resolved = Self::default();
        for Wanted { path, language, change, said } in wanted {
            let path = path.unwrap_or_else(|| target.to_owned());
            match resolved.change(&path, change, texts) {
                Ok(change) => resolved.put(ProposedFile { path, language, change }),
                Err(refusals) => resolved.failures.push(Failure { path, refusals, said }),
            }
        }
        resolved
    }

    /// Takes in the answer to a repair: it stands for what it speaks of. A file that was named by
    /// mistake for another one is done with.
    pub fn repaired_by(&mut self, repair: Self) {
        let is_new = |path: &str| {
            repair.files.iter().any(|file| file.path == path)
                || repair.failures.iter().any(|failure| failure.path == path)
        };
        let was_another = |failure: &Failure| {
            failure.refusals.iter().any(|refusal| matches!(refusal, Refusal::WrongFile { .. }))
        };
        self.failures.retain(|failure| !is_new(&failure.path) && !was_another(failure));
        self.failures.extend(repair.failures);
        repair.files.into_iter().for_each(|file| self.put(file));
    }

    /// A later proposal for a path takes the place of an earlier one; the text of a file that has just
    /// got its name goes with the name.
    fn put(&mut self, mut file: ProposedFile) {
        let earlier = self.files.iter().position(|earlier| earlier.path == file.path);
        if let Some(earlier) = earlier.map(|at| self.files.remove(at))
            && let (ProposedChange::Rename { from, .. }, ProposedChange::Write(content)) =
                (earlier.change, &file.change)
        {
            file.change = ProposedChange::Rename { from, content: Some(content.clone()) };
        }
        if let ProposedChange::Rename { from, .. } = &file.change {
            self.files.retain(|other| other.path != *from);
        }
        self.files.push(file);
    }

    fn change(&self, path: &str, change: Change, texts: &Texts) -> Result<ProposedChange, Vec<Refusal>> {
        match change {
            Change::Whole(content) => Ok(ProposedChange::Write(content)),
            Change::Delete => Ok(ProposedChange::Delete),
            Change::Refused(refusal) => Err(vec![refusal]),
            Change::Edit(blocks) => {
                let text = self.text(path, texts)?;
                edited(path, text, &blocks, texts).map(ProposedChange::Write)
            }
            Change::Rename { from, blocks } => {
                let text = self.text(&from, texts)?.ok_or_else(|| vec![Refusal::NoFile])?;
                let content = match (blocks.is_empty(), self.said(&from).is_some()) {
                    (true, false) => None,
                    (true, true) => Some(text.to_owned()),
                    (false, _) => Some(edited(&from, Some(text), &blocks, texts)?),
                };
                Ok(ProposedChange::Rename { from, content })
            }
        }
    }

    /// The text of a path after what the answer has said so far.
    fn text<'a>(&'a self, path: &str, texts: &'a Texts) -> Result<Option<&'a str>, Vec<Refusal>> {
        let known = |path: &str| match texts.get(path) {
            Some(Ok(text)) => Ok(text.as_deref()),
            Some(Err(sentence)) => Err(vec![Refusal::Unreadable(sentence.clone())]),
            None => Ok(None),
        };
        match self.said(path) {
            Some(ProposedChange::Write(content)) => Ok(Some(content)),
            Some(ProposedChange::Rename { from, .. }) if from == path => Ok(None),
            Some(ProposedChange::Rename { content: Some(content), .. }) => Ok(Some(content)),
            Some(ProposedChange::Rename { from, content: None }) => known(from),
            Some(ProposedChange::Delete) => Ok(None),
            None => known(path),
        }
    }

    /// What the answer has said so far of a path.
    fn said(&self, path: &str) -> Option<&ProposedChange> {
        let is_about = |file: &&ProposedFile| {
            let is_left = matches!(&file.change, ProposedChange::Rename { from, .. } if from == path);
            file.path == path || is_left
        };
        self.files.iter().rev().find(is_about).map(|file| &file.change)
    }
}

fn edited(path: &str, text: Option<&str>, blocks: &[Block], texts: &Texts) -> Result<String, Vec<Refusal>> {
    let refusals = match Original::new(text.unwrap_or_default()).apply(blocks) {
        Ok(text) => return Ok(text),
        Err(refusals) => refusals,
    };
    if let Some(found_in) = elsewhere(path, blocks, texts) {
        return Err(vec![Refusal::WrongFile { found_in }]);
    }
    Err(if text.is_none() { vec![Refusal::NoFile] } else { refusals })
}

/// Another file in which every block has its place; the first by name, so that it is always the same.
fn elsewhere(path: &str, blocks: &[Block], texts: &Texts) -> Option<String> {
    let mut others: Vec<&String> = texts.keys().filter(|other| *other != path).collect();
    others.sort();
    let holds = |other: &&&String| match texts.get(**other) {
        Some(Ok(Some(text))) => {
            let original = Original::new(text);
            blocks.iter().all(|block| original.has(block))
        }
        _ => false,
    };
    others.iter().find(holds).map(|other| (*other).clone())
}
