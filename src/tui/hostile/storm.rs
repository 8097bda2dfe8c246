//! Anything in any order: keys, pastes, the mouse, sizes down to nothing, and an engine that tells
//! what it likes of whatever it likes. The screen stands, and each of its frames is clean.

use crossterm::event::{Event as TerminalEvent, KeyEvent, KeyModifiers, MouseEvent};
use proptest::{collection::vec, prelude::*};

use super::{stage::Stage, wire::Wire};
use crate::{protocol::OperationId, tui::app::Input};

mod engine;
mod happening;

use happening::{Happening, happening};

/// The screen in the storm.
struct Storm {
    stage: Stage,
    wire: Wire,
    now: i64,
    operations: [OperationId; 3],
}

impl Storm {
    fn new() -> Self {
        let stage = Stage::new();
        let operations = [stage.operation, OperationId::new(&stage.ids), OperationId::new(&stage.ids)];
        Self { stage, wire: Wire::new(80, 24), now: 1_000, operations }
    }

    fn happens(&mut self, happening: Happening) {
        let input = match happening {
            Happening::Key(code, modifiers) => {
                Input::Terminal(TerminalEvent::Key(KeyEvent::new(code, modifiers)))
            }
            Happening::Paste(text) => Input::Terminal(TerminalEvent::Paste(text)),
            Happening::Mouse(kind, column, row) => {
                let modifiers = KeyModifiers::NONE;
                Input::Terminal(TerminalEvent::Mouse(MouseEvent { kind, column, row, modifiers }))
            }
            Happening::Focus(true) => Input::Terminal(TerminalEvent::FocusGained),
            Happening::Focus(false) => Input::Terminal(TerminalEvent::FocusLost),
            Happening::Resize(width, height) => {
                self.wire = Wire::new(width, height);
                Input::Terminal(TerminalEvent::Resize(width, height))
            }
            Happening::Time(passed) => {
                self.now += passed;
                self.stage.app.set_time(self.now);
                Input::Tick
            }
            Happening::Told(kind, operation, conversation, words) => {
                Input::Events(vec![self.event(kind, operation, conversation, words)])
            }
            Happening::Answered(kind, words) => self.answer(kind, &words),
        };
        for effect in self.stage.tell(input) {
            if let Some(answer) = self.answer_to(effect) {
                self.stage.tell(answer);
            }
        }
    }

    /// A frame, as the program draws it; and what follows one.
    fn draw(&mut self) -> Result<(), String> {
        self.wire.draw(&mut self.stage.app)?;
        for job in self.stage.app.wanted_colours() {
            self.stage.app.resend(&job);
        }
        self.stage.app.wakes_in();
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 400, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn whatever_happens_the_screen_stands_and_is_clean(happenings in vec(happening(), 1..50)) {
        let mut storm = Storm::new();
        for happening in happenings {
            let told = format!("{happening:?}");
            storm.happens(happening);
            if let Err(why) = storm.draw() {
                prop_assert!(false, "{why} after {told}");
            }
        }
    }
}
