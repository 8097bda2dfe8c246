//! Back to an earlier prompt at the keyboard, and forward again.

use mira::demo::server::{Script, Turn};

use super::{ready, user};
use crate::review::create;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn files_and_chat_go_back_to_before_a_prompt_and_come_again() {
    let script = Script::new()
        .turn(Turn::responses().text("Hello."))
        .turn(create("a.txt", "one\n"))
        .turn(Turn::responses().round(1).text("It waits."));
    let shell = user(script).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("Greet me");
    terminal.press("enter");
    terminal.wait_for("Hello.");
    terminal.wait_for("✓ completed");
    terminal.type_text("Write a.txt");
    terminal.press("enter");
    terminal.wait_for("It waits.");
    terminal.press("ctrl-s");
    terminal.wait_for("✓ written: a.txt");
    assert_eq!(shell.project.read("a.txt"), "one\n");

    terminal.type_text("/rewind");
    terminal.press("enter");
    terminal.wait_for("Go back to before");
    terminal.press("enter");
    terminal.wait_for("files and chat");
    terminal.press("enter");
    terminal.wait_for("1 turn set aside");
    terminal.wait_for("Go back to before this prompt?");
    assert_eq!(shell.project.read("a.txt"), "one\n", "taken back without an answer");
    terminal.press("enter");
    terminal.wait_gone("It waits.");
    terminal.wait_for("> Write a.txt");
    terminal.wait_for("Hello.");
    assert!(!shell.project.files().contains(&"a.txt".to_owned()));

    terminal.press("ctrl-c");
    terminal.type_text("/unrewind");
    terminal.press("enter");
    terminal.wait_for("It waits.");
    assert_eq!(shell.project.read("a.txt"), "one\n");
    terminal.quit();
}
