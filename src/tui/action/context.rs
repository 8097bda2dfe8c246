//! The places in which a key may mean something of its own.

use std::fmt;

/// Where the keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Context {
    /// Wherever the place itself does not know the key.
    Global,
    /// The input box.
    Composer,
    /// The conversation.
    Chat,
    /// The operation's progress.
    Operations,
    /// What was proposed.
    Artifacts,
    /// One proposal against the file.
    Diff,
    /// A list or page with a line to type into: palette, files, conversations, help.
    Picker,
    /// A question. One that wants text passes `[Picker, Dialog, Global]`, so that letters are text.
    Dialog,
}

impl Context {
    /// All of them, in the order of the help page.
    pub(crate) const ALL: [Self; 8] = [
        Self::Global,
        Self::Composer,
        Self::Chat,
        Self::Operations,
        Self::Artifacts,
        Self::Diff,
        Self::Picker,
        Self::Dialog,
    ];

    /// Its name in `[keys.NAME]`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Composer => "composer",
            Self::Chat => "chat",
            Self::Operations => "operations",
            Self::Artifacts => "artifacts",
            Self::Diff => "diff",
            Self::Picker => "picker",
            Self::Dialog => "dialog",
        }
    }

    /// Its heading on the help page.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Composer => "Composer",
            Self::Chat => "Chat",
            Self::Operations => "Operations",
            Self::Artifacts => "Artifacts",
            Self::Diff => "Diff",
            Self::Picker => "Lists and help",
            Self::Dialog => "Questions",
        }
    }

    /// Whether a letter is typed here: then no binding takes it away.
    pub(crate) fn takes_text(self) -> bool {
        matches!(self, Self::Composer | Self::Picker)
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
