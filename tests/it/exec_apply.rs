//! What `exec --apply` writes: the proposals of its own turn, as they stand at its end.

use mira::demo::server::{Script, Turn};
use serde_json::json;

use crate::{
    kill::{PROJECT, script},
    support::{
        model_server::TestServer,
        program::{User, events},
        project::Project,
    },
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_that_is_asked_again_writes_what_an_earlier_one_left_waiting() {
    let server = TestServer::start(script()).await;
    let (user, project) = (User::new(server.base_url()), Project::new(PROJECT));
    user.run(&project.root(), &["exec", "Please add two()."]);
    assert_eq!(project.files(), ["README.md", "src/lib.rs"]);
    let told = events(&user.run(&project.root(), &["exec", "--json", "--apply", "Please add two()."]));
    assert_eq!(project.files(), ["README.md", "src/lib.rs", "src/more/two.rs"]);
    let told = format!("{:?}", told.last().unwrap());
    assert!(told.contains("ArtifactApplied"), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_proposals_for_a_path_the_later_is_written() {
    let propose = |round: usize, content: &str| {
        let file =
            json!({ "path": "notes.md", "kind": "document", "language": "markdown", "content": content });
        Turn::responses().round(round).call("create_artifact", file)
    };
    let script = Script::new()
        .turn(propose(0, "first\n"))
        .turn(propose(1, "second\n"))
        .turn(Turn::responses().round(2).text("Done."));
    let server = TestServer::start(script).await;
    let (user, project) = (User::new(server.base_url()), Project::new("//- README.md\n# Sample\n"));
    user.run(&project.root(), &["exec", "--apply", "Write notes"]);
    assert_eq!(project.read("notes.md"), "second\n");
}
