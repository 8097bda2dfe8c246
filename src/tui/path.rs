//! Paths in too little room: the file's name is what one looks for, so it stays and the folders before
//! it go.

use unicode_segmentation::UnicodeSegmentation;

use super::{
    ink::Ink,
    text::{Line, width},
};

/// `path` in at most `columns` columns, cut from the left with `…`, between folders where that fits.
pub(crate) fn shortened(path: &str, columns: usize, ink: Ink) -> Line {
    let whole = Line::of(path, ink);
    if whole.width() <= columns || columns == 0 {
        return whole.fit(columns);
    }
    let start = kept_from(whole.text(), columns - 1);
    let mut short = Line::of("…", ink);
    short.append(&whole.slice(start..whole.text().len()));
    short
}

/// The byte from which `text` fits into `columns`: a folder's edge, else a part of the file's name.
fn kept_from(text: &str, columns: usize) -> usize {
    let fits = |at: &usize| width(&text[*at..]) <= columns;
    let edge = text.match_indices('/').map(|(at, _)| at).find(fits);
    let inside = || text.grapheme_indices(true).map(|(at, _)| at).find(fits);
    edge.or_else(inside).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(path: &str, columns: usize, expected: &str) {
        assert_eq!(shortened(path, columns, Ink::TEXT).text(), expected, "{path} in {columns}");
    }

    #[test]
    fn the_name_of_the_file_outlives_its_folders() {
        check("src/auth/mod.rs", 15, "src/auth/mod.rs");
        check("src/auth/mod.rs", 14, "…/auth/mod.rs");
        check("src/auth/mod.rs", 12, "…/mod.rs");
        check("src/auth/mod.rs", 8, "…/mod.rs");
        check("src/auth/mod.rs", 7, "…mod.rs");
        check("src/auth/mod.rs", 4, "….rs");
        check("src/auth/mod.rs", 1, "…");
        check("src/auth/mod.rs", 0, "");
        check("src/漢字.rs", 7, "…字.rs");
    }

    proptest! {
        #[test]
        fn it_is_never_too_wide(path in "\\PC{0,40}", columns in 0usize..40) {
            prop_assert!(shortened(&path, columns, Ink::TEXT).width() <= columns);
        }
    }
}
