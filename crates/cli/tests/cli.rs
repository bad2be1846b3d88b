//! The command from outside: help, exit codes, what machines read, and what
//! people are told on bad days. Nothing here panics, and nothing is half-written.

#[path = "cli/burden.rs"]
mod burden;
#[path = "cli/contracts.rs"]
mod contracts;
#[path = "cli/diff.rs"]
mod diff;
#[path = "cli/evaluate.rs"]
mod evaluate;
#[path = "cli/evidence.rs"]
mod evidence;
#[path = "cli/faults.rs"]
mod faults;
#[path = "cli/findings.rs"]
mod findings;
#[path = "cli/guard.rs"]
mod guard;
#[path = "cli/import.rs"]
mod import;
#[path = "cli/measures.rs"]
mod measures;
#[path = "cli/new.rs"]
mod new;
#[path = "cli/oxfordshire.rs"]
mod oxfordshire;
#[path = "cli/price.rs"]
mod price;
#[path = "cli/reading.rs"]
mod reading;
#[path = "cli/register.rs"]
mod register;
#[path = "cli/scene.rs"]
mod scene;
#[path = "cli/sharing.rs"]
mod sharing;
#[path = "cli/shell.rs"]
mod shell;
