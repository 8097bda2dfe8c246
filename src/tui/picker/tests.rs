//! The list as one uses it: keys in, ranking, selection and the drawn popup out.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::*;
use crate::tui::{
    ink::{Ground, Ink, Tone},
    text::Line,
    theme::Theme,
};

fn items(labels: &[&str]) -> Vec<Item<String>> {
    labels.iter().map(|label| Item::new(*label, (*label).to_owned())).collect()
}

fn files(labels: &[&str]) -> Picker<String> {
    Picker::new("Files", items(labels)).of_paths()
}

fn labels<T>(picker: &Picker<T>) -> Vec<&str> {
    picker.search.shown().iter().map(|hit| picker.items[hit.index as usize].label.as_str()).collect()
}

const PATHS: &[&str] = &[
    "README.md",
    "docs/authoring modules.md",
    "src/author/models.rs",
    "src/auth/mod.rs",
    "src/auth/refresh.rs",
    "src/main.rs",
    "tests/auth/mod.rs",
];

/// What a query finds first, and how many there are.
fn check(query: &str, expected: &str) {
    let mut picker = files(PATHS);
    picker.type_text(query);
    let found = picker.choose().cloned().unwrap_or("nothing".to_owned());
    assert_eq!(format!("{found} ({})", picker.search.shown().len()), expected, "{query:?}");
}

#[test]
fn the_best_match_comes_first() {
    check("", "README.md (7)");
    check("authmod", "src/auth/mod.rs (4)");
    check("mainrs", "src/main.rs (1)");
    check("refresh src", "src/auth/refresh.rs (1)");
    check("md$", "README.md (2)");
    check("^tests", "tests/auth/mod.rs (1)");
    check("mod !tests", "src/auth/mod.rs (3)");
    check("READ", "README.md (1)");
    check("zzz", "nothing (0)");
}

#[test]
fn an_item_is_found_by_words_that_are_not_shown() {
    let quit = Item::new("Quit", 'q').search("exit leave");
    let mut picker = Picker::new("Commands", vec![Item::new("Exhibit it", 'e'), quit]);
    picker.type_text("leave");
    assert_eq!(picker.choose(), Some(&'q'));
}

#[test]
fn results_do_not_depend_on_how_the_work_is_cut() {
    let paths: Vec<String> = (0..500).map(|n| format!("src/{}/file{n}.rs", n % 7)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let whole = {
        let mut picker = files(&paths);
        picker.set_query("src3".into());
        picker.set_query("src3f1".into());
        labels(&picker).join(" ")
    };
    let mut picker = Picker::new("Files", Vec::new()).of_paths();
    picker.search.set_query("s".into());
    for chunk in paths.chunks(90) {
        picker.items.extend(items(chunk));
        picker.search.advance(&picker.items, 7);
    }
    picker.search.set_query("src3".into());
    picker.search.advance(&picker.items, 13);
    picker.search.set_query("src3f1".into());
    while picker.update(11) {}
    assert_eq!(labels(&picker).join(" "), whole);
}

#[test]
fn a_longer_query_looks_only_at_what_matched() {
    let mut picker = files(PATHS);
    picker.set_query("auth".into());
    picker.set_query("authr".into());
    assert_eq!(picker.search.candidates_left(), (5, 0));
    picker.set_query("auth".into());
    assert_eq!(picker.search.candidates_left(), (0, 7));
}

#[test]
fn old_results_stay_until_the_new_ones_are_complete() {
    let mut picker = files(PATHS);
    picker.search.set_query("refresh".into());
    assert!(picker.update(3));
    assert_eq!(picker.search.shown().len(), PATHS.len());
    assert!(!picker.update(100));
    assert_eq!(labels(&picker), ["src/auth/refresh.rs"]);
}

#[test]
fn choosing_waits_for_what_was_typed() {
    let many: Vec<String> = (0..9_000).map(|n| format!("file{n}")).chain(["needle".to_owned()]).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let mut picker = files(&many);
    picker.type_text("needle");
    assert_eq!(picker.choose().map(String::as_str), Some("needle"));
}

#[test]
fn what_one_moved_to_stays_selected_while_items_come_in() {
    let mut picker = files(&["b/mod.rs", "c/mod.rs"]);
    picker.type_text("mod");
    picker.move_by(1);
    picker.set_items(items(&["b/mod.rs", "c/mod.rs", "mod.rs", "a/mod"]));
    assert_eq!(picker.selected().map(String::as_str), Some("c/mod.rs"));
    picker.set_items(items(&["x/mod.rs", "c/mod.rs", "mod.rs"]));
    assert_eq!(picker.selected().map(String::as_str), Some("c/mod.rs"));
    picker.set_items(items(&["mod.rs"]));
    assert_eq!(picker.selected().map(String::as_str), Some("mod.rs"));
}

#[test]
fn who_has_not_moved_gets_the_best_result() {
    let mut picker = files(&["some/model.rs"]);
    picker.type_text("mod");
    picker.set_items(items(&["some/model.rs", "mod.rs"]));
    assert_eq!(picker.selected().map(String::as_str), Some("mod.rs"));
}

#[test]
fn moving_stops_at_both_ends() {
    let mut picker = files(&["a", "b", "c"]);
    picker.move_by(-1);
    assert_eq!(picker.selected().map(String::as_str), Some("a"));
    picker.move_by(9);
    assert_eq!(picker.selected().map(String::as_str), Some("c"));
    picker.first();
    picker.last();
    assert_eq!(picker.selected().map(String::as_str), Some("c"));
}

#[test]
fn the_query_is_edited_at_its_end() {
    let mut picker = files(&[]);
    let mut check = |edit: fn(&mut Picker<String>), expected: &str| {
        edit(&mut picker);
        assert_eq!(picker.query(), expected);
    };
    check(|picker| picker.type_text("one two\n漢e\u{301}"), "one two 漢e\u{301}");
    check(Picker::backspace, "one two 漢");
    check(Picker::delete_word, "one two ");
    check(Picker::delete_word, "one ");
    check(|picker| picker.type_char('x'), "one x");
    check(Picker::clear, "");
    check(Picker::backspace, "");
}

fn drawn<T>(picker: &mut Picker<T>, width: u16, height: u16, preview: &[Line]) -> Buffer {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    picker.draw(area, &mut buffer, &Theme::plain(), preview);
    buffer
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row =
        |y: u16| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..area.height).map(row).collect()
}

#[test]
fn lines_behind_a_path_are_not_looked_for() {
    check("main:10-40", "src/main.rs (1)");
    check("main:10:5", "src/main.rs (1)");
    check("main:", "src/main.rs (1)");
    check("main:x", "nothing (0)");
    let mut symbols = files(&["Cart.total", "a:1"]);
    symbols.type_text("Cart::t");
    assert_eq!(labels(&symbols), ["Cart.total"]);
    let mut commands = Picker::new("Commands", items(&["a:1"]));
    commands.type_text("a:1");
    assert_eq!(labels(&commands), ["a:1"]);
}

#[test]
fn some_items_wait_for_letters() {
    let mut all = items(&["src/main.rs"]);
    all.push(Item::new("remain", "remain".to_owned()).after(2));
    let mut picker = Picker::new("Files", all).of_paths();
    for (typed, expected, count) in
        [("", "src/main.rs", "1 of 1"), ("m", "src/main.rs", "1 of 1"), ("a", "remain|src/main.rs", "2 of 2")]
    {
        picker.type_text(typed);
        let mut found = labels(&picker);
        found.sort_unstable();
        assert_eq!(found.join("|"), expected, "{typed}");
        assert!(rows(&drawn(&mut picker, 40, 7, &[]))[1].contains(count), "{typed}");
    }
    picker.backspace();
    assert_eq!(labels(&picker), ["src/main.rs"]);
}

#[test]
fn it_is_drawn_in_a_frame_with_its_count() {
    let mut picker = files(PATHS);
    picker.type_text("auth");
    assert_eq!(
        rows(&drawn(&mut picker, 40, 7, &[])),
        [
            "┌ Files ───────────────────────────────┐",
            "│ / auth                        5 of 7 │",
            "│ ▸ src/auth/mod.rs                    │",
            "│   tests/auth/mod.rs                  │",
            "│   src/auth/refresh.rs                │",
            "│   src/author/models.rs               │",
            "└──────────────────────────────────────┘",
        ]
    );
    assert_eq!(picker.cursor(Rect::new(0, 0, 40, 7)), Position { x: 8, y: 1 });
}

#[test]
fn matched_letters_are_emphasised() {
    let mut picker = files(&["漢/ab.rs"]);
    picker.type_text("ab");
    let buffer = drawn(&mut picker, 40, 7, &[]);
    let bold = Theme::plain().style(Ink::TEXT.bold()).add_modifier;
    let emphasised: String = (0..40)
        .filter(|x| buffer[(*x, 2)].modifier.contains(bold))
        .map(|x| buffer[(x, 2)].symbol())
        .collect();
    assert_eq!(emphasised, "ab");
}

#[test]
fn details_stand_at_the_right_and_long_paths_lose_their_start() {
    let item = |label: &str, detail: &str| Item::new(label, ()).detail(detail);
    let mut picker = Picker::new(
        "Files",
        vec![item("src/a.rs", "2 h ago"), item("a/very/long/path/that/ends/in/main.rs", "yesterday")],
    )
    .of_paths();
    let rows = rows(&drawn(&mut picker, 34, 6, &[]));
    assert_eq!(rows[2], "│ ▸ src/a.rs             2 h ago │");
    assert_eq!(rows[3], "│   …/ends/in/main.rs  yesterday │");
}

#[test]
fn long_titles_lose_their_end_and_details_that_would_say_nothing_go() {
    let item = |label: &str| Item::new(label, ()).detail("12 messages · 2027-01-15");
    let mut picker = Picker::new("Talks", vec![item("why does the build fail on the old compiler?")]);
    assert_eq!(rows(&drawn(&mut picker, 40, 6, &[]))[2], "│ ▸ why does the build fail on the ol… │");
    assert_eq!(
        rows(&drawn(&mut picker, 60, 6, &[]))[2],
        "│ ▸ why does the build fail on the ol…  12 messages · 202… │"
    );
}

#[test]
fn a_preview_stands_beside_the_list_where_there_is_room() {
    let preview = [Line::of("fn main() {}", Ink::TEXT)];
    let row = |width: u16| rows(&drawn(&mut files(PATHS), width, 7, &preview))[2].clone();
    assert!(row(100).contains("README.md") && row(100).contains("│ fn main() {}"));
    assert!(!row(70).contains("fn main"));
}

#[test]
fn an_empty_list_says_why() {
    let mut picker = files(&[]).when_empty("No files were found.");
    assert!(rows(&drawn(&mut picker, 40, 7, &[]))[2].contains("No files were found."));
    let mut picker = files(PATHS);
    picker.type_text("zz\u{1b}");
    assert!(rows(&drawn(&mut picker, 40, 7, &[]))[2].contains("Nothing matches “zz␛”."));
}

#[test]
fn names_cannot_steer_the_terminal() {
    let mut picker = files(&["a\u{1b}[31m\u{202e}b\nc"]);
    let row = rows(&drawn(&mut picker, 40, 7, &[]))[2].clone();
    assert_eq!(row, "│ ▸ a␛[31m⟨U+202E⟩b c                  │");
}

#[test]
fn a_click_selects_a_row() {
    let mut picker = files(PATHS);
    drawn(&mut picker, 40, 7, &[]);
    assert!(picker.click(5, 3));
    assert_eq!(picker.selected().map(String::as_str), Some(PATHS[1]));
    assert!(!picker.click(5, 1));
}

#[test]
fn popups_stand_in_the_middle_and_fill_a_narrow_screen() {
    assert_eq!(popup(Rect::new(0, 0, 100, 40), 80, 50), Rect::new(10, 10, 80, 20));
    assert_eq!(popup(Rect::new(0, 0, 59, 10), 80, 50), Rect::new(0, 0, 59, 10));
    assert_eq!(popup(Rect::new(0, 0, 100, 3), 10, 10), Rect::new(44, 0, 12, 3));
}

#[test]
fn a_wide_character_under_the_edge_does_not_swallow_the_frame() {
    let screen = Rect::new(0, 0, 60, 10);
    let mut buffer = Buffer::empty(screen);
    Line::of("漢字漢字", Ink::TEXT).draw(screen, &mut buffer, &Theme::plain(), Ground::Screen);
    files(PATHS).draw(Rect::new(3, 0, 40, 8), &mut buffer, &Theme::plain(), &[]);
    assert_eq!((buffer[(2, 0)].symbol(), buffer[(3, 0)].symbol()), (" ", "┌"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_query_at_no_size_breaks_it(
        names in proptest::collection::vec("[a-c/漢é\u{301}\u{1b}\t👩\u{200d} ]{0,12}", 0..12),
        keys in proptest::collection::vec("[a-c/漢É\u{301}\u{1b}!$^' \\\\]{0,3}", 0..5),
        (width, height) in (0u16..110, 0u16..12),
        rows in -3isize..9,
        budget in 1usize..20,
    ) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut picker = Picker::new("T\u{1b}", items(&names)).of_paths();
        let area = Rect::new(0, 0, width, height);
        for key in keys {
            picker.type_text(&key);
            picker.update(budget);
            picker.move_by(rows);
            drawn(&mut picker, width, height, &[Line::of("preview", Tone::Text)]);
            let cursor = picker.cursor(area);
            prop_assert!(cursor.x <= width && cursor.y <= height);
            picker.move_pages(rows);
        }
        let query = picker.query().to_owned();
        let narrowed = { picker.choose(); labels(&picker).join("|") };
        let mut fresh = Picker::new("T", items(&names)).of_paths();
        fresh.set_query(query);
        fresh.choose();
        prop_assert_eq!(narrowed, labels(&fresh).join("|"));
    }
}
