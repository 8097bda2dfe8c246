//! The artifact that is being read: its content so far, and how much of it may be shown.

use std::path::Path;

use super::{
    Form, Problem, Proposal,
    fence::{self, Fence},
    tag::{self, OpenTag},
};

/// An open artifact.
#[derive(Debug)]
pub(super) struct Draft {
    path: Option<String>,
    language: Option<String>,
    content: String,
    /// Opening tags inside the content whose end tags are still to come.
    depth: usize,
    problems: Vec<Problem>,
    /// The first line is a fence that may enclose everything.
    is_fenced: bool,
    /// Bytes of the content that were handed out or are never shown.
    shown: usize,
    /// Bytes of the content that cannot be part of the frame any more.
    ready: usize,
}

impl Draft {
    pub(super) fn new(tag: &OpenTag<'_>) -> Self {
        Self {
            path: tag.path.clone(),
            language: tag.language.clone(),
            content: String::new(),
            depth: 0,
            problems: Vec::new(),
            is_fenced: false,
            shown: 0,
            ready: 0,
        }
    }

    /// Text of a line that is neither tag nor fence.
    pub(super) fn add_text(&mut self, text: &str) {
        self.content.push_str(text);
        self.ready = self.content.len();
    }

    /// Whether `line` is the artifact's end tag; any other line is added.
    pub(super) fn is_ended_by(&mut self, line: &str) -> bool {
        if tag::is_end(line) {
            if self.depth == 0 {
                return true;
            }
            self.depth -= 1;
        } else if tag::opens_nested(line) {
            self.depth += 1;
            self.note(Problem::NestedTags);
        }
        self.add_line(line);
        false
    }

    pub(super) fn add_line(&mut self, line: &str) {
        let is_first = self.content.is_empty();
        self.content.push_str(line);
        self.content.push('\n');
        match Fence::of(line) {
            Some(_) if is_first && !self.is_markdown() => self.hide_first_line(),
            Some(fence) if self.is_fenced && fence.bare => {}
            _ => self.ready = self.content.len(),
        }
    }

    fn hide_first_line(&mut self) {
        self.is_fenced = true;
        self.shown = self.content.len();
        self.ready = self.content.len();
    }

    fn is_markdown(&self) -> bool {
        let extension = self.path.as_deref().and_then(|path| Path::new(path).extension()?.to_str());
        [self.language.as_deref(), extension]
            .into_iter()
            .flatten()
            .any(|name| MARKDOWN.contains(&name.to_ascii_lowercase().as_str()))
    }

    pub(super) fn note(&mut self, problem: Problem) {
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// The answer is over and the end tag has not come. An end tag within the last line is taken for
    /// it, but not beside nested tags: that line may end one of them.
    pub(super) fn end_with_answer(&mut self, cut: bool) {
        let before_end = tag::before_end_in_line(&self.content).map(str::len);
        match before_end {
            _ if cut => self.note(Problem::CutOff),
            Some(len) if !self.problems.contains(&Problem::NestedTags) => self.end_in_line(len),
            _ => self.note(Problem::MissingEndTag),
        }
    }

    fn end_in_line(&mut self, len: usize) {
        self.content.truncate(len);
        if !self.content.is_empty() && !self.content.ends_with('\n') {
            self.content.push('\n');
        }
        self.note(Problem::EndTagInLine);
    }

    /// Content to be shown now.
    pub(super) fn take_ready(&mut self) -> Option<String> {
        let text = self.content.get(self.shown..self.ready)?.to_owned();
        self.shown = self.ready;
        Some(text).filter(|text| !text.is_empty())
    }

    /// The rest to be shown, and the whole.
    pub(super) fn close(mut self) -> (Option<String>, Proposal) {
        let frame = if self.is_fenced { fence::inside_frame(&self.content) } else { None };
        self.ready = frame.as_ref().map_or(self.content.len(), |inside| inside.end);
        let rest = self.take_ready();
        match frame {
            Some(inside) => {
                self.content = self.content[inside].to_owned();
                self.note(Problem::FenceRemoved);
            }
            None if self.is_fenced => self.note(Problem::FenceKept),
            None => {}
        }
        (rest, self.into_proposal())
    }

    fn into_proposal(mut self) -> Proposal {
        if self.path.is_none() {
            self.note(Problem::NoPath);
        }
        if self.content.trim().is_empty() {
            self.note(Problem::Empty);
        }
        let Self { path, language, content, problems, .. } = self;
        Proposal { form: Form::File, path, language, content, problems }
    }
}

/// Languages and file name extensions of texts that may begin and end with a fence.
const MARKDOWN: [&str; 6] = ["markdown", "md", "mdx", "qmd", "rmd", "rmarkdown"];
