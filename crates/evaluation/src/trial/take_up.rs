//! What did it change for those who took it up because it was offered?
//!
//! The lot decides the offer, people decide the rest. The effect of the offer, over how much it moved take-up, is the
//! effect on those whom it moved (Imbens and Angrist 1994), if an offer changes nothing by itself and puts nobody off.

use meed_statistics::covariance::{Correction, robust};
use meed_statistics::least_squares::least_squares;
use meed_statistics::{Clusters, Estimate, Interval, Matrix, Refusal, Warning};
use serde::{Deserialize, Serialize};

use super::{Arms, Error, TrialEffect, difference, mean, side};

/// The offer beside what people made of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TakeUp {
    /// By intention to treat: the effect of the offer.
    pub offer: TrialEffect,
    /// How much the offer moved take-up; none where all offered took it and nobody else did, so that nothing varies.
    pub moved: Option<Estimate>,
    /// The share of those offered who took it up.
    pub taken_with_offer: f64,
    /// The share of those not offered who got it all the same.
    pub taken_without: f64,
    /// The effect on those whom the offer moved (Wald's ratio, two-stage least squares), with an error of the kind `HC1`.
    pub movers: Estimate,
    /// Effects on movers that the data do not speak against (Anderson and Rubin 1949): right even where few were moved.
    /// None where no bounded interval is left.
    pub anderson_rubin: Option<Interval>,
    /// What to know of it.
    pub warnings: Vec<Warning>,
}

/// Compares by offer, and divides by how much the offer moved take-up.
///
/// # Errors
/// When outcomes are missing, a side has fewer than two people, or the offer moved nobody.
pub fn take_up(offered: &[bool], taken: &[bool], outcome: &[f64], level: f64) -> Result<TakeUp, Refusal> {
    let offer = difference(offered, outcome, Error::Hc2, level)?;
    meed_statistics::error::same_length("take-up", offered.len(), taken.len())?;
    let used = side(taken);
    let arms = Arms::new(offered, &used)?;
    let (taken_with_offer, taken_without) = arms.means();
    let gap = taken_with_offer - taken_without;
    if gap.abs() < 1e-12 {
        return Err(Refusal::NoVariation { what: "take-up with and without the offer".into() });
    }
    let n = offered.len() as f64;
    let z = side(offered);
    let (z_mean, used_mean, y_mean) = (mean(&z), mean(&used), mean(outcome));
    let value = (offer.treated_mean - offer.comparison_mean) / gap;
    // The residual is from the take-up there was, not from the take-up expected of the offer.
    let residual: Vec<f64> =
        outcome.iter().zip(&used).map(|(y, used)| (y - y_mean) - value * (used - used_mean)).collect();
    let meat: f64 = z.iter().zip(&residual).map(|(z, r)| ((z - z_mean) * r).powi(2)).sum();
    let bread: f64 = z.iter().zip(&used).map(|(z, used)| (z - z_mean) * used).sum();
    let standard_error = (meat * n / (n - 2.0)).sqrt() / bread.abs();
    let movers = Estimate::normal(value, standard_error, level, offered.len())?;
    let mut warnings = Vec::new();
    let moved = match difference(offered, &used, Error::Hc2, level) {
        Ok(found) => Some(found.effect),
        Err(Refusal::NoVariation { .. }) => None,
        Err(refusal) => return Err(refusal),
    };
    told_of_strength(moved.as_ref(), gap, &mut warnings);
    let anderson_rubin = anderson_rubin(&z, &used, outcome, level)?;
    told_if_unbounded(anderson_rubin, &mut warnings);
    Ok(TakeUp { offer, moved, taken_with_offer, taken_without, movers, anderson_rubin, warnings })
}

/// What was known beforehand, and people drawn together: what a comparison by offer has to heed.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// Columns that are taken into account, without a constant: covariates, and one for each stratum but the first.
    pub columns: &'a Matrix,
    /// People who fare alike, or were offered it together.
    pub clusters: Option<&'a Clusters>,
}

/// The same with columns taken into account, and with errors between clusters where there are some: two-stage least
/// squares with errors of the kind `HC1`, or `CR1` with as many degrees of freedom as clusters less one.
///
/// # Errors
/// As [`take_up`]; and when there are fewer than two clusters, or the columns say who was offered it.
pub fn take_up_beside(
    offered: &[bool],
    taken: &[bool],
    outcome: &[f64],
    beside: Beside<'_>,
    level: f64,
) -> Result<TakeUp, Refusal> {
    let sides = Arms::new(offered, outcome)?;
    meed_statistics::error::same_length("take-up", offered.len(), taken.len())?;
    let (z, used) = (side(offered), side(taken));
    let (taken_with_offer, taken_without) = Arms::new(offered, &used)?.means();
    if let Some(clusters) = beside.clusters {
        meed_statistics::error::same_length(clusters.what(), offered.len(), clusters.of().len())?;
        clusters.at_least(2)?;
    }
    // The offer is looked at for what the columns do not say of it, so that all three figures come from one line.
    let known = beside.columns.with_constant();
    let offer = least_squares(&known, &z, None)?.score;
    let whole: f64 = offer.iter().map(|own| own * own).sum();
    if whole < 1e-9 * z.len() as f64 {
        return Err(Refusal::NoVariation { what: "the offer, given the covariates and strata".into() });
    }
    let with = known.clone().with("(offer)", z.clone())?;
    let place = with.columns() - 1;
    let (of_outcome, of_use) = (least_squares(&with, outcome, None)?, least_squares(&with, &used, None)?);
    let (gained, gap) = (of_outcome.coefficients[place], of_use.coefficients[place]);
    if gap.abs() < 1e-12 {
        return Err(Refusal::NoVariation { what: "take-up with and without the offer".into() });
    }
    let pull = Pull { offer: &offer, whole, clusters: beside.clusters, columns: with.columns() };
    let made = |value: f64, variance: f64| match beside.clusters {
        Some(clusters) => {
            Estimate::student(value, variance.sqrt(), clusters.count() as f64 - 1.0, level, offered.len())
        }
        None => Estimate::normal(value, variance.sqrt(), level, offered.len()),
    };
    let (vy, vu) = (pull.of(&of_outcome.score, &of_outcome.score), pull.of(&of_use.score, &of_use.score));
    let moved = if vu > 0.0 { Some(made(gap, vu)?) } else { None };
    let effect = gained / gap;
    let (left, left_used) = (least_squares(&known, outcome, None)?.score, least_squares(&known, &used, None)?.score);
    let residual: Vec<f64> = left.iter().zip(&left_used).map(|(y, used)| y - effect * used).collect();
    let movers = made(effect, pull.of(&residual, &residual) / (gap * gap))?;
    let mut warnings = Vec::new();
    if let Some(clusters) = beside.clusters.filter(|clusters| clusters.count() < FEW_CLUSTERS) {
        warnings.push(Warning::new(
            "few-clusters",
            format!("errors rest on {} clusters only", clusters.count()),
            "read the lot drawn again beside the interval, and plan for more clusters",
        ));
    }
    told_of_strength(moved.as_ref(), gap, &mut warnings);
    let limit = match beside.clusters {
        Some(clusters) => meed_statistics::agreement::student_limit(clusters.count() as f64 - 1.0, level)?,
        None => meed_statistics::agreement::student_limit(of_outcome.df as f64, level)?,
    };
    let both = pull.of(&of_outcome.score, &of_use.score);
    let anderson_rubin = not_ruled_out((gained, gap), (vy, vu, both), limit, level);
    told_if_unbounded(anderson_rubin, &mut warnings);
    let offer = sides.effect(made(gained, vy)?, Vec::new());
    Ok(TakeUp { offer, moved, taken_with_offer, taken_without, movers, anderson_rubin, warnings })
}

/// Fewer clusters than this are told of: our default.
const FEW_CLUSTERS: usize = 30;

/// The part of the offer that the columns do not say, and how errors lie.
struct Pull<'a> {
    offer: &'a [f64],
    whole: f64,
    clusters: Option<&'a Clusters>,
    /// Columns of the regression with the offer.
    columns: usize,
}

impl Pull<'_> {
    /// The covariance of two coefficients of the offer, from what each regression leaves of its rows.
    fn of(&self, a: &[f64], b: &[f64]) -> f64 {
        let n = self.offer.len() as f64;
        let left = n - self.columns as f64;
        let (sum, correction) = match self.clusters {
            None => {
                let sum: f64 = self.offer.iter().zip(a).zip(b).map(|((z, a), b)| z * a * z * b).sum();
                (sum, n / left)
            }
            Some(clusters) => {
                let count = clusters.count();
                let mut sums = vec![(0.0, 0.0); count];
                for (row, &cluster) in clusters.of().iter().enumerate() {
                    sums[cluster].0 += self.offer[row] * a[row];
                    sums[cluster].1 += self.offer[row] * b[row];
                }
                let groups = count as f64;
                (sums.iter().map(|(a, b)| a * b).sum(), groups / (groups - 1.0) * (n - 1.0) / left)
            }
        };
        sum * correction / (self.whole * self.whole)
    }
}

fn told_of_strength(moved: Option<&Estimate>, gap: f64, warnings: &mut Vec<Warning>) {
    let strength = moved.map_or(f64::INFINITY, |moved| moved.statistic().powi(2));
    if strength < 10.0 {
        warnings.push(Warning::new(
            "weak-offer",
            format!("the offer moved take-up by {:.1} points only (F = {strength:.1})", 100.0 * gap),
            "read the effect of the offer, and the interval of Anderson and Rubin, instead of that on movers",
        ));
    }
    if gap < 0.0 {
        warnings.push(Warning::new(
            "offer-put-off",
            "fewer took it up with the offer than without",
            "check that the groups are not the wrong way round",
        ));
    }
}

fn told_if_unbounded(interval: Option<Interval>, warnings: &mut Vec<Warning>) {
    if interval.is_none() {
        warnings.push(Warning::new(
            "unbounded",
            "no effect on movers can be ruled out on at least one side",
            "report the effect of the offer only",
        ));
    }
}

/// Effects `b` for which outcomes less `b` for each take-up do not differ by offer, at the level asked for.
fn anderson_rubin(z: &[f64], used: &[f64], outcome: &[f64], level: f64) -> Result<Option<Interval>, Refusal> {
    let x = Matrix::of_rows(z.len()).with_constant().with("(offer)", z.to_vec())?;
    let (of_outcome, of_use) = (least_squares(&x, outcome, None)?, least_squares(&x, used, None)?);
    let variance = |a: &[f64], b: &[f64]| -> Result<f64, Refusal> {
        // The HC2 covariance of two coefficients of the same column, from the sum and difference of their residuals.
        let mut sum = of_outcome.clone();
        sum.score = a.iter().zip(b).map(|(a, b)| a + b).collect();
        let plus = robust(&sum, Correction::Two)?.at(1, 1);
        sum.score = a.iter().zip(b).map(|(a, b)| a - b).collect();
        Ok(0.25 * (plus - robust(&sum, Correction::Two)?.at(1, 1)))
    };
    let (ry, ru) = (of_outcome.coefficients[1], of_use.coefficients[1]);
    let (vy, vu, vyu) = (
        variance(&of_outcome.score, &of_outcome.score)?,
        variance(&of_use.score, &of_use.score)?,
        variance(&of_outcome.score, &of_use.score)?,
    );
    let t = meed_statistics::agreement::student_limit(of_outcome.df as f64, level)?;
    Ok(not_ruled_out((ry, ru), (vy, vu, vyu), t, level))
}

/// Effects `b` within the limit: `(ry − b·ru)² ≤ t²(vy − 2b·vyu + b²·vu)` is a quadratic in `b`.
fn not_ruled_out((ry, ru): (f64, f64), (vy, vu, vyu): (f64, f64, f64), t: f64, level: f64) -> Option<Interval> {
    let a = ru * ru - t * t * vu;
    let half = -ry * ru + t * t * vyu;
    let c = ry * ry - t * t * vy;
    let root = half * half - a * c;
    if a <= 0.0 || root < 0.0 {
        return None;
    }
    Some(Interval { low: (-half - root.sqrt()) / a, high: (-half + root.sqrt()) / a, level })
}
