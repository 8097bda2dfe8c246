//! What a request is about, whichever wire it came on, and whether a turn's condition fits it.

use std::fmt;

use super::script::{When, Wire};

/// A request as far as conditions look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) wire: Wire,
    pub(super) model: String,
    pub(super) user_text: String,
    pub(super) round: usize,
    pub(super) results: Vec<String>,
}

/// A history entry as far as matching cares.
pub(super) enum Said {
    User(String),
    Tool(String),
    Model,
}

impl Asked {
    /// Reads a history, oldest entry first.
    pub(super) fn new(wire: Wire, model: &str, history: impl IntoIterator<Item = Said>) -> Self {
        let mut asked =
            Self { wire, model: model.to_owned(), user_text: String::new(), round: 0, results: Vec::new() };
        for said in history {
            match said {
                Said::User(text) => {
                    asked.user_text = text;
                    asked.round = 0;
                    asked.results.clear();
                }
                Said::Tool(text) => {
                    asked.round += usize::from(asked.results.is_empty());
                    asked.results.push(text);
                }
                Said::Model => asked.results.clear(),
            }
        }
        asked
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wire, model, user_text, round, results } = self;
        let said: String = user_text.chars().take(200).collect();
        write!(
            f,
            "{wire:?} request to {model}, round {round}, {} tool results, user: {said:?}",
            results.len()
        )
    }
}

impl When {
    /// Whether `asked` fits.
    pub(super) fn fits(&self, asked: &Asked) -> bool {
        self.wire.is_none_or(|wire| wire == asked.wire)
            && self.model.as_ref().is_none_or(|model| *model == asked.model)
            && self.user_says.as_ref().is_none_or(|text| asked.user_text.contains(text))
            && self.round.is_none_or(|round| round == asked.round)
            && self.tool_says.as_ref().is_none_or(|text| asked.results.iter().any(|r| r.contains(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::server::Turn;

    fn asked(history: &str) -> Asked {
        let said = history.split_whitespace().map(|word| match word.split_at(1) {
            ("u", text) => Said::User(text.to_owned()),
            ("t", text) => Said::Tool(text.to_owned()),
            _ => Said::Model,
        });
        Asked::new(Wire::Responses, "gpt-5", said)
    }

    fn check_fits(turn: Turn, history: &str, fits: bool) {
        assert_eq!(turn.when.fits(&asked(history)), fits, "{:?} on {history}", turn.when);
    }

    #[test]
    fn conditions_look_at_the_end_of_the_history() {
        check_fits(Turn::any(), "uhello", true);
        check_fits(Turn::chat(), "uhello", false);
        check_fits(Turn::any().model("gpt-5"), "uhello", true);
        check_fits(Turn::any().model("gpt-4"), "uhello", false);
        check_fits(Turn::any().user_says("ell"), "uhello", true);
        check_fits(Turn::any().user_says("ell"), "uhello m uother", false);
        check_fits(Turn::any().round(0), "uhello m tone m uagain", true);
        check_fits(Turn::any().round(1), "uhello m m tone ttwo", true);
        check_fits(Turn::any().round(2), "uhello m tone m ttwo", true);
        check_fits(Turn::any().tool_says("two"), "uhello m tone ttwo", true);
        check_fits(Turn::any().tool_says("one"), "uhello m tone m ttwo", false);
    }
}
