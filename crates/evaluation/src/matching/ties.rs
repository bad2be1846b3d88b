//! Does the effect hang on who happened to be drawn first? The same design over many random orders.
//!
//! All samples are chosen before any outcome is looked at.

use meed_statistics::generator::{Generator, Recorded};
use serde::Serialize;

use super::Refusal;
use super::design::{Design, Method, Order, Ties};
use super::outcomes::Outcomes;
use super::people::Candidates;
use super::sample::MatchedSample;
use super::score::Score;

/// How the effect moves with rules that say nothing of anybody.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieSensitivity {
    /// Over draws of who is taken of those equally near, and of who chooses first of those with equal scores.
    pub ties: Spread,
    /// Over draws of the whole order in which treated people choose, and of ties.
    pub order: Spread,
    /// The generator and seed they were drawn with.
    pub drawn: Recorded,
}

/// Where the effects of many draws lie.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Spread {
    /// How many draws.
    pub draws: usize,
    /// The least effect.
    pub lowest: f64,
    /// A quarter of the effects lie below.
    pub lower_quartile: f64,
    /// Half of them lie below.
    pub median: f64,
    /// Three quarters of them lie below.
    pub upper_quartile: f64,
    /// The greatest effect.
    pub highest: f64,
    /// The least number of treated people with a comparison.
    pub fewest_matched: usize,
    /// The greatest number.
    pub most_matched: usize,
}

/// Samples of the same design over random orders, chosen and waiting for outcomes.
pub struct Redrawn {
    ties: Vec<MatchedSample>,
    order: Vec<MatchedSample>,
    drawn: Recorded,
}

impl Design {
    /// Chooses over and over with ties, and with the whole order, drawn at random. It is for nearest neighbours only: other
    /// methods do not choose by order.
    ///
    /// # Errors
    /// Refuses other methods, no draws, and whatever [`Design::choose`] refuses.
    pub fn redraw(&self, people: &Candidates, draws: usize, seed: u64) -> Result<Redrawn, Refusal> {
        let Method::Nearest(nearest) = &self.method else {
            return Err(Refusal::NotFromThisSample {
                question: String::from("how the effect moves with the order of choice"),
                sample: String::from("this design"),
                because: String::from("nobody chooses before anybody else"),
            });
        };
        if draws == 0 {
            return Err(Refusal::BadSetting {
                setting: String::from("draws"),
                value: String::from("0"),
                allowed: String::from("at least one is needed"),
            });
        }
        let score = match (&self.score, self.needs_score()) {
            (Some(name), _) => Some(Score::given(people, name)?),
            (None, true) => Some(Score::fitted(people, &self.covariates)?),
            (None, false) => None,
        };
        let mut generator = Generator::new(seed, "matching: redraw");
        let drawn = generator.recorded();
        let mut choose = |whole_order: bool| {
            let own = generator.bits();
            let mut nearest = nearest.clone();
            nearest.ties = Ties::Random { seed: own };
            if whole_order {
                nearest.order = Order::Random { seed: own };
            }
            let design = Design { method: Method::Nearest(nearest), ..self.clone() };
            design.choose_by(people, score.clone())
        };
        let ties = (0..draws).map(|_| choose(false)).collect::<Result<_, _>>()?;
        let order = (0..draws).map(|_| choose(true)).collect::<Result<_, _>>()?;
        Ok(Redrawn { ties, order, drawn })
    }
}

impl Redrawn {
    /// Where the effects lie.
    ///
    /// # Errors
    /// Refuses missing outcomes that nothing was said about.
    pub fn spread(&self, outcomes: &Outcomes) -> Result<TieSensitivity, Refusal> {
        Ok(TieSensitivity {
            ties: spread(&self.ties, outcomes)?,
            order: spread(&self.order, outcomes)?,
            drawn: self.drawn.clone(),
        })
    }
}

fn spread(samples: &[MatchedSample], outcomes: &Outcomes) -> Result<Spread, Refusal> {
    let mut effects = Vec::with_capacity(samples.len());
    let mut matched = Vec::with_capacity(samples.len());
    for sample in samples {
        let analysed = sample.analysed(outcomes)?;
        let treated = sample.people().treated();
        let signed = |place: usize| {
            let weighted = analysed.weights[place] * analysed.outcomes[place];
            if treated[place] { weighted } else { -weighted }
        };
        effects.push((0..treated.len()).map(signed).sum::<f64>());
        matched.push(sample.flow().treated_matched);
    }
    effects.sort_by(f64::total_cmp);
    let at = |share: f64| super::choose::quantile(&effects, share);
    Ok(Spread {
        draws: effects.len(),
        lowest: at(0.0),
        lower_quartile: at(0.25),
        median: at(0.5),
        upper_quartile: at(0.75),
        highest: at(1.0),
        fewest_matched: matched.iter().copied().min().unwrap_or(0),
        most_matched: matched.iter().copied().max().unwrap_or(0),
    })
}
