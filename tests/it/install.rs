//! `install.sh` with a scripted cargo: what it says when a tool is missing, what it places, and that
//! removing leaves nothing behind.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

const TOOLS: &[&str] = &[
    "sh", "dirname", "mktemp", "sed", "cat", "cp", "mv", "rm", "rmdir", "mkdir", "chmod", "grep", "sort",
    "uname",
];

/// Plays cargo: building leaves a program that prints its own arguments.
const CARGO: &str = r#"#!/bin/sh
case $1 in
    --version) echo "cargo 1.999.0 (0000000 2026-01-01)" ;;
    build)
        echo "$@" > build-arguments
        mkdir -p target/release
        printf '#!/bin/sh\necho "mira $*"\n' > target/release/mira
        chmod +x target/release/mira
        ;;
esac
"#;
const WORKS: &str = "#!/bin/sh\nexit 0\n";

/// A copy of the script with a PATH that holds only what the test puts there.
struct Machine {
    directory: TempDir,
}

impl Machine {
    fn with(programs: &[(&str, &str)]) -> Self {
        let machine = Self { directory: TempDir::new().unwrap() };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["install.sh", "Cargo.toml"] {
            fs::create_dir_all(machine.path("source")).unwrap();
            fs::copy(root.join(name), machine.path("source").join(name)).unwrap();
        }
        fs::create_dir(machine.path("tools")).unwrap();
        for tool in TOOLS {
            symlink(find(tool), machine.path("tools").join(tool)).unwrap();
        }
        machine.add("id", "#!/bin/sh\necho 1000\n");
        programs.iter().for_each(|(name, script)| machine.add(name, script));
        machine
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn add(&self, name: &str, script: &str) {
        let file = self.path("tools").join(name);
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(find("sh"))
            .arg(self.path("source/install.sh"))
            .args(arguments)
            .env_clear()
            .env("PATH", self.path("tools"))
            .env("HOME", self.path("home"))
            .output()
            .unwrap()
    }

    /// Every path below `name`, sorted.
    fn tree(&self, name: &str) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.path(name), &mut found);
        let root = self.path(name);
        let relative = |path: PathBuf| path.strip_prefix(&root).unwrap().display().to_string();
        let mut names: Vec<String> = found.into_iter().map(relative).collect();
        names.sort();
        names
    }
}

fn find(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|dir| dir.join(tool)).find(|file| file.exists()).unwrap()
}

fn collect(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        }
        found.push(path);
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

fn check_missing(programs: &[(&str, &str)], expected: &[&str]) {
    let machine = Machine::with(programs);
    let output = machine.run(&[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for line in expected {
        assert!(said.lines().any(|found| found.trim() == *line), "{line}\n{said}");
    }
    assert!(said.contains("nothing was built or installed"), "{said}");
    assert!(!machine.path("home/.local").exists());
}

#[test]
fn a_missing_tool_is_named_with_the_command_that_installs_it() {
    let no_compiler = |manager, command| check_missing(&[("cargo", CARGO), manager], &[command]);
    no_compiler(("apt", WORKS), "sudo apt install build-essential");
    no_compiler(("dnf", WORKS), "sudo dnf install gcc");
    no_compiler(("pacman", WORKS), "sudo pacman -S base-devel");
    no_compiler(("sh2", WORKS), "install gcc or clang with your system's package manager");

    let no_cargo = |manager, command| check_missing(&[("cc", WORKS), manager], &[command]);
    no_cargo(("apt", WORKS), "sudo apt install rustup && rustup default stable");
    no_cargo(("pacman", WORKS), "sudo pacman -S rustup && rustup default stable");
    no_cargo(("sh2", WORKS), "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh");

    check_missing(
        &[("apt", WORKS)],
        &["sudo apt install rustup && rustup default stable", "sudo apt install build-essential"],
    );
}

#[test]
fn an_old_rust_is_named_with_the_command_that_upgrades_it() {
    let old = "#!/bin/sh\necho 'cargo 1.75.0 (1d8b05cdd 2023-11-20)'\n";
    check_missing(&[("cargo", old), ("cc", WORKS), ("rustup", WORKS)], &["rustup update stable"]);
}

#[test]
fn installing_twice_and_removing_leaves_what_was_there_before() {
    let machine = Machine::with(&[("cargo", CARGO), ("cc", WORKS)]);
    fs::create_dir_all(machine.path("home/.local/share/fish")).unwrap();
    fs::write(machine.path("home/.local/share/fish/mine"), "").unwrap();
    let before = machine.tree("home");

    for _ in 0..2 {
        let output = machine.run(&[]);
        let said = said(&output);
        assert!(output.status.success(), "{said}");
        assert!(said.contains("mira demo --exec") && said.contains("is not on your PATH"), "{said}");
    }
    let built = fs::read_to_string(machine.path("source/build-arguments")).unwrap();
    assert!(built.starts_with("build --release --locked"), "{built}");
    let local = machine.path("home/.local");
    for (file, content) in [
        ("share/bash-completion/completions/mira", "mira completions bash\n"),
        ("share/zsh/site-functions/_mira", "mira completions zsh\n"),
        ("share/fish/vendor_completions.d/mira.fish", "mira completions fish\n"),
        ("share/man/man1/mira.1", "mira man\n"),
    ] {
        assert_eq!(fs::read_to_string(local.join(file)).unwrap(), content, "{file}");
    }
    let mode = fs::metadata(local.join("bin/mira")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    let leftovers = machine.tree("home").into_iter().filter(|name| name.contains(".new."));
    assert_eq!(leftovers.count(), 0);

    assert!(machine.run(&["--uninstall"]).status.success());
    assert_eq!(machine.tree("home"), before);
    let again = machine.run(&["--uninstall"]);
    assert!(said(&again).contains("no installation of Mira below"), "{}", said(&again));
}

#[test]
fn a_prefix_of_ones_own_is_made_and_removed_with_everything_in_it() {
    let machine = Machine::with(&[("cargo", CARGO), ("cc", WORKS)]);
    let prefix = machine.path("my own");
    let prefix = prefix.to_str().unwrap();
    assert!(machine.run(&["--prefix", prefix]).status.success());
    assert!(machine.path("my own/bin/mira").exists());
    assert!(machine.run(&["--uninstall", "--prefix", prefix]).status.success());
    assert!(!machine.path("my own").exists());
}

#[test]
fn a_failed_build_replaces_nothing() {
    let machine = Machine::with(&[("cargo", CARGO), ("cc", WORKS)]);
    assert!(machine.run(&[]).status.success());
    let before = machine.tree("home");
    machine.add("cargo", &CARGO.replace("    build)", "    build) exit 101 ;;\n    other)"));
    assert!(!machine.run(&[]).status.success());
    assert_eq!(machine.tree("home"), before);
}

#[test]
fn an_unknown_argument_does_nothing() {
    let machine = Machine::with(&[("cargo", CARGO), ("cc", WORKS)]);
    assert_eq!(machine.run(&["--prefx", "/x"]).status.code(), Some(1));
    assert_eq!(machine.run(&["--prefix"]).status.code(), Some(1));
    assert!(machine.tree("home").is_empty());
}
