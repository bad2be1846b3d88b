//! What every subcommand prints with: text for people, JSON for machines.

use clap::ValueEnum;
use meed_units::counted;

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

/// How many rows of the evidence were read, and how many of them are good.
pub fn rows_read(read: u64, good: u64) -> String {
    let read = counted(read, "row of the evidence was", "rows of the evidence were");
    format!("{read} read, {}", counted(good, "is good", "are good"))
}

/// An amount with its thousands set apart.
pub fn amount(money: meed_units::Money) -> String {
    meed_settlement::amount(money)
}
