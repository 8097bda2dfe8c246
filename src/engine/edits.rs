//! The coder's answer, read while it streams: which files it proposes, and what it says around them.
//! Pure text work; whether a path is allowed and what becomes of a proposal is decided elsewhere.
//!
//! # The format
//!
//! ```text
//! Words before, between and after are commentary.
//! <artifact path="src/greet.rs" language="rust">
//! pub fn greet() {}
//! </artifact>
//! ```
//!
//! - **Tags** stand at column 0 of their own line; blanks may follow. Elsewhere in a line
//!   (`"</artifact>"`, `// </artifact>`) they are text. Attributes come in any order, in either kind of
//!   quotes or none, with `&quot; &apos; &lt; &gt; &amp;` decoded; unknown ones are ignored. A path is
//!   handed on exactly as it was written.
//! - **Content** is every line between the tags, blank ones too. The line end after the opening tag
//!   and the line of the end tag belong to the frame, so content is empty or ends with a line end.
//!   CRLF becomes LF.
//! - **Tags inside content** are content as long as their lines balance: an opening tag alone on its
//!   line needs an end tag line before the artifact's own.
//! - **Edits** stand between `<edit path="…">` and `</edit>`: search/replace blocks ([`blocks`]), any
//!   number, words between them ignored. Within a block every line up to `>>>>>>> REPLACE` is content,
//!   so tags need no care there; between blocks the next opening tag ends an edit as its own end tag
//!   does. Blocks without tags are understood too: for the path in the line above, if there is one.
//! - **Diffs and patches** are changes as well: a unified diff from its `---` and `+++` lines (or
//!   `diff --git`) to the first line that is none of a diff's, and `*** Begin Patch` to
//!   `*** End Patch`.
//! - **Deletes and renames** are tags without content: `<delete path="…"/>`,
//!   `<rename from="…" to="…"/>`.
//! - **Fences** around tags are dropped. A fence around the whole content (first line to last line,
//!   each other a pair) is removed unless the file is Markdown, where it may be meant.
//!
//! # What is lenient, what stays in doubt
//!
//! - Text behind an opening tag that names a path is the first line of the content; if that line ends
//!   with the end tag, the artifact is complete. `<artifact … />` is an empty artifact.
//! - An answer that ends on its own with `…text</artifact>` is closed there.
//! - An end tag that is missing, or a further one after more text (so that the first one was perhaps
//!   content), leaves open where the file ends: [`Proposal::is_complete`] is false. The same when
//!   content opens a tag that never ends: it could be a forgotten end tag or a quoted tag, and the
//!   text is kept in one piece rather than guessed apart.
//! - The same path twice: the last complete one counts. Edits of one path add up.
//!
//! [`wanted`] says what the answer wants of each file, and [`Original`] makes the changes.

pub mod blocks;
mod draft;
mod envelope;
mod fence;
mod hunk;
mod marked;
mod matching;
mod outside;
mod parser;
mod problem;
mod refusal;
mod resolve;
mod tag;
#[cfg(test)]
mod tests;
mod unified;
mod wanted;

pub use fence::{CodeBlock, sole_code_block};
pub use matching::Original;
pub use parser::ArtifactParser;
pub use problem::Problem;
pub use refusal::{Excerpt, Refusal};
pub use resolve::{Failure, ProposedChange, ProposedFile, Resolved, Texts};
pub use wanted::{Change, Wanted, of_proposal, wanted};

/// A part of the answer as it comes in, for display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words outside artifacts.
    Commentary(String),
    /// An artifact, or a change of a file, begins.
    Opened {
        /// What it is.
        form: Form,
        /// Its path, if the tag names one.
        path: Option<String>,
        /// Its language, if the tag names one.
        language: Option<String>,
    },
    /// More of what is open, as it was written. The pieces add up to [`Proposal::content`], except that
    /// a fence in the first line is never shown, and that an end tag in the middle of the answer's
    /// last line is: the proposal is the truth.
    Content(String),
    /// The open artifact is complete, or the answer is over; the number is its place among
    /// [`ArtifactParser::proposals`].
    Closed(usize),
}

/// How a change of a file is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// The whole file.
    File,
    /// Search/replace blocks.
    Edit,
    /// A unified diff, perhaps of several files.
    Diff,
    /// A patch in its envelope, perhaps of several files.
    Patch,
    /// No file any more.
    Delete,
    /// Another name.
    Rename {
        /// The name until now.
        from: String,
    },
}

/// A file as the coder proposes it, or a change of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// How it is said.
    pub form: Form,
    /// Where it belongs, exactly as written; not yet judged.
    pub path: Option<String>,
    /// Language by the tag.
    pub language: Option<String>,
    /// The whole file, or the text of the change: empty, or lines that each end with `\n`.
    pub content: String,
    /// What was noticed.
    pub problems: Vec<Problem>,
}

impl Proposal {
    /// Whether it is certain where the content ends. Without that it is never offered as finished.
    pub fn is_complete(&self) -> bool {
        !self.problems.iter().any(|problem| problem.leaves_end_open())
    }

    /// Whether it may become an artifact: complete, and not replaced by a later one.
    pub fn is_offered(&self) -> bool {
        self.is_complete() && !self.problems.contains(&Problem::DuplicatePath)
    }
}

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The last pieces.
    pub pieces: Vec<Piece>,
    /// Everything proposed, in the order of the answer, with all problems noted.
    pub proposals: Vec<Proposal>,
}
