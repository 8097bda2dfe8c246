//! Text search over the project with ripgrep's engine: several threads, one sorted answer, bounded in
//! matches, bytes and time.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use grep_matcher::Matcher;
use grep_regex::{RegexMatcher, RegexMatcherBuilder};
use grep_searcher::{BinaryDetection, Searcher, SearcherBuilder, Sink, SinkContext, SinkMatch};

use super::{Halt, RelPath, Stopped, Workspace, dir::Kind, error::shown, list::LookError, read::cut};

/// Most matches of one search, whatever is asked.
pub const MAX_MATCHES: usize = 1000;

/// Most bytes of text in one answer.
pub const MAX_BYTES: usize = 64 * 1024;

const MAX_CONTEXT: usize = 10;

/// Most bytes of one line.
const MAX_LINE: usize = 400;

/// How much of a long line is shown before its match.
const LEAD_IN: usize = 80;

/// More threads only wait for the disk.
const MAX_THREADS: usize = 4;

/// What to search.
#[derive(Clone, Debug, Default)]
pub struct SearchRequest {
    /// A regular expression in Rust's syntax, or plain text.
    pub pattern: String,
    /// Whether `pattern` is plain text.
    pub is_literal: bool,
    /// Which letters are the same.
    pub case: Case,
    /// Where: a folder, or one file; `None` is the project root.
    pub folder: Option<RelPath>,
    /// Only in files that match one of these, as in [`super::list::ListRequest`].
    pub globs: Vec<String>,
    /// Lines shown before and after each match.
    pub context: usize,
    /// Most matching lines in the answer.
    pub max_matches: usize,
}

/// Whether `a` finds `A`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// Yes, unless the pattern has a capital letter.
    #[default]
    Smart,
    /// No.
    Sensitive,
    /// Yes.
    Insensitive,
}

/// What was found, by path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Files with at least one match.
    pub files: Vec<FileMatches>,
    /// Matching lines in `files`.
    pub total: usize,
    /// Whether there are more than were asked for or fit.
    pub is_cut: bool,
    /// Files not searched: too large, not readable, or no regular files.
    pub skipped: usize,
    /// Whether files were not even looked at.
    pub stopped: Option<Stopped>,
}

/// The found lines of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileMatches {
    /// From the project root.
    pub path: String,
    /// Matches and their context, top to bottom.
    pub lines: Vec<FoundLine>,
}

/// A line in an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundLine {
    /// From 1.
    pub number: u64,
    /// Without its end; cut when long.
    pub text: String,
    /// Whether it matches, or only stands near one that does.
    pub is_match: bool,
}

impl Workspace {
    /// Searches files, ignore rules respected; binary files have no matches.
    pub fn search(&self, request: &SearchRequest, halt: &Halt) -> Result<Matches, LookError> {
        let matcher = matcher(request)?;
        let (files, stopped) =
            self.candidates(request.folder.as_ref(), &request.globs, &[Kind::File], halt)?;
        let max = request.max_matches.clamp(1, MAX_MATCHES);
        let hunt = Hunt { workspace: self, request, matcher, files: &files, max, halt };
        let mut matches = hunt.run();
        matches.stopped = stopped.or(matches.stopped);
        Ok(matches)
    }
}

fn matcher(request: &SearchRequest) -> Result<RegexMatcher, LookError> {
    if request.pattern.is_empty() {
        return Err(LookError::Pattern("it is empty".to_owned()));
    }
    RegexMatcherBuilder::new()
        .fixed_strings(request.is_literal)
        .case_smart(request.case == Case::Smart)
        .case_insensitive(request.case == Case::Insensitive)
        .line_terminator(Some(b'\n'))
        .build(&request.pattern)
        .map_err(|error| LookError::Pattern(error.to_string()))
}

/// One search at work.
struct Hunt<'a> {
    workspace: &'a Workspace,
    request: &'a SearchRequest,
    matcher: RegexMatcher,
    files: &'a [PathBuf],
    max: usize,
    halt: &'a Halt,
}

/// What one thread found, by position in the list of files.
#[derive(Default)]
struct Catch {
    found: Vec<(usize, Vec<FoundLine>)>,
    skipped: usize,
    stopped: Option<Stopped>,
}

impl Hunt<'_> {
    /// Files are taken in order and searched to their end (or to `max` matches), so the first `max`
    /// matches are the same however the threads run.
    fn run(&self) -> Matches {
        let (next, total) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let catches = Mutex::new(Vec::new());
        let threads = thread::available_parallelism().map_or(1, |n| n.get()).min(MAX_THREADS);
        thread::scope(|scope| {
            for _ in 0..threads.min(self.files.len()) {
                scope.spawn(|| {
                    let catch = self.work(&next, &total);
                    catches.lock().unwrap_or_else(PoisonError::into_inner).push(catch);
                });
            }
        });
        self.gather(catches.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn work(&self, next: &AtomicUsize, total: &AtomicUsize) -> Catch {
        let mut catch = Catch::default();
        let mut searcher = searcher(self.request.context);
        // One match more than asked for tells that there are more.
        while total.load(Ordering::SeqCst) <= self.max {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(path) = self.files.get(index) else {
                break;
            };
            catch.stopped = self.halt.reached();
            if catch.stopped.is_some() {
                break;
            }
            match self.search_file(&mut searcher, path) {
                Ok(lines) => {
                    total.fetch_add(count(&lines), Ordering::SeqCst);
                    catch.found.push((index, lines));
                }
                Err(()) => catch.skipped += 1,
            }
        }
        catch
    }

    fn search_file(&self, searcher: &mut Searcher, path: &Path) -> Result<Vec<FoundLine>, ()> {
        let file: File = self.workspace.open_file(path).map_err(drop)?;
        let mut collect = Collect {
            matcher: &self.matcher,
            lines: Vec::new(),
            matches: 0,
            max: self.max + 1,
            halt: self.halt,
        };
        searcher.search_file(&self.matcher, &file, &mut collect).map_err(drop)?;
        Ok(collect.lines)
    }

    fn gather(&self, catches: Vec<Catch>) -> Matches {
        let mut matches = Matches::default();
        let mut found = Vec::new();
        for catch in catches {
            matches.skipped += catch.skipped;
            matches.stopped = matches.stopped.or(catch.stopped);
            found.extend(catch.found);
        }
        found.sort_by_key(|(index, _)| *index);
        let mut room = MAX_BYTES;
        for (index, lines) in found.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            if matches.is_cut {
                break;
            }
            let lines = self.fit(lines, &mut matches, &mut room);
            if !lines.is_empty() {
                matches.files.push(FileMatches { path: shown(&self.files[index]), lines });
            }
        }
        matches
    }

    /// The lines that still fit into the answer.
    fn fit(&self, lines: Vec<FoundLine>, matches: &mut Matches, room: &mut usize) -> Vec<FoundLine> {
        let mut kept = Vec::new();
        for line in lines {
            let is_over = line.is_match && matches.total == self.max;
            let Some(rest) = room.checked_sub(line.text.len() + 1).filter(|_| !is_over) else {
                matches.is_cut = true;
                break;
            };
            *room = rest;
            matches.total += usize::from(line.is_match);
            kept.push(line);
        }
        kept
    }
}

fn count(lines: &[FoundLine]) -> usize {
    lines.iter().filter(|line| line.is_match).count()
}

fn searcher(context: usize) -> Searcher {
    SearcherBuilder::new()
        .line_number(true)
        .before_context(context.min(MAX_CONTEXT))
        .after_context(context.min(MAX_CONTEXT))
        .binary_detection(BinaryDetection::quit(0))
        .build()
}

/// Takes the lines of one file.
struct Collect<'a> {
    matcher: &'a RegexMatcher,
    lines: Vec<FoundLine>,
    matches: usize,
    max: usize,
    halt: &'a Halt,
}

impl Collect<'_> {
    fn push(&mut self, number: Option<u64>, bytes: &[u8], is_match: bool) {
        let start = match is_match && bytes.len() > MAX_LINE {
            true => self.lead_in(bytes),
            false => 0,
        };
        let tail = String::from_utf8_lossy(&bytes[start..]);
        let mark = if start > 0 { "… " } else { "" };
        let text = format!("{mark}{}", cut(tail.trim_end_matches(['\n', '\r']), MAX_LINE));
        self.lines.push(FoundLine { number: number.unwrap_or_default(), text, is_match });
    }

    /// Where to begin in a long line so that the match is seen.
    fn lead_in(&self, bytes: &[u8]) -> usize {
        let found = self.matcher.find(bytes).ok().flatten();
        let start = found.map_or(0, |found| found.start());
        if start < MAX_LINE / 2 { 0 } else { start - LEAD_IN }
    }
}

impl Sink for Collect<'_> {
    type Error = io::Error;

    fn matched(&mut self, _: &Searcher, found: &SinkMatch<'_>) -> io::Result<bool> {
        self.push(found.line_number(), found.bytes(), true);
        self.matches += 1;
        Ok(self.matches < self.max && self.halt.reached().is_none())
    }

    fn context(&mut self, _: &Searcher, near: &SinkContext<'_>) -> io::Result<bool> {
        self.push(near.line_number(), near.bytes(), false);
        Ok(self.halt.reached().is_none())
    }
}
