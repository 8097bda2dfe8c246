//! Moving between panes, and beginning a conversation anew.

use super::super::{App, Effect};
use crate::tui::{areas::Pane, ink::Tone};

impl App {
    /// Gives the keys to a pane, and shows it on a narrow screen.
    pub(in crate::tui::app) fn focus_on(&mut self, pane: Pane) {
        self.pending_chord = None;
        self.focus = pane;
        if matches!(pane, Pane::Artifacts | Pane::Diff) {
            self.look_again();
        }
        if pane != Pane::Composer {
            self.front = pane;
            self.zoomed = self.zoomed.map(|_| pane);
        }
    }

    pub(in crate::tui::app) fn focused(&mut self, pane: Pane) -> Vec<Effect> {
        let is_side = matches!(pane, Pane::Operation | Pane::Artifacts | Pane::Diff);
        if is_side && self.operations.is_empty() && self.artifacts.is_empty() {
            return self.told("nothing is being done or proposed yet", Tone::Muted);
        }
        self.side_hidden &= !is_side;
        self.focus_on(pane);
        Vec::new()
    }

    /// Goes round the panes that are there.
    pub(super) fn cycle_pane(&mut self, by: isize) -> Vec<Effect> {
        let there = |pane: &Pane| self.has_side() || matches!(pane, Pane::Composer | Pane::Chat);
        let panes: Vec<Pane> = Pane::ALL.into_iter().filter(there).collect();
        let at = panes.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let next = (at as isize + by).rem_euclid(panes.len() as isize) as usize;
        self.focus_on(panes[next]);
        Vec::new()
    }

    pub(super) fn toggle_side(&mut self) -> Vec<Effect> {
        self.side_hidden = !self.side_hidden;
        self.zoomed = None;
        if self.side_hidden {
            self.focus_on(Pane::Composer);
            self.front = Pane::Chat;
        }
        Vec::new()
    }

    pub(super) fn toggle_zoom(&mut self) -> Vec<Effect> {
        self.zoomed = match self.zoomed {
            Some(_) => None,
            None => Some(self.focus).filter(|pane| *pane != Pane::Composer).or(Some(Pane::Chat)),
        };
        Vec::new()
    }

    /// Begins anew.
    pub(in crate::tui::app) fn forget_conversation(&mut self) {
        self.conversation = None;
        self.title.clear();
        self.oldest = None;
        self.loading_older = false;
        self.drafts.clear();
        self.chat.clear();
        self.operations.clear();
        self.artifacts.clear();
        self.diff.clear();
        self.hand_offs.clear();
        self.status.context = None;
        self.status.cost = Some(0.0);
        self.zoomed = None;
        self.front = Pane::Chat;
        self.focus_on(Pane::Composer);
    }
}
