//! The languages that Mira can read with a grammar: what each is called, which files are in it, and a
//! tree of its text within bounds. What a tree is good for is up to others.

mod guard;
mod parser;
mod query;
mod table;

#[cfg(test)]
mod tests;

use std::fmt;

pub(in crate::workspace) use parser::parse;
pub(in crate::workspace) use query::symbol_query;
use table::TABLE;

/// A language with a grammar; one line of the table.
pub struct Language {
    /// As in code fences; no two are alike.
    name: &'static str,
    grammar: fn() -> tree_sitter::Language,
    /// The query that finds its symbols; empty where none are read from a tree.
    symbols: &'static str,
    /// Lower-case, without the dot. One with a dot in it says more than its last part.
    extensions: &'static [&'static str],
    /// Lower-case names of whole files.
    file_names: &'static [&'static str],
    /// Programs that a first line with `#!` names, without a version.
    shebangs: &'static [&'static str],
    /// What else people and models write behind a fence.
    aliases: &'static [&'static str],
}

impl Language {
    /// All of them.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        TABLE.iter()
    }

    /// The language of a file: by its whole name, else by its extension, else by the program that its
    /// first line names.
    ///
    /// ```
    /// use mira::workspace::languages::Language;
    ///
    /// let language = Language::of_path("bin/deploy", "#!/usr/bin/env python3").unwrap();
    /// assert_eq!(language.name(), "python");
    /// ```
    pub fn of_path(path: &str, first_line: &str) -> Option<&'static Self> {
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
        let named = Self::all().find(|language| language.file_names.contains(&file.as_str()));
        named.or_else(|| of_extension(&file)).or_else(|| of_shebang(first_line))
    }

    /// The language of a code fence: by its name, another name for it, or an extension.
    pub fn by_name(name: &str) -> Option<&'static Self> {
        let name = name.trim().to_ascii_lowercase();
        let is_called = |language: &&Self| {
            language.name == name
                || language.aliases.contains(&name.as_str())
                || language.extensions.contains(&name.as_str())
        };
        Self::all().find(|language| language.name == name).or_else(|| Self::all().find(is_called))
    }

    /// Its name, as in code fences.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// The longest known extension counts: `x.d.ts` may mean more than `x.ts`. A name that begins with a
/// dot has no extension there.
fn of_extension(file: &str) -> Option<&'static Language> {
    let ends = file.match_indices('.').skip_while(|(at, _)| *at == 0).map(|(at, _)| &file[at + 1..]);
    ends.into_iter()
        .find_map(|extension| Language::all().find(|language| language.extensions.contains(&extension)))
}

/// `#!/usr/bin/env -S python3.12 -u` names python.
fn of_shebang(first_line: &str) -> Option<&'static Language> {
    let mut words = first_line.strip_prefix("#!")?.split_whitespace();
    let program = words.next()?;
    let program = match program.ends_with("/env") || program == "env" {
        true => words.find(|word| !word.starts_with('-') && !word.contains('='))?,
        false => program,
    };
    let program = program.rsplit('/').next()?.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Language::all().find(|language| language.shebangs.contains(&program))
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Language {}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
