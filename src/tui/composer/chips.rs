//! Big pastes, folded: the text shows a short label, what is sent is all that was pasted.

use std::{borrow::Cow, ops::Range};

/// A paste of more lines than this is folded.
const LINES: usize = 8;

/// A paste of more characters than this is folded.
const CHARACTERS: usize = 1_000;

/// How every label begins.
const OPENING: &str = "[pasted ";

#[derive(Debug)]
struct Chip {
    label: String,
    text: String,
}

/// What was folded. It is kept until the prompt is sent, so an undo finds it again. A label is known
/// by its words: typed by hand or put twice, it stands for the same paste.
#[derive(Debug, Default)]
pub(super) struct Chips(Vec<Chip>);

/// Whether a paste had better be folded.
pub(super) fn is_big(text: &str) -> bool {
    text.len() > CHARACTERS && text.chars().nth(CHARACTERS).is_some() || lines(text) > LINES
}

/// A line feed at the very end begins no line.
fn lines(text: &str) -> usize {
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.bytes().filter(|byte| *byte == b'\n').count() + 1
}

impl Chips {
    /// Keeps `text` and tells the label that stands for it.
    pub(super) fn fold(&mut self, text: String) -> String {
        if let Some(known) = self.0.iter().find(|chip| chip.text == text) {
            return known.label.clone();
        }
        let label = self.free_label(&text);
        self.0.push(Chip { label: label.clone(), text });
        label
    }

    fn free_label(&self, text: &str) -> String {
        let size = match lines(text) {
            1 => format!("{} characters", text.chars().count()),
            lines => format!("{lines} lines"),
        };
        let is_free = |label: &String| self.0.iter().all(|chip| chip.label != *label);
        let first = format!("{OPENING}{size}]");
        let others = (2..).map(|number| format!("{OPENING}{size} #{number}]"));
        std::iter::once(first.clone()).chain(others).find(is_free).unwrap_or(first)
    }

    fn at_start_of(&self, text: &str) -> Option<&Chip> {
        self.0.iter().find(|chip| text.starts_with(&chip.label))
    }

    fn places<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (Range<usize>, &'a Chip)> {
        let starts = text.match_indices(OPENING).filter(|_| !self.0.is_empty());
        starts.filter_map(|(at, _)| {
            let chip = self.at_start_of(&text[at..])?;
            Some((at..at + chip.label.len(), chip))
        })
    }

    /// Where labels stand in `text`.
    pub(super) fn ranges(&self, text: &str) -> Vec<Range<usize>> {
        self.places(text).map(|(range, _)| range).collect()
    }

    /// The label inside which `at` stands, its edges not being inside.
    pub(super) fn around(&self, text: &str, at: usize) -> Option<Range<usize>> {
        self.places(text).map(|(range, _)| range).find(|range| range.start < at && at < range.end)
    }

    /// `range`, widened so that it cuts no label.
    pub(super) fn whole(&self, text: &str, range: Range<usize>) -> Range<usize> {
        let start = self.around(text, range.start).map_or(range.start, |chip| chip.start);
        let end = self.around(text, range.end).map_or(range.end, |chip| chip.end);
        start..end
    }

    /// `text` with what its labels stand for.
    pub(super) fn expand<'a>(&'a self, text: &'a str) -> Cow<'a, str> {
        let mut full = String::new();
        let mut done = 0;
        for (range, chip) in self.places(text) {
            full.push_str(&text[done..range.start]);
            full.push_str(&chip.text);
            done = range.end;
        }
        match done {
            0 => Cow::Borrowed(text),
            _ => Cow::Owned(full + &text[done..]),
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
