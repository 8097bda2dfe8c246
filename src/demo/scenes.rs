//! The scenes of the demo: what is asked over the sample project and what the scripted models
//! answer, as data.

use serde::Deserialize;

use super::server::{Script, Turn};

const SCENES: [&str; 3] = [
    include_str!("scenes/explain.toml"),
    include_str!("scenes/feature.toml"),
    include_str!("scenes/fix.toml"),
];

/// The planner whose words the scenes hold.
pub const PLANNER: &str = "gpt-5";

/// The coder whose files the scenes hold.
pub const CODER: &str = "deepseek-flash";

/// One request to Mira and every model answer it takes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// What it shows.
    pub title: String,
    /// What the user asks.
    pub prompt: String,
    /// The answers.
    #[serde(rename = "turn")]
    pub turns: Vec<Turn>,
}

/// The scenes in the order in which they are played; any other order works too.
///
/// # Errors
/// When the bundled data is broken, with line and column.
pub fn all() -> Result<Vec<Scene>, toml::de::Error> {
    SCENES.into_iter().map(toml::from_str).collect()
}

/// All scenes as one script, and an answer to everything outside them.
///
/// # Errors
/// When the bundled data is broken, with line and column.
pub fn script() -> Result<Script, toml::de::Error> {
    let mut script = Script::new();
    script.turns = all()?.into_iter().flat_map(|scene| scene.turns).collect();
    script.turns.extend(Script::from_toml(include_str!("scenes/anything_else.toml"))?.turns);
    Ok(script)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::demo::server::{Step, Wire};

    #[test]
    fn scenes_are_for_the_demos_models() {
        for turn in script().unwrap().turns {
            let model = if turn.when.wire == Some(Wire::Responses) { PLANNER } else { CODER };
            assert_eq!(turn.when.model.as_deref(), Some(model));
        }
    }

    #[test]
    fn each_prompt_starts_its_own_scene() {
        for scene in all().unwrap() {
            let phrase = scene.turns[0].when.user_says.clone().unwrap();
            let prompts = all().unwrap().into_iter().filter(|scene| scene.prompt.contains(&phrase));
            assert_eq!(prompts.map(|scene| scene.title).collect::<Vec<_>>(), [scene.title]);
        }
    }

    #[test]
    fn the_other_answer_names_every_prompt() {
        let script = script().unwrap();
        let Step::Text(answer) = &script.turns.last().unwrap().steps[0] else { panic!() };
        for scene in all().unwrap() {
            assert!(answer.contains(scene.prompt.lines().next().unwrap()), "{}", scene.title);
        }
    }

    #[test]
    fn each_hand_off_has_its_coder_turn() {
        for scene in all().unwrap() {
            let steps = || scene.turns.iter().flat_map(|turn| &turn.steps);
            let tasks = steps().filter_map(|step| match step {
                Step::Call { arguments, .. } => serde_json::from_str::<serde_json::Value>(arguments).unwrap()
                    ["task"]
                    .as_str()
                    .map(str::to_owned),
                _ => None,
            });
            let coder = scene.turns.iter().filter(|turn| turn.when.wire == Some(Wire::Chat));
            let awaited = coder.map(|turn| turn.when.user_says.clone().unwrap());
            assert_eq!(tasks.collect::<Vec<_>>(), awaited.collect::<Vec<_>>(), "{}", scene.title);
        }
    }
}
