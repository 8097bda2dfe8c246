//! Where a motion leads: pure functions from a text and a byte in it to another byte, always between
//! characters as people count them.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// What words are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Blank,
    Sign,
    Letter,
}

fn class(c: char, big: bool) -> Class {
    match c {
        c if c.is_whitespace() => Class::Blank,
        _ if big => Class::Letter,
        c if c.is_alphanumeric() || c == '_' || !c.is_ascii() => Class::Letter,
        _ => Class::Sign,
    }
}

/// The class of what stands at `at`; nothing counts as a blank.
fn class_at(text: &str, at: usize, big: bool) -> Class {
    text[at..].chars().next().map_or(Class::Blank, |c| class(c, big))
}

/// The start of the character before.
pub(super) fn left(text: &str, at: usize) -> usize {
    text[..at].grapheme_indices(true).next_back().map_or(0, |(at, _)| at)
}

/// The end of the character behind.
pub(super) fn right(text: &str, at: usize) -> usize {
    text[at..].graphemes(true).next().map_or(at, |grapheme| at + grapheme.len())
}

/// The start of the line.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |at| at + 1)
}

/// The end of the line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// The first thing of the line that is no blank, else its end.
pub(super) fn first_word(text: &str, at: usize) -> usize {
    let (start, end) = (line_start(text, at), line_end(text, at));
    let is_blank = |c: char| c == ' ' || c == '\t';
    end - text[start..end].trim_start_matches(is_blank).len()
}

/// The start of the word before, as shells go back.
pub(super) fn word_left(text: &str, at: usize) -> usize {
    let at = back_while(text, at, |c| class(c, false) == Class::Blank);
    let Some(last) = text[..at].chars().next_back() else { return 0 };
    back_while(text, at, |c| class(c, false) == class(last, false))
}

/// The end of the word behind, as shells go on.
pub(super) fn word_right(text: &str, at: usize) -> usize {
    let at = on_while(text, at, |c| class(c, false) == Class::Blank);
    class_end(text, at, false)
}

/// The start of the next word, an empty line being one.
pub(super) fn next_word(text: &str, at: usize, big: bool) -> usize {
    let mut at = match class_at(text, at, big) {
        Class::Blank => at,
        _ => class_end(text, at, big),
    };
    while class_at(text, at, big) == Class::Blank && at < text.len() {
        at = right(text, at);
        if text[..at].ends_with('\n') && text[at..].starts_with('\n') {
            break;
        }
    }
    at
}

/// Where the run of like characters at `at` ends.
pub(super) fn class_end(text: &str, at: usize, big: bool) -> usize {
    let here = class_at(text, at, big);
    on_while(text, at, |c| class(c, big) == here)
}

/// The start of this word, or of the one before.
pub(super) fn word_back(text: &str, at: usize, big: bool) -> usize {
    let at = back_while(text, at, |c| class(c, big) == Class::Blank);
    let Some(last) = text[..at].chars().next_back() else { return 0 };
    back_while(text, at, |c| class(c, big) == class(last, big))
}

/// The last character of this word, or of the next one.
pub(super) fn word_end(text: &str, at: usize, big: bool) -> usize {
    let at = on_while(text, right(text, at), |c| class(c, big) == Class::Blank);
    left(text, class_end(text, at, big))
}

/// The word (or the blanks) at `at` within its line; `around` takes the blanks beside a word too.
pub(super) fn word_at(text: &str, at: usize, around: bool) -> Range<usize> {
    let here = class_at(text, at, false);
    let same = |c: char| c != '\n' && class(c, false) == here;
    let blank = |c: char| c != '\n' && class(c, false) == Class::Blank;
    let (start, end) = (back_while(text, at, same), on_while(text, at, same));
    match on_while(text, end, blank) {
        wide if around && wide > end => start..wide,
        _ if around => back_while(text, start, blank)..end,
        _ => start..end,
    }
}

fn on_while(text: &str, at: usize, keep: impl Fn(char) -> bool) -> usize {
    let rest = &text[at..];
    at + rest.find(|c| !keep(c)).unwrap_or(rest.len())
}

fn back_while(text: &str, at: usize, keep: impl Fn(char) -> bool) -> usize {
    text[..at].trim_end_matches(keep).len()
}

/// The start of the `number`th line (from 0), or of the last one.
pub(super) fn line_number(text: &str, number: usize) -> usize {
    let starts = text.match_indices('\n').map(|(at, _)| at + 1);
    starts.take(number).last().unwrap_or(0)
}

/// The place `lines` lines below (or above, if negative) at the same count of characters.
pub(super) fn lines_away(text: &str, at: usize, lines: isize) -> usize {
    let start = line_start(text, at);
    let column = text[start..at].graphemes(true).count();
    let number = text[..start].matches('\n').count();
    let target = line_number(text, number.saturating_add_signed(lines));
    let line = &text[target..line_end(text, target)];
    line.grapheme_indices(true).nth(column).map_or(target + line.len(), |(at, _)| target + at)
}
