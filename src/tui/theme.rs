//! How tones and grounds look: the only place where colours are spoken of. Themes are TOML files;
//! they are read here as text, never from disk.

use std::path::Path;

use ratatui::style::{Modifier, Style};

use super::ink::{Ground, Ink, Tone};

mod color;
mod depth;
mod error;
mod file;
mod resolve;

#[cfg(test)]
mod tests;

pub(crate) use depth::Depth;
pub(crate) use error::ThemeError;

/// A theme's text, before anybody has looked at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    /// What it is called: its file's name without `.toml`.
    pub(crate) name: &'a str,
    /// Its file, for error sentences.
    pub(crate) path: &'a Path,
    /// What the file says.
    pub(crate) text: &'a str,
}

/// Every ink as the terminal is told it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theme {
    /// Its name, as `ui.theme` knows it.
    pub(crate) name: String,
    /// One look for every tone on every ground.
    styles: Vec<Style>,
}

/// The theme that `ui.theme = "auto"` means in the dark.
pub(crate) const DEFAULT: &str = "mira-dark";

/// The themes that every Mira brings, by name and text.
const BUILT_IN: [(&str, &str, &str); 4] = [
    ("mira-dark", "themes/mira-dark.toml", include_str!("../../themes/mira-dark.toml")),
    ("mira-light", "themes/mira-light.toml", include_str!("../../themes/mira-light.toml")),
    ("high-contrast", "themes/high-contrast.toml", include_str!("../../themes/high-contrast.toml")),
    ("terminal-16", "themes/terminal-16.toml", include_str!("../../themes/terminal-16.toml")),
];

impl Theme {
    /// The theme `name` of the user's own or else the built-in ones, in the colours the terminal has.
    pub(crate) fn load(user: &[Source<'_>], name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let roles = resolve::roles(&with_built_in(user), name, depth)?;
        let theme = match depth {
            Depth::None => Self::plain(),
            _ => Self::in_colors_of(depth, &roles),
        };
        Ok(Self { name: name.to_owned(), ..theme })
    }

    /// The names of all themes: the built-in ones, then the user's own.
    pub(crate) fn names<'a>(user: &[Source<'a>]) -> Vec<&'a str> {
        let mut names: Vec<&str> = BUILT_IN.iter().map(|(name, ..)| *name).collect();
        let mut own: Vec<&str> =
            user.iter().map(|source| source.name).filter(|name| !names.contains(name)).collect();
        own.sort_unstable();
        own.dedup();
        names.append(&mut own);
        names
    }

    /// The theme that the setting `ui.theme` means; `colorfgbg` is the variable by which some
    /// terminals tell their own colours.
    pub(crate) fn chosen<'a>(setting: &'a str, colorfgbg: Option<&str>, depth: Depth) -> &'a str {
        match setting {
            "auto" if depth == Depth::Ansi16 => "terminal-16",
            "auto" if colorfgbg.is_some_and(is_light) => "mira-light",
            "auto" => DEFAULT,
            named => named,
        }
    }

    /// No colours at all: `NO_COLOR`, and tests of text. What matters is shown by modifiers.
    pub(crate) fn plain() -> Self {
        let plain = Self::of(|ink| {
            Style::new().add_modifier(plain_tone(ink.tone)).add_modifier(plain_ground(ink.ground))
        });
        Self { name: "plain".to_owned(), ..plain }
    }

    fn in_colors_of(depth: Depth, roles: &resolve::Roles) -> Self {
        let nearest = depth::Nearest::new(depth);
        let fewer = roles.map(|color| nearest.of(color));
        Self::of(|ink| depth.readable(ink.tone, roles.style(ink), fewer.style(ink)))
    }

    fn of(look: impl Fn(Ink) -> Style) -> Self {
        let inks =
            Ground::ALL.iter().flat_map(|ground| Tone::ALL.iter().map(|tone| Ink::new(*tone).on(*ground)));
        Self { name: String::new(), styles: inks.map(look).collect() }
    }

    /// How an ink looks.
    pub(crate) fn style(&self, ink: Ink) -> Style {
        let place = ink.ground as usize * Tone::ALL.len() + ink.tone as usize;
        self.styles.get(place).copied().unwrap_or_default().add_modifier(ink.modifier)
    }
}

fn with_built_in<'a>(user: &[Source<'a>]) -> Vec<Source<'a>> {
    let built_in = BUILT_IN.iter().map(|(name, path, text)| Source { name, path: Path::new(path), text });
    user.iter().copied().chain(built_in).collect()
}

/// `15;0` or `0;default;15`: the last part is the background, one of sixteen colours.
fn is_light(colorfgbg: &str) -> bool {
    let background = colorfgbg.rsplit(';').next().and_then(|last| last.trim().parse().ok());
    background.is_some_and(|color: u8| matches!(color, 7 | 9..=15))
}

fn plain_tone(tone: Tone) -> Modifier {
    match tone {
        Tone::Muted | Tone::Rule | Tone::Comment => Modifier::DIM,
        Tone::Heading | Tone::Error => Modifier::BOLD,
        Tone::Link => Modifier::UNDERLINED,
        Tone::Quote => Modifier::ITALIC,
        _ => Modifier::empty(),
    }
}

fn plain_ground(ground: Ground) -> Modifier {
    match ground {
        Ground::Selected | Ground::Marked => Modifier::REVERSED,
        Ground::Found => Modifier::UNDERLINED,
        Ground::FoundHere => Modifier::REVERSED.union(Modifier::BOLD),
        Ground::AddedWord | Ground::RemovedWord => Modifier::BOLD.union(Modifier::UNDERLINED),
        _ => Modifier::empty(),
    }
}
