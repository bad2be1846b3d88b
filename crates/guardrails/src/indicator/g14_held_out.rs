//! Are people kept from coming back until the second payment is safe?
//!
//! A commenter on the pilots expected re-entry to be held back until the second payment date.

use std::collections::BTreeMap;

use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{Stay, agreed, row, same_provider, share_beside, stays, wilson},
};
use crate::{
    caseload::{Caseload, EventKind, ProviderId, Window},
    day::Day,
    finding::{Beside, Family, Finding, Interval, Rows, Step, Subject},
    method::{
        edge::edge,
        hazard::{self, FEWEST, Reach, spike},
    },
    picture::{HazardDay, Picture},
};

/// Keeping people out until the second hurdle.
pub struct HeldOut;

static ABOUT: About = About {
    id: "G14",
    name: "held-out-until-the-second-hurdle",
    question: "Do people come back just after the day on which staying away has paid, or are they refused before it?",
    needs: &[Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 1095.0, about: "completions of this many days are followed", source: None },
        Parameter { name: "days-around", default: 28.0, about: "days before and after the second hurdle that are compared", source: None },
        Parameter { name: "spike-above", default: 1.5, about: "a spike above this is worth asking about", source: None },
        Parameter { name: "chance-below", default: 0.05, about: "the chance below which a spike is looked at", source: Some("usual level of a test") },
        Parameter { name: "refused-above", default: 0.05, about: "a share of attempts to come back that were refused above this is worth asking about", source: None },
        Parameter { name: "least-attempts", default: 10.0, about: "the fewest attempts to come back", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "a review that is made at that time for everybody, and finds people who need help",
        "a benefit or a tenancy that ends after as many months",
        "people who came back elsewhere before, which this provider does not see",
    ],
    steps: (Step::R2, Step::R7),
};

static SPIKE: Measure = Measure {
    name: "spike-of-return",
    formula: "G14a/1",
    text: "hazard of coming back in the days from the second hurdle on / in the days before it, given a smooth curve over time; errors clustered by person",
    untested: false,
};
static REFUSED: Measure = Measure {
    name: "share-refused",
    formula: "G14b/1",
    text: "attempts to come back inside the window without return that were refused / attempts",
    untested: true,
};

impl Indicator for HeldOut {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let stays = stays(caseload, as_of);
        let left: Vec<Left<'_>> = stays.iter().filter_map(|stay| followed(caseload, stay, window, as_of)).collect();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let own: Vec<&Left<'_>> = left.iter().filter(|left| left.stay.provider() == provider).collect();
            if own.iter().any(|left| left.hurdle.is_some()) {
                findings.push(returns(caseload, parameters, window, provider, (&own, as_of)));
                findings.push(refused(caseload, parameters, window, provider, (&own, as_of)));
            }
        }
        findings
    }
}

/// A person who completed, followed until they came back.
struct Left<'s> {
    stay: Stay<'s>,
    end: Day,
    /// The day from which a return no longer costs the second payment.
    hurdle: Option<Day>,
    /// The next start of treatment, with anybody.
    back: Option<Day>,
    /// Until when the person was watched: death and the last day end it.
    until: Day,
}

fn followed<'s>(caseload: &'s Caseload, stay: &Stay<'s>, window: Window, as_of: Day) -> Option<Left<'s>> {
    let end = stay.ended(as_of).filter(|end| window.contains(*end) && stay.completed(as_of))?;
    let person = caseload.of(stay.person);
    let back = person.treatment().map(|spell| spell.started_on).filter(|start| *start >= end && *start <= as_of && *start != stay.spell.started_on).min();
    let died = person.events.iter().find(|row| row.kind == EventKind::Death).map(|row| row.on);
    let due = person.hurdle_days.iter().filter(|row| row.after_exit && row.on > end && row.provider == stay.provider());
    let from_terms = caseload.scheme.hurdles.iter().filter(|hurdle| hurdle.after_exit).map(|hurdle| end.plus(hurdle.days));
    let hurdle = due.map(|row| row.on).min().or(from_terms.min());
    let until = back.unwrap_or(as_of).min(died.unwrap_or(as_of)).max(end);
    Some(Left { stay: *stay, end, hurdle, back: back.filter(|back| *back <= until), until })
}

fn returns(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (own, as_of): (&[&Left<'_>], Day),
) -> Finding {
    let around = parameters.days("days-around");
    let number = |from: Day, to: Day| u32::try_from(from.days_until(to)).unwrap_or(0);
    let at_risk: Vec<hazard::Stay> = own
        .iter()
        .map(|left| hazard::Stay {
            days: number(left.end, left.until),
            left: left.back.is_some(),
            hurdle: left.hurdle.map(|hurdle| number(left.end, hurdle)),
            band: 0,
            cluster: left.stay.person.place() as u32,
        })
        .collect();
    let near = |from: i64, until: i64| {
        own.iter().filter(move |left| {
            let pair = left.back.zip(left.hurdle);
            pair.is_some_and(|(back, hurdle)| (from..until).contains(&hurdle.days_until(back)))
        })
    };
    let cases = near(-around, around).count() as f64;
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &SPIKE, window).of(subject, cases, "returns around the second hurdle", FEWEST as f64);
    let width = u32::try_from(around).unwrap_or(28);
    let mut finding = if cases < FEWEST as f64 {
        draft.too_few()
    } else {
        match spike(&at_risk, Reach { before: width, after: width, wake: 0 }, 0.95) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(spike) => {
                let sure = spike.p < parameters.get("chance-below");
                let worth_asking = sure && spike.ratio > parameters.get("spike-above");
                let figure = Figure {
                    value: spike.ratio,
                    interval: Some(Interval { low: spike.low, high: Some(spike.high), level: 0.95 }),
                    p: Some(spike.p),
                    worth_asking,
                    act: worth_asking && spike.low > parameters.get("spike-above"),
                    other_way: sure && spike.ratio < 1.0,
                };
                let says = format!(
                    "{} came back in the {around} days from the second hurdle on, and {} in the {around} days before it",
                    counted(spike.after, "person", "people"), spike.before
                );
                let mut finding = draft.figure(figure, same_provider("the days just before the second hurdle", Some(1.0)), says);
                // The day of a return says when, not who kept whom out: an audit looks at the people first.
                if finding.step > Step::R3 {
                    finding.step = Step::R3;
                }
                finding
            }
        }
    };
    finding = finding.beside(density(own, around));
    finding.rows = Rows::of(near(0, around).map(|left| row(caseload, "spells", left.stay.person, left.stay.spell.id)).collect());
    let mut days: BTreeMap<i64, (f64, f64)> = (-around..around).map(|day| (day, (0.0, 0.0))).collect();
    for left in own {
        let Some(hurdle) = left.hurdle else { continue };
        for (day, (at_risk, ended)) in &mut days {
            let on = hurdle.plus(*day);
            if left.end <= on && on <= left.until && on <= as_of {
                *at_risk += 1.0;
                *ended += f64::from(u8::from(left.back == Some(on)));
            }
        }
    }
    let days = days.into_iter().map(|(day, (at_risk, ended))| HazardDay { day, at_risk, ended });
    finding.picture = Some(Picture::Hazard { x: "days from the second hurdle".into(), days: days.collect() });
    finding
}

/// How much denser returns are just above the hurdle than just below it, given a smooth curve through the days beyond.
fn density(own: &[&Left<'_>], around: i64) -> Option<Beside> {
    let mut counts = BTreeMap::<i64, f64>::new();
    for (back, hurdle) in own.iter().filter_map(|left| left.back.zip(left.hurdle)) {
        *counts.entry(hurdle.days_until(back)).or_default() += 1.0;
    }
    let found = edge(&counts, 0, around, 3 * around).ok()?;
    let ratio = found.excess.ratio();
    let what = format!("density of returns in the {around} days from the second hurdle on, over that in the days before");
    let against = format!(
        "a smooth curve through the days beyond, which says {:.0} and {:.0} where {:.0} and {:.0} came back; chance {:.3}",
        found.above.1, found.below.1, found.above.0, found.below.0, found.excess.p
    );
    let cases = (found.above.0 + found.below.0, "returns around the second hurdle");
    Some(Beside::new("density-at-the-hurdle", what, (ratio.value, ""), cases).within(ratio.interval).against(against))
}

/// How often people turned up elsewhere before the second hurdle: in treatment with others, and in emergency care.
fn elsewhere(caseload: &Caseload, own: &[&Left<'_>], provider: ProviderId, as_of: Day) -> [Option<Beside>; 2] {
    let (mut others, mut emergencies, mut people) = (0.0, 0.0, 0.0);
    for left in own {
        let Some(hurdle) = left.hurdle else { continue };
        let inside = Window { from: left.end, until: hurdle.min(as_of.plus(1)) };
        let person = caseload.of(left.stay.person);
        let any = |kinds: &[EventKind]| person.events.iter().any(|row| kinds.contains(&row.kind) && inside.contains(row.on));
        let spell = person.treatment().any(|spell| spell.provider != provider && inside.contains(spell.started_on));
        people += 1.0;
        others += f64::from(u8::from(spell || any(&[EventKind::TreatedElsewhere])));
        emergencies += f64::from(u8::from(any(&[EventKind::Overdose, EventKind::Admission, EventKind::Hospital])));
    }
    let share = |measure: &str, what: &str, with: f64| share_beside(measure, what, (with, people), "people who completed");
    [
        share("treated-elsewhere-before-the-hurdle", "treated by others before the second hurdle", others),
        share("emergencies-before-the-hurdle", "overdosed or in hospital before the second hurdle", emergencies),
    ]
}

fn refused(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (own, as_of): (&[&Left<'_>], Day),
) -> Finding {
    let (mut attempts, mut turned_away, mut last_days, mut helped) = (0.0_f64, 0.0_f64, 0.0_f64, 0.0_f64);
    let mut late_attempts = 0.0_f64;
    let mut rows = Vec::new();
    for left in own {
        let hurdle = left.hurdle.unwrap_or(as_of).min(as_of);
        for event in caseload.of(left.stay.person).events.iter().filter(|row| left.end <= row.on && row.on < hurdle) {
            match event.kind {
                EventKind::SoughtHelp => {
                    attempts += 1.0;
                    late_attempts += f64::from(u8::from(event.on.days_until(hurdle) <= 28));
                }
                EventKind::RefusedReturn => {
                    attempts += 1.0;
                    turned_away += 1.0;
                    last_days += f64::from(u8::from(event.on.days_until(hurdle) <= 28));
                    late_attempts += f64::from(u8::from(event.on.days_until(hurdle) <= 28));
                    rows.push(row(caseload, "events", left.stay.person, event.id));
                }
                EventKind::TreatedElsewhere | EventKind::Overdose => helped += 1.0,
                _ => (),
            }
        }
    }
    let least = parameters.get("least-attempts");
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &REFUSED, window).of(subject, attempts, "attempts to come back before the second hurdle", least);
    let mut finding = if attempts < least {
        draft.too_few()
    } else {
        let limit = parameters.get("refused-above");
        let interval = wilson(turned_away, attempts, 0.95);
        let figure = Figure {
            value: turned_away / attempts,
            interval: Some(interval),
            worth_asking: turned_away / attempts > limit,
            act: interval.low > limit,
            ..Figure::default()
        };
        let says = format!(
            "{turned_away} of {attempts} attempts to come back were refused, {last_days} of them in the last 28 days before the second hurdle"
        );
        draft.figure(figure, agreed("refusals that may be", limit), says)
    };
    finding.rows = Rows::of(rows);
    let late = share_beside(
        "refused-in-the-last-days",
        "refused in the last 28 days before the second hurdle",
        (last_days, late_attempts),
        "attempts in those days",
    );
    let [others, emergencies] = elsewhere(caseload, own, provider, as_of);
    finding
        .input("refused-in-the-last-28-days", last_days)
        .input("helped-elsewhere", helped)
        .beside(late)
        .beside(others)
        .beside(emergencies)
}
