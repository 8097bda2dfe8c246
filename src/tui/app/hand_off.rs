//! Hand-offs that wait: the page with the question, the user's change, the decision.

use super::{App, Edited, Effect, overlay::Overlay};
use crate::{
    protocol::{ApprovalId, Decision, Event},
    tui::ink::Tone,
};

impl App {
    /// Takes what concerns hand-offs. A page never opens by itself: it would take the keys of somebody
    /// who types.
    pub(super) fn hand_off_event(&mut self, event: &Event) -> Vec<Effect> {
        let asked = self.hand_offs.take(event).map(|delegation| delegation.summary());
        self.close_decided();
        let away = self.look.notify && !self.terminal_focused;
        let Some(text) = asked.filter(|_| away) else { return Vec::new() };
        let title = format!("mira · {}", self.status.project);
        vec![Effect::Notify { title, text: format!("{text} waits for your review") }]
    }

    /// Another face of the engine may have decided, or the operation is over.
    fn close_decided(&mut self) {
        let about = self.overlay.as_ref().and_then(Overlay::hand_off);
        if about.is_some_and(|id| !self.hand_offs.waits(id)) {
            self.overlay = None;
            self.say("that hand-off waits no longer", Tone::Muted);
        }
    }

    /// Opens the page of the one that has waited longest.
    pub(super) fn review_hand_off(&mut self) -> Vec<Effect> {
        match self.hand_offs.first() {
            Some(id) => self.show_hand_off(id),
            None => self.told("no hand-off waits for you", Tone::Muted),
        }
    }

    fn show_hand_off(&mut self, id: ApprovalId) -> Vec<Effect> {
        let overlay = Overlay::hand_off_page(&self.hand_offs, id, self.screen);
        self.open(overlay)
    }

    pub(super) fn send_hand_off(&mut self, id: ApprovalId) -> Vec<Effect> {
        let brief = self.hand_offs.changed(id).map(Box::new);
        self.decide(id, Decision::Allow { brief })
    }

    /// Who reviews one goes on with the next.
    fn decide(&mut self, id: ApprovalId, decision: Decision) -> Vec<Effect> {
        if let Some(next) = self.hand_offs.after(id) {
            self.show_hand_off(next);
        }
        self.ask(Effect::Decide(id, decision))
    }

    pub(super) fn decline_hand_off(&mut self, id: ApprovalId, reason: &str) -> Vec<Effect> {
        let reason = Some(reason.trim().to_owned()).filter(|reason| !reason.is_empty());
        self.decide(id, Decision::Deny { reason })
    }

    pub(super) fn edit_hand_off(&mut self, id: ApprovalId) -> Vec<Effect> {
        let text = self.hand_offs.text(id);
        text.map(|text| Effect::Editor(Edited::HandOff(id), text)).into_iter().collect()
    }

    /// The text as the user's editor left it: shown before anything is sent.
    pub(super) fn hand_off_edited(&mut self, id: ApprovalId, text: &str) -> Vec<Effect> {
        if !self.hand_offs.waits(id) {
            return self.told("that hand-off waits no longer", Tone::Muted);
        }
        if let Err(why) = self.hand_offs.edited(id, text) {
            self.say(why, Tone::Error);
        }
        self.show_hand_off(id)
    }
}
