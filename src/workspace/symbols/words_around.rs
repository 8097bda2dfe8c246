//! Pure: the words by which people know a definition: how its text begins, and the comment above it.

use std::ops::Range;

/// Longest documentation line, in bytes.
pub(super) const MAX_DOC: usize = 160;

/// Longest signature, in bytes.
const MAX_SIGNATURE: usize = 200;

/// Comments are looked for so many lines upwards.
const MAX_ABOVE: usize = 60;

/// The text before `body`, else the first line, on one line and with the words before it on its line
/// (`pub`, `export const`).
pub(super) fn signature(text: &str, bytes: Range<usize>, body: Option<usize>) -> String {
    let end_of_line = text[bytes.start..].find('\n').map_or(text.len(), |at| bytes.start + at);
    let end = body.unwrap_or(end_of_line.min(bytes.end.max(bytes.start)));
    let start = bytes.start - before(text, bytes.start).map_or(0, str::len);
    let written = one_line(&text[start..end.max(start)], MAX_SIGNATURE);
    let bare = written.trim_end_matches(['{', ':', ' ']);
    bare.strip_suffix("=>").unwrap_or(bare).trim_end().to_owned()
}

/// What stands before `start` on its line, when that is only words.
pub(super) fn before(text: &str, start: usize) -> Option<&str> {
    let start_of_line = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[start_of_line..start];
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c.is_whitespace();
    before.trim_start().chars().all(is_word).then_some(before).filter(|before| before.len() <= 120)
}

/// The first line of the comment that ends right above `row`; attributes and decorators may stand
/// between.
pub(super) fn comment_above(lines: &[&str], row: usize, language: &str) -> String {
    let has_hash = matches!(language, "python" | "ruby" | "bash");
    let is_comment = |line: &str| {
        ["//", "/*", "*", "--"].iter().any(|start| line.starts_with(start))
            || (has_hash && line.starts_with('#') && !line.starts_with("#!"))
            || line.ends_with("*/")
    };
    let above = lines[..row.min(lines.len())].iter().rev().take(MAX_ABOVE).map(|line| line.trim());
    let mut above = above.skip_while(|line| is_attribute(line) && !is_comment(line)).peekable();
    let comment: Vec<&str> = std::iter::from_fn(|| above.next_if(|line| is_comment(line))).collect();
    let said = comment.iter().rev().map(|line| bare(line)).find(|line| !line.is_empty());
    one_line(said.unwrap_or_default(), MAX_DOC)
}

fn is_attribute(line: &str) -> bool {
    ["#[", "@", "[", "template"].iter().any(|start| line.starts_with(start))
}

/// A line of a comment without its marks.
fn bare(line: &str) -> &str {
    let line = line.trim_end_matches("*/").trim_end();
    line.trim_start_matches(['/', '*', '#', '!', '-']).trim()
}

/// Runs of white space become one blank; what is too long is cut.
pub(super) fn one_line(text: &str, max: usize) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        let needed = word.len() + usize::from(!line.is_empty());
        if line.len() + needed > max {
            line.push('…');
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}
