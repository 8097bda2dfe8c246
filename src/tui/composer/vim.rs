//! Vim keys as a state machine: a key, the text and the caret go in, one step to take comes out. It
//! changes no text itself and knows no screen.

use super::motion;

mod apply;
mod command;
mod span;

use command::{Command, Find, Parsed, Verb};

/// What keys mean at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Keys are text.
    Insert,
    /// Keys are commands.
    Normal,
}

impl Mode {
    /// Its name in the status line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Insert => "INSERT",
            Self::Normal => "NORMAL",
        }
    }
}

/// What is to be done for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: the command is not complete, or there is none.
    Wait,
    /// Put the caret there.
    Caret(usize),
    /// Change the text, then put the caret there.
    Change(Change),
    /// Take steps back.
    Undo(usize),
}

/// A change of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// What is replaced.
    pub(super) range: std::ops::Range<usize>,
    /// By what.
    pub(super) with: String,
    /// The caret in the text that results.
    pub(super) caret: usize,
}

/// What was deleted or yanked last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Register {
    text: String,
    /// Whether it is whole lines.
    lines: bool,
}

/// The change that `.` does again, with what was typed after it.
#[derive(Clone, Debug)]
struct Last {
    command: Command,
    typed: String,
}

/// Mode, unfinished keys and what later keys refer to.
#[derive(Debug)]
pub(super) struct Vim {
    mode: Mode,
    keys: String,
    register: Register,
    found: Option<Find>,
    last: Option<Last>,
    /// Whether what is typed now belongs to the last change.
    typing: bool,
}

impl Vim {
    /// One begins with text.
    pub(super) fn new() -> Self {
        Self {
            mode: Mode::Insert,
            keys: String::new(),
            register: Register::default(),
            found: None,
            last: None,
            typing: false,
        }
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Back to text, as a fresh prompt begins.
    pub(super) fn restart(&mut self) {
        self.mode = Mode::Insert;
        self.typing = false;
        self.keys.clear();
    }

    /// The text of the register, for its owner to unfold.
    pub(super) fn register(&mut self) -> &mut String {
        &mut self.register.text
    }

    /// Escape: where the caret goes, or nothing if there was nothing to leave.
    pub(super) fn escape(&mut self, text: &str, caret: usize) -> Option<usize> {
        match self.mode {
            Mode::Insert => {
                self.restart();
                self.mode = Mode::Normal;
                Some(motion::left(text, caret).max(motion::line_start(text, caret)))
            }
            Mode::Normal => (!std::mem::take(&mut self.keys).is_empty()).then_some(caret),
        }
    }

    /// Text was typed.
    pub(super) fn typed(&mut self, text: &str) {
        if let Some(last) = self.last.as_mut().filter(|_| self.typing) {
            last.typed.push_str(text);
        }
    }

    /// The character before the caret was taken away.
    pub(super) fn erased(&mut self) {
        if let Some(last) = self.last.as_mut().filter(|_| self.typing) {
            last.typed.truncate(motion::left(&last.typed, last.typed.len()));
        }
    }

    /// Whether what is typed now belongs to the last change, and is taken back with it.
    pub(super) fn is_typing(&self) -> bool {
        self.typing
    }

    /// The caret went elsewhere or more was changed than `.` could do again.
    pub(super) fn strayed(&mut self) {
        self.typing = false;
    }

    /// A key in normal mode.
    pub(super) fn press(&mut self, key: char, text: &str, caret: usize) -> Step {
        self.keys.push(key);
        match command::parse(&self.keys) {
            Parsed::More => Step::Wait,
            Parsed::Nothing => {
                self.keys.clear();
                Step::Wait
            }
            Parsed::Done(command) => {
                self.keys.clear();
                self.perform(command, text, caret)
            }
        }
    }

    fn perform(&mut self, command: Command, text: &str, caret: usize) -> Step {
        match command.verb {
            Verb::Repeat => return self.repeat(command.count, text, caret),
            Verb::Undo => return Step::Undo(command.count()),
            _ => {}
        }
        let Some(done) = self.apply(&command, text, caret) else { return Step::Wait };
        if done.inserts {
            self.mode = Mode::Insert;
            self.typing = true;
        }
        if command.is_change() {
            self.last = Some(Last { command, typed: String::new() });
        }
        done.step
    }

    /// The last change again, with what was typed then.
    fn repeat(&mut self, count: Option<usize>, text: &str, caret: usize) -> Step {
        let Some(mut last) = self.last.clone() else { return Step::Wait };
        last.command.count = count.or(last.command.count);
        let Some(done) = self.apply(&last.command, text, caret) else { return Step::Wait };
        let step = match done.step {
            Step::Change(change) if done.inserts => Step::Change(with_typed(change, &last.typed)),
            step => step,
        };
        self.last = Some(last);
        step
    }
}

/// A change that leads to typing, with what was typed at its caret.
fn with_typed(mut change: Change, typed: &str) -> Change {
    change.with.insert_str(change.caret - change.range.start, typed);
    change.caret += motion::left(typed, typed.len());
    change
}

#[cfg(test)]
mod tests;
