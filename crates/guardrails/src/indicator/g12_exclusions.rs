//! Are people taken out of what is counted who would have been failures?
//!
//! English general practices excluded a median of 5.3% of patients (middle half 4.0 to 6.9), a few two or three times the
//! mean, and some at the end of the year to reach a target (British Journal of General Practice).

use meed_statistics::distribution::{Binomial, Discrete};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    chances::Before,
    common::{self, drawn, row, same_provider, shares, stays, two_sided, wilson},
};
use crate::{
    caseload::{Caseload, Decision, PersonId, ProviderId, Window},
    day::Day,
    finding::{Family, Finding, Interval, RowRef, Rows, Step, Subject},
    method::funnel::Counted,
};

/// Exclusions and exceptions.
pub struct Exclusions;

static ABOUT: About = About {
    id: "G12",
    name: "exclusions-and-exceptions",
    question: "Are people taken out of what is counted more often than elsewhere, at the end of a year, or when they would have failed?",
    needs: &[Need::ReferralDecisions],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "decisions of this many days are counted", source: None },
        Parameter { name: "least-people", default: 50.0, about: "the fewest people decided about", source: None },
        Parameter { name: "least-exclusions", default: 12.0, about: "the fewest exclusions for their timing and for whom they hit", source: None },
        Parameter { name: "last-month-above", default: 2.0, about: "exclusions in the last month of a contract year, against an even spread, above this are worth asking about", source: None },
        Parameter { name: "likely-failures-above", default: 0.60, about: "a chance above this that somebody excluded had poorer chances than somebody kept is worth asking about", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "exclusions that the contract allows fall on people with poor chances: death, prison, moving away",
        "records tidied up before a return",
        "an area with more people passing through",
    ],
    steps: (Step::R2, Step::R6),
};

static SHARE: Measure = Measure {
    name: "share-excluded",
    formula: "G12a/1",
    text: "people excluded / people decided about; funnel around the share of all",
    untested: false,
};
static LAST_MONTH: Measure = Measure {
    name: "exclusions-in-the-last-month",
    formula: "G12b/1",
    text: "exclusions in the last month of a contract year / a twelfth of all; exact binomial",
    untested: false,
};
static FAILURES: Measure = Measure {
    name: "likely-failures-excluded",
    formula: "G12c/1",
    text: "chance that a person excluded had a smaller chance of success than a person kept (Mann and Whitney)",
    untested: false,
};

#[derive(Clone, Default)]
struct Tally {
    kept: f64,
    excluded: f64,
    last_month: f64,
    chances_kept: Vec<f64>,
    chances_excluded: Vec<f64>,
    rows: Vec<RowRef>,
}

impl Indicator for Exclusions {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let mut of = vec![Tally::default(); caseload.providers.len()];
        let before = Before::of(caseload, &stays(caseload, as_of), as_of);
        let chance = |person: PersonId, on: Day| before.as_ref().ok()?.chance(caseload, person, on);
        for person in caseload.everybody() {
            for referral in person.referrals {
                let on = referral.decided_on.unwrap_or(referral.on);
                if !window.contains(on) || referral.known_on > as_of {
                    continue;
                }
                let tally = &mut of[referral.provider.place()];
                match referral.decision {
                    Decision::Accepted => {
                        tally.kept += 1.0;
                        tally.chances_kept.extend(chance(person.person, on));
                    }
                    Decision::Excluded => {
                        tally.excluded += 1.0;
                        tally.last_month += f64::from(u8::from(last_month(caseload, on)));
                        tally.chances_excluded.extend(chance(person.person, on));
                        tally.rows.push(row(caseload, "referrals", person.person, referral.id));
                    }
                    _ => (),
                }
            }
        }
        let counted: Vec<(ProviderId, Counted)> = caseload
            .in_contract()
            .into_iter()
            .map(|provider| (provider, &of[provider.place()]))
            .filter(|(_, tally)| tally.kept + tally.excluded > 0.0)
            .map(|(provider, tally)| (provider, Counted { observed: tally.excluded, expected: tally.kept + tally.excluded }))
            .collect();
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let tally = &of[provider.place()];
            findings.push(share(caseload, parameters, window, provider, (tally, &counted)));
            if caseload.go_live().is_some() {
                findings.push(spike(caseload, parameters, window, provider, tally));
            }
            if !tally.chances_excluded.is_empty() {
                findings.push(failures(caseload, parameters, window, provider, tally));
            }
        }
        findings
    }
}

/// Whether a day lies in the last month of a year of the contract.
fn last_month(caseload: &Caseload, on: Day) -> bool {
    caseload.go_live().is_some_and(|go_live| (on.month() - go_live.month()).rem_euclid(12) == 11)
}

fn share(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    provider: ProviderId,
    (tally, counted): (&Tally, &[(ProviderId, Counted)]),
) -> Finding {
    let all = tally.kept + tally.excluded;
    let subject = Subject::provider(caseload.names.provider(provider));
    let draft = ABOUT.draft(parameters, &SHARE, window).of(subject, all, "people taken on or excluded", parameters.get("least-people"));
    if all < parameters.get("least-people") {
        return draft.too_few();
    }
    // The target is the share of the others, so that a provider is not its own measure.
    let others = counted.iter().filter(|(of, _)| *of != provider);
    let (sum, people) = others.fold((0.0, 0.0), |(o, n), (_, unit)| (o + unit.observed, n + unit.expected));
    let funnel = if people > 0.0 { shares(counted, ((sum + 0.5) / (people + 1.0)).clamp(0.001, 0.999)) } else { None };
    let place = counted.iter().position(|(of, _)| *of == provider);
    let (Some(funnel), Some(place)) = (funnel, place) else {
        return draft.refused("there is no other provider to compare with");
    };
    let position = &funnel.positions[place];
    let figure = Figure {
        value: position.value,
        interval: Some(wilson(tally.excluded, all, 0.95)),
        p: Some(two_sided(position.z)),
        worth_asking: position.value > position.inner.upper,
        act: position.value > position.outer.upper,
        other_way: position.value < position.inner.lower,
    };
    let says = format!("{} of {all} people ({:.1}%) were taken out of what is counted; {:.1}% elsewhere", tally.excluded, 100.0 * position.value, 100.0 * funnel.target);
    let mut finding = draft.figure(figure, common::others("other providers of the contract", Some(funnel.target)), says);
    finding.rows = Rows::of(tally.rows.clone());
    finding.picture = Some(drawn(caseload, &funnel, counted, provider, ("people taken on or excluded", "share excluded")));
    finding
}

fn spike(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, tally: &Tally) -> Finding {
    let subject = Subject::provider(caseload.names.provider(provider));
    let least = parameters.get("least-exclusions");
    let draft = ABOUT.draft(parameters, &LAST_MONTH, window).of(subject, tally.excluded, "exclusions", least);
    if tally.excluded < least {
        return draft.too_few();
    }
    let value = tally.last_month * 12.0 / tally.excluded;
    let (late, all) = (tally.last_month as u64, tally.excluded as u64);
    let p = Binomial::new(all, 1.0 / 12.0).ok().map(|binomial| if late == 0 { 1.0 } else { binomial.upper(late - 1) });
    let worth_asking = value > parameters.get("last-month-above");
    let figure = Figure {
        value,
        p,
        worth_asking,
        act: worth_asking && p.is_some_and(|p| p < 0.001),
        ..Figure::default()
    };
    let says = format!("{late} of {all} exclusions fell in the last month of a contract year");
    draft.figure(figure, common::agreed("an even spread over the year", 1.0), says)
}

fn failures(caseload: &Caseload, parameters: &Parameters, window: Window, provider: ProviderId, tally: &Tally) -> Finding {
    let (out, kept) = (&tally.chances_excluded, &tally.chances_kept);
    let subject = Subject::provider(caseload.names.provider(provider));
    let least = parameters.get("least-exclusions");
    let cases = out.len().min(kept.len()) as f64;
    let draft = ABOUT.draft(parameters, &FAILURES, window).of(subject, cases, "people with a chance on the smaller side: excluded, or kept", least);
    if cases < least {
        return draft.too_few();
    }
    let mut sorted = kept.clone();
    sorted.sort_by(f64::total_cmp);
    // Share of pairs in which the person kept had the better chance; ties count one half.
    let above = |chance: f64| {
        let (less, upto) = (sorted.partition_point(|of| *of < chance), sorted.partition_point(|of| *of <= chance));
        (sorted.len() - upto) as f64 + 0.5 * (upto - less) as f64
    };
    let (n, m) = (out.len() as f64, kept.len() as f64);
    let auc = out.iter().map(|chance| above(*chance)).sum::<f64>() / (n * m);
    // Hanley and McNeil, Radiology 143:29 (1982).
    let (q1, q2) = (auc / (2.0 - auc), 2.0 * auc * auc / (1.0 + auc));
    let error = ((auc * (1.0 - auc) + (n - 1.0) * (q1 - auc * auc) + (m - 1.0) * (q2 - auc * auc)) / (n * m)).sqrt();
    let null_error = ((n + m + 1.0) / (12.0 * n * m)).sqrt();
    let limit = parameters.get("likely-failures-above");
    let figure = Figure {
        value: auc,
        interval: Some(Interval { low: (auc - 1.959_964 * error).max(0.0), high: Some((auc + 1.959_964 * error).min(1.0)), level: 0.95 }),
        p: Some(two_sided((auc - 0.5) / null_error)),
        worth_asking: auc > limit,
        act: auc - 1.959_964 * error > limit,
        other_way: auc + 1.959_964 * error < 0.5,
    };
    let says = format!("somebody excluded had poorer chances than somebody kept in {:.0} of 100 pairs; 50 is even", 100.0 * auc);
    let mut finding = draft.figure(figure, same_provider("people who were kept, at the same provider", Some(0.5)), says);
    finding.rows = Rows::of(tally.rows.clone());
    finding
}
