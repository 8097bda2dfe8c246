//! Colours lines one after the other, and remembers where each growing block stopped.

use syntect::{
    highlighting::{self, HighlightState, RangedHighlightIterator, Theme},
    parsing::{ParseState, ScopeStack, SyntaxSet},
};

use super::{Answer, BlockId, Coloured, Job, Tones, languages, palette};
use crate::tui::ink::Tone;

/// Blocks whose end is remembered: more than grow at the same time.
const REMEMBERED: usize = 64;
/// A longer line is data, not code, and may take a grammar seconds.
const LONGEST_LINE: usize = 2 << 10;
/// What follows in a longer block stays plain.
const LONGEST_BLOCK: usize = 512 << 10;

/// The grammars, and the ends of the blocks seen last.
pub(crate) struct Worker {
    syntaxes: SyntaxSet,
    theme: Theme,
    /// The newest comes last.
    ends: Vec<(BlockId, Box<End>)>,
}

/// Where the lines of a block ended.
struct End {
    next_line: usize,
    bytes: usize,
    parsed: ParseState,
    styled: HighlightState,
}

impl Worker {
    /// Unpacks the grammars; each is compiled when it is first used.
    pub(crate) fn load() -> Self {
        Self { syntaxes: two_face::syntax::extra_newlines(), theme: palette::theme(), ends: Vec::new() }
    }

    /// Colours a job and tells of every `part` lines as they are done, as long as `tell` wants more.
    pub(crate) fn answer(&mut self, job: &Job, part: usize, mut tell: impl FnMut(Answer) -> bool) -> bool {
        let lines: Vec<&str> = job.code.split_inclusive('\n').collect();
        let mut end = match self.continue_from(job) {
            Start::Plain => return tell(coloured(job, 0, vec![Tones::new(); lines.len()])),
            Start::Lost => return tell(Answer::Lost(job.block)),
            Start::At(end) => end,
        };
        for (at, lines) in lines.chunks(part).enumerate() {
            let tones = self.colour(&mut end, lines);
            if !tell(coloured(job, at * part, tones)) {
                return false;
            }
        }
        self.remember(job.block, end);
        true
    }

    /// The tones of every line of `code`.
    #[cfg(test)]
    pub(crate) fn colour_lines(&self, language: &str, code: &str) -> Vec<Tones> {
        let lines: Vec<&str> = code.split_inclusive('\n').collect();
        match self.begin(language) {
            Some(mut end) => self.colour(&mut end, &lines),
            None => vec![Tones::new(); lines.len()],
        }
    }

    fn continue_from(&mut self, job: &Job) -> Start {
        let known = self.ends.iter().position(|(block, _)| *block == job.block);
        let known = known.map(|at| self.ends.remove(at).1);
        match self.begin(&job.language) {
            None => Start::Plain,
            Some(begin) if job.first_line == 0 => Start::At(begin),
            Some(_) => match known.filter(|end| end.next_line == job.first_line) {
                Some(end) => Start::At(end),
                None => Start::Lost,
            },
        }
    }

    fn begin(&self, language: &str) -> Option<Box<End>> {
        let parsed = ParseState::new(languages::find(&self.syntaxes, language)?);
        let highlighter = highlighting::Highlighter::new(&self.theme);
        let styled = HighlightState::new(&highlighter, ScopeStack::new());
        Some(Box::new(End { next_line: 0, bytes: 0, parsed, styled }))
    }

    fn remember(&mut self, block: BlockId, end: Box<End>) {
        if self.ends.len() >= REMEMBERED {
            self.ends.remove(0);
        }
        self.ends.push((block, end));
    }

    fn colour(&self, end: &mut End, lines: &[&str]) -> Vec<Tones> {
        let highlighter = highlighting::Highlighter::new(&self.theme);
        lines.iter().map(|line| self.colour_line(&highlighter, end, line)).collect()
    }

    fn colour_line(&self, highlighter: &highlighting::Highlighter<'_>, end: &mut End, line: &str) -> Tones {
        end.next_line += 1;
        end.bytes += line.len();
        if line.len() > LONGEST_LINE || end.bytes > LONGEST_BLOCK {
            return Tones::new();
        }
        let Ok(changes) = end.parsed.parse_line(line, &self.syntaxes) else {
            return Tones::new();
        };
        let pieces = RangedHighlightIterator::new(&mut end.styled, &changes, line, highlighter);
        let length = line.trim_end_matches(['\n', '\r']).len();
        tones(pieces.map(|(style, _, range)| (range.end.min(length), palette::tone(style))))
    }
}

/// How a job can be begun.
enum Start {
    /// There is no grammar for it.
    Plain,
    /// The lines before it are forgotten.
    Lost,
    At(Box<End>),
}

fn coloured(job: &Job, after: usize, lines: Vec<Tones>) -> Answer {
    Answer::Coloured(Coloured { block: job.block, first_line: job.first_line + after, lines })
}

/// Joins neighbours of one tone; ordinary words at the end need no entry.
fn tones(pieces: impl Iterator<Item = (usize, Tone)>) -> Tones {
    let mut tones = Tones::new();
    for (end, tone) in pieces {
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        match tones.last_mut() {
            Some(last) if last.1 == tone || last.0 == end => last.0 = end,
            _ => tones.push((end, tone)),
        }
    }
    tones.pop_if(|last| last.1 == Tone::Text);
    tones
}
