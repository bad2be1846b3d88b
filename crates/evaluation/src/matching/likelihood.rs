//! How well does a logit score fit at given coefficients, and which way is better? Answered in one pass over everyone.
//!
//! People are taken in stretches of a fixed length. A stretch is summed up by itself and stretches are added in their
//! order, so that the answer is the same bit for bit however many threads share the work.

use std::sync::atomic::{AtomicUsize, Ordering};

/// How many people are summed up before they are added to the others.
const STRETCH: usize = 16_384;
/// How many people are worked through side by side.
const BLOCK: usize = 256;
/// Sums run in as many lanes, so that they need not wait for each other.
const LANES: usize = 8;

/// What everyone's logit is worked out from: a constant, and columns in standard units.
pub(super) struct Table<'a> {
    pub treated: &'a [bool],
    pub columns: &'a [Vec<f64>],
}

/// What a pass over everyone found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    /// The log likelihood.
    pub likelihood: f64,
    /// Its slope, the constant first.
    pub slope: Vec<f64>,
    /// Its information `X′WX`, the constant first.
    pub information: Vec<Vec<f64>>,
    /// The lowest logit of the treated.
    lowest_treated: f64,
    /// The highest logit of the others.
    highest_other: f64,
    /// How far from nought a logit is at most.
    pub furthest: f64,
}

impl Look {
    fn nothing(size: usize) -> Self {
        Self {
            likelihood: 0.0,
            slope: vec![0.0; size],
            information: vec![vec![0.0; size]; size],
            lowest_treated: f64::INFINITY,
            highest_other: f64::NEG_INFINITY,
            furthest: 0.0,
        }
    }

    /// Whether every treated person has a higher logit than every other, by a clear margin.
    pub fn parted(&self) -> bool {
        self.lowest_treated > self.highest_other
    }

    fn add(&mut self, other: &Look) {
        self.likelihood += other.likelihood;
        self.slope.iter_mut().zip(&other.slope).for_each(|(sum, own)| *sum += own);
        for (sums, owns) in self.information.iter_mut().zip(&other.information) {
            sums.iter_mut().zip(owns).for_each(|(sum, own)| *sum += own);
        }
        self.lowest_treated = self.lowest_treated.min(other.lowest_treated);
        self.highest_other = self.highest_other.max(other.highest_other);
        self.furthest = self.furthest.max(other.furthest);
    }
}

impl Table<'_> {
    /// Likelihood, slope and information at these coefficients, the constant first.
    pub fn look(&self, coefficients: &[f64]) -> Look {
        let people = self.treated.len();
        let size = coefficients.len();
        let looks = side_by_side(people.div_ceil(STRETCH), |stretch| {
            let begin = stretch * STRETCH;
            self.stretch(begin, people.min(begin + STRETCH), coefficients)
        });
        let mut whole = Look::nothing(size);
        looks.iter().for_each(|look| whole.add(look));
        for a in 0..size {
            for b in 0..a {
                whole.information[a][b] = whole.information[b][a];
            }
        }
        whole
    }

    /// Everyone's logit.
    pub fn logits(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut logit = vec![0.0; self.treated.len()];
        for_stretches(&mut logit, |begin, own| self.fill(begin, own, coefficients));
        logit
    }

    fn fill(&self, begin: usize, logit: &mut [f64], coefficients: &[f64]) {
        logit.fill(coefficients[0]);
        for (column, coefficient) in self.columns.iter().zip(&coefficients[1..]) {
            for (sum, x) in logit.iter_mut().zip(&column[begin..]) {
                *sum += coefficient * x;
            }
        }
    }

    fn stretch(&self, begin: usize, end: usize, coefficients: &[f64]) -> Look {
        let mut look = Look::nothing(coefficients.len());
        let mut logit = [0.0; BLOCK];
        let (mut left, mut weight) = ([0.0; BLOCK], [0.0; BLOCK]);
        for begin in (begin..end).step_by(BLOCK) {
            let len = BLOCK.min(end - begin);
            self.fill(begin, &mut logit[..len], coefficients);
            // The logarithms of a block are taken together: the product of 256 numbers between one and two is no number too
            // large.
            let mut product = 1.0;
            let mut linear = 0.0;
            for (place, &treated) in self.treated[begin..begin + len].iter().enumerate() {
                let own = logit[place];
                let odds = (-own.abs()).exp();
                let nearer = 1.0 / (1.0 + odds);
                let probability = if own >= 0.0 { nearer } else { odds * nearer };
                product *= 1.0 + odds;
                left[place] = f64::from(u8::from(treated)) - probability;
                weight[place] = odds * nearer * nearer;
                linear += if treated { (-own).max(0.0) } else { own.max(0.0) };
                look.furthest = look.furthest.max(own.abs());
                if treated {
                    look.lowest_treated = look.lowest_treated.min(own);
                } else {
                    look.highest_other = look.highest_other.max(own);
                }
            }
            look.likelihood -= linear + product.ln();
            let (left, weight) = (&left[..len], &weight[..len]);
            look.slope[0] += sum(left);
            look.information[0][0] += sum(weight);
            for (a, first) in self.columns.iter().enumerate() {
                let first = &first[begin..begin + len];
                let mut weighted = [0.0; BLOCK];
                weighted.iter_mut().zip(first.iter().zip(weight)).for_each(|(to, (x, w))| *to = x * w);
                let weighted = &weighted[..len];
                look.slope[a + 1] += product_sum(left, first);
                look.information[0][a + 1] += sum(weighted);
                for (b, second) in self.columns.iter().enumerate().skip(a) {
                    look.information[a + 1][b + 1] += product_sum(weighted, &second[begin..begin + len]);
                }
            }
        }
        look
    }
}

/// The probability of a logit.
pub(super) fn inverse_logit(logit: f64) -> f64 {
    if logit >= 0.0 {
        1.0 / (1.0 + (-logit).exp())
    } else {
        let odds = logit.exp();
        odds / (1.0 + odds)
    }
}

/// The probabilities of many logits.
pub(super) fn probabilities(logits: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; logits.len()];
    for_stretches(&mut out, |begin, own| {
        own.iter_mut().zip(&logits[begin..]).for_each(|(to, &logit)| *to = inverse_logit(logit));
    });
    out
}

/// Puts a column in standard units; gives its mean and standard deviation, which is nought where it is constant.
pub(super) fn standardise(values: &mut [f64]) -> (f64, f64) {
    let first = values.first().copied().unwrap_or(0.0);
    if values.iter().all(|&value| value == first) {
        return (first, 0.0);
    }
    let people = values.len() as f64;
    let mean = values.chunks(STRETCH).map(sum).sum::<f64>() / people;
    values.iter_mut().for_each(|value| *value -= mean);
    let squares: f64 = values.chunks(STRETCH).map(|own| product_sum(own, own)).sum();
    let spread = (squares / (people - 1.0)).sqrt();
    if spread > 0.0 {
        values.iter_mut().for_each(|value| *value /= spread);
    }
    (mean, spread)
}

fn sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let whole = values.chunks_exact(LANES);
    let rest: f64 = whole.remainder().iter().sum();
    for own in whole {
        lanes.iter_mut().zip(own).for_each(|(lane, value)| *lane += value);
    }
    lanes.iter().sum::<f64>() + rest
}

fn product_sum(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let (whole_a, whole_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f64 = whole_a.remainder().iter().zip(whole_b.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in whole_a.zip(whole_b) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum::<f64>() + rest
}

/// How many threads share work of so many parts.
fn threads(parts: usize) -> usize {
    if parts < 4 { 1 } else { std::thread::available_parallelism().map_or(1, usize::from).min(parts / 2) }
}

/// Works out every part, on several threads where there are many, and gives the answers in the order of the parts.
pub(super) fn side_by_side<T: Send>(parts: usize, answer: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = threads(parts);
    if threads < 2 {
        return (0..parts).map(answer).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own = Vec::new();
        loop {
            let part = next.fetch_add(1, Ordering::Relaxed);
            if part >= parts {
                return own;
            }
            own.push((part, answer(part)));
        }
    };
    let mut answers: Vec<(usize, T)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut all = work();
        for other in others {
            all.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        all
    });
    answers.sort_unstable_by_key(|(part, _)| *part);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// Fills stretches of a list, on several threads where there are many; each is given with the place it begins at.
fn for_stretches(values: &mut [f64], fill: impl Fn(usize, &mut [f64]) + Sync) {
    let threads = threads(values.len().div_ceil(STRETCH));
    let each = values.len().div_ceil(threads.max(1)).max(1);
    std::thread::scope(|scope| {
        let mut parts = values.chunks_mut(each).enumerate();
        let first = parts.next();
        for (part, own) in parts {
            let fill = &fill;
            scope.spawn(move || fill(part * each, own));
        }
        if let Some((_, own)) = first {
            fill(0, own);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_finds_what_the_formulas_say() {
        let people = 3 * STRETCH + 17;
        let x: Vec<f64> = (0..people).map(|place| ((place * 7919) % 1000) as f64 / 250.0 - 2.0).collect();
        let y: Vec<f64> = (0..people).map(|place| ((place * 104_729) % 777) as f64 / 388.0 - 1.0).collect();
        let treated: Vec<bool> = (0..people).map(|place| place % 3 == 0).collect();
        let columns = [x.clone(), y.clone()];
        let coefficients = [-0.4, 0.7, -1.1];
        let look = Table { treated: &treated, columns: &columns }.look(&coefficients);
        let mut likelihood = 0.0;
        let (mut slope, mut information) = ([0.0; 3], [[0.0; 3]; 3]);
        for place in 0..people {
            let row = [1.0, x[place], y[place]];
            let logit: f64 = row.iter().zip(coefficients).map(|(x, c)| x * c).sum();
            let p = 1.0 / (1.0 + (-logit).exp());
            likelihood += if treated[place] { p.ln() } else { (1.0 - p).ln() };
            for a in 0..3 {
                slope[a] += row[a] * (f64::from(u8::from(treated[place])) - p);
                for b in 0..3 {
                    information[a][b] += row[a] * row[b] * p * (1.0 - p);
                }
            }
        }
        let close = |a: f64, b: f64| assert!((a - b).abs() <= 1e-10 * b.abs().max(1.0), "{a} and {b}");
        close(look.likelihood, likelihood);
        for a in 0..3 {
            close(look.slope[a], slope[a]);
            (0..3).for_each(|b| close(look.information[a][b], information[a][b]));
        }
        assert!(!look.parted());
    }

    #[test]
    fn answers_come_in_the_order_of_the_parts() {
        assert_eq!(side_by_side(1000, |part| part * part), (0..1000).map(|part| part * part).collect::<Vec<_>>());
    }
}
