//! Which rows belong together: people of one provider, months of one area.

use serde::{Deserialize, Serialize};

use crate::error::Refusal;

/// A grouping of rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clusters {
    what: String,
    of: Vec<usize>,
    count: usize,
}

impl Clusters {
    /// Groups rows by a key; clusters are numbered in the order of their keys. `what` says what a cluster is.
    pub fn new<K: Ord>(what: &str, keys: &[K]) -> Clusters {
        let mut sorted: Vec<&K> = keys.iter().collect();
        sorted.sort();
        sorted.dedup();
        let of = keys.iter().map(|key| sorted.binary_search(&key).unwrap_or_default()).collect();
        Clusters { what: what.into(), of, count: sorted.len() }
    }

    /// What a cluster is: `provider`, `area`.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The cluster of each row.
    pub fn of(&self) -> &[usize] {
        &self.of
    }

    /// The rows of each cluster.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members = vec![Vec::new(); self.count];
        for (row, &cluster) in self.of.iter().enumerate() {
            members[cluster].push(row);
        }
        members
    }

    /// Rows that belong together in both ways.
    pub fn crossed(&self, other: &Clusters) -> Clusters {
        let keys: Vec<(usize, usize)> = self.of.iter().copied().zip(other.of.iter().copied()).collect();
        Clusters::new(&format!("{} and {}", self.what, other.what), &keys)
    }

    /// The same grouping of some of the rows.
    pub fn take(&self, rows: &[usize]) -> Clusters {
        let keys: Vec<usize> = rows.iter().map(|&row| self.of[row]).collect();
        Clusters::new(&self.what, &keys)
    }

    /// Refuses where there are fewer clusters than are needed.
    pub fn at_least(&self, needed: usize) -> Result<(), Refusal> {
        if self.count >= needed {
            Ok(())
        } else if self.count == 1 {
            Err(Refusal::OneCluster { what: self.what.clone() })
        } else {
            Err(Refusal::TooFewClusters { what: self.what.clone(), found: self.count, needed })
        }
    }
}
