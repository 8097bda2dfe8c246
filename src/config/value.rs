//! Values and what a setting accepts: the same checks whether a value comes from a file, the
//! environment or a flag.

use std::fmt;

use toml::de::DeValue;

use super::address;

/// A checked value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(u64),
    Number(f64),
    Bool(bool),
    List(Vec<String>),
}

/// What a setting accepts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Any text that is not empty.
    Text,
    Bool,
    /// A whole number within the range.
    Integer(u64, u64),
    /// A number within the range.
    Number(f64, f64),
    OneOf(&'static [&'static str]),
    ListOf(&'static [&'static str]),
    /// Any texts; one alone needs no brackets.
    Texts,
    /// `https://…`, or `http://…` on loopback.
    Address,
    /// A file: `sqlite:` before it is allowed.
    Database,
    /// A name of an environment variable. Never quoted back: it may be a key, put here by mistake.
    Variable,
}

impl Kind {
    /// Reads a value as the environment and `--set` spell it.
    pub(super) fn read_text(self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        let value = match self {
            Kind::Bool => read_bool(text).map(Value::Bool),
            Kind::Integer(..) => text.parse().ok().map(Value::Integer),
            Kind::Number(..) => text.parse().ok().map(Value::Number),
            Kind::ListOf(_) | Kind::Texts => Some(Value::List(read_list(text))),
            _ => Some(Value::Text(text.to_owned())),
        };
        self.check(value, text)
    }

    /// Reads a value as TOML spells it.
    pub(super) fn read_toml(self, value: &DeValue<'_>) -> Result<Value, String> {
        let read = match (self, value) {
            (Kind::Bool, DeValue::Boolean(b)) => Some(Value::Bool(*b)),
            (Kind::Integer(..), DeValue::Integer(i)) => integer(i).map(Value::Integer),
            (Kind::Number(..), DeValue::Integer(i)) => i.to_string().parse().ok().map(Value::Number),
            (Kind::Number(..), DeValue::Float(f)) => f.as_str().parse().ok().map(Value::Number),
            (Kind::Texts, DeValue::String(text)) => Some(Value::List(vec![text.trim().to_owned()])),
            (Kind::ListOf(_) | Kind::Texts, DeValue::Array(items)) => items
                .iter()
                .map(|item| item.get_ref().as_str().map(str::to_owned))
                .collect::<Option<_>>()
                .map(Value::List),
            (Kind::Bool | Kind::Integer(..) | Kind::Number(..) | Kind::ListOf(_) | Kind::Texts, _) => None,
            (_, DeValue::String(text)) => Some(Value::Text(text.trim().to_owned())),
            _ => None,
        };
        self.check(read, &shown(value))
    }

    /// The value if it is acceptable, else the end of a sentence: "must be …, not …".
    fn check(self, value: Option<Value>, said: &str) -> Result<Value, String> {
        let value = value.ok_or_else(|| self.refusal(said))?;
        let accepted = match (self, &value) {
            (Kind::Integer(low, high), Value::Integer(n)) => (low..=high).contains(n),
            (Kind::Number(low, high), Value::Number(n)) => (low..=high).contains(n),
            (Kind::OneOf(words), Value::Text(text)) => words.contains(&text.as_str()),
            (Kind::ListOf(words), Value::List(items)) => {
                items.iter().all(|item| words.contains(&item.as_str()))
            }
            (Kind::Texts, Value::List(items)) => items.iter().all(|item| is_text(item)),
            (Kind::Address, Value::Text(text)) => return address::check(text).map(Value::Text),
            (Kind::Database, Value::Text(text)) => {
                return address::database_file(text).map(Value::Text);
            }
            (Kind::Variable, Value::Text(text)) => is_variable(text),
            (_, Value::Text(text)) => is_text(text),
            _ => true,
        };
        if accepted { Ok(value) } else { Err(self.refusal(said)) }
    }

    fn refusal(self, said: &str) -> String {
        if self == Kind::Variable {
            return "must be the NAME of an environment variable (a key itself is set with \
                    `mira auth set`)"
                .to_owned();
        }
        format!("must be {self}, not {}", quoted(said))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Text => f.write_str("text on one line"),
            Kind::Bool => f.write_str("true or false"),
            Kind::Integer(low, high) => write!(f, "a whole number from {low} to {high}"),
            Kind::Number(low, high) => write!(f, "a number from {low} to {high}"),
            Kind::OneOf(words) => write!(f, "one of {}", words.join(", ")),
            Kind::ListOf(words) => write!(f, "a list of some of {}", words.join(", ")),
            Kind::Texts => f.write_str("a list of texts such as [\"ctrl-s\", \"f2\"]"),
            Kind::Address => f.write_str("an address such as https://example.com/v1"),
            Kind::Database => f.write_str("a file"),
            Kind::Variable => f.write_str("the name of an environment variable"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Integer(n) => write!(f, "{n}"),
            Value::Number(n) => write!(f, "{n:?}"),
            Value::Bool(b) => write!(f, "{b}"),
            Value::List(items) => write!(f, "{items:?}"),
        }
    }
}

impl Value {
    /// The value for `config show --json`.
    pub(super) fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Text(text) => text.as_str().into(),
            Value::Integer(n) => (*n).into(),
            Value::Number(n) if n.is_finite() => (*n).into(),
            Value::Number(n) => n.to_string().into(),
            Value::Bool(b) => (*b).into(),
            Value::List(items) => items.clone().into(),
        }
    }
}

fn is_text(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_control)
}

fn read_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Some(true),
        "false" | "0" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// `a, b` as the environment spells it; `["a", "b"]` as people type it after `--set`.
fn read_list(text: &str) -> Vec<String> {
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    inner
        .split(',')
        .map(|item| item.trim().trim_matches('"').to_owned())
        .filter(|item| !item.is_empty())
        .collect()
}

fn integer(value: &toml::de::DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(value.as_str(), value.radix()).ok()
}

fn is_variable(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// A TOML value as it reads in an error sentence.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(i) => i.to_string(),
        DeValue::Float(f) => f.to_string(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(d) => d.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| shown(item.get_ref())).collect();
            items.join(", ")
        }
        DeValue::Table(_) => "a section".to_owned(),
    }
}

/// What was said, on one line, escaped and not too long.
pub(super) fn quoted(said: &str) -> String {
    const LONGEST: usize = 60;
    let mut short: String = said.chars().take(LONGEST).collect();
    if short.len() < said.len() {
        short.push('…');
    }
    format!("{short:?}")
}
