//! How many who complete come back, and how many who start complete and stay away?
//!
//! Completion without return fell in the pilots (odds ratio 0.63) although those who did complete came back less often:
//! the second figure is of a selected group, so all three are told (Jones and others, Addiction 113:279, 2018).

use meed_statistics::{
    exact::fisher,
    survival::{Competing, cumulative_incidence},
};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, Stay, of_ratio, row, stays},
};
use crate::{
    caseload::{Caseload, EventKind, Group, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Interval, Rows, Step, Subject},
    method::equity::{Share, ratio_of_shares},
    picture::{Curve, Mark, Picture},
};

/// Re-presentation.
pub struct RePresentation;

static ABOUT: About = About {
    id: "G15",
    name: "re-presentation",
    question: "How many people who complete come back, and do fewer of those who start complete and stay away than elsewhere?",
    needs: &[Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 730.0, about: "starts and completions of this many days are followed", source: None },
        Parameter { name: "months-6-days", default: 182.0, about: "days of the first of the two lengths of follow-up", source: Some("the official English indicator counts completion without return within six months") },
        Parameter { name: "months-12-days", default: 365.0, about: "days of the second", source: None },
        Parameter { name: "least-completions", default: 30.0, about: "the fewest completions", source: None },
        Parameter { name: "least-starts", default: 50.0, about: "the fewest starts followed to the end, here and elsewhere", source: None },
        Parameter { name: "ratio-below", default: 0.8, about: "completions without return among starters, against elsewhere, below this are worth asking about", source: None },
        Parameter { name: "returns-ratio-above", default: 1.25, about: "returns among completers, against elsewhere, above this are worth asking about", source: None },
        Parameter { name: "undone-ratio-above", default: 1.5, about: "completions that came undone among starters, against elsewhere, above this are worth asking about, where returns among completers are above their own line too", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people of more need: compare band by band",
        "a service that people trust enough to come back to before harm comes",
        "returns elsewhere that the other side does not record",
    ],
    steps: (Step::R1, Step::R5),
};

static RETURNS: Measure = Measure {
    name: "returns-among-completers",
    formula: "G15a/2",
    text: "cumulative incidence of coming back within six months of completion, death competing (Aalen and Johansen), against other providers'",
    untested: false,
};
static STAYED_AWAY: Measure = Measure {
    name: "completed-without-return-among-starters",
    formula: "G15b/2",
    text: "paid starters who completed and did not come back within six months / starters followed that long, against other providers'",
    untested: false,
};

static UNDONE: Measure = Measure {
    name: "completed-and-came-back-among-starters",
    formula: "G15c/1",
    text: "paid starters who completed and came back within six months / starters followed that long, against other providers'; \
           Fisher's exact test, one-sided",
    untested: false,
};

/// Whom the shares among starters are of.
const STARTS: &str = "starts followed to the end on the smaller side: here, or elsewhere";

impl Indicator for RePresentation {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        // Those for whom nothing is paid by results would water down what pay does to the others.
        let paid = |stay: &Stay<'_>| {
            caseload.of(stay.person).about.group == Group::Paid
                && caseload.go_live().is_none_or(|go_live| stay.spell.started_on >= go_live)
        };
        let stays: Vec<Stay<'_>> = stays(caseload, as_of).into_iter().filter(paid).collect();
        let done: Vec<Done<'_>> = stays.iter().filter_map(|stay| done(caseload, stay, window, as_of)).collect();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            findings.push(returns(caseload, parameters, window, provider, &done));
            let six = parameters.days("months-6-days");
            let of = |own: bool| {
                let counts = |stay: &Stay<'_>| (stay.provider() == provider) == own && window.contains(stay.spell.started_on);
                starters(caseload, &stays, counts, six, as_of)
            };
            let (subject, both) = (Subject::provider(caseload.names.provider(provider)), (of(true), of(false)));
            findings.push(stayed_away(parameters, window, subject.clone(), both));
            findings.push(undone(parameters, window, subject, both));
        }
        findings
    }
}

/// Somebody who completed, until they came back, died or were last seen.
struct Done<'s> {
    stay: Stay<'s>,
    days: f64,
    /// 0 came back, 1 died; none while neither.
    ending: Option<usize>,
}

fn done<'s>(caseload: &Caseload, stay: &Stay<'s>, window: Window, as_of: Day) -> Option<Done<'s>> {
    let end = stay.ended(as_of).filter(|end| window.contains(*end) && stay.completed(as_of))?;
    let back = next_start(caseload, stay, end, as_of);
    let died = death(caseload, stay, as_of);
    let (until, ending) = match (back, died) {
        (Some(back), died) if died.is_none_or(|died| back <= died) => (back, Some(0)),
        (_, Some(died)) => (died.max(end), Some(1)),
        _ => (as_of, None),
    };
    Some(Done { stay: *stay, days: end.days_until(until) as f64 + 0.5, ending })
}

fn next_start(caseload: &Caseload, stay: &Stay<'_>, end: Day, as_of: Day) -> Option<Day> {
    let starts = caseload.of(stay.person).treatment().map(|spell| spell.started_on);
    starts.filter(|start| *start >= end && *start <= as_of && *start > stay.spell.started_on).min()
}

fn death(caseload: &Caseload, stay: &Stay<'_>, as_of: Day) -> Option<Day> {
    let events = caseload.of(stay.person).events.iter();
    events.filter(|row| row.kind == EventKind::Death && row.on <= as_of).map(|row| row.on).min()
}

/// Share who came back by a day, with its interval.
fn came_back(of: &[&Done<'_>], days: f64) -> Option<(f64, Interval, f64)> {
    let time: Vec<f64> = of.iter().map(|done| done.days).collect();
    let cause: Vec<Option<usize>> = of.iter().map(|done| done.ending).collect();
    if of.is_empty() || time.iter().all(|time| *time < days) {
        return None;
    }
    if cause.iter().all(|cause| *cause != Some(0)) {
        let none = common::wilson(0.0, of.len() as f64, 0.95);
        return Some((0.0, none, 0.0));
    }
    let people = Competing::new(&time, &cause).ok()?;
    let incidence = cumulative_incidence(&people, 0, 0.95).ok()?;
    match incidence.at(days).ok()? {
        Some(step) => Some((step.share, Interval { low: step.low, high: Some(step.high), level: 0.95 }, step.error)),
        None => Some((0.0, common::wilson(0.0, of.len() as f64, 0.95), 0.0)),
    }
}

fn returns(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, done: &[Done<'_>]) -> Finding {
    let own: Vec<&Done<'_>> = done.iter().filter(|one| one.stay.provider() == provider).collect();
    let others: Vec<&Done<'_>> = done.iter().filter(|one| one.stay.provider() != provider).collect();
    let (six, twelve) = (parameters.get("months-6-days"), parameters.get("months-12-days"));
    let least = parameters.get("least-completions");
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &RETURNS, window).of(subject, own.len() as f64, "completions", least);
    let mut finding = if (own.len() as f64) < least {
        draft.too_few()
    } else {
        match came_back(&own, six) {
            None => draft.refused("nobody has been followed for six months after completing"),
            Some((share, interval, error)) => {
                let elsewhere = came_back(&others, six).filter(|_| others.len() as f64 >= least);
                let p = elsewhere.map(|(other, _, other_error)| {
                    common::two_sided((share - other) / (error * error + other_error * other_error).sqrt())
                });
                let ratio = elsewhere.map(|(other, ..)| share / other);
                let worth_asking = ratio.is_some_and(|ratio| ratio > parameters.get("returns-ratio-above"));
                let figure = Figure {
                    value: share,
                    interval: Some(interval),
                    p,
                    worth_asking,
                    act: worth_asking && p.is_some_and(|p| p < 0.002),
                    other_way: ratio.is_some_and(|ratio| ratio < 1.0) && p.is_some_and(|p| p < 0.05),
                };
                let comparator = match elsewhere {
                    Some((other, ..)) => common::others("completers of other providers", Some(other)),
                    None => Comparator { kind: ComparatorKind::None, what: "nobody: too few completions elsewhere".into(), value: None },
                };
                let year = came_back(&own, twelve);
                let told = year.map_or(String::new(), |(year, ..)| format!(", and {:.1}% within twelve", 100.0 * year));
                let says = format!("{:.1}% of {} people who completed came back within six months{told}", 100.0 * share, own.len());
                let finding = draft.figure(figure, comparator, says).input("within-six-months", share);
                match year {
                    Some((year, ..)) => finding.input("within-twelve-months", year),
                    None => finding,
                }
            }
        }
    };
    let back = own.iter().filter(|one| one.ending == Some(0) && one.days <= six);
    finding.rows = Rows::of(back.map(|one| row(caseload, "spells", one.stay.person, one.stay.spell.id)).collect());
    let curve = |of: &[&Done<'_>], name: &str| {
        let points = (0..=12).filter_map(|month| {
            let days = f64::from(month) * 365.0 / 12.0;
            came_back(of, days).map(|(share, ..)| (days, share))
        });
        Curve { name: name.to_owned(), points: points.collect() }
    };
    finding.picture = Some(Picture::Survival {
        x: "days from completion".into(),
        y: "share who came back".into(),
        curves: vec![curve(&own, caseload.names.provider(provider)), curve(&others, "other providers")],
        mark: Some(Mark { at: six, what: "six months".into() }),
    });
    finding
}

/// What became of people who started and were followed to the end, and for six months after a completion.
#[derive(Clone, Copy, Default)]
struct Starters {
    of: f64,
    completed: f64,
    came_back: f64,
    stayed_away: f64,
}

/// Starters of a provider, or of all others. A start counts once it ended and six months have passed.
fn starters(caseload: &Caseload, stays: &[Stay<'_>], counts: impl Fn(&Stay<'_>) -> bool, six: i64, as_of: Day) -> Starters {
    let mut found = Starters::default();
    for stay in stays.iter().filter(|stay| counts(stay)) {
        let Some(end) = stay.ended(as_of).filter(|end| end.plus(six) <= as_of) else { continue };
        found.of += 1.0;
        if stay.completed(as_of) {
            found.completed += 1.0;
            let back = next_start(caseload, stay, end, as_of).filter(|back| *back < end.plus(six));
            let died = death(caseload, stay, as_of).filter(|died| *died < end.plus(six));
            found.came_back += f64::from(u8::from(back.is_some_and(|back| died.is_none_or(|died| back <= died))));
            found.stayed_away += f64::from(u8::from(back.is_none() && died.is_none()));
        }
    }
    found
}

fn stayed_away(parameters: &Parameters, window: Window, subject: Subject, (own, others): (Starters, Starters)) -> Finding {
    let least = parameters.get("least-starts");
    let cases = own.of.min(others.of);
    let draft = ABOUT.draft(parameters, &STAYED_AWAY, window).of(subject, cases, STARTS, least);
    let finding = if cases < least {
        draft.too_few()
    } else {
        let share = |of: Starters| Share { with: of.stayed_away, of: of.of };
        match ratio_of_shares(share(own), share(others), 0.95) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(ratio) => {
                let worth_asking = ratio.value < parameters.get("ratio-below");
                let figure = Figure {
                    worth_asking,
                    act: worth_asking && ratio.high < parameters.get("ratio-below"),
                    other_way: ratio.low > 1.0,
                    ..of_ratio(&ratio)
                };
                let says = format!(
                    "of {} people who started, {} completed and {} completed and stayed away for six months ({}); {} elsewhere",
                    own.of,
                    own.completed,
                    own.stayed_away,
                    common::percent(own.stayed_away, own.of),
                    common::percent(others.stayed_away, others.of)
                );
                draft.figure(figure, common::others("starters of other providers", Some(1.0)), says)
            }
        }
    };
    finding
        .input("starts", own.of)
        .input("completions", own.completed)
        .input("completions-without-return", own.stayed_away)
        .input("starts-elsewhere", others.of)
        .input("completions-without-return-elsewhere", others.stayed_away)
}

/// Completions that came undone, among all who started: where people who only stopped coming are called completed, both
/// completions and returns grow, and this share grows by both.
fn undone(parameters: &Parameters, window: Window, subject: Subject, (own, others): (Starters, Starters)) -> Finding {
    let least = parameters.get("least-starts");
    let cases = own.of.min(others.of);
    let draft = ABOUT.draft(parameters, &UNDONE, window).of(subject, cases, STARTS, least);
    let finding = if cases < least {
        draft.too_few()
    } else {
        let share = |of: Starters| Share { with: of.came_back, of: of.of };
        let whole = |share: Share| (share.with as u64, (share.of - share.with) as u64);
        let ((a, b), (c, d)) = (whole(share(own)), whole(share(others)));
        match ratio_of_shares(share(own), share(others), 0.95).and_then(|ratio| Ok((ratio, fisher(a, b, c, d)?))) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok((ratio, exact)) => {
                // A provider that helps more people to complete has more of them come back, at the same share: what asks is
                // more of both.
                let among = (own.came_back / own.completed.max(1.0)) / (others.came_back / others.completed.max(1.0));
                let more = among > parameters.get("returns-ratio-above") && ratio.value > parameters.get("undone-ratio-above");
                let figure = Figure {
                    p: Some(exact.more),
                    worth_asking: more,
                    act: more && exact.more < 0.001 && ratio.low > parameters.get("undone-ratio-above"),
                    other_way: ratio.high < 1.0,
                    ..of_ratio(&ratio)
                };
                let says = format!(
                    "of {} people who started, {} completed and came back within six months ({}); {} elsewhere. Of those who completed {} came back, elsewhere {}",
                    own.of,
                    own.came_back,
                    common::percent(own.came_back, own.of),
                    common::percent(others.came_back, others.of),
                    common::percent(own.came_back, own.completed),
                    common::percent(others.came_back, others.completed)
                );
                draft
                    .figure(figure, common::others("starters of other providers", Some(1.0)), says)
                    .input("returns-among-completers-against-elsewhere", among)
            }
        }
    };
    finding.input("starts", own.of).input("completed-and-came-back", own.came_back).input("completions", own.completed)
}
