//! The page as text.

use super::*;

fn drawn(dialog: &mut Dialog<u8>, width: u16, height: u16) -> Vec<String> {
    let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
    dialog.draw(buffer.area, &mut buffer, &Theme::plain());
    let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..height).map(row).collect()
}

fn lines(count: usize) -> Vec<Line> {
    (1..=count).map(|line| Line::of(&format!("line {line}"), Tone::Text)).collect()
}

#[track_caller]
fn check(dialog: &mut Dialog<u8>, width: u16, height: u16, expected: &[&str]) {
    assert_eq!(drawn(dialog, width, height), expected);
}

#[test]
fn a_short_page_takes_only_the_room_that_it_needs() {
    let rows = drawn(&mut Dialog::page("Cost", lines(2)), 60, 20);
    let framed = rows.iter().filter(|row| !row.is_empty()).count();
    assert_eq!(framed, 6, "{rows:#?}");
    assert!(rows[7].contains("┌ Cost ─") && rows[8].contains("line 1"), "{rows:#?}");
}

#[test]
fn a_question_stands_below_its_page_whatever_is_scrolled() {
    let mut dialog = Dialog::question("Undo", lines(30), "Sure?", 7);
    let rows = drawn(&mut dialog, 36, 5);
    assert!(rows[1].contains("line 1") && rows[2].contains("line 2"), "{rows:#?}");
    assert!(rows[3].contains("Sure?   Enter yes · Esc no"), "{rows:#?}");
    dialog.scroll(100);
    let rows = drawn(&mut dialog, 36, 5);
    assert!(rows[2].contains("line 30") && rows[3].contains("Sure?"), "{rows:#?}");
    assert_eq!(dialog.yes(), Some(7));
}

#[test]
fn the_keys_of_a_question_take_a_row_of_their_own_where_it_is_narrow() {
    let rows = drawn(&mut Dialog::question("Undo", lines(30), "Sure?", 7), 26, 6);
    assert!(rows[1].contains("line 1") && rows[2].contains("line 2"), "{rows:#?}");
    assert!(rows[3].contains("Sure?") && rows[4].contains("Enter yes · Esc no"), "{rows:#?}");
}

#[test]
fn scrolling_stops_at_both_ends() {
    let mut dialog = Dialog::page("Page", lines(9));
    drawn(&mut dialog, 20, 6);
    assert_eq!(dialog.rows(), 4);
    dialog.scroll(isize::MAX);
    assert!(drawn(&mut dialog, 20, 6)[4].contains("line 9"));
    dialog.scroll(isize::MIN);
    assert!(drawn(&mut dialog, 20, 6)[1].contains("line 1"));
    dialog.scroll(3);
    drawn(&mut dialog, 20, 11);
    assert!(drawn(&mut dialog, 20, 11)[1].contains("line 1"), "a taller screen shows it all");
    assert_eq!(dialog.yes(), None);
}

#[test]
fn it_fits_into_any_screen() {
    check(&mut Dialog::question("Undo", lines(3), "Sure?", 1), 1, 1, &["l"]);
    check(&mut Dialog::question("Undo", lines(3), "Sure?", 1), 6, 2, &["line 1", "Sure?"]);
    check(&mut Dialog::page("Undo", lines(0)), 3, 2, &["", ""]);
}
