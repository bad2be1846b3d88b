//! What did it change, when the lot was drawn for whole providers or areas?
//!
//! People of a cluster fare alike, so a cluster is worth fewer than its people. Errors are `CR2` with the degrees of
//! freedom of Bell and McCaffrey (2002), which hold with a handful of clusters and unequal sizes.

use meed_statistics::covariance::{Correction, clustered, satterthwaite};
use meed_statistics::least_squares::least_squares;
use meed_statistics::{Clusters, Estimate, Matrix, Refusal, Warning};
use serde::{Deserialize, Serialize};

use super::{Arms, TrialEffect, mean, side, squares};

/// The effect of an offer made to whole clusters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClusterTrial {
    /// The mean over people.
    pub people: TrialEffect,
    /// The mean over clusters, each counting once: what a cluster gains rather than a person.
    pub clusters: Estimate,
    /// How many clusters had the offer.
    pub treated_clusters: usize,
    /// How many had not.
    pub comparison_clusters: usize,
    /// The share of spread that lies between clusters, within sides (one-way analysis of variance; not below 0).
    pub intraclass: f64,
    /// By how much clustering multiplies the variance, at these sizes: `1 + (Σm²/Σm − 1)ρ`.
    pub design_effect: f64,
}

/// Compares people of clusters with the offer and people of clusters without.
///
/// # Errors
/// When a cluster has people on both sides, a side has fewer than two clusters, or outcomes are missing.
pub fn cluster_trial(
    treated: &[bool],
    outcome: &[f64],
    clusters: &Clusters,
    level: f64,
) -> Result<ClusterTrial, Refusal> {
    let arms = Arms::new(treated, outcome)?;
    meed_statistics::error::same_length(clusters.what(), treated.len(), clusters.of().len())?;
    clusters.at_least(2)?;
    let members = clusters.members();
    let mut sides = Vec::with_capacity(members.len());
    for (place, rows) in members.iter().enumerate() {
        if rows.iter().any(|&row| treated[row] != treated[rows[0]]) {
            return Err(Refusal::ClusterOnBothSides { what: clusters.what().into(), place: place + 1 });
        }
        sides.push(treated[rows[0]]);
    }
    let treated_clusters = sides.iter().filter(|side| **side).count();
    let comparison_clusters = sides.len() - treated_clusters;
    for (found, group) in [(treated_clusters, "with the offer"), (comparison_clusters, "without it")] {
        if found < 2 {
            let what = format!("{} {group}", clusters.what());
            return Err(Refusal::TooFewClusters { what, found, needed: 2 });
        }
    }
    let x = Matrix::of_rows(treated.len()).with_constant().with("(offer)", side(treated))?;
    let fit = least_squares(&x, outcome, None)?;
    let covariance = clustered(&fit, clusters, Correction::Two)?;
    let df = satterthwaite(&fit, clusters, "(offer)")?;
    let effect = fit.estimate("(offer)", &covariance, Some(df), level)?;
    let mut warnings = Vec::new();
    if df < 4.0 {
        warnings.push(Warning::new(
            "few-degrees",
            format!("the error rests on {df:.1} degrees of freedom only"),
            "read the test by relabelling clusters beside it, and plan for more clusters",
        ));
    }
    let cluster_means: Vec<f64> =
        members.iter().map(|rows| mean(&rows.iter().map(|&row| outcome[row]).collect::<Vec<_>>())).collect();
    let by_cluster = super::difference(&sides, &cluster_means, super::Error::Welch, level)?.effect;
    let intraclass = intraclass(&members, &sides, outcome);
    let people = treated.len() as f64;
    let weighted = members.iter().map(|rows| (rows.len() * rows.len()) as f64).sum::<f64>() / people;
    Ok(ClusterTrial {
        people: arms.effect(effect, warnings),
        clusters: by_cluster,
        treated_clusters,
        comparison_clusters,
        intraclass,
        design_effect: 1.0 + (weighted - 1.0) * intraclass,
    })
}

/// The intraclass correlation within sides by analysis of variance, with the mean size of Donner and Koval (1980).
fn intraclass(members: &[Vec<usize>], sides: &[bool], outcome: &[f64]) -> f64 {
    let values = |rows: &[usize]| rows.iter().map(|&row| outcome[row]).collect::<Vec<_>>();
    let (mut between, mut within, mut people, mut lost) = (0.0, 0.0, 0.0, 0.0);
    for side in [true, false] {
        let of_side: Vec<&Vec<usize>> =
            members.iter().zip(sides).filter(|(_, s)| **s == side).map(|(rows, _)| rows).collect();
        let all: Vec<f64> = of_side.iter().flat_map(|rows| values(rows)).collect();
        let inside: f64 = of_side.iter().map(|rows| squares(&values(rows))).sum();
        within += inside;
        between += squares(&all) - inside;
        people += all.len() as f64;
        lost += of_side.iter().map(|rows| (rows.len() * rows.len()) as f64).sum::<f64>() / all.len() as f64;
    }
    let clusters = members.len() as f64;
    if people <= clusters || clusters <= 2.0 {
        return 0.0;
    }
    let (msb, msw) = (between / (clusters - 2.0), within / (people - clusters));
    let size = (people - lost) / (clusters - 2.0);
    let whole = msb + (size - 1.0) * msw;
    if whole > 0.0 { ((msb - msw) / whole).clamp(0.0, 1.0) } else { 0.0 }
}
