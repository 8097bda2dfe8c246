//! What a paste becomes: line ends made alike, and images that were dropped on the window made into
//! mentions.

use crate::protocol::mention;

/// Endings of images that models take.
const IMAGES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp"];

/// Longer pastes are no list of dropped files.
const LONGEST_LIST: usize = 8 * 1024;

/// `text` with line feeds for every kind of line end.
pub(super) fn with_plain_line_ends(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Whether a path is that of an image.
pub(crate) fn is_image(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| IMAGES.contains(&ending.as_str()))
}

/// The mentions that a paste of nothing but image paths stands for.
pub(super) fn image_mentions(text: &str) -> Option<String> {
    if text.len() > LONGEST_LIST {
        return None;
    }
    let lines: Option<Vec<_>> =
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(images).collect();
    let mentions: Vec<_> = lines?.concat().iter().map(|path| mention::of(path)).collect();
    (!mentions.is_empty()).then(|| mentions.join(" ") + " ")
}

/// The image paths of a line that has nothing else: words as a shell reads them, or one path whose
/// blanks nobody quoted.
fn images(line: &str) -> Option<Vec<String>> {
    let words = shell_words(line).unwrap_or_default();
    let paths: Vec<_> = words.into_iter().map(without_scheme).collect();
    let is_whole_path = ["/", "~/", "./"].iter().any(|start| line.starts_with(start));
    match paths.iter().all(|path| is_image(path)) && !paths.is_empty() {
        true => Some(paths),
        false if is_whole_path && is_image(line) => Some(vec![line.to_owned()]),
        false => None,
    }
}

/// `file:///a%20b.png` is `/a b.png`.
fn without_scheme(word: String) -> String {
    let Some(rest) = word.strip_prefix("file://") else { return word };
    let path = rest.strip_prefix("localhost").unwrap_or(rest);
    percent_decoded(path).unwrap_or(word)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok().filter(|path| !path.contains('\0'))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Words between blanks; quotes and backslashes hold blanks together. Nothing if a quote stays open.
fn shell_words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('\''), c) => word.get_or_insert_default().push(c),
            (_, '\\') => word.get_or_insert_default().push(rest.next()?),
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(c);
            }
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn check(pasted: &str, expected: &str) {
        assert_eq!(image_mentions(pasted).as_deref().unwrap_or("(text)"), expected, "{pasted:?}");
    }

    #[test]
    fn pasted_image_paths_become_mentions() {
        check("/home/me/shot.png", "@/home/me/shot.png ");
        check("shot.PNG\n", "@shot.PNG ");
        check("/a/b.png /c/d.webp", "@/a/b.png @/c/d.webp ");
        check("'/a/my shot.jpg'", "@\"/a/my shot.jpg\" ");
        check(r"/a/my\ shot.jpeg", "@\"/a/my shot.jpeg\" ");
        check("\"a.png\" 'b c.gif'", "@a.png @\"b c.gif\" ");
        check("file:///a/my%20shot.png", "@\"/a/my shot.png\" ");
        check("file://localhost/a.png\r\nfile:///b.png\r\n", "@/a.png @/b.png ");
        check("/home/me/My Pictures/shot one.png", "@\"/home/me/My Pictures/shot one.png\" ");
    }

    #[test]
    fn other_pastes_stay_text() {
        check("", "(text)");
        check("look at shot.png", "(text)");
        check("src/main.rs", "(text)");
        check("a.png and b.png", "(text)");
        check("/notes.txt\n/shot.png", "(text)");
        check("'open.png", "(text)");
        check("file:///broken%2", "(text)");
        check(&"/a.png\n".repeat(2_000), "(text)");
    }

    #[test]
    fn line_ends_become_line_feeds() {
        assert_eq!(with_plain_line_ends("a\r\nb\rc\nd"), "a\nb\nc\nd");
    }
}
