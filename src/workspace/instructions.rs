//! What a project says of how it wants its code: AGENTS.md and the like, one a folder, the nearest
//! last. It is data from the project: it sets nothing and is trusted with nothing.

use super::{RelPath, Workspace, text};

/// Most bytes of all that apply to one file, about 8,000 tokens: nearer files come first.
const MAX_BYTES: usize = 32 * 1024;

/// The instructions of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instructions {
    /// Their file.
    pub path: String,
    /// What they say; cut, where they are long, with a word on it.
    pub text: String,
}

impl Workspace {
    /// The instructions that apply to `path`, the nearest last. In each folder the first file of
    /// `names` counts that is there and says something.
    pub fn instructions(&self, names: &[String], path: Option<&RelPath>) -> Vec<Instructions> {
        let mut room = MAX_BYTES;
        let mut found: Vec<Instructions> = folders(path)
            .filter_map(|folder| names.iter().find_map(|name| self.instructions_at(&folder, name)))
            .map_while(|instructions| bounded(instructions, &mut room))
            .collect();
        found.reverse();
        found
    }

    fn instructions_at(&self, folder: &str, name: &str) -> Option<Instructions> {
        let path = self.path(&format!("{folder}{name}")).ok()?;
        let text = text::decode(&self.read_file(&path).ok()?.content).ok()?;
        let text = text.trim_end();
        (!text.is_empty()).then(|| Instructions { path: path.to_string(), text: text.to_owned() })
    }
}

/// The folders around a file, the nearest first, each ending with `/` and the root empty.
fn folders(path: Option<&RelPath>) -> impl Iterator<Item = String> {
    let path = path.map_or("", RelPath::as_str);
    let ends = path.rmatch_indices('/').map(|(at, _)| path[..=at].to_owned());
    ends.chain([String::new()]).collect::<Vec<_>>().into_iter()
}

fn bounded(instructions: Instructions, room: &mut usize) -> Option<Instructions> {
    let Instructions { path, text } = instructions;
    if *room == 0 {
        return None;
    }
    let kept = text[..text.floor_char_boundary(*room)].to_owned();
    *room -= kept.len().min(*room);
    let text = match kept.len() < text.len() {
        true => {
            *room = 0;
            format!("{kept}\n[cut here: {path} has {} bytes]", text.len())
        }
        false => kept,
    };
    Some(Instructions { path, text })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{fs, path::Path};

    use super::*;
    use crate::workspace::Halt;

    struct Project {
        folder: tempfile::TempDir,
        workspace: Workspace,
    }

    impl Project {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let root = folder.path().join("project");
            for (path, text) in files {
                fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
                fs::write(root.join(path), text).unwrap();
            }
            let workspace = Workspace::open(&root, &folder.path().join("home")).unwrap();
            Self { folder, workspace }
        }

        fn applying_to(&self, path: &str) -> Vec<Instructions> {
            let path = RelPath::parse(path).ok();
            self.workspace.instructions(&names(), path.as_ref())
        }
    }

    fn names() -> Vec<String> {
        ["AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md"].map(str::to_owned).to_vec()
    }

    fn check(files: &[(&str, &str)], path: &str, expected: &str) {
        let found = Project::new(files).applying_to(path);
        let told: Vec<String> = found.iter().map(|i| format!("{}={}", i.path, i.text)).collect();
        assert_eq!(told.join(" "), expected, "for {path:?}");
    }

    #[test]
    fn the_nearest_comes_last_and_one_a_folder_counts() {
        let files = [
            ("AGENTS.md", "root\n"),
            ("CLAUDE.md", "not read"),
            ("web/CLAUDE.md", "web"),
            ("web/ui/AGENTS.md", "\n \n"),
            ("web/ui/CLAUDE.md", "ui"),
            ("api/AGENTS.md", "api"),
        ];
        check(&files, "", "AGENTS.md=root");
        check(&files, "web/ui/deep/new.ts", "AGENTS.md=root web/CLAUDE.md=web web/ui/CLAUDE.md=ui");
        check(&files, "web.ts", "AGENTS.md=root");
        check(&[(".github/copilot-instructions.md", "x")], "a", ".github/copilot-instructions.md=x");
        check(&[("src/a.rs", "x")], "src/a.rs", "");
    }

    #[test]
    fn what_is_far_gives_way_to_what_is_near() {
        let long = "é".repeat(MAX_BYTES);
        let project =
            Project::new(&[("AGENTS.md", "root"), ("a/AGENTS.md", &long), ("a/b/AGENTS.md", "near")]);
        let found = project.applying_to("a/b/c.rs");
        let [far, near] = found.as_slice() else { panic!("{}", found.len()) };
        assert_eq!((near.path.as_str(), near.text.as_str()), ("a/b/AGENTS.md", "near"));
        let end = format!("é\n[cut here: a/AGENTS.md has {} bytes]", long.len());
        assert!(far.text.ends_with(&end) && far.text.len() <= MAX_BYTES + 100, "{}", far.text.len());
    }

    #[test]
    fn what_is_no_text_or_leads_out_is_not_there() {
        let project = Project::new(&[("AGENTS.md", "a\0b"), ("web/AGENTS.md", "web")]);
        let outside = project.folder.path().join("outside.md");
        fs::write(&outside, "outside").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&outside, project.workspace.root().join("CLAUDE.md")).unwrap();
        assert_eq!(project.applying_to("web/x").len(), 1);
        let halt = Halt::after(std::time::Duration::from_secs(10));
        let shape = project.workspace.shape(&halt).unwrap();
        assert_eq!(shape.files_named(&names(), 9), ["web/AGENTS.md"]);
        assert_eq!(shape.files_named(&[], 9), Vec::<String>::new());
        assert!(Path::new(&outside).exists());
    }
}
