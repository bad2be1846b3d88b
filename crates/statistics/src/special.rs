//! Functions that distributions are made of: incomplete beta and gamma, and exact small terms of Stirling's formula.
//!
//! Prefactors use the saddle-point form of Loader (2000), which keeps full precision for counts in the millions.

use std::f64::consts::{LN_2, PI};

/// The logarithm of the gamma function, for `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    if x == f64::INFINITY {
        return f64::INFINITY;
    }
    0.5 * (2.0 * PI).ln() + (x - 0.5) * x.ln() - x + stirling_error(x)
}

/// The derivative of [`ln_gamma`], for `x > 0`.
pub fn digamma(x: f64) -> f64 {
    // The recurrence lifts the argument to where the asymptotic series is exact to the last digits.
    let (mut x, mut sum) = (x, 0.0);
    while x < 12.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = r * (1.0 / 12.0 - r * (1.0 / 120.0 - r * (1.0 / 252.0 - r * (1.0 / 240.0 - r * (1.0 / 132.0)))));
    sum + x.ln() - 0.5 / x - series
}

/// The second derivative of [`ln_gamma`], for `x > 0`.
pub fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 12.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    sum + 1.0 / x
        + r / 2.0
        + r / x * (1.0 / 6.0 - r * (1.0 / 30.0 - r * (1.0 / 42.0 - r * (1.0 / 30.0 - r * (5.0 / 66.0)))))
}

/// `e` to the power of `x`, for `x` up to 700; what is less than the smallest normal number is about that number. The
/// error is no more than one unit of the last place. There is no branch and no table in it, so that a processor works
/// several out at once in a loop.
///
/// `x = n ln 2 + r` by the two parts of `ln 2` of Cody and Waite (1980), and the series of `e^r` to the thirteenth power.
#[inline(always)]
pub fn exponential(x: f64) -> f64 {
    /// Added to a number below two to the 51st, it leaves the nearest whole number in the last bits.
    const WHOLE: f64 = 6_755_399_441_055_744.0;
    const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    let x = if x < -708.0 { -708.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + WHOLE;
    let n = shifted - WHOLE;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut series = 1.0 / 6_227_020_800.0;
    for factorial in
        [479_001_600.0, 39_916_800.0, 3_628_800.0, 362_880.0, 40_320.0, 5_040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0]
    {
        series = series * r + 1.0 / factorial;
    }
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    // The one is added last, to what is small beside it.
    power + power * (series * r)
}

/// `ln n! − ln(√(2πn) (n/e)^n)`: what Stirling's formula leaves out, for real `n ≥ 0`.
pub fn stirling_error(n: f64) -> f64 {
    if n == 0.0 {
        return f64::INFINITY;
    }
    // Stepping up to where the series is exact loses less than subtracting logarithms of factorials.
    let (mut n, mut sum) = (n, 0.0);
    while n < 16.0 {
        sum += (n + 0.5) * (1.0 / n).ln_1p() - 1.0;
        n += 1.0;
    }
    let r = 1.0 / (n * n);
    sum + (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / n
}

/// `x ln(x/m) + m − x`, without cancellation where `x` is near `m`.
fn deviance_term(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v * v;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                return next;
            }
            sum = next;
        }
        return sum;
    }
    x * (x / m).ln() + m - x
}

/// The binomial probability of `x` in `n` at `p`, for real `x` and `n`; `q` is `1 − p`, given apart for precision.
pub fn binomial_term(x: f64, n: f64, p: f64, q: f64) -> f64 {
    if p == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if q == 0.0 {
        return if x == n { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        return if n == 0.0 { 1.0 } else { (n * if p < 0.1 { (-p).ln_1p() } else { q.ln() }).exp() };
    }
    if x == n {
        return (n * if q < 0.1 { (-q).ln_1p() } else { p.ln() }).exp();
    }
    if x < 0.0 || x > n {
        return 0.0;
    }
    let exponent = stirling_error(n)
        - stirling_error(x)
        - stirling_error(n - x)
        - deviance_term(x, n * p)
        - deviance_term(n - x, n * q);
    (exponent - 0.5 * (2.0 * PI).ln() - 0.5 * (x.ln() + (-x / n).ln_1p())).exp()
}

/// The Poisson probability of `x` at mean `m`, for real `x`.
pub fn poisson_term(x: f64, m: f64) -> f64 {
    if m == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        return (-m).exp();
    }
    (-stirling_error(x) - deviance_term(x, m)).exp() / (2.0 * PI * x).sqrt()
}

/// The regularised incomplete beta function and what is missing to 1: the shares below and above `x`.
pub fn beta_parts(a: f64, b: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x >= 1.0 {
        return (1.0, 0.0);
    }
    let scale = binomial_term(a, a + b, x, 1.0 - x) / (a + b);
    if x < (a + 1.0) / (a + b + 2.0) {
        let below = (scale * b * beta_fraction(a, b, x)).min(1.0);
        (below, 1.0 - below)
    } else {
        let above = (scale * a * beta_fraction(b, a, 1.0 - x)).min(1.0);
        (1.0 - above, above)
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut h = d;
    for m in 1..200_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        h *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        h *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    h
}

/// The regularised incomplete gamma function and what is missing to 1: the shares below and above `x`.
pub fn gamma_parts(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    let term = poisson_term(a, x);
    if x < a + 1.0 {
        let (mut sum, mut next, mut k) = (1.0, 1.0, a);
        for _ in 0..1_000_000 {
            k += 1.0;
            next *= x / k;
            sum += next;
            if next < sum * 1e-17 {
                break;
            }
        }
        let below = (term * sum).min(1.0);
        return (below, 1.0 - below);
    }
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut h = d;
    for i in 1..1_000_000 {
        let i = f64::from(i);
        let an = -i * (i - a);
        b += 2.0;
        d = an * d + b;
        d = 1.0 / if d.abs() < TINY { TINY } else { d };
        c = b + an / c;
        c = if c.abs() < TINY { TINY } else { c };
        h *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    // x^a e^−x / Γ(a) is `a` times the Poisson term.
    let above = (term * a * h).clamp(0.0, 1.0);
    (1.0 - above, above)
}

/// The complementary error function: twice the normal share above `x√2`.
pub fn erfc(x: f64) -> f64 {
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    let scale = 2.0 / PI.sqrt() * (-x * x).exp();
    if x < 2.0 {
        let (mut sum, mut term) = (x, x);
        for k in 1..200 {
            term *= 2.0 * x * x / f64::from(2 * k + 1);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        return 1.0 - scale * sum;
    }
    if x > 27.5 {
        return 0.0;
    }
    // The continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + …))), from its far end.
    let mut fraction = x;
    for k in (1..=120).rev() {
        fraction = x + 0.5 * f64::from(k) / fraction;
    }
    0.5 * scale / fraction
}

/// `ln(1 + e^x)` without overflow.
pub fn ln_1p_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

/// `ln(1 − e^−x)` for `x > 0`, exact at both ends.
pub fn ln_1m_exp(x: f64) -> f64 {
    if x <= LN_2 { (-(-x).exp_m1()).ln() } else { (-(-x).exp()).ln_1p() }
}

/// The logarithm of the number of ways to pick `k` of `n`.
pub fn ln_choose(n: f64, k: f64) -> f64 {
    ln_gamma(n + 1.0) - ln_gamma(k + 1.0) - ln_gamma(n - k + 1.0)
}
