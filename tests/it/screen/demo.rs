//! `mira demo`: from the first hint to written files, back, and back again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use mira::demo::{sample, server::Script};
use tempfile::TempDir;

use super::SIZE;
use crate::support::{shell::Shell, terminal::Terminal};

/// A demo whose files lie below a folder of the test's own.
pub(super) async fn demo() -> (Shell, TempDir, Terminal) {
    let (mut shell, folder) = (Shell::new("", Script::new()).await, TempDir::new().unwrap());
    for name in ["OPENAI_API_KEY", "DEEPSEEK_API_KEY", "OPENAI_BASE_URL", "DEEPSEEK_BASE_URL"] {
        shell = shell.with(name, "");
    }
    let shell = shell.with("TMPDIR", folder.path().to_str().unwrap());
    let terminal = shell.terminal("demo", SIZE);
    (shell, folder, terminal)
}

/// Where the demo has put its project.
pub(super) fn project(folder: &TempDir) -> PathBuf {
    let inside = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
    };
    let folders = inside(folder.path()).into_iter().flat_map(|demo| inside(&demo));
    folders.into_iter().find(|folder| folder.join("src/lib.rs").is_file()).unwrap()
}

pub(super) fn lib(project: &Path) -> String {
    fs::read_to_string(project.join("src/lib.rs")).unwrap()
}

#[tokio::test]
async fn the_tour_writes_takes_back_and_writes_again() {
    let (_shell, folder, mut terminal) = demo().await;
    terminal.wait_for("press Enter to ask this");
    terminal.wait_for("How does tally work out who owes what?");
    terminal.wait_for("gpt-5");
    terminal.press("enter");
    terminal.wait_for("Demo 2/3");
    terminal.wait_for("Amounts are whole cents");
    let project = project(&folder);
    let (before, settle) = (lib(&project), project.join("src/settle.rs"));

    terminal.press("enter");
    terminal.wait_for("files wait as diffs");
    assert!(!settle.exists() && lib(&project) == before, "written without a key");
    terminal.press("ctrl-s");
    terminal.wait_for("written");
    assert!(settle.exists() != (lib(&project) != before), "one key writes one file");
    terminal.press("ctrl-s");
    terminal.wait_for("it is on disk");
    assert!(settle.exists() && lib(&project) != before);

    take_back_and_write_again(&mut terminal, &project, &before);
    terminal.quit();
    terminal.wait_for("The sample project is in");
}

/// `/undo` and `/redo` of the last write; each asks before it does anything.
fn take_back_and_write_again(terminal: &mut Terminal, project: &Path, before: &str) {
    let written = lib(project);
    let settled = project.join("src/settle.rs").exists();
    terminal.type_text("/undo");
    terminal.press("enter");
    terminal.wait_for("Take this back?");
    assert!(lib(project) == written && settled, "taken back without an answer");
    terminal.press("enter");
    terminal.wait_gone("Take this back?");
    terminal.wait_for("undone");
    assert!(lib(project) == before || !project.join("src/settle.rs").exists(), "nothing was taken back");

    // The next scene's prompt is offered; it is cleared for something else.
    terminal.wait_for("Demo 3/3");
    terminal.press("ctrl-c");
    terminal.type_text("/redo");
    terminal.press("enter");
    terminal.wait_for("Write this again?");
    terminal.press("enter");
    terminal.wait_gone("Write this again?");
    terminal.wait_gone("undone");
    assert_eq!(lib(project), written);
    assert!(project.join("src/settle.rs").exists());
}

#[tokio::test]
async fn the_sample_is_what_is_bundled() {
    let (_shell, folder, mut terminal) = demo().await;
    terminal.wait_for("gpt-5");
    let fresh = TempDir::new().unwrap();
    sample::write_sample(&fresh.path().join("project")).unwrap();
    assert_eq!(lib(&project(&folder)), lib(&fresh.path().join("project")));
    // The offered prompt is cleared first.
    terminal.press("ctrl-c");
    terminal.quit();
}
