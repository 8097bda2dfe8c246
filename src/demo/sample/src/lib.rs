//! Splits what a group of friends paid for: reads a ledger, works out balances, prints reports.

pub mod ledger;
pub mod money;
pub mod report;

use ledger::Ledger;

const USAGE: &str = "usage: tally balances|expenses FILE";

/// Runs one command and returns what it prints.
pub fn run(arguments: &[String]) -> Result<String, String> {
    let [command, file] = arguments else {
        return Err(USAGE.to_string());
    };
    let text = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let ledger = Ledger::parse(&text).map_err(|error| format!("{file}: {error}"))?;
    execute(command, &ledger)
}

fn execute(command: &str, ledger: &Ledger) -> Result<String, String> {
    match command {
        "balances" => Ok(report::balances(&ledger.balances())),
        "expenses" => Ok(report::expenses(ledger)),
        _ => Err(USAGE.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(command: &str, ledger: &str, expected: &str) {
        let ledger = Ledger::parse(ledger).unwrap();
        assert_eq!(execute(command, &ledger).unwrap(), expected);
    }

    #[test]
    fn balances_are_printed_one_person_a_line() {
        check(
            "balances",
            "people ana ben\nana 10.00 pizza",
            "ana    +5.00\nben    -5.00\n",
        );
    }

    #[test]
    fn expenses_end_with_their_total() {
        check(
            "expenses",
            "people ana ben\nana 10.00 pizza\nben 4.50 ice cream",
            "ana   10.00  pizza\nben    4.50  ice cream\n      14.50  total\n",
        );
    }

    #[test]
    fn an_unknown_command_gets_the_usage() {
        let ledger = Ledger::parse("people ana").unwrap();
        assert_eq!(execute("divide", &ledger), Err(USAGE.to_string()));
    }
}
