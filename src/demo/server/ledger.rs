//! What the server remembers: the script and how far it is used, stored responses, and everything the
//! clients did.

use std::collections::{HashMap, HashSet};

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use serde_json::Value;

use super::{
    RecordedRequest,
    asked::Asked,
    playback::{self, Answer, Watch},
    rules::Refusal,
    script::{End, Script, Step, Turn},
};
use crate::llm::Usage;

/// One request being answered.
pub(super) struct Exchange<'a> {
    pub(super) body: &'a Value,
    pub(super) script: &'a Script,
    pub(super) turn: &'a Turn,
    /// Unique in this server and the same in every run, whatever order requests come in.
    pub(super) tag: String,
    pub(super) usage: Usage,
}

/// What the server remembers.
#[derive(Default)]
pub(super) struct Ledger {
    script: Script,
    uses: Vec<usize>,
    pub(super) stored: HashMap<String, Vec<Value>>,
    pub(super) requests: Vec<RecordedRequest>,
    pub(super) violations: Vec<String>,
    pub(super) abandoned: usize,
}

impl Ledger {
    pub(super) fn new(script: Script) -> Self {
        let uses = vec![0; script.turns.len()];
        Self { script, uses, ..Self::default() }
    }

    pub(super) fn push(&mut self, turn: Turn) {
        self.script.turns.push(turn);
        self.uses.push(0);
    }

    pub(super) fn unused(&self) -> Vec<String> {
        let turns = self.script.turns.iter().zip(&self.uses).enumerate();
        let unused = turns.filter(|(_, (turn, uses))| **uses == 0 && !turn.repeat);
        unused.map(|(at, (turn, _))| format!("turn {}: {:?}", at + 1, turn.when)).collect()
    }

    pub(super) fn record(&mut self, path: &str, headers: &HeaderMap, body: &Value) {
        let header = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let headers = headers.iter().map(header).collect();
        self.requests.push(RecordedRequest { path: path.to_owned(), headers, body: body.clone() });
    }

    /// What the chained response holds. An unknown one is refused as the service does; that is no
    /// violation, since responses expire.
    #[expect(clippy::result_large_err, reason = "the error is the HTTP answer itself")]
    pub(super) fn earlier(&self, body: &Value) -> Result<Vec<Value>, Response> {
        let Some(id) = body["previous_response_id"].as_str() else {
            return Ok(Vec::new());
        };
        self.stored.get(id).cloned().ok_or_else(|| {
            let message = format!("Previous response with id '{id}' not found.");
            let param = Some("previous_response_id");
            playback::error(StatusCode::BAD_REQUEST, "previous_response_not_found", param, &message)
        })
    }

    pub(super) fn stored_ids(&self) -> HashSet<String> {
        let items = self.stored.values().flatten();
        items.filter_map(|item| item["id"].as_str()).map(str::to_owned).collect()
    }

    pub(super) fn refuse(&mut self, wire: &str, refusal: &Refusal) -> Response {
        self.violations.push(format!("{wire}: {}", refusal.message));
        playback::error(
            StatusCode::BAD_REQUEST,
            "invalid_request_error",
            Some(refusal.param),
            &refusal.message,
        )
    }

    #[expect(clippy::result_large_err, reason = "the error is the HTTP answer itself")]
    pub(super) fn take(&mut self, asked: &Asked) -> Result<Taken, Response> {
        self.find(asked, |_| true).ok_or_else(|| {
            let message = format!("No turn of the script fits: {asked}");
            self.violations.push(message.clone());
            playback::error(StatusCode::INTERNAL_SERVER_ERROR, "unscripted", None, &message)
        })
    }

    /// The first turn that fits and is not used up.
    pub(super) fn find(&mut self, asked: &Asked, also: impl Fn(&Turn) -> bool) -> Option<Taken> {
        let turns = self.script.turns.iter().zip(&mut self.uses).enumerate();
        let fits =
            |turn: &Turn, uses: usize| (uses == 0 || turn.repeat) && turn.when.fits(asked) && also(turn);
        let (at, (turn, uses)) = turns.into_iter().find(|(_, (turn, uses))| fits(turn, **uses))?;
        *uses += 1;
        let style = Script { turns: Vec::new(), ..self.script };
        Some(Taken { tag: format!("{}_{uses}", at + 1), turn: turn.clone(), style })
    }
}

/// A turn that was chosen for a request.
pub(super) struct Taken {
    pub(super) tag: String,
    turn: Turn,
    style: Script,
}

impl Taken {
    pub(super) fn exchange<'a>(&'a self, body: &'a Value, usage: Usage) -> Exchange<'a> {
        Exchange { body, script: &self.style, turn: &self.turn, tag: self.tag.clone(), usage }
    }

    pub(super) fn play(&self, answer: Answer, watch: Watch) -> Response {
        match &self.turn.end {
            End::Status { code, headers, body } => {
                let mut watch = watch;
                watch.disarm();
                playback::status(*code, headers, body)
            }
            end => answer.play(end, watch),
        }
    }

    /// The turn's usage, or an estimate at four bytes a token; caches work in steps of 128 tokens.
    pub(super) fn usage(&self, input: u64, held: u64) -> Usage {
        let spent = |reasoning: bool| -> u64 {
            let steps = self.turn.steps.iter();
            steps.filter(|step| matches!(step, Step::Reasoning(_)) || !reasoning).map(step_tokens).sum()
        };
        let cached = held / 128 * 128;
        let estimate = Usage { input, cached, cache_write: 0, output: spent(false), reasoning: spent(true) };
        self.turn.usage.unwrap_or(estimate)
    }
}

fn step_tokens(step: &Step) -> u64 {
    let bytes = match step {
        Step::Reasoning(text) | Step::Text(text) | Step::Refusal(text) => text.len(),
        Step::Call { name, arguments } => name.len() + arguments.len(),
        Step::DelayMs(_) | Step::Raw(_) => 0,
    };
    bytes.div_ceil(4) as u64
}
