//! Requests of both wires: valid by the published schemas, and shaped as each service demands.

use mira::{
    config::{ProviderKind, Role, Settings},
    llm::{
        Chunk, Image, Item, LlmErrorKind, OutputSchema, Phase, Previous, Providers, ReasoningItem, Request,
        ToolCall, ToolChoice, ToolSpec, collect, probe_ports,
    },
};
use serde_json::{Value, json};

use crate::support::{
    llm::{KEY, settings},
    raw_server::{RawServer, events, json as json_answer},
    schemas::assert_valid_request,
};

const RESPONSE: &str =
    r#"{"type":"response.completed","response":{"id":"resp_1","status":"completed","output":[]}}"#;
const CHAT: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;

/// A history with everything in it: reasoning of all kinds, commentary, parallel calls, an
/// unanswered call and a stray result.
fn history() -> Vec<Item> {
    let call = |id: &str| {
        Item::ToolCall(ToolCall { call_id: id.into(), name: "read_file".into(), arguments: "{}".into() })
    };
    let result = |id: &str| Item::ToolResult { call_id: id.into(), output: format!("result {id}") };
    let sealed = ReasoningItem {
        id: Some("rs_1".into()),
        summary: vec!["I think".into()],
        encrypted: Some("sealed".into()),
        ..ReasoningItem::default()
    };
    let plain = ReasoningItem { text: Some("I think aloud".into()), ..ReasoningItem::default() };
    vec![
        Item::user("do it"),
        Item::Reasoning(sealed),
        Item::Assistant { text: "looking".into(), phase: Some(Phase::Commentary) },
        call("call_1"),
        call("call_2"),
        result("call_2"),
        result("call_1"),
        Item::Reasoning(plain),
        call("call_3"),
        result("call_9"),
        Item::user("go on"),
    ]
}

fn request() -> Request {
    Request {
        instructions: "Be brief.".into(),
        items: history(),
        tools: vec![ToolSpec {
            name: "read_file".into(),
            description: "Reads a file.".into(),
            parameters: json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false}),
        }],
        tool_choice: ToolChoice::Required,
        max_output_tokens: Some(9),
        effort: Some("high".into()),
        output_schema: Some(OutputSchema { name: "answer".into(), schema: json!({"type": "object"}) }),
        cache_key: Some("conversation-1".into()),
        ..Request::default()
    }
}

/// The body that `request` becomes for `model`; every one is held against the schema.
async fn sent(kind: ProviderKind, model: &str, store: bool, request: Request) -> Value {
    let (path, done) = match kind {
        ProviderKind::Responses => ("/v1/responses", RESPONSE),
        ProviderKind::ChatCompletions => ("/v1/chat/completions", CHAT),
    };
    let server = RawServer::start(vec![events(&format!("data: {done}\n\n"))]).await;
    let mut settings = settings(kind, &server.base_url(), model);
    settings.providers.get_mut("stub").unwrap().store = store;
    let role = Providers::new(&settings).role(Role::Planner).unwrap();
    let effort = role.effort.or(request.effort.clone());
    collect(role.provider.stream(Request { model: role.model, effort, ..request })).await.unwrap();
    let head = server.requests().remove(0);
    assert!(head.starts_with(&format!("POST {path} HTTP/1.1\r\n")), "{head}");
    assert!(head.contains(&format!("authorization: Bearer {KEY}\r\n")), "{head}");
    let body = server.bodies().remove(0);
    assert_valid_request(path, &body);
    body
}

fn types(body: &Value) -> Vec<&str> {
    body["input"].as_array().unwrap().iter().map(|item| item["type"].as_str().unwrap()).collect()
}

fn roles(body: &Value) -> Vec<&str> {
    body["messages"].as_array().unwrap().iter().map(|message| message["role"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn responses_request_carries_the_whole_history() {
    let body = sent(ProviderKind::Responses, "gpt-5", false, request()).await;
    assert_eq!(
        types(&body),
        [
            "message",
            "reasoning",
            "message",
            "function_call",
            "function_call",
            "function_call_output",
            "function_call_output",
            "function_call",
            "function_call_output",
            "message"
        ]
    );
    let input = &body["input"];
    assert_eq!(input[1]["encrypted_content"], "sealed");
    assert_eq!(input[2]["phase"], "commentary");
    assert_eq!(input[5]["call_id"], "call_1");
    assert!(input[8]["output"].as_str().unwrap().contains("cancelled"));
    assert_eq!(body["store"], false);
    assert_eq!(body["instructions"], "Be brief.");
    assert_eq!(body["reasoning"], json!({"effort": "high", "summary": "auto"}));
    assert_eq!(body["include"], json!(["reasoning.encrypted_content"]));
    assert_eq!(body["max_output_tokens"], 16);
    assert_eq!(body["prompt_cache_key"], "conversation-1");
    assert_eq!(body["text"]["format"]["type"], "json_schema");
    assert_eq!(body["tools"][0]["strict"], true);
    assert_eq!(body["tool_choice"], "required");
    assert!(!body.to_string().contains("msg_") && !body.to_string().contains("fc_"));
}

#[tokio::test]
async fn models_that_do_not_reason_are_not_asked_to() {
    let plain = Request { effort: None, ..request() };
    let body = sent(ProviderKind::Responses, "gpt-4o-mini", false, plain).await;
    assert_eq!(body.get("reasoning"), None);
    assert_eq!(body.get("include"), None);
}

#[tokio::test]
async fn stored_response_is_continued_with_what_is_new() {
    let previous = Some(Previous { response_id: "resp_0".into(), covers: 5 });
    let chained = Request { previous, ..request() };
    let body = sent(ProviderKind::Responses, "gpt-5", true, chained.clone()).await;
    assert_eq!(body["previous_response_id"], "resp_0");
    assert_eq!(
        types(&body),
        ["function_call_output", "function_call_output", "function_call", "function_call_output", "message"]
    );
    let body = sent(ProviderKind::Responses, "gpt-5", false, chained).await;
    assert_eq!(body.get("previous_response_id"), None);
    assert_eq!(types(&body).len(), 10);
}

#[tokio::test]
async fn forgotten_response_is_replaced_by_the_whole_history() {
    let error = r#"{"error":{"code":"previous_response_not_found","message":"Previous response with id 'resp_0' not found."}}"#;
    let server = RawServer::start(vec![
        json_answer("400 Bad Request", error),
        events(&format!("data: {RESPONSE}\n\n")),
    ])
    .await;
    let mut settings = settings(ProviderKind::Responses, &server.base_url(), "gpt-5");
    settings.providers.get_mut("stub").unwrap().store = true;
    settings.network.max_retries = 0;
    let role = Providers::new(&settings).role(Role::Planner).unwrap();
    let previous = Some(Previous { response_id: "resp_0".into(), covers: 5 });
    let answer = role.provider.create(Request { model: role.model, previous, ..request() }).await.unwrap();
    assert_eq!(answer.finish.response_id.as_deref(), Some("resp_1"));
    let bodies = server.bodies();
    assert_eq!(bodies[0]["previous_response_id"], "resp_0");
    assert_eq!(bodies[1].get("previous_response_id"), None);
    assert_eq!(types(&bodies[1]).len(), 10);
}

#[tokio::test]
async fn chat_request_makes_one_message_of_each_turn() {
    let body = sent(ProviderKind::ChatCompletions, "gpt-5", false, request()).await;
    assert_eq!(roles(&body), ["system", "user", "assistant", "tool", "tool", "assistant", "tool", "user"]);
    let messages = &body["messages"];
    assert_eq!(messages[2]["content"], "looking");
    assert_eq!(messages[2]["tool_calls"].as_array().unwrap().len(), 2);
    assert_eq!(messages[3]["tool_call_id"], "call_1");
    assert_eq!(messages[5]["content"], Value::Null);
    assert_eq!(messages[5].get("reasoning_content"), None);
    assert_eq!(body["max_completion_tokens"], 9);
    assert_eq!(body["reasoning_effort"], "high");
    assert_eq!(body["stream_options"], json!({"include_usage": true}));
    assert_eq!(body["response_format"]["json_schema"]["name"], "answer");
    assert_eq!(body["tool_choice"], "required");
}

#[tokio::test]
async fn deepseek_gets_its_reasoning_back_while_it_thinks() {
    let body = sent(ProviderKind::ChatCompletions, "deepseek-flash", false, request()).await;
    let messages = &body["messages"];
    assert_eq!(messages[2]["reasoning_content"], "", "also when it was empty");
    assert_eq!(messages[5]["reasoning_content"], "I think aloud");
    assert_eq!(body["thinking"], json!({"type": "enabled"}));
    assert_eq!(body["reasoning_effort"], "high");
    assert_eq!(body["tool_choice"], "auto", "never forced while thinking");
    assert_eq!(body["max_tokens"], 9);
    assert_eq!(body["response_format"], json!({"type": "json_object"}));
    assert!(messages[0]["content"].as_str().unwrap().contains("JSON Schema"));
}

#[tokio::test]
async fn deepseek_without_thinking_may_be_forced() {
    let calm = Request { effort: Some("none".into()), ..request() };
    let body = sent(ProviderKind::ChatCompletions, "deepseek-flash", false, calm).await;
    assert_eq!(body["thinking"], json!({"type": "disabled"}));
    assert_eq!(body.get("reasoning_effort"), None);
    assert_eq!(body["tool_choice"], "required");
    assert_eq!(body["messages"][5].get("reasoning_content"), None);
}

#[tokio::test]
async fn signed_reasoning_details_go_back_as_they_came() {
    let details = json!([{"type": "reasoning.text", "text": "hm", "signature": "s", "index": 0}]);
    let item = Item::Reasoning(ReasoningItem { details: Some(details.clone()), ..ReasoningItem::default() });
    let mut items = history();
    items.insert(1, item);
    let body =
        sent(ProviderKind::ChatCompletions, "anthropic/claude", false, Request { items, ..request() }).await;
    assert_eq!(body["messages"][2]["reasoning_details"], details);
}

#[tokio::test]
async fn either_wire_serves_every_role() {
    for (kind, done) in [(ProviderKind::Responses, RESPONSE), (ProviderKind::ChatCompletions, CHAT)] {
        let server = RawServer::start(vec![events(&format!("data: {done}\n\n"))]).await;
        let providers = Providers::new(&settings(kind, &server.base_url(), "gpt-5"));
        for role in [Role::Planner, Role::Coder, Role::Analyst] {
            let model = providers.role(role).unwrap();
            let request = Request { model: model.model.clone(), items: history(), ..Request::default() };
            let chunks: Vec<_> = futures_util::StreamExt::collect(model.provider.stream(request)).await;
            assert!(matches!(chunks.last(), Some(Ok(Chunk::Finished(_)))), "{}", role.as_str());
        }
    }
}

#[tokio::test]
async fn images_follow_the_words_they_are_shown_with() {
    let image = Image::new("image/png", b"\x89PNG");
    let url = "data:image/png;base64,iVBORw==";
    let shown = Item::User { text: "look".into(), images: vec![image.clone(), image] };
    let request = Request {
        items: vec![Item::user("hi"), shown],
        instructions: "Be brief.".into(),
        ..Request::default()
    };
    let body = sent(ProviderKind::Responses, "gpt-5", false, request.clone()).await;
    assert_eq!(body["input"][0], json!({"type": "message", "role": "user", "content": "hi"}));
    let image = json!({"type": "input_image", "image_url": url, "detail": "auto"});
    assert_eq!(body["input"][1]["content"], json!([{"type": "input_text", "text": "look"}, image, image]));
    let body = sent(ProviderKind::ChatCompletions, "gpt-5", false, request).await;
    assert_eq!(body["messages"][1], json!({"role": "user", "content": "hi"}));
    let image = json!({"type": "image_url", "image_url": {"url": url}});
    assert_eq!(body["messages"][2]["content"], json!([{"type": "text", "text": "look"}, image, image]));
}

#[test]
fn a_user_item_of_earlier_versions_is_still_read_and_written_the_same() {
    let stored = r#"{"type":"user","text":"hi"}"#;
    let item: Item = serde_json::from_str(stored).unwrap();
    assert_eq!(item, Item::user("hi"));
    assert_eq!(serde_json::to_string(&item).unwrap(), stored);
}

// Keys and addresses

fn refusal(change: impl Fn(&mut Settings)) -> (LlmErrorKind, String) {
    let mut settings = settings(ProviderKind::Responses, "https://service.example/v1", "gpt-5");
    change(&mut settings);
    let error = Providers::new(&settings).role(Role::Planner).err().unwrap();
    (error.kind, error.message)
}

#[test]
fn missing_key_names_the_command_and_the_variable() {
    let (kind, message) = refusal(|settings| settings.providers.get_mut("stub").unwrap().key = None);
    assert_eq!(kind, LlmErrorKind::Auth);
    assert_eq!(message, "stub: no key is set. Store one with `mira auth set stub` or set STUB_API_KEY.");
}

#[test]
fn unusable_settings_are_told_before_any_request() {
    let (_, message) = refusal(|settings| {
        settings.providers.get_mut("stub").unwrap().base_url = "http://service.example/v1".into()
    });
    assert!(message.contains("plain http is only allowed to this machine"), "{message}");
    let (_, message) = refusal(|settings| settings.roles.planner.provider = "nobody".into());
    assert!(message.contains("[providers.nobody]"), "{message}");
}

// Embeddings

#[tokio::test]
async fn embeddings_are_asked_in_batches_and_checked() {
    let vectors = |count: usize| {
        let data: Vec<Value> =
            (0..count).map(|index| json!({"index": index, "embedding": [1.0, 2.0]})).collect();
        json_answer("200 OK", &json!({"data": data, "usage": {"prompt_tokens": count}}).to_string())
    };
    let busy = json_answer("503 Busy", "{}");
    let server = RawServer::start(vec![busy, vectors(2_048), vectors(2)]).await;
    let mut settings = settings(ProviderKind::Responses, &server.base_url(), "text-embedding-3-large");
    settings.roles.embedder.dimensions = Some(2);
    let embedder = Providers::new(&settings).embedder().unwrap();
    let embeddings = embedder.embed(&vec!["text".to_owned(); 2_050]).await.unwrap();
    assert_eq!((embeddings.vectors.len(), embeddings.usage.input), (2_050, 2_050));
    for body in server.bodies() {
        assert_valid_request("/v1/embeddings", &body);
        assert_eq!((&body["encoding_format"], &body["dimensions"]), (&json!("base64"), &json!(2)));
    }
    let error = embedder.embed(&["a".into(), " ".into()]).await.unwrap_err();
    assert!(error.message.contains("text 2 of 2 is empty"), "{error}");
}

// Servers on this machine

#[tokio::test]
async fn local_servers_are_found_with_their_models() {
    let body = r#"{"object":"list","data":[{"id":"qwen3:8b"},{"id":"gemma3"}]}"#;
    let server = RawServer::start(vec![json_answer("200 OK", body)]).await;
    let other = RawServer::start(vec![json_answer("200 OK", "{}")]).await;
    let found = probe_ports(&[("Ollama", server.port()), ("vLLM", other.port()), ("none", 1)]).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "Ollama");
    assert_eq!(found[0].models, ["qwen3:8b", "gemma3"]);
    assert_eq!(found[0].base_url, server.base_url());
    assert!(server.requests()[0].starts_with("GET /v1/models "));
}
