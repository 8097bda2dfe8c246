//! Finds the lines that two states of a file have in common: first by lines that are nothing but
//! themselves, then, in between, by the shortest way from one state to the other.
//!
//! The shortest way alone is neither fast nor pleasant where blocks have been moved: it is then
//! thousands of steps long, and it prefers keeping every brace of a moved block to showing the move.
//! Lines that occur once on either side tell such a move in one pass, since whatever they leave over
//! is small or has little in common.

use std::{collections::HashMap, ops::Range};

use similar::{
    DiffOp,
    algorithms::{Capture, Compact, DiffHook, Replace},
};

use super::{increasing::longest_increasing, shortest::shortest};

/// Longest way that is looked for between two lines known to be the same. What it costs grows with its
/// square, and a file of 10,000 lines may have forty such places: so all of them together take some
/// milliseconds at worst. What is further apart than this reads better as replaced.
const MAX_STEPS: usize = 256;

/// A line that occurs more often than this says nothing of where it belongs, as with a brace or a blank line.
const RARE: u32 = 16;

/// Common lines split what is left again and again; a text made to split badly ends here.
const MAX_DEPTH: u32 = 32;

/// Lines that are the same on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    old: usize,
    new: usize,
    len: usize,
}

/// What turns `old` into `new`, top to bottom.
pub(super) fn compare(old: &[&str], new: &[&str]) -> Vec<DiffOp> {
    let mut numbers = HashMap::with_capacity(old.len());
    let old = numbered(old, &mut numbers);
    let new = numbered(new, &mut numbers);
    let mut search = Search::new(&old, &new, numbers.len());
    search.between(0..old.len(), 0..new.len(), 0);
    told(&search.runs, &old, &new)
}

/// Numbers in place of lines, the same for the same: they are compared and counted much faster.
fn numbered<'a>(lines: &[&'a str], numbers: &mut HashMap<&'a str, u32>) -> Vec<u32> {
    let number = |line: &&'a str| {
        let next = numbers.len() as u32;
        *numbers.entry(line).or_insert(next)
    };
    lines.iter().map(number).collect()
}

/// The runs as operations. A change that could as well stand elsewhere moves to where it joins others.
fn told(runs: &[Run], old: &[u32], new: &[u32]) -> Vec<DiffOp> {
    let mut hook = Compact::new(Replace::new(Capture::new()), old, new);
    let Ok(()) = tell(&mut hook, runs, (old.len(), new.len()));
    hook.into_inner().into_inner().into_ops()
}

fn tell<H: DiffHook>(hook: &mut H, runs: &[Run], (old_end, new_end): (usize, usize)) -> Result<(), H::Error> {
    let (mut old, mut new) = (0, 0);
    for run in runs.iter().copied().chain([Run { old: old_end, new: new_end, len: 0 }]) {
        if old < run.old {
            hook.delete(old, run.old - old, new)?;
        }
        if new < run.new {
            hook.insert(run.old, new, run.new - new)?;
        }
        if run.len > 0 {
            hook.equal(run.old, run.new, run.len)?;
        }
        (old, new) = (run.old + run.len, run.new + run.len);
    }
    hook.finish()
}

/// A comparison on its way.
struct Search<'a> {
    old: &'a [u32],
    new: &'a [u32],
    runs: Vec<Run>,
    /// Of each number, while a place is looked at; zero in between.
    tallies: Vec<Tally>,
    /// The next place of the same line on the new side, plus one.
    next: Vec<u32>,
}

/// How often a line occurs on either side of a place.
#[derive(Clone, Copy, Default)]
struct Tally {
    old: u32,
    new: u32,
    /// The first place on the new side that has no partner yet, plus one.
    first: u32,
}

impl<'a> Search<'a> {
    fn new(old: &'a [u32], new: &'a [u32], numbers: usize) -> Self {
        let (tallies, next) = (vec![Tally::default(); numbers], vec![0; new.len()]);
        Self { old, new, runs: Vec::new(), tallies, next }
    }

    /// Notes what the two ranges have in common.
    fn between(&mut self, mut old: Range<usize>, mut new: Range<usize>, depth: u32) {
        let same = |(a, b): &(&u32, &u32)| a == b;
        let head = self.old[old.clone()].iter().zip(&self.new[new.clone()]).take_while(same).count();
        self.note(Run { old: old.start, new: new.start, len: head });
        (old.start, new.start) = (old.start + head, new.start + head);
        let from_end = self.old[old.clone()].iter().rev().zip(self.new[new.clone()].iter().rev());
        let tail = from_end.take_while(same).count();
        (old.end, new.end) = (old.end - tail, new.end - tail);
        let last = Run { old: old.end, new: new.end, len: tail };
        if !old.is_empty() && !new.is_empty() {
            self.inside(old, new, depth);
        }
        self.note(last);
    }

    /// The same for ranges that neither begin nor end alike. What is left without a word is replaced.
    fn inside(&mut self, old: Range<usize>, new: Range<usize>, depth: u32) {
        let unique = self.anchors(&old, &new, 1);
        if !unique.is_empty() && depth < MAX_DEPTH {
            return self.around(&unique, old, new, depth);
        }
        match shortest(&self.old[old.clone()], &self.new[new.clone()], MAX_STEPS) {
            Some(pairs) => {
                let pairs = pairs.into_iter().map(|(a, b)| (old.start + a, new.start + b));
                pairs.for_each(|(old, new)| self.note(Run { old, new, len: 1 }));
            }
            None if depth < MAX_DEPTH => {
                let rare = self.anchors(&old, &new, RARE);
                self.around(&rare, old, new, depth);
            }
            None => {}
        }
    }

    /// Goes on before, between and after lines that are known to be the same.
    fn around(&mut self, anchors: &[(usize, usize)], old: Range<usize>, new: Range<usize>, depth: u32) {
        let (mut at_old, mut at_new) = (old.start, new.start);
        for &(a, b) in anchors {
            self.between(at_old..a, at_new..b, depth + 1);
            self.note(Run { old: a, new: b, len: 1 });
            (at_old, at_new) = (a + 1, b + 1);
        }
        if !anchors.is_empty() {
            self.between(at_old..old.end, at_new..new.end, depth + 1);
        }
    }

    /// Lines that occur on both sides, on neither more than `most` times, each with its partner: the first
    /// with the first and so on, as many as keep their order.
    fn anchors(&mut self, old: &Range<usize>, new: &Range<usize>, most: u32) -> Vec<(usize, usize)> {
        for &line in &self.old[old.clone()] {
            self.tallies[line as usize].old += 1;
        }
        for at in new.clone().rev() {
            let tally = &mut self.tallies[self.new[at] as usize];
            tally.new += 1;
            self.next[at] = std::mem::replace(&mut tally.first, at as u32 + 1);
        }
        let mut pairs = Vec::new();
        for at in old.clone() {
            let tally = &mut self.tallies[self.old[at] as usize];
            if tally.first > 0 && tally.old.max(tally.new) <= most {
                let partner = tally.first as usize - 1;
                tally.first = self.next[partner];
                pairs.push((at, partner));
            }
        }
        let seen = self.old[old.clone()].iter().chain(&self.new[new.clone()]);
        seen.for_each(|line| self.tallies[*line as usize] = Tally::default());
        longest_increasing(&pairs)
    }

    fn note(&mut self, run: Run) {
        match self.runs.last_mut() {
            _ if run.len == 0 => {}
            Some(last) if (last.old + last.len, last.new + last.len) == (run.old, run.new) => {
                last.len += run.len;
            }
            _ => self.runs.push(run),
        }
    }
}

#[cfg(test)]
mod tests;
