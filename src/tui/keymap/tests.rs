//! Keys pressed and settings written, as text.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use crossterm::event::{KeyCode, KeyEventKind, KeyModifiers};
use proptest::prelude::*;

use super::*;
use crate::config::{Origin, Settings};

fn default_settings() -> Vec<KeySetting> {
    Settings::defaults(Path::new("/state")).unwrap().keys
}

/// The default keys with `CONTEXT ACTION = KEYS, KEYS` lines of the user over them.
fn keymap(own: &str) -> Result<Keymap, ConfigError> {
    let mut settings = default_settings();
    for (at, line) in own.lines().enumerate() {
        let (place, chords) = line.split_once(" =").unwrap();
        let (context, action) = place.split_once(' ').unwrap();
        settings.retain(|setting| (setting.context.as_str(), setting.action.as_str()) != (context, action));
        settings.push(KeySetting {
            context: context.to_owned(),
            action: action.to_owned(),
            chords: chords
                .split(',')
                .map(|chord| chord.trim().to_owned())
                .filter(|c| !c.is_empty())
                .collect(),
            origin: Origin::File { path: "config.toml".into(), line: at + 1 },
        });
    }
    Keymap::new(&settings)
}

fn event(chord: &str) -> KeyEvent {
    let chord: Chord = chord.parse().unwrap();
    let (code, modifiers) = chord.parts();
    KeyEvent::new(code, modifiers)
}

/// What pressing `keys` one after the other comes to, last; `contexts` innermost first.
fn press(keymap: &Keymap, contexts: &str, keys: &str) -> String {
    let find = |name: &str| Context::ALL.into_iter().find(|context| context.name() == name).unwrap();
    let contexts: Vec<Context> = contexts.split(' ').map(find).collect();
    let mut pending = None;
    let resolved = keys.split(' ').map(|key| keymap.resolve(&contexts, &mut pending, event(key)));
    match resolved.last().unwrap() {
        Resolved::Action(action) => action.name().to_owned(),
        Resolved::Pending => "pending".to_owned(),
        Resolved::Unbound(_) => "unbound".to_owned(),
        Resolved::Ignored => "ignored".to_owned(),
    }
}

#[track_caller]
fn check(own: &str, contexts: &str, keys: &str, expected: &str) {
    assert_eq!(press(&keymap(own).unwrap(), contexts, keys), expected);
}

#[track_caller]
fn check_refused(own: &str, sentence: &str) {
    assert_eq!(keymap(own).unwrap_err().to_string(), sentence);
}

/// How a key that a terminal sends is spelled.
#[track_caller]
fn check_spelled(code: KeyCode, modifiers: KeyModifiers, expected: &str) {
    let chord = Chord::of(&KeyEvent::new(code, modifiers));
    assert_eq!(chord.map_or_else(|| "none".to_owned(), |chord| chord.to_string()), expected);
}

#[test]
fn keys_are_spelled_one_way_whatever_the_terminal_sends() {
    use KeyModifiers as M;
    let both = M::CONTROL | M::SHIFT;
    check_spelled(KeyCode::Char('W'), M::NONE, "W");
    check_spelled(KeyCode::Char('W'), M::SHIFT, "W");
    check_spelled(KeyCode::Char('w'), M::SHIFT, "W");
    check_spelled(KeyCode::Char('?'), M::SHIFT, "?");
    check_spelled(KeyCode::Char('s'), M::CONTROL, "ctrl-s");
    check_spelled(KeyCode::Char('S'), M::CONTROL, "ctrl-s");
    check_spelled(KeyCode::Char('C'), both, "ctrl-shift-c");
    check_spelled(KeyCode::Char('c'), both, "ctrl-shift-c");
    check_spelled(KeyCode::Char('D'), M::ALT | M::SHIFT, "alt-D");
    check_spelled(KeyCode::BackTab, M::NONE, "shift-tab");
    check_spelled(KeyCode::Tab, M::SHIFT, "shift-tab");
    check_spelled(KeyCode::Char('h'), M::CONTROL, "backspace");
    check_spelled(KeyCode::Backspace, M::CONTROL, "ctrl-backspace");
    check_spelled(KeyCode::Char('7'), M::CONTROL, "ctrl-/");
    check_spelled(KeyCode::Char('_'), both, "ctrl-/");
    check_spelled(KeyCode::Char(' '), M::CONTROL, "ctrl-space");
    check_spelled(KeyCode::Null, M::NONE, "ctrl-space");
    check_spelled(KeyCode::Char(' '), M::SHIFT, "space");
    check_spelled(KeyCode::Enter, M::ALT, "alt-enter");
    check_spelled(KeyCode::F(12), M::NONE, "f12");
    check_spelled(KeyCode::Char('ß'), M::SHIFT, "ß");
    check_spelled(KeyCode::CapsLock, M::NONE, "none");
    check_spelled(KeyCode::Char('\u{7}'), M::NONE, "none");
}

#[test]
fn spellings_are_forgiving_where_nothing_is_lost() {
    let same = [
        ("Ctrl-S", "ctrl-s"),
        ("shift-w", "W"),
        ("alt-ctrl-PageUp", "ctrl-alt-pageup"),
        ("ctrl--", "ctrl--"),
    ];
    for (said, expected) in same {
        assert_eq!(said.parse::<Chord>().unwrap().to_string(), expected);
    }
    let refused = |text: &str| text.parse::<Keys>().unwrap_err();
    assert_eq!(refused("ctrl-pagup"), "`ctrl-pagup` is no key; did you mean `ctrl-pageup`?");
    assert!(refused("").contains("must be one chord or two"));
    assert!(refused("g g g").contains("must be one chord or two"));
    for wrong in ["ctrl-", "crtl-s", "f0", "f36", "alt"] {
        assert!(refused(wrong).starts_with(&format!("`{wrong}` is no key")), "{wrong}");
    }
}

#[test]
fn labels_are_short() {
    let label = |keys: &str| keys.parse::<Keys>().unwrap().label();
    let labels =
        ["ctrl-s", "shift-tab", "alt-enter", "g g", "W", "esc", "ctrl-space", "ctrl-shift-c", "f1", "pageup"]
            .map(label)
            .join(" | ");
    assert_eq!(labels, "^S | Shift-Tab | Alt-Enter | g g | W | Esc | Ctrl-Space | Ctrl-Shift-C | F1 | PgUp");
}

#[test]
fn every_action_can_be_reached_by_default() {
    let keymap = keymap("").unwrap();
    for action in Action::all() {
        let has_key = Context::ALL.iter().any(|context| keymap.keys(*context, action).next().is_some());
        assert!(has_key || action.in_palette(), "{}", action.name());
    }
}

#[test]
fn habits_of_a_prompt_destroy_nothing() {
    let keymap = keymap("").unwrap();
    let changes = ["write", "write-all", "reject", "undo", "redo", "retry", "quit"];
    let habits = "ctrl-u ctrl-w ctrl-k ctrl-z ctrl-d ctrl-a ctrl-e ctrl-r ctrl-x ctrl-y enter esc up down tab backspace";
    for context in ["composer", "chat", "operations", "artifacts", "diff", "picker", "dialog"] {
        for habit in habits.split(' ') {
            let done = press(&keymap, &format!("{context} global"), habit);
            assert!(!changes.contains(&done.as_str()), "{habit} in {context}: {done}");
        }
    }
    for letter in ["w", "W", "x", "u", "y", "?", "/", "@", "space", "q", "G"] {
        for context in ["composer", "picker"] {
            assert_eq!(press(&keymap, &format!("{context} global"), letter), "unbound");
        }
    }
    assert_eq!(press(&keymap, "composer global", "ctrl-u"), "delete-to-line-start");
    assert_eq!(press(&keymap, "artifacts global", "ctrl-z"), "suspend");
    assert_eq!(press(&keymap, "composer global", "esc esc"), "stop");
}

#[test]
fn the_innermost_place_that_knows_a_key_has_it() {
    check("", "composer global", "ctrl-p", "palette");
    check("", "picker global", "ctrl-p", "select-previous");
    check("", "picker global", "esc", "cancel");
    check("", "chat global", "esc", "stop");
    check("", "chat global", "?", "help");
    check("", "composer global", "shift-enter", "newline");
    check("", "artifacts global", "W", "write-all");
    check("", "artifacts global", "f9", "unbound");
    check("", "picker dialog global", "y", "unbound");
    check("", "dialog global", "y", "accept");
}

#[test]
fn sequences_wait_for_their_second_key() {
    check("", "chat global", "g", "pending");
    check("", "chat global", "g g", "top");
    check("", "chat global", "g r", "ignored");
    check("", "chat global", "g g g", "pending");
    check("", "chat global", "g x r", "retry");
    check("chat quit = ctrl-x ctrl-c", "chat global", "ctrl-x ctrl-c", "quit");
}

#[test]
fn keys_that_go_up_do_nothing() {
    let key = KeyEvent::new_with_kind(KeyCode::Enter, KeyModifiers::NONE, KeyEventKind::Release);
    let mut pending = Some("g".parse().unwrap());
    let resolved = keymap("").unwrap().resolve(&[Context::Composer], &mut pending, key);
    assert_eq!((resolved, pending.is_some()), (Resolved::Ignored, true));
}

#[test]
fn users_keys_replace_the_defaults() {
    check("chat copy = Y", "chat global", "Y", "copy");
    check("chat copy = Y", "chat global", "y", "unbound");
    check("chat retry =", "chat global", "r", "unbound");
    check("chat retry = y", "chat global", "y", "retry");
    check("chat retry = g", "chat global", "g", "retry");
    check("chat retry = y y", "chat global", "y y", "retry");
    check("chat retry = y", "artifacts global", "y", "copy");
    check("chat copy = r\nchat retry = y", "chat global", "r", "copy");
    check("composer quit = alt-q", "composer global", "alt-q", "quit");
}

#[test]
fn wrong_keys_are_refused_with_their_place() {
    check_refused("chat copi = y", "config.toml:1: keys.chat has no action `copi`; did you mean `copy`?");
    check_refused("caht copy = y", "config.toml:1: there are no keys for `caht`; did you mean `keys.chat`?");
    check_refused(
        "chat retry = f3\nchat copy = ctlr-y",
        "config.toml:2: keys.chat.copy: `ctlr-y` is no key; keys read like a, W, ?, space, f5, \
         pageup, ctrl-s, alt-enter, shift-tab",
    );
    check_refused(
        "composer reject = alt-x",
        "config.toml:1: `reject` means nothing in keys.composer; it does in artifacts, diff",
    );
    check_refused(
        "composer submit = s",
        "config.toml:1: keys.composer.submit: `s` is typed as text there; put ctrl- or alt- before it",
    );
    check_refused(
        "chat copy = Y\nchat retry = Y p",
        "config.toml:2: keys.chat.retry cannot have `Y p`: keys.chat.copy has `Y` (config.toml:1)",
    );
}

#[test]
fn the_footer_names_the_key_that_works_there() {
    let shown = |own, context, action| keymap(own).unwrap().chord_for(context, action);
    assert_eq!(shown("", Context::Composer, Action::Write).unwrap(), "^S");
    assert_eq!(shown("", Context::Artifacts, Action::Write).unwrap(), "w");
    assert_eq!(shown("", Context::Composer, Action::Help).unwrap(), "F1");
    assert_eq!(shown("global help = ?", Context::Composer, Action::Help), None);
    assert_eq!(shown("", Context::Picker, Action::Palette), None);
    assert_eq!(shown("", Context::Chat, Action::Export), None);
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(
        code in prop_oneof![
            any::<char>().prop_map(KeyCode::Char),
            proptest::char::range(' ', '~').prop_map(KeyCode::Char),
            any::<u8>().prop_map(KeyCode::F),
            prop::sample::select(vec![
                KeyCode::Enter, KeyCode::Tab, KeyCode::BackTab, KeyCode::Esc, KeyCode::PageUp, KeyCode::Null,
            ]),
        ],
        modifiers in any::<u8>().prop_map(KeyModifiers::from_bits_truncate),
    ) {
        if let Some(chord) = Chord::of(&KeyEvent::new(code, modifiers)) {
            prop_assert_eq!(chord.to_string().parse::<Chord>().unwrap(), chord);
            let (code, modifiers) = chord.parts();
            prop_assert_eq!(Chord::of(&KeyEvent::new(code, modifiers)), Some(chord));
        }
    }

    #[test]
    fn no_chord_panics(text in any::<String>()) {
        let _ = text.parse::<Keys>().map(|keys| (keys.label(), keys.to_string()));
        let _ = keymap(&format!("chat copy = {}", text.replace(['\n', '\r'], " ")));
    }
}
