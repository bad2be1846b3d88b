//! At which hurdle does a provider give up?
//!
//! A provider that weighs cost against the chance of a bonus works hardest where more work moves that chance most: near
//! the hurdle. Beyond some height no amount of work is worth its cost, and a hurdle two points higher turns full effort
//! into none. The tool shows the whole curve of effort, and where it breaks off.

use meed_statistics::{
    Refusal,
    distribution::{Continuous, Normal},
};

/// What effort does to a share, and what it costs. Effort is zero or more, on a scale of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Service {
    /// People.
    pub people: f64,
    /// The share that succeed without effort.
    pub base: f64,
    /// What endless effort adds to it: effort `e` adds `gain · (1 − e^−e)`.
    pub gain: f64,
    /// What one unit of effort costs for one person.
    pub cost: f64,
}

/// How a provider is paid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pay {
    /// All or nothing, from a share on.
    Bonus {
        /// The amount.
        amount: f64,
        /// The share from which on it is paid.
        hurdle: f64,
    },
    /// So much for each success above the share without effort.
    PerSuccess {
        /// The price.
        price: f64,
    },
}

/// What a provider that counts its money would do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Effort.
    pub effort: f64,
    /// The share that succeed.
    pub share: f64,
    /// Expected pay less the cost of effort.
    pub profit: f64,
    /// The chance of pay without any effort; one for pay by success.
    pub paid_for_nothing: f64,
}

impl Service {
    /// The same, where the figures can be.
    ///
    /// # Errors
    /// Refused: no people, shares outside 0 to 1, and a cost below nothing.
    pub fn checked(self) -> Result<Service, Refusal> {
        if !(self.people >= 1.0 && self.people.is_finite()) {
            return Err(Refusal::out_of_range("people", self.people, "1 or more"));
        }
        let top = self.base + self.gain;
        if !(self.base > 0.0 && self.gain >= 0.0 && top < 1.0) {
            return Err(Refusal::out_of_range("the share with endless effort", top, "above 0 and below 1"));
        }
        if !(self.cost >= 0.0 && self.cost.is_finite()) {
            return Err(Refusal::out_of_range("the cost of effort", self.cost, "0 or more"));
        }
        Ok(self)
    }

    fn share(&self, effort: f64) -> f64 {
        self.base - self.gain * (-effort).exp_m1()
    }

    /// The chance that the share seen reaches a hurdle, by the normal distribution.
    fn chance(&self, share: f64, hurdle: f64) -> f64 {
        Normal.upper((hurdle - share) / (share * (1.0 - share) / self.people).sqrt())
    }

    fn profit(&self, effort: f64, pay: Pay) -> f64 {
        let share = self.share(effort);
        let earned = match pay {
            Pay::Bonus { amount, hurdle } => amount * self.chance(share, hurdle),
            Pay::PerSuccess { price } => price * self.people * (share - self.base),
        };
        earned - self.cost * self.people * effort
    }

    /// The effort that pays best; of equals, the least.
    pub fn choice(&self, pay: Pay) -> Choice {
        // Profit may have two hills, at no effort and near the hurdle: a grid finds the right one, then it is climbed.
        let (step, most) = (0.01, 800);
        let at = |place: i32| f64::from(place) * step;
        let best = (0..=most).fold((0, f64::MIN), |best, place| {
            let profit = self.profit(at(place), pay);
            if profit > best.1 + 1e-9 { (place, profit) } else { best }
        });
        let (mut low, mut high) = (at((best.0 - 1).max(0)), at(best.0 + 1));
        for _ in 0..80 {
            let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
            if self.profit(a, pay) < self.profit(b, pay) { low = a } else { high = b }
        }
        let climbed = (low + high) / 2.0;
        let effort = if self.profit(climbed, pay) > self.profit(at(best.0), pay) { climbed } else { at(best.0) };
        let paid_for_nothing = match pay {
            Pay::Bonus { hurdle, .. } => self.chance(self.base, hurdle),
            Pay::PerSuccess { .. } => 1.0,
        };
        Choice { effort, share: self.share(effort), profit: self.profit(effort, pay), paid_for_nothing }
    }

    /// The height of the hurdle from which on no effort is worth its cost, between two heights; none where effort is
    /// worth it up to the higher.
    pub fn gives_up_at(&self, amount: f64, from: f64, until: f64) -> Option<f64> {
        let idle = |hurdle: f64| self.choice(Pay::Bonus { amount, hurdle }).effort < 1e-3;
        if !idle(until) {
            return None;
        }
        let (mut works, mut idles) = (from, until);
        if idle(works) {
            return Some(works);
        }
        for _ in 0..40 {
            let middle = (works + idles) / 2.0;
            if idle(middle) { idles = middle } else { works = middle }
        }
        Some(idles)
    }
}
