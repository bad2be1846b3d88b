//! People, how they came, what they needed, what they stayed in and what happened to them.

use meed_guardrails::caseload::{
    Assessment, AssessmentStanding, Decision, Event, EventKind, Group, Referral, ReviewAnswer, RiskScore, Sex, Source,
    Spell, SpellEnd, SpellKind,
};

use super::Reading;
use crate::error::Result;

pub(super) fn read(reading: &mut Reading<'_>) -> Result<()> {
    people(reading)?;
    referrals(reading)?;
    assessments(reading)?;
    spells(reading)?;
    events(reading)?;
    reviews(reading)?;
    reading.table("risk-scores", &["person", "model", "scored_on", "chance", "known_at"], |caseload, row| {
        let (Some(person), Some(model), Some(on), Some(chance)) = (row.text(0), row.text(1), row.day(2), row.small(3))
        else {
            return;
        };
        let (person, model) = (caseload.person(person), caseload.names.word_of(model));
        let known_on = row.day(4).unwrap_or(on);
        caseload.risk_scores.push(RiskScore { person, on, known_on, model, chance });
    })
}

fn people(reading: &mut Reading<'_>) -> Result<()> {
    reading.table("people", &["person", "sex", "born_year", "deprivation", "area", "paid_for"], |caseload, row| {
        let Some(person) = row.text(0) else { return };
        let person = caseload.person(person);
        let area = row.word(4, caseload);
        let held = &mut caseload.people[person.place()];
        held.sex = match row.text(1) {
            Some("female") => Sex::Female,
            Some("male") => Sex::Male,
            Some("other") => Sex::Other,
            _ => Sex::NotKnown,
        };
        held.born_year = row.count(2);
        held.deprivation = row.count(3).and_then(|fifth| u8::try_from(fifth.get()).ok()).unwrap_or(0);
        held.area = area;
        held.group = if row.truth(5) == Some(false) { Group::Comparison } else { Group::Paid };
    })
}

fn referrals(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "referral",
        "person",
        "provider",
        "referred_on",
        "known_at",
        "source",
        "decision",
        "decided_on",
        "decision_reason",
        "passed_to",
    ];
    reading.table("referrals", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(on)) = (row.text(0), row.text(1), row.text(2), row.day(3))
        else {
            return;
        };
        let referral = Referral {
            person: caseload.person(person),
            on,
            known_on: row.day(4).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            source: row.word(5, caseload),
            decision: match row.text(6) {
                Some("accepted") => Decision::Accepted,
                Some("declined") => Decision::Declined,
                Some("withdrawn") => Decision::Withdrawn,
                Some("excluded") => Decision::Excluded,
                _ => Decision::None,
            },
            decided_on: row.day(7),
            reason: row.word(8, caseload),
            passed_to: row.text(9).map(|name| caseload.provider(name)),
        };
        caseload.referrals.push(referral);
    })
}

fn assessments(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "assessment",
        "person",
        "assessor",
        "assessed_on",
        "known_at",
        "band",
        "effective_from",
        "standing",
        "score",
        "instrument",
        "worker",
    ];
    reading.table("assessments", &columns, |caseload, row| {
        let standing = match row.text(7) {
            Some("confirmed") => AssessmentStanding::Confirmed,
            Some("revised") => AssessmentStanding::Revised,
            Some("appealed") => AssessmentStanding::Appealed,
            _ => AssessmentStanding::Provisional,
        };
        assessment(caseload, row, row.day(6), standing);
    })?;
    let columns = [
        "reassessment",
        "person",
        "assessor",
        "reassessed_on",
        "known_at",
        "band",
        "reassessed_on",
        "band",
        "score",
        "instrument",
        "worker",
    ];
    reading.table("reassessments", &columns, |caseload, row| {
        assessment(caseload, row, row.day(3), AssessmentStanding::Blind);
    })
}

fn assessment(
    caseload: &mut meed_guardrails::Caseload,
    row: &super::Row<'_, '_>,
    effective_from: Option<meed_guardrails::Day>,
    standing: AssessmentStanding,
) {
    let (Some(id), Some(person), Some(assessor), Some(on)) = (row.text(0), row.text(1), row.text(2), row.day(3)) else {
        return;
    };
    // A band that the contract does not name says nothing of need; the check of the package reported it.
    let Some(band) = row.band(5, caseload) else { return };
    let assessor = caseload.names.provider_of(assessor);
    if assessor.place() == caseload.providers.len() {
        let only =
            meed_guardrails::caseload::Provider { in_contract: false, assesses_only: true, ..Default::default() };
        caseload.providers.push(only);
    }
    let assessment = Assessment {
        person: caseload.person(person),
        on,
        known_on: row.day(4).unwrap_or(on),
        id: caseload.names.word_of(id),
        assessor,
        worker: row.worker(10, caseload),
        band,
        effective_from: effective_from.unwrap_or(on),
        standing,
        score: row.small(8),
        instrument: row.word(9, caseload),
    };
    caseload.assessments.push(assessment);
}

fn spells(reading: &mut Reading<'_>) -> Result<()> {
    let columns = [
        "spell",
        "person",
        "provider",
        "started_on",
        "known_at",
        "kind",
        "ended_on",
        "end_reason",
        "worker",
        "modality",
        "problem1",
    ];
    reading.table("spells", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(started_on)) =
            (row.text(0), row.text(1), row.text(2), row.day(3))
        else {
            return;
        };
        let spell = Spell {
            person: caseload.person(person),
            started_on,
            known_on: row.day(4).unwrap_or(started_on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            kind: match row.text(5) {
                Some("employment") => SpellKind::Employment,
                Some("accommodation") => SpellKind::Accommodation,
                Some("custody") => SpellKind::Custody,
                _ => SpellKind::Treatment,
            },
            ended_on: row.day(6),
            end: ended(row.text(7)),
            worker: row.worker(8, caseload),
            modality: row.word(9, caseload),
            problem: row.word(10, caseload),
        };
        caseload.spells.push(spell);
    })
}

/// How a spell ended, by its code in the list `discharge-reason`.
fn ended(reason: Option<&str>) -> SpellEnd {
    match reason {
        Some("80" | "81" | "82" | "90" | "91") => SpellEnd::Completed,
        Some("83" | "84" | "87" | "93" | "94" | "95" | "96" | "97") => SpellEnd::Transferred,
        Some("85") => SpellEnd::DroppedOut,
        Some("86") => SpellEnd::WithdrawnByProvider,
        Some("88") => SpellEnd::Declined,
        Some("89") => SpellEnd::Died,
        _ => SpellEnd::None,
    }
}

fn events(reading: &mut Reading<'_>) -> Result<()> {
    let columns = ["event", "person", "occurred_on", "known_at", "kind", "provider", "until_on", "quantity", "detail"];
    reading.table("events", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(on)) = (row.text(0), row.text(1), row.day(2)) else { return };
        let event = Event {
            person: caseload.person(person),
            on,
            known_on: row.day(3).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: row.text(5).map(|name| caseload.provider(name)),
            kind: row.text(4).map_or(EventKind::Other, kind),
            until: row.day(6),
            quantity: row.small(7),
            detail: row.word(8, caseload),
        };
        caseload.events.push(event);
    })
}

/// The kind of an event, by its code in the list `event-kind`.
fn kind(code: &str) -> EventKind {
    match code {
        "death" => EventKind::Death,
        "overdose" => EventKind::Overdose,
        "self-harm" => EventKind::SelfHarm,
        "safeguarding" => EventKind::Safeguarding,
        "eviction" => EventKind::Eviction,
        "recall" => EventKind::Recall,
        "sanction" => EventKind::Sanction,
        "admission" => EventKind::Admission,
        "custody" => EventKind::Custody,
        "offence" => EventKind::Offence,
        "arrest" => EventKind::Arrest,
        "sought-help" => EventKind::SoughtHelp,
        "refused-return" => EventKind::RefusedReturn,
        "treated-elsewhere" => EventKind::TreatedElsewhere,
        "job-start" => EventKind::JobStart,
        "job-end" => EventKind::JobEnd,
        "housed" => EventKind::Housed,
        "moved-away" => EventKind::MovedAway,
        "new-need" => EventKind::NewNeed,
        "follow-up" => EventKind::FollowUp,
        "welfare-check" => EventKind::WelfareCheck,
        _ => EventKind::Other,
    }
}

fn reviews(reading: &mut Reading<'_>) -> Result<()> {
    let columns = ["review", "person", "provider", "reviewed_on", "known_at", "item", "value", "source"];
    reading.table("reviews", &columns, |caseload, row| {
        let (Some(id), Some(person), Some(provider), Some(on), Some(item)) =
            (row.text(0), row.text(1), row.text(2), row.day(3), row.text(5))
        else {
            return;
        };
        let answer = ReviewAnswer {
            person: caseload.person(person),
            on,
            known_on: row.day(4).unwrap_or(on),
            id: caseload.names.word_of(id),
            provider: caseload.provider(provider),
            item: caseload.names.word_of(item),
            value: row.small(6),
            source: match row.text(7) {
                Some("person") => Source::Person,
                Some("independent") => Source::Independent,
                _ => Source::Provider,
            },
        };
        caseload.reviews.push(answer);
    })
}
