//! Ids and times. Each kind of id is its own type over a UUIDv7, so one cannot stand for another,
//! and both ids and times come from sources that tests can seed and hold still.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A point in time in unix milliseconds (UTC).
pub type TimeMs = i64;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A fresh id from `source`.
            pub fn new(source: &IdSource) -> Self {
                Self(source.next())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

id!(
    /// A project: one root directory on disk.
    ProjectId
);
id!(
    /// One history of messages.
    ConversationId
);
id!(
    /// One message of a conversation.
    MessageId
);
id!(
    /// One request carried to its outcome.
    OperationId
);
id!(
    /// A proposed file state.
    ArtifactId
);
id!(
    /// A question to the user that work waits for.
    ApprovalId
);
id!(
    /// One applied (or undone) set of file changes: the unit of undo.
    ChangeId
);

/// Where ids come from: random UUIDv7 in the program, a counted sequence in tests.
#[derive(Clone, Debug)]
pub struct IdSource(Option<Arc<Mutex<Seeded>>>);

#[derive(Debug)]
struct Seeded {
    seed: u64,
    count: u64,
}

impl IdSource {
    /// Time-ordered random ids.
    pub fn random() -> Self {
        Self(None)
    }

    /// Reproducible ids: the same seed gives the same sequence, rising in order.
    pub fn seeded(seed: u64) -> Self {
        Self(Some(Arc::new(Mutex::new(Seeded { seed, count: 0 }))))
    }

    fn next(&self) -> Uuid {
        let Some(shared) = &self.0 else {
            return Uuid::now_v7();
        };
        let mut seeded = shared.lock().unwrap_or_else(PoisonError::into_inner);
        seeded.count += 1;
        let mut random = [0u8; 10];
        random[2..].copy_from_slice(&seeded.seed.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(seeded.count, &random).into_uuid()
    }
}

/// What time it is: the system's clock in the program, a hand-moved one in tests.
#[derive(Clone, Debug)]
pub struct Clock(Option<Arc<std::sync::atomic::AtomicI64>>);

impl Clock {
    /// The system's wall clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands at `start` until [`Clock::advance`] moves it.
    pub fn fixed(start: TimeMs) -> Self {
        Self(Some(Arc::new(start.into())))
    }

    /// The time now.
    pub fn now(&self) -> TimeMs {
        match &self.0 {
            Some(fixed) => fixed.load(std::sync::atomic::Ordering::SeqCst),
            None => {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as TimeMs)
            }
        }
    }

    /// Moves a fixed clock forward by `ms`; the system's clock does not listen.
    pub fn advance(&self, ms: TimeMs) {
        if let Some(fixed) = &self.0 {
            fixed.fetch_add(ms, std::sync::atomic::Ordering::SeqCst);
        }
    }
}
