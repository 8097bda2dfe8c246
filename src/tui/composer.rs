//! The box one writes in: text with chips for big pastes, `@` mentions, old prompts, completion and,
//! for who wants them, Vim keys. What is drawn goes through [`Line`]; the text itself stays as it was
//! typed, so what is sent is exactly what was meant.
//!
//! [`Line`]: super::text::Line

use ratatui::layout::Rect;

mod change;
mod chips;
mod document;
mod draw;
mod edit;
mod history;
mod layout;
mod mention;
mod motion;
mod paste;
mod vim;

use change::Run;
use chips::Chips;
use document::Document;
use history::History;
use layout::Layout;
use vim::Vim;

pub(crate) use edit::Edit;
pub(crate) use mention::{Kind, Trigger};
pub(crate) use paste::is_image;
pub(crate) use vim::Mode;

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// The words, big pastes in full.
    pub(crate) text: String,
    /// The paths it mentions with `@`, each once; those of images are for models that take them.
    pub(crate) mentions: Vec<String>,
}

/// The input box.
#[derive(Debug)]
pub(crate) struct Composer {
    document: Document,
    chips: Chips,
    history: History,
    vim: Option<Vim>,
    /// What was deleted by words and lines, for yanking it back.
    killed: String,
    run: Run,
    /// The column that going up and down keeps to.
    goal: Option<usize>,
    layout: Layout,
    top: usize,
    drawn: Rect,
}

impl Composer {
    /// An empty one.
    pub(crate) fn new() -> Self {
        Self {
            document: Document::new(),
            chips: Chips::default(),
            history: History::default(),
            vim: None,
            killed: String::new(),
            run: Run::Other,
            goal: None,
            layout: Layout::default(),
            top: 0,
            drawn: Rect::default(),
        }
    }

    /// What would be sent: big pastes in full.
    pub(crate) fn text(&self) -> String {
        self.chips.expand(self.document.text()).into_owned()
    }

    /// Whether there is nothing, not even a blank.
    pub(crate) fn is_empty(&self) -> bool {
        self.document.text().is_empty()
    }

    /// Empties it; an undo brings the text back.
    pub(crate) fn clear(&mut self) {
        self.load("");
        self.history.reset();
    }

    /// Puts another text in its place, the caret at its end; an undo brings the old one back.
    pub(crate) fn set_text(&mut self, text: &str) {
        self.load(text);
        self.history.reset();
    }

    /// Takes the prompt out for sending. What was undoable, folded or half-way through old prompts is
    /// forgotten; what was deleted can still be yanked.
    pub(crate) fn take(&mut self) -> Prompt {
        let prompt = Prompt { text: self.text(), mentions: self.mentions() };
        self.killed = self.chips.expand(&self.killed).into_owned();
        if let Some(vim) = &mut self.vim {
            let register = vim.register();
            *register = self.chips.expand(register).into_owned();
            vim.restart();
        }
        self.document = Document::new();
        self.layout = Layout::default();
        self.chips.clear();
        self.history.reset();
        self.halt();
        prompt
    }

    /// Takes a paste: line ends are made alike, paths of images become mentions, and what is big
    /// becomes a chip.
    pub(crate) fn paste(&mut self, text: &str) {
        let text = paste::with_plain_line_ends(text);
        let text = paste::image_mentions(&text).unwrap_or(text);
        let shown = if chips::is_big(&text) { self.chips.fold(text) } else { text };
        self.put(&shown);
    }

    /// The paths mentioned with `@`, in order, each once.
    pub(crate) fn mentions(&self) -> Vec<String> {
        mention::paths(self.document.text())
    }

    /// Takes the old prompts, newest last.
    pub(crate) fn set_history(&mut self, prompts: Vec<String>) {
        self.history.set(prompts);
    }

    /// Adds a prompt that was sent.
    pub(crate) fn remember(&mut self, prompt: &str) {
        self.history.push(prompt);
    }

    /// The old prompts, newest last.
    pub(crate) fn old_prompts(&self) -> &[String] {
        self.history.prompts()
    }

    /// Shows the prompt before; false if there is none.
    pub(crate) fn history_previous(&mut self) -> bool {
        let older = self.history.previous(self.document.text());
        older.map(|text| self.load(&text)).is_some()
    }

    /// Shows the prompt behind, at last the draft; false if one is there already.
    pub(crate) fn history_next(&mut self) -> bool {
        let newer = self.history.next(self.document.text());
        newer.map(|text| self.load(&text)).is_some()
    }

    /// What the word at the caret could be completed to. Commands of Vim ask for nothing.
    pub(crate) fn trigger(&self) -> Option<Trigger> {
        match self.mode() {
            Some(Mode::Normal) => None,
            _ => mention::trigger(self.document.text(), self.document.caret()),
        }
    }

    /// Puts a word in the place of a trigger that was just asked for, and a blank behind it unless lines
    /// follow.
    pub(crate) fn complete(&mut self, trigger: &Trigger, word: &str) {
        let Some(rest) = self.document.text().get(trigger.range.end..) else { return };
        let blank = if rest.starts_with(':') { "" } else { " " };
        let blanks = rest.len() - rest.strip_prefix(' ').unwrap_or(rest).len();
        self.change(trigger.range.start..trigger.range.end + blanks, &format!("{word}{blank}"));
    }

    /// Turns Vim keys on or off; on, one begins with text.
    pub(crate) fn set_vim(&mut self, on: bool) {
        if on != self.vim.is_some() {
            self.vim = on.then(Vim::new);
        }
    }

    /// What keys mean, if Vim keys are on.
    pub(crate) fn mode(&self) -> Option<Mode> {
        self.vim.as_ref().map(Vim::mode)
    }

    /// Escape for Vim: leaves insert mode or an unfinished command. False if it has no meaning here,
    /// so that it can stop an operation instead.
    pub(crate) fn escape(&mut self) -> bool {
        let Some(vim) = &mut self.vim else { return false };
        let left_for = vim.escape(self.document.text(), self.document.caret());
        if let Some(at) = left_for {
            self.run = Run::Other;
            self.stand_at(at);
        }
        left_for.is_some()
    }
}

#[cfg(test)]
mod tests;
