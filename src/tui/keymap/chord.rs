//! One key with its modifiers, in one spelling whatever a terminal sends for it.

use std::{fmt, str::FromStr};

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// A key, normalised: a capital letter carries its shift, `ctrl-h` is Backspace, `shift-tab` is Tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// In the order of printing.
const MODIFIERS: [(&str, &str, KeyModifiers); 4] = [
    ("ctrl", "Ctrl", KeyModifiers::CONTROL),
    ("alt", "Alt", KeyModifiers::ALT),
    ("shift", "Shift", KeyModifiers::SHIFT),
    ("super", "Super", KeyModifiers::SUPER),
];

/// Keys with names: in settings, on the screen.
const NAMED: [(&str, &str, KeyCode); 15] = [
    ("enter", "Enter", KeyCode::Enter),
    ("esc", "Esc", KeyCode::Esc),
    ("tab", "Tab", KeyCode::Tab),
    ("space", "Space", KeyCode::Char(' ')),
    ("backspace", "Backspace", KeyCode::Backspace),
    ("delete", "Delete", KeyCode::Delete),
    ("insert", "Insert", KeyCode::Insert),
    ("up", "Up", KeyCode::Up),
    ("down", "Down", KeyCode::Down),
    ("left", "Left", KeyCode::Left),
    ("right", "Right", KeyCode::Right),
    ("home", "Home", KeyCode::Home),
    ("end", "End", KeyCode::End),
    ("pageup", "PgUp", KeyCode::PageUp),
    ("pagedown", "PgDn", KeyCode::PageDown),
];

impl Chord {
    /// The chord of a key going down; `None` for one going up, and for keys without a name.
    pub(crate) fn of(key: &KeyEvent) -> Option<Self> {
        let chord = Self::new(key.code, key.modifiers);
        (key.kind != KeyEventKind::Release && chord.is_named()).then_some(chord)
    }

    fn new(code: KeyCode, modifiers: KeyModifiers) -> Self {
        let known = MODIFIERS.iter().fold(KeyModifiers::NONE, |all, (.., one)| all | *one);
        let modifiers = modifiers & known;
        match code {
            KeyCode::BackTab => Self { code: KeyCode::Tab, modifiers: modifiers | KeyModifiers::SHIFT },
            KeyCode::Null => Self { code: KeyCode::Char(' '), modifiers: KeyModifiers::CONTROL },
            KeyCode::Char(c) if modifiers.contains(KeyModifiers::CONTROL) => Self::control(c, modifiers),
            KeyCode::Char(c) => Self::character(c, modifiers),
            code => Self { code, modifiers },
        }
    }

    /// `W` comes as W, as shift and W, or (Kitty's protocol) as shift and w.
    fn character(c: char, modifiers: KeyModifiers) -> Self {
        let shifted = modifiers.contains(KeyModifiers::SHIFT);
        let c = if shifted { only(c.to_uppercase(), c) } else { c };
        Self { code: KeyCode::Char(c), modifiers: modifiers - KeyModifiers::SHIFT }
    }

    /// With ctrl the old protocol has neither capitals nor all signs: `ctrl-/` comes as `ctrl-7` or
    /// `ctrl-_`, and Backspace of some terminals as `ctrl-h`.
    fn control(c: char, modifiers: KeyModifiers) -> Self {
        let c = only(c.to_lowercase(), c);
        let without_shift = modifiers - KeyModifiers::SHIFT;
        match c {
            'h' if modifiers == KeyModifiers::CONTROL => {
                Self { code: KeyCode::Backspace, modifiers: KeyModifiers::NONE }
            }
            '7' | '_' => Self { code: KeyCode::Char('/'), modifiers: without_shift },
            c if c.is_alphabetic() => Self { code: KeyCode::Char(c), modifiers },
            c => Self { code: KeyCode::Char(c), modifiers: without_shift },
        }
    }

    /// Whether it types something where text is taken.
    pub(crate) fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// The key and what is held with it.
    #[cfg(test)]
    pub(crate) fn parts(self) -> (KeyCode, KeyModifiers) {
        (self.code, self.modifiers)
    }

    fn is_named(self) -> bool {
        match self.code {
            KeyCode::Char(' ') => true,
            KeyCode::Char(c) => !c.is_whitespace() && !c.is_control(),
            KeyCode::F(number) => (1..=35).contains(&number),
            code => NAMED.iter().any(|(.., known)| *known == code),
        }
    }

    /// The key as the screen shows it: `^S`, `Alt-Enter`.
    pub(crate) fn label(self) -> String {
        match self.code {
            KeyCode::Char(c) if self.modifiers == KeyModifiers::CONTROL && c != ' ' => {
                format!("^{}", only(c.to_uppercase(), c))
            }
            KeyCode::Char(c) if self.modifiers == (KeyModifiers::CONTROL | KeyModifiers::SHIFT) => {
                format!("Ctrl-Shift-{}", only(c.to_uppercase(), c))
            }
            _ => self.spelled(|(_, label, modifier)| (label, modifier), |(_, label, _)| label, "F"),
        }
    }

    fn spelled(
        self,
        modifier: impl Fn((&'static str, &'static str, KeyModifiers)) -> (&'static str, KeyModifiers),
        key: impl Fn((&'static str, &'static str, KeyCode)) -> &'static str,
        function: &str,
    ) -> String {
        let held = MODIFIERS.into_iter().map(modifier).filter(|(_, held)| self.modifiers.contains(*held));
        let mut spelled: String = held.flat_map(|(name, _)| [name, "-"]).collect();
        match (self.code, NAMED.into_iter().find(|(.., code)| *code == self.code)) {
            (_, Some(named)) => spelled.push_str(key(named)),
            (KeyCode::Char(c), None) => spelled.push(c),
            (KeyCode::F(number), None) => spelled.push_str(&format!("{function}{number}")),
            _ => {}
        }
        spelled
    }
}

/// The key as settings spell it.
impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.spelled(|(name, _, held)| (name, held), |(name, ..)| name, "f"))
    }
}

impl FromStr for Chord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        while let Some((modifier, after)) = strip_modifier(rest) {
            (rest, modifiers) = (after, modifiers | modifier);
        }
        let code = code(rest).ok_or_else(|| refusal(text, rest))?;
        Ok(Self::new(code, modifiers))
    }
}

fn strip_modifier(text: &str) -> Option<(KeyModifiers, &str)> {
    let (head, rest) = text.split_once('-').filter(|(_, rest)| !rest.is_empty())?;
    let known = MODIFIERS.iter().find(|(name, ..)| head.eq_ignore_ascii_case(name))?;
    Some((known.2, rest))
}

fn code(name: &str) -> Option<KeyCode> {
    let mut characters = name.chars();
    if let (Some(c), None) = (characters.next(), characters.next()) {
        return (!c.is_whitespace() && !c.is_control()).then_some(KeyCode::Char(c));
    }
    let name = name.to_ascii_lowercase();
    let number = name.strip_prefix('f').and_then(|number| number.parse().ok());
    let function = number.filter(|number| (1..=35).contains(number)).map(KeyCode::F);
    function.or_else(|| NAMED.iter().find(|(known, ..)| *known == name).map(|(.., code)| *code))
}

fn refusal(text: &str, key: &str) -> String {
    let names = NAMED.iter().map(|(name, ..)| (*name).to_owned());
    let help = match crate::config::similar(&key.to_ascii_lowercase(), names) {
        Some(near) => format!("did you mean `{}{near}`?", &text[..text.len() - key.len()]),
        None => "keys read like a, W, ?, space, f5, pageup, ctrl-s, alt-enter, shift-tab".to_owned(),
    };
    format!("`{text}` is no key; {help}")
}

/// The one character that a letter becomes; `ß` becomes two and stays.
fn only(mut changed: impl Iterator<Item = char>, unchanged: char) -> char {
    match (changed.next(), changed.next()) {
        (Some(c), None) => c,
        _ => unchanged,
    }
}
