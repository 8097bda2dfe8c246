//! Links and other odd things on the way: links are followed inside the project, never out of it.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
};

use mira::workspace::{Workspace, apply::PlannedWrite, content_hash, list::ListRequest};
use rustix::fs::CWD;

use crate::workspace_project::{Project, patient};

/// Every line: what is linked, what it says, what is written, a piece of the refusal.
const TRICKS: &str = include_str!("workspace_links/tricks.txt");

/// Every line: what stands in the way, what is written, a piece of the refusal.
const OBSTACLES: &str = "
fifo pipe        | pipe        | named pipe
fifo pipe        | pipe/x      | not a folder
socket sock      | sock        | a socket
socket sock      | sock/x/y    | not a folder
folder dir       | dir         | is a folder
folder src/new   | src/new     | is a folder
folder a/b       | a           | is a folder
file a           | a/b         | not a folder
file a           | a/b/c       | not a folder
file bare/x      | bare/config | repository's inside
file linked/x    | linked/x    | repository's inside
file bare/hooks/x | bare/hooks/x | repository's inside
";

/// A project with things worth attacking.
fn target() -> Project {
    Project::with(&[
        ("src/main.rs", "fn main() {}\n"),
        ("src/deep/x", ""),
        (".vscode/tasks.json", "{}"),
        (".git/config", "[core]\n"),
        (".git/hooks/x", ""),
        ("bare/HEAD", ""),
        ("bare/objects/x", ""),
        ("bare/refs/x", ""),
        ("linked/HEAD", ""),
        ("linked/commondir", "../elsewhere"),
    ])
}

fn columns(line: &str) -> [&str; 3] {
    line.split('|').map(str::trim).collect::<Vec<_>>().try_into().unwrap()
}

#[test]
fn links_lead_neither_out_nor_to_protected_names() {
    let lines: Vec<&str> = TRICKS.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(lines.len() >= 75, "{}", lines.len());
    for line in lines {
        let [links, spelling, reason] = columns(line);
        let project = target();
        for link in links.split(", ") {
            let (name, says) = link.split_once(" -> ").unwrap();
            let base = project.workspace.root().parent().unwrap().to_str().unwrap();
            symlink(says.replace("{base}", base), project.at(name)).unwrap();
        }
        check_refused(&project, spelling, reason, line);
    }
}

#[test]
fn what_stands_in_the_way_stays() {
    for line in OBSTACLES.trim().lines() {
        let [obstacle, spelling, reason] = columns(line);
        let (project, (kind, name)) = (target(), obstacle.split_once(' ').unwrap());
        let at = project.at(name);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        let mode = rustix::fs::Mode::from_raw_mode(0o644);
        match kind {
            "fifo" => rustix::fs::mknodat(CWD, &at, rustix::fs::FileType::Fifo, mode, 0).unwrap(),
            "socket" => drop(std::os::unix::net::UnixListener::bind(&at).unwrap()),
            "folder" => fs::create_dir_all(&at).unwrap(),
            _ => fs::write(&at, "").unwrap(),
        }
        check_refused(&project, spelling, reason, line);
    }
}

/// Neither written nor deleted, and nothing else changes.
fn check_refused(project: &Project, spelling: &str, reason: &str, line: &str) {
    let before = project.snapshot();
    let error = project.write_spelled(spelling, "escaped").expect_err(line);
    assert!(error.contains(reason), "{line}\n{error}");
    // A pipe must not be waited for here either.
    let at = project.at(spelling);
    let found = at.is_file().then(|| content_hash(&fs::read(at).unwrap()));
    for (path, expected_before) in [None, found].map(|hash| (project.workspace.path(spelling), hash)) {
        let Ok(path) = path else { continue };
        let delete = PlannedWrite { path, expected_before, content: None, mode: None };
        assert!(project.apply(vec![delete]).is_err(), "deleted: {line}");
    }
    assert_eq!(project.snapshot(), before, "{line}");
}

#[test]
fn a_long_chain_of_links_is_a_loop() {
    let project = target();
    for number in 0..41 {
        let says = if number == 40 { "src".into() } else { format!("l{}", number + 1) };
        symlink(says, project.at(format!("l{number}"))).unwrap();
    }
    assert!(project.write_spelled("l0/x", "1").unwrap_err().contains("loop"));
    project.write_spelled("l1/x", "1").unwrap();
    assert_eq!(project.read("src/x"), "1");
}

#[test]
fn other_names_of_a_file_keep_its_old_content() {
    let project = target();
    let outside = project.outside().join("secret");
    for (name, twin) in [("a", &outside), ("b", &project.at(".git/config"))] {
        fs::hard_link(twin, project.at(name)).unwrap();
        let old = fs::read_to_string(twin).unwrap();
        project.write_spelled(name, "new").unwrap();
        assert_eq!(project.read(name), "new");
        assert_eq!(fs::read_to_string(twin).unwrap(), old);
    }
}

#[test]
fn a_folder_that_takes_no_files_gets_none() {
    let project = target();
    let mode = |mode| fs::set_permissions(project.at("src"), fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let before = project.snapshot();
    let written = project.write_spelled("src/new", "1");
    // Root may write anywhere.
    match rustix::process::getuid().is_root() {
        true => assert_eq!(written, Ok(())),
        false => {
            assert!(written.unwrap_err().contains("could not be written"));
            assert_eq!(project.snapshot(), before);
        }
    }
    mode(0o755);
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
    let absolute = project.at("state/mira/key");
    for path in [
        "state/mira/key",
        "State/MIRA/key",
        "state/mira/new",
        "./state//./mira/key",
        "state/m\u{131}ra/key",
        "\u{ff53}tate/mira/key",
        "\u{17f}tate/mira/key",
        "state/mira",
        "state./mira /key",
        absolute.to_str().unwrap(),
    ] {
        assert!(workspace.path(path).unwrap_err().to_string().contains("Mira's own state"), "{path}");
    }
    let through_link = workspace.path("alias/key").unwrap();
    assert!(workspace.read_file(&through_link).unwrap_err().to_string().contains("Mira's own state"));
    assert!(workspace.target_state(&through_link).is_err());
    let everything = ListRequest { max: 100, ..ListRequest::default() };
    let listed = workspace.list(&everything, &patient()).unwrap();
    assert_eq!(listed.paths, ["alias", "x"]);
}
