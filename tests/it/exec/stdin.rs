//! When standard input belongs to the prompt, and that an idle one is never waited for.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use super::{PROJECT, says};
use crate::support::shell::{Ended, Shell};
use mira::demo::server::Script;

/// Pipes `input` beside `line`; the planner must hear `heard`.
async fn check_heard(input: &str, line: &str, heard: &str) {
    let shell = Shell::new(PROJECT, says("Heard.")).await;
    shell.pipe(input, line).await.expect(0, &[]).prints("Heard.\n");
    let said = shell.server.requests()[0].body["input"].to_string();
    let heard = serde_json::to_string(heard).unwrap();
    assert!(said.contains(heard.trim_matches('"')), "{heard} is not in {said}");
}

#[tokio::test]
async fn a_dash_reads_everything() {
    check_heard("explain\nthis\n", "exec -", "explain\nthis").await;
    check_heard(&"lorem ipsum ".repeat(20_000), "exec -", "lorem ipsum lorem ipsum").await;
}

#[tokio::test]
async fn a_pipe_beside_a_prompt_is_added_to_it() {
    check_heard("+ a diff\n", "exec review", "review\n\n<stdin>\n+ a diff\n</stdin>").await;
    check_heard("explain this\n", "exec", "explain this").await;
}

/// Fails unless the prompt is refused with a sentence.
async fn check_refused(input: impl AsRef<[u8]>, line: &str, sentence: &str) {
    let shell = Shell::new(PROJECT, Script::new()).await;
    shell.pipe(input, line).await.expect(2, &[sentence]);
}

#[tokio::test]
async fn what_cannot_be_a_prompt_is_refused() {
    check_refused("", "exec -", "there is no prompt").await;
    check_refused(" \n\t\n", "exec -", "there is no prompt").await;
    check_refused("", "exec", "there is no prompt").await;
    check_refused("", "exec ''", "there is no prompt").await;
    check_refused(b"\xff\xfe", "exec -", "not UTF-8").await;
    check_refused(b"\xff\xfe", "exec review", "not UTF-8").await;
    check_refused(vec![b'x'; (4 << 20) + 1], "exec -", "more than 4 MiB").await;
}

/// Runs `line` with a pipe that stays open and silent.
async fn run_beside_an_idle_pipe(shell: &Shell, line: &str) -> Ended {
    let began = Instant::now();
    let mut child = shell.command(line).stdin(Stdio::piped()).spawn().unwrap();
    let open = child.stdin.take();
    let ended = Ended::new(child.wait_with_output().await.unwrap(), began);
    drop(open);
    assert!(ended.took < Duration::from_secs(2), "{ended:?}");
    ended
}

#[tokio::test]
async fn an_idle_pipe_is_never_waited_for() {
    let shell = Shell::new(PROJECT, says("Heard.")).await;
    run_beside_an_idle_pipe(&shell, "exec hello").await.expect(0, &[]).prints("Heard.\n");
    run_beside_an_idle_pipe(&shell, "exec").await.expect(2, &["there is no prompt"]);
}

#[cfg(unix)]
#[tokio::test]
async fn no_standard_input_is_nothing_to_say() {
    let shell = Shell::new(PROJECT, says("One.").turn(mira::demo::server::Turn::any().text("Two."))).await;
    shell.sh("exec \"$MIRA\" exec hello <&-").await.expect(0, &[]).prints("One.\n");
    shell.sh("exec \"$MIRA\" exec hello </dev/null").await.expect(0, &[]).prints("Two.\n");
    shell.sh("exec \"$MIRA\" exec - <&-").await.expect(2, &["there is no prompt"]);
    shell.sh("exec \"$MIRA\" exec </dev/null").await.expect(2, &["there is no prompt"]);
}
