//! The project's symbols by name: the index says in which files to look, the files as they are now where.

use std::{cmp::Reverse, sync::Arc};

use super::{At, at};
use crate::{
    engine::{EngineError, Shared},
    protocol::{LineRange, SymbolView},
    store::IndexedSymbols,
    workspace::{
        index::FORMAT,
        rank::is_test,
        symbols::{self, Symbol, SymbolKind},
    },
};

/// Definitions of one name whose text goes along.
pub(super) const SHOWN: usize = 3;
/// Files of the index that are looked at for one name.
const LOOKED_AT: u32 = 2_000;
/// Files that are read for one name.
const READ: usize = 20;

/// Where a name is defined, in a file as it is now.
pub(super) struct Definition {
    pub(super) path: String,
    pub(super) lines: LineRange,
    /// The whole file.
    pub(super) text: Arc<str>,
    pub(super) is_proposed: bool,
}

impl Definition {
    /// As one would mention it.
    pub(super) fn place(&self) -> String {
        let LineRange { start, len } = self.lines;
        format!("{}:{start}-{}", self.path, start + len - 1)
    }
}

/// How well a symbol goes by a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// By the end of its whole name: `total` for `Order.total`.
    End,
    /// By its whole name.
    Whole,
}

/// All that goes by this name best.
pub(super) async fn definitions(shared: &Shared, name: &str) -> Result<Vec<Definition>, EngineError> {
    let name = spelled(name);
    let mut defined = Vec::new();
    for path in paths(shared, &name).await?.into_iter().take(READ) {
        let Ok(at_path) = shared.workspace.path(&path) else { continue };
        let At::Text { text, is_proposed } = at(shared, &at_path).await else { continue };
        let text: Arc<str> = text.into();
        let (path, text, name) = (path.clone(), text, name.clone());
        let look = tokio::task::spawn_blocking(move || in_file(path, text, is_proposed, &name));
        defined.extend(look.await.map_err(|_| EngineError::Internal)?);
    }
    let best = defined.iter().map(|(likeness, _)| *likeness).max();
    defined.retain(|(likeness, _)| Some(*likeness) == best);
    Ok(defined.into_iter().map(|(_, definition)| definition).collect())
}

/// Files in which the index has such a symbol, those with the whole name first.
async fn paths(shared: &Shared, name: &str) -> Result<Vec<String>, EngineError> {
    let last = name.rsplit('.').next().unwrap_or(name);
    // The symbols are JSON: the end of a name stands before a quote there, with escapes.
    let quoted = serde_json::Value::from(last).to_string();
    let Some(end) = quoted.strip_prefix('"').filter(|_| !last.is_empty()) else { return Ok(Vec::new()) };
    let files = shared.store.indexed_symbols_like(shared.project.id, FORMAT, end, LOOKED_AT).await?;
    let name = name.to_owned();
    let look = tokio::task::spawn_blocking(move || {
        let best = |file: &IndexedSymbols| symbols_in(file).filter_map(|s| likeness(&s, &name)).max();
        let mut found: Vec<_> =
            files.into_iter().filter_map(|file| Some((best(&file)?, file.path))).collect();
        found.sort_by_key(|(likeness, path)| (Reverse(*likeness), is_test(path)));
        found.into_iter().map(|(_, path)| path).collect()
    });
    look.await.map_err(|_| EngineError::Internal)
}

fn in_file(path: String, text: Arc<str>, is_proposed: bool, name: &str) -> Vec<(Likeness, Definition)> {
    let symbols = symbols::symbols(&path, &text).into_iter();
    let definition = |symbol: Symbol| {
        let start = symbol.first_line as usize;
        let lines = LineRange { start, len: (symbol.last_line as usize).max(start) - start + 1 };
        Definition { path: path.clone(), lines, text: Arc::clone(&text), is_proposed }
    };
    symbols.filter_map(|symbol| Some((likeness(&symbol, name)?, definition(symbol)))).collect()
}

/// Languages spell what belongs to what in their own ways; the index has dots.
fn spelled(name: &str) -> String {
    name.strip_suffix("()").or(name.strip_suffix('(')).unwrap_or(name).replace("::", ".").replace('#', ".")
}

fn likeness(symbol: &Symbol, name: &str) -> Option<Likeness> {
    if !is_mentionable(symbol.kind) {
        return None;
    }
    let qualified = symbol.qualified();
    let before = qualified.strip_suffix(name)?;
    match before {
        "" => Some(Likeness::Whole),
        _ => before.ends_with('.').then_some(Likeness::End),
    }
}

/// Settings have so many values of everyday names that words like `@version` would mean them.
fn is_mentionable(kind: SymbolKind) -> bool {
    kind != SymbolKind::Key
}

fn symbols_in(file: &IndexedSymbols) -> impl Iterator<Item = Symbol> + use<> {
    let symbols: Vec<Symbol> = serde_json::from_str(&file.symbols).unwrap_or_default();
    symbols.into_iter().filter(|symbol| is_mentionable(symbol.kind))
}

/// The project's symbols by path, as the index has them.
pub(crate) async fn symbols(shared: &Shared, limit: usize) -> Result<Vec<SymbolView>, EngineError> {
    let most = u32::try_from(limit).unwrap_or(u32::MAX);
    // A brace stands in the symbols of each file that defines something.
    let files = shared.store.indexed_symbols_like(shared.project.id, FORMAT, "{", most).await?;
    let views = tokio::task::spawn_blocking(move || {
        let views = files.into_iter().flat_map(|file| {
            let symbols = symbols_in(&file);
            symbols.map(move |symbol| view(file.path.clone(), &symbol))
        });
        views.take(limit).collect()
    });
    views.await.map_err(|_| EngineError::Internal)
}

fn view(path: String, symbol: &Symbol) -> SymbolView {
    let Symbol { kind, first_line, last_line, .. } = symbol;
    SymbolView {
        name: symbol.qualified(),
        kind: kind.to_string(),
        path,
        first_line: *first_line,
        last_line: *last_line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: SymbolKind, qualified: &str, mention: &str, expected: Option<Likeness>) {
        let (parent, name) = qualified.rsplit_once('.').map_or((None, qualified), |(p, n)| (Some(p), n));
        let symbol = Symbol {
            name: name.to_owned(),
            kind,
            parent: parent.map(str::to_owned),
            signature: String::new(),
            doc: String::new(),
            first_line: 1,
            last_line: 1,
        };
        assert_eq!(likeness(&symbol, &spelled(mention)), expected, "{qualified} {mention}");
    }

    #[test]
    fn a_symbol_goes_by_its_whole_name_or_the_end_of_it() {
        use Likeness::{End, Whole};
        let function = SymbolKind::Function;
        check(function, "total", "total", Some(Whole));
        check(function, "Order.total", "total", Some(End));
        for whole in ["Order.total", "Order::total", "Order#total", "Order::total()", "Order.total("] {
            check(function, "Order.total", whole, Some(Whole));
        }
        check(function, "Shop.Order.total", "Order.total", Some(End));
        check(function, "subtotal", "total", None);
        check(function, "total", "Total", None);
        check(SymbolKind::Key, "version", "version", None);
    }
}
