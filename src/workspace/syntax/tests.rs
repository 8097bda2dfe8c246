//! What is told of a change, what is not, and that no text is too much.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

fn language(name: &str) -> &'static Language {
    Language::by_name(name).unwrap()
}

/// `12:3 missing ;` a line, for the errors that are new; `-` is no file before.
fn check(name: &str, before: &str, after: &str, expected: &str) {
    let before = Some(before).filter(|before| *before != "-");
    let found = new_errors(language(name), before, after);
    let told = found.iter().map(|e| format!("{}:{} {e}", e.line, e.column)).collect::<Vec<_>>();
    assert_eq!(told.join("\n"), expected.trim(), "{after}");
}

#[test]
fn a_new_error_is_told_with_its_place() {
    check("rust", "fn a() {}\n", "fn a() { let = 1; }\n", "1:14 unexpected `=`");
    check("rust", "-", "fn a() {\n    let x = 1\n}\n", "2:14 missing `;`");
    check("rust", "fn a() {}\n", "fn a() {\n    b();\n", "1:8 `{` has no partner");
    check("python", "-", "def f(:\n    pass\n", "1:7 missing `)`");
    check("python", "x = 1\n", "x = 1\ny = (2\n", "2:5 `(` has no partner");
    check("json", "{}", "{\"a\": 1,}", "1:8 unexpected `,`");
    check("toml", "a = 1\n", "a = 1\nb =\n", "2:1 unexpected `b =`");
    check("go", "-", "package p\n\nfunc f( {}\n", "3:8 missing `)`");
    check("bash", "-", "if true; then\n  echo a\n", "3:1 missing `fi`");
}

#[test]
fn what_was_sound_and_stays_so_is_not_told() {
    check("rust", "fn a() {}\n", "fn b() {}\n", "");
    check("rust", "-", "", "");
    check("rust", "fn a( {}\n", "fn a() {}\n", "");
    check("rust", "-", "\u{feff}fn a() {\r\n    b();\r\n}\r\n", "");
}

#[test]
fn an_old_error_is_no_news_also_when_it_moves() {
    let broken = "fn a() {}\nfn b() { let = 1; }\nfn c() {}\n";
    check("rust", broken, broken, "");
    check("rust", broken, &format!("// One line more.\n{broken}"), "");
    check("rust", broken, &broken.replace("let = 1", "let = 2"), "");
    check("rust", broken, &broken.replace("fn c() {}", "fn c() { d(); }"), "");
}

#[test]
fn a_broken_file_can_get_worse() {
    let broken = "fn a() {}\nfn b() { let = 1; }\nfn c() {}\n";
    let worse = broken.replace("fn c() {}", "fn c() { if }");
    check("rust", broken, &worse, "3:10 unexpected `if`");
    let both = broken.replace("let = 1", "let = 1; let = 2");
    check("rust", broken, &both, "2:23 unexpected `=`");
}

#[test]
fn templates_and_conflicts() {
    check("python", "-", "x = {{ cookiecutter.name }}-\n{% if a %}\ny = 1\n{% endif %}\n", "");
    let conflict = "fn a() {}\n<<<<<<< ours\nfn b() {}\n=======\nfn c() {}\n>>>>>>> theirs\n";
    let told = new_errors(language("rust"), Some("fn a() {}\n"), conflict);
    assert_eq!(told.first().map(|error| error.line), Some(2), "{told:?}");
}

#[test]
fn brackets_of_c_pair_whatever_the_preprocessor_does() {
    check("c", "-", "BEGIN_DECLS\nMACRO(x)\nint f(void) { FOR_EACH(a, b) { g(); } }\nEND_DECLS\n", "");
    check("c", "int f(void) {}\n", "int f(void) {\n    if (x) {\n}\n", "1:13 `{` has no partner");
    check("c", "-", "int f(void) {\n    g(1;\n}\n", "2:6 `(` has no partner");
    check("c", "-", "int f(void) { }}\n", "1:16 `}` has no partner");
    check("cpp", "-", "#ifdef A\nvoid f(int a) {\n#else\nvoid f() {\n#endif\n}\nMACRO x y\n", "");
    check("cpp", "-", "#if 0\n it's } {\n#elif 1\n#else\n}\n#endif\nMACRO x y\n", "");
    check("cpp", "-", "auto a = R\"x( } )x\"; int b = 1'000; char c = '{'; // }\nMACRO x y\n", "");
    check("cpp", "-", "#if A\n#elif B\nnamespace a {\n#endif\nMACRO x y\n}\n", "");
    check("cpp", "-", "/* { */ const char *s = \"}\\\"{\"; M x y\n#define B { \\\n  {\nM x y\n", "");
}

/// For each gap what is right and taken for an error.
const GAPS: &[(&str, &str)] = &[
    ("python", "{% if a %}\n"),
    ("rust", "fn a() { = {{ b.c }} }\n"),
    ("javascript", "<% if a %>\n"),
    ("csharp", "class A { int x = 1\n#if B\n+ 2\n#endif\n; }\n"),
    ("java", "class A { int f(B b) { return switch (b) { case C _, D _ -> 1; }; } }\n"),
    ("typescript", "const a = b`\\u{zzz}`;\n"),
    ("json", "1e+10\n"),
    ("jsonc", "[1, ]\n"),
    ("python", "class A[T = int]: pass\n"),
    ("python", "f'{a:=^10}'\n"),
    ("rust", "unsafe extern { safe fn f(); }\n"),
    ("rust", "fn f() { try!(g()); }\n"),
    ("rust", "m! { ~ }\nmacro_rules! m { ($) => {}; }\n"),
    ("rust", "fn f() { S { a, .. } = b; }\n"),
    ("rust", "struct A\nwhere\n    B: C;\n"),
    ("typescript", "class A<in out T> {}\n"),
    ("tsx", "export type * from 'a';\n"),
    ("typescript", "let a: import('b').C[];\n"),
    ("typescript", "interface A {\n  a?: b\n  in?: string\n}\n"),
    ("typescript", "class A { static [b: string]: c; }\n"),
];

#[test]
fn each_gap_is_one_and_is_not_told() {
    for (name, right) in GAPS.iter().filter(|(name, _)| Language::by_name(name).is_some()) {
        assert!(parse(language(name), right).unwrap().root_node().has_error(), "{name} understands {right}");
        assert_eq!(errors(language(name), right), SyntaxReport::default(), "{name}: {right}");
    }
    for gap in gaps::TABLE {
        let concerns = |name: &str| gap.languages.is_empty() || gap.languages.contains(&name);
        let pattern = regex::Regex::new(gap.pattern).unwrap();
        let has_example = GAPS.iter().any(|(name, right)| concerns(name) && pattern.is_match(right));
        assert!(has_example, "{} has no example", gap.pattern);
    }
}

#[test]
fn nesting_and_length_have_no_hold() {
    let started = Instant::now();
    for language in Language::all() {
        for open in ["(", "{", "\"${", "<<A\n", "{\"a\":[", "-x?"] {
            let report = errors(language, &open.repeat(30_000));
            assert!(report.errors.len() <= MAX_ERRORS);
        }
    }
    // Per text 200 ms and what a slow machine adds.
    assert!(started.elapsed() < Duration::from_secs(180), "{:?}", started.elapsed());
}

#[test]
fn what_cannot_be_judged_says_so() {
    let long = "fn a() { let = 1; }\n".repeat(60_000);
    assert_eq!(errors(language("rust"), &long), SyntaxReport { errors: Vec::new(), cut: true });
    let many = errors(language("rust"), &"fn a() { let = 1; }\n".repeat(60));
    assert_eq!((many.errors.len(), many.cut), (MAX_ERRORS, true));
}

fn any_language() -> impl Strategy<Value = &'static Language> {
    prop::sample::select(Language::all().collect::<Vec<_>>())
}

/// Text that looks like code at least now and then, and what scanners keep account of: quotes, indents,
/// here-documents, interpolations.
fn any_text() -> impl Strategy<Value = String> {
    let bits = [
        "fn ",
        "{",
        "}",
        "(",
        ")",
        "\"",
        "'",
        "`",
        "<<EOF\n",
        "\n",
        "    ",
        "#if\n",
        "#else",
        "<?php ",
        "$",
        "/*",
        "*/",
        "if ",
        "é",
        "\0",
        "\r\n",
        "R\"(",
        "f\"{",
        "%w[",
        "=begin\n",
        "__END__",
        "\\",
        ";",
        ":",
        "case ",
        "\u{1f600}",
        "{1..",
        "<<~A",
        "<<<'X'\n",
        "<<-",
        "EOF\n",
        "\"#{",
        "#{",
        "${",
        "$(",
        "\"\"\"",
        "'''",
        "r#\"",
        "$$\"\"\"",
        "@\"",
        "%q(",
        "\n\t",
        "\n        ",
        "A",
        "1",
        " ",
        "/",
        "</a>",
        "<a>",
        "|",
        "&",
        "~",
        "!",
        "@(",
    ];
    let bit = prop_oneof![
        12 => prop::sample::select(bits.to_vec()).prop_map(str::to_owned),
        2 => ".{0,8}",
        1 => (prop::sample::select(bits.to_vec()), 1..400usize).prop_map(|(bit, times)| bit.repeat(times)),
    ];
    prop_oneof![
        4 => prop::collection::vec(bit, 0..60).prop_map(|bits| bits.concat()),
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(|b| String::from_utf8_lossy(&b).into_owned()),
    ]
}

proptest! {
    #[test]
    fn any_text_in_any_language_is_judged_in_bounded_time(
        language in any_language(), before in any_text(), after in any_text(),
    ) {
        let started = Instant::now();
        let new = new_errors(language, Some(&before), &after);
        prop_assert!(started.elapsed() < Duration::from_secs(5));
        let all = errors(language, &after);
        prop_assert!(new.len() <= all.errors.len());
        prop_assert!(new_errors(language, Some(&after), &after).is_empty());
        for error in &all.errors {
            prop_assert!(error.line >= 1 && error.line as usize <= after.lines().count() + 1);
            prop_assert!(error.column >= 1);
        }
    }
}
