//! What share has not had the event yet, by each day, when some leave the watch early? (Kaplan and Meier 1958.)

use anofox_regression::survival::{ConfType, SurvInput, SurvfitOptions, survfit};
use serde::{Deserialize, Serialize};

use super::{FollowUp, unsettled};
use crate::{error::Refusal, estimate::checked_level};

/// A survival curve: the share without the event, step by step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Curve {
    /// How many people it is of.
    pub people: usize,
    /// How many of them had the event.
    pub events: usize,
    /// The last time at which anybody was watched: nothing is said of later.
    pub last: f64,
    /// The share of such bands that hold the true curve at a time.
    pub level: f64,
    /// The steps, earliest first: one for each time at which somebody had the event or left.
    pub steps: Vec<Step>,
}

/// A time at which somebody had the event or left the watch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// When.
    pub time: f64,
    /// People watched just before.
    pub at_risk: f64,
    /// People who had the event then.
    pub events: f64,
    /// People who left then without it.
    pub censored: f64,
    /// The share without the event from then on.
    pub share: f64,
    /// Its standard error (Greenwood); none once nobody is left.
    pub error: Option<f64>,
    /// Lower limit of the share; none where the scale of the band has no value.
    pub low: Option<f64>,
    /// Upper limit of the share.
    pub high: Option<f64>,
    /// Events per person at risk, added up (Nelson and Aalen).
    pub hazard: f64,
}

/// On which scale the band around a curve is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Band {
    /// Of the logarithm of the share: what most programs print.
    #[default]
    Log,
    /// Of the logarithm of minus that logarithm: never outside 0 to 1, better with few people.
    LogLog,
    /// Of the share itself.
    Plain,
}

/// A time by which a share has had the event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Quantile {
    /// The time; none where the curve does not fall so far.
    pub time: Option<f64>,
    /// Lower limit: where the lower band falls so far.
    pub low: Option<f64>,
    /// Upper limit: none where the upper band does not fall so far.
    pub high: Option<f64>,
}

/// The survival curve of people, with a band of a level around it.
///
/// # Errors
/// A level that is no share is refused. Follow-up without any event gives a curve which stays at one.
pub fn kaplan_meier(people: &FollowUp, level: f64, band: Band) -> Result<Curve, Refusal> {
    checked_level(level)?;
    let scale = match band {
        Band::Log => ConfType::Log,
        Band::LogLog => ConfType::LogLog,
        Band::Plain => ConfType::Plain,
    };
    let mut input = SurvInput::new(people.times(), people.ended());
    if let Some(entry) = people.entries() {
        input = input.entry(entry);
    }
    let options = SurvfitOptions::default().conf_level(level).conf_type(scale);
    let made = survfit(&input, None, &options).map_err(|_| unsettled("the survival curve"))?;
    let made = made.into_iter().next().ok_or_else(|| unsettled("the survival curve"))?;
    let known = |value: f64| value.is_finite().then_some(value);
    let steps = (0..made.time.len()).map(|k| Step {
        time: made.time[k],
        at_risk: made.n_risk[k],
        events: made.n_event[k],
        censored: made.n_censor[k],
        share: made.surv[k],
        error: known(made.surv[k] * made.std_err[k]),
        low: known(made.lower[k]),
        high: known(made.upper[k]),
        hazard: made.cumhaz[k],
    });
    Ok(Curve { people: people.people(), events: people.events(), last: people.last(), level, steps: steps.collect() })
}

impl Curve {
    /// The step that holds at a time: none before the first.
    ///
    /// # Errors
    /// A time after the last day that anybody was watched is refused: the curve is not carried on.
    pub fn at(&self, time: f64) -> Result<Option<&Step>, Refusal> {
        if time.is_nan() || time > self.last {
            let allowed = format!("no later than {}, to which the last person was watched", self.last);
            return Err(Refusal::out_of_range("the time asked about", time, &allowed));
        }
        let steps = self.steps.partition_point(|step| step.time <= time);
        Ok(steps.checked_sub(1).map(|place| &self.steps[place]))
    }

    /// The share without the event at a time.
    ///
    /// # Errors
    /// As [`Curve::at`].
    pub fn share_at(&self, time: f64) -> Result<f64, Refusal> {
        Ok(self.at(time)?.map_or(1.0, |step| step.share))
    }

    /// The time by which half have had the event.
    pub fn median(&self) -> Quantile {
        self.quantile(0.5)
    }

    /// The time by which a share `had` have had the event: where the curve runs level at that height, the middle of
    /// the stretch. Limits are where the band crosses the height.
    pub fn quantile(&self, had: f64) -> Quantile {
        let height = 1.0 - had;
        Quantile {
            time: self.crossing(height, |step| Some(step.share)),
            low: self.crossing(height, |step| step.low),
            high: self.crossing(height, |step| step.high),
        }
    }

    fn crossing(&self, height: f64, of: impl Fn(&Step) -> Option<f64>) -> Option<f64> {
        let near = f64::EPSILON.sqrt();
        let mut below =
            self.steps.iter().filter_map(|step| Some((step.time, of(step)?))).filter(|at| at.1 < height + near);
        let (time, value) = below.next()?;
        let level = (value - height).abs() < near;
        match below.find(|at| at.1 < value - near).filter(|_| level) {
            Some((next, _)) => Some((time + next) / 2.0),
            None => Some(time),
        }
    }
}
