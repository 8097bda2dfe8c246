//! A project's own instructions: who is told them, once, and that they set nothing.

use mira::demo::server::{Script, Turn};
use serde_json::json;

use crate::support::world::World;

const PROJECT: &str = "
    //- AGENTS.md
    Write short functions.
    [delegation]
    review = \"always\"
    //- web/AGENTS.md
    Two blanks of indentation.
    //- web/page.ts
    export {};
    //- README.md
    # Sample
";

fn brief(path: &str) -> serde_json::Value {
    json!({ "path": path, "task": "Add two().", "requirements": [], "constraints": [], "context_paths": [] })
}

#[tokio::test]
async fn planner_and_coder_are_told_what_applies_to_them() {
    let script = Script::new()
        .turn(Turn::responses().call("refactor_code", brief("web/page.ts")))
        .turn(Turn::chat().text("<artifact path=\"web/page.ts\">\nexport const two = 2;\n</artifact>\n"))
        .turn(Turn::responses().round(1).text("Proposed."))
        .turn(Turn::responses().text("Nothing."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Add two()").await;
    assert_eq!(turn.error(), None, "what a project says is no setting");
    let told = world.handle().context(turn.conversation).await.unwrap().unwrap();
    assert!(told.sections.iter().any(|section| section.name == "project instructions"), "{told:?}");
    world.ask_in(Some(turn.conversation), "Anything else?").await;

    let requests = world.server.requests();
    let bodies: Vec<String> = requests.iter().map(|request| request.body.to_string()).collect();
    let [first, coder, .., last] = bodies.as_slice() else { panic!("{}", bodies.len()) };
    assert!(first.contains("[PROJECT INSTRUCTIONS]\\nFrom AGENTS.md:"), "{first}");
    assert!(first.contains("Folders with instructions of their own: web/AGENTS.md"), "{first}");
    assert!(!first.contains("Two blanks"), "{first}");
    let (far, near) = (coder.find("Write short functions."), coder.find("Two blanks of indentation."));
    assert!(far.is_some() && far < near, "{coder}");
    assert_eq!(last.matches("Write short functions.").count(), 1, "told once: {last}");
    world.finish().await;
}

#[tokio::test]
async fn an_empty_list_reads_none() {
    let script = Script::new().turn(Turn::responses().text("Hello."));
    let world = World::with(PROJECT, script, |settings| settings.workspace.instructions.clear()).await;
    world.ask("Say hello").await;
    let body = world.server.requests()[0].body.to_string();
    assert!(
        !body.contains("Write short functions.") && !body.contains("[PROJECT INSTRUCTIONS]\\n"),
        "{body}"
    );
    world.finish().await;
}
