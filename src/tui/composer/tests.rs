//! The box as one uses it: keys and pastes in, text, chips and the drawn screen out.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::*;
use crate::tui::theme::Theme;

fn composer(marked: &str) -> Composer {
    let mut composer = Composer::new();
    composer.set_text(&marked.replacen('|', "", 1));
    composer.document.set_caret(marked.find('|').unwrap_or(marked.len()));
    composer
}

fn shown(composer: &Composer) -> String {
    let mut text = composer.document.text().to_owned();
    text.insert(composer.document.caret(), '|');
    text
}

fn typed(composer: &mut Composer, text: &str) {
    for c in text.chars() {
        composer.edit(Edit::Char(c));
    }
}

fn check(before: &str, edits: &[Edit], after: &str) {
    let mut composer = composer(before);
    for edit in edits {
        composer.edit(*edit);
    }
    assert_eq!(shown(&composer), after, "{before:?} {edits:?}");
}

#[test]
fn edits_do_what_their_names_say() {
    use Edit::*;
    check("a|b", &[Char('x'), Newline, Char('y')], "ax\ny|b");
    check("ab|c", &[Backspace], "a|c");
    check("a|bc", &[Delete], "a|c");
    check("a\n|b", &[Backspace], "a|b");
    check("e\u{301}|x", &[Backspace], "|x");
    check("👩‍👩‍👧|", &[Left, Char('x')], "x|👩‍👩‍👧");
    check("one two| three", &[WordLeft], "one |two three");
    check("one |two, three", &[WordRight], "one two|, three");
    check("a\nb|c\nd", &[LineStart], "a\n|bc\nd");
    check("a\nb|c\nd", &[LineEnd], "a\nbc|\nd");
    check("a\nb|c\nd", &[TextStart], "|a\nbc\nd");
    check("a\nb|c\nd", &[TextEnd], "a\nbc\nd|");
    check("one two|", &[DeleteWordBack], "one |");
    check("|one two", &[DeleteWordForward], "| two");
    check("a\nbc|d", &[DeleteToLineStart], "a\n|d");
    check("a\n|d", &[DeleteToLineStart], "a|d");
    check("a|bc\nd", &[DeleteToLineEnd, Yank, Yank], "abcbc|\nd");
    check("one two|", &[DeleteWordBack, DeleteWordBack, Yank], "one two|");
    check("abc\nd|e", &[Up], "a|bc\nde");
    check("ab|c\nd\nefg", &[Down, Down], "abc\nd\nef|g");
}

#[test]
fn undo_goes_by_words_and_redo_comes_back() {
    let mut composer = Composer::new();
    typed(&mut composer, "one two");
    composer.edit(Edit::Undo);
    assert_eq!(shown(&composer), "one|");
    composer.edit(Edit::Undo);
    assert_eq!(shown(&composer), "|");
    composer.edit(Edit::Redo);
    composer.edit(Edit::Redo);
    assert_eq!(shown(&composer), "one two|");
    composer.clear();
    composer.edit(Edit::Undo);
    assert_eq!(composer.text(), "one two");
}

#[test]
fn a_big_paste_is_a_chip_that_is_sent_in_full() {
    let pasted = "line\r\n".repeat(120);
    let mut composer = composer("see |!");
    composer.paste(&pasted);
    assert_eq!(shown(&composer), "see [pasted 120 lines]|!");
    assert_eq!(composer.text(), format!("see {}!", "line\n".repeat(120)));
    composer.paste(&"other\n".repeat(120));
    assert_eq!(shown(&composer), "see [pasted 120 lines][pasted 120 lines #2]|!");
    composer.paste(&"x".repeat(1_001));
    assert!(shown(&composer).ends_with("[pasted 1001 characters]|!"));
}

#[test]
fn a_chip_is_one_thing_to_the_caret_and_to_deletion() {
    let mut composer = composer("a|b");
    composer.paste(&"line\n".repeat(9));
    composer.edit(Edit::Left);
    assert_eq!(shown(&composer), "a|[pasted 9 lines]b");
    composer.edit(Edit::Right);
    assert_eq!(shown(&composer), "a[pasted 9 lines]|b");
    composer.edit(Edit::WordLeft);
    assert_eq!(shown(&composer), "a|[pasted 9 lines]b");
    composer.edit(Edit::Delete);
    assert_eq!(shown(&composer), "a|b");
    composer.edit(Edit::Undo);
    composer.edit(Edit::LineEnd);
    composer.edit(Edit::Left);
    composer.edit(Edit::Backspace);
    assert_eq!(shown(&composer), "a|b");
    composer.edit(Edit::Undo);
    assert_eq!(composer.text(), format!("a{}b", "line\n".repeat(9)));
}

#[test]
fn a_megabyte_costs_a_label() {
    let mut composer = Composer::new();
    composer.paste(&"0123456789abcde\n".repeat(65_536));
    assert_eq!(composer.document.text(), "[pasted 65536 lines]");
    composer.set_text(&"long ".repeat(10_000));
    assert_eq!(composer.document.text(), "[pasted 50000 characters]");
    assert_eq!(composer.take().text.len(), 50_000);
    assert!(composer.is_empty());
}

#[test]
fn a_full_box_loses_nothing() {
    let most = "a b ".repeat(document::MOST / 4);
    let mut composer = composer(&most);
    typed(&mut composer, "xy");
    assert_eq!(shown(&composer), format!("[pasted {} characters]xy|", document::MOST));
    composer.set_text(&most);
    composer.edit(Edit::TextStart);
    composer.paste("small");
    typed(&mut composer, "z");
    assert_eq!(shown(&composer).len(), "[pasted 5 characters]z|[pasted 16384 characters]".len());
    assert_eq!(composer.text(), format!("smallz{most}"));
}

#[test]
fn what_is_sent_is_what_was_meant() {
    let mut composer = Composer::new();
    composer.paste("a\u{1b}[31m\u{202e}b");
    typed(&mut composer, " @src/a.rs ");
    composer.paste("/tmp/shot.png");
    let prompt = composer.take();
    assert_eq!(prompt.text, "a\u{1b}[31m\u{202e}b @src/a.rs @/tmp/shot.png ");
    assert_eq!(prompt.mentions, ["src/a.rs", "/tmp/shot.png"]);
}

#[test]
fn what_was_deleted_survives_sending_even_if_it_was_a_chip() {
    let mut composer = Composer::new();
    composer.paste(&"line\n".repeat(9));
    composer.edit(Edit::DeleteToLineStart);
    composer.take();
    composer.edit(Edit::Yank);
    assert_eq!(composer.document.text(), "[pasted 9 lines]");
    assert_eq!(composer.text(), "line\n".repeat(9));
}

#[test]
fn old_prompts_keep_the_draft() {
    let mut composer = composer("draft");
    composer.set_history(vec!["first".into(), "second".into()]);
    assert!(!composer.history_next());
    assert!(composer.history_previous());
    assert_eq!(shown(&composer), "second|");
    typed(&mut composer, "!");
    assert!(composer.history_previous());
    assert_eq!(shown(&composer), "first|");
    assert!(!composer.history_previous());
    assert!(composer.history_next());
    assert_eq!(shown(&composer), "second!|");
    assert!(composer.history_next());
    assert_eq!(shown(&composer), "draft|");
    assert!(!composer.history_next());
}

#[test]
fn up_on_the_first_row_and_down_on_the_last_are_left_to_others() {
    let mut composer = composer("one\ntw|o");
    assert!(composer.edit(Edit::Up));
    assert!(!composer.edit(Edit::Up));
    assert!(composer.edit(Edit::Down));
    assert!(!composer.edit(Edit::Down));
}

#[test]
fn completion_replaces_the_word_and_goes_on_behind_it() {
    let completed = |marked: &str, with: &str| {
        let mut composer = composer(marked);
        let trigger = composer.trigger().unwrap();
        composer.complete(&trigger, with);
        shown(&composer)
    };
    assert_eq!(completed("see @ma|", "@src/main.rs"), "see @src/main.rs |");
    assert_eq!(completed("see @ma| now", "@\"a b.rs\""), "see @\"a b.rs\" |now");
    assert_eq!(completed("/mo|", "/model"), "/model |");
    assert_eq!(completed("@漢|x", "@漢字"), "@漢字 |");
    assert_eq!(completed("@ma|:10-40 now", "@src/main.rs"), "@src/main.rs|:10-40 now");
}

/// The rows of the box, without blanks at their ends, and the caret.
fn drawn(composer: &mut Composer, width: u16, height: u16) -> (String, Position) {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    composer.draw(area, &mut buffer, &Theme::plain());
    let row = |y: u16| {
        let mut skipped = 0;
        let mut text = String::new();
        for x in 0..width {
            let symbol = buffer[(x, y)].symbol();
            if skipped == 0 {
                text.push_str(symbol);
                skipped = crate::tui::text::width(symbol);
            }
            skipped = skipped.saturating_sub(1);
        }
        text.trim_end().to_owned()
    };
    ((0..height).map(row).collect::<Vec<_>>().join("\n"), composer.cursor(area))
}

fn check_drawn(marked: &str, width: u16, expected: &str, caret: (u16, u16)) {
    let mut composer = composer(marked);
    let height = composer.height(width, 60);
    assert_eq!(
        drawn(&mut composer, width, height),
        (expected.to_owned(), caret.into()),
        "{marked:?} at {width}"
    );
}

#[test]
fn text_is_drawn_behind_a_sign_and_wraps() {
    check_drawn("", 40, "> ask, or /command, or @file", (2, 0));
    check_drawn("", 12, "> ask, or /…", (2, 0));
    check_drawn("hello|", 40, "> hello", (7, 0));
    check_drawn("one two three|", 11, "> one two\n  three", (7, 1));
    check_drawn("one |two three", 11, "> one two\n  three", (6, 0));
    check_drawn("a\n\n|b", 20, "> a\n\n  b", (2, 2));
    check_drawn("abcdefgh|", 7, "> abcd\n  efgh", (6, 1));
    check_drawn("漢字漢|字", 9, "> 漢字漢\n  字", (2, 1));
    check_drawn("漢|字", 20, "> 漢字", (4, 0));
    check_drawn("👩‍👩‍👧|x", 20, "> 👩‍👩‍👧x", (4, 0));
    check_drawn("e\u{301}|x", 20, "> e\u{301}x", (3, 0));
    check_drawn("a\tb|", 20, "> a   b", (7, 0));
}

#[test]
fn controls_are_shown_and_wrapped_by_what_is_shown() {
    check_drawn("a\u{1b}[31mb|", 20, "> a␛[31mb", (9, 0));
    check_drawn("a\u{202e}b|", 20, "> a⟨U+202E⟩b", (12, 0));
    check_drawn("ab\u{202e}cd\u{202e}|", 12, "> ab\n  ⟨U+202E⟩c\n  d⟨U+202E⟩", (11, 2));
}

#[test]
fn it_grows_to_a_third_of_the_screen_and_then_scrolls() {
    let mut composer = composer("1\n2\n3\n4\n5|");
    assert_eq!(composer.height(20, 9), 3);
    assert_eq!(drawn(&mut composer, 20, 3), ("> 3\n  4\n  5".into(), (3, 2).into()));
    composer.edit(Edit::Up);
    assert_eq!(drawn(&mut composer, 20, 3), ("> 3\n  4\n  5".into(), (3, 1).into()));
    composer.edit(Edit::TextStart);
    assert_eq!(drawn(&mut composer, 20, 3), ("> 1\n  2\n  3".into(), (2, 0).into()));
    assert_eq!(drawn(&mut composer, 20, 5).0, "> 1\n  2\n  3\n  4\n  5");
}

#[test]
fn rows_of_the_screen_are_what_up_and_down_count() {
    let mut composer = composer("one two three|");
    drawn(&mut composer, 11, 3);
    composer.edit(Edit::Up);
    assert_eq!(shown(&composer), "one t|wo three");
    composer.edit(Edit::Down);
    assert_eq!(shown(&composer), "one two three|");
}

#[test]
fn a_click_puts_the_caret_there() {
    let mut composer = composer("one 漢字\nthree|");
    drawn(&mut composer, 20, 2);
    assert!(composer.click(8, 0));
    assert_eq!(shown(&composer), "one 漢|字\nthree");
    assert!(composer.click(19, 1));
    assert_eq!(shown(&composer), "one 漢字\nthree|");
    assert!(!composer.click(3, 2));
}

fn any_edit() -> impl Strategy<Value = Edit> {
    use Edit::*;
    let moves = [Newline, Backspace, Delete, Left, Right, Up, Down, WordLeft, WordRight, LineStart, LineEnd];
    let others = [
        TextStart,
        TextEnd,
        DeleteWordBack,
        DeleteWordForward,
        DeleteToLineStart,
        DeleteToLineEnd,
        Undo,
        Redo,
        Yank,
    ];
    prop_oneof![
        proptest::sample::select([moves.as_slice(), &others].concat()),
        proptest::sample::select(vec!['a', ' ', '漢', '\u{200d}', '👩', '\u{301}', '\u{1b}', '@', '\t'])
            .prop_map(Char),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_edits_at_no_size_break_it(
        edits in proptest::collection::vec(any_edit(), 0..40),
        (width, height) in (0u16..14, 0u16..5),
        folded in any::<bool>(),
    ) {
        let mut composer = Composer::new();
        if folded {
            composer.paste(&"line\n".repeat(9));
        }
        for edit in edits {
            composer.edit(edit);
            let (text, caret) = (composer.document.text(), composer.document.caret());
            prop_assert!(composer.chips.around(text, caret).is_none(), "{}", shown(&composer));
            let (_, cursor) = drawn(&mut composer, width, height);
            prop_assert!(cursor.x <= width && cursor.y <= height);
        }
    }

    #[test]
    fn all_undone_is_nothing_and_all_redone_is_all(edits in proptest::collection::vec(any_edit(), 0..20)) {
        let mut composer = Composer::new();
        edits.iter().filter(|edit| !matches!(edit, Edit::Undo | Edit::Redo)).for_each(|edit| { composer.edit(*edit); });
        let text = composer.text();
        for _ in 0..40 {
            composer.edit(Edit::Undo);
        }
        prop_assert_eq!(composer.text(), "");
        for _ in 0..40 {
            composer.edit(Edit::Redo);
        }
        prop_assert_eq!(composer.text(), text);
    }
}
