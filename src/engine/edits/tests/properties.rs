//! What holds for any answer, cut in any way, and for any content.

use proptest::prelude::*;

use super::{
    super::{Piece, Problem, Proposal, sole_code_block, tag},
    read,
};

/// Lines in which everything that matters is likely.
fn some_line() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z `<>/~]{0,12}",
        prop::sample::select(vec![
            "",
            "<artifact path=\"b.rs\">",
            "<artifact path='c.md' language=md> ",
            "<artifact path=\"d\"/>",
            "<artifact path=\"e\">f</artifact>",
            "<artifact>",
            "</artifact>",
            "</artifact> ",
            "x</artifact>",
            "  </artifact>",
            "```",
            "```rust",
            "````",
            "~~~",
            "é👋",
            "a\rb",
        ])
        .prop_map(str::to_owned),
    ]
}

fn some_answer() -> impl Strategy<Value = String> {
    let line = (some_line(), prop::sample::select(vec!["\n", "\r\n", "\n", ""]));
    prop::collection::vec(line.prop_map(|(line, end)| line + end), 0..24).prop_map(|lines| lines.concat())
}

/// Content in which tag lines balance: anything else has no embedding.
fn some_content() -> impl Strategy<Value = String> {
    let line = some_line()
        .prop_filter("tag lines come in pairs", |line| !tag::is_end(line) && !tag::opens_nested(line))
        .prop_map(|line| line + "\n");
    line.prop_recursive(3, 32, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(|parts| parts.concat()),
            inner.prop_map(|inner| format!("<artifact path='n'>\n{inner}</artifact>\n")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_in_any_chunks_alike(
        answer in prop_oneof![some_answer(), any::<String>()],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        cut in any::<bool>(),
    ) {
        let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(answer.len() + 1)).filter(|&at| answer.is_char_boundary(at)).collect();
        places.extend([0, answer.len()]);
        places.sort_unstable();
        let chunks = places.windows(2).map(|ends| &answer[ends[0]..ends[1]]);
        let whole = read([answer.as_str()], cut);
        prop_assert_eq!(&read(chunks, cut), &whole);
        prop_assert_eq!(&read(answer.split_inclusive(|_| true), cut), &whole);
    }

    #[test]
    fn what_was_shown_adds_up_to_the_proposal(answer in some_answer(), cut in any::<bool>()) {
        let reading = read([answer.as_str()], cut);
        let mut shown = String::new();
        for piece in &reading.pieces {
            match piece {
                Piece::Opened { .. } => shown.clear(),
                Piece::Content(text) => shown.push_str(text),
                Piece::Commentary(_) => {}
                Piece::Closed(place) => {
                    let Proposal { content, problems, .. } = &reading.proposals[*place];
                    prop_assert!(content.is_empty() || content.ends_with('\n'));
                    if problems.contains(&Problem::FenceKept) {
                        shown = content.lines().next().unwrap().to_owned() + "\n" + &shown;
                    }
                    if problems.contains(&Problem::EndTagInLine) {
                        prop_assert!(shown.contains(content.trim_end()));
                    } else {
                        prop_assert_eq!(content, &shown);
                    }
                }
            }
        }
    }

    #[test]
    fn embedded_content_comes_back(content in some_content(), before in "[a-z ]{0,9}", after in "[a-z ]{0,9}") {
        let answer = format!("{before}\n<artifact path=\"a.md\" language=\"markdown\">\n{content}</artifact>\n{after}");
        let reading = read([answer.as_str()], false);
        prop_assert_eq!(reading.proposals.len(), 1);
        prop_assert_eq!(&reading.proposals[0].content, &content);
        prop_assert!(reading.proposals[0].is_offered());
    }

    #[test]
    fn embedded_code_comes_back_with_and_without_a_fence(content in some_content()) {
        let code = format!("fn a() {{}}\n{}", content.replace(['`', '~'], "'"));
        for embedded in [code.clone(), format!("```rust\n{code}```\n")] {
            let answer = format!("<artifact path=\"a.rs\">\n{embedded}</artifact>\n");
            prop_assert_eq!(&read([answer.as_str()], false).proposals[0].content, &code);
        }
    }

    #[test]
    fn any_text_has_at_most_one_sole_block(answer in prop_oneof![some_answer(), any::<String>()]) {
        if let Some(block) = sole_code_block(&answer) {
            prop_assert!(block.content.ends_with('\n'));
        }
    }
}
