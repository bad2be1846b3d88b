//! How likely is a result at least this good when nothing changed?
//!
//! A scheme that pays for being better than a baseline and never takes back pays for luck: on average 0.399 standard
//! deviations of the result when nothing changed at all. The page `docs/reference/guardrails/g20-paying-for-noise.md`
//! says how to read the figures.

use meed_statistics::distribution::{Continuous, Normal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    additional,
    shared::percent,
};
use crate::{
    caseload::{Caseload, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
};

/// Paying for noise.
pub struct PayingForNoise;

static ABOUT: About = About {
    id: "G20",
    name: "paying-for-noise",
    question: "Could a result this good come about by luck, with nothing changed?",
    needs: &[Need::Treatment, Need::Claims],
    parameters: &[
        Parameter { name: "cohort-days", default: 730.0, about: "people who started within this many days, however long they have been followed", source: None },
        Parameter { name: "follow-days", default: 540.0, about: "days from the start in which success counts", source: None },
        Parameter {
            name: "largest-error",
            default: 0.04,
            about: "standard error of the difference above which a cohort is too small to tell: at 0.04 an effect of a tenth \
                    shows in four cohorts of five",
            source: None,
        },
        Parameter {
            name: "least-each-side",
            default: 100.0,
            about: "the fewest paid people, and the fewest unpaid people to compare with",
            source: None,
        },
        Parameter {
            name: "luck-above",
            default: 0.10,
            about: "a chance above this that luck alone does as well is worth asking about",
            source: None,
        },
        Parameter {
            name: "between-cohorts",
            default: 0.0,
            about: "standard deviation of the share from cohort to cohort for reasons of its own",
            source: None,
        },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "an effect that is there and too small for so few people to show",
        "a baseline that was set too high",
        "a bad year in which holding level was an achievement",
    ],
    steps: (Step::R1, Step::R6),
};

static LUCK: Measure = Measure {
    name: "chance-of-luck",
    formula: "G20a/2",
    text: "P(share at least as high as seen | true share that of unpaid people) = 1 - Phi((p1 - p0) / s)",
    untested: true,
};

impl Indicator for PayingForNoise {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let cohort = Window::days_to(as_of, parameters.days("cohort-days"));
        let all = additional::followed(caseload, cohort, parameters, as_of);
        let least = parameters.get("least-each-side");
        caseload
            .in_contract()
            .into_iter()
            .map(|provider| {
                let subject = Subject::provider(caseload.names.provider(provider));
                let draft = ABOUT.draft(parameters, &LUCK, cohort);
                let Some(found) = additional::additional(&all, Some(provider), least) else {
                    let cases = additional::cases(&all, Some(provider)) as f64;
                    return draft.of(subject, cases, "people on the side with fewer", least).too_few();
                };
                let cases = found.n.min(found.others) as f64;
                // As many as bring the error down to what is asked, all else equal.
                let least = least.max((cases * (found.chance_error / parameters.get("largest-error")).powi(2)).ceil());
                let draft = draft.of(subject, cases, "people on the side with fewer", least);
                let error = found.chance_error.hypot(parameters.get("between-cohorts"));
                let chance = Normal.upper((found.paid - found.anyway) / error);
                let figure = Figure {
                    value: chance,
                    worth_asking: chance > parameters.get("luck-above"),
                    act: false,
                    ..Figure::default()
                };
                // Mean of a normal result floored at zero, in successes for every person: 1/sqrt(2 pi).
                let overpaid = Normal.density(0.0) * error;
                let says = format!(
                    "with {} people luck alone gives {} or better with a chance of {}, where {} is what unpaid people reach",
                    found.n,
                    percent(found.paid),
                    percent(chance),
                    percent(found.anyway)
                );
                let comparator = Comparator {
                    kind: ComparatorKind::PeopleNotPaidFor,
                    what: format!("{} people whom nobody pays for, with the same mix of predicted chances", found.others),
                    value: Some(found.anyway),
                };
                let mut finding = draft
                    .figure(figure, comparator, says)
                    .input("paid-people", found.n as f64)
                    .input("share-paid", found.paid)
                    .input("share-anyway", found.anyway)
                    .input("standard-deviation-by-chance", error)
                    .input("successes-paid-by-luck-when-nothing-changed", overpaid * found.n as f64);
                if let Some(claimed) = found.claimed.filter(|_| found.paid > 0.0) {
                    let price = claimed / found.paid;
                    finding = finding.input("expected-overpayment-when-nothing-changed", overpaid * found.n as f64 * price);
                }
                finding
            })
            .collect()
    }
}
