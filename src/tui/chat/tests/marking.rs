//! Text marked with the mouse.

use super::*;

/// Marks from a row and column of the pane to another; the text that would be copied.
#[track_caller]
fn check(from: (usize, usize), to: (usize, usize), expected: &str) {
    let mut talk = Talk::new(24, 9);
    let operation = talk.ask("漢字 and text", false);
    talk.says(operation, "one 🎉 two\n\n- three");
    talk.show(24, 9);
    talk.chat.mark_from(from.0, from.1);
    talk.chat.mark_to(to.0, to.1);
    assert_eq!(talk.chat.marked_text().unwrap_or_default(), expected, "{:#?}", talk.shown());
}

#[test]
fn both_ends_are_marked_in_whichever_direction() {
    check((0, 8), (0, 10), "and");
    check((0, 10), (0, 8), "and");
    check((0, 8), (0, 8), "");
}

#[test]
fn a_wide_character_is_marked_by_either_half() {
    check((0, 3), (0, 4), "漢");
    check((0, 4), (0, 5), "漢字");
    check((2, 7), (2, 8), "🎉");
    check((2, 3), (2, 40), "one 🎉 two");
}

#[test]
fn several_entries_are_marked_with_the_empty_line_between_them() {
    check((0, 8), (2, 5), "and text\n\none");
    check((2, 10), (4, 4), "two\n\n•");
    check((1, 3), (1, 9), "");
}

#[test]
fn what_is_marked_stays_marked_when_older_turns_come() {
    let mut talk = Talk::new(24, 9);
    let operation = talk.ask("the question", false);
    talk.says(operation, "the answer");
    talk.show(24, 9);
    talk.chat.mark_from(0, 7);
    talk.chat.mark_to(2, 5);
    let older = [talk.turn("older", "older")];
    talk.chat.load_older(&older, false);
    talk.show(24, 9);
    assert_eq!(talk.chat.marked_text().as_deref(), Some("question\n\nthe"));
}

#[test]
fn a_pointer_below_the_text_marks_to_its_end() {
    check((0, 8), (8, 3), "and text\n\none 🎉 two\n\n• three");
}
