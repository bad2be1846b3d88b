//! Do measures that pay improve while those that do not pay fall behind?
//!
//! In the pilots abstinence and injecting in treatment improved (odds 1.50 and 1.32) while completion fell (0.60)
//! (Jones and others, Addiction 113:279, 2018). The page `docs/reference/guardrails/g27-narrow-targets.md` says how to
//! read the figures.

use std::collections::BTreeMap;

use super::{About, Figure, Indicator, Measure, Need, Parameter, Parameters};
use crate::{
    caseload::{Caseload, MeasureValue, ProviderId, Window, Word},
    day::Day,
    finding::{Comparator, ComparatorKind, Draws, Family, Finding, Step, Subject},
    method::divergence,
    picture::{LabelledBar, Picture},
};

/// Narrow targets.
pub struct NarrowTargets;

static ABOUT: About = About {
    id: "G27",
    name: "narrow-targets",
    question: "Do measures that pay improve while those that do not pay fall behind?",
    needs: &[Need::Measures, Need::GoLive],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "months that begin within this many days", source: None },
        Parameter { name: "divergence-above", default: 1.0, about: "standard deviations above which to ask", source: None },
        Parameter { name: "least-falling", default: 3.0, about: "the fewest unpaid measures that fell", source: None },
        Parameter { name: "least-months", default: 6.0, about: "the fewest months of a measure before and now", source: None },
        Parameter { name: "chance", default: 0.10, about: "a chance by relabelling above this is not worth asking about", source: None },
        Parameter { name: "replicates", default: 1_999.0, about: "relabellings drawn where there are too many to go through", source: None },
        Parameter { name: "seed", default: 1.0, about: "seed of the draws", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "a paid measure that was poor before and had more room to rise",
        "an unpaid measure whose counting changed",
        "people with other needs than before",
        "unpaid measures that another agency is answerable for",
    ],
    steps: (Step::R1, Step::R6),
};

static DIVERGENCE: Measure = Measure {
    name: "divergence",
    formula: "G27a/1",
    text: "mean z of paid measures less mean z of unpaid ones; z = change since before the contract less that of the region, \
           in standard deviations of the months before; chance by relabelling measures",
    untested: true,
};

impl Indicator for NarrowTargets {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let Some(go_live) = caseload.go_live() else { return Vec::new() };
        let before = Window { from: go_live.plus(-3_650), until: go_live.min(window.from) };
        let mut series = BTreeMap::<(Option<ProviderId>, Word), Vec<&MeasureValue>>::new();
        for row in caseload.measures.iter().filter(|row| row.known_on <= as_of && row.value.is_finite()) {
            series.entry((row.provider, row.measure)).or_default().push(row);
        }
        caseload
            .in_contract()
            .into_iter()
            .map(|provider| {
                let measures: Vec<(Word, f64, bool)> = series
                    .iter()
                    .filter(|((whose, _), _)| *whose == Some(provider))
                    .filter_map(|((_, measure), rows)| {
                        let region = series.get(&(None, *measure)).map_or(&[][..], Vec::as_slice);
                        let change = standardised(rows, region, before, window, parameters.get("least-months"))?;
                        Some((*measure, change, rows[0].paid))
                    })
                    .collect();
                finding(caseload, provider, &measures, parameters, window)
            })
            .collect()
    }
}

/// Change of a measure since before, less that of the region, in standard deviations of its months before; better is
/// higher. None with too few months, or months that never differ.
fn standardised(rows: &[&MeasureValue], region: &[&MeasureValue], before: Window, now: Window, least: f64) -> Option<f64> {
    // Months relative to the region in the same month, where the region is known for them.
    let regional: BTreeMap<Day, f64> = region.iter().map(|row| (row.on, row.value)).collect();
    let relative = |row: &&&MeasureValue| -> Option<f64> {
        if regional.is_empty() { Some(row.value) } else { regional.get(&row.on).map(|region| row.value - region) }
    };
    let of = |side: Window| -> Vec<f64> {
        rows.iter().filter(|row| side.contains(row.on)).filter_map(|row| relative(&row)).collect()
    };
    let (then, here) = (of(before), of(now));
    if (then.len().min(here.len()) as f64) < least.max(2.0) {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let usual = mean(&then);
    let spread = (then.iter().map(|x| (x - usual).powi(2)).sum::<f64>() / (then.len() - 1) as f64).sqrt();
    let change = (mean(&here) - usual) / spread;
    change.is_finite().then_some(if rows[0].more_is_better { change } else { -change })
}

fn finding(
    caseload: &Caseload,
    provider: ProviderId,
    measures: &[(Word, f64, bool)],
    parameters: &Parameters,
    window: Window,
) -> Finding {
    let subject = Subject::provider(caseload.names.provider(provider));
    let least = parameters.get("least-falling");
    let unpaid = measures.iter().filter(|(.., paid)| !paid).count() as f64;
    let draft = ABOUT
        .draft(parameters, &DIVERGENCE, window)
        .of(subject, unpaid, "unpaid measures with enough months before and now", least);
    if unpaid < least {
        return draft.too_few();
    }
    let changes: Vec<(f64, bool)> = measures.iter().map(|(_, change, paid)| (*change, *paid)).collect();
    let (replicates, seed) = (parameters.get("replicates").max(1.0) as usize, parameters.get("seed") as u64);
    let found = match divergence::divergence(&changes, replicates, seed) {
        Ok(found) => found,
        Err(refusal) => return draft.refused(&format!("{refusal}: {}", refusal.remedy())),
    };
    let wide = found.value > parameters.get("divergence-above") && found.unpaid_falling as f64 >= least;
    let figure = Figure {
        value: found.value,
        worth_asking: wide && found.p <= parameters.get("chance"),
        act: wide && found.p <= parameters.get("chance") && found.value > 2.0 * parameters.get("divergence-above"),
        other_way: found.value < -parameters.get("divergence-above"),
        ..Figure::default()
    };
    let says = format!(
        "paid measures moved {:.1} standard deviations further than unpaid ones; {} of {} unpaid measures fell; by relabelling \
         the chance is {:.3}",
        found.value, found.unpaid_falling, found.unpaid, found.p
    );
    let comparator = Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same provider before the contract, less the change of the region".into(),
        value: Some(0.0),
    };
    let mut finding = draft
        .figure(figure, comparator, says)
        .input("paid-measures", found.paid as f64)
        .input("unpaid-measures", found.unpaid as f64)
        .input("unpaid-falling", found.unpaid_falling as f64)
        .input("chance-by-relabelling", found.p)
        .input("relabellings", found.relabellings as f64);
    if 1.0 / found.relabellings as f64 > parameters.get("chance") {
        finding.warnings.push(
            "there are too few measures for relabelling to tell anything: watch more unpaid measures".into(),
        );
    }
    finding.draws = found.drawn.map(|drawn| Draws { generator: drawn.generator, seed, replicates });
    finding.picture = Some(Picture::Bars {
        x: "measure".into(),
        y: "change in standard deviations".into(),
        bars: measures
            .iter()
            .map(|(measure, change, paid)| LabelledBar {
                name: format!("{}{}", caseload.names.word(*measure), if *paid { " (paid)" } else { "" }),
                value: *change,
                expected: Some(0.0),
                interval: None,
                cases: 1.0,
            })
            .collect(),
    });
    finding
}
