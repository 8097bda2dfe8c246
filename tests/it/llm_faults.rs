//! Every way a service can fail: each ends in bounded time, with the right class, a sentence that
//! names the cause, partial text kept, and nothing shown twice.

mod play;

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use mira::{
    config::{NetworkSettings, ProviderKind, Role},
    llm::{Chunk, FinishReason, LlmErrorKind, Providers, Request},
};

use crate::support::{
    llm::{KEY, settings},
    raw_server::{Act, RawServer, Script, answer, chunked_events, events, json},
};

pub(crate) use play::ask;
use play::{fault, watch};

const CREATED: &str = r#"{"type":"response.created","response":{"id":"resp_1","status":"in_progress"}}"#;
const HALF: &str = r#"{"type":"response.output_text.delta","output_index":0,"delta":"half "}"#;
const COMPLETED: &str = r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[{"type":"message","role":"assistant","content":[{"type":"output_text","text":"half done"}]}],"usage":{"input_tokens":1,"output_tokens":1}}}"#;
const LIMITED: LlmErrorKind = LlmErrorKind::RateLimited { retry_after: None };

fn sse(pieces: &[&str]) -> String {
    pieces.iter().map(|piece| format!("data: {piece}\n\n")).collect()
}

fn whole() -> Script {
    events(&sse(&[CREATED, HALF, COMPLETED]))
}

fn then(mut script: Script, act: Act) -> Script {
    script.push(act);
    script
}

fn soon(network: &mut NetworkSettings) {
    network.first_byte_timeout = Duration::from_millis(200);
    network.idle_timeout = Duration::from_millis(200);
}

// Broken connections

#[tokio::test]
async fn reset_before_an_answer_is_repeated() {
    let reset = vec![Act::Reset];
    fault("reset once", vec![reset.clone(), whole()])
        .showing("half done")
        .after_requests(2)
        .completes(FinishReason::Stop)
        .await;
    fault("reset always", vec![reset]).after_requests(3).fails(LlmErrorKind::Transport, "broke").await;
}

#[tokio::test]
async fn reset_in_the_middle_keeps_the_text_and_ends() {
    let script = then(then(events(&sse(&[CREATED, HALF])), Act::Wait(Duration::from_millis(50))), Act::Reset);
    fault("reset after text", vec![script])
        .showing("half ")
        .fails(LlmErrorKind::Transport, "broke off")
        .await;
}

#[tokio::test]
async fn truncated_stream_is_repeated_only_before_text() {
    let silent = chunked_events(&sse(&[CREATED]));
    fault("cut before text", vec![silent, whole()])
        .showing("half done")
        .after_requests(2)
        .completes(FinishReason::Stop)
        .await;
    let spoken = chunked_events(&sse(&[CREATED, HALF]));
    fault("cut after text", vec![spoken, whole()])
        .showing("half ")
        .fails(LlmErrorKind::Transport, "broke off")
        .await;
}

#[tokio::test]
async fn missing_terminal_event_is_a_broken_answer() {
    let script = events(&sse(&[CREATED, HALF]));
    fault("no terminal event", vec![script])
        .showing("half ")
        .fails(LlmErrorKind::Transport, "broke off before its end")
        .await;
    let script = events("data: {\"choices\":[{\"delta\":{\"content\":\"half \"}}]}\n\n");
    fault("no finish reason", vec![script])
        .over_chat()
        .showing("half ")
        .fails(LlmErrorKind::Transport, "broke off")
        .await;
}

#[tokio::test]
async fn event_cut_in_the_middle_is_a_broken_answer() {
    let script = events(&format!("{}data: {{\"type\":\"respo", sse(&[CREATED, HALF])));
    fault("event cut", vec![script]).showing("half ").fails(LlmErrorKind::Transport, "broke off").await;
}

#[tokio::test]
async fn nobody_listening_is_named_with_its_address() {
    let port = RawServer::start(Vec::new()).await.port();
    let settings = settings(ProviderKind::Responses, &format!("http://127.0.0.1:{port}/v1"), "gpt-5");
    let seen = watch(&settings).await;
    let error = seen.error.unwrap();
    assert_eq!(error.kind, LlmErrorKind::Transport, "{error}");
    assert!(error.message.contains(&format!("no connection to http://127.0.0.1:{port}")), "{error}");
    assert_eq!(seen.retrying, 2);
}

// Silence

#[tokio::test]
async fn silence_before_the_answer_ends_the_call() {
    let script = vec![Act::Wait(Duration::from_secs(9))];
    fault("no headers", vec![script])
        .tuned(soon)
        .fails(LlmErrorKind::Timeout, "no answer within 200 ms (first_byte_timeout)")
        .await;
    let script = then(events(""), Act::Wait(Duration::from_secs(9)));
    fault("no body", vec![script]).tuned(soon).fails(LlmErrorKind::Timeout, "first_byte_timeout").await;
}

#[tokio::test]
async fn slow_headers_count_as_silence() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n";
    let drip =
        head.bytes().flat_map(|byte| [Act::Send(vec![byte]), Act::Wait(Duration::from_millis(30))]).collect();
    fault("slow headers", vec![drip]).tuned(soon).fails(LlmErrorKind::Timeout, "first_byte_timeout").await;
}

#[tokio::test]
async fn stall_in_the_middle_ends_the_call_and_keeps_the_text() {
    let script = then(events(&sse(&[CREATED, HALF])), Act::Wait(Duration::from_secs(9)));
    fault("stall", vec![script])
        .tuned(soon)
        .showing("half ")
        .fails(LlmErrorKind::Timeout, "nothing came for 200 ms (idle_timeout)")
        .await;
}

#[tokio::test]
async fn comments_are_a_sign_of_life() {
    let mut script = events(&sse(&[CREATED]));
    for _ in 0..8 {
        script.push(Act::Wait(Duration::from_millis(60)));
        script.push(Act::Send(b": keep-alive\n\n".to_vec()));
    }
    script.push(Act::Send(sse(&[HALF, COMPLETED]).into_bytes()));
    let patient = |network: &mut NetworkSettings| network.idle_timeout = Duration::from_millis(300);
    fault("comments", vec![script]).tuned(patient).showing("half done").completes(FinishReason::Stop).await;
}

#[tokio::test]
async fn endless_trickle_ends_with_the_total_time() {
    let mut script = events(&sse(&[CREATED]));
    for _ in 0..200 {
        script.push(Act::Send(b": still here\n\n".to_vec()));
        script.push(Act::Wait(Duration::from_millis(40)));
    }
    let short = |network: &mut NetworkSettings| network.total_timeout = Duration::from_millis(300);
    fault("trickle", vec![script])
        .tuned(short)
        .fails(LlmErrorKind::Timeout, "longer than 300 ms (total_timeout)")
        .await;
}

// Answers that are none

#[tokio::test]
async fn invalid_json_in_a_stream_ends_the_call() {
    let script = events(&format!("{}data: {{oops\n\n", sse(&[CREATED, HALF])));
    fault("bad chunk", vec![script]).showing("half ").fails(LlmErrorKind::BadReply, "not valid JSON").await;
    let script = events("data: {oops\n\n");
    fault("bad chunk, chat", vec![script]).over_chat().fails(LlmErrorKind::BadReply, "not valid JSON").await;
}

#[tokio::test]
async fn bytes_that_are_no_text_end_the_call() {
    let mut script = events("");
    script.push(Act::Send(b"data: {\"type\":\"\xff\xfe\"}\n\n".to_vec()));
    fault("not UTF-8", vec![script]).fails(LlmErrorKind::BadReply, "not valid JSON").await;
}

#[tokio::test]
async fn wrong_content_types_are_named_or_seen_through() {
    let page = answer("200 OK", &[("content-type", "text/html")], "<html><body>Welcome</body></html>");
    fault("web page", vec![page]).fails(LlmErrorKind::BadReply, "web page").await;
    let plain = answer("200 OK", &[("content-type", "text/plain")], "hello");
    fault("plain text", vec![plain])
        .fails(LlmErrorKind::BadReply, "neither a stream of events nor JSON")
        .await;
    let mislabelled = answer("200 OK", &[("content-type", "text/plain")], &sse(&[CREATED, HALF, COMPLETED]));
    fault("stream as text", vec![mislabelled]).showing("half done").completes(FinishReason::Stop).await;
    let broken = json("200 OK", "\"just words\"");
    fault("no object", vec![broken]).fails(LlmErrorKind::BadReply, "not valid JSON").await;
}

#[tokio::test]
async fn whole_json_answer_to_a_stream_request_is_taken() {
    let response = serde_json::from_str::<serde_json::Value>(COMPLETED).unwrap()["response"].to_string();
    fault("whole response", vec![json("200 OK", &response)])
        .showing("half done")
        .completes(FinishReason::Stop)
        .await;
    // DeepSeek sends empty lines while it waits.
    let chat = "\n\n{\"choices\":[{\"message\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}";
    fault("whole chat", vec![json("200 OK", chat)])
        .over_chat()
        .showing("hi")
        .completes(FinishReason::Stop)
        .await;
    fault("not a chat", vec![json("200 OK", "{\"ok\":true}")])
        .over_chat()
        .fails(LlmErrorKind::BadReply, "no message")
        .await;
    fault("cut JSON", vec![json("200 OK", "{\"id\":")])
        .after_requests(3)
        .fails(LlmErrorKind::Transport, "broke off")
        .await;
}

#[tokio::test]
async fn empty_answer_is_repeated() {
    let empty = answer("200 OK", &[("content-type", "text/event-stream")], "");
    fault("empty", vec![empty]).after_requests(3).fails(LlmErrorKind::Transport, "without an answer").await;
}

#[tokio::test]
async fn success_with_an_error_body_is_an_error() {
    let body = r#"{"error":{"message":"bad thing","code":"invalid_prompt"}}"#;
    fault("error in 200", vec![json("200 OK", body)]).fails(LlmErrorKind::Refused, "bad thing").await;
    fault("string error", vec![json("200 OK", r#"{"error":"model is loading"}"#)])
        .fails(LlmErrorKind::Refused, "model is loading")
        .await;
    fault("detail", vec![json("200 OK", r#"{"detail":"Not authenticated"}"#)])
        .fails(LlmErrorKind::Refused, "Not authenticated")
        .await;
    let as_events = answer("200 OK", &[("content-type", "text/event-stream")], body);
    fault("error as events", vec![as_events]).over_chat().fails(LlmErrorKind::Refused, "bad thing").await;
}

// Errors inside streams

#[tokio::test]
async fn error_events_of_both_shapes_are_one_error() {
    let nested =
        r#"{"type":"error","error":{"type":"invalid_request_error","code":"invalid_prompt","message":"no"}}"#;
    let flat = r#"{"type":"error","code":"invalid_prompt","message":"no","param":null}"#;
    let failed = r#"{"type":"response.failed","response":{"status":"failed","error":{"code":"invalid_prompt","message":"no"}}}"#;
    for script in [[CREATED, nested, failed], [CREATED, flat, failed], [CREATED, failed, failed]] {
        fault("error event", vec![events(&sse(&script))]).fails(LlmErrorKind::Refused, "refused: no").await;
    }
}

#[tokio::test]
async fn passing_error_events_are_repeated_only_before_text() {
    let busy = r#"{"type":"error","error":{"code":"server_error","message":"oops"}}"#;
    let first = events(&sse(&[CREATED, busy]));
    fault("server_error", vec![first, whole()])
        .showing("half done")
        .after_requests(2)
        .completes(FinishReason::Stop)
        .await;
    let late = events(&sse(&[CREATED, HALF, busy]));
    fault("late server_error", vec![late, whole()])
        .showing("half ")
        .fails(LlmErrorKind::Overloaded, "oops")
        .await;
    let limited = events(&sse(&[r#"{"type":"error","code":"rate_limit_exceeded","message":"slow"}"#]));
    fault("rate limit", vec![limited]).after_requests(3).fails(LIMITED, "slow").await;
}

#[tokio::test]
async fn error_objects_in_a_chat_stream_end_it() {
    let error = r#"{"error":{"code":502,"message":"Provider returned error","metadata":{"raw":"upstream died"}},"choices":[{"delta":{"content":""},"finish_reason":"error"}]}"#;
    fault("chat error", vec![events(&sse(&[error]))])
        .over_chat()
        .after_requests(3)
        .fails(LlmErrorKind::Overloaded, "upstream died")
        .await;
    let text = r#"{"choices":[{"delta":{"content":"half "}}]}"#;
    fault("late chat error", vec![events(&sse(&[text, error]))])
        .over_chat()
        .showing("half ")
        .fails(LlmErrorKind::Overloaded, "upstream died")
        .await;
}

#[tokio::test]
async fn lack_of_resources_at_deepseek_is_repeated() {
    let lacking = r#"{"choices":[{"delta":{},"finish_reason":"insufficient_system_resource"}]}"#;
    let fine = r#"{"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}"#;
    let scripts = vec![events(&sse(&[lacking])), events(&sse(&[fine, "[DONE]"]))];
    fault("resources", scripts)
        .over_chat()
        .showing("ok")
        .after_requests(2)
        .completes(FinishReason::Stop)
        .await;
}

#[tokio::test]
async fn unknown_events_and_items_are_passed_over() {
    let unknown = r#"{"type":"response.hologram.delta","delta":{"x":[1]},"output_index":9}"#;
    let item = r#"{"type":"response.output_item.done","output_index":1,"item":{"type":"hologram","id":"h"}}"#;
    let script = events(&sse(&[CREATED, unknown, HALF, item, "", COMPLETED, "[DONE]"]));
    fault("unknown", vec![script]).showing("half ").completes(FinishReason::Stop).await;
}

// Refusals by status

#[tokio::test]
async fn lasting_refusals_are_never_repeated() {
    let body = |code: &str| format!(r#"{{"error":{{"code":"{code}","message":"sorry"}}}}"#);
    for (status, code, kind) in [
        ("400 Bad Request", "invalid_value", LlmErrorKind::Refused),
        ("401 Unauthorized", "invalid_api_key", LlmErrorKind::Auth),
        ("402 Payment Required", "x", LlmErrorKind::QuotaExhausted),
        ("403 Forbidden", "x", LlmErrorKind::Auth),
        ("404 Not Found", "model_not_found", LlmErrorKind::Refused),
        ("422 Unprocessable", "x", LlmErrorKind::Refused),
        ("429 Too Many", "insufficient_quota", LlmErrorKind::QuotaExhausted),
        ("429 Too Many", "credit_balance_exhausted", LlmErrorKind::QuotaExhausted),
        ("501 Not Implemented", "x", LlmErrorKind::Refused),
    ] {
        fault("refusal", vec![json(status, &body(code))]).fails(kind, "sorry").await;
    }
}

#[tokio::test]
async fn passing_refusals_are_repeated_up_to_the_limit() {
    for (status, kind) in [
        ("408 Request Timeout", LlmErrorKind::Timeout),
        ("409 Conflict", LlmErrorKind::Overloaded),
        ("429 Too Many", LIMITED),
        ("500 Oops", LlmErrorKind::Overloaded),
        ("503 Busy", LlmErrorKind::Overloaded),
    ] {
        fault("refusal", vec![json(status, "{}")]).after_requests(3).fails(kind, "HTTP").await;
    }
}

#[tokio::test]
async fn gateway_pages_are_told_by_their_title() {
    let page = answer(
        "502 Bad Gateway",
        &[("content-type", "text/html")],
        "<html><head><title>502 Bad Gateway</title></head>nginx</html>",
    );
    fault("HTML 502", vec![page])
        .after_requests(3)
        .fails(LlmErrorKind::Overloaded, "(HTTP 502): 502 Bad Gateway")
        .await;
    fault("empty 502", vec![answer("502 Bad Gateway", &[], "")])
        .after_requests(3)
        .fails(LlmErrorKind::Overloaded, "(HTTP 502).")
        .await;
}

#[tokio::test]
async fn servers_decide_whether_and_when_to_repeat() {
    let limited = |name: &'static str, value: &str| answer("429 Too Many", &[(name, value)], "");
    fault("x-should-retry: false", vec![limited("x-should-retry", "false")]).fails(LIMITED, "429").await;
    for (name, value) in [("retry-after", "0.2"), ("retry-after-ms", "200")] {
        let started = Instant::now();
        fault("retry-after", vec![limited(name, value), whole()])
            .showing("half done")
            .after_requests(2)
            .completes(FinishReason::Stop)
            .await;
        assert!(started.elapsed() >= Duration::from_millis(200), "{name}: {value}");
    }
    let past = limited("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT");
    fault("retry-after date", vec![past, whole()])
        .showing("half done")
        .after_requests(2)
        .completes(FinishReason::Stop)
        .await;
    let long = LlmErrorKind::RateLimited { retry_after: Some(Duration::from_secs(120)) };
    fault("retry-after too long", vec![limited("retry-after", "120")]).fails(long, "too many requests").await;
}

#[tokio::test]
async fn redirects_are_not_followed_and_carry_no_key() {
    let elsewhere = RawServer::start(vec![whole()]).await;
    let target = format!("{}/responses", elsewhere.base_url());
    for status in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let script = answer(status, &[("location", &target)], "");
        fault("redirect", vec![script]).fails(LlmErrorKind::BadReply, "redirects elsewhere").await;
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[tokio::test]
async fn repeated_keys_are_blotted_out() {
    let body = format!(r#"{{"error":{{"message":"Incorrect API key provided: {KEY}."}}}}"#);
    fault("key in words", vec![json("401 Unauthorized", &body)])
        .fails(LlmErrorKind::Auth, "provided: ***.")
        .await;
}

// Limits

#[tokio::test]
async fn overlong_lines_and_bodies_end_the_call() {
    let mut line = events("data: ");
    line.extend((0..18).map(|_| Act::Send(vec![b'x'; 1 << 20])));
    fault("long line", vec![line]).fails(LlmErrorKind::TooLarge, "longer than 16 MiB").await;
    let mut body = events("");
    let comment = [b": ".to_vec(), vec![b'x'; 1 << 20], b"\n".to_vec()].concat();
    body.extend((0..66).map(|_| Act::Send(comment.clone())));
    fault("large body", vec![body]).fails(LlmErrorKind::TooLarge, "larger than 64 MiB").await;
}

#[tokio::test]
async fn calls_cut_by_a_limit_are_never_run() {
    let cut = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\":1}"}}]},"finish_reason":"length"}]}"#;
    let server = RawServer::start(vec![events(&sse(&[cut, "[DONE]"]))]).await;
    let settings = settings(ProviderKind::ChatCompletions, &server.base_url(), "gpt-5");
    let model = Providers::new(&settings).role(Role::Coder).unwrap();
    let answer = model.provider.create(Request::default()).await.unwrap();
    assert_eq!(answer.tool_calls().count(), 0);
    assert_eq!(answer.finish.cut_calls.len(), 1);
    assert_eq!(answer.finish.reason, FinishReason::Length);
}

/// As llama.cpp ends a response that `max_output_tokens` has cut.
#[tokio::test]
async fn completed_response_that_used_up_its_limit_was_cut() {
    let script = || {
        vec![events(concat!(
            "event: response.output_item.added\n",
            r#"data: {"type":"response.output_item.added","item":{"content":[],"id":"msg_s","role":"assistant","status":"in_progress","type":"message"}}"#,
            "\n\nevent: response.output_text.delta\n",
            r#"data: {"type":"response.output_text.delta","item_id":"msg_s","delta":"<tool_call>"}"#,
            "\n\nevent: response.output_item.done\n",
            r#"data: {"type":"response.output_item.done","item":{"type":"message","status":"completed","id":"msg_s","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"<tool_call>"}],"role":"assistant"}}"#,
            "\n\nevent: response.completed\n",
            r#"data: {"type":"response.completed","response":{"id":"resp_o","object":"response","created_at":1795394965,"status":"completed","model":"tiny","output":[{"type":"message","status":"completed","id":"msg_s","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"<tool_call>"}],"role":"assistant"}],"usage":{"input_tokens":21,"output_tokens":1,"total_tokens":22,"input_tokens_details":{"cached_tokens":1}}},"timings":{"cache_n":1,"prompt_n":20,"predicted_n":1}}"#,
            "\n\n",
        ))]
    };
    for (limit, reason) in
        [(Some(1), FinishReason::Length), (Some(2), FinishReason::Stop), (None, FinishReason::Stop)]
    {
        let server = RawServer::start(script()).await;
        let settings = settings(ProviderKind::Responses, &server.base_url(), "tiny");
        let model = Providers::new(&settings).role(Role::Planner).unwrap();
        let request = Request { max_output_tokens: limit, ..Request::default() };
        let answer = model.provider.create(request).await.unwrap();
        assert_eq!(answer.finish.reason, reason, "{limit:?}");
    }
}

/// llama.cpp promises to keep the connection alive and closes it after every stream.
#[tokio::test]
async fn request_after_a_stream_meets_no_closing_connection() {
    let stream = sse(&[CREATED, HALF, COMPLETED]);
    let mut script = chunked_events(&stream);
    script.push(Act::Send(b"0\r\n\r\n".to_vec()));
    script.push(Act::Wait(Duration::from_millis(100)));
    let server = RawServer::start(vec![script]).await;
    let settings = settings(ProviderKind::Responses, &server.base_url(), "gpt-5");
    let model = Providers::new(&settings).role(Role::Planner).unwrap();
    for _ in 0..3 {
        let mut chunks = model.provider.stream(Request { model: "gpt-5".into(), ..Request::default() });
        while let Some(chunk) = chunks.next().await {
            assert!(!matches!(chunk.unwrap(), Chunk::Retrying { .. }));
        }
    }
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn dropping_the_stream_cancels_the_request() {
    let script = then(events(&sse(&[CREATED, HALF])), Act::Wait(Duration::from_secs(9)));
    let server = RawServer::start(vec![script]).await;
    let model = Providers::new(&settings(ProviderKind::Responses, &server.base_url(), "gpt-5"))
        .role(Role::Planner)
        .unwrap();
    let started = Instant::now();
    let mut chunks = model.provider.stream(Request::default());
    assert!(matches!(chunks.next().await, Some(Ok(Chunk::Started { .. }))));
    drop(chunks);
    assert!(started.elapsed() < Duration::from_secs(2));
}
