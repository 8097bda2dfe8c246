//! Pure: what the user points to, in words for the planner. Text looks as it does among the project's
//! code, so that what was sent once is known again.

use crate::engine::mentions::{Mentioned, Piece};

use super::{code::quoted, fenced};

/// One part for each mention.
pub(crate) fn mentions(mentioned: &[Mentioned]) -> Vec<String> {
    mentioned.iter().map(one).collect()
}

fn one(mentioned: &Mentioned) -> String {
    match mentioned {
        Mentioned::Piece(piece) => text(piece),
        Mentioned::Folder { path, files, left_out } => folder(path, files, *left_out),
        Mentioned::Gone(path) => {
            format!("{path}: it is proposed to delete or rename this file (not done on disk yet)")
        }
        Mentioned::Elsewhere { name, places } => format!("{name} is also defined in {}", places.join(", ")),
    }
}

fn text(piece: &Piece) -> String {
    let Piece { path, first_line, last_line, meant_until, .. } = piece;
    let proposed = if piece.is_proposed { ", as proposed (not on disk yet)" } else { "" };
    let mut told = match (last_line < first_line, *meant_until) {
        (true, 0) => format!("{path}{proposed}: an empty file"),
        (true, _) => format!("{path}{proposed}"),
        (false, _) if piece.is_proposed => {
            format!("{path}:{first_line}-{last_line}{proposed}\n{}", fenced("", &piece.text))
        }
        (false, _) => quoted(path, *first_line, *last_line, &piece.text),
    };
    if last_line < meant_until {
        told.push_str(&left_out(piece));
    }
    told
}

fn left_out(piece: &Piece) -> String {
    let (from, until) = (piece.last_line + 1, piece.meant_until);
    let lines = format!("\n[lines {from} to {until} did not fit; read_file shows them");
    match piece.outline.is_empty() {
        true => format!("{lines}]"),
        false => format!("{lines}; they define:]\n{}", piece.outline.join("\n")),
    }
}

fn folder(path: &str, files: &[String], left_out: usize) -> String {
    let more =
        if left_out > 0 { format!("\n[{left_out} more; list_files shows them]") } else { String::new() };
    let files = if files.is_empty() { "(no files)".to_owned() } else { files.join("\n") };
    format!("Files in {path}:\n{files}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_told_with_its_place_and_what_is_missing() {
        let piece = Piece {
            path: "src/a.rs".into(),
            first_line: 1,
            last_line: 1,
            text: "fn a() {}".into(),
            meant_until: 1,
            ..Piece::default()
        };
        let cut = Piece { meant_until: 9, outline: vec!["  3 fn b()".into()], ..piece.clone() };
        let proposed = Piece { is_proposed: true, ..piece.clone() };
        let unseen = Piece { path: "big.log".into(), last_line: 0, meant_until: 7, ..piece.clone() };
        let empty = Piece { path: "empty".into(), first_line: 1, ..Piece::default() };
        let folder = |files: &[&str], left_out| Mentioned::Folder {
            path: "src".into(),
            files: files.iter().map(|file| (*file).to_owned()).collect(),
            left_out,
        };
        let pieces = [piece, cut, proposed, unseen, empty].map(Mentioned::Piece);
        let others = [
            folder(&["src/a.rs"], 3),
            folder(&[], 0),
            Mentioned::Gone("old.rs".into()),
            Mentioned::Elsewhere { name: "new".into(), places: vec!["a.rs:1-2".into(), "b.rs:3-3".into()] },
        ];
        insta::assert_snapshot!(mentions(&[pieces.as_slice(), others.as_slice()].concat()).join("\n"), @r"
        src/a.rs:1-1
        ```
        fn a() {}
        ```
        src/a.rs:1-1
        ```
        fn a() {}
        ```
        [lines 2 to 9 did not fit; read_file shows them; they define:]
          3 fn b()
        src/a.rs:1-1, as proposed (not on disk yet)
        ```
        fn a() {}
        ```
        big.log
        [lines 1 to 7 did not fit; read_file shows them]
        empty: an empty file
        Files in src:
        src/a.rs
        [3 more; list_files shows them]
        Files in src:
        (no files)
        old.rs: it is proposed to delete or rename this file (not done on disk yet)
        new is also defined in a.rs:1-2, b.rs:3-3
        ");
    }
}
