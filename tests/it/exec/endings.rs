//! How a turn that does not complete ends: exit codes, what is kept, how long it takes.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use mira::{
    demo::server::{End, Script, Turn},
    llm::Usage,
    protocol::{Event, OperationStatus},
};
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::{PROJECT, says, status};
use crate::support::shell::{Ended, Shell, ends};

#[tokio::test]
async fn a_key_that_is_refused_is_not_tried_again() {
    let shell = Shell::new(PROJECT, Script::new().turn(Turn::any().fails(401, "invalid_api_key"))).await;
    shell.run("exec hello").await.expect(4, &["openai", "mira auth set openai"]).prints("");
}

#[tokio::test]
async fn a_service_that_fails_is_tried_again_and_then_named() {
    let failing = || Turn::any().fails(500, "server_error");
    let script = Script::new().turn(failing()).turn(failing()).turn(failing());
    let shell = Shell::new(PROJECT, script).await.with("MIRA_MAX_RETRIES", "2");
    shell.run("exec hello").await.expect(4, &["openai", "500", "s (attempt 2).", "s (attempt 3)."]);
    let script = Script::new().turn(failing()).turn(Turn::any().text("Better."));
    let shell = Shell::new(PROJECT, script).await;
    shell.run("exec hello").await.expect(0, &[]).prints("Better.\n");
}

#[tokio::test]
async fn nobody_listening_is_a_failure_of_the_provider() {
    let shell = Shell::new(PROJECT, Script::new()).await;
    let shell = shell.with("OPENAI_BASE_URL", "http://127.0.0.1:9/v1").with("MIRA_MAX_RETRIES", "1");
    shell.run("exec hello").await.expect(4, &["openai", "127.0.0.1:9"]);
}

#[tokio::test]
async fn a_cut_answer_is_kept_and_printed() {
    let script = Script::new().turn(Turn::responses().text("Half an ").end(End::Missing));
    let shell = Shell::new(PROJECT, script).await;
    shell.run("exec hello").await.expect(4, &["openai"]).prints("Half an \n");
}

#[tokio::test]
async fn the_cap_on_money_stops_before_the_next_request() {
    let look = json!({"path": "README.md", "start_line": null, "end_line": null});
    let usage = Usage { input: 100_000, output: 10_000, ..Usage::default() };
    let script = Script::new().turn(Turn::responses().call("read_file", look).usage(usage));
    let shell = Shell::new(PROJECT, script).await;
    shell.run("exec --max-cost 0.01 hello").await.expect(6, &["spent, the cap is $0.0100"]);
    assert_eq!(shell.server.requests().len(), 1);
    shell.run("exec --max-cost 0 hello").await.expect(6, &["--max-cost"]);
}

#[tokio::test]
async fn a_timeout_ends_a_stalled_turn() {
    let script = Script::new().turn(Turn::responses().text("Half an ").end(End::Stall));
    let shell = Shell::new(PROJECT, script).await;
    let ended = shell.run("exec --timeout 0.6 hello").await.expect(124, &["stopped"]).prints("Half an \n");
    assert!(ended.took < Duration::from_millis(2_100), "{ended:?}");
}

#[tokio::test]
async fn a_timeout_ends_a_wait_for_a_server_that_says_nothing() {
    let shell = Shell::new(PROJECT, Script::new().turn(Turn::any().delay_ms(60_000))).await;
    let ended = shell.run("exec --json --timeout 0.5 hello").await.expect(124, &[]);
    assert_eq!(status(&ended.events()), OperationStatus::Cancelled);
    assert!(ended.took < Duration::from_secs(2), "{ended:?}");
}

/// Sends `signal` once text has come: the turn is closed with what it has.
#[cfg(unix)]
async fn check_signal(signal: &str) {
    let script = Script::new()
        .turn(Turn::responses().text("I begin to ").end(End::Stall))
        .turn(Turn::responses().text("Gladly."));
    let shell = Shell::new(PROJECT, script).await;
    let began = Instant::now();
    let mut child = shell.command("exec --json hello").spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut events: Vec<Event> = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        events.push(serde_json::from_str(&line).unwrap());
        if line.contains("chat_response") && line.contains("\"finished\":false") {
            shell.sh(&format!("kill -{signal} {}", child.id().unwrap())).await.expect(0, &[]);
        }
    }
    Ended::new(child.wait_with_output().await.unwrap(), began).expect(130, &[]);
    assert!(ends(events.last().unwrap()) && status(&events) == OperationStatus::Cancelled, "{events:#?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
    shell.run("exec --continue 'Go on'").await.expect(0, &[]).prints("Gladly.\n");
    let input = shell.server.requests()[1].body["input"].to_string();
    assert!(input.contains("I begin to "), "what was shown is kept: {input}");
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupt_closes_the_turn_with_what_it_has() {
    tokio::join!(check_signal("INT"), check_signal("TERM"), check_signal("HUP"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_reader_that_goes_away_is_no_failure() {
    let shell = Shell::new(PROJECT, says(&"one\ntwo\n".repeat(50_000)).piece(4_000)).await;
    let ended = shell.sh("\"$MIRA\" exec hello | head -n 1").await.expect(0, &[]);
    assert_eq!(ended.stdout, "one\n");
    let script = Script::new().turn(Turn::responses().text("Hello.").repeat());
    let shell = Shell::new(PROJECT, script).await;
    let mut child = shell.command("exec --json hello").stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    Ended::new(child.wait_with_output().await.unwrap(), Instant::now()).expect(0, &[]);
}

#[tokio::test]
async fn a_hand_off_that_needs_a_review_is_a_refusal_and_never_a_wait() {
    let task = json!({
        "path": "src/lib.rs", "task": "Return two.", "requirements": [], "constraints": [], "context_paths": [],
    });
    let script = || Script::new().turn(Turn::responses().call("refactor_code", task.clone()));
    let shell = Shell::new(PROJECT, script()).await;
    let said = ["refactor_code → src/lib.rs waits for a review", "--set delegation.review=never"];
    shell.run("exec --set delegation.review=edits 'Return two'").await.expect(5, &said);
    shell.run("artifacts list").await.expect(0, &[]);
    let wrong = ["delegation.review", "never, edits, always"];
    shell.run("exec --set delegation.review=sometimes hello").await.expect(3, &wrong);
}
