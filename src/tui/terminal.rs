//! The terminal itself: entered once, restored in every way out, written to in whole frames.
//!
//! Frames are collected in memory and reach the terminal in one write between the marks of a
//! synchronized update. Terminals that do not know the marks ignore them.

use std::{
    cell::RefCell,
    io::{self, Write},
    panic,
    rc::Rc,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use crossterm::{
    cursor::{SetCursorStyle, Show},
    event::{
        DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
        EnableFocusChange, EnableMouseCapture, KeyboardEnhancementFlags, PopKeyboardEnhancementFlags,
        PushKeyboardEnhancementFlags,
    },
    queue,
    style::{ResetColor, SetBackgroundColor},
    terminal::{
        BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen,
        LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
    },
};
use ratatui::{
    Frame, Terminal,
    backend::{CrosstermBackend, IntoCrossterm},
    style::Style,
};

/// Whether the terminal is ours at this moment: what there is to restore.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Bytes of one character on the screen with all its marks: a family of emoji takes about 40.
const LONGEST_SYMBOL: usize = 64;

/// The terminal while the screen is shown. Dropping it restores what was there before.
pub struct Screen {
    terminal: Terminal<CrosstermBackend<Whole>>,
    frame: Whole,
    mouse: bool,
}

impl Screen {
    /// Takes the terminal over and makes panics of this thread restore it first.
    ///
    /// # Errors
    /// There is no terminal.
    pub fn enter(mouse: bool) -> io::Result<Self> {
        restore_before_panic();
        take_over(mouse)?;
        let frame = Whole::default();
        match Terminal::new(CrosstermBackend::new(frame.clone())) {
            Ok(terminal) => Ok(Self { terminal, frame, mouse }),
            Err(error) => {
                restore();
                Err(error)
            }
        }
    }

    /// Gives the empty screen its ground by one erase, where the terminal erases in colour: then the
    /// first frame need not send every blank. It reaches the terminal with that frame.
    ///
    /// # Errors
    /// None: frames are collected in memory.
    pub(crate) fn fill(&mut self, ground: Style) -> io::Result<()> {
        let Some(colour) = ground.bg.filter(|_| erases_in_colour()) else { return Ok(()) };
        let erase = Clear(ClearType::All);
        queue!(self.frame, SetBackgroundColor(colour.into_crossterm()), erase, ResetColor)?;
        let blank = self.terminal.current_buffer_mut();
        blank.set_style(blank.area, ground);
        self.terminal.swap_buffers();
        Ok(())
    }

    /// Draws one frame and hands it to the terminal in one piece.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.terminal.draw(|frame| {
            render(frame);
            guard(frame);
        })?;
        self.frame.send()
    }

    /// Sends bytes that are no part of a frame: a copied text, a notification.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    /// Everything is drawn anew with the next frame.
    ///
    /// # Errors
    /// The terminal is gone.
    pub(crate) fn clear(&mut self) -> io::Result<()> {
        // `Terminal::clear` asks the terminal for the cursor's place; the answer would go to whoever
        // reads the keys, and the wait for it would be for nothing.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())
    }

    /// Gives the terminal back for as long as `work` takes: for the user's editor, for a suspended
    /// program.
    ///
    /// # Errors
    /// The terminal cannot be taken over again.
    pub(crate) fn lend<T>(&mut self, work: impl FnOnce() -> T) -> io::Result<T> {
        restore();
        let result = work();
        take_over(self.mouse)?;
        self.clear()?;
        Ok(result)
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Whether an erase takes the colour that was set last, as terminfo's `bce` says: xterm and its like do,
/// GNU screen does not, and of others one cannot know.
fn erases_in_colour() -> bool {
    const DO: [&str; 10] =
        ["xterm", "tmux", "kitty", "alacritty", "foot", "wezterm", "ghostty", "konsole", "rxvt", "contour"];
    let term = std::env::var("TERM").unwrap_or_default();
    DO.iter().any(|known| term.contains(known))
}

/// No cell may hold anything that steers a terminal, or marks heaped up without end, which some
/// terminals take seconds to draw. Lines hold no controls; this holds for every widget.
pub(super) fn guard(frame: &mut Frame<'_>) {
    for cell in &mut frame.buffer_mut().content {
        let symbol = cell.symbol();
        match symbol.as_bytes() {
            [b' '..=b'~'] => {}
            _ if symbol.chars().any(char::is_control) => drop(cell.set_symbol("�")),
            bytes if bytes.len() > LONGEST_SYMBOL => {
                let kept = &symbol[..symbol.floor_char_boundary(LONGEST_SYMBOL)];
                let kept = kept.trim_end_matches('\u{200d}').to_owned();
                cell.set_symbol(&kept);
            }
            _ => {}
        }
    }
}

fn take_over(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mut out = Vec::new();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, SetCursorStyle::SteadyBar)?;
    if knows_keyboard_protocol() {
        let flags = KeyboardEnhancementFlags::DISAMBIGUATE_ESCAPE_CODES;
        queue!(out, PushKeyboardEnhancementFlags(flags))?;
    }
    if mouse {
        queue!(out, EnableMouseCapture)?;
    }
    write_out(&out)
}

/// Puts the terminal back as it was found; nothing happens when it has been already.
pub fn restore() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = Vec::new();
    // Writing to memory does not fail, and if the terminal is gone there is nothing to restore.
    let _ =
        queue!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableFocusChange, DisableBracketedPaste);
    if knows_keyboard_protocol() {
        let _ = queue!(out, PopKeyboardEnhancementFlags);
    }
    let _ = queue!(out, SetCursorStyle::DefaultUserShape, LeaveAlternateScreen, Show);
    let _ = write_out(&out);
    let _ = disable_raw_mode();
}

/// The Linux console prints what it does not know of the keyboard protocol; all others ignore it.
fn knows_keyboard_protocol() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term != "linux" && term != "dumb")
}

/// A panic of the screen's own thread gives the terminal back before it is printed; one of a task
/// elsewhere must not print over the screen and goes to the log.
fn restore_before_panic() {
    let screen = thread::current().id();
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if thread::current().id() == screen || !ENTERED.load(Ordering::SeqCst) {
            restore();
            print(info);
        } else {
            tracing::error!(%info, "a task panicked");
        }
    }));
}

fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Collects what is written until it is sent whole.
#[derive(Clone, Default)]
struct Whole(Rc<RefCell<Vec<u8>>>);

impl Whole {
    fn send(&self) -> io::Result<()> {
        let drawn = self.0.take();
        if drawn.is_empty() {
            return Ok(());
        }
        let mut frame = Vec::with_capacity(drawn.len() + 16);
        queue!(frame, BeginSynchronizedUpdate)?;
        frame.extend(drawn);
        queue!(frame, EndSynchronizedUpdate)?;
        write_out(&frame)
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    /// Widgets and backend flush in the middle of a frame; the frame is sent at its end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
