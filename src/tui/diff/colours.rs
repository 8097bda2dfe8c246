//! What a highlighter said about the lines of both sides, and how that, the sign of a line and its
//! changed words become one inked line.

use std::ops::Range;

use super::{Side, sheet::Entry};
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::Line,
};

/// The tone of a stretch of a line, up to this byte.
pub(super) type Toned = (u32, Tone);

/// Tones of lines, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Colours {
    /// By line number of the new file, from 0.
    new: Vec<Vec<Toned>>,
    /// By place among the old lines of the hunks.
    old: Vec<Vec<Toned>>,
}

impl Colours {
    /// Takes in the tones of `lines` from the `first` on.
    pub(super) fn set(&mut self, side: Side, first: usize, lines: Vec<Vec<Toned>>) {
        let known = match side {
            Side::New => &mut self.new,
            Side::Old => &mut self.old,
        };
        let end = first.saturating_add(lines.len());
        known.resize_with(known.len().max(end), Vec::new);
        known.splice(first..end, lines);
    }

    /// The tones of a line of the diff.
    pub(super) fn of(&self, entry: &Entry) -> &[Toned] {
        match entry.side() {
            Side::New => self.new.get(entry.new.saturating_sub(1) as usize),
            Side::Old => self.old.get(entry.at as usize),
        }
        .map_or(&[], Vec::as_slice)
    }
}

/// `text` in `ink` where nothing else is known: with the tones of its parts, and its `words` on the
/// ground `strong`.
pub(super) fn inked(text: &str, ink: Ink, tones: &[Toned], words: &[Range<usize>], strong: Ground) -> Line {
    let mut line = Line::default();
    let mut start = 0;
    for end in edges(text, tones, words) {
        let tone = tones.get(tones.partition_point(|(end, _)| *end as usize <= start));
        let word = words.get(words.partition_point(|word| word.end <= start));
        let is_strong = word.is_some_and(|word| word.start <= start);
        let ground = if is_strong { strong } else { ink.ground };
        line.push(&text[start..end], ink.toned(tone.map_or(ink.tone, |(_, tone)| *tone)).on(ground));
        start = end;
    }
    line
}

/// Where the ink of `text` may change, its end included.
fn edges(text: &str, tones: &[Toned], words: &[Range<usize>]) -> Vec<usize> {
    let of_tones = tones.iter().map(|(end, _)| *end as usize);
    let of_words = words.iter().flat_map(|word| [word.start, word.end]);
    let edges = of_tones.chain(of_words).map(|at| text.floor_char_boundary(at));
    let mut edges: Vec<usize> = edges.chain([text.len()]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}
