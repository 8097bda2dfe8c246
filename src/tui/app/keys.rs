//! Where a key goes: what lies above the screen first, then the pane one is in, then everywhere.

use crossterm::event::{Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::{App, Effect};
use crate::tui::{
    action::{Action, Context},
    areas::Pane,
    composer::{Edit, Kind},
    keymap::Resolved,
};

impl App {
    pub(super) fn terminal(&mut self, event: TerminalEvent) -> Vec<Effect> {
        match event {
            TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => self.key(key),
            TerminalEvent::Mouse(mouse) => self.mouse(mouse),
            TerminalEvent::Paste(text) => self.paste(&text),
            TerminalEvent::FocusGained => {
                self.terminal_focused = true;
                self.look_again();
                Vec::new()
            }
            TerminalEvent::FocusLost => {
                self.terminal_focused = false;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent) -> Vec<Effect> {
        if self.overlay.is_some() {
            return self.overlay_key(key);
        }
        let contexts = [self.context(), Context::Global];
        let resolved = self.look.keymap.resolve(&contexts, &mut self.pending_chord, key);
        if !matches!(resolved, Resolved::Action(Action::ClearOrQuit)) {
            self.leaving = false;
        }
        match resolved {
            Resolved::Action(action) => self.act(action),
            Resolved::Unbound(key) if self.focus == Pane::Composer => self.typed(key),
            Resolved::Unbound(_) | Resolved::Pending | Resolved::Ignored => Vec::new(),
        }
    }

    /// The context of the pane that has the keys.
    pub(super) fn context(&self) -> Context {
        match self.focus {
            Pane::Composer => Context::Composer,
            Pane::Chat => Context::Chat,
            Pane::Operation => Context::Operations,
            Pane::Artifacts => Context::Artifacts,
            Pane::Diff => Context::Diff,
        }
    }

    /// A letter that nothing is bound to.
    fn typed(&mut self, key: KeyEvent) -> Vec<Effect> {
        let KeyCode::Char(letter) = key.code else { return Vec::new() };
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SUPER) {
            return Vec::new();
        }
        self.composer.edit(Edit::Char(letter));
        match (letter, self.composer.trigger().map(|trigger| trigger.kind)) {
            ('/', Some(Kind::Command)) => self.open_commands(),
            ('@', Some(Kind::File)) => self.open_files(),
            _ => Vec::new(),
        }
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        if let Some(overlay) = &mut self.overlay {
            return overlay.paste(text);
        }
        self.focus_on(Pane::Composer);
        self.composer.paste(text);
        Vec::new()
    }
}
