//! The life of one operation as a pure state machine: an [`Input`] goes in, the [`Effect`]s to
//! perform come out. It knows nothing of time, disk or network; `orchestration` performs.

use crate::protocol::{ErrorCode, OperationStatus};

/// What has happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Input {
    /// The operation may begin.
    Begin,
    /// The planner has finished a round and asks for these calls.
    RoundEnded {
        /// How many calls there are.
        calls: usize,
        /// How many of them go to the coder.
        delegations: usize,
    },
    /// The coder has sent its first piece.
    CoderStarted,
    /// Every call of the round has its result.
    CallsEnded,
    /// The operation cannot go on.
    Failed(Failure),
    /// The user wants it stopped.
    Cancel,
}

/// Why an operation cannot go on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Failure {
    /// Its class.
    pub(crate) code: ErrorCode,
    /// What happened and what helps.
    pub(crate) message: String,
}

/// What to do now, in this order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// Store and announce a status.
    SetStatus(OperationStatus, String),
    /// Ask the planner; ends in `RoundEnded` or `Failed`.
    AskPlanner,
    /// Run the calls of the round; ends in `CallsEnded` or `Failed`.
    RunCalls,
    /// Store the outcome and announce it. Nothing follows.
    Finish(Outcome),
}

/// How an operation ended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// As intended.
    Completed,
    /// By an error.
    Failed(Failure),
    /// By the user.
    Cancelled,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Pending,
    Planning,
    Working { delegations: usize, generating: bool },
    Ended,
}

/// Where one operation stands.
#[derive(Debug)]
pub(crate) struct Lifecycle {
    phase: Phase,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self { phase: Phase::Pending }
    }
}

impl Lifecycle {
    /// Takes an input and says what to do. An input that does not fit the phase (a late chunk after
    /// the end, a second cancel) has no effect.
    pub(crate) fn handle(&mut self, input: Input) -> Vec<Effect> {
        match (self.phase, input) {
            (Phase::Ended, _) => Vec::new(),
            (_, Input::Cancel) => self.end(Outcome::Cancelled),
            (_, Input::Failed(failure)) => self.end(Outcome::Failed(failure)),
            (Phase::Pending, Input::Begin) => self.plan("thinking"),
            (Phase::Planning, Input::RoundEnded { calls: 0, .. }) => self.end(Outcome::Completed),
            (Phase::Planning, Input::RoundEnded { delegations, .. }) => self.work(delegations),
            (Phase::Working { delegations, generating: false }, Input::CoderStarted) => {
                self.generate(delegations)
            }
            (Phase::Working { delegations: 0, .. }, Input::CallsEnded) => self.plan_again(),
            (Phase::Working { .. }, Input::CallsEnded) => self.plan("reviewing the coder's work"),
            _ => Vec::new(),
        }
    }

    fn plan(&mut self, message: &str) -> Vec<Effect> {
        self.phase = Phase::Planning;
        vec![Effect::SetStatus(OperationStatus::Started, message.into()), Effect::AskPlanner]
    }

    /// After calls that the planner made itself the status has not changed: no second announcement.
    fn plan_again(&mut self) -> Vec<Effect> {
        self.phase = Phase::Planning;
        vec![Effect::AskPlanner]
    }

    fn work(&mut self, delegations: usize) -> Vec<Effect> {
        self.phase = Phase::Working { delegations, generating: false };
        match delegations {
            0 => vec![Effect::RunCalls],
            n => vec![
                Effect::SetStatus(OperationStatus::Delegating, format!("handing {} to the coder", tasks(n))),
                Effect::RunCalls,
            ],
        }
    }

    fn generate(&mut self, delegations: usize) -> Vec<Effect> {
        self.phase = Phase::Working { delegations, generating: true };
        let message = format!("the coder is at work on {}", tasks(delegations));
        vec![Effect::SetStatus(OperationStatus::Generating, message)]
    }

    fn end(&mut self, outcome: Outcome) -> Vec<Effect> {
        self.phase = Phase::Ended;
        vec![Effect::Finish(outcome)]
    }
}

fn tasks(n: usize) -> String {
    match n {
        1 => "one task".to_owned(),
        n => format!("{n} tasks"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn input(word: &str) -> Input {
        match word {
            "begin" => Input::Begin,
            "answer" => Input::RoundEnded { calls: 0, delegations: 0 },
            "look" => Input::RoundEnded { calls: 2, delegations: 0 },
            "delegate" => Input::RoundEnded { calls: 3, delegations: 2 },
            "coder" => Input::CoderStarted,
            "done" => Input::CallsEnded,
            "fail" => Input::Failed(Failure { code: ErrorCode::LlmError, message: "no".into() }),
            "cancel" => Input::Cancel,
            other => panic!("no input {other:?}"),
        }
    }

    fn effect(effect: &Effect) -> String {
        match effect {
            Effect::SetStatus(status, _) => status.to_string(),
            Effect::AskPlanner => "ask".into(),
            Effect::RunCalls => "run".into(),
            Effect::Finish(Outcome::Completed) => "finish completed".into(),
            Effect::Finish(Outcome::Failed(_)) => "finish failed".into(),
            Effect::Finish(Outcome::Cancelled) => "finish cancelled".into(),
        }
    }

    fn check(inputs: &str, expected: &str) {
        let mut lifecycle = Lifecycle::default();
        let effects: Vec<String> = inputs
            .split_whitespace()
            .flat_map(|word| lifecycle.handle(input(word)))
            .map(|e| effect(&e))
            .collect();
        assert_eq!(effects.join(", "), expected, "after {inputs}");
    }

    #[test]
    fn a_simple_answer_is_one_round() {
        check("begin answer", "started, ask, finish completed");
    }

    #[test]
    fn looking_around_stays_in_started() {
        check("begin look done answer", "started, ask, run, ask, finish completed");
    }

    #[test]
    fn a_delegation_goes_through_every_status() {
        check(
            "begin delegate coder coder done answer",
            "started, ask, delegating, run, generating, started, ask, finish completed",
        );
    }

    #[test]
    fn a_coder_that_never_speaks_still_ends_the_round() {
        check("begin delegate done answer", "started, ask, delegating, run, started, ask, finish completed");
    }

    #[test]
    fn cancelling_and_failing_work_everywhere_and_once() {
        check("cancel cancel fail", "finish cancelled");
        check("begin cancel answer", "started, ask, finish cancelled");
        check(
            "begin delegate coder fail done cancel",
            "started, ask, delegating, run, generating, finish failed",
        );
    }

    proptest! {
        #[test]
        fn any_inputs_end_at_most_once_and_nothing_follows_the_end(words in proptest::collection::vec(
            prop_oneof!["begin", "answer", "look", "delegate", "coder", "done", "fail", "cancel"], 0..40)
        ) {
            let mut lifecycle = Lifecycle::default();
            let effects: Vec<Effect> = words.iter().flat_map(|word| lifecycle.handle(input(word))).collect();
            let ends = effects.iter().filter(|e| matches!(e, Effect::Finish(_))).count();
            prop_assert!(ends <= 1);
            if ends == 1 {
                prop_assert!(matches!(effects.last(), Some(Effect::Finish(_))));
            }
        }
    }
}
