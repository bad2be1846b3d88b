//! Could the lot alone have made a difference like this? The lot is drawn again, as it was drawn.

use meed_statistics::permutation::{Permutation, permutation};
use meed_statistics::{Clusters, Generator, Refusal};

use super::Arms;

/// How the lot was drawn.
#[derive(Clone, Debug)]
pub enum Lot<'a> {
    /// Among all people at once.
    People,
    /// Among people within each stratum.
    Within(&'a Clusters),
    /// Among clusters, with all their people.
    Among(&'a Clusters),
}

/// Relabels as the lot could have, and counts differences of means at least as far from zero.
///
/// # Errors
/// As a difference of means; when a cluster of the lot has people on both sides.
pub fn relabelled(
    treated: &[bool],
    outcome: &[f64],
    lot: &Lot<'_>,
    replicates: usize,
    generator: &Generator,
) -> Result<Permutation, Refusal> {
    Arms::new(treated, outcome)?;
    let gap = |labels: &[bool]| {
        let (mut with, mut without, mut count) = (0.0, 0.0, 0.0);
        for (label, y) in labels.iter().zip(outcome) {
            if *label {
                with += y;
                count += 1.0;
            } else {
                without += y;
            }
        }
        with / count - without / (labels.len() as f64 - count)
    };
    match lot {
        Lot::People => permutation(treated, None, gap, replicates, generator),
        Lot::Within(strata) => permutation(treated, Some(strata), gap, replicates, generator),
        Lot::Among(clusters) => {
            meed_statistics::error::same_length(clusters.what(), treated.len(), clusters.of().len())?;
            let members = clusters.members();
            if let Some(place) =
                members.iter().position(|rows| rows.iter().any(|&row| treated[row] != treated[rows[0]]))
            {
                return Err(Refusal::ClusterOnBothSides { what: clusters.what().into(), place: place + 1 });
            }
            let sides: Vec<bool> = members.iter().map(|rows| treated[rows[0]]).collect();
            let of_people = |sides: &[bool]| {
                let labels: Vec<bool> = clusters.of().iter().map(|&cluster| sides[cluster]).collect();
                gap(&labels)
            };
            permutation(&sides, None, of_people, replicates, generator)
        }
    }
}
