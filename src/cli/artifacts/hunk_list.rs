//! Hunks as they are typed: `0,2-3`.

use std::str::FromStr;

/// Most hunks that a list may name: more than any proposal has.
const MOST: u32 = 100_000;

/// Numbers of hunks, in the order in which they were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HunkList(pub Vec<u32>);

impl FromStr for HunkList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts: Result<Vec<Vec<u32>>, String> = text.split(',').map(|part| range(part.trim())).collect();
        Ok(Self(parts?.concat()))
    }
}

/// `2` or `2-3`.
fn range(part: &str) -> Result<Vec<u32>, String> {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
        (Ok(first), Ok(last)) if first <= last && last < MOST => Ok((first..=last).collect()),
        _ => Err(format!("{part:?} is no hunk: write numbers and ranges, such as 0,2-3")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let seen = text.parse::<HunkList>().map_or_else(|error| error, |list| format!("{:?}", list.0));
        assert!(seen.starts_with(expected), "{text}: {seen}");
    }

    #[test]
    fn hunks_are_named_by_numbers_and_ranges() {
        check("0", "[0]");
        check("0,2-4, 7", "[0, 2, 3, 4, 7]");
        for wrong in ["", "a", "3-1", "-1", "1-", "0,,1", "0-4000000000"] {
            check(
                wrong,
                &format!("{:?} is no hunk", wrong.split(',').nth(usize::from(wrong == "0,,1")).unwrap_or("")),
            );
        }
    }
}
