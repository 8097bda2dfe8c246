//! Bare addresses in words.

use std::ops::Range;

use crate::tui::{ink::Tone, text::Line};

/// Signs that end a sentence rather than an address.
const CLOSING: [char; 12] = ['.', ',', ';', ':', '!', '?', ')', ']', '\'', '"', '*', '_'];

/// Where addresses stand in a line, outside of code and of links.
pub(super) fn find(line: &Line) -> Vec<Range<usize>> {
    if !line.text().contains("://") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut start = 0;
    for (text, ink) in line.parts() {
        if !matches!(ink.tone, Tone::Code | Tone::Link) {
            let ranges = in_text(text);
            found.extend(ranges.into_iter().map(|range| start + range.start..start + range.end));
        }
        start += text.len();
    }
    found
}

fn in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(sign) = text[from..].find("://").map(|at| from + at) {
        let start = ["https", "http"].iter().find_map(|scheme| start(&text[from..sign], scheme));
        let end = sign + length(&text[sign..]);
        if let Some(start) = start.filter(|_| end > sign + 3) {
            found.push(from + start..end);
        }
        from = end.max(sign + 3);
    }
    found
}

/// Where the scheme stands at the end of `before`, as a word of its own.
fn start(before: &str, scheme: &str) -> Option<usize> {
    let rest = before.strip_suffix(scheme)?;
    (!rest.ends_with(char::is_alphanumeric)).then_some(rest.len())
}

/// How far an address reaches: a closing bracket belongs to it when the opening one does.
fn length(text: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || (c.is_ascii_graphic() && !"<>\"`{}|\\^".contains(c));
    let mut address = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    while let Some(last) = address.chars().next_back().filter(|last| CLOSING.contains(last)) {
        let opened = address.matches('(').count() >= address.matches(')').count();
        if last == ')' && opened {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let line = Line::of(text, Tone::Text);
        let found: Vec<&str> = find(&line).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn addresses_end_before_the_sentence_does() {
        check("see https://a.b/c?d=1#e.", &["https://a.b/c?d=1#e"]);
        check("(http://a.b/c_(d)) and http://x.y, too", &["http://a.b/c_(d)", "http://x.y"]);
        check("http://ü.de/漢 then", &["http://ü.de/漢"]);
        check("no: xhttp://a ftp://b http:// https://", &[]);
    }
}
