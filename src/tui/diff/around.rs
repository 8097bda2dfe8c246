//! More of a file around its hunks: lines of the text before the change, which stand in both states. The
//! hunks keep their numbers, also where they meet.

use crate::protocol::{DiffLine, FileDiff, Hunk};

/// `diff` with up to `extra` more lines of `base` at both sides of each hunk.
pub(super) fn widened(mut diff: FileDiff, base: &str, extra: usize) -> FileDiff {
    if extra == 0 {
        return diff;
    }
    let lines: Vec<&str> = base.split_inclusive('\n').collect();
    let starts: Vec<usize> = diff.hunks.iter().map(first_index).collect();
    let mut shown = 0;
    for (at, hunk) in diff.hunks.iter_mut().enumerate() {
        let (start, end) = (starts[at], starts[at] + hunk.old_len);
        let next = starts.get(at + 1).copied().unwrap_or(lines.len());
        let before = start.saturating_sub(extra).max(shown).min(start);
        shown = end.saturating_add(extra).min(next).max(end);
        widen(hunk, context(&lines, before, start), context(&lines, end, shown));
    }
    diff
}

/// The place of a hunk's first line, counted from 0. One without old lines names the line before it.
fn first_index(hunk: &Hunk) -> usize {
    if hunk.old_len == 0 { hunk.old_start } else { hunk.old_start.saturating_sub(1) }
}

fn context(lines: &[&str], from: usize, to: usize) -> Vec<DiffLine> {
    let lines = lines.get(from..to.min(lines.len())).unwrap_or_default();
    lines.iter().map(|line| DiffLine::Context((*line).to_owned())).collect()
}

fn widen(hunk: &mut Hunk, before: Vec<DiffLine>, after: Vec<DiffLine>) {
    let more = before.len() + after.len();
    hunk.old_start = start(hunk.old_start, hunk.old_len, before.len(), more);
    hunk.new_start = start(hunk.new_start, hunk.new_len, before.len(), more);
    (hunk.old_len, hunk.new_len) = (hunk.old_len + more, hunk.new_len + more);
    hunk.lines.splice(0..0, before);
    hunk.lines.extend(after);
}

/// A side that gets its first lines begins with a line of its own, no more with the one before it.
fn start(start: usize, len: usize, before: usize, more: usize) -> usize {
    (start + usize::from(len == 0 && more > 0)).saturating_sub(before)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;

    use super::*;

    const BASE: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    const DIFF: &str = "--- a/a\n+++ b/a\n@@ -3,1 +3,2 @@\n-3\n+three\n+more\n@@ -7,0 +9,1 @@\n+new\n";

    /// Hunks as `old,len new,len lines`.
    fn check(extra: usize, expected: &[&str]) {
        let widened = widened(FileDiff::parse(DIFF).unwrap(), BASE, extra);
        let told = |hunk: &Hunk| hunk.to_string().replace(" @@\n", " ").replace("@@ ", "").replace('\n', "/");
        assert_eq!(widened.hunks.iter().map(told).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn hunks_grow_until_they_meet() {
        check(0, &["-3,1 +3,2 -3/+three/+more/", "-7,0 +9,1 +new/"]);
        check(1, &["-2,3 +2,4  2/-3/+three/+more/ 4/", "-7,2 +8,3  7/+new/ 8/"]);
        check(usize::MAX, &["-1,7 +1,8  1/ 2/-3/+three/+more/ 4/ 5/ 6/ 7/", "-8,2 +9,3 +new/ 8/ 9/"]);
    }

    #[test]
    fn a_text_that_is_shorter_than_its_diff_says_adds_nothing() {
        let diff = FileDiff::parse(DIFF).unwrap();
        assert_eq!(widened(diff.clone(), "", usize::MAX), diff);
    }

    proptest! {
        #[test]
        fn no_numbers_make_it_panic(
            numbers in proptest::collection::vec((0usize..30, 0usize..9, 0usize..30, 0usize..9), 0..5),
            lines in 0usize..20,
            extra in prop_oneof![Just(7), Just(usize::MAX)],
        ) {
            let hunk = |&(old_start, old_len, new_start, new_len): &(usize, usize, usize, usize)| {
                Hunk { old_start, old_len, new_start, new_len, lines: Vec::new() }
            };
            let hunks: Vec<Hunk> = numbers.iter().map(hunk).collect();
            let diff = FileDiff { hunks, ..FileDiff::default() };
            let widened = widened(diff, &"line\n".repeat(lines), extra);
            prop_assert_eq!(widened.hunks.len(), numbers.len());
        }
    }
}
