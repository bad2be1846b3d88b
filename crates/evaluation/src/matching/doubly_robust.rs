//! An effect that is right if either the score or a model of the outcome is right: augmented inverse-probability weighting.
//!
//! For the treated: `τ = Σ_T (y − m₀) / N_T − Σ_C ω (y − m₀) / Σ_C ω`, with `ω = p / (1 − p)` and `m₀(x)` a regression of the
//! outcome on covariates among the comparison people. For everyone: the mean of
//! `m₁ − m₀ + t (y − m₁)/p − (1 − t)(y − m₀)/(1 − p)`. The error comes from the influence of each person (Robins, Rotnitzky and
//! Zhao 1994), in which the fitted models play no part to first order where both are right.

use meed_statistics::Estimate;
use serde::Serialize;

use super::outcomes::Outcomes;
use super::people::Column;
use super::points::deviation;
use super::sample::MatchedSample;
use super::triangular::solve;
use super::{Estimand, Method, Refusal};

/// A doubly robust effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DoublyRobust {
    /// Whose effect.
    pub estimand: Estimand,
    /// The effect.
    pub difference: Estimate,
    /// The covariates of the outcome regression.
    pub covariates: Vec<String>,
    /// How the error was worked out, in words.
    pub error: String,
}

impl MatchedSample {
    /// The doubly robust effect, for a sample made by weighting for the treated or for everyone, without trimming. The outcome
    /// is regressed on these covariates by least squares in each arm that is needed.
    ///
    /// # Errors
    /// Refuses other samples, missing outcomes and covariates, and arms with fewer people than the regression has columns.
    pub fn doubly_robust(
        &self,
        outcomes: &Outcomes,
        covariates: &[String],
        level: f64,
    ) -> Result<DoublyRobust, Refusal> {
        let refuse = |because: &str| {
            Err(Refusal::NotFromThisSample {
                question: String::from("a doubly robust effect"),
                sample: String::from("this sample"),
                because: String::from(because),
            })
        };
        let (Method::Weighting(weighting), Some(score)) = (&self.design.method, &self.score) else {
            return refuse("it rests on weights from a score");
        };
        if weighting.estimand == Estimand::Overlap {
            return refuse("it answers for the treated or for everyone");
        }
        if weighting.trim > 0.0 {
            return refuse("people were trimmed");
        }
        let counts = |treated: bool| treated || weighting.estimand == Estimand::Everyone;
        let treated = self.people.treated();
        if treated.iter().enumerate().any(|(place, &treated)| counts(treated) && score.is_apart(place)) {
            return refuse("some people it is to speak of have nobody of the other arm like them");
        }
        let analysed = self.analysed(outcomes)?;
        if analysed.left_out != (0, 0) {
            return refuse("outcomes are missing");
        }
        let columns: Vec<Column> =
            self.people.complete(covariates)?.iter().flat_map(|covariate| covariate.columns(false)).collect();
        let (treated, y, p) = (self.people.treated(), &analysed.outcomes, &score.probability);
        let without = regression(&columns, treated, y, false)?;
        let people = treated.len() as f64;
        let pulls: Vec<f64>;
        let value;
        if weighting.estimand == Estimand::Treated {
            let count = treated.iter().filter(|&&own| own).count() as f64;
            let odds = |place: usize| p[place] / (1.0 - p[place]);
            let all = || 0..treated.len();
            let total: f64 = all().filter(|&place| !treated[place]).map(odds).sum();
            let left = |place: usize| y[place] - without[place];
            let of_treated = all().filter(|&place| treated[place]).map(left).sum::<f64>() / count;
            let of_others =
                all().filter(|&place| !treated[place]).map(|place| odds(place) * left(place)).sum::<f64>() / total;
            value = of_treated - of_others;
            pulls = all()
                .map(|place| match treated[place] {
                    true => (left(place) - of_treated) / count,
                    false => -odds(place) * (left(place) - of_others) / total,
                })
                .collect();
        } else {
            let with = regression(&columns, treated, y, true)?;
            let own: Vec<f64> = (0..treated.len())
                .map(|place| {
                    let gap = with[place] - without[place];
                    match treated[place] {
                        true => gap + (y[place] - with[place]) / p[place],
                        false => gap - (y[place] - without[place]) / (1.0 - p[place]),
                    }
                })
                .collect();
            value = own.iter().sum::<f64>() / people;
            pulls = own.iter().map(|own| (own - value) / people).collect();
        }
        let error = pulls.iter().map(|pull| pull * pull).sum::<f64>().sqrt();
        Ok(DoublyRobust {
            estimand: weighting.estimand,
            difference: Estimate::normal(value, error, level, treated.len())?,
            covariates: covariates.to_vec(),
            error: String::from("from the influence of each person"),
        })
    }
}

/// What everyone's outcome would be by the regression of one arm.
fn regression(columns: &[Column], treated: &[bool], y: &[f64], arm: bool) -> Result<Vec<f64>, Refusal> {
    let own: Vec<usize> = (0..treated.len()).filter(|&place| treated[place] == arm).collect();
    if own.len() < columns.len() + 2 {
        return Err(meed_statistics::Refusal::TooFewCases {
            what: format!(
                "people of the {} arm for a regression on {} columns",
                if arm { "treated" } else { "comparison" },
                columns.len()
            ),
            found: own.len(),
            needed: columns.len() + 2,
        }
        .into());
    }
    let mut design: Vec<Vec<f64>> = vec![vec![1.0; treated.len()]];
    for column in columns {
        let values: Vec<f64> = own.iter().map(|&place| column.values[place]).collect();
        let (mean, spread) = (values.iter().sum::<f64>() / values.len() as f64, deviation(&values));
        // A column that does not vary in the arm says nothing there; the solver leaves it at nought.
        let unit = if spread > 0.0 { spread } else { 1.0 };
        design.push(column.values.iter().map(|value| if spread > 0.0 { (value - mean) / unit } else { 0.0 }).collect());
    }
    let product = |a: &[f64], b: &[f64]| own.iter().map(|&place| a[place] * b[place]).sum::<f64>();
    let matrix: Vec<Vec<f64>> = design.iter().map(|a| design.iter().map(|b| product(a, b)).collect()).collect();
    let right: Vec<f64> = design.iter().map(|a| product(a, y)).collect();
    let coefficients = solve(&matrix, &right);
    Ok((0..treated.len())
        .map(|place| design.iter().zip(&coefficients).map(|(column, own)| column[place] * own).sum())
        .collect())
}
