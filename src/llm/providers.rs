//! From settings to what a role uses: a provider, a model's name, its figures and options.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Embedder, LlmError, LlmErrorKind, LlmProvider, ModelInfo, Models, Usage, client::Client, http::Http,
};
use crate::{
    config::{ProviderSettings, Role, RoleSettings, Roles, Settings},
    protocol::TimeMs,
};

/// What a role uses.
#[derive(Clone)]
pub struct RoleModel {
    /// Answers its calls.
    pub provider: Arc<dyn LlmProvider>,
    /// The provider's name in the settings.
    pub provider_name: String,
    /// The model's name on the wire.
    pub model: String,
    /// What is known of the model.
    pub info: ModelInfo,
    /// Reasoning effort to ask for.
    pub effort: Option<String>,
    /// Cap on the tokens of one answer.
    pub max_output_tokens: Option<u32>,
}

/// All configured services. Cheap to make: clients are built with their first request.
pub struct Providers {
    services: BTreeMap<String, Service>,
    roles: Roles,
    models: Models,
}

struct Service {
    http: Http,
    client: Arc<Client>,
}

impl Providers {
    /// The services of `settings`.
    pub fn new(settings: &Settings) -> Self {
        let service = |(name, provider): (&String, &ProviderSettings)| {
            let http = Http::new(name, provider, settings.network);
            let client = Arc::new(Client::new(http.clone(), provider));
            (name.clone(), Service { http, client })
        };
        Self {
            services: settings.providers.iter().map(service).collect(),
            roles: settings.roles.clone(),
            models: Models::new(settings.models.clone()),
        }
    }

    /// Windows and prices.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// What `role` uses.
    ///
    /// # Errors
    /// An unknown provider, an address that cannot be used, or a missing key.
    pub fn role(&self, role: Role) -> Result<RoleModel, LlmError> {
        let settings = self.roles.of(role);
        let service = self.service(role.as_str(), settings)?;
        Ok(RoleModel {
            provider: service.client.clone(),
            provider_name: settings.provider.clone(),
            info: self.models.info(&settings.model),
            model: settings.model.clone(),
            effort: settings.effort.clone(),
            max_output_tokens: settings.max_output_tokens,
        })
    }

    /// What a call of `role` cost in US dollars when it was made `at`; `None` without a known price.
    /// A server on this machine that has no price costs nothing.
    pub fn cost(&self, role: Role, usage: &Usage, at: TimeMs) -> Option<f64> {
        let settings = self.roles.of(role);
        let here = self.services.get(&settings.provider).is_some_and(|service| service.http.is_local());
        self.models.cost(usage, &settings.model, at).or(here.then_some(0.0))
    }

    /// What makes vectors.
    ///
    /// # Errors
    /// As [`Providers::role`].
    pub fn embedder(&self) -> Result<Embedder, LlmError> {
        let settings = &self.roles.embedder;
        let service = self.service("embedder", settings)?;
        Ok(Embedder::new(service.http.clone(), &settings.model, settings.dimensions))
    }

    fn service(&self, role: &str, settings: &RoleSettings) -> Result<&Service, LlmError> {
        let name = &settings.provider;
        let service = self.services.get(name).ok_or_else(|| {
            let message = format!(
                "The {role}'s provider {name:?} is not configured. Add a [providers.{name}] section."
            );
            LlmError::new(LlmErrorKind::Refused, message)
        })?;
        service.http.check()?;
        Ok(service)
    }
}
