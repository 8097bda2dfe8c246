//! The header at every width, and messages that go by themselves.

use proptest::prelude::*;

use super::*;

fn status() -> Status {
    Status {
        project: "auth-service".to_owned(),
        git: Some(GitView {
            branch: Some("main".to_owned()),
            changed: 2,
            ahead: Some(1),
            ..GitView::default()
        }),
        planner: "gpt-5".to_owned(),
        coder: "deepseek-flash".to_owned(),
        window: Some(400_000),
        context: Some(48_000),
        cost: Some(0.041),
        ..Status::new()
    }
}

/// The parts of the header at a width, which it fills.
#[track_caller]
fn check(status: &Status, columns: usize, expected: &str) {
    let header = status.header(columns);
    let parts: Vec<&str> = header.text().split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
    assert_eq!(parts.join(" | "), expected);
    assert_eq!(header.width(), columns);
}

#[test]
fn what_does_not_fit_is_left_out_the_least_important_first() {
    let status = status();
    check(&status, 84, "mira | auth-service | main ±2 ↑1 | gpt-5 → deepseek-flash | 12% context | $0.041");
    check(&status, 80, "mira | auth-service | main ±2 ↑1 | 12% context | $0.041");
    check(&status, 50, "mira | auth-service | main ±2 ↑1 | $0.041");
    check(&status, 36, "mira | auth-service | main ±2 ↑1");
    check(&status, 26, "mira | auth-service | m…");
}

#[test]
fn what_is_missing_stays_longest() {
    let missing = Some(("no key for the planner".to_owned(), "set one".to_owned()));
    let status = Status { missing, git: None, ..status() };
    check(&status, 60, "mira | auth-service | $0.041 | ⚠ no key for the planner");
    check(&status, 50, "mira | auth-service | ⚠ no key for the planner");
}

#[test]
fn a_detached_head_and_a_branch_behind_are_told() {
    let git = GitView { detached: Some("1a2b3c4".to_owned()), behind: Some(3), ..GitView::default() };
    assert_eq!(branch(&git), "1a2b3c4 ↓3");
    let git = GitView { branch: Some("main".to_owned()), ahead: Some(0), ..GitView::default() };
    assert_eq!(branch(&git), "main");
}

#[test]
fn another_checkout_than_the_main_one_is_named() {
    let of =
        |checkout| GitView { branch: Some("topic".to_owned()), changed: 2, checkout, ..GitView::default() };
    assert_eq!(branch(&of(Checkout::Worktree)), "topic (worktree) ±2");
    assert_eq!(branch(&of(Checkout::Submodule)), "topic (submodule) ±2");
}

#[test]
fn the_context_is_the_planners_newest_request_and_money_is_everybodys() {
    let mut status = status();
    let usage = |role: &str, input: u64, cost_usd: Option<f64>| UsageView {
        role: role.to_owned(),
        input,
        cost_usd,
        ..UsageView::default()
    };
    status.used(&usage("planner", 100_000, Some(0.1)));
    status.used(&usage("coder", 300_000, Some(0.2)));
    assert_eq!(status.context_used(), Some(25));
    assert_eq!(money(status.cost), "$0.341");
    status.used(&usage("coder", 1, None));
    assert_eq!(status.cost, None);
    assert!(!status.header(100).text().contains('$'));
}

#[test]
fn a_full_window_is_an_alarm() {
    assert_eq!([0, 69, 70, 89, 90, 200].map(context_tone), {
        use Tone::*;
        [Muted, Muted, Warning, Warning, Error, Error]
    });
}

#[test]
fn a_message_goes_after_a_while() {
    let mut status = status();
    assert!(status.message(0).is_none());
    status.say("two\n  lines", Tone::Good, 1_000);
    assert_eq!(status.message(6_999).as_ref().map(Line::text), Some("two lines"));
    assert_eq!(status.message_until(6_999), Some(7_000));
    assert!(status.message(7_000).is_none() && status.message_until(7_000).is_none());
}

proptest! {
    #[test]
    fn it_is_never_too_wide(columns in 0usize..140, project in "\\PC{0,30}", missing: bool) {
        let missing = missing.then(|| ("no key".to_owned(), String::new()));
        let status = Status { project, missing, ..status() };
        prop_assert!(status.header(columns).width() <= columns);
    }
}

#[test]
fn how_far_the_index_is_stands_beside_the_project() {
    let mut status = Status { git: None, ..status() };
    assert_eq!(status.index_stands(IndexView::Working { done: 1_250, of: 20_000 }), None);
    check(
        &status,
        120,
        "mira | auth-service | indexing 1,250/20,000 | gpt-5 → deepseek-flash | 12% context | $0.041",
    );
    let left_out = IndexView::Resting { left_out: Some("3 files are not in the index.".to_owned()) };
    assert_eq!(status.index_stands(left_out.clone()).as_deref(), Some("3 files are not in the index."));
    assert_eq!(status.index_stands(left_out), None, "once is enough");
    check(&status, 50, "mira | auth-service | 12% context | $0.041");
}
