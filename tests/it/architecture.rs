//! The import table, held by reading `src/`: who may import whom, and behind which door each
//! third-party crate stays.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Each module and the modules below it. `cli` and `main` stand on top and may use all.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("protocol", &[]),
    ("config", &[]),
    ("terminal", &[]),
    ("llm", &["config", "protocol"]),
    ("store", &["protocol"]),
    ("workspace", &["protocol", "config"]),
    ("memory", &["store", "llm", "protocol", "config"]),
    ("engine", &["memory", "workspace", "llm", "store", "protocol", "config"]),
    ("exec", &["engine", "protocol", "config", "terminal"]),
    ("tui", &["engine", "protocol", "config", "terminal"]),
    ("serve", &["engine", "protocol", "config"]),
    ("acp", &["engine", "protocol", "config"]),
    ("demo", &["exec", "engine", "workspace", "llm", "store", "protocol", "config"]),
];

/// Each crate and the modules that may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("qdrant_client", &["memory"]),
    ("reqwest", &["llm"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("ratatui_textarea", &["tui"]),
    ("syntect", &["tui"]),
    ("two_face", &["tui"]),
    ("pulldown_cmark", &["tui"]),
    ("nucleo_matcher", &["tui"]),
    ("unicode_width", &["tui"]),
    ("unicode_segmentation", &["tui"]),
    ("toml_edit", &["config"]),
    ("axum", &["serve", "demo"]),
    ("tree_sitter", &["workspace"]),
    ("tree_sitter_bash", &["workspace"]),
    ("tree_sitter_c", &["workspace"]),
    ("tree_sitter_c_sharp", &["workspace"]),
    ("tree_sitter_cpp", &["workspace"]),
    ("tree_sitter_go", &["workspace"]),
    ("tree_sitter_java", &["workspace"]),
    ("tree_sitter_javascript", &["workspace"]),
    ("tree_sitter_json", &["workspace"]),
    ("tree_sitter_php", &["workspace"]),
    ("tree_sitter_python", &["workspace"]),
    ("tree_sitter_ruby", &["workspace"]),
    ("tree_sitter_rust", &["workspace"]),
    ("tree_sitter_toml_ng", &["workspace"]),
    ("tree_sitter_typescript", &["workspace"]),
    ("regex", &["workspace"]),
    ("rust_stemmers", &["workspace"]),
    ("cap_std", &["workspace"]),
    ("ignore", &["workspace"]),
    ("notify", &["workspace"]),
    ("globset", &["workspace"]),
    ("grep_regex", &["workspace"]),
    ("grep_searcher", &["workspace"]),
    ("keyring", &["config"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("rpassword", &["cli"]),
];

#[test]
fn every_file_keeps_to_the_import_table() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(files.len() > 10, "found only {} files", files.len());
    let mut broken = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        broken.extend(violations(&path, &fs::read_to_string(&file).unwrap()));
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

/// The sample project of the demo is a program of its own.
fn rust_files(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("demo/sample") {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// What is wrong with the file at `path`, relative to `src/`.
fn violations(path: &str, source: &str) -> Vec<String> {
    let module = path.split(['/', '.']).next().unwrap();
    let code = without_comments(source);
    let mut broken = Vec::new();
    if !source.starts_with("//!") {
        broken.push(format!("{path} does not open with what it is for (//!)"));
    }
    if path == "mod.rs" || path.ends_with("/mod.rs") {
        broken.push(format!("{path}: write foo.rs beside foo/ instead of mod.rs"));
    }
    if code.contains("Command::new(\"git\")") && module != "workspace" {
        broken.push(format!("{path} runs git, which only workspace may"));
    }
    broken.extend(wrong_imports(path, module, &code));
    broken.extend(wrong_doors(path, module, &code));
    broken
}

fn wrong_imports(path: &str, module: &str, code: &str) -> Vec<String> {
    if ["main", "lib", "cli"].contains(&module) {
        return Vec::new();
    }
    let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == module) else {
        return vec![format!("{path}: the module {module} has no line in the import table")];
    };
    let is_wrong = |used: &String| {
        let is_module = MAY_IMPORT.iter().any(|(name, _)| name == used) || used == "cli";
        is_module && used != module && !allowed.contains(&used.as_str())
    };
    let used = imported_modules(code).into_iter().filter(is_wrong);
    used.map(|used| format!("{path}: {module} may not import {used}")).collect()
}

/// The first part of every path that begins with `crate::` or `mira::`.
fn imported_modules(code: &str) -> Vec<String> {
    let starts = ["crate::", "mira::"].into_iter().flat_map(|start| {
        let is_whole_word = |at: &usize| !code[..*at].ends_with(is_word);
        code.match_indices(start)
            .map(|(at, _)| at)
            .filter(is_whole_word)
            .map(move |at| &code[at + start.len()..])
    });
    starts.flat_map(first_parts).collect()
}

/// `a::B` gives a; `{a::B, c}` gives a and c.
fn first_parts(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![first_word(rest)];
    };
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for c in group.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => parts.push(std::mem::take(&mut part)),
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if c != ',' || depth > 0 {
            part.push(c);
        }
    }
    parts.push(part);
    parts.iter().map(|part| first_word(part.trim())).filter(|word| !word.is_empty()).collect()
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn wrong_doors(path: &str, module: &str, code: &str) -> Vec<String> {
    let closed = DOORS.iter().filter(|(name, doors)| !doors.contains(&module) && names(code, name));
    closed.map(|(name, doors)| format!("{path}: {name} may only be named in {}", doors.join(", "))).collect()
}

/// Whether `code` names the crate: `name::…` or `use name`, not `other::name::…`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        let is_path = after.starts_with("::");
        let is_use = before.ends_with("use ") && after.starts_with([';', ' ']);
        let is_part = before.strip_suffix("::").unwrap_or(before).ends_with(is_word);
        (is_path || is_use) && !is_part
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn without_comments(source: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with("//");
    source.lines().filter(is_code).flat_map(|line| [line, "\n"]).collect()
}

fn check(path: &str, code: &str, expected: &str) {
    let found = violations(path, &format!("//! Doc.\n{code}")).join("; ");
    assert_eq!(found, expected, "{code}");
}

#[test]
fn an_import_against_the_arrows_is_caught() {
    check("store/open.rs", "use crate::protocol::Event;", "");
    check("store/open.rs", "use super::x; use crate::store::y;", "");
    check("engine/context.rs", "use crate::{store::Store, llm::{Request, Chunk}, workspace};", "");
    check("store/open.rs", "use crate::engine::X;", "store/open.rs: store may not import engine");
    check("protocol.rs", "use crate::{\n    config::X,\n};", "protocol.rs: protocol may not import config");
    check("tui.rs", "use crate::{engine::{a, b}, serve::Server};", "tui.rs: tui may not import serve");
    check("llm.rs", "fn f() { mira::store::open() }", "llm.rs: llm may not import store");
    check("config.rs", "fn f() -> crate::cli::Exit {}", "config.rs: config may not import cli");
    check("llm.rs", "/// See [`crate::engine`].", "");
    check("attic.rs", "", "attic.rs: the module attic has no line in the import table");
}

#[test]
fn a_crate_outside_of_its_door_is_caught() {
    check("store.rs", "use sqlx::Pool;", "");
    check("engine.rs", "use sqlx::Pool;", "engine.rs: sqlx may only be named in store");
    check("engine.rs", "sqlx::query(\"\")", "engine.rs: sqlx may only be named in store");
    check("tui.rs", "use axum;", "tui.rs: axum may only be named in serve, demo");
    check("engine.rs", "::reqwest::get()", "engine.rs: reqwest may only be named in llm");
    check("engine.rs", "use crate::workspace::ignore::Rules; let ignore = 1;", "");
    check("exec.rs", "Command::new(\"git\")", "exec.rs runs git, which only workspace may");
}

#[test]
fn a_file_without_purpose_or_with_the_wrong_name_is_caught() {
    assert_eq!(violations("llm.rs", "use std::fs;").len(), 1);
    check("llm/mod.rs", "", "llm/mod.rs: write foo.rs beside foo/ instead of mod.rs");
}
