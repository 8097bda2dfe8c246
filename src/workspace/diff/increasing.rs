//! The longest part of a list of pairs that goes up on both sides, by sorting into piles as in the card
//! game: quick, whatever the order.

/// The longest choice of `pairs`, which go up on the first side, that goes up on the second as well. Of equally
/// long ones the one that ends earliest there.
pub(super) fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The top of each pile, and for each pair what lay on top of the pile before when it came.
    let mut tops: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, (_, second)) in pairs.iter().enumerate() {
        let pile = tops.partition_point(|top| pairs[*top].1 < *second);
        before.push(pile.checked_sub(1).map(|pile| tops[pile]));
        match tops.get_mut(pile) {
            Some(top) => *top = index,
            None => tops.push(index),
        }
    }
    let chain = std::iter::successors(tops.last().copied(), |index| before[*index]);
    let mut chosen: Vec<_> = chain.map(|index| pairs[index]).collect();
    chosen.reverse();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(second: &[usize], expected: &[usize]) {
        let pairs: Vec<_> = second.iter().copied().enumerate().collect();
        let chosen: Vec<_> = longest_increasing(&pairs).iter().map(|(_, second)| *second).collect();
        assert_eq!(chosen, expected);
    }

    #[test]
    fn the_longest_part_that_goes_up_is_found() {
        check(&[], &[]);
        check(&[0, 1, 2], &[0, 1, 2]);
        check(&[2, 1, 0], &[0]);
        check(&[3, 4, 5, 0, 1], &[3, 4, 5]);
        check(&[5, 0, 4, 1, 3, 2], &[0, 1, 2]);
    }
}
