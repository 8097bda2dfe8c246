//! The readings under which a text may stand in a file, from the strictest to the most lenient.

use super::{Original, Place, fuzzy, indent::Shift, index::Index, lines};
use crate::engine::edits::blocks::{Block, Split};

impl Original {
    /// Where a block can be read in several ways, the one whose lines are there; the longest first,
    /// for the more lines are there, the less it is by chance.
    pub(super) fn split<'a>(&self, block: &'a Block) -> &'a Split {
        let mut splits: Vec<&Split> = block.splits.iter().collect();
        if splits.len() > 1 {
            splits.sort_by_key(|split| std::cmp::Reverse(split.search.len()));
        }
        let is_there = |split: &&&Split| !self.equal().find(&lines(&split.search)).is_empty();
        splits.iter().find(is_there).copied().unwrap_or(block.likeliest())
    }

    /// The places under the first reading that has any.
    pub(super) fn places(&self, search: &[&str], split: &Split) -> Vec<Place> {
        let equal = |index: &Index| {
            let starts = index.find(search);
            starts.into_iter().map(|start| self.unshifted(start, search.len())).collect::<Vec<_>>()
        };
        let readings: [&dyn Fn() -> Vec<Place>; 5] = [
            &|| equal(self.equal()),
            &|| equal(self.without_trailing()),
            &|| self.shifted(search),
            &|| self.without_blanks(search),
            &|| fuzzy::likeliest(self, search, &lines(&split.replace)),
        ];
        readings.iter().map(|read| read()).find(|places| !places.is_empty()).unwrap_or_default()
    }

    fn unshifted(&self, start: usize, len: usize) -> Place {
        Place { lines: (start..start + len).map(Some).collect(), shift: Shift::default() }
    }

    fn shifted(&self, search: &[&str]) -> Vec<Place> {
        let starts = self.trimmed().find(search).into_iter();
        starts
            .filter_map(|start| self.with_shift(search, (start..start + search.len()).map(Some).collect()))
            .collect()
    }

    fn without_blanks(&self, search: &[&str]) -> Vec<Place> {
        let said: Vec<&str> = search.iter().copied().filter(|line| !line.trim().is_empty()).collect();
        if said.is_empty() {
            return Vec::new();
        }
        let starts = self.folded().find(&said).into_iter();
        starts.filter_map(|start| self.with_shift(search, self.partners(search, start))).collect()
    }

    /// The partner of each line, from the `start`th line with text on. Empty lines between two others
    /// are paired as far as there are any.
    pub(super) fn partners(&self, search: &[&str], start: usize) -> Vec<Option<usize>> {
        let mut next = start;
        let mut partners = Vec::with_capacity(search.len());
        for line in search {
            let is_blank = line.trim().is_empty();
            let before = partners.iter().rev().flatten().next().map_or(0, |at: &usize| at + 1);
            if is_blank {
                let is_between = next > start && self.folded().at.get(next).is_some_and(|at| before < *at);
                partners.push(is_between.then_some(before));
            } else {
                partners.push(self.folded().at.get(next).copied());
                next += 1;
            }
        }
        // Empty lines after the last one with text belong to what comes next.
        for (line, partner) in search.iter().zip(&mut partners).rev() {
            if !line.trim().is_empty() {
                break;
            }
            *partner = None;
        }
        partners
    }

    /// The place with these partners, if it is shifted alike everywhere.
    pub(super) fn with_shift(&self, search: &[&str], partners: Vec<Option<usize>>) -> Option<Place> {
        let pairs = search.iter().zip(&partners).filter_map(|(line, at)| Some((*line, (*at)?)));
        let pairs: Vec<(&str, &str)> = pairs.map(|(line, at)| (line, self.lines[at].text.as_str())).collect();
        let shift = Shift::between(&pairs)?;
        Some(Place { lines: partners, shift })
    }
}
