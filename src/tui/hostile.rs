//! Hostile text from everywhere against the whole screen: whatever models, tools, files, git and the
//! user's own clipboard hold, the terminal gets nothing but what our own drawing says.
#![allow(clippy::unwrap_used)]

mod attacks;
mod origins;
mod stage;
mod storm;
mod wire;

use attacks::{Attack, attacks, classes};
use origins::{ORIGINS, Origin};
use stage::Stage;
use wire::Wire;

use crate::tui::outside;

/// Marks around an attack by which it is found on the screen.
const MARKS: [&str; 2] = ["q7", "q9"];

/// Plays an attack from one origin and looks at the bytes for the terminal. The attack must have been
/// shown in some form, else nothing was tried.
fn play(origin: &Origin, attack: &Attack) -> Result<(), String> {
    let (mut stage, mut wire) = (Stage::new(), Wire::new(100, 24));
    wire.draw(&mut stage.app)?;
    (origin.play)(&mut stage, &format!("{}{}{}", MARKS[0], attack.text, MARKS[1]));
    let shown = wire.draw(&mut stage.app)?;
    let is_told = origin.is_typed || !attack.text.starts_with('\x1b') || shown.contains(is_stand_in);
    match MARKS.iter().any(|mark| shown.contains(mark)) && is_told {
        true => Ok(()),
        false => Err(format!("is not on the screen:\n{shown}")),
    }
}

/// What stands for a control on the screen.
fn is_stand_in(c: char) -> bool {
    ('␀'..='␡').contains(&c) || c == '⟨'
}

/// The same on a small screen, all attacks at once.
fn play_small(origin: &Origin) -> Result<(), String> {
    let all: String = attacks().iter().map(|attack| attack.text.as_str()).collect();
    let (mut stage, mut wire) = (Stage::new(), Wire::new(44, 12));
    wire.draw(&mut stage.app)?;
    (origin.play)(&mut stage, &all);
    wire.draw(&mut stage.app).map(drop)
}

/// Plays every attack from every third origin, so that three tests run side by side.
fn check_every_third(first: usize) {
    let mut came_through = Vec::new();
    for origin in ORIGINS.iter().skip(first).step_by(3) {
        let tell = |class: &str, why: String| format!("{class} from {}: {why}", origin.name);
        for attack in classes() {
            came_through.extend(play(origin, &attack).err().map(|why| tell(attack.class, why)));
        }
        came_through.extend(play_small(origin).err().map(|why| tell("something", why)));
    }
    assert!(came_through.is_empty(), "{} came through:\n{}", came_through.len(), came_through.join("\n"));
}

#[test]
fn nothing_hostile_reaches_the_terminal() {
    check_every_third(0);
}

#[test]
fn nothing_hostile_reaches_the_terminal_from_elsewhere() {
    check_every_third(1);
}

#[test]
fn nothing_hostile_reaches_the_terminal_from_anywhere() {
    check_every_third(2);
}

#[test]
fn notifications_and_copies_are_single_sequences() {
    for attack in attacks() {
        let notification = outside::notification(&attack.text, &attack.text);
        let text = String::from_utf8(notification).unwrap();
        let said = text.strip_prefix("\x1b]9;").and_then(|rest| rest.strip_suffix("\x07\x07")).unwrap();
        let (first, second) = said.split_once("\x07\x1b]777;notify;").unwrap();
        for part in [first, second] {
            assert_eq!(wire::check(part.as_bytes(), (1, 1)), Ok(()), "{}", attack.class);
        }
        let copy = String::from_utf8(outside::copy_sequence(&attack.text).unwrap()).unwrap();
        let body = copy.strip_prefix("\x1b]52;c;").and_then(|rest| rest.strip_suffix('\x07')).unwrap();
        assert!(body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte)));
    }
}

#[test]
fn marks_do_not_heap_up_in_one_place() {
    let mut stage = Stage::new();
    stage.answer(&format!("a{} done", "\u{301}".repeat(2000)));
    let shown = Wire::new(120, 40).draw(&mut stage.app).unwrap();
    assert!(shown.contains("done"), "{shown}");
}
