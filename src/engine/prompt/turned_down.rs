//! Pure: what the user has turned down, in words for the models, within bounds.

use crate::store::Rejection;

use super::fenced;

const TURNED_DOWN: &str = include_str!("../prompts/turned_down.md");
/// Bytes of one rejected change: enough to know it again.
const MAX_CHANGE: usize = 800;
/// Bytes of all of them, about a thousand tokens.
const MAX_ALL: usize = 4 * 1024;

/// The newest ones that fit, newest first.
pub(crate) fn turned_down(rejections: &[Rejection]) -> String {
    let mut text = String::new();
    for told in rejections.iter().map(told) {
        if text.len() + told.len() > MAX_ALL {
            break;
        }
        text.push_str(&told);
    }
    text.trim_end().to_owned()
}

fn told(rejection: &Rejection) -> String {
    let reason = rejection.reason.as_deref().map(shortened);
    let reason = reason.map_or_else(String::new, |reason| format!(" because: {reason}"));
    let change = fenced("diff", &shortened(&rejection.text));
    let mut text = String::new();
    // Only the template's own places are filled, whatever the words hold.
    for (at, piece) in TURNED_DOWN.split(['{', '}']).enumerate() {
        text.push_str(match (at % 2, piece) {
            (1, "path") => &rejection.path,
            (1, "reason") => &reason,
            (1, "change") => &change,
            _ => piece,
        });
    }
    text
}

fn shortened(text: &str) -> String {
    match text.len() > MAX_CHANGE {
        true => format!("{}…", &text[..text.floor_char_boundary(MAX_CHANGE)]),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejection(path: &str, text: &str, reason: Option<&str>) -> Rejection {
        Rejection { path: path.into(), text: text.into(), reason: reason.map(str::to_owned) }
    }

    #[test]
    fn each_is_told_with_its_reason() {
        let told = turned_down(&[
            rejection("src/a.rs", "@@ -1,1 +1,1 @@\n-a\n+b {path}\n", Some("b is {change} slower")),
            rejection("src/b.rs", "+c\n", None),
        ]);
        insta::assert_snapshot!(told, @r"
        The user turned down in src/a.rs because: b is {change} slower:
        ```diff
        @@ -1,1 +1,1 @@
        -a
        +b {path}
        ```
        The user turned down in src/b.rs:
        ```diff
        +c
        ```
        ");
    }

    #[test]
    fn they_stay_within_bounds() {
        let many: Vec<_> =
            (0..50).map(|_| rejection("a", &"é".repeat(5_000), Some(&"why ".repeat(900)))).collect();
        let told = turned_down(&many);
        assert!(told.len() <= MAX_ALL && told.contains("…"), "{}", told.len());
        assert_eq!(turned_down(&[]), "");
    }
}
