//! Would the outcomes that are paid for have happened anyway?
//!
//! A forecast of 40% job outcomes for the main group of the Work Programme was judged to be 26% by the National Audit
//! Office (2012); Troubled Families claimed near-universal success while its study could not attribute improvement
//! (Committee of Public Accounts, 2016). The page `docs/reference/guardrails/g19-deadweight.md` says how to read this.

use meed_statistics::distribution::{Continuous, Normal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    additional::{self, Additional},
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
};

/// Deadweight.
pub struct Deadweight;

static ABOUT: About = About {
    id: "G19",
    name: "deadweight",
    question: "Would the outcomes that are paid for have happened anyway?",
    needs: &[Need::Treatment, Need::Claims],
    parameters: &[
        Parameter { name: "cohort-days", default: 730.0, about: "people who started within this many days, however long they have been followed", source: None },
        Parameter { name: "follow-days", default: 540.0, about: "days from the start in which success counts", source: None },
        Parameter {
            name: "bound-level",
            default: 0.90,
            about: "level of the one-sided lower bound that is worth asking about when it is not above 0; act needs 0.95 in \
                    two cohorts",
            source: None,
        },
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
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "too few people to see an effect that is there: look at how far the interval reaches",
        "unpaid people who were served by the same workers and gained as well",
        "unpaid people who needed less, in ways that the predicted chance does not know",
        "an effect on other outcomes than completing treatment",
    ],
    steps: (Step::R1, Step::R6),
};

static ADDITIONAL: Measure = Measure {
    name: "additional-share",
    formula: "G19a/2",
    text: "p1 - p0: cumulative incidence of success among paid people less that of unpaid people, before the contract or \
           beside it, weighted to the same mix of predicted chances; asked about when the one-sided lower bound of the stated level is not \
           above 0",
    untested: true,
};

impl Indicator for Deadweight {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let days = parameters.days("cohort-days");
        let cohort = Window::days_to(as_of, days);
        let earlier = Window { from: cohort.from.plus(-days), until: cohort.from };
        let now = additional::followed(caseload, cohort, parameters, as_of);
        let then = additional::followed(caseload, earlier, parameters, as_of);
        let least = parameters.get("least-each-side");
        let began = caseload.go_live().unwrap_or(earlier.from);
        let z = Normal.quantile(0.975);
        let low = |found: &Additional| found.paid - found.anyway - z * found.error;
        let bound = |found: &Additional, level: f64| found.paid - found.anyway - Normal.quantile(level) * found.error;
        let ask_at = parameters.get("bound-level").clamp(0.5, 0.999);
        let providers = caseload.in_contract().into_iter().map(Some);
        let subjects = providers.chain([None]);
        subjects
            .map(|provider| {
                let subject = provider.map_or(Subject::contract(), |id| Subject::provider(caseload.names.provider(id)));
                let draft = ABOUT.draft(parameters, &ADDITIONAL, cohort);
                let Some(found) = additional::additional(&now, provider, least) else {
                    let cases = additional::cases(&now, provider) as f64;
                    return draft.of(subject, cases, "people on the side with fewer", least).too_few();
                };
                let cases = found.n.min(found.others) as f64;
                // As many as bring the error down to what is asked, all else equal.
                let least = least.max((cases * (found.error / parameters.get("largest-error")).powi(2)).ceil());
                let draft = draft.of(subject, cases, "people on the side with fewer", least);
                let before = (earlier.from >= began).then(|| additional::additional(&then, provider, least)).flatten();
                let not_shown = bound(&found, ask_at) <= 0.0;
                let twice = bound(&found, 0.95) <= 0.0 && before.as_ref().is_some_and(|earlier| bound(earlier, 0.95) <= 0.0);
                let difference = found.paid - found.anyway;
                let figure = Figure {
                    value: difference,
                    interval: shared::interval(low(&found), difference + z * found.error),
                    p: None,
                    worth_asking: not_shown,
                    act: twice,
                    other_way: false,
                };
                let price = found.claimed.filter(|_| difference > 0.0).map(|claimed| claimed / difference);
                let mut says = format!(
                    "{} of {} paid people succeeded, and {} of people like them whom nobody pays for",
                    percent(found.paid),
                    found.n,
                    percent(found.anyway)
                );
                match price {
                    Some(price) if !not_shown => says.push_str(&format!("; each additional success costs about {price:.0}")),
                    _ => says.push_str("; the data do not show that paying brought any more"),
                }
                let comparator = Comparator {
                    kind: ComparatorKind::PeopleNotPaidFor,
                    what: format!("{} people whom nobody pays for, with the same mix of predicted chances", found.others),
                    value: Some(found.anyway),
                };
                let mut finding = draft
                    .figure(figure, comparator, says)
                    .input("paid-people", found.n as f64)
                    .input("unpaid-people", found.others as f64)
                    .input("share-paid", found.paid)
                    .input("share-anyway", found.anyway)
                    .input("additionality", if found.paid > 0.0 { 1.0 - found.anyway / found.paid } else { 0.0 });
                if let Some(claimed) = found.claimed {
                    finding = finding.input("claimed-for-each-start", claimed);
                }
                if let Some(price) = price {
                    finding = finding.input("price-per-additional-success", price);
                }
                finding
            })
            .collect()
    }
}
