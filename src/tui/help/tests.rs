//! The help page and the footer as text.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use super::*;
use crate::config::Settings;

fn keymap() -> Keymap {
    Keymap::new(&Settings::defaults(Path::new("/state")).unwrap().keys).unwrap()
}

#[track_caller]
fn check_hints(context: Context, columns: usize, expected: &str) {
    assert_eq!(hints(&keymap(), context, columns, |_| true).text(), expected);
}

/// The page's lines, each without its trailing blanks.
fn shown(columns: usize, filter: &str) -> Vec<String> {
    page(&keymap(), columns, filter).iter().map(|line| line.text().trim_end().to_owned()).collect()
}

#[test]
fn the_footer_leaves_out_what_does_not_fit() {
    check_hints(
        Context::Composer,
        70,
        "^S write   Tab pane   ^T fold   ^P commands   Esc stop         F1 help",
    );
    check_hints(Context::Composer, 40, "^S write   Tab pane   ^T fold    F1 help");
    check_hints(Context::Artifacts, 40, "w write   x reject   u undo       ? help");
    check_hints(Context::Dialog, 30, "Enter yes   Esc no      ? help");
    check_hints(Context::Composer, 7, "F1 help");
    check_hints(Context::Composer, 3, "");
    check_hints(Context::Composer, 0, "");
}

#[test]
fn help_is_found_by_words() {
    assert_eq!(
        shown(60, "last write /"),
        ["Commands", "/undo               Undo the last write, after showing what…"]
    );
    assert_eq!(shown(60, "no such thing"), ["Nothing here is called that."]);
    let found = shown(60, "FOLD all");
    assert_eq!(found[..2], ["Chat", "F                   Fold or unfold all reasoning and tool o…"]);
}

#[test]
fn every_bound_action_and_every_command_is_on_the_page() {
    for columns in [80, 120] {
        let text = shown(columns, "").join("\n");
        for context in Context::ALL {
            assert!(text.contains(context.title()), "{columns}: {}", context.title());
        }
        for slash in Action::all().filter_map(Action::slash) {
            assert!(text.contains(slash), "{columns}: {slash}");
        }
    }
}

#[test]
fn a_wide_page_has_two_columns_of_like_height() {
    let (narrow, wide) = (shown(80, ""), shown(120, ""));
    assert!(wide.len() * 100 < narrow.len() * 65, "{} of {}", wide.len(), narrow.len());
    let starts_right = |line: &&String| line.chars().nth(62).is_some_and(|c| c != ' ');
    assert!(wide.iter().filter(starts_right).count() > 30);
}

#[test]
fn no_line_is_wider_than_the_screen() {
    for columns in [1, 10, 40, 80, 100, 120, 200] {
        let lines = page(&keymap(), columns, "");
        assert!(lines.iter().all(|line| line.width() <= columns), "{columns}");
    }
}
