//! Did a series change when something began, beyond where it was going? Interrupted time series, with a control series
//! where there is one.
//!
//! Lopez Bernal, Cummins and Gasparrini, International Journal of Epidemiology 46 (2017) and 47 (2018). Counts with an
//! offset for people or time at risk; a trend, a step when the programme begins, if wished a change of slope, and waves
//! for the season. Counts that scatter more than Poisson widen the interval; neighbouring months that hang together are
//! allowed for in a second one.

use meed_statistics::error::{Refusal, Warning, all_numbers, same_length};
use meed_statistics::estimate::Estimate;
use meed_statistics::matrix::{CONSTANT, Matrix};
use serde::{Deserialize, Serialize};

use super::autocorrelation::{LjungBox, ljung_box, newey_west, usual_lag};
use super::counts::{CountFit, fit};

/// How counts scatter around what is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// As Poisson counts do.
    Poisson,
    /// As Poisson counts do, times a factor found from the series.
    QuasiPoisson,
    /// With a variance of the mean and its square over theta.
    NegativeBinomial,
}

/// Counts over periods.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    /// How many, in each period.
    pub counts: &'a [f64],
    /// Of how many people, or in how much time; the same in every period without.
    pub at_risk: Option<&'a [f64]>,
}

/// What is fitted.
#[derive(Clone, Debug)]
pub struct Interrupted<'a> {
    /// The series.
    pub series: Counts<'a>,
    /// The same of somewhere without the programme: the effect is then what changed beyond it.
    pub control: Option<Counts<'a>>,
    /// The first period with the programme, from 0.
    pub began: usize,
    /// Whether the slope may change too.
    pub slope: bool,
    /// How many periods make a year: 12 for months.
    pub season: usize,
    /// How many waves a season has: none, one, two.
    pub waves: usize,
    /// How counts scatter.
    pub family: Family,
    /// Up to how many periods apart neighbours hang together; [`usual_lag`] without.
    pub lag: Option<usize>,
    /// The confidence of intervals.
    pub level: f64,
}

/// What the series says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Interruption {
    /// The ratio by which the series changed when the programme began.
    pub step: Estimate,
    /// The same with an error that allows for neighbouring periods.
    pub step_neighbours: Estimate,
    /// The ratio by which each further period changed more than before, where the slope may change.
    pub slope: Option<Estimate>,
    /// The ratio from each period to the next before the programme.
    pub trend: Estimate,
    /// Every column with its estimate, as logarithms.
    pub coefficients: Vec<(String, Estimate)>,
    /// By how much more than Poisson counts the series scatters.
    pub dispersion: f64,
    /// The theta of the negative binomial.
    pub theta: Option<f64>,
    /// Whether what is left hangs together, of the series with the programme.
    pub left_over: LjungBox,
    /// Up to how many periods apart neighbours were allowed to hang together.
    pub lag: usize,
    /// For each period what was counted, what is expected, and what would be without the programme.
    pub fitted: Vec<(f64, f64, f64)>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

impl Interrupted<'_> {
    /// Fits the series.
    ///
    /// # Errors
    /// Refuses lists of different lengths, counts below nothing or missing, people at risk not above nothing, fewer than
    /// four periods before or after (or than a season before, where there are waves), counts of nothing on one side of the
    /// beginning, and too few periods for the columns.
    pub fn fit(&self) -> Result<Interruption, Refusal> {
        self.check()?;
        let n = self.series.counts.len();
        let (design, effects) = self.design()?;
        let counts: Vec<f64> =
            self.series.counts.iter().chain(self.control.iter().flat_map(|c| c.counts)).copied().collect();
        let logs = |series: &Counts<'_>| -> Vec<f64> {
            series.at_risk.map_or_else(|| vec![0.0; n], |at_risk| at_risk.iter().map(|value| value.ln()).collect())
        };
        let mut log_at_risk = logs(&self.series);
        if let Some(control) = &self.control {
            log_at_risk.extend(logs(control));
        }
        if counts.len() < design.columns() + 4 {
            return Err(Refusal::too_few("periods for so many columns", counts.len(), design.columns() + 4));
        }
        let found = fit(&design, &counts, &log_at_risk, self.family == Family::NegativeBinomial)?;
        let scale = if self.family == Family::QuasiPoisson { found.dispersion } else { 1.0 };
        let lag = self.lag.unwrap_or_else(|| usual_lag(n)).min(n - 1);
        let neighbours = self.neighbours(&design, &counts, &found, lag)?;
        let estimate = |column: usize, covariance: &Matrix, scale: f64| {
            let error = (scale * covariance.at(column, column)).sqrt();
            Estimate::normal(found.coefficients[column], error, self.level, counts.len())
        };
        let mut coefficients = Vec::new();
        for (column, name) in design.names().iter().enumerate() {
            coefficients.push((name.clone(), estimate(column, &found.bread, scale)?));
        }
        let place = |name: &str| design.position(name).expect("the design holds its own columns");
        let step = place(effects.0);
        let slope = if self.slope { Some(coefficients[place(effects.1)].1.ratio()) } else { None };
        let without: Vec<f64> = (0..n)
            .map(|t| {
                let mut log = found.expected[t].ln() - found.coefficients[step] * design.at(t, step);
                if self.slope {
                    let slope = place(effects.1);
                    log -= found.coefficients[slope] * design.at(t, slope);
                }
                log.exp()
            })
            .collect();
        let left_over = ljung_box(&found.residuals[..n], self.season.clamp(1, n / 2))?;
        let mut warnings = Vec::new();
        if left_over.p_value < 0.05 {
            warnings.push(Warning::new(
                "neighbours-hang-together",
                format!("what is left of neighbouring periods hangs together (p = {:.4})", left_over.p_value),
                "read the interval that allows for neighbours, or add waves for the season",
            ));
        }
        if self.family == Family::Poisson && found.dispersion > 1.5 {
            warnings.push(Warning::new(
                "more-scatter-than-poisson",
                format!("counts scatter {:.1} times as much as Poisson counts", found.dispersion),
                "use quasi-Poisson or the negative binomial: the interval here is too narrow",
            ));
        }
        let fitted = (0..n).map(|t| (counts[t], found.expected[t], without[t])).collect();
        Ok(Interruption {
            step: coefficients[step].1.ratio(),
            step_neighbours: estimate(step, &neighbours, 1.0)?.ratio(),
            slope,
            trend: coefficients[place("time")].1.ratio(),
            coefficients,
            dispersion: found.dispersion,
            theta: found.theta,
            left_over,
            lag,
            fitted,
            warnings,
        })
    }

    fn check(&self) -> Result<(), Refusal> {
        let n = self.series.counts.len();
        for (name, series) in [("the series", Some(&self.series)), ("the control series", self.control.as_ref())] {
            let Some(series) = series else { continue };
            same_length(name, n, series.counts.len())?;
            all_numbers(name, series.counts)?;
            if let Some(bad) = series.counts.iter().find(|count| **count < 0.0) {
                return Err(Refusal::out_of_range(&format!("a count of {name}"), *bad, "at least 0"));
            }
            if let Some(at_risk) = series.at_risk {
                same_length("the people at risk", n, at_risk.len())?;
                all_numbers("the people at risk", at_risk)?;
                if let Some(bad) = at_risk.iter().find(|value| **value <= 0.0) {
                    return Err(Refusal::out_of_range("the people at risk", *bad, "above 0"));
                }
            }
            let before = series.counts[..self.began.min(n)].iter().sum::<f64>();
            let after = series.counts[self.began.min(n)..].iter().sum::<f64>();
            if n > 0 && (before == 0.0 || after == 0.0) {
                return Err(Refusal::NoVariation { what: format!("the count of {name} on one side of the beginning") });
            }
        }
        if self.season == 0 || self.waves * 2 > self.season {
            return Err(Refusal::out_of_range("the number of waves", self.waves as f64, "at most half a season"));
        }
        let needed = if self.waves > 0 { self.season.max(4) } else { 4 };
        let after = n.saturating_sub(self.began);
        if self.began < needed {
            return Err(Refusal::too_few("periods before the programme", self.began, needed));
        }
        if after < 4 {
            return Err(Refusal::too_few("periods with the programme", after, 4));
        }
        Ok(())
    }

    /// The columns, and which of them are the step and the change of slope that the programme is asked about.
    fn design(&self) -> Result<(Matrix, (&'static str, &'static str)), Refusal> {
        let n = self.series.counts.len();
        let groups = if self.control.is_some() { 2 } else { 1 };
        let column = |of: &dyn Fn(usize, bool) -> f64| -> Vec<f64> {
            (0..groups).flat_map(|group| (0..n).map(move |t| (t, group == 0))).map(|(t, own)| of(t, own)).collect()
        };
        let after = |t: usize| f64::from(u8::from(t >= self.began));
        let since = |t: usize| if t >= self.began { (t - self.began) as f64 } else { 0.0 };
        let mut design = Matrix::of_rows(groups * n).with(CONSTANT, column(&|_, _| 1.0))?;
        design.push("time", column(&|t, _| (t + 1) as f64))?;
        design.push("step", column(&|t, _| after(t)))?;
        if self.slope {
            design.push("slope", column(&|t, _| since(t)))?;
        }
        for wave in 1..=self.waves {
            let angle = |t: usize| 2.0 * std::f64::consts::PI * (wave * (t + 1)) as f64 / self.season as f64;
            design.push(format!("sine {wave}"), column(&|t, _| angle(t).sin()))?;
            // At half a season the sine is nothing in every period, and the cosine is enough.
            if 2 * wave == self.season {
                design = design.take_columns(&(0..design.columns() - 1).collect::<Vec<_>>());
            }
            design.push(format!("cosine {wave}"), column(&|t, _| angle(t).cos()))?;
        }
        if self.control.is_none() {
            return Ok((design, ("step", "slope")));
        }
        let own = |own: bool| f64::from(u8::from(own));
        design.push("here", column(&|_, here| own(here)))?;
        design.push("time here", column(&|t, here| own(here) * (t + 1) as f64))?;
        design.push("step here", column(&|t, here| own(here) * after(t)))?;
        if self.slope {
            design.push("slope here", column(&|t, here| own(here) * since(t)))?;
        }
        Ok((design, ("step here", "slope here")))
    }

    /// The covariance with errors that hang together between neighbouring periods, and between the two series.
    fn neighbours(&self, design: &Matrix, counts: &[f64], found: &CountFit, lag: usize) -> Result<Matrix, Refusal> {
        let n = self.series.counts.len();
        let mut scores = Matrix::of_rows(n);
        for (column, name) in design.names().iter().enumerate() {
            let x = design.column(column);
            let mut by_period = vec![0.0; n];
            for row in 0..counts.len() {
                let pull = found.theta.map_or(1.0, |theta| 1.0 / (1.0 + found.expected[row] / theta));
                by_period[row % n] += x[row] * pull * (counts[row] - found.expected[row]);
            }
            scores.push(name.clone(), by_period)?;
        }
        Ok(found.bread.product(&newey_west(&scores, lag)).product(&found.bread))
    }
}
