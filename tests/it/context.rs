//! `mira context`: the code that would go along with a task.
#![cfg(unix)]

use std::{process::Stdio, time::Duration};

use serde_json::Value;

use crate::{
    support::{
        program::{User, printed},
        project::Project,
    },
    workspace_git::repository,
};

const SHOP: &str = r#"
    //- src/cart.py
    class Cart:
        """Holds items."""
        def add_item(self, item):
            self.items.append(item)
    //- src/price.py
    def total_price(items):
        return sum(items)
    //- tests/test_cart.py
    def test_add_item():
        Cart().add_item(1)
    "#;

fn user() -> User {
    User::new("http://127.0.0.1:9".to_owned())
}

fn context(user: &User, project: &Project, arguments: &[&str]) -> Value {
    let arguments = [&["context", "--json"], arguments].concat();
    serde_json::from_str(&user.run(&project.root(), &arguments)).unwrap()
}

fn paths(context: &Value) -> Vec<&str> {
    context["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect()
}

#[test]
fn files_and_symbols_are_ranked_without_git() {
    let (user, project) = (user(), Project::new(SHOP));
    let found = context(&user, &project, &["adding", "items", "fails"]);
    assert_eq!(paths(&found), ["src/cart.py", "src/price.py", "tests/test_cart.py"]);
    let symbols = found["files"][0]["symbols"].as_array().unwrap();
    let adds = symbols.iter().find(|symbol| symbol["name"] == "Cart.add_item").unwrap();
    assert_eq!((adds["kind"].as_str(), adds["line"].as_u64()), (Some("method"), Some(3)));
    let tokens: u64 =
        found["files"].as_array().unwrap().iter().map(|file| file["tokens"].as_u64().unwrap()).sum();
    assert_eq!(found["tokens"].as_u64(), Some(tokens));
}

#[test]
fn the_budget_is_kept() {
    let (user, project) = (user(), Project::new(SHOP));
    for budget in [0, 1, 8, 30, 100, 10_000] {
        let found = context(&user, &project, &["--budget", &budget.to_string(), "items"]);
        assert!(found["tokens"].as_u64().unwrap() <= budget, "{budget}: {found}");
    }
}

#[test]
fn what_changes_is_seen_by_the_next_look() {
    let (user, project) = (user(), Project::new(SHOP));
    assert_eq!(paths(&context(&user, &project, &["refund"])), Vec::<&str>::new());
    project.write("src/refund.py", "def refund(): pass\n");
    assert_eq!(paths(&context(&user, &project, &["refund"])), ["src/refund.py"]);
    std::fs::remove_file(project.root().join("src/refund.py")).unwrap();
    assert_eq!(paths(&context(&user, &project, &["refund"])), Vec::<&str>::new());
}

#[test]
fn people_are_told_why_and_what_it_costs() {
    let (user, project) = (user(), repository(SHOP));
    let mut told = user.mira(&project.root(), &["context", "add_item"]);
    let text = printed(told.env("PATH", std::env::var_os("PATH").unwrap_or_default()).output().unwrap());
    for part in
        ["src/cart.py", "words in one symbol 1.00", "changed lately", "method Cart.add_item", "tokens."]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = user.run(&project.root(), &["context", "nonsense"]);
    assert_eq!(text, "No file of this project shares a word with that. Try other words.\n");
}

#[test]
fn an_index_that_was_killed_in_the_making_is_completed() {
    let project = Project::new("");
    for number in 0..600 {
        let text = format!("def step_{number}(cart):\n    return cart.total\n").repeat(20);
        project.write(&format!("src/part{}/step_{number}.py", number % 7), &text);
    }
    let task = ["context", "--json", "step_77", "of", "the", "cart"];
    let whole = user().run(&project.root(), &task);
    let killed = user();
    for wait in [3, 10, 20, 30, 45, 60, 90] {
        let mut child = killed.mira(&project.root(), &task).stdout(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert_eq!(killed.run(&project.root(), &task), whole);
}
