//! Folders and files swapped for links while others are written: nothing gets out, whatever the moment.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use crate::workspace_project::Project;

/// Writes that go on while the other thread swaps; more, up to the second, until at least one has met
/// either side of a swap: a busy machine may run the two threads by turns.
const WRITES: usize = 200;
const MOST_WRITES: usize = 20_000;

/// Swaps `one` and `two` without a pause while `spelling` is written, deleted and read; afterwards
/// each has its own name again.
fn check(project: &Project, one: &str, two: &str, spelling: &str) {
    let (one, two) = (project.at(one), project.at(two));
    let outside = project.snapshot_of("outside");
    let git = project.snapshot_of("project/.git");
    let stop = AtomicBool::new(false);
    let (written, refused) = thread::scope(|scope| {
        scope.spawn(|| swap_until(&stop, &one, &two));
        let (mut written, mut refused) = (0, 0);
        for round in 0..MOST_WRITES {
            match attack(project, spelling, round) {
                true => written += 1,
                false => refused += 1,
            }
            if round >= WRITES && written > 0 && refused > 0 {
                break;
            }
        }
        stop.store(true, Ordering::Relaxed);
        (written, refused)
    });
    assert_eq!(project.snapshot_of("outside"), outside, "{spelling}");
    assert_eq!(project.snapshot_of("project/.git"), git, "{spelling}");
    assert!(written > 0 && refused > 0, "{spelling}: {written} written, {refused} refused");
    let left = project.snapshot().into_keys().find(|name| name.contains(".mira-tmp-"));
    assert_eq!(left, None);
}

fn swap_until(stop: &AtomicBool, one: &Path, two: &Path) {
    let swap = || renameat_with(CWD, one, CWD, two, RenameFlags::EXCHANGE).unwrap();
    while !stop.load(Ordering::Relaxed) {
        swap();
        swap();
        thread::yield_now();
        swap();
        thread::yield_now();
        swap();
    }
}

/// Whether it could be written this time.
fn attack(project: &Project, spelling: &str, round: usize) -> bool {
    let folder = Path::new(spelling).parent().unwrap().display();
    let _ = project.write_spelled(&format!("{folder}/new/{round}"), "escaped");
    if let Ok(read) = project.read_spelled(&format!("{folder}/secret")) {
        panic!("read from outside: {read}");
    }
    project.write_spelled(spelling, &format!("{round}")).is_ok()
}

#[test]
fn a_folder_swapped_for_a_link_out() {
    let project = Project::with(&[("dir/file", "0")]);
    fs::write(project.outside().join("file"), "0").unwrap();
    symlink(project.outside(), project.at("aside")).unwrap();
    check(&project, "dir", "aside", "dir/file");
}

#[test]
fn a_folder_in_the_middle_swapped_for_a_link_out() {
    let project = Project::with(&[("a/dir/deep/file", "0")]);
    fs::create_dir(project.outside().join("deep")).unwrap();
    fs::write(project.outside().join("deep/file"), "0").unwrap();
    symlink("../../outside", project.at("a/aside")).unwrap();
    check(&project, "a/dir", "a/aside", "a/dir/deep/file");
}

#[test]
fn a_folder_swapped_for_a_link_to_gits_own() {
    let project = Project::with(&[("dir/config", "0"), (".git/config", "0")]);
    symlink(".git", project.at("aside")).unwrap();
    check(&project, "dir", "aside", "dir/config");
}

#[test]
fn a_file_swapped_for_a_link_out() {
    let project = Project::with(&[("dir/file", "0")]);
    symlink("../../outside/secret", project.at("dir/aside")).unwrap();
    check(&project, "dir/file", "dir/aside", "dir/file");
}
