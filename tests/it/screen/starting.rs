//! How the screen begins when something is missing or broken, and when there is more than one.

use std::{fs, time::Duration};

use mira::demo::server::{Script, Turn};

use super::{SIZE, ready, user};

const SOON: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_wrong_key_is_named_with_its_line_and_the_terminal_left_alone() {
    let shell = user(Script::new()).await;
    fs::create_dir_all(shell.config_file().parent().unwrap()).unwrap();
    fs::write(shell.config_file(), "[ui]\nvim = false\n\n[keys.chat]\ncopy = [\"hyper-y\"]\n").unwrap();
    let mut terminal = shell.terminal("", SIZE);
    assert_eq!(terminal.wait_for_end(SOON), 3);
    let screen = terminal.screen();
    assert!(screen.contains("hyper-y") && screen.contains("config.toml:5"), "{screen}");
    let bytes = terminal.bytes();
    assert!(!bytes.contains(&0x1b), "{}", String::from_utf8_lossy(&bytes).escape_debug());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_key_there_is_a_way_to_one_and_a_way_past_it() {
    let shell = user(Script::new()).await;
    let names = ["OPENAI_API_KEY", "DEEPSEEK_API_KEY", "OPENAI_BASE_URL", "DEEPSEEK_BASE_URL"];
    let shell = names.iter().fold(shell, |shell, name| shell.with(name, ""));
    let mut terminal = shell.terminal("", SIZE);
    terminal.wait_for("Mira needs a model");
    terminal.wait_for("Paste a key");
    terminal.press("esc");
    terminal.wait_gone("Mira needs a model");
    terminal.wait_for("no key for the planner");
    terminal.type_text("hello");
    terminal.wait_for("> hello");
    terminal.press("ctrl-c");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_damaged_database_is_told_and_can_be_left() {
    let shell = user(Script::new()).await;
    fs::create_dir_all(shell.database().parent().unwrap()).unwrap();
    fs::write(shell.database(), "no database at all ".repeat(1000)).unwrap();
    let mut terminal = shell.terminal("", SIZE);
    terminal.wait_for("mira.db");
    terminal.wait_for("no engine");
    terminal.type_text("hello\r");
    terminal.wait_for("> hello");
    terminal.press("ctrl-c");
    terminal.quit();
    assert!(fs::read_to_string(shell.database()).unwrap().starts_with("no database at all"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn two_can_work_in_one_project_at_once() {
    let answer = |to: &str| Turn::responses().user_says(to).text(format!("Said to {to}."));
    let shell = user(Script::new().turn(answer("Ada")).turn(answer("Bob"))).await;
    let (mut first, mut second) = (ready(&shell, ""), ready(&shell, ""));
    first.type_text("I am Ada\r");
    second.type_text("I am Bob\r");
    first.wait_for("Said to Ada.");
    second.wait_for("Said to Bob.");
    assert!(!first.screen().contains("Bob") && !second.screen().contains("Ada"));
    first.quit();
    second.quit();
}
