//! The streaming side: lines from chunks, and pieces from lines.

use std::{collections::HashMap, mem};

use super::{
    Parsed, Piece, Problem, Proposal,
    draft::Draft,
    outside::Outside,
    tag::{self, OpenTag},
};

/// What a line that matters begins with. A line is held back only while it may be one of these.
const MARKS: [&str; 4] = [tag::OPEN, tag::END, "```", "~~~"];

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
    draft: Option<Draft>,
    pieces: Vec<Piece>,
    proposals: Vec<Proposal>,
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
        if let Some(draft) = &mut self.draft {
            draft.end_with_answer(cut);
            self.close();
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
        if !may_be_markup(&self.line) {
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
        } else if let (true, Some(draft)) = (self.in_text, &mut self.draft) {
            draft.add_text("\n");
        }
    }

    fn text(&mut self, text: &str) {
        match &mut self.draft {
            Some(draft) => draft.add_text(text),
            None => self.outside.say(text),
        }
    }

    fn whole_line(&mut self, line: &str, end: &str) {
        match &mut self.draft {
            None => self.line_outside(line, end),
            Some(draft) => {
                if draft.is_ended_by(line) {
                    self.close();
                }
            }
        }
    }

    fn line_outside(&mut self, line: &str, end: &str) {
        if let Some(tag) = OpenTag::opening(line) {
            self.open(&tag);
        } else if !(tag::is_end(line) && self.is_repeated_end()) {
            self.outside.line(line, end);
        }
    }

    /// An end tag outside. Right after the artifact's own it is a slip; after more text it means that
    /// the artifact's own was perhaps content.
    fn is_repeated_end(&mut self) -> bool {
        self.outside.release_held();
        let Some(last) = self.proposals.last_mut() else {
            return false;
        };
        if self.outside.has_spoken && !last.problems.contains(&Problem::EndsEarly) {
            last.problems.push(Problem::EndsEarly);
        }
        !self.outside.has_spoken
    }

    fn open(&mut self, tag: &OpenTag<'_>) {
        self.outside.leave();
        self.show_ready();
        self.pieces.push(Piece::Opened { path: tag.path.clone(), language: tag.language.clone() });
        let draft = self.draft.insert(Draft::new(tag));
        if tag.ends_itself {
            return self.close();
        }
        let rest = tag.rest.trim_end();
        if let Some(text) = tag::before_end_in_line(rest) {
            if !text.is_empty() {
                draft.add_line(text);
            }
            draft.note(Problem::EndTagInLine);
            self.close();
        } else if !rest.is_empty() {
            draft.add_line(tag.rest);
        }
    }

    fn close(&mut self) {
        if let Some(draft) = self.draft.take() {
            let (rest, proposal) = draft.close();
            self.show_content(rest);
            self.pieces.push(Piece::Closed(self.proposals.len()));
            self.proposals.push(proposal);
        }
    }

    fn show_ready(&mut self) {
        if let Some(text) = self.outside.take_ready() {
            self.pieces.push(Piece::Commentary(text));
        }
        let content = self.draft.as_mut().and_then(Draft::take_ready);
        self.show_content(content);
    }

    fn show_content(&mut self, text: Option<String>) {
        self.pieces.extend(text.map(Piece::Content));
    }
}

fn may_be_markup(line: &str) -> bool {
    MARKS.iter().any(|mark| line.starts_with(mark) || mark.starts_with(line))
}

/// Of several complete proposals for one path the last one counts.
fn mark_replaced(proposals: &mut [Proposal]) {
    let mut last = HashMap::new();
    for (place, proposal) in proposals.iter().enumerate().filter(|(_, proposal)| proposal.is_complete()) {
        last.insert(proposal.path.clone(), place);
    }
    for (place, proposal) in proposals.iter_mut().enumerate() {
        let is_replaced = last.get(&proposal.path).is_some_and(|&last| place < last);
        if is_replaced && proposal.path.is_some() && proposal.is_complete() {
            proposal.problems.push(Problem::DuplicatePath);
        }
    }
}
