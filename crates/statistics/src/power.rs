//! How many people are needed to see an effect, and how small an effect can so many people show?

use crate::distribution::{Continuous, Normal, Student};
use crate::error::Refusal;
use crate::special::ln_gamma;

/// What is asked of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Asked {
    /// How often an effect may be seen where there is none, such as 0.05.
    pub alpha: f64,
    /// How often an effect that is there is to be seen, such as 0.8.
    pub power: f64,
    /// Whether an effect either way counts.
    pub two_sided: bool,
}

impl Asked {
    /// Two-sided 5%, seen four times in five: what trials ask for most often.
    pub const USUAL: Asked = Asked { alpha: 0.05, power: 0.8, two_sided: true };

    fn checked(self) -> Result<Asked, Refusal> {
        for (what, value) in [("alpha", self.alpha), ("the power", self.power)] {
            if !(value > 0.0 && value < 1.0) {
                return Err(Refusal::out_of_range(what, value, "above 0 and below 1"));
            }
        }
        if self.power <= self.tail() {
            return Err(Refusal::out_of_range("the power", self.power, "above alpha, which chance alone gives"));
        }
        Ok(self)
    }

    fn tail(&self) -> f64 {
        if self.two_sided { self.alpha / 2.0 } else { self.alpha }
    }

    fn limits(&self) -> (f64, f64) {
        (Normal.upper_quantile(self.tail()), Normal.quantile(self.power))
    }
}

fn share(what: &str, value: f64) -> Result<f64, Refusal> {
    if value > 0.0 && value < 1.0 { Ok(value) } else { Err(Refusal::out_of_range(what, value, "above 0 and below 1")) }
}

fn above_zero(what: &str, value: f64) -> Result<f64, Refusal> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Refusal::out_of_range(what, value, "above 0")) }
}

/// People on each side needed to tell two shares apart (Fleiss, Levin and Paik 2003, without continuity correction; the
/// formula of R's `power.prop.test`). Round up.
///
/// # Errors
/// When shares are the same, or outside 0 to 1.
pub fn people_for_shares(one: f64, other: f64, asked: Asked) -> Result<f64, Refusal> {
    let (one, other) = (share("the first share", one)?, share("the second share", other)?);
    if one == other {
        return Err(Refusal::NoVariation { what: "the share".into() });
    }
    let (alpha, beta) = asked.checked()?.limits();
    let both = ((one + other) * (1.0 - (one + other) / 2.0)).sqrt();
    let apart = (one * (1.0 - one) + other * (1.0 - other)).sqrt();
    Ok(((alpha * both + beta * apart) / (one - other)).powi(2))
}

/// How often so many people on each side would show two shares apart.
///
/// # Errors
/// As [`people_for_shares`].
pub fn power_for_shares(one: f64, other: f64, people: f64, asked: Asked) -> Result<f64, Refusal> {
    let (one, other) = (share("the first share", one)?, share("the second share", other)?);
    let people = above_zero("the number of people", people)?;
    let alpha = asked.checked()?.limits().0;
    let both = ((one + other) * (1.0 - (one + other) / 2.0)).sqrt();
    let apart = (one * (1.0 - one) + other * (1.0 - other)).sqrt();
    Ok(Normal.cdf((people.sqrt() * (one - other).abs() - alpha * both) / apart))
}

/// The nearest lower (or higher) share that so many people on each side would tell from this one.
///
/// # Errors
/// When no share that far away would be told apart, or the input is out of range.
pub fn least_share(from: f64, people: f64, lower: bool, asked: Asked) -> Result<f64, Refusal> {
    let from = share("the share", from)?;
    above_zero("the number of people", people)?;
    asked.checked()?;
    let (mut near, mut far) = if lower { (from, 1e-12) } else { (from, 1.0 - 1e-12) };
    if people_for_shares(from, far, asked)? > people {
        return Err(Refusal::too_few(
            "people on each side",
            people as usize,
            people_for_shares(from, far, asked)?.ceil() as usize,
        ));
    }
    for _ in 0..200 {
        let middle = 0.5 * (near + far);
        if middle == near || middle == far {
            break;
        }
        if people_for_shares(from, middle, asked)? > people { near = middle } else { far = middle }
    }
    Ok(far)
}

/// People on each side needed to see a difference of means, by the noncentral t distribution (R's `power.t.test`).
///
/// # Errors
/// When the difference or the spread is not above 0.
pub fn people_for_means(difference: f64, standard_deviation: f64, asked: Asked) -> Result<f64, Refusal> {
    let asked = asked.checked()?;
    let step = above_zero("the difference", difference.abs())? / above_zero("the spread", standard_deviation)?;
    let enough = |n: f64| Ok::<bool, Refusal>(power_for_means(step, 1.0, n, asked)? >= asked.power);
    let (mut low, mut high) = (2.0, 4.0);
    if enough(low)? {
        return Ok(low);
    }
    while !enough(high)? {
        (low, high) = (high, high * 2.0);
    }
    while high - low > 1e-9 * high {
        let middle = 0.5 * (low + high);
        if enough(middle)? { high = middle } else { low = middle }
    }
    Ok(0.5 * (low + high))
}

/// How often so many people on each side would show a difference of means in its own direction.
///
/// # Errors
/// As [`people_for_means`]; with fewer than two people.
pub fn power_for_means(difference: f64, standard_deviation: f64, people: f64, asked: Asked) -> Result<f64, Refusal> {
    let asked = asked.checked()?;
    if !(people.is_finite() && people >= 2.0) {
        return Err(Refusal::out_of_range("the number of people on each side", people, "2 or more"));
    }
    let shift = (people / 2.0).sqrt() * difference.abs() / above_zero("the spread", standard_deviation)?;
    let df = 2.0 * (people - 1.0);
    Ok(shifted_student_upper(Student::new(df)?.upper_quantile(asked.tail()), df, shift))
}

/// The least difference of means that so many people on each side would show, in standard deviations.
///
/// # Errors
/// With fewer than two people.
pub fn least_difference(people: f64, asked: Asked) -> Result<f64, Refusal> {
    let (mut low, mut high) = (0.0, 1.0);
    while power_for_means(high, 1.0, people, asked)? < asked.power {
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if middle == low || middle == high {
            break;
        }
        if power_for_means(middle, 1.0, people, asked)? < asked.power { low = middle } else { high = middle }
    }
    Ok(high)
}

/// By how much clustering multiplies a variance: `1 + ((1 + cv²)m − 1)ρ` for clusters of mean size `m` whose sizes have
/// the coefficient of variation `cv` (Eldridge and others 2006).
///
/// # Errors
/// When the correlation does not lie between 0 and 1, or clusters are smaller than 1.
pub fn design_effect(mean_size: f64, variation: f64, correlation: f64) -> Result<f64, Refusal> {
    if !(0.0..=1.0).contains(&correlation) {
        return Err(Refusal::out_of_range("the correlation within clusters", correlation, "between 0 and 1"));
    }
    if !(mean_size.is_finite() && mean_size >= 1.0 && variation.is_finite() && variation >= 0.0) {
        return Err(Refusal::out_of_range("the size of clusters", mean_size, "1 or more"));
    }
    Ok(1.0 + ((1.0 + variation * variation) * mean_size - 1.0) * correlation)
}

/// Events of a cohort set against events of its comparison people.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct EventRates {
    /// Events expected of a person.
    pub mean: f64,
    /// The variance of a person's events over their mean.
    pub dispersion: f64,
    /// Comparison people for each person.
    pub comparison: f64,
}

impl EventRates {
    /// The spread of the relative reduction `1 − ȳ/ȳ₀` that `people` show: `√(φ/(nμ)·(1 + 1/k))`.
    ///
    /// # Errors
    /// When a figure is not above 0.
    pub fn spread(&self, people: f64) -> Result<f64, Refusal> {
        let people = above_zero("the number of people", people)?;
        Ok((self.whole()? / people).sqrt())
    }

    fn whole(&self) -> Result<f64, Refusal> {
        let mean = above_zero("the events expected of a person", self.mean)?;
        let comparison = above_zero("comparison people for each person", self.comparison)?;
        Ok(above_zero("the dispersion", self.dispersion)? / mean * (1.0 + 1.0 / comparison))
    }

    /// How often chance alone, or a true reduction, gives at least the hurdle: `1 − Φ((T − Δ)/SD)`.
    ///
    /// # Errors
    /// As [`EventRates::spread`].
    pub fn reaches(&self, hurdle: f64, truth: f64, people: f64) -> Result<f64, Refusal> {
        Ok(Normal.upper((hurdle - truth) / self.spread(people)?))
    }

    /// People needed so that chance alone reaches the hurdle at most so often: `φ/μ·(1 + 1/k)·(z/T)²`.
    ///
    /// # Errors
    /// As [`EventRates::spread`]; when the hurdle is not above 0 or `alpha` does not lie between 0 and a half.
    pub fn people_for_hurdle(&self, hurdle: f64, alpha: f64) -> Result<f64, Refusal> {
        if !(alpha > 0.0 && alpha < 0.5) {
            return Err(Refusal::out_of_range("alpha", alpha, "above 0 and below 0.5"));
        }
        Ok(self.whole()? * (Normal.upper_quantile(alpha) / above_zero("the hurdle", hurdle)?).powi(2))
    }

    /// The least reduction that so many people would show.
    ///
    /// # Errors
    /// As [`EventRates::spread`].
    pub fn least_reduction(&self, people: f64, asked: Asked) -> Result<f64, Refusal> {
        let (alpha, beta) = asked.checked()?.limits();
        Ok((alpha + beta) * self.spread(people)?)
    }
}

/// The share above `t` of Student's distribution moved by `shift`: a normal number plus the shift, over an independent
/// root of chi-squared, integrated over that root by Simpson's rule.
fn shifted_student_upper(t: f64, df: f64, shift: f64) -> f64 {
    let reach = 12.0 / (2.0 * df).sqrt();
    let (low, high) = ((1.0 - reach).max(0.0), 1.0 + reach);
    let steps = 2_000;
    let width = (high - low) / f64::from(steps);
    let ln_scale = (2.0f64).ln() + df / 2.0 * (df / 2.0).ln() - ln_gamma(df / 2.0);
    let at = |i: i32| {
        let s = low + width * f64::from(i);
        let density = if s > 0.0 {
            (ln_scale + (df - 1.0) * s.ln() - df * s * s / 2.0).exp()
        } else if df == 1.0 {
            ln_scale.exp()
        } else {
            0.0
        };
        density * Normal.upper(t * s - shift)
    };
    let inner: f64 = (1..steps).map(|i| if i % 2 == 1 { 4.0 * at(i) } else { 2.0 * at(i) }).sum();
    (width / 3.0 * (at(0) + inner + at(steps))).clamp(0.0, 1.0)
}
