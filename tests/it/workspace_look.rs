//! Looking around: reading, listing, searching and outlining, bounded, also in hostile trees.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::symlink},
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use mira::workspace::{
    Halt, Stopped,
    list::{ListRequest, LookError},
    read,
    search::{Case, Matches, SearchRequest},
};

use crate::workspace_project::{Project, patient};

fn list(project: &Project, folder: &str, globs: &[&str], max: usize) -> (Vec<String>, usize) {
    let request = ListRequest {
        folder: project.workspace.folder(folder).unwrap(),
        globs: globs.iter().map(|glob| (*glob).to_owned()).collect(),
        max,
    };
    let listing = project.workspace.list(&request, &patient()).unwrap();
    assert_eq!(listing.stopped, None);
    (listing.paths, listing.left_out)
}

fn search(project: &Project, request: SearchRequest) -> Matches {
    let max_matches = if request.max_matches == 0 { 100 } else { request.max_matches };
    project.workspace.search(&SearchRequest { max_matches, ..request }, &patient()).unwrap()
}

fn pattern(pattern: &str) -> SearchRequest {
    SearchRequest { pattern: pattern.to_owned(), ..SearchRequest::default() }
}

/// `path:number:text` for matches, `path-number-text` for context.
fn lines(matches: &Matches) -> Vec<String> {
    let lines = matches.files.iter().flat_map(|file| file.lines.iter().map(move |line| (file, line)));
    lines
        .map(|(file, line)| match line.is_match {
            true => format!("{}:{}:{}", file.path, line.number, line.text),
            false => format!("{}-{}-{}", file.path, line.number, line.text),
        })
        .collect()
}

fn make_pipe(project: &Project, name: &str) {
    let mode = rustix::fs::Mode::from_raw_mode(0o644);
    rustix::fs::mknodat(rustix::fs::CWD, project.at(name), rustix::fs::FileType::Fifo, mode, 0).unwrap();
}

#[test]
fn lines_are_read_by_range() {
    let project = Project::with(&[("a", "1\n2\n3\r\n4\n5"), ("empty", "")]);
    let read = |name: &str, first, count| {
        let path = project.workspace.path(name).unwrap();
        let slice = project.workspace.read_text(&path, first, count).unwrap();
        (slice.lines.join(","), slice.total_lines, slice.next_line())
    };
    assert_eq!(read("a", 1, 100), ("1,2,3,4,5".into(), 5, None));
    assert_eq!(read("a", 2, 2), ("2,3".into(), 5, Some(4)));
    assert_eq!(read("a", 0, 1), ("1".into(), 5, Some(2)));
    assert_eq!(read("a", 9, 1), (String::new(), 5, None));
    assert_eq!(read("empty", 1, 10), (String::new(), 0, None));
}

#[test]
fn reading_is_bounded_in_lines_bytes_and_line_length() {
    let project = Project::with(&[
        ("many", &"x\n".repeat(5000)),
        ("wide", &format!("{}\n", "y".repeat(1500)).repeat(100)),
        ("long", &format!("{}é\nshort\n", "z".repeat(1999)).replace('é', &"é".repeat(50_000))),
    ]);
    let read =
        |name: &str| project.workspace.read_text(&project.workspace.path(name).unwrap(), 1, 9999).unwrap();
    assert_eq!(read("many").lines.len(), read::MAX_LINES);
    assert_eq!(read("many").next_line(), Some(2001));
    let wide: usize = read("wide").lines.iter().map(|line| line.len() + 1).sum();
    assert!(wide <= read::MAX_BYTES && wide > read::MAX_BYTES - 2000);
    let long = read("long");
    assert!(long.lines[0].ends_with("z… [100000 more bytes]"), "{}", &long.lines[0][1990..]);
    assert_eq!(long.lines[1], "short");
}

#[test]
fn what_is_not_text_is_refused_with_a_sentence() {
    let project = Project::with(&[]);
    let cases: [(&str, &[u8], &str); 4] = [
        ("binary", b"\x7fELF\0\0", "is binary"),
        ("utf16", b"\xff\xfea\0b\0", "UTF-16"),
        ("latin1", b"caf\xe9\n", "not UTF-8"),
        ("utf16be", b"\xfe\xff\0a", "UTF-16"),
    ];
    for (name, bytes, reason) in cases {
        fs::write(project.at(name), bytes).unwrap();
        let error = project.workspace.read_text(&project.workspace.path(name).unwrap(), 1, 10).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn listing_respects_ignore_rules_and_shows_hidden_files() {
    let project = Project::with(&[
        (".gitignore", "target/\n*.log\n!keep.log\n/top\n[bad\n"),
        (".miraignore", "secret*\n!app.log\n"),
        (".git/config", ""),
        (".git/info/exclude", "scratch\n"),
        (".github/workflows/ci.yml", ""),
        ("target/debug/x", ""),
        ("app.log", ""),
        ("other.log", ""),
        ("keep.log", ""),
        ("scratch", ""),
        ("secret.txt", ""),
        ("top", ""),
        ("sub/top", ""),
        ("sub/.gitignore", "local\n!other.log\n"),
        ("sub/local", ""),
        ("sub/other.log", ""),
        ("local", ""),
    ]);
    let expected = [
        ".github/workflows/ci.yml",
        ".gitignore",
        ".miraignore",
        "app.log",
        "keep.log",
        "local",
        "sub/.gitignore",
        "sub/other.log",
        "sub/top",
    ];
    assert_eq!(list(&project, "", &[], 100), (expected.map(str::to_owned).to_vec(), 0));
    assert_eq!(list(&project, "", &[], 2).1, 7);
    assert_eq!(list(&project, "sub", &[], 100).0, ["sub/.gitignore", "sub/other.log", "sub/top"]);
    assert_eq!(list(&project, "target", &[], 100).0, ["target/debug/x"]);
}

#[test]
fn globs_select_by_name_or_by_path() {
    let project = Project::with(&[
        ("a.rs", ""),
        ("src/b.rs", ""),
        ("src/c.ts", ""),
        ("src/deep/d.rs", ""),
        ("docs/e.md", ""),
    ]);
    let check = |folder: &str, globs: &[&str], expected: &[&str]| {
        assert_eq!(list(&project, folder, globs, 100).0, expected, "{folder} {globs:?}");
    };
    check("", &["*.rs"], &["a.rs", "src/b.rs", "src/deep/d.rs"]);
    check("", &["src/*.rs"], &["src/b.rs"]);
    check("", &["./src/*.rs"], &["src/b.rs"]);
    check("", &["src/**/*.rs"], &["src/b.rs", "src/deep/d.rs"]);
    check("src", &["src/*.rs"], &["src/b.rs"]);
    check("src", &["deep/*"], &["src/deep/d.rs"]);
    check("", &["*.{ts,md}"], &["docs/e.md", "src/c.ts"]);
    check("", &["*.ts", "e.*"], &["docs/e.md", "src/c.ts"]);
    let request = ListRequest { globs: vec!["a[".into()], max: 1, ..ListRequest::default() };
    let error = project.workspace.list(&request, &patient()).unwrap_err();
    assert!(error.to_string().contains("the glob \"a[\""), "{error}");
}

#[test]
fn search_finds_lines_with_context_in_order() {
    let project = Project::with(&[
        ("b.txt", "one\ntwo Token\nthree\n"),
        ("a.txt", "token\r\n"),
        (".hidden", "a token\n"),
        ("ignored", "token\n"),
        (".gitignore", "ignored\n"),
    ]);
    let found = search(&project, pattern("token"));
    assert_eq!(lines(&found), [".hidden:1:a token", "a.txt:1:token", "b.txt:2:two Token"]);
    let context = SearchRequest { context: 1, globs: vec!["b.*".into()], ..pattern("token") };
    assert_eq!(lines(&search(&project, context)), ["b.txt-1-one", "b.txt:2:two Token", "b.txt-3-three"]);
    let cases = [("Token", Case::Smart, 1), ("token", Case::Sensitive, 2), ("TOKEN", Case::Insensitive, 3)];
    for (text, case, expected) in cases {
        assert_eq!(search(&project, SearchRequest { case, ..pattern(text) }).total, expected, "{text}");
    }
    let one_file =
        SearchRequest { folder: Some(project.workspace.path("a.txt").unwrap()), ..pattern("token") };
    assert_eq!(lines(&search(&project, one_file)), ["a.txt:1:token"]);
}

#[test]
fn a_literal_is_no_regex_and_a_bad_regex_is_a_sentence() {
    let project = Project::with(&[("a", "f(x)[0]\nfx\n")]);
    let literal = SearchRequest { is_literal: true, ..pattern("f(x)[") };
    assert_eq!(lines(&search(&project, literal)), ["a:1:f(x)[0]"]);
    assert_eq!(lines(&search(&project, pattern(r"^f.?x"))), ["a:1:f(x)[0]", "a:2:fx"]);
    for bad in ["f(", "", "a{99999999}", "a\nb", "(?<=x)y"] {
        let error = project.workspace.search(&pattern(bad), &patient()).unwrap_err();
        assert!(matches!(error, LookError::Pattern(_)), "{bad:?}");
    }
}

#[test]
fn search_is_bounded_and_the_same_every_time() {
    let files: Vec<(String, String)> =
        (0..200).map(|n| (format!("d{}/f{n:03}", n % 7), "hit\n".repeat(n % 5 + 1))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::with(&files);
    let request = SearchRequest { max_matches: 50, ..pattern("hit") };
    let first = search(&project, request.clone());
    assert_eq!((first.total, first.is_cut), (50, true));
    for _ in 0..20 {
        assert_eq!(search(&project, request.clone()).files, first.files);
    }
    let all = search(&project, SearchRequest { max_matches: 1000, ..pattern("hit") });
    assert_eq!((all.total, all.is_cut), (600, false));
    let exact = search(&project, SearchRequest { max_matches: 600, ..pattern("hit") });
    assert_eq!((exact.total, exact.is_cut), (600, false));
}

#[test]
fn answers_have_a_limit_in_bytes_and_long_lines_show_their_match() {
    let long = format!("{}needle{}\n", "x".repeat(1_000_000), "y".repeat(1_000_000));
    let project =
        Project::with(&[("long", &long), ("many", &format!("{}\n", "needle ".repeat(50)).repeat(900))]);
    let found = search(&project, SearchRequest { max_matches: 1000, ..pattern("needle") });
    let text = &found.files[0].lines[0].text;
    assert!(text.contains("needle") && text.len() < 500, "{}", text.len());
    let bytes: usize = found.files.iter().flat_map(|file| &file.lines).map(|line| line.text.len()).sum();
    assert!(found.is_cut && bytes <= 64 * 1024, "{bytes}");
}

#[test]
fn hostile_trees_neither_hang_nor_lead_out() {
    let project = Project::with(&[("ok.txt", "secret word\n")]);
    for name in ["pipe", "d.txt"] {
        make_pipe(&project, name);
    }
    fs::create_dir_all(project.at("sub")).unwrap();
    make_pipe(&project, "sub/.gitignore");
    symlink("/dev/zero", project.at(".gitignore")).unwrap();
    symlink("/dev/zero", project.at(".miraignore")).unwrap();
    symlink("loop", project.at("loop")).unwrap();
    symlink(".", project.at("self")).unwrap();
    symlink("../outside", project.at("out")).unwrap();
    symlink("../outside/secret", project.at("leak.txt")).unwrap();
    fs::write(project.outside().join("secret"), "secret word\n").unwrap();
    fs::write(project.at("one-line"), vec![b'a'; 10 * 1024 * 1024]).unwrap();
    fs::write(project.at(OsStr::from_bytes(b"bad-\xff-name")), "secret word\n").unwrap();
    fs::write(project.at("esc\u{1b}[2J\nname"), "secret word\n").unwrap();
    let start = Instant::now();
    let found = search(&project, pattern("secret|aaa"));
    let paths: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["bad-\u{fffd}-name", "esc\\u{1b}[2J\\u{a}name", "ok.txt"]);
    assert_eq!(found.skipped, 1, "the line of 10 MiB");
    let listed = list(&project, "", &[], 100).0;
    assert!(!listed.iter().any(|path| path.starts_with("out/") || path.starts_with("self/")), "{listed:?}");
    assert!(!listed.iter().any(|path| path.chars().any(char::is_control)), "{listed:?}");
    let outline = project.workspace.shape(&patient()).unwrap().outline(100);
    assert!(outline.text.contains("ok.txt") && !outline.text.contains("outside"));
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_cancelled_or_late_look_says_so() {
    let project = Project::with(&[("a", "x\n"), ("b/c", "x\n")]);
    let cancelled = Halt::new(Arc::new(AtomicBool::new(true)), Duration::from_secs(60));
    let late = Halt::after(Duration::ZERO);
    for (halt, expected) in [(cancelled, Stopped::Cancelled), (late, Stopped::TimeUp)] {
        assert_eq!(project.workspace.search(&pattern("x"), &halt).unwrap().stopped, Some(expected));
        assert_eq!(project.workspace.shape(&halt).unwrap().outline(10).stopped, Some(expected));
        let listing =
            project.workspace.list(&ListRequest { max: 9, ..ListRequest::default() }, &halt).unwrap();
        assert_eq!(listing.stopped, Some(expected));
    }
}

#[test]
fn an_outline_spells_out_what_fits() {
    let files: Vec<String> =
        (0..30).map(|n| format!("big/f{n}")).chain(["src/a/x".into(), "src/b".into()]).collect();
    let mut files: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "")).collect();
    files.push(("README.md", ""));
    files.push(("one/only", ""));
    let project = Project::with(&files);
    let outline = |max| project.workspace.shape(&patient()).unwrap().outline(max);
    assert_eq!(outline(6).text, "README.md\nbig/ (30 files)\none/\n  only\nsrc/ (2 files)\n");
    assert_eq!(outline(8).text, "README.md\nbig/ (30 files)\none/\n  only\nsrc/\n  a/\n    x\n  b\n");
    assert_eq!(outline(2).text, "README.md\nbig/ (30 files)\n… 2 more\n");
    assert_eq!(outline(100).files, 34);
    for max in 1..50 {
        assert!(outline(max).text.lines().count() <= max + 1);
    }
}

#[test]
fn a_hundred_thousand_files_are_outlined_within_the_time_given() {
    let project = Project::with(&[]);
    for folder in 0..100 {
        fs::create_dir(project.at(format!("d{folder}"))).unwrap();
        let first = project.at(format!("d{folder}/f0"));
        fs::write(&first, "").unwrap();
        // Links are files like others here, and made many times faster.
        for file in 1..1000 {
            fs::hard_link(&first, project.at(format!("d{folder}/f{file}"))).unwrap();
        }
    }
    let start = Instant::now();
    let outline = project.workspace.shape(&Halt::after(Duration::from_millis(100))).unwrap().outline(200);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!(outline.text.lines().count(), 100);
    let whole = project.workspace.shape(&patient()).unwrap().outline(200);
    assert_eq!((whole.files, whole.stopped), (100_000, None));
}
