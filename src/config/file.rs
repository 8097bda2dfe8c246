//! TOML text into layers, with the line of every value.

use std::{fs, io, ops::Range, path::Path};

use toml::de::{DeTable, DeValue};

use super::{
    ConfigError, DEFAULT_TOML, Origin,
    layers::{Layers, dotted, unknown},
    schema,
};

/// The built-in layer.
pub(super) fn defaults() -> Result<Layers, ConfigError> {
    let mut layers = Layers::default();
    Document { text: DEFAULT_TOML, line_starts: Vec::new(), path: None }.read_into(&mut layers)?;
    Ok(layers)
}

/// Puts the user's file over `layers`. A file that was not `named` by the user may be absent.
pub(super) fn read(path: &Path, named: bool, layers: &mut Layers) -> Result<(), ConfigError> {
    match fs::read(path) {
        Ok(bytes) => read_text(path, &text(path, bytes)?, layers),
        Err(error) if error.kind() == io::ErrorKind::NotFound && !named => Ok(()),
        Err(source) => Err(ConfigError::File { action: "read", path: path.to_owned(), source }),
    }
}

/// Puts the text of the user's file over `layers`.
pub(super) fn read_text(path: &Path, text: &str, layers: &mut Layers) -> Result<(), ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Document { text, line_starts: line_starts(text), path: Some(path) }.read_into(layers)
}

fn text(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        ConfigError::Syntax {
            path: path.to_owned(),
            line: good.iter().filter(|byte| **byte == b'\n').count() + 1,
            message: "these bytes are not UTF-8 text".to_owned(),
        }
    })
}

fn line_starts(text: &str) -> Vec<usize> {
    text.match_indices('\n').map(|(at, _)| at + 1).collect()
}

/// A text and how its offsets become origins.
struct Document<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    /// `None` for the built-in defaults.
    path: Option<&'a Path>,
}

impl Document<'_> {
    fn read_into(&self, layers: &mut Layers) -> Result<(), ConfigError> {
        let table = DeTable::parse(self.text).map_err(|error| self.syntax(&error))?;
        self.read_table(&mut Vec::new(), table.get_ref(), layers)
    }

    fn read_table(
        &self,
        path: &mut Vec<String>,
        table: &DeTable<'_>,
        layers: &mut Layers,
    ) -> Result<(), ConfigError> {
        for (key, value) in table {
            path.push(key.get_ref().to_string());
            self.read_value(path, key.span(), value.get_ref(), layers)?;
            path.pop();
        }
        Ok(())
    }

    fn read_value(
        &self,
        path: &mut Vec<String>,
        span: Range<usize>,
        value: &DeValue<'_>,
        layers: &mut Layers,
    ) -> Result<(), ConfigError> {
        let origin = self.origin(span.start);
        match (schema::find(path), value) {
            (None, DeValue::Table(table)) if schema::is_section(path) => self.read_table(path, table, layers),
            (None, _) => Err(unknown(path, &origin)),
            (Some(known), value) => {
                let value = known
                    .kind
                    .read_toml(value)
                    .map_err(|message| ConfigError::wrong(&origin, format!("{} {message}", dotted(path))))?;
                layers.set(path.clone(), value, origin)
            }
        }
    }

    fn origin(&self, offset: usize) -> Origin {
        match self.path {
            Some(path) => Origin::File { path: path.to_owned(), line: self.line(offset) },
            None => Origin::Default,
        }
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset) + 1
    }

    fn syntax(&self, error: &toml::de::Error) -> ConfigError {
        ConfigError::Syntax {
            path: self.path.unwrap_or(Path::new("default.toml")).to_owned(),
            line: self.line(error.span().map_or(0, |span| span.start)),
            message: error.message().replace('\n', ", "),
        }
    }
}
