//! A theme's text as it stands, each word with its place: what is no theme is refused here, what the
//! words mean together is `resolve`'s matter.

use ratatui::style::Modifier;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

use super::{
    Source, ThemeError,
    color::{self, Pigment},
    error::hint,
};
use crate::tui::ink::{Ground, Tone};

/// A word of the file and the byte where it stands.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: usize,
}

/// What a file says about one role.
#[derive(Clone, Debug, Default)]
pub(super) struct Look {
    pub(super) color: Option<Word>,
    pub(super) letters: Option<Word>,
    pub(super) modifier: Modifier,
}

/// One theme's file.
#[derive(Clone, Debug)]
pub(super) struct File<'a> {
    pub(super) source: Source<'a>,
    pub(super) inherits: Option<Word>,
    pub(super) palette: Vec<(String, Pigment)>,
    pub(super) tones: Vec<(String, Look)>,
    pub(super) grounds: Vec<(String, Look)>,
}

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;

const PARTS: [&str; 5] = ["name", "inherits", "palette", "tones", "grounds"];

const MODIFIERS: [(&str, Modifier); 6] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
    ("crossed_out", Modifier::CROSSED_OUT),
];

impl<'a> File<'a> {
    /// Reads the text.
    pub(super) fn parse(source: Source<'a>) -> Result<Self, ThemeError> {
        let table = DeTable::parse(source.text).map_err(|error| {
            let message = format!("not valid TOML: {}", error.message().replace('\n', ", "));
            source.wrong(error.span().map_or(0, |span| span.start), message)
        })?;
        let (palette, tones, grounds) = Default::default();
        let mut file = Self { source, inherits: None, palette, tones, grounds };
        table.get_ref().iter().try_for_each(|(key, value)| file.read(key, value))?;
        Ok(file)
    }

    fn read(&mut self, key: &Key<'_>, value: &Value<'_>) -> Result<(), ThemeError> {
        let at = key.span().start;
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("name", DeValue::String(name)) => return self.check_name(name, value.span().start),
            ("inherits", DeValue::String(_)) => self.inherits = Some(self.word("inherits", value)?),
            ("palette", DeValue::Table(table)) => self.palette = self.read_palette(table)?,
            ("tones", DeValue::Table(table)) => self.tones = self.read_roles(&tones(), "", table)?,
            ("grounds", DeValue::Table(table)) => self.grounds = self.read_roles(&grounds(), "", table)?,
            (text @ ("name" | "inherits"), _) => return Err(self.wrong(at, format!("`{text}` must be text"))),
            (section @ ("palette" | "tones" | "grounds"), _) => {
                return Err(self.wrong(at, format!("`{section}` must be a section")));
            }
            (other, _) => {
                let help = hint(other, PARTS.into_iter());
                return Err(self.wrong(at, format!("a theme has no `{other}`{help}")));
            }
        }
        Ok(())
    }

    /// A second name would only be a chance to lie.
    fn check_name(&self, name: &str, at: usize) -> Result<(), ThemeError> {
        let real = self.source.name;
        let help = format!("the file makes this theme `{real}`: write name = {real:?} or leave the line out");
        if name == real { Ok(()) } else { Err(self.wrong(at, help)) }
    }

    fn read_palette(&self, table: &DeTable<'_>) -> Result<Vec<(String, Pigment)>, ThemeError> {
        let entry = |(key, value): (&Key<'_>, &Value<'_>)| {
            let name = key.get_ref().to_string();
            let pigment = self.pigment(&name, value)?;
            Ok((name, pigment))
        };
        table.iter().map(entry).collect()
    }

    fn pigment(&self, name: &str, value: &Value<'_>) -> Result<Pigment, ThemeError> {
        let color = |value: &Value<'_>| {
            let word = self.word(name, value)?;
            color::parse(&word.text).map_err(|message| self.wrong(word.at, message))
        };
        match value.get_ref() {
            DeValue::Array(both) => match both.get(..2).filter(|_| both.len() == 2) {
                Some([full, of_256]) => Ok(Pigment { full: color(full)?, of_256: Some(color(of_256)?) }),
                _ => {
                    let message = "a list has two colours, the second for terminals that have only 256";
                    Err(self.wrong(value.span().start, message))
                }
            },
            _ => Ok(Pigment { full: color(value)?, of_256: None }),
        }
    }

    /// Roles have dots in their names, and to TOML a dot opens a table: what is no role and holds
    /// a table is the first half of a name.
    fn read_roles(
        &self,
        known: &[&str],
        before: &str,
        table: &DeTable<'_>,
    ) -> Result<Vec<(String, Look)>, ThemeError> {
        let mut roles = Vec::new();
        for (key, value) in table {
            let name = format!("{before}{}", key.get_ref());
            match value.get_ref() {
                _ if known.contains(&name.as_str()) => roles.push((name.clone(), self.look(&name, value)?)),
                DeValue::Table(inner) if known.iter().any(|role| role.starts_with(&format!("{name}."))) => {
                    roles.append(&mut self.read_roles(known, &format!("{name}."), inner)?);
                }
                _ => {
                    let help = hint(&name, known.iter().copied());
                    return Err(self.wrong(key.span().start, format!("there is no role `{name}`{help}")));
                }
            }
        }
        Ok(roles)
    }

    fn look(&self, role: &str, value: &Value<'_>) -> Result<Look, ThemeError> {
        let DeValue::Table(table) = value.get_ref() else {
            return Ok(Look { color: Some(self.word(role, value)?), ..Look::default() });
        };
        let mut look = Look::default();
        for (key, value) in table {
            self.add_to(&mut look, key, value)?;
        }
        Ok(look)
    }

    fn add_to(&self, look: &mut Look, key: &Key<'_>, value: &Value<'_>) -> Result<(), ThemeError> {
        let name = key.get_ref().as_ref();
        let modifier = MODIFIERS.iter().find(|(known, _)| *known == name);
        match (name, modifier, value.get_ref()) {
            ("color", ..) => look.color = Some(self.word(name, value)?),
            ("letters", ..) => look.letters = Some(self.word(name, value)?),
            (_, Some((_, modifier)), DeValue::Boolean(on)) => look.modifier.set(*modifier, *on),
            (_, Some(_), _) => {
                return Err(self.wrong(value.span().start, format!("`{name}` must be true or false")));
            }
            _ => {
                let known = ["color", "letters"].into_iter().chain(MODIFIERS.iter().map(|(known, _)| *known));
                let message = format!("a role has no `{name}`{}", hint(name, known));
                return Err(self.wrong(key.span().start, message));
            }
        }
        Ok(())
    }

    fn word(&self, name: &str, value: &Value<'_>) -> Result<Word, ThemeError> {
        let at = value.span().start;
        match value.get_ref() {
            DeValue::String(text) => Ok(Word { text: text.to_string(), at }),
            _ => Err(self.wrong(at, format!("`{name}` must be text"))),
        }
    }

    /// An error at a byte of the file.
    pub(super) fn wrong(&self, at: usize, message: impl Into<String>) -> ThemeError {
        self.source.wrong(at, message)
    }
}

fn tones() -> Vec<&'static str> {
    Tone::ALL.iter().map(|tone| tone.name()).collect()
}

fn grounds() -> Vec<&'static str> {
    Ground::ALL.iter().map(|ground| ground.name()).collect()
}
