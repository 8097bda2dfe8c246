//! `mira artifacts`, the true program: what waits, looking at it, and every decision about it.

use serde_json::Value;

use crate::{
    exec::{PROJECT, proposes},
    review::wholes,
    support::shell::Shell,
};

const TWO: &str = "pub fn two() {}\n";
const ONE: &str = "pub fn one() -> u32 {\n    2\n}\n";

/// A shell in whose project a new file and an edit wait.
async fn waiting() -> Shell {
    let shell = Shell::new(PROJECT, proposes(&[("src/two.rs", TWO), ("src/lib.rs", ONE)])).await;
    shell.run("exec 'Add two()'").await.expect(0, &[]);
    shell
}

/// The artifacts by `list --json`, oldest first.
async fn listed(shell: &Shell) -> Vec<Value> {
    let ended = shell.run("artifacts list --all --json").await.expect(0, &[]);
    let mut listed: Vec<Value> =
        ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    listed.sort_by_key(|artifact| artifact["artifact_id"].to_string());
    listed
}

/// The whole ids, that of the new file first.
async fn ids(shell: &Shell) -> [String; 2] {
    let listed = listed(shell).await;
    [&listed[0], &listed[1]].map(|artifact| artifact["artifact_id"].as_str().unwrap().to_owned())
}

/// The id that `mira artifacts undo` is said to take in what was printed.
fn undo_line(printed: &str) -> String {
    let line = printed.lines().find_map(|line| line.strip_prefix("Take this back: mira ")).unwrap();
    line.to_owned()
}

#[tokio::test]
async fn what_waits_is_listed() {
    let shell = waiting().await;
    let ended = shell.run("artifacts").await.expect(0, &[]);
    let lines: Vec<&str> = ended.stdout.lines().collect();
    assert!(lines[0].ends_with("pending     new   +1 −0  src/two.rs"), "{lines:?}");
    assert!(lines[1].ends_with("pending     edit  +1 −1  src/lib.rs"), "{lines:?}");
    assert!(lines[2].contains("apply [ID]") && lines.len() == 3, "{lines:?}");
    let [two, lib] = listed(&shell).await.try_into().unwrap();
    assert_eq!((two["path"].as_str(), two["content"].as_str()), (Some("src/two.rs"), Some(TWO)));
    assert_eq!((lib["state"].as_str(), lib["is_new_file"].as_bool()), (Some("pending"), Some(false)));
    assert!(lib["conversation_id"].is_string() && lib["operation_id"].is_string(), "{lib}");
}

#[tokio::test]
async fn a_short_id_names_an_artifact() {
    let shell = waiting().await;
    for id in ids(&shell).await {
        let (short, upper) = (&id[id.len() - 8..], id.to_uppercase());
        for id in [id.as_str(), short, upper.as_str()] {
            let shown = shell.run(&format!("artifacts show {id}")).await.expect(0, &[]).stdout;
            assert!([ONE, TWO].contains(&shown.as_str()), "{shown}");
        }
    }
    shell.run("artifacts show 01").await.expect(2, &["\"01\" fits 2 artifacts", "Give more of the id"]);
    for (id, sentence) in [("ffffffff", "no artifact ffffffff"), ("../x", "no artifact ../x")] {
        for verb in ["show", "diff", "apply", "reject", "undo"] {
            shell.run(&format!("artifacts {verb} {id}")).await.expect(2, &[sentence]).prints("");
        }
    }
}

#[tokio::test]
async fn the_difference_to_the_disk_is_shown() {
    let shell = waiting().await;
    let all = shell.run("artifacts diff").await.expect(0, &[]).stdout;
    for line in ["+pub fn two() {}", "-    1", "+    2", "+++ b/src/lib.rs"] {
        assert!(all.lines().any(|shown| shown == line), "{line:?} is not in {all}");
    }
    let [two, _] = ids(&shell).await;
    let one = shell.run(&format!("artifacts diff {two}")).await.expect(0, &[]).stdout;
    assert!(one.contains("src/two.rs") && !one.contains("src/lib.rs"), "{one}");
}

#[tokio::test]
async fn all_or_one_is_written() {
    let shell = waiting().await;
    let [two, _] = ids(&shell).await;
    let ended = shell.run(&format!("artifacts apply {two}")).await.expect(0, &[]);
    assert!(ended.stdout.starts_with("written src/two.rs\nTake this back: mira artifacts undo "));
    assert_eq!(shell.project.read("src/lib.rs"), "pub fn one() -> u32 {\n    1\n}\n");
    let ended = shell.run("artifacts apply").await.expect(0, &[]);
    assert!(ended.stdout.starts_with("written src/lib.rs\n"), "{ended:?}");
    assert_eq!(
        (shell.project.read("src/two.rs"), shell.project.read("src/lib.rs")),
        (TWO.into(), ONE.into())
    );
    shell.run(&format!("artifacts apply {two}")).await.expect(1, &["does not wait any more: it is applied"]);
    let all = shell.run("artifacts list --all").await.expect(0, &[]).stdout;
    assert_eq!(all.matches("applied").count(), 2, "{all}");
}

#[tokio::test]
async fn a_deleted_and_a_renamed_file_are_listed_shown_and_written() {
    let shell = Shell::new(PROJECT, wholes::tidies_up()).await;
    let told = shell
        .run("exec 'Tidy up'")
        .await
        .expect(0, &["README.md  delete", "src/lib.rs → src/one.rs  rename"]);
    assert!(told.stdout.contains("Proposed."), "{told:?}");
    let list = shell.run("artifacts").await.expect(0, &[]).stdout;
    assert!(list.contains("delete  +0 −1  README.md"), "{list}");
    assert!(list.contains("rename  +0 −0  src/lib.rs → src/one.rs"), "{list}");
    let diff = shell.run("artifacts diff").await.expect(0, &[]).stdout;
    assert!(diff.contains("+++ /dev/null") && diff.contains("rename to src/one.rs"), "{diff}");
    let written = shell.run("artifacts apply").await.expect(0, &[]).stdout;
    assert_eq!(shell.project.files(), ["src/one.rs"]);
    shell.run(&undo_line(&written)).await.expect(0, &[]);
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
}

#[tokio::test]
async fn naming_an_artifact_twice_writes_it_once() {
    let shell = waiting().await;
    let [two, _] = ids(&shell).await;
    let ended = shell.run(&format!("artifacts apply {two} {}", &two[two.len() - 8..])).await.expect(0, &[]);
    assert_eq!(ended.stdout.matches("written src/two.rs").count(), 1, "{ended:?}");
}

#[tokio::test]
async fn nothing_waiting_is_no_failure() {
    let shell = Shell::new(PROJECT, mira::demo::server::Script::new()).await;
    for line in ["artifacts", "artifacts list", "artifacts diff", "artifacts apply"] {
        let ended = shell.run(line).await.expect(0, &[]);
        assert!(ended.stdout.starts_with("Nothing waits in this project."), "{ended:?}");
    }
    shell.run("artifacts list --json").await.expect(0, &[]).prints("");
    shell.run("artifacts undo").await.expect(1, &["Nothing was written in this project yet."]);
    shell.run("artifacts reject").await.expect(2, &["required"]);
}

#[tokio::test]
async fn what_is_turned_down_waits_no_more() {
    let shell = waiting().await;
    let [two, lib] = ids(&shell).await;
    shell.run(&format!("artifacts reject {two}")).await.expect(0, &[]).prints("turned down src/two.rs\n");
    shell
        .run(&format!("artifacts reject {two}"))
        .await
        .expect(1, &["does not wait any more: it is rejected"]);
    let left = shell.run("artifacts list").await.expect(0, &[]).stdout;
    assert!(left.contains(&lib[lib.len() - 8..]) && !left.contains("src/two.rs"), "{left}");
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
}

#[tokio::test]
async fn a_file_that_changed_is_a_conflict_and_nothing_is_written() {
    let shell = waiting().await;
    shell.project.write("src/lib.rs", "// mine\n");
    shell
        .run("artifacts apply")
        .await
        .expect(1, &["src/lib.rs", "not on disk as the change expects"])
        .prints("");
    assert_eq!(shell.project.read("src/lib.rs"), "// mine\n");
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"], "all or none");
    assert!(listed(&shell).await.iter().all(|artifact| artifact["state"] == "pending"));
}

#[tokio::test]
async fn an_undo_can_be_undone() {
    let shell = waiting().await;
    let written = shell.run("artifacts apply").await.expect(0, &[]).stdout;
    let undone = shell.run(&undo_line(&written)).await.expect(0, &[]).stdout;
    assert!(undone.contains("taken back src/two.rs") && undone.contains("taken back src/lib.rs"), "{undone}");
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
    shell.run(&undo_line(&written)).await.expect(1, &[]);
    shell.run(&undo_line(&undone)).await.expect(0, &[]);
    assert_eq!(
        (shell.project.read("src/two.rs"), shell.project.read("src/lib.rs")),
        (TWO.into(), ONE.into())
    );
    shell.run("artifacts undo").await.expect(0, &[]);
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
}

#[tokio::test]
async fn a_change_is_taken_back_by_its_artifact_and_never_by_a_guess() {
    let shell = waiting().await;
    let [two, lib] = ids(&shell).await;
    shell.run(&format!("artifacts apply {two}")).await.expect(0, &[]);
    shell.run(&format!("artifacts apply {lib}")).await.expect(0, &[]);
    shell.run("artifacts undo 01").await.expect(2, &["\"01\" fits 2 changes"]);
    shell.run("artifacts undo ''").await.expect(2, &["no artifact"]);
    shell.run(&format!("artifacts undo {two}")).await.expect(0, &[]).stdout.find("src/two.rs").unwrap();
    assert_eq!(
        (shell.project.files(), shell.project.read("src/lib.rs")),
        (vec!["README.md".into(), "src/lib.rs".into()], ONE.into())
    );
}

#[tokio::test]
async fn an_undo_never_takes_the_users_own_edits() {
    let shell = waiting().await;
    shell.run("artifacts apply").await.expect(0, &[]);
    shell.project.write("src/lib.rs", "// mine\n");
    shell.run("artifacts undo").await.expect(1, &["src/lib.rs"]).prints("");
    assert_eq!(
        (shell.project.read("src/two.rs"), shell.project.read("src/lib.rs")),
        (TWO.into(), "// mine\n".into())
    );
}

#[tokio::test]
async fn a_new_syntax_error_is_told_wherever_the_artifact_is() {
    let broken = "pub fn one() -> u32 {\n    1;\n";
    let shell = Shell::new(PROJECT, proposes(&[("src/lib.rs", broken), ("src/two.rs", TWO)])).await;
    let warning = "⚠ new syntax error at src/lib.rs:1: `{` has no partner";
    let count = |text: &str| text.lines().filter(|line| line.starts_with('⚠')).count();
    let ended = shell.run("exec 'Add two()'").await.expect(0, &[]);
    assert!(ended.stderr.contains(warning) && count(&ended.stderr) == 1, "{}", ended.stderr);
    let ended = shell.run("artifacts").await.expect(0, &[]);
    assert!(ended.stdout.contains(warning) && count(&ended.stdout) == 1, "{}", ended.stdout);
    let ended = shell.run("artifacts diff").await.expect(0, &[]);
    assert!(
        ended.stderr.contains(warning) && count(&ended.stdout) == 0,
        "a diff stays one: {}",
        ended.stdout
    );
    let faults: Vec<Value> = listed(&shell).await.into_iter().map(|a| a["syntax_errors"].clone()).collect();
    assert_eq!(faults.iter().filter(|faults| faults.is_array()).count(), 1, "{faults:?}");
}
