//! Pure: the best symbols of the best files.

use super::{RankedSymbol, Snapshot, bm25::Found, query::Query, signs::Scores};
use crate::workspace::{
    index::hash_of,
    symbols::{Symbol, SymbolKind},
};

/// How much the file counts for its symbols, against 1 for the words in the symbol itself.
const OF_FILE: f64 = 1.0;

/// A symbol whose name the task has.
const NAMED: f64 = 0.3;

/// Symbols of each of these files, the best first.
pub(super) fn symbols(
    query: &Query,
    snapshot: &Snapshot,
    found: &[Found],
    scores: &Scores,
    files: &[usize],
) -> Vec<Vec<RankedSymbol>> {
    let most = files.iter().map(|file| found[*file].symbol).fold(f64::MIN_POSITIVE, f64::max);
    let best = files.first().map_or(1.0, |file| scores.total(*file)).max(f64::MIN_POSITIVE);
    let of_file = |file: &usize| {
        let base = OF_FILE * scores.total(*file) / best;
        let score = |(number, symbol): (usize, Symbol)| {
            let words = found[*file].symbols.get(&(number as u32)).copied().unwrap_or_default() / most;
            let score = base + words + bonus(query, &symbol);
            RankedSymbol { symbol, score }
        };
        let mut ranked: Vec<RankedSymbol> =
            snapshot.files[*file].symbols().into_iter().enumerate().map(score).collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        ranked
    };
    files.iter().map(of_file).collect()
}

fn bonus(query: &Query, symbol: &Symbol) -> f64 {
    let is_named = query.names.contains(&hash_of(&symbol.name.to_lowercase()));
    let named = if is_named { NAMED } else { 0.0 };
    match symbol.kind {
        SymbolKind::Test if !query.is_about_tests => named - NAMED,
        _ => named,
    }
}
