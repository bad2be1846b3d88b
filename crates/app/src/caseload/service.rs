//! What was done for people, what was claimed, and what claims rest on.

use meed_guardrails::caseload::{
    Claim, ClaimState, Contact, ContactMode, EvidenceItem, Goal, HurdleDay, Intervention, PaidElsewhere,
};

use super::Reading;
use crate::error::Result;

pub(super) fn read(reading: &mut Reading<'_>) -> Result<()> {
    contacts(reading)?;
    help(reading)?;
    claims(reading)?;
    items(reading)?;
    paid(reading)
}

fn contacts(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "person",
        "provider",
        "contacted_on",
        "known_at",
        "mode",
        "attended",
        "minutes",
        "minute_of_day",
        "worker",
        "kind",
    ];
    reading.table("contacts", &columns, |caseload, row| {
        let (Some(person), Some(provider), Some(on)) = (row.text(0), row.text(1), row.day(2)) else { return };
        let contact = Contact {
            person: caseload.person(person),
            on,
            known_on: row.day(3).unwrap_or(on),
            provider: caseload.provider(provider),
            mode: match row.text(4) {
                Some("face-to-face") => ContactMode::FaceToFace,
                Some("phone") => ContactMode::Phone,
                Some("video") => ContactMode::Video,
                Some("group") => ContactMode::Group,
                Some("letter") => ContactMode::Letter,
                _ => ContactMode::NotRecorded,
            },
            attended: row.truth(5).unwrap_or(true),
            minutes: row.count(6),
            at: row.minute(7),
            worker: row.worker(8, caseload),
            kind: row.word(9, caseload),
        };
        caseload.contacts.push(contact);
    })
}

fn help(reading: &mut Reading<'_>) -> Result<()> {
    let columns = ["intervention", "person", "provider", "started_on", "known_at", "kind", "ended_on", "goal"];
    reading.table("interventions", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(on), Some(kind)) =
            (row.text(0), row.text(1), row.text(2), row.day(3), row.text(5))
        else {
            return;
        };
        let given = Intervention {
            person: caseload.person(person),
            on,
            known_on: row.day(4).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            kind: caseload.names.word_of(kind),
            until: row.day(6),
            goal: row.word(7, caseload),
        };
        caseload.interventions.push(given);
    })?;
    reading.table("goals", &["goal", "person", "provider", "set_on", "known_at", "met_on"], |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(on)) = (row.text(0), row.text(1), row.text(2), row.day(3))
        else {
            return;
        };
        let goal = Goal {
            person: caseload.person(person),
            on,
            known_on: row.day(4).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            met_on: row.day(5),
        };
        caseload.goals.push(goal);
    })
}

fn claims(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "claim",
        "person",
        "provider",
        "clause",
        "achieved_on",
        "submitted_on",
        "speaks_from",
        "speaks_until",
        "band",
        "amount",
        "state",
        "worker",
    ];
    reading.table("outcome-claims", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(clause), Some(on)) =
            (row.text(0), row.text(1), row.text(2), row.text(3), row.day(4))
        else {
            return;
        };
        let claim = Claim {
            person: caseload.person(person),
            on,
            known_on: row.day(5).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            outcome: caseload.names.word_of(clause),
            from: row.day(6),
            until: row.day(7),
            band: row.band(8, caseload),
            amount: row.number(9),
            state: match row.text(10) {
                Some("verified") => ClaimState::Verified,
                Some("paid") => ClaimState::Paid,
                Some("refused") => ClaimState::Refused,
                Some("not-claimed") => ClaimState::NotClaimed,
                _ => ClaimState::Claimed,
            },
            worker: row.worker(11, caseload),
        };
        caseload.claims.push(claim);
    })
}

fn items(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "item",
        "claim",
        "captured_on",
        "recorded_on",
        "recorded_minute",
        "kind",
        "content_hash",
        "text",
        "value",
        "worker",
    ];
    reading.table("evidence-items", &columns, |caseload, row| {
        let (Some(id), Some(claim), Some(captured_on), Some(recorded_on)) =
            (row.text(0), row.text(1), row.day(2), row.day(3))
        else {
            return;
        };
        let item = EvidenceItem {
            id: caseload.names.word_of(id),
            claim: caseload.names.word_of(claim),
            kind: row.word(5, caseload),
            hash: row.word(6, caseload),
            text: row.word(7, caseload),
            captured_on,
            recorded_on,
            recorded_at: row.minute(4),
            worker: row.worker(9, caseload),
            value: row.number(8),
        };
        caseload.evidence_items.push(item);
    })
}

fn paid(reading: &mut Reading<'_>) -> Result<()> {
    let columns = ["person", "provider", "clause", "due_on", "known_at", "after_exit"];
    reading.table("payment-days", &columns, |caseload, row| {
        let (Some(person), Some(provider), Some(clause), Some(on)) =
            (row.text(0), row.text(1), row.text(2), row.day(3))
        else {
            return;
        };
        let due = HurdleDay {
            person: caseload.person(person),
            on,
            known_on: row.day(4).unwrap_or(on),
            provider: caseload.provider(provider),
            clause: caseload.names.word_of(clause),
            after_exit: row.truth(5).unwrap_or(false),
        };
        caseload.hurdle_days.push(due);
    })?;
    let columns = [
        "payment",
        "person",
        "scheme",
        "outcome",
        "paid_on",
        "known_at",
        "speaks_from",
        "speaks_until",
        "match_chance",
    ];
    reading.table("payments-elsewhere", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(scheme), Some(outcome), Some(on)) =
            (row.text(0), row.text(1), row.text(2), row.text(3), row.day(4))
        else {
            return;
        };
        let paid = PaidElsewhere {
            person: caseload.person(person),
            on,
            known_on: row.day(5).unwrap_or(on),
            id: caseload.names.word_of(id),
            scheme: caseload.names.word_of(scheme),
            outcome: caseload.names.word_of(outcome),
            from: row.day(6),
            until: row.day(7),
            match_chance: row.small(8),
        };
        caseload.paid_elsewhere.push(paid);
    })
}
