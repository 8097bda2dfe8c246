//! Which words get which tones, and how growing code is coloured.

#![allow(clippy::unwrap_used)]
//! What code looks like, and how a growing block is carried on.

use super::*;

/// Each word must have its tone where it first stands.
fn check(language: &str, code: &str, expected: &[(&str, Tone)]) {
    let lines = Worker::load().colour_lines(language, code);
    assert_eq!(lines.len(), code.lines().count());
    for (word, tone) in expected {
        let (at, column) = place(code, word);
        let found = lines[at].iter().find(|(end, _)| *end as usize > column);
        let found = found.map_or(Tone::Text, |(_, tone)| *tone);
        assert_eq!(found, *tone, "{word:?} in {language}: {code}");
    }
}

fn place(code: &str, word: &str) -> (usize, usize) {
    let mut lines = code.lines().enumerate();
    lines.find_map(|(at, line)| Some((at, line.find(word)?))).unwrap()
}

#[test]
fn rust_words_have_their_tones() {
    check(
        "rs",
        "// why\nuse std::io;\n#[derive(Debug)]\nstruct User { id: u64 }\nfn name() -> &'static str {\n    let x = format!(\"hi\\n\");\n    call(42, true)\n}\n",
        &[
            ("// why", Tone::Comment),
            ("use", Tone::Keyword),
            ("struct", Tone::Keyword),
            ("User", Tone::Type),
            ("fn", Tone::Keyword),
            ("name", Tone::Function),
            ("format", Tone::Function),
            ("hi", Tone::String),
            ("\\n", Tone::Constant),
            ("call", Tone::Function),
            ("42", Tone::Number),
            ("true", Tone::Constant),
            ("{ id", Tone::Punctuation),
        ],
    );
}

#[test]
fn python_words_have_their_tones() {
    check(
        "Python",
        "@cached\nclass User(Base):\n    def name(self, n=3):\n        return \"a\" and None  # why\n",
        &[
            ("cached", Tone::Attribute),
            ("class", Tone::Keyword),
            ("User", Tone::Type),
            ("Base", Tone::Type),
            ("def", Tone::Keyword),
            ("name", Tone::Function),
            ("3", Tone::Number),
            ("return", Tone::Keyword),
            ("a\"", Tone::String),
            ("and", Tone::Keyword),
            ("None", Tone::Constant),
            ("# why", Tone::Comment),
        ],
    );
}

#[test]
fn typescript_words_have_their_tones() {
    for language in ["ts", "TypeScript", "tsx"] {
        check(
            language,
            "export interface User { id: number }\nfunction load(id: string) {\n  const n = 1; // why\n  return `x`;\n}\n",
            &[
                ("export", Tone::Keyword),
                ("interface", Tone::Keyword),
                ("User", Tone::Type),
                ("number", Tone::Type),
                ("function", Tone::Keyword),
                ("load", Tone::Function),
                ("const", Tone::Keyword),
                ("1", Tone::Number),
                ("// why", Tone::Comment),
                ("`x", Tone::String),
            ],
        );
    }
}

#[test]
fn go_words_have_their_tones() {
    check(
        "golang",
        "package main\n\nfunc Load(id int) string {\n\tif id == 3 { return \"a\" }\n\treturn nil // why\n}\n",
        &[
            ("package", Tone::Keyword),
            ("func", Tone::Keyword),
            ("Load", Tone::Function),
            ("if", Tone::Keyword),
            ("3", Tone::Number),
            ("\"a", Tone::String),
            ("nil", Tone::Constant),
            ("// why", Tone::Comment),
        ],
    );
}

#[test]
fn files_of_settings_have_their_tones() {
    check(
        "toml",
        "# why\n[server]\nport = 80\nname = \"x\"\non = true\n",
        &[
            ("# why", Tone::Comment),
            ("server", Tone::Type),
            ("port", Tone::Attribute),
            ("80", Tone::Number),
            ("\"x", Tone::String),
            ("true", Tone::Constant),
        ],
    );
    check(
        "jsonc",
        "{\n  \"key\": \"value\", \"n\": 1,\n  \"b\": null\n}\n",
        &[
            ("key", Tone::Variable),
            ("value", Tone::String),
            ("1", Tone::Number),
            ("null", Tone::Constant),
            ("{", Tone::Punctuation),
        ],
    );
    check(
        "yml",
        "key: 1 # why\n",
        &[("key", Tone::Attribute), ("1", Tone::Number), ("# why", Tone::Comment)],
    );
}

#[test]
fn shell_and_diff_have_their_tones() {
    for language in ["bash", "sh", "console", "zsh"] {
        check(
            language,
            "# why\nif test \"$HOME\"; then\n  echo 'a'\nfi\n",
            &[
                ("# why", Tone::Comment),
                ("if", Tone::Keyword),
                ("HOME", Tone::Variable),
                ("echo", Tone::Function),
                ("'a", Tone::String),
            ],
        );
    }
    check(
        "diff",
        "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n-old\n+new\n same\n",
        &[
            ("--- a", Tone::Muted),
            ("-1,2", Tone::Marker),
            ("-old", Tone::Error),
            ("+new", Tone::Good),
            ("same", Tone::Text),
        ],
    );
}

#[test]
fn languages_go_by_many_names() {
    let worker = Worker::load();
    let named = [
        ("int x = 1;\n", "c++ cpp C cs java csharp"),
        ("x = 1\n", "py python3 rb toml yaml yml lua make"),
        ("let x = 1;\n", "rs Rust js javascript jsx src/main.rs a/b.TS node swift kotlin"),
        ("<a href=\"b\">\n", "html xml svg vue svelte"),
        ("SELECT 1\n", "sql"),
        ("FROM rust\n", "Dockerfile docker build/Dockerfile"),
        ("$x = 1\n", "ps1 powershell pwsh"),
        (".a { color: red }\n", "css scss"),
    ];
    for (code, names) in named {
        for name in names.split(' ') {
            assert!(!worker.colour_lines(name, code)[0].is_empty(), "{name}");
        }
    }
    for name in ["", "no-such-language", "text", "txt", "plaintext", "notes.txt", ".."] {
        assert_eq!(worker.colour_lines(name, "let x = 1;\n"), [Tones::new()], "{name}");
    }
}

#[test]
fn tones_of_a_line_end_within_it() {
    let code = "fn a() {} // ü\r\n\"two\nlines\"\n";
    for (line, tones) in code.lines().zip(Worker::load().colour_lines("rust", code)) {
        assert!(tones.iter().all(|(end, _)| line.is_char_boundary(*end as usize)), "{line}: {tones:?}");
        assert!(tones.is_sorted_by_key(|(end, _)| *end));
    }
}

#[test]
fn what_is_too_long_stays_plain() {
    let worker = Worker::load();
    let long = format!("let x = \"{}\";\nlet y = 1;\n", "a".repeat(3000));
    let lines = worker.colour_lines("rust", &long);
    assert!(lines[0].is_empty() && !lines[1].is_empty());
    let filler = "// a\n".repeat(3);
    let mut end = vec![];
    let huge = Job { block: BlockId(1), language: "rust".into(), first_line: 0, code: filler.repeat(40_000) };
    Worker::load().answer(&huge, usize::MAX, |answer| {
        end.push(answer);
        true
    });
    let [Answer::Coloured(answer)] = end.as_slice() else { panic!("{}", end.len()) };
    assert_eq!(answer.lines.len(), 120_000);
    assert!(!answer.lines[0].is_empty() && answer.lines[119_999].is_empty());
}

fn job(block: u64, first_line: usize, code: &str) -> Job {
    Job { block: BlockId(block), language: "rust".to_owned(), first_line, code: code.to_owned() }
}

fn answers(worker: &mut Worker, job: &Job) -> Vec<Answer> {
    let mut answers = Vec::new();
    worker.answer(job, 2, |answer| {
        answers.push(answer);
        true
    });
    answers
}

#[test]
fn a_growing_block_is_coloured_like_the_whole() {
    let code = "/* one\ntwo\nthree */\nfn four() {}\nlet five = \"\nsix\";\n";
    let mut worker = Worker::load();
    let whole = worker.colour_lines("rust", code);
    let mut grown = Vec::new();
    for (at, line) in code.split_inclusive('\n').enumerate() {
        for answer in answers(&mut worker, &job(7, at, line)) {
            let Answer::Coloured(answer) = answer else { panic!("lost at {at}") };
            assert_eq!(answer.first_line, at);
            grown.extend(answer.lines);
        }
    }
    assert_eq!(grown, whole);
}

#[test]
fn long_answers_come_in_parts() {
    let parts = answers(&mut Worker::load(), &job(7, 0, "fn a() {}\n\nfn b() {}\n"));
    let firsts: Vec<usize> = parts.iter().map(|part| first_line(part).unwrap()).collect();
    assert_eq!(firsts, [0, 2]);
}

fn first_line(answer: &Answer) -> Option<usize> {
    match answer {
        Answer::Coloured(coloured) => Some(coloured.first_line),
        Answer::Lost(_) => None,
    }
}

#[test]
fn a_forgotten_block_is_lost_and_begins_again() {
    let mut worker = Worker::load();
    assert_eq!(answers(&mut worker, &job(7, 3, "x\n")), [Answer::Lost(BlockId(7))]);
    answers(&mut worker, &job(7, 0, "fn a() {\n"));
    for other in 100..100 + 64 {
        answers(&mut worker, &job(other, 0, "x\n"));
    }
    assert_eq!(answers(&mut worker, &job(7, 1, "}\n")), [Answer::Lost(BlockId(7))]);
    assert!(first_line(&answers(&mut worker, &job(7, 0, "fn a() {\n}\n"))[0]).is_some());
}

#[test]
fn jobs_are_answered_by_a_thread_that_ends_with_its_handle() {
    let (mut highlighter, mut answers) = Highlighter::start();
    assert!(highlighter.queue.is_none(), "no thread before the first job");
    let job = job(7, 0, "fn a() {}\n");
    highlighter.send(job.clone()).unwrap();
    let Some(Answer::Coloured(answer)) = answers.blocking_recv() else { panic!("no colours") };
    assert_eq!((answer.block, answer.first_line, answer.lines.len()), (job.block, 0, 1));
    drop(highlighter);
    assert_eq!(answers.blocking_recv(), None);
}
