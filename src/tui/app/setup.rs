//! The first minute without a key: three ways to a working setup, each of them to be skipped.

use super::{App, Effect, RoleModel, overlay::Overlay};
use crate::{
    protocol::{LocalServerView, ModelsView},
    tui::{
        ink::Tone,
        picker::{Item, Picker},
    },
};

/// A way to go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SetupChoice {
    /// Paste a key of this provider.
    Key(String),
    /// Use a server on this machine for planner and coder.
    Local { base_url: String, model: String },
    /// Let the planner's provider write the code too.
    PlannerCodes,
    /// See it work with a scripted model.
    Demo,
    /// Not now.
    Skip,
}

/// A key that is being typed. It is never shown.
#[derive(Debug, Default)]
pub(super) struct KeyEntry {
    pub(super) provider: String,
    pub(super) typed: String,
}

impl App {
    /// Offers ways to a working setup.
    pub(super) fn begin_setup(&mut self) -> Vec<Effect> {
        let Some(models) = &self.models else { return Vec::new() };
        self.overlay = Some(Overlay::Setup(for_planner(models, &[])));
        vec![Effect::LocalServers]
    }

    /// The models in force have changed: the next missing thing is offered, or the setup is done.
    pub(super) fn setup_goes_on(&mut self) -> Vec<Effect> {
        let was_setting_up =
            matches!(self.overlay, Some(Overlay::Setup(_) | Overlay::Key(_) | Overlay::Working(_)));
        let Some(models) = &self.models else { return Vec::new() };
        let (planner, coder) = (&models.planner, &models.coder);
        match (was_setting_up, &planner.problem, &coder.problem) {
            (true, None, Some(_)) => self.overlay = Some(Overlay::Setup(for_coder(models))),
            (true, None, None) => {
                self.overlay = None;
                let told = format!("ready: {} thinks, {} writes", planner.model, coder.model);
                self.say(told, Tone::Good);
            }
            (false, None, None) => {
                let told =
                    format!("from the next prompt on: {} thinks, {} writes", planner.model, coder.model);
                self.say(told, Tone::Good);
            }
            (_, Some(problem), _) | (_, _, Some(problem)) => {
                let problem = problem.clone();
                self.say(problem, Tone::Warning);
            }
        }
        Vec::new()
    }

    /// Servers on this machine were found, or none was.
    pub(super) fn local_servers(&mut self, servers: &[LocalServerView]) {
        if let (Some(Overlay::Setup(picker)), Some(models)) = (&mut self.overlay, &self.models)
            && models.planner.problem.is_some()
        {
            picker.set_items(planner_items(models, servers));
        }
    }

    pub(super) fn choose(&mut self, choice: SetupChoice) -> Vec<Effect> {
        match choice {
            SetupChoice::Key(provider) => {
                self.overlay = Some(Overlay::Key(KeyEntry { provider, typed: String::new() }));
                Vec::new()
            }
            SetupChoice::Local { base_url, model } => {
                self.overlay = Some(Overlay::Working("keeping that in your settings".to_owned()));
                vec![Effect::UseLocal { base_url, model }]
            }
            SetupChoice::PlannerCodes => {
                let Some(models) = &self.models else { return Vec::new() };
                let (provider, model) = (models.planner.provider.clone(), models.planner.model.clone());
                self.overlay = Some(Overlay::Working("taking that over".to_owned()));
                let model = RoleModel { role: "coder", provider, model };
                vec![Effect::UseModel { model, keep: true }]
            }
            SetupChoice::Demo => {
                self.overlay = None;
                vec![Effect::StartDemo]
            }
            SetupChoice::Skip => {
                self.overlay = None;
                self.say("history, files and artifacts work; for models: /setup", Tone::Muted);
                Vec::new()
            }
        }
    }

    /// A key was typed to its end.
    pub(super) fn key_entered(&mut self, entry: KeyEntry) -> Vec<Effect> {
        if entry.typed.trim().is_empty() {
            self.overlay = None;
            return Vec::new();
        }
        self.overlay = Some(Overlay::Working("storing the key".to_owned()));
        vec![Effect::StoreKey { provider: entry.provider, key: entry.typed }]
    }
}

fn for_planner(models: &ModelsView, servers: &[LocalServerView]) -> Picker<SetupChoice> {
    Picker::new("Mira needs a model", planner_items(models, servers))
}

fn planner_items(models: &ModelsView, servers: &[LocalServerView]) -> Vec<Item<SetupChoice>> {
    let planner = &models.planner;
    let mut items = vec![item(
        &format!("Paste a key for {}", planner.provider),
        &format!("{} thinks and talks", planner.model),
        SetupChoice::Key(planner.provider.clone()),
    )];
    for server in servers {
        for model in &server.models {
            let choice = SetupChoice::Local { base_url: server.base_url.clone(), model: model.clone() };
            items.push(item(&format!("Use {} on this machine", server.name), model, choice));
        }
    }
    items.push(item("See it work first", "a demo with a scripted model", SetupChoice::Demo));
    items.push(item("Not now", "look around without a model", SetupChoice::Skip));
    items
}

fn for_coder(models: &ModelsView) -> Picker<SetupChoice> {
    let (planner, coder) = (&models.planner, &models.coder);
    let items = vec![
        item(
            &format!("Paste a key for {}", coder.provider),
            &format!("{} writes the code", coder.model),
            SetupChoice::Key(coder.provider.clone()),
        ),
        item(
            &format!("Let {} write the code too", planner.model),
            "no second key, higher cost",
            SetupChoice::PlannerCodes,
        ),
        item("Not now", "questions work, code does not", SetupChoice::Skip),
    ];
    Picker::new("Who writes the code?", items)
}

fn item(label: &str, detail: &str, value: SetupChoice) -> Item<SetupChoice> {
    Item::new(label, value).detail(detail)
}
