//! How large, and how sure: a value with its standard error, interval and p-value.

use serde::{Deserialize, Serialize};

use crate::distribution::{Continuous, Normal, Student};
use crate::error::Refusal;

/// A figure with its uncertainty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Where the true value lies, with the confidence asked for.
    pub interval: Interval,
    /// How often a figure at least this far from nothing comes about by chance alone, two-sided.
    pub p: f64,
    /// Degrees of freedom of Student's distribution; none where the normal distribution was used.
    pub df: Option<f64>,
    /// How many observations it comes from.
    pub n: usize,
}

/// Two limits and the confidence between them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
    /// The confidence, such as 0.95.
    pub level: f64,
}

impl Interval {
    /// Whether a value lies between the limits.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

impl Estimate {
    /// An estimate whose error follows the normal distribution.
    ///
    /// # Errors
    /// When the standard error is zero or no number, or the level does not lie between 0 and 1.
    pub fn normal(value: f64, standard_error: f64, level: f64, n: usize) -> Result<Estimate, Refusal> {
        let z = Normal.quantile(0.5 + checked_level(level)? / 2.0);
        let p = 2.0 * Normal.upper((value / standard_error).abs());
        Estimate::around(value, standard_error, z, p, level, None, n)
    }

    /// An estimate whose error follows Student's distribution with `df` degrees of freedom.
    ///
    /// # Errors
    /// As [`Estimate::normal`], and when there are no degrees of freedom left.
    pub fn student(value: f64, standard_error: f64, df: f64, level: f64, n: usize) -> Result<Estimate, Refusal> {
        let student = Student::new(df)?;
        let t = student.quantile(0.5 + checked_level(level)? / 2.0);
        let p = 2.0 * student.upper((value / standard_error).abs());
        Estimate::around(value, standard_error, t, p, level, Some(df), n)
    }

    fn around(
        value: f64,
        standard_error: f64,
        times: f64,
        p: f64,
        level: f64,
        df: Option<f64>,
        n: usize,
    ) -> Result<Estimate, Refusal> {
        if !value.is_finite() || !standard_error.is_finite() {
            return Err(Refusal::NotConverged { method: "the estimate".into(), iterations: 1 });
        }
        if standard_error <= 0.0 {
            return Err(Refusal::NoVariation { what: "the outcome, once the columns are taken into account,".into() });
        }
        let interval = Interval { low: value - times * standard_error, high: value + times * standard_error, level };
        Ok(Estimate { value, standard_error, interval, p: p.min(1.0), df, n })
    }

    /// The value divided by its standard error.
    pub fn statistic(&self) -> f64 {
        self.value / self.standard_error
    }

    /// A log ratio read as a ratio: value and limits are exponentiated, the error is that of the ratio (delta method).
    pub fn ratio(&self) -> Estimate {
        let value = self.value.exp();
        Estimate {
            value,
            standard_error: value * self.standard_error,
            interval: Interval {
                low: self.interval.low.exp(),
                high: self.interval.high.exp(),
                level: self.interval.level,
            },
            ..self.clone()
        }
    }
}

/// A level of confidence lies between 0 and 1, exclusively.
pub fn checked_level(level: f64) -> Result<f64, Refusal> {
    if level > 0.0 && level < 1.0 {
        Ok(level)
    } else {
        Err(Refusal::out_of_range("the level of confidence", level, "above 0 and below 1"))
    }
}
