//! What one presses for an action: one chord, or two after another (`g g`).

use std::{fmt, str::FromStr};

use super::Chord;

/// One or two chords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Keys {
    pub(crate) first: Chord,
    pub(crate) second: Option<Chord>,
}

impl Keys {
    /// Whether a key map could not tell them apart: they are the same, or one begins the other.
    pub(crate) fn clash(self, other: Self) -> bool {
        let one_ends = self.second.is_none() || other.second.is_none();
        self.first == other.first && (one_ends || self.second == other.second)
    }

    /// As the screen shows them.
    pub(crate) fn label(self) -> String {
        match self.second {
            Some(second) => format!("{} {}", self.first.label(), second.label()),
            None => self.first.label(),
        }
    }
}

impl fmt::Display for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.second {
            Some(second) => write!(f, "{} {second}", self.first),
            None => write!(f, "{}", self.first),
        }
    }
}

impl FromStr for Keys {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let chords = text.split_whitespace().map(str::parse).collect::<Result<Vec<Chord>, _>>()?;
        match chords.as_slice() {
            [first] => Ok(Self { first: *first, second: None }),
            [first, second] => Ok(Self { first: *first, second: Some(*second) }),
            _ => Err(format!("`{text}` must be one chord or two, as in \"ctrl-s\" or \"g g\"")),
        }
    }
}
