//! Symbols of code: what the language's query captures in the tree.

use std::collections::HashMap;

use tree_sitter::{Node, Query, QueryCursor, QueryMatch, StreamingIterator, Tree};

use super::{
    Symbol, SymbolKind,
    nesting::{self, Found, Role},
    words_around as around,
};
use crate::workspace::languages::{Language, parse, symbol_query};

/// Matches under way at the same time; without a bound a strange text could fill the memory.
const MAX_MATCHES: u32 = 4_096;

/// Longest name, in bytes.
const MAX_NAME: usize = 120;

/// What may stand before the first word of a definition, in the terms of all grammars.
const ATTRIBUTES: &[&str] =
    &["annotation", "marker_annotation", "attribute_list", "attribute_declaration", "decorator"];

/// The symbols of `text`; none where it cannot be parsed.
pub(super) fn symbols(language: &Language, text: &str) -> Vec<Symbol> {
    let Some(query) = symbol_query(language) else {
        return Vec::new();
    };
    parse(language, text).map(|tree| nesting::place(found(language, query, &tree, text))).unwrap_or_default()
}

/// The definitions by position, outer ones first. Of several patterns that fit a node the one that
/// stands last in the query counts, with each name it finds there: `typedef int a, b`.
fn found(language: &Language, query: &Query, tree: &Tree, text: &str) -> Vec<Found> {
    let lines: Vec<&str> = text.lines().collect();
    let mut cursor = QueryCursor::new();
    cursor.set_match_limit(MAX_MATCHES);
    let mut matches = cursor.matches(query, tree.root_node(), text.as_bytes());
    let mut by_node: HashMap<usize, (usize, Vec<Found>)> = HashMap::new();
    while let Some(found) = matches.next() {
        let Some((node, definition)) = definition(query, found, text) else { continue };
        let (pattern, there) = by_node.entry(node.id()).or_default();
        if found.pattern_index < *pattern {
            continue;
        }
        there.retain(|other| found.pattern_index == *pattern && other.name != definition.name);
        there.push(described(definition, language, node, text, &lines));
        *pattern = found.pattern_index;
    }
    let mut found: Vec<Found> = by_node.into_values().flat_map(|(_, found)| found).collect();
    found.sort_by_key(|found| (found.bytes.start, std::cmp::Reverse(found.bytes.end)));
    found
}

/// What one match says, and the node that it is about.
fn definition<'t>(query: &Query, found: &QueryMatch<'_, 't>, text: &str) -> Option<(Node<'t>, Found)> {
    let (mut definition, mut name, mut parent) = (None, None, None);
    for capture in found.captures() {
        match query.capture_names()[capture.index as usize] {
            "name" => name = text.get(capture.node.byte_range()),
            "parent" => parent = text.get(capture.node.byte_range()),
            "scope" => definition = Some((capture.node, Role::Scope)),
            kind => {
                let kind: Option<SymbolKind> = kind.parse().ok();
                definition = kind.map(|kind| (capture.node, kind.into())).or(definition);
            }
        }
    }
    let ((node, role), name) = definition.zip(name)?;
    let (owner, name) = split_name(name)?;
    let found = Found {
        name,
        role,
        owner: parent.map(str::to_owned).or(owner.filter(|_| role != Role::Scope)),
        bytes: node.byte_range(),
        first_line: beginning(node).start_position().row as u32 + 1,
        last_line: last_row(node) as u32 + 1,
        signature: String::new(),
        doc: String::new(),
    };
    Some((node, found))
}

/// Where a definition begins behind its attributes: grammars differ in whether those belong to it.
fn beginning(node: Node<'_>) -> Node<'_> {
    first_word(node).unwrap_or(node)
}

fn first_word(node: Node<'_>) -> Option<Node<'_>> {
    let children = (0..node.child_count()).filter_map(|at| node.child(at));
    let is_aside = |kind: &str| ATTRIBUTES.contains(&kind) || kind.ends_with("comment");
    let mut words = children.filter(|child| !is_aside(child.kind()));
    words.find_map(|child| if child.kind() == "modifiers" { first_word(child) } else { Some(child) })
}

/// A node that ends with a line break ends on the line before it.
fn last_row(node: Node<'_>) -> usize {
    let end = node.end_position();
    match end.column {
        0 => end.row.saturating_sub(1).max(node.start_position().row),
        _ => end.row,
    }
}

/// `Shop::Order<T>` is `Order`, owned by `Shop`.
fn split_name(name: &str) -> Option<(Option<String>, String)> {
    let (before, operator) = name.trim().split_at(operator_at(name.trim()));
    let bare = without_arguments(before);
    let bare = bare.trim().trim_matches(['"', '\'', '`']);
    let (owner, name) = match bare.rsplit_once("::") {
        Some((owner, name)) => (Some(owner.replace("::", ".")), name),
        None => (None, bare),
    };
    let name = around::one_line(&format!("{name}{}", without_parameters(operator)), MAX_NAME);
    (!name.is_empty()).then_some((owner.filter(|owner| !owner.is_empty()), name))
}

/// Where the name of an operator begins, as `operator<` in C++ or `<=>` in Ruby; the end if there is none.
fn operator_at(name: &str) -> usize {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = name.match_indices("operator").filter(|(at, word)| {
        !name[..*at].ends_with(is_word) && !name[at + word.len()..].starts_with(is_word)
    });
    match name.starts_with(['<', '>']) {
        true => 0,
        false => words.next().map_or(name.len(), |(at, _)| at),
    }
}

/// Without what stands between `<` and `>`.
fn without_arguments(name: &str) -> String {
    let mut depth = 0_usize;
    let is_outside = |c: &char| {
        match c {
            '<' => depth += 1,
            '>' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    name.chars().filter(is_outside).collect()
}

/// `operator bool() const` is `operator bool`, `operator()` itself.
fn without_parameters(operator: &str) -> &str {
    match operator.find('(') {
        Some(at) if at > "operator ".len() => operator[..at].trim_end(),
        _ => operator,
    }
}

fn described(found: Found, language: &Language, node: Node<'_>, text: &str, lines: &[&str]) -> Found {
    if found.role == Role::Scope {
        return found;
    }
    let docstring = (language.name() == "python").then(|| docstring(node, text)).flatten();
    // A comment above the line belongs to what the line begins with.
    let is_first = around::before(text, node.start_byte()).is_some();
    let row = if is_first { node.start_position().row } else { 0 };
    let above = || around::comment_above(lines, row, language.name());
    let bytes = beginning(node).start_byte()..node.end_byte();
    Found {
        signature: around::signature(text, bytes, body(node).map(|body| body.start_byte())),
        doc: docstring.unwrap_or_else(above),
        ..found
    }
}

/// Where a definition stops saying what it is.
fn body(node: Node<'_>) -> Option<Node<'_>> {
    let own = node.child_by_field_name("body");
    let of_value = || {
        let value = node.child_by_field_name("value").or_else(|| node.child_by_field_name("right"))?;
        value.child_by_field_name("body")
    };
    own.or_else(of_value)
}

/// The first line of the string that a Python body begins with.
fn docstring(node: Node<'_>, text: &str) -> Option<String> {
    let first = node.child_by_field_name("body")?.named_child(0)?;
    let string = first.named_child(0).filter(|child| child.kind() == "string")?;
    let written = text.get(string.byte_range())?.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let lines = written.trim_matches(['"', '\'']).lines();
    lines.map(str::trim).find(|line| !line.is_empty()).map(|line| around::one_line(line, around::MAX_DOC))
}
