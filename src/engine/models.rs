//! The models as front ends see and change them.

use std::collections::BTreeSet;

use crate::{
    config::Settings,
    engine::EngineHandle,
    llm::{Role, known_models, probe_local},
    protocol::{LocalServerView, ModelChoiceView, ModelsView},
};

impl EngineHandle {
    /// What each role uses, and whether it is ready.
    pub fn models(&self) -> ModelsView {
        let setup = self.shared.setup();
        ModelsView {
            planner: setup.view(Role::Planner),
            coder: setup.view(Role::Coder),
            analyst: setup.view(Role::Analyst),
            embedder: setup.view(Role::Embedder),
        }
    }

    /// The models that planner or coder could use: those of the built-in table and the configured ones.
    pub fn model_choices(&self) -> Vec<ModelChoiceView> {
        let setup = self.shared.setup();
        let known = known_models().map(|(provider, model)| (provider.to_owned(), model.to_owned()));
        let used = [Role::Planner, Role::Coder, Role::Analyst].map(|role| setup.settings.role(role));
        let used = used.map(|used| (used.provider.clone(), used.model.clone()));
        let all: BTreeSet<(String, String)> = known.chain(used).collect();
        all.into_iter().map(|(provider, model)| ModelChoiceView { provider, model }).collect()
    }

    /// The settings in force.
    pub fn settings(&self) -> Settings {
        self.shared.setup().settings.clone()
    }

    /// Puts other settings in force for the operations that begin from now on; those at work keep
    /// what they began with. Where state is kept (home, database, project) does not change.
    pub fn reconfigure(&self, settings: Settings) {
        self.shared.set_up(settings);
    }

    /// The model servers that answer on this machine; asks for a third of a second.
    pub async fn local_servers(&self) -> Vec<LocalServerView> {
        let servers = probe_local().await.into_iter();
        servers
            .map(|server| LocalServerView {
                name: server.name,
                base_url: server.base_url,
                models: server.models,
            })
            .collect()
    }
}
