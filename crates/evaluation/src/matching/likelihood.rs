//! How well does a logit score fit at given coefficients, and which way is better? Answered in one pass over everyone.

use std::ops::Range;

use meed_statistics::special::exponential;

use super::people::Numbers;
use super::stretches::{Simd, Wide, for_stretches, over_stretches, wide};

/// How many people are worked through side by side.
const BLOCK: usize = 256;
/// Sums run in as many lanes, so that they need not wait for each other.
const LANES: usize = 8;

/// What everyone's logit is worked out from: a constant, and columns in standard units.
pub(super) struct Table<'a> {
    pub treated: &'a [bool],
    pub columns: &'a [Standard],
}

/// A column in standard units. They are worked out where they are used: nothing is copied.
#[derive(Debug, Clone)]
pub(super) struct Standard {
    values: Numbers,
    pub mean: f64,
    /// The standard deviation; nought where everyone has the same.
    pub spread: f64,
}

impl Standard {
    /// Finds the mean and the standard deviation.
    pub fn new(values: Numbers) -> Self {
        let first = values.first().copied().unwrap_or(0.0);
        let people = values.len() as f64;
        // From the first value, so that a column of large numbers loses nothing.
        let sums = over_stretches(values.len(), |stretch| {
            let (mut apart, mut sums) = ([0.0; BLOCK], [0.0; 2]);
            for block in values[stretch].chunks(BLOCK) {
                let apart = &mut apart[..block.len()];
                apart.iter_mut().zip(block).for_each(|(to, value)| *to = value - first);
                sums[0] += sum(apart);
                sums[1] += product_sum(apart, apart);
            }
            sums
        });
        let [total, squares] = sums.iter().fold([0.0; 2], |all, own| [all[0] + own[0], all[1] + own[1]]);
        let shift = total / people;
        let own_squares = squares - total * shift;
        // A little above nought may be rounding.
        let varies = squares > 0.0 && (own_squares > 1e-6 * squares || values.iter().any(|&value| value != first));
        let mean = first + shift;
        let spread = match varies {
            false => 0.0,
            true if own_squares > 1e-6 * squares => (own_squares / (people - 1.0)).sqrt(),
            true => (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (people - 1.0)).sqrt(),
        };
        Self { values, mean, spread }
    }

    /// The value of a person.
    pub fn of(&self, person: usize) -> f64 {
        (self.values[person] - self.mean) * (1.0 / self.spread)
    }

    /// The values of people who stand one after the other.
    #[inline(always)]
    fn fill(&self, begin: usize, to: &mut [f64]) {
        let (mean, unit) = (self.mean, 1.0 / self.spread);
        to.iter_mut().zip(&self.values[begin..]).for_each(|(to, value)| *to = (value - mean) * unit);
    }

    /// The column of so many people of whom these, in their order, are those of this one; nought for the others.
    pub fn spread_out(&self, people: &[usize], all: usize) -> Self {
        let mut values = vec![0.0; all];
        people.iter().enumerate().for_each(|(own, &place)| values[place] = self.of(own));
        Self { values: values.into(), mean: 0.0, spread: 1.0 }
    }

    /// Those of these people, as a column of its own.
    pub fn taken(&self, people: &[usize]) -> Self {
        let values: Vec<f64> = people.iter().map(|&person| self.of(person)).collect();
        Self { values: values.into(), mean: 0.0, spread: 1.0 }
    }
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
        let size = coefficients.len();
        let looks = over_stretches(self.treated.len(), |people| wide(Stretch { table: self, people, coefficients }));
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
        self.everyone(coefficients, false)
    }

    /// Everyone's probability.
    pub fn probabilities(&self, coefficients: &[f64]) -> Vec<f64> {
        self.everyone(coefficients, true)
    }

    fn everyone(&self, coefficients: &[f64], probabilities: bool) -> Vec<f64> {
        let mut out = vec![0.0; self.treated.len()];
        for_stretches(&mut out, |begin, to| {
            wide(Fill { table: self, begin, to, coefficients, probabilities });
        });
        out
    }
}

/// Works out a stretch of people.
struct Stretch<'a> {
    table: &'a Table<'a>,
    people: Range<usize>,
    coefficients: &'a [f64],
}

/// Works out the logits or probabilities of people who stand one after the other.
struct Fill<'a> {
    table: &'a Table<'a>,
    begin: usize,
    to: &'a mut [f64],
    coefficients: &'a [f64],
    probabilities: bool,
}

impl Wide for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let mut column = [0.0; BLOCK];
        for (block, own) in self.to.chunks_mut(BLOCK).enumerate() {
            own.fill(self.coefficients[0]);
            for (standard, coefficient) in self.table.columns.iter().zip(&self.coefficients[1..]) {
                let column = &mut column[..own.len()];
                standard.fill(self.begin + block * BLOCK, column);
                own.iter_mut().zip(&*column).for_each(|(sum, x)| *sum += coefficient * x);
            }
            if self.probabilities {
                own.iter_mut().for_each(|own| *own = inverse_logit(*own));
            }
        }
    }
}

impl Wide for Stretch<'_> {
    type Output = Look;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Look {
        let Self { table, people, coefficients } = self;
        let mut look = Look::nothing(coefficients.len());
        let mut columns = vec![[0.0; BLOCK]; table.columns.len()];
        let (mut logit, mut left, mut weight) = ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        let (mut odds, mut weighted) = ([0.0; BLOCK], [0.0; BLOCK]);
        for begin in people.clone().step_by(BLOCK) {
            let len = BLOCK.min(people.end - begin);
            let treated = &table.treated[begin..begin + len];
            let (logit, left, weight) = (&mut logit[..len], &mut left[..len], &mut weight[..len]);
            let (odds, weighted) = (&mut odds[..len], &mut weighted[..len]);
            logit.fill(coefficients[0]);
            for ((standard, own), coefficient) in table.columns.iter().zip(&mut columns).zip(&coefficients[1..]) {
                standard.fill(begin, &mut own[..len]);
                logit.iter_mut().zip(&*own).for_each(|(sum, x)| *sum += coefficient * x);
            }
            odds.iter_mut().zip(&*logit).for_each(|(to, logit)| *to = exponential(-logit.abs()));
            for ((left, weight), (logit, odds)) in left.iter_mut().zip(&mut *weight).zip(logit.iter().zip(&*odds)) {
                let nearer = 1.0 / (1.0 + odds);
                *left = -(if *logit >= 0.0 { nearer } else { odds * nearer });
                *weight = odds * nearer * nearer;
            }
            // The logarithms of a block are taken together: the product of 256 numbers between one and two is no number too
            // large.
            weighted.iter_mut().zip(&*logit).for_each(|(to, logit)| *to = if *logit > 0.0 { *logit } else { 0.0 });
            look.likelihood -= ln_of_more(odds) + sum(weighted);
            weighted.iter_mut().zip(&*logit).for_each(|(to, logit)| *to = logit.abs());
            look.furthest = look.furthest.max(highest(weighted));
            weighted.copy_from_slice(logit);
            if treated.iter().fold(false, |any, treated| any | treated) {
                for place in (0..len).filter(|&place| treated[place]) {
                    let own = logit[place];
                    left[place] += 1.0;
                    weighted[place] = f64::NEG_INFINITY;
                    look.likelihood += own;
                    look.lowest_treated = look.lowest_treated.min(own);
                }
            }
            look.highest_other = look.highest_other.max(highest(weighted));
            let (left, weight) = (&*left, &*weight);
            look.slope[0] += sum(left);
            look.information[0][0] += sum(weight);
            for (a, first) in columns.iter().enumerate() {
                let first = &first[..len];
                weighted.iter_mut().zip(first.iter().zip(weight)).for_each(|(to, (x, w))| *to = x * w);
                look.slope[a + 1] += product_sum(left, first);
                look.information[0][a + 1] += sum(weighted);
                for (b, second) in columns.iter().enumerate().skip(a) {
                    look.information[a + 1][b + 1] += product_sum(weighted, &second[..len]);
                }
            }
        }
        look
    }
}

/// The probability of a logit.
#[inline(always)]
fn inverse_logit(logit: f64) -> f64 {
    let odds = exponential(-logit.abs());
    (if logit >= 0.0 { 1.0 } else { odds }) / (1.0 + odds)
}

#[inline(always)]
fn sum(values: &[f64]) -> f64 {
    let mut lanes = [0.0; LANES];
    let whole = values.chunks_exact(LANES);
    let rest: f64 = whole.remainder().iter().sum();
    for own in whole {
        lanes.iter_mut().zip(own).for_each(|(lane, value)| *lane += value);
    }
    lanes.iter().sum::<f64>() + rest
}

/// The logarithm of the product of these, each with one added.
#[inline(always)]
fn ln_of_more(values: &[f64]) -> f64 {
    let mut lanes = [1.0; LANES];
    let whole = values.chunks_exact(LANES);
    let rest: f64 = whole.remainder().iter().map(|value| 1.0 + value).product();
    for own in whole {
        lanes.iter_mut().zip(own).for_each(|(lane, value)| *lane *= 1.0 + value);
    }
    (lanes.iter().product::<f64>() * rest).ln()
}

/// The highest of these; less than any number where there are none.
#[inline(always)]
fn highest(values: &[f64]) -> f64 {
    let more = |most: f64, value: &f64| if *value > most { *value } else { most };
    let mut lanes = [f64::NEG_INFINITY; LANES];
    let whole = values.chunks_exact(LANES);
    let rest = whole.remainder().iter().fold(f64::NEG_INFINITY, more);
    for own in whole {
        lanes.iter_mut().zip(own).for_each(|(lane, value)| *lane = more(*lane, value));
    }
    lanes.iter().fold(rest, more)
}

#[inline(always)]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_finds_what_the_formulas_say() {
        let people = 50_003;
        let x: Vec<f64> = (0..people).map(|place| ((place * 7919) % 1000) as f64 / 250.0 - 2.0).collect();
        let y: Vec<f64> = (0..people).map(|place| ((place * 104_729) % 777) as f64 / 388.0 - 1.0).collect();
        let treated: Vec<bool> = (0..people).map(|place| place % 3 == 0).collect();
        let columns = [&x, &y].map(|values| Standard { values: values.clone().into(), mean: 0.0, spread: 1.0 });
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
}
