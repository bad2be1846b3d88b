//! Do prime contractors keep the easy people, and pass the hard ones, the risk and the waiting for money to others?
//!
//! The Third Sector Research Centre's studies of the Work Programme told of primes that kept the easy and passed on the hard.

use meed_statistics::Estimate;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{agreed, median, of_estimate, row, same_provider},
};
use crate::{
    caseload::{Caseload, Decision, Group, ProviderId, Window},
    day::Day,
    finding::{Family, Finding, Rows, Step, Subject},
};

/// Dumping and pass-through.
pub struct PassThrough;

static ABOUT: About = About {
    id: "G04",
    name: "dumping-and-pass-through",
    question: "Does a prime contractor pass on the people with most need, more of the risk than it bears, or the wait for money?",
    needs: &[Need::Referrals],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "referrals and payments of this many days are counted", source: None },
        Parameter { name: "odds-above", default: 1.25, about: "an odds ratio of need, passed on against kept, above this is worth asking about", source: None },
        Parameter { name: "least-each-side", default: 20.0, about: "the fewest people kept and passed on", source: None },
        Parameter { name: "risk-above", default: 1.0, about: "a subcontractor's share of pay by results, divided by the prime's own, above this is worth asking about", source: None },
        Parameter { name: "days-above", default: 30.0, about: "a median of days from receipt to payment above this is worth asking about", source: None },
        Parameter { name: "least-payments", default: 3.0, about: "the fewest payments passed on", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "the subcontractor is the specialist for people with most need, and is paid for it",
        "the share at risk was the subcontractor's own choice, for a higher price",
        "a payment waits for an invoice",
    ],
    steps: (Step::R1, Step::R2),
};

static NEED: Measure = Measure {
    name: "need-passed-on",
    formula: "G04a/1",
    text: "odds of the top band among people passed on / the same among people kept; Woolf's interval",
    untested: false,
};
static RISK: Measure = Measure {
    name: "risk-passed-on",
    formula: "G04b/1",
    text: "the subcontractor's share of pay by results / the prime contractor's",
    untested: true,
};
static CASH: Measure = Measure {
    name: "days-to-pass-on",
    formula: "G04c/1",
    text: "median of days from the prime contractor's receipt to its payment; what is not passed on yet counts up to now",
    untested: true,
};

impl Indicator for PassThrough {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let mut findings = Vec::new();
        for prime in caseload.in_contract() {
            let subs: Vec<ProviderId> =
                caseload.provider_ids().filter(|sub| caseload.providers[sub.place()].prime == Some(prime)).collect();
            let passes = caseload.referrals.iter().any(|row| row.provider == prime && row.passed_to.is_some());
            if subs.is_empty() && !passes {
                continue;
            }
            findings.push(need(caseload, parameters, window, prime, &subs, as_of));
            for sub in subs {
                findings.extend(risk(caseload, parameters, window, prime, sub));
                findings.extend(cash(caseload, parameters, window, prime, sub, as_of));
            }
        }
        findings
    }
}

fn need(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    prime: ProviderId,
    subs: &[ProviderId],
    as_of: Day,
) -> Finding {
    // [kept, passed on][not the top band, the top band]
    let mut counts = [[0.0_f64; 2]; 2];
    let mut rows = Vec::new();
    let top = caseload.top_band().unwrap_or(0);
    // Those for whom nothing is paid by results are passed on for other reasons.
    for person in caseload.everybody().filter(|person| person.about.group == Group::Paid) {
        for referral in person.referrals.iter().filter(|row| window.contains(row.on) && row.known_on <= as_of) {
            if referral.decision == Decision::Declined || referral.decision == Decision::Withdrawn {
                continue;
            }
            let passed = match referral.provider {
                own if own == prime => referral.passed_to.is_some_and(|to| to != prime),
                sub if subs.contains(&sub) => true,
                _ => continue,
            };
            let Some(band) = person.band_on(referral.on) else { continue };
            counts[usize::from(passed)][usize::from(band == top)] += 1.0;
            if passed && band == top {
                rows.push(row(caseload, "referrals", person.person, referral.id));
            }
        }
    }
    let [[kept_other, kept_top], [passed_other, passed_top]] = counts;
    let cases = (kept_other + kept_top).min(passed_other + passed_top);
    let least = parameters.get("least-each-side");
    let subject = Subject::provider(caseload.names.provider(prime));
    let draft = ABOUT.draft(parameters, &NEED, window).of(subject, cases, "people on the smaller side: kept, or passed on", least);
    let mut finding = if cases < least || top == 0 {
        draft.too_few()
    } else {
        // Half a person in each cell, as Haldane and Anscombe do, so that an empty cell has an interval.
        let odds = |top: f64, other: f64| (top + 0.5) / (other + 0.5);
        let log = (odds(passed_top, passed_other) / odds(kept_top, kept_other)).ln();
        let variance: f64 = counts.iter().flatten().map(|count| 1.0 / (count + 0.5)).sum();
        let n = (kept_other + kept_top + passed_other + passed_top) as usize;
        match Estimate::normal(log, variance.sqrt(), 0.95, n) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(estimate) => {
                let ratio = estimate.ratio();
                let worth_asking = ratio.value > parameters.get("odds-above");
                let figure = Figure {
                    worth_asking,
                    act: worth_asking && ratio.interval.low > parameters.get("odds-above"),
                    other_way: ratio.interval.high < 1.0,
                    ..of_estimate(&ratio)
                };
                let says = format!(
                    "{passed_top} of {} people passed on were of the top band, and {kept_top} of {} people kept",
                    passed_top + passed_other,
                    kept_top + kept_other
                );
                draft.figure(figure, same_provider("people whom the prime contractor kept", Some(1.0)), says)
            }
        }
    };
    finding.rows = Rows::of(rows);
    finding
        .input("kept-top", kept_top)
        .input("kept-other", kept_other)
        .input("passed-top", passed_top)
        .input("passed-other", passed_other)
}

fn risk(caseload: &Caseload, parameters: &Parameters, window: Window, prime: ProviderId, sub: ProviderId) -> Option<Finding> {
    let share = |of: ProviderId| caseload.providers[of.place()].results_share;
    let (own, passed) = (share(prime)?, share(sub)?);
    let draft = ABOUT.draft(parameters, &RISK, window).of(both(caseload, prime, sub), 1.0, "agreement", 1.0);
    if own <= 0.0 {
        return Some(draft.refused("the prime contractor bears no risk of its own, so there is nothing to compare with"));
    }
    let value = passed / own;
    let figure = Figure { value, worth_asking: value > parameters.get("risk-above"), ..Figure::default() };
    let says = format!(
        "{:.0}% of the subcontractor's pay depends on results, and {:.0}% of the prime contractor's",
        100.0 * passed,
        100.0 * own
    );
    Some(draft.figure(figure, agreed("the prime contractor's own share", 1.0), says))
}

fn cash(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    prime: ProviderId,
    sub: ProviderId,
    as_of: Day,
) -> Option<Finding> {
    let flows = caseload.flows.iter().filter(|flow| flow.prime == prime && flow.sub == sub && window.contains(flow.on));
    let days: Vec<f64> = flows.map(|flow| flow.on.days_until(flow.passed_on.unwrap_or(as_of).min(as_of)) as f64).collect();
    if days.is_empty() {
        return None;
    }
    let cases = days.len() as f64;
    let draft = ABOUT.draft(parameters, &CASH, window).of(
        both(caseload, prime, sub),
        cases,
        "payments that the prime contractor received for it",
        parameters.get("least-payments"),
    );
    let most = days.iter().copied().fold(0.0, f64::max);
    let value = median(days).unwrap_or(f64::NAN);
    let limit = parameters.get("days-above");
    let figure = Figure { value, worth_asking: value > limit, act: value > 2.0 * limit, ..Figure::default() };
    let says = format!("half of {cases} payments took longer than {value:.0} days to be passed on; the longest took {most:.0}");
    Some(draft.figure(figure, agreed("days agreed for passing money on", limit), says))
}

fn both(caseload: &Caseload, prime: ProviderId, sub: ProviderId) -> Subject {
    Subject {
        provider: Some(caseload.names.provider(prime).to_owned()),
        other: Some(format!("to {}", caseload.names.provider(sub))),
        ..Subject::default()
    }
}
