//! Search/replace blocks: what to find in a file and what to put there.
//!
//! ```text
//! <<<<<<< SEARCH
//! lines as they are
//! =======
//! lines as they shall be
//! >>>>>>> REPLACE
//! ```

/// A change of one place of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The readings of the block, the likeliest first: where its text has a line like the dividing
    /// one, each of them may be meant. There is at least one.
    pub splits: Vec<Split>,
    /// What is known of the place beside its text.
    pub hint: Hint,
}

/// What to find and what to put there; lines that each end with `\n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The lines to find.
    pub search: String,
    /// The lines to put there.
    pub replace: String,
}

/// What a diff says of a place. It only decides between places that fit equally well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hint {
    /// The first line, counted from 1. Models count badly, so only a place at just this line counts.
    pub line: Option<usize>,
    /// Lines that stand above, outermost first.
    pub anchors: Vec<String>,
    /// Whether the file ends with it.
    pub is_at_end: bool,
    /// Whether the file shall end with a newline afterwards; `None`: as it did.
    pub final_newline: Option<bool>,
}

impl Block {
    /// A block without any doubt about its parts.
    pub fn new(search: &str, replace: &str) -> Self {
        let split = Split { search: search.to_owned(), replace: replace.to_owned() };
        Self { splits: vec![split], hint: Hint::default() }
    }

    /// The reading that is taken unless another one fits better.
    pub fn likeliest(&self) -> &Split {
        const NOTHING: &Split = &Split { search: String::new(), replace: String::new() };
        self.splits.first().unwrap_or(NOTHING)
    }
}

/// How many of its sign a mark has: seven, and what models make of it.
const SIGNS: std::ops::RangeInclusive<usize> = 5..=9;

/// Whether `line` begins a block.
pub(super) fn is_first(line: &str) -> bool {
    is_mark(line, '<', &["SEARCH", "ORIGINAL"])
}

/// Whether `line` ends a block.
pub(super) fn is_last(line: &str) -> bool {
    is_mark(line, '>', &["REPLACE", "UPDATED"])
}

fn is_mark(line: &str, sign: char, words: &[&str]) -> bool {
    let rest = line.trim_start_matches(sign);
    let word = rest.trim();
    SIGNS.contains(&(line.len() - rest.len())) && words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

fn is_divider(line: &str) -> bool {
    let line = line.trim_end();
    SIGNS.contains(&line.len()) && line.bytes().all(|sign| sign == b'=')
}

/// Whether there is a block in `text`.
pub(super) fn are_in(text: &str) -> bool {
    text.lines().any(is_first)
}

/// Where the last complete block in `text` ends.
pub fn end_of_last(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut end = None;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if line.ends_with('\n') && is_last(line.trim_end_matches('\n')) {
            end = Some(at);
        }
    }
    end
}

/// The complete blocks of `text`. Words and fences between them say nothing. The error is a sentence
/// on what is wrong with a block.
pub fn read(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while lines.by_ref().any(is_first) {
        let mut body = Vec::new();
        loop {
            match lines.next() {
                Some(line) if is_last(line) => break,
                Some(line) if is_first(line) => return Err(OPEN_BLOCK.to_owned()),
                Some(line) => body.push(line),
                None => return Err(OPEN_BLOCK.to_owned()),
            }
        }
        let splits = splits(&body);
        if splits.is_empty() {
            return Err(NO_DIVIDER.to_owned());
        }
        blocks.push(Block { splits, hint: Hint::default() });
    }
    Ok(blocks)
}

const OPEN_BLOCK: &str = "A block does not end with the line >>>>>>> REPLACE.";
const NO_DIVIDER: &str = "A block has no line ======= between what to find and what to put there.";

/// The ways to read the lines of a block. A divider of just seven signs goes before others; of
/// several, the one in the middle is the likeliest, for a heading's underline stands on both sides.
fn splits(body: &[&str]) -> Vec<Split> {
    let at = |is_one: &dyn Fn(&str) -> bool| {
        body.iter().enumerate().filter(|(_, line)| is_one(line)).map(|(at, _)| at).collect::<Vec<usize>>()
    };
    let exact = at(&|line| line.trim_end() == "=======");
    let mut dividers = if exact.is_empty() { at(&is_divider) } else { exact };
    let middle = dividers.len().div_ceil(2);
    if middle > 0 {
        dividers[..middle].rotate_right(1);
    }
    dividers.iter().map(|&at| Split { search: text(&body[..at]), replace: text(&body[at + 1..]) }).collect()
}

fn text(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}
