//! Which scopes of the grammars mean which tone. It takes the form of a syntect theme whose colours are
//! the numbers of tones, so that syntect decides which of several rules is the closest.

use std::str::FromStr;

use syntect::highlighting::{Color, ScopeSelectors, Style, StyleModifier, Theme, ThemeItem, ThemeSettings};

use crate::tui::ink::Tone;

/// Scope selectors and their tone; of those that match, the longest for the innermost scope wins.
const RULES: &[(&str, Tone)] = &[
    ("comment, punctuation.definition.comment", Tone::Comment),
    ("string, punctuation.definition.string", Tone::String),
    ("constant.numeric", Tone::Number),
    ("constant, support.constant, constant.character.escape", Tone::Constant),
    ("keyword, storage, variable.language, keyword.operator.word", Tone::Keyword),
    ("keyword.operator.logical.python, keyword.operator.assignment.redirection", Tone::Keyword),
    ("keyword.operator, punctuation, keyword.control.operator", Tone::Punctuation),
    ("storage.type.function.arrow", Tone::Punctuation),
    ("entity.name.function, support.function, variable.function", Tone::Function),
    ("entity.name.macro, support.macro", Tone::Function),
    ("entity.name, entity.other.inherited-class", Tone::Type),
    ("support.type, support.class, support.namespace", Tone::Type),
    ("variable, meta.definition.variable, entity.name.variable", Tone::Variable),
    ("entity.name.constant, variable.other.constant", Tone::Constant),
    ("entity.name.tag, entity.other.attribute-name, entity.other.attribute-selector", Tone::Attribute),
    ("meta.annotation, variable.annotation, variable.annotation.function", Tone::Attribute),
    ("meta.annotation string", Tone::String),
    ("meta.mapping.key string, support.type.property-name", Tone::Variable),
    ("markup.inserted, markup.inserted punctuation.definition.inserted", Tone::Good),
    ("markup.deleted, markup.deleted punctuation.definition.deleted", Tone::Error),
    ("markup.changed", Tone::Warning),
    ("meta.diff.header, meta.diff.header punctuation", Tone::Muted),
    ("meta.diff.range, meta.diff.range punctuation", Tone::Marker),
    ("markup.heading, entity.name.section", Tone::Heading),
    ("markup.raw", Tone::Code),
    ("markup.quote", Tone::Quote),
    ("markup.underline.link", Tone::Link),
];

/// The rules for syntect. A selector that it does not understand would be ours: the test sees it.
pub(super) fn theme() -> Theme {
    let items = RULES.iter().filter_map(|(selectors, tone)| {
        Some(ThemeItem { scope: ScopeSelectors::from_str(selectors).ok()?, style: colour(*tone) })
    });
    let settings = ThemeSettings { foreground: Some(number(Tone::Text)), ..ThemeSettings::default() };
    Theme { settings, scopes: items.collect(), ..Theme::default() }
}

/// The tone that a style stands for.
pub(super) fn tone(style: Style) -> Tone {
    Tone::ALL.get(usize::from(style.foreground.r)).copied().unwrap_or(Tone::Text)
}

fn colour(tone: Tone) -> StyleModifier {
    StyleModifier { foreground: Some(number(tone)), ..StyleModifier::default() }
}

fn number(tone: Tone) -> Color {
    Color { r: tone as u8, g: 0, b: 0, a: u8::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_understood() {
        assert_eq!(theme().scopes.len(), RULES.len());
    }
}
