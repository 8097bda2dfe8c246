//! Pure: the best symbols of the best files.

use super::{RankedSymbol, Ranking, query::Query};
use crate::workspace::{
    index::hash_of,
    symbols::{Symbol, SymbolKind},
};

/// How much the file counts for its symbols, against 1 for the words in the symbol itself.
const OF_FILE: f64 = 1.0;

/// A symbol whose name the task has.
const NAMED: f64 = 0.3;

impl Ranking {
    /// The symbols of each of the best files, ranked.
    pub(super) fn symbols(&self, of_best: Vec<Vec<Symbol>>) -> Vec<Vec<RankedSymbol>> {
        let files = &self.order[..of_best.len()];
        let most = files.iter().map(|file| self.found[*file].symbol).fold(f64::MIN_POSITIVE, f64::max);
        let best = files.first().map_or(1.0, |file| self.scores.total(*file)).max(f64::MIN_POSITIVE);
        let of_file = |(file, symbols): (&usize, Vec<Symbol>)| {
            let base = OF_FILE * self.scores.total(*file) / best;
            let score = |(number, symbol): (usize, Symbol)| {
                let words =
                    self.found[*file].symbols.get(&(number as u32)).copied().unwrap_or_default() / most;
                let score = base + words + bonus(&self.query, &symbol);
                RankedSymbol { symbol, score }
            };
            let mut ranked: Vec<RankedSymbol> = symbols.into_iter().enumerate().map(score).collect();
            ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
            ranked
        };
        files.iter().zip(of_best).map(of_file).collect()
    }
}

fn bonus(query: &Query, symbol: &Symbol) -> f64 {
    let is_named = query.names.contains(&hash_of(&symbol.name.to_lowercase()));
    let named = if is_named { NAMED } else { 0.0 };
    match symbol.kind {
        SymbolKind::Test if !query.is_about_tests => named - NAMED,
        _ => named,
    }
}
