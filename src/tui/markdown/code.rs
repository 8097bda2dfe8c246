//! A block of code: its text for copying, its lines on the screen, and its colours as they arrive.

use std::ops::Range;

use super::page::Page;
use crate::tui::{
    highlight::{BlockId, Coloured, Job, Tones},
    ink::{Ground, Ink, Tone},
    text::{Line, breaks},
};

/// Code before it has colours.
const PLAIN: Ink = Ink::new(Tone::Text).on(Ground::Block);

/// What stands to the left of a block: before its first line, and before all others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Margin {
    pub(super) first: Line,
    pub(super) rest: Line,
}

/// A code block, as it was written and as it lies on the screen.
#[derive(Debug)]
pub(crate) struct CodeBlock {
    /// Which lines it takes, its label among them.
    pub(crate) lines: Range<usize>,
    /// What the fence calls it; empty when it says nothing.
    pub(crate) language: String,
    /// The code itself, for copying.
    pub(crate) code: String,
    id: BlockId,
    margin: Margin,
    room: usize,
    places: Vec<Place>,
    tones: Vec<Tones>,
    /// How many of its lines the highlighter was asked for.
    sent: usize,
}

/// Where a line of code begins: in the code, and in the rows of the block.
#[derive(Clone, Copy, Debug)]
struct Place {
    byte: usize,
    row: usize,
}

/// How much of a block there was, to come back to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Length {
    code: usize,
    places: usize,
    lines: usize,
}

impl CodeBlock {
    /// An empty block at the end of the page, with its label; `room` is what the margin leaves.
    pub(super) fn begin(page: &mut Page, info: &str, margin: Margin, room: usize) -> Self {
        let start = page.lines.len();
        let mut block = Self {
            lines: start..start,
            language: language(info),
            code: String::new(),
            id: BlockId::fresh(),
            margin,
            room,
            places: Vec::new(),
            tones: Vec::new(),
            sent: 0,
        };
        if !block.language.is_empty() {
            let label = Line::of(&block.language, Ink::new(Tone::Muted).on(Ground::Block)).fit(block.width());
            page.push(block.row(&label));
            block.lines.end += 1;
        }
        block
    }

    /// Whether a block of this language and code is this one, grown: all that was coloured is in it.
    pub(super) fn has_become(&self, info: &str, code: &str) -> bool {
        self.language == language(info) && code.starts_with(self.sent_code())
    }

    /// Takes the place of a block that has become this one.
    pub(super) fn adopt(&mut self, old: Self) {
        self.id = old.id;
        self.sent = old.sent;
        self.tones = old.tones;
    }

    fn sent_code(&self) -> &str {
        let end = self.places.get(self.sent).map_or(self.code.len(), |place| place.byte);
        &self.code[..end]
    }

    /// Adds a line, with its line feed when it has one.
    pub(super) fn push_line(&mut self, line: &str, page: &mut Page) {
        let place = Place { byte: self.code.len(), row: self.lines.len() };
        let tones = self.tones.get(self.places.len()).map_or(&[][..], Vec::as_slice);
        for row in self.rows(self.lines.len(), line, tones) {
            page.push(row);
        }
        self.code.push_str(line);
        self.places.push(place);
        self.lines.end = page.lines.len();
    }

    /// How long it is.
    pub(super) fn length(&self) -> Length {
        Length { code: self.code.len(), places: self.places.len(), lines: self.lines.end }
    }

    /// Goes back to where it was that long; it is the last on the page.
    pub(super) fn cut(&mut self, length: Length, page: &mut Page) {
        self.code.truncate(length.code);
        self.places.truncate(length.places);
        self.lines.end = length.lines;
        page.lines.truncate(length.lines);
    }

    /// The id that its jobs bear.
    pub(crate) fn id(&self) -> BlockId {
        self.id
    }

    /// Its whole lines before the line `end` of the page that were not sent yet.
    pub(super) fn wanted(&mut self, end: usize) -> Option<Job> {
        let start = self.lines.start;
        let above = self.places.partition_point(|place| start + place.row < end);
        let whole = self.whole_lines().min(above);
        if self.language.is_empty() || whole <= self.sent {
            return None;
        }
        let code = &self.code[self.byte_of(self.sent)..self.byte_of(whole)];
        let (language, code) = (self.language.clone(), code.to_owned());
        let job = Job { block: self.id, language, first_line: self.sent, code };
        self.sent = whole;
        Some(job)
    }

    fn whole_lines(&self) -> usize {
        self.places.len() - usize::from(!self.code.is_empty() && !self.code.ends_with('\n'))
    }

    fn byte_of(&self, line: usize) -> usize {
        self.places.get(line).map_or(self.code.len(), |place| place.byte)
    }

    /// Wants this line and all behind it once more.
    pub(super) fn resend(&mut self, first_line: usize) {
        self.sent = self.sent.min(first_line);
    }

    /// Takes tones and repaints their lines; false when there are none such.
    pub(super) fn colour(&mut self, done: &Coloured, lines: &mut [Line]) -> bool {
        let end = (done.first_line + done.lines.len()).min(self.sent);
        if self.tones.len() < end {
            self.tones.resize(end, Tones::new());
        }
        let mut changed = false;
        for (at, tones) in (done.first_line..end).zip(&done.lines) {
            if self.tones[at] != *tones {
                self.tones[at].clone_from(tones);
                self.repaint(at, lines);
                changed = true;
            }
        }
        changed
    }

    fn repaint(&self, at: usize, lines: &mut [Line]) {
        let Some(place) = self.places.get(at) else { return };
        let line = &self.code[place.byte..self.byte_of(at + 1)];
        let start = (self.lines.start + place.row).min(lines.len());
        for (old, new) in lines[start..].iter_mut().zip(self.rows(place.row, line, &self.tones[at])) {
            *old = new;
        }
    }

    /// A line of code as rows; the first of them is this row of the block.
    fn rows(&self, first: usize, line: &str, tones: &[(u32, Tone)]) -> Vec<Line> {
        let line = inked(line.trim_end_matches(['\n', '\r']), tones);
        let width = self.width();
        let pieces = breaks(line.text(), width, width);
        let rows = pieces.into_iter().enumerate();
        rows.map(|(at, piece)| self.row_at(first + at, &line.slice(piece))).collect()
    }

    fn row(&self, content: &Line) -> Line {
        self.row_at(self.lines.len(), content)
    }

    fn row_at(&self, row: usize, content: &Line) -> Line {
        let mut line = if row == 0 { self.margin.first.clone() } else { self.margin.rest.clone() };
        let end = line.width() + self.room;
        line.push(" ".repeat(self.padding()).as_str(), PLAIN);
        line.append(content);
        line.pad_to(end, PLAIN);
        line
    }

    /// Columns for the code.
    fn width(&self) -> usize {
        self.room.saturating_sub(self.padding()).max(1)
    }

    /// A blank on either side of the code, where there is room for it.
    fn padding(&self) -> usize {
        usize::from(self.room > 8)
    }
}

/// Tones count bytes of the code. Where something was made visible they may cut a character apart
/// that is one on the screen; such a line stays plain.
fn inked(line: &str, tones: &[(u32, Tone)]) -> Line {
    let plain = Line::of(line, PLAIN);
    if tones.is_empty() {
        return plain;
    }
    let mut coloured = Line::default();
    let mut start = 0;
    for (end, tone) in tones {
        let end = *end as usize;
        coloured.push(line.get(start..end).unwrap_or_default(), PLAIN.toned(*tone));
        start = end;
    }
    coloured.push(line.get(start..).unwrap_or_default(), PLAIN);
    if coloured.text() == plain.text() { coloured } else { plain }
}

/// The first word of what stands behind the fence.
fn language(info: &str) -> String {
    let word = info.trim_start().trim_start_matches('{').trim_start_matches('.');
    let end = word.find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}' | ':' | ';'));
    word[..end.unwrap_or(word.len())].to_owned()
}
