//! The HTTP client of one service: where the key may go, how long to wait, how much to accept.
//!
//! Redirects are never followed, so the key reaches the configured origin only. Plain http is for
//! loopback, and builds no certificate store: that costs more than the rest of the start.

mod body;
mod gather;

use std::{
    error::Error,
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use reqwest::{
    Client, Method, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

pub(super) use body::{Body, over_time};

use super::{Failure, LlmError, LlmErrorKind, Remedy};
use crate::config::{NetworkSettings, ProviderSettings, Secret};

/// The length from which a key is taken for a secret: every service gives out longer ones.
const MIN_SECRET: usize = 8;

/// A service and the way to it.
#[derive(Clone)]
pub(super) struct Http(Arc<Inner>);

struct Inner {
    name: String,
    base: Result<Url, LlmError>,
    key: Option<Secret>,
    key_env: Option<String>,
    needs_key: bool,
    limits: NetworkSettings,
    /// Built with the first request: a provider that is never asked costs nothing.
    client: OnceLock<Result<Client, LlmError>>,
}

impl Http {
    /// The way to the service called `name`; nothing is opened yet.
    pub(super) fn new(name: &str, settings: &ProviderSettings, limits: NetworkSettings) -> Self {
        Self(Arc::new(Inner {
            name: name.to_owned(),
            base: checked_base(&settings.base_url),
            key: settings.key.clone(),
            key_env: settings.key_env.clone(),
            needs_key: settings.needs_key,
            limits,
            client: OnceLock::new(),
        }))
    }

    /// The service's host, empty if its address is wrong.
    pub(super) fn host(&self) -> &str {
        self.0.base.as_ref().ok().and_then(Url::host_str).unwrap_or_default()
    }

    /// Whether the service runs on this machine.
    pub(super) fn is_local(&self) -> bool {
        self.0.base.as_ref().is_ok_and(is_loopback)
    }

    /// The time limits of a call.
    pub(super) fn limits(&self) -> NetworkSettings {
        self.0.limits
    }

    /// Fails if the settings cannot work: a wrong address, a missing key.
    pub(super) fn check(&self) -> Result<(), LlmError> {
        self.0.base.as_ref().map_err(|error| self.named(error.clone()))?;
        match self.0.key {
            None if self.0.needs_key => Err(self.missing_key()),
            _ => Ok(()),
        }
    }

    fn missing_key(&self) -> LlmError {
        let name = &self.0.name;
        let variable = self.0.key_env.as_ref().map(|env| format!(" or set {env}")).unwrap_or_default();
        LlmError::new(
            LlmErrorKind::Auth,
            format!("{name}: no key is set. Store one with `mira auth set {name}`{variable}."),
        )
    }

    /// Sends `body` to the path below the base address.
    pub(super) async fn post(&self, path: &[&str], body: &Value, deadline: Instant) -> Result<Body, Failure> {
        self.send(Method::POST, path, Some(body), deadline).await
    }

    /// Fetches the path below the base address.
    pub(super) async fn get(&self, path: &[&str], deadline: Instant) -> Result<Body, Failure> {
        self.send(Method::GET, path, None, deadline).await
    }

    async fn send(
        &self,
        method: Method,
        path: &[&str],
        body: Option<&Value>,
        deadline: Instant,
    ) -> Result<Body, Failure> {
        let mut request = self.client()?.request(method, self.url(path)?);
        if let Some(key) = &self.0.key {
            request = request.header(AUTHORIZATION, bearer(key)?);
        }
        if let Some(body) = body {
            request = request
                .header(ACCEPT, "text/event-stream, application/json")
                .header(CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let limits = self.0.limits;
        let first_byte = Instant::now() + limits.first_byte_timeout;
        let response = match timeout_at(first_byte.min(deadline), request.send()).await {
            Ok(response) => response.map_err(|error| self.connection_failure(&error))?,
            Err(_) => return Err(body::too_late(limits, first_byte, deadline)),
        };
        Body::new(response, limits, first_byte, deadline).or_refusal().await
    }

    fn client(&self) -> Result<&Client, LlmError> {
        let client = self.0.client.get_or_init(|| {
            let is_tls = self.0.base.as_ref().is_ok_and(|base| base.scheme() == "https");
            build(is_tls, self.0.limits.connect_timeout)
        });
        client.as_ref().map_err(Clone::clone)
    }

    fn url(&self, path: &[&str]) -> Result<Url, LlmError> {
        let mut url = self.0.base.clone()?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path);
        }
        Ok(url)
    }

    fn connection_failure(&self, error: &reqwest::Error) -> Failure {
        let limits = self.0.limits;
        let origin = self.0.base.as_ref().map(|base| base.origin().ascii_serialization()).unwrap_or_default();
        let cause = root_cause(error);
        if error.is_connect() && (error.is_timeout() || cause.contains("timed out")) {
            let waited = spoken(limits.connect_timeout);
            return retried(LlmErrorKind::Timeout, format!("no connection to {origin} within {waited}"));
        }
        if error.is_connect() {
            let message =
                format!("no connection to {origin}: {cause}. Is the address right and the server running?");
            return match cause.contains("certificate") {
                true => Failure::lasting(LlmErrorKind::Transport, message),
                false => Failure::new(LlmErrorKind::Transport, message),
            };
        }
        Failure::new(LlmErrorKind::Transport, format!("the connection to {origin} broke: {cause}"))
    }

    /// The error as the user sees it: whose it is, what helps, and never a key.
    pub(super) fn named(&self, error: LlmError) -> LlmError {
        let name = &self.0.name;
        let advice = match error.kind {
            LlmErrorKind::QuotaExhausted => {
                " Waiting does not help: add credit or raise the limit there.".to_owned()
            }
            LlmErrorKind::Auth => format!(" Check the key: `mira auth set {name}`."),
            LlmErrorKind::ContextTooLong => {
                " Start a new conversation or choose a model with a larger window.".to_owned()
            }
            LlmErrorKind::RateLimited { .. } | LlmErrorKind::Overloaded => {
                " Try again a little later.".to_owned()
            }
            _ => String::new(),
        };
        let stop = if error.message.ends_with(['.', '!', '?', '…']) { "" } else { "." };
        let message = format!("{name}: {}{stop}{advice}", error.message);
        LlmError { kind: error.kind, message: self.without_key(message) }
    }

    fn without_key(&self, message: String) -> String {
        match &self.0.key {
            Some(key) => hide(key.reveal().trim(), message),
            None => message,
        }
    }
}

/// Servers may repeat the key they refuse. What local servers take in place of a key (`x`, `ollama`)
/// is no secret, and hiding it would only make the sentence unreadable.
fn hide(key: &str, message: String) -> String {
    match key.len() >= MIN_SECRET {
        true => message.replace(key, "***"),
        false => message,
    }
}

fn build(is_tls: bool, connect_timeout: Duration) -> Result<Client, LlmError> {
    // Fails only if a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("mira/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(connect_timeout)
        .tcp_nodelay(true);
    let builder = match is_tls {
        true => builder.https_only(true),
        // Loopback: no proxy may see it, and no certificate is ever looked at. Each request opens its
        // own connection, which costs next to nothing there: llama.cpp closes after every stream what
        // it promised to keep alive, and a request that meets the closing fails.
        false => builder.no_proxy().http1_only().tls_certs_only([]).pool_max_idle_per_host(0),
    };
    builder.build().map_err(|error| {
        LlmError::new(
            LlmErrorKind::Transport,
            format!("no HTTPS client could be built: {}", root_cause(&error)),
        )
    })
}

/// The address if it can be used: https, or plain http to this machine.
fn checked_base(base_url: &str) -> Result<Url, LlmError> {
    let refuse = |why: &str| Err(LlmError::new(LlmErrorKind::Refused, why));
    let Ok(url) = Url::parse(base_url.trim()) else {
        return refuse("base_url is not an address; it looks like https://api.openai.com/v1");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("base_url holds a password; store the key with `mira auth set` instead");
    }
    match url.scheme() {
        "https" if url.has_host() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => refuse("plain http is only allowed to this machine (localhost); use https in base_url"),
        _ => refuse("base_url must begin with https:// (or http:// for this machine)"),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn bearer(key: &Secret) -> Result<HeaderValue, LlmError> {
    let mut value = HeaderValue::from_str(&format!("Bearer {}", key.reveal().trim()))
        .map_err(|_| LlmError::new(LlmErrorKind::Auth, "the key holds characters that no key can have"))?;
    value.set_sensitive(true);
    Ok(value)
}

fn retried(kind: LlmErrorKind, message: String) -> Failure {
    Failure { error: LlmError::new(kind, message), remedy: Remedy::Retry { after: None } }
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// A duration as people say it.
pub(super) fn spoken(duration: Duration) -> String {
    match duration.subsec_millis() {
        0 => format!("{} s", duration.as_secs()),
        _ if duration.as_secs() == 0 => format!("{} ms", duration.as_millis()),
        _ => format!("{:.1} s", duration.as_secs_f64()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base_url: &str, accepted: bool) {
        assert_eq!(checked_base(base_url).is_ok(), accepted, "{base_url}");
    }

    #[test]
    fn a_key_is_hidden_and_a_placeholder_leaves_the_sentence_alone() {
        let hidden = |key: &str, message: &str| hide(key, message.to_owned());
        assert_eq!(hidden("sk-0123456789", "wrong key sk-0123456789"), "wrong key ***");
        assert_eq!(hidden("ollama", "ollama: no connection"), "ollama: no connection");
        assert_eq!(hidden("d", "the address"), "the address");
        assert_eq!(hidden("", "the address"), "the address");
    }

    #[test]
    fn plain_http_goes_to_this_machine_only() {
        check("https://api.openai.com/v1", true);
        for loopback in
            ["http://localhost:11434/v1", "http://127.0.0.1:1/v1", "http://127.9.9.9", "http://[::1]:8080/v1"]
        {
            check(loopback, true);
        }
        for open in [
            "http://api.openai.com/v1",
            "http://localhost.evil.example",
            "http://192.168.1.5/v1",
            "http://0.0.0.0/",
        ] {
            check(open, false);
        }
        for wrong in ["api.openai.com", "ftp://x", "", "https://user:key@host/v1"] {
            check(wrong, false);
        }
    }

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(spoken(Duration::from_secs(90)), "90 s");
        assert_eq!(spoken(Duration::from_millis(150)), "150 ms");
        assert_eq!(spoken(Duration::from_millis(1_500)), "1.5 s");
    }
}
