//! Symbols by name, and what the files of a folder define.

use std::{cmp::Reverse, time::Duration};

use super::{CodeError, Codebase, Missing};
use crate::{
    store,
    workspace::{
        Halt,
        index::FORMAT,
        rank::is_test,
        symbols::{Symbol, SymbolKind},
    },
};

/// Files that are looked through for names that are like another.
const MAX_LIKE: u32 = 2_000;

/// A symbol and the file that defines it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// From the project root.
    pub path: String,
    /// What is defined.
    pub symbol: Symbol,
}

/// What has a name, the likeliest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// The symbols of that name; where there are none, those whose names hold it.
    pub found: Vec<Definition>,
    /// Whether they have the very name.
    pub is_exact: bool,
    /// What may be missing.
    pub missing: Option<Missing>,
}

/// The symbols of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSymbols {
    /// From the project root.
    pub path: String,
    /// In the order of its text.
    pub symbols: Vec<Symbol>,
}

impl Codebase {
    /// The symbols called `name`, which may have its owner before it: `total`, `Order.total`,
    /// `shop::Order::total`. Looking at files stops after `patience`. Dropping the future ends it.
    ///
    /// # Errors
    /// The database, or the project's folder, cannot be used.
    pub async fn definitions(&self, name: &str, patience: Duration) -> Result<Definitions, CodeError> {
        let Some(wanted) = Wanted::parse(name) else { return Ok(Definitions::default()) };
        let (halt, _held) = Halt::while_held(patience);
        let (files, survey) = self.refresh(&halt).await?;
        let defining = files.iter().filter(|file| file.defines(wanted.name));
        let defining: Vec<String> = defining.map(|file| file.path.clone()).collect();
        let mut found = exact(&wanted, self.symbols_of(&defining).await?);
        let is_exact = !found.is_empty();
        if !is_exact {
            let like = self.store.indexed_symbols_like(self.project, FORMAT, wanted.name, MAX_LIKE).await?;
            found = similar(&wanted, like.into_iter().map(read).collect());
        }
        Ok(Definitions { found, is_exact, missing: Missing::of(&survey) })
    }

    /// The files below `folder` (all of them for an empty one) with what they define.
    ///
    /// # Errors
    /// The database, or the project's folder, cannot be used.
    pub async fn symbols_below(
        &self,
        folder: &str,
        patience: Duration,
    ) -> Result<(Vec<FileSymbols>, Option<Missing>), CodeError> {
        let (halt, _held) = Halt::while_held(patience);
        let (files, survey) = self.refresh(&halt).await?;
        let is_below = |path: &str| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let below = files.into_iter().map(|file| file.path).filter(|path| is_below(path));
        let below: Vec<String> = below.collect();
        Ok((self.symbols_of(&below).await?, Missing::of(&survey)))
    }

    /// What these files define, as the index has it.
    pub(super) async fn symbols_of(&self, paths: &[String]) -> Result<Vec<FileSymbols>, CodeError> {
        let symbols = self.store.indexed_symbols(self.project, FORMAT, paths).await?;
        Ok(symbols.into_iter().map(read).collect())
    }
}

fn read(stored: store::IndexedSymbols) -> FileSymbols {
    let store::IndexedSymbols { path, symbols } = stored;
    FileSymbols { path, symbols: serde_json::from_str(&symbols).unwrap_or_default() }
}

/// A name as it is looked for.
struct Wanted<'a> {
    name: &'a str,
    /// What stands before it, outermost first.
    owners: Vec<&'a str>,
}

impl<'a> Wanted<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let bare = text.trim().trim_matches('`').trim_end_matches(['(', ')', '!']);
        let mut parts: Vec<&str> = bare.split(['.', ':', '#', '/']).filter(|part| !part.is_empty()).collect();
        let name = parts.pop()?;
        Some(Self { name, owners: parts })
    }

    /// How many of the names before it fit: the parent's, else the file's or a folder's.
    fn owners_of(&self, Definition { path, symbol }: &Definition) -> usize {
        let parent = symbol.parent.as_deref().unwrap_or_default();
        let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
        let has = |owner: &&&str| {
            parent.split('.').chain(stem.split('/')).any(|part| part.eq_ignore_ascii_case(owner))
        };
        self.owners.iter().filter(has).count()
    }
}

/// Those of the very name, the likeliest first.
fn exact(wanted: &Wanted<'_>, files: Vec<FileSymbols>) -> Vec<Definition> {
    sorted(wanted, files, |symbol| symbol.name.eq_ignore_ascii_case(wanted.name))
}

/// Those that have the name in theirs, the likeliest first.
fn similar(wanted: &Wanted<'_>, files: Vec<FileSymbols>) -> Vec<Definition> {
    let part = wanted.name.to_lowercase();
    sorted(wanted, files, |symbol| symbol.name.to_lowercase().contains(&part))
}

fn sorted(
    wanted: &Wanted<'_>,
    files: Vec<FileSymbols>,
    is_wanted: impl Fn(&Symbol) -> bool,
) -> Vec<Definition> {
    let of_file = |FileSymbols { path, symbols }| {
        let symbols = symbols.into_iter().filter(&is_wanted);
        symbols.map(move |symbol| Definition { path: String::clone(&path), symbol }).collect::<Vec<_>>()
    };
    let mut found: Vec<Definition> = files.into_iter().flat_map(of_file).collect();
    found.sort_by_cached_key(|definition| likelihood(wanted, definition));
    // With the right owner there is no need for others of the name.
    let best = found.first().map_or(0, |first| wanted.owners_of(first));
    found.retain(|definition| wanted.owners_of(definition) == best);
    found
}

/// The least stands first: the owners fit, the case fits, it is code and no test, the name is short.
fn likelihood(wanted: &Wanted<'_>, definition: &Definition) -> impl Ord + use<> {
    let Definition { path, symbol } = definition;
    let is_other_case = symbol.name != wanted.name;
    let is_document = matches!(symbol.kind, SymbolKind::Heading | SymbolKind::Key);
    let is_of_tests = symbol.kind == SymbolKind::Test || is_test(path);
    let place = (path.clone(), symbol.first_line);
    (Reverse(wanted.owners_of(definition)), is_other_case, is_document, is_of_tests, symbol.name.len(), place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::symbols::symbols;

    fn check(name: &str, expected: &str) {
        let files = [
            ("shop/cart.py", "class Cart:\n    def total(self):\n        return 1\n\nTOTAL = 3\n"),
            ("shop/order.py", "class Order:\n    def total(self):\n        return 2\n"),
            ("shop/README.md", "# Total\n"),
            ("tests/test_cart.py", "def total():\n    pass\n"),
        ];
        let files =
            || files.map(|(path, text)| FileSymbols { path: path.into(), symbols: symbols(path, text) });
        let (found, is_exact) = match Wanted::parse(name) {
            Some(wanted) if exact(&wanted, files().into()).is_empty() => {
                (similar(&wanted, files().into()), false)
            }
            Some(wanted) => (exact(&wanted, files().into()), true),
            None => (Vec::new(), false),
        };
        let told =
            found.iter().map(|d| format!("{}:{} {}", d.path, d.symbol.first_line, d.symbol.qualified()));
        let told = told.collect::<Vec<_>>().join(", ");
        assert_eq!(format!("{}{told}", if is_exact { "" } else { "like: " }), expected, "{name}");
    }

    #[test]
    fn a_name_is_found_wherever_it_is_defined_code_first() {
        check(
            "total",
            "shop/cart.py:2 Cart.total, shop/order.py:2 Order.total, tests/test_cart.py:1 total, \
             shop/cart.py:5 TOTAL, shop/README.md:1 Total",
        );
        check("Cart", "shop/cart.py:1 Cart");
    }

    #[test]
    fn an_owner_before_the_name_tells_which() {
        check("Order.total", "shop/order.py:2 Order.total");
        check("shop::order::Order::total()", "shop/order.py:2 Order.total");
        check("test_cart.total", "tests/test_cart.py:1 total");
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is_like_it() {
        check(
            "ota",
            "like: shop/cart.py:2 Cart.total, shop/cart.py:5 TOTAL, shop/order.py:2 Order.total, \
             tests/test_cart.py:1 total, shop/README.md:1 Total",
        );
        check("nothing", "like: ");
        check("", "like: ");
        check("::", "like: ");
    }
}
