//! What cannot have happened as written: evidence later than its claim, outcomes before the referral or after death,
//! meetings with somebody who was dead, locked up, in hospital, or elsewhere at the same minute.

use super::{ABOUT, Claims, IMPOSSIBLE, Own, Parameters, counted};
use crate::{
    caseload::{Caseload, Contact, ContactMode, EventKind, EvidenceItem, Of, SpellKind, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Finding, RowRef, Rows, Subject},
    indicator::{Figure, shared},
};

/// Puts what is found into the rows of each provider.
pub(super) fn find(
    caseload: &Caseload,
    claims: &Claims<'_>,
    items: &[(&EvidenceItem, usize)],
    as_of: Day,
    window: Window,
    rows: &mut [Own],
) {
    for (item, place) in items.iter().filter(|(_, place)| claims.now[*place]) {
        let claim = claims.all[*place];
        if item.captured_on > claim.known_on || item.recorded_on > claim.known_on {
            let own = &mut rows[claim.provider.place()];
            own.late_evidence += usize::from(own.impossible.last() != Some(place));
            own.impossible.push(*place);
        }
    }
    for (place, claim) in claims.all.iter().enumerate().filter(|(place, _)| claims.now[*place]) {
        let of = caseload.of(claim.person);
        let own = &mut rows[claim.provider.place()];
        let referred = of.referrals.iter().filter(|row| row.known_on <= as_of).map(|row| row.on).min();
        if referred.is_some_and(|referred| claim.on < referred) {
            own.before_referral += 1;
            own.impossible.push(place);
        }
        if shared::died_on(&of, as_of).is_some_and(|(died, _)| claim.on > died) {
            own.after_death += 1;
            own.impossible.push(place);
        }
    }
    for of in caseload.everybody().filter(|of| !of.contacts.is_empty()) {
        meetings(caseload, &of, as_of, window, rows);
    }
    for own in rows {
        own.impossible.sort_unstable();
        own.impossible.dedup();
    }
}

fn meetings(caseload: &Caseload, of: &Of<'_>, as_of: Day, window: Window, rows: &mut [Own]) {
    let mut closed: Vec<Window> = of
        .events
        .iter()
        .filter(|event| event.known_on <= as_of && matches!(event.kind, EventKind::Custody | EventKind::Hospital))
        .filter_map(|event| event.until.map(|until| Window { from: event.on.plus(1), until }))
        .collect();
    let custody = of.spells.iter().filter(|spell| spell.kind == SpellKind::Custody && spell.known_on <= as_of);
    // The first and last day may hold a meeting outside.
    closed.extend(custody.map(|spell| Window { from: spell.started_on.plus(1), until: spell.ended_on.unwrap_or(as_of) }));
    let died = shared::died_on(of, as_of).map(|(on, _)| on);
    let met = |contact: &&Contact| {
        contact.attended
            && contact.mode == ContactMode::FaceToFace
            && contact.known_on <= as_of
            && window.contains(contact.on)
    };
    let mut last: Option<&Contact> = None;
    for contact in of.contacts.iter().filter(met) {
        rows[contact.provider.place()].met += 1;
        let twice = last.is_some_and(|before| in_two_places(before, contact));
        if closed.iter().any(|days| days.contains(contact.on)) || died.is_some_and(|died| contact.on > died) || twice {
            rows[contact.provider.place()].meetings.push(RowRef {
                table: "contacts".into(),
                person: Some(caseload.names.person(of.person).to_owned()),
                row: contact.on.to_string(),
            });
        }
        last = Some(contact);
    }
}

/// Two meetings of one person, face to face with two providers, whose minutes overlap.
fn in_two_places(one: &Contact, other: &Contact) -> bool {
    let span = |contact: &Contact| {
        let from = contact.at?.get();
        Some((from, from + contact.minutes.map_or(1, std::num::NonZeroU16::get)))
    };
    match (span(one), span(other)) {
        (Some((a, b)), Some((c, d))) => one.on == other.on && one.provider != other.provider && a < d && c < b,
        _ => false,
    }
}

pub(super) fn finding(
    caseload: &Caseload,
    claims: &Claims<'_>,
    own: &Own,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
    n: usize,
) -> Finding {
    let draft = ABOUT.draft(parameters, &IMPOSSIBLE, window).of(subject.clone(), n as f64, "claims", 1.0);
    let (found, met) = (own.impossible.len(), own.meetings.len());
    let often = met as f64 > parameters.get("meetings-share") * own.met as f64;
    let figure = Figure { value: found as f64, worth_asking: found > 0 || often, act: found > 0, ..Figure::default() };
    let mut says = format!(
        "{} that cannot be as written: {} with evidence later than the claim, {} before the referral, {} after death",
        counted(found, "claim", "claims"),
        own.late_evidence,
        own.before_referral,
        own.after_death
    );
    if met > 0 {
        says.push_str(&format!("; {} with somebody who was elsewhere or dead", counted(met, "meeting", "meetings")));
    }
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "none".into(), value: Some(0.0) };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("claims", n as f64)
        .input("late-evidence", own.late_evidence as f64)
        .input("before-referral", own.before_referral as f64)
        .input("after-death", own.after_death as f64)
        .input("meetings", met as f64)
        .input("meetings-in-all", own.met as f64);
    let mut rows: Vec<RowRef> = own.impossible.iter().map(|place| claims.row(caseload, *place)).collect();
    rows.extend(own.meetings.iter().cloned());
    finding.rows = Rows::of(rows);
    finding
}
