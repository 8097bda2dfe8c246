//! Words of a prompt that mean something: `@path` names a file, `/word` at the start a command.

use std::ops::Range;

use crate::protocol::mention::{find, split_lines, starts_word};

/// What a word at the caret asks to be completed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file, behind `@`.
    File,
    /// A command, behind `/` at the very start.
    Command,
}

/// A word at the caret that a list could complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trigger {
    /// What for.
    pub(crate) kind: Kind,
    /// What is typed of it up to the caret, without its sign.
    pub(crate) query: String,
    /// The bytes of the shown text that a completion replaces.
    pub(crate) range: Range<usize>,
}

/// The paths that a text mentions, in order, each once. A quote that is still open names none.
pub(super) fn paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for mention in find(text).into_iter().filter(|mention| mention.is_closed && !mention.name.is_empty()) {
        if !paths.contains(&mention.name) {
            paths.push(mention.name);
        }
    }
    paths
}

/// The command word that opens a text, with its slash.
pub(super) fn command(text: &str) -> Option<Range<usize>> {
    let word = text.starts_with('/').then(|| text.split(char::is_whitespace).next())??;
    Some(0..word.len())
}

/// What the word at the caret could be completed to.
pub(super) fn trigger(text: &str, caret: usize) -> Option<Trigger> {
    if let Some(range) = command(text).filter(|word| caret > 0 && caret <= word.end) {
        return Some(Trigger { kind: Kind::Command, query: text[1..caret].to_owned(), range });
    }
    let at = text[..caret].rmatch_indices('@').map(|(at, _)| at).find(|at| starts_word(text, *at))?;
    match text[at + 1..caret].strip_prefix('"') {
        Some(query) => quoted_trigger(text, at, query),
        None => plain_trigger(text, at, caret),
    }
}

/// Lines behind a path stay: they are not what is completed.
fn plain_trigger(text: &str, at: usize, caret: usize) -> Option<Trigger> {
    let start = at + 1;
    if text[start..caret].contains(char::is_whitespace) {
        return None;
    }
    let word = text[start..].split(char::is_whitespace).next().unwrap_or_default();
    let end = start + split_lines(word).0.trim_end_matches(':').len();
    Some(Trigger { kind: Kind::File, query: text[start..caret.min(end)].to_owned(), range: at..end })
}

fn quoted_trigger(text: &str, at: usize, query: &str) -> Option<Trigger> {
    let ends = |c: char| c == '"' || c == '\n';
    if query.contains(ends) {
        return None;
    }
    let caret = at + 2 + query.len();
    let word = text[caret..].find(ends).map_or(text.len(), |length| caret + length);
    // An open quote before a caret in the middle of a sentence would swallow the sentence.
    let end = if text[word..].starts_with('"') { word + 1 } else { caret };
    Some(Trigger { kind: Kind::File, query: query.to_owned(), range: at..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_once_and_without_their_lines() {
        let told = paths("@a.png @\"b c.png\" @a.png @d.rs:3-4 @\"open");
        assert_eq!(told, ["a.png", "b c.png", "d.rs"]);
    }

    /// `|` is the caret; the expectation is what would be replaced.
    fn check_trigger(marked: &str, expected: &str) {
        let caret = marked.find('|').unwrap_or(marked.len());
        let text = marked.replacen('|', "", 1);
        let shown = trigger(&text, caret).map_or("none".to_owned(), |trigger| {
            format!("{:?} {:?} {}", trigger.kind, trigger.query, &text[trigger.range])
        });
        assert_eq!(shown, expected, "{marked:?}");
    }

    #[test]
    fn a_word_at_the_caret_asks_for_completion() {
        check_trigger("@|", "File \"\" @");
        check_trigger("see @src/ma| now", "File \"src/ma\" @src/ma");
        check_trigger("see @sr|c/main.rs now", "File \"sr\" @src/main.rs");
        check_trigger("see @\"a b|", "File \"a b\" @\"a b");
        check_trigger("see @\"a| b\" now", "File \"a\" @\"a b\"");
        check_trigger("@src/ma|:10-40 now", "File \"src/ma\" @src/ma");
        check_trigger("@src/ma:10|", "File \"src/ma\" @src/ma");
        check_trigger("@src/ma:|", "File \"src/ma\" @src/ma");
        check_trigger("@\"a b|\":3", "File \"a b\" @\"a b\"");
        check_trigger("me@ho|", "none");
        check_trigger("see @src |", "none");
        check_trigger("/|", "Command \"\" /");
        check_trigger("/mo|del", "Command \"mo\" /model");
        check_trigger("|/model", "none");
        check_trigger("/model gp|", "none");
        check_trigger("a /mo|", "none");
        check_trigger("/model @a|", "File \"a\" @a");
    }
}
