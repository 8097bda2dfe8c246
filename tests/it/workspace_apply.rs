//! Writing and undoing: all or none, and nothing but the content changes.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    time::Duration,
};

use mira::workspace::{Halt, apply::ApplyError, text::match_conventions};

use crate::workspace_project::{Project, patient};

#[test]
fn several_files_are_written_and_undone_and_redone_as_one() {
    let project = Project::with(&[("a", "old a"), ("gone", "old gone"), ("keep/b", "old b")]);
    let before = project.snapshot();
    let change = project
        .apply(vec![
            project.write("a", Some("new a")),
            project.write("gone", None),
            project.write("keep/b", Some("new b")),
            project.write("new/deep/c", Some("new c")),
            project.write("new/d", Some("")),
        ])
        .unwrap();
    let after = project.snapshot();
    assert_eq!(project.read("a"), "new a");
    assert_eq!(project.read("new/deep/c"), "new c");
    assert!(!project.at("gone").exists());
    let created: Vec<&str> = change.created_dirs.iter().map(|dir| dir.as_str()).collect();
    assert_eq!(created, ["new", "new/deep"]);

    let undone = project.undo(&change).unwrap();
    assert_eq!(project.snapshot(), before);
    project.undo(&undone).unwrap();
    assert_eq!(project.snapshot(), after);
}

#[test]
fn undo_keeps_a_created_folder_that_is_in_use() {
    let project = Project::with(&[]);
    let change = project.apply(vec![project.write("new/a", Some("1"))]).unwrap();
    fs::write(project.at("new/mine"), "2").unwrap();
    project.undo(&change).unwrap();
    assert!(!project.at("new/a").exists());
    assert_eq!(project.read("new/mine"), "2");
}

#[test]
fn all_conflicts_are_told_and_nothing_is_touched() {
    let project = Project::with(&[("a", "1"), ("b", "1"), ("c", "1")]);
    let writes = vec![
        project.write("a", Some("2")),
        project.write("b", Some("2")),
        project.write("c", Some("2")),
        project.write("d", Some("2")),
    ];
    fs::write(project.at("a"), "theirs").unwrap();
    fs::remove_file(project.at("b")).unwrap();
    fs::write(project.at("d"), "theirs").unwrap();
    let before = project.snapshot();
    let Err(ApplyError::Conflict(conflicts)) = project.apply(writes) else { panic!("no conflict") };
    let paths: Vec<&str> = conflicts.iter().map(|conflict| conflict.path.as_str()).collect();
    assert_eq!(paths, ["a", "b", "d"]);
    assert_eq!(conflicts[1].found, None);
    assert_eq!(conflicts[2].expected, None);
    assert_eq!(project.snapshot(), before);
}

#[test]
fn a_file_that_changes_between_prepare_and_commit_stops_everything() {
    let project = Project::with(&[("a", "1"), ("b", "1")]);
    let change = project
        .prepare(vec![
            project.write("new/x", Some("2")),
            project.write("a", Some("2")),
            project.write("b", Some("2")),
        ])
        .unwrap();
    fs::write(project.at("b"), "theirs").unwrap();
    let before = project.snapshot();
    assert!(matches!(project.workspace.commit(&change), Err(ApplyError::Conflict(_))));
    assert_eq!(project.snapshot(), before);
}

#[test]
fn an_obstacle_in_the_middle_rolls_everything_back() {
    let project = Project::with(&[("a", "1"), ("z", "1")]);
    let change = project
        .prepare(vec![
            project.write("a", Some("2")),
            project.write("made/file", Some("2")),
            project.write("blocked", Some("2")),
            project.write("z", None),
        ])
        .unwrap();
    fs::create_dir(project.at("blocked")).unwrap();
    let before = project.snapshot();
    assert!(matches!(project.workspace.commit(&change), Err(ApplyError::File(_))));
    assert_eq!(project.snapshot(), before);
}

#[test]
fn one_place_is_written_once() {
    let project = Project::with(&[("real/a", "1")]);
    symlink("real", project.at("link")).unwrap();
    let twice = |one: &str, two: &str| {
        let result = project.prepare(vec![project.write(one, Some("2")), project.write(two, Some("3"))]);
        assert!(matches!(result, Err(ApplyError::Twice(_))), "{one} {two}: {result:?}");
    };
    twice("real/a", "real/a");
    twice("real/a", "link/a");
    twice("x", "x/y");
    twice("x/y", "x");
}

#[test]
fn modes_are_kept_restored_and_given() {
    let project = Project::with(&[("run.sh", "1"), ("private", "1")]);
    let mode = |path: &str| project.at(path).metadata().unwrap().permissions().mode() & 0o7777;
    let set =
        |path: &str, mode| fs::set_permissions(project.at(path), fs::Permissions::from_mode(mode)).unwrap();
    set("run.sh", 0o755);
    set("private", 0o600);
    let mut made = project.write("made.sh", Some("x"));
    made.mode = Some(0o755);
    let change = project
        .apply(vec![
            project.write("run.sh", Some("2")),
            project.write("private", None),
            project.write("plain", Some("x")),
            made,
        ])
        .unwrap();
    assert_eq!((mode("run.sh"), mode("made.sh")), (0o755, 0o755));
    assert_eq!(mode("plain") & !0o644, 0);
    project.undo(&change).unwrap();
    assert_eq!((mode("run.sh"), mode("private")), (0o755, 0o600));
    let mut only_mode = project.write("private", Some("1"));
    only_mode.mode = Some(0o700);
    project.apply(vec![only_mode]).unwrap();
    assert_eq!(mode("private"), 0o700);
}

#[test]
fn another_hard_link_keeps_the_old_content() {
    let project = Project::with(&[("a", "old")]);
    fs::hard_link(project.at("a"), project.outside().join("twin")).unwrap();
    project.apply(vec![project.write("a", Some("new"))]).unwrap();
    assert_eq!(project.read("a"), "new");
    assert_eq!(fs::read_to_string(project.outside().join("twin")).unwrap(), "old");
}

#[test]
fn an_unchanged_file_is_not_rewritten() {
    let project = Project::with(&[("a", "same"), ("b", "1")]);
    let inode = project.at("a").metadata().unwrap().ino();
    project.apply(vec![project.write("a", Some("same")), project.write("b", Some("2"))]).unwrap();
    assert_eq!(project.at("a").metadata().unwrap().ino(), inode);
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting() {
    let project = Project::with(&[("folder/x", "")]);
    rustix::fs::mknodat(
        rustix::fs::CWD,
        project.at("pipe"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o644),
        0,
    )
    .unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(project.at("socket")).unwrap();
    symlink("/dev/zero", project.at("zero")).unwrap();
    let cases = [
        ("pipe", "named pipe"),
        ("socket", "a socket"),
        ("zero", "symbolic link"),
        ("folder", "is a folder"),
    ];
    for (path, reason) in cases {
        let error = project.write_spelled(path, "x").unwrap_err();
        assert!(error.contains(reason), "{error}");
        assert!(project.read_spelled(path).is_err(), "{path}");
    }
}

#[test]
fn too_large_is_said_with_numbers() {
    let project = Project::with(&[]);
    fs::write(project.at("big"), vec![b'x'; 10 * 1024 * 1024]).unwrap();
    let error = project.read_spelled("big").unwrap_err();
    assert!(error.contains("10485760 bytes"), "{error}");
    assert!(project.write_spelled("big", "x").is_err());
    assert!(project.write_spelled("new", &"x".repeat(9 * 1024 * 1024)).is_err());
}

#[test]
fn byte_order_mark_line_ends_and_missing_newline_survive_an_edit() {
    let project = Project::with(&[]);
    let old = "\u{feff}one\r\ntwo\r\nthree";
    fs::write(project.at("a"), old).unwrap();
    let new = match_conventions(old.as_bytes(), "one\n2\nthree\n").unwrap();
    let mut write = project.write("a", None);
    write.content = Some(new.into());
    let change = project.apply(vec![write]).unwrap();
    assert_eq!(project.read("a"), "\u{feff}one\r\n2\r\nthree");
    project.undo(&change).unwrap();
    assert_eq!(project.read("a"), old);
}

#[test]
fn undo_of_a_file_changed_since_is_a_conflict() {
    let project = Project::with(&[("a", "1"), ("b", "1")]);
    let change = project.apply(vec![project.write("a", Some("2")), project.write("b", Some("2"))]).unwrap();
    fs::write(project.at("b"), "mine").unwrap();
    assert!(matches!(project.undo(&change), Err(ApplyError::Conflict(_))));
    assert_eq!((project.read("a"), project.read("b")), ("2".into(), "mine".into()));
}

#[test]
fn one_instance_writes_at_a_time() {
    let project = Project::with(&[]);
    let held = project.workspace.lock(&patient()).unwrap();
    let second = project.workspace.lock(&Halt::after(Duration::from_millis(50)));
    assert!(second.unwrap_err().to_string().contains("locked"));
    drop(held);
    project.workspace.lock(&patient()).unwrap();
}

#[test]
fn names_that_differ_only_in_case_are_two_files_or_none() {
    let project = Project::with(&[("Both", "1")]);
    let writes = vec![
        project.write("both", Some("2")),
        project.write("README.md", Some("upper")),
        project.write("Readme.md", Some("lower")),
        project.write("\u{e9}", Some("composed")),
        project.write("e\u{301}", Some("taken apart")),
    ];
    let before = project.snapshot();
    match project.apply(writes) {
        Ok(_) => {
            let names = ["Both", "both", "README.md", "Readme.md", "\u{e9}", "e\u{301}"];
            let all: Vec<String> = names.iter().map(|name| project.read(name)).collect();
            assert_eq!(all, ["1", "2", "upper", "lower", "composed", "taken apart"]);
        }
        // A disk that takes them for one.
        Err(_) => assert_eq!(project.snapshot(), before),
    }
}

#[test]
fn files_do_not_add_up_to_a_repositorys_inside() {
    // What is there, what is written at once, whether it may be.
    let cases = [
        ("", "x/HEAD x/objects/a x/refs/b x/config", false),
        ("", "HEAD objects/a refs/b", false),
        ("", "x/y/head x/y/Objects/a x/y/REFS/b", false),
        ("x/objects/a x/refs/b", "x/HEAD", false),
        ("x/HEAD x/refs/b", "x/objects/pack/a", false),
        ("x/HEAD", "x/objects/a x/refs/b", false),
        ("x/config y/objects/a y/refs/b", "x/HEAD x/commondir", false),
        ("x/HEAD", "x/commondir", false),
        ("x/commondir", "x/HEAD", false),
        ("", "x/HEAD x/objects/a", true),
        ("x/objects/a", "x/refs/b x/y/HEAD", true),
        ("", "HEAD x/objects/a y/refs/b", true),
    ];
    for (there, written, may_be) in cases {
        let there: Vec<(&str, &str)> = there.split_whitespace().map(|path| (path, "")).collect();
        let project = Project::with(&there);
        let before = project.snapshot();
        let writes = written.split(' ').map(|path| project.write(path, Some("x"))).collect();
        let result = project.apply(writes);
        assert_eq!(result.is_ok(), may_be, "{written}: {result:?}");
        if let Err(error) = result {
            assert!(error.to_string().contains("repository's inside"), "{error}");
            assert_eq!(project.snapshot(), before);
        }
    }
}
