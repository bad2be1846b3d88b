//! One series of counts, before and after something began, with a control series where there is one.

use meed_terms::OutcomeKind::Count;

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes, beginning::BEGAN, grid::Grid};
use crate::{
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Sensitivity, Series, Table},
    series::{Counts, Family, Interrupted, Interruption},
    words::{effect, figure},
};

/// Interrupted time series.
pub(super) const INTERRUPTED: Method = Method {
    name: "interrupted-series",
    about: "The ratio by which a series of counts stepped when the programme began, beyond its trend and season, and beyond a control series where there is one (interrupted time series).",
    page: "interrupted-series.md",
    settings: &[
        BEGAN,
        Setting { name: "slope", takes: Takes::Flag, default: Some("no"), about: "whether the trend may change too" },
        Setting {
            name: "season",
            takes: Takes::Whole(1, 1000),
            default: Some("12"),
            about: "how many periods make a year",
        },
        Setting {
            name: "waves",
            takes: Takes::Whole(0, 6),
            default: Some("0"),
            about: "how many waves a season has, each a pair of sine and cosine",
        },
        Setting {
            name: "scatter",
            takes: Takes::Word(&["quasi-poisson", "negative-binomial", "poisson"]),
            default: Some("quasi-poisson"),
            about: "how counts scatter around what is expected",
        },
        Setting {
            name: "neighbours",
            takes: Takes::Whole(0, 1000),
            default: Some("none"),
            about: "up to how many periods apart neighbours may hang together; by the number of periods when left out",
        },
    ],
    roles: &[ColumnRole::Time],
    uses: &[ColumnRole::FirstTreated, ColumnRole::Exposure],
    kinds: &[Count],
    by_lot: false,
    of: Of::Panel,
    fix: interrupted,
};

fn interrupted(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let grid = Grid::of(run)?;
    let here = grid.one("add the counts of all of them up in the plan's SQL, or name `staggered` as the method")?;
    let there: Vec<usize> = (0..grid.names.len()).filter(|unit| *unit != here).collect();
    if there.len() > 1 {
        return Err(RefusalSaid {
            code: "several-controls".into(),
            what: format!("{} series had no programme, and one can be the control", there.len()),
            remedy: "add their counts up in the plan's SQL, or name `synthetic-control` as the method".into(),
        });
    }
    let steps: Vec<i64> = grid.periods.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if steps.windows(2).any(|pair| pair[0] != pair[1]) {
        return Err(RefusalSaid {
            code: "gaps".into(),
            what: "the periods do not follow one another in even steps, so that a trend over them means nothing".into(),
            remedy: "number the periods one after the other, and give those without anything counted a row with 0"
                .into(),
        });
    }
    let settings = run.settings;
    let (slope, season, waves) = (settings.flag("slope"), settings.whole("season"), settings.whole("waves"));
    let family = match settings.word("scatter") {
        Some("poisson") => Family::Poisson,
        Some("negative-binomial") => Family::NegativeBinomial,
        _ => Family::QuasiPoisson,
    };
    let lag = settings.number("neighbours").map(|lag| lag as usize);
    let began = grid.periods.partition_point(|period| *period < grid.began);
    let (level, about) = (run.level, run.about.clone());
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        let counts = grid.values(&outcomes.values);
        let at_risk = outcomes.exposure.as_ref().map(|exposure| grid.values(exposure));
        let series = |unit: usize| Counts {
            counts: &counts[unit],
            at_risk: at_risk.as_ref().map(|at_risk| at_risk[unit].as_slice()),
        };
        let control = there.first().map(|&unit| series(unit));
        let model = Interrupted { series: series(here), control, began, slope, season, waves, family, lag, level };
        let found = model.fit()?;
        let mut answer = Answer { warnings: found.warnings.clone(), ..Answer::default() };
        let title = if there.is_empty() { "Step" } else { "Step beyond that of the control" };
        answer.effects.push(effect(title, Role::Main, Scale::Ratio, found.step.clone(), None, &about));
        let neighbours = format!("{title}, neighbouring periods allowed to hang together");
        let beside = found.step_neighbours.clone();
        answer.effects.push(effect(&neighbours, Role::Beside, Scale::Ratio, beside, None, &about));
        answer.effects.extend(found.slope.clone().map(|slope| {
            effect("Each further period, times the trend before", Role::Beside, Scale::Ratio, slope, None, &about)
        }));
        answer.sensitivity.push(left_over(&found));
        answer.tables.extend(tables(&found));
        answer.series.push(drawn(&found, &grid));
        Ok(answer)
    };
    Ok(Fixed::everybody(run.people, Box::new(estimate)))
}

fn left_over(found: &Interruption) -> Sensitivity {
    let test = &found.left_over;
    Sensitivity {
        name: "left-over".into(),
        question: "Does one period still hang on the one before, once trend and season are taken out?".into(),
        answer: format!(
            "Chance alone leaves as much in {} of 100 series{}.",
            figure(test.p_value * 100.0),
            if test.p_value < 0.05 { ": read the range that allows for it" } else { "" }
        ),
        figures: vec![
            ("Ljung and Box's statistic".into(), test.statistic),
            ("periods apart, at most".into(), test.lag as f64),
            ("p".into(), test.p_value),
        ],
    }
}

fn tables(found: &Interruption) -> [Table; 2] {
    let rows = found.coefficients.iter().map(|(name, own)| {
        vec![
            Cell::Text(name.clone()),
            Cell::Number(own.value),
            Cell::Number(own.standard_error),
            Cell::Number(own.value.exp()),
            Cell::Number(own.p),
        ]
    });
    let mut scatter = vec![
        vec![Cell::Text("By how much more than Poisson the series scatters".into()), Cell::Number(found.dispersion)],
        vec![
            Cell::Text("Periods apart up to which neighbours may hang together".into()),
            Cell::Number(found.lag as f64),
        ],
        vec![Cell::Text("Ratio from each period to the next, before".into()), Cell::Number(found.trend.value)],
    ];
    scatter.extend(
        found.theta.map(|theta| vec![Cell::Text("theta: variance is mean + mean²/theta".into()), Cell::Number(theta)]),
    );
    [
        Table {
            title: "The regression".into(),
            columns: ["Column", "Coefficient", "Error", "Times", "By chance"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        },
        Table { title: "What the error rests on".into(), columns: vec!["What".into(), "Value".into()], rows: scatter },
    ]
}

fn drawn(found: &Interruption, grid: &Grid) -> Series {
    let point = |x: i64, y: f64| Point { x: x as f64, y, low: None, high: None };
    let curve = |name: &str, of: &dyn Fn(&(f64, f64, f64)) -> f64, from: i64| Curve {
        name: name.into(),
        points: grid
            .periods
            .iter()
            .zip(&found.fitted)
            .filter(|(period, _)| **period >= from)
            .map(|(period, fitted)| point(*period, of(fitted)))
            .collect(),
    };
    let first = grid.periods.first().copied().unwrap_or_default();
    Series {
        name: "series".into(),
        title: "What was counted, what the model expects, and what it expects without the programme".into(),
        drawn: Drawn::Lines,
        along: "period".into(),
        up: "count".into(),
        mark: Some(grid.began as f64 - 0.5),
        level: None,
        curves: vec![
            curve("counted", &|fitted| fitted.0, first),
            curve("expected", &|fitted| fitted.1, first),
            curve("without the programme", &|fitted| fitted.2, grid.began),
        ],
    }
}
