//! The planner's tools for symbols: where a name is defined, what a file or folder defines.

use mira::demo::server::{Script, Turn};
use serde_json::json;

use crate::support::world::World;

const PROJECT: &str = "
    //- shop/cart.py
    class Cart:
        \"\"\"Holds items.\"\"\"
        def total(self):
            return sum(self.items)
    //- shop/order.py
    class Order:
        def total(self):
            return self.cart.total()
    //- notes.txt
    Nothing to see.
";

/// What the planner is told for a call, in a project where an earlier turn proposed `shop/gift.py`.
async fn told(tool: &str, arguments: serde_json::Value) -> String {
    let gift = json!({
        "path": "shop/gift.py", "kind": "code", "language": "python", "content": "def wrap(): pass\n",
    });
    let script = Script::new()
        .turn(Turn::responses().call("create_artifact", gift))
        .turn(Turn::responses().round(1).text("Proposed."))
        .turn(Turn::responses().call(tool, arguments))
        .turn(Turn::responses().round(1).text("Seen."));
    let world = World::new(PROJECT, script).await;
    world.ask("Make a gift.").await;
    let turn = world.ask("Go on.").await;
    assert_eq!(turn.error(), None);
    let last = world.server.requests().last().unwrap().body["input"].clone();
    let mut results = last.as_array().unwrap().iter().filter(|item| item["type"] == "function_call_output");
    let told = results.next_back().unwrap()["output"].as_str().unwrap().to_owned();
    world.finish().await;
    told
}

async fn check(tool: &str, arguments: serde_json::Value, expected: &[&str]) {
    let told = told(tool, arguments.clone()).await;
    assert_eq!(told.lines().collect::<Vec<_>>(), expected, "{tool} {arguments}");
}

#[tokio::test]
async fn a_name_is_told_with_its_places_and_its_text() {
    check(
        "find_symbol",
        json!({ "name": "Cart.total" }),
        &[
            "shop/cart.py:3-4 method Cart: def total(self)",
            "",
            "shop/cart.py:3-4",
            "```",
            "    def total(self):",
            "        return sum(self.items)",
            "```",
        ],
    )
    .await;
    let both = told("find_symbol", json!({ "name": "total" })).await;
    assert!(both.contains("shop/cart.py:3-4") && both.contains("shop/order.py:2-3"), "{both}");
}

#[tokio::test]
async fn a_name_that_nothing_has_is_answered_with_what_helps() {
    let like = ["nothing is called car; like it:", "shop/cart.py:1-4 class class Cart — Holds items."];
    check("find_symbol", json!({ "name": "car" }), &like).await;
    let none = ["xyz: nothing defines it or has a name like it; search_code finds other text"];
    check("find_symbol", json!({ "name": "xyz" }), &none).await;
}

#[tokio::test]
async fn a_file_is_outlined_as_it_will_be() {
    let cart = ["shop/cart.py, 4 lines", "  1 class Cart", "  3 Cart: def total(self)"];
    check("outline", json!({ "path": "shop/cart.py" }), &cart).await;
    let gift = ["shop/gift.py, 1 line", "  1 def wrap()"];
    check("outline", json!({ "path": "./shop/gift.py" }), &gift).await;
}

#[tokio::test]
async fn a_folder_is_outlined_by_its_files() {
    let shop = ["shop/cart.py", "  1 class Cart", "shop/order.py", "  1 class Order"];
    check("outline", json!({ "path": "shop" }), &shop).await;
    let told = told("outline", json!({ "path": "." })).await;
    assert!(told.starts_with("notes.txt\nshop/cart.py\n"), "{told}");
}

#[tokio::test]
async fn what_cannot_be_outlined_is_said() {
    let told = told("outline", json!({ "path": "../other" })).await;
    assert!(told.starts_with("error: "), "{told}");
    check(
        "outline",
        json!({ "path": "none" }),
        &["error: none is no text file or folder of the project, or it has no files"],
    )
    .await;
    let plain = ["notes.txt, 1 line, has no symbols that are known of; read_file shows its text"];
    check("outline", json!({ "path": "notes.txt" }), &plain).await;
}
