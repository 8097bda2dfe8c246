//! Pure: what a file is once a written change is taken back. Edits that the user made elsewhere in the file
//! are kept; an edit of the same lines stands in the way.

use crate::{
    protocol::{Content, LineRange},
    store::{Contents, KeptFile, KeptState},
    workspace::merge::merge,
};

/// A file after something was taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Restored {
    /// The file; `None` where there is none.
    pub(super) state: Option<KeptState>,
    /// What stands in the way, as a sentence. Then `state` is without what stands in the way.
    pub(super) conflict: Option<String>,
}

/// The hashes of the contents without which [`restore`] cannot take `steps` out of a file, and of the outcome as
/// far as it is known.
pub(super) fn needed(now: Option<&KeptState>, steps: &[&KeptFile]) -> Vec<String> {
    let mut all: Vec<&KeptState> = now.into_iter().collect();
    let mut state = now;
    for (index, step) in steps.iter().enumerate() {
        match untouched(state, step) {
            Some(next) => state = next,
            None => {
                let sides = steps[index..].iter().flat_map(|step| [&step.before, &step.after]);
                all.extend(sides.flatten());
                break;
            }
        }
    }
    all.into_iter().chain(state).map(|state| state.hash.clone()).collect()
}

/// Takes `change` out of the file as it is now. What a merge makes joins `contents`.
pub(super) fn restore(now: Option<KeptState>, change: &KeptFile, contents: &mut Contents) -> Restored {
    if let Some(state) = untouched(now.as_ref(), change) {
        return Restored { state: state.cloned(), conflict: None };
    }
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    let text = |state: Option<&KeptState>| text(state, contents);
    match (text(now.as_ref()), text(after), text(before)) {
        (Some(now_text), Some(after), Some(before)) => {
            let merged = merge(after, now_text, before);
            let lines: Vec<LineRange> = merged.conflicts.iter().map(|conflict| conflict.lines).collect();
            let content = Content::from(merged.content);
            let hash = content.hash().to_owned();
            contents.insert(hash.clone(), content);
            Restored {
                state: Some(KeptState { hash, mode: now.and_then(|state| state.mode) }),
                conflict: (!lines.is_empty()).then(|| sentence(&change.path, &edited_at(&lines))),
            }
        }
        _ => Restored {
            state: before.cloned(),
            conflict: Some(sentence(&change.path, what(now.as_ref(), after))),
        },
    }
}

/// The file without the change where nobody has touched it since, or has taken the change out already: that
/// is told by hashes alone.
fn untouched<'a>(now: Option<&'a KeptState>, change: &'a KeptFile) -> Option<Option<&'a KeptState>> {
    let hash = |state: Option<&'a KeptState>| state.map(|state| state.hash.as_str());
    let (before, after) = (change.before.as_ref(), change.after.as_ref());
    match hash(now) {
        now if now == hash(after) => Some(before),
        same if same == hash(before) => Some(now),
        _ => None,
    }
}

fn text<'a>(state: Option<&KeptState>, contents: &'a Contents) -> Option<&'a str> {
    std::str::from_utf8(contents.get(&state?.hash)?).ok()
}

fn what(now: Option<&KeptState>, after: Option<&KeptState>) -> &'static str {
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
