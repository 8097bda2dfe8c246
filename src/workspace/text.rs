//! Bytes of a text file to the text a model sees, and back: byte order mark, line ends and the
//! newline at the end are the file's business, not the model's.

use similar::{Algorithm, DiffOp, capture_diff_slices};

const BOM: char = '\u{feff}';

/// Why bytes are not text that can be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotText {
    /// Has a zero byte.
    #[error("is binary; only text is read and edited")]
    Binary,
    /// A UTF-16 byte order mark.
    #[error("is UTF-16; convert it to UTF-8 first")]
    Utf16,
    /// Anything else that is not UTF-8.
    #[error("is not UTF-8; convert it to UTF-8 first")]
    NotUtf8,
}

/// The text in `bytes` as a model sees it: no byte order mark, `\n` for every line end.
pub fn decode(bytes: &[u8]) -> Result<String, NotText> {
    let text = checked(bytes)?;
    Ok(text.strip_prefix(BOM).unwrap_or(text).replace("\r\n", "\n"))
}

/// `proposed` in the manner of the file it replaces:
///
/// - the byte order mark is there if and only if the file has one;
/// - a line that the proposal leaves alone keeps its own line end, every other line gets the one
///   that most lines of the file have (`\n` on a tie);
/// - the last line ends with a newline if and only if the file's does.
///
/// So a proposal that differs from the file in such things only is the file, byte for byte. An
/// empty file has no manner and an empty proposal needs none: both leave the proposal as it is.
pub fn match_conventions(existing: &[u8], proposed: &str) -> Result<Vec<u8>, NotText> {
    let existing = checked(existing)?;
    if existing.is_empty() || proposed.is_empty() {
        return Ok(proposed.into());
    }
    let (mark, old) = match existing.strip_prefix(BOM) {
        Some(old) => ("\u{feff}", old),
        None => ("", existing),
    };
    let new = proposed.strip_prefix(BOM).unwrap_or(proposed);
    let body = with_line_ends(old, new);
    Ok([mark, &with_final_newline(old, body)].concat().into_bytes())
}

fn checked(bytes: &[u8]) -> Result<&str, NotText> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(NotText::Utf16);
    }
    if bytes.contains(&0) {
        return Err(NotText::Binary);
    }
    std::str::from_utf8(bytes).map_err(|_| NotText::NotUtf8)
}

fn with_line_ends(old: &str, new: &str) -> String {
    let crlf = old.matches("\r\n").count();
    let lf = old.matches('\n').count() - crlf;
    let main = if crlf > lf { "\r\n" } else { "\n" };
    let new = new.replace("\r\n", "\n");
    match (crlf, lf) {
        (_, 0) | (0, _) => new.replace('\n', main),
        _ => with_mixed_line_ends(old, &new, main),
    }
}

/// Lines that are the same but for their end are taken from `old`.
fn with_mixed_line_ends(old: &str, new: &str, main: &str) -> String {
    let old_lines: Vec<&str> = old.split_inclusive('\n').collect();
    let old_bare: Vec<&str> = old_lines.iter().copied().map(without_end).collect();
    let new_bare: Vec<&str> = new.split_inclusive('\n').map(without_end).collect();
    let mut ends = vec![main; new_bare.len()];
    for op in capture_diff_slices(Algorithm::Myers, &old_bare, &new_bare) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            for step in 0..len {
                let end = end_of(old_lines[old_index + step]);
                ends[new_index + step] = if end.is_empty() { main } else { end };
            }
        }
    }
    if let (Some(last), false) = (ends.last_mut(), new.ends_with('\n')) {
        *last = "";
    }
    new_bare.iter().zip(ends).flat_map(|(line, end)| [*line, end]).collect()
}

fn end_of(line: &str) -> &str {
    &line[without_end(line).len()..]
}

fn without_end(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

fn with_final_newline(old: &str, mut body: String) -> String {
    let last = old.split_inclusive('\n').next_back().unwrap_or_default();
    match (last.ends_with('\n'), body.ends_with('\n')) {
        (true, false) => body.push_str(end_of(last)),
        (false, true) => body.truncate(without_end(&body).len()),
        _ => {}
    }
    body
}

#[cfg(test)]
mod tests;
