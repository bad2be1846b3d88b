//! Do people leave on the very days on which leaving pays?
//!
//! Person-days in a discrete-time model of leaving: a smooth curve over time, bands, and one level for the days just
//! before the payment date and one for those from it on. A bare count of leavings before and after is no test: where
//! leaving grows likelier or rarer with time, it finds a difference in all innocence.

use std::collections::{BTreeMap, BTreeSet};

use meed_statistics::{
    Refusal,
    distribution::{Continuous, Normal},
    estimate::checked_level,
};

/// Days at risk of one person: from day 0 to the day of leaving, or to the last day looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stay {
    /// Days from the beginning until the person left or was last seen; the day of leaving is day `days`.
    pub days: u32,
    /// Whether the person left on that day.
    pub left: bool,
    /// The day, counted in the same way, from which leaving pays; none when no payment was in sight.
    pub hurdle: Option<u32>,
    /// A group with a level of its own: band of need.
    pub band: u8,
    /// Those whose decisions go together: the worker.
    pub cluster: u32,
}

/// How far around the payment date to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Reach {
    /// Days before it.
    pub before: u32,
    /// Days from it on, itself included.
    pub after: u32,
    /// Days from the end of those on that stand apart too, so that people kept until the date and then gone do not
    /// pull the curve down behind it.
    pub wake: u32,
}

impl Default for Reach {
    fn default() -> Reach {
        Reach { before: 7, after: 7, wake: 0 }
    }
}

/// How much likelier leaving is from the payment date on than just before it.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Spike {
    /// Ratio of hazards, given time and band: 1 when the date makes no difference.
    pub ratio: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end of its interval.
    pub high: f64,
    /// Chance of a ratio at least as far from 1 if the date made no difference; two-sided.
    pub p: f64,
    /// Leavings in the days before.
    pub before: u64,
    /// Leavings in the days from the date on.
    pub after: u64,
    /// Person-days behind the estimate.
    pub person_days: u64,
    /// Clusters by which errors were worked out; below 30 they come out too small.
    pub clusters: usize,
    /// Leavings on the three days from the date on, divided by those on the three days before: a companion that
    /// depends on how leaving slopes, and decides nothing. None when nobody left before.
    pub window_ratio: Option<f64>,
}

/// Leavings and days at risk that share time, place around the date, and band.
#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    left: u64,
    at_risk: u64,
}

/// Day, place around the date, band.
type Key = (u32, Place, u8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Away,
    Before,
    After,
    Wake,
}

/// Fewest leavings on the days around the date.
pub const FEWEST: u64 = 20;
/// Knots of the curve over time, at quantiles of the days of leaving.
const KNOTS: usize = 5;
const MOST_ROUNDS: usize = 60;

/// Estimates the spike, with errors that allow for clusters.
///
/// # Errors
/// When fewer than 20 people left around the date, all of them on one side of it, fewer than two clusters, or a band
/// or day tells all leavings.
pub fn spike(stays: &[Stay], reach: Reach, level: f64) -> Result<Spike, Refusal> {
    let z = Normal.quantile(0.5 + checked_level(level)? / 2.0);
    let (mut before, mut after, mut three_before, mut three_after, mut person_days) =
        (0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    for stay in stays {
        person_days += u64::from(stay.days) + 1;
        if let (true, Some(hurdle)) = (stay.left, stay.hurdle) {
            let from = i64::from(stay.days) - i64::from(hurdle);
            match place(stay.days, stay.hurdle, reach) {
                Place::Before => before += 1,
                Place::After => after += 1,
                Place::Away | Place::Wake => {}
            }
            three_before += u64::from((-3..0).contains(&from));
            three_after += u64::from((0..3).contains(&from));
        }
    }
    if before + after < FEWEST {
        return Err(Refusal::too_few("leavings around the payment date", (before + after) as usize, FEWEST as usize));
    }
    if before == 0 || after == 0 {
        return Err(Refusal::PerfectSeparation { columns: vec!["days from the payment date on".into()] });
    }
    let cells = cells(stays, reach);
    let mut order: Vec<usize> = (0..stays.len()).collect();
    order.sort_by_key(|place| stays[*place].cluster);
    let clusters = order.chunk_by(|a, b| stays[*a].cluster == stays[*b].cluster).count();
    if clusters < 2 {
        return Err(Refusal::TooFewClusters { what: "workers".into(), found: clusters, needed: 2 });
    }
    let design = Design::of(stays, &cells)?;
    let fit = fit(&design, &cells)?;

    // Sandwich: scores summed by cluster, with the factor G / (G - 1).
    let size = fit.coefficients.len();
    let expected = Expected::of(&design, &fit.coefficients, stays);
    let mut meat = vec![0.0; size * size];
    let mut score = vec![0.0; size];
    for own in order.chunk_by(|a, b| stays[*a].cluster == stays[*b].cluster) {
        score.fill(0.0);
        for stay in own.iter().map(|place| &stays[*place]) {
            if stay.left {
                design.row((stay.days, place(stay.days, stay.hurdle, reach), stay.band)).add_to(&mut score, 1.0);
            }
            for (at, from, until) in stretches(stay, reach) {
                expected.take_from(&mut score, (at, stay.band), from, until);
            }
        }
        for i in 0..size {
            for j in 0..size {
                meat[i * size + j] += score[i] * score[j];
            }
        }
    }
    let factor = clusters as f64 / (clusters as f64 - 1.0);
    let contrast: Vec<f64> =
        (0..size).map(|i| fit.inverse[i * size + Design::AFTER] - fit.inverse[i * size + Design::BEFORE]).collect();
    let variance: f64 =
        (0..size).map(|i| contrast[i] * (0..size).map(|j| meat[i * size + j] * contrast[j]).sum::<f64>()).sum::<f64>()
            * factor;
    let value = fit.coefficients[Design::AFTER] - fit.coefficients[Design::BEFORE];
    if !(variance > 0.0 && variance.is_finite() && value.is_finite()) {
        return Err(Refusal::NoVariation { what: "leaving around the payment date, from worker to worker,".into() });
    }
    let error = variance.sqrt();
    Ok(Spike {
        ratio: value.exp(),
        low: (value - z * error).exp(),
        high: (value + z * error).exp(),
        p: 2.0 * Normal.upper((value / error).abs()),
        before,
        after,
        person_days,
        clusters,
        window_ratio: (three_before > 0).then(|| three_after as f64 / three_before as f64),
    })
}

fn place(day: u32, hurdle: Option<u32>, reach: Reach) -> Place {
    let Some(hurdle) = hurdle else { return Place::Away };
    match i64::from(day) - i64::from(hurdle) {
        d if d < -i64::from(reach.before) => Place::Away,
        d if d < 0 => Place::Before,
        d if d < i64::from(reach.after) => Place::After,
        d if d < i64::from(reach.after) + i64::from(reach.wake) => Place::Wake,
        _ => Place::Away,
    }
}

/// The days of a stay by their place around the date: stretches from a day up to but not including another.
fn stretches(stay: &Stay, reach: Reach) -> impl Iterator<Item = (Place, u32, u32)> + use<> {
    let end = i64::from(stay.days) + 1;
    let edges = match stay.hurdle {
        None => [(Place::Away, 0, end), (Place::Before, end, end), (Place::After, end, end), (Place::Wake, end, end)],
        Some(hurdle) => {
            let (before, hurdle) = (i64::from(hurdle) - i64::from(reach.before), i64::from(hurdle));
            let after = hurdle + i64::from(reach.after);
            [
                (Place::Away, 0, before),
                (Place::Before, before, hurdle),
                (Place::After, hurdle, after),
                (Place::Wake, after, after + i64::from(reach.wake)),
            ]
        }
    };
    let behind = stay.hurdle.map_or(end, |_| edges[3].2);
    edges
        .into_iter()
        .chain([(Place::Away, behind, end)])
        .map(move |(place, from, until)| (place, from.clamp(0, end) as u32, until.clamp(0, end) as u32))
        .filter(|(_, from, until)| from < until)
}

/// Person-days summed over those who share time, place and band.
///
/// A stay adds to the day on which a stretch of it begins and takes from the day on which the stretch ends, and one walk
/// along the days adds these up: a long stay costs no more than a short one.
fn cells(stays: &[Stay], reach: Reach) -> BTreeMap<Key, Cell> {
    let mut come_and_go = BTreeMap::<(Place, u8), BTreeMap<u32, i64>>::new();
    let mut left = BTreeMap::<Key, u64>::new();
    for stay in stays {
        for (place, from, until) in stretches(stay, reach) {
            let days = come_and_go.entry((place, stay.band)).or_default();
            *days.entry(from).or_default() += 1;
            *days.entry(until).or_default() -= 1;
        }
        if stay.left {
            *left.entry((stay.days, place(stay.days, stay.hurdle, reach), stay.band)).or_default() += 1;
        }
    }
    let mut all = BTreeMap::new();
    for ((place, band), days) in come_and_go {
        let mut at_risk = 0_i64;
        let mut changes = days.into_iter().peekable();
        while let Some((day, change)) = changes.next() {
            at_risk += change;
            let until = changes.peek().map_or(day, |(next, _)| *next);
            for day in (day..until).filter(|_| at_risk > 0) {
                let key = (day, place, band);
                let cell = Cell { left: left.get(&key).copied().unwrap_or(0), at_risk: at_risk.unsigned_abs() };
                all.insert(key, cell);
            }
        }
    }
    all
}

/// What the model expects of a person-day, times its row, summed from day 0 on, for each place and band: what a stretch of
/// days takes from a score is then one difference.
struct Expected {
    sums: BTreeMap<(Place, u8), Vec<f64>>,
    size: usize,
}

impl Expected {
    fn of(design: &Design, coefficients: &[f64], stays: &[Stay]) -> Expected {
        let size = coefficients.len();
        let days = stays.iter().map(|stay| stay.days as usize + 1).max().unwrap_or(0);
        let bands: BTreeSet<u8> = stays.iter().map(|stay| stay.band).collect();
        let mut sums = BTreeMap::new();
        for place in [Place::Away, Place::Before, Place::After, Place::Wake] {
            for band in &bands {
                let mut summed = vec![0.0; (days + 1) * size];
                for day in 0..days {
                    let row = design.row((day as u32, place, *band));
                    let (done, next) = summed.split_at_mut((day + 1) * size);
                    next[..size].copy_from_slice(&done[day * size..]);
                    row.add_to(&mut next[..size], logistic(row.dot(coefficients)));
                }
                sums.insert((place, *band), summed);
            }
        }
        Expected { sums, size }
    }

    fn take_from(&self, score: &mut [f64], key: (Place, u8), from: u32, until: u32) {
        let summed = &self.sums[&key];
        let (from, until) = (from as usize * self.size, until as usize * self.size);
        for (at, sum) in score.iter_mut().enumerate() {
            *sum -= summed[until + at] - summed[from + at];
        }
    }
}

/// What stands in each row: constant, before, after, wake where it occurs, a natural cubic curve over time, bands.
struct Design {
    knots: Vec<f64>,
    wake: bool,
    bands: Vec<u8>,
    width: usize,
}

/// A row with few columns that are not zero.
struct Row {
    dense: Vec<f64>,
    band: Option<usize>,
}

impl Design {
    const BEFORE: usize = 1;
    const AFTER: usize = 2;

    fn of(stays: &[Stay], cells: &BTreeMap<Key, Cell>) -> Result<Design, Refusal> {
        let mut days: Vec<u32> = stays.iter().filter(|s| s.left).map(|s| s.days).collect();
        days.sort_unstable();
        // Quantiles 5, 27.5, 50, 72.5 and 95 (Harrell 2015, table 2.3); equal ones are taken once.
        let mut knots: Vec<f64> = [0.05, 0.275, 0.5, 0.725, 0.95]
            .iter()
            .take(KNOTS)
            .map(|q| f64::from(days[((days.len() - 1) as f64 * q).round() as usize]))
            .collect();
        knots.dedup();
        if knots.len() < 3 {
            return Err(Refusal::NoVariation { what: "the day on which people leave".into() });
        }
        // A band in which nobody leaves, or everybody does at once, would run off to infinity.
        let mut left = BTreeMap::<u8, (u64, u64)>::new();
        for ((_, _, band), cell) in cells {
            let sum = left.entry(*band).or_default();
            sum.0 += cell.left;
            sum.1 += cell.at_risk;
        }
        if let Some((band, _)) = left.iter().find(|(_, (left, at_risk))| *left == 0 || left == at_risk) {
            return Err(Refusal::PerfectSeparation { columns: vec![format!("band {band}")] });
        }
        let bands: Vec<u8> = left.keys().copied().skip(1).collect();
        let wake = cells.iter().any(|((_, place, _), cell)| *place == Place::Wake && cell.left > 0);
        let dense = 3 + usize::from(wake) + knots.len() - 1;
        Ok(Design { width: dense + bands.len(), knots, wake, bands })
    }

    fn row(&self, (day, place, band): Key) -> Row {
        let mut dense = vec![1.0, 0.0, 0.0];
        match place {
            Place::Before => dense[Design::BEFORE] = 1.0,
            Place::After => dense[Design::AFTER] = 1.0,
            Place::Away | Place::Wake => {}
        }
        if self.wake {
            dense.push(if place == Place::Wake { 1.0 } else { 0.0 });
        }
        let (first, last) = (self.knots[0], self.knots[self.knots.len() - 1]);
        let next_to_last = self.knots[self.knots.len() - 2];
        let t = f64::from(day);
        let scale = (last - first).powi(2);
        dense.push((t - first) / (last - first));
        let cube = |knot: f64| (t - knot).max(0.0).powi(3);
        for &knot in &self.knots[..self.knots.len() - 2] {
            let term = cube(knot) - cube(next_to_last) * (last - knot) / (last - next_to_last)
                + cube(last) * (next_to_last - knot) / (last - next_to_last);
            dense.push(term / scale / (last - first));
        }
        let band = self.bands.iter().position(|b| *b == band).map(|at| dense.len() + at);
        Row { dense, band }
    }
}

impl Row {
    fn dot(&self, coefficients: &[f64]) -> f64 {
        self.dense.iter().zip(coefficients).map(|(x, b)| x * b).sum::<f64>()
            + self.band.map_or(0.0, |at| coefficients[at])
    }

    fn add_to(&self, score: &mut [f64], times: f64) {
        for (s, x) in score.iter_mut().zip(&self.dense) {
            *s += times * x;
        }
        if let Some(at) = self.band {
            score[at] += times;
        }
    }

    fn columns(&self) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.dense.iter().copied().enumerate().filter(|(_, x)| *x != 0.0).chain(self.band.map(|at| (at, 1.0)))
    }
}

struct Fit {
    coefficients: Vec<f64>,
    /// Inverse of the information, row by row.
    inverse: Vec<f64>,
}

/// Logistic regression of cells by Newton's method.
fn fit(design: &Design, cells: &BTreeMap<Key, Cell>) -> Result<Fit, Refusal> {
    let size = design.width;
    let rows: Vec<(Row, f64, f64)> =
        cells.iter().map(|(key, c)| (design.row(*key), c.left as f64, c.at_risk as f64)).collect();
    let (left, at_risk) = rows.iter().fold((0.0, 0.0), |(l, r), row| (l + row.1, r + row.2));
    let mut coefficients = vec![0.0; size];
    coefficients[0] = (left / (at_risk - left)).ln();
    let likelihood = |coefficients: &[f64]| -> f64 {
        rows.iter()
            .map(|(row, left, at_risk)| {
                let eta = row.dot(coefficients);
                left * eta - at_risk * (eta.max(0.0) + (-eta.abs()).exp().ln_1p())
            })
            .sum()
    };
    let mut best = likelihood(&coefficients);
    for _ in 0..MOST_ROUNDS {
        let mut score = vec![0.0; size];
        let mut information = vec![0.0; size * size];
        for (row, left, at_risk) in &rows {
            let p = logistic(row.dot(&coefficients));
            row.add_to(&mut score, left - at_risk * p);
            let weight = at_risk * p * (1.0 - p);
            for (i, x) in row.columns() {
                for (j, y) in row.columns() {
                    information[i * size + j] += weight * x * y;
                }
            }
        }
        let inverse = inverted(information, size).ok_or_else(|| Refusal::SingularDesign {
            columns: vec!["time".into(), "payment date".into(), "band".into()],
        })?;
        let step: Vec<f64> = (0..size).map(|i| (0..size).map(|j| inverse[i * size + j] * score[j]).sum()).collect();
        // What a full step would gain, by the curvature here: nothing left to gain means the top is reached.
        let gain: f64 = step.iter().zip(&score).map(|(s, u)| s * u).sum();
        if gain < 1e-10 {
            return Ok(Fit { coefficients, inverse });
        }
        // Newton's step, halved until the likelihood does not fall.
        let mut part = 1.0;
        loop {
            let next: Vec<f64> = coefficients.iter().zip(&step).map(|(c, s)| c + part * s).collect();
            let value = likelihood(&next);
            if value >= best - 1e-9 * best.abs() || part < 1e-6 {
                (coefficients, best) = (next, value);
                break;
            }
            part /= 2.0;
        }
    }
    Err(Refusal::NotConverged { method: "the model of leaving".into(), iterations: MOST_ROUNDS })
}

/// Inverse of a symmetric positive matrix by Cholesky's factors; none when it has no full rank.
fn inverted(matrix: Vec<f64>, size: usize) -> Option<Vec<f64>> {
    let mut factor = matrix;
    for i in 0..size {
        let diagonal = factor[i * size + i];
        for j in 0..=i {
            let sum: f64 = (0..j).map(|k| factor[i * size + k] * factor[j * size + k]).sum();
            let rest = factor[i * size + j] - sum;
            if i == j {
                if rest.is_nan() || rest <= diagonal * 1e-12 {
                    return None;
                }
                factor[i * size + i] = rest.sqrt();
            } else {
                factor[i * size + j] = rest / factor[j * size + j];
            }
        }
    }
    let mut inverse = vec![0.0; size * size];
    for column in 0..size {
        let mut x = vec![0.0; size];
        for i in 0..size {
            let own = if i == column { 1.0 } else { 0.0 };
            let sum: f64 = (0..i).map(|k| factor[i * size + k] * x[k]).sum();
            x[i] = (own - sum) / factor[i * size + i];
        }
        for i in (0..size).rev() {
            let sum: f64 = (i + 1..size).map(|k| factor[k * size + i] * x[k]).sum();
            x[i] = (x[i] - sum) / factor[i * size + i];
        }
        for i in 0..size {
            inverse[i * size + column] = x[i];
        }
    }
    Some(inverse)
}

fn logistic(eta: f64) -> f64 {
    1.0 / (1.0 + (-eta).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use meed_statistics::{
        Generator,
        distribution::{Binomial, Discrete},
    };

    /// People whose leaving grows rarer from day to day, with the payment date on day 84; of those who would leave in
    /// the week before it, `moved` are kept until it.
    fn sloped(people: u32, moved: f64, seed: u64) -> Vec<Stay> {
        let mut generator = Generator::new(seed, "sloped stays");
        (0..people)
            .map(|i| {
                let (mut day, mut left) = (0, false);
                while day < 200 && !left {
                    left = generator.chance(0.03 * (-f64::from(day) / 60.0).exp());
                    day += u32::from(!left);
                }
                if left && (77..84).contains(&day) && generator.chance(moved) {
                    day = 84 + generator.below(7) as u32;
                }
                Stay { days: day, left, hurdle: Some(84), band: (i % 3) as u8, cluster: i % 40 }
            })
            .collect()
    }

    /// Two-sided binomial test of leavings in the week before and the week from the date on.
    fn naive(stays: &[Stay]) -> f64 {
        let spike = spike(stays, Reach::default(), 0.95).unwrap();
        let lower = Binomial::new(spike.before + spike.after, 0.5).unwrap();
        let least = spike.before.min(spike.after);
        (2.0 * lower.cdf(least)).min(1.0)
    }

    /// A bare comparison of the weeks rejects innocent people whose leaving slopes; the model does not.
    #[test]
    fn trap_d7_a_slope_is_no_spike() {
        let stays = sloped(40_000, 0.0, 1);
        assert!(naive(&stays) < 0.02, "the bare test falls for it: {}", naive(&stays));
        let found = spike(&stays, Reach::default(), 0.95).unwrap();
        assert!(found.p > 0.05 && found.low < 1.0 && found.high > 1.0, "{found:?}");
    }

    #[test]
    fn people_kept_until_the_date_are_found() {
        let found = spike(&sloped(40_000, 0.3, 1), Reach::default(), 0.95).unwrap();
        assert!(found.ratio > 1.5 && found.p < 1e-9, "{found:?}");
        assert!(found.window_ratio.unwrap() > 1.2);
    }

    #[test]
    fn innocent_people_are_seldom_flagged() {
        let flagged = (0..25)
            .filter(|seed| spike(&sloped(4_000, 0.0, 100 + seed), Reach::default(), 0.95).unwrap().p < 0.05)
            .count();
        assert!(flagged <= 5, "{flagged} of 25 at five per cent");
    }

    #[test]
    fn grouping_days_changes_nothing() {
        // Each person as a cluster of their own gives the same ratio as forty clusters.
        let stays = sloped(2_000, 0.3, 5);
        let alone: Vec<Stay> = stays.iter().enumerate().map(|(i, s)| Stay { cluster: i as u32, ..*s }).collect();
        let (a, b) = (spike(&stays, Reach::default(), 0.95).unwrap(), spike(&alone, Reach::default(), 0.95).unwrap());
        assert!((a.ratio - b.ratio).abs() < 1e-9);
        assert_eq!(a.person_days, stays.iter().map(|s| u64::from(s.days) + 1).sum::<u64>());
    }

    #[test]
    fn what_cannot_be_told_is_refused() {
        let few = sloped(50, 0.0, 1);
        assert!(matches!(spike(&few, Reach::default(), 0.95), Err(Refusal::TooFewCases { .. })));
        let one: Vec<Stay> = sloped(4_000, 0.0, 1).iter().map(|s| Stay { cluster: 1, ..*s }).collect();
        assert!(matches!(spike(&one, Reach::default(), 0.95), Err(Refusal::TooFewClusters { .. })));
        let late = vec![Stay { days: 85, left: true, hurdle: Some(84), band: 0, cluster: 0 }; 40];
        assert!(matches!(spike(&late, Reach::default(), 0.95), Err(Refusal::PerfectSeparation { .. })));
    }
}
