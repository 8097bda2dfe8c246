//! The scripted model server for tests: when it goes, everything must have gone by the script and by
//! the rules of the real services.

use std::{ops::Deref, time::Duration};

use mira::demo::server::{ModelServer, Script};

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
        panic!(
            "only {} of {count} requests came within ten seconds",
            self.requests().len()
        );
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
        assert!(
            violations.is_empty(),
            "the model server refused: {violations:#?}"
        );
        let unused = self.0.unused();
        assert!(unused.is_empty(), "nobody asked for: {unused:#?}");
    }
}
