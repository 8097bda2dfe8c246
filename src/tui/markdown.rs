//! Markdown of models as lines for the screen, while it grows. What lies before the last block is laid
//! out once; a piece that is appended costs what the last block costs, in a code block its last line.
//!
//! What is shown is a function of the text and the width alone: however the text was cut into pieces,
//! the lines are the same. That is why references (`[label]: target`) stay as they were written:
//! a definition at the end would change lines far above it, and nothing on this screen jumps.

use std::ops::Range;

use super::{
    highlight::{BlockId, Coloured, Job},
    text::Line,
};

mod code;
mod fence;
mod flow;
mod inline;
mod layout;
mod page;
mod source;
mod table;
mod urls;

pub(crate) use code::CodeBlock;
use fence::Fence;
use layout::{Mark, Tail};
pub(crate) use page::Link;
use page::Page;

/// A Markdown text, laid out at a width.
#[derive(Debug)]
pub(crate) struct Markdown {
    columns: usize,
    source: String,
    page: Page,
    /// Up to where the source is laid out for good.
    settled: Mark,
    /// The code block at the end that has not been closed yet.
    fence: Option<Fence>,
}

impl Markdown {
    /// An empty text for a pane of this width.
    pub(crate) fn new(columns: usize) -> Self {
        Self {
            columns: columns.max(1),
            source: String::new(),
            page: Page::default(),
            settled: Mark::default(),
            fence: None,
        }
    }

    /// Adds a piece at the end.
    pub(crate) fn append(&mut self, text: &str) {
        if !text.is_empty() {
            self.source.push_str(text);
            self.grow();
        }
    }

    /// Makes `text` the whole; what it has in common with the present text's beginning is kept when
    /// that is all of it.
    pub(crate) fn set(&mut self, text: &str) {
        match text.strip_prefix(self.source.as_str()) {
            Some(rest) => self.append(rest),
            None => {
                text.clone_into(&mut self.source);
                self.lay_all();
            }
        }
    }

    /// Lays all of it out for another width; the colours of code are kept.
    pub(crate) fn set_columns(&mut self, columns: usize) {
        let columns = columns.max(1);
        if columns != self.columns {
            self.columns = columns;
            self.lay_all();
        }
    }

    /// The lines for the screen.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.page.lines
    }

    /// The text as it came.
    #[cfg(test)]
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// Links and images, in reading order.
    pub(crate) fn links(&self) -> &[Link] {
        &self.page.links
    }

    /// Code blocks, in reading order.
    pub(crate) fn code_blocks(&self) -> &[CodeBlock] {
        &self.page.blocks
    }

    /// Whole lines of code that no one was asked to colour yet: those among `lines`, and what a
    /// grammar has to read before them. What the highlighter does not take goes to [`Self::resend`].
    pub(crate) fn wanted(&mut self, lines: Range<usize>) -> Vec<Job> {
        let first = self.page.blocks.partition_point(|block| block.lines.end <= lines.start);
        let near = self.page.blocks[first..].iter_mut().take_while(|block| block.lines.start < lines.end);
        near.filter_map(|block| block.wanted(lines.end)).collect()
    }

    /// Asks for a block again, from this line of it: nothing happens if it is not in this text.
    pub(crate) fn resend(&mut self, block: BlockId, first_line: usize) {
        if let Some(block) = self.page.blocks.iter_mut().find(|own| own.id() == block) {
            block.resend(first_line);
        }
    }

    /// Colours code; true when lines of this text have changed.
    pub(crate) fn colour(&mut self, done: &Coloured) -> bool {
        let Some(block) = self.page.blocks.iter_mut().find(|block| block.id() == done.block) else {
            return false;
        };
        block.colour(done, &mut self.page.lines)
    }

    fn lay_all(&mut self) {
        self.settled = Mark::default();
        self.fence = None;
        self.page.keep_blocks();
        self.grow();
    }

    fn grow(&mut self) {
        if let Some(fence) = &mut self.fence {
            match fence.feed(&self.source, &mut self.page) {
                Some(end) => self.settled = Mark::after(end, self.page.counts()),
                None => return,
            }
        }
        self.fence = None;
        self.lay_tail();
    }

    /// Lays out what is not settled, and settles what cannot change any more.
    fn lay_tail(&mut self) {
        let old = self.page.cut(&self.settled.counts);
        let tail = Tail { source: &self.source, mark: &self.settled, columns: self.columns };
        let marks = layout::lay(&mut self.page, tail, old);
        if let Some(mark) = marks.into_iter().rev().find(|mark| mark.is_final(&self.source)) {
            self.settled = mark;
            self.open_fence();
        }
    }

    /// From here on an open code block grows line by line, without the parser.
    fn open_fence(&mut self) {
        if let Some(mut fence) = Fence::at(&self.settled, &self.source) {
            let old = self.page.cut(&self.settled.counts);
            fence.begin(&mut self.page, old, self.columns);
            fence.feed(&self.source, &mut self.page);
            self.fence = Some(fence);
        }
    }
}

#[cfg(test)]
mod tests;
