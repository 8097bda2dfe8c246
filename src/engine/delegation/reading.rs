//! One answer of the coder as it is read, and the judgement on it: files to propose, or what to ask
//! to be repaired.

use crate::{
    engine::edits::{ArtifactParser, Parsed, Piece, Proposal, sole_code_block},
    llm::{Finish, FinishReason},
};

use super::DelegationError;

/// An answer while it streams in.
#[derive(Default)]
pub(super) struct Reading {
    parser: ArtifactParser,
    said: String,
    commentary: String,
    open_path: Option<String>,
}

/// A file with the path that it is proposed for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ProposedFile {
    pub(crate) path: String,
    pub(crate) language: Option<String>,
    pub(crate) content: String,
}

/// What an answer is good for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Files to propose, and the words beside them.
    Usable { files: Vec<ProposedFile>, commentary: String },
    /// Nothing to propose: what was said, and what to tell the coder about it.
    Unusable { said: String, problem: String },
}

impl Reading {
    /// Takes a piece of text; returns what of it belongs to the file `target` or another, by path.
    pub(super) fn push(&mut self, text: &str, target: &str) -> Vec<(String, String)> {
        self.said.push_str(text);
        let pieces = self.parser.push(text);
        pieces.into_iter().filter_map(|piece| self.shown(piece, target)).collect()
    }

    fn shown(&mut self, piece: Piece, target: &str) -> Option<(String, String)> {
        match piece {
            Piece::Opened { path, .. } => self.open_path = Some(path.unwrap_or_else(|| target.to_owned())),
            Piece::Content(content) => return self.open_path.clone().map(|path| (path, content)),
            Piece::Commentary(words) => self.commentary.push_str(&words),
            Piece::Closed(_) => self.open_path = None,
        }
        None
    }

    /// Judges the whole answer to a brief for `target`.
    pub(super) fn judge(mut self, finish: &Finish, target: &str) -> Result<Verdict, DelegationError> {
        if finish.reason == FinishReason::ContentFilter {
            return Err(DelegationError::Filtered);
        }
        let cut = finish.reason == FinishReason::Length;
        let Parsed { pieces, proposals } = std::mem::take(&mut self.parser).finish(cut);
        pieces.into_iter().for_each(|piece| drop(self.shown(piece, target)));
        let files: Vec<ProposedFile> =
            proposals.iter().filter(|p| p.is_offered()).map(|p| proposed(p, target)).collect();
        if !files.is_empty() {
            return Ok(Verdict::Usable { files, commentary: self.commentary });
        }
        if cut {
            return Err(DelegationError::Cut);
        }
        Ok(self.without_artifact(&proposals, target))
    }

    /// A model that forgot the tags and gave exactly one code block was asked for exactly one file.
    fn without_artifact(self, proposals: &[Proposal], target: &str) -> Verdict {
        match sole_code_block(&self.said).filter(|_| proposals.is_empty()) {
            Some(block) => {
                let file = ProposedFile {
                    path: target.to_owned(),
                    language: block.language,
                    content: block.content,
                };
                Verdict::Usable { files: vec![file], commentary: String::new() }
            }
            None => Verdict::Unusable { problem: problem(proposals), said: self.said },
        }
    }
}

fn proposed(proposal: &Proposal, target: &str) -> ProposedFile {
    ProposedFile {
        path: proposal.path.clone().unwrap_or_else(|| target.to_owned()),
        language: proposal.language.clone(),
        content: proposal.content.clone(),
    }
}

fn problem(proposals: &[Proposal]) -> String {
    match proposals.iter().flat_map(|proposal| &proposal.problems).next() {
        Some(problem) => problem.to_string(),
        None => "there was no <artifact> tag in it.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(answer: &str, reason: FinishReason, expected: &str) {
        let mut reading = Reading::default();
        reading.push(answer, "src/a.rs");
        let seen = match reading.judge(&Finish { reason, ..Finish::default() }, "src/a.rs") {
            Ok(Verdict::Usable { files, .. }) => {
                files.iter().map(|f| format!("{}={:?}", f.path, f.content)).collect::<Vec<_>>().join(" ")
            }
            Ok(Verdict::Unusable { problem, .. }) => format!("repair: {problem}"),
            Err(error) => format!("error: {error}"),
        };
        assert!(seen.starts_with(expected), "{answer:?}: {seen}");
    }

    #[test]
    fn answers_are_judged() {
        let stop = FinishReason::Stop;
        check("<artifact path=\"src/a.rs\">\nx\n</artifact>\n", stop, "src/a.rs=\"x\\n\"");
        check("<artifact path=\"src/b.rs\">\nx\n</artifact>\n", stop, "src/b.rs=\"x\\n\"");
        check("<artifact>\nx\n</artifact>\n", stop, "src/a.rs=\"x\\n\"");
        check("Here:\n```rust\nx\n```\n", stop, "src/a.rs=\"x\\n\"");
        check("I cannot do that.", stop, "repair: there was no <artifact> tag");
        check("<artifact path=\"src/a.rs\">\nx\n", stop, "repair: ");
        check("<artifact path=\"src/a.rs\">\nx\n", FinishReason::Length, "error: the coder's answer was cut");
        check(
            "no",
            FinishReason::ContentFilter,
            "error: the coder's answer was cut by its provider's content filter",
        );
    }
}
