//! Pure: tells what is plainly a question from what may be an order. A question never ends in an edit,
//! whatever the planner makes of it; in doubt it is an order, and the planner's own judgement counts.
//!
//! Only English is understood here. In other languages, and for everything between, the planner's
//! instructions say the same.

/// How a sentence begins that asks.
const ASKING: [&str; 31] = [
    "what", "what's", "why", "how", "how's", "where", "where's", "when", "who", "who's", "which", "whose",
    "is", "are", "isn't", "aren't", "was", "were", "does", "do", "doesn't", "don't", "did", "has", "have",
    "should", "would", "any", "am", "explain", "describe",
];

/// What follows "can you" or "please" where only words are wanted.
const TELLING: [&str; 17] = [
    "explain",
    "tell",
    "describe",
    "show",
    "walk",
    "help",
    "find",
    "list",
    "look",
    "check",
    "see",
    "remind",
    "summarize",
    "summarise",
    "compare",
    "clarify",
    "confirm",
];

/// How a sentence begins that orders a change.
const ORDERING: [&str; 72] = [
    "add",
    "adjust",
    "apply",
    "bump",
    "change",
    "clean",
    "convert",
    "correct",
    "create",
    "debug",
    "delete",
    "do",
    "document",
    "drop",
    "edit",
    "enable",
    "disable",
    "ensure",
    "extend",
    "extract",
    "fix",
    "format",
    "generate",
    "go",
    "handle",
    "implement",
    "improve",
    "inline",
    "insert",
    "introduce",
    "let",
    "let's",
    "make",
    "merge",
    "migrate",
    "modify",
    "move",
    "optimise",
    "optimize",
    "port",
    "propose",
    "put",
    "refactor",
    "reformat",
    "remove",
    "rename",
    "reorder",
    "repair",
    "replace",
    "resolve",
    "revert",
    "rewrite",
    "set",
    "simplify",
    "split",
    "start",
    "suggest",
    "support",
    "swap",
    "switch",
    "test",
    "translate",
    "try",
    "turn",
    "undo",
    "update",
    "upgrade",
    "use",
    "wire",
    "wrap",
    "write",
    "yes",
];

/// What orders or proposes wherever it stands.
const PHRASES: [&str; 19] = [
    "how about",
    "what about",
    "what if",
    "why not",
    "why don't",
    "why do not",
    "i want",
    "i'd like",
    "i would like",
    "i need",
    "we need",
    "it needs",
    "must",
    "should be",
    "make sure",
    "go ahead",
    "your task",
    "instead",
    "needs to",
];

/// Whether `text` asks and orders nothing.
pub(crate) fn is_question(text: &str) -> bool {
    let words = without_code(text).to_lowercase().replace('’', "'");
    if PHRASES.iter().any(|phrase| holds(&words, phrase)) {
        return false;
    }
    let sentences: Vec<Sentence> = sentences(&words).collect();
    let asks = sentences.iter().any(|sentence| sentence.asks);
    asks && !sentences.iter().any(Sentence::orders)
}

/// One sentence of a text in lower case.
struct Sentence<'a> {
    words: Vec<&'a str>,
    asks: bool,
}

impl<'a> Sentence<'a> {
    fn new(text: &'a str) -> Self {
        let is_letter = |c: char| c.is_alphanumeric() || c == '\'' || c == '_';
        let words: Vec<&str> = text.split(|c| !is_letter(c)).filter(|word| !word.is_empty()).collect();
        let first = words.iter().find(|word| **word != "please");
        let begins = first.is_some_and(|word| ASKING.contains(word));
        Self { asks: begins || text.trim_end().ends_with('?'), words }
    }

    fn orders(&self) -> bool {
        let begins = self.words.first().is_some_and(|word| ORDERING.contains(word));
        let demands = !self.asks && self.words.iter().any(|word| ["should", "shouldn't"].contains(word));
        demands || begins && !self.is_asked_with_do() || self.goes_on_with_order() || self.asks_for_a_deed()
    }

    /// "Do we …?" begins like an order and is none.
    fn is_asked_with_do(&self) -> bool {
        let [first, second, ..] = self.words.as_slice() else { return false };
        *first == "do" && ["i", "we", "you", "they", "these", "those", "the", "any", "all"].contains(second)
    }

    /// "… and fix it", "then remove it": an order behind a question.
    fn goes_on_with_order(&self) -> bool {
        let joined = self.words.windows(2).enumerate().filter(|(_, pair)| ["and", "then"].contains(&pair[0]));
        let ordered = joined.filter(|(_, pair)| ORDERING.contains(&pair[1]));
        // "What does it read and write?" goes on with what the subject does.
        let mut ordered =
            ordered.filter(|(at, _)| self.words.get(at + 2).is_some_and(|word| is_object(word)));
        ordered.next().is_some()
    }

    /// "Can you add …", "please …": except where only words are wanted.
    fn asks_for_a_deed(&self) -> bool {
        let deed = self.words.iter().enumerate().find_map(|(at, word)| match *word {
            "please" | "kindly" => Some(self.words.get(at + 1)),
            "can" | "could" | "would" | "will"
                if self.begins_at(at) && self.words.get(at + 1) == Some(&"you") =>
            {
                Some(self.words.get(at + 2).filter(|word| **word != "please").or(self.words.get(at + 3)))
            }
            _ => None,
        });
        deed.is_some_and(|deed| deed.is_none_or(|deed| !TELLING.contains(deed)))
    }

    /// "Which would you use?" orders nothing: who orders begins with it.
    fn begins_at(&self, at: usize) -> bool {
        let before = at.checked_sub(1).and_then(|before| self.words.get(before));
        before.is_none_or(|before| ["and", "or", "but", "so", "then", "please", "hi", "hey"].contains(before))
    }
}

fn is_object(word: &str) -> bool {
    ["it", "this", "that", "them", "these", "those", "the", "a", "an", "all", "my", "our"].contains(&word)
}

/// Whether `phrase` stands in `words` on its own.
fn holds(words: &str, phrase: &str) -> bool {
    let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    words.match_indices(phrase).any(|(at, _)| {
        let (before, after) = (words[..at].chars().next_back(), words[at + phrase.len()..].chars().next());
        is_edge(before) && is_edge(after)
    })
}

fn sentences(text: &str) -> impl Iterator<Item = Sentence<'_>> {
    // A stop within a name (`a.rs`) ends no sentence.
    text.split_inclusive(['\n', '?', '!'])
        .flat_map(|line| line.split_inclusive(". "))
        .filter(|sentence| !sentence.trim().is_empty())
        .map(Sentence::new)
}

/// Without fenced and inline code, which may say anything.
fn without_code(text: &str) -> String {
    let mut kept = String::new();
    let mut is_fenced = false;
    for line in text.lines() {
        match line.trim_start().starts_with("```") {
            true => is_fenced = !is_fenced,
            false if is_fenced => {}
            false => {
                kept.extend(line.split('`').step_by(2).flat_map(|part| [part, "code"]));
                kept.truncate(kept.len() - "code".len());
                kept.push('\n');
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is: bool, texts: &str) {
        for text in texts.lines().map(str::trim).filter(|text| !text.is_empty()) {
            assert_eq!(is_question(&text.replace("\\n", "\n")), is, "{text}");
        }
    }

    #[test]
    fn what_only_asks_is_a_question() {
        check(
            true,
            "What does one() do?
             Why is the cache read twice
             how does add_user work, and where is it called?
             Is there a test for this?
             Could you explain what `fix_all` does?
             Can you please show me where tokens expire?
             please explain how the retry works
             Do we handle an empty file anywhere?
             Which of the two would you use and why?
             I see a warning here. What does it mean?
             Should we rename this module?
             What does the reader read and write?
             Explain src/lib.rs
             Why does this fail?\\n```\\nfix me, please\\n```
             Was macht diese Funktion?",
        );
    }

    #[test]
    fn what_orders_or_may_order_is_none() {
        check(
            false,
            "Add a test
             Can you add a test?
             could you please fix this?
             The test fails, and could you repair it?
             Would you rename it for me?
             Why does this fail? Fix it.
             Why does it fail, and fix it
             What about using a map?
             How about a retry?
             Why don't you split it?
             do it
             yes?
             Is this right? If not, please correct it
             The parser should be faster, how would you do that?
             I want to know nothing, just make it work?
             add refresh tokens to the auth module, keep the old API
             The build is broken
             What if we drop it?
             Is there a bug in lib.rs? one() should return two.
             Let's rename it, ok?
             Kannst du das bitte ändern",
        );
    }
}
