//! What a layout has brought forth so far: lines, and what one can do with some of them.

use super::CodeBlock;
use crate::tui::text::Line;

/// A link or an image, where its label begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The index of the line.
    pub(crate) line: usize,
    /// The words that stand for it.
    pub(crate) label: String,
    /// Where it leads, as written: whoever opens it judges it first.
    pub(crate) target: String,
}

/// Lines, links and code blocks.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<Line>,
    pub(super) links: Vec<Link>,
    pub(super) blocks: Vec<CodeBlock>,
    /// Blocks of a layout that is thrown away, until `cut` hands them to the next.
    kept: Vec<CodeBlock>,
    /// How many lines were ever laid out, which is what a layout costs.
    #[cfg(test)]
    pub(super) laid: usize,
}

/// How much of each there was at some point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) lines: usize,
    links: usize,
    blocks: usize,
}

impl Page {
    /// Adds a line at the end.
    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
        #[cfg(test)]
        {
            self.laid += 1;
        }
    }

    pub(super) fn counts(&self) -> Counts {
        Counts { lines: self.lines.len(), links: self.links.len(), blocks: self.blocks.len() }
    }

    /// Goes back to where there was that much. The code blocks behind it are returned: laid out
    /// again, they are often the same and keep their colours.
    pub(super) fn cut(&mut self, counts: &Counts) -> Vec<CodeBlock> {
        self.lines.truncate(counts.lines);
        self.links.truncate(counts.links);
        let mut old = std::mem::take(&mut self.kept);
        old.extend(self.blocks.split_off(counts.blocks.min(self.blocks.len())));
        old
    }

    /// Empties the page, but lets the next layout find the code blocks of this one.
    pub(super) fn keep_blocks(&mut self) {
        self.kept = self.cut(&Counts::default());
    }
}
