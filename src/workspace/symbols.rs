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

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum SymbolKind {
    Function,
    Method,
    Class,
    Struct,
    Trait,
    Enum,
    Interface,
    Type,
    Constant,
    Module,
    Macro,
    Test,
    Heading,
    Key,
}

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
    const ALL: [Self; 14] = [
        Self::Function,
        Self::Method,
        Self::Class,
        Self::Struct,
        Self::Trait,
        Self::Enum,
        Self::Interface,
        Self::Type,
        Self::Constant,
        Self::Module,
        Self::Macro,
        Self::Test,
        Self::Heading,
        Self::Key,
    ];

    /// In lower case, as queries and JSON have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Class => "class",
            Self::Struct => "struct",
            Self::Trait => "trait",
            Self::Enum => "enum",
            Self::Interface => "interface",
            Self::Type => "type",
            Self::Constant => "constant",
            Self::Module => "module",
            Self::Macro => "macro",
            Self::Test => "test",
            Self::Heading => "heading",
            Self::Key => "key",
        }
    }

    fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

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
