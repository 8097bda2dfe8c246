//! Pure: how a model's window is shared out between what is always sent, the conversation, what goes
//! along with the newest prompt, and the answer. Tokens are estimates, corrected by what the provider
//! has counted before.

use super::{PLANNER, estimate_tokens, item_tokens, sections::tool_tokens};
use crate::{engine::tools, llm::Item};

/// Part of a window that the conversation may fill.
const HISTORY_SHARE: f64 = 0.6;
/// Part of a window that is kept for what goes along with the newest prompt.
const CONTEXT_SHARE: f64 = 0.25;
/// Part of a window that an answer is left at most.
const ANSWER_SHARE: f64 = 0.5;
/// The same where it is not known how long an answer of the model can be.
const UNKNOWN_ANSWER_SHARE: f64 = 0.25;

/// What the requests to a model may hold, in estimated tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Input of any kind.
    input: u64,
    /// What goes along with a prompt by itself.
    own: u64,
}

/// What may go along with one prompt, in estimated tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Room {
    /// All of it.
    pub(crate) all: u64,
    /// What the user has not pointed to.
    pub(crate) own: u64,
}

impl Window {
    /// The share of a model with a window of `tokens` that answers with `answer` of them at most;
    /// `correction` is how many tokens the provider counts for an estimated one.
    pub(crate) fn new(tokens: u64, answer: Option<u64>, correction: f64, own: u64) -> Self {
        let share = |share: f64| (tokens as f64 * share) as u64;
        let answer = answer.unwrap_or_else(|| share(UNKNOWN_ANSWER_SHARE)).min(share(ANSWER_SHARE));
        Self { input: ((tokens - answer) as f64 / correction) as u64, own }
    }

    /// What the conversation before a prompt of `words` tokens may take.
    pub(crate) fn history(self, words: u64) -> u64 {
        let kept = self.own.min((self.input as f64 * CONTEXT_SHARE) as u64);
        let left = self.input.saturating_sub(always() + words + kept);
        left.min((self.input as f64 * HISTORY_SHARE) as u64)
    }

    /// What may go along with a prompt of `words` tokens behind `history`.
    pub(crate) fn room(self, history: &[Item], words: u64) -> Room {
        let taken = always() + words + history.iter().map(item_tokens).sum::<u64>();
        Room { all: self.input.saturating_sub(taken), own: self.own_beside(taken) }
    }

    /// What may go along by itself beside `taken` tokens.
    pub(crate) fn own_beside(self, taken: u64) -> u64 {
        self.own.min(self.input.saturating_sub(taken))
    }
}

/// Instructions and tools.
fn always() -> u64 {
    estimate_tokens(PLANNER) + tools::specs().iter().map(tool_tokens).sum::<u64>()
}

/// Drops the oldest operations until the rest fits `budget` tokens; the newest always stays.
/// Whole operations only: a call without its result would be refused by every provider.
pub(crate) fn fit(operations: Vec<Vec<Item>>, budget: u64) -> Vec<Item> {
    let mut left = budget;
    let mut kept = Vec::new();
    for operation in operations.into_iter().rev() {
        let tokens: u64 = operation.iter().map(item_tokens).sum();
        if tokens > left && !kept.is_empty() {
            break;
        }
        left = left.saturating_sub(tokens);
        kept.push(operation);
    }
    kept.into_iter().rev().flatten().collect()
}

/// How many tokens a provider counts for an estimated one, learnt from what it reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration(f64);

impl Default for Calibration {
    fn default() -> Self {
        Self(1.0)
    }
}

impl Calibration {
    /// How much the newest report counts.
    const NEW: f64 = 0.3;
    /// Beyond these an estimate or a report is wrong by more than its tokens.
    const RANGE: (f64, f64) = (0.5, 2.0);
    /// Smaller requests say little.
    const LEAST: u64 = 1_000;

    /// Takes in that a request of `estimated` tokens was counted as `reported`.
    pub(crate) fn learn(&mut self, estimated: u64, reported: u64) {
        if estimated.min(reported) >= Self::LEAST {
            let seen = (reported as f64 / estimated as f64).clamp(Self::RANGE.0, Self::RANGE.1);
            self.0 += Self::NEW * (seen - self.0);
        }
    }

    /// Reported tokens for an estimated one.
    pub(crate) fn correction(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        engine::{context::Context, prompt},
        protocol::ClientContext,
    };

    #[test]
    fn the_oldest_operations_leave_first_and_whole() {
        let operation = |text: &str| vec![Item::user(text.repeat(100)), Item::user("x")];
        let kept = fit(vec![operation("a"), operation("b"), operation("c")], 80);
        assert_eq!(kept.len(), 4);
        assert_eq!(fit(vec![operation("a")], 0).len(), 2, "the newest always stays");
    }

    #[test]
    fn what_the_provider_counts_corrects_the_estimates() {
        let mut calibration = Calibration::default();
        calibration.learn(100, 10_000);
        assert_eq!(calibration.correction(), 1.0, "too small to tell");
        (0..20).for_each(|_| calibration.learn(10_000, 12_000));
        assert!((calibration.correction() - 1.2).abs() < 0.01, "{calibration:?}");
        (0..40).for_each(|_| calibration.learn(1_000, 1_000_000));
        assert!(calibration.correction() <= 2.0);
        let of = |correction| Window::new(100_000, Some(20_000), correction, 8_000).input;
        assert_eq!((of(1.0), of(2.0), of(0.5)), (80_000, 40_000, 160_000));
    }

    #[test]
    fn an_answer_has_room_whatever_the_model_could_say() {
        let of = |answer| Window::new(100_000, answer, 1.0, 8_000).input;
        assert_eq!((of(Some(90_000)), of(None), of(Some(10))), (50_000, 75_000, 99_990));
    }

    fn text(tokens: usize) -> String {
        "abc ".repeat(tokens)
    }

    /// A context with pieces of these sizes: mentioned, code, and lines of the tree.
    fn context(sizes: &[usize]) -> Context {
        let part = |nth: usize| sizes.iter().skip(nth).step_by(4).map(|size| text(*size));
        Context {
            date: "2026-11-22".into(),
            project: "tally".into(),
            instructions: part(0).collect(),
            mentioned: part(1).map(|text| format!("mentioned {text}")).collect(),
            code: part(2).map(|text| format!("code {text}")).collect(),
            structure: part(3).map(|text| format!("line {text}")).collect::<Vec<_>>().join("\n"),
            ..Context::default()
        }
    }

    proptest! {
        #[test]
        fn the_window_is_never_exceeded(
            tokens in 8_000_u64..200_000,
            answer in proptest::option::of(100_u64..150_000),
            correction in 0.5_f64..2.0,
            own in 0_u64..20_000,
            words in 0_usize..500,
            earlier in proptest::collection::vec(1_usize..9_000, 0..12),
            sizes in proptest::collection::vec(0_usize..3_000, 0..24),
        ) {
            let window = Window::new(tokens, answer, correction, own);
            let words = text(words);
            let operations: Vec<Vec<Item>> = earlier.iter().map(|size| vec![Item::user(text(*size))]).collect();
            let newest: u64 = operations.last().map_or(0, |items| items.iter().map(item_tokens).sum());
            let history = fit(operations, window.history(estimate_tokens(&words)));
            let room = window.room(&history, estimate_tokens(&words));
            let message = prompt::user_message(&words, &context(&sizes), &ClientContext::default(), &history, room);
            let choice = prompt::ModelChoice { model: "m".into(), effort: None, max_output_tokens: None };
            let items = [history, vec![Item::user(message)]].concat();
            let request = prompt::planner_request(&choice, &items, None, None, "k", true);
            let sent: u64 = prompt::sections(&request).iter().map(|section| section.tokens).sum();
            // What is always sent, the user's words and the newest turn are not for us to cut.
            let least = always() + estimate_tokens(&words) + newest + 64;
            prop_assert!(sent <= window.input.max(least), "{sent} of {}, at least {least}", window.input);
        }

        #[test]
        fn what_matters_more_is_cut_last(all in 0_u64..6_000, own in 0_u64..6_000, sizes in proptest::collection::vec(1_usize..900, 8..16)) {
            let context = context(&sizes);
            let room = Room { all, own: own.min(all) };
            let message = prompt::user_message("x", &context, &ClientContext::default(), &[], room);
            let shown = |pieces: &[String]| pieces.iter().filter(|piece| message.contains(piece.as_str())).count();
            let lines: Vec<String> = context.structure.lines().map(str::to_owned).collect();
            let (mentioned, code, tree) = (shown(&context.mentioned), shown(&context.code), shown(&lines));
            let has_instructions = message.contains("[PROJECT INSTRUCTIONS]");
            prop_assert!(!has_instructions || mentioned == context.mentioned.len());
            prop_assert!(code == 0 || has_instructions);
            prop_assert!(tree == 0 || code == context.code.len());
        }

        #[test]
        fn a_conversation_goes_on_from_the_same_beginning(
            sizes in proptest::collection::vec(1_usize..400, 8..16),
            turns in 2_usize..5,
        ) {
            let window = Window::new(400_000, None, 1.0, 8_000);
            let mut history: Vec<Item> = Vec::new();
            let mut before: Option<crate::llm::Request> = None;
            for turn in 0..turns {
                let words = format!("turn {turn}");
                let room = window.room(&history, 2);
                let context = Context { recent_work: words.clone(), ..context(&sizes) };
                let message = prompt::user_message(&words, &context, &ClientContext::default(), &history, room);
                history.push(Item::user(message));
                let choice = prompt::ModelChoice { model: "m".into(), effort: None, max_output_tokens: None };
                let request = prompt::planner_request(&choice, &history, None, None, "k", true);
                if let Some(before) = &before {
                    prop_assert_eq!((&before.instructions, &before.tools), (&request.instructions, &request.tools));
                    prop_assert_eq!(&before.items[..], &request.items[..before.items.len()]);
                }
                before = Some(request);
                history.push(Item::Assistant { text: format!("answer {turn}"), phase: None });
            }
        }
    }
}
