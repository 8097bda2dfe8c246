//! kill -9 while some hunks are written: the file is the old one or the one with them, and the store knows
//! which.

use std::time::Duration;

use mira::demo::server::{Script, Turn};
use serde_json::{Value, json};

use super::create;
use crate::support::shell::Shell;

const KILLS: u32 = 24;

/// Large enough that writing takes a while.
fn large(edits: [&str; 2]) -> String {
    let line = |n: u32| match n {
        10 => format!("{}\n", edits[0]),
        9_000 => format!("{}\n", edits[1]),
        _ => format!("line {n} of a file that takes a while to write\n"),
    };
    (0..15_000).map(line).collect()
}

async fn newest(shell: &Shell) -> Value {
    let ended = shell.run("artifacts list --all --json").await.expect(0, &[]);
    serde_json::from_str(ended.stdout.lines().next().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_part_is_written_wholly_or_not_at_all() {
    let script = Script::new()
        .piece(200_000)
        .turn(create("a.txt", &large(["new", "new"])).round(0).repeat())
        .turn(Turn::responses().round(1).text("It waits.").repeat());
    let shell = Shell::new("//- README.md\n# Sample\n", script).await;
    let (old, part) = (large(["old", "old"]), large(["new", "old"]));
    shell.project.write("a.txt", &old);
    let (mut took, mut written) = (Duration::from_millis(400), 0);
    for kill in 0..KILLS {
        if kill == 0 || newest(&shell).await["state"] != "pending" {
            shell.run("exec 'Write'").await.expect(0, &[]);
        }
        let waiting = newest(&shell).await;
        let id = waiting["artifact_id"].as_str().unwrap();
        let apply = format!("artifacts apply {id} --hunks 0");
        if kill == 0 {
            took = shell.run(&apply).await.expect(0, &[]).took;
        } else {
            let mut child = shell.command(&apply).spawn().unwrap();
            tokio::time::sleep(took * kill / KILLS).await;
            child.kill().await.unwrap();
        }
        let after = newest(&shell).await;
        let (file, case) = (shell.project.read("a.txt"), format!("kill {kill} of {took:?}"));
        assert_eq!(after["artifact_id"], waiting["artifact_id"], "{case}");
        match file == part {
            true => {
                written += 1;
                assert_eq!((&after["state"], &after["taken"]), (&json!("applied"), &json!([0])), "{case}");
                shell.run("artifacts undo").await.expect(0, &[]);
            }
            false => {
                assert_eq!((&after["state"], &after["taken"]), (&json!("pending"), &Value::Null), "{case}")
            }
        }
        assert_eq!(shell.project.read("a.txt"), old, "{case}");
        assert_eq!(shell.project.files(), ["README.md", "a.txt"], "{case}");
    }
    println!("{KILLS} partial writes of {took:?}, {written} came to their end");
}
