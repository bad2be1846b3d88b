//! Are the people who could not be found at follow-up those who did badly?
//!
//! The page `docs/reference/guardrails/g25-missing-follow-up.md` says how to read the figures.

use meed_statistics::distribution::{Binomial, Continuous, Discrete, Normal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, ClaimState, EventKind, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
};

/// Missing follow-up.
pub struct MissingFollowUp;

static ABOUT: About = About {
    id: "G25",
    name: "missing-follow-up",
    question: "Are the people who could not be found at follow-up those who did badly?",
    needs: &[Need::Treatment, Need::Events],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "follow-ups of this many days", source: None },
        Parameter { name: "found-below", default: 0.80, about: "share found, below which to ask", source: None },
        Parameter { name: "gap-above", default: 0.10, about: "difference between easy and hard people, above which to ask", source: None },
        Parameter { name: "p", default: 0.025, about: "chance below which a difference counts, one-sided", source: None },
        Parameter { name: "claim-days", default: 31.0, about: "a claim within this many days of the follow-up says that the outcome was achieved", source: None },
        Parameter { name: "least-follow-ups", default: 40.0, about: "the fewest people looked for", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people without a fixed address, who are hard to find whoever looks",
        "a month in which the interviewer was ill",
        "people who moved to another area and do well",
        "follow-ups that took place and were recorded late",
    ],
    steps: (Step::R1, Step::R2),
};

static FOUND: Measure = Measure {
    name: "share-found",
    formula: "G25a/1",
    text: "people found at follow-up / people looked for, with the interval of Wilson; the paid share if those missing all \
           failed, were like those of other providers, or all succeeded",
    untested: false,
};
static GAP: Measure = Measure {
    name: "found-easy-less-hard",
    formula: "G25b/1",
    text: "share found of the half with the better predicted chances less that of the other half",
    untested: false,
};

/// Somebody looked for.
struct Sought {
    chance: Option<f64>,
    found: bool,
    achieved: bool,
    row: RowRef,
}

impl Indicator for MissingFollowUp {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let near = parameters.days("claim-days");
        let mut sought: Vec<Vec<Sought>> = (0..caseload.providers.len()).map(|_| Vec::new()).collect();
        for of in caseload.everybody() {
            for event in of.events.iter().filter(|event| event.kind == EventKind::FollowUp && event.known_on <= as_of) {
                let (true, Some(quantity)) = (window.contains(event.on), event.quantity) else { continue };
                // The provider that looked, else the one that treated the person last.
                let last = of.treatment().filter(|spell| spell.started_on <= event.on && spell.known_on <= as_of).last();
                let Some(provider) = event.provider.or(last.map(|spell| spell.provider)) else { continue };
                let achieved = of.claims.iter().any(|claim| {
                    claim.known_on <= as_of
                        && !matches!(claim.state, ClaimState::Refused | ClaimState::NotClaimed)
                        && claim.on.days_until(event.on).abs() <= near
                });
                sought[provider.place()].push(Sought {
                    chance: of.chance_on(last.map_or(event.on, |spell| spell.started_on)),
                    found: quantity > 0.0,
                    achieved,
                    row: shared::row(caseload, "events", of.person, event.id),
                });
            }
        }
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            let others = sought.iter().enumerate().filter(|(place, _)| *place != provider.place());
            let others: (usize, usize) = others
                .flat_map(|(_, sought)| sought)
                .filter(|one| one.found)
                .fold((0, 0), |(achieved, found), one| (achieved + usize::from(one.achieved), found + 1));
            let own = &sought[provider.place()];
            findings.push(share_found(own, others, parameters, window, &subject));
            findings.push(gap(own, parameters, window, &subject));
        }
        findings
    }
}

fn share_found(
    sought: &[Sought],
    others: (usize, usize),
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let least = parameters.get("least-follow-ups");
    let n = sought.len() as f64;
    let draft = ABOUT.draft(parameters, &FOUND, window).of(subject.clone(), n, "people looked for", least);
    if n < least {
        return draft.too_few();
    }
    let found = sought.iter().filter(|one| one.found).count();
    let achieved = sought.iter().filter(|one| one.found && one.achieved).count();
    let missing = sought.len() - found;
    let agreed = parameters.get("found-below");
    let share = found as f64 / n;
    // Chance of so few being found if the agreed share could be.
    let p = match Binomial::new(sought.len() as u64, agreed.clamp(0.0, 1.0)) {
        Ok(binomial) => binomial.cdf(found as u64),
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let z = Normal.quantile(0.975);
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let figure = Figure {
        value: share,
        interval: shared::interval((centre - half).max(0.0), (centre + half).min(1.0)),
        p: Some(p),
        worth_asking: share < agreed && p < parameters.get("p"),
        act: share < agreed - 0.2 && p < 0.001,
        other_way: false,
    };
    let all_fail = achieved as f64 / n;
    let all_succeed = (achieved + missing) as f64 / n;
    let elsewhere = if others.1 > 0 { others.0 as f64 / others.1 as f64 } else { all_fail };
    let like_others = (achieved as f64 + missing as f64 * elsewhere) / n;
    let says = format!(
        "{found} of {} people were found ({}); the share that achieved is {} if those missing all failed, {} if they did as \
         people of other providers, {} if all succeeded",
        sought.len(),
        percent(share),
        percent(all_fail),
        percent(like_others),
        percent(all_succeed)
    );
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "the share to be found".into(), value: Some(agreed) };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("looked-for", n)
        .input("found", found as f64)
        .input("achieved-among-found", achieved as f64)
        .input("share-if-missing-failed", all_fail)
        .input("share-if-missing-like-others", like_others)
        .input("share-if-missing-succeeded", all_succeed);
    finding.rows = Rows::of(sought.iter().filter(|one| !one.found).map(|one| one.row.clone()).collect());
    finding
}

fn gap(sought: &[Sought], parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let least = parameters.get("least-follow-ups");
    let mut known: Vec<(f64, bool)> = sought.iter().filter_map(|one| Some((one.chance?, one.found))).collect();
    let n = known.len() as f64;
    let draft =
        ABOUT.draft(parameters, &GAP, window).of(subject.clone(), n, "people looked for, with a predicted chance", least);
    if n < least {
        return draft.too_few();
    }
    known.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    // People with the same chance belong together: the cut lies where the chance changes, nearest to the middle.
    let middle = known.len() / 2;
    let cut = (1..known.len()).filter(|place| known[place - 1].0 < known[*place].0).min_by_key(|place| place.abs_diff(middle));
    let Some(cut) = cut else { return draft.refused("everybody has the same predicted chance") };
    let side = |people: &[(f64, bool)]| {
        let found = people.iter().filter(|one| one.1).count() as f64;
        (found, people.len() as f64)
    };
    let ((hard, hard_n), (easy, easy_n)) = (side(&known[..cut]), side(&known[cut..]));
    let difference = easy / easy_n - hard / hard_n;
    let pooled = (easy + hard) / n;
    let error = (pooled * (1.0 - pooled) * (1.0 / easy_n + 1.0 / hard_n)).sqrt();
    if error == 0.0 {
        let figure = Figure { value: 0.0, p: Some(1.0), ..Figure::default() };
        let comparator = Comparator {
            kind: ComparatorKind::SameProviderOthers,
            what: "the half with the worse predicted chances".into(),
            value: Some(hard / hard_n),
        };
        return draft.figure(figure, comparator, "everybody was found, or nobody".into());
    }
    let p = Normal.upper(difference / error);
    let spread = (easy / easy_n * (1.0 - easy / easy_n) / easy_n + hard / hard_n * (1.0 - hard / hard_n) / hard_n).sqrt();
    let half = Normal.quantile(0.975) * spread;
    let figure = Figure {
        value: difference,
        interval: shared::interval(difference - half, difference + half),
        p: Some((2.0 * p).min(1.0)),
        worth_asking: difference > parameters.get("gap-above") && p < parameters.get("p"),
        act: false,
        other_way: difference < -parameters.get("gap-above") && 1.0 - p < parameters.get("p"),
    };
    let says = format!(
        "of the half with the better predicted chances {} were found, of the other half {}",
        percent(easy / easy_n),
        percent(hard / hard_n)
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderOthers,
        what: "the half with the worse predicted chances".into(),
        value: Some(hard / hard_n),
    };
    draft.figure(figure, comparator, says).input("easy", easy_n).input("hard", hard_n)
}
