//! The difference once luck in what was known beforehand is taken out: a lot leaves groups alike only on average.

use meed_statistics::covariance::{Correction, classical, robust};
use meed_statistics::decompose::without_dependent_columns;
use meed_statistics::least_squares::least_squares;
use meed_statistics::{Matrix, Refusal, Warning};

use super::{Arms, Error, TrialEffect, side};

const OFFER: &str = "(offer)";

/// The adjustment of Lin (2013): covariates less their means, and again times the offer, so that each side has slopes of
/// its own. It cannot make the answer less precise in large groups, whatever the truth looks like. The error is `HC2`.
///
/// # Errors
/// When outcomes are missing, a side is too small for that many covariates, or a covariate is no number.
pub fn lin(treated: &[bool], outcome: &[f64], covariates: &Matrix, level: f64) -> Result<TrialEffect, Refusal> {
    let arms = Arms::new(treated, outcome)?;
    let (kept, mut warnings) = whole(covariates)?;
    let needed = kept.columns() + 2;
    for (found, group) in [(arms.treated.len(), "the group"), (arms.comparison.len(), "the comparison")] {
        if found < needed {
            return Err(Refusal::too_few(
                &format!("people in {group}, for {} covariates", kept.columns()),
                found,
                needed,
            ));
        }
    }
    let offer = side(treated);
    let mut x = Matrix::of_rows(treated.len()).with_constant().with(OFFER, offer.clone())?;
    for column in 0..kept.columns() {
        let mean = super::mean(kept.column(column));
        let centred: Vec<f64> = kept.column(column).iter().map(|value| value - mean).collect();
        let times: Vec<f64> = centred.iter().zip(&offer).map(|(value, offer)| value * offer).collect();
        x.push(kept.names()[column].clone(), centred)?;
        x.push(format!("{} with the offer", kept.names()[column]), times)?;
    }
    let fit = least_squares(&x, outcome, None)?;
    let covariance = robust(&fit, Correction::Two)?;
    let effect = fit.estimate(OFFER, &covariance, Some(fit.df as f64), level)?;
    few_for_covariates(&arms, kept.columns(), &mut warnings);
    Ok(arms.effect(effect, warnings))
}

/// Straight adjustment: one slope for each covariate, the same on both sides.
///
/// # Errors
/// As [`lin`].
pub fn straight(
    treated: &[bool],
    outcome: &[f64],
    covariates: &Matrix,
    error: Error,
    level: f64,
) -> Result<TrialEffect, Refusal> {
    let arms = Arms::new(treated, outcome)?;
    let (kept, mut warnings) = whole(covariates)?;
    let mut x = Matrix::of_rows(treated.len()).with_constant().with(OFFER, side(treated))?;
    for column in 0..kept.columns() {
        x.push(kept.names()[column].clone(), kept.column(column).to_vec())?;
    }
    let fit = least_squares(&x, outcome, None)?;
    let covariance = match error {
        Error::Even => classical(&fit),
        Error::Welch | Error::Hc2 => robust(&fit, Correction::Two)?,
    };
    let effect = fit.estimate(OFFER, &covariance, Some(fit.df as f64), level)?;
    few_for_covariates(&arms, kept.columns(), &mut warnings);
    Ok(arms.effect(effect, warnings))
}

/// The covariates that say something of their own, and what was left out.
fn whole(covariates: &Matrix) -> Result<(Matrix, Vec<Warning>), Refusal> {
    for column in 0..covariates.columns() {
        meed_statistics::error::all_numbers(&covariates.names()[column], covariates.column(column))?;
    }
    let (kept, dropped) = without_dependent_columns(&covariates.with_constant());
    let places: Vec<usize> = (1..kept.columns()).collect();
    let warnings = if dropped.is_empty() {
        Vec::new()
    } else {
        vec![Warning::new(
            "covariates-left-out",
            format!(
                "these covariates never differ or can be worked out from others, and were left out: {}",
                dropped.join(", ")
            ),
            "leave them out of the plan too",
        )]
    };
    Ok((kept.take_columns(&places), warnings))
}

/// Twenty people to a covariate on the smaller side is a common rule of thumb.
fn few_for_covariates(arms: &Arms, covariates: usize, warnings: &mut Vec<Warning>) {
    let smaller = arms.treated.len().min(arms.comparison.len());
    if covariates > 0 && smaller < 20 * covariates {
        warnings.push(Warning::new(
            "many-covariates",
            format!(
                "{covariates} covariates for {smaller} people on the smaller side: the error may come out too small"
            ),
            "adjust for the one or two that foretell the outcome best, as the plan says",
        ));
    }
}
