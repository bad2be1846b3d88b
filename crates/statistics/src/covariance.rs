//! How sure are coefficients when rows differ in spread, or belong together?
//!
//! | kind | a row's or cluster's score is | and the whole times |
//! | --- | --- | --- |
//! | `HC0`, `CR0` | as it is | 1 |
//! | `HC1` | as it is | n/(n−k) |
//! | `CR1` | as it is | G/(G−1) · (n−1)/(n−k) |
//! | `HC2`, `CR2` | times (I−H)^−½ | 1 |
//! | `HC3`, `CR3` | times (I−H)⁻¹ | 1 |
//!
//! White (1980); MacKinnon and White (1985); Liang and Zeger (1986); Bell and McCaffrey (2002).

use crate::clusters::Clusters;
use crate::decompose::{cholesky, directions};
use crate::error::{Refusal, Warning, same_length};
use crate::fit::Fit;
use crate::matrix::Matrix;

/// How an error that allows for differing spread is corrected for small samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Correction {
    /// Not at all.
    Zero,
    /// By a factor for the number of clusters, rows and coefficients.
    One,
    /// By leverage, so that the error is unbiased where spread is even.
    Two,
    /// By leverage as leaving one out does: on the safe side.
    Three,
}

/// The covariance under one even spread.
pub fn classical(fit: &Fit) -> Matrix {
    fit.bread.scaled(fit.dispersion)
}

/// The covariance that allows each row a spread of its own: HC0 to HC3.
///
/// # Errors
/// With `Two` and `Three`, when a row alone decides a coefficient.
pub fn robust(fit: &Fit, correction: Correction) -> Result<Matrix, Refusal> {
    let mut score = fit.score.clone();
    if matches!(correction, Correction::Two | Correction::Three) {
        for (row, (score, leverage)) in score.iter_mut().zip(fit.leverage()).enumerate() {
            let left = 1.0 - leverage;
            if left < 1e-10 {
                let found = format!("row {} by itself, so that its error cannot be seen", row + 1);
                let allowed = "decided by at least two rows";
                return Err(Refusal::OutOfRange {
                    what: "a coefficient".into(),
                    value: found,
                    allowed: allowed.into(),
                });
            }
            *score /= if correction == Correction::Two { left.sqrt() } else { left };
        }
    }
    let squares: Vec<f64> = score.iter().map(|score| score * score).collect();
    let factor = if correction == Correction::One { fit.n() as f64 / fit.df as f64 } else { 1.0 };
    Ok(sandwich(fit, &fit.x.cross(Some(&squares))).scaled(factor))
}

/// The covariance that allows rows of a cluster to err together: CR0 to CR3.
///
/// # Errors
/// When there are fewer than two clusters.
pub fn clustered(fit: &Fit, clusters: &Clusters, correction: Correction) -> Result<Matrix, Refusal> {
    same_length(clusters.what(), fit.x.rows(), clusters.of().len())?;
    clusters.at_least(2)?;
    let sums = match correction {
        Correction::Zero | Correction::One => plain_sums(fit, clusters),
        Correction::Two => adjusted_sums(fit, clusters, |share| (1.0 / (1.0 - share).sqrt() - 1.0) / share)?,
        Correction::Three => adjusted_sums(fit, clusters, |share| 1.0 / (1.0 - share))?,
    };
    let g = clusters.count() as f64;
    let factor = match correction {
        Correction::One => g / (g - 1.0) * (fit.n() as f64 - 1.0) / fit.df as f64,
        _ => 1.0,
    };
    Ok(sandwich(fit, &sums.cross(None)).scaled(factor))
}

/// The covariance that allows errors together in two ways at once: `V(a) + V(b) − V(a and b)`, each with the factors of
/// `CR1` for its own number of clusters (Cameron, Gelbach and Miller 2011).
///
/// Where that leaves a direction with a variance below zero, as it can with few clusters, it is set to zero, as the
/// authors advise, and a warning says so.
///
/// # Errors
/// When there are fewer than two clusters either way.
pub fn two_way(fit: &Fit, a: &Clusters, b: &Clusters) -> Result<(Matrix, Vec<Warning>), Refusal> {
    let both = a.crossed(b);
    let of = |clusters: &Clusters| clustered(fit, clusters, Correction::One);
    let whole = of(a)?.plus(&of(b)?, 1.0).plus(&of(&both)?, -1.0);
    let mut warnings: Vec<Warning> =
        [a, b].iter().filter(|c| c.count() < 40).map(|c| Warning::few_clusters(c.what(), c.count())).collect();
    let (stretch, along) = directions(&whole);
    let most = stretch.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    if stretch.iter().all(|value| *value > -1e-10 * most) {
        return Ok((whole, warnings));
    }
    warnings.push(Warning::new(
        "two-way-below-zero",
        "errors in two ways at once came to less than nothing in some direction, and were set to nothing there",
        "read the larger of the two errors by one way at a time beside it",
    ));
    let mut mended = Matrix::square(whole.names());
    for (place, stretch) in stretch.iter().enumerate().filter(|(_, stretch)| **stretch > 0.0) {
        let direction = along.column(place);
        for column in 0..mended.columns() {
            for row in 0..mended.columns() {
                mended.set(row, column, mended.at(row, column) + stretch * direction[row] * direction[column]);
            }
        }
    }
    Ok((mended, warnings))
}

/// Degrees of freedom of a coefficient's `CR2` error (Bell and McCaffrey 2002, under one even spread): Satterthwaite's
/// for the weighted sum of squares that its variance is. With each row a cluster it is that of `HC2`.
///
/// # Errors
/// When there is no such column, or fewer than two clusters.
pub fn satterthwaite(fit: &Fit, clusters: &Clusters, name: &str) -> Result<f64, Refusal> {
    clusters.at_least(2)?;
    let place = fit.place(name)?;
    let k = fit.x.columns();
    let pull = fit.x.product(&fit.bread);
    let lower = cholesky(&fit.bread)?;
    // The variance is a sum over clusters of the squared error along p_g; its degrees come from the products of
    // (I − H) p_g, which only need the sums over the cluster's rows.
    let members = clusters.members();
    let (mut own, mut across) = (Vec::with_capacity(members.len()), Vec::with_capacity(members.len()));
    for rows in &members {
        let weight: Vec<f64> = rows.iter().map(|&row| fit.working_weights[row].sqrt()).collect();
        let mut a: Vec<f64> = rows.iter().zip(&weight).map(|(&row, w)| pull.at(row, place) * w).collect();
        let share = Shares::of(fit, &lower, rows, &weight);
        share.stretch(&mut a, |share| (1.0 / (1.0 - share).sqrt() - 1.0) / share);
        own.push(a.iter().map(|a| a * a).sum::<f64>());
        let sums: Vec<f64> = (0..k)
            .map(|c| rows.iter().zip(&weight).zip(&a).map(|((&row, w), a)| fit.x.at(row, c) * w * a).sum())
            .collect();
        across.push(sums);
    }
    let inner = |a: &[f64], b: &[f64]| fit.bread.form(a, b);
    let (mut first, mut second) = (0.0, 0.0);
    for (g, sums) in across.iter().enumerate() {
        let shared = inner(sums, sums);
        first += own[g] - shared;
        second += (own[g] - shared).powi(2);
        for other in &across[..g] {
            second += 2.0 * inner(sums, other).powi(2);
        }
    }
    if second > 0.0 && first > 0.0 {
        Ok(first * first / second)
    } else {
        Err(Refusal::NoVariation { what: name.into() })
    }
}

fn sandwich(fit: &Fit, meat: &Matrix) -> Matrix {
    fit.bread.product(meat).product(&fit.bread)
}

/// The sum of scores over each cluster: one row a cluster.
fn plain_sums(fit: &Fit, clusters: &Clusters) -> Matrix {
    let columns = (0..fit.x.columns()).map(|column| {
        let mut sums = vec![0.0; clusters.count()];
        for (row, value) in fit.x.column(column).iter().enumerate() {
            sums[clusters.of()[row]] += fit.score[row] * value;
        }
        (fit.x.names()[column].clone(), sums)
    });
    columns.fold(Matrix::of_rows(clusters.count()), |mut out, (name, sums)| {
        // A sum of products of finite numbers of this size is finite.
        out.push(name, sums).expect("sums of scores are numbers");
        out
    })
}

/// The same after the residuals of a cluster are stretched by what the cluster pulls the fit towards itself.
///
/// `(I − AAᵀ)^s u = u + A V f(λ) Vᵀ Aᵀu`, with `AᵀA = V λ Vᵀ`: only a table of coefficients by coefficients is turned,
/// however large the cluster.
fn adjusted_sums(fit: &Fit, clusters: &Clusters, f: impl Fn(f64) -> f64) -> Result<Matrix, Refusal> {
    let lower = cholesky(&fit.bread)?;
    let k = fit.x.columns();
    let mut sums = vec![vec![0.0; clusters.count()]; k];
    for (cluster, rows) in clusters.members().iter().enumerate() {
        let weight: Vec<f64> = rows.iter().map(|&row| fit.working_weights[row].sqrt()).collect();
        let share = Shares::of(fit, &lower, rows, &weight);
        // Scores are weight times residual: the stretch is that of the residual times the root of its weight.
        let mut u: Vec<f64> =
            rows.iter().zip(&weight).map(|(&row, w)| if *w > 0.0 { fit.score[row] / w } else { 0.0 }).collect();
        share.stretch(&mut u, &f);
        for (column, sums) in sums.iter_mut().enumerate() {
            sums[cluster] = rows.iter().zip(&weight).zip(&u).map(|((&row, w), u)| fit.x.at(row, column) * w * u).sum();
        }
    }
    Matrix::from_columns(fit.x.names().iter().cloned().zip(sums).collect())
}

/// How a cluster's rows pull on the fit.
struct Shares {
    /// `A`: rows of the cluster by coefficients.
    a: Vec<Vec<f64>>,
    shares: Vec<f64>,
    along: Matrix,
}

impl Shares {
    fn of(fit: &Fit, lower: &Matrix, rows: &[usize], weight: &[f64]) -> Shares {
        let k = fit.x.columns();
        let a: Vec<Vec<f64>> = (0..k)
            .map(|column| {
                rows.iter()
                    .zip(weight)
                    .map(|(&row, w)| w * (column..k).map(|c| fit.x.at(row, c) * lower.at(c, column)).sum::<f64>())
                    .collect()
            })
            .collect();
        let mut inner = Matrix::square(fit.x.names());
        for i in 0..k {
            for j in 0..k {
                inner.set(i, j, crate::matrix::dot(&a[i], &a[j]));
            }
        }
        let (shares, along) = directions(&inner);
        Shares { a, shares, along }
    }

    fn stretch(&self, u: &mut [f64], f: impl Fn(f64) -> f64) {
        let k = self.a.len();
        let projected: Vec<f64> = self.a.iter().map(|column| crate::matrix::dot(column, u)).collect();
        let mut back = vec![0.0; k];
        for (place, share) in self.shares.iter().enumerate() {
            if *share < 1e-14 {
                continue;
            }
            // A direction that the cluster alone decides leaves no residual: nothing can be stretched there.
            let by = if *share > 1.0 - 1e-10 { -1.0 } else { f(*share) };
            let along = self.along.column(place);
            let size = by * crate::matrix::dot(along, &projected);
            for (back, along) in back.iter_mut().zip(along) {
                *back += size * along;
            }
        }
        for (column, back) in self.a.iter().zip(&back) {
            for (u, a) in u.iter_mut().zip(column) {
                *u += a * back;
            }
        }
    }
}
