//! Pure: `@` mentions in the words of a prompt. Front ends complete them, the engine reads them; what they
//! stand for is known to the engine alone.

use std::ops::Range;

use super::LineRange;

/// A word of a text that begins with `@`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its bytes in the text, sign, quotes and lines included.
    pub range: Range<usize>,
    /// What it names: a path, or a symbol.
    pub name: String,
    /// The lines behind it, as in `@src/main.rs:10-40`.
    pub lines: Option<LineRange>,
    /// Whether it ends; one with an open quote does not.
    pub is_closed: bool,
}

/// All mentions, in order.
pub fn find(text: &str) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let is_inside = found.last().is_some_and(|last| at < last.range.end);
        if !is_inside && starts_word(text, at) {
            found.extend(read(text, at));
        }
    }
    found
}

/// The word that stands for a path or a symbol: `@a.png`, or `@"a b.png"` when it would not hold together.
pub fn of(name: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && c != '"' && c != '\\';
    let is_whole = name == trimmed(name) && !name.is_empty() && split_lines(name).1.is_none();
    match name.chars().all(is_plain) && is_whole {
        true => format!("@{name}"),
        false => format!("@\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

/// Whether the `@` at this byte could begin a mention: that of an address could not.
pub fn starts_word(text: &str, at: usize) -> bool {
    text[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || "([{\"'`".contains(before))
}

/// A word in two: what it names, and the lines behind it. The column of an editor's `path:line:column` is
/// dropped.
pub fn split_lines(word: &str) -> (&str, Option<LineRange>) {
    let split = |word| {
        let (name, lines) = str::rsplit_once(word, ':')?;
        Some((name, range(lines)?))
    };
    let Some((name, last)) = split(word) else { return (word, None) };
    match split(name) {
        Some((name, line)) => (name, Some(line)),
        None => (name, Some(last)),
    }
}

/// `10` or `10-40`.
fn range(text: &str) -> Option<LineRange> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let (first, last): (usize, usize) = (number(first)?, number(last)?);
    let start = first.min(last).max(1);
    Some(LineRange { start, len: first.max(last).max(start) - start + 1 })
}

/// Signs that end a sentence are not the name's.
fn trimmed(name: &str) -> &str {
    name.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '}', '\'', '"', '`'])
}

/// The mention whose `@` stands at `at`.
fn read(text: &str, at: usize) -> Option<Mention> {
    let rest = &text[at + 1..];
    if let Some(quoted) = rest.strip_prefix('"') {
        return Some(with_lines_behind(read_quoted(quoted, at), text));
    }
    let word = trimmed(rest.split(char::is_whitespace).next().unwrap_or_default());
    let (name, lines) = split_lines(word);
    (!name.is_empty()).then(|| Mention {
        range: at..at + 1 + word.len(),
        name: name.to_owned(),
        lines,
        is_closed: true,
    })
}

/// Up to the closing quote, or to the end of the line where it is missing.
fn read_quoted(quoted: &str, at: usize) -> Mention {
    let start = at + 2;
    let mut name = String::new();
    let mut rest = quoted.char_indices();
    let ends = |name, end, is_closed| Mention { range: at..end, name, lines: None, is_closed };
    while let Some((offset, c)) = rest.next() {
        match c {
            '"' => return ends(name, start + offset + 1, true),
            '\n' => return ends(name, start + offset, false),
            '\\' => name.extend(rest.next().map(|(_, escaped)| escaped)),
            c => name.push(c),
        }
    }
    ends(name, start + quoted.len(), false)
}

/// The same with the lines that stand behind its closing quote.
fn with_lines_behind(mention: Mention, text: &str) -> Mention {
    let rest = &text[mention.range.end..];
    let word = trimmed(rest.split(char::is_whitespace).next().unwrap_or_default());
    match split_lines(word) {
        ("", Some(lines)) if mention.is_closed => Mention {
            range: mention.range.start..mention.range.end + word.len(),
            lines: Some(lines),
            ..mention
        },
        _ => mention,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mentions as `name`, `name:first+lines`, or `name…` when a quote is open.
    fn check(text: &str, expected: &str) {
        let told = find(text).into_iter().map(|mention| {
            let lines =
                mention.lines.map_or(String::new(), |lines| format!(":{}+{}", lines.start, lines.len));
            format!("{}{lines}{}", mention.name, if mention.is_closed { "" } else { "…" })
        });
        assert_eq!(told.collect::<Vec<_>>().join(" | "), expected, "{text:?}");
    }

    #[test]
    fn mentions_are_words_that_begin_with_at() {
        check("look at @src/main.rs, please", "src/main.rs");
        check("@a.png @\"b c.png\" @a.png", "a.png | b c.png | a.png");
        check("mail me@example.org", "");
        check("(@a.rs) `@b.rs` \"@c.rs\"", "a.rs | b.rs | c.rs");
        check("@", "");
        check("@\"open and more", "open and more…");
        check(r#"@"say \"hi\".png""#, "say \"hi\".png");
        check("@\"a @b.rs\"", "a @b.rs");
        check("@漢字.rs。", "漢字.rs。");
        check("is @Codebase::relevant. or @types/node?", "Codebase::relevant | types/node");
    }

    #[test]
    fn lines_stand_behind_a_colon() {
        check("@src/main.rs:10-40, please", "src/main.rs:10+31");
        check("@a.rs:7 @a.rs:7: @a.rs:40-10", "a.rs:7+1 | a.rs:7+1 | a.rs:10+31");
        check("@a.rs:12:5", "a.rs:12+1");
        check("@a.rs:0", "a.rs:1+1");
        check("@a.rs:x @a.rs:- @a.rs:+3", "a.rs:x | a.rs:- | a.rs:+3");
        check("@\"a b.rs\":3-4. @\"c d.rs\": 5", "a b.rs:3+2 | c d.rs");
        check("@a.rs:99999999999999999999", "a.rs:99999999999999999999");
    }

    #[test]
    fn what_is_written_as_a_mention_is_read_as_the_same_name() {
        for name in ["a.rs", "a b.rs", "a\"b", r"a\b", "ends.", "漢 字", "x)", "a:1", "A::b"] {
            check(&of(name), name);
        }
    }

    #[test]
    fn the_range_of_a_mention_holds_all_of_it() {
        let text = "see @\"a b.rs\":3-4, or @c.rs:5.";
        let words: Vec<&str> = find(text).into_iter().map(|mention| &text[mention.range]).collect();
        assert_eq!(words, ["@\"a b.rs\":3-4", "@c.rs:5"]);
    }
}
