//! Words with their inks, gathered until their block ends.

use ratatui::style::Modifier;

use super::urls;
use crate::tui::{
    ink::{Ink, Tone},
    text::Line,
};

/// The words of a paragraph, a heading or a cell. Each of its lines ends at a hard break.
#[derive(Debug, Default)]
pub(super) struct Prose {
    pub(super) lines: Vec<Line>,
    pub(super) spots: Vec<Spot>,
}

/// Where in a `Prose` a link begins.
#[derive(Debug)]
pub(super) struct Spot {
    pub(super) line: usize,
    pub(super) byte: usize,
    pub(super) label: String,
    pub(super) target: String,
}

/// A `Prose` that grows.
#[derive(Debug)]
pub(super) struct Inline {
    prose: Prose,
    base: Ink,
    bold: usize,
    italic: usize,
    struck: usize,
    open: Vec<Open>,
}

/// A link or an image whose label is being read.
#[derive(Debug)]
struct Open {
    line: usize,
    byte: usize,
    label: String,
    target: String,
    is_image: bool,
}

impl Inline {
    /// Begins with an empty line in the ink of ordinary words there.
    pub(super) fn new(base: Ink) -> Self {
        let prose = Prose { lines: vec![Line::default()], spots: Vec::new() };
        Self { prose, base, bold: 0, italic: 0, struck: 0, open: Vec::new() }
    }

    /// Adds words as they are.
    pub(super) fn push(&mut self, text: &str) {
        self.add(text, self.ink());
    }

    /// Adds inline code.
    pub(super) fn code(&mut self, text: &str) {
        self.add(text, self.ink().toned(Tone::Code));
    }

    fn add(&mut self, text: &str, ink: Ink) {
        for open in &mut self.open {
            open.label.push_str(text);
        }
        if let Some(line) = self.prose.lines.last_mut() {
            line.push(text, ink);
        }
    }

    /// Adds a sign, which belongs to no label.
    pub(super) fn sign(&mut self, text: &str, ink: Ink) {
        if let Some(line) = self.prose.lines.last_mut() {
            line.push(text, ink);
        }
    }

    /// Ends the line.
    pub(super) fn break_line(&mut self) {
        for open in &mut self.open {
            open.label.push(' ');
        }
        self.prose.lines.push(Line::default());
    }

    /// Begins or ends a kind of emphasis.
    pub(super) fn emphasise(&mut self, kind: Modifier, begins: bool) {
        let depth = match kind {
            Modifier::BOLD => &mut self.bold,
            Modifier::ITALIC => &mut self.italic,
            _ => &mut self.struck,
        };
        *depth = if begins { *depth + 1 } else { depth.saturating_sub(1) };
    }

    fn ink(&self) -> Ink {
        let kinds = [
            (self.bold, Modifier::BOLD),
            (self.italic, Modifier::ITALIC),
            (self.struck, Modifier::CROSSED_OUT),
        ];
        let on = kinds.into_iter().filter(|(depth, _)| *depth > 0);
        let ink = on.fold(self.base, |ink, (_, kind)| ink.with(kind));
        match self.open.iter().any(|open| !open.is_image) {
            true => ink.toned(Tone::Link).with(Modifier::UNDERLINED),
            false => ink,
        }
    }

    /// Begins a link or an image.
    pub(super) fn open(&mut self, target: &str, is_image: bool) {
        let (line, byte) = self.end();
        let target = target.to_owned();
        self.open.push(Open { line, byte, label: String::new(), target, is_image });
        if is_image {
            self.sign("[image: ", self.base.toned(Tone::Muted));
        }
    }

    /// Ends the innermost link or image; where it leads is told unless its label says it.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.is_image {
            self.sign("]", self.base.toned(Tone::Muted));
        }
        if open.label != open.target {
            let blank = if self.end() == (open.line, open.byte) { "" } else { " " };
            self.sign(&format!("{blank}({})", open.target), self.base.toned(Tone::Link));
        }
        let Open { line, byte, label, target, .. } = open;
        self.prose.spots.push(Spot { line, byte, label, target });
    }

    fn end(&self) -> (usize, usize) {
        let line = self.prose.lines.len().saturating_sub(1);
        (line, self.prose.lines.last().map_or(0, |line| line.text().len()))
    }

    /// What was gathered, with bare addresses made into links.
    pub(super) fn finish(mut self) -> Prose {
        for (at, line) in self.prose.lines.iter_mut().enumerate() {
            for range in urls::find(line) {
                let target = line.text()[range.clone()].to_owned();
                let (byte, label) = (range.start, target.clone());
                self.prose.spots.push(Spot { line: at, byte, label, target });
                line.paint(range, |ink| ink.toned(Tone::Link).with(Modifier::UNDERLINED));
            }
        }
        self.prose.spots.sort_by_key(|spot| (spot.line, spot.byte));
        self.prose
    }
}
