//! Symbols of what is no code: the headings of Markdown, the top-level keys of settings. Each reaches
//! to the line before the next one of its level.

use super::{Symbol, SymbolKind, words_around::one_line};

/// Longest heading or key, in bytes.
const MAX_NAME: usize = 120;

/// A format that is read line by line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Markdown,
    Toml,
    Yaml,
    Json,
}

/// A name at a line, before it is known where it ends.
struct Mark {
    name: String,
    line: usize,
    level: usize,
}

impl Format {
    pub(super) fn of_path(path: &str) -> Option<Self> {
        let file = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        match file.rsplit_once('.')?.1 {
            "md" | "markdown" | "mdx" => Some(Self::Markdown),
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" | "jsonc" => Some(Self::Json),
            _ => None,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Toml => "toml",
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }

    pub(super) fn symbols(self, text: &str) -> Vec<Symbol> {
        let (kind, marks) = match self {
            Self::Markdown => (SymbolKind::Heading, headings(text)),
            Self::Toml => (SymbolKind::Key, toml_keys(text)),
            Self::Yaml => (SymbolKind::Key, yaml_keys(text)),
            Self::Json => (SymbolKind::Key, json_keys(text)),
        };
        spread(&marks, kind, text)
    }
}

/// From marks to symbols with an end and a parent.
fn spread(marks: &[Mark], kind: SymbolKind, text: &str) -> Vec<Symbol> {
    let lines: Vec<&str> = text.lines().collect();
    let mut symbols = Vec::with_capacity(marks.len());
    let mut around: Vec<&Mark> = Vec::new();
    for (place, mark) in marks.iter().enumerate() {
        let next = marks[place + 1..].iter().find(|next| next.level <= mark.level);
        around.retain(|outer| outer.level < mark.level);
        let parent: Vec<&str> = around.iter().map(|outer| outer.name.as_str()).collect();
        symbols.push(Symbol {
            name: mark.name.clone(),
            kind,
            parent: Some(parent.join(".")).filter(|parent| !parent.is_empty()),
            signature: signature(kind, mark, lines.get(mark.line).copied().unwrap_or_default()),
            doc: String::new(),
            first_line: mark.line as u32 + 1,
            last_line: next.map_or(lines.len(), |next| next.line).max(mark.line + 1) as u32,
        });
        around.push(mark);
    }
    symbols
}

/// A heading as it stands there; of a key only the name, since its value may be a secret.
fn signature(kind: SymbolKind, mark: &Mark, line: &str) -> String {
    match kind {
        SymbolKind::Key => mark.name.clone(),
        _ => one_line(line, MAX_NAME),
    }
}

fn mark(name: &str, line: usize, level: usize) -> Option<Mark> {
    let name = one_line(name.trim().trim_matches(['"', '\'']), MAX_NAME);
    (!name.is_empty()).then_some(Mark { name, line, level })
}

/// `## Heading`, not inside of fences.
fn headings(text: &str) -> Vec<Mark> {
    let mut fence: Option<&str> = None;
    let mut marks = Vec::new();
    for (row, line) in text.lines().enumerate() {
        let line = line.trim_start();
        match fence {
            Some(mark) if line.starts_with(mark) => fence = None,
            Some(_) => {}
            None => fence = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)),
        }
        let level = line.len() - line.trim_start_matches('#').len();
        let title = &line[level..];
        if fence.is_none() && (1..=6).contains(&level) && title.starts_with(' ') {
            marks.extend(mark(title.trim_end_matches(['#', ' ']), row, level));
        }
    }
    marks
}

/// `[section]`, and keys before the first one.
fn toml_keys(text: &str) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let mut in_section = false;
    for (row, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            let header = line.trim_start_matches('[').split(']').next().unwrap_or_default();
            marks.extend(mark(header, row, 1));
            in_section = true;
        } else if let Some((key, _)) = line.split_once('=').filter(|(key, _)| !in_section && is_key(key)) {
            marks.extend(mark(key, row, 1));
        }
    }
    marks
}

/// `key:` at the left edge.
fn yaml_keys(text: &str) -> Vec<Mark> {
    let lines = text.lines().enumerate();
    let keys = lines.filter_map(|(row, line)| {
        let (key, rest) = line.split_once(':')?;
        let ends = rest.is_empty() || rest.starts_with(' ');
        (ends && is_key(key) && !key.starts_with('-')).then(|| mark(key, row, 1))?
    });
    keys.collect()
}

/// Whether text at the left edge is a key and no comment, value or continuation.
fn is_key(text: &str) -> bool {
    let text = text.trim_end();
    let is_plain = |c: char| c.is_alphanumeric() || "-_./\"'".contains(c);
    !text.is_empty() && text.chars().all(is_plain)
}

/// `"key":` one brace deep.
fn json_keys(text: &str) -> Vec<Mark> {
    let (mut depth, mut string): (usize, Option<usize>) = (0, None);
    let (mut row, mut last, mut is_escaped) = (0, None, false);
    let mut marks = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match (string, byte) {
            (Some(_), b'\\') if !is_escaped => {
                is_escaped = true;
                continue;
            }
            (Some(start), b'"') if !is_escaped => (last, string) = (text.get(start + 1..at), None),
            (Some(_), _) => {}
            (None, b'"') => string = Some(at),
            (None, b'{' | b'[') => depth += 1,
            (None, b'}' | b']') => depth = depth.saturating_sub(1),
            (None, b':') if depth == 1 => marks.extend(last.take().and_then(|key| mark(key, row, 1))),
            _ => {}
        }
        is_escaped = false;
        row += usize::from(byte == b'\n');
    }
    marks
}
