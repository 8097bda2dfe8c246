//! A place in something long, and moving it by rows of the screen. Only items that are passed or seen
//! are laid out, so 100,000 lines cost what the visible ones cost; and a place is an item, not a
//! count of rows, so it stays where it is when the width changes.

use crate::tui::text::Line;

/// Something long that consists of items of one or more rows.
pub(super) trait Body {
    /// How many items there are.
    fn len(&self) -> usize;

    /// The rows of the item at `place`.
    fn rows(&self, place: usize, width: usize) -> Vec<Line>;

    /// Where an item of the sheet stands, where that is another thing than its number.
    fn place_of(&self, item: usize) -> usize {
        item
    }

    /// The item of the sheet that stands at `place`.
    fn item_of(&self, place: usize) -> usize {
        place
    }
}

/// The first row that is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Top {
    pub(super) item: usize,
    pub(super) row: usize,
}

impl Top {
    pub(super) fn at(item: usize) -> Self {
        Self { item, row: 0 }
    }
}

/// A body seen through a window of this size.
pub(super) struct Window<'a> {
    pub(super) body: &'a dyn Body,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Window<'_> {
    fn rows_at(&self, place: usize) -> usize {
        self.body.rows(place, self.width).len()
    }

    /// The lowest top: the last row stands at the bottom.
    pub(super) fn last(&self) -> Top {
        let mut missing = self.height.max(1);
        for item in (0..self.body.len()).rev() {
            let rows = self.rows_at(item);
            if rows >= missing {
                return Top { item, row: rows - missing };
            }
            missing -= rows;
        }
        Top::default()
    }

    /// `top`, or the lowest one when that is above it.
    pub(super) fn clamped(&self, top: Top) -> Top {
        let item = top.item.min(self.body.len().saturating_sub(1));
        let top = Top { item, row: top.row.min(self.rows_at(item).saturating_sub(1)) };
        match self.fills(top) {
            true => top,
            false => top.min(self.last()),
        }
    }

    /// Whether there are rows enough from `top` on.
    fn fills(&self, top: Top) -> bool {
        let mut rows = 0;
        (top.item..self.body.len()).any(|item| {
            rows += self.rows_at(item);
            rows >= self.height + top.row
        })
    }

    /// The top `rows` rows further down, or up when negative.
    pub(super) fn moved(&self, top: Top, rows: isize) -> Top {
        let top = self.clamped(top);
        match usize::try_from(rows) {
            Ok(rows) => self.clamped(self.below(top, rows)),
            Err(_) => self.above(top, rows.unsigned_abs()),
        }
    }

    fn below(&self, mut top: Top, rows: usize) -> Top {
        top.row = top.row.saturating_add(rows);
        while top.item + 1 < self.body.len() {
            let passed = self.rows_at(top.item);
            if top.row < passed {
                break;
            }
            top = Top { item: top.item + 1, row: top.row - passed };
        }
        top
    }

    fn above(&self, mut top: Top, mut rows: usize) -> Top {
        while rows > top.row && top.item > 0 {
            rows -= top.row;
            let item = top.item - 1;
            top = Top { item, row: self.rows_at(item) };
        }
        Top { row: top.row.saturating_sub(rows), ..top }
    }

    /// The rows from `top` on, as many as fit.
    pub(super) fn visible(&self, top: Top) -> Vec<Line> {
        let items = (top.item..self.body.len()).flat_map(|item| self.body.rows(item, self.width));
        items.skip(top.row).take(self.height).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::ink::Ink;

    /// Items of as many rows as their number says.
    struct Counted(Vec<usize>);

    impl Body for Counted {
        fn len(&self) -> usize {
            self.0.len()
        }

        fn rows(&self, place: usize, _: usize) -> Vec<Line> {
            let rows = self.0.get(place).copied().unwrap_or_default();
            (0..rows).map(|row| Line::of(&format!("{place}.{row}"), Ink::TEXT)).collect()
        }
    }

    fn check(items: &[usize], height: usize, moves: &[isize], expected: &str) {
        let body = Counted(items.to_vec());
        let window = Window { body: &body, width: 9, height };
        let top = moves.iter().fold(Top::default(), |top, rows| window.moved(top, *rows));
        let seen: Vec<String> = window.visible(top).iter().map(|line| line.text().to_owned()).collect();
        assert_eq!(seen.join(" "), expected, "{items:?} {moves:?}");
    }

    #[test]
    fn moving_goes_row_by_row_and_ends_at_both_ends() {
        check(&[1, 3, 1, 2], 3, &[], "0.0 1.0 1.1");
        check(&[1, 3, 1, 2], 3, &[2], "1.1 1.2 2.0");
        check(&[1, 3, 1, 2], 3, &[99], "2.0 3.0 3.1");
        check(&[1, 3, 1, 2], 3, &[99, -1], "1.2 2.0 3.0");
        check(&[1, 3, 1, 2], 3, &[99, -3], "1.0 1.1 1.2");
        check(&[1, 3, 1, 2], 3, &[99, -99], "0.0 1.0 1.1");
        check(&[1, 2], 9, &[1], "0.0 1.0 1.1");
        check(&[], 3, &[1, -1], "");
        check(&[5], 2, &[isize::MAX, isize::MIN, 1], "0.1 0.2");
    }
}
