//! What models can hold and what they cost: a built-in table, corrected by the user's settings.

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;

use super::Usage;
use crate::{config::ModelOverride, protocol::TimeMs};

/// Above so many input tokens the whole request costs the `long` price.
const LONG_INPUT: u64 = 272_000;

/// What is known of a model.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelInfo {
    /// The longest input in tokens.
    pub context: Option<u64>,
    /// The longest answer in tokens, reasoning included.
    pub max_output: Option<u64>,
    /// Whether it is an OpenAI model that reasons: those take other parameters.
    #[serde(default)]
    pub reasoning: bool,
    /// Whether it takes images.
    #[serde(default)]
    pub images: bool,
    /// The usual price.
    pub price: Option<Price>,
    /// The price of requests with very long input.
    pub long: Option<Price>,
    /// The price in peak hours.
    pub peak: Option<Price>,
}

/// US dollars per million tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Uncached input.
    pub input: f64,
    /// Cached input; `None` costs as uncached.
    pub cached: Option<f64>,
    /// Input written to the cache; `None` costs as uncached.
    pub cache_write: Option<f64>,
    /// Output; models that only make vectors have none.
    #[serde(default)]
    pub output: f64,
}

/// The table in force.
#[derive(Clone, Debug, Default)]
pub struct Models {
    overrides: Arc<BTreeMap<String, ModelOverride>>,
}

impl Models {
    /// The built-in table under the user's corrections.
    pub fn new(overrides: BTreeMap<String, ModelOverride>) -> Self {
        Self { overrides: Arc::new(overrides) }
    }

    /// What is known of `model`; an unknown one has no figures.
    pub fn info(&self, model: &str) -> ModelInfo {
        let mut info = built_in(model).cloned().unwrap_or_default();
        if let Some(own) = self.overrides.get(model) {
            correct(&mut info, own);
        }
        info
    }

    /// What a call cost in US dollars when it was made `at`; `None` without a known price.
    pub fn cost(&self, usage: &Usage, model: &str, at: TimeMs) -> Option<f64> {
        let info = self.info(model);
        let price = match (info.long, info.peak) {
            (Some(long), _) if usage.input > LONG_INPUT => long,
            (_, Some(peak)) if is_peak(at) => peak,
            _ => info.price?,
        };
        Some(price.of(usage))
    }
}

impl Price {
    fn of(&self, usage: &Usage) -> f64 {
        let uncached = usage.input.saturating_sub(usage.cached + usage.cache_write);
        let sum = uncached as f64 * self.input
            + usage.cached as f64 * self.cached.unwrap_or(self.input)
            + usage.cache_write as f64 * self.cache_write.unwrap_or(self.input)
            + usage.output as f64 * self.output;
        sum / 1e6
    }
}

/// A user's price is the price at any length and hour.
fn correct(info: &mut ModelInfo, own: &ModelOverride) {
    if let Some(context) = own.context {
        info.context = Some(context);
    }
    if let Some(images) = own.images {
        info.images = images;
    }
    if own.input.or(own.cached).or(own.cache_write).or(own.output).is_none() {
        return;
    }
    let base = info.price.unwrap_or_default();
    info.price = Some(Price {
        input: own.input.unwrap_or(base.input),
        cached: own.cached.or(base.cached.filter(|_| own.input.is_none())),
        cache_write: own.cache_write.or(base.cache_write.filter(|_| own.input.is_none())),
        output: own.output.unwrap_or(base.output),
    });
    info.long = None;
    info.peak = None;
}

/// Whether `model` is an OpenAI model that reasons; names not in the table go by their family.
pub(super) fn is_openai_reasoning(model: &str) -> bool {
    if let Some(info) = built_in(model) {
        return info.reasoning;
    }
    let name = model.rsplit('/').next().unwrap_or(model);
    ["gpt-5", "gpt-6", "o1", "o3", "o4"].iter().any(|family| name.starts_with(family))
}

/// The models of the built-in table that answer in words, each with the provider that serves it.
pub fn known_models() -> impl Iterator<Item = (&'static str, &'static str)> {
    let answering = table().iter().filter(|(_, info)| info.max_output.is_some());
    answering.map(|(model, _)| match model.starts_with("deepseek") {
        true => ("deepseek", model.as_str()),
        false => ("openai", model.as_str()),
    })
}

fn table() -> &'static BTreeMap<String, ModelInfo> {
    static TABLE: OnceLock<BTreeMap<String, ModelInfo>> = OnceLock::new();
    // A test holds the file to its form, so an unreadable one cannot ship.
    TABLE.get_or_init(|| toml::from_str(include_str!("models.toml")).unwrap_or_default())
}

/// The table's entry for `model`, for a dated snapshot of it (`gpt-5-2025-08-07`), or behind a
/// gateway's prefix (`openai/gpt-5`).
fn built_in(model: &str) -> Option<&'static ModelInfo> {
    let (table, name) = (table(), model.rsplit('/').next().unwrap_or(model));
    table.get(model).or_else(|| table.get(name)).or_else(|| table.get(undated(name)))
}

fn undated(name: &str) -> &str {
    let Some(at) = name.len().checked_sub("-2025-08-07".len()) else { return name };
    match name.split_at_checked(at) {
        Some((base, date)) if is_date(date) => base,
        _ => name,
    }
}

fn is_date(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        0 | 5 | 8 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

/// DeepSeek's peak: Monday to Friday 01:00-04:00 and 06:00-10:00 UTC.
fn is_peak(at: TimeMs) -> bool {
    let hours = at.div_euclid(3_600_000);
    // 1 January 1970 was a Thursday.
    let weekday = (hours.div_euclid(24) + 3).rem_euclid(7);
    weekday < 5 && matches!(hours.rem_euclid(24), 1..4 | 6..10)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const OFF_PEAK: TimeMs = 0;
    /// Monday 5 January 1970, 02:00 UTC.
    const PEAK: TimeMs = (4 * 24 + 2) * 3_600_000;

    fn check(model: &str, usage: [u64; 4], at: TimeMs, dollars: f64) {
        let [input, cached, cache_write, output] = usage;
        let usage = Usage { input, cached, cache_write, output, reasoning: 0 };
        let cost = Models::default().cost(&usage, model, at).unwrap();
        assert!((cost - dollars).abs() < 1e-9, "{model}: {cost} instead of {dollars}");
    }

    #[test]
    fn table_is_readable() {
        let table: BTreeMap<String, ModelInfo> = toml::from_str(include_str!("models.toml")).unwrap();
        assert!(table.len() > 35);
        assert!(table.values().all(|info| info.context.is_some() && info.price.is_some()));
    }

    #[test]
    fn parts_of_the_input_have_their_own_prices() {
        check("gpt-5", [1_000_000, 400_000, 0, 100_000], OFF_PEAK, 0.6 * 1.25 + 0.4 * 0.125 + 1.0);
        check("gpt-5.6-sol", [100_000, 20_000, 30_000, 0], OFF_PEAK, 0.05 * 4.0 + 0.02 * 0.4 + 0.03 * 5.0);
    }

    #[test]
    fn images_are_taken_by_those_that_say_so() {
        let takes = |model: &str| Models::default().info(model).images;
        for model in ["gpt-5", "openai/gpt-5.6-sol", "gpt-4o-mini", "o3", "deepseek-flash"] {
            assert!(takes(model), "{model}");
        }
        for model in ["deepseek-v4-pro", "text-embedding-3-small", "qwen3-vl"] {
            assert!(!takes(model), "{model}");
        }
        let own = |images| ModelOverride { images: Some(images), ..ModelOverride::default() };
        let models =
            Models::new([("qwen3-vl".to_owned(), own(true)), ("gpt-5".to_owned(), own(false))].into());
        assert!(models.info("qwen3-vl").images && !models.info("gpt-5").images);
    }

    #[test]
    fn long_input_costs_more_as_a_whole() {
        check("gpt-5.5", [272_000, 0, 0, 1_000], OFF_PEAK, 0.272 * 5.0 + 0.03);
        check("gpt-5.5", [272_001, 0, 0, 1_000], OFF_PEAK, 0.272_001 * 10.0 + 0.045);
    }

    #[test]
    fn deepseek_costs_double_in_its_peak_hours() {
        check("deepseek-flash", [1_000_000, 0, 0, 0], OFF_PEAK, 0.15);
        check("deepseek-flash", [1_000_000, 0, 0, 0], PEAK, 0.30);
        check("deepseek-flash", [1_000_000, 0, 0, 0], PEAK + 3 * 3_600_000, 0.15);
        check("deepseek-flash", [1_000_000, 0, 0, 0], PEAK - 2 * 24 * 3_600_000, 0.15);
    }

    #[test]
    fn snapshots_and_gateway_names_are_the_model() {
        check("gpt-5-2025-08-07", [1_000_000, 0, 0, 0], OFF_PEAK, 1.25);
        check("openai/gpt-5-mini", [1_000_000, 0, 0, 0], OFF_PEAK, 0.25);
    }

    #[test]
    fn users_prices_win_and_unknown_models_cost_nothing_known() {
        let own = ModelOverride { input: Some(1.0), output: Some(2.0), ..ModelOverride::default() };
        let models = Models::new([("deepseek-flash".to_owned(), own)].into());
        let usage = Usage { input: 1_000_000, cached: 500_000, output: 1_000_000, ..Usage::default() };
        assert_eq!(models.cost(&usage, "deepseek-flash", PEAK), Some(3.0));
        assert_eq!(models.cost(&usage, "qwen3", PEAK), None);
    }

    #[test]
    fn reasoning_families_are_known_by_name() {
        for model in ["gpt-5", "gpt-5-2025-08-07", "gpt-6.2-new", "openai/gpt-5.9", "o4-mini"] {
            assert!(is_openai_reasoning(model), "{model}");
        }
        for model in ["gpt-4o-mini", "gpt-4.1", "deepseek-flash", "qwen3"] {
            assert!(!is_openai_reasoning(model), "{model}");
        }
    }
}
