//! Does other harm come more often than it did: safeguarding alerts, self-harm, evictions, recalls, sanctions?
//!
//! In probation binary reoffending fell by 2.5 points while offences for each reoffender rose by 22% (National Audit
//! Office, 2019): what is not paid for must be watched with what is. The page
//! `docs/reference/guardrails/g17-other-harm.md` says how to read the figures.

use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared,
};
use crate::{
    caseload::{Caseload, Event, EventKind, Of, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::rates::{self, Rate},
};

/// Other harm.
pub struct OtherHarm;

static ABOUT: About = About {
    id: "G17",
    name: "other-harm",
    question: "Do safeguarding alerts, self-harm, evictions, recalls or sanctions come more often than they did?",
    needs: &[Need::Treatment, Need::Events],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "events of this many days", source: None },
        Parameter { name: "after-exit-days", default: 365.0, about: "days after treatment in which harm counts", source: None },
        Parameter {
            name: "sentinel-days",
            default: 31.0,
            about: "safeguarding alerts and self-harm of this many days are each looked at",
            source: None,
        },
        Parameter { name: "least-person-years", default: 10.0, about: "the least time at risk on each side", source: None },
        Parameter { name: "offence-days", default: 182.0, about: "days from the start in which offences count", source: None },
        Parameter {
            name: "offence-lag-days",
            default: 120.0,
            about: "days until an offence can be taken to be known",
            source: None,
        },
        Parameter {
            name: "least-offenders",
            default: 20.0,
            about: "the fewest people who offended, before and now",
            source: None,
        },
    ],
    family: Family::Harm,
    could_also_be: &[
        "staff who were trained to see and report harm: alerts rise when people are safer",
        "people with more need than before",
        "a change in how the police, courts or landlords act, which other providers would show as well",
        "records that were linked later than before",
    ],
    steps: (Step::R2, Step::R7),
};

static ALERTS: Measure = Measure {
    name: "alerts-now",
    formula: "G17a/1",
    text: "safeguarding alerts and self-harm of the last month, each looked at",
    untested: true,
};
static HARM_RATE: Measure = Measure {
    name: "harm-rate-ratio",
    formula: "G17b/1",
    text: "events per person-year in the window over events per person-year before, exact given their sum",
    untested: false,
};
static OFFENCES: Measure = Measure {
    name: "offences-for-each-who-offends",
    formula: "G17c/1",
    text: "mean offences of those with at least one, now over before, in the same days after the start; log interval",
    untested: false,
};

/// Harm that is counted together.
const KINDS: [EventKind; 6] = [
    EventKind::Safeguarding,
    EventKind::SelfHarm,
    EventKind::Eviction,
    EventKind::Recall,
    EventKind::Sanction,
    EventKind::Admission,
];

impl Indicator for OtherHarm {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let month = Window::days_to(as_of, parameters.days("sentinel-days"));
        let go_live = caseload.go_live().unwrap_or(window.from);
        let before = Window { from: go_live.plus(-3_650), until: go_live.min(window.from) };
        let mut own = vec![Own::default(); caseload.providers.len()];
        for of in caseload.everybody() {
            see(caseload, &of, parameters, as_of, [before, window, month], &mut own);
        }
        // Before the contract nobody was paid by results: all providers of the contract together, where one's own past
        // is too short.
        let pooled = caseload.in_contract().iter().fold((0, 0.0), |(events, days), provider| {
            let own = &own[provider.place()];
            (events + own.events[0], days + own.days[0])
        });
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            let own = &own[provider.place()];
            findings.push(alerts(own, parameters, month, &subject));
            findings.push(harm_rate(own, pooled, parameters, window, &subject));
            findings.push(offences(own, parameters, window, &subject));
        }
        findings
    }
}

/// What was seen at one provider: before the contract, and in the window.
#[derive(Clone, Default)]
struct Own {
    events: [u64; 2],
    days: [f64; 2],
    by_kind: [u64; KINDS.len()],
    rows: Vec<RowRef>,
    alerts: Vec<RowRef>,
    /// Offences of each person with at least one.
    offences: [Vec<f64>; 2],
}

fn see(
    caseload: &Caseload,
    of: &Of<'_>,
    parameters: &Parameters,
    as_of: Day,
    [before, window, month]: [Window; 3],
    own: &mut [Own],
) {
    let died = shared::died_on(of, as_of).map(|(on, _)| on);
    // Each day counts once, for the provider of the latest treatment that had begun.
    let spells: Vec<_> = of.treatment().filter(|spell| spell.known_on <= as_of).collect();
    for (place, spell) in spells.iter().enumerate() {
        let mut until = spell.ended_on.map_or(as_of, |end| end.plus(parameters.days("after-exit-days")));
        until = until.min(as_of.plus(1)).min(died.unwrap_or(until));
        if let Some(next) = spells.get(place + 1) {
            until = until.min(next.started_on);
        }
        let at_risk = Window { from: spell.started_on, until };
        let own = &mut own[spell.provider.place()];
        for (side, of_side) in [before, window].into_iter().enumerate() {
            let days = at_risk.and(of_side);
            own.days[side] += days.days() as f64;
            for event in of.events.iter().filter(|event| event.known_on <= as_of && days.contains(event.on)) {
                if let Some(kind) = KINDS.iter().position(|kind| *kind == event.kind) {
                    own.events[side] += 1;
                    if side == 1 {
                        own.by_kind[kind] += 1;
                        own.rows.push(shared::row(caseload, "events", of.person, event.id));
                    }
                }
            }
        }
        let alert = |event: &&Event| {
            matches!(event.kind, EventKind::Safeguarding | EventKind::SelfHarm)
                && event.known_on <= as_of
                && month.contains(event.known_on)
                && at_risk.contains(event.on)
        };
        own.alerts.extend(of.events.iter().filter(alert).map(|event| shared::row(caseload, "events", of.person, event.id)));
    }
    let Some(first) = spells.first() else { return };
    let follow = parameters.days("offence-days");
    let ends = first.started_on.plus(follow);
    let known = |day: Day| day.plus(parameters.days("offence-lag-days"));
    let side = match () {
        () if ends <= before.until && before.contains(first.started_on) => 0,
        () if known(ends) <= as_of && window.contains(known(ends)) => 1,
        () => return,
    };
    let offences = of
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Offence && event.known_on <= known(ends))
        .filter(|event| first.started_on <= event.on && event.on < ends)
        .count();
    if offences > 0 {
        own[first.provider.place()].offences[side].push(offences as f64);
    }
}

fn alerts(own: &Own, parameters: &Parameters, month: Window, subject: &Subject) -> Finding {
    let years = own.days[1] / 365.25;
    let draft = ABOUT.draft(parameters, &ALERTS, month).of(subject.clone(), years, "person-years in the window", 0.1);
    let count = own.alerts.len();
    let figure = Figure { value: count as f64, worth_asking: count > 0, act: count > 0, ..Figure::default() };
    let says = format!("{} in the last month; each is looked at", counted(count, "alert of harm", "alerts of harm"));
    let comparator = Comparator { kind: ComparatorKind::None, what: "none: the first is looked at".into(), value: None };
    let mut finding = draft.figure(figure, comparator, says);
    finding.rows = Rows::of(own.alerts.clone());
    finding
}

fn harm_rate(own: &Own, pooled: (u64, f64), parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let least = parameters.get("least-person-years");
    let years = |days: f64| days / 365.25;
    let (before, kind, what) = if years(own.days[0]) >= least {
        ((own.events[0], own.days[0]), ComparatorKind::SameProviderBefore, "the same provider before the contract")
    } else {
        (pooled, ComparatorKind::OtherProviders, "all providers of the contract before it began")
    };
    let cases = years(own.days[1]).min(years(before.1));
    let draft = ABOUT
        .draft(parameters, &HARM_RATE, window)
        .of(subject.clone(), cases, "person-years on the side with fewer", least);
    let (now, then) =
        (Rate { events: own.events[1], time: years(own.days[1]) }, Rate { events: before.0, time: years(before.1) });
    let finding = if cases < least {
        draft.too_few()
    } else {
        match rates::compare(now, then, 0.95) {
            Err(refusal) => draft.refused(&format!("{refusal}: {}", refusal.remedy())),
            Ok(found) => {
                // With no event before, the ratio counts half of one.
                let value = found.value.unwrap_or(now.events as f64 / now.time / (0.5 / then.time));
                let figure = Figure {
                    value,
                    interval: Some(crate::finding::Interval { low: found.low, high: found.high, level: 0.95 }),
                    p: Some(found.p),
                    worth_asking: found.p < 0.05 && value > 1.0,
                    act: found.p < 0.002 && value > 1.0,
                    other_way: found.p < 0.05 && value < 1.0,
                };
                let says = format!(
                    "{} in {:.0} person-years, {:.1} for every 100; before it was {:.1}",
                    counted(now.events as usize, "event of harm", "events of harm"),
                    now.time,
                    100.0 * now.events as f64 / now.time,
                    100.0 * then.events as f64 / then.time,
                );
                let value = Some(100.0 * then.events as f64 / then.time);
                draft.figure(figure, Comparator { kind, what: what.into(), value }, says)
            }
        }
    };
    let mut finding = finding
        .input("events", now.events as f64)
        .input("person-years", now.time)
        .input("events-before", then.events as f64)
        .input("person-years-before", then.time);
    for (kind, count) in ["safeguarding", "self-harm", "evictions", "recalls", "sanctions", "admissions"].iter().zip(own.by_kind)
    {
        finding = finding.input(kind, count as f64);
    }
    finding.rows = Rows::of(own.rows.clone());
    finding
}

fn offences(own: &Own, parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    use meed_statistics::distribution::{Continuous, Normal};
    let [before, now] = &own.offences;
    let cases = before.len().min(now.len()) as f64;
    let least = parameters.get("least-offenders");
    let draft = ABOUT
        .draft(parameters, &OFFENCES, window)
        .of(subject.clone(), cases, "people who offended, on the side with fewer", least);
    if cases < least.max(2.0) {
        return draft.too_few();
    }
    let mean = |all: &[f64]| all.iter().sum::<f64>() / all.len() as f64;
    let log_variance = |all: &[f64]| {
        let m = mean(all);
        all.iter().map(|x| (x - m).powi(2)).sum::<f64>() / (all.len() - 1) as f64 / all.len() as f64 / (m * m)
    };
    let (then, here) = (mean(before), mean(now));
    let error = (log_variance(before) + log_variance(now)).sqrt();
    if error == 0.0 {
        return draft.refused("everybody who offended did so equally often, so there is no spread to judge by");
    }
    let log = (here / then).ln();
    let p = 2.0 * Normal.upper((log / error).abs());
    let half = Normal.quantile(0.975) * error;
    let figure = Figure {
        value: here / then,
        interval: shared::interval((log - half).exp(), (log + half).exp()),
        p: Some(p),
        worth_asking: p < 0.01 && log > 0.0,
        act: false,
        other_way: p < 0.05 && log < 0.0,
    };
    let says = format!(
        "{} people offended within {} days of their start, {here:.2} times each; before the contract it was {then:.2} times",
        now.len(),
        parameters.days("offence-days")
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "people of the same provider who started before the contract".into(),
        value: Some(then),
    };
    draft.figure(figure, comparator, says).input("offenders", now.len() as f64).input("offenders-before", before.len() as f64)
}
