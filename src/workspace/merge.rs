//! Brings two edits of one text together, line by line. What only one of them changes is taken from it; where
//! both change the same or touching lines in different ways, that is a conflict, told as data and never
//! written as markers.

use similar::{MergeRegion, MergeResolution, TextMerge};

use crate::protocol::{LineRange, Merge, MergeConflict};

/// Merges `ours` and `theirs`, which were both made from `base`. A place where they disagree gets the lines
/// of `theirs`.
pub fn merge(base: &str, ours: &str, theirs: &str) -> Merge {
    let regions = TextMerge::from_lines(base, ours, theirs);
    let mut merged = Merge::default();
    // Counted here: the crate also ends lines at a lone carriage return, which we do not.
    let mut before = 0;
    for region in regions.regions() {
        let (of_ours, of_theirs) = sides(&regions, region);
        match region.resolution() {
            MergeResolution::Theirs => merged.content.push_str(&of_theirs),
            MergeResolution::Unchanged | MergeResolution::Ours | MergeResolution::Both => {
                merged.content.push_str(&of_ours);
            }
            _ => {
                merged.content.push_str(&of_theirs);
                merged.conflicts.push(conflict(before, &of_ours, of_theirs));
            }
        }
        before += of_ours.matches('\n').count();
    }
    merged
}

fn sides(merge: &TextMerge<'_, '_, '_, str>, region: &MergeRegion) -> (String, String) {
    let ours = region.ours_range().filter_map(|line| merge.ours_line(line)).collect();
    let theirs = region.theirs_range().filter_map(|line| merge.theirs_line(line)).collect();
    (ours, theirs)
}

fn conflict(before: usize, ours: &str, theirs: String) -> MergeConflict {
    let lines = LineRange { start: before + 1, len: ours.split_inclusive('\n').count() };
    MergeConflict { lines, ours: ours.to_owned(), theirs }
}

#[cfg(test)]
mod tests;
