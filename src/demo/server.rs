//! A model server on loopback that plays a [`Script`] over both real wires and holds its clients to
//! the rules of the real services. `mira demo` and the tests talk to it through the true providers.

mod asked;
mod chat;
mod embeddings;
mod images;
mod ledger;
mod playback;
mod responses;
mod rules;
mod script;

use std::{
    collections::BTreeMap,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    response::Response,
    serve::ListenerExt,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

pub use script::{End, Script, Step, Turn, When, Wire};

use asked::Asked;
use images::tokens;
use ledger::{Exchange, Ledger};
use playback::{Answer, Watch};
use rules::text;

/// The time that all answers carry (2026-01-01): a script says the same in every run.
const CREATED_AT: u64 = 1_767_225_600;

/// The models that `GET /v1/models` names.
const MODELS: [&str; 4] = ["gpt-5", "gpt-4o-mini", "deepseek-flash", "text-embedding-3-large"];

/// A running server. Dropping it stops it.
pub struct ModelServer {
    address: SocketAddr,
    shared: Shared,
    serving: JoinHandle<()>,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct RecordedRequest {
    /// Path, for example `/v1/responses`.
    pub path: String,
    /// Headers with names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The JSON body; null when there was none.
    pub body: Value,
}

impl ModelServer {
    /// Starts to play `script` on a free loopback port.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn start(script: Script) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::new(script);
        let app =
            Router::new().fallback(handle).layer(DefaultBodyLimit::disable()).with_state(shared.clone());
        // Without this, small pieces wait for the client's acknowledgement.
        let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, app).await {
                tracing::error!(%error, "the scripted model server stopped");
            }
        });
        Ok(Self { address, shared, serving })
    }

    /// The base URL for providers of either kind: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// Appends a turn to the running script.
    pub fn push(&self, turn: Turn) {
        self.shared.lock().push(turn);
    }

    /// Every request so far.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.lock().requests.clone()
    }

    /// What the clients did that the real services refuse, and requests that no turn fits.
    pub fn violations(&self) -> Vec<String> {
        self.shared.lock().violations.clone()
    }

    /// Turns that nobody asked for, apart from repeating ones.
    pub fn unused(&self) -> Vec<String> {
        self.shared.lock().unused()
    }

    /// How many answers the clients left before their end.
    pub fn abandoned(&self) -> usize {
        self.shared.lock().abandoned
    }

    /// Forgets all stored responses, as the service does after some weeks.
    pub fn forget_responses(&self) {
        self.shared.lock().stored.clear();
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Ledger>>);

impl Shared {
    fn new(script: Script) -> Self {
        Self(Arc::new(Mutex::new(Ledger::new(script))))
    }

    fn lock(&self) -> MutexGuard<'_, Ledger> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stores `response` when the answer was sent whole; counts the answer when the client leaves.
    fn watch(&self, response: Option<(String, Vec<Value>)>) -> Watch {
        let (stores, counts) = (self.clone(), self.clone());
        Watch {
            completed: response.map(|(id, history)| -> Box<dyn FnOnce() + Send> {
                Box::new(move || drop(stores.lock().stored.insert(id, history)))
            }),
            abandoned: Some(Box::new(move || counts.lock().abandoned += 1)),
        }
    }
}

async fn handle(
    State(shared): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    shared.lock().record(path, &headers, &body);
    match (method, path) {
        (Method::POST, "/v1/responses") => shared.responses(&body),
        (Method::POST, "/v1/chat/completions" | "/chat/completions") => shared.chat(&body),
        (Method::POST, "/v1/embeddings") => shared.embeddings(&body),
        (Method::GET, "/v1/models") => Answer::json(&models()).play(&End::Stop, shared.watch(None)),
        (method, _) => {
            let message = format!("Invalid URL ({method} {path})");
            shared.lock().violations.push(message.clone());
            playback::error(StatusCode::NOT_FOUND, "not_found", None, &message)
        }
    }
}

fn models() -> Value {
    let model = |id| json!({ "id": id, "object": "model", "created": CREATED_AT, "owned_by": "scripted" });
    json!({ "object": "list", "data": MODELS.map(model) })
}

impl Shared {
    fn responses(&self, body: &Value) -> Response {
        let mut ledger = self.lock();
        let earlier = match ledger.earlier(body) {
            Ok(earlier) => earlier,
            Err(response) => return response,
        };
        let history = [earlier.clone(), responses::input(body)].concat();
        let checked = rules::check_responses(body, &history, &ledger.stored_ids());
        if let Err(refusal) = checked.and_then(|()| images::check(body, &history)) {
            return ledger.refuse("responses", &refusal);
        }
        let taken = match ledger.take(&responses::asked(body, &history)) {
            Ok(taken) => taken,
            Err(response) => return response,
        };
        let usage = taken.usage(tokens(body) + tokens(&json!(earlier)), tokens(&json!(earlier)));
        let (answer, response) = responses::answer(&taken.exchange(body, usage));
        let ended = matches!(text(&response, "status"), "completed" | "incomplete");
        let stored = (ended && body["store"] != false).then(|| {
            let output = response["output"].as_array().cloned().unwrap_or_default();
            (responses::response_id(&taken.tag), [history, output].concat())
        });
        taken.play(answer, self.watch(stored))
    }

    fn chat(&self, body: &Value) -> Response {
        let mut ledger = self.lock();
        let messages = body["messages"].as_array().map(Vec::as_slice).unwrap_or_default();
        if let Err(refusal) = rules::check_chat(body).and_then(|()| images::check(body, messages)) {
            return ledger.refuse("chat completions", &refusal);
        }
        match ledger.take(&chat::asked(body)) {
            Ok(taken) => {
                let answer = chat::answer(&taken.exchange(body, taken.usage(tokens(body), 0)));
                taken.play(answer, self.watch(None))
            }
            Err(response) => response,
        }
    }

    /// Answered without a script; a turn for embeddings can make it fail.
    fn embeddings(&self, body: &Value) -> Response {
        let mut ledger = self.lock();
        let answer = match embeddings::answer(body) {
            Ok(answer) => Answer::json(&answer),
            Err(refusal) => return ledger.refuse("embeddings", &refusal),
        };
        let asked = Asked::new(Wire::Embeddings, text(body, "model"), []);
        match ledger.find(&asked, |turn| turn.when.wire == Some(Wire::Embeddings)) {
            Some(taken) => taken.play(answer, self.watch(None)),
            None => answer.play(&End::Stop, self.watch(None)),
        }
    }
}
