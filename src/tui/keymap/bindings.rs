//! From settings to bindings: names are checked, and what the user gave a key to takes it away from
//! what has it by default.

use super::Keys;
use crate::{
    config::{ConfigError, KeySetting, Origin, similar},
    tui::action::{Action, Context},
};

/// Keys that do something in a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Binding {
    pub(super) context: Context,
    pub(super) keys: Keys,
    pub(super) action: Action,
}

/// A binding and who gave it.
struct Given<'a> {
    binding: Binding,
    origin: &'a Origin,
}

/// The bindings in force, in the order of the action table.
pub(super) fn bindings(settings: &[KeySetting]) -> Result<Vec<Binding>, ConfigError> {
    let mut given = Vec::new();
    for setting in settings {
        given.extend(read(setting)?);
    }
    let (default, own): (Vec<_>, Vec<_>) = given.into_iter().partition(|given| is_default(given.origin));
    check_distinct(&own)?;
    check_distinct(&default)?;
    let is_free = |given: &Given<'_>| !own.iter().any(|own| clash(own, given));
    let kept = default.iter().filter(|given| is_free(given));
    let mut bindings: Vec<Binding> = kept.chain(&own).map(|given| given.binding).collect();
    bindings.sort_by_key(|binding| (binding.context, binding.action));
    Ok(bindings)
}

fn is_default(origin: &Origin) -> bool {
    *origin == Origin::Default
}

fn clash(one: &Given<'_>, other: &Given<'_>) -> bool {
    let (one, other) = (one.binding, other.binding);
    one.context == other.context && one.action != other.action && one.keys.clash(other.keys)
}

fn check_distinct(given: &[Given<'_>]) -> Result<(), ConfigError> {
    for (at, one) in given.iter().enumerate() {
        let Some(other) = given[..at].iter().find(|other| clash(one, other)) else {
            continue;
        };
        let Binding { context, keys, action } = one.binding;
        let message = format!(
            "keys.{context}.{} cannot have `{keys}`: keys.{context}.{} has `{}` ({})",
            action.name(),
            other.binding.action.name(),
            other.binding.keys,
            other.origin
        );
        return Err(wrong(one.origin, message));
    }
    Ok(())
}

fn read(setting: &KeySetting) -> Result<Vec<Given<'_>>, ConfigError> {
    let origin = &setting.origin;
    let context = context(&setting.context).map_err(|message| wrong(origin, message))?;
    let action = action(&setting.action, context).map_err(|message| wrong(origin, message))?;
    let given = |chord: &String| {
        let keys = keys(chord, context)
            .map_err(|message| wrong(origin, format!("keys.{context}.{}: {message}", action.name())))?;
        Ok(Given { binding: Binding { context, keys, action }, origin })
    };
    setting.chords.iter().map(given).collect()
}

fn context(name: &str) -> Result<Context, String> {
    Context::ALL.into_iter().find(|context| context.name() == name).ok_or_else(|| {
        let names = Context::ALL.map(|context| context.name().to_owned());
        let help = match similar(name, names.iter().cloned()) {
            Some(near) => format!("did you mean `keys.{near}`?"),
            None => format!("there are {}", names.join(", ")),
        };
        format!("there are no keys for `{name}`; {help}")
    })
}

fn action(name: &str, context: Context) -> Result<Action, String> {
    match Action::by_name(name) {
        Some(action) if action.works_in(context) => Ok(action),
        Some(action) => {
            let places: Vec<&str> = action.contexts().iter().map(|context| context.name()).collect();
            Err(format!("`{name}` means nothing in keys.{context}; it does in {}", places.join(", ")))
        }
        None => {
            let there = Action::all().filter(|action| action.works_in(context));
            let near = similar(name, there.map(|action| action.name().to_owned()));
            let help = near.map(|near| format!("; did you mean `{near}`?"));
            Err(format!("keys.{context} has no action `{name}`{}", help.unwrap_or_default()))
        }
    }
}

/// A letter that did something could not be typed any more.
fn keys(text: &str, context: Context) -> Result<Keys, String> {
    let keys: Keys = text.parse()?;
    match context.takes_text() && keys.first.is_text() {
        true => Err(format!("`{}` is typed as text there; put ctrl- or alt- before it", keys.first)),
        false => Ok(keys),
    }
}

fn wrong(origin: &Origin, message: String) -> ConfigError {
    ConfigError::Wrong { origin: origin.clone(), message }
}
