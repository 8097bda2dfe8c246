//! Pure: which definition belongs to which, from where they begin and end.

use std::ops::Range;

use super::{Symbol, SymbolKind};

/// A definition before it is known what it stands in.
pub(super) struct Found {
    pub(super) name: String,
    pub(super) role: Role,
    /// What it belongs to by its own words, as a method of Go.
    pub(super) owner: Option<String>,
    pub(super) bytes: Range<usize>,
    pub(super) first_line: u32,
    pub(super) last_line: u32,
    pub(super) signature: String,
    pub(super) doc: String,
}

/// What a definition is to those inside of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Symbol(SymbolKind),
    /// Only a name for what is in it, as `impl` in Rust.
    Scope,
}

impl From<SymbolKind> for Role {
    fn from(kind: SymbolKind) -> Self {
        Self::Symbol(kind)
    }
}

/// Definitions, outer ones first, as symbols with parents. Constants inside of functions are nobody
/// else's business and left out.
pub(super) fn place(found: Vec<Found>) -> Vec<Symbol> {
    let mut around: Vec<(Range<usize>, String, Role)> = Vec::new();
    let mut symbols = Vec::new();
    for one in found {
        around.retain(|(bytes, ..)| bytes.end >= one.bytes.end && *bytes != one.bytes);
        let inner = around.last().map(|(_, _, role)| *role);
        let is_local = around.iter().any(|(_, _, role)| matches!(role, Role::Symbol(k) if k.is_function()));
        let outer: Vec<&str> =
            around.iter().map(|(_, name, _)| name.as_str()).chain(one.owner.as_deref()).collect();
        let parent = Some(outer.join(".")).filter(|parent| !parent.is_empty());
        let (name, bytes, role) = (one.name.clone(), one.bytes.clone(), one.role);
        if let Role::Symbol(kind) = one.role
            && !(is_local && kind == SymbolKind::Constant)
        {
            symbols.push(symbol(one, kind_inside(kind, inner, parent.is_some()), parent));
        }
        around.push((bytes, name, role));
    }
    symbols
}

/// A function of a type is a method, a method of nothing a function.
fn kind_inside(kind: SymbolKind, inner: Option<Role>, has_parent: bool) -> SymbolKind {
    let in_type = match inner {
        Some(Role::Symbol(kind)) => kind.is_type(),
        Some(Role::Scope) => true,
        None => false,
    };
    match kind {
        SymbolKind::Function if in_type || (inner.is_none() && has_parent) => SymbolKind::Method,
        SymbolKind::Method if !has_parent => SymbolKind::Function,
        kind => kind,
    }
}

fn symbol(found: Found, kind: SymbolKind, parent: Option<String>) -> Symbol {
    let Found { name, first_line, last_line, signature, doc, .. } = found;
    Symbol { name, kind, parent, signature, doc, first_line, last_line }
}
