//! A path as a model or a user spells it, checked and made relative. [`RelPath`] is the only form
//! in which such a path reaches a file; what the disk says (links, kinds) is `locate`'s business.

use std::{fmt, path::Path};

use super::protected;

/// Longest name and longest path, in bytes: what common file systems take.
const MAX_NAME: usize = 255;
const MAX_PATH: usize = 4096;

/// How temporary files begin. Such names belong to Mira: a later recovery sweeps them away.
pub(super) const TEMPORARY: &str = ".mira-tmp-";

/// A checked path below the project root, with `/` between its parts and no `.` or `..` in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// Checks a relative spelling; `./`, `a//b` and `a/./b` are straightened.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        straighten(text).map_err(|why| PathError::new(text, why))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, outermost first.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<Path> for RelPath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

/// A refused spelling.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the path {path:?} {why}")]
pub struct PathError {
    /// The path as it was given.
    pub path: String,
    /// What is wrong with it.
    pub why: PathRefusal,
}

impl PathError {
    pub(super) fn new(path: &str, why: PathRefusal) -> Self {
        let path = path.chars().take(200).collect();
        Self { path, why }
    }
}

/// Why a path is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathRefusal {
    /// Nothing, or only `.` and `/`.
    #[error("names no file; give a path relative to the project root")]
    Empty,
    /// Starts at the file system's root, and not inside the project.
    #[error("is absolute and lies outside the project; give a path relative to the project root")]
    Absolute,
    /// Has a `..` (or a Windows spelling of it).
    #[error("goes up with `..`; give a path relative to the project root")]
    Parent,
    /// Starts with `~`.
    #[error("starts in the home folder; give a path relative to the project root")]
    Home,
    /// Uses `\`.
    #[error("has a backslash; write it with `/` between the parts")]
    Backslash,
    /// Ends in `/` where a file is meant.
    #[error("ends with `/` and so names a folder; name a file")]
    Folder,
    /// Has a control character.
    #[error("has the control character U+{:04X}; leave it out", *.0 as u32)]
    Control(char),
    /// Has a character that cannot be seen or turns the text around.
    #[error("has the invisible character U+{:04X}; leave it out", *.0 as u32)]
    Invisible(char),
    /// More bytes than file systems take.
    #[error("is longer than file systems take (255 bytes a name, 4096 in all); use a shorter one")]
    TooLong,
    /// Git's own data.
    #[error("belongs to git's internals, which Mira neither reads nor writes; use git itself")]
    Git,
    /// Mira's own data.
    #[error("belongs to Mira's own state, which models neither read nor write")]
    State,
    /// Mira's temporary files.
    #[error("begins with `.mira-tmp-`, the mark of Mira's temporary files; use another name")]
    Temporary,
    /// A device on Windows.
    #[error("has a part that is a device on Windows (like `con` or `nul.txt`); use another name")]
    Device,
    /// Ends in a dot or a space, which Windows drops.
    #[error("has a part that ends with a dot or a space; use a name without it")]
    Trailing,
    /// A drive or an alternate stream on Windows.
    #[error("has a colon, which on Windows means a drive or a hidden stream; use another name")]
    Colon,
    /// Runs by itself, or gives rights to tools that do.
    #[error("is never written by Mira: {0}; change it yourself if you want it")]
    AutoRun(&'static str),
}

/// The spelling rules for reading.
fn straighten(text: &str) -> Result<RelPath, PathRefusal> {
    check_characters(text)?;
    if text.starts_with('/') {
        return Err(PathRefusal::Absolute);
    }
    let parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.is_empty() {
        return Err(PathRefusal::Empty);
    }
    if text.ends_with('/') || text.ends_with("/.") {
        return Err(PathRefusal::Folder);
    }
    if parts[0].starts_with('~') && (parts[0] == "~" || parts.len() > 1) {
        return Err(PathRefusal::Home);
    }
    parts.iter().try_for_each(|part| check_part(part))?;
    let path = parts.join("/");
    if path.len() > MAX_PATH {
        return Err(PathRefusal::TooLong);
    }
    Ok(RelPath(path))
}

fn check_characters(text: &str) -> Result<(), PathRefusal> {
    let mut before = 'a';
    for character in text.chars() {
        if character.is_control() {
            return Err(PathRefusal::Control(character));
        }
        if is_invisible(character, before) {
            return Err(PathRefusal::Invisible(character));
        }
        before = character;
    }
    if text.contains('\\') {
        return Err(PathRefusal::Backslash);
    }
    Ok(())
}

/// Bidi controls, zero-width and tag characters. The two joiners are part of emoji and of several
/// scripts, so they pass, but not after ASCII where they only disguise a name.
fn is_invisible(character: char, before: char) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => before.is_ascii(),
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{3164}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => true,
        '\u{17b4}'..='\u{17b5}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' => true,
        _ => false,
    }
}

/// Whether a character may stand in a path that is shown.
pub(super) fn is_drawable(character: char) -> bool {
    !character.is_control() && !is_invisible(character, 'é')
}

fn check_part(part: &str) -> Result<(), PathRefusal> {
    let even = protected::even(part);
    if even.trim_end_matches(['.', ' ']).is_empty() {
        let goes_up = even.starts_with("..");
        return Err(if goes_up { PathRefusal::Parent } else { PathRefusal::Trailing });
    }
    if part.len() > MAX_NAME {
        return Err(PathRefusal::TooLong);
    }
    if protected::is_git(part) {
        return Err(PathRefusal::Git);
    }
    if protected::fold(part).starts_with(TEMPORARY) {
        return Err(PathRefusal::Temporary);
    }
    Ok(())
}

/// The further rules for writing: names that every system can hold, and nothing that runs by itself.
pub(super) fn check_writable(path: &RelPath) -> Result<(), PathError> {
    path.parts()
        .try_for_each(check_portable)
        .and_then(|()| match protected::auto_run(path) {
            Some(reason) => Err(PathRefusal::AutoRun(reason)),
            None => Ok(()),
        })
        .map_err(|why| PathError::new(path.as_str(), why))
}

fn check_portable(part: &str) -> Result<(), PathRefusal> {
    if part.contains(':') {
        return Err(PathRefusal::Colon);
    }
    if part.ends_with(['.', ' ']) {
        return Err(PathRefusal::Trailing);
    }
    if protected::is_device(part) {
        return Err(PathRefusal::Device);
    }
    Ok(())
}
