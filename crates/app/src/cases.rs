//! Worked examples that travel with a contract: inputs and the money that must
//! come out. A case that gives `[readings]` starts at settlement and is instant;
//! one that gives `[evidence]` goes down the whole path.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use meed_evidence::{BandEntry, BandHistory, BandStanding, LifeEvent};
use meed_measures::{Cohort, Grain, Outcome, Ratio, Standing};
use meed_settlement::{Earlier, Head, InMemory, Line, ProviderReadings, Request};
use meed_terms::Terms;
use meed_units::{Date, Exact, Moment, Money, PartyId, Percent, Period, PersonKey};
use serde::Deserialize;

use crate::{
    contract::{ContractFolder, listed, text},
    error::{AppError, Result},
};

/// One case, as written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Case {
    title: String,
    /// The worked example it reproduces: `G1`.
    #[serde(default)]
    golden: Option<String>,
    /// Where the figures come from.
    #[serde(default)]
    #[allow(dead_code)]
    source: Option<String>,
    #[serde(default)]
    period: Option<String>,
    #[serde(default)]
    known_at: Option<String>,
    #[serde(default)]
    expect: Option<Expect>,
    /// Several settlements in a row, each knowing the ones before.
    #[serde(default)]
    settle: Vec<Step>,
    #[serde(default)]
    readings: BTreeMap<String, Said>,
    #[serde(default)]
    bands: Vec<BandRow>,
    #[serde(default)]
    life: Vec<LifeRow>,
    #[serde(default)]
    pub(crate) evidence: BTreeMap<String, Vec<toml::Table>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Step {
    period: String,
    #[serde(default)]
    known_at: Option<String>,
    expect: Expect,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Expect {
    #[serde(default)]
    total: Option<Money>,
    #[serde(default)]
    payable: Option<Money>,
    #[serde(default)]
    carried_forward: Option<Money>,
    /// Amount of each clause.
    #[serde(default)]
    clauses: BTreeMap<String, Money>,
    /// Amount of each provider.
    #[serde(default)]
    providers: BTreeMap<String, Money>,
    /// Amount of each line named; others may exist.
    #[serde(default)]
    lines: BTreeMap<String, Money>,
    /// Status of each line named.
    #[serde(default)]
    status: BTreeMap<String, String>,
    /// How many lines there are in all.
    #[serde(default)]
    count: Option<usize>,
    /// Lines that take back the line named.
    #[serde(default)]
    adjusts: BTreeMap<String, String>,
    /// Words in the sentence of a line.
    #[serde(default)]
    says: BTreeMap<String, String>,
    /// What would have been paid in the shadow period, by clause.
    #[serde(default)]
    shadow: BTreeMap<String, Money>,
    /// What is held, by clause.
    #[serde(default)]
    held: BTreeMap<String, Money>,
    /// How each person stands, by measure: for cases with evidence.
    #[serde(default)]
    standing: BTreeMap<String, BTreeMap<String, String>>,
}

/// What a measure says in a case: one share for all, one for each provider, or rows.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Said {
    Share(String),
    Shares(BTreeMap<String, String>),
    Rows(Vec<Row>),
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Row {
    #[serde(default)]
    person: Option<String>,
    #[serde(default)]
    provider: Option<String>,
    #[serde(default)]
    occurrence: Option<String>,
    #[serde(default)]
    standing: Option<Standing>,
    #[serde(default)]
    on: Option<toml::value::Datetime>,
    #[serde(default)]
    until: Option<toml::value::Datetime>,
    #[serde(default)]
    quantity: Option<Exact>,
    #[serde(default)]
    evidence: Vec<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    ended_by: Option<String>,
    #[serde(default)]
    sent_by: Option<String>,
    #[serde(default)]
    share: Option<Percent>,
    #[serde(default)]
    period: Option<Period>,
    #[serde(default)]
    cohort: Option<String>,
    #[serde(default)]
    reported_on: Option<toml::value::Datetime>,
    #[serde(default)]
    people: Option<Exact>,
    #[serde(default)]
    counterfactual: Option<Exact>,
    #[serde(default)]
    actual: Option<Exact>,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    method_hash: Option<String>,
    /// The row is known from this day on.
    #[serde(default)]
    known_from: Option<toml::value::Datetime>,
    /// From this day on it is known to have been wrong.
    #[serde(default)]
    known_until: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct BandRow {
    person: String,
    band: String,
    from: toml::value::Datetime,
    #[serde(default)]
    standing: Option<BandStanding>,
    #[serde(default)]
    assessment: Option<String>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    known_from: Option<toml::value::Datetime>,
    #[serde(default)]
    known_until: Option<toml::value::Datetime>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct LifeRow {
    person: String,
    kind: String,
    from: toml::value::Datetime,
    #[serde(default)]
    until: Option<toml::value::Datetime>,
}

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
/// # Errors
/// When the contract or a case cannot be read.
pub fn run(contract: &ContractFolder) -> Result<Vec<CaseResult>> {
    let terms = contract.terms()?;
    let mut results = Vec::new();
    for path in listed(&contract.path.join("cases"), "toml")? {
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let written = text(&path)?;
        results.push(match toml::from_str::<Case>(&written) {
            Ok(case) => {
                let failures = run_case(contract, &terms, &case).unwrap_or_else(|error| vec![error.to_string()]);
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

fn run_case(contract: &ContractFolder, terms: &Terms, case: &Case) -> Result<Vec<String>> {
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
        let (people, providers) = if case.evidence.is_empty() {
            readings(terms, case, period, known_at)?
        } else {
            crate::case_evidence::readings(contract, terms, &case.evidence, known_at)?
        };
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

fn compare(
    expect: &Expect,
    head: &Head,
    lines: &[Line],
    people: &InMemory,
    period: &Period,
    failures: &mut Vec<String>,
) {
    let mut same = |what: String, expected: String, found: String| {
        if expected != found {
            failures.push(format!("{period}: {what}: expected {expected}, found {found}"));
        }
    };
    let money = |amount: Money| amount.exact().to_string();
    for (what, expected, found) in [
        ("total", expect.total, head.total),
        ("payable", expect.payable, head.payable),
        ("carried-forward", expect.carried_forward, head.carried_forward),
    ] {
        if let Some(expected) = expected {
            same(what.into(), money(expected), money(found));
        }
    }
    if let Some(count) = expect.count {
        same("number of lines".into(), count.to_string(), lines.len().to_string());
    }
    for (clause, expected) in &expect.clauses {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.amount));
        same(format!("clause {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (clause, expected) in &expect.shadow {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.shadow));
        same(format!("shadow of {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (clause, expected) in &expect.held {
        let found = head.clauses.iter().find(|row| *row.clause == **clause).map(|row| money(row.held));
        same(format!("held of {clause}"), money(*expected), found.unwrap_or_else(|| "no such clause".into()));
    }
    for (provider, expected) in &expect.providers {
        let found = head.providers.iter().find(|row| *row.provider == **provider).map(|row| money(row.total));
        same(format!("provider {provider}"), money(*expected), found.unwrap_or_else(|| "no such provider".into()));
    }
    let line = |id: &str| lines.iter().find(|line| line.id == id);
    let none = || format!("no such line; there are: {}", known(lines));
    for (id, expected) in &expect.lines {
        same(format!("line {id}"), money(*expected), line(id).map_or_else(none, |line| money(line.amount)));
    }
    for (id, expected) in &expect.status {
        same(format!("status of {id}"), expected.clone(), line(id).map_or_else(none, |line| line.status.to_string()));
    }
    for (id, expected) in &expect.adjusts {
        same(
            format!("what {id} adjusts"),
            expected.clone(),
            line(id).map_or_else(none, |line| line.adjusts.clone().unwrap_or_default()),
        );
    }
    for (id, words) in &expect.says {
        let sentence = line(id).map_or_else(none, |line| format!("{} {}", line.sentence(), line.arithmetic()));
        if !sentence.contains(words.as_str()) {
            same(format!("sentence of {id}"), format!("… {words} …"), sentence);
        }
    }
    for (measure, persons) in &expect.standing {
        for (named, expected) in persons {
            // `p1`, or `p1/s2` for one occurrence of several.
            let (person, occurrence) = named.split_once('/').map_or((named.as_str(), None), |(p, o)| (p, Some(o)));
            let outcomes = people.get(person).and_then(|readings| {
                readings
                    .outcomes
                    .iter()
                    .find(|(key, _)| *key == measure || key.starts_with(&format!("{measure}(")))
                    .map(|(_, outcomes)| outcomes)
            });
            let found = outcomes
                .and_then(|outcomes| {
                    outcomes.iter().find(|outcome| occurrence.is_none_or(|only| outcome.occurrence == only))
                })
                .map_or("nothing".to_owned(), |outcome| outcome.standing.to_string());
            same(format!("{measure} of {named}"), expected.clone(), found);
        }
    }
}

fn known(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines.iter().take(12) {
        let _ = write!(text, "{} {}; ", line.id, line.amount);
    }
    text
}

/// The readings of a case, as they were known at a moment.
fn readings(terms: &Terms, case: &Case, period: Period, known_at: Moment) -> Result<(InMemory, ProviderReadings)> {
    let mut people = InMemory::default();
    let mut providers = ProviderReadings::default();
    let parties = &terms.contract.parties.providers;
    let sole = PartyId::new(&parties[0].value);
    let known = |from: &Option<toml::value::Datetime>, until: &Option<toml::value::Datetime>| -> Result<bool> {
        let from = from.as_ref().map(date).transpose()?.is_none_or(|from| Moment::start_of(from) <= known_at);
        let until = until.as_ref().map(date).transpose()?.is_none_or(|until| known_at < Moment::start_of(until));
        Ok(from && until)
    };
    let uses: Vec<(String, String, Grain)> =
        terms.uses().into_iter().map(|(used, grain)| (used.name.value.to_string(), used.key(), grain)).collect();
    for (measure, said) in &case.readings {
        let keys: Vec<(&String, Grain)> = uses
            .iter()
            .filter(|(name, key, _)| name == measure || key == measure)
            .map(|(_, key, grain)| (key, *grain))
            .collect();
        if keys.is_empty() {
            let names: Vec<&str> = uses.iter().map(|(_, key, _)| key.as_str()).collect();
            return Err(AppError::new(
                format!("no clause uses the measure `{measure}`"),
                format!("the contract uses {}", names.join("; ")),
            ));
        }
        for (key, grain) in keys {
            match said {
                Said::Share(share) => {
                    for provider in parties.iter() {
                        providers.ratios.entry(key.clone()).or_default().push(ratio(&provider.value, share, period)?);
                    }
                }
                Said::Shares(shares) => {
                    for (provider, share) in shares {
                        providers.ratios.entry(key.clone()).or_default().push(ratio(provider, share, period)?);
                    }
                }
                Said::Rows(rows) => {
                    for (number, row) in rows.iter().enumerate() {
                        if !known(&row.known_from, &row.known_until)? {
                            continue;
                        }
                        let provider = row.provider.as_deref().map_or_else(|| sole.clone(), PartyId::new);
                        match grain {
                            Grain::Outcome => {
                                let outcome = outcome(row, provider, number)?;
                                people
                                    .person(&outcome.person.clone())
                                    .outcomes
                                    .entry(key.clone())
                                    .or_default()
                                    .push(outcome);
                            }
                            Grain::Ratio => {
                                let share = row.share.clone().ok_or_else(|| missing("share"))?.share();
                                let ratio = Ratio {
                                    provider,
                                    period: row.period.unwrap_or(period),
                                    numerator: share,
                                    denominator: Exact::ONE,
                                    evidence: row.evidence.clone(),
                                };
                                providers.ratios.entry(key.clone()).or_default().push(ratio);
                            }
                            Grain::Cohort => {
                                providers.cohorts.entry(key.clone()).or_default().push(cohort(row, provider)?)
                            }
                            Grain::Quantity => {
                                return Err(AppError::new(
                                    "no clause pays by quantities yet",
                                    "take the reading out of the case",
                                ));
                            }
                        }
                    }
                }
            }
        }
    }
    let mut bands: BTreeMap<&str, Vec<BandEntry>> = BTreeMap::new();
    for row in &case.bands {
        if !known(&row.known_from, &row.known_until)? {
            continue;
        }
        let from = date(&row.from)?;
        bands.entry(&row.person).or_default().push(BandEntry {
            person: PersonKey::new(&row.person),
            band: row.band.as_str().into(),
            effective_from: from,
            assessed_on: from,
            standing: row.standing.unwrap_or(BandStanding::Confirmed),
            assessment: row.assessment.clone().unwrap_or_else(|| format!("A-{}", row.person)),
            assessor: terms
                .contract
                .parties
                .assessor
                .as_ref()
                .map_or_else(|| sole.clone(), |id| PartyId::new(&id.value)),
            reason: row.reason.clone(),
        });
    }
    for (person, entries) in bands {
        people.person(&PersonKey::new(person)).bands = BandHistory::new(entries);
    }
    for row in &case.life {
        let person = PersonKey::new(&row.person);
        let kind = row.kind.parse().map_err(|_| {
            AppError::new(format!("`{}` is no life event", row.kind), "write death, custody or moved-away")
        })?;
        let until = row.until.as_ref().map(date).transpose()?;
        let event = LifeEvent {
            person: person.clone(),
            kind,
            from: date(&row.from)?,
            until,
            event: format!("events:{}", row.kind),
        };
        people.person(&person).life.push(event);
    }
    Ok((people, providers))
}

fn missing(field: &str) -> AppError {
    AppError::new(format!("a reading has no `{field}`"), format!("add `{field} = ...` to the row"))
}

fn date(written: &toml::value::Datetime) -> Result<Date> {
    written
        .to_string()
        .parse()
        .map_err(|error: meed_units::NotA| AppError::new(error.to_string(), "write the day alone"))
}

fn ratio(provider: &str, share: &str, period: Period) -> Result<Ratio> {
    let share: Percent =
        share.parse().map_err(|error: meed_units::NotA| AppError::new(error.to_string(), "mend the reading"))?;
    Ok(Ratio {
        provider: provider.into(),
        period,
        numerator: share.number().clone(),
        denominator: Exact::from(100),
        evidence: Vec::new(),
    })
}

fn outcome(row: &Row, provider: PartyId, number: usize) -> Result<Outcome> {
    let standing = row.standing.unwrap_or(Standing::Achieved);
    let occurred_on = row.on.as_ref().map(date).transpose()?;
    if standing == Standing::Achieved && occurred_on.is_none() {
        return Err(missing("on"));
    }
    Ok(Outcome {
        person: PersonKey::new(row.person.as_deref().ok_or_else(|| missing("person"))?),
        provider,
        occurrence: row.occurrence.clone().unwrap_or_else(|| (number + 1).to_string()),
        standing,
        occurred_on,
        until: row.until.as_ref().map(date).transpose()?,
        quantity: row.quantity.clone().unwrap_or(Exact::ONE),
        evidence: row.evidence.clone(),
        reason: row.reason.clone(),
        ended_by: row.ended_by.clone(),
        sent_by: row.sent_by.as_deref().map(PartyId::new),
    })
}

fn cohort(row: &Row, provider: PartyId) -> Result<Cohort> {
    Ok(Cohort {
        cohort: row.cohort.clone().ok_or_else(|| missing("cohort"))?,
        provider,
        period: row.period.ok_or_else(|| missing("period"))?,
        reported_on: date(row.reported_on.as_ref().ok_or_else(|| missing("reported-on"))?)?,
        people: row.people.clone().ok_or_else(|| missing("people"))?,
        counterfactual: row.counterfactual.clone().ok_or_else(|| missing("counterfactual"))?,
        actual: row.actual.clone().ok_or_else(|| missing("actual"))?,
        unit: row.unit.clone().unwrap_or_else(|| "per-100".into()),
        method: row.method.clone().ok_or_else(|| missing("method"))?,
        method_hash: row.method_hash.clone().unwrap_or_else(|| "0".repeat(64)),
    })
}

/// Whether a contract has cases.
pub fn has_cases(contract: &Path) -> bool {
    contract.join("cases").is_dir()
}
