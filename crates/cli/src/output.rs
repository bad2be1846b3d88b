//! What every subcommand prints with: text for people, JSON for machines.

use clap::ValueEnum;

/// How a result is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// Prints a line and stops quietly when nobody reads on (`meed read ... | head`).
#[macro_export]
macro_rules! say {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        if writeln!(std::io::stdout(), $($arg)*).is_err() {
            std::process::exit(0);
        }
    }};
}

/// An amount with its thousands set apart.
pub fn amount(money: meed_units::Money) -> String {
    meed_settlement::amount(money)
}
