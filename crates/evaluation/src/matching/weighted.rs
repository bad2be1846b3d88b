//! How sure a weighted difference is, when the weights come from a score that was fitted to the same people.
//!
//! Each person moves the weighted mean of an arm by `w (y − ȳ)`, and moves it once more through the coefficients of the
//! score: by `D′ I⁻¹ x (t − p)`, where `D` says how the mean changes with the coefficients and `I` is the information of the
//! fit. The variance is the sum of squares (Lunceford and Davidian 2004). For a score that was given, the second part is
//! nought.

use super::sample::MatchedSample;
use super::triangular::solve;
use super::{Estimand, Method};

pub(super) fn standard_error(sample: &MatchedSample, weights: &[f64], values: &[f64]) -> f64 {
    pulls(sample, weights, values).iter().map(|pull| pull * pull).sum::<f64>().sqrt()
}

/// How far each person moves the weighted difference of means.
pub(super) fn pulls(sample: &MatchedSample, weights: &[f64], values: &[f64]) -> Vec<f64> {
    let treated = sample.people().treated();
    let mut means = [0.0; 2];
    for (place, weight) in weights.iter().enumerate() {
        means[usize::from(treated[place])] += weight * values[place];
    }
    let mut pulls: Vec<f64> = (0..values.len())
        .map(|place| {
            let pull = weights[place] * (values[place] - means[usize::from(treated[place])]);
            if treated[place] { pull } else { -pull }
        })
        .collect();
    let (Some(score), Method::Weighting(weighting)) = (sample.score(), &sample.design().method) else { return pulls };
    if score.columns.is_empty() {
        return pulls;
    }
    // How the logarithm of a weight changes with the logit of the score.
    let change = |p: f64, treated: bool| match (weighting.estimand, treated) {
        (Estimand::Treated, true) => 0.0,
        (Estimand::Treated, false) => 1.0,
        (Estimand::Everyone, true) => -(1.0 - p),
        (Estimand::Everyone, false) => p,
        (Estimand::Overlap, true) => -p,
        (Estimand::Overlap, false) => 1.0 - p,
    };
    let changes: Vec<f64> =
        pulls.iter().enumerate().map(|(place, pull)| pull * change(score.probability[place], treated[place])).collect();
    // The constant first.
    let row = |place: usize| std::iter::once(1.0).chain(score.columns.iter().map(move |column| column.of(place)));
    let size = score.columns.len() + 1;
    let (mut slopes, mut information) = (vec![0.0; size], vec![vec![0.0; size]; size]);
    for (place, change) in changes.iter().enumerate() {
        let p = score.probability[place];
        for (a, x) in row(place).enumerate() {
            slopes[a] += x * change;
            row(place).zip(&mut information[a]).for_each(|(y, sum)| *sum += x * y * p * (1.0 - p));
        }
    }
    let through = solve(&information, &slopes);
    for (place, pull) in pulls.iter_mut().enumerate() {
        let left = f64::from(u8::from(treated[place])) - score.probability[place];
        let along: f64 = row(place).zip(&through).map(|(x, slope)| x * slope).sum();
        *pull += along * left;
    }
    pulls
}
