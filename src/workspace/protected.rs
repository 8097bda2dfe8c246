//! Names that are never written, as data with reasons. Compared after folding, so that no other
//! spelling that some file system takes for the same name gets past.

use icu_normalizer::ComposingNormalizerBorrowed;

use super::path::RelPath;

/// What runs by itself, or gives rights to tools that do, once a folder is opened, entered or
/// committed to. At any depth, since any folder may be opened as a project; `*` stands for any
/// characters of one name, a `/` at the end for everything below.
///
/// Build files (Makefile, package.json, build.rs, CI workflows, `.pre-commit-config.yaml`) run too,
/// but they are the project's source: writing them is a developer's daily work, shown in the diff. So is
/// `mise.toml`, which names the tools and tasks of many a repository: mise runs nothing from it before it has
/// asked whether the file is trusted. It asks once for a path, so in a folder that is trusted already the diff
/// is what the user decides by, as with a Makefile. Its local and hidden kin, which no repository shows its
/// readers, stay the user's to write.
const AUTO_RUN: &[(&str, &str)] = &[
    (".mira/", "it holds Mira's settings for this project"),
    (".vscode/tasks.json", "VS Code runs its tasks when the folder opens"),
    (".vscode/settings.json", "VS Code takes program paths from it"),
    (".vscode/launch.json", "VS Code starts programs from it"),
    (".vscode/mcp.json", "VS Code starts tool servers from it"),
    ("*.code-workspace", "VS Code takes tasks and program paths from it"),
    (".idea/", "JetBrains editors start tools and tasks from it"),
    (".fleet/", "Fleet starts programs from it"),
    (".theia/", "Theia runs its tasks when the folder opens"),
    (".vs/", "Visual Studio loads it when the folder opens"),
    ("*.suo", "Visual Studio loads it when the folder opens"),
    (".externaltoolbuilders/", "Eclipse runs its builders when the folder opens"),
    (".zed/", "Zed starts language servers and tasks from it"),
    (".helix/", "Helix starts language servers from it"),
    (".devcontainer/", "editors run its commands when the folder opens"),
    (".devcontainer.json", "editors run its commands when the folder opens"),
    (".exrc", "Vim runs it in this folder"),
    (".vimrc", "Vim runs it in this folder"),
    (".nvimrc", "Neovim runs it in this folder"),
    (".nvim.lua", "Neovim runs it in this folder"),
    (".lvimrc", "Vim runs it in this folder"),
    (".dir-locals*.el", "Emacs evaluates it in this folder"),
    (".rprofile", "R runs it in this folder"),
    (".envrc", "direnv runs it when a shell enters the folder"),
    (".direnv/", "direnv loads it when a shell enters the folder"),
    (".autoenv*", "autoenv runs it when a shell enters the folder"),
    (".rvmrc", "rvm runs it when a shell enters the folder"),
    (".shadowenv.d/", "shadowenv runs it when a shell enters the folder"),
    ("mise.*.toml", "mise runs its hooks when a shell enters the folder"),
    (".mise.*.toml", "mise runs its hooks when a shell enters the folder"),
    ("mise/config.toml", "mise runs its hooks when a shell enters the folder"),
    (".mise/", "mise runs its hooks when a shell enters the folder"),
    (".config/mise/", "mise runs its hooks when a shell enters the folder"),
    (".config/mise.toml", "mise runs its hooks when a shell enters the folder"),
    (".hg/", "it belongs to Mercurial's internals, which run hooks and programs"),
    (".jj/", "it belongs to Jujutsu's internals, which run programs"),
    (".husky/", "git runs its hooks"),
    (".githooks/", "git runs its hooks"),
    (".git-hooks/", "git runs its hooks"),
    (".mcp.json", "coding agents start tool servers from it"),
    (".claude/settings*.json", "it holds another agent's permissions and hooks"),
    (".claude/hooks/", "another agent runs its hooks"),
    (".cursor/", "it holds another agent's settings and hooks"),
    (".codex/", "it holds another agent's settings"),
    (".gemini/", "it holds another agent's settings"),
    (".windsurf/", "it holds another agent's settings"),
    (".opencode/", "it holds another agent's settings and plugins"),
    ("opencode.json*", "it holds another agent's settings"),
    (".aider.conf.yml", "it holds another agent's settings"),
];

/// Why this path is never written, if so.
pub(super) fn auto_run(path: &RelPath) -> Option<&'static str> {
    let parts: Vec<String> = path.parts().map(fold).collect();
    let hit = AUTO_RUN.iter().find(|(pattern, _)| matches_anywhere(pattern, &parts));
    hit.map(|(_, reason)| *reason)
}

fn matches_anywhere(pattern: &str, parts: &[String]) -> bool {
    let names: Vec<&str> = pattern.trim_end_matches('/').split('/').collect();
    parts.windows(names.len()).enumerate().any(|(start, window)| {
        let reaches_end = start + names.len() == parts.len();
        let fits = window.iter().zip(&names).all(|(part, name)| matches_name(name, part));
        fits && (reaches_end || pattern.ends_with('/'))
    })
}

fn matches_name(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        Some((head, tail)) => {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
        None => pattern == name,
    }
}

/// Whether some file system takes this name for `.git` (or for its short form on Windows).
pub(super) fn is_git(part: &str) -> bool {
    let folded = fold(part);
    let number = folded.strip_prefix("git~").unwrap_or_default();
    let is_short = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    folded == ".git" || is_short
}

/// Whether Windows takes this name for a device, whatever its extension.
pub(super) fn is_device(part: &str) -> bool {
    let folded = fold(part);
    let base = folded.split('.').next().unwrap_or_default().trim_end();
    let numbered = ["com", "lpt"].iter().any(|device| {
        let digit = base.strip_prefix(device);
        digit.is_some_and(|digit| digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit()))
    });
    numbered || ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"].contains(&base)
}

/// One spelling for all names that a file system may hold to be equal: what [`even`] makes equal, and
/// streams (NTFS), trailing dots and spaces (Windows) go.
pub(super) fn fold(part: &str) -> String {
    let even = even(part);
    let name = even.split(':').next().unwrap_or_default();
    name.trim_end_matches(['.', ' ']).to_owned()
}

/// Compatibility forms and case are evened out (the Turkish dotted and dotless i as well), ignorable
/// characters (HFS+) go.
pub(super) fn even(part: &str) -> String {
    if part.is_ascii() {
        return part.to_ascii_lowercase();
    }
    let visible: String = part.chars().filter(|c| !is_ignorable(*c)).collect();
    let normal = ComposingNormalizerBorrowed::new_nfkc().normalize(&visible);
    normal.to_uppercase().to_lowercase().replace("i\u{307}", "i")
}

/// Whether git takes a folder with these names in it for a repository's inside, whatever the folder
/// is called. It then runs what `config` and `hooks` in it say.
pub(super) fn is_repository(mut has: impl FnMut(&str) -> bool) -> bool {
    has("HEAD") && (has("commondir") || has("objects") && has("refs"))
}

fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ad}')
}
