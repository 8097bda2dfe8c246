//! Which removed line became which added one: the pairing, in order, whose lines resemble each other
//! most.

use super::Tokens;

/// Likeness in thousandths from which two lines may be a pair.
const ALIKE: u32 = 450;

/// Pairs of old and new lines, rising on both sides.
pub(super) fn pairs(old: &[Tokens], new: &[Tokens], weights: &[u32]) -> Vec<(usize, usize)> {
    let table = Table::of(old, new, weights);
    let (mut before, mut after) = (0, 0);
    let mut pairs = Vec::new();
    while before < old.len() && after < new.len() {
        let best = table.best(before, after);
        let likeness = table.likeness(before, after);
        if likeness > 0 && best == likeness + table.best(before + 1, after + 1) {
            pairs.push((before, after));
            (before, after) = (before + 1, after + 1);
        } else if best == table.best(before + 1, after) {
            before += 1;
        } else {
            after += 1;
        }
    }
    pairs
}

/// For each old and new line how alike they are, and the most that can be had from there on.
struct Table {
    columns: usize,
    likeness: Vec<u32>,
    best: Vec<u32>,
}

impl Table {
    fn of(old: &[Tokens], new: &[Tokens], weights: &[u32]) -> Self {
        let columns = new.len() + 1;
        let size = (old.len() + 1) * columns;
        let mut table = Self { columns, likeness: vec![0; size], best: vec![0; size] };
        for before in (0..old.len()).rev() {
            for after in (0..new.len()).rev() {
                table.fill(before, after, alike(&old[before], &new[after], weights));
            }
        }
        table
    }

    fn fill(&mut self, before: usize, after: usize, likeness: u32) {
        let paired = if likeness > 0 { likeness + self.best(before + 1, after + 1) } else { 0 };
        let best = paired.max(self.best(before + 1, after)).max(self.best(before, after + 1));
        let at = before * self.columns + after;
        (self.likeness[at], self.best[at]) = (likeness, best);
    }

    fn likeness(&self, before: usize, after: usize) -> u32 {
        self.likeness[before * self.columns + after]
    }

    fn best(&self, before: usize, after: usize) -> u32 {
        self.best[before * self.columns + after]
    }
}

/// How much of both lines they have in common, in thousandths; 0 when that is too little.
fn alike(old: &Tokens, new: &Tokens, weights: &[u32]) -> u32 {
    let (mut left, mut right) = (old.bag.iter().peekable(), new.bag.iter().peekable());
    let mut common = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => _ = left.next(),
            std::cmp::Ordering::Greater => _ = right.next(),
            std::cmp::Ordering::Equal => {
                common += weights[**a as usize];
                left.next();
                right.next();
            }
        }
    }
    let likeness = (2000 * common).checked_div(old.weight + new.weight).unwrap_or_default();
    if likeness < ALIKE { 0 } else { likeness }
}
