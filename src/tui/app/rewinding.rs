//! Back to an earlier point of the conversation: which prompt, what of it, what would change; and
//! forward again.

use super::{App, Effect, overlay::Overlay};
use crate::{
    protocol::{Body, Event, OperationId, RewindPreview, RewindWhat, TakeBack},
    tui::ink::Tone,
};

/// A point to go back to, and what goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) before: OperationId,
    pub(crate) what: RewindWhat,
}

/// What would be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Back {
    To(Point),
    Written(TakeBack),
}

impl App {
    /// Asks for the prompt, or takes the one under the cursor.
    pub(super) fn rewind(&mut self) -> Vec<Effect> {
        if self.operations.is_running() {
            return self.told("an operation is running here; Esc stops it", Tone::Warning);
        }
        match self.chat.selected_prompt().filter(|_| self.focus == super::Pane::Chat) {
            Some(operation) => self.open(Overlay::rewind_what(operation)),
            None if self.chat.prompts().is_empty() => self.told("nothing has been asked yet", Tone::Muted),
            None => self.open(Overlay::rewind(self.chat.prompts())),
        }
    }

    pub(super) fn unrewind(&mut self) -> Vec<Effect> {
        match self.conversation {
            Some(conversation) => self.ask(Effect::Unrewind(conversation)),
            None => self.told("nothing was set aside here", Tone::Muted),
        }
    }

    /// What the operation on the screen has written.
    pub(super) fn undo_operation(&mut self) -> Vec<Effect> {
        match self.operations.shown() {
            Some(operation) => self.preview_written(TakeBack::Operation(operation)),
            None => self.told("nothing has been done yet", Tone::Muted),
        }
    }

    pub(super) fn preview_written(&mut self, what: TakeBack) -> Vec<Effect> {
        self.ask(Effect::PreviewBack { conversation: None, back: Back::Written(what) })
    }

    pub(super) fn preview_rewind(&mut self, point: Point) -> Vec<Effect> {
        self.ask(Effect::PreviewBack { conversation: self.conversation, back: Back::To(point) })
    }

    /// Shows what would change, and asks.
    pub(super) fn ask_back(&mut self, preview: &RewindPreview, back: Back) {
        let is_nothing = preview.files.is_empty() && preview.turns == 0;
        match back {
            Back::Written(_) if is_nothing => self.say("nothing of it is on disk", Tone::Muted),
            Back::To(_) if is_nothing => self.say("nothing was written since then", Tone::Muted),
            _ => self.overlay = Some(Overlay::back(preview, back, self.screen)),
        }
    }

    pub(super) fn go_back(&mut self, back: Back) -> Vec<Effect> {
        match (back, self.conversation) {
            (Back::Written(what), _) => self.ask(Effect::TakeBack(what)),
            (Back::To(point), Some(conversation)) => self.ask(Effect::Rewind(conversation, point)),
            (Back::To(_), None) => Vec::new(),
        }
    }

    /// Turns went or came back: the conversation is read again. The words of the first that went stand
    /// ready to be put differently.
    pub(super) fn turns_moved(&mut self, event: &Event) -> Vec<Effect> {
        let told = match &event.body {
            Body::Rewound { operations } => {
                let first = operations.first().and_then(|operation| self.chat.prompt_of(*operation));
                self.prompt_again = first.filter(|_| self.composer.is_empty());
                format!("{} set aside; /unrewind brings them back", turns(operations.len()))
            }
            Body::Unrewound { operations } => format!("{} brought back", turns(operations.len())),
            _ => return Vec::new(),
        };
        self.say(told, Tone::Good);
        vec![Effect::Open(super::Which::This(event.conversation_id)), Effect::Git]
    }
}

fn turns(count: usize) -> String {
    match count {
        1 => "1 turn".to_owned(),
        count => format!("{count} turns"),
    }
}
