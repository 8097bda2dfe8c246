//! What can happen to a screen, at random.

use crossterm::event::{KeyCode, KeyModifiers, MouseButton, MouseEventKind};
use proptest::{prelude::*, sample::select};

use crate::tui::hostile::attacks::attacks;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Happening {
    Key(KeyCode, KeyModifiers),
    Paste(String),
    Mouse(MouseEventKind, u16, u16),
    Focus(bool),
    Resize(u16, u16),
    Time(i64),
    /// What the engine tells: which kind, of which operation and conversation, in which words.
    Told(u8, u8, u8, String),
    /// What the engine answers, asked or not.
    Answered(u8, String),
}

pub(super) fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => (code(), modifiers()).prop_map(|(code, modifiers)| Happening::Key(code, modifiers)),
        3 => select(COMMANDS).prop_map(|command| Happening::Paste(command.to_owned())),
        1 => words().prop_map(Happening::Paste),
        2 => (mouse(), 0u16..130, 0u16..50).prop_map(|(kind, x, y)| Happening::Mouse(kind, x, y)),
        1 => any::<bool>().prop_map(Happening::Focus),
        2 => size().prop_map(|(width, height)| Happening::Resize(width, height)),
        1 => (-5_000i64..60_000).prop_map(Happening::Time),
        8 => (0u8..14, 0u8..3, 0u8..8, words())
            .prop_map(|(kind, operation, conversation, words)| Happening::Told(kind, operation, conversation, words)),
        3 => (0u8..16, words()).prop_map(|(kind, words)| Happening::Answered(kind, words)),
    ]
}

/// Commands that open something; Enter sends them.
const COMMANDS: &[&str] = &[
    "/undo", "/redo", "/resume", "/model", "/theme", "/cost", "/context", "/export", "/find a", "/new",
    "hello",
];

fn code() -> impl Strategy<Value = KeyCode> {
    let named = [
        KeyCode::Enter,
        KeyCode::Enter,
        KeyCode::Esc,
        KeyCode::Tab,
        KeyCode::BackTab,
        KeyCode::Backspace,
        KeyCode::Delete,
        KeyCode::Up,
        KeyCode::Down,
        KeyCode::Left,
        KeyCode::Right,
        KeyCode::PageUp,
        KeyCode::PageDown,
        KeyCode::Home,
        KeyCode::End,
        KeyCode::F(1),
    ];
    prop_oneof![
        3 => select(named.to_vec()),
        3 => proptest::char::range(' ', '~').prop_map(KeyCode::Char),
        1 => any::<char>().prop_map(KeyCode::Char),
    ]
}

fn modifiers() -> impl Strategy<Value = KeyModifiers> {
    let all = [
        KeyModifiers::NONE,
        KeyModifiers::NONE,
        KeyModifiers::CONTROL,
        KeyModifiers::ALT,
        KeyModifiers::SHIFT,
    ];
    select(all.to_vec())
}

fn mouse() -> impl Strategy<Value = MouseEventKind> {
    let left = MouseButton::Left;
    select(vec![
        MouseEventKind::Down(left),
        MouseEventKind::Drag(left),
        MouseEventKind::Up(left),
        MouseEventKind::ScrollUp,
        MouseEventKind::ScrollDown,
        MouseEventKind::Moved,
    ])
}

fn size() -> impl Strategy<Value = (u16, u16)> {
    let edges = vec![(0, 0), (1, 1), (1, 40), (120, 1), (2, 2), (40, 10), (80, 24), (100, 30)];
    prop_oneof![select(edges), (0u16..130, 0u16..45)]
}

/// Text of any kind: letters of every script, Markdown, code, and attacks.
fn words() -> impl Strategy<Value = String> {
    let attacks: Vec<String> = attacks().into_iter().map(|attack| attack.text).collect();
    let markdown =
        "# a\n\n```rust\nfn a() {}\n```\n\n|a|b|\n|-|-|\n|漢字|👩‍👩‍👧|\n\n- [x](http://a.example)\n> *q* `c`\n";
    prop_oneof![
        any::<String>(),
        "[a-z ]{0,80}",
        Just(markdown.to_owned()),
        select(attacks),
        Just("long ".repeat(300)),
        Just(String::new()),
    ]
}
