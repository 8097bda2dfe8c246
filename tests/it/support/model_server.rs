//! The scripted model server for tests: when it goes, everything must have gone by the script and by
//! the rules of the real services.

use std::{ops::Deref, time::Duration};

use mira::demo::server::{ModelServer, Script};
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;

use super::schemas::assert_valid_request;

/// A [`ModelServer`] that fails its test, at the latest when it is dropped, if a client broke a rule,
/// sent an invalid request, or left a turn of the script unused.
pub(crate) struct TestServer(ModelServer);

impl TestServer {
    /// Starts to play `script`.
    pub(crate) async fn start(script: Script) -> Self {
        Self(ModelServer::start(script).await.unwrap())
    }

    /// Returns when `count` requests have come, answered or not.
    pub(crate) async fn wait_for_requests(&self, count: usize) {
        for _ in 0..2000 {
            if self.requests().len() >= count {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("only {} of {count} requests came within ten seconds", self.requests().len());
    }

    /// Checks everything now.
    pub(crate) fn finish(self) {
        drop(self);
    }
}

impl Deref for TestServer {
    type Target = ModelServer;

    fn deref(&self) -> &ModelServer {
        &self.0
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for request in self.0.requests() {
            assert_valid_request(&request.path, &request.body);
        }
        let violations = self.0.violations();
        assert!(violations.is_empty(), "the model server refused: {violations:#?}");
        let unused = self.0.unused();
        assert!(unused.is_empty(), "nobody asked for: {unused:#?}");
    }
}

/// Posts JSON to `path` below the server's base URL.
pub(crate) async fn post(server: &ModelServer, path: &str, body: &Value) -> Response {
    // A client cannot be built without a TLS provider, even for plain HTTP.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().build().unwrap();
    client.post(format!("{}{path}", server.base_url())).json(body).send().await.unwrap()
}

/// The status and the JSON that the server answers.
pub(crate) async fn post_json(server: &ModelServer, path: &str, body: &Value) -> (StatusCode, Value) {
    let response = post(server, path, body).await;
    (response.status(), response.json().await.unwrap())
}
