//! What one operation may use (rounds, tokens, money, time) and what it has used. Asked before
//! every request, so that a cap stops the next call and never cuts one that is paid for.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{config::BudgetSettings, llm::Usage};

/// The running account of one operation, shared by its planner and its delegations.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    caps: BudgetSettings,
    spent: Arc<Mutex<Spent>>,
}

/// What has been used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Spent {
    /// Planner calls.
    pub(crate) rounds: u32,
    /// Tokens of all calls.
    pub(crate) usage: Usage,
    /// US dollars, as far as prices are known.
    pub(crate) cost_usd: f64,
}

/// A cap that has been reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Exceeded {
    /// Too many rounds.
    Rounds(u32),
    /// Too many tokens.
    Tokens(u64),
    /// Too much money.
    Cost {
        /// The cap in US dollars.
        cap: f64,
        /// Spent in US dollars.
        spent: f64,
    },
}

impl std::error::Error for Exceeded {}

impl fmt::Display for Exceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rounds(n) => write!(
                f,
                "stopped after {n} rounds without a closing answer (budget.max_rounds); ask for a smaller step or raise the cap"
            ),
            Self::Tokens(n) => write!(
                f,
                "stopped at {n} tokens (budget.max_tokens); ask for a smaller step or raise the cap"
            ),
            Self::Cost { cap, spent } => {
                write!(
                    f,
                    "stopped: ${spent:.4} spent, the cap is ${cap:.4} (--max-cost or budget.max_cost_usd)"
                )
            }
        }
    }
}

impl Budget {
    /// An untouched budget.
    pub(crate) fn new(caps: BudgetSettings) -> Self {
        Self { caps, spent: Arc::default() }
    }

    /// Whether another request may be made.
    ///
    /// # Errors
    /// The cap that forbids it.
    pub(crate) fn check(&self) -> Result<(), Exceeded> {
        let spent = self.spent();
        let tokens = spent.usage.input + spent.usage.output;
        match self.caps.max_cost_usd {
            Some(cap) if spent.cost_usd >= cap => return Err(Exceeded::Cost { cap, spent: spent.cost_usd }),
            _ => {}
        }
        if spent.rounds >= self.caps.max_rounds {
            return Err(Exceeded::Rounds(spent.rounds));
        }
        if tokens >= self.caps.max_tokens {
            return Err(Exceeded::Tokens(tokens));
        }
        Ok(())
    }

    /// Counts a planner call.
    pub(crate) fn add_round(&self) {
        self.update(|spent| spent.rounds += 1);
    }

    /// Counts what a call has used.
    pub(crate) fn add_usage(&self, usage: Usage, cost_usd: Option<f64>) {
        self.update(|spent| {
            spent.usage = spent.usage + usage;
            spent.cost_usd += cost_usd.unwrap_or(0.0);
        });
    }

    /// What has been used so far.
    pub(crate) fn spent(&self) -> Spent {
        *self.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, change: impl FnOnce(&mut Spent)) {
        change(&mut self.spent.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::*;

    fn budget(max_cost_usd: Option<f64>) -> Budget {
        Budget::new(BudgetSettings {
            max_rounds: 2,
            max_tokens: 1_000,
            max_cost_usd,
            max_duration: Duration::from_secs(60),
        })
    }

    fn usage(input: u64, output: u64) -> Usage {
        Usage { input, output, ..Usage::default() }
    }

    #[test]
    fn each_cap_stops_the_next_request_and_names_itself() {
        let rounds = budget(None);
        rounds.add_round();
        assert_eq!(rounds.check(), Ok(()));
        rounds.add_round();
        assert_eq!(rounds.check(), Err(Exceeded::Rounds(2)));

        let tokens = budget(None);
        tokens.add_usage(usage(600, 400), None);
        assert_eq!(tokens.check(), Err(Exceeded::Tokens(1_000)));

        let money = budget(Some(0.01));
        money.add_usage(usage(1, 1), Some(0.02));
        let sentence = money.check().unwrap_err().to_string();
        assert!(sentence.contains("$0.0200") && sentence.contains("--max-cost"), "{sentence}");
    }

    #[test]
    fn clones_share_one_account() {
        let planner = budget(None);
        planner.clone().add_usage(usage(3, 4), Some(0.5));
        assert_eq!(planner.spent().usage.output, 4);
    }
}
