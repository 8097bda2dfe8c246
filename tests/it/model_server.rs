//! The scripted model server itself, seen by a plain HTTP client: turns find their requests, faults
//! arrive as scripted, and rule breakers are caught.

mod wires;

use std::collections::BTreeMap;

use mira::demo::server::{End, ModelServer, Script, Turn};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::model_server::{TestServer, post, post_json};

/// What came until the stream's end or break.
async fn read_stream(mut response: Response) -> (String, bool) {
    let mut bytes = Vec::new();
    let complete = loop {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend(chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    (String::from_utf8(bytes).unwrap(), complete)
}

fn responses_request(extra: Value) -> Value {
    let mut body = json!({
        "model": "gpt-5", "instructions": "Be kind.", "input": "hello", "stream": true,
        "reasoning": { "summary": "auto" }, "include": ["reasoning.encrypted_content"],
    });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

fn chat_request(extra: Value) -> Value {
    let messages =
        json!([{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "hello" }]);
    let mut body = json!({ "model": "deepseek-flash", "messages": messages, "stream": true });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_stored_response_can_be_continued() {
    let script = Script::new()
        .turn(Turn::responses().round(0).call("read_file", json!({ "path": "a" })))
        .turn(Turn::responses().round(1).user_says("hello").tool_says("content of a").text("I see."));
    let server = TestServer::start(script).await;
    let (_, first) = post_json(&server, "/responses", &responses_request(json!({ "stream": false }))).await;
    let call_id = &first["output"][0]["call_id"];
    let output = json!([{ "type": "function_call_output", "call_id": call_id, "output": "content of a" }]);
    let next =
        responses_request(json!({ "stream": false, "previous_response_id": first["id"], "input": output }));
    let (_, second) = post_json(&server, "/responses", &next).await;
    assert_eq!(second["output"][0]["content"][0]["text"], "I see.");

    server.forget_responses();
    let (status, body) = post_json(&server, "/responses", &next).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (StatusCode::BAD_REQUEST, &json!("previous_response_not_found"))
    );
    server.finish();
}

#[tokio::test]
async fn an_unstored_or_unfinished_response_cannot_be_continued() {
    let script = Script::new().turn(Turn::any().text("a")).turn(Turn::any().text("b").end(End::Missing));
    let server = TestServer::start(script).await;
    let unstored = responses_request(json!({ "store": false }));
    for (request, id) in [(unstored, "resp_1_1"), (responses_request(json!({})), "resp_2_1")] {
        let (stream, _) = read_stream(post(&server, "/responses", &request).await).await;
        assert!(stream.contains(id));
        let next = responses_request(json!({ "previous_response_id": id }));
        assert_eq!(post(&server, "/responses", &next).await.status(), StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn parallel_requests_find_their_turns_in_any_order() {
    let script = Script::new()
        .turn(Turn::chat().user_says("src/a.rs").text("file a"))
        .turn(Turn::chat().user_says("src/b.rs").text("file b"));
    let server = TestServer::start(script).await;
    let ask = async |path: &str| {
        let messages = json!([{ "role": "system", "content": "Be kind." }, { "role": "user", "content": format!("write {path}") }]);
        let request = chat_request(json!({ "stream": false, "messages": messages }));
        post_json(&server, "/chat/completions", &request).await.1["choices"][0]["message"]["content"].clone()
    };
    let (b, a) = tokio::join!(ask("src/b.rs"), ask("src/a.rs"));
    assert_eq!((a, b), (json!("file a"), json!("file b")));
    server.wait_for_requests(2).await;
}

/// The last piece of what a client sees of `turn`, and whether the body ended properly.
async fn check_fault(turn: Turn, tail: &str, complete: bool) {
    let server = TestServer::start(Script::new().turn(turn)).await;
    let (stream, whole) =
        read_stream(post(&server, "/chat/completions", &chat_request(json!({}))).await).await;
    assert!(stream.ends_with(tail), "{stream}");
    assert_eq!(whole, complete, "{stream}");
}

#[tokio::test]
async fn faults_reach_the_client_as_scripted() {
    check_fault(Turn::any().fails(503, "server_is_overloaded"), "}}", true).await;
    check_fault(Turn::any().text("a").end(End::Missing), "\n\n", true).await;
    check_fault(Turn::any().text("a").end(End::CutAfter(7)), "data: {", false).await;
    check_fault(Turn::any().text("a").end(End::CutAfter(100_000)), "data: [DONE]\n\n", false).await;
    check_fault(Turn::any().raw("data: {oops\n\n").end(End::Missing), "data: {oops\n\n", true).await;
    let error = End::Error { code: "429".into(), message: "Slow down.".into() };
    check_fault(Turn::any().end(error), "\"type\":\"429\"}}\n\n", true).await;
}

#[tokio::test]
async fn scripted_status_headers_and_body_are_sent() {
    let headers = BTreeMap::from([
        ("retry-after".to_owned(), "3".to_owned()),
        ("content-type".to_owned(), "text/html".to_owned()),
    ]);
    let end = End::Status { code: 502, headers, body: "<h1>Bad gateway</h1>".to_owned() };
    let server = TestServer::start(Script::new().turn(Turn::embeddings().end(end))).await;
    let request = json!({ "model": "text-embedding-3-small", "input": "a" });
    let response = post(&server, "/embeddings", &request).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["retry-after"]),
        (502, &"3".parse().unwrap())
    );
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.text().await.unwrap(), "<h1>Bad gateway</h1>");
    assert_eq!(post(&server, "/embeddings", &request).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_leaves_a_stalled_answer_is_noticed() {
    let server = TestServer::start(Script::new().turn(Turn::any().text("half").end(End::Stall))).await;
    let mut response = post(&server, "/responses", &responses_request(json!({}))).await;
    assert!(response.chunk().await.unwrap().is_some());
    assert_eq!(server.abandoned(), 0);
    drop(response);
    while server.abandoned() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// Sends a request that breaks a rule: it is refused and remembered.
async fn check_violation(path: &str, body: Value, status: u16, rule: &str) {
    let server = ModelServer::start(Script::new()).await.unwrap();
    let (found, answer) = post_json(&server, path, &body).await;
    let message = answer["error"]["message"].as_str().unwrap();
    assert_eq!(found.as_u16(), status, "{message}");
    assert!(message.contains(rule), "{message}");
    let violations = server.violations();
    assert!(violations.len() == 1 && violations[0].contains(rule), "{violations:?}");
}

#[tokio::test]
async fn rule_breakers_are_refused_and_remembered() {
    let output = json!([{ "type": "function_call_output", "call_id": "c", "output": "" }]);
    check_violation("/responses", responses_request(json!({ "input": output })), 400, "No tool call found")
        .await;
    check_violation("/responses", responses_request(json!({ "instructions": null })), 400, "instructions")
        .await;
    check_violation("/chat/completions", chat_request(json!({ "messages": [] })), 400, "instructions").await;
    check_violation("/embeddings", json!({ "model": "m", "input": "" }), 400, "empty").await;
    check_violation("/completions", json!({}), 404, "Invalid URL").await;
    let unscripted = r#"No turn of the script fits: Chat request to deepseek-flash, round 0, 0 tool results, user: "hello""#;
    check_violation("/chat/completions", chat_request(json!({})), 500, unscripted).await;
}

#[tokio::test]
#[should_panic(expected = "nobody asked for")]
async fn an_unused_turn_fails_its_test() {
    TestServer::start(Script::new().turn(Turn::any())).await.finish();
}

#[tokio::test]
#[should_panic(expected = "breaks its schema")]
async fn an_invalid_request_fails_its_test() {
    let server = TestServer::start(Script::new().turn(Turn::any().text("a"))).await;
    post(&server, "/responses", &responses_request(json!({ "max_output_tokens": "many" }))).await;
}
