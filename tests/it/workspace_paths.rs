//! Spellings: what may be written, what is refused with which reason.

use std::os::unix::fs::symlink;

use mira::workspace::{RelPath, Workspace};
use proptest::prelude::*;

use crate::workspace_project::Project;

/// Every line: a spelling in Rust's escapes, `=>`, a piece of the refusal.
const REFUSED: &str = r#"
"" => names no file
"." => names no file
"./" => names no file
"././." => names no file
"/" => absolute
"//" => absolute
"/etc/passwd" => absolute
"//etc/passwd" => absolute
"/proc/self/root/etc/passwd" => absolute
"/outside/secret" => absolute
".." => `..`
"../outside/secret" => `..`
"../../../../etc/passwd" => `..`
"src/../../outside/secret" => `..`
"src/.." => `..`
"src/../x" => `..`
"./../outside/secret" => `..`
"src//..//../x" => `..`
"..." => `..`
"a/.../b" => `..`
".. /x" => `..`
"a/.. /b" => `..`
". ./x" => dot or a space
" " => dot or a space
"a/ /b" => dot or a space
"../" => names a folder
"~" => home folder
"~/x" => home folder
"~root/x" => home folder
"src\\main.rs" => backslash
"..\\outside\\secret" => backslash
"src\\..\\..\\x" => backslash
"C:\\x" => backslash
"\\\\server\\share\\x" => backslash
"\\x" => backslash
"a/..\\../b" => backslash
"C:/x" => colon
"c:x" => colon
"file:///etc/passwd" => colon
"http://x/y" => colon
"a.txt:stream" => colon
"a.txt::$DATA" => colon
"src/main.rs:1" => colon
"src/" => names a folder
"src/." => names a folder
"a/b//" => names a folder
"a\u{0}b" => U+0000
"a\nb" => U+000A
"a\r" => U+000D
"a\tb" => U+0009
"\u{1b}[2Jx" => U+001B
"a\u{7f}" => U+007F
"a\u{85}b" => U+0085
"a\u{9b}2J" => U+009B
"a\u{202e}txt.rs" => U+202E
"\u{202a}a" => U+202A
"a\u{2066}b" => U+2066
"a\u{2069}" => U+2069
"a\u{200e}" => U+200E
"a\u{200f}" => U+200F
"a\u{61c}b" => U+061C
"a\u{200b}b" => U+200B
"ma\u{200d}in.rs" => U+200D
"ma\u{200c}in.rs" => U+200C
"a\u{2060}b" => U+2060
"\u{feff}a" => U+FEFF
"a\u{ad}b" => U+00AD
"a\u{2028}b" => U+2028
"a\u{e0041}b" => U+E0041
"a\u{3164}b" => U+3164
".git" => git's internals
".git/" => names a folder
".git/config" => git's internals
".git/hooks/pre-commit" => git's internals
"./.git/config" => git's internals
".//.git//config" => git's internals
".GIT/config" => git's internals
".Git/config" => git's internals
".gIt/hooks/post-checkout" => git's internals
"vendor/lib/.git" => git's internals
"vendor/lib/.git/config" => git's internals
"sub/.GIT" => git's internals
".git./config" => git's internals
".git /config" => git's internals
".git. ./config" => git's internals
".git::$INDEX_ALLOCATION/config" => git's internals
".git:x/config" => git's internals
"GIT~1/config" => git's internals
"git~1/config" => git's internals
"git~12/config" => git's internals
"sub/Git~1" => git's internals
".g\u{200c}it/config" => U+200C
".git\u{200d}/config" => U+200D
".g\u{131}t/config" => git's internals
".\u{ff47}\u{ff49}\u{ff54}/config" => git's internals
"\u{ff0e}git/config" => git's internals
".\u{1d420}\u{1d422}\u{1d42d}/config" => git's internals
".gi\u{fe0f}t/config" => git's internals
".\u{24d6}it/config" => git's internals
".mira-tmp-1" => temporary
"src/.MIRA-tmp-x" => temporary
"con" => device
"CON" => device
"con.txt" => device
"src/nul" => device
"NUL.tar.gz" => device
"aux.rs" => device
"prn/x" => device
"com1" => device
"COM9.log" => device
"lpt1" => device
"com\u{b9}" => device
"conin$" => device
"con .txt" => device
"\u{ff43}\u{ff4f}\u{ff4e}" => device
"a." => dot or a space
"a " => dot or a space
"a/b. /c" => dot or a space
"dir./x" => dot or a space
"x.rs.." => dot or a space
".mira/settings.toml" => Mira's settings
".MIRA/x" => Mira's settings
".vscode/tasks.json" => VS Code
".VSCode/Tasks.JSON" => VS Code
".vscode/settings.json" => VS Code
".vscode/launch.json" => VS Code
".vscode/mcp.json" => VS Code
"packages/app/.vscode/settings.json" => VS Code
"x.code-workspace" => VS Code
".idea/workspace.xml" => JetBrains
".idea/a/b" => JetBrains
".envrc" => direnv
"sub/.ENVRC" => direnv
".direnv/x" => direnv
".husky/pre-commit" => hooks
".githooks/pre-commit" => hooks
".claude/settings.json" => permissions
".claude/settings.local.json" => permissions
".claude/hooks/x.sh" => hooks
".cursor/mcp.json" => another agent
".codex/config.toml" => another agent
".mcp.json" => tool servers
".gemini/settings.json" => another agent
".zed/settings.json" => Zed
".helix/languages.toml" => Helix
".devcontainer/devcontainer.json" => folder opens
".devcontainer.json" => folder opens
".exrc" => Vim
".nvim.lua" => Neovim
".dir-locals.el" => Emacs
".dir-locals-2.el" => Emacs
"\u{ff0e}envrc" => direnv
".ｖscode/tasks.json" => VS Code
"#;

#[test]
fn hostile_spellings_are_refused_with_a_reason() {
    let project = Project::with(&[("src/main.rs", "fn main() {}\n")]);
    let before = project.snapshot();
    let mut refused = 0;
    for line in REFUSED.trim().lines() {
        let (spelling, reason) = line.split_once(" => ").unwrap();
        let spelling = unescape(spelling);
        let error = project.write_spelled(&spelling, "escaped").expect_err(line);
        assert!(error.contains(reason), "{line}\n{error}");
        assert!(!error.chars().any(char::is_control), "{error:?}");
        refused += 1;
    }
    let too_long = ["n".repeat(256), "a/".repeat(2100) + "b"];
    for spelling in too_long {
        assert!(project.write_spelled(&spelling, "escaped").unwrap_err().contains("longer"));
        refused += 1;
    }
    assert!(refused >= 140, "{refused}");
    assert_eq!(project.snapshot(), before);
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
    let names = [
        "a",
        "src/main.rs",
        "./src/lib.rs",
        "src//deep/./er/x.rs",
        "with space.txt",
        "dir with space/a b.md",
        "Ünïcödé.txt",
        "日本語/ファイル.md",
        "العربية.txt",
        "🦀.rs",
        "👩‍👩‍👧/family.txt",
        "🇩🇪.txt",
        "नमस्ते.md",
        "می‌خواهم.txt",
        ".gitignore",
        ".gitattributes",
        ".gitmodules",
        ".github/workflows/x.yml",
        ".gitlab-ci.yml",
        "git/x",
        "a.git/x",
        "digit~1",
        ".env",
        ".hidden",
        "..a",
        "...b/c",
        "a..b",
        "x.tar.gz",
        "-dash",
        "@scope/pkg.json",
        "[id].tsx",
        "(group)/page.tsx",
        "a+b=c.txt",
        "100%.txt",
        "%2e%2e/x",
        "$HOME/x",
        "it's.txt",
        "a&b;c.txt",
        "console.rs",
        "auxiliary/con-fig.txt",
        "com10.txt",
        "common.rs",
        ".vscode/extensions.json",
        ".claude/CLAUDE.md",
        ".envrc.example",
        "Makefile",
        "CON_.txt",
        "~backup",
        "a~",
        "q?.txt",
        "star*.txt",
        ".pre-commit-config.yaml",
        ".mirarc",
        "my.mira/x",
        "K\u{212a}.txt",
        "é\u{301}.txt",
    ];
    for name in names {
        project.write_spelled(name, name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(project.read_spelled(name).as_deref(), Ok(name));
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
