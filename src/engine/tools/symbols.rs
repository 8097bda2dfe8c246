//! The planner's look at symbols: where a name is defined, and what a file or folder defines. Files whose
//! new version waits are told as they will be.

use std::sync::Arc;

use super::{FindSymbol, Outline, look::TIME_LIMIT};
use crate::{
    engine::{
        Shared, artifacts,
        code::{Codebase, Definition, FileSymbols, Missing, line},
        prompt::fenced,
    },
    workspace::symbols::{Symbol, symbols},
};

/// Definitions in one answer.
const MAX_FOUND: usize = 40;
/// Definitions whose text goes along.
const MAX_QUOTED: usize = 3;
/// Lines of one such text.
const MAX_LINES: u32 = 80;
/// Lines of one outline.
const MAX_OUTLINE: usize = 400;

/// Where a symbol is defined, with the text of the likeliest.
pub(crate) async fn find_symbol(shared: &Arc<Shared>, call: &FindSymbol) -> Result<String, String> {
    let code = Codebase::of(shared, &shared.setup().settings);
    let definitions = code.definitions(&call.name, TIME_LIMIT).await.map_err(|error| error.to_string())?;
    let found = &definitions.found;
    if found.is_empty() {
        let rest = "nothing defines it or has a name like it; search_code finds other text";
        return Ok(format!("{}: {rest}{}", call.name, missing(definitions.missing)));
    }
    let mut told = Vec::new();
    if !definitions.is_exact {
        told.push(format!("nothing is called {}; like it:", call.name));
    }
    told.extend(found.iter().take(MAX_FOUND).map(place));
    if found.len() > MAX_FOUND {
        told.push(format!("[{} more; name the owner too]", found.len() - MAX_FOUND));
    }
    for definition in found.iter().take(MAX_QUOTED).filter(|_| definitions.is_exact) {
        told.extend(quote(shared, definition).await);
    }
    Ok(told.join("\n") + &missing(definitions.missing))
}

fn place(Definition { path, symbol }: &Definition) -> String {
    let Symbol { first_line, last_line, kind, signature, doc, .. } = symbol;
    let doc = if doc.is_empty() { String::new() } else { format!(" — {doc}") };
    let owner = symbol.parent.as_deref().map(|parent| format!("{parent}: ")).unwrap_or_default();
    format!("{path}:{first_line}-{last_line} {kind} {owner}{signature}{doc}")
}

/// The text of a definition as the file is now, with its place there.
async fn quote(shared: &Arc<Shared>, definition: &Definition) -> Option<String> {
    let Definition { path, symbol } = definition;
    let text = artifacts::current_text(shared, path).await.ok().flatten()?;
    let same = symbols(path, &text).into_iter().filter(|other| other.qualified() == symbol.qualified());
    let now = same.min_by_key(|other| other.first_line.abs_diff(symbol.first_line))?;
    let count = (now.last_line + 1 - now.first_line) as usize;
    let shown: Vec<&str> =
        text.lines().skip(now.first_line as usize - 1).take(count.min(MAX_LINES as usize)).collect();
    let last = now.first_line as usize + shown.len() - 1;
    let rest = if shown.len() < count { format!(" (of {count} lines)") } else { String::new() };
    Some(format!("\n{path}:{}-{last}{rest}\n{}", now.first_line, fenced("", &shown.join("\n"))))
}

/// What a file, or each file of a folder, defines.
pub(crate) async fn outline(shared: &Arc<Shared>, call: &Outline) -> Result<String, String> {
    let folder = shared.workspace.folder(&call.path).map_err(|refusal| refusal.to_string())?;
    let path = folder.map(|path| path.to_string()).unwrap_or_default();
    match artifacts::current_text(shared, &path).await {
        Ok(Some(text)) => Ok(of_file(&path, &text)),
        _ => of_folder(shared, &path).await,
    }
}

fn of_file(path: &str, text: &str) -> String {
    let file = FileSymbols { path: path.to_owned(), symbols: symbols(path, text) };
    let lines = match text.lines().count() {
        1 => "1 line".to_owned(),
        count => format!("{count} lines"),
    };
    match file.symbols.is_empty() {
        true => format!("{path}, {lines}, has no symbols that are known of; read_file shows its text"),
        false => format!("{path}, {lines}\n{}", bounded(file.symbols.iter().map(line).collect())),
    }
}

/// Of each file what it defines at its own level.
async fn of_folder(shared: &Arc<Shared>, path: &str) -> Result<String, String> {
    let code = Codebase::of(shared, &shared.setup().settings);
    let (files, left_out) = code.symbols_below(path, TIME_LIMIT).await.map_err(|error| error.to_string())?;
    if files.is_empty() {
        return Err(format!("{path} is no text file or folder of the project, or it has no files"));
    }
    let mut lines = Vec::new();
    for FileSymbols { path, symbols } in files {
        lines.push(path);
        lines.extend(symbols.iter().filter(|symbol| symbol.parent.is_none()).map(line));
    }
    Ok(bounded(lines) + &missing(left_out))
}

fn bounded(mut lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(MAX_OUTLINE);
    lines.truncate(MAX_OUTLINE);
    if more > 0 {
        lines.push(format!("[{more} lines more; ask for a part of it]"));
    }
    lines.join("\n")
}

fn missing(missing: Option<Missing>) -> String {
    missing.map(|missing| format!("\n[{missing}]")).unwrap_or_default()
}
