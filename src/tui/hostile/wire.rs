//! The bytes that a frame is for the terminal, and what may be among them: places, colours and the
//! cursor's switch of our own drawing, and words. Anything else is somebody else's.

use std::{cell::RefCell, io::Write, rc::Rc};

use ratatui::{Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use unicode_width::UnicodeWidthChar;

use crate::tui::{app::App, terminal::guard};

/// Marks that may stand on one letter.
const MARKS: usize = 32;

/// A terminal of a size that keeps what it is sent.
pub(super) struct Wire {
    terminal: Terminal<CrosstermBackend<Sent>>,
    sent: Sent,
    size: (u16, u16),
}

#[derive(Clone, Default)]
struct Sent(Rc<RefCell<Vec<u8>>>);

impl Write for Sent {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Wire {
    pub(super) fn new(width: u16, height: u16) -> Self {
        let sent = Sent::default();
        let viewport = Viewport::Fixed(Rect { x: 0, y: 0, width, height });
        let backend = CrosstermBackend::new(sent.clone());
        let terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
        Self { terminal, sent, size: (width, height) }
    }

    /// Draws a frame as the program does; tells what is on the screen, or which byte has no business
    /// there.
    pub(super) fn draw(&mut self, app: &mut App) -> Result<String, String> {
        let mut steering = None;
        let drawn = self.terminal.draw(|frame| {
            app.draw(frame);
            let cells = &frame.buffer_mut().content;
            steering = cells.iter().find(|cell| cell.symbol().chars().any(char::is_control)).cloned();
            guard(frame);
        });
        let width = usize::from(self.size.0).max(1);
        let rows = drawn.unwrap().buffer.content.chunks(width);
        let row =
            |cells: &[ratatui::buffer::Cell]| cells.iter().map(|cell| cell.symbol()).collect::<String>();
        let shown: Vec<String> = rows.map(row).collect();
        match steering {
            Some(cell) => Err(format!("a cell holds {:?}", cell.symbol())),
            None => check(&self.sent.0.take(), self.size).map(|()| shown.join("\n")),
        }
    }
}

/// What is not our own in bytes for a terminal of `size`.
pub(super) fn check(bytes: &[u8], size: (u16, u16)) -> Result<(), String> {
    let mut rest = std::str::from_utf8(bytes).map_err(|error| error.to_string())?;
    let (mut before, mut marks) = (' ', 0);
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        marks = if c.width() == Some(0) { marks + 1 } else { 0 };
        match c {
            '\x1b' => rest = own_sequence(rest, size)?,
            c if c.is_control() => return Err(format!("the control {c:?}")),
            '\u{200c}' | '\u{200d}' if before >= '\u{600}' => {}
            c if is_unseen(c) => return Err(format!("the unseen {}", c.escape_unicode())),
            _ if marks > MARKS => return Err(format!("more than {MARKS} marks on {before:?}")),
            _ => {}
        }
        before = c;
    }
    Ok(())
}

/// What follows a sequence, which must be one of our own.
fn own_sequence(text: &str, (width, height): (u16, u16)) -> Result<&str, String> {
    let foreign = || format!("the sequence {:?}", text.chars().take(20).collect::<String>());
    let body = text.strip_prefix('[').ok_or_else(foreign)?;
    let end = body.find(|c| ('@'..='~').contains(&c)).ok_or_else(foreign)?;
    let (numbers, rest) = body.split_at(end);
    let is_own = match &rest[..1] {
        "m" => is_colour(numbers),
        "H" => numbers.split_once(';').is_some_and(|(row, column)| {
            let within = |place: &str, most: u16| place.parse().is_ok_and(|at: u16| (1..=most).contains(&at));
            within(row, height) && within(column, width)
        }),
        "h" | "l" => matches!(numbers, "?25" | "?2026"),
        _ => false,
    };
    if is_own { Ok(&rest[1..]) } else { Err(foreign()) }
}

/// Colours and modifiers that inks have; neither blinking nor concealed nor overlined.
fn is_colour(numbers: &str) -> bool {
    let numbers: Option<Vec<u16>> = numbers.split([';', ':']).map(|number| number.parse().ok()).collect();
    let Some(numbers) = numbers else { return false };
    let mut left = numbers.as_slice();
    while let [first, rest @ ..] = left {
        left = match (first, rest) {
            (38 | 48 | 58, [5, _, rest @ ..]) | (38 | 48 | 58, [2, _, _, _, rest @ ..]) => rest,
            (0..=4 | 7 | 9 | 21..=37 | 39..=47 | 49 | 59 | 90..=97 | 100..=107, rest) => rest,
            _ => return false,
        };
    }
    true
}

/// Characters without a look of their own, as Unicode lists them: those that order text, those that a
/// program may ignore. Variation selectors of emoji are seen.
fn is_unseen(c: char) -> bool {
    matches!(c as u32,
        0xad | 0x34f | 0x61c | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200b..=0x200f
        | 0x2028..=0x202e | 0x2060..=0x206f | 0x3164 | 0xfeff | 0xffa0 | 0xfff0..=0xfffb
        | 0x1bca0..=0x1bca3 | 0x1d173..=0x1d17a | 0xe0000..=0xe0fff)
}

#[test]
fn every_attack_would_be_caught_if_it_came_through() {
    for attack in super::attacks::attacks() {
        let raw = format!("\x1b[1;1Hq7{}q9", attack.text);
        assert!(check(raw.as_bytes(), (120, 40)).is_err(), "{}", attack.class);
    }
    assert!(check(&[b'a', 0x9b, b'm'], (120, 40)).is_err());
    assert!(check("a".repeat(1000).as_bytes(), (1, 1)).is_ok());
    assert!(check(format!("a{}", "\u{301}".repeat(40)).as_bytes(), (120, 40)).is_err());
}

#[test]
fn our_own_drawing_is_no_attack() {
    let own = "\x1b[?2026h\x1b[?25l\x1b[3;120H\x1b[38;2;1;2;3m\x1b[48;5;7;1mwords é 漢 👩‍👩‍👧\x1b[0m\x1b[?25h\x1b[?2026l";
    assert_eq!(check(own.as_bytes(), (120, 40)), Ok(()));
    assert!(check(b"\x1b[41;1H", (120, 40)).is_err());
}
