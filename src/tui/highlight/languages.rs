//! Finds the grammar for what people and models call a language.

use syntect::parsing::{SyntaxReference, SyntaxSet};

/// Names that are neither a grammar's name nor one of its file extensions.
const ALIASES: &[(&str, &str)] = &[
    ("c#", "cs"),
    ("console", "sh"),
    ("csharp", "cs"),
    ("cxx", "cpp"),
    ("docker", "dockerfile"),
    ("elisp", "el"),
    ("golang", "go"),
    ("hcl", "tf"),
    ("json5", "json"),
    ("jsonc", "json"),
    ("jsonl", "json"),
    ("ksh", "sh"),
    ("make", "makefile"),
    ("node", "js"),
    ("objc", "m"),
    ("plaintext", "txt"),
    ("posix", "sh"),
    ("ps", "ps1"),
    ("pwsh", "ps1"),
    ("python3", "py"),
    ("shell", "sh"),
    ("shell-session", "sh"),
    ("shellscript", "sh"),
    ("terminal", "sh"),
    ("tsconfig", "json"),
    ("udiff", "diff"),
    ("viml", "vim"),
];

/// The grammar of a language's name, a file's extension or a path; none for text without one.
pub(super) fn find<'s>(syntaxes: &'s SyntaxSet, language: &str) -> Option<&'s SyntaxReference> {
    let name = language.trim().to_ascii_lowercase();
    let file = name.rsplit('/').next().unwrap_or_default();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    [alias(&name), name.as_str(), file, alias(extension)]
        .into_iter()
        .filter(|token| !token.is_empty())
        .find_map(|token| syntaxes.find_syntax_by_token(token))
        .filter(|syntax| syntax.name != "Plain Text")
}

fn alias(name: &str) -> &str {
    ALIASES.iter().find(|(from, _)| *from == name).map_or(name, |(_, to)| to)
}
