//! Do people with the most need get less contact, or none at all?
//!
//! A worker with a caseload of 74 told of seeing people on high doses only for a script and a tick-sheet.

mod beside;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, Rate, Stay, of_estimate, row, same_provider, shares, stays, wilson},
};
use crate::{
    caseload::{Caseload, Contact, ProviderId, Window},
    day::Day,
    finding::{Family, Finding, Rows, Step, Subject},
    method::funnel::Counted,
    picture::{LabelledBar, Picture},
};

/// Parking.
pub struct Parking;

static ABOUT: About = About {
    id: "G05",
    name: "parking",
    question: "Do people with the most need see their worker less often than people with the least, or not at all?",
    needs: &[Need::Treatment, Need::Contacts, Need::Assessments],
    parameters: &[
        Parameter { name: "window-days", default: 182.0, about: "contacts of this many days are counted", source: None },
        Parameter { name: "rate-ratio-below", default: 0.75, about: "a ratio of contacts a week, most need against least, below this is worth asking about", source: None },
        Parameter { name: "no-contact-days", default: 28.0, about: "days without a meeting after which a person counts as not seen", source: None },
        Parameter { name: "no-contact-above", default: 0.10, about: "a share of people not seen above this is worth asking about", source: None },
        Parameter { name: "call-after-days", default: 42.0, about: "days without a meeting after which a person is on the list of people to call, whatever the figures", source: None },
        Parameter { name: "least-each-band", default: 15.0, about: "the fewest people in the bands of most and of least need", source: None },
        Parameter { name: "least-open", default: 20.0, about: "the fewest people in treatment before a share of them means anything", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people with the most need were in custody or in hospital for part of the time",
        "contacts by telephone or by partner agencies that are not recorded",
        "people with little need who come to groups, which count as contacts",
        "too many people for each worker: then the remedy is support",
    ],
    steps: (Step::R1, Step::R2),
};

static RATE: Measure = Measure {
    name: "contacts-most-against-least-need",
    formula: "G05a/1",
    text: "contacts a person-week in the top band / in the bottom band; errors from the spread between people, clustered by worker",
    untested: false,
};
static UNSEEN: Measure = Measure {
    name: "share-not-seen",
    formula: "G05b/1",
    text: "people in treatment with no attended meeting in the last days / people in treatment that long",
    untested: false,
};
static CALL: Measure = Measure {
    name: "people-to-call",
    formula: "G05c/1",
    text: "people in treatment with no attended meeting for longer than the limit",
    untested: true,
};

impl Indicator for Parking {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let stays = stays(caseload, as_of);
        let quiet = parameters.days("no-contact-days");
        let open: Vec<Open<'_>> = stays.iter().filter_map(|stay| open(caseload, stay, as_of)).collect();
        let counted: Vec<(ProviderId, Counted)> = caseload
            .in_contract()
            .into_iter()
            .filter_map(|provider| {
                let own = || open.iter().filter(|one| one.stay.provider() == provider && one.days >= quiet);
                let (all, unseen) = (own().count() as f64, own().filter(|one| one.since >= quiet).count() as f64);
                (all > 0.0).then_some((provider, Counted { observed: unseen, expected: all }))
            })
            .collect();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.push(rate(caseload, parameters, window, subject.clone(), provider, &stays));
            findings.push(unseen(caseload, parameters, window, subject.clone(), provider, (&counted, &open)));
            findings.push(to_call(caseload, parameters, window, subject, provider, &open));
        }
        findings
    }
}

/// A person in treatment on the last day.
struct Open<'c> {
    stay: Stay<'c>,
    /// Days in treatment.
    days: i64,
    /// Days since the last meeting, or since the start where there was none.
    since: i64,
    /// Days since the last prescription was handed out; none where none was recorded.
    script: Option<i64>,
}

/// Whether a prescription was handed out, and nothing more.
fn is_script(caseload: &Caseload, contact: &Contact) -> bool {
    contact.attended && contact.kind.is_some_and(|kind| caseload.names.word(kind) == "prescription")
}

/// Whether a worker met the person, and it was more than handing out a script.
fn is_meeting(caseload: &Caseload, contact: &Contact) -> bool {
    contact.attended && contact.kind.is_none_or(|kind| caseload.names.word(kind) != "prescription")
}

fn open<'c>(caseload: &'c Caseload, stay: &Stay<'c>, as_of: Day) -> Option<Open<'c>> {
    if stay.ended(as_of).is_some() {
        return None;
    }
    let start = stay.spell.started_on;
    let contacts = || caseload.of(stay.person).contacts.iter().filter(|row| row.on <= as_of && row.on >= start);
    let last = contacts().filter(|row| is_meeting(caseload, row)).map(|row| row.on).max();
    let script = contacts().filter(|row| is_script(caseload, row)).map(|row| row.on.days_until(as_of)).min();
    Some(Open { stay: *stay, days: start.days_until(as_of), since: last.unwrap_or(start).days_until(as_of), script })
}

fn rate(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    provider: ProviderId,
    stays: &[Stay<'_>],
) -> Finding {
    let top = caseload.top_band().unwrap_or(0);
    let mut weeks: Vec<beside::Weeks> = Vec::new();
    let mut by_band: Vec<Rate> = vec![Rate::default(); usize::from(top) + 1];
    for stay in stays.iter().filter(|stay| stay.provider() == provider) {
        let Some(band) = stay.band.filter(|band| *band <= top) else { continue };
        let until = stay.spell.ended_on.unwrap_or(window.until).min(window.until);
        let held = Window { from: stay.spell.started_on.max(window.from), until };
        let days = held.days() - away(caseload, stay, held);
        if days < 7 {
            continue;
        }
        let contacts = || caseload.of(stay.person).contacts.iter().filter(|row| held.contains(row.on) && is_meeting(caseload, row));
        let met = contacts().count();
        weeks.push(beside::Weeks {
            band,
            weeks: days as f64 / 7.0,
            meetings: met as f64,
            minutes: contacts().filter_map(|row| row.minutes).map(|minutes| f64::from(minutes.get())).sum(),
            tenure_weeks: stay.spell.started_on.days_until(held.from).max(0) as f64 / 7.0,
            chance: stay.chance,
            worker: stay.spell.worker.map_or(stay.person.place() + 1_000_000, |worker| worker.place()),
        });
        by_band[usize::from(band)].of.push((met as f64, days as f64 / 7.0));
    }
    let (least_need, most_need) = (&by_band[0], &by_band[usize::from(top)]);
    let cases = least_need.of.len().min(most_need.of.len()) as f64;
    let least = parameters.get("least-each-band");
    let draft = ABOUT.draft(parameters, &RATE, window).of(subject, cases, "people in the smaller of the top and the bottom band", least);
    let mut finding = if cases < least || top == 0 {
        draft.too_few()
    } else {
        match most_need.ratio(least_need, 0.95) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(ratio) => {
                let worth_asking = ratio.value < parameters.get("rate-ratio-below");
                let figure = Figure {
                    worth_asking,
                    act: worth_asking && ratio.interval.high < parameters.get("rate-ratio-below"),
                    other_way: ratio.interval.low > 1.0,
                    ..of_estimate(&ratio)
                };
                let says = format!(
                    "people of the top band were met {:.2} times a week, people of the bottom band {:.2} times",
                    most_need.rate(),
                    least_need.rate()
                );
                draft.figure(figure, same_provider("people with the least need, at the same provider", Some(1.0)), says)
            }
        }
    };
    if finding.value.is_some() {
        finding = finding.beside(beside::regression(&weeks, top));
    }
    let timed = caseload.contacts.iter().any(|row| row.minutes.is_some());
    for figure in beside::minutes(if timed { &weeks } else { &[] }) {
        finding = finding.beside(Some(figure));
    }
    finding = finding.beside(beside::carried(caseload, provider, window));
    let bars = by_band.iter().enumerate().filter(|(_, rate)| rate.time() > 0.0).map(|(band, rate)| LabelledBar {
        name: caseload.band_name(u8::try_from(band).unwrap_or(u8::MAX)),
        value: rate.rate(),
        expected: None,
        interval: None,
        cases: rate.of.len() as f64,
    });
    finding.picture = Some(Picture::Bars { x: "band of need".into(), y: "meetings a week for each person".into(), bars: bars.collect() });
    finding
}

/// Days of a stretch that the person spent in custody or in hospital.
fn away(caseload: &Caseload, stay: &Stay<'_>, held: Window) -> i64 {
    use crate::caseload::{EventKind, SpellKind};
    let person = caseload.of(stay.person);
    let events = person.events.iter().filter(|row| matches!(row.kind, EventKind::Custody | EventKind::Hospital | EventKind::Admission));
    let inside = events.filter_map(|row| Some(Window { from: row.on, until: row.until? }));
    let custody = person.spells.iter().filter(|row| row.kind == SpellKind::Custody);
    let custody = custody.map(|row| Window { from: row.started_on, until: row.ended_on.unwrap_or(held.until) });
    inside.chain(custody).map(|window| window.and(held).days()).sum::<i64>().min(held.days())
}

fn unseen(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    provider: ProviderId,
    (counted, open): (&[(ProviderId, Counted)], &[Open<'_>]),
) -> Finding {
    let own = counted.iter().find(|(of, _)| *of == provider).map(|(_, unit)| *unit);
    let (seen_not, all) = own.map_or((0.0, 0.0), |unit| (unit.observed, unit.expected));
    let least = parameters.get("least-open");
    let draft = ABOUT.draft(parameters, &UNSEEN, window).of(subject, all, "people in treatment long enough", least);
    if all < least {
        return draft.too_few();
    }
    let (sum, people) = counted.iter().fold((0.0, 0.0), |(o, n), (_, unit)| (o + unit.observed, n + unit.expected));
    let mean = sum / people;
    let limit = parameters.get("no-contact-above");
    let funnel = shares(counted, mean.clamp(0.005, 0.995));
    let beyond = funnel.as_ref().is_some_and(|funnel| {
        let place = counted.iter().position(|(of, _)| *of == provider).unwrap_or(0);
        funnel.positions[place].z > 1.96
    });
    let value = seen_not / all;
    let figure = Figure {
        value,
        interval: Some(wilson(seen_not, all, 0.95)),
        p: Some(common::above(seen_not, all, limit)),
        worth_asking: value > limit,
        act: value > limit && beyond,
        other_way: false,
    };
    let quiet = parameters.days("no-contact-days");
    let says = format!("{seen_not} of {all} people in treatment ({:.0}%) had no meeting for {quiet} days or more", 100.0 * value);
    let mut finding = draft.figure(figure, common::others("all providers of the contract together", Some(mean)), says);
    let own = || open.iter().filter(|one| one.stay.provider() == provider && one.days >= quiet);
    let script_only = own().filter(|one| one.since >= quiet && one.script.is_some_and(|days| days < quiet)).count() as f64;
    finding = finding.beside(common::share_beside(
        "script-only",
        &format!("given a prescription and no meeting in the last {quiet} days"),
        (script_only, all),
        "people in treatment long enough",
    ));
    let rows = own().filter(|one| one.since >= quiet);
    finding.rows = Rows::of(rows.map(|one| row(caseload, "spells", one.stay.person, one.stay.spell.id)).collect());
    finding.picture = funnel
        .map(|funnel| common::drawn(caseload, &funnel, counted, provider, ("people in treatment", "share not seen")));
    finding
}

/// A list for the service, not a judgement of it: it stays as expected whatever its length.
fn to_call(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    provider: ProviderId,
    open: &[Open<'_>],
) -> Finding {
    let limit = parameters.days("call-after-days");
    let own = || open.iter().filter(move |one| one.stay.provider() == provider);
    let late: Vec<&Open<'_>> = own().filter(|one| one.since > limit).collect();
    let draft = ABOUT.draft(parameters, &CALL, window).of(subject, own().count() as f64, "people in treatment", 1.0);
    let says = match late.len() {
        0 => format!("everybody in treatment was met within {limit} days"),
        1 => format!("one person has not been met for more than {limit} days: call this week"),
        n => format!("{n} people have not been met for more than {limit} days: call them this week"),
    };
    let figure = Figure { value: late.len() as f64, ..Figure::default() };
    let mut finding = draft.figure(figure, common::agreed("nobody", 0.0), says);
    finding.rows = Rows::of(late.iter().map(|one| row(caseload, "spells", one.stay.person, one.stay.spell.id)).collect());
    finding
}
