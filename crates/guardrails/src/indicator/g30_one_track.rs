//! Does everybody get the help that pays, whatever they need?
//!
//! Practitioners told of people pushed down the path that pays, not the one they need. The page
//! `docs/reference/guardrails/g30-one-track.md` says how to read the figures.

use std::collections::BTreeMap;

use meed_statistics::{
    Generator,
    distribution::{Continuous, Normal},
};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, ProviderId, Window, Word},
    day::Day,
    finding::{Comparator, ComparatorKind, Draws, Family, Finding, Step, Subject},
    method::{
        equity::{Share, difference_of_changes},
        spread,
    },
    picture::{LabelledBar, Picture},
};

/// One-track service.
pub struct OneTrack;

static ABOUT: About = About {
    id: "G30",
    name: "one-track",
    question: "Does everybody get the help that pays, whatever they need?",
    needs: &[Need::Interventions],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "help that began within this many days", source: None },
        Parameter { name: "fall-above", default: 0.20, about: "fall of the variety of help, above which to ask", source: None },
        Parameter { name: "least-people", default: 40.0, about: "the fewest people with help, before and now", source: None },
        Parameter { name: "unlinked-rise", default: 0.10, about: "rise of the share of goals without help, above which to ask", source: None },
        Parameter { name: "p", default: 0.01, about: "chance below which that rise counts", source: None },
        Parameter { name: "replicates", default: 199.0, about: "times that people are drawn again", source: None },
        Parameter { name: "seed", default: 1.0, about: "seed of the draws", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people whose needs are more alike than before",
        "a kind of help that closed in the area for everybody",
        "kinds of help recorded under fewer codes",
        "a service that found out what works",
    ],
    steps: (Step::R1, Step::R6),
};

static VARIETY: Measure = Measure {
    name: "variety-of-help",
    formula: "G30a/1",
    text: "H now / H before - 1, H = mean over bands of -sum s ln s over kinds of help; interval by drawing people again",
    untested: false,
};
static GOALS: Measure = Measure {
    name: "goals-without-help",
    formula: "G30b/1",
    text: "share of goals that no help serves, now less before the contract, less the same at the other providers",
    untested: false,
};

/// Kinds of help that one person was given, by place in the list of kinds, and their band.
struct Helped {
    band: usize,
    kinds: Vec<usize>,
}

/// Before the contract, and now.
type Sides<T> = [T; 2];

impl Indicator for OneTrack {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let go_live = caseload.go_live().unwrap_or(window.from).min(window.from);
        let sides = [Window { from: go_live.plus(-3_650), until: go_live }, window];
        let mut kinds: Vec<Word> = caseload.interventions.iter().map(|row| row.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let mut helped: Vec<Sides<Vec<Helped>>> = caseload.providers.iter().map(|_| [Vec::new(), Vec::new()]).collect();
        let mut goals = vec![[Share { with: 0.0, of: 0.0 }; 2]; caseload.providers.len()];
        for of in caseload.everybody() {
            let known: Vec<_> = of.interventions.iter().filter(|row| row.known_on <= as_of).collect();
            for (side, days) in sides.iter().enumerate() {
                let mut by_provider = BTreeMap::<ProviderId, Vec<usize>>::new();
                for row in known.iter().filter(|row| days.contains(row.on)) {
                    let kind = kinds.binary_search(&row.kind).unwrap_or(0);
                    by_provider.entry(row.provider).or_default().push(kind);
                }
                for (provider, kinds) in by_provider {
                    let band = of.band_on(days.until.plus(-1)).map_or(0, usize::from);
                    helped[provider.place()][side].push(Helped { band, kinds });
                }
                for goal in of.goals.iter().filter(|goal| goal.known_on <= as_of && days.contains(goal.on)) {
                    let share = &mut goals[goal.provider.place()][side];
                    share.of += 1.0;
                    share.with += f64::from(u8::from(!known.iter().any(|row| row.goal == Some(goal.id))));
                }
            }
        }
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.push(variety(caseload, provider, &helped[provider.place()], &kinds, parameters, window, &subject));
            if !caseload.goals.is_empty() {
                findings.push(unlinked(&goals, provider, parameters, window, &subject));
            }
        }
        findings
    }
}

/// Mean over bands of the entropy of kinds, by the number of people of each band now. `weights` says how often each
/// person counts.
fn entropy(people: &[Helped], weights: &[u64], kinds: usize, of_bands: &[f64]) -> Option<f64> {
    let bands = of_bands.len();
    let mut counts = vec![0_u64; bands * kinds];
    for (person, weight) in people.iter().zip(weights) {
        for kind in &person.kinds {
            counts[person.band.min(bands - 1) * kinds + kind] += weight;
        }
    }
    let (mut sum, mut total) = (0.0, 0.0);
    for (band, weight) in of_bands.iter().enumerate() {
        // A band in which nobody was helped on this side says nothing.
        if let Ok(entropy) = spread::entropy(&counts[band * kinds..(band + 1) * kinds]) {
            sum += weight * entropy;
            total += weight;
        }
    }
    (total > 0.0).then(|| sum / total)
}

fn variety(
    caseload: &Caseload,
    provider: ProviderId,
    [before, now]: &Sides<Vec<Helped>>,
    kinds: &[Word],
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let least = parameters.get("least-people");
    let cases = before.len().min(now.len()) as f64;
    let draft = ABOUT
        .draft(parameters, &VARIETY, window)
        .of(subject.clone(), cases, "people with help, on the side with fewer", least);
    if cases < least {
        return draft.too_few();
    }
    let bands = before.iter().chain(now).map(|person| person.band).max().unwrap_or(0) + 1;
    let of_bands: Vec<f64> =
        (0..bands).map(|band| now.iter().filter(|person| person.band == band).count() as f64).collect();
    let change = |then: &[u64], here: &[u64]| -> Option<f64> {
        let usual = entropy(before, then, kinds.len(), &of_bands)?;
        let change = entropy(now, here, kinds.len(), &of_bands)? / usual - 1.0;
        change.is_finite().then_some(change)
    };
    let ones = |people: &[Helped]| vec![1_u64; people.len()];
    let Some(value) = change(&ones(before), &ones(now)) else {
        return draft.refused("there was one kind of help before the contract, so its variety cannot fall");
    };
    let (replicates, seed) = (parameters.get("replicates").max(1.0) as usize, parameters.get("seed") as u64);
    let mut generator = Generator::new(seed, "variety of help").replicate(provider.place() as u64);
    let mut again = |people: &[Helped]| {
        let mut weights = vec![0_u64; people.len()];
        for _ in 0..people.len() {
            weights[generator.below(people.len())] += 1;
        }
        weights
    };
    let mut drawn: Vec<f64> = (0..replicates)
        .filter_map(|_| {
            let (then, here) = (again(before), again(now));
            change(&then, &here)
        })
        .collect();
    drawn.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * (drawn.len() + 1) as f64).round() as usize;
        drawn.get(place.clamp(1, drawn.len().max(1)) - 1).copied().unwrap_or(value)
    };
    let (low, high) = (at(0.025), at(0.975));
    // A chance far below one in the number of draws needs a curve: that of a normal change with the spread of the draws.
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    let spread = (drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (drawn.len().max(2) - 1) as f64).sqrt();
    let p = if spread > 0.0 { 2.0 * Normal.upper((value / spread).abs()) } else { 1.0 };
    let figure = Figure {
        value,
        interval: shared::interval(low, high),
        p: Some(p),
        worth_asking: value < -parameters.get("fall-above") && high < 0.0,
        act: value < -2.0 * parameters.get("fall-above") && high < 0.0,
        other_way: low > 0.0,
    };
    let says = format!("the variety of help within bands moved by {} since before the contract", percent(value));
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same provider before the contract, with the bands of today".into(),
        value: entropy(before, &ones(before), kinds.len(), &of_bands),
    };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("people-now", now.len() as f64)
        .input("people-before", before.len() as f64);
    finding.draws =
        Some(Draws { generator: meed_statistics::generator::NAME.into(), seed, replicates });
    let shares = |people: &[Helped], kind: usize| {
        let all = people.iter().map(|person| person.kinds.len()).sum::<usize>() as f64;
        people.iter().flat_map(|person| &person.kinds).filter(|one| **one == kind).count() as f64 / all
    };
    finding.picture = Some(Picture::Bars {
        x: "kind of help".into(),
        y: "share of help".into(),
        bars: kinds
            .iter()
            .enumerate()
            .map(|(place, kind)| LabelledBar {
                name: caseload.names.word(*kind).to_owned(),
                value: shares(now, place),
                expected: Some(shares(before, place)),
                interval: None,
                cases: now.iter().flat_map(|person| &person.kinds).filter(|one| **one == place).count() as f64,
            })
            .collect(),
    });
    finding
}

fn unlinked(
    goals: &[Sides<Share>],
    provider: ProviderId,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let [before, now] = goals[provider.place()];
    let mut others = [Share { with: 0.0, of: 0.0 }; 2];
    for (_, other) in goals.iter().enumerate().filter(|(place, _)| *place != provider.place()) {
        for (sum, share) in others.iter_mut().zip(other) {
            *sum = Share { with: sum.with + share.with, of: sum.of + share.of };
        }
    }
    let least = parameters.get("least-people");
    let cases = before.of.min(now.of);
    let draft = ABOUT
        .draft(parameters, &GOALS, window)
        .of(subject.clone(), cases, "goals, on the side with fewer", least);
    if cases < least {
        return draft.too_few();
    }
    let found = match difference_of_changes(before, now, others[0], others[1], 0.95) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let figure = Figure {
        value: found.value,
        interval: shared::interval(found.interval.low, found.interval.high),
        p: Some(found.p),
        worth_asking: found.value > parameters.get("unlinked-rise") && found.p < parameters.get("p"),
        act: false,
        other_way: false,
    };
    let says = format!(
        "no help serves {} of {:.0} goals that people set themselves; before the contract it was {}",
        percent(now.with / now.of),
        now.of,
        percent(before.with / before.of)
    );
    let comparator = Comparator {
        kind: ComparatorKind::OtherProviders,
        what: "the change at the other providers".into(),
        value: Some(others[1].with / others[1].of - others[0].with / others[0].of),
    };
    draft.figure(figure, comparator, says).input("goals", now.of).input("goals-before", before.of)
}
