//! What lies above the screen and takes the keys: lists to pick from, pages to read, questions, a
//! line to type. There is at most one at a time.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{
    App, Effect, Found, Look, RoleModel, SetupChoice, UndoKind,
    rewinding::{Back, Point},
    setup::KeyEntry,
};
use crate::{
    config::DelegationReview,
    protocol::{ApprovalId, ArtifactId, ChangeId, ConversationId, OperationId},
    tui::{
        action::{Action, Context},
        dialog::Dialog,
        ink::{Ground, Ink, Tone},
        keymap::Resolved,
        picker::{Picker, SLICE, popup},
        text::{Line, width},
        theme::Theme,
    },
};

mod deciding;
mod mentions;
mod open;
mod pages;

use mentions::Offer;

/// Rows of a list's popup beside its items: the frame, the query and the line below it.
const AROUND_LIST: usize = 4;
/// No list is lower than this.
const SHORTEST_LIST: u16 = 8;

/// What lies above the screen.
pub(super) enum Overlay {
    /// Everything that can be done, by name.
    Palette(Picker<Action>),
    /// The same by its slash command; what is typed began with `/` in the composer.
    Commands(Picker<Action>),
    /// Files and symbols of the project for the prompt.
    Files(Picker<Offer>),
    Conversations(Conversations),
    /// A model for a role.
    Models(Picker<RoleModel>),
    Themes(Themes),
    /// Old prompts.
    History(Picker<String>),
    Links(Picker<String>),
    CodeBlocks(Picker<String>),
    Help {
        filter: String,
        scroll: usize,
    },
    /// Prompts to go back to.
    Rewind(Picker<OperationId>),
    /// What goes back.
    RewindWhat(Picker<Point>),
    /// Which hand-offs wait.
    Reviews(Picker<DelegationReview>),
    /// A page, perhaps with a question.
    Page(Dialog<Yes>),
    /// A line to type.
    Line(TypedLine),
    Setup(Picker<SetupChoice>),
    /// A key that is being typed, unseen.
    Key(KeyEntry),
    /// Something is being done for the setup.
    Working(String),
}

/// The list of conversations and a look into the selected one.
pub(super) struct Conversations {
    picker: Picker<ConversationId>,
    asked: String,
    previewed: Option<ConversationId>,
    preview: Vec<Line>,
}

/// The list of themes; the selected one is tried on at once.
pub(super) struct Themes {
    picker: Picker<String>,
    before: String,
}

/// What a question is about.
#[derive(Clone, Debug)]
pub(super) enum Yes {
    Undo(ChangeId, UndoKind),
    /// Send a hand-off.
    HandOver(ApprovalId),
    /// Take back more than one change.
    Back(Back),
}

/// A line at the lower edge.
pub(super) struct TypedLine {
    label: String,
    text: String,
    then: Then,
}

/// What happens with a typed line.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Then {
    /// Look for it, with each letter.
    Find,
    /// Export to this path.
    Export,
    /// Decline a hand-off, for this reason.
    Decline(ApprovalId),
    /// Turn these hunks of a proposal down for this reason; without hunks, all of it.
    Reject(ArtifactId, Option<Vec<u32>>),
}

impl Overlay {
    pub(super) fn help() -> Self {
        Self::Help { filter: String::new(), scroll: 0 }
    }

    /// Where keys are looked up.
    fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Page(_) => &[Context::Dialog],
            _ => &[Context::Picker, Context::Dialog],
        }
    }

    /// Moves what can be moved.
    pub(super) fn scroll(&mut self, by: isize) {
        match self {
            Self::Page(dialog) => dialog.scroll(by),
            Self::Help { scroll, .. } => *scroll = scroll.saturating_add_signed(by),
            other => {
                if let Some(list) = other.list() {
                    list.step(by.signum());
                }
            }
        }
    }

    fn page(&mut self, pages: isize) {
        match self {
            Self::Page(dialog) => dialog.scroll(pages * dialog.rows().max(2) as isize),
            Self::Help { scroll, .. } => *scroll = scroll.saturating_add_signed(pages * 20),
            other => {
                if let Some(list) = other.list() {
                    list.page(pages);
                }
            }
        }
    }

    fn go_to_end(&mut self, last: bool) {
        match self {
            Self::Page(dialog) => dialog.scroll(if last { isize::MAX } else { isize::MIN }),
            Self::Help { scroll, .. } => *scroll = if last { usize::MAX } else { 0 },
            other => {
                if let Some(list) = other.list() {
                    list.go_to_end(last);
                }
            }
        }
    }

    /// A click selects a row; tells whether there was one.
    pub(super) fn click(&mut self, column: u16, row: u16) -> bool {
        self.list().is_some_and(|list| list.click(column, row))
    }

    /// Whether a list is still being matched.
    pub(super) fn wants_time(&mut self) -> bool {
        self.list().is_some_and(|list| !list.is_complete())
    }

    /// Matches more of a long list; tells whether there is still more.
    pub(super) fn advance(&mut self) -> bool {
        self.list().is_some_and(|list| list.advance())
    }

    /// Text that was pasted goes where one types.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
        for letter in text.chars().filter(|letter| !letter.is_control()) {
            self.letter(letter);
        }
        Vec::new()
    }

    fn letter(&mut self, letter: char) {
        match self {
            Self::Key(entry) => entry.typed.push(letter),
            Self::Line(line) => line.text.push(letter),
            Self::Help { filter, scroll } => {
                filter.push(letter);
                *scroll = 0;
            }
            other => {
                if let Some(list) = other.list() {
                    list.letter(letter);
                }
            }
        }
    }

    /// Whether a space ends what is typed into it.
    fn is_said(&self) -> bool {
        matches!(self, Self::Files(picker) if mentions::is_said(picker))
    }

    fn erase(&mut self, what: Erase) {
        match self {
            Self::Key(entry) => erase(&mut entry.typed, what),
            Self::Line(line) => erase(&mut line.text, what),
            Self::Help { filter, .. } => erase(filter, what),
            other => {
                if let Some(list) = other.list() {
                    list.erase(what);
                }
            }
        }
    }

    /// The list in it, whatever it lists.
    fn list(&mut self) -> Option<&mut dyn List> {
        Some(match self {
            Self::Palette(picker) | Self::Commands(picker) => picker,
            Self::Files(picker) => picker,
            Self::History(picker) | Self::Links(picker) | Self::CodeBlocks(picker) => picker,
            Self::Conversations(conversations) => &mut conversations.picker,
            Self::Models(picker) => picker,
            Self::Themes(themes) => &mut themes.picker,
            Self::Setup(picker) => picker,
            Self::Rewind(picker) => picker,
            Self::RewindWhat(picker) => picker,
            Self::Reviews(picker) => picker,
            Self::Help { .. } | Self::Page(_) | Self::Line(_) | Self::Key(_) | Self::Working(_) => {
                return None;
            }
        })
    }

    /// Draws it and tells where the cursor stands.
    pub(super) fn draw(
        &mut self,
        screen: Rect,
        footer: Rect,
        buffer: &mut Buffer,
        look: &Look,
    ) -> Option<Position> {
        let theme = &look.theme;
        match self {
            Self::Page(dialog) => {
                dialog.draw(screen, buffer, theme);
                None
            }
            Self::Help { filter, scroll } => pages::draw_help(filter, scroll, screen, buffer, look),
            Self::Line(line) => Some(line.draw(footer, buffer, look)),
            Self::Key(entry) => Some(pages::draw_key(entry, screen, buffer, theme)),
            Self::Working(what) => {
                pages::draw_working(what, screen, buffer, theme);
                None
            }
            Self::Conversations(shown) => {
                Some(List::draw(&mut shown.picker, popup(screen, 90, 80), buffer, theme, &shown.preview))
            }
            other => {
                let list = other.list()?;
                Some(list.draw(list.place(screen), buffer, theme, &[]))
            }
        }
    }

    /// Takes what was looked up for it.
    pub(super) fn found(&mut self, found: Found) -> Vec<Effect> {
        match (self, found) {
            (Self::Files(picker), Found::Files(files)) => mentions::set_files(picker, files),
            (Self::Files(picker), Found::Symbols(symbols)) => mentions::set_symbols(picker, &symbols),
            (Self::Conversations(shown), Found::Conversations(query, found)) if shown.asked == query => {
                shown.picker.set_items(open::conversation_items(found, &query));
                return open::preview(shown).into_iter().collect();
            }
            (Self::Conversations(shown), Found::Preview(id, page)) if shown.previewed == Some(id) => {
                shown.preview = pages::preview(&page);
            }
            (Self::Models(picker), Found::ModelChoices(choices)) => {
                picker.set_items(open::model_items(&choices));
            }
            _ => {}
        }
        Vec::new()
    }
}

/// How much is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Erase {
    Letter,
    Word,
    All,
}

fn erase(text: &mut String, what: Erase) {
    match what {
        Erase::Letter => drop(text.pop()),
        Erase::All => text.clear(),
        Erase::Word => {
            let kept = text.trim_end().rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
            text.truncate(kept);
        }
    }
}

/// As much of the end of `text` as has room.
fn end_of(text: &str, room: usize) -> &str {
    let starts = text.char_indices().map(|(start, _)| start);
    let mut ends = starts.map(|start| &text[start..]);
    ends.find(|end| width(end) <= room).unwrap_or_default()
}

/// What every list can do, whatever its items stand for.
trait List {
    fn step(&mut self, by: isize);
    fn page(&mut self, pages: isize);
    fn go_to_end(&mut self, last: bool);
    fn letter(&mut self, letter: char);
    fn erase(&mut self, what: Erase);
    fn click(&mut self, column: u16, row: u16) -> bool;
    /// Matches on; whether there is more to match.
    fn advance(&mut self) -> bool;
    fn is_complete(&self) -> bool;
    /// Where it stands: a short list takes no more rows than it has, whatever the query leaves of it.
    fn place(&self, screen: Rect) -> Rect;
    fn draw(&mut self, area: Rect, buffer: &mut Buffer, theme: &Theme, preview: &[Line]) -> Position;
}

impl<T> List for Picker<T> {
    fn step(&mut self, by: isize) {
        self.move_by(by);
    }

    fn page(&mut self, pages: isize) {
        self.move_pages(pages);
    }

    fn go_to_end(&mut self, last: bool) {
        match last {
            true => self.last(),
            false => self.first(),
        }
    }

    fn letter(&mut self, letter: char) {
        self.type_char(letter);
    }

    fn erase(&mut self, what: Erase) {
        match what {
            Erase::Letter => self.backspace(),
            Erase::Word => self.delete_word(),
            Erase::All => self.clear(),
        }
    }

    fn click(&mut self, column: u16, row: u16) -> bool {
        Picker::click(self, column, row)
    }

    fn advance(&mut self) -> bool {
        self.update(SLICE)
    }

    fn is_complete(&self) -> bool {
        Picker::is_complete(self)
    }

    fn place(&self, screen: Rect) -> Rect {
        let area = popup(screen, 70, 60);
        let rows = u16::try_from(self.len() + AROUND_LIST).unwrap_or(u16::MAX);
        Rect { height: area.height.min(rows.max(SHORTEST_LIST)), ..area }
    }

    fn draw(&mut self, area: Rect, buffer: &mut Buffer, theme: &Theme, preview: &[Line]) -> Position {
        Picker::draw(self, area, buffer, theme, preview);
        self.cursor(area)
    }
}

impl TypedLine {
    /// The hand-off that it is about.
    fn hand_off(&self) -> Option<ApprovalId> {
        match self.then {
            Then::Decline(id) => Some(id),
            _ => None,
        }
    }

    /// What is said where nothing is typed yet.
    fn hint(&self) -> &'static str {
        match self.then {
            Then::Reject(..) | Then::Decline(_) if self.text.is_empty() => "Enter without a reason, Esc back",
            _ => "",
        }
    }

    fn draw(&self, footer: Rect, buffer: &mut Buffer, look: &Look) -> Position {
        let blank = " ".repeat(usize::from(footer.width));
        Line::of(&blank, Tone::Text).draw(footer, buffer, &look.theme, Ground::Popup);
        let label = Line::of(&format!(" {}: ", self.label), Ink::from(Tone::Accent).bold());
        let room = usize::from(footer.width).saturating_sub(label.width() + 1);
        let line = label.clone().and(end_of(&self.text, room), Tone::Text);
        label.and(self.hint(), Tone::Muted).fit(usize::from(footer.width)).draw(
            footer,
            buffer,
            &look.theme,
            Ground::Popup,
        );
        line.draw(footer, buffer, &look.theme, Ground::Popup);
        let column = u16::try_from(line.width()).unwrap_or(u16::MAX).min(footer.width.saturating_sub(1));
        Position { x: footer.x + column, y: footer.y }
    }
}

impl App {
    pub(super) fn open(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.pending_chord = None;
        self.overlay = Some(overlay);
        Vec::new()
    }

    pub(super) fn overlay_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        let Some(mut overlay) = self.overlay.take() else { return Vec::new() };
        let resolved = self.look.keymap.resolve(overlay.contexts(), &mut self.pending_chord, key);
        match resolved {
            Resolved::Action(action) => self.act_on(overlay, action),
            Resolved::Unbound(KeyEvent { code: KeyCode::Char(' '), .. }) if overlay.is_said() => {
                self.end_mention(overlay)
            }
            Resolved::Unbound(KeyEvent { code: KeyCode::Char(letter), modifiers, .. })
                if !modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
            {
                overlay.letter(letter);
                self.overlay = Some(overlay);
                self.overlay_changed()
            }
            // The overlay has the screen; only leaving the program works through it.
            Resolved::Unbound(key) => {
                self.overlay = Some(overlay);
                self.global_key(key)
            }
            Resolved::Pending | Resolved::Ignored => {
                self.overlay = Some(overlay);
                Vec::new()
            }
        }
    }

    /// A key that the overlay does not know, and the screen does.
    fn global_key(&mut self, key: KeyEvent) -> Vec<Effect> {
        match self.look.keymap.resolve(&[Context::Global], &mut self.pending_chord, key) {
            Resolved::Action(Action::ClearOrQuit | Action::Palette | Action::Stop) => {
                self.overlay.take().map(|overlay| self.cancel(overlay)).unwrap_or_default()
            }
            Resolved::Action(action @ (Action::Redraw | Action::Suspend | Action::Quit)) => self.act(action),
            _ => Vec::new(),
        }
    }

    /// Neither yes nor later: the hand-off is changed, or declined.
    fn decide_otherwise(&mut self, overlay: &Overlay, action: Action) -> Vec<Effect> {
        match (overlay.hand_off(), action) {
            (Some(id), Action::EditHandOff) => self.edit_hand_off(id),
            (Some(id), _) => {
                let (label, then) = ("decline, because".to_owned(), Then::Decline(id));
                self.open(Overlay::Line(TypedLine { label, text: String::new(), then }))
            }
            (None, _) => Vec::new(),
        }
    }

    fn act_on(&mut self, mut overlay: Overlay, action: Action) -> Vec<Effect> {
        match action {
            Action::Accept => return self.accept(overlay),
            Action::Cancel => return self.cancel(overlay),
            Action::EditHandOff | Action::DeclineHandOff if overlay.hand_off().is_some() => {
                return self.decide_otherwise(&overlay, action);
            }
            Action::SelectNext | Action::ScrollDown => overlay.scroll(1),
            Action::SelectPrevious | Action::ScrollUp => overlay.scroll(-1),
            Action::PageDown | Action::HalfPageDown => overlay.page(1),
            Action::PageUp | Action::HalfPageUp => overlay.page(-1),
            Action::Top => overlay.go_to_end(false),
            Action::Bottom => overlay.go_to_end(true),
            Action::DeleteBack => overlay.erase(Erase::Letter),
            Action::DeleteWordBack => overlay.erase(Erase::Word),
            Action::DeleteToLineStart => overlay.erase(Erase::All),
            _ => {}
        }
        self.overlay = Some(overlay);
        self.overlay_changed()
    }
}
