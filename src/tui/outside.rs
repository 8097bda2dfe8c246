//! What reaches the world beyond the screen: the clipboard, notifications, a link in the browser, the
//! user's editor. All of it only at the user's own key, but for notifications, which say little.

use std::{
    io::Write,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::terminal::visible;

/// Terminals cut or refuse longer ones (xterm, foot and tmux allow about this much).
const LONGEST_COPY: usize = 100_000;

/// The bytes that put `text` into the terminal's clipboard (OSC 52): they work over SSH too.
pub(crate) fn copy_sequence(text: &str) -> Option<Vec<u8>> {
    let encoded = STANDARD.encode(text);
    (encoded.len() <= LONGEST_COPY).then(|| format!("\x1b]52;c;{encoded}\x07").into_bytes())
}

/// Inside of tmux the same text is also handed to tmux itself, which by default takes it from nobody
/// else, and passes it on to the terminal around it.
pub(crate) fn copy_through_tmux(text: &str) {
    if std::env::var_os("TMUX").is_none() {
        return;
    }
    let tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut tmux) = tmux else { return };
    if let Some(mut stdin) = tmux.stdin.take() {
        let _ = stdin.write_all(text.as_bytes());
    }
    let _ = tmux.wait();
}

/// The bytes that ask the terminal for a notification and ring its bell. Terminals know one of the
/// two forms (OSC 9: iTerm2, Windows Terminal, ghostty; OSC 777: urxvt, foot, WezTerm) or ignore both.
pub(crate) fn notification(title: &str, text: &str) -> Vec<u8> {
    let plain = |text: &str| {
        let one_line: String = visible(text).chars().filter(|c| *c != ';').take(120).collect();
        one_line.replace(['\n', '\t'], " ")
    };
    let (title, text) = (plain(title), plain(text));
    format!("\x1b]9;{title}: {text}\x07\x1b]777;notify;{title};{text}\x07\x07").into_bytes()
}

/// Whether a link may be opened: the web, nothing else.
pub(crate) fn is_web_link(target: &str) -> bool {
    let web = ["https://", "http://"].iter().any(|scheme| target.starts_with(scheme));
    web && target.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Opens a link of the web in the user's browser.
///
/// # Errors
/// A sentence: it is no such link, or nothing can open it.
pub(crate) fn open_link(target: &str) -> Result<(), String> {
    if !is_web_link(target) {
        return Err(format!("only web links are opened; this one is {}", visible(target)));
    }
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = Command::new(opener)
        .arg(target)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    match started {
        Ok(mut child) => {
            std::thread::spawn(move || child.wait());
            Ok(())
        }
        Err(_) => Err(format!("there is no {opener} here that could open {target}; copy it with y")),
    }
}

/// The user's editor: VISUAL, else EDITOR, else vi.
pub(crate) fn editor() -> String {
    let named = ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var(name).ok());
    named.filter(|editor| !editor.trim().is_empty()).unwrap_or_else(|| "vi".to_owned())
}

/// Runs the user's editor on a file and waits for its end. The terminal must be the editor's.
///
/// # Errors
/// It cannot be started.
pub(crate) fn edit(editor: &str, file: &Path) -> std::io::Result<ExitStatus> {
    // The variable may hold arguments and quotes: the shell reads it as git and others do.
    Command::new("sh").arg("-c").arg(format!("{editor} \"$@\"")).arg(editor).arg(file).status()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_base64_and_bounded() {
        assert_eq!(copy_sequence("hi").as_deref(), Some(b"\x1b]52;c;aGk=\x07".as_slice()));
        assert_eq!(copy_sequence(&"x".repeat(LONGEST_COPY)), None);
    }

    #[test]
    fn a_notification_carries_no_controls_of_its_text() {
        let bytes = notification("mira", "done\x07\x1b]52;c;eA==\x07 now; really");
        let text = String::from_utf8(bytes).unwrap_or_default();
        assert_eq!(text.matches('\x1b').count(), 2);
        assert_eq!(text.matches('\x07').count(), 3);
        assert!(!text.contains("]52;c"), "{text:?}");
    }

    #[test]
    fn a_notification_is_one_short_line() {
        let text = String::from_utf8(notification("a\nb", &"x\t".repeat(500))).unwrap_or_default();
        assert!(!text.contains(['\n', '\t']) && text.len() < 600, "{text:?}");
    }

    #[test]
    fn an_editor_may_have_arguments_with_blanks_in_them() -> std::io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (wanted, file) = (folder.path().join("what is wanted"), folder.path().join("the prompt"));
        std::fs::write(&wanted, "better")?;
        std::fs::write(&file, "draft")?;
        assert!(edit(&format!("cp '{}'", wanted.display()), &file)?.success());
        assert_eq!(std::fs::read_to_string(&file)?, "better");
        assert!(!edit("false", &file)?.success());
        Ok(())
    }

    #[test]
    fn a_link_that_is_none_is_refused_with_a_sentence() {
        let refused = open_link("file:///etc/passwd\x1b[31m").err().unwrap_or_default();
        assert!(refused.contains("only web links") && !refused.contains('\x1b'), "{refused:?}");
    }

    #[test]
    fn only_the_web_is_opened() {
        assert!(is_web_link("https://example.org/a?b=c"));
        for other in ["file:///etc/passwd", "javascript:x", "-h", "https://a b", "ssh://x", "https://a\x1b"] {
            assert!(!is_web_link(other), "{other}");
        }
    }
}
