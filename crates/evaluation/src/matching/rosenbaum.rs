//! How strong something nobody wrote down would have to be to explain an effect away: Rosenbaum's bounds.
//!
//! Suppose that of two people alike in all that is known, one was up to Γ times as likely to be treated as the other, for a
//! reason that bears on the outcome as strongly as can be. The bound is the greatest one-sided p-value this allows. Γ = 1 is
//! a perfect match; the Γ at which the bound passes the level is how much hidden bias the finding bears.
//!
//! In pairs the statistic is Wilcoxon's signed rank: pairs without a difference keep their place in the ranks and count
//! nothing. In sets with several comparison people it is the aligned rank (Hodges and Lehmann 1962): outcomes less the mean of
//! their set, ranked over everyone; the bound of each set is the greatest mean over how many of its people have the hidden
//! trait, and of those the greatest variance (Gastwirth, Krieger and Rosenbaum 2000). Both are compared with a normal
//! distribution.

use meed_statistics::distribution::{Continuous, Normal};
use serde::Serialize;

use super::Refusal;
use super::outcomes::Outcomes;
use super::sample::MatchedSample;

/// The bounds of an effect.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RosenbaumBounds {
    /// Whether the effect asked about is that the treated have more (true) or less of the outcome.
    pub more: bool,
    /// The statistic, in words.
    pub statistic: String,
    /// The greatest one-sided p-value at each Γ.
    pub bounds: Vec<Bound>,
    /// The greatest Γ, to two decimals, at which the bound is still below the level; none where it is not even without
    /// hidden bias. At most `MOST`.
    pub bears: Option<f64>,
    /// The level of that comparison.
    pub level: f64,
}

/// The greatest p-value under a hidden bias.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bound {
    /// How many times as likely treatment may have been for someone alike in all that is known.
    pub gamma: f64,
    /// The greatest one-sided p-value.
    pub p: f64,
}

/// Beyond this hidden bias nothing is looked at.
pub const MOST: f64 = 20.0;

/// The Γ that are shown.
const SHOWN: [f64; 8] = [1.0, 1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0];

impl MatchedSample {
    /// Bounds of the effect in the direction in which it lies.
    ///
    /// # Errors
    /// Refuses samples that are not sets of one treated person each without replacement, and outcomes the same in every set.
    pub fn rosenbaum_bounds(&self, outcomes: &Outcomes, level: f64) -> Result<RosenbaumBounds, Refusal> {
        let refuse = |because: &str| {
            Err(Refusal::NotFromThisSample {
                question: String::from("how much hidden bias the effect bears"),
                sample: String::from("this sample"),
                because: String::from(because),
            })
        };
        if self.sets.is_empty() {
            return refuse("it needs matched sets, and weighting makes none");
        }
        if self.reuse {
            return refuse("sets share comparison people, so that they do not speak for themselves");
        }
        if self.sets.iter().any(|set| set.treated.len() != 1) {
            return refuse("it needs sets with one treated person each");
        }
        let analysed = self.analysed(outcomes)?;
        let sets: Vec<Vec<f64>> = analysed
            .sets
            .iter()
            .map(|set| set.treated.iter().chain(&set.comparison).map(|&place| analysed.outcomes[place]).collect())
            .collect();
        let difference: f64 = (0..analysed.outcomes.len())
            .map(|place| {
                let weighted = analysed.weights[place] * analysed.outcomes[place];
                if self.people.treated()[place] { weighted } else { -weighted }
            })
            .sum();
        bounds(&sets, difference >= 0.0, level)
    }
}

/// Bounds of sets of outcomes, the treated person's first.
pub(super) fn bounds(sets: &[Vec<f64>], more: bool, level: f64) -> Result<RosenbaumBounds, Refusal> {
    let pairs = sets.iter().all(|set| set.len() == 2);
    let scores = if pairs { signed_ranks(sets, more) } else { aligned_ranks(sets, more) };
    if scores.iter().all(|set| set.iter().all(|score| *score == set[0])) {
        return Err(Refusal::SameOutcome);
    }
    let bears = if p(&scores, 1.0) >= level {
        None
    } else if p(&scores, MOST) < level {
        Some(MOST)
    } else {
        let (mut low, mut high) = (1.0, MOST);
        while high - low > 1e-6 {
            let middle = (low + high) / 2.0;
            if p(&scores, middle) < level { low = middle } else { high = middle }
        }
        Some((low * 100.0).floor() / 100.0)
    };
    Ok(RosenbaumBounds {
        more,
        statistic: String::from(if pairs { "Wilcoxon's signed rank" } else { "aligned rank" }),
        bounds: SHOWN.iter().map(|&gamma| Bound { gamma, p: p(&scores, gamma) }).collect(),
        bears,
        level,
    })
}

/// The greatest one-sided p-value; each set holds the scores of its people, the treated person's first.
fn p(scores: &[Vec<f64>], gamma: f64) -> f64 {
    let (mut statistic, mut mean, mut variance) = (0.0, 0.0, 0.0);
    for set in scores {
        statistic += set[0];
        let (own_mean, own_variance) = worst(set, gamma);
        mean += own_mean;
        variance += own_variance;
    }
    Normal.upper((statistic - mean) / variance.sqrt())
}

/// The greatest mean of the score of the treated person, and of the choices with that mean the greatest variance.
fn worst(set: &[f64], gamma: f64) -> (f64, f64) {
    let mut sorted = set.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut found = (f64::NEG_INFINITY, 0.0);
    for without in 1..sorted.len() {
        let (mut weight, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (at, score) in sorted.iter().enumerate() {
            let own = if at < without { 1.0 } else { gamma };
            weight += own;
            sum += own * score;
            squares += own * score * score;
        }
        let mean = sum / weight;
        let variance = squares / weight - mean * mean;
        let nearly = 1e-12 * mean.abs().max(1.0);
        if mean > found.0 + nearly || ((mean - found.0).abs() <= nearly && variance > found.1) {
            found = (mean, variance);
        }
    }
    found
}

/// A pair counts its rank where the treated person has more (or less, if that is asked), and nothing otherwise.
fn signed_ranks(pairs: &[Vec<f64>], more: bool) -> Vec<Vec<f64>> {
    let differences: Vec<f64> = pairs.iter().map(|pair| pair[0] - pair[1]).collect();
    let sizes: Vec<f64> = differences.iter().map(|difference| difference.abs()).collect();
    ranks(&sizes)
        .into_iter()
        .zip(differences)
        .map(|(rank, difference)| match difference {
            0.0 => vec![0.0, 0.0],
            difference if (difference > 0.0) == more => vec![rank, 0.0],
            _ => vec![0.0, rank],
        })
        .collect()
}

/// Ranks of outcomes less the mean of their set.
fn aligned_ranks(sets: &[Vec<f64>], more: bool) -> Vec<Vec<f64>> {
    let sign = if more { 1.0 } else { -1.0 };
    let aligned: Vec<f64> = sets
        .iter()
        .flat_map(|set| {
            let mean = set.iter().sum::<f64>() / set.len() as f64;
            set.iter().map(move |value| sign * (value - mean))
        })
        .collect();
    let ranks = ranks(&aligned);
    let mut rest = ranks.as_slice();
    sets.iter()
        .map(|set| {
            let (own, others) = rest.split_at(set.len());
            rest = others;
            own.to_vec()
        })
        .collect()
}

/// Ranks from one, those of equal values shared. Values that differ by rounding alone are equal.
fn ranks(values: &[f64]) -> Vec<f64> {
    let scale = values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
    let mut ranks = vec![0.0; values.len()];
    let mut begin = 0;
    for end in 1..=order.len() {
        if end == order.len() || values[order[end]] - values[order[end - 1]] > 1e-12 * scale {
            let shared = (begin + 1 + end) as f64 / 2.0;
            order[begin..end].iter().for_each(|&place| ranks[place] = shared);
            begin = end;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lead in the blood of 33 children whose fathers worked with it and of 33 neighbours (Morton and others 1982), with the
    /// bounds of Rosenbaum, Observational Studies (2002), table 4.1.
    const EXPOSED: [f64; 33] = [
        38., 23., 41., 18., 37., 36., 23., 62., 31., 34., 24., 14., 21., 17., 16., 20., 15., 10., 45., 39., 22., 35.,
        49., 48., 44., 35., 43., 39., 34., 13., 73., 25., 27.,
    ];
    const NEIGHBOURS: [f64; 33] = [
        16., 18., 18., 24., 19., 11., 10., 15., 16., 18., 18., 13., 19., 10., 16., 16., 24., 13., 9., 14., 21., 19.,
        7., 18., 19., 12., 11., 22., 25., 16., 13., 11., 13.,
    ];

    #[test]
    fn lead_in_the_blood_of_children() {
        let pairs: Vec<Vec<f64>> = EXPOSED.iter().zip(NEIGHBOURS).map(|(a, b)| vec![*a, b]).collect();
        let scores = signed_ranks(&pairs, true);
        for (gamma, expected) in [(2.0, 0.0018), (3.0, 0.0136), (4.0, 0.0388), (4.25, 0.0468), (5.0, 0.0740)] {
            let found = p(&scores, gamma);
            assert!((found - expected).abs() < 5e-5, "{gamma}: {found} instead of {expected}");
        }
        let bounds = bounds(&pairs, true, 0.05).unwrap();
        assert!(bounds.bounds[0].p < 0.0001);
        assert_eq!(bounds.bears, Some(4.34));
        let fewer: Vec<Vec<f64>> = pairs.iter().map(|pair| vec![-pair[0], -pair[1]]).collect();
        assert_eq!(super::bounds(&fewer, false, 0.05).unwrap().bears, bounds.bears, "the other way round is the same");
    }

    /// Every treatment of one person in each set, by count: without hidden bias the mean and variance are those of a lottery.
    #[test]
    fn without_hidden_bias_a_set_is_a_lottery() {
        let set = vec![3.0, 1.0, 4.0, 1.0, 5.0];
        let (mean, variance) = worst(&set, 1.0);
        assert!((mean - 2.8).abs() < 1e-12 && (variance - (52.0 / 5.0 - 2.8 * 2.8)).abs() < 1e-12);
        let most = worst(&set, 1e9).0;
        assert!((most - 5.0).abs() < 1e-6, "with a boundless bias the highest is treated for sure: {most}");
    }
}
