//! Edits of `config.toml` as text in, text out.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::config::{Environment, Settings, Sources};

/// A text without the indentation of its first line.
fn unindent(text: &str) -> String {
    let text = text.strip_prefix('\n').unwrap_or(text);
    let indent = text.len() - text.trim_start_matches(' ').len();
    text.lines().map(|line| format!("{}\n", line.get(indent..).unwrap_or_default())).collect()
}

fn values(text: &str) -> Vec<(&str, toml::Value)> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pairs = lines.map(|line| line.split_once(" = ").unwrap());
    pairs.map(|(name, value)| (name, value.parse().unwrap())).collect()
}

/// Sets `name = value` lines in a file of the text `before`; says what is in it then.
fn edit(before: &str, set: &str) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, before).unwrap();
    let done = set_values(&path, &values(set));
    let after = fs::read_to_string(&path).unwrap();
    match done {
        Ok(()) => Ok(after),
        Err(error) => {
            assert_eq!(after, before, "a refused edit has changed the file");
            Err(error.to_string().replace(&real(&path).display().to_string(), "FILE"))
        }
    }
}

fn check(before: &str, set: &str, after: &str) {
    assert_eq!(edit(&unindent(before), set).unwrap(), unindent(after));
}

#[test]
fn a_value_changes_and_its_neighbours_and_comments_stay() {
    check(
        "
        # Mine.
        [roles.planner]   # thinks
        model = 'gpt-5'   # for now
        effort = \"low\"

        # Later.
        [budget]
        max_rounds = 10",
        "roles.planner.model = \"gpt-5.1\"
         budget.max_cost_usd = 2.5",
        "
        # Mine.
        [roles.planner]   # thinks
        model = \"gpt-5.1\"   # for now
        effort = \"low\"

        # Later.
        [budget]
        max_rounds = 10
        max_cost_usd = 2.5",
    );
}

#[test]
fn new_sections_follow_the_style_around_them() {
    let set = "providers.local.base_url = \"http://127.0.0.1:11434/v1\"\nroles.coder.provider = \"local\"";
    check(
        "
        [ui]
        color = true",
        set,
        "
        [ui]
        color = true

        [providers.local]
        base_url = \"http://127.0.0.1:11434/v1\"

        [roles.coder]
        provider = \"local\"",
    );
    check(
        "
        roles.coder = { model = \"qwen3\" }
        providers.local.kind = \"chat_completions\"",
        set,
        "
        roles.coder = { model = \"qwen3\" , provider = \"local\" }
        providers.local.kind = \"chat_completions\"
        providers.local.base_url = \"http://127.0.0.1:11434/v1\"",
    );
    check(
        "",
        "models.\"gpt-5.1\".context = 1000",
        "
        [models.\"gpt-5.1\"]
        context = 1000",
    );
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    for (before, set, sentence) in [
        ("color = \n", "ui.color = false", "FILE:1: not valid TOML"),
        ("ui = 3\n", "ui.color = false", "ui"),
        ("", "ui.colour = false", "there is no setting `ui.colour`"),
        ("", "ui..color = true", "there is no setting `ui..color`"),
        ("", "ui.color = 3", "ui.color"),
        ("[roles.planner]\nmodel = \"a\"\n", "roles.planner = \"b\"", "roles.planner"),
    ] {
        let refusal = edit(before, set).unwrap_err();
        assert!(refusal.contains(sentence), "{refusal}");
    }
}

#[cfg(unix)]
#[test]
fn a_new_file_is_private_and_an_old_one_keeps_its_mode_and_its_link() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    let new = folder.path().join("a/b/config.toml");
    set_values(&new, &values("ui.color = false")).unwrap();
    assert_eq!((mode(&new), mode(new.parent().unwrap())), (0o600, 0o700));
    fs::set_permissions(&new, fs::Permissions::from_mode(0o644)).unwrap();
    let link = folder.path().join("config.toml");
    symlink(&new, &link).unwrap();
    set_values(&link, &values("ui.color = true")).unwrap();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!((fs::read_to_string(&new).unwrap().as_str(), mode(&new)), ("[ui]\ncolor = true\n", 0o644));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a model is called, it comes back as it was set.
    #[test]
    fn what_was_set_is_in_force(model in r#"[^\p{C}\s][\PC"'\\]{0,20}"#, name in r#"[a-z."'=\[\]#]{1,12}"#) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let context = format!("models.{}.context", serde_json::to_string(&name).unwrap());
        set_values(&path, &[("roles.planner.model", model.as_str().into()), (&context, 1_000.into())]).unwrap();
        let environment = Environment::from_iter([("MIRA_HOME", folder.path())]);
        let sources = Sources { environment, config_file: Some(path), ..Sources::default() };
        let settings = Settings::load(&sources).unwrap();
        prop_assert_eq!(settings.roles.planner.model.trim(), model.trim());
        prop_assert_eq!(settings.models.get(&name).and_then(|model| model.context), Some(1_000));
    }
}
