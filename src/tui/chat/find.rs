//! Search in the conversation: capital letters in the query make it exact, and the screen goes from
//! one place to the next.

use std::ops::Range;

use super::{Chat, Entry};
use crate::tui::text::Line;

/// A search.
#[derive(Clone, Debug, Default)]
pub(crate) struct Find {
    query: String,
    /// The entry, the line of it and the byte where one stands.
    here: Option<(usize, usize, usize)>,
    /// Whether the last step found nothing.
    pub(crate) missed: bool,
}

impl Find {
    /// What is looked for.
    pub(crate) fn query(&self) -> &str {
        &self.query
    }

    /// The entry, the line and the byte where one stands.
    #[cfg(test)]
    pub(super) fn standing(&self) -> Option<(usize, usize, usize)> {
        self.here
    }

    /// Entries were put before the first one.
    pub(super) fn shift(&mut self, by: usize) {
        if let Some((entry, ..)) = &mut self.here {
            *entry += by;
        }
    }

    /// Whether one stands on this place.
    pub(super) fn is_here(&self, entry: usize, line: usize, byte: usize) -> bool {
        self.here == Some((entry, line, byte))
    }

    /// Whether it is worth laying a text out to look: it holds the query as it was written, or without
    /// the marks of Markdown.
    fn may_be_in(&self, text: &str) -> bool {
        let marks = ['*', '_', '`', '~'];
        !self.places(text).is_empty()
            || text.contains(marks) && !self.places(&text.replace(marks, "")).is_empty()
    }

    /// Where the query stands in a line, as bytes.
    pub(super) fn places(&self, line: &str) -> Vec<Range<usize>> {
        if self.query.is_empty() {
            return Vec::new();
        }
        let exact = self.query.chars().any(char::is_uppercase);
        // Lower case of one byte for one byte: then places in it are places in the line.
        let folded = if exact { line.to_owned() } else { line.to_ascii_lowercase() };
        let query = if exact { self.query.clone() } else { self.query.to_ascii_lowercase() };
        folded.match_indices(&query).map(|(at, found)| at..at + found.len()).collect()
    }
}

impl Chat {
    /// The search at work.
    pub(crate) fn find(&self) -> Option<&Find> {
        self.find.as_ref()
    }

    /// Looks for something else, from the screen upwards: what one remembers was said before.
    pub(crate) fn look_for(&mut self, query: &str) {
        self.find = Some(Find { query: query.to_owned(), here: None, missed: false });
        if !query.is_empty() {
            self.find_next(false);
        }
    }

    /// Looks for nothing.
    pub(crate) fn stop_looking(&mut self) {
        self.find = None;
    }

    /// Goes to the next place downwards or upwards, round the ends.
    pub(crate) fn find_next(&mut self, forward: bool) {
        let Some(mut find) = self.find.take() else { return };
        let start = find.here.or_else(|| {
            let shown = self.on_screen();
            Some((shown.end.checked_sub(1)?, usize::MAX, usize::MAX))
        });
        let found = start.and_then(|start| self.step(&find, start, forward));
        find.missed = found.is_none() && !find.query.is_empty();
        find.here = found;
        self.find = Some(find);
        if let Some((entry, line, _)) = found {
            let gap = self.gap(entry);
            self.show(entry, line + gap);
        }
    }

    fn step(
        &mut self,
        find: &Find,
        (entry, line, byte): (usize, usize, usize),
        forward: bool,
    ) -> Option<(usize, usize, usize)> {
        let count = self.entries.len();
        for distance in 0..=count {
            let at = match forward {
                true => (entry + distance) % count.max(1),
                false => (entry + count * 2 - distance) % count.max(1),
            };
            let columns = self.columns;
            let looked_at = self.entries.get_mut(at)?;
            if !find.may_be_in(&looked_at.text()) {
                continue;
            }
            let places = places(looked_at, find, columns);
            let here = (line, byte);
            let found = match (distance, forward) {
                (0, true) => places.into_iter().find(|place| *place > here),
                (0, false) => places.into_iter().rev().find(|place| *place < here),
                (_, true) => places.into_iter().next(),
                (_, false) => places.into_iter().next_back(),
            };
            if let Some((line, byte)) = found {
                return Some((at, line, byte));
            }
        }
        None
    }
}

/// Lines and bytes of an entry where the query stands. One that a line break cuts in two is found at
/// the entry's first line.
fn places(entry: &mut Entry, find: &Find, columns: usize) -> Vec<(usize, usize)> {
    let lines: &[Line] = entry.lines(columns);
    let found: Vec<(usize, usize)> = lines
        .iter()
        .enumerate()
        .flat_map(|(at, line)| find.places(line.text()).into_iter().map(move |place| (at, place.start)))
        .collect();
    if found.is_empty() { vec![(0, 0)] } else { found }
}
