//! Old prompts, gone through like a shell's: what one leaves unfinished is found again on the way
//! back.

use std::collections::BTreeMap;

/// Old prompts, newest last, and where one stands among them.
#[derive(Debug, Default)]
pub(super) struct History {
    prompts: Vec<String>,
    /// The prompt one stands on; the draft is behind the last.
    at: usize,
    /// What was changed on the way, by its place.
    changed: BTreeMap<usize, String>,
}

impl History {
    /// Takes other prompts; one stands on the draft again.
    pub(super) fn set(&mut self, prompts: Vec<String>) {
        self.prompts = prompts;
        self.reset();
    }

    /// Back to the draft, nothing kept.
    pub(super) fn reset(&mut self) {
        self.at = self.prompts.len();
        self.changed.clear();
    }

    /// Adds the newest prompt.
    pub(super) fn push(&mut self, prompt: &str) {
        if self.prompts.last().is_none_or(|last| last != prompt) {
            self.prompts.push(prompt.to_owned());
        }
        self.reset();
    }

    /// All of them, newest last.
    pub(super) fn prompts(&self) -> &[String] {
        &self.prompts
    }

    /// One prompt older: its text. `shown` is what is being left.
    pub(super) fn previous(&mut self, shown: &str) -> Option<String> {
        self.go(self.at.checked_sub(1)?, shown)
    }

    /// One prompt newer, at last the draft.
    pub(super) fn next(&mut self, shown: &str) -> Option<String> {
        self.go(self.at + 1, shown)
    }

    fn go(&mut self, to: usize, shown: &str) -> Option<String> {
        if to > self.prompts.len() {
            return None;
        }
        if self.prompts.get(self.at).is_none_or(|prompt| prompt != shown) {
            self.changed.insert(self.at, shown.to_owned());
        }
        self.at = to;
        let stored = self.prompts.get(to).cloned().unwrap_or_default();
        Some(self.changed.get(&to).cloned().unwrap_or(stored))
    }
}
