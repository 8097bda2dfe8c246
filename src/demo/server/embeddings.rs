//! The embeddings wire: vectors that are the same in every run and near each other when texts share
//! words, so that recall can be tried without a model.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::rules::{Refusal, text};

/// The most entries the service takes in one request.
const MAX_ENTRIES: usize = 2048;

/// The answer to a request, or why the service refuses it.
pub(super) fn answer(body: &Value) -> Result<Value, Refusal> {
    let inputs = inputs(body)?;
    let size = dimensions(body)?;
    let packed = body["encoding_format"] == "base64";
    let data = inputs.iter().enumerate().map(|(index, input)| {
        let vector = vector(input, size);
        let embedding = if packed { pack(&vector).into() } else { json!(vector) };
        json!({ "object": "embedding", "index": index, "embedding": embedding })
    });
    let tokens: usize = inputs.iter().map(|input| input.len().div_ceil(4)).sum();
    Ok(json!({
        "object": "list", "data": data.collect::<Vec<_>>(), "model": body["model"],
        "usage": { "prompt_tokens": tokens, "total_tokens": tokens },
    }))
}

fn inputs(body: &Value) -> Result<Vec<&str>, Refusal> {
    let refuse = |message: &str| Err(Refusal { param: "input", message: message.to_owned() });
    let inputs: Option<Vec<&str>> = match &body["input"] {
        Value::Array(entries) => entries.iter().map(Value::as_str).collect(),
        one => one.as_str().map(|text| vec![text]),
    };
    match inputs {
        None => refuse("The input must be a string or an array of strings."),
        Some(inputs) if inputs.is_empty() || inputs.len() > MAX_ENTRIES => {
            refuse("The input must have 1 to 2048 entries.")
        }
        Some(inputs) if inputs.iter().any(|input| input.is_empty()) => {
            refuse("The input cannot be an empty string.")
        }
        Some(inputs) => Ok(inputs),
    }
}

fn dimensions(body: &Value) -> Result<usize, Refusal> {
    let full = if text(body, "model").contains("3-large") { 3072 } else { 1536 };
    match body["dimensions"].as_u64() {
        None => Ok(full),
        Some(size) if (1..=full as u64).contains(&size) => Ok(size as usize),
        Some(size) => {
            Err(Refusal { param: "dimensions", message: format!("Invalid value for 'dimensions': {size}.") })
        }
    }
}

/// A normalised bag of words: each word adds to one place of the vector.
fn vector(input: &str, size: usize) -> Vec<f32> {
    let mut vector = vec![0.0_f32; size];
    for word in input.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let hash = hash(&word.to_lowercase());
        vector[(hash % size as u64) as usize] += if hash >> 63 == 0 { 1.0 } else { -1.0 };
    }
    let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
    if norm == 0.0 {
        vector[0] = 1.0;
        return vector;
    }
    vector.into_iter().map(|x| x / norm).collect()
}

/// FNV-1a: the standard library's hasher may change between releases, recorded vectors may not.
fn hash(word: &str) -> u64 {
    word.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn pack(vector: &[f32]) -> String {
    let bytes: Vec<u8> = vector.iter().flat_map(|x| x.to_le_bytes()).collect();
    BASE64_STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn nearness(a: &str, b: &str) -> f32 {
        vector(a, 256).iter().zip(vector(b, 256)).map(|(x, y)| x * y).sum()
    }

    #[test]
    fn texts_that_share_words_are_near() {
        assert!(nearness("token expiry is one hour", "what about token expiry") > 0.4);
        assert!(nearness("token expiry is one hour", "tabs or spaces") < 0.2);
        assert!((nearness("Same words.", "same WORDS") - 1.0).abs() < 1e-5);
        assert!((nearness("?", "?") - 1.0).abs() < 1e-5);
    }

    #[test]
    fn unusable_input_is_refused() {
        let refusal = |body: Value| answer(&body).unwrap_err().param;
        assert_eq!(refusal(json!({ "model": "m" })), "input");
        assert_eq!(refusal(json!({ "model": "m", "input": [] })), "input");
        assert_eq!(refusal(json!({ "model": "m", "input": ["a", ""] })), "input");
        assert_eq!(refusal(json!({ "model": "m", "input": "a", "dimensions": 4000 })), "dimensions");
    }
}
