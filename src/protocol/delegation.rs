//! A hand-off to the coder as people see it: what is asked, what goes along and how large that is; and
//! their decision where it waits for one.

use serde::{Deserialize, Serialize};

use super::ContextSection;

/// What the coder is asked for: one file, and all it must know.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    /// `generate_code`, `refactor_code` or `debug_code`.
    #[serde(default)]
    pub tool: String,
    /// The file, below the project root.
    pub path: String,
    /// What it must do afterwards.
    pub task: String,
    /// The language of a new file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What must hold.
    #[serde(default)]
    pub requirements: Vec<String>,
    /// What must not happen.
    #[serde(default)]
    pub constraints: Vec<String>,
    /// The fault to repair, word for word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_output: Option<String>,
    /// Files whose content goes along.
    #[serde(default)]
    pub context_paths: Vec<String>,
}

/// A hand-off, as it goes or went to the coder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DelegationView {
    /// The planner's call that it answers.
    pub call_id: String,
    /// What is asked.
    #[serde(flatten)]
    pub brief: Brief,
    /// The model that is asked.
    pub model: String,
    /// What the planner said last before it.
    pub plan: String,
    /// Everything that is sent, with its estimated size, in this order.
    pub context: Vec<ContextSection>,
}

impl DelegationView {
    /// One line on it, as for the call that it answers.
    pub fn summary(&self) -> String {
        format!("{} → {}", self.brief.tool, self.brief.path)
    }

    /// The estimated size of everything that is sent.
    pub fn tokens(&self) -> u64 {
        self.context.iter().map(|section| section.tokens).sum()
    }
}

/// What the user decides about a hand-off that waits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It is sent.
    Allow {
        /// As it shall be; unset, as it was shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        brief: Option<Box<Brief>>,
    },
    /// It is not sent, and the planner is told.
    Deny {
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn decisions_are_short_on_the_wire() {
        let check = |json: &str, expected: Decision| {
            assert_eq!(serde_json::from_str::<Decision>(json).unwrap(), expected);
            assert_eq!(serde_json::to_string(&expected).unwrap(), json);
        };
        check(r#"{"decision":"allow"}"#, Decision::Allow { brief: None });
        check(r#"{"decision":"deny","reason":"no"}"#, Decision::Deny { reason: Some("no".into()) });
    }

    #[test]
    fn a_hand_off_adds_its_parts_up() {
        let part = |name: &str, tokens| ContextSection { name: name.into(), tokens };
        let view = DelegationView {
            call_id: "c".into(),
            brief: Brief { tool: "generate_code".into(), path: "a.rs".into(), ..Brief::default() },
            model: "deepseek-flash".into(),
            plan: String::new(),
            context: vec![part("instructions", 40), part("brief", 2)],
        };
        assert_eq!((view.summary().as_str(), view.tokens()), ("generate_code → a.rs", 42));
    }
}
