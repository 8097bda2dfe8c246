//! Brings a history into the form both wires demand: each call with its result right after the
//! model's turn, no result without its call, no reasoning that led to nothing.

use super::{Image, Item, ReasoningItem, ToolCall};

/// Stands in for the result of a call that was never answered: a request without it is refused.
const CANCELLED: &str = "cancelled by the user before there was a result";

/// A part of the history.
pub(super) enum Entry<'a> {
    /// The user's words, with what they show.
    User { text: &'a str, images: &'a [Image] },
    /// What the model said and called in one go.
    Turn(Vec<&'a Item>),
    /// The result of a call.
    Result { call_id: &'a str, output: &'a str },
}

/// The history from the item at `from` on; what comes before is known to the server, and only
/// decides which calls and results belong together.
pub(super) fn entries(items: &[Item], from: usize) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut start = 0;
    while start < items.len() {
        let end = start + items[start..].iter().take_while(|item| is_model(item)).count();
        push_turn(items, start..end, from, &mut entries);
        if let Some(Item::User { text, images }) = items.get(end)
            && end >= from
        {
            entries.push(Entry::User { text, images });
        }
        start = end + 1;
    }
    entries
}

fn is_model(item: &Item) -> bool {
    !matches!(item, Item::User { .. } | Item::ToolResult { .. })
}

fn push_turn<'a>(items: &'a [Item], turn: std::ops::Range<usize>, from: usize, entries: &mut Vec<Entry<'a>>) {
    let fresh = &items[turn.start.max(from).min(turn.end)..turn.end];
    let useful =
        fresh.iter().rposition(|item| !matches!(item, Item::Reasoning(_))).map_or(0, |last| last + 1);
    if useful > 0 {
        entries.push(Entry::Turn(fresh[..useful].iter().collect()));
    }
    for at in turn {
        if let Item::ToolCall(call) = &items[at]
            && let Some(output) = output_to_send(items, at, call, from)
        {
            entries.push(Entry::Result { call_id: &call.call_id, output });
        }
    }
}

/// The output of the call at `at`, unless the server has it. Ids may repeat within a history
/// (`functions.add:0`): the result lies before the next call of the same id.
fn output_to_send<'a>(items: &'a [Item], at: usize, call: &ToolCall, from: usize) -> Option<&'a str> {
    for (position, item) in items.iter().enumerate().skip(at + 1) {
        match item {
            Item::ToolResult { call_id, output } if *call_id == call.call_id => {
                return (position >= from).then_some(output.as_str());
            }
            Item::ToolCall(next) if next.call_id == call.call_id => break,
            _ => {}
        }
    }
    // A call before a user message that the server knows was answered with that message.
    let is_answered = items[at..from.max(at)].iter().any(|item| matches!(item, Item::User { .. }));
    (!is_answered).then_some(CANCELLED)
}

/// The texts of a turn, as one.
pub(super) fn text_of(turn: &[&Item]) -> String {
    let texts: Vec<&str> = turn
        .iter()
        .filter_map(|item| match item {
            Item::Assistant { text, .. } if !text.is_empty() => Some(text.as_str()),
            _ => None,
        })
        .collect();
    texts.join("\n\n")
}

/// The calls of a turn.
pub(super) fn calls_of<'a>(turn: &[&'a Item]) -> Vec<&'a ToolCall> {
    turn.iter()
        .filter_map(|item| match item {
            Item::ToolCall(call) => Some(call),
            _ => None,
        })
        .collect()
}

/// The reasoning items of a turn.
pub(super) fn reasoning_of<'a>(turn: &[&'a Item]) -> Vec<&'a ReasoningItem> {
    turn.iter()
        .filter_map(|item| match item {
            Item::Reasoning(reasoning) => Some(reasoning),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items and entries as words: `u` user, `a` assistant, `r` reasoning, `c1` call, `o1` result;
    /// `x1` is the stand-in for a missing result, a turn is joined by `+`.
    fn check(history: &str, from: usize, expected: &str) {
        let items: Vec<Item> = history.split_whitespace().map(item).collect();
        let shown: Vec<String> = entries(&items, from).iter().map(show).collect();
        assert_eq!(shown.join(" "), expected, "{history} from {from}");
    }

    fn item(word: &str) -> Item {
        let id = word[1..].to_owned();
        match &word[..1] {
            "u" => Item::user(word),
            "a" => Item::Assistant { text: word.to_owned(), phase: None },
            "r" => Item::Reasoning(ReasoningItem::default()),
            "c" => Item::ToolCall(ToolCall { call_id: id, ..ToolCall::default() }),
            _ => Item::ToolResult { call_id: id, output: String::new() },
        }
    }

    fn show(entry: &Entry<'_>) -> String {
        match entry {
            Entry::User { text, .. } => (*text).to_owned(),
            Entry::Turn(turn) => turn.iter().map(|item| show_item(item)).collect::<Vec<_>>().join("+"),
            Entry::Result { call_id, output: CANCELLED } => format!("x{call_id}"),
            Entry::Result { call_id, .. } => format!("o{call_id}"),
        }
    }

    fn show_item(item: &Item) -> String {
        match item {
            Item::Assistant { text, .. } => text.clone(),
            Item::ToolCall(call) => format!("c{}", call.call_id),
            _ => "r".to_owned(),
        }
    }

    #[test]
    fn model_items_in_a_row_are_one_turn() {
        check("u r a c1 c2 o1 o2 a", 0, "u r+a+c1+c2 o1 o2 a");
    }

    #[test]
    fn results_follow_their_turn_in_the_order_of_the_calls() {
        check("u c1 c2 o2 u2 o1", 0, "u c1+c2 o1 o2 u2");
    }

    #[test]
    fn unanswered_calls_are_cancelled_and_stray_results_dropped() {
        check("u c1 c2 o2 u2", 0, "u c1+c2 x1 o2 u2");
        check("u o9 a", 0, "u a");
    }

    #[test]
    fn repeated_ids_pair_call_by_call() {
        check("u c1 o1 c1 u2", 0, "u c1 o1 c1 x1 u2");
    }

    #[test]
    fn reasoning_that_led_to_nothing_is_left_out() {
        check("u r u2 a r", 0, "u u2 a");
    }

    #[test]
    fn only_what_the_server_lacks_is_sent() {
        check("u r c1 c2 o1 o2 u2", 4, "o1 o2 u2");
        check("u c1 c2 o2 u2", 3, "x1 o2 u2");
        check("u c1 u2 a u3", 4, "u3");
    }
}
