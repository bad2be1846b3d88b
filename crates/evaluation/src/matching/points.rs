//! How far two people are apart in several covariates at once.
//!
//! The Mahalanobis distance counts a difference by how much the covariate varies within the arms and with the others:
//! `d² = (x − y)′ S⁻¹ (x − y)`, S the covariance within the arms, pooled: each arm is taken from its own mean and the sum
//! divided by the number of people less two.

use super::Refusal;
use super::people::Column;
use super::triangular::factor;

/// People as points, so scaled that the distance between them is the ordinary one.
pub(super) struct Points {
    dimensions: usize,
    /// One person after the other.
    coordinates: Vec<f64>,
}

/// A column in units of its own standard deviation that varies less than this within the arms does not vary there.
const STILL: f64 = 1e-9;

impl Points {
    /// Scales columns so that ordinary distance is Mahalanobis distance. Says also which columns were left out,
    /// as others say all they do.
    ///
    /// # Errors
    /// Refuses where every column is constant, and where columns tell perfectly who was treated.
    pub fn mahalanobis(columns: &[Column], treated: &[bool]) -> Result<(Self, Vec<String>), Refusal> {
        let people = treated.len();
        let mut kept: Vec<(&Column, f64)> = Vec::new();
        let mut left_out = Vec::new();
        for column in columns {
            let spread = deviation(&column.values);
            if spread > 0.0 { kept.push((column, spread)) } else { left_out.push(column.name.clone()) }
        }
        if kept.is_empty() {
            return Err(Refusal::Constant { names: columns.iter().map(|column| column.name.clone()).collect() });
        }
        // Overall first, on a common scale: who can be worked out from the others is left out.
        let centred: Vec<Vec<f64>> =
            kept.iter().map(|(column, spread)| centre(&column.values, *spread, None)).collect();
        let (_, pivots) = factor(&products(&centred, people as f64 - 1.0), STILL);
        let names: Vec<String> = kept.iter().map(|(column, _)| column.name.clone()).collect();
        let stay: Vec<usize> = (0..kept.len()).filter(|&place| pivots[place]).collect();
        left_out.extend((0..kept.len()).filter(|&place| !pivots[place]).map(|place| names[place].clone()));
        let within: Vec<Vec<f64>> =
            stay.iter().map(|&place| centre(&kept[place].0.values, kept[place].1, Some(treated))).collect();
        let (lower, pivots) = factor(&products(&within, people as f64 - 2.0), STILL);
        let telling: Vec<String> =
            pivots.iter().zip(&stay).filter(|(pivot, _)| !**pivot).map(|(_, &place)| names[place].clone()).collect();
        if !telling.is_empty() {
            return Err(Refusal::Separation { names: telling });
        }
        let dimensions = stay.len();
        let mut coordinates = vec![0.0; people * dimensions];
        for person in 0..people {
            let own = &mut coordinates[person * dimensions..(person + 1) * dimensions];
            for row in 0..dimensions {
                let mut value = centred[stay[row]][person];
                for earlier in 0..row {
                    value -= lower[row][earlier] * own[earlier];
                }
                own[row] = value / lower[row][row];
            }
        }
        Ok((Self { dimensions, coordinates }, left_out))
    }

    /// The square of the distance between two people.
    pub fn squared_distance(&self, a: usize, b: usize) -> f64 {
        let at = |person: usize| &self.coordinates[person * self.dimensions..(person + 1) * self.dimensions];
        at(a).iter().zip(at(b)).map(|(x, y)| (x - y) * (x - y)).sum()
    }
}

/// The standard deviation of all values together.
pub(super) fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    if values.iter().all(|value| *value == values[0]) { 0.0 } else { (squares / (values.len() as f64 - 1.0)).sqrt() }
}

/// Values from their mean, or from the mean of their own arm, in units of `spread`.
fn centre(values: &[f64], spread: f64, arms: Option<&[bool]>) -> Vec<f64> {
    let arm = |place: usize| arms.is_some_and(|treated| treated[place]);
    let (mut sums, mut counts) = ([0.0; 2], [0.0; 2]);
    for (place, value) in values.iter().enumerate() {
        sums[usize::from(arm(place))] += value;
        counts[usize::from(arm(place))] += 1.0;
    }
    values
        .iter()
        .enumerate()
        .map(|(place, value)| (value - sums[usize::from(arm(place))] / counts[usize::from(arm(place))]) / spread)
        .collect()
}

/// Sums of products of columns, divided.
fn products(columns: &[Vec<f64>], divisor: f64) -> Vec<Vec<f64>> {
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>() / divisor;
    columns.iter().map(|a| columns.iter().map(|b| product(a, b)).collect()).collect()
}
