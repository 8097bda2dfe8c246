//! When to look for more of an answer that trickles in. Each piece would wake the program for a few
//! letters; left for a moment, they come together and cost hardly more than one. Nobody sees the
//! difference, for what is shown is put on record in longer steps than these.

use std::time::Duration;

/// What comes more often than this is fetched in steps of it.
const STEP: Duration = Duration::from_millis(15);
/// What comes sooner was there already; it only had to be handed over.
const AT_ONCE: Duration = Duration::from_micros(200);
/// More pieces than this between two waits are a flood, which must not be held up.
const FEW: u32 = 64;
/// So often in a row it must have trickled: the beginning of an answer and a short one never wait.
const SURE: u32 = 8;

/// What is known of the pace of an answer.
#[derive(Debug, Default)]
pub(super) struct Gather {
    /// Pieces since it was last waited for one.
    pieces: u32,
    /// Short waits in a row.
    waits: u32,
}

impl Gather {
    /// A piece has come after this time. Answers how long the next ones may be left to gather.
    pub(super) fn came(&mut self, waited: Duration) -> Option<Duration> {
        self.pieces += 1;
        if waited < AT_ONCE {
            return None;
        }
        let trickles = waited < STEP && self.pieces <= FEW;
        (self.waits, self.pieces) = (if trickles { self.waits + 1 } else { 0 }, 0);
        (self.waits > SURE).then(|| STEP.saturating_sub(waited))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Times between pieces in milliseconds, `0` for those that were there; pauses that follow.
    fn check(waits: impl IntoIterator<Item = u64>, expected: &[u64]) {
        let mut gather = Gather::default();
        let pauses = waits.into_iter().filter_map(|wait| gather.came(Duration::from_millis(wait)));
        assert_eq!(pauses.map(|pause| pause.as_millis() as u64).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_trickle_is_read_in_steps() {
        check([2; 10], &[13, 13]);
        check([[2; 10].as_slice(), &[0, 0, 0, 0, 0, 0, 2]].concat(), &[13, 13, 13]);
    }

    #[test]
    fn slow_answers_short_ones_and_floods_are_read_as_they_come() {
        check([2; 8], &[]);
        check([40; 100], &[]);
        check(std::iter::repeat_n(0, 10_000), &[]);
        check([2, 2, 2, 2, 2, 2, 2, 2, 40, 2], &[]);
        check((0..10_000).map(|at| if at % 100 == 0 { 2 } else { 0 }), &[]);
    }
}
