//! The scripted model server itself, seen by a plain HTTP client: both wires keep to their schemas,
//! turns find their requests, and rule breakers are caught.

use std::{collections::BTreeMap, sync::LazyLock};

use jsonschema::Validator;
use mira::demo::server::{End, ModelServer, Script, Turn};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{
    model_server::{TestServer, post, post_json},
    schemas::{assert_valid, validator},
};

static EVENTS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
    let definitions = [
        ("response.created", "ResponseCreatedEvent"),
        ("response.in_progress", "ResponseInProgressEvent"),
        ("response.completed", "ResponseCompletedEvent"),
        ("response.incomplete", "ResponseIncompleteEvent"),
        ("response.failed", "ResponseFailedEvent"),
        ("error", "ResponseErrorEvent"),
        ("response.output_item.added", "ResponseOutputItemAddedEvent"),
        ("response.output_item.done", "ResponseOutputItemDoneEvent"),
        (
            "response.content_part.added",
            "ResponseContentPartAddedEvent",
        ),
        ("response.content_part.done", "ResponseContentPartDoneEvent"),
        ("response.output_text.delta", "ResponseTextDeltaEvent"),
        ("response.output_text.done", "ResponseTextDoneEvent"),
        ("response.refusal.delta", "ResponseRefusalDeltaEvent"),
        ("response.refusal.done", "ResponseRefusalDoneEvent"),
        (
            "response.function_call_arguments.delta",
            "ResponseFunctionCallArgumentsDeltaEvent",
        ),
        (
            "response.function_call_arguments.done",
            "ResponseFunctionCallArgumentsDoneEvent",
        ),
        (
            "response.reasoning_summary_part.added",
            "ResponseReasoningSummaryPartAddedEvent",
        ),
        (
            "response.reasoning_summary_part.done",
            "ResponseReasoningSummaryPartDoneEvent",
        ),
        (
            "response.reasoning_summary_text.delta",
            "ResponseReasoningSummaryTextDeltaEvent",
        ),
        (
            "response.reasoning_summary_text.done",
            "ResponseReasoningSummaryTextDoneEvent",
        ),
    ];
    definitions
        .map(|(event, definition)| (event, validator(definition)))
        .into()
});

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

fn data(stream: &str) -> Vec<&str> {
    stream
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .collect()
}

fn responses_request(extra: Value) -> Value {
    let mut body = json!({
        "model": "gpt-5", "instructions": "Be kind.", "input": "hello", "stream": true,
        "reasoning": { "summary": "auto" }, "include": ["reasoning.encrypted_content"],
    });
    body.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    body
}

fn chat_request(extra: Value) -> Value {
    let messages = json!([{ "role": "system", "content": "Be kind." }, { "role": "user", "content": "hello" }]);
    let mut body = json!({ "model": "deepseek-flash", "messages": messages, "stream": true });
    body.as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    body
}

/// Plays `turn` over the Responses wire; `expected` are the events, repeated ones once.
async fn check_events(turn: Turn, expected: &str) {
    let server = TestServer::start(Script::new().piece(3).turn(turn)).await;
    let (stream, _) =
        read_stream(post(&server, "/responses", &responses_request(json!({}))).await).await;
    let events: Vec<Value> = data(&stream)
        .iter()
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    for (at, event) in events.iter().enumerate() {
        let kind = event["type"].as_str().unwrap();
        assert_eq!(event["sequence_number"], at);
        assert!(stream.contains(&format!("event: {kind}\n")));
        assert_valid(&EVENTS[kind], event, kind);
    }
    let mut kinds: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    kinds.dedup();
    let kinds = kinds
        .iter()
        .map(|kind| kind.trim_start_matches("response."))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(
        kinds,
        expected.split_whitespace().collect::<Vec<_>>().join(" ")
    );
    assert_deltas_add_up(&events);
}

fn assert_deltas_add_up(events: &[Value]) {
    let mut deltas = String::new();
    for event in events {
        deltas += event["delta"].as_str().unwrap_or_default();
        let whole = ["text", "refusal", "arguments"]
            .iter()
            .find_map(|field| event[field].as_str());
        if let Some(whole) = whole {
            assert_eq!(std::mem::take(&mut deltas), whole);
        }
    }
}

#[tokio::test]
async fn responses_events_keep_to_their_grammar() {
    let reasoning = "output_item.added reasoning_summary_part.added reasoning_summary_text.delta \
        reasoning_summary_text.done reasoning_summary_part.done output_item.done";
    let text = "output_item.added content_part.added output_text.delta output_text.done content_part.done \
        output_item.done";
    let call = "output_item.added function_call_arguments.delta function_call_arguments.done output_item.done";
    let read = || json!({ "path": "src/main.rs" });
    check_events(
        Turn::responses()
            .reasoning("I think.")
            .text("Grüße, 世界.")
            .call("read_file", read())
            .call("other", read()),
        &format!("created in_progress {reasoning} {text} {call} {call} completed"),
    )
    .await;
    let refusal = text.replace("output_text", "refusal");
    check_events(
        Turn::any().refusal("I won't."),
        &format!("created in_progress {refusal} completed"),
    )
    .await;
    check_events(
        Turn::any().call_raw("read_file", "{\"pa").end(End::Length),
        &format!("created in_progress {call} incomplete"),
    )
    .await;
    let open = "created in_progress output_item.added content_part.added output_text.delta";
    check_events(Turn::any().text("half").end(End::Missing), open).await;
    let error = End::Error {
        code: "server_error".into(),
        message: "Sorry.".into(),
    };
    check_events(
        Turn::any().text("half").end(error),
        &format!("{open} error failed"),
    )
    .await;
}

/// Plays `turn` over the chat wire; `expected` is reasoning | text | calls | finish.
async fn check_chunks(turn: Turn, request: Value, expected: &str) {
    let server = TestServer::start(Script::new().piece(3).turn(turn)).await;
    let (stream, _) =
        read_stream(post(&server, "/chat/completions", &chat_request(request)).await).await;
    let chunk_schema = validator("CreateChatCompletionStreamResponse");
    let (mut reasoning, mut text, mut calls, mut finish) =
        (String::new(), String::new(), String::new(), "none".into());
    let (last, chunks) = data(&stream)
        .split_last()
        .map(|(last, chunks)| (*last, chunks.to_vec()))
        .unwrap();
    assert_eq!(last, "[DONE]");
    for chunk in chunks {
        let chunk: Value = serde_json::from_str(chunk).unwrap();
        assert_valid(&chunk_schema, &chunk, "chunk");
        let choice = &chunk["choices"][0];
        reasoning += choice["delta"]["reasoning_content"]
            .as_str()
            .unwrap_or_default();
        text += choice["delta"]["content"].as_str().unwrap_or_default();
        for call in choice["delta"]["tool_calls"]
            .as_array()
            .into_iter()
            .flatten()
        {
            if let Some(name) = call["function"]["name"].as_str() {
                calls += &format!("{}:{name}", call["index"]);
            }
            calls += call["function"]["arguments"].as_str().unwrap();
        }
        if let Some(reason) = choice["finish_reason"].as_str() {
            finish = reason.to_owned();
            assert!(chunk["usage"]["total_tokens"].as_u64().unwrap() > 0);
        }
    }
    assert_eq!(
        format!("{reasoning} | {text} | {calls} | {finish}"),
        expected
    );
}

#[tokio::test]
async fn chat_chunks_keep_to_their_schema() {
    let turn = || Turn::chat().reasoning("I think.").text("Grüße, 世界.");
    check_chunks(turn(), json!({}), "I think. | Grüße, 世界. |  | stop").await;
    check_chunks(
        turn(),
        json!({ "thinking": { "type": "disabled" } }),
        " | Grüße, 世界. |  | stop",
    )
    .await;
    check_chunks(
        turn().end(End::Length),
        json!({}),
        "I think. | Grüße, 世界. |  | length",
    )
    .await;
    let calls = turn().call("f", json!({ "a": 1 })).call("g", json!({}));
    check_chunks(
        calls,
        json!({}),
        r#"I think. | Grüße, 世界. | 0:f{"a":1}1:g{} | tool_calls"#,
    )
    .await;
}

#[tokio::test]
async fn whole_answers_keep_to_their_schemas() {
    let turn = || {
        Turn::any()
            .reasoning("I think.")
            .text("Hello.")
            .call("f", json!({}))
    };
    let server = TestServer::start(Script::new().turn(turn()).turn(turn())).await;
    let whole = json!({ "stream": false });
    let (_, response) = post_json(&server, "/responses", &responses_request(whole.clone())).await;
    assert_valid(&validator("Response"), &response, "response");
    assert_eq!(response["output"][1]["content"][0]["text"], "Hello.");
    let (_, completion) = post_json(&server, "/chat/completions", &chat_request(whole)).await;
    assert_valid(
        &validator("CreateChatCompletionResponse"),
        &completion,
        "completion",
    );
    assert_eq!(
        completion["choices"][0]["message"]["reasoning_content"],
        "I think."
    );
}

#[tokio::test]
async fn a_stored_response_can_be_continued() {
    let script = Script::new()
        .turn(
            Turn::responses()
                .round(0)
                .call("read_file", json!({ "path": "a" })),
        )
        .turn(
            Turn::responses()
                .round(1)
                .user_says("hello")
                .tool_says("content of a")
                .text("I see."),
        );
    let server = TestServer::start(script).await;
    let (_, first) = post_json(
        &server,
        "/responses",
        &responses_request(json!({ "stream": false })),
    )
    .await;
    let call_id = &first["output"][0]["call_id"];
    let output =
        json!([{ "type": "function_call_output", "call_id": call_id, "output": "content of a" }]);
    let next = responses_request(
        json!({ "stream": false, "previous_response_id": first["id"], "input": output }),
    );
    let (_, second) = post_json(&server, "/responses", &next).await;
    assert_eq!(second["output"][0]["content"][0]["text"], "I see.");

    server.forget_responses();
    let (status, body) = post_json(&server, "/responses", &next).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (
            StatusCode::BAD_REQUEST,
            &json!("previous_response_not_found")
        )
    );
    server.finish();
}

#[tokio::test]
async fn an_unstored_or_unfinished_response_cannot_be_continued() {
    let script = Script::new()
        .turn(Turn::any().text("a"))
        .turn(Turn::any().text("b").end(End::Missing));
    let server = TestServer::start(script).await;
    let unstored = responses_request(json!({ "store": false }));
    for (request, id) in [
        (unstored, "resp_1_1"),
        (responses_request(json!({})), "resp_2_1"),
    ] {
        let (stream, _) = read_stream(post(&server, "/responses", &request).await).await;
        assert!(stream.contains(id));
        let next = responses_request(json!({ "previous_response_id": id }));
        assert_eq!(
            post(&server, "/responses", &next).await.status(),
            StatusCode::BAD_REQUEST
        );
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
    check_fault(
        Turn::any().text("a").end(End::CutAfter(7)),
        "data: {",
        false,
    )
    .await;
    check_fault(
        Turn::any().text("a").end(End::CutAfter(100_000)),
        "data: [DONE]\n\n",
        false,
    )
    .await;
    check_fault(
        Turn::any().raw("data: {oops\n\n").end(End::Missing),
        "data: {oops\n\n",
        true,
    )
    .await;
    let error = End::Error {
        code: "429".into(),
        message: "Slow down.".into(),
    };
    check_fault(Turn::any().end(error), "\"type\":\"429\"}}\n\n", true).await;
}

#[tokio::test]
async fn scripted_status_headers_and_body_are_sent() {
    let headers = BTreeMap::from([
        ("retry-after".to_owned(), "3".to_owned()),
        ("content-type".to_owned(), "text/html".to_owned()),
    ]);
    let end = End::Status {
        code: 502,
        headers,
        body: "<h1>Bad gateway</h1>".to_owned(),
    };
    let server = TestServer::start(Script::new().turn(Turn::embeddings().end(end))).await;
    let request = json!({ "model": "text-embedding-3-small", "input": "a" });
    let response = post(&server, "/embeddings", &request).await;
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (502, &"3".parse().unwrap())
    );
    assert_eq!(response.headers()["content-type"], "text/html");
    assert_eq!(response.text().await.unwrap(), "<h1>Bad gateway</h1>");
    assert_eq!(
        post(&server, "/embeddings", &request).await.status(),
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_client_that_leaves_a_stalled_answer_is_noticed() {
    let server =
        TestServer::start(Script::new().turn(Turn::any().text("half").end(End::Stall))).await;
    let mut response = post(&server, "/responses", &responses_request(json!({}))).await;
    assert!(response.chunk().await.unwrap().is_some());
    assert_eq!(server.abandoned(), 0);
    drop(response);
    while server.abandoned() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn embeddings_are_the_same_in_both_encodings() {
    use base64::{Engine as _, prelude::BASE64_STANDARD};
    let server = TestServer::start(Script::new()).await;
    let request = |encoding: &str| json!({ "model": "text-embedding-3-large", "input": ["a b", "c"], "dimensions": 8, "encoding_format": encoding });
    let (_, float) = post_json(&server, "/embeddings", &request("float")).await;
    assert_valid(&validator("CreateEmbeddingResponse"), &float, "embeddings");
    let (_, packed) = post_json(&server, "/embeddings", &request("base64")).await;
    for at in 0..2 {
        let bytes = BASE64_STANDARD
            .decode(packed["data"][at]["embedding"].as_str().unwrap())
            .unwrap();
        let vector: Vec<f32> = bytes
            .chunks(4)
            .map(|x| f32::from_le_bytes(x.try_into().unwrap()))
            .collect();
        assert_eq!(
            serde_json::from_value::<Vec<f32>>(float["data"][at]["embedding"].clone()).unwrap(),
            vector
        );
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
    assert!(
        violations.len() == 1 && violations[0].contains(rule),
        "{violations:?}"
    );
}

#[tokio::test]
async fn rule_breakers_are_refused_and_remembered() {
    let output = json!([{ "type": "function_call_output", "call_id": "c", "output": "" }]);
    check_violation(
        "/responses",
        responses_request(json!({ "input": output })),
        400,
        "No tool call found",
    )
    .await;
    check_violation(
        "/responses",
        responses_request(json!({ "instructions": null })),
        400,
        "instructions",
    )
    .await;
    check_violation(
        "/chat/completions",
        chat_request(json!({ "messages": [] })),
        400,
        "instructions",
    )
    .await;
    check_violation(
        "/embeddings",
        json!({ "model": "m", "input": "" }),
        400,
        "empty",
    )
    .await;
    check_violation("/completions", json!({}), 404, "Invalid URL").await;
    let unscripted = r#"No turn of the script fits: Chat request to deepseek-flash, round 0, 0 tool results, user: "hello""#;
    check_violation(
        "/chat/completions",
        chat_request(json!({})),
        500,
        unscripted,
    )
    .await;
}

#[tokio::test]
#[should_panic(expected = "nobody asked for")]
async fn an_unused_turn_fails_its_test() {
    TestServer::start(Script::new().turn(Turn::any()))
        .await
        .finish();
}

#[tokio::test]
#[should_panic(expected = "breaks its schema")]
async fn an_invalid_request_fails_its_test() {
    let server = TestServer::start(Script::new().turn(Turn::any().text("a"))).await;
    post(
        &server,
        "/responses",
        &responses_request(json!({ "max_output_tokens": "many" })),
    )
    .await;
}
