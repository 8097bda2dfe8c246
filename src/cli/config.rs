//! `mira config`: the settings in force, and the file to change them.

use std::{
    fs, io,
    path::Path,
    process::{Command, ExitStatus},
};

use clap::{Args, Subcommand};
use serde_json::json;

use super::{Exit, GlobalArgs, fail, print};
use crate::config::{ConfigError, DEFAULT_TOML, KeyStore, Settings, Sources, create_private_directory};

/// Settings in force, each with where it came from
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    action: Option<ConfigAction>,
}

#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Print every setting in force with its origin
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
        /// Print the built-in defaults with their explanations instead
        #[arg(long, conflicts_with = "json")]
        default: bool,
    },
    /// Print where the user's settings file is
    Path,
    /// Open the user's settings file in $VISUAL or $EDITOR and check it afterwards
    Edit,
}

pub(super) fn run(args: &ConfigArgs, global: &GlobalArgs) -> Result<Exit, ConfigError> {
    match args.action {
        None => show(global, false),
        Some(ConfigAction::Show { default: true, .. }) => Ok(print(DEFAULT_TOML)),
        Some(ConfigAction::Show { json, .. }) => show(global, json),
        Some(ConfigAction::Path) => path(&global.sources()),
        Some(ConfigAction::Edit) => edit(&global.sources()),
    }
}

/// One line of the list: `name = value  # origin`.
struct Line {
    name: String,
    toml: String,
    json: serde_json::Value,
    origin: String,
}

fn show(global: &GlobalArgs, as_json: bool) -> Result<Exit, ConfigError> {
    let (settings, _logs) = global.start()?;
    let lines = lines(&settings)?;
    Ok(print(&if as_json { to_json(&lines) } else { to_text(&lines) }))
}

fn lines(settings: &Settings) -> Result<Vec<Line>, ConfigError> {
    let values = settings.values.iter().map(|setting| Line {
        name: setting.name.clone(),
        toml: setting.toml.clone(),
        json: setting.json.clone(),
        origin: setting.origin.to_string(),
    });
    let mut lines: Vec<Line> = values.collect();
    lines.extend(places(settings));
    lines.extend(keys(settings)?);
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(lines)
}

/// Files that the settings lead to; listed where no layer named them.
fn places(settings: &Settings) -> Option<Line> {
    let unset = settings.origin("home").is_none();
    let home = settings.home.display().to_string();
    unset.then(|| Line {
        name: "home".to_owned(),
        toml: format!("{home:?}"),
        json: home.into(),
        origin: "default".to_owned(),
    })
}

/// Keys by where they are, never by what they are.
fn keys(settings: &Settings) -> Result<Vec<Line>, ConfigError> {
    let store = KeyStore::open(settings)?;
    let mut lines = Vec::new();
    for name in settings.providers.keys() {
        let origin = store.origin(settings, name)?.map(|origin| origin.to_string());
        lines.push(secret(format!("providers.{name}.key"), origin));
    }
    let qdrant = settings.qdrant.key.is_some();
    let origin = qdrant.then(|| "environment QDRANT_API_KEY".to_owned());
    lines.push(secret("qdrant.key".to_owned(), origin));
    Ok(lines)
}

fn secret(name: String, origin: Option<String>) -> Line {
    let state = if origin.is_some() { "set" } else { "not set" };
    let origin = origin.unwrap_or_else(|| "nowhere".to_owned());
    Line { name, toml: format!("({state})"), json: json!(state), origin }
}

fn to_text(lines: &[Line]) -> String {
    let line = |line: &Line| format!("{} = {}  # {}\n", line.name, line.toml, line.origin);
    lines.iter().map(line).collect()
}

fn to_json(lines: &[Line]) -> String {
    let setting = |line: &Line| {
        let value = json!({ "value": line.json, "origin": line.origin });
        (line.name.clone(), value)
    };
    let all: serde_json::Map<_, _> = lines.iter().map(setting).collect();
    format!("{:#}\n", serde_json::Value::Object(all))
}

fn path(sources: &Sources) -> Result<Exit, ConfigError> {
    Ok(print(&format!("{}\n", sources.config_path()?.display())))
}

/// Does not load the settings first: the file may be what needs mending.
fn edit(sources: &Sources) -> Result<Exit, ConfigError> {
    let file = sources.config_path()?;
    begin(&file).map_err(|source| ConfigError::File { action: "write", path: file.clone(), source })?;
    let visual = sources.environment.get("VISUAL")?;
    let editor = visual.or(sources.environment.get("EDITOR")?).unwrap_or("vi");
    match open(editor, &file) {
        Ok(status) if status.success() => check(sources),
        Ok(status) => Ok(fail(Exit::Failed, &format!("{editor} ended with {status}"))),
        Err(error) => Ok(fail(
            Exit::Failed,
            &format!("cannot start {editor}: {error}; set VISUAL or EDITOR to your editor"),
        )),
    }
}

/// What a new file says.
const STARTER: &str = "\
# Mira's settings. `mira config show --default` explains every one; write here what you change.
#
# Any OpenAI-compatible server takes any role in three lines:
#
# providers.local.base_url = \"http://127.0.0.1:11434/v1\"
# roles.planner = { provider = \"local\", model = \"qwen3-coder\" }
# roles.coder = { provider = \"local\", model = \"qwen3-coder\" }
";

fn begin(file: &Path) -> io::Result<()> {
    if file.exists() {
        return Ok(());
    }
    if let Some(directory) = file.parent() {
        create_private_directory(directory)?;
    }
    fs::write(file, STARTER)
}

/// `editor` may bring arguments (`code --wait`).
fn open(editor: &str, file: &Path) -> io::Result<ExitStatus> {
    let mut words = editor.split_whitespace();
    Command::new(words.next().unwrap_or(editor)).args(words).arg(file).status()
}

fn check(sources: &Sources) -> Result<Exit, ConfigError> {
    Settings::load(sources).map(|_| Exit::Done)
}
