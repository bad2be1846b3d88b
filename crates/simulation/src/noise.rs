//! How often does a payment on an effect come about by chance alone, and how often does chance withhold one?
//!
//! Cohorts are drawn as if nothing had changed, and as if the effect that is hoped for had come true; whether each draw
//! pays is for the caller to say, who asks the code that settles the contract. The closed forms beside it hold for one
//! hurdle and a normal distribution: they size a cohort, and check the draws.
//!
//! Events of a person have the mean `m` and the variance `φm`: with `φ` above 1 a few people have many. Totals are then
//! drawn from the negative binomial distribution. Comparison people, where there are any, are as noisy as the cohort.

use meed_statistics::{
    Generator, Refusal,
    distribution::{Continuous, Normal},
};
use serde::{Deserialize, Serialize};

/// What is counted of each person.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counted {
    /// Events, any number of them.
    Events {
        /// Mean of a person, if nothing changes.
        mean: f64,
        /// Variance between people divided by that mean: 1 where events fall on people by chance alone.
        dispersion: f64,
    },
    /// Yes or no.
    Share {
        /// Share of people with a yes, from 0 to 1, if nothing changes.
        share: f64,
    },
}

/// What is assumed of every cohort.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Assumed {
    /// People in a cohort.
    pub people: u32,
    /// Comparison people for each of them; none where what would have happened is a figure and not people.
    pub controls: Option<f64>,
    /// What is counted.
    pub counted: Counted,
}

/// A cohort as it may come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// People in it.
    pub people: u32,
    /// Events, or people with a yes, among them.
    pub seen: u64,
    /// Comparison people; none where there are none.
    pub controls: u64,
    /// Events, or people with a yes, among the comparison people.
    pub seen_of_controls: u64,
}

impl Assumed {
    /// The same, where the figures can be.
    ///
    /// # Errors
    /// Refused: no people, a share that is not between 0 and 1, a mean that is not above 0, a dispersion below 1, and
    /// comparison people of whom there are none.
    pub fn checked(self) -> Result<Assumed, Refusal> {
        if self.people == 0 {
            return Err(Refusal::too_few("people in a cohort", 0, 1));
        }
        if let Some(controls) = self.controls.filter(|controls| !(controls.is_finite() && *controls > 0.0)) {
            return Err(Refusal::out_of_range("comparison people for each person", controls, "above 0"));
        }
        match self.counted {
            Counted::Share { share } if !(share > 0.0 && share < 1.0) => {
                Err(Refusal::out_of_range("the share if nothing changes", share, "above 0 and below 1"))
            }
            Counted::Events { mean, .. } if !(mean.is_finite() && mean > 0.0) => {
                Err(Refusal::out_of_range("events of a person if nothing changes", mean, "above 0"))
            }
            Counted::Events { dispersion, .. } if !(dispersion.is_finite() && dispersion >= 1.0) => {
                Err(Refusal::out_of_range("the dispersion of events", dispersion, "1 or more"))
            }
            _ => Ok(self),
        }
    }

    /// Mean of a person, if nothing changes.
    pub fn base(&self) -> f64 {
        match self.counted {
            Counted::Events { mean, .. } => mean,
            Counted::Share { share } => share,
        }
    }

    /// Variance of a person divided by the square of the mean.
    fn relative_variance(&self) -> f64 {
        match self.counted {
            Counted::Events { mean, dispersion } => dispersion / mean,
            Counted::Share { share } => (1.0 - share) / share,
        }
    }

    fn both(&self) -> f64 {
        self.controls.map_or(1.0, |controls| 1.0 + 1.0 / controls)
    }

    /// The standard deviation of the relative effect, if nothing changes: `√(φ/(nμ) · (1 + 1/k))`.
    pub fn spread(&self) -> f64 {
        (self.relative_variance() / f64::from(self.people) * self.both()).sqrt()
    }

    /// How often a relative effect of `hurdle` or more comes out where the true one is `truly`, by the normal
    /// distribution: exactly half the time where the hurdle stands at the true effect.
    pub fn reaches(&self, hurdle: f64, truly: f64) -> f64 {
        Normal.upper((hurdle - truly) / self.spread())
    }

    /// The true relative effect that reaches a hurdle which chance alone reaches with probability `by_chance`, with
    /// probability `power`.
    pub fn detectable(&self, by_chance: f64, power: f64) -> f64 {
        (Normal.quantile(1.0 - by_chance) + Normal.quantile(power)) * self.spread()
    }

    /// People that a cohort needs, so that chance alone reaches a hurdle with at most this probability.
    pub fn people_needed(&self, hurdle: f64, by_chance: f64) -> f64 {
        let z = Normal.quantile(1.0 - by_chance);
        (self.relative_variance() * self.both() * (z / hurdle).powi(2)).ceil()
    }

    /// One cohort, with a mean of `factor` times that if nothing changes.
    pub fn draw(&self, factor: f64, generator: &mut Generator) -> Drawn {
        let controls = self.controls.map_or(0, |controls| (f64::from(self.people) * controls).round() as u64);
        let seen = self.total(u64::from(self.people), factor, generator);
        Drawn { people: self.people, seen, controls, seen_of_controls: self.total(controls, 1.0, generator) }
    }

    fn total(&self, people: u64, factor: f64, generator: &mut Generator) -> u64 {
        match self.counted {
            Counted::Share { share } => generator.binomial(people, (share * factor).clamp(0.0, 1.0)),
            Counted::Events { mean, dispersion } => {
                let expected = people as f64 * (mean * factor).max(0.0);
                match dispersion > 1.0 {
                    // A sum of negative binomials of one dispersion is one itself.
                    true => generator.negative_binomial(expected, expected / (dispersion - 1.0)),
                    false => generator.poisson(expected),
                }
            }
        }
    }
}

impl Drawn {
    /// What was seen of a person, on average.
    pub fn rate(&self) -> f64 {
        self.seen as f64 / f64::from(self.people)
    }

    /// The relative fall against the comparison people; none where these had no event, or there are none.
    pub fn fall(&self) -> Option<f64> {
        let expected = self.seen_of_controls as f64 / self.controls as f64;
        (self.controls > 0 && expected > 0.0).then(|| 1.0 - self.rate() / expected)
    }
}

/// What became of draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// All of them.
    pub draws: u64,
    /// Those in which money was paid, or kept that could have been taken back.
    pub paid: u64,
    /// Those in which money was taken back.
    pub taken_back: u64,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, paid: bool, taken_back: bool) {
        self.draws += 1;
        self.paid += u64::from(paid);
        self.taken_back += u64::from(taken_back);
    }

    /// The share that paid.
    pub fn share_paid(&self) -> f64 {
        self.paid as f64 / self.draws.max(1) as f64
    }

    /// Where the true share lies with 95% confidence, for so many draws (Wilson).
    pub fn interval(count: u64, draws: u64) -> (f64, f64) {
        let (n, z) = (draws.max(1) as f64, Normal.quantile(0.975));
        let p = count as f64 / n;
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }
}

/// How often a share improves by at least `points` against a fixed figure if nothing changes, exactly (binomial). With
/// no points, standing still is enough.
///
/// # Errors
/// Refused: nobody, a baseline that is not between 0 and 1, and points below 0.
pub fn share_improves_by_chance(people: u32, baseline: f64, points: f64) -> Result<f64, Refusal> {
    let assumed = Assumed { people, controls: None, counted: Counted::Share { share: baseline } }.checked()?;
    if !(0.0..100.0).contains(&points) {
        return Err(Refusal::out_of_range("the points of improvement", points, "0 to below 100"));
    }
    let limit = f64::from(people) * (baseline - points / 100.0);
    // A count that lies on the limit has improved by exactly that many points.
    let most = if (limit - limit.round()).abs() < 1e-9 { limit.round() } else { limit.floor() };
    if most < 0.0 {
        return Ok(0.0);
    }
    let (n, p) = (f64::from(assumed.people), baseline);
    let term = |k: u32| meed_statistics::special::binomial_term(f64::from(k), n, p, 1.0 - p);
    Ok((0..=most as u32).map(term).sum::<f64>().min(1.0))
}
