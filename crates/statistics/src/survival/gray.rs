//! Did groups differ in the share to whom one ending came, when others can come first? (Gray 1988.)
//!
//! The log-rank test asks about the risk on a day of those still there; this one asks about the share in the end. At every
//! time of the ending a group is held to its part of all, each counted by people still watched times `(1 − F)/S`: those to
//! whom another ending came stay in what can no longer have this one. Variance and its parts are those of Gray's paper, with
//! his correction for endings on the same day.

use serde::{Deserialize, Serialize};

use super::{ChiSquare, Competing};
use crate::decompose::inverse;
use crate::error::{Refusal, same_length};
use crate::matrix::Matrix;

/// Groups beside what would be expected if none differed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Gray {
    /// Endings beyond what was to be expected, of each group but the last.
    pub beyond: Vec<f64>,
    /// Whether chance explains the difference.
    pub test: ChiSquare,
}

/// Tests whether groups differ in the share to whom an ending came; `strata`, where given, compares people only with others
/// of their stratum.
///
/// # Errors
/// Refused: lengths that differ, one group only, nobody with this ending, and groups that were never watched together.
pub fn gray(people: &Competing, cause: usize, group: &[usize], strata: Option<&[usize]>) -> Result<Gray, Refusal> {
    same_length("groups", people.people(), group.len())?;
    if let Some(strata) = strata {
        same_length("strata", people.people(), strata.len())?;
    }
    let sorted = |mut of: Vec<usize>| {
        of.sort_unstable();
        of.dedup();
        of
    };
    let groups = sorted(group.to_vec());
    if groups.len() < 2 {
        return Err(Refusal::NoVariation { what: "the group".into() });
    }
    if people.causes().iter().all(|one| *one != Some(cause)) {
        return Err(Refusal::too_few("events of this ending", 0, 1));
    }
    let of_strata = sorted(strata.map_or_else(|| vec![0], <[usize]>::to_vec));
    let mut sums = Sums::of(groups.len());
    for stratum in of_strata {
        let mut rows: Vec<Row> = (0..people.people())
            .filter(|&place| strata.is_none_or(|strata| strata[place] == stratum))
            .map(|place| Row {
                time: people.times()[place],
                group: groups.binary_search(&group[place]).unwrap_or_default(),
                own: people.causes()[place] == Some(cause),
                other: people.causes()[place].is_some_and(|one| one != cause),
            })
            .collect();
        rows.sort_by(|a, b| a.time.total_cmp(&b.time));
        sums.add(&rows);
    }
    let tested = groups.len() - 1;
    let names: Vec<String> = groups[..tested].iter().map(|group| format!("group {group}")).collect();
    let mut variance = Matrix::square(&names);
    for a in 0..tested {
        for b in 0..tested {
            variance.set(a, b, sums.variance[a][b]);
        }
    }
    let never = || Refusal::NoOverlap { why: "at no event were people of two groups watched together".into() };
    let solved = inverse(&variance).map_err(|_| never())?.times(&sums.beyond[..tested]);
    let statistic: f64 = solved.iter().zip(&sums.beyond).map(|(a, b)| a * b).sum();
    if !statistic.is_finite() {
        return Err(never());
    }
    Ok(Gray { beyond: sums.beyond[..tested].to_vec(), test: ChiSquare::of(statistic, tested) })
}

struct Row {
    time: f64,
    group: usize,
    own: bool,
    other: bool,
}

/// Sums over strata.
struct Sums {
    beyond: Vec<f64>,
    variance: Vec<Vec<f64>>,
}

/// What is known of a group as time goes on.
#[derive(Clone)]
struct Now {
    watched: f64,
    /// The share without any ending, before and at the time.
    without: (f64, f64),
    /// The share with the ending asked about, before and at the time.
    share: (f64, f64),
}

impl Sums {
    fn of(groups: usize) -> Sums {
        Sums { beyond: vec![0.0; groups], variance: vec![vec![0.0; groups]; groups] }
    }

    /// Adds a stratum, whose rows are in the order of their times.
    fn add(&mut self, rows: &[Row]) {
        let count = self.beyond.len();
        let mut now = vec![Now { watched: 0.0, without: (1.0, 1.0), share: (0.0, 0.0) }; count];
        rows.iter().for_each(|row| now[row.group].watched += 1.0);
        let mut drift = vec![vec![0.0; count]; count];
        let (mut square, mut cross) = (vec![0.0; count], vec![vec![0.0; count]; count]);
        let mut all_before = 0.0;
        let mut from = 0;
        while from < rows.len() {
            let until = from + rows[from..].iter().take_while(|row| row.time == rows[from].time).count();
            let here = &rows[from..until];
            from = until;
            let endings = |of: &dyn Fn(&Row) -> bool| -> Vec<f64> {
                let mut counts = vec![0.0; count];
                here.iter().filter(|row| of(row)).for_each(|row| counts[row.group] += 1.0);
                counts
            };
            let (own, other) = (endings(&|row| row.own), endings(&|row| row.other));
            let (all_own, all_other): (f64, f64) = (own.iter().sum(), other.iter().sum());
            if all_own + all_other > 0.0 {
                for (k, now) in now.iter_mut().enumerate().filter(|(_, now)| now.watched > 0.0) {
                    now.without.1 = now.without.0 * (now.watched - own[k] - other[k]) / now.watched;
                    now.share.1 = now.share.0 + now.without.0 * own[k] / now.watched;
                }
                let part = |now: &Now| {
                    if now.watched > 0.0 { now.watched * (1.0 - now.share.0) / now.without.0 } else { 0.0 }
                };
                let parts: Vec<f64> = now.iter().map(part).collect();
                let whole: f64 = parts.iter().sum();
                let weight = |now: &Now| if now.watched > 0.0 { now.watched / now.without.0 } else { 0.0 };
                let weights: Vec<f64> = now.iter().map(weight).collect();
                let all_weight: f64 = weights.iter().sum();
                let all_now = all_before + all_own / all_weight;
                let mut pull = vec![vec![0.0; count]; count];
                for a in (0..count).filter(|&a| now[a].watched > 0.0) {
                    for b in (0..count).filter(|&b| now[b].watched > 0.0) {
                        let same = if a == b { 1.0 } else { 0.0 };
                        pull[a][b] = weights[a] * (same - weights[b] / all_weight);
                        drift[a][b] += pull[a][b] * all_own / (all_weight * (1.0 - all_before));
                    }
                    self.beyond[a] += own[a] - all_own * parts[a] / whole;
                }
                for k in (0..count).filter(|&k| now[k].watched > 0.0) {
                    let (before, after) = now[k].without;
                    if all_own > 0.0 {
                        let turn = if after > 0.0 { 1.0 - (1.0 - all_now) / after } else { 1.0 };
                        let ties =
                            if all_own > 1.0 { 1.0 - (all_own - 1.0) / (all_weight * before - 1.0) } else { 1.0 };
                        let weight = ties * before * all_own / (all_weight * now[k].watched);
                        square[k] += turn * turn * weight;
                        for a in 0..count {
                            let first = pull[a][k] - turn * drift[a][k];
                            cross[a][k] += first * turn * weight;
                            for b in 0..count {
                                self.variance[a][b] += first * (pull[b][k] - turn * drift[b][k]) * weight;
                            }
                        }
                    }
                    if other[k] > 0.0 && after > 0.0 {
                        let turn = (1.0 - all_now) / after;
                        let ties = if other[k] > 1.0 { 1.0 - (other[k] - 1.0) / (now[k].watched - 1.0) } else { 1.0 };
                        let weight = ties * before * before * other[k] / (now[k].watched * now[k].watched);
                        square[k] += turn * turn * weight;
                        for a in 0..count {
                            let first = turn * drift[a][k];
                            cross[a][k] -= first * turn * weight;
                            for (b, drift) in drift.iter().enumerate() {
                                self.variance[a][b] += first * turn * drift[k] * weight;
                            }
                        }
                    }
                }
                all_before = all_now;
                now.iter_mut().for_each(|now| (now.without.0, now.share.0) = (now.without.1, now.share.1));
            }
            here.iter().for_each(|row| now[row.group].watched -= 1.0);
        }
        for a in 0..count {
            for b in 0..count {
                self.variance[a][b] += (0..count)
                    .map(|k| {
                        drift[a][k] * drift[b][k] * square[k] + drift[a][k] * cross[b][k] + drift[b][k] * cross[a][k]
                    })
                    .sum::<f64>();
            }
        }
    }
}
