//! Several instances at once on one state folder and one project.

use std::process::Stdio;

use mira::{
    demo::server::{Script, Turn},
    protocol::{Body, OperationStatus},
};
use serde_json::json;

use crate::support::{
    model_server::TestServer,
    program::{User, events, printed},
    project::Project,
};

const INSTANCES: [&str; 2] = ["alpha", "beta"];

/// Each instance writes a file of its own in a new folder that both need.
fn script() -> Script {
    let mut script = Script::new().pace_ms(1);
    for name in INSTANCES {
        let path = format!("src/new/{name}.rs");
        let brief = json!({ "path": path, "language": "rust", "task": format!("The file of {name}."),
                            "requirements": [], "constraints": [], "context_paths": [] });
        let file = format!("<artifact path=\"{path}\">\n// {name}\n</artifact>\n");
        script = script
            .turn(
                Turn::responses()
                    .user_says(format!("I am {name}."))
                    .round(0)
                    .text(format!("Hello, {name}."))
                    .call("generate_code", brief),
            )
            .turn(Turn::chat().user_says(format!("The file of {name}.")).text(file))
            .turn(
                Turn::responses().user_says(format!("I am {name}.")).round(1).text(format!("Bye, {name}.")),
            );
    }
    script
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_turns_and_a_reader_do_not_disturb_each_other() {
    let server = TestServer::start(script()).await;
    let user = User::new(server.base_url());
    let project = Project::new("//- README.md\n# Sample\n");
    let running = INSTANCES.map(|name| {
        let prompt = format!("I am {name}.");
        let mut command = user.mira(&project.root(), &["exec", "--json", "--apply", &prompt]);
        (name, command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    });
    let mut listed = 0;
    let ended = running.map(|(name, mut child)| {
        while child.try_wait().unwrap().is_none() {
            user.run(&project.root(), &["artifacts", "list", "--all", "--json"]);
            listed += 1;
        }
        (name, events(&printed(child.wait_with_output().unwrap())))
    });
    assert!(listed > 0);
    for (name, events) in &ended {
        let others = INSTANCES.into_iter().find(|other| other != name).unwrap();
        let told = format!("{events:?}");
        assert!(!told.contains(&format!("Hello, {others}")), "{told}");
        let completed =
            |body: &Body| matches!(body, Body::OperationStatus { status: OperationStatus::Completed, .. });
        assert!(events.iter().any(|event| completed(&event.body)), "{told}");
        assert!(matches!(events.last().unwrap().body, Body::ArtifactApplied { .. }), "{told}");
        assert_eq!(project.read(&format!("src/new/{name}.rs")), format!("// {name}\n"));
    }
    assert_eq!(project.files(), ["README.md", "src/new/alpha.rs", "src/new/beta.rs"]);
}
