//! How tones and grounds look: the only place where colours are spoken of.

use ratatui::style::{Modifier, Style};

use super::ink::{Ground, Ink, Tone};

/// Every tone and ground as the terminal is told them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Theme {
    /// Its name, as `ui.theme` knows it.
    pub(crate) name: String,
    tones: Vec<Style>,
    grounds: Vec<Style>,
}

impl Theme {
    /// No colours at all: `NO_COLOR`, and tests of text. Grounds that matter are shown by modifiers.
    pub(crate) fn plain() -> Self {
        let ground = |ground: &Ground| match ground {
            Ground::Selected | Ground::Marked | Ground::FoundHere => {
                Style::new().add_modifier(Modifier::REVERSED)
            }
            Ground::Found => Style::new().add_modifier(Modifier::UNDERLINED),
            Ground::AddedWord | Ground::RemovedWord => Style::new().add_modifier(Modifier::BOLD),
            _ => Style::new(),
        };
        Self {
            name: "plain".to_owned(),
            tones: Tone::ALL.iter().map(|_| Style::new()).collect(),
            grounds: Ground::ALL.iter().map(ground).collect(),
        }
    }

    /// How an ink looks.
    pub(crate) fn style(&self, ink: Ink) -> Style {
        let ground = self.grounds[ink.ground as usize];
        ground.patch(self.tones[ink.tone as usize]).add_modifier(ink.modifier)
    }
}
