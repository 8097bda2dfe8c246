//! One list to choose from, for files, commands, conversations, models, themes and old prompts: a
//! query, what matches it best first, and a preview beside it where there is room.
//!
//! Matching is done in slices, so that 100,000 paths never hold up a key: the loop calls
//! [`Picker::update`] until it says that nothing is left. The list shows the results of the query
//! before until those of the new one are complete, so it never flickers through half a result.

use ratatui::layout::Rect;

mod draw;
mod popup;
mod search;

use search::Search;

pub(crate) use popup::{frame, popup};

/// Items matched in one go: a few milliseconds at most.
pub(crate) const SLICE: usize = 4_000;

/// One thing to choose.
#[derive(Clone, Debug)]
pub(crate) struct Item<T> {
    /// What it is called; letters that match are emphasised.
    pub(crate) label: String,
    /// What stands back at the right.
    pub(crate) detail: String,
    /// Further words by which it is found, not shown.
    pub(crate) search: String,
    /// Letters that must be typed before it is offered.
    pub(crate) after: usize,
    /// What choosing it gives.
    pub(crate) value: T,
}

impl<T> Item<T> {
    /// An item of a label alone.
    pub(crate) fn new(label: impl Into<String>, value: T) -> Self {
        Self { label: label.into(), detail: String::new(), search: String::new(), after: 0, value }
    }

    /// The same with a detail.
    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same, found by further words too.
    pub(crate) fn search(self, words: impl Into<String>) -> Self {
        Self { search: words.into(), ..self }
    }

    /// The same, offered only once as many letters are typed.
    pub(crate) fn after(self, letters: usize) -> Self {
        Self { after: letters, ..self }
    }
}

/// The list, its query and what is selected.
pub(crate) struct Picker<T> {
    title: String,
    empty: String,
    items: Vec<Item<T>>,
    search: Search,
    /// Whether labels that are too long lose their start rather than their end.
    of_paths: bool,
    /// The selected row of the results.
    row: usize,
    /// What stays selected while results come in: only what one has moved to.
    held: Held,
    top: usize,
    /// Where the rows were drawn.
    list: Rect,
}

/// What the selection clings to.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Held {
    /// The best result, whichever it is.
    Best,
    /// This item.
    Item(u32),
    /// The item of this label, among items that are being matched anew.
    Label(String),
}

impl<T> Picker<T> {
    /// A list in the given order, which an empty query keeps.
    pub(crate) fn new(title: impl Into<String>, items: Vec<Item<T>>) -> Self {
        let mut picker = Self {
            title: title.into(),
            empty: "There is nothing here yet.".to_owned(),
            items,
            search: Search::new(false),
            of_paths: false,
            row: 0,
            held: Held::Best,
            top: 0,
            list: Rect::default(),
        };
        picker.change_items(|items| items);
        picker
    }

    /// The same for paths: a match behind `/` counts more, and the end of a long one is what is shown.
    pub(crate) fn of_paths(mut self) -> Self {
        self.search = Search::new(true);
        self.of_paths = true;
        self.change_items(|items| items);
        self
    }

    /// The same with another sentence for a list without items.
    pub(crate) fn when_empty(self, sentence: impl Into<String>) -> Self {
        Self { empty: sentence.into(), ..self }
    }

    /// Matches at most `budget` more items; whether some are left. Results do not depend on how the
    /// work is cut.
    pub(crate) fn update(&mut self, budget: usize) -> bool {
        let is_done = self.search.advance(&self.items, budget);
        self.hold();
        !is_done
    }

    /// Whether everything is matched.
    pub(crate) fn is_complete(&self) -> bool {
        self.search.is_complete(&self.items)
    }

    /// Takes other items. What one has moved to stays selected if its label is still there.
    pub(crate) fn set_items(&mut self, items: Vec<Item<T>>) {
        self.change_items(|_| items);
    }

    /// The same for items that are made of those before.
    pub(crate) fn change_items(&mut self, change: impl FnOnce(Vec<Item<T>>) -> Vec<Item<T>>) {
        if let Held::Item(index) = self.held {
            let label = self.items.get(index as usize).map(|item| item.label.clone());
            self.held = label.map_or(Held::Best, Held::Label);
        }
        self.items = change(std::mem::take(&mut self.items));
        self.search.restart(self.items.iter().map(|item| item.after).max().unwrap_or(0));
        self.update(SLICE);
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// What is typed.
    pub(crate) fn query(&self) -> &str {
        self.search.query()
    }

    /// Types a character.
    pub(crate) fn type_char(&mut self, c: char) {
        self.type_text(c.encode_utf8(&mut [0; 4]));
    }

    /// Types text, as a paste does; it becomes one line.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.set_query(self.query().to_owned() + &text.replace(['\n', '\r'], " "));
    }

    /// Takes the last character away.
    pub(crate) fn backspace(&mut self) {
        use unicode_segmentation::UnicodeSegmentation;
        let end = self.query().grapheme_indices(true).next_back().map_or(0, |(at, _)| at);
        self.set_query(self.query()[..end].to_owned());
    }

    /// Takes the last word away.
    pub(crate) fn delete_word(&mut self) {
        let end = self.query().trim_end().rfind(char::is_whitespace).map_or(0, |at| at + 1);
        self.set_query(self.query().get(..end).unwrap_or_default().to_owned());
    }

    /// Takes the whole query away.
    pub(crate) fn clear(&mut self) {
        self.set_query(String::new());
    }

    /// Another query selects its best result. The same query costs nothing.
    pub(crate) fn set_query(&mut self, query: String) {
        if self.search.set_query(query) {
            self.held = Held::Best;
            self.update(SLICE);
        }
    }

    /// Goes `rows` down, or up if negative; it stops at both ends.
    pub(crate) fn move_by(&mut self, rows: isize) {
        self.select(self.row.saturating_add_signed(rows));
    }

    /// Goes whole pages down, or up if negative.
    pub(crate) fn move_pages(&mut self, pages: isize) {
        let page = isize::try_from(self.list.height.max(2) - 1).unwrap_or(1);
        self.move_by(pages.saturating_mul(page));
    }

    /// Goes to the first row.
    pub(crate) fn first(&mut self) {
        self.select(0);
    }

    /// Goes to the last row.
    pub(crate) fn last(&mut self) {
        self.select(usize::MAX);
    }

    /// What is selected in the list as it is shown: for a preview.
    pub(crate) fn selected(&self) -> Option<&T> {
        let index = self.search.shown().get(self.row)?.index;
        self.items.get(index as usize).map(|item| &item.value)
    }

    /// What is chosen: the matching is brought to its end first, so that fast fingers choose what
    /// they typed and not what was still shown.
    pub(crate) fn choose(&mut self) -> Option<&T> {
        self.update(usize::MAX);
        self.selected()
    }

    fn select(&mut self, row: usize) {
        let shown = self.search.shown();
        self.row = row.min(shown.len().saturating_sub(1));
        self.held = shown.get(self.row).map_or(Held::Best, |hit| Held::Item(hit.index));
    }

    /// Puts the selection back on what it clings to.
    fn hold(&mut self) {
        let shown = self.search.shown();
        let found = match &self.held {
            Held::Best => None,
            Held::Item(index) => shown.iter().position(|hit| hit.index == *index),
            Held::Label(label) => {
                let is_it =
                    |index: u32| self.items.get(index as usize).is_some_and(|item| item.label == *label);
                shown.iter().position(|hit| is_it(hit.index))
            }
        };
        match (found, &self.held) {
            (Some(row), _) => self.select(row),
            (None, Held::Best) => self.row = 0,
            (None, _) => self.row = self.row.min(shown.len().saturating_sub(1)),
        }
    }
}

#[cfg(test)]
mod tests;
