//! The arguments of `mira exec`.

use std::{path::PathBuf, time::Duration};

use clap::Args;

/// One turn without a screen: the answer on stdout, files as artifacts
#[derive(Clone, Debug, Args)]
pub struct ExecArgs {
    /// What to do; `-` reads it from stdin. A pipe given beside it is added to it
    #[arg(value_name = "PROMPT")]
    pub prompt: Option<String>,
    /// Print one JSON event a line
    #[arg(long)]
    pub json: bool,
    /// Write the artifacts instead of leaving them pending
    #[arg(long)]
    pub apply: bool,
    /// Go on with this conversation
    #[arg(long, value_name = "ID", conflicts_with = "resume_last")]
    pub conversation: Option<String>,
    /// Go on with this project's last conversation
    #[arg(long = "continue")]
    pub resume_last: bool,
    /// Stop before the cost passes so many US dollars
    #[arg(long, value_name = "USD", value_parser = dollars)]
    pub max_cost: Option<f64>,
    /// Give up after so many seconds (exit code 124)
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub timeout: Option<Duration>,
    /// Demand a closing answer that satisfies this JSON Schema
    #[arg(long, value_name = "FILE")]
    pub output_schema: Option<PathBuf>,
}

fn dollars(text: &str) -> Result<f64, String> {
    match text.trim_start_matches('$').parse::<f64>() {
        Ok(dollars) if dollars.is_finite() && dollars >= 0.0 => Ok(dollars),
        _ => Err("expected US dollars, such as 0.50".to_owned()),
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>().map(Duration::try_from_secs_f64) {
        Ok(Ok(duration)) if !duration.is_zero() => Ok(duration),
        _ => Err("expected seconds, such as 90".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        exec: ExecArgs,
    }

    fn parse(line: &str) -> Result<ExecArgs, String> {
        let words = std::iter::once("exec").chain(line.split_whitespace());
        Line::try_parse_from(words)
            .map(|line| line.exec)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_prompt_takes_its_flags() {
        let args = parse("- --json --apply --continue --max-cost 0.5 --timeout 90").unwrap();
        assert_eq!(args.prompt.as_deref(), Some("-"));
        assert!(args.json && args.apply && args.resume_last);
        assert_eq!(args.max_cost, Some(0.5));
        assert_eq!(args.timeout, Some(Duration::from_secs(90)));
    }

    #[test]
    fn nonsense_is_refused() {
        for line in [
            "--max-cost nan",
            "--max-cost=-1",
            "--timeout 0",
            "--timeout x",
        ] {
            assert!(parse(line).unwrap_err().contains("expected"), "{line}");
        }
        assert!(
            parse("--continue --conversation 1")
                .unwrap_err()
                .contains("cannot be used with")
        );
    }
}
