//! A sheet painted one line below the other, with a sign before each line that works without colour.

use super::{
    colours::{Colours, inked},
    marks::Marks,
    rows::{LEAST_CODE, push_hidden, rows, shown_part},
    scroll::Body,
    sheet::{Entry, Item, Sheet, Sign},
};
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::Line,
};

/// From this width on the numbers of both sides are shown, before that each line's own.
const BOTH_NUMBERS: usize = 64;

/// A change that is left out stands back; its sign `×` says so without colour.
const LEFT_OUT: Ink = Ink::new(Tone::Muted);

/// A sheet with all that decides how its items look.
#[derive(Clone, Copy)]
pub(super) struct Painted<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) colours: &'a Colours,
    pub(super) marks: &'a Marks,
    /// The hunk whose header stands out.
    pub(super) selected: Option<usize>,
}

impl Body for Painted<'_> {
    fn len(&self) -> usize {
        self.sheet.items.len()
    }

    fn rows(&self, item: usize, width: usize) -> Vec<Line> {
        match self.sheet.items.get(item) {
            Some(Item::Hunk(number)) => vec![self.header(*number, width)],
            Some(Item::Line(entry)) => self.line(item, entry, &self.numbers(entry, width), width),
            None => Vec::new(),
        }
    }
}

impl Painted<'_> {
    /// The header of a hunk.
    pub(super) fn header(&self, number: usize, width: usize) -> Line {
        let (mark, tone) = match self.selected {
            Some(selected) if selected == number => ("▸ ", Tone::Accent),
            Some(_) => ("  ", Tone::Muted),
            None => ("", Tone::Muted),
        };
        let told = if self.marks.is_conflict(number) { Tone::Warning } else { tone };
        let header = Line::of(&format!("{mark}hunk {}/{}", number + 1, self.sheet.hunks.len()), tone);
        header.and(self.marks.told(number), told).fit(width)
    }

    /// Whether the line at `item` is a change that is left out.
    fn is_dropped(&self, item: usize, entry: &Entry) -> bool {
        entry.sign != Sign::Context && self.marks.is_dropped(self.sheet.hunk_of(item))
    }

    /// A line behind its `numbers`, and the remark that it has no end.
    pub(super) fn line(&self, item: usize, entry: &Entry, numbers: &str, width: usize) -> Vec<Line> {
        let is_dropped = self.is_dropped(item, entry);
        let ink = if is_dropped { LEFT_OUT } else { entry.sign.ink() };
        let gutter = match is_dropped {
            true => Line::of(numbers.strip_suffix(' ').unwrap_or_default(), Tone::Marker)
                .and("×", LEFT_OUT)
                .and(entry.sign.text(), LEFT_OUT),
            false => Line::of(numbers, ink.toned(Tone::Marker)).and(entry.sign.text(), entry.sign.own_ink()),
        };
        let mut painted = rows(&gutter, &self.code(item, entry), width, ink);
        if !entry.is_ended {
            let mut remark = Line::default();
            remark.pad_to(gutter.width(), ink);
            remark.push("no line end here", ink.toned(Tone::Muted));
            let mut remark = remark.fit(width);
            remark.pad_to(width, ink);
            painted.push(remark);
        }
        painted
    }

    fn code(&self, item: usize, entry: &Entry) -> Line {
        let (ink, strong) = (entry.sign.ink(), entry.sign.strong());
        let (text, hidden) = shown_part(&entry.text);
        if self.is_dropped(item, entry) {
            let mut code = Line::of(text, LEFT_OUT);
            push_hidden(&mut code, hidden, LEFT_OUT);
            return code;
        }
        let words = self.sheet.changed_words(item);
        let mut code = inked(text, ink, self.colours.of(entry), words, strong);
        push_hidden(&mut code, hidden, ink);
        code
    }

    fn numbers(&self, entry: &Entry, width: usize) -> String {
        let digits = self.sheet.digits;
        let (old, new) = (entry.old.to_string(), entry.new.to_string());
        if self.sheet.has_both && width >= BOTH_NUMBERS {
            let old = if entry.sign == Sign::Added { "" } else { &old };
            let new = if entry.sign == Sign::Removed { "" } else { &new };
            return format!("{old:>digits$} {new:>digits$} ");
        }
        let own = if entry.sign == Sign::Removed { &old } else { &new };
        number(own, digits, width)
    }
}

/// One number of a gutter, unless there is no room for it.
pub(super) fn number(number: &str, digits: usize, width: usize) -> String {
    match width >= digits + 3 + LEAST_CODE {
        true => format!("{number:>digits$} "),
        false => String::new(),
    }
}

impl Sign {
    fn text(self) -> &'static str {
        match self {
            Self::Context => "  ",
            Self::Removed => "− ",
            Self::Added => "+ ",
        }
    }

    /// What the line stands on.
    fn ink(self) -> Ink {
        match self {
            Self::Context => Ink::TEXT,
            Self::Removed => Ink::TEXT.on(Ground::Removed),
            Self::Added => Ink::TEXT.on(Ground::Added),
        }
    }

    /// The sign itself.
    fn own_ink(self) -> Ink {
        match self {
            Self::Context => self.ink(),
            Self::Removed => self.ink().toned(Tone::Error),
            Self::Added => self.ink().toned(Tone::Good),
        }
    }

    /// What its changed words stand on.
    fn strong(self) -> Ground {
        match self {
            Self::Context => Ground::Screen,
            Self::Removed => Ground::RemovedWord,
            Self::Added => Ground::AddedWord,
        }
    }
}
