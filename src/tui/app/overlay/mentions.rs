//! The list behind `@`: files of the project and, once two letters are typed, its symbols.

use std::collections::HashMap;

use crate::{
    protocol::{
        SymbolView,
        mention::{self, split_lines},
    },
    tui::picker::{Item, Picker},
};

/// Letters that are typed before symbols are offered: with one, nearly all of them match.
const LETTERS: usize = 2;

/// Something that can be mentioned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui::app) enum Offer {
    /// A file, by its path.
    File(String),
    /// A symbol, by the word that mentions it.
    Symbol(String),
}

/// The files among what is offered, anew.
pub(super) fn set_files(picker: &mut Picker<Offer>, files: Vec<String>) {
    let item = |path: String| Item::new(path.clone(), Offer::File(path));
    picker.change_items(|mut others| {
        others.retain(|item| matches!(item.value, Offer::Symbol(_)));
        files.into_iter().map(item).chain(others).collect()
    });
}

/// The symbols among what is offered, anew.
pub(super) fn set_symbols(picker: &mut Picker<Offer>, symbols: &[SymbolView]) {
    let mut named: HashMap<&str, usize> = HashMap::new();
    symbols.iter().for_each(|symbol| *named.entry(&symbol.name).or_default() += 1);
    let item = |symbol: &SymbolView| {
        let SymbolView { name, kind, path, first_line, .. } = symbol;
        let is_unique = named.get(name.as_str()) == Some(&1);
        Item::new(name, Offer::Symbol(word(symbol, is_unique)))
            .detail(format!("{kind} · {path}:{first_line}"))
            .after(LETTERS)
    };
    picker.change_items(|mut others| {
        others.retain(|item| matches!(item.value, Offer::File(_)));
        others.into_iter().chain(symbols.iter().map(item)).collect()
    });
}

/// Its name where nothing else has it, else its place.
fn word(symbol: &SymbolView, is_unique: bool) -> String {
    match is_unique {
        true => mention::of(&symbol.name),
        false => {
            format!("{}:{}-{}", mention::of(&symbol.path), symbol.first_line, symbol.last_line)
        }
    }
}

/// Whether a space now ends the mention rather than begins another word to look for: it names something
/// whole, has its lines, or is like nothing that there is.
pub(super) fn is_said(picker: &Picker<Offer>) -> bool {
    let (name, lines) = split_lines(picker.query());
    let is_whole = match picker.selected() {
        Some(Offer::File(path)) => path == name,
        Some(Offer::Symbol(word)) => word.strip_prefix('@') == Some(name),
        None => picker.is_complete(),
    };
    !name.is_empty() && (is_whole || lines.is_some())
}

/// The word for what was chosen with this query; lines typed behind a file go along.
pub(super) fn chosen(offer: &Offer, query: &str) -> String {
    match offer {
        Offer::File(path) => mention::of(path) + &query[split_lines(query).0.len()..],
        Offer::Symbol(word) => word.clone(),
    }
}
