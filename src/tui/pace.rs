//! When to draw. A key is answered at once; what streams in is gathered for a while; and there are
//! never more than sixty frames in a second.

use std::time::{Duration, Instant};

/// What streams in is gathered for so long. The engine gathers a little longer before it commits, so
/// that one stream alone is drawn as it comes, without waiting once more.
const GATHER: Duration = Duration::from_millis(25);
/// What only moves is drawn after so long. Longer than the engine gathers, so that a spinner beside a
/// streaming answer costs no frames of its own.
const IDLE: Duration = Duration::from_millis(60);
/// The least time between two frames, over any longer run of them.
const FRAME: Duration = Duration::from_nanos(1_000_000_000 / 60);
/// Frames that may follow each other without a pause, so that keys typed fast are seen at once.
const BURST: u32 = 4;

/// Why the screen wants to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// Something moves by itself: it moves with what streams in, as long as something does.
    Later,
    /// Something came in by itself.
    Soon,
    /// The user did something.
    Now,
}

/// Keeps the frames apart.
#[derive(Debug)]
pub(crate) struct Pace {
    wanted: Option<Urgency>,
    last: Option<Instant>,
    /// The time up to which frames are used up, in steps of [`FRAME`].
    used_until: Instant,
}

impl Pace {
    /// Nothing is drawn yet.
    pub(crate) fn new(now: Instant) -> Self {
        Self { wanted: None, last: None, used_until: now }
    }

    /// The screen has changed.
    pub(crate) fn want(&mut self, urgency: Urgency) {
        self.wanted = self.wanted.max(Some(urgency));
    }

    /// When to draw next; never, as long as nothing has changed.
    pub(crate) fn due(&self) -> Option<Instant> {
        let urgency = self.wanted?;
        let allowed = self.used_until.checked_sub(FRAME * (BURST - 1)).unwrap_or(self.used_until);
        let Some(last) = self.last else { return Some(allowed) };
        Some(match urgency {
            Urgency::Now => allowed,
            Urgency::Soon => allowed.max(last + GATHER),
            Urgency::Later => allowed.max(last + IDLE),
        })
    }

    /// A frame was drawn.
    pub(crate) fn drawn(&mut self, now: Instant) {
        self.wanted = None;
        self.last = Some(now);
        self.used_until = self.used_until.max(now) + FRAME;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Plays wishes (`k` a key, `e` an event, `t` a tick, one each millisecond, `.` nothing) and counts frames.
    fn frames(wishes: impl Iterator<Item = char>) -> usize {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut frames = 0;
        for (at, wish) in wishes.enumerate() {
            let now = start + Duration::from_millis(at as u64);
            match wish {
                'k' => pace.want(Urgency::Now),
                'e' => pace.want(Urgency::Soon),
                't' => pace.want(Urgency::Later),
                _ => {}
            }
            if pace.due().is_some_and(|due| due <= now) {
                frames += 1;
                pace.drawn(now);
            }
        }
        frames
    }

    #[test]
    fn an_idle_screen_is_not_drawn() {
        assert_eq!(frames(".".repeat(1000).chars()), 0);
    }

    #[test]
    fn there_are_at_most_sixty_frames_a_second() {
        let frames = frames("k".repeat(1000).chars());
        assert!((60..=60 + BURST as usize).contains(&frames), "{frames}");
    }

    #[test]
    fn what_streams_is_gathered() {
        assert_eq!(frames("e".repeat(1000).chars()), 40);
    }

    #[test]
    fn what_moves_moves_with_what_streams() {
        let wish = |at: usize| match (at % 50, at % 125) {
            (0, _) => 'e',
            (_, 40) => 't',
            _ => '.',
        };
        assert_eq!(frames((0..1000).map(wish)), 20);
        assert_eq!(frames(format!("{}t", ".".repeat(124)).repeat(8).chars()), 8);
    }

    #[test]
    fn a_key_is_answered_at_once_while_text_streams() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        pace.want(Urgency::Soon);
        pace.drawn(start);
        pace.want(Urgency::Soon);
        assert!(pace.due().unwrap() >= start + GATHER);
        pace.want(Urgency::Now);
        assert!(pace.due().unwrap() <= start);
    }
}
