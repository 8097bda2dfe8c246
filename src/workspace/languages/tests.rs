//! Which file and which name is which language.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use super::*;

/// A path, `|` and the first line where it matters; `-` is no language.
fn check(file: &str, expected: &str) {
    let (path, first_line) = file.split_once('|').unwrap_or((file, ""));
    let found = Language::of_path(path, first_line).map_or("-", Language::name);
    assert_eq!(found, expected, "{file}");
}

#[test]
fn files_are_known_by_name_and_extension() {
    check("src/main.rs", "rust");
    check("SRC/MAIN.RS", "rust");
    check("a/b.d.ts", "typescript");
    check("App.tsx", "tsx");
    check("include/x.h", "c");
    check("Gemfile", "ruby");
    check("web/Gemfile.lock", "-");
    check("Cargo.lock", "toml");
    check(".bashrc", "bash");
    check("web/tsconfig.json", "jsonc");
    check("package.json", "json");
    check(".vscode/settings.json", "jsonc");
    check("page.html", "-");
    check("config.py.j2", "-");
    check(".rs", "-");
    check("rs", "-");
    check("", "-");
    check("a.", "-");
}

#[test]
fn scripts_are_known_by_their_first_line() {
    check("bin/run|#!/bin/sh", "bash");
    check("bin/run|#!/usr/bin/env python3.12", "python");
    check("bin/run|#! /usr/bin/env -S A=1 ruby -w", "ruby");
    check("bin/run|#!/usr/bin/node --harmony", "javascript");
    check("bin/run|#!/usr/bin/perl", "-");
    check("bin/run|#!", "-");
    check("bin/run|#!/usr/bin/env", "-");
    check("main.go|#!/bin/sh", "go");
}

#[test]
fn fences_are_known_by_name_alias_and_extension() {
    let named = |name| Language::by_name(name).map_or("-", Language::name);
    let cases = [
        ("rust", "rust"),
        (" Rust ", "rust"),
        ("rs", "rust"),
        ("golang", "go"),
        ("c++", "cpp"),
        ("c", "c"),
        ("sh", "bash"),
        ("tsx", "tsx"),
        ("jsx", "javascript"),
        ("mermaid", "-"),
        ("", "-"),
    ];
    for (name, expected) in cases {
        assert_eq!(named(name), expected, "{name}");
    }
}

#[test]
fn every_line_of_the_table_holds() {
    let (mut names, mut files) = (HashSet::new(), HashSet::new());
    for language in Language::all() {
        assert!(parse(language, "").is_some(), "{language:?}: the grammar does not load");
        assert!(names.insert(language.name), "{language:?} is there twice");
        for end in language.extensions.iter().chain(language.file_names) {
            assert!(files.insert(end), "{end} is in two languages");
            assert_eq!(*end, end.to_ascii_lowercase());
        }
    }
}

#[test]
fn a_text_that_is_too_long_has_no_tree() {
    let rust = Language::by_name("rust").unwrap();
    assert!(parse(rust, &"/".repeat(2 << 20)).is_none());
    assert!(parse(rust, "fn main() {}").is_some());
}

/// Each of these has brought the program down.
#[test]
fn what_breaks_a_scanner_does_not_reach_it() {
    let language = |name| Language::by_name(name).unwrap();
    assert!(parse(language("bash"), "echo {1..\u{1f600}}\necho {\u{1f600}..1}\n").is_some());
    let document = format!("<<~{0}\n{0}\n", "A".repeat(300));
    assert!(parse(language("ruby"), &document).is_none());
    assert!(parse(language("ruby"), "a <<~EOF\nx\nEOF\nb << \"c\"\n").is_some());
    let pyramid: String = (0..600).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect();
    assert!(parse(language("python"), &pyramid).is_none());
}
