//! The published JSON Schemas of the model APIs, for everything that a test sends.

use std::{collections::BTreeSet, sync::LazyLock};

use jsonschema::Validator;
use serde_json::{Value, json};

static SCHEMAS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../fixtures/openai-schemas.json")).unwrap());

/// A validator for one definition.
pub(crate) fn validator(definition: &str) -> Validator {
    let root = json!({
        "$schema": SCHEMAS["$schema"],
        "$ref": format!("#/$defs/{definition}"),
        "$defs": SCHEMAS["$defs"],
    });
    jsonschema::draft202012::new(&root).unwrap()
}

/// What one endpoint accepts.
struct Endpoint {
    validator: Validator,
    keys: BTreeSet<String>,
}

impl Endpoint {
    fn new(definition: &str) -> Self {
        let mut keys = BTreeSet::from(FOREIGN_KEYS.map(str::to_owned));
        collect_keys(&SCHEMAS["$defs"][definition], &mut keys);
        Self { validator: validator(definition), keys }
    }
}

/// Parameters that are not OpenAI's: DeepSeek's switch for thinking.
const FOREIGN_KEYS: [&str; 1] = ["thinking"];

static RESPONSE: LazyLock<Endpoint> = LazyLock::new(|| Endpoint::new("CreateResponse"));
static CHAT: LazyLock<Endpoint> = LazyLock::new(|| Endpoint::new("CreateChatCompletionRequest"));
static EMBEDDING: LazyLock<Endpoint> = LazyLock::new(|| Endpoint::new("CreateEmbeddingRequest"));

/// Fails unless `body` is a valid request for the endpoint `path`. The schemas let unknown
/// parameters pass, the services do not.
pub(crate) fn assert_valid_request(path: &str, body: &Value) {
    let endpoint = match path.trim_start_matches("/v1") {
        "/responses" => &RESPONSE,
        "/chat/completions" => &CHAT,
        "/embeddings" => &EMBEDDING,
        _ => return,
    };
    assert_valid(&endpoint.validator, body, path);
    let unknown: Vec<&String> =
        body.as_object().unwrap().keys().filter(|key| !endpoint.keys.contains(*key)).collect();
    assert!(unknown.is_empty(), "{path} does not know {unknown:?}");
}

/// The properties of a definition and of everything it is made of.
fn collect_keys(schema: &Value, keys: &mut BTreeSet<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        collect_keys(&SCHEMAS["$defs"][reference.trim_start_matches("#/$defs/")], keys);
    }
    keys.extend(
        schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys().cloned()),
    );
    for part in schema["allOf"].as_array().into_iter().flatten() {
        collect_keys(part, keys);
    }
}

/// Fails with every deviation of `value` from its schema.
pub(crate) fn assert_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(errors.is_empty(), "{what} breaks its schema: {errors:#?}\n{value:#}");
}

#[test]
#[should_panic(expected = "does not know")]
fn unknown_parameter_is_found() {
    assert_valid_request("/v1/responses", &json!({"model": "gpt-5", "input": "hi", "max_tokens": 5}));
}

#[test]
#[should_panic(expected = "breaks its schema")]
fn wrong_parameter_is_found() {
    assert_valid_request("/v1/chat/completions", &json!({"model": "gpt-5", "messages": "hi"}));
}
