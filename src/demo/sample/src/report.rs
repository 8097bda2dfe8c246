//! Turns results into the text that is printed.

use crate::ledger::{Balances, Ledger};
use crate::money::Cents;

/// One person a line, the amount with its sign.
pub fn balances(balances: &Balances) -> String {
    let width = width(balances.keys());
    let line = |(name, amount)| format!("{name:<width$}{amount:>+9}\n");
    balances.iter().map(line).collect()
}

/// One expense a line, then the total.
pub fn expenses(ledger: &Ledger) -> String {
    let width = width(ledger.people.iter());
    let mut text = String::new();
    for expense in &ledger.expenses {
        text += &format!(
            "{:<width$}{:>8}  {}\n",
            expense.payer, expense.amount, expense.what
        );
    }
    let total: Cents = ledger.expenses.iter().map(|expense| expense.amount).sum();
    text + &format!("{:<width$}{total:>8}  total\n", "")
}

fn width<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    names.map(|name| name.chars().count()).max().unwrap_or(0)
}
