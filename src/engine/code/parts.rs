//! Pure: of one text what matters for a task, or around a line.

use std::collections::HashMap;

use super::{Excerpt, RelevantFile, pack};
use crate::{
    config::ContextWeights,
    engine::prompt::estimate_tokens,
    workspace::{
        index::indexed,
        rank::{RankedFile, RankedSymbol, Ranking, Snapshot},
        symbols::{Symbol, symbols},
    },
};

/// Lines of the text around a place, where its symbol is too long or not known.
const AROUND: u32 = 20;
/// Longest symbol that is shown around a place.
const MAX_LINES: u32 = 80;

/// Parts of a text that is too long.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Parts {
    /// Its outline and pieces.
    pub(crate) file: RelevantFile,
    /// Lines of the whole.
    pub(crate) lines: usize,
}

/// What matters of a text for a task within `budget` tokens: an outline and the best symbols; its
/// beginning where no symbols are known.
pub(crate) fn parts(task: &str, path: &str, text: &str, budget: u64, weights: &ContextWeights) -> Parts {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (file, symbols) = indexed(path, text);
    let snapshot = Snapshot { files: vec![file], commits: Vec::new() };
    let by_path = HashMap::from([(path.to_owned(), symbols.clone())]);
    let ranked = Ranking::new(task, snapshot, weights).with_symbols(by_path).pop();
    let ranked = ranked.unwrap_or_else(|| unranked(path, symbols));
    let count = lines.len();
    let nothing = || RelevantFile { path: path.to_owned(), ..RelevantFile::default() };
    let file = match ranked.symbols.is_empty() {
        true => beginning(path, &lines, budget),
        false => pack::pack(vec![ranked], budget, |_| lines.clone()).files.pop().unwrap_or_else(nothing),
    };
    Parts { file, lines: count }
}

/// A file that shares no word with the task.
fn unranked(path: &str, symbols: Vec<Symbol>) -> RankedFile {
    let symbols = symbols.into_iter().map(|symbol| RankedSymbol { symbol, score: 0.0 }).collect();
    RankedFile { path: path.to_owned(), score: 0.0, signs: Vec::new(), symbols }
}

fn beginning(path: &str, lines: &[String], budget: u64) -> RelevantFile {
    let mut tokens = estimate_tokens(path);
    let fits = |line: &&String| {
        tokens += estimate_tokens(line) + 1;
        tokens <= budget
    };
    let shown: Vec<&str> = lines.iter().take_while(fits).map(String::as_str).collect();
    let file = RelevantFile { path: path.to_owned(), ..RelevantFile::default() };
    if shown.is_empty() {
        return file;
    }
    let text = shown.join("\n");
    let tokens = estimate_tokens(path) + estimate_tokens(&text);
    let excerpt = Excerpt { first_line: 1, last_line: shown.len() as u32, text };
    RelevantFile { excerpts: vec![excerpt], tokens, ..file }
}

/// The innermost symbol of a text that has `line`, or some lines around it; nothing beyond its end.
pub(crate) fn around(path: &str, text: &str, line: u32) -> Option<Excerpt> {
    let lines: Vec<&str> = text.lines().collect();
    if line == 0 || line as usize > lines.len() {
        return None;
    }
    let symbols = symbols(path, text);
    let holding = symbols.iter().filter(|symbol| symbol.first_line <= line && line <= symbol.last_line);
    let innermost = holding.min_by_key(|symbol| symbol.last_line - symbol.first_line);
    let short = innermost.filter(|symbol| symbol.last_line - symbol.first_line < MAX_LINES);
    let (first, last) = match short {
        Some(symbol) => (symbol.first_line, symbol.last_line.min(lines.len() as u32)),
        None => (line.saturating_sub(AROUND).max(1), (line + AROUND).min(lines.len() as u32)),
    };
    let text = lines.get(first as usize - 1..last as usize)?.join("\n");
    Some(Excerpt { first_line: first, last_line: last, text })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn weights() -> ContextWeights {
        let settings = Settings::defaults(std::path::Path::new("/nowhere"));
        settings.map(|settings| settings.context.weights).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Functions `name1` to `name40`, each of five lines.
    fn long() -> String {
        let function = |n: usize| format!("fn name{n}() {{\n    let a = {n};\n    let b = a;\n    b\n}}\n");
        (1..=40).map(function).collect()
    }

    fn check(task: &str, path: &str, text: &str, budget: u64, expected: &str) {
        let Parts { file, lines } = parts(task, path, text, budget, &weights());
        assert!(file.tokens <= budget, "{} of {budget}", file.tokens);
        let pieces: Vec<String> =
            file.excerpts.iter().map(|piece| format!("{}-{}", piece.first_line, piece.last_line)).collect();
        let told = format!("{} of {lines} lines, {} symbols", pieces.join(" "), file.symbols.len());
        assert_eq!(told, expected, "{task}");
    }

    #[test]
    fn the_best_symbols_are_quoted() {
        check("mend name7 and name30", "a.rs", &long(), 155, "31-35 146-150 of 200 lines, 20 symbols");
        check("nothing of it", "a.rs", &long(), 145, "1-5 6-10 of 200 lines, 20 symbols");
    }

    #[test]
    fn a_text_without_symbols_is_cut() {
        check("mend it", "notes.txt", &"Some words.\n".repeat(100), 30, "1-6 of 100 lines, 0 symbols");
        check("mend it", "notes.txt", "Some words.\n", 0, " of 1 lines, 0 symbols");
    }

    #[test]
    fn a_place_is_shown_with_what_it_stands_in() {
        let told = |line| around("a.rs", &long(), line).map(|piece| (piece.first_line, piece.last_line));
        assert_eq!(told(33), Some((31, 35)));
        assert_eq!((told(0), told(201)), (None, None));
        let told = |line| around("a.txt", &long(), line).map(|piece| (piece.first_line, piece.last_line));
        assert_eq!((told(1), told(200)), (Some((1, 21)), Some((180, 200))));
    }
}
