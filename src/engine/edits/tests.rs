//! The format by example, each example whole and in pieces.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod attributes;
mod ends;
mod fences;
mod plain;
mod properties;
mod sole_block;
mod tags_as_text;
mod time;

use super::{ArtifactParser, Parsed, Piece, Problem, Proposal};

/// All pieces, neighbours of one kind joined, and all proposals.
#[derive(Debug, PartialEq)]
struct Reading {
    pieces: Vec<Piece>,
    proposals: Vec<Proposal>,
}

fn read<'a>(chunks: impl IntoIterator<Item = &'a str>, cut: bool) -> Reading {
    let mut parser = ArtifactParser::new();
    let mut pieces = Vec::new();
    for chunk in chunks {
        join(&mut pieces, parser.push(chunk));
    }
    let Parsed { pieces: last, proposals } = parser.finish(cut);
    join(&mut pieces, last);
    Reading { pieces, proposals }
}

fn join(all: &mut Vec<Piece>, more: Vec<Piece>) {
    for piece in more {
        match (all.last_mut(), piece) {
            (Some(Piece::Content(text)), Piece::Content(next))
            | (Some(Piece::Commentary(text)), Piece::Commentary(next)) => text.push_str(&next),
            (_, piece) => all.push(piece),
        }
    }
}

/// A piece a line, line ends as `⏎`; the proposal's state where it closes.
fn show(reading: &Reading) -> String {
    let mut lines = Vec::new();
    let mut shown = String::new();
    for piece in &reading.pieces {
        match piece {
            Piece::Commentary(text) => lines.push(format!("say {text}")),
            Piece::Opened { path, language, .. } => {
                shown.clear();
                lines.push(format!(
                    "open {} {}",
                    path.as_deref().unwrap_or("-"),
                    language.as_deref().unwrap_or("-")
                ));
            }
            Piece::Content(text) => {
                shown.push_str(text);
                lines.push(format!("text {text}"));
            }
            Piece::Closed(place) => lines.push(show_state(&reading.proposals[*place], &shown)),
        }
    }
    lines.iter().map(|line| line.replace('\n', "⏎") + "\n").collect()
}

fn show_state(proposal: &Proposal, shown: &str) -> String {
    let state = match (proposal.is_offered(), proposal.is_complete()) {
        (true, _) => "whole",
        (false, true) => "replaced",
        (false, false) => "in doubt",
    };
    let problems: String = proposal.problems.iter().map(|problem| format!(" {problem:?}")).collect();
    let content = if proposal.content == shown { String::new() } else { format!(" = {}", proposal.content) };
    format!("{state}{problems}{content}")
}

/// The answer, whole, by characters and cut in two at each of them, reads as expected.
#[track_caller]
fn check(answer: &str, expected: &str) {
    check_end(answer, false, expected);
}

/// The same for an answer that was cut off.
#[track_caller]
fn check_cut(answer: &str, expected: &str) {
    check_end(answer, true, expected);
}

#[track_caller]
fn check_end(answer: &str, cut: bool, expected: &str) {
    let whole = read([answer], cut);
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n"))
        .collect();
    assert_eq!(show(&whole), expected, "{answer}");
    assert_eq!(read(answer.split_inclusive(|_| true), cut), whole, "by characters: {answer}");
    for (at, _) in answer.char_indices() {
        let (head, tail) = answer.split_at(at);
        assert_eq!(read([head, tail], cut), whole, "cut at {at}: {answer}");
    }
}

#[test]
fn each_problem_is_a_sentence() {
    for problem in [
        Problem::CutOff,
        Problem::MissingEndTag,
        Problem::BlockOpen,
        Problem::EndsEarly,
        Problem::EndTagInLine,
        Problem::NestedTags,
        Problem::FenceRemoved,
        Problem::FenceKept,
        Problem::NoPath,
        Problem::DuplicatePath,
        Problem::Empty,
    ] {
        let sentence = problem.to_string();
        assert!(sentence.ends_with('.') && sentence.starts_with(char::is_uppercase), "{sentence}");
    }
}
