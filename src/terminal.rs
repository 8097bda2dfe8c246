//! The one border between text of foreign origin and a terminal: whatever models, tools, files or
//! git say is shown, but none of it is obeyed.

use std::{borrow::Cow, fmt::Display};

/// `text` with every character that could steer a terminal or mislead the eye made visible:
/// controls as `␛`-like symbols; C1, bidirectional, zero-width and tag characters as `⟨U+202E⟩`.
/// Line feeds and tabs stay, and so do joiners inside emoji and scripts that are written with them.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(|c| is_hidden(c) || is_joiner(c)) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let joins =
            is_joiner(c) && may_be_joined(before) && rest.peek().is_some_and(|next| may_be_joined(*next));
        match c {
            c if joins || !(is_hidden(c) || is_joiner(c)) => shown.push(c),
            '\u{7f}' => shown.push('␡'),
            c if (c as u32) < 0x20 => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or('�')),
            c => shown.push_str(&format!("⟨U+{:04X}⟩", c as u32)),
        }
        before = c;
    }
    Cow::Owned(shown)
}

/// Zero width joiner and non-joiner.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Emoji and the scripts that need joiners all lie beyond Hebrew; Latin, Greek and Cyrillic never do.
fn may_be_joined(c: char) -> bool {
    c >= '\u{600}' && !is_hidden(c) && !is_joiner(c)
}

/// Characters that act instead of being seen.
fn is_hidden(c: char) -> bool {
    match c {
        '\n' | '\t' => false,
        c if c.is_control() => true,
        // Soft hyphen, grapheme joiner, Arabic letter mark, Hangul, Khmer and Mongolian fillers and
        // selectors, zero width space.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{3164}'
        | '\u{ffa0}' => true,
        // Bidirectional marks, overrides and isolates; invisible operators; the byte order mark.
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => true,
        // Line and paragraph separators, interlinear marks, controls of shorthand and music.
        '\u{2028}'
        | '\u{2029}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' => true,
        // Tags, supplementary variation selectors and what else programs may ignore.
        '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

/// The last eight digits of an id: those are random, while ids of one minute begin alike.
pub fn short(id: &impl Display) -> String {
    let id = id.to_string();
    id[id.len().saturating_sub(8)..].to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(visible(text), expected);
    }

    #[test]
    fn steering_characters_are_shown_and_not_sent() {
        check("plain\n\ttext 👩‍👩‍👧 ñ 漢", "plain\n\ttext 👩‍👩‍👧 ñ 漢");
        check("\x1b[31mred\x1b]52;c;x\x07", "␛[31mred␛]52;c;x␇");
        check("a\rb\x7f", "a␍b␡");
        check("\u{9b}31m", "⟨U+009B⟩31m");
        check("abc\u{202e}cba", "abc⟨U+202E⟩cba");
        check("pass\u{200d}word", "pass⟨U+200D⟩word");
        check("zero\u{200b}width\u{e0041}", "zero⟨U+200B⟩width⟨U+E0041⟩");
        check("a\u{34f}b\u{180b}\u{e0ffe}", "a⟨U+034F⟩b⟨U+180B⟩⟨U+E0FFE⟩");
    }

    proptest! {
        #[test]
        fn no_control_ever_passes(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(shown.chars().all(|c| c == '\n' || c == '\t' || !c.is_control()));
        }
    }
}
