//! The pane as text, by a script of what happens.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::protocol::{ConversationId, IdSource};

/// Plays a script of one event a line, `AT what …` with the time in milliseconds, on an operation that
/// was asked at 0.
fn played(script: &str) -> Operations {
    let ids = IdSource::seeded(1);
    let (conversation_id, operation_id) = (ConversationId::new(&ids), OperationId::new(&ids));
    let mut operations = Operations::default();
    operations.accepted(operation_id, "\n  add tokens\nto it", 0);
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (at, what) = line.split_once(' ').unwrap();
        let event =
            Event { seq: 0, at: at.parse().unwrap(), conversation_id, operation_id, body: body(what) };
        operations.take(&event, String::new);
    }
    operations
}

/// `is STATUS`, `call ID STATE NAME → PATH`, `wrote ID PATH LINES`, `used ROLE IN CACHED OUT USD`,
/// `retries ATTEMPT AT`, `says`.
fn body(what: &str) -> Body {
    let words: Vec<&str> = what.split(' ').collect();
    match words[0] {
        "is" => Body::OperationStatus { status: words[1].parse().unwrap(), message: String::new() },
        "call" => Body::ToolCall {
            call_id: words[1].to_owned(),
            name: words[3].to_owned(),
            summary: words[3..].join(" "),
            state: words[2].parse().unwrap(),
        },
        "wrote" => Body::ArtifactDelta {
            call_id: words[1].to_owned(),
            path: words[2].to_owned(),
            content: "line\n".repeat(words[3].parse().unwrap()),
        },
        "used" => {
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            let cost_usd = words[5].parse().ok();
            let (input, cached, output) = (number(2), number(3), number(4));
            let role = words[1].to_owned();
            Body::Usage { usage: UsageView { role, input, cached, output, cost_usd, ..UsageView::default() } }
        }
        "retries" => Body::Retrying {
            attempt: words[1].parse().unwrap(),
            retry_at: words[2].parse().unwrap(),
            reason: String::new(),
        },
        "says" => Body::Reasoning { content: "hm".to_owned() },
        other => unreachable!("{other}"),
    }
}

/// How it looks at a time, so many columns wide.
#[track_caller]
fn check(script: &str, now: TimeMs, columns: u16, expected: &str) {
    let operations = played(script);
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, operations.height()));
    operations.draw(buffer.area, &mut buffer, &Theme::plain(), now);
    let row = |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    let shown: Vec<String> = (0..operations.height()).map(row).collect();
    assert_eq!(shown.join("\n").trim_end(), expected.trim_matches('\n'));
}

#[test]
fn an_operation_is_followed_from_its_prompt_to_its_end() {
    check("", 500, 40, "add tokens                         0.5 s\n⠦ pending");
    check("100 is started", 1_100, 40, "add tokens                         1.0 s\n⠋ started");
    check(
        "100 is started\n200 is delegating\n300 is generating\n9300 is completed",
        99_000,
        60,
        "add tokens                                             9.2 s\n✓ started   ✓ delegating   ✓ generating   ✓ completed",
    );
    check(
        "0 is started\n50 is failed",
        99,
        40,
        "add tokens                         0.0 s\n✓ started   ✗ failed",
    );
}

#[test]
fn steps_that_are_long_past_go_first_when_room_is_short() {
    let script = "0 is started\n0 is delegating\n0 is generating";
    check(script, 0, 30, "add tokens               0.0 s\n✓ delegating   ⠋ generating");
    check(script, 0, 15, "add toke… 0.0 s\n⠋ generating");
}

#[test]
fn the_coders_files_are_counted_while_they_grow() {
    let script = "0 is started\n0 call a running generate_code → src/a.rs\n10 wrote a src/a.rs 1";
    let head = "add tokens                                   1.0 s\n⠋ started\n";
    check(script, 1_000, 50, &format!("{head}  ● generate_code  a.rs   1 line             1.0 s"));
    let script = format!("{script}\n20 wrote a src/a.rs 1203");
    check(&script, 1_000, 50, &format!("{head}  ● generate_code  a.rs   1,204 lines        1.0 s"));
    let script = format!("{script}\n500 call a completed generate_code → src/a.rs");
    check(&script, 1_000, 50, &format!("{head}  ✓ generate_code  a.rs                      0.5 s"));
}

#[test]
fn what_the_planner_looks_up_by_itself_is_no_work_of_the_coder() {
    check("0 is started\n0 call a running read src/a.rs", 0, 30, "add tokens               0.0 s\n⠋ started");
}

#[test]
fn only_the_newest_works_are_shown() {
    let calls: String =
        (1..=8).map(|at| format!("0 call {at} completed generate_code → {at}.rs\n")).collect();
    let operations = played(&calls);
    assert_eq!(operations.height(), 2 + 6);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 40, 9));
    operations.draw(buffer.area, &mut buffer, &Theme::plain(), 0);
    let third: String = (0..40).map(|x| buffer[(x, 2)].symbol()).collect();
    assert!(third.contains("3.rs"), "{third}");
}

#[test]
fn each_role_has_its_sum() {
    check(
        "0 is started\n0 used planner 1000 812 300 0.005\n0 used coder 6020 0 2140 0.0021\n0 used planner 204 0 10 0.001",
        0,
        56,
        "add tokens                                         0.0 s
⠋ started
planner  1,204 in · 812 cached · 310 out         $0.0060
coder    6,020 in · 2,140 out                    $0.0021",
    );
    check(
        "0 is started\n0 used coder 1 0 1 0.5\n0 used coder 1 0 1 unknown",
        0,
        40,
        "add tokens                         0.0 s\n⠋ started\ncoder    2 in · 2 out      price unknown",
    );
}

#[test]
fn a_retry_tells_the_time_that_is_left_until_something_comes() {
    let head = "add tokens               3.0 s\n";
    let script = "0 is started\n1000 retries 2 8000";
    check(script, 3_000, 30, &format!("{head}↻ attempt 2 in 5 s"));
    check(&format!("{script}\n2000 says"), 3_000, 30, &format!("{head}⠋ started"));
}

#[test]
fn a_long_silence_is_told() {
    let script = "0 is started\n1000 says";
    check(script, 4_900, 40, "add tokens                         4.9 s\n⠟ started");
    check(
        script,
        6_000,
        40,
        "add tokens                         6.0 s\n⠋ started, no word from the model for 5…",
    );
}

#[test]
fn prompts_wait_in_line_and_leave_it_when_they_begin_or_are_stopped() {
    let ids = IdSource::seeded(1);
    let conversation_id = ConversationId::new(&ids);
    let [first, second, third] = [(); 3].map(|()| OperationId::new(&ids));
    let mut operations = Operations::default();
    let is = |operations: &mut Operations, operation_id, status: OperationStatus| {
        let body = Body::OperationStatus { status, message: String::new() };
        operations.take(&Event { seq: 0, at: 0, conversation_id, operation_id, body }, || "next".to_owned());
    };
    assert!(!operations.accepted(first, "one", 0));
    assert!(operations.accepted(second, "two", 0) && operations.accepted(third, "three", 0));
    assert_eq!((operations.running(), operations.queued()), (Some(first), 2));
    is(&mut operations, third, OperationStatus::Cancelled);
    assert_eq!((operations.running(), operations.queued()), (Some(first), 1));
    is(&mut operations, first, OperationStatus::Completed);
    assert_eq!((operations.running(), operations.queued()), (None, 1));
    is(&mut operations, second, OperationStatus::Started);
    assert_eq!((operations.running(), operations.queued()), (Some(second), 0));
}

#[test]
fn numbers_are_read_at_a_glance() {
    assert_eq!(thousands(0), "0");
    assert_eq!(thousands(1204), "1,204");
    assert_eq!(thousands(20_000_000), "20,000,000");
    assert_eq!(money(Some(0.0412)), "$0.041");
    assert_eq!(money(Some(0.00612)), "$0.0061");
    assert_eq!(money(Some(210.0)), "$210.00");
    assert_eq!(money(None), "price unknown");
}
