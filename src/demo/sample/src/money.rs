//! Amounts of money. They are whole cents: a float would round behind our back.

use std::fmt;
use std::iter::Sum;
use std::ops::{AddAssign, SubAssign};

/// An amount in cents; negative when it is owed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cents(pub i64);

impl Cents {
    /// Reads `12`, `12.5` or `12.50`.
    pub fn parse(text: &str) -> Option<Cents> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        if whole.is_empty() || fraction.len() > 2 || !digits(whole) || !digits(fraction) {
            return None;
        }
        let euros: i64 = whole.parse().ok()?;
        let cents: i64 = format!("{fraction:0<2}").parse().ok()?;
        euros.checked_mul(100)?.checked_add(cents).map(Cents)
    }

    /// Splits the amount into equal shares, one for each person.
    pub fn split(self, people: usize) -> Vec<Cents> {
        vec![Cents(self.0 / people as i64); people]
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = match self.0 {
            cents if cents < 0 => "-",
            _ if f.sign_plus() => "+",
            _ => "",
        };
        let cents = self.0.unsigned_abs();
        let text = format!("{sign}{}.{:02}", cents / 100, cents % 100);
        write!(f, "{text:>width$}", width = f.width().unwrap_or(0))
    }
}

impl AddAssign for Cents {
    fn add_assign(&mut self, other: Cents) {
        self.0 += other.0;
    }
}

impl SubAssign for Cents {
    fn sub_assign(&mut self, other: Cents) {
        self.0 -= other.0;
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Cents>>(amounts: I) -> Cents {
        Cents(amounts.map(|amount| amount.0).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_with_up_to_two_decimals() {
        assert_eq!(Cents::parse("12"), Some(Cents(1200)));
        assert_eq!(Cents::parse("12.5"), Some(Cents(1250)));
        assert_eq!(Cents::parse("0.07"), Some(Cents(7)));
        for wrong in ["", ".5", "1.234", "-3", "1,50", "ten"] {
            assert_eq!(Cents::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn amounts_are_printed_with_two_decimals() {
        assert_eq!(Cents(1205).to_string(), "12.05");
        assert_eq!(format!("{:+}", Cents(5)), "+0.05");
        assert_eq!(format!("{:>8}", Cents(-1205)), "  -12.05");
    }

    #[test]
    fn an_amount_is_split_into_equal_shares() {
        assert_eq!(Cents(900).split(3), [Cents(300), Cents(300), Cents(300)]);
    }
}
