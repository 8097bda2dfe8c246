//! Hand-offs as the user sees them: what goes along, and the review before it is sent.

use std::time::Duration;

use mira::{
    config::DelegationReview,
    demo::server::{Script, Turn},
    protocol::{
        ApprovalId, Body, Brief, Command, Decision, DelegationView, OperationId, OperationStatus, Reply,
        ToolCallState,
    },
};
use serde_json::json;

use crate::{exec::PROJECT, support::world::World};

const WHOLE: &str = "<artifact path=\"src/lib.rs\">\npub fn one() -> u32 {\n    2\n}\n</artifact>\n";

fn refactor(task: &str) -> (&'static str, serde_json::Value) {
    let arguments = json!({
        "path": "src/lib.rs", "task": task, "requirements": ["short"], "constraints": [],
        "context_paths": ["README.md"],
    });
    ("refactor_code", arguments)
}

fn planner(task: &str) -> Turn {
    let (tool, arguments) = refactor(task);
    Turn::responses().text("I make it return two.").call(tool, arguments)
}

async fn world(review: DelegationReview, script: Script) -> World {
    World::with(PROJECT, script, |settings| settings.delegation.review = review).await
}

/// A turn that stands at its first question.
struct Asked<'a> {
    world: &'a World,
    approval: ApprovalId,
    delegation: DelegationView,
    operation: OperationId,
    conversation: mira::protocol::ConversationId,
    since: u64,
}

impl<'a> Asked<'a> {
    async fn of(world: &'a World) -> Self {
        let (conversation, operation, since) = world.send(None, "Return two").await;
        let mut feed = world.handle().subscribe(conversation, since);
        let asked = async {
            loop {
                for event in feed.next().await.unwrap() {
                    if let Body::ApprovalRequest { approval_id, delegation } = event.body {
                        return (approval_id, *delegation);
                    }
                }
            }
        };
        let asked = tokio::time::timeout(Duration::from_secs(20), asked).await;
        let (approval, delegation) = asked.expect("no question came");
        Self { world, approval, delegation, operation, conversation, since }
    }

    async fn decide(&self, decision: Decision) -> Result<Reply, String> {
        let command = Command::Decide { approval_id: self.approval, decision };
        self.world.handle().send(command).await.map_err(|error| error.to_string())
    }

    async fn end(&self) -> crate::support::world::Turn {
        let events = self.world.follow(self.conversation, self.operation, self.since).await;
        crate::support::world::Turn { conversation: self.conversation, operation: self.operation, events }
    }
}

#[tokio::test]
async fn a_hand_off_is_told_with_what_goes_along() {
    let script = Script::new()
        .turn(planner("Return two."))
        .turn(Turn::chat().text(WHOLE))
        .turn(Turn::responses().round(1).text("Proposed."));
    let world = world(DelegationReview::Never, script).await;
    let turn = world.ask("Return two").await;
    let told: Vec<&DelegationView> = turn
        .events
        .iter()
        .filter_map(|event| match &event.body {
            Body::Delegation { delegation } => Some(&**delegation),
            _ => None,
        })
        .collect();
    let [told] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(told.summary(), "refactor_code → src/lib.rs");
    assert_eq!((told.plan.as_str(), told.model.as_str()), ("I make it return two.", "deepseek-flash"));
    let parts: Vec<&str> = told.context.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(parts, ["instructions", "project structure", "README.md", "src/lib.rs", "plan", "brief"]);
    assert!(told.context.iter().all(|part| part.tokens > 0) && told.tokens() > 500, "{:?}", told.context);
    let opened = world.handle().tool_output(turn.operation, &told.call_id).await.unwrap();
    assert!(opened.contains("To deepseek-flash, about") && opened.contains("- README.md: "), "{opened}");
    world.finish().await;
}

#[tokio::test]
async fn a_hand_off_waits_until_it_is_allowed() {
    let script = Script::new()
        .turn(planner("Return two."))
        .turn(Turn::chat().text(WHOLE))
        .turn(Turn::responses().round(1).tool_says("Proposed").text("Proposed."));
    let world = world(DelegationReview::Always, script).await;
    let asked = Asked::of(&world).await;
    assert_eq!(asked.delegation.brief.task, "Return two.");
    assert_eq!(world.server.requests().len(), 1, "nothing is sent before the decision");
    asked.decide(Decision::Allow { brief: None }).await.unwrap();
    let again = asked.decide(Decision::Deny { reason: None }).await.unwrap_err();
    assert!(again.contains("decided already (allowed)"), "{again}");
    let turn = asked.end().await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    assert_eq!(world.waiting().await.len(), 1);
    let late = asked.decide(Decision::Allow { brief: None }).await.unwrap_err();
    assert!(late.contains("decided already"), "{late}");
    world.finish().await;
}

#[tokio::test]
async fn what_the_user_changes_is_what_is_sent_and_the_planner_knows() {
    let script = Script::new()
        .turn(planner("Return two."))
        .turn(Turn::chat().user_says("Return three.").text(WHOLE))
        .turn(Turn::responses().round(1).tool_says("The user changed the brief").text("Proposed."));
    let world = world(DelegationReview::Edits, script).await;
    let asked = Asked::of(&world).await;
    let brief = Brief {
        task: "Return three.".into(),
        tool: "anything".into(),
        context_paths: vec![],
        ..asked.delegation.brief.clone()
    };
    asked.decide(Decision::Allow { brief: Some(Box::new(brief)) }).await.unwrap();
    let turn = asked.end().await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    let sent = turn.events.iter().find_map(|event| match &event.body {
        Body::Delegation { delegation } => Some(&**delegation),
        _ => None,
    });
    let sent = sent.unwrap();
    assert_eq!((sent.brief.task.as_str(), sent.brief.tool.as_str()), ("Return three.", "refactor_code"));
    let requests = world.server.requests();
    let coder = requests.iter().find(|request| request.path.ends_with("/chat/completions")).unwrap();
    let body = coder.body.to_string();
    assert!(!body.contains("Return two.") && !body.contains("# Context: README.md"), "{body}");
    world.finish().await;
}

#[tokio::test]
async fn what_is_declined_is_not_sent_and_the_planner_hears_why() {
    let script = Script::new().turn(planner("Return two.")).turn(
        Turn::responses().round(1).tool_says("declined this hand-off, because: one is right").text("Fine."),
    );
    let world = world(DelegationReview::Always, script).await;
    let asked = Asked::of(&world).await;
    asked.decide(Decision::Deny { reason: Some("one is right".into()) }).await.unwrap();
    let turn = asked.end().await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    assert!(world.waiting().await.is_empty());
    assert_eq!(world.server.requests().len(), 2, "the coder heard nothing");
    world.finish().await;
}

#[tokio::test]
async fn waiting_ends_with_the_operation() {
    let world = world(DelegationReview::Always, Script::new().turn(planner("Return two."))).await;
    let asked = Asked::of(&world).await;
    world.handle().send(Command::Cancel { operation_id: asked.operation }).await.unwrap();
    let turn = asked.end().await;
    assert_eq!(turn.status(), OperationStatus::Cancelled);
    let mut states = turn.events.iter().rev().filter_map(|event| match &event.body {
        Body::ToolCall { state, .. } => Some(*state),
        _ => None,
    });
    assert_eq!(states.next(), Some(ToolCallState::Cancelled));
    let late = asked.decide(Decision::Allow { brief: None }).await.unwrap_err();
    assert!(late.contains("ended"), "{late}");
    world.finish().await;
}

#[tokio::test]
async fn only_edits_wait_where_only_edits_are_reviewed() {
    let arguments = json!({
        "path": "src/new.rs", "language": "rust", "task": "Write it.", "requirements": [], "constraints": [],
        "context_paths": [],
    });
    let script = Script::new()
        .turn(Turn::responses().call("generate_code", arguments))
        .turn(Turn::chat().text("<artifact path=\"src/new.rs\">\npub fn new() {}\n</artifact>\n"))
        .turn(Turn::responses().round(1).text("Proposed."));
    let world = world(DelegationReview::Edits, script).await;
    let turn = world.ask("Write it").await;
    assert_eq!(turn.status(), OperationStatus::Completed, "{:?}", turn.error());
    world.finish().await;
}

/// What the coder is told for a brief in a project with a long file.
async fn coder_told(tool: &str, more: serde_json::Value) -> String {
    coder_told_with(tool, more, |_| {}).await
}

async fn coder_told_with(
    tool: &str,
    more: serde_json::Value,
    change: impl FnOnce(&mut mira::config::Settings),
) -> String {
    let functions: String = (1..=400)
        .map(|n| format!("pub fn step_{n}() -> u32 {{\n    // The step of {n}.\n    {n}\n}}\n\n"))
        .collect();
    let mut arguments = json!({ "path": "src/main.rs", "task": "Call step_77 twice." });
    arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let script = Script::new()
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::chat().text("<artifact path=\"src/main.rs\">\nfn main() {}\n</artifact>\n"))
        .turn(Turn::responses().round(1).text("Proposed."));
    let project = "
        //- src/main.rs
        fn main() { run(); }
        //- src/other.rs
        pub fn unnamed() {}

        pub fn failing() -> u32 {
            panic!()
        }
        //- README.md
        # Sample
    ";
    let world = World::with(project, script, change).await;
    world.project.write("src/steps.rs", &functions);
    assert_eq!(world.ask("Mend it").await.error(), None);
    let body = &world.server.requests()[1].body;
    let told = body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned();
    world.finish().await;
    told
}

#[tokio::test]
async fn of_a_long_context_file_the_parts_that_matter_go_along() {
    let brief =
        json!({ "requirements": [], "constraints": [], "context_paths": ["src/steps.rs", "README.md"] });
    let told = coder_told("refactor_code", brief).await;
    assert!(told.contains("# Context: parts of src/steps.rs, which has 2000 lines\n"), "{told}");
    assert!(told.contains("src/steps.rs:381-384\n```\npub fn step_77() -> u32 {\n    // The step"), "{told}");
    assert!(told.contains("# Context: README.md\n```\n# Sample"), "{told}");
    assert!(!told.contains("fn step_399"), "{told}");
}

#[tokio::test]
async fn the_code_that_an_error_names_and_what_the_words_lead_to_go_along() {
    let error = "thread 'main' panicked at src/other.rs:4:5:\nat src/main.rs:1:13, at /elsewhere/x.rs:1";
    let brief = json!({ "error_output": error, "constraints": [], "context_paths": [] });
    let told = coder_told("debug_code", brief).await;
    let (_, code) = told.split_once("# Relevant code\n").unwrap();
    assert!(code.starts_with("src/other.rs:3-5\n```\npub fn failing() -> u32 {"), "{told}");
    assert!(code.contains("src/steps.rs\n") && code.contains("pub fn step_77() -> u32"), "{told}");
    assert!(!told.contains("src/main.rs:1-1"), "what is shown whole is not shown again: {told}");
}

#[tokio::test]
async fn in_a_small_window_code_beside_the_target_makes_room() {
    let brief =
        json!({ "requirements": [], "constraints": [], "context_paths": ["src/steps.rs", "README.md"] });
    let told = coder_told_with("refactor_code", brief.clone(), |settings| {
        settings.models.entry("deepseek-flash".into()).or_default().context = Some(1_500);
    })
    .await;
    assert!(
        told.contains("# Current content of src/main.rs") && told.contains("Call step_77 twice."),
        "{told}"
    );
    assert!(!told.contains("pub fn step_77() -> u32 {"), "{told}");
    let told = coder_told_with("refactor_code", brief, |settings| settings.context.coder_tokens = 0).await;
    assert!(
        told.contains("# Context: parts of src/steps.rs, which has 2000 lines\nsrc/steps.rs\n"),
        "{told}"
    );
    assert!(!told.contains("step_77() -> u32"), "{told}");
}
