//! Proposals reviewed at the keyboard: a part is written, taken back and written again; a proposal is edited,
//! merged with a file that changed, and partly turned down with a reason.

use super::{
    demo::{demo, lib, project},
    ready, user,
};
use crate::{
    demo_hunks::{check_builds, check_part},
    review::{lines, proposes},
    support::terminal::Terminal,
};

/// An editor that puts another file in the place of the one it is given, as many do.
const SHOUTS: &str = r#"f() { sed s/eighteen/EIGHTEEN/ "$1" > "$1.new" && mv "$1.new" "$1"; }; f"#;

/// Selects a file in the list of artifacts, which has two.
fn select(terminal: &mut Terminal, row: &str, other: &str) {
    terminal.press("alt-3");
    let screen = terminal.screen();
    let is_first = screen.find(row).unwrap() < screen.find(other).unwrap();
    terminal.press(if is_first { "g g" } else { "G" });
    terminal.wait_for(&format!("▸ {row}"));
}

#[tokio::test]
async fn the_second_scene_is_written_without_one_hunk_taken_back_and_written_again() {
    let (_shell, folder, mut terminal) = demo().await;
    terminal.wait_for("press Enter to ask this");
    terminal.wait_for("gpt-5");
    terminal.press("enter");
    terminal.wait_for("Demo 2/3");
    terminal.press("enter");
    terminal.wait_for("drops a hunk");
    let project = project(&folder);
    let before = lib(&project);
    select(&mut terminal, "src/settle.rs", "src/lib.rs ");
    terminal.press("w");
    terminal.wait_for("✓ written: src/settle.rs");

    terminal.wait_for("▸ src/lib.rs");
    terminal.press("alt-4 ] ]");
    terminal.wait_for("hunk 3/3");
    terminal.press("space");
    terminal.wait_for("● 2 of 3 hunks");
    assert_eq!(lib(&project), before, "written without a key");
    terminal.press("w");
    terminal.wait_for("✓ 2 of 3 hunks");
    let written = lib(&project);
    check_part(&written);
    check_builds(&project);

    terminal.press("u");
    terminal.wait_for("Take this back?");
    assert_eq!(lib(&project), written, "taken back without an answer");
    terminal.press("enter");
    terminal.wait_for("↶ undone");
    assert_eq!(lib(&project), before);
    check_builds(&project);

    terminal.press("U");
    terminal.wait_for("Write this again?");
    terminal.press("enter");
    terminal.wait_for("✓ 2 of 3 hunks");
    assert_eq!(lib(&project), written);
    check_builds(&project);
    terminal.press("ctrl-c");
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_proposal_is_edited_merged_and_partly_turned_down_with_a_reason() {
    let script = proposes(&[(2, "two"), (10, "ten"), (18, "eighteen")]);
    let shell = user(script).await.with("EDITOR", SHOUTS);
    shell.project.write("a.txt", &lines(&[]));
    let mut terminal = ready(&shell, "");
    terminal.type_text("Spell some numbers");
    terminal.press("enter");
    terminal.wait_for("✓ completed");

    terminal.press("alt-4 e");
    terminal.wait_for("your version waits");
    terminal.assert_taken();
    terminal.press("e");
    terminal.wait_for("nothing was changed");

    shell.project.write("a.txt", &lines(&[(6, "mine")]));
    terminal.press("alt-3 alt-4");
    terminal.wait_for("changed on disk · m merges");
    terminal.press("w");
    terminal.wait_for("nothing is written: a.txt changed on disk since");
    terminal.press("m");
    terminal.wait_for("merged with a.txt");
    terminal.wait_gone("changed on disk");

    terminal.press("] X");
    terminal.wait_for("reject hunk 2, because");
    terminal.type_text("ten is fine");
    terminal.press("enter");
    terminal.wait_for("turned down: hunk 2 of a.txt (ten is fine)");
    terminal.wait_for("hunk 2/2");
    assert_eq!(shell.project.read("a.txt"), lines(&[(6, "mine")]), "written without a key");
    terminal.press("w");
    terminal.wait_for("✓ written: a.txt");
    assert_eq!(shell.project.read("a.txt"), lines(&[(2, "two"), (6, "mine"), (18, "EIGHTEEN")]));
    terminal.quit();
}
