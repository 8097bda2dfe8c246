//! The true program at a prompt: hunks by number, reasons, merges, undo by operation.

use serde_json::Value;

use super::{THREE, lines, project, proposes};
use crate::support::shell::Shell;

async fn waiting() -> (Shell, Value) {
    let shell = Shell::new(&project(), proposes(&THREE)).await;
    shell.run("exec 'Spell some numbers'").await.expect(0, &[]);
    let artifact = listed(&shell, "pending").await;
    (shell, artifact)
}

/// The one artifact in a state.
async fn listed(shell: &Shell, state: &str) -> Value {
    let ended = shell.run("artifacts list --all --json").await.expect(0, &[]);
    let all = ended.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    all.into_iter().find(|artifact| artifact["state"] == state).unwrap()
}

fn id(artifact: &Value) -> &str {
    artifact["artifact_id"].as_str().unwrap()
}

#[tokio::test]
async fn hunks_are_listed_and_written_by_number() {
    let (shell, artifact) = waiting().await;
    let id = id(&artifact);
    let shown = shell.run(&format!("artifacts show {id} --hunks")).await.expect(0, &[]).stdout;
    assert!(shown.starts_with("a.txt  pending  +3 −3  ("), "{shown}");
    for line in ["hunk 0", "hunk 1", "hunk 2", "-line 10", "+ten"] {
        assert!(shown.lines().any(|shown| shown == line), "{line:?} is not in {shown}");
    }
    shell.run(&format!("artifacts apply {id} --hunks x")).await.expect(2, &["\"x\" is no hunk"]);
    shell.run(&format!("artifacts apply {id} --hunks 0-7")).await.expect(1, &["There is no hunk 7"]);
    let ended = shell.run(&format!("artifacts apply {id} --hunks 0,2")).await.expect(0, &[]);
    assert!(ended.stdout.starts_with("written a.txt\nTake this back: mira artifacts undo "), "{ended:?}");
    assert_eq!(shell.project.read("a.txt"), lines(&[(2, "two"), (18, "eighteen")]));
    assert_eq!(listed(&shell, "applied").await["taken"], serde_json::json!([0, 2]));
}

#[tokio::test]
async fn a_hunk_is_turned_down_with_a_reason() {
    let (shell, artifact) = waiting().await;
    let line = format!("artifacts reject {} --hunks 1-2 --reason 'not these'", id(&artifact));
    let ended = shell.run(&line).await.expect(0, &[]);
    assert!(ended.stdout.starts_with("a.txt waits as ") && ended.stdout.ends_with("+1 −1\n"), "{ended:?}");
    shell.run("artifacts apply").await.expect(0, &[]);
    assert_eq!(shell.project.read("a.txt"), lines(&[(2, "two")]));
}

#[tokio::test]
async fn a_stale_proposal_is_merged() {
    let (shell, artifact) = waiting().await;
    shell.project.write("a.txt", &lines(&[(10, "mine")]));
    let way = format!("mira artifacts rebase {}", id(&artifact));
    shell.run("artifacts apply").await.expect(1, &[&way]);
    let ended = shell.run(way.strip_prefix("mira ").unwrap()).await.expect(0, &[]);
    assert!(ended.stdout.contains("It replaces your own edits in hunk 1."), "{ended:?}");
    let merged = listed(&shell, "pending").await;
    let shown = shell.run(&format!("artifacts show {} --hunks", id(&merged))).await.expect(0, &[]).stdout;
    assert!(shown.contains("hunk 1  conflict: replaces your own edit\n"), "{shown}");
    shell.run("artifacts apply").await.expect(1, &["replaces lines that you have edited"]);
    shell.run(&format!("artifacts apply {} --hunks 0,2", id(&merged))).await.expect(0, &[]);
    assert_eq!(shell.project.read("a.txt"), lines(&[(2, "two"), (10, "mine"), (18, "eighteen")]));
}

#[tokio::test]
async fn an_operation_is_taken_back() {
    let (shell, artifact) = waiting().await;
    shell.run("artifacts apply").await.expect(0, &[]);
    let operation = artifact["operation_id"].as_str().unwrap();
    let ended = shell.run(&format!("artifacts undo --operation {operation}")).await.expect(0, &[]);
    assert!(ended.stdout.starts_with("taken back a.txt\n"), "{ended:?}");
    assert_eq!(shell.project.read("a.txt"), lines(&[]));
    let again = ended.stdout.lines().find_map(|line| line.strip_prefix("Take this back: mira ")).unwrap();
    shell.run(again).await.expect(0, &[]);
    assert_eq!(shell.project.read("a.txt"), lines(&THREE));
}
