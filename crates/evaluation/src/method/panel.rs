//! Units seen several times: what changed with the programme beyond what changed without.
//!
//! A row is a unit at a time. A unit is treated from `first-treated` on; where the plan names no such column, the rows
//! with the programme say when it began.

use std::{collections::BTreeMap, rc::Rc};

use meed_statistics::{Matrix, Refusal, Warning};
use meed_terms::OutcomeKind::{Count, Number, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes};
use crate::{
    panel::{
        Absorbed, Counted, Errors, FixedEffects, codes,
        staggered::{self, Adjust, Average, Base, Comparison, Gaps, Long, Options, Over, Panel},
        wild_bootstrap,
    },
    people::People,
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Sensitivity, Series, Table},
    words::{effect, effect_or_warning, figure},
};

/// Two-way fixed effects.
pub(super) const FIXED_EFFECTS: Method = Method {
    name: "fixed-effects",
    about: "The change with the programme beyond every unit's own level and every period's, by regression (two-way fixed effects), with errors by cluster.",
    page: "difference-in-differences.md",
    settings: &[
        Setting {
            name: "log",
            takes: Takes::Flag,
            default: Some("no"),
            about: "whether the logarithm of the outcome is explained, so that the effect is a share",
        },
        Setting {
            name: "replicates",
            takes: Takes::Whole(0, 1_000_000),
            default: Some("1999"),
            about: "draws of the wild cluster bootstrap beside it; 0 for none",
        },
    ],
    roles: &[ColumnRole::Time],
    uses: &[
        ColumnRole::Covariates,
        ColumnRole::Cluster,
        ColumnRole::ClusterTwo,
        ColumnRole::Weight,
        ColumnRole::FirstTreated,
    ],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::Panel,
    fix: fixed_effects,
};

/// Callaway and Sant'Anna.
pub(super) const STAGGERED: Method = Method {
    name: "staggered",
    about: "Effects by group and period of places that begin at different times, compared only with places that had not begun (Callaway & Sant'Anna 2021), with an event study.",
    page: "staggered.md",
    settings: &[
        Setting {
            name: "compared-with",
            takes: Takes::Word(&["not-yet", "never"]),
            default: Some("not-yet"),
            about: "units that had not begun yet, or only those that never did",
        },
        Setting {
            name: "adjust",
            takes: Takes::Word(&["doubly-robust", "outcome-regression", "weighting"]),
            default: Some("doubly-robust"),
            about: "how others are made comparable in the covariates",
        },
        Setting {
            name: "base",
            takes: Takes::Word(&["varying", "universal"]),
            default: Some("varying"),
            about: "from which period changes before the beginning are counted: the one before each, or the last before the beginning",
        },
        Setting {
            name: "anticipation",
            takes: Takes::Whole(0, 100),
            default: Some("0"),
            about: "for how many periods before the beginning it may already act",
        },
        Setting {
            name: "gaps",
            takes: Takes::Word(&["refuse", "leave-out"]),
            default: Some("refuse"),
            about: "what becomes of units that are not seen in every period: the panel is refused, or they are left out and told of",
        },
        Setting {
            name: "replicates",
            takes: Takes::Whole(199, 1_000_000),
            default: Some("1999"),
            about: "draws of the bootstrap that makes the bands of the event study hold together",
        },
    ],
    roles: &[ColumnRole::Time, ColumnRole::FirstTreated],
    uses: &[ColumnRole::Covariates, ColumnRole::Weight],
    kinds: &[YesNo, Number, Count],
    by_lot: false,
    of: Of::Panel,
    fix: of_groups,
};

/// Whether somebody is seen more than once.
///
/// # Errors
/// When every row is another unit: levels of units are then all that there is, and no unit has a change of its own.
fn followed(people: &People) -> Result<(), RefusalSaid> {
    let mut keys: Vec<&String> = people.keys.iter().collect();
    keys.sort_unstable();
    if keys.is_empty() || keys.windows(2).any(|pair| pair[0] == pair[1]) {
        return Ok(());
    }
    Err(RefusalSaid {
        code: "repeated-cross-sections".into(),
        what: "every row is of another unit, so that nobody is seen before and after".into(),
        remedy: "give one row for each area and period, with the mean of its people as the outcome and the area as `person`; or name `two-by-two` or `areas`, which compare different people before and after".into(),
    })
}

/// Whether each row is under the programme.
fn under(people: &People) -> Result<Vec<f64>, RefusalSaid> {
    let time = times(people)?;
    Ok(match &people.first_treated {
        Some(first) => {
            time.iter().zip(first).map(|(time, first)| f64::from(u8::from(first.is_some_and(|f| *time >= f)))).collect()
        }
        None => people.treated.iter().map(|treated| f64::from(u8::from(*treated))).collect(),
    })
}

fn times(people: &People) -> Result<&[f64], RefusalSaid> {
    people.time.as_deref().ok_or_else(|| Refusal::too_few("columns of the time", 0, 1).into())
}

pub(super) fn periods(people: &People) -> Result<Vec<i64>, RefusalSaid> {
    let whole = |time: &f64| {
        if time.fract() == 0.0 && time.abs() < 1e15 {
            Ok(*time as i64)
        } else {
            Err(RefusalSaid::from(Refusal::out_of_range(
                "a time",
                *time,
                "a whole number: the year, or the number of the period",
            )))
        }
    };
    times(people)?.iter().map(whole).collect()
}

fn fixed_effects(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    followed(&people)?;
    let programme = under(&people)?;
    let period = periods(&people)?;
    let mut columns = Matrix::from_columns(vec![("programme", programme)])?;
    for (name, column) in people.adjusted_columns() {
        columns.push(name, column)?;
    }
    let (level, seed, about) = (run.level, run.seed, run.about.clone());
    let (log, replicates) = (run.settings.flag("log"), run.settings.whole("replicates"));
    let scale = if log { Scale::LogDifference } else { run.scale() };
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let outcome: Vec<f64> = match log {
                false => outcomes.values.clone(),
                true => {
                    if let Some(row) = outcomes.values.iter().position(|value| *value <= 0.0) {
                        return Err(Refusal::out_of_range(
                            &format!("the outcome in row {}", row + 1),
                            outcomes.values[row],
                            "above 0, where its logarithm is asked for",
                        )
                        .into());
                    }
                    outcomes.values.iter().map(|value| value.ln()).collect()
                }
            };
            let absorbed = [Absorbed::by("unit", &own.keys), Absorbed::by("period", &period)];
            let keys = own.cluster.as_ref().unwrap_or(&own.keys);
            let clusters = codes(keys).1;
            let second = own.cluster_two.as_ref().map(|second| codes(second).1);
            let errors = match &second {
                Some(second) => Errors::TwoWay(("the first cluster", &clusters), ("the second cluster", second)),
                None => Errors::Clustered("cluster", &clusters),
            };
            let model = FixedEffects {
                outcome: &outcome,
                columns: &columns,
                absorbed: &absorbed,
                weights: own.weight.as_deref(),
                errors,
                counted: Counted::NotNested,
                level,
            };
            let fit = model.fit()?;
            let mut answer = Answer { warnings: fit.warnings.clone(), ..Answer::default() };
            let title = "Change with the programme beyond the change without";
            answer.effects.push(effect(title, Role::Main, scale, fit.coefficients[0].1.clone(), None, &about));
            let mut rows = vec![
                vec![Cell::Text("Rows".into()), Cell::Number(fit.n as f64)],
                vec![Cell::Text("Small-sample factor".into()), Cell::Text(fit.factor.clone())],
            ];
            rows.extend(
                fit.clusters
                    .iter()
                    .map(|(name, count)| vec![Cell::Text(format!("Clusters: {name}")), Cell::Number(*count as f64)]),
            );
            if replicates > 0 && second.is_none() {
                match wild_bootstrap(&model, 0, ("cluster", &clusters), replicates, seed) {
                Ok(wild) => answer.sensitivity.push(Sensitivity {
                    name: "wild-bootstrap".into(),
                    question: "How sure is it, clusters being few?".into(),
                    answer: format!(
                        "By the wild cluster bootstrap chance alone makes as much in {} of 100 cases; effects from {} to {} are not ruled out.",
                        figure(wild.p_value * 100.0),
                        figure(wild.interval.low),
                        figure(wild.interval.high)
                    ),
                    figures: vec![
                        ("p".into(), wild.p_value),
                        ("lower limit".into(), wild.interval.low),
                        ("upper limit".into(), wild.interval.high),
                        ("clusters".into(), wild.clusters as f64),
                        ("ways of turning".into(), wild.replicates as f64),
                    ],
                }),
                Err(refusal) => answer.warnings.push(Warning::new(
                    refusal.code(),
                    format!("there is no wild cluster bootstrap beside it: {refusal}"),
                    refusal.remedy(),
                )),
            }
            }
            answer.tables.push(Table {
                title: "What the error rests on".into(),
                columns: vec!["What".into(), "Value".into()],
                rows,
            });
            answer.warnings.extend(with_gaps(&own, &period));
            let starts: std::collections::BTreeSet<i64> = starts(&own, &period).into_values().flatten().collect();
            if starts.len() > 1 {
                answer.warnings.push(Warning::new(
                "begins-at-different-times",
                format!("units begin at {} different times: where effects grow or fade, this figure mixes them with weights that can be negative", starts.len()),
                "name `staggered` as the method, and read this one beside it",
            ));
            }
            Ok(answer)
        }),
    ))
}

/// Units that are not seen in every period count in those in which they are.
fn with_gaps(people: &People, period: &[i64]) -> Option<Warning> {
    let periods: std::collections::BTreeSet<&i64> = period.iter().collect();
    let mut seen: BTreeMap<&String, usize> = BTreeMap::new();
    people.keys.iter().for_each(|key| *seen.entry(key).or_default() += 1);
    let gaps = seen.values().filter(|times| **times < periods.len()).count();
    (gaps > 0).then(|| {
        Warning::new(
            "units-with-gaps",
            format!("{gaps} of {} units are not seen in every period and count in those in which they are", seen.len()),
            "find out why rows are missing: where that hangs on the outcome, the effect is not the programme's",
        )
    })
}

/// When each unit began.
fn starts(people: &People, period: &[i64]) -> BTreeMap<String, Option<i64>> {
    let mut starts: BTreeMap<String, Option<i64>> = BTreeMap::new();
    for row in 0..people.len() {
        let own = match &people.first_treated {
            Some(first) => first[row].map(|first| first as i64),
            None => people.treated[row].then_some(period[row]),
        };
        let known = starts.entry(people.keys[row].clone()).or_default();
        *known = match (*known, own) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    starts
}

fn of_groups(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    followed(&people)?;
    let period = periods(&people)?;
    let starts = starts(&people, &period);
    let began: Vec<Option<i64>> = people.keys.iter().map(|key| starts[key]).collect();
    let mut covariates = Matrix::of_rows(people.len());
    for (name, column) in people.adjusted_columns() {
        covariates.push(name, column)?;
    }
    let options = Options {
        comparison: if run.settings.word("compared-with") == Some("never") {
            Comparison::Never
        } else {
            Comparison::NotYet
        },
        adjust: match run.settings.word("adjust") {
            Some("outcome-regression") => Adjust::OutcomeRegression,
            Some("weighting") => Adjust::Weighting,
            _ => Adjust::DoublyRobust,
        },
        base: if run.settings.word("base") == Some("universal") { Base::Universal } else { Base::Varying },
        anticipation: run.settings.whole("anticipation") as i64,
        level: run.level,
    };
    let gaps = if run.settings.word("gaps") == Some("leave-out") { Gaps::LeaveOut } else { Gaps::Refuse };
    let (about, scale, seed, replicates) = (run.about.clone(), run.scale(), run.seed, run.settings.whole("replicates"));
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let long = Long {
                unit: &own.keys,
                period: &period,
                began: &began,
                outcome: &outcomes.values,
                covariates: (covariates.columns() > 0).then_some(&covariates),
                weights: own.weight.as_deref(),
                gaps,
            };
            let (panel, warnings) = Panel::from_long(&long)?;
            let effects = staggered::effects(&panel, &options)?;
            let mut answer = Answer { warnings, ..Answer::default() };
            answer.warnings.extend(effects.warnings.iter().cloned());
            let all = staggered::averages(&effects, Over::All)?;
            let title = "Average effect on those that began, over groups and periods";
            answer.effects.push(effect(title, Role::Main, scale, all.overall, None, &about));
            for (over, title) in
                [(Over::Group, "Average over groups"), (Over::Calendar, "Average over calendar periods")]
            {
                let made = staggered::averages(&effects, over).map_err(RefusalSaid::from);
                let made = made.map(|made| effect(title, Role::Beside, scale, made.overall, None, &about));
                effect_or_warning(title, made, &mut answer.effects, &mut answer.warnings);
            }
            let study = staggered::averages(&effects, Over::Since)?;
            let bands = staggered::bands(&effects, &study.averages, replicates, seed)?;
            let points = bands.bands.iter().map(|band| Point {
                x: band.at as f64,
                y: band.value,
                low: Some(band.band.low),
                high: Some(band.band.high),
            });
            answer.series.push(Series {
                name: "event-study".into(),
                title: "Effect by periods since the beginning; below 0 are steps before it, which should be none"
                    .into(),
                drawn: Drawn::Points,
                along: "periods since the beginning".into(),
                up: "effect, with a band that holds for all periods together".into(),
                mark: Some(-0.5),
                level: Some(0.0),
                curves: vec![Curve { name: "effect".into(), points: points.collect() }],
            });
            answer.tables.push(of_cells(&effects));
            if let Some((statistic, df, p)) = effects.pre_trend {
                answer.sensitivity.push(Sensitivity {
                    name: "pre-trend".into(),
                    question: "Did places go the same way before the beginning?".into(),
                    answer: format!(
                        "Chance alone makes steps before the beginning as large as these in {} of 100 cases{}.",
                        figure(p * 100.0),
                        if p < 0.05 { ": they seem to have gone different ways already" } else { "" }
                    ),
                    figures: vec![
                        ("Wald's statistic".into(), statistic),
                        ("degrees of freedom".into(), df as f64),
                        ("p".into(), p),
                    ],
                });
            }
            let last = study.averages.iter().map(|average: &Average| average.at).max().unwrap_or(0);
            if let Ok(drift) = staggered::relative_magnitudes(&effects, &study, (0, last), &[0.0, 0.5, 1.0, 1.5, 2.0]) {
                let answer_text = match drift.breakdown {
                    None => "The interval holds no effect even if trends go on alike.".to_owned(),
                    Some(at) => format!(
                        "Trends would have to drift apart in each period by {} times the largest step before the beginning for no effect to be possible.",
                        figure(at)
                    ),
                };
                answer.sensitivity.push(Sensitivity {
                    name: "parallel-trends".into(),
                    question: "What if places would have drifted apart anyway?".into(),
                    answer: answer_text,
                    figures: drift
                        .points
                        .iter()
                        .flat_map(|point| {
                            [
                                (format!("lower limit at {} times", point.magnitude), point.interval.low),
                                (format!("upper limit at {} times", point.magnitude), point.interval.high),
                            ]
                        })
                        .collect(),
                });
            }
            Ok(answer)
        }),
    ))
}

fn of_cells(effects: &staggered::Effects) -> Table {
    let rows = effects.cells.iter().map(|cell| {
        let mut row = vec![
            Cell::Number(cell.began as f64),
            Cell::Number(cell.period as f64),
            Cell::Number(cell.units.0 as f64),
            Cell::Number(cell.units.1 as f64),
        ];
        match &cell.estimate {
            Some(estimate) => {
                row.extend([estimate.value, estimate.interval.low, estimate.interval.high].map(Cell::Number))
            }
            None => row.extend([Cell::Empty, Cell::Empty, Cell::Empty]),
        }
        row
    });
    Table {
        title: "Effects by when units began and by period".into(),
        columns: ["Began", "Period", "Units", "Compared", "Effect", "From", "To"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
