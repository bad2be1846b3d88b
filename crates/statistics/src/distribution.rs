//! How likely is at most this, at least this, and which value lies at this share? The distributions that methods use.
//!
//! Shares above a value are worked out directly, so that a p-value of 1e-80 keeps its digits.

use crate::error::Refusal;
use crate::special::{beta_parts, binomial_term, erfc, gamma_parts, ln_gamma, poisson_term};

/// A distribution over real values.
pub trait Continuous {
    /// The density at `x`.
    fn density(&self, x: f64) -> f64;
    /// The share at or below `x`.
    fn cdf(&self, x: f64) -> f64;
    /// The share above `x`.
    fn upper(&self, x: f64) -> f64;
    /// The lowest and highest possible value.
    fn support(&self) -> (f64, f64);

    /// The value with the share `p` below it; `p` outside 0 to 1 is read as the nearer end.
    fn quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        match p {
            p if p <= 0.0 => low,
            p if p >= 1.0 => high,
            p if p <= 0.5 => solve(low, high, |x| self.cdf(x) - p, |x| self.density(x)),
            p => solve(low, high, |x| (1.0 - p) - self.upper(x), |x| self.density(x)),
        }
    }

    /// The value with the share `p` above it, exact for very small `p`.
    fn upper_quantile(&self, p: f64) -> f64 {
        let (low, high) = self.support();
        match p {
            p if p <= 0.0 => high,
            p if p >= 1.0 => low,
            p => solve(low, high, |x| p - self.upper(x), |x| self.density(x)),
        }
    }
}

/// A distribution over whole numbers from 0.
pub trait Discrete {
    /// The probability of exactly `k`.
    fn mass(&self, k: u64) -> f64;
    /// The share at or below `k`.
    fn cdf(&self, k: u64) -> f64;
    /// The share above `k`.
    fn upper(&self, k: u64) -> f64;
    /// The highest possible value, where there is one.
    fn highest(&self) -> Option<u64>;

    /// The smallest value with at least the share `p` at or below it.
    fn quantile(&self, p: f64) -> u64 {
        let enough = |k: u64| self.cdf(k) >= p * (1.0 - 64.0 * f64::EPSILON);
        if enough(0) {
            return 0;
        }
        if let (true, Some(top)) = (p >= 1.0, self.highest()) {
            return top;
        }
        let mut high = 1;
        while !enough(high) {
            high *= 2;
            match self.highest() {
                Some(top) if high >= top => {
                    high = top;
                    break;
                }
                None if high >= 1 << 52 => break,
                _ => {}
            }
        }
        let mut low = high / 2;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if enough(middle) { high = middle } else { low = middle }
        }
        high
    }
}

/// Finds where a rising function crosses zero: Newton's steps, halved whenever they leave the bracket.
fn solve(low: f64, high: f64, f: impl Fn(f64) -> f64, slope: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (low, high);
    if low == f64::NEG_INFINITY {
        low = -1.0;
        while f(low) > 0.0 {
            low *= 2.0;
        }
    }
    if high == f64::INFINITY {
        high = low.abs().max(1.0);
        while f(high) < 0.0 {
            high *= 2.0;
        }
    }
    let mut x = 0.5 * (low + high);
    for _ in 0..2_000 {
        let value = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            low = x
        } else {
            high = x
        }
        let step = value / slope(x);
        let next = x - step;
        let inside = next > low && next < high;
        // Far out in a tail Newton creeps; halving the bracket, by ratio where it spans scales, does not.
        let halved = if low > 0.0 && high > 4.0 * low { (low * high).sqrt() } else { 0.5 * (low + high) };
        let next = if inside && step.abs() < 0.25 * (high - low) { next } else { halved };
        if (next - x).abs() <= 4.0 * f64::EPSILON * x.abs().max(1e-300) || next == low || next == high {
            return next;
        }
        x = next;
    }
    x
}

fn positive(what: &str, value: f64) -> Result<f64, Refusal> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Refusal::out_of_range(what, value, "above 0")) }
}

/// The standard normal distribution.
#[derive(Clone, Copy, Debug)]
pub struct Normal;

impl Continuous for Normal {
    fn density(&self, x: f64) -> f64 {
        (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt()
    }
    fn cdf(&self, x: f64) -> f64 {
        0.5 * erfc(-x / std::f64::consts::SQRT_2)
    }
    fn upper(&self, x: f64) -> f64 {
        0.5 * erfc(x / std::f64::consts::SQRT_2)
    }
    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
    fn quantile(&self, p: f64) -> f64 {
        normal_quantile(p)
    }
    fn upper_quantile(&self, p: f64) -> f64 {
        -normal_quantile(p)
    }
}

/// The normal quantile by the rational approximations of Wichura (1988), algorithm AS 241: 16 digits.
fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let ratio = |top: &[f64], below: &[f64], r: f64| {
        let value = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| sum * r + term);
        value(top) / value(below)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTRE_TOP, &CENTRE_BELOW, 0.180625 - q * q);
    }
    let r = (-(if q < 0.0 { p } else { 1.0 - p }).ln()).sqrt();
    let value =
        if r <= 5.0 { ratio(&MIDDLE_TOP, &MIDDLE_BELOW, r - 1.6) } else { ratio(&TAIL_TOP, &TAIL_BELOW, r - 5.0) };
    if q < 0.0 { -value } else { value }
}

const CENTRE_TOP: [f64; 8] = [
    3.387_132_872_796_366_6,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const CENTRE_BELOW: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const MIDDLE_TOP: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const MIDDLE_BELOW: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const TAIL_TOP: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
const TAIL_BELOW: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

/// Student's distribution.
#[derive(Clone, Copy, Debug)]
pub struct Student {
    df: f64,
}

impl Student {
    /// With `df` degrees of freedom, which need not be whole.
    ///
    /// # Errors
    /// When `df` is not above 0.
    pub fn new(df: f64) -> Result<Student, Refusal> {
        Ok(Student { df: positive("the degrees of freedom", df)? })
    }

    /// The share further out than `|x|` on one side.
    fn tail(&self, x: f64) -> f64 {
        let square = x * x;
        if square <= self.df {
            0.5 * beta_parts(0.5, self.df / 2.0, square / (self.df + square)).1
        } else {
            0.5 * beta_parts(self.df / 2.0, 0.5, self.df / (self.df + square)).0
        }
    }
}

impl Continuous for Student {
    fn density(&self, x: f64) -> f64 {
        let half = self.df / 2.0;
        (ln_gamma(half + 0.5) - ln_gamma(half)).exp() / (self.df * std::f64::consts::PI).sqrt()
            * (-(half + 0.5) * (x * x / self.df).ln_1p()).exp()
    }
    fn cdf(&self, x: f64) -> f64 {
        if x > 0.0 { 1.0 - self.tail(x) } else { self.tail(x) }
    }
    fn upper(&self, x: f64) -> f64 {
        self.cdf(-x)
    }
    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }
}

/// The chi-squared distribution.
#[derive(Clone, Copy, Debug)]
pub struct ChiSquared {
    df: f64,
}

impl ChiSquared {
    /// With `df` degrees of freedom.
    ///
    /// # Errors
    /// When `df` is not above 0.
    pub fn new(df: f64) -> Result<ChiSquared, Refusal> {
        Ok(ChiSquared { df: positive("the degrees of freedom", df)? })
    }
}

impl Continuous for ChiSquared {
    fn density(&self, x: f64) -> f64 {
        Gamma { shape: self.df / 2.0, rate: 0.5 }.density(x)
    }
    fn cdf(&self, x: f64) -> f64 {
        gamma_parts(self.df / 2.0, x / 2.0).0
    }
    fn upper(&self, x: f64) -> f64 {
        gamma_parts(self.df / 2.0, x / 2.0).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// The F distribution of a ratio of variances.
#[derive(Clone, Copy, Debug)]
pub struct FisherF {
    df1: f64,
    df2: f64,
}

impl FisherF {
    /// With `df1` degrees of freedom above the line and `df2` below.
    ///
    /// # Errors
    /// When one of them is not above 0.
    pub fn new(df1: f64, df2: f64) -> Result<FisherF, Refusal> {
        Ok(FisherF { df1: positive("the degrees of freedom", df1)?, df2: positive("the degrees of freedom", df2)? })
    }

    fn parts(&self, x: f64) -> (f64, f64) {
        let (a, b) = (self.df1 * x, self.df2);
        if a <= b {
            beta_parts(self.df1 / 2.0, self.df2 / 2.0, a / (a + b))
        } else {
            let (below, above) = beta_parts(self.df2 / 2.0, self.df1 / 2.0, b / (a + b));
            (above, below)
        }
    }
}

impl Continuous for FisherF {
    fn density(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        let (a, b) = (self.df1 / 2.0, self.df2 / 2.0);
        let share = self.df1 * x / (self.df1 * x + self.df2);
        Beta { a, b }.density(share) * share * (1.0 - share) / x
    }
    fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 { 0.0 } else { self.parts(x).0 }
    }
    fn upper(&self, x: f64) -> f64 {
        if x <= 0.0 { 1.0 } else { self.parts(x).1 }
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// The beta distribution, of shares between 0 and 1.
#[derive(Clone, Copy, Debug)]
pub struct Beta {
    a: f64,
    b: f64,
}

impl Beta {
    /// With the mean `a / (a + b)`.
    ///
    /// # Errors
    /// When one of them is not above 0.
    pub fn new(a: f64, b: f64) -> Result<Beta, Refusal> {
        Ok(Beta { a: positive("the first shape", a)?, b: positive("the second shape", b)? })
    }
}

impl Continuous for Beta {
    fn density(&self, x: f64) -> f64 {
        if x <= 0.0 || x >= 1.0 {
            return 0.0;
        }
        let whole = self.a + self.b;
        binomial_term(self.a, whole, x, 1.0 - x) * self.a * self.b / (whole * x * (1.0 - x))
    }
    fn cdf(&self, x: f64) -> f64 {
        beta_parts(self.a, self.b, x).0
    }
    fn upper(&self, x: f64) -> f64 {
        beta_parts(self.a, self.b, x).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, 1.0)
    }
}

/// The gamma distribution.
#[derive(Clone, Copy, Debug)]
pub struct Gamma {
    shape: f64,
    rate: f64,
}

impl Gamma {
    /// With the mean `shape / rate`.
    ///
    /// # Errors
    /// When one of them is not above 0.
    pub fn new(shape: f64, rate: f64) -> Result<Gamma, Refusal> {
        Ok(Gamma { shape: positive("the shape", shape)?, rate: positive("the rate", rate)? })
    }
}

impl Continuous for Gamma {
    fn density(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        poisson_term(self.shape, self.rate * x) * self.shape / x
    }
    fn cdf(&self, x: f64) -> f64 {
        gamma_parts(self.shape, self.rate * x).0
    }
    fn upper(&self, x: f64) -> f64 {
        gamma_parts(self.shape, self.rate * x).1
    }
    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }
}

/// How many events happen where `mean` are expected.
#[derive(Clone, Copy, Debug)]
pub struct Poisson {
    mean: f64,
}

impl Poisson {
    /// With an expected number of events.
    ///
    /// # Errors
    /// When the mean is negative or no number.
    pub fn new(mean: f64) -> Result<Poisson, Refusal> {
        if mean.is_finite() && mean >= 0.0 {
            Ok(Poisson { mean })
        } else {
            Err(Refusal::out_of_range("the expected number of events", mean, "0 or more"))
        }
    }
}

impl Discrete for Poisson {
    fn mass(&self, k: u64) -> f64 {
        poisson_term(k as f64, self.mean)
    }
    fn cdf(&self, k: u64) -> f64 {
        gamma_parts(k as f64 + 1.0, self.mean).1
    }
    fn upper(&self, k: u64) -> f64 {
        gamma_parts(k as f64 + 1.0, self.mean).0
    }
    fn highest(&self) -> Option<u64> {
        None
    }
}

/// How many of `n` succeed when each does with probability `p`.
#[derive(Clone, Copy, Debug)]
pub struct Binomial {
    n: u64,
    p: f64,
}

impl Binomial {
    /// Of `n` at probability `p`.
    ///
    /// # Errors
    /// When `p` does not lie between 0 and 1.
    pub fn new(n: u64, p: f64) -> Result<Binomial, Refusal> {
        if (0.0..=1.0).contains(&p) {
            Ok(Binomial { n, p })
        } else {
            Err(Refusal::out_of_range("the probability", p, "between 0 and 1"))
        }
    }
}

impl Discrete for Binomial {
    fn mass(&self, k: u64) -> f64 {
        if k > self.n { 0.0 } else { binomial_term(k as f64, self.n as f64, self.p, 1.0 - self.p) }
    }
    fn cdf(&self, k: u64) -> f64 {
        if k >= self.n { 1.0 } else { beta_parts(k as f64 + 1.0, (self.n - k) as f64, self.p).1 }
    }
    fn upper(&self, k: u64) -> f64 {
        if k >= self.n { 0.0 } else { beta_parts(k as f64 + 1.0, (self.n - k) as f64, self.p).0 }
    }
    fn highest(&self) -> Option<u64> {
        Some(self.n)
    }
}

/// How many events happen where `mean` are expected and people differ: variance `mean + mean² / theta`.
#[derive(Clone, Copy, Debug)]
pub struct NegativeBinomial {
    mean: f64,
    theta: f64,
}

impl NegativeBinomial {
    /// With an expected number of events and `theta`, which is small where people differ much.
    ///
    /// # Errors
    /// When one of them is not above 0.
    pub fn new(mean: f64, theta: f64) -> Result<NegativeBinomial, Refusal> {
        Ok(NegativeBinomial {
            mean: positive("the expected number of events", mean)?,
            theta: positive("theta", theta)?,
        })
    }

    fn share(&self) -> f64 {
        self.theta / (self.theta + self.mean)
    }
}

impl Discrete for NegativeBinomial {
    fn mass(&self, k: u64) -> f64 {
        let (k, p) = (k as f64, self.share());
        binomial_term(self.theta, self.theta + k, p, self.mean / (self.theta + self.mean)) * self.theta
            / (self.theta + k)
    }
    fn cdf(&self, k: u64) -> f64 {
        beta_parts(self.theta, k as f64 + 1.0, self.share()).0
    }
    fn upper(&self, k: u64) -> f64 {
        beta_parts(self.theta, k as f64 + 1.0, self.share()).1
    }
    fn highest(&self) -> Option<u64> {
        None
    }
}

/// How many marked ones are among `drawn`, drawn without putting back from `marked` and `unmarked`.
#[derive(Clone, Copy, Debug)]
pub struct Hypergeometric {
    marked: u64,
    unmarked: u64,
    drawn: u64,
}

impl Hypergeometric {
    /// Drawn from `marked` and `unmarked` without putting back.
    ///
    /// # Errors
    /// When more are drawn than there are.
    pub fn new(marked: u64, unmarked: u64, drawn: u64) -> Result<Hypergeometric, Refusal> {
        if drawn <= marked + unmarked {
            Ok(Hypergeometric { marked, unmarked, drawn })
        } else {
            let allowed = format!("at most {}, all there are", marked + unmarked);
            Err(Refusal::OutOfRange { what: "the number drawn".into(), value: drawn.to_string(), allowed })
        }
    }

    /// The lowest possible number of marked ones.
    pub fn lowest(&self) -> u64 {
        self.drawn.saturating_sub(self.unmarked)
    }

    fn top(&self) -> u64 {
        self.drawn.min(self.marked)
    }
}

impl Discrete for Hypergeometric {
    fn mass(&self, k: u64) -> f64 {
        if k < self.lowest() || k > self.top() {
            return 0.0;
        }
        let (marked, unmarked, drawn) = (self.marked as f64, self.unmarked as f64, self.drawn as f64);
        let p = drawn / (marked + unmarked);
        let q = 1.0 - p;
        binomial_term(k as f64, marked, p, q) * binomial_term(drawn - k as f64, unmarked, p, q)
            / binomial_term(drawn, marked + unmarked, p, q)
    }
    fn cdf(&self, k: u64) -> f64 {
        if k >= self.top() { 1.0 } else { (self.lowest()..=k).map(|k| self.mass(k)).sum::<f64>().min(1.0) }
    }
    fn upper(&self, k: u64) -> f64 {
        (k.saturating_add(1).max(self.lowest())..=self.top()).map(|k| self.mass(k)).sum::<f64>().min(1.0)
    }
    fn highest(&self) -> Option<u64> {
        Some(self.top())
    }
}
