//! Finding things: files, commands, keys, and drawing the screen anew.

use mira::demo::server::Script;

use super::{ready, user};

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_sign_opens_the_files() {
    let shell = user(Script::new()).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("look at @");
    terminal.wait_for("src/lib.rs");
    terminal.type_text("lib");
    terminal.wait_gone("README.md");
    terminal.press("enter");
    terminal.wait_for("> look at @src/lib.rs");
    terminal.press("ctrl-c");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_command_is_found_by_name() {
    let shell = user(Script::new()).await;
    let mut terminal = ready(&shell, "");
    terminal.press("ctrl-p");
    terminal.wait_for("Commands");
    terminal.type_text("theme");
    terminal.wait_for("Choose the theme");
    terminal.press("enter");
    terminal.wait_for("high-contrast");
    terminal.press("esc");
    terminal.wait_gone("high-contrast");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn help_tells_the_keys() {
    let shell = user(Script::new()).await;
    let mut terminal = ready(&shell, "");
    terminal.press("f1");
    terminal.wait_for("Help");
    terminal.type_text("palette");
    terminal.wait_for("Commands by name");
    terminal.press("esc");
    terminal.wait_gone("Commands by name");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_screen_can_be_drawn_anew() {
    let shell = user(Script::new()).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("something");
    terminal.wait_for("> something");
    let before = terminal.screen();
    let drawn = terminal.bytes().len();
    terminal.press("ctrl-l");
    terminal.wait_for_bytes(drawn + 300);
    terminal.type_text("!");
    terminal.wait_for("> something!");
    // Blanks that were never sent are told apart from blanks that were.
    let words = |screen: &str| screen.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>();
    assert_eq!(words(&terminal.screen()), words(&before.replace("> something", "> something!")));
    terminal.press("ctrl-c");
    terminal.quit();
}
