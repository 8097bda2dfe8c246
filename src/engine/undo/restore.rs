//! Pure: what a file is once a written change is taken back. Edits that the user made elsewhere in the file
//! are kept; an edit of the same lines stands in the way.

use crate::{
    protocol::LineRange,
    store::{ChangedFile, FileState},
    workspace::merge::merge,
};

/// A file after something was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Restored {
    /// The file; `None` where there is none.
    pub(super) state: Option<FileState>,
    /// What stands in the way, as a sentence. Then `state` is without what stands in the way.
    pub(super) conflict: Option<String>,
}

/// Takes `change` out of the file as it is now.
pub(super) fn restore(now: Option<&FileState>, change: &ChangedFile) -> Restored {
    let bytes = |state: Option<&FileState>| state.map(|state| state.content.clone());
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    if bytes(now) == bytes(after) {
        return Restored { state: before.cloned(), conflict: None };
    }
    if bytes(now) == bytes(before) {
        return Restored { state: now.cloned(), conflict: None };
    }
    match (text(now), text(after), text(before)) {
        (Some(now_text), Some(after), Some(before)) => {
            let merged = merge(after, now_text, before);
            let lines: Vec<LineRange> = merged.conflicts.iter().map(|conflict| conflict.lines).collect();
            let mode = now.and_then(|state| state.mode);
            Restored {
                state: Some(FileState { content: merged.content.into_bytes(), mode }),
                conflict: (!lines.is_empty()).then(|| sentence(&change.path, &edited_at(&lines))),
            }
        }
        _ => Restored { state: before.cloned(), conflict: Some(sentence(&change.path, what(now, after))) },
    }
}

fn text(state: Option<&FileState>) -> Option<&str> {
    state.and_then(|state| std::str::from_utf8(&state.content).ok())
}

fn what(now: Option<&FileState>, after: Option<&FileState>) -> &'static str {
    match (now, after) {
        (None, _) => "has been deleted since",
        (_, None) => "has been made anew since",
        _ => "has been edited since",
    }
}

/// `has been edited since at lines 3-4 and line 9`.
fn edited_at(lines: &[LineRange]) -> String {
    let place = |range: &LineRange| match range.len {
        0 | 1 => format!("line {}", range.start),
        len => format!("lines {}-{}", range.start, range.start + len - 1),
    };
    format!("has been edited since at {}", lines.iter().map(place).collect::<Vec<_>>().join(" and "))
}

fn sentence(path: &str, what: &str) -> String {
    format!("{path} {what}; taking the change back would lose that, so it will be refused.")
}

#[cfg(test)]
mod tests;
