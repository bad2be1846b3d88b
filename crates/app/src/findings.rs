//! What a settlement holds because of findings: the terms of the contract applied to a `findings.json`.

use std::path::Path;

use meed_guardrails::{Finding, Standing, report::Report};
use meed_settlement::FindingHold;
use meed_terms::{FindingStanding, Response, Terms};
use meed_units::{Date, Moment};

use crate::error::{AppError, Result};

/// Reads the findings of a contract and says what its terms hold because of them.
///
/// # Errors
/// When the file does not read, or is of another contract.
pub(crate) fn holds(file: Option<&Path>, terms: &Terms) -> Result<Vec<FindingHold>> {
    let Some(given) = file else { return Ok(Vec::new()) };
    let path = if given.is_dir() { given.join("findings.json") } else { given.to_owned() };
    let text = std::fs::read_to_string(&path).map_err(|error| AppError::io("read the findings", &path, &error))?;
    let report = Report::read(&text).map_err(|wrong| {
        AppError::new(
            format!("{} does not read: {wrong}", path.display()),
            "give the findings.json that `meed guard` wrote; to close a finding, fill its `closed`",
        )
    })?;
    if report.contract != terms.id {
        return Err(AppError::new(
            format!("{} is of the contract `{}`, not of `{}`", path.display(), report.contract, terms.id),
            "give the findings of this contract",
        ));
    }
    let mut holds = Vec::new();
    for guardrail in terms.contract.guardrail.iter().filter(|guardrail| guardrail.response.value.holds_money()) {
        let least = match guardrail.when {
            FindingStanding::WorthAsking => Standing::WorthAsking,
            FindingStanding::Act => Standing::Act,
        };
        let own = report
            .findings
            .iter()
            .filter(|finding| finding.indicator == guardrail.indicator.value && finding.standing >= least);
        for finding in own {
            holds.extend(hold(finding, guardrail, &report, terms));
        }
    }
    Ok(holds)
}

fn hold(finding: &Finding, guardrail: &meed_terms::Guardrail, report: &Report, terms: &Terms) -> Option<FindingHold> {
    let as_of = report.as_of.date();
    let within = guardrail.within.as_ref()?;
    let limit = within.value.after(as_of, &terms.working_days)?;
    let until = finding.closed.as_ref().map_or(limit, |closed| closed.on.date().min(limit));
    let persons = match guardrail.response.value {
        // At a harm sentinel everything of the clauses waits, for everybody.
        Response::Stop => None,
        _ => Some(finding.rows.first.iter().filter_map(|row| row.person.clone()).collect()),
    };
    let known_on = report.known_at.parse::<Moment>().map_or(as_of, Moment::date);
    Some(FindingHold {
        finding: finding.id.clone(),
        says: finding.says.clone(),
        clauses: guardrail.clauses.iter().map(|clause| clause.value.to_string()).collect(),
        provider: finding.subject.provider.clone(),
        persons,
        known_on,
        due_from: period_of(terms, as_of),
        until,
        decides: guardrail.decides.as_ref().map_or("the commissioner".to_owned(), |party| party.value.to_string()),
    })
}

/// The first day of the settlement period that holds a day: what fell due before it is past.
fn period_of(terms: &Terms, day: Date) -> Date {
    terms.periods.iter().find(|period| period.contains(day)).map_or(day, |period| period.from)
}
