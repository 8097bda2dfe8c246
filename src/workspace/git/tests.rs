//! What git says, as text in; and what becomes of a git that says too much or nothing.
#![allow(clippy::unwrap_used)]

use std::{fs, os::unix::fs::PermissionsExt, time::Instant};

use super::*;

fn check(status: &str, expected: &str) {
    let GitView { branch, detached, changed, ahead, behind, .. } =
        parse(status.replace('\n', "\0").as_bytes());
    let told = format!("{branch:?} {detached:?} {changed} {ahead:?} {behind:?}");
    assert_eq!(told.replace("Some", "").replace("None", "-"), expected);
}

#[test]
fn a_status_is_read() {
    check("# branch.oid (initial)\n# branch.head main\n", "(\"main\") - 0 - -");
    check("# branch.oid 0123456789ab\n# branch.head (detached)\n? a b\n", "- (\"01234567\") 1 - -");
    check(
        "# branch.oid 01\n# branch.head a/b\n# branch.upstream o/a\n# branch.ab +2 -13\n# stash 1\n1 .M N... f\n\
         2 R. N... R100 new\n1 old\nu UU N... c\n? x\n",
        "(\"a/b\") - 4 (2) (13)",
    );
    check("# branch.head main\n# branch.ab +? -?\n? cut off here", "(\"main\") - 0 - -");
    check("", "- - 0 - -");
}

#[test]
fn filters_are_known_by_their_settings() {
    let names = b"filter.lfs.clean\0filter.lfs.process\0filter.a.b=c.clean\0";
    assert_eq!(filters(names), ["filter.a.b=c", "filter.lfs"]);
}

/// A program in place of git, in a folder of its own.
fn program_of(script: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("git");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

#[tokio::test]
async fn endless_output_is_cut_and_read_as_far_as_it_came() {
    let (folder, git) = program_of(r"while printf '? a\0? b\0? c\0? d\0'; do :; done | head -c 5000000");
    let (succeeded, said) = run(&git, folder.path(), &STATUS, &[]).await.unwrap();
    assert!(succeeded && said.len() as u64 == MAX_OUTPUT, "{}", said.len());
    assert_eq!(u64::from(parse(&said).changed), MAX_OUTPUT / 4);
}

#[tokio::test]
async fn a_git_that_hangs_is_ended() {
    let (folder, git) = program_of(r#"echo $$ > "$0.pid"; exec sleep 60"#);
    let began = Instant::now();
    let hanging = run(&git, folder.path(), &STATUS, &[]);
    assert_eq!(timeout(Duration::from_millis(300), hanging).await.ok(), None);
    let pid = fs::read_to_string(folder.path().join("git.pid")).unwrap();
    let alive =
        || fs::read_to_string(format!("/proc/{}/comm", pid.trim())).is_ok_and(|name| name.trim() == "sleep");
    let is_zombie = || {
        let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        stat.contains(") Z ")
    };
    while alive() && !is_zombie() {
        assert!(began.elapsed() < Duration::from_secs(5), "it still runs");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
