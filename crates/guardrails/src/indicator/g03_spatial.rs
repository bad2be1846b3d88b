//! Do effort and outcomes drift away from deprived places?
//!
//! Money and outcomes per head drifted away from deprived areas in the Work Programme (Whitworth 2020).

use meed_statistics::distribution::{Continuous, Normal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{Rate, Stay, same_provider, stays, two_sided},
};
use crate::{
    caseload::{Caseload, Window},
    day::Day,
    finding::{Beside, Family, Finding, Interval, Step, Subject},
    method::{
        equity::{Share, ratio_of_shares},
        spread::{Concentration, concentration},
    },
    picture::{LabelledBar, Picture},
};

/// Spatial creaming.
pub struct Spatial;

static ABOUT: About = About {
    id: "G03",
    name: "spatial-creaming",
    question: "Do people from deprived places get less help, or fewer outcomes, than people from better-off ones?",
    needs: &[Need::Treatment, Need::Deprivation],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "stays that began in this many days are counted; the same length before that is the earlier period", source: None },
        Parameter { name: "least-starts", default: 100.0, about: "the fewest starts with a known area", source: None },
        Parameter { name: "weeks-followed", default: 13.0, about: "contacts in this many weeks from the start are counted", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "the sites of the service lie in better-off places, by an earlier decision",
        "people from deprived places have other needs, and are seen by others as well",
        "outcomes are harder to reach where there are no jobs or homes: compare with the same places before",
    ],
    steps: (Step::R1, Step::R4),
};

static HELP: Measure = Measure {
    name: "concentration-of-help",
    formula: "G03a/1",
    text: "2 cov(contacts, rank by deprivation) / mean(contacts), over starts",
    untested: false,
};
static OUTCOMES: Measure = Measure {
    name: "concentration-of-outcomes",
    formula: "G03b/1",
    text: "2 cov(completed, rank by deprivation) / mean(completed), over starts that have ended",
    untested: false,
};

impl Indicator for Spatial {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let days = parameters.days("window-days");
        let followed = parameters.days("weeks-followed") * 7;
        // A start is counted once its weeks are over, so that nobody is short of contacts for want of time.
        let last = as_of.plus(-followed);
        let window = Window::days_to(last, days);
        let earlier = Window { from: window.from.plus(-days), until: window.from };
        let stays = stays(caseload, last);
        let of_provider = |provider| {
            let subject = Subject::provider(caseload.names.provider(provider));
            let own = |within: Window| -> Vec<&Stay<'_>> {
                let counted = |stay: &&Stay<'_>| {
                    stay.provider() == provider
                        && within.contains(stay.spell.started_on)
                        && caseload.people[stay.person.place()].deprivation > 0
                };
                stays.iter().filter(counted).collect()
            };
            let rank = |stay: &Stay<'_>| f64::from(caseload.people[stay.person.place()].deprivation);
            let help = |of: &[&Stay<'_>]| -> Vec<(f64, f64)> {
                of.iter().map(|stay| (rank(stay), contacts(caseload, stay, followed))).collect()
            };
            // Minutes are counted where any were recorded: without them a service would look as if it gave none.
            let minutes: Vec<(f64, f64)> = if caseload.contacts.iter().any(|row| row.minutes.is_some()) {
                own(window).iter().map(|stay| (rank(stay), minutes(caseload, stay, followed))).collect()
            } else {
                Vec::new()
            };
            let done = |of: &[&Stay<'_>]| -> Vec<(f64, f64)> {
                let ended = of.iter().filter(|stay| stay.ended(as_of).is_some());
                ended.map(|stay| (rank(stay), f64::from(u8::from(stay.completed(as_of))))).collect()
            };
            let (now, then) = (own(window), own(earlier));
            let completed = done(&now);
            [
                leaning(parameters, &HELP, window, subject.clone(), (&help(&now), &help(&then)), "contacts")
                    .beside(ends_of(&minutes)),
                leaning(parameters, &OUTCOMES, window, subject, (&completed, &done(&then)), "completions")
                    .beside(ends_completed(&completed)),
            ]
        };
        caseload.in_contract().into_iter().flat_map(of_provider).collect()
    }
}

/// Contacts that took place in the first days of a stay.
fn contacts(caseload: &Caseload, stay: &Stay<'_>, days: i64) -> f64 {
    let until = stay.spell.started_on.plus(days);
    let met = caseload.of(stay.person).contacts.iter();
    met.filter(|row| row.attended && stay.spell.started_on <= row.on && row.on < until).count() as f64
}

/// Minutes of the contacts that took place in the first days of a stay.
fn minutes(caseload: &Caseload, stay: &Stay<'_>, days: i64) -> f64 {
    let until = stay.spell.started_on.plus(days);
    let met = caseload.of(stay.person).contacts.iter();
    let inside = met.filter(|row| row.attended && stay.spell.started_on <= row.on && row.on < until);
    inside.filter_map(|row| row.minutes).map(|minutes| f64::from(minutes.get())).sum()
}

/// The slope index of inequality: the straight line through the amounts, from the least deprived end to the most.
fn slope(index: &Concentration, what: &str) -> Beside {
    let half = Normal.quantile(0.975) * index.slope_error;
    let text = format!("slope index: {what} for a start at the most deprived end, less those at the least deprived");
    Beside::new("slope-index", text, (index.slope, ""), (index.n as f64, "starts"))
        .within(Interval { low: index.slope - half, high: Some(index.slope + half), level: 0.95 })
}

/// What each of two groups of starts holds: the most deprived fifth, and the least deprived.
fn fifths(of: Starts<'_>) -> [Vec<f64>; 2] {
    [5.0, 1.0].map(|fifth| of.iter().filter(|(rank, _)| *rank == fifth).map(|(_, amount)| *amount).collect())
}

/// Minutes of help for each start, the most deprived fifth against the least.
fn ends_of(minutes: Starts<'_>) -> Option<Beside> {
    let [most, least] = fifths(minutes).map(|of| Rate { of: of.into_iter().map(|minutes| (minutes, 1.0)).collect() });
    let ratio = most.ratio(&least, 0.95).ok()?;
    let what = "minutes of help for each start, the most deprived fifth over the least deprived";
    let against = format!("{:.0} and {:.0} minutes", most.rate(), least.rate());
    let cases = (most.of.len() + least.of.len()) as f64;
    Some(
        Beside::new("minutes-most-against-least-deprived", what, (ratio.value, ""), (cases, "starts of the two fifths"))
            .within(ratio.interval)
            .against(against),
    )
}

/// The share that completed, the most deprived fifth against the least.
fn ends_completed(done: Starts<'_>) -> Option<Beside> {
    let [most, least] = fifths(done).map(|of| Share { with: of.iter().sum(), of: of.len() as f64 });
    let ratio = ratio_of_shares(most, least, 0.95).ok()?;
    let what = "share completed, the most deprived fifth over the least deprived";
    let against = format!("{:.1}% and {:.1}%", 100.0 * most.with / most.of, 100.0 * least.with / least.of);
    Some(
        Beside::new("completed-most-against-least-deprived", what, (ratio.value, ""), (most.of + least.of, "starts of the two fifths"))
            .within(Interval { low: ratio.low, high: Some(ratio.high), level: ratio.level })
            .against(against),
    )
}

/// The place of each start between the best and the worst areas, and what came of it.
type Starts<'a> = &'a [(f64, f64)];

fn leaning(
    parameters: &Parameters,
    measure: &'static Measure,
    window: Window,
    subject: Subject,
    (now, then): (Starts<'_>, Starts<'_>),
    what: &str,
) -> Finding {
    let least = parameters.get("least-starts");
    let draft = ABOUT.draft(parameters, measure, window).of(subject, now.len() as f64, "starts with a known area", least);
    let mut finding = if (now.len() as f64) < least {
        draft.too_few()
    } else {
        match concentration(now) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(index) => {
                let half = Normal.quantile(0.975) * index.standard_error;
                let adverse = index.index + half < 0.0;
                let before = concentration(then).ok().filter(|_| then.len() as f64 >= least);
                let twice = before.is_some_and(|then| then.index + Normal.quantile(0.975) * then.standard_error < 0.0);
                let figure = Figure {
                    value: index.index,
                    interval: Some(Interval { low: index.index - half, high: Some(index.index + half), level: 0.95 }),
                    p: Some(two_sided(index.index / index.standard_error)),
                    worth_asking: adverse,
                    act: adverse && twice,
                    other_way: index.index - half > 0.0,
                };
                let says = format!(
                    "{what} {} deprived places (index {:.3}; from the least to the most deprived the line changes by {:.2})",
                    if index.index < 0.0 { "lean away from" } else { "lean towards" },
                    index.index,
                    index.slope,
                );
                draft
                    .figure(figure, same_provider("an even spread over places", Some(0.0)), says)
                    .beside(Some(slope(&index, what)))
            }
        }
    };
    let bars = (1..=5).map(|fifth| {
        let own: Vec<f64> = now.iter().filter(|(rank, _)| *rank == f64::from(fifth)).map(|(_, amount)| *amount).collect();
        LabelledBar {
            name: match fifth {
                1 => "least deprived".into(),
                5 => "most deprived".into(),
                _ => format!("fifth {fifth}"),
            },
            value: if own.is_empty() { 0.0 } else { own.iter().sum::<f64>() / own.len() as f64 },
            expected: None,
            interval: None,
            cases: own.len() as f64,
        }
    });
    finding.picture =
        Some(Picture::Bars { x: "fifth of areas by deprivation".into(), y: format!("{what} for each start"), bars: bars.collect() });
    finding
}
