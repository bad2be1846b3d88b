//! Have paid workers been there for less long than before the contract?
//!
//! A provider that trims training and pay loses those who know the work; people then tell their story again to somebody
//! new. A worker's time grows by itself, so the change is held against that of the other providers' workers.

use std::collections::BTreeMap;

use meed_statistics::{Estimate, Refusal};

use super::ABOUT;
use crate::{
    caseload::{Caseload, ProviderId, Window, WorkerId, WorkerKind, WorkerMonth},
    day::Day,
    finding::{Comparator, ComparatorKind, Finding, Subject},
    indicator::{Figure, Measure, Parameters, common::of_estimate},
    method::changes::{Change, Mean},
};

static TENURE: Measure = Measure {
    name: "time-that-workers-stayed",
    formula: "G29c/1",
    text: "mean years that paid workers of the last month have been there / the same in the last month before the contract, \
           over the same ratio at the other providers",
    untested: false,
};

const DAYS_OF_YEAR: f64 = 365.25;

/// The tenure of a provider's paid workers, now against before.
pub(super) fn finding(
    caseload: &Caseload,
    provider: ProviderId,
    parameters: &Parameters,
    window: Window,
    (go_live, as_of): (Day, Day),
    subject: &Subject,
) -> Finding {
    let (mut own, mut rest) = (Change::default(), Change::default());
    for other in caseload.provider_ids() {
        let of = Change {
            before: tenure(caseload, other, Window { from: go_live.plus(-92), until: go_live }, as_of),
            since: tenure(caseload, other, Window { from: window.from.max(go_live), until: window.until }, as_of),
        };
        if other == provider {
            own = of;
        } else if of.cases() > 0.0 {
            rest = rest.and(of);
        }
    }
    let least = parameters.get("least-workers");
    let draft = ABOUT.draft(parameters, &TENURE, window).of(
        subject.clone(),
        own.cases(),
        "paid workers whose first day is known, before the contract or now, whichever are fewer",
        least,
    );
    if own.cases() < least {
        return draft.too_few();
    }
    let rest = Some(rest).filter(|rest| rest.cases() >= least);
    let found = match ratio(own, rest) {
        Ok(found) => found.ratio(),
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let below = 1.0 - parameters.get("tenure-fall");
    let sure = found.p < parameters.get("p");
    let figure = Figure {
        worth_asking: found.value < below && sure,
        act: false,
        other_way: found.value > 1.0 / below && sure,
        ..of_estimate(&found)
    };
    let mut says = format!(
        "paid workers have been there for {:.1} years on average, before the contract for {:.1}",
        own.since.value(),
        own.before.value()
    );
    let comparator = match rest {
        Some(rest) => {
            says += &format!("; elsewhere for {:.1}, before for {:.1}", rest.since.value(), rest.before.value());
            Comparator {
                kind: ComparatorKind::OtherProviders,
                what: "the same ratio at the other providers".into(),
                value: Some(rest.since.value() / rest.before.value()),
            }
        }
        None => Comparator {
            kind: ComparatorKind::SameProviderBefore,
            what: "the same provider before the contract; the others have too few workers".into(),
            value: Some(1.0),
        },
    };
    draft
        .figure(figure, comparator, says)
        .input("workers-before", own.before.n)
        .input("workers-now", own.since.n)
        .input("years-before", own.before.value())
        .input("years-now", own.since.value())
}

/// Years that paid workers of the last month of a window had been there at its end.
fn tenure(caseload: &Caseload, provider: ProviderId, window: Window, as_of: Day) -> Mean {
    let rows = || {
        caseload.workforce.iter().filter(|row| {
            row.provider == provider
                && row.known_on <= as_of
                && window.contains(row.on)
                && matches!(row.kind, WorkerKind::Qualified | WorkerKind::Unqualified)
                && row.fte > 0.0
        })
    };
    let Some(last) = rows().map(|row| row.on).max() else { return Mean::default() };
    let end = Day::of_month(last.month() + 1);
    let years = |row: &WorkerMonth| row.joined_on.map(|joined| joined.days_until(end).max(0) as f64 / DAYS_OF_YEAR);
    let by_worker: BTreeMap<WorkerId, f64> =
        rows().filter(|row| row.on == last).filter_map(|row| Some((row.worker, years(row)?))).collect();
    by_worker.into_values().collect()
}

/// The logarithm of the ratio of means, by the delta method.
fn ratio(own: Change, rest: Option<Change>) -> Result<Estimate, Refusal> {
    let log = |of: Change| (of.since.value() / of.before.value()).ln();
    let squared = |of: Change| {
        [of.before, of.since].iter().map(|mean| mean.error_squared() / mean.value().powi(2)).sum::<f64>()
    };
    for mean in [own.before, own.since].into_iter().chain(rest.into_iter().flat_map(|rest| [rest.before, rest.since])) {
        if mean.value() <= 0.0 {
            return Err(Refusal::NoVariation { what: "the time that workers have been there".into() });
        }
    }
    let value = log(own) - rest.map_or(0.0, log);
    let error = (squared(own) + rest.map_or(0.0, squared)).sqrt();
    let n = own.since.n + rest.map_or(0.0, |rest| rest.since.n);
    Estimate::normal(value, error, 0.95, n as usize)
}
