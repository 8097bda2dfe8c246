//! Recorded answers of many services, each read to its expected result: whole, byte by byte, in
//! two pieces cut at every byte, and broken off anywhere.

use std::{collections::BTreeMap, fs, path::PathBuf};

use mira::{
    config::ProviderKind,
    llm::{
        Answer, Chunk, Decoder, FinishReason, Item, LlmErrorKind, Phase, ToolCall, Usage, parse_embeddings,
        parse_models,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::raw_server::{RawServer, json as json_answer};

/// Files up to this size are also read in two pieces, cut at every byte; in larger ones every cut
/// is covered by reading byte by byte.
const TWO_PIECES: usize = 3 << 10;

/// What a body gives: items and end, and the text as it was streamed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Outcome {
    answer: Answer,
    text: String,
    reasoning: String,
    error: Option<LlmErrorKind>,
}

#[test]
fn every_recording_parses_to_its_expected_result() {
    let mut count = 0;
    for recording in recordings() {
        match recording.kind() {
            Some(kind) => check(&recording.name, &read(kind, [&recording.body[..]]), &recording.expected),
            None => check_other(&recording),
        }
        count += 1;
    }
    assert_eq!(count, 133);
}

#[test]
fn every_recording_parses_alike_however_it_is_cut() {
    for recording in recordings() {
        let Some(kind) = recording.kind() else { continue };
        let whole = read(kind, [&recording.body[..]]);
        assert_eq!(read(kind, recording.body.chunks(1)), whole, "{} byte by byte", recording.name);
        assert_eq!(read(kind, recording.body.chunks(7)), whole, "{} in sevens", recording.name);
        if recording.body.len() > TWO_PIECES {
            continue;
        }
        for at in 0..recording.body.len() {
            let (head, tail) = recording.body.split_at(at);
            assert_eq!(read(kind, [head, tail]), whole, "{} cut at {at}", recording.name);
        }
    }
}

#[test]
fn broken_off_recordings_never_give_a_call_that_was_not_made() {
    for recording in recordings() {
        let Some(kind) = recording.kind() else { continue };
        let whole = read(kind, [&recording.body[..]]);
        let step = 1 + recording.body.len() / 400;
        for end in (0..recording.body.len()).step_by(step) {
            let cut = read(kind, [&recording.body[..end]]);
            let made: Vec<&ToolCall> = whole.answer.tool_calls().collect();
            assert!(
                cut.answer.tool_calls().all(|call| made.contains(&call)),
                "{} up to {end}",
                recording.name
            );
            assert!(whole.text.starts_with(&cut.text), "{} up to {end}", recording.name);
        }
    }
}

#[tokio::test]
async fn recorded_error_bodies_are_classified() {
    let refused = LlmErrorKind::Refused;
    let expected = BTreeMap::from([
        ("err-codex-401", LlmErrorKind::Auth),
        ("err-deepseek-auth-401", LlmErrorKind::Auth),
        ("err-deepseek-context-400", LlmErrorKind::ContextTooLong),
        ("err-llamacpp-auth-401", LlmErrorKind::Auth),
        ("err-llamacpp-context-400", LlmErrorKind::ContextTooLong),
        ("err-ollama-context-400", LlmErrorKind::ContextTooLong),
        ("err-openai-auth-401", LlmErrorKind::Auth),
        ("err-openai-context-400", LlmErrorKind::ContextTooLong),
        ("err-openai-quota-429", LlmErrorKind::QuotaExhausted),
        ("err-openrouter-context-400", LlmErrorKind::ContextTooLong),
    ]);
    let mut count = 0;
    for recording in recordings().into_iter().filter(|recording| recording.name.starts_with("err-")) {
        let name = recording.name.trim_end_matches(".json");
        let status = name.rsplit('-').next().unwrap();
        let server = RawServer::start(vec![json_answer(&format!("{status} X"), recording.text())]).await;
        let error = crate::llm_faults::ask(&server).await.unwrap_err();
        assert_eq!(&error.kind, expected.get(name).unwrap_or(&refused), "{name}: {error}");
        let words = recording.expected["error"]["message"].as_str().unwrap().trim_matches('"');
        assert!(error.message.contains(&words[..words.len().min(60)]), "{name}: {error}");
        assert_eq!(server.requests().len(), 1, "{name} is not repeated");
        count += 1;
    }
    assert_eq!(count, 21);
}

struct Recording {
    name: String,
    body: Vec<u8>,
    expected: Value,
}

impl Recording {
    /// The wire of a model's answer; `None` for errors, vectors and lists of models.
    fn kind(&self) -> Option<ProviderKind> {
        match self.expected["api"].as_str().unwrap() {
            "responses" => Some(ProviderKind::Responses),
            "chat" => Some(ProviderKind::ChatCompletions),
            _ => None,
        }
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn recordings() -> Vec<Recording> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/llm");
    let expected = fs::read_to_string(folder.join("expected.json")).unwrap();
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let recording = |(name, expected): (String, Value)| {
        let mut body = fs::read(folder.join(&name)).unwrap();
        if name.ends_with(".chunks.jsonl") {
            let lines = String::from_utf8(body).unwrap();
            body = lines.lines().map(|line| format!("data: {line}\n\n")).collect::<String>().into_bytes();
        }
        Recording { name, body, expected }
    };
    expected.into_iter().map(recording).collect()
}

fn read<'a>(kind: ProviderKind, pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let mut decoder = Decoder::new(kind, true, None);
    let mut chunks = Vec::new();
    let pushed = pieces.into_iter().try_for_each(|piece| decoder.push(piece, &mut chunks));
    let ended = pushed.and_then(|()| match decoder.is_finished() {
        true => Ok(()),
        false => decoder.end(&mut chunks),
    });
    let mut outcome = Outcome { error: ended.err().map(|failure| failure.error.kind), ..Outcome::default() };
    for chunk in chunks {
        match chunk {
            Chunk::Text(text) => outcome.text.push_str(&text),
            Chunk::Reasoning(text) => outcome.reasoning.push_str(&text),
            Chunk::Item(item) => outcome.answer.items.push(item),
            Chunk::Finished(finish) => outcome.answer.finish = finish,
            Chunk::Started { .. } | Chunk::ToolCallStarted { .. } | Chunk::Retrying { .. } => {}
        }
    }
    outcome
}

fn check(name: &str, outcome: &Outcome, expected: &Value) {
    if !expected["error"].is_null() {
        assert_eq!(outcome.error, Some(LlmErrorKind::QuotaExhausted), "{name}");
        return;
    }
    assert_eq!(outcome.error, None, "{name}");
    check_text(name, outcome, expected);
    check_reasoning(name, outcome, expected);
    check_calls(name, outcome, expected);
    check_other_items(name, outcome, expected);
    check_usage(name, outcome.answer.finish.usage, &expected["usage"]);
    check_end(name, outcome, expected);
}

fn check_text(name: &str, outcome: &Outcome, expected: &Value) {
    let text: String = outcome
        .answer
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Assistant { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let refusal = outcome.answer.finish.refusal.clone().unwrap_or_default();
    assert_eq!(refusal, expected["refusal"].as_str().unwrap_or_default(), "{name}");
    let said = text.strip_suffix(&refusal).unwrap();
    assert_eq!(json!(sha256(said)), expected["text_sha256"], "{name}: {text}");
    if expected["text_from_deltas_equal"] != json!(false) {
        assert_eq!(outcome.text, text, "{name} as streamed");
    }
    let phases: Vec<&str> = outcome
        .answer
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Assistant { phase, .. } => *phase,
            _ => None,
        })
        .map(|phase| match phase {
            Phase::Commentary => "commentary",
            Phase::FinalAnswer => "final_answer",
        })
        .collect();
    assert_eq!(json!(phases), *expected.get("phases").unwrap_or(&json!([])), "{name}");
}

fn check_reasoning(name: &str, outcome: &Outcome, expected: &Value) {
    let (mut text, mut summary, mut encrypted, mut details) = (String::new(), Vec::new(), 0, 0);
    for item in &outcome.answer.items {
        let Item::Reasoning(item) = item else { continue };
        text.push_str(item.text.as_deref().unwrap_or_default());
        summary.extend(item.summary.iter().map(String::as_str));
        encrypted += u64::from(item.encrypted.is_some());
        let parts = item.details.as_ref().and_then(Value::as_array).into_iter().flatten();
        details += parts.filter(|part| part["type"] == "reasoning.encrypted").count();
    }
    if let Some(sum) = expected.get("reasoning_sha256") {
        assert_eq!(json!(sha256(&text)), *sum, "{name}: {text}");
    } else {
        assert_eq!(text, "", "{name}");
    }
    let summary = summary.join("\n\n");
    if let Some(sum) = expected.get("reasoning_summary_sha256") {
        assert_eq!(json!(sha256(&summary)), *sum, "{name}: {summary}");
    }
    assert_eq!(outcome.reasoning, summary + &text, "{name} as streamed");
    assert_eq!(encrypted, expected["encrypted_reasoning_items"].as_u64().unwrap_or(0), "{name}");
    assert_eq!(details as u64, expected["encrypted_reasoning_details"].as_u64().unwrap_or(0), "{name}");
}

fn check_calls(name: &str, outcome: &Outcome, expected: &Value) {
    let all = expected["tool_calls"].as_array().unwrap();
    let functions = all.iter().filter(|call| call["kind"] != "custom");
    let (mut whole, mut cut) = (Vec::new(), Vec::new());
    for call in functions {
        let id = call.get("call_id").unwrap_or(&call["id"]).as_str().unwrap();
        let arguments = call["arguments"].as_str().unwrap();
        let is_cut = call["arguments_valid_json"] == json!(false)
            && (!arguments.is_empty() || expected["finish_reason"] == "length");
        let arguments = if arguments.is_empty() && !is_cut { "{}" } else { arguments };
        let call = ToolCall {
            call_id: id.to_owned(),
            name: call["name"].as_str().unwrap().to_owned(),
            arguments: arguments.to_owned(),
        };
        if is_cut { cut.push(call) } else { whole.push(call) }
    }
    assert_eq!(outcome.answer.tool_calls().cloned().collect::<Vec<_>>(), whole, "{name}");
    assert_eq!(outcome.answer.finish.cut_calls, cut, "{name}");
    let custom = all.iter().filter(|call| call["kind"] == "custom").count();
    let kept = opaque(outcome).filter(|value| value["type"] == "custom_tool_call").count();
    assert_eq!(kept, custom, "{name}");
}

fn check_other_items(name: &str, outcome: &Outcome, expected: &Value) {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for value in opaque(outcome).filter(|value| value["type"] != "custom_tool_call") {
        *counts.entry(value["type"].as_str().unwrap()).or_default() += 1;
    }
    assert_eq!(json!(counts), *expected.get("other_items").unwrap_or(&json!({})), "{name}");
}

fn opaque(outcome: &Outcome) -> impl Iterator<Item = &Value> {
    outcome.answer.items.iter().filter_map(|item| match item {
        Item::Opaque { value } => Some(value),
        _ => None,
    })
}

/// Reasoning that a server counts beside its output is part of ours: the total tells.
fn check_usage(name: &str, usage: Option<Usage>, expected: &Value) {
    let Some(usage) = usage else { return assert!(expected.is_null(), "{name}") };
    let number = |key: &str| expected[key].as_u64().unwrap_or(0);
    let output = number("output");
    let is_beside = number("total") == number("input") + output + number("reasoning");
    let expected = Usage {
        input: number("input"),
        cached: number("cached_input"),
        cache_write: number("cache_write"),
        output: if is_beside { output + number("reasoning") } else { output },
        reasoning: number("reasoning"),
    };
    assert_eq!(usage, expected, "{name}");
    assert!(usage.reasoning <= usage.output && usage.cached + usage.cache_write <= usage.input, "{name}");
}

fn check_end(name: &str, outcome: &Outcome, expected: &Value) {
    let finish = &outcome.answer.finish;
    let has_calls = outcome.answer.tool_calls().next().is_some();
    let done = if has_calls { FinishReason::ToolCalls } else { FinishReason::Stop };
    let reason = match (&expected["finish_reason"], &expected["incomplete_reason"]) {
        (Value::String(reason), _) if reason == "length" => FinishReason::Length,
        (_, Value::String(_)) => FinishReason::Length,
        _ => done,
    };
    assert_eq!(finish.reason, reason, "{name}");
    if expected["api"] == "responses" {
        assert_eq!(json!(finish.response_id), expected["id"], "{name}");
    }
}

fn check_other(recording: &Recording) {
    let Recording { name, body, expected } = recording;
    match expected["api"].as_str().unwrap() {
        "models" => assert_eq!(json!(parse_models(body).unwrap()), expected["ids"], "{name}"),
        "embeddings" => check_vectors(name, body, expected),
        "error-body" => {}
        other => panic!("{name}: {other}"),
    }
}

fn check_vectors(name: &str, body: &[u8], expected: &Value) {
    let count = expected["count"].as_u64().unwrap() as usize;
    let embeddings = parse_embeddings(body, count, None).unwrap();
    assert_eq!(json!(embeddings.usage.input), expected["usage"]["input"], "{name}");
    for (at, vector) in embeddings.vectors.iter().enumerate() {
        assert_eq!(json!(vector.len()), expected["dimensions"][0], "{name}");
        for (place, first) in expected["first_values"][at].as_array().unwrap().iter().enumerate() {
            let difference = f64::from(vector[place]) - first.as_f64().unwrap();
            assert!(difference.abs() < 1e-6, "{name}: {first} at {at}/{place}");
        }
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
