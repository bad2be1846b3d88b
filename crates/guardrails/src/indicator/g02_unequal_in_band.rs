//! Do people with the least chance fare worse, against what was expected of them, than people with the best?
//!
//! Bands that mix easy and hard people design creaming in (Carter and Whitworth, Journal of Social Policy 44:277, 2015).

use meed_statistics::{Estimate, Refusal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    chances::{self, Before, Chances, Known},
    common::{Stay, of_estimate, of_ratio, row, same_provider, stays},
};
use crate::{
    caseload::{Caseload, Group, ProviderId, SpellEnd, Window},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Rows, Step, Subject},
    method::equity::equity_ratio,
    picture::{LabelledBar, Picture},
};

/// Unequal results inside a band.
pub struct UnequalInBand;

static ABOUT: About = About {
    id: "G02",
    name: "unequal-results-inside-a-band",
    question: "Do people with the poorest chances fare worse, against what was expected of them, than people with the best?",
    needs: &[Need::Treatment],
    parameters: &[
        Parameter { name: "window-days", default: 730.0, about: "stays that ended in this many days are counted", source: None },
        Parameter { name: "equity-ratio-below", default: 0.8, about: "an equity ratio below this is worth asking about", source: Some("the four-fifths convention of United States selection law") },
        Parameter { name: "least-each-fifth", default: 20.0, about: "the fewest ended stays in the fifth of the poorest and of the best chances", source: None },
        Parameter { name: "explained-below", default: 0.5, about: "bands that explain less than this share of the spread of chances are worth asking about", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "a model of chances that was fitted on other people, or long ago",
        "people who are hard in a way that nobody records when they come",
        "people with poor chances who were referred late",
        "help elsewhere, a clinic or a hostel, that only some can reach",
    ],
    steps: (Step::R1, Step::R4),
};

static EQUITY: Measure = Measure {
    name: "equity-ratio",
    formula: "G02a/2",
    text: "paid people, ranked by their chances before the contract and held to what these came to at other providers: (O/E of the fifth with the poorest chances) / (O/E of the fifth with the best)",
    untested: false,
};
static SLOPE: Measure = Measure {
    name: "slope-of-success",
    formula: "G02b/2",
    text: "paid people, ranked by their chances before the contract and held to what these came to at other providers: beta of: completed ~ 1 + offset(logit chance) + beta * rank of the chance (0 poorest, 1 best)",
    untested: false,
};
static EXPLAINED: Measure = Measure {
    name: "chances-explained-by-bands",
    formula: "G02c/1",
    text: "sum of squares of chances between bands / sum of squares in all",
    untested: true,
};

impl Indicator for UnequalInBand {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let stays = stays(caseload, as_of);
        let go_live = caseload.go_live();
        let paid = |stay: &&Stay<'_>| {
            caseload.of(stay.person).about.group == Group::Paid
                && go_live.is_none_or(|go_live| stay.spell.started_on >= go_live)
        };
        let ended = |stay: &&Stay<'_>| {
            chances::tells(stay, as_of) && stay.ended(as_of).is_some_and(|end| window.contains(end))
        };
        let counted: Vec<&Stay<'_>> = stays.iter().filter(paid).filter(ended).collect();
        let before = Before::of(caseload, &stays, as_of);
        let mut findings = Vec::new();
        for provider in caseload.in_contract() {
            let (yardstick, own) = yardstick(caseload, provider, &counted, &before);
            let subject = Subject::provider(caseload.names.provider(provider));
            findings.extend(of_provider(caseload, parameters, window, subject, (&own, &yardstick)));
        }
        findings.push(explained(caseload, parameters, window, (&counted, &before)));
        findings
    }
}

/// What people's chances are held to be, and how many people that rests on.
enum Yardstick {
    /// A model fitted on so many of others' paid stays.
    Fitted(usize),
    /// The chances that were sent, or those of a model of stays before the contract.
    Given,
    /// Nothing, and why.
    None(Refusal),
}

/// Own stays in the order of their chances before the contract, poorest first, each with the chance it is held to: that
/// which other providers' paid people of the same chance had, so that what pay moves everywhere is no finding. Where those
/// are too few, the chance before the contract itself. Where that is not known either, chances and order are those of a
/// model of other providers' paid people.
fn yardstick<'s>(
    caseload: &Caseload,
    provider: ProviderId,
    counted: &[&Stay<'s>],
    before: &Result<Before, Refusal>,
) -> (Yardstick, Vec<Stay<'s>>) {
    let (own, others): (Vec<&Stay<'_>>, Vec<&Stay<'_>>) = counted.iter().partition(|stay| stay.provider() == provider);
    let then = |stay: &Stay<'_>| before.as_ref().ok()?.chance(caseload, stay.person, stay.spell.started_on);
    let known = |stay: &Stay<'_>| match then(stay) {
        Some(chance) => Known::chance(chance),
        None => Known::of(&caseload.of(stay.person), stay.spell.started_on),
    };
    let pairs: Vec<(Known, bool)> = others
        .iter()
        .filter(|stay| before.is_err() || then(stay).is_some())
        .map(|stay| (known(stay), stay.spell.end == SpellEnd::Completed))
        .collect();
    let held_to = Chances::fitted(&pairs);
    let mut ranked: Vec<(f64, Stay<'s>)> = own
        .into_iter()
        .filter_map(|stay| {
            let fitted = held_to.as_ref().ok().map(|model| model.of(&known(stay)));
            let rank = if before.is_ok() { then(stay) } else { fitted };
            Some((rank?, Stay { chance: fitted.or(rank), ..*stay }))
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.person.cmp(&b.1.person)));
    let yardstick = match (held_to, before) {
        (Ok(_), _) => Yardstick::Fitted(pairs.len()),
        (Err(_), Ok(_)) => Yardstick::Given,
        (Err(refusal), Err(_)) => Yardstick::None(refusal),
    };
    (yardstick, ranked.into_iter().map(|(_, stay)| stay).collect())
}

impl Yardstick {
    fn words(&self) -> &'static str {
        match self {
            Yardstick::Fitted(_) => "what the same people would have reached with the other providers",
            Yardstick::Given | Yardstick::None(_) => "what such people reached before the contract",
        }
    }

    /// By how much an error grows because the model itself was fitted on so many people and no more.
    fn widening(&self, own: usize) -> f64 {
        match self {
            Yardstick::Fitted(people) => (1.0 + own as f64 / (*people).max(1) as f64).sqrt(),
            Yardstick::Given | Yardstick::None(_) => 1.0,
        }
    }
}

fn chance(stay: &Stay<'_>) -> f64 {
    stay.chance.unwrap_or(0.5)
}

fn of_provider(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    subject: Subject,
    (own, yardstick): (&[Stay<'_>], &Yardstick),
) -> Vec<Finding> {
    let fifth = own.len() / 5;
    let pairs = |of: &[Stay<'_>]| -> Vec<(f64, bool)> {
        of.iter().map(|stay| (chance(stay), stay.spell.end == SpellEnd::Completed)).collect()
    };
    let (hardest, easiest) = (pairs(&own[..fifth]), pairs(&own[own.len() - fifth..]));
    let least = parameters.get("least-each-fifth");
    let ratio = |side: &[(f64, bool)]| {
        let observed = side.iter().filter(|(_, done)| *done).count() as f64;
        (observed, side.iter().map(|(chance, _)| chance).sum::<f64>())
    };
    let ((o5, e5), (o1, e1)) = (ratio(&hardest), ratio(&easiest));
    let draft = ABOUT.draft(parameters, &EQUITY, window).of(subject.clone(), fifth as f64, "ended stays in each fifth of chances", least);
    let wider = yardstick.widening(own.len());
    let all = pairs(own);
    let slope = slope(&all).and_then(|found| {
        Estimate::normal(found.value, found.standard_error * wider, 0.95, own.len())
    });
    let equity = if let Yardstick::None(refusal) = yardstick {
        draft.refused(&refusal.to_string())
    } else if (fifth as f64) < least {
        draft.too_few()
    } else {
        match equity_ratio(&hardest, &easiest, 0.95) {
            Err(refusal) => draft.refused(&refusal.to_string()),
            Ok(ratio) => {
                let ratio = ratio.widened(wider);
                let worth_asking = ratio.value < parameters.get("equity-ratio-below");
                let leans = slope.as_ref().is_ok_and(|slope| slope.interval.low > 0.0);
                let figure = Figure {
                    worth_asking,
                    act: worth_asking && leans,
                    other_way: ratio.value > 1.0 / parameters.get("equity-ratio-below"),
                    ..of_ratio(&ratio)
                };
                let says = format!(
                    "of those with the poorest chances {o5} completed where {e5:.1} were expected; of those with the best {o1} where {e1:.1} were"
                );
                draft.figure(figure, same_provider("people with the best chances, at the same provider", Some(1.0)), says)
            }
        }
    };
    let bars = [("poorest chances", o5, e5, hardest.len()), ("best chances", o1, e1, easiest.len())];
    let mut equity = equity.input("hardest-observed", o5).input("hardest-expected", e5).input("easiest-observed", o1).input("easiest-expected", e1);
    equity.picture = Some(Picture::Bars {
        x: "fifth of people by their chances".into(),
        y: "people who completed".into(),
        bars: bars
            .map(|(name, value, expected, cases)| LabelledBar {
                name: name.into(),
                value,
                expected: Some(expected),
                interval: None,
                cases: cases as f64,
            })
            .to_vec(),
    });
    let failed = own[..fifth].iter().filter(|stay| stay.spell.end != SpellEnd::Completed);
    equity.rows = Rows::of(failed.map(|stay| row(caseload, "spells", stay.person, stay.spell.id)).collect());
    let draft = ABOUT.draft(parameters, &SLOPE, window).of(subject, own.len() as f64, "ended stays with a chance", 5.0 * least);
    let leaning = match slope {
        Err(refusal) if own.len() as f64 >= 5.0 * least => draft.refused(&refusal.to_string()),
        Err(_) => draft.too_few(),
        Ok(slope) => {
            let figure = Figure { worth_asking: slope.interval.low > 0.0, other_way: slope.interval.high < 0.0, ..of_estimate(&slope) };
            let says = format!(
                "between the poorest and the best chances, the log odds of success against what was expected change by {:.2}",
                slope.value
            );
            draft.figure(figure, same_provider(yardstick.words(), Some(0.0)), says)
        }
    };
    vec![equity, leaning]
}

/// Slope of success on the rank of the chance, with the logit of the chance as offset: two coefficients by Newton's method.
fn slope(pairs: &[(f64, bool)]) -> Result<Estimate, Refusal> {
    let n = pairs.len();
    if n < 10 {
        return Err(Refusal::too_few("ended stays", n, 10));
    }
    let done = pairs.iter().filter(|(_, done)| *done).count();
    if done == 0 || done == n {
        return Err(Refusal::NoVariation { what: "success".into() });
    }
    let (mut a, mut b) = (0.0_f64, 0.0_f64);
    // People of one chance share their middle rank, so that their order says nothing.
    let mut ranks = Vec::with_capacity(n);
    for tie in pairs.chunk_by(|a, b| a.0 == b.0) {
        let middle = ranks.len() as f64 + (tie.len() as f64 - 1.0) / 2.0;
        ranks.extend(std::iter::repeat_n(middle / (n - 1) as f64 - 0.5, tie.len()));
    }
    for _ in 0..60 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for ((chance, done), x) in pairs.iter().zip(&ranks) {
            let x = *x;
            let p = 1.0 / (1.0 + (-(a + b * x + (chance / (1.0 - chance)).ln())).exp());
            let (residual, weight) = (f64::from(u8::from(*done)) - p, p * (1.0 - p));
            ga += residual;
            gb += residual * x;
            haa += weight;
            hab += weight * x;
            hbb += weight * x * x;
        }
        let determinant = haa * hbb - hab * hab;
        if determinant <= 1e-12 {
            return Err(Refusal::PerfectSeparation { columns: vec!["rank of the chance".into()] });
        }
        let (da, db) = ((hbb * ga - hab * gb) / determinant, (haa * gb - hab * ga) / determinant);
        a += da.clamp(-4.0, 4.0);
        b += db.clamp(-4.0, 4.0);
        if da.abs() + db.abs() < 1e-10 {
            return Estimate::normal(b, (haa / determinant).sqrt(), 0.95, n);
        }
        if b.abs() > 50.0 {
            break;
        }
    }
    Err(Refusal::PerfectSeparation { columns: vec!["rank of the chance".into()] })
}

/// How much of the spread of chances the bands explain: a question to whoever cut the bands, not to a provider.
fn explained(
    caseload: &Caseload,
    parameters: &Parameters,
    window: Window,
    (counted, before): (&[&Stay<'_>], &Result<Before, Refusal>),
) -> Finding {
    let chance = |stay: &Stay<'_>| before.as_ref().ok()?.chance(caseload, stay.person, stay.spell.started_on);
    let banded: Vec<(u8, f64)> = counted.iter().filter_map(|stay| Some((stay.band?, chance(stay)?))).collect();
    let draft = ABOUT.draft(parameters, &EXPLAINED, window).of(
        Subject::contract(),
        banded.len() as f64,
        "ended stays with a band and a chance",
        5.0 * parameters.get("least-each-fifth"),
    );
    if let Err(refusal) = before {
        return draft.refused(&refusal.to_string());
    }
    let mean = banded.iter().map(|(_, chance)| chance).sum::<f64>() / banded.len().max(1) as f64;
    let total: f64 = banded.iter().map(|(_, chance)| (chance - mean).powi(2)).sum();
    if total <= 1e-9 {
        return draft.too_few();
    }
    let mut between = 0.0;
    for band in 0..=banded.iter().map(|(band, _)| *band).max().unwrap_or(0) {
        let own: Vec<f64> = banded.iter().filter(|(of, _)| *of == band).map(|(_, chance)| *chance).collect();
        if !own.is_empty() {
            let own_mean = own.iter().sum::<f64>() / own.len() as f64;
            between += own.len() as f64 * (own_mean - mean).powi(2);
        }
    }
    let value = between / total;
    let figure = Figure { value, worth_asking: value < parameters.get("explained-below"), ..Figure::default() };
    let comparator = Comparator { kind: ComparatorKind::Agreed, what: "bands that tell chances apart".into(), value: Some(1.0) };
    let says = format!("bands explain {:.0}% of the differences in people's chances; the rest lies inside bands of one price", 100.0 * value);
    let mut finding = draft.figure(figure, comparator, says);
    // Bands are cut by those who agree the contract: nobody is asked to explain, the price is looked at.
    if finding.step > Step::R0 {
        finding.step = Step::R4;
    }
    finding
}
