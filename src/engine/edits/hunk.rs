//! One hunk of a diff or of a patch, from its lines to the block that it amounts to.

use super::{
    blocks::{Block, Hint, Split},
    fence::Fence,
};

/// The lines of a hunk, sorted into what was and what shall be.
#[derive(Debug, Default)]
pub(super) struct HunkLines {
    search: Vec<String>,
    replace: Vec<String>,
    hint: Hint,
    /// Empty lines that have come without their sign: perhaps context, perhaps only space.
    blanks: usize,
    has_lines: bool,
    last: Option<Sign>,
    /// How many lines its first line promises of what was and of what shall be.
    promised: Option<(usize, usize)>,
    /// Which sides were said to end without a newline.
    without_newline: (bool, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Kept,
    Removed,
    Added,
}

impl HunkLines {
    /// From its first line: `@@ -1,2 +3,4 @@ fn around()`, `@@ fn above`, or just `@@`.
    pub(super) fn begin(line: &str) -> Self {
        let mut hunk = Self::default();
        hunk.hint(line);
        hunk
    }

    /// Takes in a first line, of which there may be several.
    pub(super) fn hint(&mut self, line: &str) {
        let rest = line.trim_start_matches('@').trim();
        match numbered(rest) {
            Some(Numbered { line, lens, heading }) => {
                self.hint.line = Some(line);
                self.promised = Some(lens);
                self.anchor(heading);
            }
            None => self.anchor(rest.trim_end_matches('@')),
        }
    }

    fn anchor(&mut self, line: &str) {
        let line = line.trim();
        if !line.is_empty() && !line.starts_with("...") {
            self.hint.anchors.push(line.to_owned());
        }
    }

    pub(super) fn ends_file(&mut self) {
        self.hint.is_at_end = true;
    }

    pub(super) fn has_lines(&self) -> bool {
        self.has_lines
    }

    /// Whether by its counts both a removed and an added line are still to come.
    pub(super) fn wants_both(&self) -> bool {
        let (old, new) = (self.search.len() + self.blanks, self.replace.len() + self.blanks);
        self.promised.is_some_and(|(olds, news)| old < olds && new < news)
    }

    /// Takes in a line of the body.
    pub(super) fn line(&mut self, line: &str) -> Result<(), String> {
        if line.trim_end().is_empty() && !line.starts_with(' ') {
            self.blanks += 1;
            return Ok(());
        }
        let (sign, text) = match (line.chars().next(), line.get(1..)) {
            (Some(' '), Some(text)) => (Sign::Kept, text),
            (Some('-'), Some(text)) => (Sign::Removed, text),
            (Some('+'), Some(text)) => (Sign::Added, text),
            (Some('\\'), _) => {
                self.note_no_newline();
                return Ok(());
            }
            _ if Fence::of(line).is_some() => return Ok(()),
            _ => return Err(format!("A line of the diff has no sign before it: {line:?}.")),
        };
        for _ in 0..std::mem::take(&mut self.blanks) {
            self.push(Sign::Kept, "");
        }
        self.push(sign, text);
        Ok(())
    }

    fn push(&mut self, sign: Sign, text: &str) {
        self.has_lines = true;
        self.last = Some(sign);
        if sign != Sign::Added {
            self.search.push(text.to_owned());
        }
        if sign != Sign::Removed {
            self.replace.push(text.to_owned());
        }
    }

    fn note_no_newline(&mut self) {
        let (old, new) = self.without_newline;
        self.without_newline = match self.last {
            Some(Sign::Removed) => (true, new),
            Some(Sign::Added) => (old, true),
            Some(Sign::Kept) => (true, true),
            None => (old, new),
        };
    }

    /// The block that it amounts to.
    pub(super) fn into_block(mut self) -> Block {
        let (old, new) = self.without_newline;
        self.hint.final_newline = (old || new).then_some(!new);
        let text = |lines: &[String]| lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
        let split = Split { search: text(&self.search), replace: text(&self.replace) };
        Block { splits: vec![split], hint: self.hint }
    }

    /// What a new file holds.
    pub(super) fn into_content(self) -> String {
        self.into_block().likeliest().replace.clone()
    }
}

/// What the first line of a hunk says in numbers.
struct Numbered<'a> {
    /// Where it was.
    line: usize,
    /// How many lines it was and shall be.
    lens: (usize, usize),
    heading: &'a str,
}

/// Reads `-12,3 +14,5 @@ heading`; a length that is not there is one.
fn numbered(text: &str) -> Option<Numbered<'_>> {
    let (old, rest) = text.strip_prefix('-')?.split_once(" +")?;
    let (new, heading) = rest.split_once("@@").unwrap_or((rest, ""));
    let (line, _) = range(old)?;
    // Where only the first number can be read, it still helps to find the place.
    let len = |text| range(text).map_or(0, |(_, len)| len);
    Some(Numbered { line, lens: (len(old), len(new)), heading })
}

/// `12,3` as 12 and 3.
fn range(text: &str) -> Option<(usize, usize)> {
    let (line, len) = text.trim().split_once(',').unwrap_or((text.trim(), "1"));
    Some((line.parse().ok()?, len.trim().parse().unwrap_or(0)))
}
