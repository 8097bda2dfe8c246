//! Pure: from a task to the words that are looked for.

use std::collections::HashSet;

use crate::workspace::index::{hash_of, words};

/// Words that every text has.
const STOP: &str = "a about after all also an and any are as at be because been before being but by can could did do \
    does doing done each for from further get had has have having he her here him his how i if in instead into is it its \
    just like make may me more most must my need needs no nor not now of off on once only or other our out over own \
    please same she should so some such than that the their them then there these they this those through to too under \
    until up us use used using very want was we were what when where which while who why will with without would you your \
    ll ve re don doesn isn";

/// What is looked for.
pub(super) struct Query {
    /// Words as numbers, sorted. Saying one twice makes it no more telling.
    pub(super) terms: Vec<u32>,
    /// Whole words in lower case, as numbers: names, maybe.
    pub(super) names: Vec<u32>,
    pub(super) is_about_tests: bool,
    pub(super) is_about_documents: bool,
}

impl Query {
    pub(super) fn of(task: &str) -> Self {
        let said = telling(task);
        let mut terms: Vec<u32> = numbers(&said.join("\n")).into_iter().collect();
        terms.sort_unstable();
        let is_about = |about: &str| numbers(about).iter().any(|number| terms.contains(number));
        Self {
            is_about_tests: is_about("test testing spec coverage"),
            is_about_documents: is_about("readme changelog docs documentation"),
            names: names(&said),
            terms,
        }
    }
}

fn numbers(text: &str) -> HashSet<u32> {
    let mut numbers = HashSet::new();
    for line in text.lines() {
        words(line, |word| {
            numbers.insert(hash_of(word));
        });
    }
    numbers
}

/// The words of a task without those that every text has. They are left out before stemming: the stem of
/// `one` is that of `on`.
fn telling(task: &str) -> Vec<&str> {
    let stop: HashSet<&str> = STOP.split_whitespace().collect();
    let words = task.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.filter(|word| !stop.contains(word.to_lowercase().as_str())).collect()
}

fn names(said: &[&str]) -> Vec<u32> {
    let long = said.iter().filter(|word| word.len() > 2);
    let mut names: Vec<u32> = long.map(|word| hash_of(&word.to_lowercase())).collect();
    names.sort_unstable();
    names.dedup();
    names
}
