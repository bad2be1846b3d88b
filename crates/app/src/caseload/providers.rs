//! Providers: their part in the contract, their places, months, workers and measures.

use meed_guardrails::caseload::{Capacity, Flow, MeasureValue, ProviderMonth, WorkerKind, WorkerMonth};

use super::Reading;
use crate::error::Result;

pub(super) fn read(reading: &mut Reading<'_>) -> Result<()> {
    let columns = ["provider", "in_contract", "prime", "results_share", "area", "assesses_only"];
    reading.table("provider-roles", &columns, |caseload, row| {
        let Some(name) = row.text(0) else { return };
        let provider = caseload.provider(name);
        let (prime, area) = (row.text(2).map(|name| caseload.provider(name)), row.word(4, caseload));
        let held = &mut caseload.providers[provider.place()];
        held.in_contract = row.truth(1).unwrap_or(true);
        (held.prime, held.area) = (prime, area);
        held.results_share = row.number(3);
        held.assesses_only = row.truth(5).unwrap_or(false);
    })?;
    let columns = ["provider", "period_from", "period_until", "known_at", "places", "occupied"];
    reading.table("capacity", &columns, |caseload, row| {
        let (Some(name), Some(on), Some(until), Some(places), Some(occupied)) =
            (row.text(0), row.day(1), row.day(2), row.number(4), row.number(5))
        else {
            return;
        };
        let (provider, known_on) = (caseload.provider(name), row.day(3).unwrap_or(until));
        caseload.capacity.push(Capacity { provider, on, until, known_on, places, occupied });
    })?;
    workforce(reading)?;
    months(reading)?;
    let columns = ["prime", "provider", "received_on", "passed_on", "known_at", "amount"];
    reading.table("sub-payments", &columns, |caseload, row| {
        let (Some(prime), Some(sub), Some(on)) = (row.text(0), row.text(1), row.day(2)) else { return };
        let flow = Flow {
            prime: caseload.provider(prime),
            sub: caseload.provider(sub),
            on,
            passed_on: row.day(3),
            known_on: row.day(4).unwrap_or(on),
            amount: row.number(5),
        };
        caseload.flows.push(flow);
    })?;
    let columns = ["provider", "measure", "month", "known_at", "paid", "more_is_better", "value", "people"];
    reading.table("measure-series", &columns, |caseload, row| {
        let (Some(measure), Some(on), Some(value)) = (row.text(1), row.day(2), row.number(6)) else { return };
        let point = MeasureValue {
            provider: row.text(0).map(|name| caseload.provider(name)),
            measure: caseload.names.word_of(measure),
            on,
            known_on: row.day(3).unwrap_or(on),
            paid: row.truth(4).unwrap_or(false),
            more_is_better: row.truth(5).unwrap_or(true),
            value,
            people: row.number(7).unwrap_or(0.0),
        };
        caseload.measures.push(point);
    })
}

fn workforce(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "worker",
        "provider",
        "month",
        "known_at",
        "kind",
        "fte",
        "caseload",
        "hours_agreed",
        "hours_worked",
        "sick_days",
        "joined_on",
        "left_on",
        "pulse",
    ];
    reading.table("workforce", &columns, |caseload, row| {
        let (Some(worker), Some(name), Some(on), Some(fte)) = (row.text(0), row.text(1), row.day(2), row.small(5))
        else {
            return;
        };
        let month = WorkerMonth {
            provider: caseload.provider(name),
            on,
            known_on: row.day(3).unwrap_or(on),
            worker: caseload.names.worker_of(worker),
            kind: match row.text(4) {
                Some("unqualified") => WorkerKind::Unqualified,
                Some("volunteer") => WorkerKind::Volunteer,
                Some("peer") => WorkerKind::Peer,
                _ => WorkerKind::Qualified,
            },
            fte,
            caseload: row.small(6),
            hours_agreed: row.small(7),
            hours_worked: row.small(8),
            sick_days: row.small(9),
            joined_on: row.day(10),
            left_on: row.day(11),
            pulse: row.small(12),
        };
        caseload.workforce.push(month);
    })
}

fn months(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "provider",
        "month",
        "known_at",
        "cash",
        "facility",
        "cost",
        "income",
        "results_income",
        "debtors",
        "volume",
        "volume_bid",
        "recording_minutes",
        "worked_minutes",
        "verification_cost",
        "qualified_minutes_bid",
    ];
    reading.table("provider-months", &columns, |caseload, row| {
        let (Some(name), Some(on)) = (row.text(0), row.day(1)) else { return };
        let month = ProviderMonth {
            provider: caseload.provider(name),
            on,
            known_on: row.day(2).unwrap_or(on),
            cash: row.number(3),
            facility: row.number(4),
            cost: row.number(5),
            income: row.number(6),
            results_income: row.number(7),
            debtors: row.number(8),
            volume: row.number(9),
            volume_bid: row.number(10),
            recording_minutes: row.number(11),
            worked_minutes: row.number(12),
            verification_cost: row.number(13),
            qualified_minutes_bid: row.number(14),
        };
        caseload.provider_months.push(month);
    })
}
