//! The place in the conversation against a model that lays everything out as one list of lines.

use proptest::prelude::*;

use super::*;

/// What happens while one reads.
#[derive(Clone, Debug)]
enum Step {
    Scroll(isize),
    ToTop,
    Follow,
    /// So many older turns are loaded.
    Older(usize),
    /// The running operation, before a prompt that waits, has said more.
    Says(usize),
    Calls,
    Thinks,
    /// A prompt more waits.
    Asks,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (-12isize..12).prop_map(Step::Scroll),
        1 => Just(Step::ToTop),
        1 => Just(Step::Follow),
        2 => (0usize..4).prop_map(Step::Older),
        2 => (0usize..30).prop_map(Step::Says),
        1 => Just(Step::Calls),
        1 => Just(Step::Thinks),
        1 => Just(Step::Asks),
    ]
}

/// Where the upper edge stands in the list of all lines; `None` while the end is followed.
type Edge = Option<usize>;

/// The edge after scrolling, in a list of so many lines.
fn scrolled(edge: Edge, by: isize, lines: usize, rows: usize) -> Edge {
    let last = lines.saturating_sub(rows);
    let to = edge.unwrap_or(last).saturating_add_signed(by);
    (to < last).then_some(to)
}

fn words(count: usize) -> String {
    (0..count).map(|word| format!("word{word} ")).collect()
}

struct Model {
    talk: Talk,
    running: OperationId,
    /// Each round of the operation has its own.
    message: MessageId,
    edge: Edge,
    columns: usize,
    rows: usize,
    calls: usize,
}

impl Model {
    fn new(columns: usize, rows: usize, turns: usize) -> Self {
        let mut talk = Talk::new(columns, rows);
        let turns: Vec<_> =
            (0..turns).map(|turn| talk.turn(&words(turn % 7 + 1), &words(turn * 3))).collect();
        talk.chat.load(&turns, true);
        let running = talk.ask("now", false);
        talk.ask("later", true);
        talk.show(columns, rows);
        let message = MessageId::new(&talk.ids);
        Self { talk, running, message, edge: None, columns, rows, calls: 0 }
    }

    /// Lines up to the end of what the running operation has told: what it tells comes in there.
    fn told(&self) -> usize {
        let chat = &self.talk.chat;
        let last = chat.entries.iter().rposition(|entry| entry.operation == Some(self.running)).unwrap();
        (0..=last).map(|entry| chat.height_as_laid(entry)).sum()
    }

    fn play(&mut self, step: &Step) {
        let before = self.talk.whole();
        let told = self.told();
        if matches!(step, Step::Calls | Step::Thinks) {
            self.message = MessageId::new(&self.talk.ids);
        }
        match step {
            Step::Scroll(by) => {
                self.talk.chat.scroll(*by);
                self.edge = match by {
                    0.. if self.edge.is_none() => None,
                    by => scrolled(self.edge, *by, before.len(), self.rows),
                };
            }
            Step::ToTop => {
                self.talk.chat.go_to_top();
                self.edge = Some(0);
            }
            Step::Follow => {
                self.talk.chat.follow();
                self.edge = None;
            }
            Step::Older(turns) => {
                let turns: Vec<_> =
                    (0..*turns).map(|turn| self.talk.turn("older", &words(turn * 9))).collect();
                self.talk.chat.load_older(&turns, true);
                let added = self.talk.whole().len() - before.len();
                self.edge = self.edge.map(|edge| edge + added);
            }
            Step::Says(count) => {
                self.talk.says_in(self.message, self.running, &(words(*count) + "\n\n"));
            }
            Step::Thinks => self.talk.event(self.running, Body::Reasoning { content: "hm".to_owned() }),
            Step::Calls => {
                self.calls += 1;
                self.talk.calls(self.running, &self.calls.to_string(), "read x", ToolCallState::Completed);
            }
            Step::Asks => {
                self.talk.ask("and more", true);
                self.edge = None;
            }
        }
        if matches!(step, Step::Says(_) | Step::Calls | Step::Thinks)
            && self.edge.is_some_and(|edge| edge >= told)
        {
            self.edge = self.edge.map(|edge| edge + self.talk.whole().len() - before.len());
        }
        self.talk.show(self.columns, self.rows);
        // A place at which the pane is not full is the end.
        let lines = self.talk.whole().len();
        self.edge = scrolled(self.edge, 0, lines, self.rows);
    }

    fn check(&mut self, step: &Step) {
        let whole = self.talk.whole();
        let top = self.edge.unwrap_or(whole.len().saturating_sub(self.rows));
        let expected = &whole[top..(top + self.rows).min(whole.len())];
        assert_eq!(self.talk.shown(), expected, "after {step:?} at {:?}", self.edge);
        assert_eq!(self.talk.chat.follows(), self.edge.is_none(), "after {step:?}");
    }
}

proptest! {
    #[test]
    fn the_pane_is_a_window_on_the_whole(
        columns in 8usize..50, rows in 1usize..12, turns in 0usize..12,
        steps in prop::collection::vec(step(), 1..40),
    ) {
        let mut model = Model::new(columns, rows, turns);
        for step in &steps {
            model.play(step);
            model.check(step);
        }
    }

    #[test]
    fn another_size_keeps_the_reader_near_the_same_words(
        columns in 8usize..50, other in 8usize..50, rows in 2usize..12, up in 1isize..60,
    ) {
        let mut model = Model::new(columns, rows, 12);
        model.play(&Step::Scroll(-up));
        let entry = model.talk.chat.on_screen().start;
        model.talk.show(other, rows);
        let shown = model.talk.chat.on_screen();
        prop_assert!(shown.contains(&entry) || model.talk.chat.follows(), "{entry} of {shown:?}");
    }
}

#[test]
fn layouts_far_away_are_forgotten_and_their_heights_come_back() {
    let mut talk = Talk::new(20, 5);
    let turns: Vec<_> = (0..800).map(|turn| talk.turn(&format!("q {turn}"), &words(turn % 9))).collect();
    talk.chat.load(&turns, false);
    talk.show(20, 5);
    let whole = talk.whole();
    talk.show(20, 5);
    let laid = talk.chat.entries.iter().filter(|entry| entry.is_laid()).count();
    assert!(laid <= 2 * KEPT_LAYOUTS + 5, "{laid} entries are laid out");
    let mut top = whole.len() - 5;
    while top > 0 {
        let by = top.min(17);
        talk.chat.scroll(-(by as isize));
        talk.show(20, 5);
        top -= by;
        assert_eq!(talk.shown(), whole[top..top + 5]);
    }
}

#[test]
fn only_what_is_shown_is_laid_out() {
    let mut talk = Talk::new(20, 5);
    let turns: Vec<_> = (0..500).map(|turn| talk.turn(&format!("q {turn}"), "a")).collect();
    talk.chat.load(&turns, false);
    talk.show(20, 5);
    assert!(talk.chat.entries.iter().filter(|entry| entry.is_laid()).count() <= 5);
}
