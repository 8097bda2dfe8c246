//! Vim keys by table: a text with `|` for the caret, keys, and the text with the caret afterwards.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use crate::tui::composer::{Composer, Edit, Mode};

/// A composer in normal mode whose caret stands where `|` is.
fn normal(marked: &str) -> Composer {
    let mut composer = Composer::new();
    composer.set_text(&marked.replacen('|', "", 1));
    composer.set_vim(true);
    composer.escape();
    composer.document.set_caret(marked.find('|').unwrap());
    composer
}

/// Plain keys, and `<Esc>`, `<CR>`, `<BS>`, `<C-r>`.
fn press(composer: &mut Composer, keys: &str) {
    let named = [("<Esc>", '\x1b'), ("<CR>", '\r'), ("<BS>", '\x08'), ("<C-r>", '\x12')];
    let keys = named.iter().fold(keys.to_owned(), |keys, (name, key)| keys.replace(name, &key.to_string()));
    for key in keys.chars() {
        match key {
            '\x1b' => composer.escape(),
            '\x08' => composer.edit(Edit::Backspace),
            '\x12' => composer.edit(Edit::Redo),
            key => composer.edit(Edit::Char(key)),
        };
    }
}

fn shown(composer: &Composer) -> String {
    let mut text = composer.document.text().to_owned();
    text.insert(composer.document.caret(), '|');
    text
}

fn check(before: &str, keys: &str, after: &str) {
    let mut composer = normal(before);
    press(&mut composer, keys);
    assert_eq!(shown(&composer), after, "{before:?} {keys}");
}

#[test]
fn motions() {
    check("|abc", "l", "a|bc");
    check("|abc", "9l", "ab|c");
    check("ab|c", "h", "a|bc");
    check("ab\n|cd", "h", "ab\n|cd");
    check("a|bc\nde\nf", "j", "abc\nd|e\nf");
    check("ab|c\nd", "j", "abc\n|d");
    check("abc\nd|e", "k", "a|bc\nde");
    check("|one two, three", "w", "one |two, three");
    check("|one two, three", "2w", "one two|, three");
    check("|one two, three", "2W", "one two, |three");
    check("one|\n\ntwo", "w", "one\n|\ntwo");
    check("one two|, three", "b", "one |two, three");
    check("one two, |three", "B", "one |two, three");
    check("|one two", "e", "on|e two");
    check("on|e two", "e", "one tw|o");
    check("one tw|o", "e", "one tw|o");
    check("|a.b c", "E", "a.|b c");
    check("  a|b", "0", "|  ab");
    check("  a|b", "^", "  |ab");
    check("|  ab\ncd", "$", "  a|b\ncd");
    check("a\nb\n  |c", "gg", "|a\nb\n  c");
    check("|a\nb\n  c", "G", "a\nb\n  |c");
    check("|a\nb\nc", "2G", "a\n|b\nc");
    check("|a 漢字 b", "w", "a |漢字 b");
    check("|👩‍👩‍👧x", "l", "👩‍👩‍👧|x");
}

#[test]
fn finding_a_character() {
    check("|one two", "ft", "one |two");
    check("|one two", "tt", "one| two");
    check("one tw|o", "Fo", "|one two");
    check("one tw|o", "To", "o|ne two");
    check("|a.b.c.d", "f.;", "a.b|.c.d");
    check("|a.b.c.d", "f.;,", "a|.b.c.d");
    check("|a.b.c.d", "t.;", "a.|b.c.d");
    check("|a.b.c.d", "2f.", "a.b|.c.d");
    check("|abc", "fz", "|abc");
    check("|abc", "dfz", "|abc");
}

#[test]
fn typing_begins_where_it_was_asked_to() {
    check("a|b", "ix<Esc>", "a|xb");
    check("a|b", "ax<Esc>", "ab|x");
    check("  a|b", "Ix<Esc>", "  |xab");
    check("|ab", "Ax<Esc>", "ab|x");
    check("a|b\nc", "ox<Esc>", "ab\n|x\nc");
    check("a\n|b", "Ox<Esc>", "a\n|x\nb");
    check("|", "ix<CR>y<Esc>", "x\n|y");
}

#[test]
fn deleting_and_changing() {
    check("a|bc", "x", "a|c");
    check("ab|c", "x", "a|b");
    check("|abc", "2x", "|c");
    check("ab|c", "X", "a|c");
    check("ab|cd ef", "D", "a|b");
    check("ab|cd ef", "Cx<Esc>", "ab|x");
    check("|abc", "sx<Esc>", "|xbc");
    check("a\nb|b\nc", "dd", "a\n|c");
    check("a\nb\n|c", "dd", "a\n|b");
    check("|a\nb\nc", "2dd", "|c");
    check("|a\nb\nc", "dj", "|c");
    check("|only", "dd", "|");
    check("a\n  |bb\nc", "ccx<Esc>", "a\n|x\nc");
    check("|one two", "dw", "|two");
    check("one |two\nthree", "dw", "one| \nthree");
    check("|one two", "cwx<Esc>", "|x two");
    check("|one two three", "d2w", "|three");
    check("one tw|o", "db", "one |o");
    check("|one two", "de", "| two");
    check("one t|wo three", "diw", "one | three");
    check("one t|wo three", "daw", "one |three");
    check("one t|wo", "daw", "on|e");
    check("one t|wo three", "ciwx<Esc>", "one |x three");
    check("|one two", "dtw", "|wo");
    check("|one two", "dft", "|wo");
    check("one |two", "d0", "|two");
    check("a\n|b\nc", "dgg", "|c");
    check("a\n|b\nc", "dG", "|a");
    check("|👩‍👩‍👧x", "x", "|x");
}

#[test]
fn putting_what_was_deleted_or_yanked() {
    check("|ab", "xp", "b|a");
    check("|one two", "dwP", "one| two");
    check("|one two", "yw$p", "one twoone| ");
    check("|a\nb", "yyp", "a\n|a\nb");
    check("|a\nb", "yyP", "|a\na\nb");
    check("|a\nb", "ddp", "b\n|a");
    check("|ab", "yl3p", "aaa|ab");
    check("|abc", "p", "|abc");
}

#[test]
fn small_changes() {
    check("|abc", "rx", "|xbc");
    check("|abc", "2rx", "x|xc");
    check("|abc", "9rx", "|abc");
    check("|aBc", "~", "A|Bc");
    check("|aBc", "3~", "Ab|C");
    check("o|ne\n  two", "J", "one| two");
    check("|a\nb\nc", "3J", "a b| c");
    check("|alone", "J", "|alone");
}

#[test]
fn undo_takes_whole_commands_back() {
    check("|one two", "dwu", "|one two");
    check("|one two", "cwabc def<Esc>u", "|one two");
    check("|one two", "cwabc<Esc>u<C-r>", "abc| two");
    check("|abc", "xxx3u", "|abc");
    check("|ab", "ix y z<Esc>u", "|ab");
}

#[test]
fn repeating_the_last_change() {
    check("|a b c d", "dw.", "|c d");
    check("|abcdef", "2x.", "|ef");
    check("|a b c", "cwx<Esc>w.", "x |x c");
    check("|a\nb", "Ax<Esc>j.", "ax\nb|x");
    check("|a", "oxyz<BS><Esc>.", "a\nxy\nx|y");
    check("|abcdef", "x3.", "|ef");
}

#[test]
fn unfinished_and_unknown_keys_do_nothing() {
    check("|abc", "d<Esc>x", "|bc");
    check("|abc", "dqx", "|bc");
    check("|abc", "gzx", "|bc");
    check("|abc", "2", "|abc");
}

#[test]
fn escape_is_left_to_others_when_there_is_nothing_to_leave() {
    let mut composer = Composer::new();
    assert!(!composer.escape());
    composer.set_vim(true);
    assert_eq!(composer.mode(), Some(Mode::Insert));
    assert!(composer.escape());
    assert_eq!(composer.mode().map(Mode::name), Some("NORMAL"));
    assert!(!composer.escape());
    composer.edit(Edit::Char('d'));
    assert!(composer.escape());
}

proptest! {
    #[test]
    fn any_keys_leave_the_caret_on_a_character(text in "[ab .\n漢👩\u{200d}é]{0,20}", keys in "[hjklwbe0^$gGiaIAoOxXDCdcypPuJr~.fFtT;,12\u{1b}z漢]{0,24}") {
        let mut composer = normal(&format!("|{text}"));
        for key in keys.chars() {
            match key {
                '\u{1b}' => { composer.escape(); }
                key => { composer.edit(Edit::Char(key)); }
            }
            let caret = composer.document.caret();
            prop_assert!(composer.document.text().is_char_boundary(caret));
        }
    }
}
