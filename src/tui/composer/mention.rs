//! Words of a prompt that mean something: `@path` names a file, `/word` at the start a command.

use std::ops::Range;

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

/// The word that stands for a path: `@a.png`, or `@"a b.png"` when it would not hold together.
pub(crate) fn of(path: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && c != '"' && c != '\\';
    match path.chars().all(is_plain) && path == trimmed(path) && !path.is_empty() {
        true => format!("@{path}"),
        false => format!("@\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Signs that end a sentence are not the path's.
fn trimmed(path: &str) -> &str {
    path.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\''])
}

/// A mention found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    pub(super) range: Range<usize>,
    pub(super) path: String,
    closed: bool,
}

/// All mentions, in order.
pub(super) fn find(text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let is_inside = found.last().is_some_and(|last| at < last.range.end);
        if !is_inside && starts_word(text, at) {
            found.extend(read(text, at));
        }
    }
    found
}

fn starts_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || "([{\"'`".contains(before))
}

/// The mention whose `@` stands at `at`.
fn read(text: &str, at: usize) -> Option<Mention> {
    let rest = &text[at + 1..];
    if let Some(quoted) = rest.strip_prefix('"') {
        return Some(read_quoted(quoted, at));
    }
    let word = rest.split(char::is_whitespace).next().unwrap_or_default();
    let path = trimmed(word);
    (!path.is_empty()).then(|| Mention {
        range: at..at + 1 + path.len(),
        path: path.to_owned(),
        closed: true,
    })
}

/// Up to the closing quote, or to the end of the line where it is missing.
fn read_quoted(quoted: &str, at: usize) -> Mention {
    let start = at + 2;
    let mut path = String::new();
    let mut rest = quoted.char_indices();
    while let Some((offset, c)) = rest.next() {
        match c {
            '"' => return Mention { range: at..start + offset + 1, path, closed: true },
            '\n' => return Mention { range: at..start + offset, path, closed: false },
            '\\' => path.extend(rest.next().map(|(_, escaped)| escaped)),
            c => path.push(c),
        }
    }
    Mention { range: at..start + quoted.len(), path, closed: false }
}

/// The paths that a text mentions, in order, each once. A quote that is still open names none.
pub(super) fn paths(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for mention in find(text).into_iter().filter(|mention| mention.closed && !mention.path.is_empty()) {
        if !paths.contains(&mention.path) {
            paths.push(mention.path);
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
    let typed = &text[at + 1..caret];
    let (query, is_quoted) = typed.strip_prefix('"').map_or((typed, false), |quoted| (quoted, true));
    let ends = |c: char| if is_quoted { c == '"' || c == '\n' } else { c.is_whitespace() };
    if query.contains(ends) {
        return None;
    }
    let word = text[caret..].find(|c: char| ends(c) || c == '\n').map_or(text.len(), |length| caret + length);
    let end = if is_quoted && text[word..].starts_with('"') { word + 1 } else { word };
    // An open quote before a caret in the middle of a sentence would swallow the sentence.
    let end = if is_quoted && end == word { caret } else { end };
    Some(Trigger { kind: Kind::File, query: query.to_owned(), range: at..end })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(paths(text).join(" | "), expected, "{text:?}");
    }

    #[test]
    fn mentions_are_words_that_begin_with_at() {
        check("look at @src/main.rs, please", "src/main.rs");
        check("@a.png @\"b c.png\" @a.png", "a.png | b c.png");
        check("mail me@example.org", "");
        check("(@a.rs)", "a.rs");
        check("@", "");
        check("@\"open and more", "");
        check(r#"@"say \"hi\".png""#, "say \"hi\".png");
        check("@\"a @b.rs\"", "a @b.rs");
        check("@漢字.rs。", "漢字.rs。");
    }

    #[test]
    fn what_is_written_as_a_mention_is_read_as_the_same_path() {
        for path in ["a.rs", "a b.rs", "a\"b", r"a\b", "ends.", "漢 字", "x)"] {
            check(&of(path), path);
        }
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
