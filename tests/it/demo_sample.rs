//! The demo's sample project and scenes are real: one test of the sample fails, and the files of the
//! scenes mend it.

use std::{path::Path, process::Command};

use mira::demo::{
    sample,
    scenes::{self, Scene},
    server::{ModelServer, Step},
};
use serde_json::{Value, json};

use crate::support::{
    model_server::{TestServer, post_json},
    project::Project,
};

/// What `cargo test` says, without colours and without network.
pub(crate) fn cargo_test(root: &Path) -> Option<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--no-fail-fast", "--color=never"])
        .env("CARGO_TARGET_DIR", root.join("target"))
        .current_dir(root)
        .output();
    match output {
        Ok(output) => {
            Some(String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap())
        }
        Err(error) => {
            assert!(std::env::var_os("MIRA_REQUIRE_TOOLS").is_none(), "no cargo: {error}");
            println!("skipped: no cargo");
            None
        }
    }
}

pub(crate) fn failed_tests(report: &str) -> Vec<&str> {
    assert!(report.contains("test result:"), "{report}");
    let failed = report.lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    failed.collect()
}

/// Writes the files that the scene's coder proposes.
fn write_artifacts(scene: &Scene, project: &Project) {
    let steps = scene.turns.iter().flat_map(|turn| &turn.steps);
    let texts = steps.filter_map(|step| if let Step::Text(text) = step { Some(text) } else { None });
    for artifact in texts.flat_map(|text| text.split("<artifact path=\"").skip(1)) {
        let (path, rest) = artifact.split_once("\" language=\"rust\">\n").unwrap();
        project.write(path, rest.split_once("</artifact>").unwrap().0);
    }
}

#[test]
fn the_scenes_mend_the_sample() {
    let project = Project::new("");
    sample::write_sample(&project.root()).unwrap();
    let [_, feature, fix] = scenes::all().unwrap().try_into().unwrap();

    let Some(report) = cargo_test(&project.root()) else {
        return;
    };
    assert_eq!(failed_tests(&report), ["ledger::tests::balances_add_up_to_zero"]);
    let quoted = fix.prompt.lines().find_map(|line| line.split_once("panicked at ")).unwrap().1;
    assert!(report.contains(quoted), "the prompt quotes another place: {report}");

    write_artifacts(&feature, &project);
    let report = cargo_test(&project.root()).unwrap();
    assert_eq!(failed_tests(&report), ["ledger::tests::balances_add_up_to_zero"]);

    write_artifacts(&fix, &project);
    let report = cargo_test(&project.root()).unwrap();
    assert!(failed_tests(&report).is_empty() && !report.contains("warning"), "{report}");
    assert!(report.contains("settle::tests::who_owes_pays_who_is_owed ... ok"), "{report}");
}

#[test]
fn explaining_proposes_no_file() {
    let explain = &scenes::all().unwrap()[0];
    let project = Project::new("");
    write_artifacts(explain, &project);
    assert!(project.files().is_empty());
}

/// Plays a scene as the engine would, tools answering with their own arguments; returns the tools in
/// the order of their calls and the planner's last words.
async fn play(server: &ModelServer, scene: &Scene) -> (Vec<String>, String) {
    let mut tools = Vec::new();
    let mut input = json!(scene.prompt);
    let mut previous = Value::Null;
    loop {
        let request = json!({
            "model": scenes::PLANNER, "instructions": "Plan.", "input": input, "previous_response_id": previous,
        });
        let (_, response) = post_json(server, "/responses", &request).await;
        let items = response["output"].as_array().unwrap();
        let mut outputs = Vec::new();
        for call in items.iter().filter(|item| item["type"] == "function_call") {
            let arguments = call["arguments"].as_str().unwrap();
            tools.push(call["name"].as_str().unwrap().to_owned());
            let output = if arguments.contains("\"task\"") {
                code(server, arguments).await
            } else {
                arguments.to_owned()
            };
            outputs.push(
                json!({ "type": "function_call_output", "call_id": call["call_id"], "output": output }),
            );
        }
        if outputs.is_empty() {
            return (tools, items[0]["content"][0]["text"].as_str().unwrap().to_owned());
        }
        (input, previous) = (json!(outputs), response["id"].clone());
    }
}

/// The coder's answer to a brief: it holds the file that the brief names.
async fn code(server: &ModelServer, brief: &str) -> String {
    let messages = json!([{ "role": "system", "content": "Code." }, { "role": "user", "content": brief }]);
    let request = json!({ "model": scenes::CODER, "messages": messages });
    let (_, completion) = post_json(server, "/chat/completions", &request).await;
    let answer = completion["choices"][0]["message"]["content"].as_str().unwrap().to_owned();
    let path = serde_json::from_str::<Value>(brief).unwrap()["path"].as_str().unwrap().to_owned();
    assert!(answer.contains(&format!("<artifact path=\"{path}\" language=\"rust\">\n")), "{answer}");
    answer
}

async fn check_scenes(order: [usize; 3]) {
    let server = TestServer::start(scenes::script().unwrap()).await;
    let scenes = scenes::all().unwrap();
    for at in order {
        let (tools, words) = play(&server, &scenes[at]).await;
        let (expected, mention) = [
            ("read_file read_file search_code", "`Ledger::balances`"),
            ("read_file read_file read_file generate_code refactor_code", "`tally settle FILE`"),
            ("read_file read_file search_code debug_code", "`Cents::split`"),
        ][at];
        assert_eq!(tools.join(" "), expected);
        assert!(words.contains(mention), "{words}");
    }
    let (tools, words) = play(&server, &scenes[0]).await;
    assert!(tools.is_empty() && words.starts_with("I am a script"), "{words}");
}

#[tokio::test]
async fn scenes_play_in_any_order() {
    check_scenes([0, 1, 2]).await;
    check_scenes([2, 1, 0]).await;
}
