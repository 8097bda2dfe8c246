//! Code fences: the frame that models like to put around things.

use std::ops::Range;

/// A fence line: at column 0, three or more of one mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fence {
    mark: char,
    len: usize,
    /// Nothing follows the marks. Only such a fence closes.
    pub(super) bare: bool,
}

impl Fence {
    pub(super) fn of(line: &str) -> Option<Self> {
        let mark = line.chars().next().filter(|first| matches!(first, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let len = line.len() - info.len();
        // ```like this``` is code within a sentence.
        let in_sentence = mark == '`' && info.contains('`');
        (len >= 3 && !in_sentence).then(|| Self { mark, len, bare: info.trim().is_empty() })
    }

    pub(super) fn closes(self, opening: Self) -> bool {
        self.bare && self.counts_within(opening)
    }

    /// A shorter fence, or one of the other mark, is text within `opening`'s block.
    fn counts_within(self, opening: Self) -> bool {
        self.mark == opening.mark && self.len >= opening.len
    }
}

/// A fenced block of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeBlock {
    /// The first word behind the opening fence.
    pub language: Option<String>,
    /// The lines between the fences, with LF line ends.
    pub content: String,
}

/// The only fenced block of an answer: what a model means that has forgotten the tags and was asked
/// for one file. `None` when there is no block, more than one, an unclosed or an empty one.
pub fn sole_code_block(answer: &str) -> Option<CodeBlock> {
    let text = answer.replace("\r\n", "\n");
    let mut blocks = Blocks::default();
    for line in text.split_inclusive('\n') {
        blocks.read(line);
    }
    let [block] = blocks.done.as_slice() else {
        return None;
    };
    let content = &text[block.inside.clone()];
    let opening = text[..block.inside.start].lines().next_back()?;
    let language = opening.trim_start_matches(['`', '~']).split_whitespace().next();
    let is_whole = blocks.open.is_none() && !content.trim().is_empty();
    is_whole.then(|| CodeBlock { language: language.map(str::to_owned), content: content.to_owned() })
}

/// What a fence encloses that begins in the first and ends in the last line of `text`.
pub(super) fn inside_frame(text: &str) -> Option<Range<usize>> {
    let mut blocks = Blocks::default();
    for line in text.split_inclusive('\n') {
        blocks.read(line);
    }
    match blocks.done.as_slice() {
        [Block { whole, inside }] if *whole == (0..text.len()) => Some(inside.clone()),
        _ => None,
    }
}

/// Finds blocks line by line. Within a block a fence with a language opens and a bare one closes, so
/// a block that shows balanced blocks is one block.
#[derive(Default)]
struct Blocks {
    at: usize,
    open: Option<OpenBlock>,
    done: Vec<Block>,
}

struct OpenBlock {
    fence: Fence,
    depth: usize,
    start: usize,
    inside_start: usize,
}

struct Block {
    whole: Range<usize>,
    inside: Range<usize>,
}

impl Blocks {
    fn read(&mut self, line: &str) {
        let start = self.at;
        self.at += line.len();
        let Some(fence) = Fence::of(line) else {
            return;
        };
        match &mut self.open {
            None => self.open = Some(OpenBlock { fence, depth: 1, start, inside_start: self.at }),
            Some(open) if !fence.counts_within(open.fence) => {}
            Some(open) if !fence.bare => open.depth += 1,
            Some(open) if open.depth > 1 => open.depth -= 1,
            Some(open) => {
                self.done.push(Block { whole: open.start..self.at, inside: open.inside_start..start });
                self.open = None;
            }
        }
    }
}
