//! Do people die, or overdose, soon after they were discharged or taken on?
//!
//! Practitioners told of overdoses and deaths days after a discharge that paid. After opioid substitution deaths ran at
//! 4.8 per 100 person-years in the first fortnight, 4.3 in the second and 0.95 later (Cornish and others, BMJ
//! 341:c5475, 2010), which is about 0.35% within 28 days. The page
//! `docs/reference/guardrails/g16-death-after-discharge.md` says how to read the figures.

use meed_units::counted;

use super::{
    About, Draft, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, Exit},
};
use crate::{
    caseload::{Caseload, EventKind, ProviderId, Window},
    day::Day,
    finding::{Beside, Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::{cusum::Cusum, funnel, rates},
    picture::{Better, Picture},
};

/// Death and overdose after discharge.
pub struct DeathAfterDischarge;

static ABOUT: About = About {
    id: "G16",
    name: "death-after-discharge",
    question: "Do people die or overdose soon after they are discharged or taken on?",
    needs: &[Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "discharges and events of this many days", source: None },
        Parameter {
            name: "after-exit-days",
            default: 28.0,
            about: "days after a discharge that count",
            source: Some("the two fortnights of Cornish and others, BMJ 341:c5475 (2010)"),
        },
        Parameter { name: "after-start-days", default: 14.0, about: "days after a start that count", source: None },
        Parameter {
            name: "join-days",
            default: 21.0,
            about: "treatment that begins within this many days goes on with what ended",
            source: Some("NDTMS joins treatment less than 21 days apart into one journey"),
        },
        Parameter {
            name: "expected-chance",
            default: 0.0035,
            about: "chance of dying within those days of a discharge; each contract must set its own",
            source: Some("worked out from Cornish and others (2010), where planned and unplanned ends are mixed"),
        },
        Parameter { name: "odds-ratio", default: 3.0, about: "rise in the odds that the running sum looks for", source: None },
        Parameter {
            name: "odds-ratio-of-improvement",
            default: 0.5,
            about: "fall in the odds that the second running sum looks for",
            source: Some("the second chart of Steiner and others, Biostatistics 1:441 (2000)"),
        },
        Parameter {
            name: "false-alarms-a-year",
            default: 0.01,
            about: "share of years in which a running sum may signal with nothing changed",
            source: None,
        },
        Parameter { name: "least-discharges", default: 20.0, about: "the fewest discharges with full follow-up", source: None },
    ],
    family: Family::Harm,
    could_also_be: &[
        "people who were very ill when they came, or who left against advice",
        "a death that had nothing to do with treatment; only a review can say",
        "a supply of stronger drugs in the area: look at other providers and at people who were never discharged",
        "deaths that reach one provider's records sooner than another's: link everybody to the register of deaths",
    ],
    steps: (Step::R2, Step::R7),
};

static DEATHS: Measure = Measure {
    name: "deaths-soon-after",
    formula: "G16a/1",
    text: "deaths within 28 days of a discharge or 14 days of a start; looked at from the first on",
    untested: true,
};
static OVERDOSES: Measure = Measure {
    name: "overdoses-soon-after",
    formula: "G16b/1",
    text: "overdoses within 28 days of a discharge; looked at from the first on",
    untested: true,
};
static AGAINST_EXPECTED: Measure = Measure {
    name: "deaths-against-expected",
    formula: "G16c/1",
    text: "O / (n p), deaths within 28 days of a discharge over those expected, with the exact Poisson interval",
    untested: false,
};
static RUNNING_SUM: Measure = Measure {
    name: "running-sum",
    formula: "G16d/1",
    text: "highest S in the window, S = max(0, S + ln(R^y / (1 - p + R p))), discharge by discharge; its chance is that of a \
           year without change",
    untested: false,
};

impl Indicator for DeathAfterDischarge {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let seen = Seen::of(caseload, parameters, as_of, window);
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            let own = &seen.by_provider[provider.place()];
            findings.push(sentinel(own.starts_and_exits, &own.deaths, ABOUT.draft(parameters, &DEATHS, window), &subject));
            findings.push(overdoses(own, ABOUT.draft(parameters, &OVERDOSES, window), &subject));
            findings.push(against_expected(&own.followed, parameters, window, &subject));
            findings.push(running_sum(&own.followed, parameters, window, &subject));
        }
        // Rare events are seen sooner over all providers together.
        let mut all: Vec<Followed> = caseload
            .in_contract()
            .iter()
            .flat_map(|provider| seen.by_provider[provider.place()].followed.iter().copied())
            .collect();
        all.sort_by_key(|one| (one.exit.on, one.exit.person));
        if caseload.in_contract().len() > 1 {
            findings.push(against_expected(&all, parameters, window, &Subject::contract()));
            findings.push(running_sum(&all, parameters, window, &Subject::contract()));
        }
        if !caseload.events.iter().any(|event| event.kind == EventKind::Death && event.known_on <= as_of) {
            for finding in &mut findings {
                finding.warnings.push(
                    "no death of anybody is recorded: check that people are linked to the register of deaths, for \
                     somebody lost to follow-up is not known to be alive"
                        .into(),
                );
            }
        }
        findings
    }
}

/// A discharge whose days after it have all gone by.
#[derive(Clone, Copy)]
struct Followed {
    exit: Exit,
    died: bool,
}

#[derive(Clone, Default)]
struct Own {
    starts_and_exits: usize,
    deaths: Vec<RowRef>,
    overdoses: Vec<RowRef>,
    exits: usize,
    /// Since the contract began, in order.
    followed: Vec<Followed>,
}

struct Seen {
    by_provider: Vec<Own>,
}

impl Seen {
    fn of(caseload: &Caseload, parameters: &Parameters, as_of: Day, window: Window) -> Seen {
        let after_exit = parameters.days("after-exit-days");
        let after_start = parameters.days("after-start-days");
        let since = caseload.go_live().unwrap_or(window.from).min(window.from);
        let mut by_provider = vec![Own::default(); caseload.providers.len()];
        let in_contract: Vec<bool> = caseload.providers.iter().map(|provider| provider.in_contract).collect();
        for of in caseload.everybody() {
            let died = shared::died_on(&of, as_of);
            let within = |from: Day, days: i64| died.filter(|(on, _)| from <= *on && from.days_until(*on) <= days);
            let exits = shared::exits(&of, as_of, parameters.days("join-days"));
            let mut told: Option<ProviderId> = None;
            for exit in exits.iter().filter(|exit| in_contract[exit.provider.place()]) {
                let own = &mut by_provider[exit.provider.place()];
                let death = within(exit.on, after_exit);
                if window.contains(exit.on.plus(after_exit)) || death.is_some_and(|(on, _)| window.contains(on)) {
                    own.starts_and_exits += 1;
                }
                if let Some((on, id)) = death.filter(|(on, _)| window.contains(*on)) {
                    debug_assert!(on >= exit.on);
                    own.deaths.push(shared::row(caseload, "events", of.person, id));
                    told = Some(exit.provider);
                }
                for event in of.events.iter().filter(|event| event.kind == EventKind::Overdose && event.known_on <= as_of) {
                    let days = exit.on.days_until(event.on);
                    if (0..=after_exit).contains(&days) && window.contains(event.on) {
                        own.overdoses.push(shared::row(caseload, "events", of.person, event.id));
                    }
                }
                own.exits += usize::from(window.contains(exit.on));
                if exit.on >= since && exit.on.plus(after_exit) <= as_of {
                    own.followed.push(Followed { exit: *exit, died: death.is_some() });
                }
            }
            for spell in of.treatment().filter(|spell| spell.known_on <= as_of && in_contract[spell.provider.place()]) {
                let own = &mut by_provider[spell.provider.place()];
                own.starts_and_exits += usize::from(window.contains(spell.started_on));
                if let Some((on, id)) = within(spell.started_on, after_start)
                    && window.contains(on)
                    && told != Some(spell.provider)
                {
                    own.deaths.push(shared::row(caseload, "events", of.person, id));
                    told = Some(spell.provider);
                }
            }
        }
        for own in &mut by_provider {
            own.followed.sort_by_key(|one| (one.exit.on, one.exit.person));
        }
        Seen { by_provider }
    }
}

fn sentinel(cases: usize, rows: &[RowRef], draft: Draft<'_>, subject: &Subject) -> Finding {
    let draft = draft.of(subject.clone(), cases as f64, "starts and discharges", 1.0);
    let figure =
        Figure { value: rows.len() as f64, worth_asking: !rows.is_empty(), act: !rows.is_empty(), ..Figure::default() };
    let says = if rows.is_empty() {
        "nobody is known to have died within 28 days of a discharge or 14 days of a start".to_owned()
    } else {
        let deaths = counted(rows.len(), "person", "people");
        format!("{deaths} died within the days after a discharge or a start: each death is reviewed, whatever the numbers say")
    };
    let comparator = Comparator { kind: ComparatorKind::None, what: "none: the first is looked at".into(), value: None };
    let mut finding = draft.figure(figure, comparator, says);
    finding.rows = Rows::of(rows.to_vec());
    finding
}

fn overdoses(own: &Own, draft: Draft<'_>, subject: &Subject) -> Finding {
    let rows = &own.overdoses;
    let draft = draft.of(subject.clone(), own.exits as f64, "discharges", 1.0);
    let figure = Figure { value: rows.len() as f64, worth_asking: !rows.is_empty(), ..Figure::default() };
    let says = format!("{} within 28 days of a discharge", counted(rows.len(), "overdose", "overdoses"));
    let comparator = Comparator { kind: ComparatorKind::None, what: "none: the first is looked at".into(), value: None };
    let mut finding = draft.figure(figure, comparator, says);
    finding.rows = Rows::of(rows.clone());
    finding
}

fn against_expected(followed: &[Followed], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let after_exit = parameters.days("after-exit-days");
    let counted_now: Vec<_> = followed.iter().filter(|one| window.contains(one.exit.on.plus(after_exit))).collect();
    let (n, deaths) = (counted_now.len(), counted_now.iter().filter(|one| one.died).count());
    let chance = parameters.get("expected-chance");
    let expected = n as f64 * chance;
    let draft = ABOUT
        .draft(parameters, &AGAINST_EXPECTED, window)
        .of(subject.clone(), n as f64, "discharges whose 28 days have gone by", parameters.get("least-discharges"));
    let finding = if (n as f64) < parameters.get("least-discharges") {
        draft.too_few()
    } else {
        let found = funnel::exact_interval(deaths as f64, expected, 0.95)
            .and_then(|limits| rates::at_least(deaths as u64, expected).map(|p| (limits, p)));
        match found {
            Err(refusal) => draft.refused(&format!("{refusal}: {}", refusal.remedy())),
            Ok((limits, p)) => {
                let figure = Figure {
                    value: deaths as f64 / expected,
                    interval: shared::interval(limits.lower, limits.upper),
                    p: Some((2.0 * p).min(1.0)),
                    worth_asking: p < 0.01,
                    act: p < 0.001,
                    other_way: limits.upper < 1.0,
                };
                let says = format!(
                    "{} within {after_exit} days of {n} discharges, where {expected:.1} are expected",
                    counted(deaths, "death", "deaths")
                );
                let comparator = Comparator {
                    kind: ComparatorKind::Reference,
                    what: format!("a chance of {:.2}% for each discharge", 100.0 * chance),
                    value: Some(1.0),
                };
                draft.figure(figure, comparator, says)
            }
        }
    };
    finding.input("discharges", n as f64).input("deaths", deaths as f64).input("expected", expected)
}

fn running_sum(followed: &[Followed], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let least = parameters.get("least-discharges");
    let n = followed.len();
    let draft = ABOUT
        .draft(parameters, &RUNNING_SUM, window)
        .of(subject.clone(), n as f64, "discharges since the contract began, followed in full", least);
    if (n as f64) < least {
        return draft.too_few();
    }
    let (chance, ratio) = (parameters.get("expected-chance"), parameters.get("odds-ratio"));
    let days = followed[0].exit.on.days_until(followed[n - 1].exit.on).max(1) as f64;
    let a_year = n as f64 * (365.0 / days).min(1.0);
    let charted = Cusum::limit_for(chance, ratio, a_year, parameters.get("false-alarms-a-year")).and_then(|limit| {
        let chart = Cusum { odds_ratio: ratio, limit };
        let persons: Vec<(f64, bool)> = followed.iter().map(|one| (chance, one.died)).collect();
        chart.chart(&persons).map(|points| (limit, points))
    });
    let (limit, points) = match charted {
        Ok(charted) => charted,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let after_exit = parameters.days("after-exit-days");
    let inside = |place: usize| window.contains(followed[place].exit.on.plus(after_exit));
    let signals: Vec<usize> = (0..n).filter(|place| points[*place].signal).collect();
    let now = signals.iter().filter(|place| inside(**place)).count();
    let highest = (0..n).filter(|place| inside(*place)).map(|place| points[place].score).fold(0.0, f64::max);
    // How often a year without change reaches so high, signals coming evenly.
    let p = Cusum { odds_ratio: ratio, limit: highest.max(0.05) }
        .run_length(chance, 1.0)
        .map_or(1.0, |run| 1.0 - (-a_year / run.persons).exp());
    let figure = Figure { value: highest, p: Some(p), worth_asking: now > 0, act: now > 0, ..Figure::default() };
    let says = if now > 0 {
        format!("deaths after discharge came so thick that the sum reached {highest:.2}, above its limit of {limit:.2}")
    } else {
        format!("the sum reached {highest:.2} and stayed below its limit of {limit:.2}")
    };
    let comparator = Comparator {
        kind: ComparatorKind::Reference,
        what: format!("a chance of {:.2}% for each discharge; the limit allows the stated false alarms", 100.0 * chance),
        value: Some(limit),
    };
    let better = improvement(followed, parameters, a_year);
    let highest = better.as_ref().map(|better| {
        let inside = better.path.iter().enumerate().filter(|(place, _)| inside(*place));
        let reached = inside.map(|(_, score)| *score).fold(0.0, f64::max);
        let signalled = if reached >= better.limit { "it signalled" } else { "it did not signal" };
        let what = "highest of the second running sum, which looks for fewer deaths than expected";
        Beside::new("running-sum-of-improvement", what, (reached, ""), (n as f64, "discharges since the contract began"))
            .against(format!("its limit of {:.2}: {signalled}", better.limit))
    });
    let mut finding =
        draft.figure(figure, comparator, says).input("discharges", n as f64).input("limit", limit).beside(highest);
    finding.picture = Some(Picture::Cusum {
        x: "discharges, in order".into(),
        path: points.iter().map(|point| point.score).collect(),
        limit,
        signals,
        better,
    });
    finding
}

/// The running sum that looks for fewer deaths than expected; none where it would need a limit above 15.
fn improvement(followed: &[Followed], parameters: &Parameters, a_year: f64) -> Option<Better> {
    let (chance, ratio) = (parameters.get("expected-chance"), parameters.get("odds-ratio-of-improvement"));
    let limit = Cusum::limit_for(chance, ratio, a_year, parameters.get("false-alarms-a-year")).ok()?;
    let persons: Vec<(f64, bool)> = followed.iter().map(|one| (chance, one.died)).collect();
    let points = Cusum { odds_ratio: ratio, limit }.chart(&persons).ok()?;
    Some(Better { path: points.iter().map(|point| point.score).collect(), limit })
}
