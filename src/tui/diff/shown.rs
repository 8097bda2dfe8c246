//! What the pane shows: changes, a text that grows, or a sentence.

use super::{
    Side, Wanted,
    around::widened,
    colours::Colours,
    draft::Draft,
    marks::{Layout, Marks},
    scroll::Body,
    sheet::Sheet,
    unified::Painted,
};
use crate::{
    protocol::{ArtifactId, ArtifactView, FileDiff},
    tui::{
        ink::Tone,
        review::Review,
        text::{Line, wrap},
    },
};

/// Larger files stay without colours.
const MOST_COLOURED: usize = 1 << 20;

#[derive(Debug, Default)]
pub(super) enum Shown {
    #[default]
    Nothing,
    Draft(Draft),
    Changes(Box<Changes>),
    /// Why there is nothing to see of this artifact.
    Said(ArtifactId, Line),
}

/// The changes of an artifact.
#[derive(Debug)]
pub(super) struct Changes {
    /// None while it is still being written.
    artifact: Option<ArtifactId>,
    /// What the file is, when it is not one that existed and goes on to.
    remark: Option<&'static str>,
    pub(super) sheet: Sheet,
    pub(super) colours: Colours,
    /// The line of the first syntax error that comes with them.
    faulty_line: Option<u32>,
    /// The hunk that one stands on.
    pub(super) hunk: usize,
    pub(super) layout: Layout,
    pub(super) marks: Marks,
}

impl Shown {
    /// What `artifact` changes, standing on a hunk, as far as it is reviewed.
    pub(super) fn of(artifact: &ArtifactView, review: &Review, hunk: usize) -> Self {
        let said = |text: &str| Self::Said(artifact.artifact_id, Line::of(text, Tone::Muted));
        let layout = Layout::of(review);
        let diff = FileDiff::parse(&artifact.diff);
        let base = review.base().unwrap_or_default();
        match diff.map(|diff| widened(diff, base, layout.around.extra())) {
            Ok(diff) if diff.hunks.is_empty() && diff.is_new => said("A new file without a line."),
            Ok(diff) if diff.hunks.is_empty() && diff.is_deleted => said("The file is deleted."),
            Ok(FileDiff { hunks, renamed_from: Some(from), .. }) if hunks.is_empty() => {
                said(&format!("Renamed from {from}; nothing else differs."))
            }
            Ok(diff) if diff.hunks.is_empty() => said("Nothing differs from the file on disk."),
            Ok(diff) => {
                let marks = Marks::of(review);
                let changes = Changes::of(Some(artifact), diff, layout);
                Self::Changes(Box::new(Changes { marks, ..changes.at(hunk) }))
            }
            Err(error) => said(&format!("The changes cannot be shown: {error}.")),
        }
    }

    /// What an edit changes that is still being written; nothing to see, if it cannot be read.
    pub(super) fn edit(unified: &str) -> Self {
        match FileDiff::parse(unified) {
            Ok(diff) => Self::Changes(Box::new(Changes::of(None, diff, Layout::default()))),
            Err(_) => Self::Nothing,
        }
    }

    pub(super) fn changes(&self) -> Option<&Changes> {
        match self {
            Self::Changes(changes) => Some(changes),
            _ => None,
        }
    }

    pub(super) fn changes_mut(&mut self) -> Option<&mut Changes> {
        match self {
            Self::Changes(changes) => Some(changes),
            _ => None,
        }
    }

    /// Whether it is still being written.
    pub(super) fn grows(&self) -> bool {
        matches!(self, Self::Draft(_))
    }

    pub(super) fn artifact(&self) -> Option<ArtifactId> {
        match self {
            Self::Changes(changes) => changes.artifact,
            Self::Said(artifact, _) => Some(*artifact),
            Self::Nothing | Self::Draft(_) => None,
        }
    }

    /// What to beware of, for the header.
    pub(super) fn warning(&self) -> Line {
        let line = self.changes().and_then(|changes| changes.faulty_line);
        line.map(|line| Line::of(&format!("⚠ line {line}"), Tone::Warning)).unwrap_or_default()
    }

    /// Where one stands in it, for the header.
    pub(super) fn standing(&self) -> String {
        match self {
            Self::Changes(changes) => changes.standing(),
            Self::Draft(draft) if draft.len() == 1 => "writing 1 line".to_owned(),
            Self::Draft(draft) => format!("writing {} lines", draft.len()),
            Self::Said(..) | Self::Nothing => String::new(),
        }
    }
}

impl Changes {
    fn of(artifact: Option<&ArtifactView>, diff: FileDiff, layout: Layout) -> Self {
        let remark = match (diff.is_new, diff.is_deleted) {
            _ if artifact.is_none() => Some("writing"),
            (true, _) => Some("new file"),
            (_, true) => Some("deleted"),
            _ => None,
        };
        let faulty = artifact.and_then(|artifact| artifact.syntax_errors.first());
        let faulty_line = faulty.map(|error| error.line);
        let artifact = artifact.map(|artifact| artifact.artifact_id);
        let (sheet, marks) = (Sheet::of(diff, layout.has_headers), Marks::default());
        Self { artifact, remark, sheet, colours: Colours::default(), faulty_line, hunk: 0, layout, marks }
    }

    /// The same standing on another hunk, or on the last one.
    fn at(self, hunk: usize) -> Self {
        Self { hunk: hunk.min(self.sheet.hunks.len().saturating_sub(1)), ..self }
    }

    pub(super) fn painted(&self) -> Painted<'_> {
        let (sheet, colours, marks) = (&self.sheet, &self.colours, &self.marks);
        Painted { sheet, colours, marks, selected: Some(self.hunk) }
    }

    fn standing(&self) -> String {
        let place = || format!("hunk {}/{}", self.hunk + 1, self.sheet.hunks.len());
        let place = self.remark.map_or_else(place, str::to_owned);
        format!("{place}{}", self.marks.sign(self.hunk))
    }
}

/// A sentence.
impl Body for Line {
    fn len(&self) -> usize {
        1
    }

    fn rows(&self, _: usize, width: usize) -> Vec<Line> {
        wrap(self, width, 0)
    }
}

/// The code behind `shown` whose colours would help.
pub(super) fn wanted(artifact: &ArtifactView, shown: &Shown, revision: u64) -> Vec<Wanted> {
    let is_small = artifact.content.len() + artifact.diff.len() <= MOST_COLOURED;
    let Some(changes) = shown.changes().filter(|_| is_small) else {
        return Vec::new();
    };
    let language = artifact.language.as_ref().unwrap_or(&artifact.path);
    let of = |side, code| Wanted { revision, side, language: language.clone(), code };
    let old = (artifact.removed > 0).then(|| of(Side::Old, changes.sheet.old_text()));
    std::iter::once(of(Side::New, artifact.content.clone())).chain(old).collect()
}

/// All rows of a diff one line below the other: for dialogs, which scroll by themselves.
pub(crate) fn render_unified(diff: &FileDiff, width: usize) -> Vec<Line> {
    let (sheet, colours, marks) = (Sheet::of(diff.clone(), false), Colours::default(), Marks::default());
    let painted = Painted { sheet: &sheet, colours: &colours, marks: &marks, selected: None };
    (0..painted.len()).flat_map(|item| painted.rows(item, width)).collect()
}
