//! How often it happens, per time at risk: rates of both sides, by regression.

use std::rc::Rc;

use meed_statistics::{
    Clusters, Matrix, Refusal, Warning,
    covariance::{Correction, classical, clustered},
    generalised::{Family, Generalised, generalised},
    negative_binomial::negative_binomial,
};
use meed_terms::OutcomeKind::{Count, YesNo};

use super::{Answer, ColumnRole, Fixed, Method, Of, Run, Setting, Takes};
use crate::{
    report::{Cell, RefusalSaid, Role, Scale, Table},
    words::effect,
};

/// Rates.
pub(super) const RATES: Method = Method {
    name: "rates",
    about: "How many times as often it happens with the programme, by a regression of counts with the time at risk, other things being equal.",
    page: "settings.md",
    settings: &[Setting {
        name: "model",
        takes: Takes::Word(&["quasi-poisson", "negative-binomial", "poisson"]),
        default: Some("quasi-poisson"),
        about: "how much people may differ beyond chance: by a common factor, more where it happens more often, or not at all",
    }],
    roles: &[],
    uses: &[ColumnRole::Covariates, ColumnRole::Cluster, ColumnRole::Exposure, ColumnRole::Weight],
    kinds: &[Count],
    by_lot: false,
    of: Of::People,
    fix: rates,
};

/// Odds.
pub(super) const ODDS: Method = Method {
    name: "odds",
    about: "How many times as large the odds of a yes are with the programme, by a logistic regression, other things being equal; and the difference in shares that this means for those who had it.",
    page: "settings.md",
    settings: &[],
    roles: &[],
    uses: &[ColumnRole::Covariates, ColumnRole::Cluster, ColumnRole::Weight],
    kinds: &[YesNo],
    by_lot: false,
    of: Of::People,
    fix: odds,
};

fn design(run: &Run<'_>) -> Result<Matrix, RefusalSaid> {
    let treated = run.people.treated.iter().map(|treated| f64::from(u8::from(*treated))).collect();
    let mut columns = Matrix::from_columns(vec![("programme", treated)])?;
    for (name, column) in run.people.adjusted_columns() {
        columns.push(name, column)?;
    }
    Ok(columns.with_constant())
}

fn covariance(found: &Generalised, clusters: Option<&Clusters>) -> Result<Matrix, Refusal> {
    match clusters {
        Some(clusters) => {
            clusters.at_least(2)?;
            clustered(&found.fit, clusters, Correction::One)
        }
        None => Ok(classical(&found.fit)),
    }
}

/// Errors between few clusters come out too small.
fn few(clusters: Option<&Clusters>) -> Vec<Warning> {
    let few = clusters.filter(|clusters| clusters.count() < 40);
    let told = few.map(|clusters| {
        Warning::new(
            "few-clusters",
            format!("errors rest on {} clusters only, and come out too small below about 40", clusters.count()),
            "read an analysis of the means of clusters beside it, and plan for more clusters",
        )
    });
    told.into_iter().collect()
}

fn table(found: &Generalised, covariance: &Matrix, level: f64) -> Table {
    let rows = found.fit.x.names().iter().filter_map(|name| {
        let estimate = found.fit.estimate(name, covariance, None, level).ok()?;
        Some(vec![
            Cell::Text(name.clone()),
            Cell::Number(estimate.value),
            Cell::Number(estimate.standard_error),
            Cell::Number(estimate.value.exp()),
            Cell::Number(estimate.p),
        ])
    });
    Table {
        title: "The regression".into(),
        columns: ["Column", "Coefficient", "Error", "Times", "By chance"].map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn rates(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let x = design(run)?;
    let clusters = run.people.cluster.as_ref().map(|cluster| Clusters::new("cluster", cluster));
    let model = run.settings.word("model").unwrap_or_default().to_owned();
    let (level, about, people) = (run.level, run.about.clone(), Rc::new(run.people.clone()));
    let weights = people.weight.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let offset: Option<Vec<f64>> =
                outcomes.exposure.as_ref().map(|exposure| exposure.iter().map(|time| time.ln()).collect());
            let (y, offset, weights) = (&outcomes.values, offset.as_deref(), weights.as_deref());
            let mut more = Vec::new();
            let found = match model.as_str() {
                "negative-binomial" => {
                    let found = negative_binomial(&x, y, offset, weights)?;
                    more.push(vec![
                        Cell::Text("theta: variance is mean + mean²/theta".into()),
                        Cell::Number(found.theta),
                    ]);
                    found.regression
                }
                "poisson" => generalised(&x, y, Family::Poisson, offset, weights)?,
                _ => generalised(&x, y, Family::QuasiPoisson, offset, weights)?,
            };
            let spread = covariance(&found, clusters.as_ref())?;
            let estimate = found.fit.estimate("programme", &spread, None, level)?.ratio();
            let mut answer = Answer { warnings: few(clusters.as_ref()), ..Answer::default() };
            answer.effects.push(effect("How often it happens", Role::Main, Scale::Ratio, estimate, None, &about));
            answer.tables.push(table(&found, &spread, level));
            more.push(vec![
                Cell::Text("people differ by this factor more than chance".into()),
                Cell::Number(found.pearson),
            ]);
            answer.tables.push(Table {
                title: "How people differ".into(),
                columns: vec!["What".into(), "Value".into()],
                rows: more,
            });
            Ok(answer)
        }),
    ))
}

fn odds(run: &Run<'_>) -> Result<Fixed, RefusalSaid> {
    let x = design(run)?;
    let clusters = run.people.cluster.as_ref().map(|cluster| Clusters::new("cluster", cluster));
    let (level, about, people) = (run.level, run.about.clone(), Rc::new(run.people.clone()));
    let own = people.clone();
    Ok(Fixed::everybody(
        &people,
        Box::new(move |outcomes| {
            let found = generalised(&x, &outcomes.values, Family::Logistic, None, own.weight.as_deref())?;
            let spread = covariance(&found, clusters.as_ref())?;
            let estimate = found.fit.estimate("programme", &spread, None, level)?.ratio();
            let mut answer = Answer { warnings: few(clusters.as_ref()), ..Answer::default() };
            answer.effects.push(effect("Odds of a yes", Role::Main, Scale::OddsRatio, estimate, None, &about));
            answer.tables.push(table(&found, &spread, level));
            answer.tables.push(shares(&found, &own.treated)?);
            Ok(answer)
        }),
    ))
}

/// What the regression expects of those with the programme, with it and without it.
fn shares(found: &Generalised, treated: &[bool]) -> Result<Table, RefusalSaid> {
    let place = found.fit.place("programme")?;
    let own = found.fit.coefficients[place];
    let logistic = |x: f64| 1.0 / (1.0 + (-x).exp());
    let rows: Vec<usize> = (0..treated.len()).filter(|&row| treated[row]).collect();
    let (mut with, mut without) = (0.0, 0.0);
    for &row in &rows {
        let linear = meed_statistics::matrix::dot(&found.fit.x.row(row), &found.fit.coefficients);
        with += logistic(linear) / rows.len() as f64;
        without += logistic(linear - own) / rows.len() as f64;
    }
    Ok(Table {
        title: "Expected shares of those with the programme, in percent".into(),
        columns: ["Case", "Share"].map(str::to_owned).to_vec(),
        rows: vec![
            vec![Cell::Text("as it was".into()), Cell::Number(with * 100.0)],
            vec![Cell::Text("without the programme".into()), Cell::Number(without * 100.0)],
            vec![Cell::Text("difference, points".into()), Cell::Number((with - without) * 100.0)],
        ],
    })
}
