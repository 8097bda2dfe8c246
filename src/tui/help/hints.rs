//! The footer: the few keys that matter most where one is, with the way to all others at its right.

use super::{Action, Context, Keymap, Line, Tone};
use crate::tui::ink::Ink;

/// Blanks between two hints.
const GAP: &str = "   ";

/// Actions by importance, and the one word that the footer has for each.
fn candidates(context: Context) -> &'static [(Action, &'static str)] {
    match context {
        Context::Composer | Context::Global => &[
            (Action::Write, "write"),
            (Action::NextPane, "pane"),
            (Action::ToggleSide, "fold"),
            (Action::Palette, "commands"),
            (Action::Stop, "stop"),
        ],
        Context::Chat => &[
            (Action::FocusComposer, "prompt"),
            (Action::Search, "search"),
            (Action::NextMessage, "next"),
            (Action::Fold, "unfold"),
            (Action::Copy, "copy"),
            (Action::CopyCodeBlock, "copy code"),
            (Action::NextPane, "pane"),
            (Action::Stop, "stop"),
        ],
        Context::Operations => &[
            (Action::FocusComposer, "prompt"),
            (Action::Retry, "retry"),
            (Action::NextPane, "pane"),
            (Action::Stop, "stop"),
        ],
        Context::Artifacts | Context::Diff => &[
            (Action::Write, "write"),
            (Action::Reject, "reject"),
            (Action::Undo, "undo"),
            (Action::ToggleHunk, "take or drop"),
            (Action::WriteAll, "write all"),
            (Action::EditArtifact, "edit"),
            (Action::SideBySide, "side by side"),
            (Action::Copy, "copy"),
            (Action::NextPane, "pane"),
        ],
        Context::Picker => {
            &[(Action::Accept, "take"), (Action::Cancel, "close"), (Action::SelectNext, "next")]
        }
        Context::Dialog => &[(Action::Accept, "yes"), (Action::Cancel, "no")],
    }
}

/// The footer's line while `context` has the focus: what does not fit is left out, the least
/// important first, help last of all. Actions that `helps` denies are of no use at the moment.
pub(crate) fn hints(
    keymap: &Keymap,
    context: Context,
    columns: usize,
    helps: impl Fn(Action) -> bool,
) -> Line {
    let help = hint(keymap, context, (Action::Help, "help")).unwrap_or_default();
    let help = if help.width() > columns { Line::default() } else { help };
    let room = columns.saturating_sub(if help.is_empty() { 0 } else { help.width() + GAP.len() });
    let mut line = Line::default();
    let useful = candidates(context).iter().filter(|(action, _)| helps(*action));
    for hint in useful.filter_map(|candidate| hint(keymap, context, *candidate)) {
        let gap = if line.is_empty() { "" } else { GAP };
        if line.width() + gap.len() + hint.width() > room {
            break;
        }
        line.push(gap, Ink::TEXT);
        line.append(&hint);
    }
    if !help.is_empty() {
        line.pad_to(columns - help.width(), Ink::TEXT);
        line.append(&help);
    }
    line
}

/// `^S write`; nothing for an action without a key.
fn hint(keymap: &Keymap, context: Context, (action, word): (Action, &str)) -> Option<Line> {
    let keys = keymap.chord_for(context, action)?;
    Some(Line::of(&keys, Tone::Accent).and(" ", Ink::TEXT).and(word, Tone::Muted))
}
