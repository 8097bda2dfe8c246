//! The streaming side: lines from chunks, and pieces from lines.

use std::{collections::HashMap, mem};

use super::{
    Form, Parsed, Piece, Problem, Proposal, blocks,
    draft::Draft,
    envelope,
    marked::{Marked, Taken},
    outside::Outside,
    tag::{self, Name, OpenTag},
    unified,
};

/// What a line that matters begins with. A line is held back only while it may be one of these.
const MARKS: [&str; 4] = [tag::OPEN, tag::END, "```", "~~~"];
/// The same for lines outside, where more may begin.
const MARKS_OUTSIDE: [&str; 12] = [
    tag::EDIT,
    tag::DELETE,
    tag::RENAME,
    "</edit>",
    "</delete>",
    "</rename>",
    "<<<<<",
    "*** Begin Patch",
    "diff --git ",
    "--- ",
    "+++ ",
    "@@",
];

/// Reads the coder's answer while it streams. However the text is cut into chunks, the result is the
/// same, and the time is linear in its length.
///
/// ```
/// use mira::engine::edits::{ArtifactParser, Piece};
///
/// let mut parser = ArtifactParser::new();
/// let pieces = parser.push("<artifact path=\"a.txt\">\nhello");
/// assert_eq!(pieces[1], Piece::Content("hello".into()));
/// parser.push("\n</artifact>\n");
/// let proposals = parser.finish(false).proposals;
/// assert_eq!(proposals[0].content, "hello\n");
/// ```
#[derive(Debug, Default)]
pub struct ArtifactParser {
    /// A chunk ended with `\r`; the next one may begin with `\n`.
    carriage_return: bool,
    /// The current line, while it may be a tag or a fence.
    line: String,
    /// The current line is known to be text, and its beginning was taken.
    in_text: bool,
    outside: Outside,
    /// A line outside that begins a diff if the next one goes on with it, and its line end.
    header: Option<(String, String)>,
    open: Option<Open>,
    pieces: Vec<Piece>,
    proposals: Vec<Proposal>,
}

/// What is being read.
#[derive(Debug)]
enum Open {
    /// A whole file.
    File(Draft),
    /// A change with marks of its own.
    Marked(Marked),
}

impl ArtifactParser {
    /// A parser at the beginning of an answer.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads the next chunk and gives what can be shown now.
    pub fn push(&mut self, text: &str) -> Vec<Piece> {
        let text = self.with_lf(text);
        for part in text.split_inclusive('\n') {
            match part.strip_suffix('\n') {
                Some(part) => self.end_line(part),
                None => self.begin_line(part),
            }
        }
        self.show_ready();
        mem::take(&mut self.pieces)
    }

    /// What is closed so far. Problems may still be added to it.
    pub fn proposals(&self) -> &[Proposal] {
        &self.proposals
    }

    /// Ends the answer; `cut` says that the model did not end it by itself.
    pub fn finish(mut self, cut: bool) -> Parsed {
        self.end_last_line();
        self.release_header();
        match &mut self.open {
            Some(Open::File(draft)) => {
                draft.end_with_answer(cut);
                self.close(None);
            }
            Some(Open::Marked(marked)) => {
                let problem = marked.end_with_answer(cut);
                self.close(problem);
            }
            None => {}
        }
        self.outside.release_held();
        self.show_ready();
        mark_replaced(&mut self.proposals);
        Parsed { pieces: self.pieces, proposals: self.proposals }
    }

    fn with_lf(&mut self, text: &str) -> String {
        let mut text =
            if mem::take(&mut self.carriage_return) { format!("\r{text}") } else { text.to_owned() };
        if text.ends_with('\r') {
            text.pop();
            self.carriage_return = true;
        }
        text.replace("\r\n", "\n")
    }

    fn begin_line(&mut self, part: &str) {
        if self.in_text {
            return self.text(part);
        }
        self.line.push_str(part);
        if !self.may_be_markup() {
            self.in_text = true;
            let line = mem::take(&mut self.line);
            self.text(&line);
        }
    }

    fn end_line(&mut self, part: &str) {
        if mem::take(&mut self.in_text) {
            self.text(part);
            return self.text("\n");
        }
        let mut line = mem::take(&mut self.line);
        line.push_str(part);
        self.whole_line(&line, "\n");
    }

    /// A last line without a line end. Content gets one, commentary stays as it is.
    fn end_last_line(&mut self) {
        let line = mem::take(&mut self.line);
        if !line.is_empty() {
            self.whole_line(&line, "");
        } else if let (true, Some(Open::File(draft))) = (self.in_text, &mut self.open) {
            draft.add_text("\n");
        }
    }

    /// Text of a line that begins with no mark.
    fn text(&mut self, text: &str) {
        self.release_header();
        match &mut self.open {
            Some(Open::File(draft)) => draft.add_text(text),
            _ => self.outside.say(text),
        }
    }

    fn whole_line(&mut self, line: &str, end: &str) {
        match &mut self.open {
            None => self.line_outside(line, end),
            Some(Open::File(draft)) => {
                if draft.is_ended_by(line) {
                    self.close(None);
                }
            }
            Some(Open::Marked(marked)) => match marked.take(line) {
                Taken::Kept => {}
                Taken::Ended => self.close(None),
                Taken::EndedBefore => {
                    self.close(None);
                    self.line_outside(line, end);
                }
            },
        }
    }

    fn line_outside(&mut self, line: &str, end: &str) {
        if let Some((old, _)) = self.header.take_if(|(old, _)| unified::is_header(old, line)) {
            return self.begin(Form::Diff, None, &[&old, line]);
        }
        self.release_header();
        if let Some(tag) = OpenTag::opening(line) {
            self.open(&tag);
        } else if blocks::is_first(line) {
            self.begin(Form::Edit, self.outside.path_before(), &[line]);
        } else if envelope::is_first(line) {
            self.begin(Form::Patch, None, &[line]);
        } else if line.starts_with("diff --git ") || line.starts_with("@@") && self.outside.holds_diff_fence()
        {
            self.begin(Form::Diff, None, &[line]);
        } else if line.starts_with("--- ") {
            self.header = Some((line.to_owned(), end.to_owned()));
        } else if !(tag::is_needless_end(line) || tag::is_end(line) && self.is_repeated_end()) {
            self.outside.line(line, end);
        }
    }

    /// What might have begun a diff is text after all.
    fn release_header(&mut self) {
        if let Some((line, end)) = self.header.take() {
            self.outside.line(&line, &end);
        }
    }

    /// An end tag outside. Right after the artifact's own it is a slip; after more text it means that
    /// the artifact's own was perhaps content.
    fn is_repeated_end(&mut self) -> bool {
        self.outside.release_held();
        let Some(last) = self.proposals.last_mut().filter(|last| last.form == Form::File) else {
            return false;
        };
        if self.outside.has_spoken && !last.problems.contains(&Problem::EndsEarly) {
            last.problems.push(Problem::EndsEarly);
        }
        !self.outside.has_spoken
    }

    fn open(&mut self, tag: &OpenTag<'_>) {
        match (tag.name, &tag.from, &tag.to) {
            (Name::Artifact, ..) => self.open_file(tag),
            (Name::Delete, ..) => self.say_whole(Form::Delete, tag.path.clone()),
            (Name::Rename, Some(from), to) => self.say_whole(Form::Rename { from: from.clone() }, to.clone()),
            _ => {
                self.announce(Form::Edit, tag.path.clone(), None);
                let mut marked = Marked::tagged(tag.path.clone());
                if !tag.rest.trim().is_empty() {
                    marked.take(tag.rest);
                }
                self.open = Some(Open::Marked(marked));
            }
        }
    }

    fn announce(&mut self, form: Form, path: Option<String>, language: Option<String>) {
        self.outside.leave();
        self.show_ready();
        self.pieces.push(Piece::Opened { form, path, language });
    }

    /// A change without tags begins with these lines.
    fn begin(&mut self, form: Form, path: Option<String>, lines: &[&str]) {
        self.announce(form.clone(), path.clone(), None);
        let mut marked = Marked::bare(form, path);
        for line in lines {
            marked.take(line);
        }
        self.open = Some(Open::Marked(marked));
    }

    /// A tag that says everything.
    fn say_whole(&mut self, form: Form, path: Option<String>) {
        self.announce(form.clone(), path.clone(), None);
        self.open = Some(Open::Marked(Marked::bare(form, path)));
        self.close(None);
    }

    fn open_file(&mut self, tag: &OpenTag<'_>) {
        self.announce(Form::File, tag.path.clone(), tag.language.clone());
        let mut draft = Draft::new(tag);
        if tag.ends_itself {
            self.open = Some(Open::File(draft));
            return self.close(None);
        }
        let rest = tag.rest.trim_end();
        if let Some(text) = tag::before_end_in_line(rest) {
            if !text.is_empty() {
                draft.add_line(text);
            }
            draft.note(Problem::EndTagInLine);
            self.open = Some(Open::File(draft));
            return self.close(None);
        }
        if !rest.is_empty() {
            draft.add_line(tag.rest);
        }
        self.open = Some(Open::File(draft));
    }

    fn close(&mut self, problem: Option<Problem>) {
        let (rest, proposal) = match self.open.take() {
            Some(Open::File(draft)) => draft.close(),
            Some(Open::Marked(marked)) => marked.close(problem),
            None => return,
        };
        self.show_content(rest);
        self.pieces.push(Piece::Closed(self.proposals.len()));
        self.proposals.push(proposal);
    }

    fn show_ready(&mut self) {
        if let Some(text) = self.outside.take_ready() {
            self.pieces.push(Piece::Commentary(text));
        }
        let content = match &mut self.open {
            Some(Open::File(draft)) => draft.take_ready(),
            Some(Open::Marked(marked)) => marked.take_ready(),
            None => None,
        };
        self.show_content(content);
    }

    /// Whether the line so far has to wait for its end. In a change with marks every line has.
    fn may_be_markup(&self) -> bool {
        let line = self.line.as_str();
        let begins =
            |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark) || mark.starts_with(line));
        match &self.open {
            Some(Open::Marked(_)) => true,
            Some(Open::File(_)) => begins(&MARKS),
            None => begins(&MARKS) || begins(&MARKS_OUTSIDE),
        }
    }

    fn show_content(&mut self, text: Option<String>) {
        self.pieces.extend(text.map(Piece::Content));
    }
}

/// Of several complete proposals for one path the last one counts.
fn mark_replaced(proposals: &mut [Proposal]) {
    let mut last = HashMap::new();
    let is_file = |proposal: &Proposal| proposal.form == Form::File && proposal.is_complete();
    for (place, proposal) in proposals.iter().enumerate().filter(|(_, proposal)| is_file(proposal)) {
        last.insert(proposal.path.clone(), place);
    }
    for (place, proposal) in proposals.iter_mut().enumerate() {
        let is_replaced = last.get(&proposal.path).is_some_and(|&last| place < last);
        if is_replaced && proposal.path.is_some() && is_file(proposal) {
            proposal.problems.push(Problem::DuplicatePath);
        }
    }
}
