//! What the grammars, in the versions we use, do not understand although it is right. The tests have
//! an example of each, so that a line which a newer grammar makes needless is noticed.

use std::sync::LazyLock;

use regex::Regex;

use crate::workspace::languages::Language;

/// Something right that a grammar takes for an error.
pub(super) struct Gap {
    languages: &'static [&'static str],
    /// What it looks like.
    pub(super) pattern: Regex,
    pub(super) reach: Reach,
}

/// How far from it a grammar is confused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// In its own lines and beside them.
    Near,
    /// In the whole text.
    Text,
}

/// A gap as written down.
pub(super) struct Entry {
    pub(super) languages: &'static [&'static str],
    pub(super) pattern: &'static str,
    reach: Reach,
}

const fn near(languages: &'static [&'static str], pattern: &'static str) -> Entry {
    Entry { languages, pattern, reach: Reach::Near }
}

const fn text(languages: &'static [&'static str], pattern: &'static str) -> Entry {
    Entry { languages, pattern, reach: Reach::Text }
}

const TYPESCRIPT: &[&str] = &["typescript", "tsx"];

pub(super) const TABLE: &[Entry] = &[
    // Templates of other programs in a file of the language; in no language a mistake that people make.
    near(&[], r"\{%-?\s*\w+[^%]*%\}"),
    near(&[], r"\{\{-?\s*[\w.]+(\s*\|[^}]*)?\s*-?\}\}"),
    near(&[], r"<%[=-]?.*%>"),
    // `#if` around half of a statement.
    text(&["csharp"], r"(?m)^\s*#\s*(if|elif|else)\b"),
    // Several patterns without names in one case.
    near(&["java"], r"case\s+\w+ _\s*,"),
    // An escape that only its tag understands.
    near(&["javascript", "typescript", "tsx"], r"\w`[^`]*\\[uxc]"),
    near(&["json", "jsonc"], r"\d[eE]\+\d"),
    near(&["jsonc"], r",(\s|//.*\n|/\*.*\*/)*[\]}]"),
    // Defaults of type parameters.
    near(&["python"], r"(def|class)\s+\w+\[[^\]]*="),
    // A format that begins with what it fills with, `{a:=^10}`.
    near(&["python"], r#"[fF]["'].*\{[^}]*:=[<>^=]?[\d^<>]"#),
    near(&["rust"], r"\bsafe\s+(fn|static)\b"),
    near(&["rust"], r"\btry!\s*[(\[{]"),
    // Signs that only macros take.
    near(&["rust"], r"\$\s*[)\]}]|~"),
    near(&["rust"], r"\.\.\s*\}\s*=[^=>]"),
    near(&["rust"], r"struct\s+\w+\s*(<[^>{;]*>)?\s+where\b"),
    near(TYPESCRIPT, r"<[^<>(){}]*\bin\s+out\s+\w"),
    near(TYPESCRIPT, r"\bexport\s+type\s*\*"),
    near(TYPESCRIPT, r#"\bimport\(\s*["'`][^"'`]*["'`]\s*\)"#),
    // A member whose name is an operator, behind a line without a semicolon.
    near(TYPESCRIPT, r"(?m)^\s*(in|instanceof|as|satisfies)\s*\??:"),
    near(TYPESCRIPT, r"\bstatic\s+(readonly\s+)?\[\s*\w+\s*:"),
];

static GAPS: LazyLock<Vec<Gap>> = LazyLock::new(|| {
    let gap = |entry: &Entry| {
        let pattern = Regex::new(entry.pattern).ok()?;
        Some(Gap { languages: entry.languages, pattern, reach: entry.reach })
    };
    TABLE.iter().filter_map(gap).collect()
});

/// The gaps that a text of this language may have.
pub(super) fn of(language: &Language) -> Vec<&'static Gap> {
    let concerns = |gap: &&Gap| gap.languages.is_empty() || gap.languages.contains(&language.name());
    GAPS.iter().filter(concerns).collect()
}
