//! Links and swapped folders: followed inside the project, never out of it.

use std::{
    fs,
    os::unix::fs::symlink,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use mira::workspace::{Workspace, list::ListRequest};
use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::workspace_project::{Project, patient};

/// Every line: what is linked, what it says, what is written, a piece of the refusal.
const LINK_TRICKS: &str = "
out -> ../outside                   | out/secret          | leads out
out -> ../outside                   | out/new/deep        | leads out
out -> ../outside/secret            | out                 | symbolic link
out -> ../outside/not-yet           | out                 | symbolic link
out -> ../../../../../../etc        | out/passwd          | leads out
out -> /etc                         | out/passwd          | leads out
out -> /                            | out/tmp/x           | leads out
out -> /proc/self/cwd               | out/x               | leads out
out -> src/../../outside            | out/secret          | leads out
out -> ./src/./../../outside        | out/secret          | leads out
src/out -> ../../outside            | src/out/secret      | leads out
src/deep/out -> ../../../outside    | src/deep/out/secret | leads out
out -> ..                           | out/outside/secret  | leads out
out -> .git                         | out/config          | git's internals
out -> .git/hooks                   | out/pre-commit      | git's internals
out -> src/../.git                  | out/hooks/x         | git's internals
out -> ./.git/../.git               | out/x               | git's internals
out -> .                            | out/.git/x          | git's internals
out -> .vscode                      | out/tasks.json      | VS Code
out -> .idea                        | out/x.xml           | JetBrains
out -> src/main.rs                  | out                 | symbolic link
out -> out                          | out/x               | loop
out -> out/out                      | out/x               | loop
src/out -> ../src/out               | src/out/x           | loop
out -> nowhere/../..                | out/x               | does not exist
out -> src/main.rs                  | out/x               | not a folder
out -> bare                         | out/hooks/x         | repository's inside
";

#[test]
fn links_lead_neither_out_nor_to_protected_names() {
    for line in LINK_TRICKS.trim().lines() {
        let [link, spelling, reason] = line.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        let project = Project::with(&[
            ("src/main.rs", "fn main() {}\n"),
            ("src/deep/x", ""),
            (".vscode/tasks.json", "{}"),
            (".git/hooks/x", ""),
            ("bare/HEAD", ""),
            ("bare/objects/x", ""),
            ("bare/refs/x", ""),
        ]);
        let (name, target) = link.split_once(" -> ").unwrap();
        symlink(target, project.at(name)).unwrap();
        let before = project.snapshot();
        let error = project.write_spelled(spelling, "escaped").expect_err(line);
        assert!(error.contains(reason), "{line}\n{error}");
        assert_eq!(project.snapshot(), before, "{line}");
    }
}

#[test]
fn links_inside_the_project_are_followed() {
    let project = Project::with(&[("real/deep/x", "old")]);
    symlink("real", project.at("link")).unwrap();
    symlink("../link/deep", project.at("real/again")).unwrap();
    symlink(project.at("real/deep"), project.at("absolute")).unwrap();
    symlink("real/deep/x", project.at("file")).unwrap();
    project.write_spelled("link/deep/x", "one").unwrap();
    assert_eq!(project.read("real/deep/x"), "one");
    project.write_spelled("link/again/x", "two").unwrap();
    assert_eq!(project.read("real/deep/x"), "two");
    project.write_spelled("absolute/new/y", "three").unwrap();
    assert_eq!(project.read("real/deep/new/y"), "three");
    assert_eq!(project.read_spelled("file").as_deref(), Ok("two"));
    assert!(project.at("link").is_symlink());
}

#[test]
fn reading_does_not_leave_the_project_either() {
    let project = Project::with(&[(".git/config", "x"), (".vscode/tasks.json", "{}")]);
    for (name, target) in [("a", "../outside/secret"), ("b", "/etc/passwd"), ("c", ".git/config"), ("d", "d")]
    {
        symlink(target, project.at(name)).unwrap();
        assert!(project.read_spelled(name).is_err(), "{name}");
    }
    symlink("../outside", project.at("dir")).unwrap();
    assert!(project.read_spelled("dir/secret").is_err());
    assert!(project.read_spelled(".git/config").is_err());
    assert_eq!(project.read_spelled(".vscode/tasks.json").as_deref(), Ok("{}"));
}

#[test]
fn miras_state_inside_a_project_is_out_of_reach() {
    let project = Project::with(&[("state/mira/key", "sk-1"), ("x", "")]);
    let workspace = Workspace::open(project.workspace.root(), &project.at("state/mira")).unwrap();
    symlink("state/mira", project.at("alias")).unwrap();
    for path in ["state/mira/key", "State/MIRA/key", "state/mira/new"] {
        assert!(workspace.path(path).unwrap_err().to_string().contains("Mira's own state"), "{path}");
    }
    let through_link = workspace.path("alias/key").unwrap();
    assert!(workspace.read_file(&through_link).unwrap_err().to_string().contains("Mira's own state"));
    assert!(workspace.target_state(&through_link).is_err());
    let everything = ListRequest { max: 100, ..ListRequest::default() };
    let listed = workspace.list(&everything, &patient()).unwrap();
    assert_eq!(listed.paths, ["alias", "x"]);
}

#[test]
fn a_folder_swapped_for_a_link_while_writing_lets_nothing_out() {
    let project = Project::with(&[("dir/file", "0")]);
    let stop = Arc::new(AtomicBool::new(false));
    let (dir, aside, outside) = (project.at("dir"), project.at("aside"), project.outside());
    fs::write(outside.join("file"), "0").unwrap();
    symlink(&outside, &aside).unwrap();
    let swapper = thread::spawn({
        let stop = Arc::clone(&stop);
        move || {
            let mut swaps = 0;
            while !stop.load(Ordering::Relaxed) {
                renameat_with(CWD, &dir, CWD, &aside, RenameFlags::EXCHANGE).unwrap();
                swaps += 1;
            }
            if swaps % 2 == 1 {
                renameat_with(CWD, &dir, CWD, &aside, RenameFlags::EXCHANGE).unwrap();
            }
        }
    });
    let until = Instant::now() + Duration::from_secs(2);
    let (mut written, mut refused) = (0, 0);
    while Instant::now() < until {
        match project.write_spelled("dir/file", &format!("{written}")) {
            Ok(()) => written += 1,
            Err(_) => refused += 1,
        }
        let _ = project.write_spelled("dir/new/file", "x");
        if let Ok(read) = project.read_spelled("dir/secret") {
            panic!("read from outside: {read}");
        }
    }
    stop.store(true, Ordering::Relaxed);
    swapper.join().unwrap();
    assert!(written > 0 && refused > 0, "{written} written, {refused} refused");
    let names: Vec<_> = fs::read_dir(project.outside()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert_eq!(fs::read_to_string(project.outside().join("file")).unwrap(), "0");
    assert_eq!(fs::read_to_string(project.outside().join("secret")).unwrap(), "untouched");
    let left = fs::read_dir(project.at("dir")).unwrap().map(|e| e.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with(".mira-tmp-")));
}
