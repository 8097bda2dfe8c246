//! The syntax check on right code: this program's own, and one of each thing that languages have.

use std::{fs, path::Path};

use mira::workspace::{
    languages::Language,
    syntax::{self, SyntaxReport},
};

fn files(folder: &Path, end: &str) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path, end)),
            false if path.to_string_lossy().ends_with(end) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// As it is and with the line ends of Windows.
fn check(language: &Language, text: &str, what: &str) {
    for text in [text.to_owned(), text.replace('\n', "\r\n")] {
        let report = syntax::errors(language, &text);
        assert_eq!(report, SyntaxReport::default(), "{what}:\n{text}");
    }
}

#[test]
fn our_own_sources_have_no_errors() {
    let rust = Language::by_name("rust").unwrap();
    let sources = ["src", "tests"].map(|folder| files(&root().join(folder), ".rs")).concat();
    assert!(sources.len() > 200);
    for path in sources {
        assert_eq!(Language::of_path(&path.to_string_lossy(), ""), Some(rust));
        check(rust, &fs::read_to_string(&path).unwrap(), &path.to_string_lossy());
    }
    let toml = Language::by_name("toml").unwrap();
    check(toml, &fs::read_to_string(root().join("Cargo.lock")).unwrap(), "Cargo.lock");
    check(
        Language::by_name("sh").unwrap(),
        &fs::read_to_string(root().join("install.sh")).unwrap(),
        "install.sh",
    );
}

/// `=== what it shows`, then the text, in one file a language.
#[test]
fn what_languages_have_is_no_error() {
    for path in files(&root().join("tests/it/fixtures/syntax/valid"), ".txt") {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(language) = Language::by_name(&name) else { continue };
        let all = fs::read_to_string(&path).unwrap();
        let pieces: Vec<&str> = all.strip_prefix("=== ").unwrap().split("\n=== ").collect();
        assert!(pieces.len() >= 15, "{name} has only {}", pieces.len());
        for piece in pieces {
            let (title, text) = piece.split_once('\n').unwrap_or((piece, ""));
            check(language, &format!("{text}\n"), &format!("{name}, {title}"));
        }
    }
}

#[test]
fn every_language_has_its_examples() {
    for language in Language::all() {
        let path = root().join(format!("tests/it/fixtures/syntax/valid/{}.txt", language.name()));
        assert!(path.exists(), "{language:?} has no examples of what is right");
    }
}
