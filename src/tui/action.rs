//! Everything that a key, a slash command or the palette can do, as one list: names, sentences, key
//! map, help, footer and palette all come from it. Doing it is the matter of the panes.

mod context;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use context::Context;
pub(crate) use table::Action;

/// What the table says about an action.
struct Entry {
    action: Action,
    name: &'static str,
    about: &'static str,
    contexts: &'static [Context],
    in_palette: bool,
    slash: Option<&'static str>,
}

impl Action {
    fn entry(self) -> &'static Entry {
        &Action::TABLE[self as usize]
    }

    /// Its name in `[keys.CONTEXT]`.
    pub(crate) fn name(self) -> &'static str {
        self.entry().name
    }

    /// What it does, as help and palette say it.
    pub(crate) fn about(self) -> &'static str {
        self.entry().about.trim_start()
    }

    /// Where it means something; what is global does so everywhere.
    pub(crate) fn contexts(self) -> &'static [Context] {
        self.entry().contexts
    }

    /// Whether a key may be bound to it there.
    pub(crate) fn works_in(self, context: Context) -> bool {
        self.contexts().contains(&Context::Global) || self.contexts().contains(&context)
    }

    /// Whether the palette offers it.
    pub(crate) fn in_palette(self) -> bool {
        self.entry().in_palette
    }

    /// The command that does it from the composer: `/undo`.
    pub(crate) fn slash(self) -> Option<&'static str> {
        self.entry().slash
    }

    /// The action of this name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::all().find(|action| action.name() == name)
    }

    /// The action of a command, with its `/` or without.
    pub(crate) fn by_slash(command: &str) -> Option<Self> {
        let name = command.strip_prefix('/').unwrap_or(command);
        Self::all().find(|action| action.slash().is_some_and(|slash| &slash[1..] == name))
    }

    /// All of them, in the order of help and palette.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Action::TABLE.iter().map(|entry| entry.action)
    }
}
