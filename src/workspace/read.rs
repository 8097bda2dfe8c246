//! A range of lines of a text file, bounded, as a model reads it.

use super::{FileError, RelPath, Workspace, content_hash, error::shown, text};

/// Most lines of one read.
pub const MAX_LINES: usize = 2000;

/// Most bytes of text of one read.
pub const MAX_BYTES: usize = 64 * 1024;

/// Most bytes of one line; what is longer is rarely written by people.
const MAX_LINE: usize = 2000;

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSlice {
    /// Number of the first line given, from 1.
    pub first_line: usize,
    /// The lines without their ends; a long one is cut and says so.
    pub lines: Vec<String>,
    /// Lines of the whole file.
    pub total_lines: usize,
    /// SHA-256 of the whole file.
    pub hash: String,
}

impl TextSlice {
    /// The line to go on with, if there is more.
    pub fn next_line(&self) -> Option<usize> {
        let next = self.first_line + self.lines.len();
        (next <= self.total_lines).then_some(next)
    }
}

impl Workspace {
    /// Up to `count` lines from `first_line` (counted from 1) on, within [`MAX_LINES`] and [`MAX_BYTES`].
    pub fn read_text(&self, path: &RelPath, first_line: usize, count: usize) -> Result<TextSlice, FileError> {
        let file = self.read_file(path)?;
        slice(path, &file.content, first_line, count)
    }
}

/// Lines of a file's content, within the same bounds.
pub(super) fn slice(
    path: &RelPath,
    content: &[u8],
    first_line: usize,
    count: usize,
) -> Result<TextSlice, FileError> {
    let text = text::decode(content).map_err(|why| FileError::NotText { path: shown(path.as_ref()), why })?;
    let first_line = first_line.max(1);
    let wanted = text.lines().skip(first_line - 1).take(count.min(MAX_LINES));
    Ok(TextSlice {
        first_line,
        lines: within_bytes(wanted),
        total_lines: text.lines().count(),
        hash: content_hash(content),
    })
}

/// As many of the lines as go into [`MAX_BYTES`].
pub(super) fn within_bytes<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut left = MAX_BYTES;
    let mut taken = Vec::new();
    for line in lines.map(|line| cut(line, MAX_LINE)) {
        match left.checked_sub(line.len() + 1) {
            Some(rest) => left = rest,
            None => break,
        }
        taken.push(line);
    }
    taken
}

/// A line of at most `max` bytes, with a mark for what is left out.
pub(super) fn cut(line: &str, max: usize) -> String {
    if line.len() <= max {
        return line.to_owned();
    }
    let head = &line[..line.floor_char_boundary(max)];
    format!("{head}… [{} more bytes]", line.len() - head.len())
}
