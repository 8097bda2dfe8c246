//! What Mira finds in real sources is what Universal Ctags finds there: its parsers share nothing with
//! the grammars, so what one overlooks the other shows.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use mira::workspace::symbols::{self, Symbol};
use regex::Regex;

/// In percent, of the definitions that ctags names.
const AGREED: usize = 95;

/// What ctags 5.9 takes for a definition only counts where its line fits; `NAME` is what it calls it.
const DOUBTED: &[(&str, &str, &str)] = &[
    // It counts local variables, parts of patterns and the words of a type.
    ("JavaScript", "constant", r"^(export )?const NAME\b"),
    ("TypeScript", "constant", r"^(export )?(declare )?const NAME\b"),
    // It counts what an import names.
    ("TypeScript", "alias", r"\btype NAME\s*[<=]"),
    // It counts literals of objects.
    ("JavaScript", "class", r"\b(class|function)\b"),
];

/// A definition as ctags names it.
#[derive(Debug)]
struct Tag {
    file: PathBuf,
    kind: String,
    line: u32,
    name: String,
}

/// Debian also has other programs under the name.
fn universal_ctags() -> Option<&'static str> {
    let is_universal = |program: &&str| {
        let output = Command::new(program).arg("--version").output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("Universal Ctags"))
    };
    let found = ["ctags", "ctags-universal"].into_iter().find(is_universal);
    if found.is_none() {
        assert!(std::env::var_os("MIRA_REQUIRE_TOOLS").is_none(), "no Universal Ctags: install it");
        println!("skipped: no ctags");
    }
    found
}

fn tags(program: &str, language: &str, kinds: &str, files: &[PathBuf]) -> Vec<Tag> {
    let output = Command::new(program)
        .args(["--options=NONE", "-x", "--_xformat=%n\t%K\t%F\t%N", "--extras=-{anonymous}{qualified}"])
        .args([format!("--language-force={language}"), format!("--kinds-{language}={kinds}")])
        .args(files)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(tag).collect()
}

fn tag(line: &str) -> Tag {
    let [line, kind, file, name] = line.splitn(4, '\t').collect::<Vec<_>>().try_into().unwrap();
    let name = without_signs(name);
    Tag { file: PathBuf::from(file), kind: kind.to_owned(), line: line.parse().unwrap(), name }
}

/// Private names of JavaScript and operators of C++ are written in more than one way.
fn without_signs(name: &str) -> String {
    name.trim_start_matches('#').replace(' ', "")
}

fn is_doubtful(tag: &Tag, language: &str, lines: &[&str]) -> bool {
    let doubt = DOUBTED.iter().find(|(of, kind, _)| *of == language && *kind == tag.kind);
    doubt.is_some_and(|(_, _, pattern)| {
        let pattern = Regex::new(&pattern.replace("NAME", &regex::escape(&tag.name))).unwrap();
        !pattern.is_match(lines[tag.line as usize - 1])
    })
}

/// A symbol begins where its definition does, a tag where the name stands: behind the type that a
/// function of C returns, or at the end of a `typedef`.
fn is_the_same(tag: &Tag, symbol: &Symbol, lines: &[&str]) -> bool {
    let mut reach = symbol.first_line..=symbol.last_line;
    let is_at = |line: u32| [symbol.first_line, symbol.last_line].contains(&line);
    let is_named = |line: &u32| lines[*line as usize - 1].contains(&symbol.name);
    without_signs(&symbol.name) == tag.name && (is_at(tag.line) || reach.find(is_named) == Some(tag.line))
}

/// How many tags of a file count, and those of them that are no symbols.
fn compare<'t>(file: &Path, language: &str, tags: &'t [Tag]) -> (usize, Vec<&'t Tag>) {
    let text = fs::read_to_string(file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let symbols = symbols::symbols(file.to_str().unwrap(), &text);
    let counts = |tag: &&Tag| tag.file == file && !is_doubtful(tag, language, &lines);
    let tags: Vec<&Tag> = tags.iter().filter(counts).collect();
    let is_known = |tag: &Tag| symbols.iter().any(|symbol| is_the_same(tag, symbol, &lines));
    (tags.len(), tags.into_iter().filter(|tag| !is_known(tag)).collect())
}

/// All files of a language below `folder`.
fn sources(folder: &Path, language: &str) -> Vec<PathBuf> {
    let files = ignore::Walk::new(folder).map(|entry| entry.unwrap().into_path());
    let is_source = |path: &PathBuf| symbols::language_name(&path.to_string_lossy(), "") == Some(language);
    files.filter(|path| path.is_file() && is_source(path)).collect()
}

/// The language by its name here and by that of ctags, the kinds of definitions by the letters of ctags.
fn check(folder: &str, language: &str, of_ctags: &str, kinds: &str) {
    let Some(program) = universal_ctags() else { return };
    let files = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), language);
    let tags = tags(program, of_ctags, kinds, &files);
    let compared = files.iter().map(|file| compare(file, of_ctags, &tags));
    let (counts, unknown): (Vec<usize>, Vec<Vec<&Tag>>) = compared.unzip();
    let (all, unknown) = (counts.iter().sum::<usize>(), unknown.concat());
    let known = all - unknown.len();
    println!("{language}: {known} of {all} definitions; not: {unknown:#?}");
    assert!(all > 10, "{language}: ctags finds nothing to compare with");
    assert!(known * 100 >= all * AGREED, "{language}: only {known} of {all}");
}

fn check_fixtures(language: &str, of_ctags: &str, kinds: &str) {
    check(&format!("tests/it/fixtures/symbols/{language}"), language, of_ctags, kinds);
}

#[test]
fn ctags_agrees_on_rust() {
    check("src", "rust", "Rust", "nsigtfPMv");
}

#[test]
fn ctags_agrees_on_python() {
    check_fixtures("python", "Python", "cfm");
}

#[test]
fn ctags_agrees_on_typescript() {
    check_fixtures("typescript", "TypeScript", "fcigmnCGa");
    check_fixtures("tsx", "TypeScript", "fcigmnCGa");
}

#[test]
fn ctags_agrees_on_javascript() {
    check_fixtures("javascript", "JavaScript", "fcmCgGS");
}

#[test]
fn ctags_agrees_on_go() {
    check_fixtures("go", "Go", "fctsinav");
}

#[test]
fn ctags_agrees_on_java() {
    check_fixtures("java", "Java", "acgim");
}

#[test]
fn ctags_agrees_on_c_and_cpp() {
    check_fixtures("c", "C", "dfgstu");
    check_fixtures("cpp", "C++", "cdfgnstu");
}

#[cfg(feature = "csharp")]
#[test]
fn ctags_agrees_on_csharp() {
    check_fixtures("csharp", "C#", "cdgimnst");
}

#[test]
fn ctags_agrees_on_ruby() {
    check_fixtures("ruby", "Ruby", "cfmSC");
}

#[test]
fn ctags_agrees_on_php() {
    check_fixtures("php", "PHP", "cdfint");
}

#[test]
fn ctags_agrees_on_bash() {
    check_fixtures("bash", "Sh", "f");
}
