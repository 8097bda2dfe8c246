//! What a file defines: functions, types, constants, headings, keys, each with its place. Code is read
//! through its grammar and a query in `queries/`, documents and settings line by line.

mod code;
mod documents;
mod nesting;
mod words_around;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::languages::Language;
use crate::protocol::named;

/// More symbols of one file are not kept; such files are made by programs.
const MAX_SYMBOLS: usize = 4_000;

/// Something with a name in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Symbol {
    /// Its own name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// What it belongs to, outermost first, joined by dots: `Shop.Order`.
    pub parent: Option<String>,
    /// How it begins, on one line.
    pub signature: String,
    /// The first line of its documentation; empty when it has none.
    pub doc: String,
    /// Its first line, from 1.
    pub first_line: u32,
    /// Its last line.
    pub last_line: u32,
}

named!(
    /// What a symbol is, by the names that queries and JSON have.
    #[allow(missing_docs, reason = "the names say it")]
    SymbolKind {
        Function = "function",
        Method = "method",
        Class = "class",
        Struct = "struct",
        Trait = "trait",
        Enum = "enum",
        Interface = "interface",
        Type = "type",
        Constant = "constant",
        Module = "module",
        Macro = "macro",
        Test = "test",
        Heading = "heading",
        Key = "key",
    }
);

impl Symbol {
    /// The name with what it belongs to: `Order.total`.
    pub fn qualified(&self) -> String {
        match &self.parent {
            Some(parent) => format!("{parent}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

impl SymbolKind {
    /// Whether functions in it are its methods.
    fn is_type(self) -> bool {
        matches!(self, Self::Class | Self::Struct | Self::Trait | Self::Enum | Self::Interface)
    }

    /// Whether what is defined in it is out of sight elsewhere.
    fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::Method | Self::Test)
    }
}

/// The symbols of a file in the order of its text; none where nothing is known of its language.
pub fn symbols(path: &str, text: &str) -> Vec<Symbol> {
    let first_line = text.lines().next().unwrap_or_default();
    let language = Language::of_path(path, first_line);
    let mut symbols = match documents::Format::of_path(path) {
        Some(format) => format.symbols(text),
        None => language.map(|language| code::symbols(language, text)).unwrap_or_default(),
    };
    symbols.truncate(MAX_SYMBOLS);
    symbols
}

/// What a file is written in, by the name that code fences have for it.
pub fn language_name(path: &str, first_line: &str) -> Option<&'static str> {
    let document = documents::Format::of_path(path).map(documents::Format::name);
    Language::of_path(path, first_line).map(Language::name).or(document)
}
