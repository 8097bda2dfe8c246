//! What a piece of text means, never how it looks: panes and renderers speak of tones and grounds,
//! and the theme alone turns them into colours. So a change of theme lays nothing out again.

use ratatui::style::Modifier;

/// Defines an enum whose names in theme files and in this code are one list.
macro_rules! named_roles {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// All of them, in the order of the theme table.
            pub(crate) const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in a theme file.
            pub(crate) fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }
    };
}

named_roles!(
    /// What the letters mean: the foreground.
    Tone {
        /// Ordinary words.
        Text = "text",
        /// What stands back: times, counts, hints, folded things.
        Muted = "muted",
        /// What is Mira's or the user's own: the bar, the selected thing, a title.
        Accent = "accent",
        /// Went well, added, written.
        Good = "good",
        /// Wants attention, no harm done.
        Warning = "warning",
        /// Went wrong, removed.
        Error = "error",
        /// Lines between panes.
        Rule = "rule",
        /// A Markdown heading.
        Heading = "heading",
        /// A link's target.
        Link = "link",
        /// Inline code.
        Code = "code",
        /// A quotation.
        Quote = "quote",
        /// Bullets, numbers of lists and lines.
        Marker = "marker",
        /// Comments of code.
        Comment = "syntax.comment",
        /// Keywords and storage words.
        Keyword = "syntax.keyword",
        /// String and character literals.
        String = "syntax.string",
        /// Numbers.
        Number = "syntax.number",
        /// Constants, `true`, escapes.
        Constant = "syntax.constant",
        /// Names of functions and macros.
        Function = "syntax.function",
        /// Names of types, classes, namespaces.
        Type = "syntax.type",
        /// Variables, parameters, fields.
        Variable = "syntax.variable",
        /// Operators and punctuation.
        Punctuation = "syntax.punctuation",
        /// Attributes, decorators, tags of markup.
        Attribute = "syntax.attribute",
    }
);

named_roles!(
    /// What the place means: the background.
    Ground {
        /// The screen itself.
        Screen = "screen",
        /// A popup above it.
        Popup = "popup",
        /// A code block.
        Block = "block",
        /// The selected row of a list.
        Selected = "selected",
        /// Text that the mouse or keys have marked.
        Marked = "marked",
        /// What a search found.
        Found = "found",
        /// The found place that one stands on.
        FoundHere = "found_here",
        /// An added line.
        Added = "added",
        /// The words of it that are new.
        AddedWord = "added_word",
        /// A removed line.
        Removed = "removed",
        /// The words of it that are gone.
        RemovedWord = "removed_word",
    }
);

/// How a piece of text is meant to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ink {
    /// The letters.
    pub(crate) tone: Tone,
    /// The place they stand on.
    pub(crate) ground: Ground,
    /// Bold, italic and the like.
    pub(crate) modifier: Modifier,
}

impl Ink {
    /// Ordinary words on the screen.
    pub(crate) const TEXT: Self = Self::new(Tone::Text);

    /// `tone` on the screen.
    pub(crate) const fn new(tone: Tone) -> Self {
        Self { tone, ground: Ground::Screen, modifier: Modifier::empty() }
    }

    /// The same letters elsewhere.
    pub(crate) const fn on(self, ground: Ground) -> Self {
        Self { ground, ..self }
    }

    /// The same place, other letters.
    pub(crate) const fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }

    /// The same with more modifiers.
    pub(crate) const fn with(self, modifier: Modifier) -> Self {
        Self { modifier: self.modifier.union(modifier), ..self }
    }

    /// The same in bold.
    pub(crate) const fn bold(self) -> Self {
        self.with(Modifier::BOLD)
    }
}

impl Default for Ink {
    fn default() -> Self {
        Self::TEXT
    }
}

impl From<Tone> for Ink {
    fn from(tone: Tone) -> Self {
        Self::new(tone)
    }
}
