//! Do the measures that pay improve while those that do not pay fall behind?
//!
//! The mean standardised change of paid measures less that of unpaid ones, held against what the same changes would
//! give if the label `paid` had fallen on other measures: every relabelling where there are few, drawn ones else
//! (Phipson and Smyth 2010 for the chance from draws).

use meed_statistics::{Generator, Recorded, Refusal};

/// Relabellings up to which all are gone through.
pub const MOST_EXACT: u64 = 100_000;

/// How far paid and unpaid measures come apart.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Divergence {
    /// Mean change of paid measures less that of unpaid ones, in standard deviations.
    pub value: f64,
    /// Chance of a difference at least as large, in the same direction, when labels mean nothing.
    pub p: f64,
    /// Paid measures.
    pub paid: usize,
    /// Unpaid measures.
    pub unpaid: usize,
    /// Unpaid measures that got worse.
    pub unpaid_falling: usize,
    /// Relabellings gone through.
    pub relabellings: u64,
    /// What they were drawn with; none when all were gone through.
    pub drawn: Option<Recorded>,
}

/// Compares standardised changes, better being higher: pairs of change and whether the measure pays.
///
/// # Errors
/// When there is no paid measure, fewer than two unpaid ones, or changes never differ.
pub fn divergence(changes: &[(f64, bool)], replicates: usize, seed: u64) -> Result<Divergence, Refusal> {
    let values: Vec<f64> = changes.iter().map(|c| c.0).collect();
    meed_statistics::error::all_numbers("the change of a measure", &values)?;
    let paid = changes.iter().filter(|c| c.1).count();
    let unpaid = changes.len() - paid;
    if paid == 0 {
        return Err(Refusal::too_few("measures that pay", 0, 1));
    }
    if unpaid < 2 {
        return Err(Refusal::too_few("measures that do not pay", unpaid, 2));
    }
    if values.iter().all(|v| *v == values[0]) {
        return Err(Refusal::NoVariation { what: "the change of measures".into() });
    }
    let all: f64 = values.iter().sum();
    let of = |sum_paid: f64| sum_paid / paid as f64 - (all - sum_paid) / unpaid as f64;
    let value = of(changes.iter().filter(|c| c.1).map(|c| c.0).sum());
    let reaches = |sum_paid: f64| of(sum_paid) >= value - 1e-12 * (1.0 + value.abs());
    let ways = choose(changes.len() as u64, paid as u64);
    let (p, relabellings, drawn) = if ways <= MOST_EXACT {
        let mut reached = 0_u64;
        every_choice(&values, paid, 0, 0.0, &mut |sum| reached += u64::from(reaches(sum)));
        (reached as f64 / ways as f64, ways, None)
    } else {
        let mut generator = Generator::new(seed, "divergence");
        let reached = (0..replicates)
            .filter(|_| reaches(generator.sample(values.len(), paid).into_iter().map(|i| values[i]).sum()))
            .count();
        ((1 + reached) as f64 / (1 + replicates) as f64, replicates as u64, Some(generator.recorded()))
    };
    let unpaid_falling = changes.iter().filter(|c| !c.1 && c.0 < 0.0).count();
    Ok(Divergence { value, p, paid, unpaid, unpaid_falling, relabellings, drawn })
}

fn every_choice(values: &[f64], left: usize, from: usize, sum: f64, told: &mut impl FnMut(f64)) {
    if left == 0 {
        told(sum);
        return;
    }
    for at in from..=values.len() - left {
        every_choice(values, left - 1, at + 1, sum + values[at], told);
    }
}

/// How many ways to choose `k` of `n`; no more than is asked whether it is above [`MOST_EXACT`].
fn choose(n: u64, k: u64) -> u64 {
    (0..k.min(n - k)).fold(1_u64, |ways, i| ways.saturating_mul(n - i) / (i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_measures_are_relabelled_in_every_way() {
        // The two paid ones are the two highest of five: one way of ten.
        let found = divergence(&[(2.0, true), (1.5, true), (-0.5, false), (-1.0, false), (0.5, false)], 0, 1).unwrap();
        assert_eq!((found.relabellings, found.paid, found.unpaid, found.unpaid_falling), (10, 2, 3, 2));
        assert!((found.p - 0.1).abs() < 1e-12 && (found.value - (1.75 + 1.0 / 3.0)).abs() < 1e-12);
        assert_eq!(found.drawn, None);
        // The lowest two: every way reaches it.
        let low = divergence(&[(-2.0, true), (-1.5, true), (0.5, false), (1.0, false), (0.7, false)], 0, 1).unwrap();
        assert_eq!(low.p, 1.0);
    }

    #[test]
    fn many_measures_are_relabelled_by_draws_that_can_be_repeated() {
        let changes: Vec<(f64, bool)> = (0..40).map(|i| (f64::from(i % 10), i < 20)).collect();
        let found = divergence(&changes, 1_999, 7).unwrap();
        assert!((0.3..0.7).contains(&found.p) && found.drawn.is_some(), "{found:?}");
        assert_eq!(divergence(&changes, 1_999, 7).unwrap(), found);
        let apart: Vec<(f64, bool)> = (0..40).map(|i| (f64::from(i), i >= 20)).collect();
        assert_eq!(divergence(&apart, 1_999, 7).unwrap().p, 1.0 / 2_000.0, "never nought");
    }

    #[test]
    fn ways_are_counted_without_overflow() {
        assert_eq!((choose(5, 2), choose(20, 10), choose(5, 5)), (10, 184_756, 1));
        assert!(choose(400, 200) > MOST_EXACT);
    }

    #[test]
    fn too_few_measures_are_refused() {
        assert!(divergence(&[(1.0, true), (0.0, false)], 9, 1).is_err());
        assert!(divergence(&[(1.0, false), (0.0, false)], 9, 1).is_err());
        assert!(divergence(&[(1.0, true), (1.0, false), (1.0, false)], 9, 1).is_err());
    }
}
