//! What the findings that a case gives let wait, by the terms of the contract.

use meed_settlement::{Disputed, FindingHold, FindingsUsed};
use meed_terms::{FindingStanding, Terms};
use meed_units::Moment;

use crate::{
    error::{AppError, Result},
    readings::date,
    written::{Case, FindingRow},
};

/// The findings known at a moment, and what they hold.
///
/// # Errors
/// When a finding stands in a way there is not, no term of the contract answers it, or a hold has no last day.
pub(crate) fn findings(terms: &Terms, case: &Case, known_at: Moment) -> Result<(Vec<FindingsUsed>, Vec<FindingHold>)> {
    let (mut used, mut holds) = (Vec::<FindingsUsed>::new(), Vec::new());
    for (place, row) in case.finding.iter().enumerate() {
        let known_on = date(&row.known_on)?;
        if known_at < Moment::start_of(known_on) {
            continue;
        }
        let own = of(terms, row, place)?;
        let holds_until = own.iter().map(|hold| hold.until).max();
        holds.extend(own);
        used.push(FindingsUsed {
            as_of: date(&row.as_of)?,
            known_at: Moment::end_of(known_on),
            hash: format!("{place:064}"),
            holds_until,
            answers: None,
        });
    }
    Ok((used, holds))
}

fn of(terms: &Terms, row: &FindingRow, place: usize) -> Result<Vec<FindingHold>> {
    let act = match row.standing.as_str() {
        "act" => true,
        "worth-asking" => false,
        other => {
            return Err(AppError::new(
                format!("a finding of the case stands `{other}`"),
                "`standing` is worth-asking or act",
            ));
        }
    };
    let answered: Vec<_> = terms
        .contract
        .guardrail
        .iter()
        .filter(|term| term.indicator.value == row.indicator && (act || term.when == FindingStanding::WorthAsking))
        .collect();
    if answered.is_empty() {
        return Err(AppError::new(
            format!("no [[guardrail]] of the contract answers {} when it stands {}", row.indicator, row.standing),
            "mend the case, or add the term to the contract",
        ));
    }
    let disputed = Disputed {
        finding: format!("{}/case/{}", row.indicator, place + 1),
        says: row.says.clone(),
        provider: row.provider.clone(),
        persons: row.persons.iter().cloned().collect(),
        as_of: date(&row.as_of)?,
    };
    let known_on = date(&row.known_on)?;
    let mut holds = Vec::new();
    for term in answered.into_iter().filter(|term| term.response.value.holds_money()) {
        let limit = FindingHold::limit(term, terms, disputed.as_of).ok_or_else(|| {
            AppError::new(
                format!("the hold of {} has no last day that can be worked out", row.indicator),
                "give it a shorter `within` in the contract",
            )
        })?;
        let until = match &row.closed_on {
            Some(on) => date(on)?.min(limit),
            None => limit,
        };
        if known_on < until {
            holds.push(FindingHold::by(term, terms, &disputed, (known_on, until)));
        }
    }
    Ok(holds)
}
