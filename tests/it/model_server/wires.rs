//! Both wires keep to their published schemas and say what the turn says.

use std::{collections::BTreeMap, sync::LazyLock};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jsonschema::Validator;
use mira::demo::server::{End, Script, Turn};
use serde_json::{Value, json};

use super::{chat_request, read_stream, responses_request};
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
        ("response.content_part.added", "ResponseContentPartAddedEvent"),
        ("response.content_part.done", "ResponseContentPartDoneEvent"),
        ("response.output_text.delta", "ResponseTextDeltaEvent"),
        ("response.output_text.done", "ResponseTextDoneEvent"),
        ("response.refusal.delta", "ResponseRefusalDeltaEvent"),
        ("response.refusal.done", "ResponseRefusalDoneEvent"),
        ("response.function_call_arguments.delta", "ResponseFunctionCallArgumentsDeltaEvent"),
        ("response.function_call_arguments.done", "ResponseFunctionCallArgumentsDoneEvent"),
        ("response.reasoning_summary_part.added", "ResponseReasoningSummaryPartAddedEvent"),
        ("response.reasoning_summary_part.done", "ResponseReasoningSummaryPartDoneEvent"),
        ("response.reasoning_summary_text.delta", "ResponseReasoningSummaryTextDeltaEvent"),
        ("response.reasoning_summary_text.done", "ResponseReasoningSummaryTextDoneEvent"),
    ];
    definitions.map(|(event, definition)| (event, validator(definition))).into()
});

fn data(stream: &str) -> Vec<&str> {
    stream.lines().filter_map(|line| line.strip_prefix("data: ")).collect()
}

/// Plays `turn` over the Responses wire; `expected` are the events, repeated ones once.
async fn check_events(turn: Turn, expected: &str) {
    let server = TestServer::start(Script::new().piece(3).turn(turn)).await;
    let (stream, _) = read_stream(post(&server, "/responses", &responses_request(json!({}))).await).await;
    let events: Vec<Value> = data(&stream).iter().map(|data| serde_json::from_str(data).unwrap()).collect();
    for (at, event) in events.iter().enumerate() {
        let kind = event["type"].as_str().unwrap();
        assert_eq!(event["sequence_number"], at);
        assert!(stream.contains(&format!("event: {kind}\n")));
        assert_valid(&EVENTS[kind], event, kind);
    }
    let mut kinds: Vec<&str> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    kinds.dedup();
    let kinds = kinds.iter().map(|kind| kind.trim_start_matches("response.")).collect::<Vec<_>>().join(" ");
    assert_eq!(kinds, expected.split_whitespace().collect::<Vec<_>>().join(" "));
    assert_deltas_add_up(&events);
}

fn assert_deltas_add_up(events: &[Value]) {
    let mut deltas = String::new();
    for event in events {
        deltas += event["delta"].as_str().unwrap_or_default();
        let whole = ["text", "refusal", "arguments"].iter().find_map(|field| event[field].as_str());
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
    let call =
        "output_item.added function_call_arguments.delta function_call_arguments.done output_item.done";
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
    check_events(Turn::any().refusal("I won't."), &format!("created in_progress {refusal} completed")).await;
    check_events(
        Turn::any().call_raw("read_file", "{\"pa").end(End::Length),
        &format!("created in_progress {call} incomplete"),
    )
    .await;
    let open = "created in_progress output_item.added content_part.added output_text.delta";
    check_events(Turn::any().text("half").end(End::Missing), open).await;
    let error = End::Error { code: "server_error".into(), message: "Sorry.".into() };
    check_events(Turn::any().text("half").end(error), &format!("{open} error failed")).await;
}

/// Plays `turn` over the chat wire; `expected` is reasoning | text | calls | finish.
async fn check_chunks(turn: Turn, request: Value, expected: &str) {
    let server = TestServer::start(Script::new().piece(3).turn(turn)).await;
    let (stream, _) = read_stream(post(&server, "/chat/completions", &chat_request(request)).await).await;
    let chunk_schema = validator("CreateChatCompletionStreamResponse");
    let (mut reasoning, mut text, mut calls, mut finish) =
        (String::new(), String::new(), String::new(), "none".into());
    let (last, chunks) = data(&stream).split_last().map(|(last, chunks)| (*last, chunks.to_vec())).unwrap();
    assert_eq!(last, "[DONE]");
    for chunk in chunks {
        let chunk: Value = serde_json::from_str(chunk).unwrap();
        assert_valid(&chunk_schema, &chunk, "chunk");
        let choice = &chunk["choices"][0];
        reasoning += choice["delta"]["reasoning_content"].as_str().unwrap_or_default();
        text += choice["delta"]["content"].as_str().unwrap_or_default();
        for call in choice["delta"]["tool_calls"].as_array().into_iter().flatten() {
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
    assert_eq!(format!("{reasoning} | {text} | {calls} | {finish}"), expected);
}

#[tokio::test]
async fn chat_chunks_keep_to_their_schema() {
    let turn = || Turn::chat().reasoning("I think.").text("Grüße, 世界.");
    check_chunks(turn(), json!({}), "I think. | Grüße, 世界. |  | stop").await;
    check_chunks(turn(), json!({ "thinking": { "type": "disabled" } }), " | Grüße, 世界. |  | stop").await;
    check_chunks(turn().end(End::Length), json!({}), "I think. | Grüße, 世界. |  | length").await;
    let calls = turn().call("f", json!({ "a": 1 })).call("g", json!({}));
    check_chunks(calls, json!({}), r#"I think. | Grüße, 世界. | 0:f{"a":1}1:g{} | tool_calls"#).await;
}

#[tokio::test]
async fn whole_answers_keep_to_their_schemas() {
    let turn = || Turn::any().reasoning("I think.").text("Hello.").call("f", json!({}));
    let server = TestServer::start(Script::new().turn(turn()).turn(turn())).await;
    let whole = json!({ "stream": false });
    let (_, response) = post_json(&server, "/responses", &responses_request(whole.clone())).await;
    assert_valid(&validator("Response"), &response, "response");
    assert_eq!(response["output"][1]["content"][0]["text"], "Hello.");
    let (_, completion) = post_json(&server, "/chat/completions", &chat_request(whole)).await;
    assert_valid(&validator("CreateChatCompletionResponse"), &completion, "completion");
    assert_eq!(completion["choices"][0]["message"]["reasoning_content"], "I think.");
}

#[tokio::test]
async fn embeddings_are_the_same_in_both_encodings() {
    let server = TestServer::start(Script::new()).await;
    let request = |encoding: &str| json!({ "model": "text-embedding-3-large", "input": ["a b", "c"], "dimensions": 8, "encoding_format": encoding });
    let (_, float) = post_json(&server, "/embeddings", &request("float")).await;
    assert_valid(&validator("CreateEmbeddingResponse"), &float, "embeddings");
    let (_, packed) = post_json(&server, "/embeddings", &request("base64")).await;
    for at in 0..2 {
        let bytes = BASE64_STANDARD.decode(packed["data"][at]["embedding"].as_str().unwrap()).unwrap();
        let vector: Vec<f32> = bytes.chunks(4).map(|x| f32::from_le_bytes(x.try_into().unwrap())).collect();
        assert_eq!(
            serde_json::from_value::<Vec<f32>>(float["data"][at]["embedding"].clone()).unwrap(),
            vector
        );
    }
}
