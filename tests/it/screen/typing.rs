//! What is typed and pasted arrives whole and in order.

use mira::demo::server::{Script, Turn};

use super::{ready, user};
use crate::exec::says;

/// Words that tell when one is missing or out of its place.
fn words(count: usize) -> String {
    (0..count).map(|word| format!("w{word} ")).collect::<String>().trim_end().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn two_hundred_keys_at_once_arrive_in_order() {
    let shell = user(says("Heard.")).await;
    let mut terminal = ready(&shell, "");
    let typed = words(50);
    terminal.type_text(&typed);
    terminal.wait_for("w49");
    terminal.press("enter");
    terminal.wait_for("Heard.");
    terminal.quit();
    assert_eq!(said(&shell.server.requests()[0].body), typed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_big_paste_is_a_chip_on_the_screen_and_whole_in_the_request() {
    let shell = user(Script::new().turn(Turn::responses().text("Heard."))).await;
    let mut terminal = ready(&shell, "");
    let line = |number: usize| format!("{number}: \"quoted\" \\ back\tslash é 漢 👩‍👩‍👧 end\n");
    let pasted: String = (0..4500).map(line).collect();
    assert!(pasted.len() > 200_000, "{}", pasted.len());
    terminal.type_text("Look: ");
    terminal.paste(&pasted);
    terminal.wait_for("[pasted 4500 lines]");
    terminal.press("enter");
    terminal.wait_for("Heard.");
    terminal.quit();
    let (said, meant) = (said(&shell.server.requests()[0].body), format!("Look: {pasted}"));
    let same = said.bytes().zip(meant.bytes()).take_while(|(said, meant)| said == meant).count();
    assert!(said == meant, "{} of {} bytes, alike up to {same}", said.len(), meant.len());
}

/// What the user says in a request, without what is added to it.
fn said(body: &serde_json::Value) -> String {
    let content = &body["input"].as_array().unwrap().last().unwrap()["content"];
    let text = content.as_str().or_else(|| content[0]["text"].as_str()).unwrap();
    text.split("\n\n<context>").next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_prompt_is_finished_in_the_users_editor() {
    let shell = user(says("Heard.")).await.with("EDITOR", "printf ' and more' >>");
    let mut terminal = ready(&shell, "");
    terminal.type_text("typed here");
    terminal.press("ctrl-g");
    terminal.wait_for("> typed here and more");
    terminal.assert_taken();
    terminal.press("enter");
    terminal.wait_for("Heard.");
    terminal.quit();
    assert_eq!(said(&shell.server.requests()[0].body), "typed here and more");
}
