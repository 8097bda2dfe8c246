//! Keeps from the grammars what they break on. Their scanners are C that trusts its input: a text
//! may come from a stranger, and a scanner that fails takes the whole program along. Found by
//! reading the scanners of the versions in Cargo.lock; the property test of `syntax` looks for more.

use std::borrow::Cow;

use super::Language;

/// Longest word of a here-document in Ruby: its scanner keeps the length in a byte.
const MAX_WORD: usize = 64;

/// Most interpolations in a Ruby text with here-documents: the scanner's memory is 1024 bytes, of
/// which open literals fill so much that what comes behind them is written past the end.
const MAX_INTERPOLATIONS: usize = 190;

/// Deepest indentation of Python, in columns: levels and open strings share the same 1024 bytes.
const MAX_INDENT: usize = 380;

/// The text that a grammar is given for `text`, as long in bytes; `None` when it must not see it.
pub(super) fn fit<'t>(language: &Language, text: &'t str) -> Option<Cow<'t, str>> {
    let is_fit = match language.name() {
        // Asks a table of 256 entries whether any character is a digit.
        "bash" => return Some(without_wide_characters(text)),
        "python" => text.lines().all(|line| indent(line) <= MAX_INDENT),
        "ruby" => is_fit_for_ruby(text),
        _ => true,
    };
    is_fit.then_some(Cow::Borrowed(text))
}

fn without_wide_characters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let plain = |c: char| if c.is_ascii() { c.to_string() } else { "_".repeat(c.len_utf8()) };
    Cow::Owned(text.chars().map(plain).collect())
}

fn indent(line: &str) -> usize {
    let blank = line.chars().take_while(|c| c.is_whitespace());
    blank.map(|c| if c == '\t' { 8 } else { 1 }).sum()
}

fn is_fit_for_ruby(text: &str) -> bool {
    let mut documents = text.as_bytes().windows(2).enumerate().filter(|(_, pair)| *pair == b"<<").peekable();
    let has_any = documents.peek().is_some();
    documents.all(|(at, _)| word_length(&text[at + 2..]) <= MAX_WORD)
        && (!has_any || text.matches("#{").count() <= MAX_INTERPOLATIONS)
}

/// How long the word of a here-document is that might begin here.
fn word_length(text: &str) -> usize {
    let text = text.strip_prefix(['-', '~']).unwrap_or(text);
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
    let end = match text.chars().next() {
        Some(quote @ ('"' | '\'' | '`')) => text[1..].find(quote),
        _ => text.find(|c| !is_word(c)),
    };
    end.unwrap_or(text.len())
}
