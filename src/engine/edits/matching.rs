//! Finds the places that blocks speak of and changes a file there. Pure, and never a guess.
//!
//! # How a place is found
//!
//! All blocks are sought in the file as it was, so their order says nothing. For each, these
//! readings are tried in turn, and the first one under which there is a place decides:
//!
//! 1. The lines are equal. Line ends never count.
//! 2. They are equal but for trailing blanks.
//! 3. They are equal but for blanks at both sides, and the indentation is shifted by the same amount
//!    everywhere, tabs and blanks understood ([`indent`]).
//! 4. The same with empty lines left out, runs of blanks taken as one, and typographic quotes and
//!    dashes taken as plain ones.
//! 5. The likeliest place, under the conditions of [`fuzzy`].
//!
//! # More than one place
//!
//! Two places are never chosen between, not even by the order of the blocks: the block is refused
//! with the line numbers. Only a diff's own word may decide ([`Hint`]): a place at just the stated
//! line, the only one below the stated lines above or within what they open, the end of the file.
//! A block that is given as often as there are places changes all of them; given more often than
//! that for one place, it changes it once.
//!
//! # What is changed
//!
//! Within a place only the lines that the block changes are touched: lines that it keeps stay as
//! they are in the file, with their own blanks and line ends, and what it puts in is shifted as the
//! place is. Two blocks may share lines that both keep. Where they change the same lines, both are
//! refused.

use std::{collections::BTreeMap, ops::Range, sync::OnceLock};

use super::{
    blocks::{Block, Hint, Split},
    refusal::{Excerpt, Refusal},
};

mod fuzzy;
mod hint;
mod indent;
mod index;
mod nearest;
mod readings;
mod splice;

use indent::Shift;
use index::{Index, fold};
use splice::Splice;

/// A file that blocks are sought in. Reading it once pays for many blocks.
#[derive(Debug)]
pub struct Original {
    lines: Vec<Line>,
    ends_with_newline: bool,
    /// Each is made when first asked for: most texts stand in the file just as they are.
    equal: OnceLock<Index>,
    without_trailing: OnceLock<Index>,
    trimmed: OnceLock<Index>,
    folded: OnceLock<Index>,
}

/// A line and its end.
#[derive(Clone, Debug)]
struct Line {
    text: String,
    end: &'static str,
}

/// Where a block's search text stands.
#[derive(Clone, Debug)]
struct Place {
    /// For each line of the search text the line of the file; none for an empty one without a partner.
    lines: Vec<Option<usize>>,
    shift: Shift,
}

impl Place {
    /// Just these lines.
    fn exactly(lines: Range<usize>) -> Self {
        Self { lines: lines.map(Some).collect(), shift: Shift::default() }
    }

    fn first(&self) -> usize {
        self.lines.iter().flatten().next().copied().unwrap_or(0)
    }

    fn last(&self) -> usize {
        self.lines.iter().flatten().last().copied().unwrap_or(0)
    }
}

impl Original {
    /// Reads a file.
    pub fn new(text: &str) -> Self {
        Self {
            lines: text.split_inclusive('\n').map(Line::new).collect(),
            ends_with_newline: text.ends_with('\n') || text.is_empty(),
            equal: OnceLock::new(),
            without_trailing: OnceLock::new(),
            trimmed: OnceLock::new(),
            folded: OnceLock::new(),
        }
    }

    fn index(&self, key: fn(&str) -> String) -> Index {
        Index::of(self.lines.iter().map(|line| line.text.as_str()), key)
    }

    fn equal(&self) -> &Index {
        self.equal.get_or_init(|| self.index(str::to_owned))
    }

    fn without_trailing(&self) -> &Index {
        self.without_trailing.get_or_init(|| self.index(|line| line.trim_end().to_owned()))
    }

    fn trimmed(&self) -> &Index {
        self.trimmed.get_or_init(|| self.index(|line| line.trim().to_owned()))
    }

    /// Lines with text only.
    fn folded(&self) -> &Index {
        self.folded.get_or_init(|| self.index(fold).without_blanks())
    }

    /// The file after all blocks.
    ///
    /// # Errors
    /// Every block that could not be placed, with the reason. Nothing is changed then.
    pub fn apply(&self, blocks: &[Block]) -> Result<String, Vec<Refusal>> {
        let (splices, refusals) = self.place_all(blocks);
        match refusals.is_empty() {
            true => Ok(self.with(&splices, final_newline(blocks))),
            false => Err(refusals.into_iter().map(|refusal| self.explained(refusal, blocks)).collect()),
        }
    }

    /// With the nearest lines, which are sought only when somebody reads them.
    fn explained(&self, refusal: Refusal, blocks: &[Block]) -> Refusal {
        let Refusal::NotFound { begins, .. } = refusal else { return refusal };
        let splits = blocks.iter().map(|block| self.split(block));
        let mut searches = splits.map(|split| (lines(&split.search), split));
        let is_it = |(search, split): &(Vec<&str>, &Split)| {
            begin(search) == begins && self.places(search, split).is_empty()
        };
        let search = searches.find(is_it).map(|(search, _)| search).unwrap_or_default();
        let nearest = nearest::window(self, &search).map(|range| {
            let lines = range.clone().map(|at| self.lines[at].text.clone()).collect();
            Excerpt { first_line: range.start + 1, lines }
        });
        Refusal::NotFound { begins, nearest }
    }

    /// The file after those blocks that could be placed: what is certain while others are to come.
    pub fn draft(&self, blocks: &[Block]) -> String {
        let (splices, _) = self.place_all(blocks);
        self.with(&splices, final_newline(blocks))
    }

    /// Whether a block has exactly one place where its lines are equal.
    pub fn has(&self, block: &Block) -> bool {
        let search = lines(&block.likeliest().search);
        !search.is_empty() && self.equal().find(&search).len() == 1
    }

    /// Finds every block; equal ones together. Blocks that get into each other's way are refused.
    fn place_all(&self, blocks: &[Block]) -> (Vec<Splice>, Vec<Refusal>) {
        let mut groups: Vec<(&Block, usize)> = Vec::new();
        for block in blocks {
            match groups.iter_mut().find(|(known, _)| *known == block) {
                Some((_, count)) => *count += 1,
                None => groups.push((block, 1)),
            }
        }
        let (mut placed, mut refusals) = (Vec::new(), Vec::new());
        for (number, (block, count)) in groups.into_iter().enumerate() {
            match self.splices(block, count) {
                Ok(splices) => placed.extend(splices.into_iter().map(|splice| (number, splice))),
                Err(refusal) => refusals.push(refusal),
            }
        }
        let splices = without_collisions(placed, &mut refusals);
        (splices, refusals)
    }

    /// What a block changes that is given `count` times.
    fn splices(&self, block: &Block, count: usize) -> Result<Vec<Splice>, Refusal> {
        if block.likeliest().search.trim().is_empty() && block.splits.len() == 1 {
            return self.insertion(block);
        }
        let split = self.split(block);
        let search = lines(&split.search);
        let places = self.places(&search, split);
        let chosen = match places.as_slice() {
            [] => return Err(Refusal::NotFound { begins: begin(&search), nearest: None }),
            [place] => vec![place],
            all if all.len() == count => all.iter().collect(),
            all => vec![self.by_hint(all, &block.hint).ok_or_else(|| ambiguous(&search, all))?],
        };
        let replace = lines(&split.replace);
        Ok(chosen.into_iter().flat_map(|place| splice::splices(self, &search, &replace, place)).collect())
    }

    /// A block that seeks nothing: the first text of an empty file, or what a diff puts at the end.
    fn insertion(&self, block: &Block) -> Result<Vec<Splice>, Refusal> {
        let new = lines(&block.likeliest().replace);
        let is_empty = self.lines.iter().all(|line| line.text.trim().is_empty());
        let search = lines(&block.likeliest().search);
        if !block.hint.is_at_end && (!is_empty || !search.is_empty()) {
            match self.blanks(&search, &block.hint) {
                Some(place) => return Ok(splice::splices(self, &search, &new, &place)),
                None if is_empty => {}
                None => return Err(Refusal::EmptySearch),
            }
        }
        let start = if is_empty { 0 } else { self.lines.len() };
        let lines = new.iter().map(|line| (*line).to_owned()).collect();
        Ok(vec![Splice { range: start..self.lines.len(), lines }])
    }

    /// The place of lines that hold nothing, where it is certain which ones are meant.
    fn blanks(&self, search: &[&str], hint: &Hint) -> Option<Place> {
        let starts = if search.is_empty() { Vec::new() } else { self.trimmed().find(search) };
        let places: Vec<Place> = starts.into_iter().map(|at| Place::exactly(at..at + search.len())).collect();
        match places.as_slice() {
            [place] => Some(place.clone()),
            all => self.by_hint(all, hint).cloned(),
        }
    }

    fn with(&self, splices: &[Splice], final_newline: Option<bool>) -> String {
        splice::join(self, splices, final_newline.unwrap_or(self.ends_with_newline))
    }

    fn main_end(&self) -> &'static str {
        let crlf = self.lines.iter().filter(|line| line.end == "\r\n").count();
        let lf = self.lines.iter().filter(|line| line.end == "\n").count();
        if crlf > lf { "\r\n" } else { "\n" }
    }
}

impl Line {
    fn new(line: &str) -> Self {
        let (text, end) = match (line.strip_suffix("\r\n"), line.strip_suffix('\n')) {
            (Some(text), _) => (text, "\r\n"),
            (None, Some(text)) => (text, "\n"),
            (None, None) => (line, ""),
        };
        Self { text: text.to_owned(), end }
    }
}

/// The lines of a text without their ends.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n')
        .map(|line| line.strip_suffix('\n').unwrap_or(line))
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
        .collect()
}

/// What the last of the diffs says that says anything.
fn final_newline(blocks: &[Block]) -> Option<bool> {
    blocks.iter().rev().find_map(|block| block.hint.final_newline)
}

fn ambiguous(search: &[&str], places: &[Place]) -> Refusal {
    Refusal::Ambiguous {
        begins: begin(search),
        lines: places.iter().map(|place| place.first() + 1).collect(),
    }
}

/// The first line with text, by which one knows a block.
fn begin(search: &[&str]) -> String {
    let first = search.iter().find(|line| !line.trim().is_empty()).or(search.first());
    first.map(|line| line.trim().to_owned()).unwrap_or_default()
}

/// Sorts by place and refuses what two blocks change.
fn without_collisions(placed: Vec<(usize, Splice)>, refusals: &mut Vec<Refusal>) -> Vec<Splice> {
    let mut by_start: BTreeMap<(usize, usize), Vec<(usize, Splice)>> = BTreeMap::new();
    for (block, splice) in placed {
        by_start.entry((splice.range.start, splice.range.end)).or_default().push((block, splice));
    }
    let mut kept: Vec<(usize, Splice)> = Vec::new();
    for (block, splice) in by_start.into_values().flatten() {
        match kept.last() {
            Some((other, before)) if before.collides_with(&splice, *other == block) => {
                refusals.push(Refusal::Overlap { line: splice.range.start + 1 });
            }
            _ => kept.push((block, splice)),
        }
    }
    kept.into_iter().map(|(_, splice)| splice).collect()
}
