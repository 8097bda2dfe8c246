//! Asking and being answered: while it streams, when it is stopped, with another prompt behind it,
//! and the next day.

use std::time::{Duration, Instant};

use mira::demo::server::{Script, Turn};

use super::{SIZE, ready, stalls, user};
use crate::exec::says;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn an_answer_is_shown_while_it_streams() {
    let shell = user(stalls("It begins like this")).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("What is this?");
    terminal.wait_for("> What is this?");
    terminal.press("enter");
    terminal.wait_for("It begins like this");
    terminal.wait_for("started");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn esc_stops_what_runs_within_a_second_and_says_so() {
    let shell = user(stalls("It begins").turn(Turn::responses().text("Now this."))).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("first\r");
    terminal.wait_for("It begins");
    let pressed = Instant::now();
    terminal.press("esc");
    terminal.wait_for("cancelled");
    assert!(pressed.elapsed() < Duration::from_secs(1), "{:?}", pressed.elapsed());
    terminal.type_text("second\r");
    terminal.wait_for("Now this.");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_prompt_behind_a_running_one_is_queued_and_answered_after_it() {
    let slow = Turn::responses().user_says("first").text("Slowly").delay_ms(700).text(" said.");
    let shell =
        user(Script::new().turn(slow).turn(Turn::responses().user_says("second").text("Heard."))).await;
    let mut terminal = ready(&shell, "");
    terminal.type_text("first\r");
    terminal.wait_for("Slowly");
    terminal.type_text("second\r");
    terminal.wait_for("1 queued");
    terminal.wait_for("Heard.");
    terminal.wait_gone("queued");
    assert!(terminal.screen().contains("said."), "{}", terminal.screen());
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_prompt_on_the_command_line_is_sent_at_once() {
    let shell = user(says("An answer at once.")).await;
    let mut terminal = shell.terminal("'Why is this here?'", SIZE);
    terminal.wait_for("Why is this here?");
    terminal.wait_for("An answer at once.");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_conversation_is_there_the_next_day() {
    let script = says("The earlier answer.").turn(Turn::responses().text("The later one."));
    let shell = user(script).await;
    let mut terminal = shell.terminal("'The earlier question'", SIZE);
    terminal.wait_for("The earlier answer.");
    terminal.wait_for("completed");
    terminal.quit();

    let mut terminal = shell.terminal("--continue", SIZE);
    terminal.wait_for("The earlier question");
    terminal.wait_for("The earlier answer.");
    terminal.type_text("and now?\r");
    terminal.wait_for("The later one.");
    terminal.quit();
    assert!(shell.server.requests()[1].body["input"].to_string().contains("The earlier answer."));

    let mut terminal = shell.terminal("--resume", SIZE);
    terminal.wait_for("Conversations");
    terminal.wait_for("4 messages");
    terminal.press("enter");
    terminal.wait_for("The later one.");
    terminal.quit();
}
