//! From events to what is read: their order, what is grouped, what is closed.

use super::*;

/// A short name for what happens: `1 says text`, one event a line, by operation.
fn play(talk: &mut Talk, operations: &[OperationId], script: &str) {
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.splitn(3, ' ');
        let (operation, what) = (words.next().unwrap(), words.next().unwrap());
        let (operation, rest) =
            (operations[operation.parse::<usize>().unwrap() - 1], words.next().unwrap_or(""));
        match what {
            "says" => talk.says(operation, rest),
            "thinks" => talk.event(operation, Body::Reasoning { content: rest.to_owned() }),
            "waits" => talk.at += rest.parse::<TimeMs>().unwrap(),
            "starts" => talk.status(operation, OperationStatus::Started, ""),
            "completes" => talk.status(operation, OperationStatus::Completed, ""),
            "fails" => talk.status(operation, OperationStatus::Failed, rest),
            "retries" => {
                let body =
                    Body::Retrying { attempt: rest.parse().unwrap(), retry_at: 0, reason: "Busy.".into() };
                talk.event(operation, body);
            }
            "notes" => talk.event(operation, Body::Notice { message: rest.to_owned() }),
            "stops" => talk.event(operation, Body::OperationCancelled {}),
            "calls" | "called" | "failed" => {
                let (call, summary) = rest.split_once(' ').unwrap();
                let state = match what {
                    "calls" => ToolCallState::Running,
                    "called" => ToolCallState::Completed,
                    _ => ToolCallState::Failed,
                };
                talk.calls(operation, call, summary, state);
            }
            other => unreachable!("{other}"),
        }
    }
}

/// Two prompts are asked, the second one waits; then the script plays.
#[track_caller]
fn check_played(script: &str, expected: &str) {
    let mut talk = Talk::new(60, 60);
    let operations = [talk.ask("first", false), talk.ask("second", true)];
    play(&mut talk, &operations, script);
    talk.show(60, 60);
    check(&talk.shown(), expected);
}

const QUEUED: &str = "┃ queued: sent when the operation before it has ended";

#[test]
fn what_comes_late_stands_with_its_own_prompt() {
    check_played("1 starts\n1 says hello", &format!("┃ first\n\n  hello\n\n┃ second\n{QUEUED}"));
    check_played(
        "1 starts\n1 says one\n1 completes\n2 starts\n2 says two\n1 notes a late word",
        "┃ first\n\n  one\n\n  · a late word\n\n┃ second\n\n  two",
    );
}

#[test]
fn thoughts_close_when_something_else_begins() {
    check_played(
        "1 thinks a\n1 waits 1200\n1 thinks b\n1 waits 300\n1 says done\n1 thinks c\n1 waits 20\n1 completes",
        &format!("┃ first\n\n  ▸ thought for 1.5 s\n\n  done\n\n  ▸ thought briefly\n\n┃ second\n{QUEUED}"),
    );
    check_played("1 thinks a", &format!("┃ first\n\n  ▸ thinking\n\n┃ second\n{QUEUED}"));
}

#[test]
fn lookups_in_a_row_are_one_line_and_work_that_is_handed_over_is_its_own() {
    check_played(
        "1 calls a read x\n1 called a read x\n1 called b read y\n1 calls c generate_code → z\n1 called d read w",
        &format!("┃ first\n\n  ▸ read x · read y\n  ◆ generate_code → z\n  ▸ read w\n\n┃ second\n{QUEUED}"),
    );
    check_played(
        "1 called a read x\n1 says hm\n1 failed b read y",
        &format!("┃ first\n\n  ▸ read x\n\n  hm\n\n  ✗ read y\n\n┃ second\n{QUEUED}"),
    );
}

#[test]
fn attempts_in_a_row_are_one_line_that_counts() {
    check_played(
        "1 retries 2\n1 retries 3\n1 says well",
        &format!("┃ first\n\n  ↻ Busy. Trying again (attempt 3).\n\n  well\n\n┃ second\n{QUEUED}"),
    );
}

#[test]
fn an_error_is_told_once() {
    check_played(
        "1 notes no\n1 fails no\n2 starts\n2 fails it broke\n2 stops",
        "┃ first\n\n  · no\n\n┃ second\n\n  ✗ it broke\n  ✗ stopped",
    );
}

#[test]
fn the_closing_text_replaces_what_streamed() {
    let mut talk = Talk::new(60, 10);
    let operation = talk.ask("q", false);
    talk.says(operation, "hal");
    let message_id = operation.to_string().parse().unwrap();
    let whole = |content: &str| Body::ChatResponse { message_id, content: content.into(), finished: true };
    talk.event(operation, whole("hello"));
    talk.event(operation, whole("hello"));
    talk.show(60, 10);
    check(&talk.shown(), "┃ q\n\n  hello");
}

#[test]
fn what_is_written_is_noted() {
    let mut talk = Talk::new(60, 10);
    let operation = talk.ask("q", false);
    let file = |path: &str| crate::protocol::FileChange {
        path: path.to_owned(),
        before_hash: None,
        after_hash: None,
    };
    let mut change = crate::protocol::ChangeView {
        change_id: ChangeId::new(&talk.ids),
        files: vec![file("a.rs"), file("b.rs")],
        undoes: None,
        applied_at: 0,
        undone_at: None,
    };
    talk.event(operation, Body::ArtifactApplied { change: change.clone() });
    change.undoes = Some(change.change_id);
    talk.event(operation, Body::ArtifactApplied { change });
    talk.show(60, 10);
    check(&talk.shown(), "┃ q\n\n  ✓ written: a.rs, b.rs\n  ✓ taken back: a.rs, b.rs");
}

#[test]
fn a_stored_turn_reads_like_the_one_that_was_followed() {
    let mut talk = Talk::new(60, 10);
    let turn = talk.turn("q", "answer");
    talk.chat.load(&[turn], false);
    talk.show(60, 10);
    check(&talk.shown(), "┃ q\n\n  answer");
}

#[test]
fn what_is_opened_asks_for_output_that_is_not_there_yet() {
    let mut talk = Talk::new(60, 20);
    let operation = talk.ask("q", false);
    play(&mut talk, &[operation], "1 called a read x\n1 called b read y");
    talk.show(60, 20);
    let wanted = talk.chat.toggle_fold();
    assert_eq!(wanted, [(operation, "a".to_owned()), (operation, "b".to_owned())]);
    talk.chat.tool_output(operation, "a", "one\ntwo");
    talk.show(60, 20);
    check(&talk.shown(), "┃ q\n\n  ▾ read x\n    one\n    two\n  ▾ read y");
    assert!(talk.chat.toggle_fold().is_empty());
    assert_eq!(talk.chat.toggle_fold(), [(operation, "b".to_owned())]);
}
