//! The queries that find symbols, each compiled when its language is first met and kept from then on:
//! compiling takes some milliseconds.

use std::sync::{LazyLock, OnceLock};

use tree_sitter::Query;

use super::{Language, table::TABLE};

static QUERIES: LazyLock<Vec<OnceLock<Option<Query>>>> =
    LazyLock::new(|| TABLE.iter().map(|_| OnceLock::new()).collect());

/// The query for the symbols of a language; `None` where none are read from its tree.
pub(in crate::workspace) fn symbol_query(language: &Language) -> Option<&'static Query> {
    let place = TABLE.iter().position(|known| known == language)?;
    QUERIES.get(place)?.get_or_init(|| compile(language)).as_ref()
}

/// That each query fits its grammar is held by a test.
fn compile(language: &Language) -> Option<Query> {
    let source = Some(language.symbols).filter(|source| !source.is_empty())?;
    Query::new(&(language.grammar)(), source).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_fits_its_grammar() {
        for language in TABLE {
            let error = Query::new(&(language.grammar)(), language.symbols).err();
            assert!(error.is_none(), "{}: {error:?}", language.name);
        }
    }
}
