//! Are people with the most need turned away at the front door more often than those with the least?
//!
//! Practitioners told of ability audits before somebody is taken on; Maine's performance contract cut the share of the
//! most severe clients by 7 points while it rose by 2 among clients outside it (Shen, Health Services Research 38:535,
//! 2003). The page `docs/reference/guardrails/g01-creaming-at-the-front-door.md` says how to read the figures.

mod mix;
mod selection;
mod shift;

use super::{
    About, Draft, Figure, Indicator, Measure, Need, Parameter, Parameters,
    chances::Before,
    common::{of_ratio, stays},
};
use crate::{
    caseload::{Caseload, Decision, PersonId, ProviderId, Window, Word},
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
        Parameter {
            name: "mix-above",
            default: 1.05,
            about: "chances of those taken on over those of all referred, above which to ask",
            source: None,
        },
        Parameter {
            name: "least-referrals",
            default: 30.0,
            about: "the fewest decided referrals, and of those taken on or turned away, for the other figures",
            source: None,
        },
        Parameter {
            name: "shift-below",
            default: -0.05,
            about: "change of the top band's share of starts, less that elsewhere, below which to ask",
            source: None,
        },
        Parameter { name: "p", default: 0.05, about: "chance below which selection, or a shift, counts", source: None },
        Parameter { name: "replicates", default: 1_999.0, about: "times that referrals are drawn again", source: None },
        Parameter { name: "seed", default: 1.0, about: "seed of the draws", source: None },
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
        let chances = Before::of(caseload, &stays(caseload, as_of), as_of).map_err(|refusal| {
            format!("{refusal}: {}; or send the table `risk-scores`", refusal.remedy())
        });
        let decided = decided(caseload, chances.as_ref().ok(), as_of);
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let own: Vec<&Decided> =
                decided.iter().filter(|one| one.provider == provider && window.contains(one.on)).collect();
            let subject = Subject::provider(caseload.names.provider(provider));
            let draft = ABOUT.draft(parameters, &ACCEPTANCE_RATIO, window);
            findings.push(acceptance_ratio(caseload, &own, top, draft, subject.clone(), parameters));
            let why = chances.as_ref().err();
            findings.push(mix::finding(&own, top, why, parameters, window, &subject));
            findings.push(selection::finding(&own, why, parameters, window, &subject));
            if let Some(go_live) = caseload.go_live() {
                findings.push(shift::finding(&decided, provider, top, go_live, parameters, window, &subject));
            }
        }
        findings
    }
}

/// A referral that was decided, with what was known of the person.
#[derive(Clone, Copy, Debug)]
struct Decided {
    person: PersonId,
    id: Word,
    provider: ProviderId,
    on: Day,
    accepted: bool,
    band: Option<u8>,
    /// The chance of success by what was known before anything was done for them.
    chance: Option<f64>,
}

/// Referrals that were accepted or declined, as known on a day. Who withdrew or was excluded was turned away by nobody.
fn decided(caseload: &Caseload, chances: Option<&Before>, as_of: Day) -> Vec<Decided> {
    let mut all = Vec::new();
    for person in caseload.everybody() {
        for referral in person.referrals.iter().filter(|row| row.known_on <= as_of && row.on <= as_of) {
            let accepted = match referral.decision {
                Decision::Accepted => true,
                Decision::Declined => false,
                Decision::None | Decision::Withdrawn | Decision::Excluded => continue,
            };
            all.push(Decided {
                person: person.person,
                id: referral.id,
                provider: referral.provider,
                on: referral.on,
                accepted,
                band: person.band_on(referral.decided_on.unwrap_or(referral.on)),
                chance: chances.and_then(|chances| chances.chance(caseload, person.person, referral.on)),
            });
        }
    }
    all
}

/// Decided referrals at one end of need.
#[derive(Clone, Default)]
struct Side {
    decided: f64,
    accepted: f64,
}

fn side(own: &[&Decided], band: u8) -> Side {
    let there = || own.iter().filter(|one| one.band == Some(band));
    Side { decided: there().count() as f64, accepted: there().filter(|one| one.accepted).count() as f64 }
}

fn acceptance_ratio(
    caseload: &Caseload,
    own: &[&Decided],
    top_band: u8,
    draft: Draft<'_>,
    subject: Subject,
    parameters: &Parameters,
) -> Finding {
    let (top, bottom) = (&side(own, top_band), &side(own, 0));
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
    let declined = own.iter().filter(|one| one.band == Some(top_band) && !one.accepted);
    let row = |one: &&Decided| RowRef {
        table: "referrals".into(),
        person: Some(caseload.names.person(one.person).to_owned()),
        row: caseload.names.word(one.id).to_owned(),
    };
    finding.rows = Rows::of(declined.map(row).collect());
    finding
}
