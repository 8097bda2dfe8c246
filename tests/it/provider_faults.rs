//! What a failing service does to a whole turn: one end, a sentence that names the cause, what was
//! said is kept, nothing is said or done twice; and what several rounds owe to each wire.

use std::{collections::BTreeMap, time::Duration};

use mira::{
    demo::server::{End, Script, Turn},
    protocol::{Body, ErrorCode, OperationStatus, ToolCallState},
};
use serde_json::{Value, json};

use crate::support::world::{self, World};

const PROJECT: &str = "
    //- src/lib.rs
    pub fn one() -> u32 {
        1
    }
";

fn look() -> Value {
    json!({"path": "src/lib.rs", "start_line": null, "end_line": null})
}

fn generate(path: &str, task: &str) -> Value {
    json!({
        "path": path, "language": "rust", "task": task, "requirements": [], "constraints": [], "context_paths": [],
    })
}

fn status(code: u16, content_type: &str, body: &str) -> End {
    let headers = BTreeMap::from([("content-type".to_owned(), content_type.to_owned())]);
    End::Status { code, headers, body: body.to_owned() }
}

/// The text as it was streamed.
fn streamed(turn: &world::Turn) -> String {
    let piece = |body: &Body| match body {
        Body::ChatResponse { content, finished: false, .. } => Some(content.clone()),
        _ => None,
    };
    turn.events.iter().filter_map(|event| piece(&event.body)).collect()
}

/// A planner that always answers with `answer`: the turn fails after `requests` with a sentence that
/// holds `sentence`, and keeps `kept`.
async fn check(answer: Turn, requests: usize, sentence: &str, kept: &str) {
    let world = World::with(PROJECT, Script::new().turn(answer.repeat()), |settings| {
        settings.network.idle_timeout = Duration::from_millis(300);
    })
    .await;
    let turn = world.ask("Talk").await;
    assert_eq!(turn.statuses(), "pending started failed", "{sentence}");
    let error = turn.error().unwrap();
    assert!(error.starts_with("openai: ") && error.contains(sentence), "{error}");
    assert_eq!(world.server.requests().len(), requests, "{error}");
    assert_eq!(turn.retries().len(), requests - 1, "each further attempt is told: {error}");
    assert_eq!(streamed(&turn), kept, "{error}");
    let stored = world.store.operation(turn.operation).await.unwrap();
    assert_eq!(stored.result.as_deref().unwrap_or_default(), kept, "{error}");
    world.finish().await;
}

#[tokio::test]
async fn rate_limit_is_told_and_waited_out() {
    let script = Script::new()
        .turn(Turn::responses().fails(429, "rate_limit_exceeded"))
        .turn(Turn::responses().text("It returns one."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("What does one() do?").await;
    assert_eq!(turn.statuses(), "pending started completed");
    assert_eq!(turn.said(), ["It returns one."]);
    assert!(matches!(turn.retries()[..], [(2, reason)] if reason.contains("openai")), "{:?}", turn.retries());
    world.finish().await;
}

#[tokio::test]
async fn what_waiting_cannot_help_fails_at_once() {
    check(Turn::responses().fails(429, "insufficient_quota"), 1, "Waiting does not help", "").await;
    check(Turn::responses().fails(401, "invalid_api_key"), 1, "Check the key: `mira auth set openai`", "")
        .await;
    check(Turn::responses().fails(400, "context_length_exceeded"), 1, "Start a new conversation", "").await;
    let error =
        r#"{"error":{"message":"No such model.","type":"invalid_request_error","code":"model_not_found"}}"#;
    let answer = Turn::responses().end(status(200, "application/json", error));
    check(answer, 1, "No such model.", "").await;
}

#[tokio::test]
async fn attempts_are_bounded() {
    check(Turn::responses().fails(500, "server_error"), 5, "HTTP 500", "").await;
    let page = Turn::responses().end(status(502, "text/html", "<html><h1>Bad Gateway</h1></html>"));
    check(page, 5, "HTTP 502", "").await;
}

#[tokio::test]
async fn text_before_a_failure_is_kept_and_not_asked_for_again() {
    let half = || Turn::responses().text("Half an ");
    check(half().end(End::Stall), 1, "idle_timeout", "Half an ").await;
    check(half().end(End::Missing), 1, "broke off", "Half an ").await;
    let error = End::Error { code: "server_error".into(), message: "The engine burns.".into() };
    check(half().end(error), 1, "The engine burns.", "Half an ").await;
}

#[tokio::test]
async fn stall_is_a_timeout() {
    let script = Script::new().turn(Turn::responses().text("Half an ").end(End::Stall));
    let world = World::with(PROJECT, script, |settings| {
        settings.network.idle_timeout = Duration::from_millis(300);
    })
    .await;
    let turn = world.ask("Talk").await;
    let is_timeout = |body: &Body| matches!(body, Body::Error { code: ErrorCode::TimeoutError, .. });
    assert!(turn.events.iter().any(|event| is_timeout(&event.body)), "{:?}", turn.events);
    world.finish().await;
}

#[tokio::test]
async fn cut_connection_keeps_the_text_so_far() {
    let text = "All work and no play makes Jack a dull boy. ".repeat(40);
    let script = Script::new().turn(Turn::responses().text(text.as_str()).end(End::CutAfter(45_000)));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Talk").await;
    assert_eq!(turn.status(), OperationStatus::Failed, "{:?}", turn.notices());
    assert!(turn.error().unwrap().contains("broke off"), "{:?}", turn.error());
    let kept = world.store.operation(turn.operation).await.unwrap().result.unwrap();
    assert!(!kept.is_empty() && text.starts_with(&kept), "{kept}");
    assert_eq!(streamed(&turn), kept);
    world.finish().await;
}

#[tokio::test]
async fn tool_call_cut_by_the_token_limit_is_never_run() {
    let arguments = json!({"path": "a.md", "kind": "document", "language": "markdown", "content": "# A\n"});
    for answer in [Turn::responses(), Turn::chat()] {
        let script = Script::new()
            .turn(answer.text("I write.").call("create_artifact", arguments.clone()).end(End::Length));
        let is_chat = script.turns[0].when != Turn::responses().when;
        let world = World::with(PROJECT, script, |settings| {
            if is_chat {
                settings.roles.planner = settings.roles.coder.clone();
            }
        })
        .await;
        let turn = world.ask("Write a.md").await;
        assert_eq!(turn.statuses(), "pending started failed");
        assert!(turn.error().unwrap().contains("cut by its token limit"), "{:?}", turn.error());
        let has_run = |body: &Body| matches!(body, Body::ToolCall { state: ToolCallState::Completed, .. });
        assert!(!turn.events.iter().any(|event| has_run(&event.body)));
        assert!(world.waiting().await.is_empty());
        assert_eq!(world.server.requests().len(), 1);
        world.finish().await;
    }
}

#[tokio::test]
async fn coder_that_fails_spoils_no_other_hand_off() {
    let script = Script::new()
        .turn(
            Turn::responses()
                .call("generate_code", generate("src/two.rs", "Write two()."))
                .call("generate_code", generate("src/three.rs", "Write three().")),
        )
        .turn(Turn::chat().user_says("Write two().").fails(402, "insufficient_balance"))
        .turn(
            Turn::chat()
                .user_says("Write three().")
                .delay_ms(50)
                .text("<artifact path=\"src/three.rs\" language=\"rust\">\npub fn three() {}\n</artifact>\n"),
        )
        .turn(Turn::responses().round(1).tool_says("error: ").text("One of two is proposed."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Add both").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let waiting = world.waiting().await;
    assert_eq!(waiting.iter().map(|a| a.path.as_str()).collect::<Vec<_>>(), ["src/three.rs"]);
    let requests = world.server.requests();
    let told = requests.last().unwrap().body["input"].to_string();
    assert!(told.contains("Scripted failure: insufficient_balance"), "{told}");
    assert!(told.contains("Proposed src/three.rs"), "{told}");
    world.finish().await;
}

async fn storing(script: Script) -> World {
    World::with(PROJECT, script, |settings| {
        settings.providers.get_mut("openai").unwrap().store = true;
    })
    .await
}

#[tokio::test]
async fn stored_responses_are_continued_with_what_is_new() {
    let script = Script::new()
        .turn(Turn::responses().reasoning("Hm.").call("read_file", look()))
        .turn(Turn::responses().round(1).text("One."))
        .turn(Turn::responses().user_says("second").text("Two."));
    let world = storing(script).await;
    let first = world.ask("first").await;
    world.ask_in(Some(first.conversation), "second").await;
    let requests = world.server.requests();
    let sent = |at: usize| requests[at].body["input"].as_array().unwrap().clone();
    assert!(requests[0].body["previous_response_id"].is_null());
    assert_eq!(sent(1).len(), 1, "{:?}", sent(1));
    assert_eq!(sent(1)[0]["type"], "function_call_output");
    assert!(requests[1].body["previous_response_id"].is_string());
    assert_eq!(sent(2).len(), 1, "{:?}", sent(2));
    assert_eq!(sent(2)[0]["role"], "user");
    world.finish().await;
}

#[tokio::test]
async fn forgotten_response_is_replaced_by_the_whole_history() {
    let script = Script::new()
        .turn(Turn::responses().reasoning("Hm.").call("read_file", look()))
        .turn(Turn::responses().round(1).text("One."))
        .turn(Turn::responses().user_says("second").text("Two."));
    let world = storing(script).await;
    let first = world.ask("first").await;
    world.server.forget_responses();
    let second = world.ask_in(Some(first.conversation), "second").await;
    assert_eq!(second.said(), ["Two."], "{:?}", second.error());
    assert!(second.notices().is_empty(), "nothing the user must know: {:?}", second.notices());
    let requests = world.server.requests();
    assert_eq!(requests.len(), 4);
    assert!(requests[2].body["previous_response_id"].is_string());
    assert!(requests[3].body["previous_response_id"].is_null());
    let input = requests[3].body["input"].to_string();
    assert!(input.contains("first") && input.contains("One.") && input.contains("second"), "{input}");
    world.finish().await;
}

#[tokio::test]
async fn sealed_reasoning_goes_back_on_stateless_responses() {
    let script = Script::new()
        .turn(Turn::responses().reasoning("I must look.").call("read_file", look()))
        .turn(Turn::responses().round(1).reasoning("Once more.").call("read_file", look()))
        .turn(Turn::responses().round(2).text("One."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Look").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let requests = world.server.requests();
    assert_eq!(requests[0].body["include"], json!(["reasoning.encrypted_content"]));
    let input = requests[2].body["input"].as_array().unwrap();
    let sealed = input.iter().filter(|item| item["encrypted_content"].is_string()).count();
    assert_eq!(sealed, 2, "{input:#?}");
    world.finish().await;
}

/// The server refuses as DeepSeek does: a call whose reasoning does not come back ends with 400.
#[tokio::test]
async fn planner_on_deepseek_sends_its_reasoning_back() {
    let script = Script::new()
        .turn(Turn::chat().reasoning("I must look.").call("read_file", look()))
        .turn(Turn::chat().round(1).reasoning("Once more.").text("Hm.").call("read_file", look()))
        .turn(Turn::chat().round(2).call("list_files", json!({"glob": "*.md", "directory": null})))
        .turn(Turn::chat().round(3).reasoning("Enough.").text("One."))
        .turn(Turn::chat().user_says("again").text("Still one."));
    let world =
        World::with(PROJECT, script, |settings| settings.roles.planner = settings.roles.coder.clone()).await;
    let turn = world.ask("Look").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let again = world.ask_in(Some(turn.conversation), "again").await;
    assert_eq!(again.said(), ["Still one."], "{:?}", again.error());
    let requests = world.server.requests();
    let returned = |at: usize| -> Vec<Value> {
        let messages = requests[at].body["messages"].as_array().unwrap();
        let called = messages.iter().filter(|message| message["tool_calls"].is_array());
        called.map(|message| message["reasoning_content"].clone()).collect()
    };
    assert_eq!(returned(3), ["I must look.", "Once more.", ""]);
    assert_eq!(returned(4), returned(3));
    world.finish().await;
}
