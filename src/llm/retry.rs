//! When to try again: what servers ask for, and pauses of our own that double.

use std::{
    hash::{BuildHasher, RandomState},
    time::{Duration, SystemTime},
};

use super::{Failure, Remedy};
use crate::config::NetworkSettings;

/// The longest pause a server may ask for; with a longer one the call fails at once and says so.
const MAX_ASKED: Duration = Duration::from_secs(60);
/// The longest pause of our own.
const MAX_OWN: Duration = Duration::from_secs(30);

/// The attempts of one call.
#[derive(Debug)]
pub(super) struct Attempts {
    limits: NetworkSettings,
    failed: u32,
}

impl Attempts {
    pub(super) fn new(limits: NetworkSettings) -> Self {
        Self { limits, failed: 0 }
    }

    /// Which attempt is under way, from 1.
    pub(super) fn current(&self) -> u32 {
        self.failed + 1
    }

    /// The pause before the next attempt; `None` if there is none.
    pub(super) fn after(&mut self, failure: &Failure) -> Option<Duration> {
        let Remedy::Retry { after } = failure.remedy else { return None };
        if self.failed >= self.limits.max_retries || after.is_some_and(|after| after > MAX_ASKED) {
            return None;
        }
        let own = pause(self.limits.retry_base, self.failed, random());
        self.failed += 1;
        Some(after.unwrap_or(own))
    }
}

/// `base` doubled `failed` times, varied by a quarter up or down so that clients spread out.
fn pause(base: Duration, failed: u32, random: f64) -> Duration {
    let doubled = base.saturating_mul(2u32.saturating_pow(failed)).min(MAX_OWN);
    doubled.mul_f64(0.75 + random / 2.0)
}

/// A number from 0 to 1; the standard library's hash seeds are random enough to spread clients.
fn random() -> f64 {
    (RandomState::new().hash_one(0u8) >> 11) as f64 / (1u64 << 53) as f64
}

/// The pause a server asks for: `retry-after-ms`, or `retry-after` in seconds, whole or not, or as
/// an HTTP date.
pub(super) fn retry_after(ms: Option<&str>, value: Option<&str>, now: SystemTime) -> Option<Duration> {
    let number = |text: Option<&str>| text?.trim().parse::<f64>().ok();
    let seconds = number(ms).map(|ms| ms / 1e3).or_else(|| number(value));
    if let Some(seconds) = seconds {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(value?.trim()).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{super::LlmErrorKind, *};

    fn check(ms: Option<&str>, value: Option<&str>, expected: Option<u64>) {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
        assert_eq!(retry_after(ms, value, now), expected.map(Duration::from_millis), "{ms:?} {value:?}");
    }

    #[test]
    fn every_form_of_retry_after_is_understood() {
        check(None, Some("2"), Some(2_000));
        check(None, Some("0.25"), Some(250));
        check(Some("150"), Some("2"), Some(150));
        check(None, Some("Sun, 06 Nov 1994 08:49:47 GMT"), Some(10_000));
        check(None, Some("Sun, 06 Nov 1994 08:49:07 GMT"), Some(0));
        check(None, Some("soon"), None);
        check(None, Some("-1"), None);
        check(None, None, None);
    }

    #[test]
    fn pauses_double_vary_and_have_an_end() {
        let base = Duration::from_millis(400);
        assert_eq!(pause(base, 0, 0.5), base);
        assert_eq!(pause(base, 2, 0.5), base * 4);
        assert_eq!(pause(base, 1, 0.0), Duration::from_millis(600));
        assert!(pause(base, 40, 1.0) <= MAX_OWN.mul_f64(1.25));
    }

    #[test]
    fn attempts_end_after_the_limit_or_a_long_request_to_wait() {
        let limits = NetworkSettings {
            connect_timeout: Duration::ZERO,
            first_byte_timeout: Duration::ZERO,
            idle_timeout: Duration::ZERO,
            total_timeout: Duration::ZERO,
            max_retries: 2,
            retry_base: Duration::from_millis(1),
        };
        let failure = Failure::new(LlmErrorKind::Overloaded, "");
        let mut attempts = Attempts::new(limits);
        assert!(attempts.after(&failure).is_some());
        assert!(attempts.after(&failure).is_some());
        assert_eq!(attempts.after(&failure), None);
        let long = Failure { remedy: Remedy::Retry { after: Some(Duration::from_secs(61)) }, ..failure };
        assert_eq!(Attempts::new(limits).after(&long), None);
    }
}
