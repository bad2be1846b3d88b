//! Are people with the most need turned away at the front door more often than those with the least?
//!
//! Practitioners told of ability audits before somebody is taken on; Maine's performance contract cut the share of the
//! most severe clients by 7 points while it rose by 2 among clients outside it (Shen, Health Services Research 38:535,
//! 2003). The page `docs/reference/guardrails/g01-creaming-at-the-front-door.md` says how to read the figures.

use super::{About, Draft, Figure, Indicator, Measure, Need, Parameter, Parameters, common::of_ratio};
use crate::{
    caseload::{Caseload, Decision, Of, ProviderId, Referral, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::equity::{Share, ratio_of_shares},
};

/// Creaming at the front door.
pub struct Creaming;

static ABOUT: About = About {
    id: "G01",
    name: "creaming-at-the-front-door",
    question: "Are people with the most need turned away more often than people with the least?",
    needs: &[Need::ReferralDecisions, Need::Assessments],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "referrals of this many days are counted", source: None },
        Parameter {
            name: "acceptance-ratio-below",
            default: 0.8,
            about: "a ratio of acceptance below this is worth asking about",
            source: Some("the four-fifths convention of United States selection law"),
        },
        Parameter {
            name: "least-each-side",
            default: 10.0,
            about: "the fewest decided referrals in the top band and in the bottom band",
            source: None,
        },
        Parameter {
            name: "least-to-act",
            default: 30.0,
            about: "the fewest decided referrals in the top band before it is red",
            source: None,
        },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people with the most need were referred to a service that is not meant for them",
        "people declined for a reason the contract allows: out of area, already in treatment, under age",
        "people who withdrew before a decision, recorded as declined",
        "another provider nearby that takes the hardest cases by agreement",
    ],
    steps: (Step::R1, Step::R2),
};

static ACCEPTANCE_RATIO: Measure = Measure {
    name: "acceptance-ratio",
    formula: "G01a/1",
    text: "P(accepted | top band) / P(accepted | bottom band), with the log interval of Katz",
    untested: false,
};

impl Indicator for Creaming {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let Some(top) = caseload.top_band().filter(|top| *top > 0) else { return Vec::new() };
        let mut counts = vec![Counts::default(); caseload.providers.len()];
        for person in caseload.everybody() {
            for referral in person.referrals.iter().filter(|row| window.contains(row.on) && row.known_on <= as_of) {
                counts[referral.provider.place()].count(caseload, &person, referral, top);
            }
        }
        let of_provider = |provider: ProviderId| {
            let subject = Subject::provider(caseload.names.provider(provider));
            let draft = ABOUT.draft(parameters, &ACCEPTANCE_RATIO, window);
            acceptance_ratio(&counts[provider.place()], draft, subject, parameters)
        };
        caseload.in_contract().into_iter().map(of_provider).collect()
    }
}

/// Decided referrals at the two ends of need.
#[derive(Clone, Default)]
struct Counts {
    top: Side,
    bottom: Side,
    /// People of the top band who were declined.
    declined: Vec<RowRef>,
}

#[derive(Clone, Default)]
struct Side {
    decided: f64,
    accepted: f64,
}

impl Counts {
    fn count(&mut self, caseload: &Caseload, person: &Of<'_>, referral: &Referral, top: u8) {
        let accepted = match referral.decision {
            Decision::Accepted => 1.0,
            Decision::Declined => 0.0,
            // Nobody turned them away.
            Decision::None | Decision::Withdrawn | Decision::Excluded => return,
        };
        let side = match person.band_on(referral.decided_on.unwrap_or(referral.on)) {
            Some(band) if band == top => &mut self.top,
            Some(0) => &mut self.bottom,
            _ => return,
        };
        side.decided += 1.0;
        side.accepted += accepted;
        if accepted == 0.0 && person.band_on(referral.decided_on.unwrap_or(referral.on)) == Some(top) {
            self.declined.push(RowRef {
                table: "referrals".into(),
                person: Some(caseload.names.person(person.person).to_owned()),
                row: caseload.names.word(referral.id).to_owned(),
            });
        }
    }
}

fn acceptance_ratio(counts: &Counts, draft: Draft<'_>, subject: Subject, parameters: &Parameters) -> Finding {
    let (top, bottom) = (&counts.top, &counts.bottom);
    let cases = top.decided.min(bottom.decided);
    let least = parameters.get("least-each-side");
    let draft = draft.of(subject, cases, "decided referrals in the smaller of the top and the bottom band", least);
    let finding = if cases < least {
        draft.too_few()
    } else if bottom.accepted == 0.0 {
        draft.refused("nobody of the bottom band was accepted; look at how decisions are recorded")
    } else {
        let value = top.accepted / top.decided / (bottom.accepted / bottom.decided);
        let share = |side: &Side| Share { with: side.accepted, of: side.decided };
        // Everybody accepted on both sides has no spread at all, and nothing to ask.
        let ratio = ratio_of_shares(share(top), share(bottom), 0.95).ok();
        let worth_asking = value < parameters.get("acceptance-ratio-below");
        let apart = ratio.as_ref().is_some_and(|ratio| ratio.high < 1.0);
        let figure = Figure {
            value,
            worth_asking,
            act: worth_asking && apart && top.decided >= parameters.get("least-to-act"),
            other_way: value > 1.0 / parameters.get("acceptance-ratio-below"),
            ..ratio.as_ref().map(of_ratio).unwrap_or_default()
        };
        let says = format!(
            "{} of {} people of the top band were accepted ({:.0}%), and {} of {} of the bottom band ({:.0}%)",
            top.accepted,
            top.decided,
            100.0 * top.accepted / top.decided,
            bottom.accepted,
            bottom.decided,
            100.0 * bottom.accepted / bottom.decided,
        );
        let comparator = Comparator {
            kind: ComparatorKind::SameProviderOthers,
            what: "people of the bottom band, referred to the same provider".into(),
            value: Some(1.0),
        };
        draft.figure(figure, comparator, says)
    };
    let mut finding = finding
        .input("top-decided", top.decided)
        .input("top-accepted", top.accepted)
        .input("bottom-decided", bottom.decided)
        .input("bottom-accepted", bottom.accepted);
    finding.rows = Rows::of(counts.declined.clone());
    finding
}
