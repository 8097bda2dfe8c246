//! How the program ends.

use std::process::ExitCode;

/// What a script can tell from the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// The operation failed.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// A setting cannot be used or a key is missing.
    Settings = 3,
    /// The model's service failed, after retries.
    Provider = 4,
    /// Something needed approval and nobody could give it.
    Approval = 5,
    /// A cap (money, tokens, rounds, time) was reached.
    SpendCap = 6,
    /// `--timeout` has passed.
    Timeout = 124,
    /// Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Every way to end, in order of its number, with its meaning for the manual.
    pub const ALL: [(Exit, &str); 9] = [
        (Exit::Done, "done"),
        (Exit::Failed, "the operation failed"),
        (Exit::Usage, "the arguments make no sense"),
        (Exit::Settings, "a setting cannot be used or a key is missing"),
        (Exit::Provider, "the model's service failed, after retries"),
        (Exit::Approval, "something needed approval and nobody could give it"),
        (Exit::SpendCap, "a cap (money, tokens, rounds, time) was reached"),
        (Exit::Timeout, "the time given by --timeout has passed"),
        (Exit::Interrupted, "interrupted"),
    ];

    /// The number.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
