//! Unified diffs as models write them: line numbers and counts are often wrong, so a hunk is taken
//! for what it says, and found by it.

use super::{blocks::Block, hunk::HunkLines};

/// The changes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Section {
    /// `None`: not named; `Some(None)`: there is no such file.
    old: Option<Option<String>>,
    new: Option<Option<String>>,
    pub(super) renamed: Option<(String, String)>,
    pub(super) hunks: Vec<Block>,
    is_deleted: bool,
}

/// What a section is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum About {
    /// A file that is there; `None` where it is not named.
    Existing(Option<String>),
    Added(String),
    Deleted(String),
    Renamed(String, String),
}

impl Section {
    /// Which file it changes, and how. The error is a sentence.
    pub(super) fn about(&self) -> Result<About, String> {
        if let Some((from, to)) = &self.renamed {
            return Ok(About::Renamed(from.clone(), to.clone()));
        }
        match (&self.old, &self.new) {
            (Some(None), Some(Some(new))) => Ok(About::Added(new.clone())),
            (Some(Some(old)), Some(None)) => Ok(About::Deleted(old.clone())),
            (Some(Some(old)), _) if self.is_deleted => Ok(About::Deleted(old.clone())),
            (Some(Some(old)), Some(Some(new))) if old != new => {
                Err(format!("The diff names two files, {old} and {new}."))
            }
            (_, Some(Some(path))) | (Some(Some(path)), _) => Ok(About::Existing(Some(path.clone()))),
            _ => Ok(About::Existing(None)),
        }
    }
}

/// Whether `line` may be a line of a diff.
pub(super) fn may_hold(line: &str) -> bool {
    line.is_empty() || line.starts_with([' ', '\t', '+', '-', '\\']) || line.starts_with("@@") || is_git(line)
}

/// How the lines of git's own header begin.
const GIT: [&str; 10] = [
    "diff --git ",
    "index ",
    "new file mode ",
    "deleted file mode ",
    "old mode ",
    "new mode ",
    "similarity index ",
    "dissimilarity index ",
    "rename from ",
    "rename to ",
];

fn is_git(line: &str) -> bool {
    GIT.iter().any(|start| line.starts_with(start))
}

/// Whether a file's two names begin with these lines.
pub(super) fn is_header(old: &str, new: &str) -> bool {
    old.starts_with("--- ") && new.starts_with("+++ ")
}

/// Reads a diff of any number of files. The error is a sentence on a line that does not belong.
pub(super) fn read(text: &str) -> Result<Vec<Section>, String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut reader = Reader::default();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let next = lines.get(at + 1).copied().unwrap_or_default();
        let goes_on = lines.get(at + 2).is_none_or(|line| line.starts_with("@@"));
        if is_header(line, next) && reader.takes_as_header(line, next, goes_on) {
            reader.header(line, next);
            at += 1;
        } else {
            reader.line(line)?;
        }
        at += 1;
    }
    reader.end_hunk();
    Ok(reader.sections)
}

#[derive(Default)]
struct Reader {
    sections: Vec<Section>,
    hunk: Option<HunkLines>,
}

impl Reader {
    fn section(&mut self) -> &mut Section {
        if self.sections.is_empty() {
            self.sections.push(Section::default());
        }
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    /// Within a hunk such a pair may also be a removed and an added line: so it is where no hunk follows,
    /// and where the hunk's counts still want both and the two do not name one file.
    fn takes_as_header(&self, old: &str, new: &str, goes_on: bool) -> bool {
        let Some(hunk) = &self.hunk else { return true };
        let (old, new) = names(&old[4..], &new[4..]);
        let is_one_file = old == new || old.is_none() || new.is_none();
        goes_on && (is_one_file || !hunk.wants_both())
    }

    fn header(&mut self, old: &str, new: &str) {
        self.end_hunk();
        if self.section().old.is_some() || !self.section().hunks.is_empty() {
            self.sections.push(Section::default());
        }
        let (old, new) = names(&old[4..], &new[4..]);
        let section = self.section();
        (section.old, section.new) = (Some(old), Some(new));
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        if line.starts_with("@@") {
            self.end_hunk();
            self.hunk = Some(HunkLines::begin(line));
        } else if line.starts_with("diff --git ") {
            self.end_hunk();
            if self.section() != &Section::default() {
                self.sections.push(Section::default());
            }
        } else if let Some(hunk) = &mut self.hunk {
            return hunk.line(line);
        } else {
            self.outside(line);
        }
        Ok(())
    }

    /// A line of git's header; what is said around a diff is no concern.
    fn outside(&mut self, line: &str) {
        if let Some(from) = line.strip_prefix("rename from ") {
            self.section().renamed = Some((from.to_owned(), String::new()));
        } else if let (Some(to), Some((_, place))) =
            (line.strip_prefix("rename to "), &mut self.section().renamed)
        {
            to.clone_into(place);
        } else if line.starts_with("deleted file mode ") {
            self.section().is_deleted = true;
        }
    }

    fn end_hunk(&mut self) {
        if let Some(hunk) = self.hunk.take() {
            self.section().hunks.push(hunk.into_block());
        }
    }
}

/// Both names without what git puts before them.
fn names(old: &str, new: &str) -> (Option<String>, Option<String>) {
    let (old, new) = (bare(old), bare(new));
    let has_sides = (old.starts_with("a/") || old == NOWHERE) && (new.starts_with("b/") || new == NOWHERE);
    let path = |name: &str| {
        let path = if has_sides { name.get(2..).unwrap_or_default() } else { name };
        (name != NOWHERE).then(|| path.to_owned())
    };
    (path(old), path(new))
}

const NOWHERE: &str = "/dev/null";

/// A name without the time that `diff` puts behind it.
fn bare(name: &str) -> &str {
    name.split('\t').next().unwrap_or_default().trim()
}
