//! contract.toml as checked, dated terms: every value knows its place in the
//! file, and everything that is wrong is told at once. Reads no disk: the
//! caller hands in the folder's texts.

pub mod adjust;
mod change;
mod check;
pub mod clause;
mod contract;
mod decode;
mod diagnostic;
mod measure_use;
mod partial;
mod plain;
mod price_plan;
mod said;
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use meed_measures::{Grain, Measure};
use meed_units::{Date, MeasureName, Money, Period, Rounding, RoundingMode, WorkingDays};

pub use adjust::Adjustment;
pub use change::{Change, compare};
pub use clause::{Clause, Kind};
pub use contract::{
    AtRisk, Band, BandChoice, Banding, Cap, CapOrder, CapScope, Contract, Parties, RoundingTerm, Shadow, Unassessed,
    Version, WhenReversed, WindowEnd, WindowEnds,
};
pub use decode::{At, Flag, Id, Listed, Named, Number};
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use measure_use::MeasureUse;
pub use price_plan::{PlanCell, PricePlan, PricedOutcome};
pub use schema::json_schema;

use decode::{Fields as _, Problems};

/// The texts of a contract's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Name of the folder: the contract's identifier where it names none.
    pub name: String,
    /// `contract.toml`.
    pub contract: String,
    /// `measures/*.sql`: stem and text.
    pub measures: BTreeMap<String, String>,
}

/// A contract that has been read and checked.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Identifier of the contract.
    pub id: String,
    /// The contract as written.
    pub contract: Contract,
    /// Every measure it can use: the standard library and its own.
    pub measures: BTreeMap<MeasureName, Measure>,
    /// How amounts are rounded.
    pub rounding: Rounding,
    /// Its working days.
    pub working_days: WorkingDays,
    /// The settlement periods, in order.
    pub periods: Vec<Period>,
}

/// What reading a contract comes to.
#[derive(Clone, Debug)]
pub struct Read {
    /// The terms, when nothing stands in their way.
    pub terms: Option<Terms>,
    /// Everything that is wrong or worth a look, in the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}

impl Terms {
    /// Reads and checks the texts of a contract's folder.
    pub fn read(folder: &Folder) -> Read {
        let mut problems = Problems { file: "contract.toml".into(), ..Problems::default() };
        let mut measures: BTreeMap<MeasureName, Measure> =
            meed_measures::library().into_iter().map(|measure| (measure.name.clone(), measure)).collect();
        let mut unread = BTreeSet::new();
        for (stem, text) in &folder.measures {
            match Measure::read(MeasureName::new(stem), text) {
                Ok(measure) => {
                    measures.insert(measure.name.clone(), measure);
                }
                Err(wrong) => {
                    measures.remove(stem.as_str());
                    unread.insert(MeasureName::new(stem));
                    problems.file = format!("measures/{stem}.sql");
                    for wrong in wrong {
                        let start =
                            text.lines().take(wrong.line - 1).map(|line| line.len() + 1).sum::<usize>().min(text.len());
                        let end = start + text[start..].lines().next().map_or(0, str::len);
                        problems.error("measure-head", start..end, wrong.message, wrong.help);
                    }
                    problems.file = "contract.toml".into();
                }
            }
        }
        let contract = read_contract(&folder.contract, &mut problems);
        match &contract {
            Some(contract) => check::check(contract, &measures, &unread, &mut problems),
            None => {
                let (document, errors) = toml::de::DeTable::parse_recoverable(&folder.contract);
                if errors.is_empty() {
                    problems.found.extend(partial::check(document.get_ref(), &measures, &unread, "contract.toml"));
                }
            }
        }
        let mut diagnostics = problems.found;
        diagnostics
            .sort_by(|a, b| (&a.file, a.at.start, a.severity, a.code).cmp(&(&b.file, b.at.start, b.severity, b.code)));
        diagnostics.dedup();
        let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let terms = contract.filter(|_| !refused).map(|contract| Terms::of(folder, contract, measures));
        Read { terms, diagnostics }
    }

    fn of(folder: &Folder, contract: Contract, measures: BTreeMap<MeasureName, Measure>) -> Terms {
        let id = contract.id.as_ref().map_or_else(|| folder.name.clone(), |id| id.value.to_string());
        let rounding = match &contract.rounding {
            Some(rounding) => Rounding { to: rounding.to.value, mode: rounding.mode },
            None => Rounding { to: Money::minor(1), mode: RoundingMode::HalfEven },
        };
        let working_days = WorkingDays { holidays: contract.holidays.iter().copied().collect() };
        let periods = contract.settles.periods(contract.runs.value);
        Terms { id, contract, measures, rounding, working_days, periods }
    }

    /// The contract in plain English.
    pub fn plain_english(&self) -> String {
        plain::read_back(&self.contract, &self.measures)
    }

    /// Every use of a measure, once each, with the grain it is needed in, in the clauses' order.
    pub fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let mut seen = Vec::new();
        let mut uses = Vec::new();
        let whole = self.contract.adjust.iter().flat_map(|adjustment| adjustment.uses());
        for (measure, grain) in self.contract.clause.iter().flat_map(Clause::uses).chain(whole) {
            let key = measure.key();
            if !seen.contains(&key) {
                seen.push(key);
                uses.push((measure, grain));
            }
        }
        uses
    }

    /// The contract years, counted from its first day; the last one ends with the contract.
    pub fn years(&self) -> Vec<Period> {
        let runs = self.contract.runs.value;
        let starts = (0..).map_while(|year| runs.from.plus_months(12 * year)).take_while(|from| *from < runs.until);
        let starts: Vec<Date> = starts.collect();
        let ends = starts.iter().skip(1).copied().chain([runs.until]);
        starts.iter().zip(ends).filter_map(|(from, until)| Period::new(*from, until)).collect()
    }

    /// The contract year of a day; none outside the contract.
    pub fn year_of(&self, date: Date) -> Option<Period> {
        self.years().into_iter().find(|year| year.contains(date))
    }

    /// The name of the signed version.
    pub fn version(&self) -> String {
        self.contract.version.as_ref().map_or_else(|| "1".to_owned(), |version| version.name.clone())
    }
}

fn read_contract(text: &str, problems: &mut Problems) -> Option<Contract> {
    let (document, errors) = toml::de::DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        let message = error.message().trim().trim_end_matches('.').replace('\n', "; ");
        problems.error(
            "syntax",
            at,
            format!("this does not read as TOML: {message}"),
            "mend the line; the error before it often explains the ones after",
        );
    }
    if !errors.is_empty() {
        return None;
    }
    decode::refuse_unknown(document.get_ref(), Contract::NAMES, problems);
    Contract::fields(document.get_ref(), 0..0, problems)
}
