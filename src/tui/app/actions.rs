//! What actions do. One arm names each action of the table; what is longer than a line stands below.

mod panes;
mod proposals;
mod review;

use super::{App, Edited, Effect, EngineState, UndoKind, overlay::Overlay};
use crate::{
    protocol::{ClientContext, Mode},
    tui::{
        action::Action,
        areas::Pane,
        composer::{Edit, is_image},
        ink::Tone,
        review::Around,
    },
};

impl App {
    /// Does what an action says.
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        if let Some(edit) = edit_of(action).filter(|_| self.focus == Pane::Composer) {
            self.composer.edit(edit);
            return Vec::new();
        }
        match action {
            Action::Help => self.open(Overlay::help()),
            Action::Palette => self.open_palette(),
            Action::FilePicker => self.open_files(),
            Action::Stop => self.stop(),
            Action::ClearOrQuit => self.clear_or_quit(),
            Action::Quit => vec![Effect::Quit],
            Action::Suspend => vec![Effect::Suspend],
            Action::Redraw => vec![Effect::Redraw],
            Action::Setup => self.begin_setup(),

            Action::NewConversation => self.new_conversation(),
            Action::Resume => self.open_conversations(),
            Action::SwitchModel => self.open_models(),
            Action::SwitchTheme => self.open_themes(),
            Action::ShowCost => self.ask(Effect::Cost(self.conversation)),
            Action::ShowContext => self.show_context(),
            Action::Export => self.open_export(),

            Action::NextPane => self.cycle_pane(1),
            Action::PreviousPane => self.cycle_pane(-1),
            Action::FocusComposer => self.focused(Pane::Composer),
            Action::FocusChat => self.focused(Pane::Chat),
            Action::FocusOperations => self.focused(Pane::Operation),
            Action::FocusArtifacts => self.focused(Pane::Artifacts),
            Action::FocusDiff => self.focused(Pane::Diff),
            Action::ToggleSide => self.toggle_side(),
            Action::Zoom => self.toggle_zoom(),

            Action::Write => self.write_selected(),
            Action::WriteAll => self.write_all(),
            Action::ToggleHunk => self.toggle_hunk(),
            Action::Reject => self.reject_selected(),
            Action::RejectHunk => self.reject_hunk(),
            Action::EditArtifact => self.edit_artifact(),
            Action::RebaseArtifact => self.rebase_artifact(),
            Action::ExpandContext => self.change_context(Around::wider, "all of the file is shown already"),
            Action::ReduceContext => self.change_context(Around::narrower, "there is no less to show"),
            Action::SideBySide => self.side_by_side(),
            Action::Undo => self.undo(UndoKind::Undo),
            Action::Redo => self.undo(UndoKind::Redo),
            Action::UndoOperation => self.undo_operation(),
            Action::Rewind => self.rewind(),
            Action::Unrewind => self.unrewind(),
            Action::ReviewHandOff => self.review_hand_off(),
            Action::SwitchReview => self.open_reviews(),
            Action::Ask => {
                self.composer.set_text("/ask ");
                self.focused(Pane::Composer)
            }
            Action::Retry => self.retry(),

            Action::Submit => self.submit(),
            Action::Newline => quiet(self.composer.edit(Edit::Newline)),
            Action::HistoryPrevious => {
                quiet(self.composer.edit(Edit::Up) || self.composer.history_previous())
            }
            Action::HistoryNext => quiet(self.composer.edit(Edit::Down) || self.composer.history_next()),
            Action::HistorySearch => self.open_history(),
            Action::EditInEditor => vec![Effect::Editor(Edited::Prompt, self.composer.text())],

            other => self.act_in_pane(other),
        }
    }

    /// Actions that mean what the pane makes of them. From the composer they mean the conversation.
    fn act_in_pane(&mut self, action: Action) -> Vec<Effect> {
        match self.focus {
            Pane::Diff => self.act_in_diff(action),
            Pane::Artifacts => self.act_in_artifacts(action),
            Pane::Chat | Pane::Composer | Pane::Operation => self.act_in_chat(action),
        }
    }

    fn act_in_chat(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::ScrollUp => self.chat.scroll(-1),
            Action::ScrollDown => self.chat.scroll(1),
            Action::PageUp => self.chat.scroll_page(-0.9),
            Action::PageDown => self.chat.scroll_page(0.9),
            Action::HalfPageUp => self.chat.scroll_page(-0.5),
            Action::HalfPageDown => self.chat.scroll_page(0.5),
            Action::Top => self.chat.go_to_top(),
            Action::Bottom | Action::Follow => self.chat.follow(),
            Action::NextMessage => self.chat.jump(true),
            Action::PreviousMessage => self.chat.jump(false),
            Action::Search => return self.open_find(),
            Action::NextMatch => self.chat.find_next(true),
            Action::PreviousMatch => self.chat.find_next(false),
            Action::FoldAll => self.chat.fold_all(),
            Action::Fold => {
                let wanted = self.chat.toggle_fold();
                return wanted.into_iter().map(|(op, call)| Effect::ToolOutput(op, call)).collect();
            }
            Action::Copy | Action::CopySelection => return self.copy_from_chat(),
            Action::CopyCodeBlock => return self.open_code_blocks(),
            Action::OpenLink => return self.open_links(),
            _ => {}
        }
        self.older_if_near()
    }

    fn act_in_diff(&mut self, action: Action) -> Vec<Effect> {
        let page = isize::from(self.areas.diff.height as i16).max(2);
        match action {
            Action::ScrollUp => self.diff.scroll(-1),
            Action::ScrollDown => self.diff.scroll(1),
            Action::SelectNext => self.select_artifact(1),
            Action::SelectPrevious => self.select_artifact(-1),
            Action::PageUp => self.diff.scroll(2 - page),
            Action::PageDown => self.diff.scroll(page - 2),
            Action::HalfPageUp => self.diff.scroll(-page / 2),
            Action::HalfPageDown => self.diff.scroll(page / 2),
            Action::Top => self.diff.top(),
            Action::Bottom => self.diff.bottom(),
            Action::NextHunk => self.diff.next_hunk(),
            Action::PreviousHunk => self.diff.previous_hunk(),
            Action::Copy => return self.copy_artifact(),
            other => return self.act_in_chat(other),
        }
        Vec::new()
    }

    fn act_in_artifacts(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::SelectNext => self.select_artifact(1),
            Action::SelectPrevious => self.select_artifact(-1),
            Action::Top => self.select_artifact(isize::MIN / 2),
            Action::Bottom => self.select_artifact(isize::MAX / 2),
            Action::NextHunk => self.diff.next_hunk(),
            Action::PreviousHunk => self.diff.previous_hunk(),
            Action::PageUp | Action::PageDown | Action::HalfPageUp | Action::HalfPageDown => {
                return self.act_in_diff(action);
            }
            Action::Copy => return self.copy_artifact(),
            other => return self.act_in_chat(other),
        }
        Vec::new()
    }

    /// Says something in the footer for a few seconds.
    pub(super) fn say(&mut self, text: impl Into<String>, tone: Tone) {
        self.status.say(text, tone, self.now);
    }

    fn submit(&mut self) -> Vec<Effect> {
        if let EngineState::Failed(why) = &self.engine {
            let why = why.clone();
            self.say(why, Tone::Error);
            return Vec::new();
        }
        let text = self.composer.text();
        if text.trim().is_empty() {
            return self.submit_nothing();
        }
        if let Some(effects) = self.submit_command(&text) {
            return effects;
        }
        let prompt = self.composer.take();
        self.composer.remember(&prompt.text);
        let images = prompt.mentions.into_iter().filter(|path| is_image(path)).collect();
        self.send(prompt.text, ClientContext { images, ..ClientContext::default() })
    }

    /// Enter on an empty line looks at what waits, and goes on with the demo.
    fn submit_nothing(&mut self) -> Vec<Effect> {
        if self.hand_offs.len() > 0 {
            return self.review_hand_off();
        }
        if let Some(demo) = self.demo.as_mut().filter(|demo| demo.is_written()) {
            demo.next_scene();
            self.offer_demo_prompt();
        }
        Vec::new()
    }

    /// `/cost` and the like, with nothing else on the line. What is no command is a prompt.
    fn submit_command(&mut self, text: &str) -> Option<Vec<Effect>> {
        let command = text.trim().strip_prefix('/')?;
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let action = Action::by_slash(name)?;
        let rest = rest.trim();
        let effects = match action {
            Action::Export if !rest.is_empty() => self.export_to(rest.to_owned()),
            Action::Search if !rest.is_empty() => {
                self.chat.look_for(rest);
                self.focused(Pane::Chat)
            }
            Action::SwitchTheme if !rest.is_empty() => self.use_theme(rest),
            Action::Ask if !rest.is_empty() => {
                self.composer.remember(text);
                self.send(rest.to_owned(), ClientContext { mode: Mode::Ask, ..ClientContext::default() })
            }
            Action::Copy => self.copy_from_chat(),
            Action::Ask => return Some(self.told("put the question behind /ask", Tone::Muted)),
            action if rest.is_empty() => {
                self.composer.clear();
                return Some(self.act(action));
            }
            _ => return None,
        };
        self.composer.clear();
        Some(effects)
    }

    /// Sends a prompt; it is shown at once.
    pub(super) fn send(&mut self, text: String, context: ClientContext) -> Vec<Effect> {
        self.chat.say(&text);
        self.focus_on(Pane::Composer);
        if let Some(demo) = &mut self.demo {
            demo.next_scene();
            demo.asked();
        }
        self.ask(Effect::Prompt { conversation: self.conversation, text, context })
    }

    fn retry(&mut self) -> Vec<Effect> {
        match self.chat.last_prompt().map(str::to_owned) {
            Some(text) if !self.operations.is_running() => self.send(text, ClientContext::default()),
            Some(_) => self.told("it is still running; Esc stops it", Tone::Muted),
            None => self.told("there is nothing to ask again yet", Tone::Muted),
        }
    }

    pub(super) fn told(&mut self, text: &str, tone: Tone) -> Vec<Effect> {
        self.say(text, tone);
        Vec::new()
    }

    /// Leaves what one is in, step by step; with nothing to leave, stops the operation.
    fn stop(&mut self) -> Vec<Effect> {
        if self.focus == Pane::Composer && self.composer.escape() {
            return Vec::new();
        }
        if self.chat.unmark() {
            return Vec::new();
        }
        if self.chat.find().is_some() {
            self.chat.stop_looking();
            return Vec::new();
        }
        if self.zoomed.take().is_some() {
            return Vec::new();
        }
        match self.operations.running() {
            Some(operation) => {
                self.say("stopping", Tone::Muted);
                self.ask(Effect::Cancel(operation))
            }
            None => {
                self.chat.follow();
                self.focused(Pane::Composer)
            }
        }
    }

    fn clear_or_quit(&mut self) -> Vec<Effect> {
        if let Some(text) = self.chat.marked_text() {
            self.chat.unmark();
            self.say("copied", Tone::Good);
            return vec![Effect::Copy(text)];
        }
        let is_own = !self.is_demo_prompt();
        if !self.composer.is_empty() {
            self.composer.clear();
            if is_own {
                return Vec::new();
            }
        }
        if self.leaving {
            return vec![Effect::Quit];
        }
        self.leaving = true;
        self.told("once more to leave", Tone::Muted)
    }

    fn new_conversation(&mut self) -> Vec<Effect> {
        if self.operations.is_running() {
            return self.told("an operation is running here; Esc stops it", Tone::Warning);
        }
        self.forget_conversation();
        vec![Effect::Leave]
    }

    fn show_context(&mut self) -> Vec<Effect> {
        match self.conversation {
            Some(conversation) => self.ask(Effect::Context(conversation)),
            None => self.told("nothing has been asked yet", Tone::Muted),
        }
    }

    /// Older turns, when the reader comes near the first one that is loaded.
    pub(super) fn older_if_near(&mut self) -> Vec<Effect> {
        let (Some(conversation), Some(oldest)) = (self.conversation, self.oldest) else { return Vec::new() };
        if self.loading_older || !self.chat.nears_top() {
            return Vec::new();
        }
        self.loading_older = true;
        self.ask(Effect::Older(conversation, oldest))
    }

    fn copy_from_chat(&mut self) -> Vec<Effect> {
        let text = self
            .chat
            .marked_text()
            .or_else(|| self.chat.selected_text())
            .or_else(|| self.chat.last_answer().map(str::to_owned));
        match text {
            Some(text) => {
                self.say("copied", Tone::Good);
                vec![Effect::Copy(text)]
            }
            None => self.told("there is nothing to copy yet", Tone::Muted),
        }
    }
}

/// The edit of the composer that an action means.
fn edit_of(action: Action) -> Option<Edit> {
    Some(match action {
        Action::CharacterLeft => Edit::Left,
        Action::CharacterRight => Edit::Right,
        Action::WordLeft => Edit::WordLeft,
        Action::WordRight => Edit::WordRight,
        Action::LineStart => Edit::LineStart,
        Action::LineEnd => Edit::LineEnd,
        Action::TextStart => Edit::TextStart,
        Action::TextEnd => Edit::TextEnd,
        Action::DeleteBack => Edit::Backspace,
        Action::DeleteForward => Edit::Delete,
        Action::DeleteWordBack => Edit::DeleteWordBack,
        Action::DeleteWordForward => Edit::DeleteWordForward,
        Action::DeleteToLineStart => Edit::DeleteToLineStart,
        Action::DeleteToLineEnd => Edit::DeleteToLineEnd,
        Action::PasteDeleted => Edit::Yank,
        Action::UndoTyping => Edit::Undo,
        Action::RedoTyping => Edit::Redo,
        _ => return None,
    })
}

/// Something that the screen alone is changed by.
fn quiet(_: bool) -> Vec<Effect> {
    Vec::new()
}
