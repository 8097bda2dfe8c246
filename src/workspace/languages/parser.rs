//! Text to a tree, within bounds that hold for any text: grammars are written for programs, and
//! some need very long for what is none.

use std::{
    cell::RefCell,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use super::{Language, guard};

/// Longer texts are not looked at. Sources that people write stay well below it; 1 MiB takes about
/// as long as [`PATIENCE`].
const MAX_BYTES: usize = 1 << 20;

/// How long one text may take.
const PATIENCE: Duration = Duration::from_millis(200);

thread_local! {
    /// A parser keeps its memory, so each thread has one for all texts and languages.
    static PARSER: RefCell<Parser> = RefCell::new(Parser::new());
}

/// The tree of `text`; `None` when it is too long, would take too long, or would break the grammar.
pub(in crate::workspace) fn parse(language: &Language, text: &str) -> Option<Tree> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let text = guard::fit(language, text)?;
    PARSER.with_borrow_mut(|parser| {
        parser.set_language(&(language.grammar)()).ok()?;
        let tree = parse_until(parser, text.as_bytes(), Instant::now() + PATIENCE);
        if tree.is_none() {
            parser.reset();
        }
        tree
    })
}

fn parse_until(parser: &mut Parser, text: &[u8], deadline: Instant) -> Option<Tree> {
    let mut is_late = |_: &ParseState| match Instant::now() > deadline {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let options = ParseOptions::new().progress_callback(&mut is_late);
    let mut read = |at: usize, _| text.get(at..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options))
}
