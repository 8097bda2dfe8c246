//! Search: where it goes, what it calls a match.

use super::*;

/// Three turns, shown three rows high.
fn talk() -> Talk {
    let mut talk = Talk::new(30, 3);
    let turns = [
        talk.turn("Where is the Key?", "a key is here, a key is there"),
        talk.turn("nothing", "nothing"),
        talk.turn("last", "a very long answer whose words are wrapped around"),
    ];
    talk.chat.load(&turns, false);
    talk.show(30, 3);
    talk
}

/// Looks for something and goes `steps` (`n`, `N`); tells the rows on which one stands, and the
/// place in them.
#[track_caller]
fn check(query: &str, steps: &str, expected: &str) {
    let mut talk = talk();
    talk.chat.look_for(query);
    for step in steps.chars() {
        talk.show(30, 3);
        talk.chat.find_next(step == 'n');
    }
    talk.show(30, 3);
    let find = talk.chat.find().unwrap().clone();
    let found = find.standing().map_or("missed".to_owned(), |(entry, line, byte)| {
        let gap = talk.chat.gap(entry);
        assert!(talk.shown().contains(&talk.line(entry, line + gap)), "{:?}", talk.shown());
        format!("{entry} {line} {byte}")
    });
    assert_eq!(found, expected, "{query:?} {steps:?}");
    assert_eq!(find.missed, found == "missed" && !query.is_empty());
}

#[test]
fn the_search_goes_upwards_from_the_screen_and_round_the_ends() {
    check("key", "", "1 0 17");
    check("key", "N", "1 0 2");
    check("key", "NN", "0 0 17");
    check("key", "NNN", "1 0 17");
    check("key", "n", "0 0 17");
    check("key", "nnn", "1 0 17");
    check("nothing", "", "3 0 0");
    check("nothing", "N", "2 0 4");
    check("last", "nn", "4 0 4");
}

#[test]
fn a_capital_makes_it_exact() {
    check("Key", "", "0 0 17");
    check("KEY", "", "missed");
    check("kEY", "", "missed");
}

#[test]
fn what_is_not_there_is_missed_and_nothing_is_not_looked_for() {
    check("absent", "", "missed");
    check("absent", "nN", "missed");
    check("", "", "missed");
}

#[test]
fn a_match_that_a_line_break_cuts_is_found_at_its_entry() {
    check("whose words", "", "5 0 0");
    check("whose words", "n", "5 0 0");
}

#[test]
fn older_turns_move_the_place_found_with_them() {
    let mut talk = talk();
    talk.chat.look_for("Key");
    let before = talk.chat.find().unwrap().standing().unwrap();
    let older = [talk.turn("older key", "older")];
    talk.chat.load_older(&older, false);
    assert_eq!(talk.chat.find().unwrap().standing(), Some((before.0 + 2, before.1, before.2)));
}
