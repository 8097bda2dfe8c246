//! Pure: as much of a text as goes along with a prompt, and an outline of what does not.

use crate::{
    engine::{code::line, prompt::estimate_tokens},
    protocol::LineRange,
    workspace::symbols::symbols,
};

/// Lines of a file that is mentioned as a whole; of a longer one the rest is outlined.
const WHOLE_FILE: usize = 300;
/// Symbols in the outline of what is left out.
const OUTLINED: usize = 80;

/// Text of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Piece {
    pub(crate) path: String,
    /// From 1.
    pub(crate) first_line: u32,
    /// The last one that is shown; the one before the first when none is.
    pub(crate) last_line: u32,
    pub(crate) text: String,
    /// The last one that is meant.
    pub(crate) meant_until: u32,
    /// What the lines that are not shown define, as lines of an outline.
    pub(crate) outline: Vec<String>,
    /// Whether it is not on disk yet.
    pub(crate) is_proposed: bool,
}

/// The lines that are meant (all without `lines`), as far as they fit into what is left of the tokens.
pub(super) fn piece(
    path: &str,
    text: &str,
    lines: Option<LineRange>,
    is_proposed: bool,
    left: &mut u64,
) -> Piece {
    let total = text.lines().count();
    let meant = lines.unwrap_or(LineRange { start: 1, len: total });
    let until = (meant.start - 1).saturating_add(meant.len).min(total);
    let most = if lines.is_some() { meant.len } else { WHOLE_FILE };
    let wanted = text.lines().take(until).skip(meant.start - 1).take(most);
    let shown: Vec<&str> = wanted.take_while(|line| pay(line, left)).collect();
    let last = meant.start - 1 + shown.len();
    let outline = if last < until { outline(path, text, last, until, left) } else { Vec::new() };
    Piece {
        path: path.to_owned(),
        first_line: number(meant.start),
        last_line: number(last),
        text: shown.join("\n"),
        meant_until: number(until),
        outline,
        is_proposed,
    }
}

/// What begins behind the line `after`, up to `until`.
fn outline(path: &str, text: &str, after: usize, until: usize, left: &mut u64) -> Vec<String> {
    let symbols = symbols(path, text).into_iter();
    let hidden = symbols.filter(|symbol| (after + 1..=until).contains(&(symbol.first_line as usize)));
    hidden.map(|symbol| line(&symbol)).take(OUTLINED).take_while(|line| pay(line, left)).collect()
}

/// Takes a line's tokens from what is left, if there are enough.
fn pay(line: &str, left: &mut u64) -> bool {
    let rest = left.checked_sub(estimate_tokens(line) + 1);
    *left = rest.unwrap_or(*left);
    rest.is_some()
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of `count` functions of one line; what goes along as `first-last of meant, outline`.
    fn check(count: usize, lines: Option<(usize, usize)>, tokens: u64, expected: &str) {
        let text: String = (1..=count).map(|at| format!("fn f{at}() {{}}\n")).collect();
        let lines = lines.map(|(start, len)| LineRange { start, len });
        let mut left = tokens;
        let piece = piece("src/a.rs", &text, lines, false, &mut left);
        assert_eq!(piece.text.lines().count() as u32 + piece.first_line, piece.last_line + 1);
        let shown = format!(
            "{}-{} of {}, {}",
            piece.first_line,
            piece.last_line,
            piece.meant_until,
            piece.outline.len()
        );
        assert_eq!(shown, expected, "{count} {lines:?} {tokens}");
    }

    #[test]
    fn small_files_and_lines_are_shown_whole() {
        check(3, None, 1_000, "1-3 of 3, 0");
        check(300, None, 10_000, "1-300 of 300, 0");
        check(0, None, 1_000, "1-0 of 0, 0");
        check(900, Some((5, 600)), 100_000, "5-604 of 604, 0");
        check(9, Some((8, 600)), 1_000, "8-9 of 9, 0");
        check(9, Some((4, usize::MAX)), 1_000, "4-9 of 9, 0");
    }

    #[test]
    fn what_does_not_fit_is_outlined() {
        check(320, None, 100_000, "1-300 of 320, 20");
        check(900, None, 100_000, "1-300 of 900, 80");
        check(9, None, 12, "1-3 of 9, 0");
        check(9, Some((3, 4)), 0, "3-2 of 6, 0");
    }

    #[test]
    fn a_line_that_is_too_long_leaves_room_for_an_outline() {
        let text = format!("// {}\nfn after() {{}}\n", "x".repeat(1_000));
        let piece = piece("src/a.rs", &text, None, true, &mut 50);
        assert_eq!(
            (piece.last_line, piece.outline.as_slice()),
            (0, ["  2 fn after()".to_owned()].as_slice())
        );
    }
}
