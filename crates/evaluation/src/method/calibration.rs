//! Does what was expected of people come true? Chances made from some people, tried on others: before anybody is paid or
//! compared by an expectation, it has to be right.

use std::rc::Rc;

use meed_statistics::{
    Estimate, Matrix, Refusal, Warning,
    calibration::{Calibration, calibration},
    generalised::{Family, generalised},
};
use meed_terms::OutcomeKind::YesNo;

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes};
use crate::{
    balance::SMALLEST,
    outcomes::Outcomes,
    people::{CovariateValues, People},
    report::{Cell, Curve, Drawn, Effect, Point, RefusalSaid, Role, Scale, Series, Table},
    words::{About, capital, figure},
};

/// Predicted chances against what happened.
pub(super) const CALIBRATION: Method = Method {
    name: "calibration",
    about: "Whether chances that are made from the people whom `treated` counts as 0 come true of those whom it counts as 1: observed less expected, the slope, tenths of people, and how well the chances tell people apart. The chances are those of a logistic regression on the covariates, or a covariate that holds them.",
    page: "calibration.md",
    settings: &[Setting {
        name: "chance",
        takes: Takes::Name,
        default: Some("none"),
        about: "a covariate that holds a ready chance above 0 and below 1; fitted from the covariates when left out",
    }],
    roles: &[ColumnRole::Covariates],
    uses: &[],
    kinds: &[YesNo],
    by_lot: false,
    of: Of::Prediction,
    fix: calibrated,
};

/// Fewer than this of either outcome leave a calibration unsure (Vergouwe and others 2005).
const ENOUGH: usize = 100;

fn calibrated(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let people = Rc::new(run.people.clone());
    let ready = match run.settings.word("chance") {
        None => None,
        Some(name) => Some(ready(&people, name)?),
    };
    let mut columns = Matrix::of_rows(people.len());
    for (name, column) in people.adjusted_columns() {
        columns.push(name, column)?;
    }
    if ready.is_none() && columns.columns() == 0 {
        return Err(Refusal::NoVariation { what: "every covariate that a chance could be made from".into() }.into());
    }
    let columns = columns.with_constant();
    let rows = |arm: bool| (0..people.len()).filter(|&row| people.treated[row] == arm).collect::<Vec<usize>>();
    let (tried, from) = (rows(true), rows(false));
    let (level, about) = (run.level, run.about.clone());
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes: &Outcomes| {
            let mut answer = Answer::default();
            let chance: Vec<f64> = match &ready {
                Some(ready) => tried.iter().map(|&row| ready[row]).collect(),
                None => {
                    let known: Vec<f64> = from.iter().map(|&row| outcomes.values[row]).collect();
                    let model = generalised(&columns.take_rows(&from), &known, Family::Logistic, None, None)?;
                    answer.tables.push(regression(&model.fit));
                    let odds = columns.take_rows(&tried).times(&model.fit.coefficients);
                    odds.iter().map(|odds| 1.0 / (1.0 + (-odds).exp())).collect()
                }
            };
            let happened: Vec<bool> = tried.iter().map(|&row| outcomes.values[row] == 1.0).collect();
            let found = calibration(&chance, &happened, level)?;
            answer.effects = effects(&found, &chance, level, &about)?;
            answer.warnings = warnings(&found);
            answer.tables.insert(0, tenths(&found, level)?);
            answer.tables.insert(1, overall(&found));
            answer.series.push(drawn(&found, level)?);
            Ok(answer)
        }),
    ))
}

/// The chances that a covariate holds.
fn ready(people: &People, name: &str) -> Result<Vec<f64>, RefusalSaid> {
    let covariate = people.covariates.iter().find(|covariate| covariate.name == name && covariate.adjusted);
    let Some(covariate) = covariate else {
        return Err(RefusalSaid {
            code: "no-such-column".into(),
            what: format!("`chance` names `{name}`, which is no covariate, or the same for everybody"),
            remedy: "list its column among the `covariates`".into(),
        });
    };
    let CovariateValues::Numbers(numbers) = &covariate.values else {
        return Err(Refusal::NotANumber { what: format!("the chance `{name}`"), row: 1 }.into());
    };
    if let Some(wrong) = numbers.iter().find(|chance| **chance <= 0.0 || **chance >= 1.0) {
        return Err(Refusal::out_of_range(&format!("a chance in `{name}`"), *wrong, "above 0 and below 1").into());
    }
    Ok(numbers.clone())
}

fn effects(found: &Calibration, chance: &[f64], level: f64, about: &About) -> Result<Vec<Effect>, Refusal> {
    let people = found.people as f64;
    let (observed, expected) = (found.observed as f64 / people, found.expected / people);
    // What chance alone makes of the observed share, were every chance right.
    let error = chance.iter().map(|p| p * (1.0 - p)).sum::<f64>().sqrt() / people;
    let apart = Estimate::normal(observed - expected, error, level, found.people)?;
    let percent = (level * 100.0).round();
    let range = |of: &Estimate, by: f64| {
        format!("{} to {} with {percent}% confidence", figure(of.interval.low * by), figure(of.interval.high * by))
    };
    let right = |of: &Estimate, nothing: f64| {
        if of.interval.contains(nothing) {
            "What was expected lies within that range."
        } else {
            "What was expected lies outside that range: chance alone would seldom make this difference."
        }
    };
    let whole = format!(
        "{}: {} of every 100, where {} were expected. That is {} of every 100 {} than expected ({}). {}",
        capital(&about.what),
        figure(observed * 100.0),
        figure(expected * 100.0),
        figure((observed - expected).abs() * 100.0),
        if observed < expected { "fewer" } else { "more" },
        range(&apart, 100.0),
        right(&apart, 0.0)
    );
    let shift = found.in_the_large.clone().ratio();
    let odds = format!(
        "The odds are {} times what was expected of the same people ({}). {}",
        figure(shift.value),
        range(&shift, 1.0),
        right(&shift, 1.0)
    );
    let slope = format!(
        "Where what was expected says that one person's log odds are higher by 1, they are higher by {} ({}); below 1 \
         the chances go too far to both ends. {}",
        figure(found.slope.value),
        range(&found.slope, 1.0),
        right(&found.slope, 1.0)
    );
    let effect = |title: &str, role, scale, estimate, sides: Option<(f64, f64)>, sentence| Effect {
        title: title.into(),
        role,
        scale,
        estimate,
        treated: sides.map(|sides| sides.0),
        comparison: sides.map(|sides| sides.1),
        sentence,
    };
    let sides = Some((observed, expected));
    Ok(vec![
        effect("Observed less expected", Role::Main, Scale::Share, apart, sides, whole),
        effect(
            "Calibration in the large: odds, observed to expected",
            Role::Beside,
            Scale::OddsRatio,
            shift,
            None,
            odds,
        ),
        effect("Slope: observed on expected log odds", Role::Beside, Scale::Slope, found.slope.clone(), None, slope),
    ])
}

fn warnings(found: &Calibration) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if !found.in_the_large.interval.contains(0.0) {
        warnings.push(Warning::new(
            "expected-too-high-or-low",
            "on the whole it does not happen as often as was expected",
            "do not pay or compare by these chances before they are made again from people of the same time and place",
        ));
    }
    if !found.slope.interval.contains(1.0) {
        warnings.push(Warning::new(
            "slope-not-one",
            "the chances go too far to both ends, or not far enough",
            "shrink them by the slope, or make them again from more people or fewer columns",
        ));
    }
    let fewest = found.observed.min(found.people - found.observed);
    if fewest < ENOUGH {
        warnings.push(Warning::new(
            "few-of-one-outcome",
            format!(
                "fewer than {ENOUGH} people have one of the two outcomes, so that much can be wrong and not be seen"
            ),
            "try the chances on more people before relying on them",
        ));
    }
    warnings
}

/// Whether a number of people may be shown.
fn shown(count: usize) -> bool {
    count == 0 || count >= SMALLEST
}

fn tenths(found: &Calibration, level: f64) -> Result<Table, Refusal> {
    let mut rows = Vec::new();
    for tenth in &found.tenths {
        let mut row = vec![
            if shown(tenth.people) { Cell::Number(tenth.people as f64) } else { Cell::Empty },
            Cell::Number(tenth.predicted * 100.0),
        ];
        let (yes, no) = (tenth.happened, tenth.people - tenth.happened);
        if shown(yes) && shown(no) {
            let interval = tenth.share()?.wilson(level)?;
            row.extend([tenth.observed, interval.low, interval.high].map(|share| Cell::Number(share * 100.0)));
        } else {
            row.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        }
        rows.push(row);
    }
    Ok(Table {
        title: "Tenths of people by what was expected of them, lowest first: of every 100, with Wilson's interval; a share that rests on one to four people is not shown".into(),
        columns: ["People", "Expected", "Observed", "From", "To"].map(str::to_owned).to_vec(),
        rows,
    })
}

fn overall(found: &Calibration) -> Table {
    let row = |what: &str, value: f64| vec![Cell::Text(what.into()), Cell::Number(value)];
    let mut rows =
        vec![row("People", found.people as f64), row("To how many it was expected to happen", found.expected)];
    if shown(found.observed) && shown(found.people - found.observed) {
        rows.push(row("To how many it happened", found.observed as f64));
        rows.push(row("Observed to expected", found.ratio));
    }
    rows.extend([
        row("Log odds, observed less expected (in the large)", found.in_the_large.value),
        row("Slope", found.slope.value),
        row("Mean squared distance (Brier); lower is better", found.brier),
        row("That of expecting the same of everybody", found.brier_of_the_share),
        row("How often the one to whom it happened had the higher chance (c)", found.auc.value),
        row("from", found.auc.interval.low),
        row("to", found.auc.interval.high),
    ]);
    Table { title: "The chances as a whole".into(), columns: vec!["What".into(), "Value".into()], rows }
}

fn drawn(found: &Calibration, level: f64) -> Result<Series, Refusal> {
    let (mut observed, mut expected) = (Vec::new(), Vec::new());
    for tenth in &found.tenths {
        let at = tenth.predicted;
        expected.push(Point { x: at, y: at, low: None, high: None });
        if shown(tenth.happened) && shown(tenth.people - tenth.happened) {
            let interval = tenth.share()?.wilson(level)?;
            observed.push(Point { x: at, y: tenth.observed, low: Some(interval.low), high: Some(interval.high) });
        }
    }
    Ok(Series {
        name: "calibration".into(),
        title: "What happened, by what was expected: tenths of people; right where the two lie together".into(),
        drawn: Drawn::Points,
        along: "expected share".into(),
        up: "share to whom it happened".into(),
        mark: None,
        level: None,
        curves: vec![
            Curve { name: "what happened".into(), points: observed },
            Curve { name: "what was expected".into(), points: expected },
        ],
    })
}

fn regression(fit: &meed_statistics::Fit) -> Table {
    let rows = fit.x.names().iter().zip(&fit.coefficients);
    let rows =
        rows.map(|(name, value)| vec![Cell::Text(name.clone()), Cell::Number(*value), Cell::Number(value.exp())]);
    Table {
        title: "The regression that the chances come from".into(),
        columns: ["Column", "Coefficient", "Times the odds"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}
