//! Is the same outcome of the same person paid for from two purses?
//!
//! Thou shalt not pay twice, as practitioners put it. The page `docs/reference/guardrails/g18-paid-twice.md` says how
//! to read the figures, and how people are linked between registers without names.

use std::collections::BTreeMap;

use meed_statistics::distribution::{Binomial, Continuous, Discrete, Normal};
use meed_units::counted;

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, Claim, ClaimState, PaidElsewhere, Window, Word},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, RowRef, Rows, Step, Subject},
    method::encoding::normalised,
};

/// The same outcome from two purses.
pub struct PaidTwice;

static ABOUT: About = About {
    id: "G18",
    name: "paid-twice",
    question: "Is the same outcome of the same person paid for from two purses?",
    needs: &[Need::Claims],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "claims sent in within this many days", source: None },
        Parameter {
            name: "same-person",
            default: 0.95,
            about: "the chance from which a person linked between registers is taken as the same",
            source: None,
        },
        Parameter {
            name: "overlap-share",
            default: 0.05,
            about: "a share of claims that another scheme pays for too, above which the terms need to say who pays",
            source: None,
        },
        Parameter { name: "least-claims", default: 30.0, about: "the fewest claims for a share", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "two outcomes with the same name that are not the same: six months of work and twelve",
        "a scheme that recorded the payment and took it back",
        "two people taken as one by the linkage: look at how sure the match is",
        "funders who agreed to share the price",
    ],
    steps: (Step::R1, Step::R3),
};

static DUPLICATES: Measure = Measure {
    name: "claims-paid-twice",
    formula: "G18a/1",
    text: "claims with another payment for the same person and outcome over overlapping days; each holds that claim",
    untested: true,
};
static OVERLAP: Measure = Measure {
    name: "overlap-share",
    formula: "G18b/1",
    text: "D = claims that the other scheme pays for too / claims, with the interval of Wilson",
    untested: false,
};

impl Indicator for PaidTwice {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let sure = parameters.get("same-person");
        let mut own = vec![Own::default(); caseload.providers.len()];
        let mut families = Families::default();
        for of in caseload.everybody() {
            let live = |claim: &&Claim| {
                claim.known_on <= as_of && !matches!(claim.state, ClaimState::Refused | ClaimState::NotClaimed)
            };
            let claims: Vec<&Claim> = of.claims.iter().filter(live).collect();
            for claim in claims.iter().filter(|claim| window.contains(claim.known_on)) {
                let own = &mut own[claim.provider.place()];
                own.claims += 1;
                // Two claims within the contract: the one that came later is in question.
                let again = claims.iter().any(|one| {
                    (one.known_on, one.id) < (claim.known_on, claim.id)
                        && families.same(caseload, one.outcome, claim.outcome)
                        && of_claim(one).and(of_claim(claim)).days() > 0
                });
                own.within += usize::from(again);
                let mut best = BTreeMap::<Word, f64>::new();
                for paid in of.paid_elsewhere.iter().filter(|paid| paid.known_on <= as_of) {
                    if families.same(caseload, claim.outcome, paid.outcome)
                        && of_claim(claim).and(of_payment(paid)).days() > 0
                    {
                        let chance = paid.match_chance.map_or(1.0, f64::from);
                        let known = best.entry(paid.scheme).or_default();
                        *known = known.max(chance);
                    }
                }
                let row = shared::row(caseload, "claims", of.person, claim.id);
                let mut twice = again;
                for (scheme, chance) in best {
                    let overlap = own.schemes.entry(caseload.names.word(scheme).to_owned()).or_default();
                    if chance >= sure {
                        overlap.claims += 1;
                        overlap.wrong += 1.0 - chance;
                        twice = true;
                    } else {
                        overlap.review += 1;
                    }
                }
                if twice {
                    own.rows.push(row);
                }
            }
        }
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let subject = Subject::provider(caseload.names.provider(provider));
            let own = &own[provider.place()];
            findings.push(duplicates(own, parameters, window, &subject));
            for (scheme, overlap) in &own.schemes {
                findings.push(overlap_share(own.claims, scheme, overlap, parameters, window, &subject));
            }
        }
        findings
    }
}

#[derive(Clone, Default)]
struct Own {
    claims: usize,
    /// Claims that repeat an earlier one of this contract.
    within: usize,
    rows: Vec<RowRef>,
    schemes: BTreeMap<String, Overlap>,
}

/// What another scheme pays for too.
#[derive(Clone, Default)]
struct Overlap {
    claims: usize,
    /// Claims whose person is too uncertain: somebody must look.
    review: usize,
    /// Sum over matches of the chance that they are wrong.
    wrong: f64,
}

/// Outcome names that stand for one outcome: equal but for spelling.
#[derive(Default)]
struct Families {
    plain: BTreeMap<Word, String>,
}

impl Families {
    fn same(&mut self, caseload: &Caseload, one: Word, other: Word) -> bool {
        if one == other {
            return true;
        }
        for word in [one, other] {
            self.plain.entry(word).or_insert_with(|| normalised(caseload.names.word(word)));
        }
        !self.plain[&one].is_empty() && self.plain[&one] == self.plain[&other]
    }
}

/// The days an outcome speaks of: its own day, where it does not say.
fn of_claim(claim: &Claim) -> Window {
    days(claim.on, claim.from, claim.until)
}

fn of_payment(paid: &PaidElsewhere) -> Window {
    days(paid.on, paid.from, paid.until)
}

fn days(on: Day, from: Option<Day>, until: Option<Day>) -> Window {
    let from = from.unwrap_or(on);
    Window { from, until: until.unwrap_or(on.plus(1)).max(from.plus(1)) }
}

fn duplicates(own: &Own, parameters: &Parameters, window: Window, subject: &Subject) -> Finding {
    let draft = ABOUT.draft(parameters, &DUPLICATES, window).of(subject.clone(), own.claims as f64, "claims", 1.0);
    let twice = own.rows.len();
    let matched: usize = own.schemes.values().map(|overlap| overlap.claims).sum();
    let review: usize = own.schemes.values().map(|overlap| overlap.review).sum();
    let wrong: f64 = own.schemes.values().map(|overlap| overlap.wrong).sum();
    let figure = Figure {
        value: twice as f64,
        worth_asking: twice + review > 0,
        act: twice > 0,
        ..Figure::default()
    };
    let mut says = format!("{} of {} with another payment for the same outcome", twice, counted(own.claims, "claim", "claims"));
    if review > 0 {
        says.push_str(&format!("; {} more for a person to look at", counted(review, "match", "matches")));
    }
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "no outcome is paid for twice".into(), value: Some(0.0) };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("claims", own.claims as f64)
        .input("within-this-contract", own.within as f64)
        .input("matched-elsewhere", matched as f64)
        .input("matches-to-review", review as f64)
        .input("expected-wrong-matches", wrong);
    if wrong > 0.0 {
        finding.warnings.push(format!(
            "people were linked between registers without a common key: {wrong:.1} of {matched} matches are expected to be wrong; look at each before money is held"
        ));
    }
    finding.rows = Rows::of(own.rows.clone());
    finding
}

fn overlap_share(
    claims: usize,
    scheme: &str,
    overlap: &Overlap,
    parameters: &Parameters,
    window: Window,
    subject: &Subject,
) -> Finding {
    let subject = Subject { other: Some(scheme.to_owned()), ..subject.clone() };
    let least = parameters.get("least-claims");
    let draft = ABOUT.draft(parameters, &OVERLAP, window).of(subject, claims as f64, "claims", least);
    if (claims as f64) < least {
        return draft.too_few();
    }
    let (n, share) = (claims as f64, overlap.claims as f64 / claims as f64);
    let agreed = parameters.get("overlap-share");
    let z = Normal.quantile(0.975);
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let p = Binomial::new(claims as u64, agreed.clamp(0.0, 1.0))
        .map(|chance| if overlap.claims == 0 { 1.0 } else { chance.upper(overlap.claims as u64 - 1) });
    let p = match p {
        Ok(p) => p,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let figure = Figure {
        value: share,
        interval: shared::interval((centre - half).max(0.0), (centre + half).min(1.0)),
        p: Some(p),
        worth_asking: share > agreed && p < 0.05,
        act: false,
        other_way: false,
    };
    let says = format!(
        "{scheme} pays for {} of {claims} claims too ({}); agree who pays, or share the price",
        overlap.claims,
        percent(share)
    );
    let comparator = Comparator {
        kind: ComparatorKind::Agreed,
        what: "the share above which the terms need to say who pays".into(),
        value: Some(agreed),
    };
    draft
        .figure(figure, comparator, says)
        .input("matched", overlap.claims as f64)
        .input("claims", n)
        .input("matches-to-review", overlap.review as f64)
        .input("expected-wrong-matches", overlap.wrong)
}
