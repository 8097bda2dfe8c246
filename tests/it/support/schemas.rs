//! The published JSON Schemas of the model APIs, for everything that a test sends.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

static SCHEMAS: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../fixtures/openai-schemas.json")).unwrap()
});

/// A validator for one definition.
pub(crate) fn validator(definition: &str) -> Validator {
    let root = json!({
        "$schema": SCHEMAS["$schema"],
        "$ref": format!("#/$defs/{definition}"),
        "$defs": SCHEMAS["$defs"],
    });
    jsonschema::draft202012::new(&root).unwrap()
}

static RESPONSE: LazyLock<Validator> = LazyLock::new(|| validator("CreateResponse"));
static CHAT: LazyLock<Validator> = LazyLock::new(|| validator("CreateChatCompletionRequest"));
static EMBEDDING: LazyLock<Validator> = LazyLock::new(|| validator("CreateEmbeddingRequest"));

/// Fails unless `body` is a valid request for the endpoint `path`.
pub(crate) fn assert_valid_request(path: &str, body: &Value) {
    let validator = match path.trim_start_matches("/v1") {
        "/responses" => &RESPONSE,
        "/chat/completions" => &CHAT,
        "/embeddings" => &EMBEDDING,
        _ => return,
    };
    assert_valid(validator, body, path);
}

/// Fails with every deviation of `value` from its schema.
pub(crate) fn assert_valid(validator: &Validator, value: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(
        errors.is_empty(),
        "{what} breaks its schema: {errors:#?}\n{value:#}"
    );
}
