//! Finds model servers on this machine, so that one without a key can be offered.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::http::Http;
use crate::config::{NetworkSettings, ProviderKind, ProviderSettings};

/// Servers on loopback answer at once or not at all.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where the usual servers listen.
const USUAL: [(&str, u16); 4] = [("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080), ("vLLM", 8000)];

/// A model server on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalServer {
    /// Which program usually listens there.
    pub name: String,
    /// What to set as the provider's `base_url`.
    pub base_url: String,
    /// The models it serves.
    pub models: Vec<String>,
}

/// The servers that answer on their usual ports.
pub async fn probe_local() -> Vec<LocalServer> {
    probe_ports(&USUAL).await
}

/// The servers that answer on the given ports of this machine, all asked at once.
pub async fn probe_ports(ports: &[(&str, u16)]) -> Vec<LocalServer> {
    let answers = join_all(ports.iter().map(|&(name, port)| probe(name, port))).await;
    answers.into_iter().flatten().collect()
}

async fn probe(name: &str, port: u16) -> Option<LocalServer> {
    let base_url = format!("http://127.0.0.1:{port}/v1");
    let models = timeout(PATIENCE, models_of(name, &base_url)).await.ok()??;
    Some(LocalServer { name: name.to_owned(), base_url, models })
}

async fn models_of(name: &str, base_url: &str) -> Option<Vec<String>> {
    let settings = ProviderSettings {
        kind: ProviderKind::ChatCompletions,
        base_url: base_url.to_owned(),
        key: None,
        key_env: None,
        needs_key: false,
        store: false,
    };
    let limits = NetworkSettings {
        connect_timeout: PATIENCE,
        first_byte_timeout: PATIENCE,
        idle_timeout: PATIENCE,
        total_timeout: PATIENCE,
        max_retries: 0,
        retry_base: PATIENCE,
    };
    let body = Http::new(name, &settings, limits).get(&["models"], Instant::now() + PATIENCE).await.ok()?;
    parse_models(&body.bytes().await.ok()?)
}

/// The model names of a `GET /models` answer; `None` if it is something else.
pub fn parse_models(body: &[u8]) -> Option<Vec<String>> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let models = answer.get("data")?.as_array()?.iter();
    Some(models.filter_map(|model| Some(model.get("id")?.as_str()?.to_owned())).collect())
}
