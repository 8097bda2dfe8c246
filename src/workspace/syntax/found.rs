//! Finds the places of a tree that the grammar could not fit in. Walks by a cursor: a tree may be
//! deeper than the stack.

use tree_sitter::{Node, Point, Tree, TreeCursor};

use super::{Fault, SyntaxError};

/// Most places that are looked at: some are dropped later, so there are more than are told.
const MAX_FOUND: usize = 500;

/// Characters of an excerpt.
const MAX_EXCERPT: usize = 40;

/// An error and the lines that it spans, counted from 0.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) error: SyntaxError,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The outermost errors of a tree, in the order of the text.
pub(super) fn errors(tree: &Tree, text: &str) -> Vec<Found> {
    let mut cursor = tree.walk();
    let mut found = Vec::new();
    loop {
        let node = cursor.node();
        let is_wrong = node.is_error() || node.is_missing();
        if is_wrong {
            found.push(describe(node, text));
        }
        let goes_on = node.has_error() && !is_wrong && cursor.goto_first_child();
        if found.len() > MAX_FOUND || (!goes_on && !go_on(&mut cursor)) {
            return found;
        }
    }
}

/// To the next node that is not below this one.
fn go_on(cursor: &mut TreeCursor) -> bool {
    while !cursor.goto_next_sibling() {
        if !cursor.goto_parent() {
            return false;
        }
    }
    true
}

fn describe(node: Node, text: &str) -> Found {
    let (first, last) = (node.start_position().row, node.end_position().row);
    let error = match node.is_missing() {
        true => missing(node, text),
        false => unexpected(node, text),
    };
    Found { error, first, last }
}

fn missing(node: Node, text: &str) -> SyntaxError {
    let excerpt = node.kind().replace('_', " ");
    at(node.start_position(), node.start_byte(), text, excerpt, Fault::Missing)
}

/// An error is most often a bracket that is never closed; then that says more than where it begins.
fn unexpected(node: Node, text: &str) -> SyntaxError {
    if let Some(open) = open_bracket(node) {
        let kind = open.kind().to_owned();
        return at(open.start_position(), open.start_byte(), text, kind, Fault::Unmatched);
    }
    let words = text.get(node.byte_range()).unwrap_or_default();
    let line = words.lines().next().unwrap_or_default().trim();
    at(node.start_position(), node.start_byte(), text, shortened(line), Fault::Unexpected)
}

/// The innermost bracket among the parts of an error that is still open at its end.
fn open_bracket(node: Node) -> Option<Node> {
    let mut open: Vec<Node> = Vec::new();
    for part in node.children(&mut node.walk()) {
        match part.kind() {
            "{" | "(" | "[" => open.push(part),
            "}" | ")" | "]" => drop(open.pop()),
            _ => {}
        }
    }
    open.pop()
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(MAX_EXCERPT) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line.to_owned(),
    }
}

fn at(place: Point, byte: usize, text: &str, excerpt: String, fault: Fault) -> SyntaxError {
    let before = text.get(byte.saturating_sub(place.column)..byte).unwrap_or_default();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    SyntaxError { line: number(place.row), column: number(before.chars().count()), excerpt, fault }
}
