//! Are people put into a dearer band than their need calls for, or into a cheaper one?
//!
//! Five tariff bands were why Kent took assessment away from the provider. German neonatal tariffs moved at least 12,000
//! birth weights over a line (Jürges and Köberlein, Journal of Health Economics 43:13, 2015); hospital tariff audits in
//! England found 8 to 9% of groups wrong, and nearly no net error: it is the net that counts.

use std::collections::BTreeMap;

use meed_statistics::{
    Estimate, Refusal,
    distribution::{Continuous, Normal, Student},
};

use super::{
    About, Draft, Figure, Indicator, Measure, Need, Parameter, Parameters,
    common::{self, of_estimate, row, two_sided},
};
use crate::{
    caseload::{Assessment, AssessmentStanding, Caseload, Of, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Interval, RowRef, Rows, Step, Subject},
    method::edge::{Edge, FEWEST, edge},
    picture::{Bar, Picture},
};

/// Upcoding to a dearer band.
pub struct Upcoding;

static ABOUT: About = About {
    id: "G09",
    name: "upcoding-to-a-dearer-band",
    question: "Are people put into a dearer band than their need calls for, or into a cheaper one?",
    needs: &[Need::Assessments],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "assessments of this many days are counted", source: None },
        Parameter { name: "edge-width", default: 3.0, about: "scores on each side of a cut-off that are compared", source: None },
        Parameter { name: "edge-reach", default: 12.0, about: "scores beyond those that carry the curve", source: None },
        Parameter { name: "chance-below", default: 0.05, about: "the chance below which an edge is looked at", source: Some("usual level of a test") },
        Parameter { name: "least-shift", default: 40.0, about: "the fewest people assessed, here and elsewhere, for a shift of the mix", source: None },
        Parameter { name: "shift-above", default: 0.05, about: "a shift of the share in the dearer bands above this is worth asking about", source: None },
        Parameter { name: "net-error-above", default: 0.01, about: "a net error of tariff above this is worth asking about", source: Some("English hospital audits: gross error 4 to 5%, net about 0.1%; the limit is ours") },
        Parameter { name: "net-error-to-act", default: 0.02, about: "a lower limit of the net error above this is red", source: None },
        Parameter { name: "least-pairs", default: 20.0, about: "the fewest people scored again", source: None },
        Parameter { name: "kappa-below", default: 0.60, about: "agreement below this is the fault of the instrument", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "people of more need came, because others turned them away",
        "assessors who round a score towards the number on the form",
        "a cut-off that lies where need really begins",
        "an instrument on which two people of good will disagree",
    ],
    steps: (Step::R2, Step::R4),
};

static EDGE: Measure = Measure {
    name: "scores-just-above-a-cut-off",
    formula: "G09a/1",
    text: "ratio of scores just above to just below a cut-off, against a smooth Poisson curve; one test for each cut-off",
    untested: false,
};
static SHIFT: Measure = Measure {
    name: "share-of-dearer-bands",
    formula: "G09b/1",
    text: "share in the upper half of bands, less the share that the same ages, sexes and areas have elsewhere",
    untested: false,
};
static NET: Measure = Measure {
    name: "net-error-of-tariff",
    formula: "G09d/1",
    text: "(tariff by the first score - tariff by the blind second score) / tariff by the second; mean over people scored again",
    untested: false,
};

impl Indicator for Upcoding {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let firsts = firsts(caseload, window);
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let own: Vec<&First<'_>> = firsts.iter().filter(|first| first.provider == Some(provider)).collect();
            let subject = Subject::provider(caseload.names.provider(provider));
            for (place, cutoff) in caseload.scheme.cutoffs.iter().enumerate().skip(1) {
                if own.iter().any(|first| first.row.score.is_some()) {
                    let subject = Subject { band: Some(caseload.band_name(place as u8)), ..subject.clone() };
                    findings.push(at_cutoff(caseload, parameters, window, subject, (&own, *cutoff)));
                }
            }
            findings.push(shift(caseload, parameters, window, subject.clone(), (provider, &firsts)));
            if caseload.assessments.iter().any(|row| row.standing == AssessmentStanding::Blind) {
                findings.push(net(caseload, parameters, window, subject, provider));
            }
        }
        findings
    }
}

/// A first assessment, and whose band it was that it decided about.
struct First<'c> {
    row: &'c Assessment,
    /// Who treated the person, else who assessed where that is a provider of the contract.
    provider: Option<ProviderId>,
    /// What the assessor cannot change: sex, ten years of age, area by deprivation.
    cell: (u8, u8, u8),
}

fn firsts(caseload: &Caseload, window: Window) -> Vec<First<'_>> {
    let mut firsts = Vec::new();
    for person in caseload.everybody() {
        let first = person.assessments.iter().find(|row| row.standing != AssessmentStanding::Blind);
        let Some(row) = first.filter(|row| window.contains(row.on)) else { continue };
        firsts.push(First { row, provider: treating(caseload, &person, row), cell: cell(&person, row.on) });
    }
    firsts
}

fn treating(caseload: &Caseload, person: &Of<'_>, row: &Assessment) -> Option<ProviderId> {
    let treated = person.treatment().find(|spell| spell.ended_on.is_none_or(|end| end > row.on));
    let referred = person.referrals.iter().rev().find(|referral| referral.on <= row.on);
    treated
        .map(|spell| spell.provider)
        .or(referred.map(|referral| referral.provider))
        .or(Some(row.assessor).filter(|assessor| caseload.providers[assessor.place()].in_contract))
}

fn cell(person: &Of<'_>, on: Day) -> (u8, u8, u8) {
    let age = person.age_on(on).map_or(0, |age| (age / 10.0).clamp(1.0, 9.0) as u8);
    (person.about.sex as u8, age, person.about.deprivation)
}

fn at_cutoff(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    (own, cutoff): (&[&First<'_>], f64),
) -> Finding {
    let mut counts: BTreeMap<i64, f64> = BTreeMap::new();
    for score in own.iter().filter_map(|first| first.row.score) {
        *counts.entry(f64::from(score).floor() as i64).or_default() += 1.0;
    }
    let (at, width, reach) = (cutoff.ceil() as i64, parameters.days("edge-width"), parameters.days("edge-reach"));
    let near: f64 = counts.range(at - width..at + width).map(|(_, count)| count).sum();
    let draft = ABOUT.draft(parameters, &EDGE, window).of(subject, near, "people scored just above and just below the cut-off", FEWEST);
    let found = edge(&counts, at, width, reach);
    let mut finding = match &found {
        Err(_) if near < FEWEST => draft.too_few(),
        Err(refusal) => draft.refused(&refusal.to_string()),
        Ok(found) => told(parameters, draft, found, cutoff),
    };
    finding.picture = Some(Picture::Density {
        x: "raw score".into(),
        bars: counts.iter().map(|(value, count)| Bar { x: *value as f64, count: *count }).collect(),
        smooth: found.map(|found| found.curve).unwrap_or_default(),
        cutoffs: caseload.scheme.cutoffs.iter().copied().skip(1).collect(),
    });
    let above = own.iter().filter(|first| {
        first.row.score.is_some_and(|score| (at..at + width).contains(&(f64::from(score).floor() as i64)))
    });
    finding.rows = Rows::of(above.map(|first| row(caseload, "assessments", first.row.person, first.row.id)).collect());
    finding
}

fn told(parameters: &Parameters, draft: Draft<'_>, found: &Edge, cutoff: f64) -> Finding {
    let ratio = found.excess.ratio();
    let sure = found.excess.p < parameters.get("chance-below");
    let figure = Figure {
        worth_asking: sure && ratio.value > 1.0,
        act: found.excess.p < 0.001 && ratio.value > 1.5,
        other_way: sure && ratio.value < 1.0,
        ..of_estimate(&ratio)
    };
    let says = format!(
        "just above the score of {cutoff} stand {} people where a smooth curve has {:.0}, and just below it {} where it has {:.0}",
        found.above.0, found.above.1, found.below.0, found.below.1
    );
    let comparator = Comparator { kind: ComparatorKind::SameProviderOthers, what: "a smooth curve through the other scores".into(), value: Some(1.0) };
    draft.figure(figure, comparator, says).input("dispersion", found.dispersion)
}

/// The share of dear bands against people elsewhere whom the assessor could not have told apart before scoring.
fn shift(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    (provider, firsts): (ProviderId, &[First<'_>]),
) -> Finding {
    let top = caseload.top_band().unwrap_or(0);
    let dear = |first: &First<'_>| f64::from(u8::from(first.row.band * 2 > top));
    let mut elsewhere: BTreeMap<(u8, u8, u8), (f64, f64)> = BTreeMap::new();
    let (mut others, mut others_dear) = (0.0, 0.0);
    for first in firsts.iter().filter(|first| first.provider.is_some_and(|of| of != provider)) {
        let cell = elsewhere.entry(first.cell).or_default();
        (cell.0, cell.1) = (cell.0 + dear(first), cell.1 + 1.0);
        (others_dear, others) = (others_dear + dear(first), others + 1.0);
    }
    let own: Vec<&First<'_>> = firsts.iter().filter(|first| first.provider == Some(provider)).collect();
    let cases = (own.len() as f64).min(others);
    let least = parameters.get("least-shift");
    let draft = ABOUT.draft(parameters, &SHIFT, window).of(subject, cases, "people assessed on the smaller side: here, or elsewhere", least);
    if cases < least {
        return draft.too_few();
    }
    let overall = others_dear / others;
    let (mut observed, mut expected, mut variance) = (0.0, 0.0, 0.0);
    for first in &own {
        // A cell that few have elsewhere is drawn towards the share of all, as if ten more of these had been seen.
        let (with, of) = elsewhere.get(&first.cell).copied().unwrap_or((0.0, 0.0));
        let share = (with + 10.0 * overall) / (of + 10.0);
        observed += dear(first);
        expected += share;
        variance += share * (1.0 - share);
    }
    let n = own.len() as f64;
    // What is expected is itself known only as well as the others are many.
    let error = (variance + n * n * overall * (1.0 - overall) / others).sqrt() / n;
    let value = (observed - expected) / n;
    let half = Normal.quantile(0.975) * error;
    let limit = parameters.get("shift-above");
    let figure = Figure {
        value,
        interval: Some(Interval { low: value - half, high: Some(value + half), level: 0.95 }),
        p: Some(two_sided(value / error)),
        worth_asking: value > limit && value - half > 0.0,
        act: value - half > limit,
        other_way: value + half < 0.0,
    };
    let says = format!(
        "{observed} of {n} people are in the dearer bands ({:.0}%) where {expected:.0} would be if people of their age, sex and area were scored as elsewhere",
        100.0 * observed / n
    );
    let mut finding = draft.figure(figure, common::others("people of the same age, sex and area, elsewhere", Some(0.0)), says);
    finding.rows = Rows::of(rows_of(caseload, own.iter().filter(|first| dear(first) > 0.0)));
    finding
}

fn rows_of<'f>(caseload: &Caseload, firsts: impl Iterator<Item = &'f &'f First<'f>>) -> Vec<RowRef> {
    firsts.map(|first| row(caseload, "assessments", first.row.person, first.row.id)).collect()
}

/// First score against a blind second one: what the difference does to money, in both directions.
fn net(caseload: &Caseload, parameters: &Parameters, window: Window, subject: Subject, provider: ProviderId) -> Finding {
    let bands = usize::from(caseload.top_band().unwrap_or(0)) + 1;
    let tariff = |band: u8| caseload.scheme.tariffs.get(usize::from(band)).copied().unwrap_or(1.0 + f64::from(band));
    let mut pairs: Vec<(u8, u8)> = Vec::new();
    let mut rows = Vec::new();
    for person in caseload.everybody() {
        for second in person.assessments.iter().filter(|row| row.standing == AssessmentStanding::Blind && window.contains(row.on)) {
            let Some(first) = person.assessment_on(second.on) else { continue };
            if treating(caseload, &person, first) != Some(provider) {
                continue;
            }
            pairs.push((first.band, second.band));
            if first.band != second.band {
                rows.push(row(caseload, "assessments", person.person, second.id));
            }
        }
    }
    let n = pairs.len() as f64;
    let least = parameters.get("least-pairs");
    let draft = ABOUT.draft(parameters, &NET, window).of(subject, n, "people scored again by a second assessor", least);
    if n < least {
        return draft.too_few();
    }
    let mean_second = pairs.iter().map(|(_, second)| tariff(*second)).sum::<f64>() / n;
    let errors: Vec<f64> = pairs.iter().map(|(first, second)| (tariff(*first) - tariff(*second)) / mean_second).collect();
    let kappa = weighted_kappa(&pairs, bands);
    let mut finding = match mean(&errors) {
        Err(refusal) => {
            let agree = errors.iter().all(|error| *error == 0.0);
            if agree {
                let says = format!("{n} people were scored again, and all scores led to the same band");
                let figure = Figure { value: 0.0, p: Some(1.0), ..Figure::default() };
                draft.figure(figure, second(), says)
            } else {
                draft.refused(&refusal.to_string())
            }
        }
        Ok(estimate) => {
            let (limit, red) = (parameters.get("net-error-above"), parameters.get("net-error-to-act"));
            let one_sided = Student::new(n - 1.0).map(|student| estimate.value - student.quantile(0.95) * estimate.standard_error);
            let figure = Figure {
                worth_asking: estimate.value > limit,
                act: one_sided.is_ok_and(|low| low > red),
                other_way: estimate.interval.high < 0.0,
                ..of_estimate(&estimate)
            };
            let (up, down) = (pairs.iter().filter(|(a, b)| a > b).count(), pairs.iter().filter(|(a, b)| a < b).count());
            let says = format!(
                "of {n} people scored again, {up} had been put into a dearer band and {down} into a cheaper one: a net error of {:.1}% of the tariff",
                100.0 * estimate.value
            );
            draft.figure(figure, second(), says)
        }
    };
    finding.rows = Rows::of(rows);
    if let Some(kappa) = kappa {
        finding = finding.input("weighted-kappa", kappa);
        if kappa < parameters.get("kappa-below") {
            finding.warnings.push(format!(
                "two assessors agree little (weighted kappa {kappa:.2}): look at the instrument before asking the provider"
            ));
        }
    }
    finding
}

fn second() -> Comparator {
    Comparator { kind: ComparatorKind::SameProviderOthers, what: "the blind second score of the same people".into(), value: Some(0.0) }
}

fn mean(of: &[f64]) -> Result<Estimate, Refusal> {
    let n = of.len() as f64;
    let mean = of.iter().sum::<f64>() / n;
    let variance = of.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    Estimate::student(mean, (variance / n).sqrt(), n - 1.0, 0.95, of.len())
}

/// Agreement beyond chance with linear weights (Cohen 1968); none where chance leaves nothing to agree on.
fn weighted_kappa(pairs: &[(u8, u8)], bands: usize) -> Option<f64> {
    let n = pairs.len() as f64;
    let share = |pick: fn(&(u8, u8)) -> u8| -> Vec<f64> {
        (0..bands).map(|band| pairs.iter().filter(|pair| usize::from(pick(pair)) == band).count() as f64 / n).collect()
    };
    let (first, second) = (share(|pair| pair.0), share(|pair| pair.1));
    let apart = |a: usize, b: usize| a.abs_diff(b) as f64;
    let seen: f64 = pairs.iter().map(|(a, b)| apart(usize::from(*a), usize::from(*b))).sum::<f64>() / n;
    let mut chance = 0.0;
    for (a, p) in first.iter().enumerate() {
        for (b, q) in second.iter().enumerate() {
            chance += p * q * apart(a, b);
        }
    }
    (chance > 0.0).then(|| 1.0 - seen / chance)
}
