//! Writes single settings into the user's `config.toml` as its owner would: comments, order and all
//! other values stay as they are.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, InlineTable, Item, Key, Table, TableLike, Value};

use super::{ConfigError, Origin, create_private_directory, file};

/// Sets values by their names (`roles.planner.model`) in the file at `path`, all or none. A file that
/// is absent is made, for its user only. What the program could not read at its next start is not
/// written.
///
/// # Errors
/// The file is not TOML or names settings that do not exist, a value cannot be what it shall be, or
/// the file cannot be written.
pub fn set_values(path: &Path, values: &[(&str, toml::Value)]) -> Result<(), ConfigError> {
    let path = real(path);
    let before = read(&path)?;
    check(&path, &before)?;
    let after = edited(&path, &before, values)?;
    check(&path, &after)?;
    write(&path, &after).map_err(|source| ConfigError::File { action: "write", path, source })
}

/// Where the file really is: a link that the user has put there stays one.
fn real(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn read(path: &Path) -> Result<String, ConfigError> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(ConfigError::File { action: "read", path: path.to_owned(), source }),
    }
}

/// Reads a text as the program does at its start.
fn check(path: &Path, text: &str) -> Result<(), ConfigError> {
    file::read_text(path, text, &mut file::defaults()?)
}

fn edited(path: &Path, text: &str, values: &[(&str, toml::Value)]) -> Result<String, ConfigError> {
    let syntax = |error: toml_edit::TomlError| ConfigError::Syntax {
        path: path.to_owned(),
        line: 1,
        message: error.message().replace('\n', ", "),
    };
    let origin = || Origin::File { path: path.to_owned(), line: 1 };
    let unknown = |name: &str| ConfigError::Unknown { origin: origin(), key: name.to_owned(), help: None };
    let mut document: DocumentMut = text.strip_prefix('\u{feff}').unwrap_or(text).parse().map_err(syntax)?;
    for (name, value) in values {
        let keys = Key::parse(name).map_err(|_| unknown(name))?;
        set(&mut document, &keys, value.to_string().parse().map_err(syntax)?);
    }
    Ok(document.to_string())
}

/// Sections on the way are made in the style of those around them. A value where a section should be
/// is left alone; reading the text afterwards refuses it.
fn set(document: &mut DocumentMut, name: &[Key], value: Value) {
    let Some((last, sections)) = name.split_last() else { return };
    let mut table: &mut dyn TableLike = document.as_table_mut();
    let mut inline = false;
    for section in sections {
        let new = if inline { Item::Value(InlineTable::new().into()) } else { header(table.is_dotted()) };
        let item = table.entry_format(section).or_insert(new);
        inline = item.is_inline_table();
        match item.as_table_like_mut() {
            Some(below) => table = below,
            None => return,
        }
    }
    put(table, last, value);
}

/// A section that shows only where it holds values.
fn header(dotted: bool) -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    table.set_dotted(dotted);
    Item::Table(table)
}

/// Puts a value in the place of the one before it, beside the same comment.
fn put(table: &mut dyn TableLike, key: &Key, mut value: Value) {
    match table.get_mut(key.get()) {
        Some(Item::Value(old)) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        _ => drop(table.insert(key.get(), Item::Value(value))),
    }
}

/// Replaces the file in one step. A new one is 0600 from its first moment.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    create_private_directory(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests;
