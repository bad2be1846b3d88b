//! What a measure is: a question, a grain, a unit and one SQL statement; the
//! standard library of them; and what a measure says of the evidence.

mod columns;
mod header;
mod library;
mod reading;

pub use columns::columns_read;
pub use header::{Counted, HeaderProblem, Parameter, ParameterKind, ParameterValue};
pub use library::{library, standard};
pub use reading::{Cohort, Outcome, Quantity, Ratio, Standing};

use std::{fmt, str::FromStr};

use meed_units::MeasureName;

/// A question asked of the evidence, answered by one SQL statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measure {
    /// `recovery/abstinent` in the library, or the stem of a file in the contract's `measures/`.
    pub name: MeasureName,
    /// The first comment line of the file.
    pub question: String,
    /// What one row of the answer is.
    pub grain: Grain,
    /// What the quantity counts: `person`, `percent`, `event`.
    pub unit: String,
    /// The tables it may read, and no others.
    pub reads: Vec<String>,
    /// What a contract may set.
    pub parameters: Vec<Parameter>,
    /// The parameter that is a follow-up window which death, custody or moving
    /// away can end; the contract must say what then happens.
    pub follow_up: Option<String>,
    /// Who makes the evidence this rests on: `provider` when the payee alone
    /// writes the field that pays the payee.
    pub evidenced_by: Option<String>,
    /// Of a ratio: what its numerator counts, and of whom; none where the head does not say.
    pub numerator: Option<Counted>,
    /// Of a ratio: what its denominator counts, and of whom; none where the head does not say.
    pub denominator: Option<Counted>,
    /// Whether what it says of a person rests on that person's rows alone, so that persons can be asked about in
    /// groups and memory stays bounded, however many there are.
    pub one_by_one: bool,
    /// Where the definition comes from.
    pub source: String,
    /// The whole file, comments included.
    pub sql: String,
}

impl Measure {
    /// Reads a measure file.
    ///
    /// # Errors
    /// Every problem of the header, with its line.
    pub fn read(name: MeasureName, file: &str) -> Result<Measure, Vec<HeaderProblem>> {
        header::read(name, file)
    }

    /// The parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name)
    }
}

/// What one row of a measure's answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grain {
    /// A person, and whether and when something was achieved: [`Outcome`].
    Outcome,
    /// A provider and a period, with a numerator and a denominator: [`Ratio`].
    Ratio,
    /// A cumulative quantity of a person or a provider: [`Quantity`].
    Quantity,
    /// A cohort against its comparison: [`Cohort`].
    Cohort,
}

impl Grain {
    /// Every grain with its spelling.
    pub const NAMES: [(Grain, &'static str); 4] = [
        (Grain::Outcome, "outcome"),
        (Grain::Ratio, "ratio"),
        (Grain::Quantity, "quantity"),
        (Grain::Cohort, "cohort"),
    ];

    /// The columns a query of this grain returns: name, SQL type, whether a value may be absent.
    /// Optional columns that a query leaves out read as absent.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Grain::Outcome => reading::OUTCOME,
            Grain::Ratio => reading::RATIO,
            Grain::Quantity => reading::QUANTITY,
            Grain::Cohort => reading::COHORT,
        }
    }
}

/// One column of a measure's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// As named in the SQL.
    pub name: &'static str,
    /// `text`, `date`, `number`.
    pub kind: &'static str,
    /// Whether the query must return it.
    pub required: bool,
    /// What it says.
    pub about: &'static str,
}

impl fmt::Display for Grain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(Grain::NAMES.iter().find(|(grain, _)| grain == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for Grain {
    type Err = ();
    fn from_str(text: &str) -> Result<Grain, ()> {
        Grain::NAMES.iter().find(|(_, name)| *name == text).map(|(grain, _)| *grain).ok_or(())
    }
}
