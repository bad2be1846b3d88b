//! Runs the cases of a contract.

use std::{collections::BTreeMap, path::Path};

use meed_settlement::{Earlier, InMemory, ProviderReadings, Request};
use meed_terms::Terms;
use meed_units::{Moment, Period};

use crate::{
    compare::compare,
    error::{AppError, Result},
    findings::findings,
    folder::{ContractFolder, listed, text},
    readings::{elsewhere, readings},
    written::{Case, Expect},
};

/// What the measures of a contract say of the evidence of a case, as it was known at a moment.
pub type Measured<'a> = &'a dyn Fn(
    &ContractFolder,
    &Terms,
    &BTreeMap<String, Vec<toml::Table>>,
    Moment,
) -> Result<(InMemory, ProviderReadings)>;

/// How one case came out.
#[derive(Debug)]
pub struct CaseResult {
    /// Its file, without the folder.
    pub file: String,
    /// Its title.
    pub title: String,
    /// The worked example it reproduces.
    pub golden: Option<String>,
    /// What did not come out as expected; empty when it passed.
    pub failures: Vec<String>,
}

/// Runs the cases of a contract, in the order of their files.
///
/// `measured` says what the measures say of a case's evidence; without it, only cases that give readings are run.
///
/// # Errors
/// When the contract or a case cannot be read.
pub fn run(contract: &ContractFolder, measured: Option<Measured<'_>>) -> Result<Vec<CaseResult>> {
    let terms = contract.terms()?;
    let mut results = Vec::new();
    for path in listed(&contract.path.join("cases"), "toml")? {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let written = text(&path)?;
        results.push(match toml::from_str::<Case>(&written) {
            Ok(case) if measured.is_none() && !case.evidence.is_empty() => continue,
            Ok(case) => {
                let failures =
                    run_case(contract, &terms, &case, measured).unwrap_or_else(|error| vec![error.to_string()]);
                CaseResult { file, title: case.title, golden: case.golden, failures }
            }
            Err(error) => CaseResult {
                file,
                title: String::new(),
                golden: None,
                failures: vec![error.to_string().trim().to_owned()],
            },
        });
    }
    Ok(results)
}

fn run_case(
    contract: &ContractFolder,
    terms: &Terms,
    case: &Case,
    measured: Option<Measured<'_>>,
) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    let mut earlier = Earlier::default();
    let single = case.period.iter().map(|period| (period, &case.known_at, case.expect.as_ref()));
    let several = case.settle.iter().map(|step| (&step.period, &step.known_at, Some(&step.expect)));
    let nothing = Expect::default();
    let mut steps = 0;
    for (period, known_at, expect) in single.chain(several) {
        steps += 1;
        let expect = expect.unwrap_or(&nothing);
        let period: Period = period
            .parse()
            .map_err(|error: meed_units::NotA| AppError::new(error.to_string(), "mend `period` in the case"))?;
        let known_at = match known_at {
            Some(text) => Moment::parse_until(text)
                .map_err(|error| AppError::new(error.to_string(), "mend `known-at` in the case"))?,
            None => Moment::end_of(period.last_day()),
        };
        let (people, providers) = match measured.filter(|_| !case.evidence.is_empty()) {
            Some(measured) => measured(contract, terms, &case.evidence, known_at)?,
            None => readings(terms, case, period, known_at)?,
        };
        earlier.elsewhere(elsewhere(terms, case, known_at)?);
        let (used, holds) = findings(terms, case, known_at)?;
        let held = earlier.held_by_findings(used, holds);
        held.map_err(|never| match never {})?;
        let request =
            Request { terms, period, known_at, contract_hash: contract.hash.clone(), snapshot: "case".into() };
        let mut lines = Vec::new();
        let head = meed_settlement::settle(&request, &people, &providers, &earlier, &mut |line| {
            lines.push(line);
            Ok(())
        })
        .map_err(|failed| match failed {
            meed_settlement::Failed::Refused(refused) => AppError::new(refused.to_string(), "mend the case"),
            meed_settlement::Failed::Reading(never) => match never {},
        })?;
        compare(expect, &head, &lines, &people, &period, &mut failures);
        for (of, words) in &expect.why_not {
            let (clause, person) = of.split_once('/').unwrap_or((of, ""));
            let readings = people.get(person);
            let asked = readings
                .and_then(|person| meed_settlement::why_not(terms, period, known_at, person, &providers, clause));
            let failed = asked.into_iter().flatten().find(|condition| !condition.met);
            let found = failed.map_or("nothing".to_owned(), |failed| format!("{} {}", failed.asks, failed.found));
            if !found.contains(words.as_str()) {
                failures.push(format!("{period}: why not {of}: expected … {words} …, found {found}"));
            }
        }
        earlier.begin(head, format!("{steps:064}"));
        for line in lines {
            earlier.add(line);
        }
    }
    if steps == 0 {
        failures.push("the case settles nothing: give `period` and `[expect]`, or `[[settle]]`".into());
    }
    Ok(failures)
}

/// Whether a contract has cases.
pub fn has_cases(contract: &Path) -> bool {
    contract.join("cases").is_dir()
}
