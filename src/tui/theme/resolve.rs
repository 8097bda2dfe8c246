//! From files to looks: a theme and those it inherits from, every role with a colour in the end.

use ratatui::style::{Color, Style};

use super::{
    Depth, Source, ThemeError, color,
    error::hint,
    file::{File, Look, Word},
};
use crate::tui::ink::{Ground, Ink, Tone};

/// Every tone and ground of a theme in its own colours.
#[derive(Clone, Debug)]
pub(super) struct Roles {
    tones: Vec<Style>,
    grounds: Vec<Style>,
}

impl Roles {
    /// Letters on a place; the place may have letters of its own.
    pub(super) fn style(&self, ink: Ink) -> Style {
        let tone = self.tones.get(ink.tone as usize).copied().unwrap_or_default();
        let ground = self.grounds.get(ink.ground as usize).copied().unwrap_or_default();
        tone.patch(ground)
    }

    /// The same in other colours.
    pub(super) fn map(&self, change: impl Fn(Color) -> Color) -> Self {
        let other = |style: &Style| Style { fg: style.fg.map(&change), bg: style.bg.map(&change), ..*style };
        Self {
            tones: self.tones.iter().map(other).collect(),
            grounds: self.grounds.iter().map(other).collect(),
        }
    }
}

/// The roles of the theme `name`. Of sources with one name the first is meant.
pub(super) fn roles(sources: &[Source<'_>], name: &str, depth: Depth) -> Result<Roles, ThemeError> {
    let chain = Chain::of(sources, name, depth)?;
    chain.check_complete()?;
    Ok(Roles {
        tones: Tone::ALL.iter().map(|tone| chain.tone(tone.name())).collect::<Result<_, _>>()?,
        grounds: Ground::ALL.iter().map(|ground| chain.ground(ground.name())).collect::<Result<_, _>>()?,
    })
}

/// A theme and those it inherits from, itself first; the first that knows something is believed.
struct Chain<'a> {
    files: Vec<File<'a>>,
    depth: Depth,
}

impl<'a> Chain<'a> {
    fn of(sources: &[Source<'a>], name: &str, depth: Depth) -> Result<Self, ThemeError> {
        let mut next = position(sources, 0, name).ok_or_else(|| unknown(sources, name))?;
        let (mut files, mut seen) = (Vec::new(), Vec::new());
        loop {
            let file = File::parse(sources[next])?;
            seen.push(next);
            let inherits = file.inherits.clone();
            files.push(file);
            match inherits {
                None => return Ok(Self { files, depth }),
                Some(parent) => next = find_parent(sources, &seen, &parent)?,
            }
        }
    }

    /// A theme that leaves roles out would have holes on the screen.
    fn check_complete(&self) -> Result<(), ThemeError> {
        let tones = Tone::ALL.iter().map(|tone| tone.name()).filter(|name| self.find_tone(name).is_none());
        let grounds = Ground::ALL.iter().map(|ground| ground.name());
        let grounds = grounds.filter(|name| self.find_ground(name).is_none());
        let missing: Vec<&str> = tones.chain(grounds).collect();
        let Some(last) = self.files.last().filter(|_| !missing.is_empty()) else {
            return Ok(());
        };
        let message =
            format!("no look is given to {}; add them or inherits = \"mira-dark\"", missing.join(", "));
        Err(last.wrong(0, message))
    }

    fn find_tone(&self, name: &str) -> Option<(&File<'a>, &Look)> {
        self.files.iter().find_map(|file| Some((file, find(&file.tones, name)?)))
    }

    fn find_ground(&self, name: &str) -> Option<(&File<'a>, &Look)> {
        self.files.iter().find_map(|file| Some((file, find(&file.grounds, name)?)))
    }

    fn tone(&self, name: &str) -> Result<Style, ThemeError> {
        let Some((file, look)) = self.find_tone(name) else {
            return Ok(Style::new());
        };
        if let Some(letters) = &look.letters {
            return Err(file.wrong(letters.at, "only a ground has `letters`; a tone has a `color`"));
        }
        let fg = self.find_color(file, look.color.as_ref())?;
        Ok(Style { fg, ..Style::new() }.add_modifier(look.modifier))
    }

    fn ground(&self, name: &str) -> Result<Style, ThemeError> {
        let Some((file, look)) = self.find_ground(name) else {
            return Ok(Style::new());
        };
        let bg = self.find_color(file, look.color.as_ref())?;
        let fg = self.find_color(file, look.letters.as_ref())?;
        Ok(Style { fg, bg, ..Style::new() }.add_modifier(look.modifier))
    }

    fn find_color(&self, file: &File<'_>, word: Option<&Word>) -> Result<Option<Color>, ThemeError> {
        word.map(|word| self.color(file, word)).transpose()
    }

    /// A colour as the palette writes it, or a name of the palette, its own before inherited ones.
    fn color(&self, file: &File<'_>, word: &Word) -> Result<Color, ThemeError> {
        if word.text == "default" || word.text.contains(['#', ':']) {
            return color::parse(&word.text).map_err(|message| file.wrong(word.at, message));
        }
        let named = self.files.iter().find_map(|file| find(&file.palette, &word.text));
        let chosen = named.map(|pigment| match (self.depth, pigment.of_256) {
            (Depth::Ansi256, Some(color)) => color,
            _ => pigment.full,
        });
        chosen.ok_or_else(|| {
            let names = self.files.iter().flat_map(|file| &file.palette).map(|(name, _)| name.as_str());
            file.wrong(word.at, format!("there is no colour `{}`{}", word.text, hint(&word.text, names)))
        })
    }
}

fn find<'t, T>(entries: &'t [(String, T)], name: &str) -> Option<&'t T> {
    entries.iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn position(sources: &[Source<'_>], from: usize, name: &str) -> Option<usize> {
    (from..sources.len()).find(|at| sources[*at].name == name)
}

/// A theme that inherits its own name means the one it stands in front of: the built-in one.
fn find_parent(sources: &[Source<'_>], seen: &[usize], parent: &Word) -> Result<usize, ThemeError> {
    let child = seen.last().copied().unwrap_or_default();
    let from = if sources[child].name == parent.text { child + 1 } else { 0 };
    match position(sources, from, &parent.text) {
        Some(at) if !seen.contains(&at) => Ok(at),
        None if from == 0 => Err(sources[child].wrong(parent.at, unknown(sources, &parent.text).to_string())),
        _ => {
            let names: Vec<&str> = seen.iter().map(|at| sources[*at].name).collect();
            let circle = format!("{} inherits from {}", names.join(" inherits from "), parent.text);
            Err(sources[child].wrong(parent.at, format!("themes inherit in a circle: {circle}")))
        }
    }
}

fn unknown(sources: &[Source<'_>], name: &str) -> ThemeError {
    let names: Vec<&str> = sources.iter().map(|source| source.name).collect();
    let near = hint(name, names.iter().copied());
    let help = match near.strip_prefix("; ") {
        Some(near) => near.to_owned(),
        None => format!("there are {}", names.join(", ")),
    };
    ThemeError::Unknown { name: name.to_owned(), help }
}
