//! Spellings: what may be written, what is refused with which reason.

use std::{collections::BTreeSet, fs, os::unix::fs::symlink, path::Path};

use mira::workspace::{RelPath, Workspace, apply::PlannedWrite, content_hash};
use proptest::prelude::*;

use crate::workspace_project::Project;

/// Every line: a spelling in Rust's escapes, `=>`, a piece of the refusal.
const REFUSED: &str = include_str!("workspace_paths/refused.txt");

/// Every line: a spelling that programs which decode or expand it take for a way out.
const LITERAL: &str = include_str!("workspace_paths/literal.txt");

/// Every line: a name that people and tools give their files.
const LEGAL: &str = include_str!("workspace_paths/legal.txt");

/// What hostile spellings aim at.
const TARGETS: &[(&str, &str)] = &[
    ("src/main.rs", "fn main() {}\n"),
    (".git/config", "[core]\n"),
    (".git/hooks/pre-commit", "#!/bin/sh\n"),
    (".vscode/tasks.json", "{}"),
    (".envrc", "export A=1\n"),
    (".husky/pre-commit", "true\n"),
    (".mira/settings.toml", ""),
];

fn cases(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|line| line.starts_with('"'))
}

#[test]
fn hostile_spellings_are_refused_with_a_reason() {
    let project = Project::with(TARGETS);
    let before = project.snapshot();
    let mut refused = BTreeSet::new();
    for line in cases(REFUSED) {
        let (spelling, reason) = line.split_once(" => ").unwrap();
        check_refused(&project, &unescape(spelling), reason);
        assert_eq!(project.snapshot(), before, "{line}");
        assert!(refused.insert(spelling), "twice: {line}");
    }
    assert!(refused.len() >= 440, "{}", refused.len());
}

/// No way from this spelling to a written or deleted file; the reason may be shown on a terminal.
fn check_refused(project: &Project, spelling: &str, reason: &str) {
    let error = project.write_spelled(spelling, "escaped").expect_err(spelling);
    assert!(error.contains(reason), "{spelling:?}\n{error}");
    assert!(!error.chars().any(char::is_control), "{error:?}");
    // What may be read may not be written either by a plan that was made without asking.
    let Ok(path) = project.workspace.path(spelling) else { return };
    let found = fs::read(project.at(path.as_str())).ok().map(|bytes| content_hash(&bytes));
    for content in [Some(b"escaped".to_vec()), None] {
        let expected_before = found.clone();
        let write = PlannedWrite {
            path: path.clone(),
            expected_before,
            content: content.map(Into::into),
            mode: None,
        };
        assert!(project.apply(vec![write]).is_err(), "{spelling:?}");
    }
}

#[test]
fn spellings_that_depend_on_the_project_are_refused_too() {
    let project = Project::with(TARGETS);
    let before = project.snapshot();
    let root = project.workspace.root().to_str().unwrap();
    let (upper, parent) = (root.to_uppercase(), project.workspace.root().parent().unwrap().display());
    let spellings = [
        (format!("{root}/../outside/secret"), "`..`"),
        (format!("{root}/src/../../outside/secret"), "`..`"),
        (format!("{root}-evil/x"), "absolute"),
        (format!("{root}x"), "absolute"),
        (format!("{upper}/x"), "absolute"),
        (format!("{parent}/outside/secret"), "absolute"),
        (format!("/.{root}/x"), "absolute"),
        (format!("{root}/.git/config"), "git's internals"),
        (format!("{root}//.GIT//config"), "git's internals"),
        (format!("{root}/.vscode/tasks.json"), "VS Code"),
        (format!("{root}/"), "names no file"),
        (root.to_owned(), "names no file"),
        ("n".repeat(256), "longer"),
        ("\u{65e5}".repeat(86), "longer"),
        (format!("{}.rs", "n".repeat(253)), "longer"),
        (format!("a/{}/b", "n".repeat(256)), "longer"),
        ("a/".repeat(2100) + "b", "longer"),
        (format!("{}/b", "n".repeat(250)).repeat(17), "longer"),
        (format!("{}.git/config", "./".repeat(5000)), "git's internals"),
        (format!("{}../outside/secret", "a/../".repeat(1000)), "`..`"),
    ];
    for (spelling, reason) in &spellings {
        check_refused(&project, spelling, reason);
        assert_eq!(project.snapshot(), before, "{spelling:?}");
    }
}

#[test]
fn what_only_looks_like_a_way_out_is_one_plain_file() {
    for line in cases(LITERAL) {
        let project = Project::with(TARGETS);
        let before = project.snapshot();
        let spelling = unescape(line);
        project.write_spelled(&spelling, "plain").unwrap_or_else(|error| panic!("{line}: {error}"));
        let mut after = project.snapshot();
        assert!(after.remove(&format!("project/{spelling}")).is_some(), "{line}");
        for folder in Path::new(&spelling).ancestors().skip(1) {
            if !folder.as_os_str().is_empty() {
                assert!(after.remove(&format!("project/{}", folder.display())).is_some(), "{line}");
            }
        }
        assert_eq!(after, before, "{line}");
    }
}

/// `"a\u{1}"` as Rust would read it.
fn unescape(quoted: &str) -> String {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
    let mut out = String::new();
    let mut rest = inner.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match rest.next().unwrap() {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            '\\' => out.push('\\'),
            'u' => {
                let hex: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.push(char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap());
            }
            other => panic!("no escape: {other}"),
        }
    }
    out
}

#[test]
fn legal_names_are_written_and_read_back() {
    let project = Project::with(&[]);
    let mut names: Vec<String> = cases(LEGAL).map(unescape).collect();
    names.extend(["n".repeat(255), "\u{65e5}".repeat(85), "d/".repeat(200) + "deep"]);
    assert!(names.len() >= 140, "{}", names.len());
    for name in &names {
        project.write_spelled(name, name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(project.read_spelled(name).as_ref(), Ok(name));
        assert_eq!(project.read(name), *name);
    }
    let absolute = project.at("inside.txt");
    project.write_spelled(absolute.to_str().unwrap(), "absolute").unwrap();
    assert_eq!(project.read("inside.txt"), "absolute");
}

#[test]
fn a_root_spelled_through_a_link_is_still_inside() {
    let project = Project::with(&[("a", "1")]);
    let alias = project.base.path().join("alias");
    symlink(project.workspace.root(), &alias).unwrap();
    let workspace = Workspace::open(&alias, &project.base.path().join("home")).unwrap();
    assert_eq!(workspace.path(alias.join("a").to_str().unwrap()).unwrap().as_str(), "a");
    assert_eq!(workspace.path(project.at("a").to_str().unwrap()).unwrap().as_str(), "a");
    let sibling = format!("{}-evil/a", project.workspace.root().display());
    assert!(workspace.path(&sibling).is_err());
    let up = format!("{}/../outside/secret", project.workspace.root().display());
    assert!(workspace.path(&up).is_err());
}

#[test]
fn folders_are_spelled_freely() {
    let project = Project::with(&[("src/a", "1")]);
    let folder = |text: &str| project.workspace.folder(text).map(|f| f.map(|f| f.to_string()));
    for root in ["", ".", "./", project.workspace.root().to_str().unwrap()] {
        assert_eq!(folder(root), Ok(None), "{root:?}");
    }
    for src in ["src", "src/", "./src/.", project.at("src/").to_str().unwrap()] {
        assert_eq!(folder(src), Ok(Some("src".to_owned())), "{src:?}");
    }
    for bad in ["/", "..", "/etc", ".git"] {
        assert!(folder(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn discovery_stops_at_the_nearest_git() {
    let project =
        Project::with(&[("a/b/c.txt", ""), ("worktree/.git", "gitdir: elsewhere"), ("worktree/x/y", "")]);
    let home = project.base.path().join("home");
    let root = |dir: &str| Workspace::discover(&project.at(dir), &home).unwrap().root().to_owned();
    assert_eq!(root("a/b"), project.workspace.root());
    assert_eq!(root("worktree/x"), project.at("worktree"));
    let bare = Workspace::discover(&project.outside(), &home).unwrap();
    assert_eq!(bare.root(), project.outside().canonicalize().unwrap());
}

proptest! {
    /// Whatever is spelled: no panic, and what passes stays below the root and means itself.
    #[test]
    fn any_spelling_is_refused_or_lies_below_the_root(text in "[./~ a:\\\\é\u{200d}git]{0,12}|\\PC{0,20}|.{0,20}") {
        if let Ok(path) = RelPath::parse(&text) {
            prop_assert!(path.parts().all(|part| !part.is_empty() && part != "." && part != ".."));
            let means_itself = RelPath::parse(path.as_str());
            prop_assert_eq!(means_itself, Ok(path));
        }
    }
}
