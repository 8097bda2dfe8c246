//! Why a change does not fit a file, as sentences for the model that wrote it and for people.

use std::fmt;

/// Why a block or a whole change was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// What was sought is not there.
    NotFound {
        /// The first line of what was sought.
        begins: String,
        /// The lines of the file that are most like it.
        nearest: Option<Excerpt>,
    },
    /// What was sought is there more than once.
    Ambiguous {
        /// The first line of what was sought.
        begins: String,
        /// Where it is, lines counted from 1.
        lines: Vec<usize>,
    },
    /// Two blocks change the same lines.
    Overlap {
        /// One of them, counted from 1.
        line: usize,
    },
    /// A block seeks nothing in a file that is not empty.
    EmptySearch,
    /// There is no such file to be changed.
    NoFile,
    /// What was sought is not in this file but in another.
    WrongFile {
        /// The other.
        found_in: String,
    },
    /// The change cannot be understood; the reason is a sentence.
    Unreadable(String),
}

/// Lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The number of the first one, counted from 1.
    pub first_line: usize,
    /// The lines without their ends.
    pub lines: Vec<String>,
}

/// Longer lines are cut in sentences and excerpts.
const LONGEST: usize = 200;
/// Places that are named.
const MOST_PLACES: usize = 6;

impl Refusal {
    /// The lines of the file that help.
    pub fn nearest(&self) -> Option<&Excerpt> {
        match self {
            Self::NotFound { nearest, .. } => nearest.as_ref(),
            _ => None,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { begins, .. } => {
                write!(out, "The lines to find that begin with `{}` are not in the file.", cut(begins))
            }
            Self::Ambiguous { begins, lines } => write!(
                out,
                "The lines to find that begin with `{}` are there more than once (lines {}); take in enough lines around to make them unique.",
                cut(begins),
                numbers(lines)
            ),
            Self::Overlap { line } => {
                write!(out, "Two blocks change the same place (line {line}); make one of them.")
            }
            Self::EmptySearch => out.write_str(
                "A block has nothing to find, but the file is not empty; name the lines beside the place.",
            ),
            Self::NoFile => out.write_str("There is no such file; a new one is given whole, as an artifact."),
            Self::WrongFile { found_in } => {
                write!(out, "The lines to find are not in this file but in {found_in}.")
            }
            Self::Unreadable(sentence) => out.write_str(sentence),
        }
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbered = self.lines.iter().zip(self.first_line..);
        numbered.into_iter().try_for_each(|(line, number)| writeln!(out, "{number:5}| {}", cut(line)))
    }
}

fn cut(line: &str) -> &str {
    &line[..line.floor_char_boundary(LONGEST)]
}

fn numbers(lines: &[usize]) -> String {
    let mut named: Vec<String> = lines.iter().take(MOST_PLACES).map(usize::to_string).collect();
    if lines.len() > MOST_PLACES {
        named.push(format!("and {} more", lines.len() - MOST_PLACES));
    }
    named.join(", ")
}
