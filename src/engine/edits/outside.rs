//! The words around artifacts, and the fences around tags that are no words.

use std::mem;

use super::{fence::Fence, wanted};

/// Longer lines are no file names.
const LONGEST_NAME: usize = 300;

/// Commentary that is still to be handed out.
#[derive(Debug, Default)]
pub(super) struct Outside {
    ready: String,
    /// A fence line and the empty lines after it: dropped if an opening tag comes next.
    held: Option<(Fence, String)>,
    /// The fence that was dropped before a tag; its partner is dropped too.
    frame: Option<Fence>,
    /// Something has been said since the last artifact.
    pub(super) has_spoken: bool,
    /// The last line with text, which may name the file of a block below it.
    last_line: String,
    /// The line that has no end yet.
    line: String,
}

impl Outside {
    pub(super) fn say(&mut self, text: &str) {
        self.release_held();
        self.remember(text);
        self.has_spoken |= !text.trim().is_empty();
        self.ready.push_str(text);
    }

    /// Text comes in pieces: what has no line end yet goes on.
    fn remember(&mut self, text: &str) {
        for part in text.split_inclusive('\n') {
            let room = LONGEST_NAME.saturating_sub(self.line.len());
            self.line.push_str(&part[..part.floor_char_boundary(room)]);
            if part.ends_with('\n') {
                let line = mem::take(&mut self.line);
                if !line.trim().is_empty() {
                    self.last_line = line;
                }
            }
        }
    }

    /// The path that the last line with text names, if it is nothing but a path.
    pub(super) fn path_before(&self) -> Option<String> {
        wanted::path_in(&self.last_line)
    }

    /// Whether a fence line has just come that says it holds a diff.
    pub(super) fn holds_diff_fence(&self) -> bool {
        let info = self.held.as_ref().map(|(_, held)| held.trim().trim_start_matches(['`', '~']));
        info.is_some_and(|info| ["diff", "patch"].contains(&info.trim()))
    }

    /// A line that is no tag; `end` is its line end, empty at the end of the answer.
    pub(super) fn line(&mut self, line: &str, end: &str) {
        match (Fence::of(line), &mut self.held) {
            (Some(fence), _) => self.fence(fence, line, end),
            (None, Some((_, held))) if line.is_empty() => held.push_str(end),
            _ => {
                self.say(line);
                self.say(end);
            }
        }
    }

    fn fence(&mut self, fence: Fence, line: &str, end: &str) {
        self.release_held();
        match self.frame {
            Some(frame) if fence.closes(frame) => self.frame = None,
            _ => self.held = Some((fence, format!("{line}{end}"))),
        }
    }

    pub(super) fn release_held(&mut self) {
        if let Some((_, held)) = self.held.take() {
            self.has_spoken = true;
            self.ready.push_str(&held);
        }
    }

    /// An artifact begins here: a fence just before it is its frame.
    pub(super) fn leave(&mut self) {
        self.last_line.clear();
        if let Some((fence, _)) = self.held.take() {
            self.frame = Some(fence);
        }
        self.has_spoken = false;
    }

    pub(super) fn take_ready(&mut self) -> Option<String> {
        Some(mem::take(&mut self.ready)).filter(|text| !text.is_empty())
    }
}
