//! Takes means out by unit, by period and by whatever else has a level of its own, without a column for each.

use meed_statistics::error::{Refusal, same_length};

/// One set of groups whose levels are taken out: which group each row is in, from 0.
#[derive(Clone, Debug)]
pub struct Absorbed {
    /// What the groups are: `state`, `year`.
    pub name: String,
    group: Vec<usize>,
    levels: usize,
}

impl Absorbed {
    /// Groups by any labels.
    pub fn by<T: Ord + Clone>(name: &str, labels: &[T]) -> Absorbed {
        let (distinct, group) = super::algebra::codes(labels);
        Absorbed { name: name.to_owned(), group, levels: distinct.len() }
    }

    /// How many groups there are.
    pub fn levels(&self) -> usize {
        self.levels
    }

    /// Which group each row is in.
    pub fn group(&self) -> &[usize] {
        &self.group
    }

    /// Whether every group lies within one of the clusters.
    pub(crate) fn is_nested_in(&self, cluster: &[usize]) -> bool {
        let mut seen = vec![None; self.levels];
        self.group.iter().zip(cluster).all(|(group, cluster)| *seen[*group].get_or_insert(*cluster) == *cluster)
    }
}

/// Takes the levels of several sets of groups out of columns.
pub(crate) struct Absorber<'a> {
    sets: &'a [Absorbed],
    weights: Option<&'a [f64]>,
    totals: Vec<Vec<f64>>,
}

impl<'a> Absorber<'a> {
    pub(crate) fn new(sets: &'a [Absorbed], weights: Option<&'a [f64]>, rows: usize) -> Result<Absorber<'a>, Refusal> {
        for set in sets {
            same_length(&set.name, rows, set.group.len())?;
        }
        let totals = sets
            .iter()
            .map(|set| {
                let mut totals = vec![0.0; set.levels];
                for (row, group) in set.group.iter().enumerate() {
                    totals[*group] += weights.map_or(1.0, |weights| weights[row]);
                }
                totals
            })
            .collect();
        Ok(Absorber { sets, weights, totals })
    }

    /// How many free levels the sets have together: the rank of their dummies. With two sets that is their levels less
    /// the number of parts that no row connects; with more, the levels less one for each set after the first.
    pub(crate) fn rank(&self) -> usize {
        let levels: usize = self.sets.iter().map(|set| set.levels).sum();
        match self.sets {
            [] => 0,
            [_] => levels,
            [a, b] => levels - parts(a, b),
            more => levels - (more.len() - 1),
        }
    }

    /// The column without the levels, by alternating projections (von Neumann; Gaure 2013).
    pub(crate) fn residual(&self, column: &[f64]) -> Result<Vec<f64>, Refusal> {
        const ROUNDS: usize = 100_000;
        let mut left = column.to_vec();
        let size = column.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
        if self.sets.is_empty() || size == 0.0 {
            return Ok(left);
        }
        for _ in 0..ROUNDS {
            let mut moved = 0.0_f64;
            for (set, totals) in self.sets.iter().zip(&self.totals) {
                let mut means = vec![0.0; set.levels];
                for (row, group) in set.group.iter().enumerate() {
                    means[*group] += left[row] * self.weights.map_or(1.0, |weights| weights[row]);
                }
                for (mean, total) in means.iter_mut().zip(totals) {
                    *mean = if *total > 0.0 { *mean / total } else { 0.0 };
                    moved = moved.max(mean.abs());
                }
                for (value, group) in left.iter_mut().zip(&set.group) {
                    *value -= means[*group];
                }
            }
            if self.sets.len() == 1 || moved <= 1e-13 * size {
                return Ok(left);
            }
        }
        Err(Refusal::NotConverged { method: "taking out levels by turns".into(), iterations: ROUNDS })
    }
}

/// Into how many parts two sets of groups fall when groups that share a row are joined.
fn parts(a: &Absorbed, b: &Absorbed) -> usize {
    let mut parent: Vec<usize> = (0..a.levels + b.levels).collect();
    fn root(parent: &mut [usize], mut at: usize) -> usize {
        while parent[at] != at {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        at
    }
    let mut count = parent.len();
    for (left, right) in a.group.iter().zip(&b.group) {
        let (left, right) = (root(&mut parent, *left), root(&mut parent, a.levels + right));
        if left != right {
            parent[left] = right;
            count -= 1;
        }
    }
    count
}
