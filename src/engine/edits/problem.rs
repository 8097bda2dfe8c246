//! What can be noticed about a proposal, as sentences for the user and for the model.

use std::fmt;

/// Something noticed about a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The answer was cut off inside the artifact.
    CutOff,
    /// The answer ended by itself without the end tag.
    MissingEndTag,
    /// The answer ended by itself inside a block or a patch.
    BlockOpen,
    /// Text and another end tag followed the one that closed it.
    EndsEarly,
    /// The end tag was accepted although it did not stand on its own line.
    EndTagInLine,
    /// The content contains artifact tags on lines of their own.
    NestedTags,
    /// A fence around the whole content was removed.
    FenceRemoved,
    /// The content begins with a fence that does not enclose all of it, and is not Markdown.
    FenceKept,
    /// The tag names no path.
    NoPath,
    /// A later complete artifact has the same path.
    DuplicatePath,
    /// There is nothing but blanks in it.
    Empty,
}

impl Problem {
    /// Whether it leaves in doubt where the content ends.
    pub fn leaves_end_open(self) -> bool {
        matches!(self, Self::CutOff | Self::MissingEndTag | Self::BlockOpen | Self::EndsEarly)
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::CutOff => {
                "The answer was cut off inside this file, so it is not complete; ask again, or for a smaller change."
            }
            Self::MissingEndTag => {
                "The answer ended without the line </artifact> for this file, so it may not be complete; ask again."
            }
            Self::BlockOpen => {
                "The answer ended inside a block (>>>>>>> REPLACE) or a patch (*** End Patch), so it is not complete; ask again."
            }
            Self::EndsEarly => {
                "Another line </artifact> followed after this file had ended, so the rest of it may be missing; ask again."
            }
            Self::EndTagInLine => {
                "The end tag </artifact> did not stand on its own line; it was taken as the end."
            }
            Self::NestedTags => "The file contains lines with artifact tags; they were kept as part of it.",
            Self::FenceRemoved => "The code fence around the whole file was removed.",
            Self::FenceKept => {
                "The file begins with a code fence that does not enclose all of it; it was left as it is."
            }
            Self::NoPath => "The artifact names no path.",
            Self::DuplicatePath => "The answer gives this path again later; the later file counts.",
            Self::Empty => "The file is empty.",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.sentence())
    }
}
