//! Images by name: what is read, and what is said of the rest.

#![allow(clippy::unwrap_used)]

use std::{fs, os::unix::fs::symlink};

use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

use super::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nrest";

/// A user's home with a project in it.
fn home() -> (TempDir, Workspace) {
    let home = tempfile::tempdir().unwrap();
    let project = home.path().join("project");
    fs::create_dir_all(project.join("docs")).unwrap();
    let workspace = Workspace::open(&project, &home.path().join("state")).unwrap();
    (home, workspace)
}

fn check(home: &TempDir, workspace: &Workspace, named: &str, expected: &str) {
    let named = named.replace("HOME", home.path().to_str().unwrap());
    let told = match workspace.read_image(&named, Some(home.path())) {
        Ok(image) => format!("{} {}", image.media_type, image.bytes.len()),
        Err(error) => error.to_string(),
    };
    assert!(told.contains(expected), "{named}: {told}");
}

#[test]
fn an_image_is_known_by_its_bytes_and_not_by_its_name() {
    let (home, workspace) = home();
    let docs = home.path().join("project/docs");
    for (name, bytes, expected) in [
        ("a.txt", PNG, "image/png 12"),
        ("b", b"\xff\xd8\xff\xe0", "image/jpeg 4"),
        ("c", b"GIF89a", "image/gif 6"),
        ("d", b"RIFF1234WEBP", "image/webp 12"),
        ("e.png", b"fn main() {}", "it is no image that models take"),
        ("f.png", b"", "it is no image that models take"),
        ("g.png", b"RIFF1234WAVE", "it is no image that models take"),
    ] {
        fs::write(docs.join(name), bytes).unwrap();
        check(&home, &workspace, &format!("docs/{name}"), expected);
    }
}

#[test]
fn the_users_own_paths_may_lead_anywhere_those_of_the_project_may_not() {
    let (home, workspace) = home();
    fs::write(home.path().join("mine.png"), PNG).unwrap();
    symlink(home.path().join("mine.png"), home.path().join("link.png")).unwrap();
    symlink(home.path().join("mine.png"), home.path().join("project/out.png")).unwrap();
    check(&home, &workspace, "~/mine.png", "image/png");
    check(&home, &workspace, "HOME/mine.png", "image/png");
    check(&home, &workspace, "HOME/link.png", "image/png");
    check(&home, &workspace, "out.png", "leads out of the project");
    check(&home, &workspace, "../mine.png", "goes up with `..`");
}

#[test]
fn what_is_no_plain_file_of_bounded_size_is_not_read() {
    let (home, workspace) = home();
    let project = home.path().join("project");
    mknodat(CWD, project.join("pipe.png"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let large = fs::File::create(project.join("large.png")).unwrap();
    large.set_len(MAX_IMAGE + 1).unwrap();
    for named in ["pipe.png", "HOME/project/pipe.png"] {
        check(&home, &workspace, named, "a named pipe, not a regular file");
    }
    check(&home, &workspace, "/dev/zero", "a device, not a regular file");
    check(&home, &workspace, "large.png", "it is larger than 10 MiB");
    check(&home, &workspace, "HOME/project/large.png", "it is larger than 10 MiB");
    check(&home, &workspace, "docs", "is a folder");
    check(&home, &workspace, "/", "is a folder");
    check(&home, &workspace, "none.png", "there is no such file");
    check(&home, &workspace, "~/none.png", "there is no such file");
    check(&home, &workspace, "none/a.png", "there is no such file");
}
