//! Makes vectors of texts, in batches the service accepts, and checks what comes back.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{
    Failure, LlmError, LlmErrorKind, Usage,
    decoder::bad,
    http::{Http, over_time},
    lenient::Count,
    retry::Attempts,
};

/// The most texts of one request.
const MAX_TEXTS: usize = 2_048;
/// The most tokens of one request, as estimated.
const MAX_TOKENS: usize = 300_000;
/// Few texts have fewer bytes a token than this; a low guess keeps batches small enough.
const BYTES_PER_TOKEN: usize = 3;

/// Makes vectors with one model.
pub struct Embedder {
    http: Http,
    model: String,
    dimensions: Option<u32>,
}

/// Vectors in the order of their texts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Embeddings {
    /// One vector a text.
    pub vectors: Vec<Vec<f32>>,
    /// What they cost.
    pub usage: Usage,
}

impl Embedder {
    pub(super) fn new(http: Http, model: &str, dimensions: Option<u32>) -> Self {
        Self { http, model: model.to_owned(), dimensions }
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The vectors of `texts`, all of one length.
    ///
    /// # Errors
    /// An empty text, what the service reports, or an answer that does not fit the question.
    pub async fn embed(&self, texts: &[String]) -> Result<Embeddings, LlmError> {
        if let Some(at) = texts.iter().position(|text| text.trim().is_empty()) {
            let message = format!("text {} of {} is empty; an empty text has no vector", at + 1, texts.len());
            return Err(self.http.named(LlmError::new(LlmErrorKind::Refused, message)));
        }
        let mut all = Embeddings::default();
        let deadline = Instant::now() + self.http.limits().total_timeout;
        for batch in batches(texts) {
            let part = self.batch(batch, deadline).await.map_err(|error| self.http.named(error))?;
            all.vectors.extend(part.vectors);
            all.usage.input += part.usage.input;
        }
        Ok(all)
    }

    async fn batch(&self, texts: &[String], deadline: Instant) -> Result<Embeddings, LlmError> {
        let mut attempts = Attempts::new(self.http.limits());
        loop {
            let failure = match self.attempt(texts, deadline).await {
                Ok(embeddings) => return Ok(embeddings),
                Err(failure) => failure,
            };
            let Some(pause) = attempts.after(&failure) else { return Err(failure.error) };
            self.pause(pause, deadline).await.map_err(|failure| failure.error)?;
        }
    }

    async fn pause(&self, pause: Duration, deadline: Instant) -> Result<(), Failure> {
        if Instant::now() + pause > deadline {
            return Err(over_time(self.http.limits()));
        }
        sleep(pause).await;
        Ok(())
    }

    async fn attempt(&self, texts: &[String], deadline: Instant) -> Result<Embeddings, Failure> {
        let body = self.http.post(&["embeddings"], &self.body(texts), deadline).await?;
        parse_embeddings(&body.bytes().await?, texts.len(), self.dimensions)
    }

    fn body(&self, texts: &[String]) -> Value {
        let mut body = json!({"model": self.model, "input": texts, "encoding_format": "base64"});
        // The oldest model has one size and refuses the parameter.
        if let Some(dimensions) = self.dimensions.filter(|_| self.model != "text-embedding-ada-002") {
            body["dimensions"] = json!(dimensions);
        }
        body
    }
}

fn batches(texts: &[String]) -> impl Iterator<Item = &[String]> {
    let mut rest = texts;
    std::iter::from_fn(move || {
        let (batch, after) = rest.split_at(batch_len(rest));
        rest = after;
        (!batch.is_empty()).then_some(batch)
    })
}

/// How many of `texts` go into one request: at least one.
fn batch_len(texts: &[String]) -> usize {
    let mut tokens = 0;
    let fitting = texts.iter().take(MAX_TEXTS).take_while(|text| {
        tokens += text.len() / BYTES_PER_TOKEN + 1;
        tokens <= MAX_TOKENS
    });
    fitting.count().max(1).min(texts.len())
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Entry>,
    #[serde(default)]
    usage: Option<WireUsage>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    index: Count,
    embedding: Vector,
}

/// Base64 of little-endian numbers where the server knows it, a plain list where not.
#[derive(Deserialize)]
#[serde(untagged)]
enum Vector {
    Packed(String),
    Plain(Vec<f32>),
}

#[derive(Deserialize)]
struct WireUsage {
    #[serde(default)]
    prompt_tokens: Count,
}

/// Reads the answer to `count` texts; every vector must be `dimensions` long, or as long as the
/// first.
///
/// # Errors
/// A body that is no such answer, or too few, too short or repeated vectors.
pub fn parse_embeddings(body: &[u8], count: usize, dimensions: Option<u32>) -> Result<Embeddings, Failure> {
    let answer: Answer = serde_json::from_slice(body)
        .map_err(|_| bad("the answer holds no vectors; is this an embedding model?"))?;
    if answer.data.len() != count {
        return Err(bad(&format!("{} vectors came for {count} texts", answer.data.len())));
    }
    let mut vectors = vec![Vec::new(); count];
    for (at, entry) in answer.data.into_iter().enumerate() {
        let index = entry.index.0.map_or(at, |index| index as usize);
        match vectors.get_mut(index) {
            Some(place) if place.is_empty() => *place = entry.embedding.numbers()?,
            _ => return Err(bad(&format!("vector {index} came twice or is not one of {count}"))),
        }
    }
    check_lengths(&vectors, dimensions)?;
    let input = answer.usage.map_or(0, |usage| usage.prompt_tokens.or_zero());
    Ok(Embeddings { vectors, usage: Usage { input, ..Usage::default() } })
}

fn check_lengths(vectors: &[Vec<f32>], dimensions: Option<u32>) -> Result<(), Failure> {
    let first = vectors.first().map_or(0, Vec::len);
    let wanted = dimensions.map_or(first, |dimensions| dimensions as usize);
    match vectors.iter().find(|vector| vector.len() != wanted || vector.is_empty()) {
        Some(vector) => {
            let length = vector.len();
            Err(bad(&format!(
                "a vector has {length} dimensions instead of {wanted}; set the embedder's dimensions to what the model makes"
            )))
        }
        None => Ok(()),
    }
}

impl Vector {
    fn numbers(self) -> Result<Vec<f32>, Failure> {
        let packed = match self {
            Self::Plain(numbers) => return finite(numbers),
            Self::Packed(packed) => packed,
        };
        let bytes = STANDARD.decode(packed).map_err(|_| bad("a vector is not valid base64"))?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(bad("a vector is not a list of 32-bit numbers"));
        }
        finite(numbers.iter().map(|number| f32::from_le_bytes(*number)).collect())
    }
}

fn finite(numbers: Vec<f32>) -> Result<Vec<f32>, Failure> {
    match numbers.iter().all(|number| number.is_finite()) {
        true => Ok(numbers),
        false => Err(bad("a vector holds numbers that are none")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(body: &str, count: usize, dimensions: Option<u32>, expected: &str) {
        let result = match parse_embeddings(body.as_bytes(), count, dimensions) {
            Ok(embeddings) => format!("{:?}", embeddings.vectors),
            Err(failure) => failure.error.message,
        };
        assert!(result.contains(expected), "{result}");
    }

    #[test]
    fn vectors_come_in_the_order_of_their_texts() {
        let body = r#"{"data":[{"index":1,"embedding":[3,4]},{"index":0,"embedding":"AACAPwAAAEA="}]}"#;
        check(body, 2, Some(2), "[[1.0, 2.0], [3.0, 4.0]]");
    }

    #[test]
    fn answers_that_do_not_fit_the_question_are_refused() {
        check(r#"{"data":[{"index":0,"embedding":[1]}]}"#, 2, None, "1 vectors came for 2 texts");
        check(r#"{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}"#, 2, None, "came twice");
        check(r#"{"data":[{"index":7,"embedding":[1]}]}"#, 1, None, "not one of 1");
        check(r#"{"data":[{"index":0,"embedding":[1,2]}]}"#, 1, Some(3), "2 dimensions instead of 3");
        check(r#"{"data":[{"index":0,"embedding":"AAAA"}]}"#, 1, None, "32-bit");
        check(r#"{"data":[{"index":0,"embedding":"!"}]}"#, 1, None, "base64");
        check(r#"{"object":"list"}"#, 1, None, "no vectors");
    }

    #[test]
    fn batches_stay_below_the_limits_of_the_service() {
        let lengths = |texts: &[String]| batches(texts).map(<[String]>::len).collect::<Vec<_>>();
        assert_eq!(lengths(&vec!["a".to_owned(); 5_000]), [2_048, 2_048, 904]);
        assert_eq!(lengths(&vec!["a".repeat(400_000); 5]), [2, 2, 1]);
        assert_eq!(lengths(&["a".repeat(2_000_000)]), [1]);
        assert_eq!(lengths(&[]), [0usize; 0]);
    }
}
