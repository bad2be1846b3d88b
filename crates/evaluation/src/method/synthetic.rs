//! One place, or a few, against a mixture of others that went the same way before.

use meed_statistics::{Estimate, Refusal, Warning};
use meed_terms::OutcomeKind::{Count, Number};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes, beginning::BEGAN, grid::Grid};
use crate::{
    report::{Cell, Curve, Drawn, Point, RefusalSaid, Role, Scale, Sensitivity, Series, Table},
    series::{Block, Importance, Placebos, Places, Predictor, Spread, Synthetic},
    words::{effect, figure},
};

/// Synthetic control.
pub(super) const CONTROL: Method = Method {
    name: "synthetic-control",
    about: "The outcome of one place less that of a mixture of others which was like it before (synthetic control), with every other place treated as if it had been the one.",
    page: "synthetic-control.md",
    settings: &[
        BEGAN,
        Setting {
            name: "follow-from",
            takes: Takes::Number(f64::NEG_INFINITY, f64::INFINITY),
            default: Some("none"),
            about: "the first period that the mixture is to follow; the first there is when left out",
        },
        Setting {
            name: "importance",
            takes: Takes::Word(&["searched", "equal"]),
            default: Some("searched"),
            about: "how much each covariate counts: so that the mixture follows the outcome before, or all the same",
        },
    ],
    roles: &[ColumnRole::Time],
    uses: &[ColumnRole::FirstTreated, ColumnRole::Covariates],
    kinds: &[Number, Count],
    by_lot: false,
    of: Of::Panel,
    fix: control,
};

/// Synthetic difference-in-differences.
pub(super) const DIFFERENCE: Method = Method {
    name: "synthetic-difference",
    about: "What a few places that begin at once changed beyond a mixture of others, from a mixture of periods before (synthetic difference-in-differences).",
    page: "synthetic-control.md",
    settings: &[
        BEGAN,
        Setting {
            name: "error",
            takes: Takes::Word(&["placebo", "jackknife"]),
            default: Some("placebo"),
            about: "how the error is found: from other places treated as if they had been the ones, or from leaving each place out",
        },
        Setting {
            name: "replicates",
            takes: Takes::Whole(20, 100_000),
            default: Some("500"),
            about: "draws of places, where several were treated",
        },
    ],
    roles: &[ColumnRole::Time],
    uses: &[ColumnRole::FirstTreated],
    kinds: &[Number, Count],
    by_lot: false,
    of: Of::Panel,
    fix: difference,
};

fn control(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let grid = Grid::of(run)?;
    let place = grid.one("name `synthetic-difference` as the method, or look at each place in a plan of its own")?;
    let first = grid.periods.first().copied().unwrap_or_default();
    let from = run.settings.number("follow-from").map_or(first, |from| from.ceil() as i64);
    let last = grid.periods.iter().copied().filter(|period| *period < grid.began).max().unwrap_or(first);
    let followed: Vec<usize> =
        (0..grid.periods.len()).filter(|&at| (from..=last).contains(&grid.periods[at])).collect();
    let mean = |values: &[f64]| followed.iter().map(|&at| values[at]).sum::<f64>() / followed.len().max(1) as f64;
    let predictors: Vec<Predictor> = run
        .people
        .adjusted_columns()
        .into_iter()
        .map(|(name, column)| Predictor { name, values: grid.values(&column).iter().map(|own| mean(own)).collect() })
        .collect();
    let importance =
        if run.settings.word("importance") == Some("equal") { Importance::Equal } else { Importance::Searched };
    let (level, about) = (run.level, run.about.clone());
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        if outcomes.values.windows(2).all(|pair| pair[0] == pair[1]) {
            return Err(Refusal::NoVariation { what: "the outcome".into() }.into());
        }
        let outcome = grid.values(&outcomes.values);
        let places = Places {
            names: &grid.names,
            periods: &grid.periods,
            outcome: &outcome,
            began: grid.began,
            follow: (from, last),
            predictors: &predictors,
        };
        let found = places.synthetic(place, &importance)?;
        let placebos = places.placebos(place, &importance)?;
        let since = grid.periods.iter().filter(|period| **period >= grid.began).count();
        let spread = placebos.others.iter().map(|other| other.effect.powi(2)).sum::<f64>();
        if placebos.others.is_empty() {
            return Err(Refusal::too_few("other places for which a mixture could be made", 0, 1).into());
        }
        let spread = (spread / placebos.others.len() as f64).sqrt();
        let mut own = Estimate::normal(found.effect, spread, level, grid.names.len() * since)?;
        own.p = placebos.p_value;
        let actual: Vec<f64> =
            (0..grid.periods.len()).filter(|&at| grid.periods[at] >= grid.began).map(|at| outcome[place][at]).collect();
        let actual = actual.iter().sum::<f64>() / actual.len() as f64;
        let mut answer = Answer { warnings: found.warnings.clone(), ..Answer::default() };
        let title = format!("Mean of {} since the programme, less that of the mixture", found.place);
        let sides = Some((actual, actual - found.effect));
        answer.effects.push(effect(&title, Role::Main, Scale::Difference, own, sides, &about));
        answer.sensitivity.push(of_placebos(&found, &placebos));
        if placebos.p_value > 1.0 - level {
            let at_least = (placebos.p_value * placebos.ratios.len() as f64).round();
            answer.warnings.push(Warning::new(
                "placebos-as-large",
                format!(
                    "the gap grew as much in {at_least} of {} places, {} among them",
                    placebos.ratios.len(),
                    found.place
                ),
                "do not read the gap as an effect: chance makes as much",
            ));
        }
        let without = places.leave_one_out(place, &importance)?;
        answer.sensitivity.extend(of_leaving_out(&without));
        answer.tables.extend(tables(&found, &placebos));
        answer.series.push(drawn(&found, &outcome[place], grid.began));
        Ok(answer)
    };
    Ok(Fixed::everybody(run.people, Box::new(estimate)))
}

fn of_placebos(found: &Synthetic, placebos: &Placebos) -> Sensitivity {
    Sensitivity {
        name: "placebos".into(),
        question: "Do places without the programme show gaps that grow as much?".into(),
        answer: format!(
            "Of {} places, {} of 100 have a gap that grew at least as much as that of {}.",
            placebos.ratios.len(),
            figure(placebos.p_value * 100.0),
            found.place
        ),
        figures: vec![
            ("share of places with a ratio at least as large".into(), placebos.p_value),
            ("gap before".into(), found.before),
            ("gap since".into(), found.after),
        ],
    }
}

fn of_leaving_out(without: &[(String, Synthetic)]) -> Option<Sensitivity> {
    let effects: Vec<f64> = without.iter().map(|(_, found)| found.effect).collect();
    let least = effects.iter().copied().reduce(f64::min)?;
    let most = effects.iter().copied().reduce(f64::max)?;
    Some(Sensitivity {
        name: "leave-one-out".into(),
        question: "Does the answer hang on one of the other places?".into(),
        answer: format!(
            "Without one or another of the places in the mixture the mean gap lies between {} and {}.",
            figure(least),
            figure(most)
        ),
        figures: without.iter().map(|(name, found)| (format!("without {name}"), found.effect)).collect(),
    })
}

fn weights(title: &str, rows: impl Iterator<Item = (String, f64)>) -> Table {
    let rows = rows.filter(|(_, weight)| *weight > 5e-4);
    Table {
        title: title.into(),
        columns: vec!["Which".into(), "Weight".into()],
        rows: rows.map(|(name, weight)| vec![Cell::Text(name), Cell::Number(weight)]).collect(),
    }
}

fn tables(found: &Synthetic, placebos: &Placebos) -> Vec<Table> {
    let mut tables = vec![weights("The mixture", found.weights.iter().cloned())];
    if !found.predictors.is_empty() {
        let rows = found.predictors.iter().map(|known| {
            let numbers = [known.importance, known.place, known.mixture, known.others].map(Cell::Number);
            std::iter::once(Cell::Text(known.name.clone())).chain(numbers).collect()
        });
        tables.push(Table {
            title: "How alike place and mixture were before".into(),
            columns: ["What", "Counts for", "Place", "Mixture", "Others, mean"].map(str::to_owned).to_vec(),
            rows: rows.collect(),
        });
    }
    let rows = placebos.ratios.iter().map(|(name, ratio)| vec![Cell::Text(name.clone()), Cell::Number(*ratio)]);
    tables.push(Table {
        title: "By how much gaps grew, place by place (gap since over gap before)".into(),
        columns: vec!["Place".into(), "Ratio".into()],
        rows: rows.collect(),
    });
    tables.push(Table {
        title: "What the error rests on".into(),
        columns: vec!["What".into(), "Value".into()],
        rows: vec![
            vec![
                Cell::Text("How the range was worked out".into()),
                Cell::Text("root of the mean square of the same figure in places without the programme".into()),
            ],
            vec![Cell::Text("Places it comes from".into()), Cell::Number(placebos.others.len() as f64)],
            vec![Cell::Text("Places without a mixture".into()), Cell::Number(placebos.refused.len() as f64)],
        ],
    });
    tables
}

fn drawn(found: &Synthetic, outcome: &[f64], began: i64) -> Series {
    let point = |period: i64, y: f64| Point { x: period as f64, y, low: None, high: None };
    let own = found.gaps.iter().zip(outcome).map(|((period, _), value)| point(*period, *value));
    let mixture = found.gaps.iter().zip(outcome).map(|((period, gap), value)| point(*period, value - gap));
    Series {
        name: "mixture".into(),
        title: format!("{} and the mixture of others", found.place),
        drawn: Drawn::Lines,
        along: "period".into(),
        up: "outcome".into(),
        mark: Some(began as f64 - 0.5),
        level: None,
        curves: vec![
            Curve { name: found.place.clone(), points: own.collect() },
            Curve { name: "mixture".into(), points: mixture.collect() },
        ],
    }
}

fn difference(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let grid = Grid::of(run)?;
    if grid.treated.is_empty() {
        return Err(Refusal::EmptyGroup { group: "the group with the programme".into() }.into());
    }
    let spread = match run.settings.word("error") {
        Some("jackknife") => Spread::Jackknife,
        _ => Spread::Placebo { replicates: run.settings.whole("replicates"), seed: run.seed },
    };
    let (level, about) = (run.level, run.about.clone());
    let estimate = move |outcomes: &crate::outcomes::Outcomes| {
        let outcome = grid.values(&outcomes.values);
        let block = Block {
            names: &grid.names,
            periods: &grid.periods,
            outcome: &outcome,
            treated: &grid.treated,
            began: grid.began,
            level,
        };
        let found = block.effect(spread)?;
        let mut answer = Answer { warnings: found.warnings, ..Answer::default() };
        let title = "Change with the programme beyond that of the mixture";
        answer.effects.push(effect(title, Role::Main, Scale::Difference, found.effect, None, &about));
        answer.tables.push(weights("The mixture of other places", found.places.into_iter()));
        let periods = found.periods.into_iter().map(|(period, weight)| (period.to_string(), weight));
        answer.tables.push(weights("The mixture of periods before", periods));
        let how = match spread {
            Spread::Jackknife => "from leaving out each place once",
            Spread::Placebo { .. } => "from other places treated as if they had been the ones",
        };
        answer.tables.push(Table {
            title: "What the error rests on".into(),
            columns: vec!["What".into(), "Value".into()],
            rows: vec![
                vec![Cell::Text("How it was worked out".into()), Cell::Text(how.into())],
                vec![Cell::Text("From so many".into()), Cell::Number(found.replicates as f64)],
            ],
        });
        Ok(answer)
    };
    let fixed = Fixed::everybody(run.people, Box::new(estimate));
    Ok(fixed)
}
