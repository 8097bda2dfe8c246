//! Which files and symbols come first.

use super::*;
use crate::{config::Settings, workspace::index::indexed};

/// Files as `path: text` with `/` for line ends, commits as words, a task; then what comes first.
fn check(files: &[&str], commits: &[&str], task: &str, expected: &str) {
    let files = files.iter().filter_map(|file| file.split_once(": "));
    let (files, symbols): (Vec<_>, Vec<_>) =
        files.map(|(path, text)| indexed(path, &text.replace(" / ", "\n"))).unzip();
    let symbols = files.iter().map(|file| file.path.clone()).zip(symbols).collect();
    let commits = commits.iter().map(|files| files.split(' ').map(str::to_owned).collect()).collect();
    let ranked = Ranking::new(task, Snapshot { files, commits }, &weights()).with_symbols(symbols);
    let told: Vec<String> = ranked.iter().map(told).collect();
    assert_eq!(told.join(", "), expected, "{task}: {ranked:#?}");
}

/// A path and its best symbol.
fn told(file: &RankedFile) -> String {
    let best = file.symbols.first().map(|ranked| format!(" ({})", ranked.symbol.qualified()));
    format!("{}{}", file.path, best.unwrap_or_default())
}

fn weights() -> ContextWeights {
    let settings = Settings::defaults(std::path::Path::new("/nowhere"));
    settings.map(|settings| settings.context.weights).unwrap_or_else(|error| panic!("{error}"))
}

const SHOP: [&str; 4] = [
    "src/cart.py: class Cart: /     def add_item(self): /         return self.items / def clear(): pass",
    "src/price.py: def total_price(items): /     return sum(items) / def rounded(x): pass",
    "src/log.py: def write_line(x): /     return x",
    "tests/test_cart.py: def test_add_item(): /     Cart().add_item()",
];

#[test]
fn words_are_compared_by_their_stems_and_parts() {
    check(&SHOP, &[], "Prices are totalled wrongly", "src/price.py (total_price)");
    check(&SHOP, &[], "writing lines", "src/log.py (write_line)");
    check(&SHOP, &[], "clearing", "src/cart.py (clear)");
    check(&SHOP, &[], "nothing of the kind", "");
    check(&SHOP, &[], "", "");
}

#[test]
fn a_word_that_is_stemmed_like_a_common_one_still_counts() {
    check(&["a.rs: fn one() {}"], &[], "What does one() do?", "a.rs (one)");
}

#[test]
fn a_test_comes_after_the_code_unless_the_task_is_about_tests() {
    let files = ["b.py: def add_item(): pass", "a_test.py: def add_item(): pass"];
    check(&files, &[], "addItem", "b.py (add_item), a_test.py (add_item)");
    check(&files, &[], "the test of addItem", "a_test.py (add_item), b.py (add_item)");
}

#[test]
fn what_was_changed_lately_and_what_changes_together_comes_first() {
    let files = ["a.rs: fn open() {}", "b.rs: fn open() {}", "c.rs: fn open() {}"];
    check(&files, &[], "open", "a.rs (open), b.rs (open), c.rs (open)");
    check(&files, &["c.rs", "b.rs"], "open", "c.rs (open), b.rs (open), a.rs (open)");
    let files = ["a.rs: fn start() { open() }", "b.rs: fn close() { open() }", "c.rs: fn end() { open() }"];
    let history = ["x.rs a.rs", "c.rs a.rs"];
    check(&files, &history, "start open", "a.rs (start), c.rs (end), b.rs (close)");
}

#[test]
fn who_defines_a_name_comes_before_who_uses_it() {
    let files = ["a.rs: fn main() { gauge() }", "b.rs: fn gauge() {}"];
    check(&files, &[], "what does gauge do?", "b.rs (gauge), a.rs (main)");
}

#[test]
fn the_path_counts() {
    let files = ["src/auth/token.rs: fn issue() {}", "src/shop/token.rs: fn issue() {}"];
    check(&files, &[], "issue in auth", "src/auth/token.rs (issue), src/shop/token.rs (issue)");
}
