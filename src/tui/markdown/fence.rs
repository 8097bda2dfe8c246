//! The code block at the end of a growing text: each new line is looked at once, and laid out once.

use super::{
    code::{CodeBlock, Length, Margin},
    layout::Mark,
    page::Page,
};
use crate::tui::text::Line;

/// An open fence at the left edge.
#[derive(Debug)]
pub(super) struct Fence {
    sign: u8,
    length: usize,
    info: String,
    /// Where the first line begins that is not known to be whole.
    at: usize,
    /// How long the block is without that line.
    whole: Length,
}

impl Fence {
    /// The fence that begins at a mark, if it is still open there at the end of the text.
    pub(super) fn at(mark: &Mark, source: &str) -> Option<Self> {
        let (opening, body) = line_at(source, mark.source).filter(|_| mark.is_fence)?;
        let sign = *opening.as_bytes().first().filter(|sign| matches!(sign, b'`' | b'~'))?;
        let (length, info) = (run(opening, sign), info(opening).to_owned());
        let fence = Self { sign, length, info, at: body, whole: Length::default() };
        fence.is_open(source).then_some(fence)
    }

    fn is_open(&self, source: &str) -> bool {
        let mut at = self.at;
        while let Some((line, next)) = line_at(source, at) {
            if self.is_closed_by(line) {
                return false;
            }
            at = next;
        }
        true
    }

    /// Puts an empty block on the page, in place of the one that the layout had made of the same code.
    pub(super) fn begin(&mut self, page: &mut Page, old: Vec<CodeBlock>, columns: usize) {
        if !page.lines.is_empty() {
            page.push(Line::default());
        }
        let mut block = CodeBlock::begin(page, &self.info, Margin::default(), columns);
        if let Some(old) = old.into_iter().next() {
            block.adopt(old);
        }
        self.whole = block.length();
        page.blocks.push(block);
    }

    /// Lays out what is new in the text. Answers where the text goes on when the block was closed.
    pub(super) fn feed(&mut self, source: &str, page: &mut Page) -> Option<usize> {
        let mut block = page.blocks.pop()?;
        block.cut(self.whole, page);
        let end = self.feed_block(source, &mut block, page);
        page.blocks.push(block);
        end
    }

    fn feed_block(&mut self, source: &str, block: &mut CodeBlock, page: &mut Page) -> Option<usize> {
        while let Some((line, next)) = line_at(source, self.at) {
            self.at = next;
            if self.is_closed_by(line) {
                return Some(next);
            }
            block.push_line(&format!("{line}\n"), page);
        }
        self.whole = block.length();
        let (rest, end) = unfinished(&source[self.at..]);
        if !rest.is_empty() && !self.is_closed_by(rest) {
            block.push_line(&format!("{rest}{end}"), page);
        }
        None
    }

    fn is_closed_by(&self, line: &str) -> bool {
        let unindented = line.trim_start_matches(' ');
        let length = run(unindented, self.sign);
        let is_alone = unindented[length..].bytes().all(|byte| byte == b' ');
        line.len() - unindented.len() < 4 && length >= self.length && is_alone
    }
}

/// What the line of an opening fence says about the code.
pub(super) fn info(opening: &str) -> &str {
    let line = opening.lines().next().unwrap_or_default();
    line.trim_start_matches(['`', '~']).trim()
}

fn run(line: &str, sign: u8) -> usize {
    line.bytes().take_while(|byte| *byte == sign).count()
}

/// The line that begins here, without its end, and where the next one begins. A carriage return at
/// the very end may be half of a line end, so its line is not whole yet.
fn line_at(source: &str, at: usize) -> Option<(&str, usize)> {
    let rest = &source[at..];
    let end = rest.find(['\n', '\r'])?;
    let is_pair = rest[end..].starts_with("\r\n");
    let is_whole = is_pair || rest[end..] != *"\r";
    is_whole.then_some((&rest[..end], at + end + 1 + usize::from(is_pair)))
}

/// What stands after the last whole line, and its line feed if there may be one.
fn unfinished(rest: &str) -> (&str, &str) {
    match rest.strip_suffix('\r') {
        Some(line) => (line, "\n"),
        None => (rest, ""),
    }
}
