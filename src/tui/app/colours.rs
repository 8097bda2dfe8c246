//! Colours of code: asked for after a frame has shown the code plain, drawn when they have come.

use std::collections::HashMap;

use super::App;
use crate::tui::{
    diff::Side,
    highlight::{Answer, BlockId, Coloured, Job},
};

/// The sides of the shown diff that wait for colours, each with the revision it was asked for.
#[derive(Debug, Default)]
pub(super) struct DiffBlocks(HashMap<BlockId, (u64, Side)>);

impl App {
    /// Code on the screen that has no colours yet.
    pub(crate) fn wanted_colours(&mut self) -> Vec<Job> {
        let mut jobs = self.chat.wanted_colours();
        for wanted in self.diff.wanted() {
            self.diff_blocks.0.retain(|_, (revision, _)| *revision == wanted.revision);
            let block = BlockId::fresh();
            self.diff_blocks.0.insert(block, (wanted.revision, wanted.side));
            jobs.push(Job { block, language: wanted.language, first_line: 0, code: wanted.code });
        }
        jobs
    }

    /// A job found no place: it is wanted again with a later frame. A diff stays plain then.
    pub(crate) fn resend(&mut self, job: &Job) {
        self.chat.resend(job.block, job.first_line);
    }

    pub(super) fn colour(&mut self, answer: Answer) {
        match answer {
            Answer::Lost(block) => self.chat.resend(block, 0),
            Answer::Coloured(coloured) => self.coloured(coloured),
        }
    }

    fn coloured(&mut self, coloured: Coloured) {
        match self.diff_blocks.0.get(&coloured.block) {
            Some((revision, side)) => {
                self.diff.colour_lines(*revision, *side, coloured.first_line, coloured.lines);
            }
            None => {
                self.chat.colour(&coloured);
            }
        }
    }
}
