//! The shortest way from one list to another (Myers, "An O(ND) difference algorithm"), given up when it is
//! long: so its cost is bounded by what is asked for, not by the lists.

/// The pairs of places that a shortest way keeps, in order; `None` when it adds and removes more than `most`.
pub(super) fn shortest(old: &[u32], new: &[u32], most: usize) -> Option<Vec<(usize, usize)>> {
    let mut reached = Reached { old, new, rows: Vec::new() };
    (0..=most).find(|steps| reached.go(*steps)).map(|steps| reached.kept(steps))
}

/// How far one comes on each diagonal, a row for each number of steps. A diagonal is a difference between the
/// places on both sides; with `d` steps, every other one from `-d` to `d` can be reached.
struct Reached<'a> {
    old: &'a [u32],
    new: &'a [u32],
    rows: Vec<u32>,
}

impl Reached<'_> {
    /// Fills the next row; tells whether the end was reached.
    fn go(&mut self, steps: usize) -> bool {
        for index in 0..=steps {
            let (mut old, mut new) = self.arrival(steps, index);
            while old < self.old.len() && new < self.new.len() && self.old[old] == self.new[new] {
                (old, new) = (old + 1, new + 1);
            }
            self.rows.push(old as u32);
            if (old, new) == (self.old.len(), self.new.len()) {
                return true;
            }
        }
        false
    }

    /// Where the last step leads, before what is the same from there on.
    fn arrival(&self, steps: usize, index: usize) -> (usize, usize) {
        let old = match steps {
            0 => 0,
            _ if self.adds(steps, index) => self.at(steps - 1, index),
            _ => self.at(steps - 1, index - 1) + 1,
        };
        (old, old + steps - 2 * index)
    }

    /// Whether the last step adds a line rather than removes one.
    fn adds(&self, steps: usize, index: usize) -> bool {
        index == 0 || index < steps && self.at(steps - 1, index - 1) < self.at(steps - 1, index)
    }

    fn at(&self, steps: usize, index: usize) -> usize {
        self.rows[steps * (steps + 1) / 2 + index] as usize
    }

    /// Walks back from the end.
    fn kept(&self, mut steps: usize) -> Vec<(usize, usize)> {
        let (mut old, mut new) = (self.old.len(), self.new.len());
        let mut pairs = Vec::new();
        loop {
            let index = (old + steps - new) / 2;
            let (from, _) = self.arrival(steps, index);
            while old > from {
                (old, new) = (old - 1, new - 1);
                pairs.push((old, new));
            }
            match steps {
                0 => break,
                _ if self.adds(steps, index) => new -= 1,
                _ => old -= 1,
            }
            steps -= 1;
        }
        pairs.reverse();
        pairs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The length of a longest common part, by the slow way.
    fn longest(old: &[u32], new: &[u32]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for a in old {
            let above = row.clone();
            for (at, b) in new.iter().enumerate() {
                row[at + 1] = if a == b { above[at] + 1 } else { above[at + 1].max(row[at]) };
            }
        }
        row[new.len()]
    }

    proptest! {
        #[test]
        fn as_much_as_possible_is_kept_and_a_long_way_is_given_up(
            old in proptest::collection::vec(0u32..4, 0..14), new in proptest::collection::vec(0u32..4, 0..14),
            most in 0usize..20,
        ) {
            let longest = longest(&old, &new);
            let steps = old.len() + new.len() - 2 * longest;
            match shortest(&old, &new, most) {
                None => prop_assert!(steps > most),
                Some(pairs) => {
                    prop_assert!(steps <= most);
                    prop_assert_eq!(pairs.len(), longest);
                    prop_assert!(pairs.iter().all(|(a, b)| old[*a] == new[*b]));
                    prop_assert!(pairs.windows(2).all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1));
                }
            }
        }
    }
}
