//! A whole prompt as the planner gets it, in the second turn of a conversation: what is the same every time
//! first, then what was said, then the newest message with everything that can go along.

use mira::{
    demo::server::{Script, Turn},
    protocol::{ClientContext, Command, Reply, Selection},
};
use serde_json::{Value, json};

use crate::support::world::World;

const PROJECT: &str = "
    //- AGENTS.md
    Write short functions.
    //- shop/AGENTS.md
    Money is in cents.
    //- shop/cart.py
    class Cart:
        \"\"\"Holds items.\"\"\"

        def add_item(self, item):
            self.items.append(item)

        def total(self):
            return sum(item.price for item in self.items)
    //- shop/price.py
    def rounded(price):
        return round(price)
    //- README.md
    # Shop
";

async fn planned() -> World {
    let gift = json!({
        "path": "shop/gift.py", "kind": "code", "language": "python", "content": "def wrap(): pass\n",
    });
    let script = Script::new()
        .turn(Turn::responses().text("A gift, then.").call("create_artifact", gift))
        .turn(Turn::responses().round(1).text("Proposed."))
        .turn(Turn::responses().text("Fine."));
    let world = World::new(PROJECT, script).await;
    let first = world.ask("Make a gift.").await;
    let selection = Selection { start_line: 7, end_line: 7, text: "    def total(self):".into() };
    let context = ClientContext {
        file_path: Some("shop/cart.py".into()),
        selection: Some(selection),
        ..ClientContext::default()
    };
    let text = "Let the total of the cart be @rounded, see @README.md".to_owned();
    let prompt = Command::Prompt { conversation_id: Some(first.conversation), text, context };
    let Reply::Accepted { conversation_id, operation_id, since } = world.handle().send(prompt).await.unwrap()
    else {
        panic!("not accepted");
    };
    world.follow(conversation_id, operation_id, since).await;
    world
}

/// A request as text: its parts in the order in which they count for the provider's cache.
fn told(body: &Value) -> String {
    let tools = body["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap());
    let mut told = format!("TOOLS\n{}\n", tools.collect::<Vec<_>>().join(", "));
    for item in body["input"].as_array().unwrap() {
        let (kind, content) = match item["type"].as_str() {
            Some("function_call") => ("CALL", item["arguments"].as_str().map(str::to_owned)),
            Some("function_call_output") => ("RESULT", item["output"].as_str().map(str::to_owned)),
            _ => (item["role"].as_str().unwrap(), Some(words(&item["content"]))),
        };
        told.push_str(&format!("\n{}\n{}\n", kind.to_uppercase(), content.unwrap_or_default()));
    }
    told
}

fn words(content: &Value) -> String {
    let parts = content.as_array().into_iter().flatten().filter_map(|part| part["text"].as_str());
    content.as_str().map_or_else(|| parts.collect(), str::to_owned)
}

#[tokio::test]
async fn a_prompt_is_told_whole() {
    let world = planned().await;
    let requests = world.server.requests();
    let body = &requests.last().unwrap().body;
    let root = world.project.root();
    let name = root.file_name().unwrap().to_string_lossy();
    insta::assert_snapshot!(told(body).replace(&*name, "shop"));
    assert_eq!(body["instructions"], requests[0].body["instructions"]);
    assert_eq!(body["tools"], requests[0].body["tools"]);
    world.finish().await;
}

#[tokio::test]
async fn each_request_extends_the_one_before_it() {
    let world = planned().await;
    let inputs: Vec<Vec<Value>> = world
        .server
        .requests()
        .iter()
        .map(|request| request.body["input"].as_array().unwrap().clone())
        .collect();
    assert_eq!(inputs.len(), 3);
    for pair in inputs.windows(2) {
        assert_eq!(pair[0][..], pair[1][..pair[0].len()]);
    }
    world.finish().await;
}
