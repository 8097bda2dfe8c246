//! The models and limits in force. An operation takes them along when it begins, so a change of
//! settings reaches the next one and never the one at work.

use std::sync::{Arc, PoisonError};

use crate::{
    config::{BudgetSettings, Settings},
    engine::{
        EngineError, ModelUse, Shared,
        prompt::{Calibration, ModelChoice},
    },
    llm::{Providers, Role, Usage},
    protocol::{ModelView, TimeMs},
};

/// What a model of unknown size is trusted with: the least that current models take.
const UNKNOWN_WINDOW: u64 = 32_768;

/// Settings and the services made from them.
pub(crate) struct Setup {
    pub(crate) settings: Settings,
    providers: Providers,
}

impl Shared {
    /// What is in force now.
    pub(crate) fn setup(&self) -> Arc<Setup> {
        Arc::clone(&self.setup.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other settings in force for the operations that begin from now on.
    pub(crate) fn set_up(&self, settings: Settings) {
        let new = Arc::new(Setup::new(settings));
        *self.setup.write().unwrap_or_else(PoisonError::into_inner) = new;
    }
}

impl Shared {
    /// How a model's provider counts tokens, as far as is known.
    pub(crate) fn calibration(&self, model: &str) -> Calibration {
        self.calibrations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(model)
            .copied()
            .unwrap_or_default()
    }

    /// Takes in that a request of `estimated` tokens was counted as `reported`.
    pub(crate) fn calibrate(&self, model: &str, estimated: u64, reported: u64) {
        let mut known = self.calibrations.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(model.to_owned()).or_default().learn(estimated, reported);
    }
}

impl Setup {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { providers: Providers::new(&settings), settings }
    }

    pub(crate) fn budget(&self) -> BudgetSettings {
        self.settings.budget
    }

    pub(crate) fn planner(&self) -> Result<ModelUse, EngineError> {
        self.model(Role::Planner)
    }

    pub(crate) fn coder(&self) -> Result<ModelUse, EngineError> {
        self.model(Role::Coder)
    }

    fn model(&self, role: Role) -> Result<ModelUse, EngineError> {
        let model = self.providers.role(role)?;
        Ok(ModelUse {
            provider: model.provider,
            context_window: model.info.context.unwrap_or(UNKNOWN_WINDOW),
            max_output: model.max_output_tokens.map(u64::from).or(model.info.max_output),
            takes_images: model.info.images,
            choice: ModelChoice {
                model: model.model,
                effort: model.effort,
                max_output_tokens: model.max_output_tokens,
            },
        })
    }

    /// The name of a role's model, for the record.
    pub(crate) fn model_name(&self, role: Role) -> &str {
        &self.settings.role(role).model
    }

    /// The window of the planner's model, as far as it is known.
    pub(crate) fn planner_window(&self) -> u64 {
        let info = self.providers.models().info(self.model_name(Role::Planner));
        info.context.unwrap_or(UNKNOWN_WINDOW)
    }

    /// What a call made `at` costs, where the model's price is known.
    pub(crate) fn price(&self, role: Role, usage: Usage, at: TimeMs) -> Option<f64> {
        self.providers.cost(role, &usage, at)
    }

    /// What front ends may know of a role's model.
    pub(crate) fn view(&self, role: Role) -> ModelView {
        let used = self.settings.role(role);
        let info = self.providers.models().info(&used.model);
        ModelView {
            provider: used.provider.clone(),
            model: used.model.clone(),
            effort: used.effort.clone(),
            context_window: info.context,
            max_output: used.max_output_tokens.map(u64::from).or(info.max_output),
            priced: self.price(role, Usage::default(), 0).is_some(),
            problem: self.providers.role(role).err().map(|error| error.to_string()),
        }
    }
}
