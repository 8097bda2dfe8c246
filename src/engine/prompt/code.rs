//! Pure: the project's code for a prompt, as pieces that are each sent only once in a conversation.

use crate::engine::code::{Excerpt, Missing, Parts, Relevant, RelevantFile, line};

use super::{ContextFile, fenced};

const CODE_LATE: &str = include_str!("../prompts/code_late.md");

/// An outline of each file, the best first, then pieces of text; at the end a word on what is missing.
pub(crate) fn code(relevant: &Relevant) -> Vec<String> {
    let is_late = relevant.missing == Some(Missing::Late);
    let outlines = relevant.files.iter().map(outline);
    let excerpts = relevant.files.iter().flat_map(excerpts);
    outlines.chain(excerpts).chain(is_late.then(code_late)).collect()
}

/// Said when the index was not ready in time.
pub(crate) fn code_late() -> String {
    CODE_LATE.trim_end().to_owned()
}

/// The pieces of a file, each with its place.
pub(crate) fn excerpts(file: &RelevantFile) -> Vec<String> {
    file.excerpts.iter().map(|one| excerpt(file, one)).collect()
}

/// A context file of a brief, for the coder.
pub(super) fn context_file(path: &str, file: &ContextFile) -> String {
    match file {
        ContextFile::Whole(text) => format!("# Context: {path}\n{}", fenced("", text)),
        ContextFile::Parts(Parts { file, lines }) => {
            let parts = [vec![outline(file)], excerpts(file)].concat().join("\n");
            format!("# Context: parts of {path}, which has {lines} lines\n{parts}")
        }
        ContextFile::Unread(reason) => format!("# Context: {path}\n[{reason}]"),
    }
}

fn outline(file: &RelevantFile) -> String {
    let mut lines = vec![file.path.clone()];
    let mut symbols: Vec<_> = file.symbols.iter().map(|ranked| &ranked.symbol).collect();
    symbols.sort_by_key(|symbol| symbol.first_line);
    lines.extend(symbols.into_iter().map(line));
    lines.join("\n")
}

fn excerpt(file: &RelevantFile, excerpt: &Excerpt) -> String {
    quoted(&file.path, excerpt.first_line, excerpt.last_line, &excerpt.text)
}

/// Lines of a file with their place.
pub(super) fn quoted(path: &str, first_line: u32, last_line: u32, text: &str) -> String {
    format!("{path}:{first_line}-{last_line}\n{}", fenced("", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::{
        rank::RankedSymbol,
        symbols::{Symbol, SymbolKind},
    };

    fn symbol(name: &str, first_line: u32) -> RankedSymbol {
        let symbol = Symbol {
            name: name.to_owned(),
            kind: SymbolKind::Method,
            parent: Some("Cart".to_owned()),
            signature: format!("fn {name}()"),
            doc: String::new(),
            first_line,
            last_line: first_line + 1,
        };
        RankedSymbol { symbol, score: 1.0 }
    }

    #[test]
    fn outlines_come_before_text_and_what_is_missing_is_said() {
        let file = |path: &str, symbols, excerpts| RelevantFile {
            path: path.to_owned(),
            score: 1.0,
            signs: Vec::new(),
            symbols,
            excerpts,
            tokens: 1,
        };
        let excerpt = Excerpt { first_line: 3, last_line: 4, text: "fn open() {\n}".to_owned() };
        let files = vec![
            file("src/cart.rs", vec![symbol("open", 3), symbol("add", 1)], vec![excerpt]),
            file("src/main.rs", vec![], vec![]),
        ];
        let relevant = Relevant { files, tokens: 2, missing: Some(Missing::Late) };
        insta::assert_snapshot!(code(&relevant).join("\n"), @r"
        src/cart.rs
          1 Cart: fn add()
          3 Cart: fn open()
        src/main.rs
        src/cart.rs:3-4
        ```
        fn open() {
        }
        ```
        The project's code was not looked through in time: more may matter than is named here. Search for what you need.
        ");
    }
}
