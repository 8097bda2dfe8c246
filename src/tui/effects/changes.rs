//! What leaves the screen as a file: an exported conversation, and a prompt or a proposed file on its way
//! through the user's editor.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::{
    protocol::ArtifactId,
    tui::{app::Input, outside},
};

/// Writes an exported conversation; a file that is there already stays as it is.
pub(super) async fn export(path: String, text: String) -> Input {
    let target = expand(&path);
    let written = tokio::task::spawn_blocking(move || write_new(&target, &text)).await;
    match written {
        Ok(Ok(path)) => Input::Done(Some(format!("written to {}", path.display()))),
        Ok(Err((path, error))) if error.kind() == io::ErrorKind::AlreadyExists => Input::Failed(format!(
            "{} exists already and is left as it is; export to another name",
            path.display()
        )),
        Ok(Err((path, error))) => Input::Failed(format!("{} cannot be written: {error}", path.display())),
        Err(_) => Input::Failed("the file could not be written".to_owned()),
    }
}

fn expand(path: &str) -> PathBuf {
    match (path.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
        _ => PathBuf::from(path),
    }
}

fn write_new(path: &PathBuf, text: &str) -> Result<PathBuf, (PathBuf, io::Error)> {
    let at = |error| (path.clone(), error);
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(at)?;
    file.write_all(text.as_bytes()).map_err(at)?;
    Ok(path.clone())
}

/// The prompt as the user's editor left it. The terminal must be the editor's.
pub(super) fn edit_text(text: &str) -> Input {
    let editor = outside::editor();
    match edited(&editor, ("mira-prompt-", ".md"), text) {
        Ok(Some(edited)) => Input::Edited(edited.trim_end().to_owned()),
        Ok(None) => Input::Failed(format!("{editor} ended with an error; the prompt is as it was")),
        Err(error) => unusable(&editor, &error),
    }
}

/// A proposed file as the user's editor left it; the file's own ending tells the editor what it is.
pub(super) fn edit_artifact(artifact: ArtifactId, path: &str, content: &str) -> Input {
    let editor = outside::editor();
    let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
    let ending = ending.map(|ending| format!(".{ending}")).unwrap_or_default();
    match edited(&editor, ("mira-proposal-", &ending), content) {
        Ok(Some(edited)) => Input::ArtifactEdited(artifact, edited),
        Ok(None) => Input::Failed(format!("{editor} ended with an error; the proposal is as it was")),
        Err(error) => unusable(&editor, &error),
    }
}

fn unusable(editor: &str, error: &io::Error) -> Input {
    Input::Failed(format!("{editor} cannot be used: {error}; set VISUAL or EDITOR"))
}

fn edited(editor: &str, (prefix, suffix): (&str, &str), text: &str) -> io::Result<Option<String>> {
    let mut file = tempfile::Builder::new().prefix(prefix).suffix(suffix).tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let ended = outside::edit(editor, file.path())?;
    // Editors often replace the file rather than write into it: read it by its name.
    let edited = fs::read_to_string(file.path())?;
    Ok(ended.success().then_some(edited))
}
