//! What a prompt points to with `@`: files, lines, folders and symbols go along as text, once; what names
//! nothing stays a word.

use mira::{
    demo::server::{Script, Turn},
    protocol::{Body, ClientContext, Command, Reply},
};
use serde_json::json;

use crate::support::world::World;

const PROJECT: &str = "
    //- src/cart.py
    class Cart:
        def add_item(self, item):
            self.items.append(item)

        def total(self):
            return sum(self.items)
    //- src/order.py
    class Order:
        def total(self):
            return 7
    //- src/quantity of all.py
    MANY = 3
    //- package.json
    { \"property\": 1 }
    //- README.md
    # Shop
";

/// What the planner is told of what the only prompt mentions, and what the user is told of it.
async fn asked(project: &str, prompt: &str) -> (String, Vec<String>) {
    let world = World::new(project, Script::new().turn(Turn::responses().text("Fine."))).await;
    let turn = world.ask(prompt).await;
    assert_eq!(turn.error(), None);
    let told = mentioned(&world, 0);
    let notices = turn.events.into_iter().filter_map(|event| match event.body {
        Body::Notice { message } => Some(message),
        _ => None,
    });
    let notices = notices.collect();
    world.finish().await;
    (told, notices)
}

/// The section of a request.
fn mentioned(world: &World, request: usize) -> String {
    let body = &world.server.requests()[request].body;
    let texts: Vec<&str> = body["input"].as_array().unwrap().iter().filter_map(user_text).collect();
    let section = texts.last().unwrap().split("[MENTIONED]\n").nth(1).unwrap_or_default();
    let end = ["\n\n[RELEVANT CODE]", "\n\n[RECENT WORK]", "\n</context>"];
    let end = end.iter().filter_map(|title| section.find(title)).min().unwrap_or(section.len());
    section[..end].to_owned()
}

fn user_text(item: &serde_json::Value) -> Option<&str> {
    let is_user = item["role"] == "user";
    is_user.then(|| item["content"].as_str().or(item["content"][0]["text"].as_str()))?
}

async fn check(prompt: &str, expected: &str) {
    let (told, notices) = asked(PROJECT, prompt).await;
    assert_eq!(told, expected, "{prompt}");
    assert_eq!(notices, Vec::<String>::new(), "{prompt}");
}

const ADD_ITEM: &str =
    "src/cart.py:2-3\n```\n    def add_item(self, item):\n        self.items.append(item)\n```";

#[tokio::test]
async fn files_and_lines_go_along() {
    check(
        "Explain @src/order.py, please",
        "src/order.py:1-3\n```\nclass Order:\n    def total(self):\n        return 7\n```",
    )
    .await;
    check("Explain @src/cart.py:2-3.", ADD_ITEM).await;
    check(
        "@\"src/quantity of all.py\":1 twice: @\"src/quantity of all.py\":1",
        "src/quantity of all.py:1-1\n```\nMANY = 3\n```",
    )
    .await;
    check("Explain @src/cart.py:2-3, @./src/cart.py:3, @src/cart.py:2-3 and @Cart.add_item", ADD_ITEM).await;
    check("Explain @src/order.py:3-18446744073709551615", "src/order.py:3-3\n```\n        return 7\n```")
        .await;
    check("What is in @src/?", "Files in src:\nsrc/cart.py\nsrc/order.py\nsrc/quantity of all.py").await;
}

#[tokio::test]
async fn symbols_go_along_by_their_names() {
    check("Explain @Cart.add_item", ADD_ITEM).await;
    check("Explain @Cart::add_item() and @add_item", ADD_ITEM).await;
    check(
        "Where is @total?",
        "src/cart.py:5-6\n```\n    def total(self):\n        return sum(self.items)\n```\nsrc/order.py:2-3\n```\n    def total(self):\n        return 7\n```",
    )
    .await;
}

#[tokio::test]
async fn what_names_nothing_stays_a_word() {
    check("Ask ann@example.org about @property of @types/node, @override and @", "").await;
}

#[tokio::test]
async fn a_file_that_is_not_there_is_noticed() {
    let (told, notices) = asked(PROJECT, "Explain @src/nofile.py and @../secret.txt").await;
    assert_eq!(told, "");
    assert_eq!(
        notices,
        [
            "nothing of @src/nofile.py was sent along: there is no such file in the project",
            "nothing of @../secret.txt was sent along: the path \"../secret.txt\" goes up with `..`; give a path relative to the project root"
        ]
    );
}

#[tokio::test]
async fn a_long_file_is_cut_and_the_rest_outlined() {
    let long: String = (1..=400).map(|at| format!("def f{at}(): pass\n")).collect();
    let (told, _) = asked(&format!("//- src/long.py\n{long}"), "Explain @src/long.py").await;
    assert!(told.starts_with("src/long.py:1-300\n```\ndef f1(): pass\n"), "{told}");
    assert!(
        told.contains("[lines 301 to 400 did not fit; read_file shows them; they define:]\n  301 def f301()"),
        "{told}"
    );
    assert!(!told.contains("f400"), "the outline is bounded: {told}");
}

#[tokio::test]
async fn what_is_mentioned_is_not_sent_twice() {
    let script = Script::new().turn(Turn::responses().text("Fine.")).turn(Turn::responses().text("Still."));
    let world = World::new(PROJECT, script).await;
    let turn = world.ask("Does @Cart.add_item append the item to items?").await;
    let sections = world.handle().context(turn.conversation).await.unwrap().unwrap().sections;
    assert!(sections.iter().any(|section| section.name == "mentioned"), "{sections:?}");
    world.ask_in(Some(turn.conversation), "And @Cart.add_item?").await;
    for request in world.server.requests() {
        let body = request.body.to_string();
        let whole = body.matches("self.items.append(item)").count();
        assert_eq!(whole, 1, "{body}");
    }
    world.finish().await;
}

#[tokio::test]
async fn a_file_whose_new_version_waits_is_shown_as_proposed() {
    let arguments =
        json!({"path": "src/order.py", "content": "ORDERS = 1\n", "kind": "code", "language": "python"});
    let script = Script::new()
        .turn(Turn::responses().call("create_artifact", arguments))
        .turn(Turn::responses().round(1).text("It waits."))
        .turn(Turn::responses().text("Fine."));
    let world = World::new(PROJECT, script).await;
    world.ask("Make it short").await;
    world.ask("Explain @src/order.py").await;
    assert_eq!(mentioned(&world, 2), "src/order.py:1-1, as proposed (not on disk yet)\n```\nORDERS = 1\n```");
    world.finish().await;
}

#[tokio::test]
async fn an_open_file_that_is_not_in_the_project_does_no_harm() {
    for path in ["../outside.py", "/etc/hostname", "src/none.py", "src", ""] {
        let world = World::new(PROJECT, Script::new().turn(Turn::responses().text("Fine."))).await;
        let context = ClientContext { file_path: Some(path.to_owned()), ..ClientContext::default() };
        let prompt = Command::Prompt { conversation_id: None, text: "Explain it".into(), context };
        let Reply::Accepted { conversation_id, operation_id, since } =
            world.handle().send(prompt).await.unwrap()
        else {
            panic!("{path}")
        };
        let events = world.follow(conversation_id, operation_id, since).await;
        let is_odd = |body: &Body| matches!(body, Body::Notice { .. } | Body::Error { .. });
        assert!(!events.iter().any(|event| is_odd(&event.body)), "{path}: {events:?}");
        let body = world.server.requests()[0].body.to_string();
        assert!(body.contains(&format!("[OPEN FILE] {path}")), "{body}");
        world.finish().await;
    }
}

#[tokio::test]
async fn the_symbols_of_the_project_can_be_asked_for() {
    let world = World::new(PROJECT, Script::new().turn(Turn::responses().text("Fine."))).await;
    assert_eq!(world.handle().symbols(10).await, [], "nothing is looked at for it");
    world.ask("Hello").await;
    let symbols = world.handle().symbols(4).await;
    let told: Vec<String> = symbols
        .iter()
        .map(|s| format!("{} {} {}:{}-{}", s.kind, s.name, s.path, s.first_line, s.last_line))
        .collect();
    assert_eq!(
        told,
        [
            "heading Shop README.md:1-1",
            "class Cart src/cart.py:1-6",
            "method Cart.add_item src/cart.py:2-3",
            "method Cart.total src/cart.py:5-6"
        ]
    );
    world.finish().await;
}
