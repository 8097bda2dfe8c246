//! What a look at a project tells: which files are new, changed, touched, gone, and which are left out.

use std::{
    collections::HashMap,
    fs::File,
    sync::{Mutex, atomic::AtomicBool},
    time::{Duration, SystemTime},
};

use mira::workspace::{
    Halt, Workspace,
    index::{Limits, Sighting, Stamp, Survey},
};

use crate::support::project::Project;

const LIMITS: Limits = Limits { files: 100, file_bytes: 1_000, total_bytes: 10_000 };

/// A project and what is known of it.
struct Known {
    project: Project,
    stamps: HashMap<String, Stamp>,
    limits: Limits,
}

impl Known {
    fn new(text: &str) -> Self {
        Self { project: Project::new(text), stamps: HashMap::new(), limits: LIMITS }
    }

    /// Looks, notes what is told, and compares it with what is expected.
    fn check(&mut self, expected: &str) -> Survey {
        let (told, survey) = self.look(&Halt::after(Duration::from_secs(60)));
        assert_eq!(told.join(", "), expected);
        survey
    }

    fn look(&mut self, halt: &Halt) -> (Vec<String>, Survey) {
        let root = self.project.root();
        let workspace = Workspace::open(&root, &root.join("no-state")).unwrap();
        let told = Mutex::new(Vec::new());
        let survey =
            workspace.survey(&self.stamps, &self.limits, halt, |s| told.lock().unwrap().push(s)).unwrap();
        let mut lines: Vec<String> =
            told.into_inner().unwrap().into_iter().filter_map(|sighting| self.note(sighting)).collect();
        lines.sort();
        for path in &survey.gone {
            self.stamps.remove(path);
            lines.push(format!("{path} gone"));
        }
        (lines, survey)
    }

    fn note(&mut self, sighting: Sighting) -> Option<String> {
        Some(match sighting {
            Sighting::Ahead(_) => return None,
            Sighting::Changed { file, stamp, symbols } => {
                let names: Vec<String> = symbols.iter().map(|symbol| symbol.qualified()).collect();
                self.stamps.insert(file.path.clone(), stamp);
                format!("{} {} [{}]", file.path, file.language.unwrap_or_default(), names.join(" "))
            }
            Sighting::Touched { path, stamp } => {
                self.stamps.insert(path.clone(), stamp);
                format!("{path} touched")
            }
        })
    }

    /// Files that were written just now are looked at again; these were not.
    fn age(&self, path: &str, seconds: u64) {
        let file = File::options().write(true).open(self.project.root().join(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    }
}

#[test]
fn only_differences_are_told() {
    let mut known = Known::new("//- src/a.rs\nfn a() {}\n//- b.py\ndef b(): pass\n//- README.md\n# Shop\n");
    known.check("README.md markdown [Shop], b.py python [b], src/a.rs rust [a]");
    known.check("");
    known.project.write("src/a.rs", "fn a() {}\nfn c() {}\n");
    std::fs::remove_file(known.project.root().join("b.py")).unwrap();
    known.check("src/a.rs rust [a c], b.py gone");
}

#[test]
fn a_file_with_the_same_size_and_time_is_not_opened() {
    let mut known = Known::new("//- a.rs\nfn a() {}\n");
    known.age("a.rs", 100);
    known.check("a.rs rust [a]");
    known.stamps.get_mut("a.rs").unwrap().hash = "something else".to_owned();
    known.check("");
    known.age("a.rs", 200);
    known.check("a.rs rust [a]");
    known.age("a.rs", 300);
    known.check("a.rs touched");
}

#[test]
fn what_is_ignored_linked_or_no_text_has_no_words() {
    let mut known = Known::new(
        "//- .gitignore\nout/\n//- out/a.rs\nfn a() {}\n//- image.png\n\u{0}\n//- Cargo.lock\n[[package]]\n",
    );
    std::os::unix::fs::symlink("Cargo.lock", known.project.root().join("link.toml")).unwrap();
    known.check(".gitignore  [], Cargo.lock toml [], image.png  []");
}

#[test]
fn what_is_too_much_is_left_out_and_said() {
    let mut known = Known::new("//- a.rs\nfn a() {}\n//- b.rs\nfn b() {}\n//- c.rs\nfn c() {}\n");
    known.project.write("a.rs", &"fn a() {}\n".repeat(200));
    known.limits.files = 2;
    let survey = known.check("a.rs rust [], b.rs rust [b]");
    let sentence = survey.left_out.to_string();
    assert!(
        sentence.starts_with("1 file is not in the index, 1 large file is known by name only"),
        "{sentence}"
    );
    known.check("");
    known.limits = Limits { files: 100, file_bytes: 10_000, total_bytes: 0 };
    assert_eq!(known.look(&Halt::after(Duration::from_secs(60))).1.left_out.by_name, 3);
}

#[test]
fn a_look_that_is_cancelled_forgets_nothing() {
    let mut known = Known::new("//- a.rs\nfn a() {}\n");
    known.check("a.rs rust [a]");
    std::fs::remove_file(known.project.root().join("a.rs")).unwrap();
    let halt = Halt::new(std::sync::Arc::new(AtomicBool::new(true)), Duration::from_secs(60));
    let (told, survey) = known.look(&halt);
    assert_eq!((told.len(), survey.is_cut), (0, true));
}
