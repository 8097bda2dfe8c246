//! A change that is being read and that says where it ends by marks of its own: the blocks of an
//! edit, a unified diff, a patch in an envelope. It is kept as it was written; `blocks` and its
//! neighbours understand it later.

use super::{
    Form, Problem, Proposal, blocks, envelope,
    fence::Fence,
    tag::{self, OpenTag},
    unified,
};

/// What an open change makes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// It belongs to the change.
    Kept,
    /// It is the end of the change.
    Ended,
    /// The change has ended before it.
    EndedBefore,
}

/// An open change.
#[derive(Debug)]
pub(super) struct Marked {
    form: Form,
    path: Option<String>,
    /// Stands between tags. Without them anything that is no block ends an edit.
    is_tagged: bool,
    /// Between the first and the last mark of a block, where every line is content.
    is_in_block: bool,
    content: String,
    /// Bytes of the content that were handed out.
    shown: usize,
}

impl Marked {
    pub(super) fn tagged(path: Option<String>) -> Self {
        Self { is_tagged: true, ..Self::bare(Form::Edit, path) }
    }

    pub(super) fn bare(form: Form, path: Option<String>) -> Self {
        Self { form, path, is_tagged: false, is_in_block: false, content: String::new(), shown: 0 }
    }

    /// Reads a line.
    pub(super) fn take(&mut self, line: &str) -> Taken {
        let taken = match self.form {
            Form::Diff => of_diff(line),
            Form::Patch => of_patch(line),
            _ => self.of_edit(line),
        };
        let is_last_of_patch = self.form == Form::Patch && taken == Taken::Ended;
        if taken == Taken::Kept || is_last_of_patch {
            self.content.push_str(line);
            self.content.push('\n');
        }
        taken
    }

    fn of_edit(&mut self, line: &str) -> Taken {
        if self.is_in_block {
            self.is_in_block = !blocks::is_last(line);
            return Taken::Kept;
        }
        self.is_in_block = blocks::is_first(line);
        match self.is_in_block || line.trim().is_empty() {
            true => Taken::Kept,
            false if self.is_tagged && tag::is_edit_end(line) => Taken::Ended,
            false if self.is_tagged && OpenTag::opening(line).is_none() => Taken::Kept,
            false => Taken::EndedBefore,
        }
    }

    /// Content to be shown now.
    pub(super) fn take_ready(&mut self) -> Option<String> {
        let text = self.content.get(self.shown..)?.to_owned();
        self.shown = self.content.len();
        Some(text).filter(|text| !text.is_empty())
    }

    /// What is missing when the answer ends here.
    pub(super) fn end_with_answer(&self, cut: bool) -> Option<Problem> {
        match (cut, self.is_in_block || self.form == Form::Patch) {
            (true, _) => Some(Problem::CutOff),
            (false, true) => Some(Problem::BlockOpen),
            (false, false) => None,
        }
    }

    /// The rest to be shown, and the whole.
    pub(super) fn close(mut self, problem: Option<Problem>) -> (Option<String>, Proposal) {
        let rest = self.take_ready();
        let Self { form, path, content, .. } = self;
        let proposal =
            Proposal { form, path, language: None, content, problems: problem.into_iter().collect() };
        (rest, proposal)
    }
}

fn of_diff(line: &str) -> Taken {
    if unified::may_hold(line) { Taken::Kept } else { Taken::EndedBefore }
}

fn of_patch(line: &str) -> Taken {
    match Fence::of(line) {
        _ if envelope::is_last(line) => Taken::Ended,
        Some(_) => Taken::EndedBefore,
        None => Taken::Kept,
    }
}
