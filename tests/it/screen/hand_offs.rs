//! Hand-offs reviewed at the keyboard before they are sent.

use mira::demo::server::{Script, Turn};
use serde_json::json;

use super::{ready, user};

/// An editor that changes the task.
const EDITOR: &str = r#"f() { sed s/two/three/ "$1" > "$1.new" && mv "$1.new" "$1"; }; f"#;
const WHOLE: &str = "<artifact path=\"src/lib.rs\">\npub fn one() -> u32 {\n    3\n}\n</artifact>\n";

fn hand_off() -> Turn {
    let arguments = json!({
        "path": "src/lib.rs", "task": "Return two.", "requirements": [], "constraints": [], "context_paths": [],
    });
    Turn::responses().text("I hand it over.").call("refactor_code", arguments)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hand_off_is_looked_at_changed_and_sent() {
    let script = Script::new()
        .turn(hand_off())
        .turn(Turn::chat().user_says("Return three.").text(WHOLE))
        .turn(Turn::responses().round(1).tool_says("The user changed the brief").text("It waits."));
    let shell = user(script).await.with("EDITOR", EDITOR);
    let mut terminal = ready(&shell, "--set delegation.review=edits");
    terminal.type_text("Return another number");
    terminal.press("enter");
    terminal.wait_for("waits for your review");
    terminal.press("enter");
    terminal.wait_for("Return two.");
    terminal.wait_for("Send this to deepseek-flash?");
    terminal.press("e");
    terminal.wait_for("changed by you");
    terminal.wait_for("Return three.");
    terminal.assert_taken();
    terminal.press("enter");
    terminal.wait_for("✓ completed");
    terminal.wait_for("sent as you have changed it");
    terminal.press("ctrl-s");
    terminal.wait_for("✓ written: src/lib.rs");
    assert!(shell.project.read("src/lib.rs").contains('3'));
    terminal.quit();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_hand_off_is_declined_and_the_planner_hears_why() {
    let script = Script::new()
        .turn(hand_off())
        .turn(Turn::responses().round(1).tool_says("because: one is right").text("As you say."));
    let shell = user(script).await;
    let mut terminal = ready(&shell, "--set delegation.review=always");
    terminal.type_text("Return another number");
    terminal.press("enter");
    terminal.wait_for("waits for your review");
    terminal.press("alt-r x");
    terminal.wait_for("decline, because");
    terminal.type_text("one is right");
    terminal.press("enter");
    terminal.wait_for("As you say.");
    terminal.wait_for("declined: one is right");
    terminal.quit();
}
