//! Which keys do what where: the settings' `[keys.CONTEXT]` made ready for pressing.

use crossterm::event::KeyEvent;

use super::action::{Action, Context};
use crate::config::{ConfigError, KeySetting};

mod bindings;
mod chord;
mod keys;

#[cfg(test)]
mod tests;

use bindings::Binding;
pub(crate) use chord::Chord;
pub(crate) use keys::Keys;

/// All bindings in force.
#[derive(Clone, Debug)]
pub(crate) struct Keymap {
    bindings: Vec<Binding>,
}

/// What a key comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// It does this.
    Action(Action),
    /// It begins something; the next key ends it.
    Pending,
    /// Nobody has bound it: text to type, or a key of the pane's own.
    Unbound(KeyEvent),
    /// Nothing: a key that goes up, has no name, or ends what was begun in no known way.
    Ignored,
}

impl Keymap {
    /// The bindings of `settings`.
    ///
    /// # Errors
    /// The first context, action or chord that does not exist, with its file and line.
    pub(crate) fn new(settings: &[KeySetting]) -> Result<Self, ConfigError> {
        Ok(Self { bindings: bindings::bindings(settings)? })
    }

    /// What `key` does where `contexts` are listening, the innermost first. `pending` keeps the first
    /// half of a sequence from one call to the next; clear it when the focus changes.
    pub(crate) fn resolve(
        &self,
        contexts: &[Context],
        pending: &mut Option<Chord>,
        key: KeyEvent,
    ) -> Resolved {
        let Some(chord) = Chord::of(&key) else {
            return Resolved::Ignored;
        };
        let first = pending.take();
        if chord.is_text() && contexts.first().is_some_and(|innermost| innermost.takes_text()) {
            return Resolved::Unbound(key);
        }
        let pressed = match first {
            Some(first) => Keys { first, second: Some(chord) },
            None => Keys { first: chord, second: None },
        };
        match contexts.iter().find_map(|context| self.find(*context, pressed)) {
            Some(binding) if binding.keys == pressed => Resolved::Action(binding.action),
            Some(_) => {
                *pending = Some(chord);
                Resolved::Pending
            }
            None if first.is_some() => Resolved::Ignored,
            None => Resolved::Unbound(key),
        }
    }

    /// The binding that `pressed` is, or that it begins.
    fn find(&self, context: Context, pressed: Keys) -> Option<&Binding> {
        let begins = |keys: Keys| pressed.second.is_none() && keys.first == pressed.first;
        self.of(context).find(|binding| binding.keys == pressed || begins(binding.keys))
    }

    fn of(&self, context: Context) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(move |binding| binding.context == context)
    }

    /// What does `action` in `context` itself, the first one first.
    pub(crate) fn keys(&self, context: Context, action: Action) -> impl Iterator<Item = Keys> {
        self.of(context).filter(move |binding| binding.action == action).map(|binding| binding.keys)
    }

    /// The key to show for `action` while `context` has the focus: its own, else a global one that
    /// it lets pass.
    pub(crate) fn chord_for(&self, context: Context, action: Action) -> Option<String> {
        let passes = |keys: &Keys| {
            let typed = context.takes_text() && keys.first.is_text();
            !typed && !self.of(context).any(|binding| binding.keys.clash(*keys))
        };
        let mut global = self.keys(Context::Global, action).filter(passes);
        let keys = self.keys(context, action).next().or_else(|| global.next());
        keys.map(Keys::label)
    }
}
