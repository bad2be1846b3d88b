//! Could the lot alone have given a difference like this? Relabelling who was in which group.
//!
//! Every relabelling is looked at where there are at most 100,000; otherwise they are drawn, and
//! `p = (1 + those at least as far) / (1 + drawn)` (Phipson and Smyth 2010).

use serde::{Deserialize, Serialize};

use crate::clusters::Clusters;
use crate::error::{Refusal, same_length};
use crate::generator::{Generator, Recorded};
use crate::special::ln_choose;

/// Most relabellings that are all looked at.
pub const EVERY_ONE: u64 = 100_000;

/// What relabelling says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Permutation {
    /// The figure of the data.
    pub value: f64,
    /// How often a relabelling gives one at least as far from zero.
    pub two_sided: f64,
    /// How often one at least as large.
    pub larger: f64,
    /// How often one at most as large.
    pub smaller: f64,
    /// How many relabellings were looked at.
    pub relabellings: usize,
    /// Whether they are all there are.
    pub every_one: bool,
    /// What they were drawn with, unless every one was looked at.
    pub drawn: Option<Recorded>,
}

/// Relabels `treated` within strata, as the lot was drawn, and works the figure out of the labels.
///
/// # Errors
/// When nobody or everybody was treated, or the figure is no number.
pub fn permutation(
    treated: &[bool],
    strata: Option<&Clusters>,
    figure: impl Fn(&[bool]) -> f64,
    replicates: usize,
    generator: &Generator,
) -> Result<Permutation, Refusal> {
    if let Some(strata) = strata {
        same_length("the strata", treated.len(), strata.of().len())?;
    }
    for (group, holds) in [("the group", true), ("the comparison", false)] {
        if !treated.contains(&holds) {
            return Err(Refusal::EmptyGroup { group: group.into() });
        }
    }
    let pools: Vec<(Vec<usize>, usize)> = match strata {
        Some(strata) => strata.members(),
        None => vec![(0..treated.len()).collect()],
    }
    .into_iter()
    .map(|rows| {
        let count = rows.iter().filter(|row| treated[**row]).count();
        (rows, count)
    })
    .collect();
    let value = figure(treated);
    if !value.is_finite() {
        return Err(Refusal::NotANumber { what: "the figure".into(), row: 1 });
    }
    let ways: f64 = pools.iter().map(|(rows, count)| ln_choose(rows.len() as f64, *count as f64)).sum();
    let every_one = ways <= (EVERY_ONE as f64).ln() + 1e-9;
    let mut counts = Counts { value, ..Counts::default() };
    if every_one {
        let mut labels = treated.to_vec();
        every(&pools, &mut labels, &mut |labels| counts.add(figure(labels)));
    } else {
        let mut source = generator.clone();
        let mut labels = vec![false; treated.len()];
        counts = Counts { value, all: 1, far: 1, larger: 1, smaller: 1 };
        for _ in 0..replicates {
            for (rows, count) in &pools {
                rows.iter().for_each(|&row| labels[row] = false);
                source.sample(rows.len(), *count).into_iter().for_each(|place| labels[rows[place]] = true);
            }
            counts.add(figure(&labels));
        }
    }
    let share = |count: usize| count as f64 / counts.all as f64;
    Ok(Permutation {
        value,
        two_sided: share(counts.far),
        larger: share(counts.larger),
        smaller: share(counts.smaller),
        relabellings: if every_one { counts.all } else { replicates },
        every_one,
        drawn: (!every_one).then(|| generator.recorded()),
    })
}

#[derive(Default)]
struct Counts {
    value: f64,
    all: usize,
    far: usize,
    larger: usize,
    smaller: usize,
}

impl Counts {
    fn add(&mut self, figure: f64) {
        // Equal figures may differ in their last digits when sums are taken in another order.
        let slack = 1e-10 * self.value.abs().max(1e-300);
        self.all += 1;
        self.far += usize::from(figure.abs() >= self.value.abs() - slack);
        self.larger += usize::from(figure >= self.value - slack);
        self.smaller += usize::from(figure <= self.value + slack);
    }
}

fn every(pools: &[(Vec<usize>, usize)], labels: &mut Vec<bool>, look: &mut dyn FnMut(&[bool])) {
    let Some(((rows, count), rest)) = pools.split_first() else {
        look(labels);
        return;
    };
    let mut places: Vec<usize> = (0..*count).collect();
    loop {
        rows.iter().for_each(|&row| labels[row] = false);
        places.iter().for_each(|&place| labels[rows[place]] = true);
        every(rest, labels, look);
        // The next choice of places in dictionary order.
        let Some(at) = (0..*count).rev().find(|&i| places[i] < rows.len() - count + i) else { return };
        places[at] += 1;
        for i in at + 1..*count {
            places[i] = places[i - 1] + 1;
        }
    }
}
