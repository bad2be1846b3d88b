//! Did the whole region change, so that results moved for reasons outside the contract?
//!
//! Offending depends on police and courts, work on the labour market. What providers outside the contract show is a
//! control that the contract cannot have moved. The page `docs/reference/guardrails/g28-outside-shocks.md` says how to
//! read the figures.

use std::collections::BTreeMap;

use meed_statistics::distribution::{Continuous, Normal};

use super::{
    About, Figure, Indicator, Measure, Need, Parameter, Parameters,
    shared::{self, percent},
};
use crate::{
    caseload::{Caseload, MeasureValue, Window, Word},
    day::Day,
    finding::{Comparator, ComparatorKind, Family, Finding, Step, Subject},
    picture::{Curve, Picture},
};

/// Shocks from outside.
pub struct OutsideShocks;

static ABOUT: About = About {
    id: "G28",
    name: "outside-shocks",
    question: "Did the whole region change, so that results moved for reasons outside the contract?",
    needs: &[Need::Measures, Need::GoLive],
    parameters: &[
        Parameter { name: "window-days", default: 365.0, about: "months that begin within this many days", source: None },
        Parameter { name: "change-above", default: 0.10, about: "change of the region relative to before, above which to ask", source: None },
        Parameter { name: "p", default: 0.01, about: "chance below which a change counts", source: None },
        Parameter { name: "least-months", default: 6.0, about: "the fewest months before and now", source: None },
    ],
    family: Family::Ordinary,
    could_also_be: &[
        "a change in how the region counts",
        "other contracts in the region that began at the same time",
        "people who moved from the region's services to the contract's",
    ],
    steps: (Step::R1, Step::R4),
};

static CHANGE: Measure = Measure {
    name: "change-of-the-region",
    formula: "G28a/1",
    text: "mean of the region's months in the window / mean of its months before the contract - 1; Welch's interval over \
           months",
    untested: false,
};

impl Indicator for OutsideShocks {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn ask(&self, caseload: &Caseload, parameters: &Parameters, as_of: Day) -> Vec<Finding> {
        let window = Window::days_to(as_of, parameters.days("window-days"));
        let Some(go_live) = caseload.go_live() else { return Vec::new() };
        let before = Window { from: go_live.plus(-3_650), until: go_live.min(window.from) };
        let mut region = BTreeMap::<Word, Vec<&MeasureValue>>::new();
        for row in caseload.measures.iter().filter(|row| row.known_on <= as_of && row.paid && row.value.is_finite()) {
            // The region without the contract's providers; where it is not there, providers outside the contract.
            let outside = row.provider.is_none_or(|provider| !caseload.providers[provider.place()].in_contract);
            if outside {
                region.entry(row.measure).or_default().push(row);
            }
        }
        for rows in region.values_mut() {
            if rows.iter().any(|row| row.provider.is_none()) {
                rows.retain(|row| row.provider.is_none());
            }
        }
        region.iter().map(|(measure, rows)| change(caseload, *measure, rows, before, window, parameters)).collect()
    }
}

fn change(
    caseload: &Caseload,
    measure: Word,
    rows: &[&MeasureValue],
    before: Window,
    window: Window,
    parameters: &Parameters,
) -> Finding {
    let name = caseload.names.word(measure);
    let subject = Subject { other: Some(name.to_owned()), ..Subject::contract() };
    let of = |side: Window| -> Vec<f64> { rows.iter().filter(|row| side.contains(row.on)).map(|row| row.value).collect() };
    let (then, now) = (of(before), of(window));
    let least = parameters.get("least-months").max(2.0);
    let cases = then.len().min(now.len()) as f64;
    let draft = ABOUT.draft(parameters, &CHANGE, window).of(subject, cases, "months of the region on the side with fewer", least);
    if cases < least {
        return draft.too_few();
    }
    let side = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (mean, values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0) / n)
    };
    let ((usual, v0), (here, v1)) = (side(&then), side(&now));
    let error = (v0 + v1).sqrt();
    if usual == 0.0 || error == 0.0 {
        return draft.refused("the region's months never differ, or were nought before the contract");
    }
    let relative = here / usual - 1.0;
    let p = 2.0 * Normal.upper(((here - usual) / error).abs());
    let half = Normal.quantile(0.975) * error / usual.abs();
    let above = parameters.get("change-above");
    let figure = Figure {
        value: relative,
        interval: shared::interval(relative - half, relative + half),
        p: Some(p),
        worth_asking: relative.abs() > above && p < parameters.get("p"),
        act: relative.abs() > 2.0 * above && p < parameters.get("p"),
        other_way: false,
    };
    let says = format!(
        "`{name}` of the region without the contract's providers moved by {} since before the contract",
        percent(relative)
    );
    let comparator = Comparator {
        kind: ComparatorKind::Reference,
        what: "the same region before the contract".into(),
        value: Some(usual),
    };
    let mut finding = draft.figure(figure, comparator, says).input("before", usual).input("now", here);
    finding.picture = Some(Picture::Months {
        y: name.to_owned(),
        curves: vec![Curve {
            name: "the region".into(),
            points: rows.iter().map(|row| (row.on.number() as f64, row.value)).collect(),
        }],
        limits: None,
    });
    finding
}
