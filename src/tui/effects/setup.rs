//! Changes of settings from the screen: which models are used, keys, the theme. What is kept goes
//! into the user's own file; the engine takes it over for the operations that start from then on.

use crate::{
    config::{ConfigError, DelegationReview, KeyStore, Role, Settings, edit},
    engine::EngineHandle,
    tui::app::{Found, Input, RoleModel},
};

/// Uses another model for a role: for as long as the program runs, or from now on.
pub(super) async fn use_model(engine: &EngineHandle, chosen: RoleModel, keep: bool) -> Input {
    let mut settings = engine.settings();
    let role = match chosen.role {
        "coder" => &mut settings.roles.coder,
        _ => &mut settings.roles.planner,
    };
    role.provider.clone_from(&chosen.provider);
    role.model.clone_from(&chosen.model);
    let ready = blocking(move || {
        if keep {
            let name = |part: &str| format!("roles.{}.{part}", chosen.role);
            let (provider, model) = (name("provider"), name("model"));
            let values = [(provider.as_str(), chosen.provider.into()), (&model, chosen.model.into())];
            edit::set_values(&settings.config_file, &values)?;
        }
        // Another provider may want another key.
        settings.load_keys(&[Role::Planner, Role::Coder])?;
        Ok(settings)
    })
    .await;
    match ready {
        Ok(settings) => take_over(engine, settings),
        Err(why) => Input::Failed(why),
    }
}

/// Stores a key where `mira auth set` would.
pub(super) async fn store_key(engine: &EngineHandle, provider: String, key: String) -> Input {
    let settings = engine.settings();
    let stored = blocking(move || {
        KeyStore::open(&settings)?.set(&settings, &provider, &key, false)?;
        let mut settings = settings;
        if let Some(provider) = settings.providers.get_mut(&provider) {
            provider.key = None;
        }
        settings.load_keys(&[Role::Planner, Role::Coder])?;
        Ok(settings)
    })
    .await;
    match stored {
        Ok(settings) => take_over(engine, settings),
        Err(why) => Input::Failed(why),
    }
}

/// Uses a server on this machine for planner and coder, and keeps that in the user's file.
pub(super) async fn use_local(engine: &EngineHandle, base_url: String, model: String) -> Input {
    let settings = engine.settings();
    let kept = blocking(move || {
        edit::set_values(
            &settings.config_file,
            &[
                ("providers.local.kind", "chat_completions".into()),
                ("providers.local.base_url", base_url.as_str().into()),
                ("providers.local.needs_key", false.into()),
                ("roles.planner.provider", "local".into()),
                ("roles.planner.model", model.as_str().into()),
                ("roles.coder.provider", "local".into()),
                ("roles.coder.model", model.as_str().into()),
            ],
        )?;
        settings.reload()
    })
    .await;
    match kept {
        Ok(settings) => take_over(engine, settings),
        Err(why) => Input::Failed(why),
    }
}

/// Keeps a theme for the next start.
pub(super) async fn keep_theme(engine: &EngineHandle, name: String) -> Input {
    let path = engine.settings().config_file;
    match blocking(move || edit::set_values(&path, &[("ui.theme", name.as_str().into())])).await {
        Ok(()) => Input::Done(None),
        Err(why) => Input::Failed(why),
    }
}

/// Which hand-offs wait for the user, from the next operation on.
pub(super) async fn keep_review(engine: &EngineHandle, review: DelegationReview) -> Input {
    let mut settings = engine.settings();
    settings.delegation.review = review;
    let which = review.as_str();
    let path = settings.config_file.clone();
    match blocking(move || edit::set_values(&path, &[("delegation.review", which.into())])).await {
        Ok(()) => {
            engine.reconfigure(settings);
            Input::Done(Some(format!("hand-offs wait for you: {which}, from the next prompt on")))
        }
        Err(why) => Input::Failed(why),
    }
}

fn take_over(engine: &EngineHandle, settings: Settings) -> Input {
    engine.reconfigure(settings);
    Input::Found(Box::new(Found::Models(Box::new(engine.models()))))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ConfigError> + Send + 'static,
) -> Result<T, String> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("the settings could not be changed".to_owned()),
    }
}
