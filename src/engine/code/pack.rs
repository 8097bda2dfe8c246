//! Pure: fills a budget with what ranks best, in two layers: outlines of many files first (they hold nearly
//! all that matters), then the text of the best symbols of the first few. Never whole files.

use super::{Excerpt, Relevant, RelevantFile};
use crate::{
    engine::prompt::estimate_tokens,
    workspace::{
        rank::{RankedFile, RankedSymbol},
        symbols::{Symbol, SymbolKind},
    },
};

/// Files that are named.
const NAMED: usize = 20;
/// Files of which symbols are shown.
const OUTLINED: usize = 12;
/// Symbols of one outline at most.
const SYMBOLS: usize = 20;
/// Files of which text is shown.
const QUOTED: usize = 5;
/// Lines of one piece of text; what is longer is for who asks for it.
const MAX_LINES: u32 = 80;
/// Tokens that outlines may take before text gets its share.
const OUTLINE_TOKENS: u64 = 1_200;

/// The best of `ranked` within `budget` tokens; `lines_of` reads a file.
pub(super) fn pack(ranked: Vec<RankedFile>, budget: u64, lines_of: impl Fn(&str) -> Vec<String>) -> Relevant {
    let mut left = OUTLINE_TOKENS.max(budget * 2 / 5).min(budget);
    let kept_for_text = budget - left;
    let mut files = outlines(ranked, &mut left);
    quote(&mut files, left + kept_for_text, lines_of);
    let tokens = files.iter().map(|file| file.tokens).sum();
    Relevant { files, tokens, ..Relevant::default() }
}

/// Names of files as long as they fit; then symbols: the best one of each file, so that the last of
/// many still has one, and after them the best of all.
fn outlines(ranked: Vec<RankedFile>, left: &mut u64) -> Vec<RelevantFile> {
    let mut files = Vec::new();
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for file in ranked.into_iter().take(NAMED) {
        let tokens = estimate_tokens(&file.path) + 1;
        if !pay(tokens, left) {
            break;
        }
        let at = files.len();
        let RankedFile { path, score, signs, symbols } = file;
        files.push(RelevantFile { path, score, signs, symbols: Vec::new(), excerpts: Vec::new(), tokens });
        let mut symbols = symbols.into_iter().take(SYMBOLS).map(|symbol| (at, symbol));
        if at < OUTLINED {
            first.extend(symbols.next());
            others.extend(symbols);
        }
    }
    others.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    for (at, symbol) in first.into_iter().chain(others) {
        outline(&mut files[at], symbol, left);
    }
    files
}

fn outline(file: &mut RelevantFile, symbol: RankedSymbol, left: &mut u64) {
    let tokens = estimate_tokens(&line(&symbol.symbol)) + 1;
    if pay(tokens, left) {
        file.tokens += tokens;
        file.symbols.push(symbol);
    }
}

/// A symbol as a line of an outline.
pub(crate) fn line(symbol: &Symbol) -> String {
    let owner = symbol.parent.as_deref().map(|parent| format!("{parent}: ")).unwrap_or_default();
    format!("  {} {owner}{}", symbol.first_line, symbol.signature)
}

/// Takes tokens from what is left, if there are enough.
fn pay(tokens: u64, left: &mut u64) -> bool {
    let rest = left.checked_sub(tokens);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

/// The text of the best symbols that fits.
fn quote(files: &mut [RelevantFile], mut left: u64, lines_of: impl Fn(&str) -> Vec<String>) {
    let mut wanted: Vec<(usize, f64, u32, u32)> = Vec::new();
    for (at, file) in files.iter().enumerate().take(QUOTED) {
        let short = file.symbols.iter().filter(|s| is_worth_text(&s.symbol));
        wanted.extend(short.map(|s| (at, s.score, s.symbol.first_line, s.symbol.last_line)));
    }
    wanted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let texts: Vec<Vec<String>> = files.iter().take(QUOTED).map(|file| lines_of(&file.path)).collect();
    for (at, _, first, last) in wanted {
        let file = &mut files[at];
        let is_shown = file.excerpts.iter().any(|shown| first <= shown.last_line && shown.first_line <= last);
        let Some(excerpt) = excerpt(&texts[at], first, last).filter(|_| !is_shown) else { continue };
        // The place and the fence around it.
        let tokens = estimate_tokens(&file.path) + estimate_tokens(&excerpt.text) + 6;
        if pay(tokens, &mut left) {
            file.tokens += tokens;
            file.excerpts.push(excerpt);
        }
    }
    files.iter_mut().for_each(|file| file.excerpts.sort_by_key(|excerpt| excerpt.first_line));
}

/// Settings may hold secrets: their values are for who asks for them.
fn is_worth_text(symbol: &Symbol) -> bool {
    symbol.kind != SymbolKind::Key && symbol.last_line - symbol.first_line < MAX_LINES
}

fn excerpt(lines: &[String], first: u32, last: u32) -> Option<Excerpt> {
    let text = lines.get(first as usize - 1..last as usize)?.join("\n");
    Some(Excerpt { first_line: first, last_line: last, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Files as `path: name first-last, …`, the best first, of 100 lines `x` each.
    fn check(files: &[&str], budget: u64, expected: &str) {
        let packed = pack(files.iter().map(|file| ranked(file)).collect(), budget, |_| vec!["x".into(); 100]);
        assert!(packed.tokens <= budget, "{} of {budget}", packed.tokens);
        let told: Vec<String> = packed.files.iter().map(told).collect();
        assert_eq!(told.join("; "), expected, "{budget}");
    }

    fn ranked(text: &str) -> RankedFile {
        let (path, symbols) = text.split_once(": ").unwrap_or((text, ""));
        let symbols = symbols.split(", ").filter_map(symbol).collect();
        RankedFile { path: path.to_owned(), score: 1.0, signs: Vec::new(), symbols }
    }

    fn symbol(text: &str) -> Option<RankedSymbol> {
        let (name, lines) = text.split_once(' ')?;
        let (first, last) = lines.split_once('-')?;
        let symbol = Symbol {
            name: name.to_owned(),
            kind: SymbolKind::Function,
            parent: None,
            signature: name.to_owned(),
            doc: String::new(),
            first_line: first.parse().ok()?,
            last_line: last.parse().ok()?,
        };
        Some(RankedSymbol { symbol, score: 1.0 })
    }

    fn told(file: &RelevantFile) -> String {
        let symbols: Vec<&str> = file.symbols.iter().map(|ranked| ranked.symbol.name.as_str()).collect();
        let shown = |excerpt: &Excerpt| {
            assert_eq!(excerpt.text.lines().count() as u32, excerpt.last_line + 1 - excerpt.first_line);
            format!(" {}-{}", excerpt.first_line, excerpt.last_line)
        };
        let excerpts: String = file.excerpts.iter().map(shown).collect();
        format!("{} [{}]{excerpts}", file.path, symbols.join(" "))
    }

    #[test]
    fn outlines_come_first_and_text_with_what_is_left() {
        let files = ["a.rs: one 1-3, two 10-12", "b.rs: three 5-6"];
        check(&files, 0, "");
        check(&files, 3, "a.rs []");
        check(&files, 12, "a.rs [one]; b.rs [three]");
        check(&files, 1_000, "a.rs [one two] 1-3 10-12; b.rs [three] 5-6");
    }

    #[test]
    fn a_piece_is_short_and_shown_once() {
        check(&["a.rs: whole 1-100, part 3-9, inner 5-6"], 1_000, "a.rs [whole part inner] 3-9");
        check(&["a.rs: beyond 99-101"], 1_000, "a.rs [beyond]");
        check(&["a.rs"], 1_000, "a.rs []");
    }
}
