//! Who paid what for whom, and where that leaves everyone.

use std::collections::BTreeMap;
use std::fmt;

use crate::money::Cents;

/// A group of people and what they paid.
#[derive(Debug, Default)]
pub struct Ledger {
    pub people: Vec<String>,
    pub expenses: Vec<Expense>,
}

/// One payment for something that several people share.
#[derive(Debug, PartialEq, Eq)]
pub struct Expense {
    pub payer: String,
    pub amount: Cents,
    pub what: String,
    pub shared_by: Vec<String>,
}

/// What each person is owed; negative when the person owes.
pub type Balances = BTreeMap<String, Cents>;

/// A line that could not be understood.
#[derive(Debug, PartialEq, Eq)]
pub struct ParseError {
    pub line: usize,
    pub reason: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl Ledger {
    /// Reads a ledger: a `people` line, then one expense a line. Empty lines and `#` comments are skipped.
    pub fn parse(text: &str) -> Result<Ledger, ParseError> {
        let mut ledger = Ledger::default();
        for (index, line) in text.lines().enumerate() {
            ledger.read_line(line.trim()).map_err(|reason| ParseError {
                line: index + 1,
                reason,
            })?;
        }
        Ok(ledger)
    }

    fn read_line(&mut self, line: &str) -> Result<(), String> {
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if let Some(names) = line.strip_prefix("people ") {
            self.people = names.split_whitespace().map(str::to_string).collect();
            return Ok(());
        }
        let expense = self.read_expense(line)?;
        self.expenses.push(expense);
        Ok(())
    }

    fn read_expense(&self, line: &str) -> Result<Expense, String> {
        let (paid, shared_by) = match line.split_once(':') {
            Some((paid, names)) => (paid, self.known(names)?),
            None => (line, self.people.clone()),
        };
        let mut words = paid.split_whitespace();
        let payer = self.known(words.next().unwrap_or_default())?;
        let amount = words.next().unwrap_or_default();
        Ok(Expense {
            payer: payer.concat(),
            amount: Cents::parse(amount).ok_or_else(|| format!("`{amount}` is not an amount"))?,
            what: words.collect::<Vec<_>>().join(" "),
            shared_by,
        })
    }

    /// The names in `text`, which must not be empty, all of them among the people.
    fn known(&self, text: &str) -> Result<Vec<String>, String> {
        let names: Vec<String> = text.split_whitespace().map(str::to_string).collect();
        match names.iter().find(|name| !self.people.contains(name)) {
            Some(name) => Err(format!("`{name}` is not one of the people")),
            None if names.is_empty() => Err("a name is missing".to_string()),
            None => Ok(names),
        }
    }

    /// What each person is owed after all expenses.
    pub fn balances(&self) -> Balances {
        let mut balances: Balances = self
            .people
            .iter()
            .map(|name| (name.clone(), Cents(0)))
            .collect();
        for expense in &self.expenses {
            *balances.entry(expense.payer.clone()).or_default() += expense.amount;
            let shares = expense.amount.split(expense.shared_by.len());
            for (name, share) in expense.shared_by.iter().zip(shares) {
                *balances.entry(name.clone()).or_default() -= share;
            }
        }
        balances
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn balances(text: &str) -> Vec<(String, Cents)> {
        Ledger::parse(text)
            .unwrap()
            .balances()
            .into_iter()
            .collect()
    }

    fn owed(name: &str, cents: i64) -> (String, Cents) {
        (name.to_string(), Cents(cents))
    }

    #[test]
    fn an_expense_is_shared_by_everyone() {
        let text = "people ana ben cleo\nana 9.00 lunch";
        assert_eq!(
            balances(text),
            [owed("ana", 600), owed("ben", -300), owed("cleo", -300)]
        );
    }

    #[test]
    fn an_expense_can_be_shared_by_some() {
        let text = "people ana ben cleo\nben 8.00 taxi : ana ben";
        assert_eq!(
            balances(text),
            [owed("ana", -400), owed("ben", 400), owed("cleo", 0)]
        );
    }

    #[test]
    fn balances_add_up_to_zero() {
        let text = "people ana ben cleo\nana 10.00 lunch";
        let left_over: Cents = balances(text).into_iter().map(|(_, amount)| amount).sum();
        assert_eq!(left_over, Cents(0), "money was lost or made");
    }

    #[test]
    fn a_line_that_makes_no_sense_is_named() {
        let reason = |text: &str| Ledger::parse(text).unwrap_err().to_string();
        assert_eq!(
            reason("people ana\n\nben 3.00 tea"),
            "line 3: `ben` is not one of the people"
        );
        assert_eq!(
            reason("people ana\nana three tea"),
            "line 2: `three` is not an amount"
        );
        assert_eq!(
            reason("people ana\nana 3.00 tea :"),
            "line 2: a name is missing"
        );
    }
}
