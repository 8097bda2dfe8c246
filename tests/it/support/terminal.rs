//! The true program in a terminal of its own: a pseudo-terminal that is typed into, and a screen that
//! is read as a person reads it. Waiting is for something to be seen, never for time to pass.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

/// How long a test waits for what must come; a busy machine needs its time.
const PATIENCE: Duration = Duration::from_secs(15);

/// A terminal with a program in it. Dropping it ends the program.
pub(crate) struct Terminal {
    /// Gone once the window is closed.
    window: Option<Window>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<Seen>,
    reader: Option<JoinHandle<()>>,
    /// The line discipline before the program began.
    before: String,
}

/// The end that a terminal emulator holds.
struct Window {
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
}

/// What the program has written so far.
struct Seen {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser,
    bytes: Vec<u8>,
    /// Nothing more will come: the program has closed the terminal.
    closed: bool,
    /// Nobody reads any more: the terminal is to be closed under the program.
    abandoned: bool,
}

impl Terminal {
    /// Starts a program in a terminal of `columns` × `rows`.
    pub(crate) fn start(command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        let seen = Arc::new(Seen {
            state: Mutex::new(State {
                parser: vt100::Parser::new(some(rows), some(columns), 0),
                bytes: Vec::new(),
                closed: false,
                abandoned: false,
            }),
            changed: Condvar::new(),
        });
        let (from, shared) = (pair.master.try_clone_reader().unwrap(), Arc::clone(&seen));
        let reader = Some(std::thread::spawn(move || shared.read(from)));
        let keys = pair.master.take_writer().unwrap();
        Self { window: Some(Window { master: pair.master, keys }), child, seen, reader, before }
    }

    /// Types text, all of it at once.
    pub(crate) fn type_text(&mut self, text: &str) {
        let keys = &mut self.window.as_mut().unwrap().keys;
        keys.write_all(text.as_bytes()).unwrap();
        keys.flush().unwrap();
    }

    /// Presses keys, named as in the settings, with blanks between them.
    pub(crate) fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            let bytes = key_bytes(key);
            self.type_text(&bytes);
        }
    }

    /// Pastes text as terminals do.
    pub(crate) fn paste(&mut self, text: &str) {
        self.type_text(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        self.seen.lock().parser.set_size(some(rows), some(columns));
        self.window.as_ref().unwrap().master.resize(size(columns, rows)).unwrap();
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(id).unwrap(), signal).unwrap();
    }

    /// What is on the screen, line by line.
    pub(crate) fn screen(&self) -> String {
        self.seen.lock().parser.screen().contents()
    }

    /// Everything that the program has written.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen.lock().bytes.clone()
    }

    /// Returns when the program has written so many bytes.
    #[track_caller]
    pub(crate) fn wait_for_bytes(&self, count: usize) {
        let state = self.seen.wait(PATIENCE, |state| state.bytes.len() < count && !state.closed);
        assert!(state.bytes.len() >= count, "{} of {count} bytes", state.bytes.len());
    }

    /// Gives the program the time of a frame or two to write something more.
    pub(crate) fn wait_briefly(&self) {
        let written = self.seen.lock().bytes.len();
        drop(self.seen.wait(Duration::from_millis(25), |state| state.bytes.len() == written));
    }

    /// Returns when `text` is on the screen.
    #[track_caller]
    pub(crate) fn wait_for(&self, text: &str) {
        self.wait_within(PATIENCE, text);
    }

    /// The same within a time of its own.
    #[track_caller]
    pub(crate) fn wait_within(&self, time: Duration, text: &str) {
        self.wait_until(time, &format!("{text:?} to come"), |screen| screen.contains(text));
    }

    /// Returns when `text` is no longer on the screen.
    #[track_caller]
    pub(crate) fn wait_gone(&self, text: &str) {
        self.wait_until(PATIENCE, &format!("{text:?} to go"), |screen| !screen.contains(text));
    }

    /// Returns when the screen is as `wanted` says.
    #[track_caller]
    pub(crate) fn wait_until(&self, time: Duration, what: &str, wanted: impl Fn(&str) -> bool) {
        let is_there = |state: &mut State| !wanted(&state.parser.screen().contents()) && !state.closed;
        let state = self.seen.wait(time, is_there);
        let screen = state.parser.screen().contents();
        assert!(wanted(&screen), "waited for {what}; the screen (closed: {}):\n{screen}", state.closed);
    }

    /// Waits for the program's end, which must come in time; tells its exit code.
    #[track_caller]
    pub(crate) fn wait_for_end(&mut self, time: Duration) -> u32 {
        let state = self.seen.wait(time, |state| !state.closed);
        assert!(state.closed, "still there:\n{}", state.parser.screen().contents());
        drop(state);
        self.child.wait().unwrap().exit_code()
    }

    /// Presses Ctrl-C twice; the program must end well and leave a terminal as it found it.
    #[track_caller]
    pub(crate) fn quit(&mut self) {
        self.press("ctrl-c ctrl-c");
        assert_eq!(self.wait_for_end(PATIENCE), 0, "{}", self.screen());
        self.assert_restored();
    }

    /// Fails unless the program has the terminal to itself.
    #[track_caller]
    pub(crate) fn assert_taken(&self) {
        assert!(self.seen.lock().parser.screen().alternate_screen());
        assert_ne!(self.modes(), self.before, "no raw mode");
    }

    /// Fails unless the terminal is as it was before the program began.
    #[track_caller]
    pub(crate) fn assert_restored(&self) {
        let (state, after) = (self.seen.lock(), self.modes());
        let screen = state.parser.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "no cursor");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        assert_eq!(last_switch(&state.bytes, 1004), Some('l'), "focus reports are still on");
        assert_eq!(last_switch(&state.bytes, 2026), Some('l'), "an update is still held back");
        assert_eq!(after, self.before);
        assert!(after.contains("ICANON") && after.contains("ECHO"), "{after}");
    }

    /// Closes the terminal's window under the program, and tells how long that went on.
    #[track_caller]
    pub(crate) fn close(&mut self) -> Duration {
        self.seen.lock().abandoned = true;
        // The reader holds the window open until something comes.
        self.type_text("x");
        self.reader.take().unwrap().join().unwrap();
        self.window = None;
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < PATIENCE, "still there without a terminal");
            std::thread::sleep(Duration::from_millis(5));
        }
        began.elapsed()
    }

    fn modes(&self) -> String {
        modes(&*self.window.as_ref().unwrap().master)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            // It ends by itself or by this; there is nobody left to tell.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
    }
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits as long as `waits` says so.
    fn wait(&self, time: Duration, waits: impl FnMut(&mut State) -> bool) -> MutexGuard<'_, State> {
        let waited = self.changed.wait_timeout_while(self.lock(), time, waits);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    /// Takes in what the program writes, up to its end.
    fn read(&self, mut from: Box<dyn Read + Send>) {
        let mut piece = [0; 16 << 10];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            let mut state = self.lock();
            state.parser.process(&piece[..count]);
            state.bytes.extend_from_slice(&piece[..count]);
            self.changed.notify_all();
            if state.abandoned {
                return;
            }
        }
        self.lock().closed = true;
        self.changed.notify_all();
    }
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }
}

fn some(length: u16) -> NonZeroU16 {
    NonZeroU16::new(length).unwrap()
}

/// The line discipline, as text.
fn modes(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

/// How a private mode was switched last: `h` on, `l` off.
fn last_switch(bytes: &[u8], mode: u16) -> Option<char> {
    let text = String::from_utf8_lossy(bytes);
    let start = format!("\x1b[?{mode}");
    text.rmatch_indices(&start).find_map(|(at, _)| text[at + start.len()..].chars().next())
}

/// What a terminal sends for a key.
fn key_bytes(key: &str) -> String {
    let named = match key {
        "enter" => "\r",
        "esc" => "\x1b",
        "tab" => "\t",
        "backspace" => "\x7f",
        "up" => "\x1b[A",
        "down" => "\x1b[B",
        "f1" => "\x1bOP",
        "space" => " ",
        other => match (other.strip_prefix("ctrl-"), other.strip_prefix("alt-")) {
            (Some(letter), _) => return char::from(letter.as_bytes()[0] & 0x1f).to_string(),
            (_, Some(key)) => return format!("\x1b{key}"),
            (None, None) => other,
        },
    };
    named.to_owned()
}

#[test]
fn the_last_switch_of_a_mode_counts() {
    assert_eq!(last_switch(b"\x1b[?1004h.\x1b[?1004l", 1004), Some('l'));
    assert_eq!(last_switch(b"\x1b[?1004l\x1b[?1004h\x1b[?25l", 1004), Some('h'));
    assert_eq!(last_switch(b"", 1004), None);
}
