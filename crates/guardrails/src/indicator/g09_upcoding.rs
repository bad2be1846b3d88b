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
    common::{of_estimate, row, two_sided},
};
use crate::{
    caseload::{Assessment, AssessmentStanding, Caseload, Group, Of, ProviderId, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Interval, Rows, Step, Subject},
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
        Parameter { name: "growth-above", default: 0.05, about: "a growth of the mean tariff of like people above this is worth asking about", source: Some("risk scores of United States plans were 4.8 to 7.1% above what the same people would score elsewhere; the limit is ours") },
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
    formula: "G09b/2",
    text: "share in the upper half of bands less what the same ages, sexes and areas had at the same provider before the \
           contract or without pay, less the same difference elsewhere",
    untested: false,
};
static GROWTH: Measure = Measure {
    name: "growth-of-the-mean-tariff",
    formula: "G09c/1",
    text: "(mean tariff - that of the same ages, sexes and areas at the same provider before the contract or without pay) / \
           the latter, less the same growth elsewhere",
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
        let go_live = caseload.go_live();
        let since = Window { from: go_live.map_or(window.from, |day| window.from.max(day)), until: window.until };
        // Pay hangs on the first sort; the second shows how the same assessors score when none does.
        let (firsts, beside): (Vec<First<'_>>, Vec<First<'_>>) =
            firsts(caseload, since).into_iter().partition(|first| first.paid);
        let mut earlier = go_live.map_or(Vec::new(), |day| self::firsts(caseload, Window { from: Day::from_number(0), until: day }));
        earlier.extend(beside);
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
            findings.push(shift(caseload, parameters, window, subject.clone(), (provider, &firsts, &earlier)));
            findings.push(growth(caseload, parameters, window, subject.clone(), (provider, &firsts, &earlier)));
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
    cell: Cell,
    paid: bool,
}

type Cell = (u8, u8, u8);

fn firsts(caseload: &Caseload, window: Window) -> Vec<First<'_>> {
    let mut firsts = Vec::new();
    for person in caseload.everybody() {
        let first = person.assessments.iter().find(|row| row.standing != AssessmentStanding::Blind);
        let Some(row) = first.filter(|row| window.contains(row.on)) else { continue };
        let paid = person.about.group == Group::Paid;
        firsts.push(First { row, provider: treating(caseload, &person, row), cell: cell(&person, row.on), paid });
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

/// A mean now, less what like people had at another time or without pay.
struct Change {
    value: f64,
    variance: f64,
    now: f64,
    expected: f64,
    people: f64,
}

/// How a mean over people moved, for people of the same cells: those of a kind now against those of that kind earlier. None
/// with fewer than so many on either side.
fn change(now: &[&First<'_>], earlier: &[&First<'_>], least: f64, of: impl Fn(&First<'_>) -> f64) -> Option<Change> {
    let (n, m) = (now.len() as f64, earlier.len() as f64);
    if n.min(m) < least.max(2.0) {
        return None;
    }
    let mut cells: BTreeMap<Cell, (f64, f64)> = BTreeMap::new();
    let mut sum = 0.0;
    for first in earlier {
        let cell = cells.entry(first.cell).or_default();
        (cell.0, cell.1) = (cell.0 + of(first), cell.1 + 1.0);
        sum += of(first);
    }
    let overall = sum / m;
    // A cell that few had is drawn towards the mean of all, as if ten more of these had been seen.
    let like = |first: &First<'_>| {
        let (sum, people) = cells.get(&first.cell).copied().unwrap_or((0.0, 0.0));
        (sum + 10.0 * overall) / (people + 10.0)
    };
    let spread = |people: &[&First<'_>]| people.iter().map(|one| (of(one) - like(one)).powi(2)).sum::<f64>() / (people.len() as f64 - 1.0);
    let mean = now.iter().map(|first| of(first)).sum::<f64>() / n;
    let expected = now.iter().map(|first| like(first)).sum::<f64>() / n;
    let own = now.iter().map(|first| (of(first) - like(first) - (mean - expected)).powi(2)).sum::<f64>() / (n - 1.0);
    // What is expected is itself known only as well as those it rests on are many.
    Some(Change { value: mean - expected, variance: own / n + spread(earlier) / m, now: mean, expected, people: n })
}

/// The provider's own change less that of all others; the others' is left out where too few were assessed there.
struct Moved {
    own: Change,
    value: f64,
    error: f64,
    elsewhere: Option<f64>,
}

fn moved(
    provider: ProviderId,
    (firsts, earlier): (&[First<'_>], &[First<'_>]),
    least: f64,
    of: impl Fn(&First<'_>) -> f64,
) -> Option<Moved> {
    let (now, now_else) = sides(firsts, provider);
    let (then, then_else) = sides(earlier, provider);
    let own = change(&now, &then, least, &of)?;
    let others = change(&now_else, &then_else, least, &of);
    let (away, doubt) = others.map_or((None, 0.0), |others| (Some(others.value), others.variance));
    let value = own.value - away.unwrap_or(0.0);
    Some(Moved { error: (own.variance + doubt).sqrt(), value, elsewhere: away, own })
}

/// Those of a provider, and those of others.
fn sides<'f, 'c>(of: &'f [First<'c>], provider: ProviderId) -> (Vec<&'f First<'c>>, Vec<&'f First<'c>>) {
    of.iter().filter(|first| first.provider.is_some()).partition(|first| first.provider == Some(provider))
}

fn own_before(moved: &Moved) -> Comparator {
    let what = match moved.elsewhere {
        Some(_) => "like people of the same provider before the contract or without pay, and how these changed elsewhere",
        None => "like people of the same provider before the contract or without pay",
    };
    Comparator { kind: ComparatorKind::SameProviderBefore, what: what.into(), value: Some(moved.own.expected) }
}

/// The share of dear bands against the same provider's own people before pay hung on the band: a provider whose people
/// have always needed more is not asked about it.
fn shift(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    (provider, firsts, earlier): (ProviderId, &[First<'_>], &[First<'_>]),
) -> Finding {
    let top = caseload.top_band().unwrap_or(0);
    let dear = |first: &First<'_>| f64::from(u8::from(first.row.band * 2 > top));
    let draft = compared(parameters, &SHIFT, window, subject, (provider, firsts, earlier));
    let Some(moved) = moved(provider, (firsts, earlier), parameters.get("least-shift"), dear) else {
        return draft.too_few();
    };
    let mut finding = grown(draft, &moved, 1.0, parameters.get("shift-above"), |moved| {
        format!(
            "{:.0}% of {} people are in the dearer bands, where {:.0}% of people of their age, sex and area were when no pay hung on it{}",
            100.0 * moved.own.now,
            moved.own.people,
            100.0 * moved.own.expected,
            moved.elsewhere.map_or(String::new(), |by| format!("; elsewhere the share changed by {:.0} points", 100.0 * by)),
        )
    });
    let own = firsts.iter().filter(|first| first.provider == Some(provider) && dear(first) > 0.0);
    finding.rows = Rows::of(own.map(|first| row(caseload, "assessments", first.row.person, first.row.id)).collect());
    finding
}

/// The same for the mean tariff, which every step between bands moves.
fn growth(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    (provider, firsts, earlier): (ProviderId, &[First<'_>], &[First<'_>]),
) -> Finding {
    let tariff = |first: &First<'_>| tariff(caseload, first.row.band);
    let draft = compared(parameters, &GROWTH, window, subject, (provider, firsts, earlier));
    match moved(provider, (firsts, earlier), parameters.get("least-shift"), tariff) {
        None => draft.too_few(),
        Some(moved) => grown(draft, &moved, moved.own.expected, parameters.get("growth-above"), |moved| {
            format!(
                "the mean tariff of {} people is {:.2}, where {:.2} was that of people of their age, sex and area when no pay hung on it{}",
                moved.own.people,
                moved.own.now,
                moved.own.expected,
                moved.elsewhere.map_or(String::new(), |by| format!("; elsewhere it changed by {by:.2}")),
            )
        }),
    }
}

fn compared<'p>(
    parameters: &'p Parameters,
    measure: &'static Measure,
    window: Window,
    subject: Subject,
    (provider, firsts, earlier): (ProviderId, &[First<'_>], &[First<'_>]),
) -> Draft<'p> {
    let here = |of: &[First<'_>]| of.iter().filter(|first| first.provider == Some(provider)).count();
    let cases = here(firsts).min(here(earlier)) as f64;
    let what = "people assessed here on the smaller side: paid by results now, or before the contract and without such pay";
    ABOUT.draft(parameters, measure, window).of(subject, cases, what, parameters.get("least-shift"))
}

fn grown(draft: Draft<'_>, moved: &Moved, unit: f64, limit: f64, says: impl Fn(&Moved) -> String) -> Finding {
    let (value, error) = (moved.value / unit, moved.error / unit);
    let half = Normal.quantile(0.975) * error;
    let figure = Figure {
        value,
        interval: Some(Interval { low: value - half, high: Some(value + half), level: 0.95 }),
        p: Some(if error > 0.0 { two_sided(value / error) } else { 1.0 }),
        worth_asking: value > limit && value - half > 0.0,
        act: value - half > limit,
        other_way: value + half < 0.0,
    };
    draft.figure(figure, own_before(moved), says(moved))
}

/// What a band pays against the cheapest; its place where the contract names no prices.
fn tariff(caseload: &Caseload, band: u8) -> f64 {
    caseload.scheme.tariffs.get(usize::from(band)).copied().unwrap_or(1.0 + f64::from(band))
}

/// First score against a blind second one: what the difference does to money, in both directions.
fn net(caseload: &Caseload, parameters: &Parameters, window: Window, subject: Subject, provider: ProviderId) -> Finding {
    let bands = usize::from(caseload.top_band().unwrap_or(0)) + 1;
    let tariff = |band: u8| tariff(caseload, band);
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
