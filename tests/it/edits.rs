//! The coder's edits, answer by answer: `fixtures/edits/*.txt` says what a file becomes, or why not.
//!
//! A case begins with `#### name`. Then `@file PATH` and its lines, `@answer` and its lines (`@cut` for
//! one that was cut off; `@edit PATH` for blocks between edit tags, with short marks), and what is
//! expected: `@expect PATH` and its lines, `@gone PATH`, `@refused PATH: WORDS`. `⇥` is a tab, `·` a
//! trailing blank, `␍` a carriage return, and `␀` says that the last line has no line end.

use std::{collections::BTreeMap, fs, path::Path};

use mira::engine::edits::{ArtifactParser, ProposedChange, Resolved, Texts, Wanted, wanted};

mod properties;
mod turns;

/// A case as data.
#[derive(Debug, Default)]
struct Case {
    name: String,
    files: BTreeMap<String, String>,
    answer: String,
    is_cut: bool,
    /// `None` for a file that is gone.
    expected: BTreeMap<String, Option<String>>,
    refused: Vec<(String, String)>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/edits");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().flat_map(|path| read_cases(&fs::read_to_string(path).unwrap())).collect()
}

fn read_cases(text: &str) -> Vec<Case> {
    let cases = text.split("#### ").skip(1);
    cases.map(|case| case.split_once('\n').unwrap()).map(|(name, body)| read_case(name, body)).collect()
}

fn read_case(name: &str, body: &str) -> Case {
    let mut case = Case { name: name.to_owned(), ..Case::default() };
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in body.lines() {
        match line.strip_prefix('@').filter(|head| is_head(head)) {
            Some(head) => sections.push((head, Vec::new())),
            None => sections.last_mut().unwrap().1.push(line),
        }
    }
    for (head, lines) in sections {
        let (verb, path) = head.split_once(' ').unwrap_or((head, ""));
        match verb {
            "file" => drop(case.files.insert(path.to_owned(), text(&lines))),
            "answer" => case.answer.push_str(&text(&lines)),
            "edit" => case.answer.push_str(&edit(path, &lines)),
            "cut" => (case.answer, case.is_cut) = (text(&lines), true),
            "expect" => drop(case.expected.insert(path.to_owned(), Some(text(&lines)))),
            "gone" => drop(case.expected.insert(path.to_owned(), None)),
            _ => {
                let (path, words) = path.split_once(": ").unwrap();
                case.refused.push((path.to_owned(), words.to_owned()));
            }
        }
    }
    case
}

fn is_head(head: &str) -> bool {
    let verbs = ["file", "answer", "edit", "cut", "expect", "gone", "refused"];
    verbs.contains(&head.split(' ').next().unwrap())
}

fn text(lines: &[&str]) -> String {
    let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
    text.replace("␀\n", "").replace('␍', "\r").replace('⇥', "\t").replace('·', " ")
}

fn edit(path: &str, lines: &[&str]) -> String {
    let marks = |line: &&str| match *line {
        "<<<" => "<<<<<<< SEARCH".to_owned(),
        "===" => "=======".to_owned(),
        ">>>" => ">>>>>>> REPLACE".to_owned(),
        line => line.to_owned(),
    };
    let lines: Vec<String> = lines.iter().map(marks).collect();
    format!(
        "<edit path=\"{path}\">\n{}</edit>\n",
        text(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    )
}

/// What an answer wants, read in these chunks.
fn read<'a>(chunks: impl IntoIterator<Item = &'a str>, cut: bool) -> Vec<Wanted> {
    let mut parser = ArtifactParser::new();
    for chunk in chunks {
        parser.push(chunk);
    }
    wanted(&parser.finish(cut).proposals)
}

/// The files after an answer, and the refusals by path.
fn apply(
    files: &BTreeMap<String, String>,
    wanted: Vec<Wanted>,
) -> (BTreeMap<String, String>, Vec<(String, String)>) {
    let texts: Texts = files.iter().map(|(path, text)| (path.clone(), Ok(Some(text.clone())))).collect();
    let resolved = Resolved::of(wanted, "target", &texts);
    let mut after = files.clone();
    for file in resolved.files {
        match file.change {
            ProposedChange::Write(content) => drop(after.insert(file.path, content)),
            ProposedChange::Delete => drop(after.remove(&file.path)),
            ProposedChange::Rename { from, content } => {
                let old = after.remove(&from).unwrap();
                after.insert(file.path, content.unwrap_or(old));
            }
        }
    }
    (after, resolved.failures.into_iter().map(|failure| (failure.path.clone(), failure.reasons())).collect())
}

/// What is wrong with a case; nothing when all is as expected.
fn check(case: &Case) -> Option<String> {
    let whole = read([case.answer.as_str()], case.is_cut);
    let by_letters = read(case.answer.split_inclusive(|_| true), case.is_cut);
    if by_letters != whole {
        return Some(format!("{}: letter by letter it reads as {by_letters:#?}", case.name));
    }
    let (after, refusals) = apply(&case.files, whole);
    let mut expected = case.files.clone();
    for (path, content) in &case.expected {
        match content {
            Some(content) => drop(expected.insert(path.clone(), content.clone())),
            None => drop(expected.remove(path)),
        }
    }
    let is_refused = |(path, words): &(String, String)| {
        refusals.iter().any(|(refused, reason)| refused == path && reason.contains(words))
    };
    let as_expected = after == expected
        && case.refused.iter().all(is_refused)
        && refusals.iter().all(|(path, _)| case.refused.iter().any(|(expected, _)| expected == path));
    (!as_expected).then(|| {
        format!("{}: {after:?} {refusals:?}\n  instead of {expected:?} {:?}", case.name, case.refused)
    })
}

#[test]
fn every_answer_of_the_corpus_comes_to_its_files_or_its_refusal() {
    let cases = cases();
    assert!(cases.len() >= 150, "only {} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn a_refusal_shows_the_nearest_lines() {
    let file = "fn a() {\n    one();\n}\n\nfn b() {\n    two();\n}\n";
    let files = BTreeMap::from([("a".to_owned(), file.to_owned())]);
    let answer = edit("a", &["<<<", "fn b() {", "    three();", "}", "===", "fn b() {}", ">>>"]);
    let texts: Texts = files.iter().map(|(path, text)| (path.clone(), Ok(Some(text.clone())))).collect();
    let failures = Resolved::of(read([answer.as_str()], false), "a", &texts).failures;
    let nearest = failures[0].refusals[0].nearest().unwrap().to_string();
    assert_eq!(nearest, "    3| }\n    4| \n    5| fn b() {\n    6|     two();\n    7| }\n");
}
