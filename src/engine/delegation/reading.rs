//! One answer of the coder as it is read, and the judgement on it: what it wants of which files, or
//! what to ask to be repaired.

use crate::{
    engine::edits::{
        self, ArtifactParser, Change, Form, Parsed, Piece, Proposal, Wanted,
        blocks::{self, Block},
        sole_code_block,
    },
    llm::{Finish, FinishReason},
};

use super::DelegationError;

/// An answer while it streams in.
#[derive(Default)]
pub(super) struct Reading {
    parser: ArtifactParser,
    said: String,
    commentary: String,
    open: Option<Open>,
}

/// The part that is being read.
struct Open {
    path: String,
    form: Form,
    /// Of an edit: text since the last whole block, and the blocks.
    rest: String,
    blocks: Vec<Block>,
}

/// Each time all blocks are sought again: beyond this many, not every one of them is shown at once.
const SHOWN_SINGLY: usize = 32;

/// What of an answer can be shown while it streams in.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shown {
    /// More of a file that is written whole.
    Piece { path: String, content: String },
    /// The blocks of a file's edit so far.
    Blocks { path: String, blocks: Vec<Block> },
}

/// What an answer is good for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// What it wants of files, the words beside that, and all that was said.
    Usable { wanted: Vec<Wanted>, commentary: String, said: String },
    /// Nothing to propose: what was said, and what to tell the coder about it.
    Unusable { said: String, problem: String },
}

impl Reading {
    /// Takes a piece of text; returns what of it can be shown, `target` being the file of the brief.
    pub(super) fn push(&mut self, text: &str, target: &str) -> Vec<Shown> {
        self.said.push_str(text);
        let pieces = self.parser.push(text);
        pieces.into_iter().flat_map(|piece| self.shown(piece, target)).collect()
    }

    fn shown(&mut self, piece: Piece, target: &str) -> Vec<Shown> {
        match piece {
            Piece::Opened { form, path, .. } => {
                let path = path.unwrap_or_else(|| target.to_owned());
                self.open = Some(Open { path, form, rest: String::new(), blocks: Vec::new() });
                Vec::new()
            }
            Piece::Content(content) => {
                self.open.as_mut().and_then(|open| open.take(content)).into_iter().collect()
            }
            Piece::Commentary(words) => {
                self.commentary.push_str(&words);
                Vec::new()
            }
            Piece::Closed(place) => {
                let form = self.open.take().map(|open| open.form);
                let proposal = self.parser.proposals().get(place);
                let is_patch = matches!(form, Some(Form::Diff | Form::Patch));
                proposal.filter(|_| is_patch).map(|patch| of_patch(patch, target)).unwrap_or_default()
            }
        }
    }

    /// Judges the whole answer to a brief for `target`.
    pub(super) fn judge(mut self, finish: &Finish, target: &str) -> Result<Verdict, DelegationError> {
        if finish.reason == FinishReason::ContentFilter {
            return Err(DelegationError::Filtered);
        }
        let cut = finish.reason == FinishReason::Length;
        let Parsed { pieces, proposals } = std::mem::take(&mut self.parser).finish(cut);
        pieces.into_iter().for_each(|piece| drop(self.shown(piece, target)));
        let wanted = edits::wanted(&proposals);
        if wanted.iter().any(is_understood) {
            return Ok(Verdict::Usable { wanted, commentary: self.commentary, said: self.said });
        }
        if cut {
            return Err(DelegationError::Cut);
        }
        Ok(self.without_artifact(&proposals))
    }

    /// A model that forgot the tags and gave exactly one code block was asked for exactly one file.
    fn without_artifact(self, proposals: &[Proposal]) -> Verdict {
        match sole_code_block(&self.said).filter(|_| proposals.is_empty()) {
            Some(block) => {
                let change = Change::Whole(block.content);
                let file = Wanted { path: None, language: block.language, change, said: String::new() };
                Verdict::Usable { wanted: vec![file], commentary: String::new(), said: self.said }
            }
            None => Verdict::Unusable { problem: problem(proposals), said: self.said },
        }
    }
}

impl Open {
    fn take(&mut self, content: String) -> Option<Shown> {
        let path = self.path.clone();
        match self.form {
            Form::File => Some(Shown::Piece { path, content }),
            Form::Edit => {
                let (before, end) = (self.rest.len(), blocks::end_of_last(&content));
                self.rest.push_str(&content);
                let whole: String = self.rest.drain(..before + end?).collect();
                self.blocks.extend(blocks::read(&whole).unwrap_or_default());
                let count = self.blocks.len();
                let is_shown = count <= SHOWN_SINGLY || count.is_multiple_of(SHOWN_SINGLY);
                is_shown.then(|| Shown::Blocks { path, blocks: self.blocks.clone() })
            }
            _ => None,
        }
    }
}

/// A patch is shown when it is whole: only then is it known which files it is about.
fn of_patch(patch: &Proposal, target: &str) -> Vec<Shown> {
    let files = edits::of_proposal(patch).into_iter().filter_map(|wanted| match wanted.change {
        Change::Edit(blocks) => Some((wanted.path, blocks)),
        _ => None,
    });
    files
        .map(|(path, blocks)| Shown::Blocks { path: path.unwrap_or_else(|| target.to_owned()), blocks })
        .collect()
}

fn is_understood(wanted: &Wanted) -> bool {
    !matches!(wanted.change, Change::Refused(_))
}

fn problem(proposals: &[Proposal]) -> String {
    let refused = edits::wanted(proposals).into_iter().find_map(|wanted| match wanted.change {
        Change::Refused(refusal) => Some(refusal.to_string()),
        _ => None,
    });
    let noticed = || proposals.iter().flat_map(|proposal| &proposal.problems).next().map(ToString::to_string);
    refused.or_else(noticed).unwrap_or_else(|| "there was no <artifact> and no <edit> tag in it.".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, reason: FinishReason, expected: &str) {
        let mut reading = Reading::default();
        reading.push(answer, "src/a.rs");
        let seen = match reading.judge(&Finish { reason, ..Finish::default() }, "src/a.rs") {
            Ok(Verdict::Usable { wanted, .. }) => wanted.iter().map(shown).collect::<Vec<_>>().join(" "),
            Ok(Verdict::Unusable { problem, .. }) => format!("repair: {problem}"),
            Err(error) => format!("error: {error}"),
        };
        assert!(seen.starts_with(expected), "{answer:?}: {seen}");
    }

    fn shown(wanted: &Wanted) -> String {
        let path = wanted.path.as_deref().unwrap_or("target");
        match &wanted.change {
            Change::Whole(content) => format!("{path}={content:?}"),
            Change::Edit(blocks) => format!("{path}~{}", blocks.len()),
            Change::Delete => format!("-{path}"),
            Change::Rename { from, .. } => format!("{from}>{path}"),
            Change::Refused(_) => format!("{path}?"),
        }
    }

    #[test]
    fn answers_are_judged() {
        let stop = FinishReason::Stop;
        check("<artifact path=\"src/a.rs\">\nx\n</artifact>\n", stop, "src/a.rs=\"x\\n\"");
        check("<artifact path=\"src/b.rs\">\nx\n</artifact>\n", stop, "src/b.rs=\"x\\n\"");
        check("<artifact>\nx\n</artifact>\n", stop, "target=\"x\\n\"");
        check("Here:\n```rust\nx\n```\n", stop, "target=\"x\\n\"");
        check("I cannot do that.", stop, "repair: there was no <artifact> and no <edit> tag");
        check("<artifact path=\"src/a.rs\">\nx\n", stop, "repair: ");
        check("<edit path=\"src/a.rs\">\nx\n</edit>\n", stop, "repair: The edit holds no block");
        check("<artifact path=\"src/a.rs\">\nx\n", FinishReason::Length, "error: the coder's answer was cut");
        check(
            "no",
            FinishReason::ContentFilter,
            "error: the coder's answer was cut by its provider's content filter",
        );
    }

    #[test]
    fn what_is_whole_is_kept_beside_what_is_not() {
        let whole =
            "<artifact path=\"a\">\nx\n</artifact>\n<delete path=\"b\"/>\n<rename from=\"c\" to=\"d\"/>\n";
        let block = "<<<<<<< SEARCH\nx\n=======\ny\n>>>>>>> REPLACE\n";
        let edit = format!("{whole}<edit path=\"e\">\n{block}{block}</edit>\n");
        check(&edit, FinishReason::Stop, "a=\"x\\n\" -b c>d e~2");
        check(&format!("{whole}<artifact path=\"e\">\nx"), FinishReason::Length, "a=\"x\\n\" -b c>d e?");
    }

    #[test]
    fn each_whole_block_is_shown() {
        let answer = "<edit path=\"a\">\n<<<<<<< SEARCH\n1\n=======\n2\n>>>>>>> REPLACE\nand\n<<<<<<< SEARCH\n3\n=======\n4\n>>>>>>> REPLACE\n</edit>\n";
        for size in [1, 7, answer.len()] {
            let mut reading = Reading::default();
            let chunks = answer.as_bytes().chunks(size).map(|chunk| String::from_utf8_lossy(chunk));
            let shown: Vec<Shown> = chunks.flat_map(|chunk| reading.push(&chunk, "t")).collect();
            let last = shown.last();
            assert!(
                matches!(last, Some(Shown::Blocks { path, blocks }) if path == "a" && blocks.len() == 2),
                "{last:?}"
            );
        }
    }
}
