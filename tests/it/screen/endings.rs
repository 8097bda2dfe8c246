//! Every way out gives the terminal back: leaving, signals, a panic, a window that is closed.

use std::time::Duration;

use mira::{demo::server::Script, tui::Screen};
use portable_pty::CommandBuilder;
use rustix::process::Signal;

use super::{SIZE, ready, stalls, user};
use crate::support::terminal::Terminal;

const SOON: Duration = Duration::from_secs(3);

/// Sends a signal in the middle of an answer.
async fn check_signal(signal: Signal) {
    let shell = user(stalls("It begins")).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("hello\r");
    terminal.wait_for("It begins");
    terminal.assert_taken();
    terminal.signal(signal);
    terminal.wait_for_end(SOON);
    terminal.assert_restored();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn signals_give_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        check_signal(signal).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn leaving_takes_two_presses() {
    let shell = user(Script::new()).await;
    let mut terminal = ready(&shell, "");
    terminal.press("ctrl-c");
    terminal.wait_for("once more to leave");
    terminal.type_text("x");
    terminal.wait_for("> x");
    terminal.press("ctrl-c");
    terminal.wait_gone("> x");
    terminal.assert_taken();
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_closed_window_ends_the_program() {
    let shell = user(stalls("It begins")).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("hello\r");
    terminal.wait_for("It begins");
    let took = terminal.close();
    assert!(took < SOON, "{took:?}");
}

/// What [`a_panic_gives_the_terminal_back_and_is_readable`] runs in a terminal: this test again, alone.
#[test]
#[ignore = "takes the terminal over and panics; run by the next test"]
fn panics_on_the_screen() {
    let _screen = Screen::enter(true).unwrap();
    panic!("a mistake of our own");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_readable() {
    let mut command = CommandBuilder::new(std::env::current_exe().unwrap());
    command.args(["--exact", "screen::endings::panics_on_the_screen", "--ignored", "--nocapture"]);
    command.env("TERM", "xterm-256color");
    let mut terminal = Terminal::start(command, SIZE);
    assert_ne!(terminal.wait_for_end(Duration::from_secs(10)), 0);
    terminal.assert_restored();
    let bytes = String::from_utf8(terminal.bytes()).unwrap();
    let (entered, left) = (bytes.find("\x1b[?1049h"), bytes.find("\x1b[?1049l"));
    let told = bytes.find("a mistake of our own");
    assert!(entered.is_some() && entered < left && left < told, "{}", bytes.escape_debug());
    assert!(terminal.screen().contains("a mistake of our own"), "{}", terminal.screen());
}
