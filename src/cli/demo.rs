//! The arguments of `mira demo`.

use clap::Args;

/// The true program on a bundled sample project with a scripted model: no key, no network
#[derive(Clone, Debug, Args)]
pub struct DemoArgs {
    /// Without a screen: print each step
    #[arg(long, required = true)]
    pub exec: bool,
}
