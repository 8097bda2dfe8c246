//! What leaves the screen as a file: an exported conversation, and a prompt or a proposed file on its way
//! through the user's editor.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use crate::tui::{
    app::{Edited, Input},
    outside,
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

/// A text as the user's editor left it. The terminal must be the editor's.
pub(super) fn edit_text(what: Edited, text: &str) -> Input {
    let editor = outside::editor();
    match edited(&editor, &what, text) {
        Ok(Some(edited)) => Input::Edited(what, edited),
        Ok(None) => Input::Failed(format!("{editor} ended with an error; the text is as it was")),
        Err(error) => Input::Failed(format!("{editor} cannot be used: {error}; set VISUAL or EDITOR")),
    }
}

/// How the file is called that the editor is given: by its ending the editor knows what it is.
fn named(what: &Edited) -> (&'static str, String) {
    match what {
        Edited::Prompt => ("mira-prompt-", ".md".to_owned()),
        Edited::HandOff(_) => ("mira-hand-off-", ".toml".to_owned()),
        Edited::Artifact(_, path) => {
            let ending = Path::new(path).extension().and_then(|ending| ending.to_str());
            ("mira-proposal-", ending.map(|ending| format!(".{ending}")).unwrap_or_default())
        }
    }
}

fn edited(editor: &str, what: &Edited, text: &str) -> io::Result<Option<String>> {
    let (prefix, suffix) = named(what);
    let mut file = tempfile::Builder::new().prefix(prefix).suffix(&suffix).tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    let ended = outside::edit(editor, file.path())?;
    // Editors often replace the file rather than write into it: read it by its name.
    let edited = fs::read_to_string(file.path())?;
    Ok(ended.success().then_some(edited))
}
