//! The `mira` program: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    mira::cli::main().into()
}
