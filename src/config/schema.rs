//! The settings that exist: name and what each accepts. `default.toml` gives the defaults and the
//! explanations; a test holds the two together.

use super::value::Kind;

/// One setting, or a family of them where a part of the name is `*`.
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
}

const fn known(name: &'static str, kind: Kind) -> Known {
    Known { name, kind }
}

const EFFORT: Kind = Kind::OneOf(&["default", "none", "minimal", "low", "medium", "high", "xhigh", "max"]);
const MILLISECONDS: Kind = Kind::Integer(1, 86_400_000);
const TOKENS: Kind = Kind::Integer(1, 100_000_000);
const WEIGHT: Kind = Kind::Number(0.0, 100.0);
const PRICE: Kind = Kind::Number(0.0, 100_000.0);

pub(super) const SETTINGS: &[Known] = &[
    known("home", Kind::Text),
    known("store.database", Kind::Database),
    known("store.max_connections", Kind::Integer(1, 64)),
    known("roles.planner.provider", Kind::Text),
    known("roles.planner.model", Kind::Text),
    known("roles.planner.effort", EFFORT),
    known("roles.planner.max_output_tokens", TOKENS),
    known("roles.coder.provider", Kind::Text),
    known("roles.coder.model", Kind::Text),
    known("roles.coder.effort", EFFORT),
    known("roles.coder.max_output_tokens", TOKENS),
    known("roles.analyst.provider", Kind::Text),
    known("roles.analyst.model", Kind::Text),
    known("roles.analyst.effort", EFFORT),
    known("roles.analyst.max_output_tokens", TOKENS),
    known("roles.embedder.provider", Kind::Text),
    known("roles.embedder.model", Kind::Text),
    known("roles.embedder.dimensions", Kind::Integer(1, 65_536)),
    known("providers.*.kind", Kind::OneOf(&["responses", "chat_completions"])),
    known("providers.*.base_url", Kind::Address),
    known("providers.*.key_env", Kind::Variable),
    known("providers.*.needs_key", Kind::Bool),
    known("providers.*.store", Kind::Bool),
    known("models.*.input", PRICE),
    known("models.*.cached", PRICE),
    known("models.*.cache_write", PRICE),
    known("models.*.output", PRICE),
    known("models.*.context", TOKENS),
    known("models.*.images", Kind::Bool),
    known("network.connect_timeout_ms", MILLISECONDS),
    known("network.first_byte_timeout_ms", MILLISECONDS),
    known("network.idle_timeout_ms", MILLISECONDS),
    known("network.total_timeout_ms", MILLISECONDS),
    known("network.max_retries", Kind::Integer(0, 10)),
    known("network.retry_base_ms", MILLISECONDS),
    known("budget.max_rounds", Kind::Integer(1, 10_000)),
    known("budget.max_tokens", Kind::Integer(1, 1_000_000_000_000)),
    known("budget.max_cost_usd", Kind::Number(0.0, f64::INFINITY)),
    known("budget.max_duration_s", Kind::Integer(1, 604_800)),
    known("delegation.review", Kind::OneOf(&["never", "edits", "always"])),
    known("memory.salience_min_for_embed", Kind::Number(0.0, 1.0)),
    known("memory.embed_heads", Kind::ListOf(&["general", "code", "facts", "preferences"])),
    known("memory.max_recalled_messages", Kind::Integer(0, 1_000)),
    known("memory.summary_interval", Kind::Integer(1, 10_000)),
    known("qdrant.url", Kind::Address),
    known("server.host", Kind::Text),
    known("server.port", Kind::Integer(0, 65_535)),
    known("server.environment", Kind::OneOf(&["development", "production"])),
    known("workspace.git", Kind::Bool),
    known("workspace.default_path", Kind::Text),
    known("workspace.instructions", Kind::Texts),
    known("context.budget_tokens", Kind::Integer(0, 1_000_000)),
    known("context.total_tokens", Kind::Integer(0, 1_000_000)),
    known("context.coder_tokens", Kind::Integer(0, 1_000_000)),
    known("context.patience_ms", Kind::Integer(0, 60_000)),
    known("context.max_files", Kind::Integer(0, 1_000_000)),
    known("context.max_file_kib", Kind::Integer(1, 8_192)),
    known("context.max_total_mib", Kind::Integer(1, 4_096)),
    known("context.weights.file", WEIGHT),
    known("context.weights.chunk", WEIGHT),
    known("context.weights.symbol", WEIGHT),
    known("context.weights.path", WEIGHT),
    known("context.weights.history", WEIGHT),
    known("context.weights.together", WEIGHT),
    known("context.weights.defines", WEIGHT),
    known("context.weights.source", WEIGHT),
    known("log.filter", Kind::Text),
    known("log.format", Kind::OneOf(&["text", "json"])),
    known("ui.theme", Kind::Text),
    known("ui.color", Kind::Bool),
    known("ui.vim", Kind::Bool),
    known("ui.notify", Kind::Bool),
    known("ui.mouse", Kind::Bool),
    known("keys.*.*", Kind::Texts),
];

/// The setting that `path` names.
pub(super) fn find(path: &[String]) -> Option<&'static Known> {
    SETTINGS.iter().find(|known| {
        let mut parts = known.name.split('.');
        let same = path.iter().all(|part| parts.next().is_some_and(|p| p == "*" || p == part));
        same && parts.next().is_none()
    })
}

/// Whether settings begin with `path`.
pub(super) fn is_section(path: &[String]) -> bool {
    SETTINGS.iter().any(|known| {
        let mut parts = known.name.split('.');
        path.iter().all(|part| parts.next().is_some_and(|p| p == "*" || p == part)) && parts.next().is_some()
    })
}

/// The existing name closest to `path`: a slip of a few letters, or the right word in the wrong
/// section.
pub(super) fn nearest(path: &[String]) -> Option<String> {
    let names = SETTINGS.iter().map(|known| with_names_of(known.name, path));
    let sections = SETTINGS.iter().filter_map(|known| section_of(known.name, path));
    let said = path.join(".");
    similar(&said, names.chain(sections)).or_else(|| same_last_part(path))
}

/// The nearest of `names` to `said`, if it is near at all.
pub(crate) fn similar(said: &str, names: impl Iterator<Item = String>) -> Option<String> {
    let far = (said.chars().count() / 4).clamp(1, 3);
    names
        .map(|name| (distance(said, &name), name))
        .filter(|(distance, _)| *distance <= far)
        .min()
        .map(|(_, name)| name)
}

/// `name` with its `*` filled from `path`.
fn with_names_of(name: &str, path: &[String]) -> String {
    let filled = name.split('.').enumerate().map(|(place, part)| match path.get(place) {
        Some(said) if part == "*" => said,
        _ => part,
    });
    filled.collect::<Vec<_>>().join(".")
}

/// The section of `name` that is as deep as `path`.
fn section_of(name: &str, path: &[String]) -> Option<String> {
    let parts: Vec<&str> = name.split('.').collect();
    (path.len() < parts.len()).then(|| with_names_of(&parts[..path.len()].join("."), path))
}

fn same_last_part(path: &[String]) -> Option<String> {
    let last = path.last()?;
    let mut same = SETTINGS.iter().filter(|known| known.name.rsplit('.').next() == Some(last));
    let first = same.next()?;
    same.next().is_none().then(|| first.name.to_owned())
}

/// How many slips lie between two words: a letter more, a letter less, another letter, or two
/// neighbours swapped.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let (mut before, mut row) = (Vec::new(), (0..=b.len()).collect::<Vec<usize>>());
    let mut previous = None;
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (row[j] + usize::from(x != *y)).min(row[j + 1] + 1).min(next[j] + 1);
            if j > 0 && previous == Some(*y) && x == b[j - 1] {
                least = least.min(before[j - 1] + 1);
            }
            next.push(least);
        }
        (before, row, previous) = (row, next, Some(x));
    }
    row[b.len()]
}
