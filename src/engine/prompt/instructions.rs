//! Pure: the project's own instructions in words for the models.

use crate::workspace::instructions::Instructions;

use super::fenced;

/// For the planner: those that apply, and where there are others.
pub(crate) fn instructions(applying: &[Instructions], elsewhere: &[String]) -> String {
    let mut parts: Vec<String> = applying.iter().map(one).collect();
    let others: Vec<&str> = elsewhere
        .iter()
        .map(String::as_str)
        .filter(|path| !applying.iter().any(|known| known.path == *path))
        .collect();
    if !others.is_empty() {
        parts.push(format!("Folders with instructions of their own: {}", others.join(", ")));
    }
    parts.join("\n")
}

/// One file of them, so that its text cannot pass for ours.
pub(super) fn one(instructions: &Instructions) -> String {
    format!("From {}:\n{}", instructions.path, fenced("", &instructions.text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_by_its_file() {
        let root = Instructions { path: "AGENTS.md".into(), text: "Use ``` sparingly.".into() };
        let web = Instructions { path: "web/AGENTS.md".into(), text: "Two blanks.".into() };
        let elsewhere = ["api/AGENTS.md".to_owned(), "web/AGENTS.md".to_owned()];
        insta::assert_snapshot!(instructions(&[root, web], &elsewhere), @r"
        From AGENTS.md:
        ````
        Use ``` sparingly.
        ````
        From web/AGENTS.md:
        ```
        Two blanks.
        ```
        Folders with instructions of their own: api/AGENTS.md
        ");
        assert_eq!(instructions(&[], &[]), "");
    }
}
