//! `mira demo --exec`, the true program: three scenes, no key, no network.

use mira::demo::server::Script;
use tempfile::TempDir;

use crate::support::shell::Shell;

/// Whether there is a cargo to run the sample's tests with.
fn has_cargo() -> bool {
    let found = std::process::Command::new("cargo").arg("--version").output().is_ok();
    assert!(found || std::env::var_os("MIRA_REQUIRE_TOOLS").is_none(), "no cargo");
    found
}

#[tokio::test]
async fn the_demo_plays_three_scenes_and_says_that_the_model_is_scripted() {
    let (shell, folder) = (Shell::new("", Script::new()).await, TempDir::new().unwrap());
    let mut shell = shell.with("TMPDIR", folder.path().to_str().unwrap());
    for name in ["OPENAI_API_KEY", "DEEPSEEK_API_KEY", "OPENAI_BASE_URL", "DEEPSEEK_BASE_URL"] {
        shell = shell.with(name, "");
    }
    for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"] {
        shell = shell.with(name, &std::env::var(name).unwrap_or_default());
    }
    if let Ok(home) = std::env::var("HOME") {
        shell = shell.with("HOME", &home);
    }
    let ended = shell.run("demo --exec").await.expect(0, &["src/settle.rs  new", "✓ written src/money.rs"]);
    let scenes: Vec<&str> = ended.stdout.lines().filter(|line| line.starts_with("=== Scene")).collect();
    assert_eq!(scenes.len(), 3, "{}", ended.stdout);
    assert!(ended.stdout.starts_with("The model is scripted"), "{}", ended.stdout);
    if !has_cargo() {
        println!("skipped: no cargo");
        return;
    }
    let reports: Vec<&str> = ended.stdout.split("$ cargo test").skip(1).collect();
    assert!(reports[0].contains("test result: FAILED. "), "{}", ended.stdout);
    assert!(reports[2].contains("test result: ok. ") && !reports[2].contains("FAILED"), "{}", ended.stdout);
}
