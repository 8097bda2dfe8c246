//! The command line: arguments in, text out, exit code 1 when something was wrong.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match tally::run(&arguments) {
        Ok(text) => {
            print!("{text}");
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("tally: {reason}");
            ExitCode::FAILURE
        }
    }
}
