//! The demo's sample project and scenes are real: one test of the sample fails, and the files of the
//! scenes mend it.

use std::{path::Path, process::Command};

use mira::demo::{
    sample,
    scenes::{self, Scene},
    server::Step,
};

use crate::support::project::Project;

/// What `cargo test` says, without colours and without network.
fn cargo_test(root: &Path) -> Option<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--offline", "--no-fail-fast", "--color=never"])
        .env("CARGO_TARGET_DIR", root.join("target"))
        .current_dir(root)
        .output();
    match output {
        Ok(output) => Some(
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
        ),
        Err(error) => {
            assert!(
                std::env::var_os("MIRA_REQUIRE_TOOLS").is_none(),
                "no cargo: {error}"
            );
            println!("skipped: no cargo");
            None
        }
    }
}

fn failed_tests(report: &str) -> Vec<&str> {
    assert!(report.contains("test result:"), "{report}");
    let failed = report
        .lines()
        .filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    failed.collect()
}

/// Writes the files that the scene's coder proposes.
fn write_artifacts(scene: &Scene, project: &Project) {
    let steps = scene.turns.iter().flat_map(|turn| &turn.steps);
    let texts = steps.filter_map(|step| {
        if let Step::Text(text) = step {
            Some(text)
        } else {
            None
        }
    });
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
    assert_eq!(
        failed_tests(&report),
        ["ledger::tests::balances_add_up_to_zero"]
    );
    let quoted = fix
        .prompt
        .lines()
        .find_map(|line| line.split_once("panicked at "))
        .unwrap()
        .1;
    assert!(
        report.contains(quoted),
        "the prompt quotes another place: {report}"
    );

    write_artifacts(&feature, &project);
    let report = cargo_test(&project.root()).unwrap();
    assert_eq!(
        failed_tests(&report),
        ["ledger::tests::balances_add_up_to_zero"]
    );

    write_artifacts(&fix, &project);
    let report = cargo_test(&project.root()).unwrap();
    assert!(
        failed_tests(&report).is_empty() && !report.contains("warning"),
        "{report}"
    );
    assert!(
        report.contains("settle::tests::who_owes_pays_who_is_owed ... ok"),
        "{report}"
    );
}

#[test]
fn explaining_proposes_no_file() {
    let explain = &scenes::all().unwrap()[0];
    let project = Project::new("");
    write_artifacts(explain, &project);
    assert!(project.files().is_empty());
}
