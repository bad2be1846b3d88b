//! The readings that a case gives, in place of measures.

use std::{borrow::Cow, collections::BTreeMap};

use meed_evidence::{BandEntry, BandHistory, BandStanding, LifeEvent};
use meed_measures::{Cohort, Grain, Outcome, Quantity, Ratio, Standing};
use meed_settlement::{Elsewhere, InMemory, PaidElsewhere, ProviderReadings};
use meed_terms::Terms;
use meed_units::{Date, Exact, Moment, PartyId, Percent, Period, PersonKey};

use crate::{
    error::{AppError, Result},
    written::{Case, Row, Said},
};

/// A measure with what is set of it, in whatever order it is written.
pub(crate) fn in_order(measure: &str) -> String {
    let Some((name, set)) = measure.strip_suffix(')').and_then(|measure| measure.split_once('(')) else {
        return measure.trim().to_owned();
    };
    let mut set: Vec<&str> = set.split(',').map(str::trim).collect();
    set.sort_unstable();
    format!("{}({})", name.trim(), set.join(", "))
}

/// The readings of a case, as they were known at a moment.
pub(crate) fn readings(
    terms: &Terms,
    case: &Case,
    period: Period,
    known_at: Moment,
) -> Result<(InMemory, ProviderReadings)> {
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
            .filter(|(name, key, _)| name == measure || in_order(key) == in_order(measure))
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
                    let rows = each(rows)?;
                    for (number, row) in &rows {
                        let (number, row) = (*number, &**row);
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
                                let (numerator, denominator) = match (&row.numerator, &row.denominator, &row.share) {
                                    (Some(numerator), Some(denominator), _) => (numerator.clone(), denominator.clone()),
                                    (_, _, Some(share)) => (share.share(), Exact::ONE),
                                    _ => return Err(missing("share")),
                                };
                                let ratio = Ratio {
                                    provider,
                                    period: row.period.unwrap_or(period),
                                    numerator,
                                    denominator,
                                    evidence: row.evidence.clone(),
                                };
                                providers.ratios.entry(key.clone()).or_default().push(ratio);
                            }
                            Grain::Cohort => {
                                providers.cohorts.entry(key.clone()).or_default().push(cohort(row, provider)?)
                            }
                            Grain::Quantity => {
                                let quantity = Quantity {
                                    person: row.person.as_deref().map(PersonKey::new),
                                    provider,
                                    period: row.period.unwrap_or(period),
                                    quantity: row.quantity.clone().ok_or_else(|| missing("quantity"))?,
                                    evidence: row.evidence.clone(),
                                };
                                if let Some(person) = &quantity.person {
                                    let own = &mut people.person(person).quantities;
                                    own.entry(key.clone()).or_default().push(quantity.clone());
                                }
                                providers.quantities.entry(key.clone()).or_default().push(quantity);
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

/// Rows with their places, one for each person: a row of many persons says the same of each.
fn each(rows: &[Row]) -> Result<Vec<(usize, Cow<'_, Row>)>> {
    let mut each = Vec::new();
    for (number, row) in rows.iter().enumerate() {
        let Some(many) = &row.persons else {
            each.push((number, Cow::Borrowed(row)));
            continue;
        };
        let wrong = || AppError::new(format!("`{many}` does not say which persons"), "write `persons = \"p1..p60\"`");
        let (first, last) = many.split_once("..").ok_or_else(wrong)?;
        let name = first.trim_end_matches(|c: char| c.is_ascii_digit());
        let numbered = |text: &str| text.strip_prefix(name).and_then(|digits| digits.parse::<u32>().ok());
        let (from, to) = numbered(first).zip(numbered(last)).ok_or_else(wrong)?;
        if from > to || to - from >= 10_000 {
            return Err(wrong());
        }
        for person in from..=to {
            let row = Row { person: Some(format!("{name}{person}")), persons: None, ..row.clone() };
            each.push((number, Cow::Owned(row)));
        }
    }
    Ok(each)
}

fn missing(field: &str) -> AppError {
    AppError::new(format!("a reading has no `{field}`"), format!("add `{field} = ...` to the row"))
}

pub(crate) fn date(written: &toml::value::Datetime) -> Result<Date> {
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
        method_hash: row.method_hash.clone().unwrap_or_default(),
    })
}

/// What other contracts had paid, as it was known at a moment.
pub(crate) fn elsewhere(terms: &Terms, case: &Case, known_at: Moment) -> Result<Elsewhere> {
    let mut elsewhere = Elsewhere::default();
    for row in &case.elsewhere {
        let from = row.known_from.as_ref().map(date).transpose()?.is_none_or(|from| Moment::start_of(from) <= known_at);
        let gone = row.known_until.as_ref().map(date).transpose()?.is_some_and(|day| Moment::start_of(day) <= known_at);
        if from && !gone {
            let paid = PaidElsewhere {
                contract: row.contract.clone(),
                clause: row.clause.as_str().into(),
                measure: row.measure.as_str().into(),
                person: PersonKey::new(&row.person),
                occurrence: row.occurrence.clone(),
                occurred_on: date(&row.on)?,
                amount: row.amount,
                currency: terms.contract.currency.value.0.clone(),
                statement: "case".into(),
                line: format!("{}/{}/{}", row.clause, row.person, row.occurrence),
            };
            elsewhere.add(terms, paid);
        }
    }
    Ok(elsewhere)
}
