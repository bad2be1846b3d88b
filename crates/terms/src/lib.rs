//! contract.toml as checked, dated terms: every value knows its place in the
//! file, and everything that is wrong is told at once. Reads no disk: the
//! caller hands in the folder's texts.

pub mod adjust;
mod amendment;
mod between;
mod change;
mod check;
pub mod clause;
mod contract;
mod decode;
mod diagnostic;
mod evaluation;
pub mod exclusive;
mod group;
mod guardrail;
mod include;
mod investors;
mod measure_use;
mod mended;
mod partial;
mod payer;
mod plain;
mod price_plan;
mod quota;
mod said;
mod schema;
mod suspension;
mod version;

use std::collections::{BTreeMap, BTreeSet};

use meed_measures::{Grain, Measure};
use meed_units::{Date, MeasureName, Money, Period, Rounding, RoundingMode, WorkingDays};

pub use adjust::Adjustment;
pub use amendment::Amendment;
pub use change::{Change, compare};
pub use clause::{Clause, Kind};
pub use contract::{
    AtRisk, Band, BandChoice, Banding, Cap, CapOrder, CapScope, Contract, Parties, RoundingTerm, Shadow, Unassessed,
    Version, WhenReversed, WindowEnd, WindowEnds,
};
pub use decode::{At, Flag, Id, Listed, Named, Number};
pub use diagnostic::{Diagnostic, Severity, nearest};
pub use evaluation::{
    Decimal, EvaluationPlan, MethodAsWritten, MissingCovariate, MissingOutcome, OutcomeBetter, OutcomeKind, PlanCohort,
    PlanComparison, PlanEstimate, PlanOutcome as EvaluatedOutcome, PlanSource, Population, RowOrder, SettingValue,
};
pub use group::{Alternative, Group};
pub use guardrail::{FindingStanding, Guardrail, HARM, Response, SUPPORT};
pub use include::{Include, Settings};
pub use investors::{Drawn, Guaranteed, Investors, ReturnCap, Rung};
pub use measure_use::MeasureUse;
pub use payer::{Beyond, Payer, PayerPer};
pub use price_plan::{PlanCell, PricePlan, PricedOutcome};
pub use quota::{Quota, QuotaPer};
pub use schema::json_schema;
pub use suspension::{Suspension, SuspensionPays, Termination, TerminationPays};
pub use version::VersionSaid;

use decode::{Fields as _, Problems};
use include::Sources;

/// The texts of a contract's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folder {
    /// Name of the folder: the contract's identifier where it names none.
    pub name: String,
    /// `contract.toml`.
    pub contract: String,
    /// `measures/*.sql`: stem and text.
    pub measures: BTreeMap<String, String>,
    /// What it includes, and the measures beside that, by path from the folder: `../national-outcomes/recovery.toml`,
    /// `../national-outcomes/measures/stable.sql`: see [`Folder::gather`].
    pub included: BTreeMap<String, String>,
}

impl Folder {
    /// The text of one of its files, by its path from the folder.
    pub fn text_of(&self, file: &str) -> &str {
        let own = || file.strip_prefix("measures/")?.strip_suffix(".sql").and_then(|stem| self.measures.get(stem));
        match self.included.get(file).or_else(own) {
            Some(text) => text,
            None => &self.contract,
        }
    }

    /// Its measures, its own and those beside what it includes: path, stem and text.
    fn measure_files(&self) -> Vec<(String, &str, &str)> {
        let own =
            self.measures.iter().map(|(stem, text)| (format!("measures/{stem}.sql"), stem.as_str(), text.as_str()));
        let included = self.included.iter().filter_map(|(path, text)| {
            let stem = path.rsplit('/').next()?.strip_suffix(".sql")?;
            Some((path.clone(), stem, text.as_str()))
        });
        own.chain(included).collect()
    }
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
    /// Its files, each with the first of its addresses.
    pub(crate) files: Vec<(String, usize)>,
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
        let mut problems = Problems { file: include::CONTRACT.into(), ..Problems::default() };
        let (measures, unread) = read_measures(folder, &mut problems);
        let mut sources = Sources::new(folder);
        let document = sources.compose(&mut problems);
        let contract = document.as_ref().and_then(|document| read_contract(document, &mut problems));
        match (&contract, &document) {
            (Some(contract), _) => check::check(contract, &measures, &unread, &mut problems),
            (None, Some(document)) => {
                problems.found.extend(partial::check(document, &measures, &unread, include::CONTRACT));
            }
            (None, None) => (),
        }
        let mut diagnostics = problems.found;
        diagnostics
            .sort_by(|a, b| (&a.file, a.at.start, a.severity, a.code).cmp(&(&b.file, b.at.start, b.severity, b.code)));
        diagnostics.sort_by_key(|diagnostic| diagnostic.file != include::CONTRACT);
        diagnostics.dedup();
        diagnostics.iter_mut().for_each(|diagnostic| sources.place(diagnostic));
        let refused = diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error);
        let terms =
            contract.filter(|_| !refused).map(|contract| Terms::of(folder, contract, measures, sources.files()));
        Read { terms, diagnostics }
    }

    fn of(
        folder: &Folder,
        contract: Contract,
        measures: BTreeMap<MeasureName, Measure>,
        files: Vec<(String, usize)>,
    ) -> Terms {
        let id = contract.id.as_ref().map_or_else(|| folder.name.clone(), |id| id.value.to_string());
        let rounding = match &contract.rounding {
            Some(rounding) => Rounding { to: rounding.to.value, mode: rounding.mode },
            None => Rounding { to: Money::minor(1), mode: RoundingMode::HalfEven },
        };
        let working_days = WorkingDays { holidays: contract.holidays.iter().copied().collect() };
        let periods = contract.settles.periods(contract.runs.value);
        Terms { id, contract, measures, rounding, working_days, periods, files }
    }

    /// The contract in plain English.
    pub fn plain_english(&self) -> String {
        plain::read_back(&self.contract, &self.measures)
    }

    /// Every use of a measure, once each, with the grain it is needed in, in the clauses' order.
    pub fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let mut seen = Vec::new();
        let mut uses = Vec::new();
        let adjust = self.contract.adjust.iter().flat_map(|adjustment| adjustment.uses());
        let quotas = self.contract.quota.iter().filter_map(|quota| Some((quota.when.as_ref()?, Grain::Outcome)));
        let termination = self.contract.termination.iter().flat_map(|termination| termination.uses());
        let whole = adjust.chain(quotas).chain(termination);
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
    pub fn years(&self) -> impl Iterator<Item = Period> {
        let runs = self.contract.runs.value;
        (0..).map_while(move |year| {
            let from = runs.from.plus_months(12 * year).filter(|from| *from < runs.until)?;
            let until = runs.from.plus_months(12 * (year + 1)).map_or(runs.until, |until| until.min(runs.until));
            Period::new(from, until)
        })
    }

    /// The contract year of a day; none outside the contract.
    pub fn year_of(&self, date: Date) -> Option<Period> {
        self.years().find(|year| year.contains(date))
    }

    /// Every use of a measure by clauses that pay for persons one by one, or by those that pay providers as such.
    pub fn uses_for(&self, persons: bool) -> Vec<(&MeasureUse, Grain)> {
        let mut uses: Vec<(&MeasureUse, Grain)> = Vec::new();
        for (measure, grain) in
            self.contract.clause.iter().filter(|clause| clause.personal() == persons).flat_map(Clause::uses)
        {
            if !uses.iter().any(|(known, _)| known.key() == measure.key()) {
                uses.push((measure, grain));
            }
        }
        uses
    }

    /// The name of the signed version.
    pub fn version(&self) -> String {
        self.contract.version.as_ref().map_or_else(|| "1".to_owned(), |version| version.name.clone())
    }
}

/// The standard measures and the contract's, and the names of those whose heads do not read.
fn read_measures(folder: &Folder, problems: &mut Problems) -> (BTreeMap<MeasureName, Measure>, BTreeSet<MeasureName>) {
    let mut measures: BTreeMap<MeasureName, Measure> =
        meed_measures::library().into_iter().map(|measure| (measure.name.clone(), measure)).collect();
    let mut unread = BTreeSet::new();
    let mut files: BTreeMap<&str, String> = BTreeMap::new();
    let contract = std::mem::take(&mut problems.file);
    for (file, stem, text) in folder.measure_files() {
        problems.file.clone_from(&file);
        if let Some(other) = files.get(stem) {
            problems.error(
                "include-clash",
                0..text.lines().next().map_or(0, str::len),
                format!("{other} is a measure `{stem}` too"),
                "rename one of the two files, and the clauses that use it",
            );
            continue;
        }
        match Measure::read(MeasureName::new(stem), text) {
            Ok(measure) => {
                measures.insert(measure.name.clone(), measure);
            }
            Err(wrong) => {
                measures.remove(stem);
                unread.insert(MeasureName::new(stem));
                for wrong in wrong {
                    let start =
                        text.lines().take(wrong.line - 1).map(|line| line.len() + 1).sum::<usize>().min(text.len());
                    let end = start + text[start..].lines().next().map_or(0, str::len);
                    problems.error("measure-head", start..end, wrong.message, wrong.help);
                }
            }
        }
        files.insert(stem, file);
    }
    problems.file = contract;
    (measures, unread)
}

fn read_contract(document: &toml::de::DeTable<'_>, problems: &mut Problems) -> Option<Contract> {
    decode::refuse_unknown(document, Contract::NAMES, problems);
    Contract::fields(document, 0..0, problems)
}
