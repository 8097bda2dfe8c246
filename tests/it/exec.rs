//! `mira exec`, the true program: one turn, what it prints where, what it leaves behind.

mod endings;
mod refusals;
mod stdin;

use mira::{
    demo::server::{Script, Turn},
    protocol::{Body, Event, OperationStatus},
};
use serde_json::{Value, json};

use crate::support::shell::{Shell, ends};

pub(crate) const PROJECT: &str = "
    //- src/lib.rs
    pub fn one() -> u32 {
        1
    }
    //- README.md
    # Sample
";

/// A planner that answers once.
pub(crate) fn says(text: &str) -> Script {
    Script::new().turn(Turn::responses().text(text))
}

/// A planner that looks, proposes files, and closes.
pub(crate) fn proposes(files: &[(&str, &str)]) -> Script {
    let look = json!({"path": "README.md", "start_line": null, "end_line": null});
    let mut turn = Turn::responses().text("Let me look.").call("read_file", look);
    for (path, content) in files {
        turn = turn.call("create_artifact", created(path, content));
    }
    Script::new().turn(turn).turn(Turn::responses().round(1).text("All proposed."))
}

fn created(path: &str, content: &str) -> Value {
    json!({"path": path, "kind": "code", "language": "rust", "content": content})
}

fn status(events: &[Event]) -> OperationStatus {
    let status = |event: &Event| match event.body {
        Body::OperationStatus { status, .. } => Some(status),
        _ => None,
    };
    events.iter().rev().find_map(status).unwrap()
}

#[tokio::test]
async fn a_pipe_gets_the_answer_and_nothing_else() {
    let shell = Shell::new(PROJECT, proposes(&[("src/two.rs", "pub fn two() {}\n")])).await;
    let ended = shell.run("exec 'Add two()'").await;
    let ended = ended.expect(0, &["Let me look.", "README.md", "src/two.rs  new  +1 −0", "planner "]);
    let ended = ended.expect(0, &["Nothing is written yet", "mira artifacts apply", "--conversation"]);
    ended.prints("All proposed.\n");
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
    shell.run("artifacts list").await.expect(0, &[]).stdout.find("src/two.rs").unwrap();
}

#[tokio::test]
async fn apply_writes_what_was_proposed_and_says_so() {
    let files = [("src/two.rs", "pub fn two() {}\n"), ("README.md", "# Two\n")];
    let shell = Shell::new(PROJECT, proposes(&files)).await;
    let ended = shell.run("exec --apply 'Add two()'").await;
    let ended = ended.expect(0, &["✓ written src/two.rs", "✓ written README.md", "mira artifacts undo"]);
    assert!(!ended.stderr.contains("Nothing is written"), "{}", ended.stderr);
    ended.prints("All proposed.\n");
    assert_eq!(shell.project.read("src/two.rs"), "pub fn two() {}\n");
    assert_eq!(shell.project.read("README.md"), "# Two\n");
    shell.run("artifacts list").await.expect(0, &[]).stdout.find("Nothing waits").unwrap();
}

#[tokio::test]
async fn apply_writes_nothing_of_a_turn_that_failed() {
    let call = created("src/two.rs", "pub fn two() {}\n");
    let script = Script::new()
        .turn(Turn::responses().call("create_artifact", call))
        .turn(Turn::responses().round(1).fails(401, "invalid_api_key"));
    let shell = Shell::new(PROJECT, script).await;
    shell.run("exec --apply 'Add two()'").await.expect(4, &["openai", "Nothing is written yet"]);
    assert_eq!(shell.project.files(), ["README.md", "src/lib.rs"]);
}

#[tokio::test]
async fn json_is_one_event_a_line_and_ends_with_the_status() {
    let shell = Shell::new(PROJECT, proposes(&[("src/two.rs", "pub fn two() {}\n")])).await;
    let ended = shell.run("exec --json 'Add two()'").await.expect(0, &[]);
    let events = ended.events();
    assert!(ends(events.last().unwrap()), "{events:#?}");
    assert_eq!(status(&events), OperationStatus::Completed);
    assert_eq!(ended.stderr, "");
    for kind in ["chat_response", "tool_call", "artifact", "usage"] {
        assert!(ended.stdout.contains(&format!("\"type\":\"{kind}\"")), "{kind} is not in {}", ended.stdout);
    }
}

#[tokio::test]
async fn json_tells_what_apply_has_written() {
    let shell = Shell::new(PROJECT, proposes(&[("src/two.rs", "pub fn two() {}\n")])).await;
    let events = shell.run("exec --json --apply 'Add two()'").await.expect(0, &[]).events();
    assert!(events.iter().any(|event| matches!(event.body, Body::ArtifactApplied { .. })), "{events:#?}");
}

#[tokio::test]
async fn json_tells_of_a_failure_too() {
    let shell = Shell::new(PROJECT, Script::new().turn(Turn::any().fails(401, "invalid_api_key"))).await;
    let events = shell.run("exec --json hello").await.expect(4, &[]).events();
    assert_eq!(status(&events), OperationStatus::Failed);
    assert!(events.iter().any(|event| matches!(event.body, Body::Error { .. })), "{events:#?}");
}

#[tokio::test]
async fn a_conversation_goes_on() {
    let script = says("One.").turn(Turn::responses().text("Two.")).turn(Turn::responses().text("Three."));
    let shell = Shell::new(PROJECT, script).await;
    let first = shell.run("exec --json first").await.expect(0, &[]).events();
    let id = first[0].conversation_id;
    shell.run(&format!("exec --conversation {id} second")).await.expect(0, &[]).prints("Two.\n");
    shell.run("exec --continue third").await.expect(0, &[]).prints("Three.\n");
    let input = shell.server.requests()[2].body["input"].to_string();
    for said in ["first", "One.", "second", "Two.", "third"] {
        assert!(input.contains(said), "{said:?} is not in {input}");
    }
}

#[tokio::test]
async fn a_conversation_must_exist() {
    let shell = Shell::new(PROJECT, Script::new()).await;
    let unknown = "019ab3c4-0000-7000-8000-000000000000";
    let sentence = format!("There is no conversation {unknown}");
    shell.run(&format!("exec --conversation {unknown} hello")).await.expect(2, &[&sentence]);
    shell.run("exec --conversation last hello").await.expect(2, &["\"last\" is no conversation id"]);
    shell.run("exec --continue hello").await.expect(2, &["no conversation to continue yet"]);
}

#[tokio::test]
async fn a_closing_answer_keeps_to_a_schema() {
    let schema = r#"{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}"#;
    let shell = Shell::new(PROJECT, says(r#"{"n": 1}"#)).await;
    shell.project.write("schema.json", schema);
    shell.run("exec --output-schema schema.json count").await.expect(0, &[]).prints("{\"n\": 1}\n");
    let format = &shell.server.requests()[0].body["text"]["format"];
    assert_eq!((&format["type"], &format["schema"]["required"]), (&json!("json_schema"), &json!(["n"])));
}

#[tokio::test]
async fn a_schema_that_is_none_is_refused() {
    let shell = Shell::new(PROJECT, Script::new()).await;
    shell.project.write("schema.json", "{oops");
    shell.run("exec --output-schema schema.json count").await.expect(2, &["schema.json is not JSON"]);
    shell.project.write("schema.json", "[1]");
    shell.run("exec --output-schema schema.json count").await.expect(2, &["schema.json is no JSON object"]);
    shell.run("exec --output-schema absent.json count").await.expect(2, &["absent.json cannot be read"]);
}

/// A whole turn with a hand-off; `planner` and `coder` are the kinds of their services.
async fn check_wires(planner: (&str, fn() -> Turn), coder: (&str, fn() -> Turn)) {
    let brief = json!({"path": "src/two.rs", "language": "rust", "task": "Write two().", "requirements": [], "constraints": [], "context_paths": []});
    let file = "<artifact path=\"src/two.rs\" language=\"rust\">\npub fn two() {}\n</artifact>\n";
    let script = Script::new()
        .turn(planner.1().model("talker").call("generate_code", brief))
        .turn(coder.1().model("writer").text(file))
        .turn(planner.1().model("talker").round(1).tool_says("Proposed").text("Done."));
    let shell = Shell::new(PROJECT, script).await;
    let url = shell.server.base_url();
    let service = |name: &str, kind: &str| {
        format!("--set providers.{name}.kind={kind} --set providers.{name}.base_url={url}")
    };
    let (talk, code) = (service("talk", planner.0), service("code", coder.0));
    let line = format!("exec --apply {talk} {code} --planner talk/talker --coder code/writer 'Add two()'");
    shell.run(&line).await.expect(0, &["✓ written src/two.rs"]).prints("Done.\n");
    assert_eq!(shell.project.read("src/two.rs"), "pub fn two() {}\n");
}

#[tokio::test]
async fn each_wire_serves_each_role() {
    let responses: (&str, fn() -> Turn) = ("responses", Turn::responses);
    let chat: (&str, fn() -> Turn) = ("chat_completions", Turn::chat);
    for (planner, coder) in [(responses, chat), (chat, responses), (chat, chat), (responses, responses)] {
        check_wires(planner, coder).await;
    }
}

#[tokio::test]
async fn steering_characters_are_shown_and_not_sent() {
    let text = "\u{1b}[31mred\u{1b}]52;c;x\u{7}\u{202e}";
    let look = json!({"path": "\u{1b}]0;evil\u{7}.rs", "start_line": null, "end_line": null});
    let turns = |script: Script| {
        let turn = Turn::responses().text(text).call("read_file", look.clone());
        let turn = turn.call("create_artifact", created("src/\u{1b}[2J.rs", text));
        script.turn(turn).turn(Turn::responses().round(1).text(text))
    };
    let shell = Shell::new(PROJECT, turns(turns(Script::new()))).await;
    let ended = shell.run("exec hello").await.expect(0, &["␛[31mred", "␛]0;evil␇.rs"]);
    assert_eq!(ended.stdout, "␛[31mred␛]52;c;x␇⟨U+202E⟩\n");
    let ended = shell.run("exec --json hello").await.expect(0, &[]);
    assert!(ended.stdout.contains(r"\u001b[31mred") && ended.events().len() > 3);
    shell.run("artifacts list --all").await.expect(0, &[]);
    shell.run("artifacts diff").await.expect(0, &[]);
}

#[tokio::test]
async fn a_failure_of_the_service_cannot_steer_the_terminal_either() {
    let shell = Shell::new(PROJECT, Script::new().turn(Turn::any().fails(400, "\u{1b}[2Jbad"))).await;
    shell.run("exec hello").await.expect(4, &["HTTP 400", "[2Jbad"]);
    shell.run("exec --conversation '\u{1b}[2J' hello").await.expect(2, &["no conversation id"]);
    shell.run("artifacts show '\u{1b}[2J'").await.expect(2, &["␛[2J"]);
}

#[tokio::test]
async fn a_coder_without_a_key_is_named_where_it_matters() {
    let shell = Shell::new(PROJECT, says("No code needed.")).await.with("DEEPSEEK_API_KEY", "");
    shell.run("exec 'What is this?'").await.expect(0, &[]).prints("No code needed.\n");
}
