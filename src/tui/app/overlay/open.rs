//! How overlays open, and what comes of them when they are accepted or left.

use super::{
    Conversations, Overlay, Themes, Then, TypedLine, Yes,
    mentions::{Offer, chosen},
};
use crate::{
    config::DelegationReview,
    protocol::{ArtifactId, ConversationId, ConversationView, ModelChoiceView, TimeMs},
    tui::{
        action::Action,
        app::{App, Effect, OnArtifact, RoleModel, Which},
        areas::Pane,
        composer::Edit,
        ink::Tone,
        picker::{Item, Picker},
    },
};

impl Overlay {
    /// Asks why something is turned down.
    pub(in crate::tui::app) fn reason(what: &str, artifact: ArtifactId, hunks: Option<Vec<u32>>) -> Self {
        let label = format!("reject {what}, because");
        Self::Line(TypedLine { label, text: String::new(), then: Then::Reject(artifact, hunks) })
    }
}

impl App {
    pub(in crate::tui::app) fn open_palette(&mut self) -> Vec<Effect> {
        let actions = Action::all().filter(|action| action.in_palette());
        let items = actions.map(|action| {
            let key = self.key_for(action);
            Item::new(action.about(), action).detail(key).search(action.name())
        });
        let picker = Picker::new("Commands", items.collect());
        self.open(Overlay::Palette(picker))
    }

    pub(in crate::tui::app) fn open_commands(&mut self) -> Vec<Effect> {
        let commands = Action::all().filter_map(|action| Some((action, action.slash()?)));
        let items = commands.map(|(action, slash)| Item::new(slash, action).detail(action.about()));
        self.open(Overlay::Commands(Picker::new("Commands", items.collect())))
    }

    pub(in crate::tui::app) fn open_files(&mut self) -> Vec<Effect> {
        self.overlay = Some(Overlay::Files(
            Picker::new("Files and symbols", Vec::new()).of_paths().when_empty("Looking for files …"),
        ));
        let mut effects = self.ask(Effect::ListFiles);
        effects.extend(self.ask(Effect::ListSymbols));
        effects
    }

    pub(in crate::tui::app) fn open_conversations(&mut self) -> Vec<Effect> {
        if self.operations.is_running() {
            return self.told("an operation is running here; Esc stops it", Tone::Warning);
        }
        let picker = Picker::new("Conversations", Vec::new()).when_empty("No conversation here yet.");
        let shown = Conversations { picker, asked: String::new(), previewed: None, preview: Vec::new() };
        self.overlay = Some(Overlay::Conversations(shown));
        self.ask(Effect::ListConversations(String::new()))
    }

    pub(in crate::tui::app) fn open_models(&mut self) -> Vec<Effect> {
        self.overlay = Some(Overlay::Models(Picker::new("Models", Vec::new())));
        self.ask(Effect::ModelChoices)
    }

    pub(in crate::tui::app) fn open_themes(&mut self) -> Vec<Effect> {
        let names = self.look.themes.names();
        let before = self.look.theme.name.clone();
        let at = names.iter().position(|name| *name == before).unwrap_or(0);
        let items = names.into_iter().map(|name| Item::new(name.clone(), name)).collect();
        let mut picker = Picker::new("Themes", items);
        picker.move_by(at.cast_signed());
        self.open(Overlay::Themes(Themes { picker, before }))
    }

    /// Which hand-offs wait for the user, from now on.
    pub(in crate::tui::app) fn open_reviews(&mut self) -> Vec<Effect> {
        let about = |review| match review {
            DelegationReview::Never => "the coder is asked at once",
            DelegationReview::Edits => "hand-offs that change a file that is there wait for you",
            DelegationReview::Always => "all hand-offs wait for you",
        };
        let items =
            DelegationReview::ALL.map(|review| Item::new(review.as_str(), review).detail(about(review)));
        self.open(Overlay::Reviews(Picker::new("Review hand-offs", items.into())))
    }

    pub(in crate::tui::app) fn open_history(&mut self) -> Vec<Effect> {
        let prompts = self.composer.old_prompts().iter().rev();
        let items = prompts.map(|prompt| Item::new(one_line(prompt), prompt.clone())).collect();
        self.open(Overlay::History(Picker::new("Old prompts", items)))
    }

    pub(in crate::tui::app) fn open_links(&mut self) -> Vec<Effect> {
        let links = self.chat.links();
        match links.as_slice() {
            [] => self.told("there is no link on the screen", Tone::Muted),
            [only] => vec![Effect::OpenLink(only.target.clone())],
            _ => {
                let items =
                    links.iter().map(|link| Item::new(&link.label, link.target.clone()).detail(&link.target));
                self.open(Overlay::Links(Picker::new("Links", items.collect())))
            }
        }
    }

    pub(in crate::tui::app) fn open_code_blocks(&mut self) -> Vec<Effect> {
        let blocks = self.chat.code_blocks();
        match blocks.as_slice() {
            [] => self.told("there is no code on the screen", Tone::Muted),
            [only] => {
                self.say("the code is copied", Tone::Good);
                vec![Effect::Copy(only.clone())]
            }
            _ => {
                let items = blocks.into_iter().rev().map(|code| Item::new(one_line(&code), code));
                self.open(Overlay::CodeBlocks(Picker::new("Copy code", items.collect())))
            }
        }
    }

    pub(in crate::tui::app) fn open_find(&mut self) -> Vec<Effect> {
        self.open(Overlay::Line(TypedLine {
            label: "find".to_owned(),
            text: String::new(),
            then: Then::Find,
        }))
    }

    pub(in crate::tui::app) fn open_export(&mut self) -> Vec<Effect> {
        if self.conversation.is_none() {
            return self.told("there is nothing to export yet", Tone::Muted);
        }
        let text = format!("{}.md", file_name(&self.title));
        self.open(Overlay::Line(TypedLine { label: "export to".to_owned(), text, then: Then::Export }))
    }

    pub(in crate::tui::app) fn export_to(&mut self, path: String) -> Vec<Effect> {
        match self.conversation {
            Some(conversation) => self.ask(Effect::Export { conversation, path }),
            None => self.told("there is nothing to export yet", Tone::Muted),
        }
    }

    pub(in crate::tui::app) fn use_theme(&mut self, name: &str) -> Vec<Effect> {
        match self.look.themes.load(name) {
            Ok(theme) => {
                self.look.theme = theme;
                self.ask(Effect::KeepTheme(name.to_owned()))
            }
            Err(error) => self.told(&error.to_string(), Tone::Error),
        }
    }

    /// What follows from another query or another selected item.
    pub(in crate::tui::app) fn overlay_changed(&mut self) -> Vec<Effect> {
        match &mut self.overlay {
            Some(Overlay::Conversations(shown)) => {
                let mut effects = Vec::new();
                if shown.asked != shown.picker.query() {
                    shown.asked = shown.picker.query().to_owned();
                    effects.push(Effect::ListConversations(shown.asked.clone()));
                }
                effects.extend(preview(shown));
                effects
            }
            Some(Overlay::Themes(themes)) => {
                if let Some(theme) =
                    themes.picker.selected().and_then(|name| self.look.themes.load(name).ok())
                {
                    self.look.theme = theme;
                }
                Vec::new()
            }
            Some(Overlay::Line(TypedLine { text, then: Then::Find, .. })) => {
                let text = text.clone();
                self.chat.look_for(&text);
                self.older_if_near()
            }
            _ => Vec::new(),
        }
    }

    /// The selected item, the typed line, yes.
    pub(super) fn accept(&mut self, overlay: Overlay) -> Vec<Effect> {
        match overlay {
            Overlay::Palette(mut picker) => match picker.choose() {
                Some(action) => self.act(*action),
                None => self.open(Overlay::Palette(picker)),
            },
            Overlay::Commands(picker) => self.accept_command(picker),
            Overlay::Files(picker) => self.accept_file(picker),
            Overlay::Conversations(mut shown) => match shown.picker.choose() {
                Some(id) => self.ask(Effect::Open(Which::This(*id))),
                None => Vec::new(),
            },
            Overlay::Models(mut picker) => match picker.choose() {
                Some(model) => self.ask(Effect::UseModel { model: model.clone(), keep: false }),
                None => Vec::new(),
            },
            Overlay::Themes(mut themes) => match themes.picker.choose() {
                Some(name) => self.use_theme(&name.clone()),
                None => Vec::new(),
            },
            Overlay::History(mut picker) => {
                if let Some(prompt) = picker.choose() {
                    self.composer.set_text(prompt);
                    self.focus_on(Pane::Composer);
                }
                Vec::new()
            }
            Overlay::Links(mut picker) => {
                picker.choose().map(|target| Effect::OpenLink(target.clone())).into_iter().collect()
            }
            Overlay::CodeBlocks(mut picker) => {
                self.say("the code is copied", Tone::Good);
                picker.choose().map(|code| Effect::Copy(code.clone())).into_iter().collect()
            }
            Overlay::Page(dialog) => match dialog.yes() {
                Some(Yes::Undo(change, kind)) => self.ask(Effect::Undo(change, kind)),
                Some(Yes::HandOver(id)) => self.send_hand_off(id),
                Some(Yes::Back(back)) => self.go_back(back),
                None => Vec::new(),
            },
            Overlay::Rewind(mut picker) => match picker.choose().copied() {
                Some(operation) => self.open(Overlay::rewind_what(operation)),
                None => Vec::new(),
            },
            Overlay::RewindWhat(mut picker) => match picker.choose().copied() {
                Some(point) => self.preview_rewind(point),
                None => Vec::new(),
            },
            Overlay::Reviews(mut picker) => {
                picker.choose().copied().map(Effect::KeepReview).into_iter().collect()
            }
            Overlay::Line(line) => self.accept_line(line),
            Overlay::Setup(mut picker) => match picker.choose().cloned() {
                Some(choice) => self.choose(choice),
                None => self.open(Overlay::Setup(picker)),
            },
            Overlay::Key(entry) => self.key_entered(entry),
            Overlay::Help { .. } => Vec::new(),
            Overlay::Working(_) => self.open(overlay),
        }
    }

    /// What was typed behind the sign stays in the composer, and the overlay goes.
    pub(super) fn cancel(&mut self, overlay: Overlay) -> Vec<Effect> {
        match overlay {
            Overlay::Commands(picker) => self.type_on(picker.query()),
            Overlay::Files(picker) if self.composer.trigger().is_some() => self.type_on(picker.query()),
            Overlay::Themes(themes) => {
                if let Ok(theme) = self.look.themes.load(&themes.before) {
                    self.look.theme = theme;
                }
            }
            Overlay::Line(TypedLine { then: Then::Find, .. }) => self.chat.stop_looking(),
            _ => {}
        }
        Vec::new()
    }

    fn type_on(&mut self, typed: &str) {
        for letter in typed.chars() {
            self.composer.edit(Edit::Char(letter));
        }
    }

    fn accept_command(&mut self, mut picker: Picker<Action>) -> Vec<Effect> {
        match picker.choose() {
            Some(action) => {
                self.composer.clear();
                self.act(*action)
            }
            None => {
                self.type_on(picker.query());
                Vec::new()
            }
        }
    }

    fn accept_file(&mut self, mut picker: Picker<Offer>) -> Vec<Effect> {
        let Some(offer) = picker.choose().cloned() else {
            self.type_on(picker.query());
            return Vec::new();
        };
        self.focus_on(Pane::Composer);
        if self.composer.trigger().is_none() {
            self.composer.edit(Edit::Char('@'));
        }
        if let Some(trigger) = self.composer.trigger() {
            self.composer.complete(&trigger, &chosen(&offer, picker.query()));
        }
        Vec::new()
    }

    /// A space behind what is said: what is completed has one.
    pub(super) fn end_mention(&mut self, overlay: Overlay) -> Vec<Effect> {
        let is_open = matches!(&overlay, Overlay::Files(picker) if picker.selected().is_none());
        let effects = self.accept(overlay);
        if is_open {
            self.composer.edit(Edit::Char(' '));
        }
        effects
    }

    fn accept_line(&mut self, line: TypedLine) -> Vec<Effect> {
        match line.then {
            Then::Find => self.focused(Pane::Chat),
            Then::Export if line.text.trim().is_empty() => Vec::new(),
            Then::Export => self.export_to(line.text.trim().to_owned()),
            Then::Decline(id) => self.decline_hand_off(id, &line.text),
            Then::Reject(artifact, hunks) => {
                let reason = Some(line.text.trim().to_owned()).filter(|reason| !reason.is_empty());
                self.ask(Effect::OnArtifact(artifact, OnArtifact::Reject { hunks, reason }))
            }
        }
    }
}

/// A look into the conversation that is selected now.
pub(super) fn preview(shown: &mut Conversations) -> Option<Effect> {
    let selected = shown.picker.selected().copied();
    if selected == shown.previewed {
        return None;
    }
    shown.previewed = selected;
    selected.map(Effect::PreviewConversation)
}

/// The engine has found them by the query; the list must not sort some of them out again.
pub(super) fn conversation_items(found: Vec<ConversationView>, query: &str) -> Vec<Item<ConversationId>> {
    let item = |view: ConversationView| {
        let detail = format!("{} messages · {}", view.messages, day(view.updated_at));
        Item::new(view.title, view.conversation_id).detail(detail).search(format!("{} {query}", view.preview))
    };
    found.into_iter().map(item).collect()
}

pub(super) fn model_items(choices: &[ModelChoiceView]) -> Vec<Item<RoleModel>> {
    let roles = ["planner", "coder"];
    let items = roles.into_iter().flat_map(|role| {
        choices.iter().map(move |choice| {
            let label = format!("{role:<8} {}", choice.model);
            let ModelChoiceView { provider, model } = choice.clone();
            Item::new(&label, RoleModel { role, provider, model }).detail(&choice.provider)
        })
    });
    items.collect()
}

/// The day of a time, as one writes it.
fn day(at: TimeMs) -> String {
    jiff::Timestamp::from_millisecond(at).map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ⏎ ")
}

/// A title as a file's name.
fn file_name(title: &str) -> String {
    let words = title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.take(8).collect::<Vec<_>>().join("-").to_lowercase();
    if name.is_empty() { "conversation".to_owned() } else { name }
}
