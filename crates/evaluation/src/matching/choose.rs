//! Chooses comparison people as a design says.

use meed_statistics::Generator;
use meed_statistics::Warning;

use super::design::{
    CaliperUnit, Design, Distance, Estimand, Method, Nearest, Optimal, Order, ScoreScale, Ties, Weighting,
};
use super::nearest::{Chosen, Gate, Metric, Neighbourhood};
use super::people::{Candidates, Column, Numbers};
use super::points::Points;
use super::sample::{MatchedSample, MatchedSet, Weights};
use super::score::Score;
use super::shelf::Priority;
use super::strata::Strata;
use super::{Refusal, optimal, strata};

/// Optimal matching compares every place with every comparison person; beyond this many pairs it is refused.
const MOST_PAIRS: usize = 400_000_000;

impl Design {
    /// Chooses comparison people. Outcomes are not among what it is given.
    ///
    /// # Errors
    /// Refuses settings that make no sense, missing covariates, covariates that tell perfectly who was treated, and people
    /// of whom nobody has anyone comparable.
    pub fn choose(&self, people: &Candidates) -> Result<MatchedSample, Refusal> {
        self.check()?;
        let score = match (&self.score, self.needs_score()) {
            (Some(name), _) => Some(Score::given(people, name)?),
            (None, true) => Some(Score::fitted(people, &self.covariates)?),
            (None, false) => None,
        };

        self.choose_by(people, score)
    }

    /// Chooses with a score that was worked out before, by a design that differs in order and ties only.
    pub(super) fn choose_by(&self, people: &Candidates, score: Option<Score>) -> Result<MatchedSample, Refusal> {
        self.check()?;
        let exact = people.complete(&self.exact)?;
        let mut strata = strata::of_equal_values(&exact, people.people());
        if let Some(apart) = score.as_ref().and_then(Score::apart) {
            strata = strata::set_apart(&strata, apart, people.treated());
        }

        let mut choice = Choice { design: self, people, strata, score, rules: Vec::new(), warnings: Vec::new() };
        if let Some(score) = &choice.score {
            choice.warnings.extend(score.warnings.iter().cloned());
        }
        if !self.exact.is_empty() {
            choice.rules.push(format!("people compared are the same in {}", self.exact.join(", ")));
        }
        match &self.method {
            Method::Nearest(nearest) => choice.nearest(nearest),
            Method::Optimal(optimal) => choice.optimal(optimal),
            Method::Exact => {
                let covariates = people.complete(&self.named()?)?;
                let stratum = strata::of_equal_values(&covariates, people.people());
                choice.rules.push(String::from("people compared are the same in every covariate"));
                choice.by_strata(&stratum, Estimand::Treated)
            }
            Method::Coarsened(coarsened) => {
                let covariates = people.complete(&self.named()?)?;
                let mut columns = covariates.clone();
                columns.retain(|covariate| !self.exact.contains(&covariate.name));
                let bins = strata::of_bins(&columns, coarsened, people.people());
                let stratum = choice.crossed(&bins);
                choice.rules.push(String::from("people compared are in the same bin of every covariate"));
                choice.by_strata(&stratum, Estimand::Treated)
            }
            Method::Subclasses(classes) => {
                let classes = classes.clone();
                choice.subclasses(classes.number, classes.estimand)
            }
            Method::Weighting(weighting) => choice.weighting(weighting),
        }
    }

    fn named(&self) -> Result<Vec<String>, Refusal> {
        let mut names = self.covariates.clone();
        names.extend(self.exact.iter().filter(|name| !self.covariates.contains(name)).cloned());
        if names.is_empty() { Err(Refusal::NoCovariates) } else { Ok(names) }
    }
}

struct Choice<'a> {
    design: &'a Design,
    people: &'a Candidates,
    strata: Strata,
    score: Option<Score>,
    rules: Vec<String>,
    warnings: Vec<Warning>,
}

impl Choice<'_> {
    fn nearest(mut self, nearest: &Nearest) -> Result<MatchedSample, Refusal> {
        let metric = self.metric(nearest.distance)?;
        let gate = self.gate(nearest.caliper)?;
        let priority = self.priority(nearest.ties);
        let queue = self.queue(nearest.order, &priority);
        self.say(nearest);
        let neighbourhood = Neighbourhood {
            metric: &metric,
            treated: self.people.treated(),
            strata: &self.strata,
            priority: &priority,
            gate: gate.as_ref().map(|(values, width)| Gate { values, width: *width }),
            adjacent: nearest.ties == Ties::Adjacent,
        };
        let chosen = if nearest.replacement {
            let unit = match &metric {
                Metric::Line(values) => self.deviation(values),
                Metric::Space(_) => 1.0,
            };
            neighbourhood.with_replacement(&queue, nearest.ratio, |last, next| match nearest.ties {
                Ties::All { tolerance } => next * next <= last * last + tolerance * unit * unit,
                _ => false,
            })
        } else {
            neighbourhood.without_replacement(&queue, nearest.ratio)
        };
        let caliper_width = gate.map(|(_, width)| width);
        let because = match caliper_width {
            Some(width) => format!("nobody is within the caliper of {width}"),
            None => String::from("nobody is the same in the exact covariates"),
        };
        let sets = pairs(&queue, chosen);
        let mut sample = self.sample(sets, Estimand::Treated, &because)?;

        sample.reuse = nearest.replacement;
        sample.caliper_width = caliper_width;
        sample.metric = Some(metric);
        Ok(sample)
    }

    fn optimal(mut self, design: &Optimal) -> Result<MatchedSample, Refusal> {
        let metric = self.metric(design.distance)?;
        let gate = self.gate(design.caliper)?;
        let gate = gate.as_ref().map(|(values, width)| Gate { values, width: *width });
        let treated = self.people.arm(true);
        let pool = self.people.arm(false);
        let mut members = vec![(Vec::new(), Vec::new()); self.strata.number];
        for &place in &treated {
            members[self.strata.of(place) as usize].0.push(place);
        }
        for &place in &pool {
            members[self.strata.of(place) as usize].1.push(place);
        }
        let mut chosen: Vec<Chosen> = vec![Vec::new(); self.people.people()];
        for (own, others) in members {
            if own.len() * design.ratio * others.len() > MOST_PAIRS {
                return Err(Refusal::TooLarge { treated: own.len() * design.ratio, others: others.len() });
            }
            let apart = |row: usize, column: usize| {
                let (a, b) = (own[row / design.ratio], others[column]);
                gate.is_none_or(|gate| gate.admits(a, b)).then(|| match &metric {
                    Metric::Line(values) => (values[a] - values[b]).abs(),
                    Metric::Space(points) => points.squared_distance(a, b).sqrt(),
                })
            };
            let rows = own.len() * design.ratio;
            let placed = optimal::assign(rows, others.len(), |row| row % design.ratio == 0, apart);
            let mut placed: Vec<(usize, usize)> =
                placed.into_iter().enumerate().filter_map(|(row, column)| Some((row, column?))).collect();
            if let Metric::Line(values) = &metric {
                uncross(&mut placed, |row| values[own[row / design.ratio]], |column| values[others[column]]);
            }
            for (row, column) in placed {
                let distance = apart(row, column).unwrap_or(0.0);
                chosen[own[row / design.ratio]].push((others[column], distance));
            }
        }
        for own in &mut chosen {
            own.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        }
        let caliper_width = gate.map(|gate| gate.width);
        self.rules.push(format!(
            "as many treated people as possible are given up to {} comparison {}, each serving once, and of all such choices one with the least sum of distances is taken; of several with the same sum, {}",
            design.ratio,
            if design.ratio == 1 { "person" } else { "people" },
            match metric {
                Metric::Line(_) =>
                    "the one in which nobody with a higher score has a comparison with a lower one than somebody with a lower score, people of equal score in input order",
                Metric::Space(_) => "the one found by placing treated people in input order",
            }
        ));
        let chosen = treated.iter().map(|&place| std::mem::take(&mut chosen[place])).collect();
        let sets = pairs(&treated, chosen);
        let mut sample =
            self.sample(sets, Estimand::Treated, "nobody is near enough under the caliper and the exact covariates")?;
        sample.caliper_width = caliper_width;
        sample.metric = Some(metric);
        Ok(sample)
    }

    fn subclasses(mut self, number: usize, estimand: Estimand) -> Result<MatchedSample, Refusal> {
        let Some(score) = &self.score else { return Err(Refusal::NoCovariates) };
        let scores = &score.probability;
        let mut sorted: Vec<f64> = (0..scores.len())
            .filter(|&place| estimand == Estimand::Everyone || self.people.treated()[place])
            .map(|place| scores[place])
            .collect();
        sorted.sort_by(f64::total_cmp);
        let cuts: Vec<f64> = (1..number).map(|cut| quantile(&sorted, cut as f64 / number as f64)).collect();
        let classes: Vec<u32> = scores.iter().map(|own| cuts.partition_point(|cut| cut <= own) as u32).collect();
        let whose = if estimand == Estimand::Everyone { "everyone" } else { "the treated" };
        self.rules.push(format!(
            "people are put into {number} classes that hold equal numbers of {whose} by score; someone on a cut belongs to the class above it"
        ));
        let stratum = self.crossed(&classes.into());
        self.by_strata(&stratum, estimand)
    }

    fn weighting(mut self, weighting: &Weighting) -> Result<MatchedSample, Refusal> {
        let Some(score) = &self.score else { return Err(Refusal::NoCovariates) };
        if !self.design.exact.is_empty() {
            return Err(Refusal::BadSetting {
                setting: String::from("exact"),
                value: self.design.exact.join(", "),
                allowed: String::from(
                    "weighting compares everyone with everyone; name the covariates in the score instead",
                ),
            });
        }
        let treated = self.people.treated();
        let inside = |p: f64| p >= weighting.trim && p <= 1.0 - weighting.trim;
        let mut weights: Vec<f64> = (0..treated.len())
            .map(|place| {
                let p = score.probability[place];
                match (inside(p) && !score.is_apart(place), weighting.estimand, treated[place]) {
                    (false, _, _) => 0.0,
                    (_, Estimand::Treated, true) => 1.0,
                    (_, Estimand::Treated, false) => p / (1.0 - p),
                    (_, Estimand::Everyone, true) => 1.0 / p,
                    (_, Estimand::Everyone, false) | (_, Estimand::Overlap, true) => match weighting.estimand {
                        Estimand::Everyone => 1.0 / (1.0 - p),
                        _ => 1.0 - p,
                    },
                    (_, Estimand::Overlap, false) => p,
                }
            })
            .collect();
        let unmatched: Vec<usize> =
            (0..treated.len()).filter(|&place| treated[place] && weights[place] == 0.0).collect();
        let because = format!("no score lies between {} and {}", weighting.trim, 1.0 - weighting.trim);
        let in_arm = treated.iter().filter(|&&yes| yes).count();
        if weights.iter().any(|weight| !weight.is_finite()) || !share_out(treated.iter().copied().zip(&mut weights)) {
            return Err(Refusal::NoOverlap {
                treated: in_arm,
                because: if weighting.trim > 0.0 {
                    because
                } else {
                    String::from("scores of exactly nought or one leave nothing to weigh")
                },
            });
        }
        let heaviest = weights.iter().zip(treated).filter(|(_, t)| !**t).map(|(w, _)| *w).fold(0.0, f64::max);
        if heaviest > 0.05 {
            self.warnings.push(Warning::new(
                "heavy-weights",
                format!("one comparison person makes up {:.1}% of the comparison", heaviest * 100.0),
                "trim the score, match with a caliper, or use overlap weights",
            ));
        }
        self.rules.push(String::from(match weighting.estimand {
            Estimand::Treated => "the treated count once each, the others by the odds of their score, shared out so that an arm adds up to one (Hajek)",
            Estimand::Everyone => "everyone counts by the inverse of the probability of the arm they are in, shared out so that an arm adds up to one (Hajek)",
            Estimand::Overlap => "everyone counts by the probability of the other arm, shared out so that an arm adds up to one",
        }));
        if weighting.trim > 0.0 {
            self.rules.push(format!(
                "people with a score below {} or above {} are left out",
                weighting.trim,
                1.0 - weighting.trim
            ));
        }
        self.finish(Vec::new(), weights.into(), unmatched, weighting.estimand)
    }

    /// Each stratum with people of both arms is a set.
    fn by_strata(self, strata: &Strata, estimand: Estimand) -> Result<MatchedSample, Refusal> {
        let mut sets: Vec<MatchedSet> = (0..strata.number)
            .map(|_| MatchedSet {
                treated: Vec::new(),
                comparison: Vec::new(),
                shares: Vec::new(),
                distances: Vec::new(),
            })
            .collect();
        for place in 0..self.people.people() {
            let set = &mut sets[strata.of(place) as usize];
            if self.people.treated()[place] { set.treated.push(place) } else { set.comparison.push(place) }
        }
        sets.retain(|set| !set.treated.is_empty() && !set.comparison.is_empty());
        for set in &mut sets {
            set.shares = vec![1.0 / set.comparison.len() as f64; set.comparison.len()];
        }
        self.sample(sets, estimand, "no stratum holds people of both arms")
    }

    fn sample(self, mut sets: Vec<MatchedSet>, estimand: Estimand, because: &str) -> Result<MatchedSample, Refusal> {
        let treated = self.people.treated();
        if sets.is_empty() {
            let in_arm = self.people.in_treatment().len();
            return Err(Refusal::NoOverlap { treated: in_arm, because: String::from(because) });
        }
        sets.sort_by_key(|set| set.treated[0]);
        let mut weights: Vec<(usize, f64)> = Vec::new();
        for set in &sets {
            let size = match estimand {
                Estimand::Everyone => set.treated.len() + set.comparison.len(),
                _ => set.treated.len(),
            } as f64;
            weights.extend(set.treated.iter().map(|&place| (place, size / set.treated.len() as f64)));
            weights.extend(set.comparison.iter().zip(&set.shares).map(|(&place, share)| (place, size * share)));
        }
        // Whoever serves in several sets weighs as much as in all of them together.
        weights.sort_by_key(|(place, _)| *place);
        weights.dedup_by(|next, own| {
            let same = next.0 == own.0;
            own.1 += if same { next.1 } else { 0.0 };
            same
        });
        share_out(weights.iter_mut().map(|(place, weight)| (treated[*place], weight)));
        let weights = Weights::of_some(weights, self.people.people());
        let unmatched = self.people.in_treatment().iter().copied().filter(|&place| weights.of(place) == 0.0).collect();
        self.finish(sets, weights, unmatched, estimand)
    }

    fn finish(
        mut self,
        sets: Vec<MatchedSet>,
        weights: Weights,
        unmatched: Vec<usize>,
        estimand: Estimand,
    ) -> Result<MatchedSample, Refusal> {
        let in_arm = self.people.in_treatment().len();
        if !unmatched.is_empty() {
            self.warnings.push(Warning::new(
                "treated-left-out",
                format!(
                    "{} of {in_arm} treated people have nobody comparable and are left out: the effect is that on the others",
                    unmatched.len()
                ),
                "say so beside the effect, and describe who was left out",
            ));
        }
        Ok(MatchedSample {
            design: self.design.clone(),
            people: self.people.clone(),
            weights,
            sets,
            estimand,
            reuse: false,
            unmatched,
            score: self.score,
            metric: None,
            caliper_width: None,
            rules: self.rules,
            warnings: self.warnings,
        })
    }

    /// What people are near in.
    fn metric(&mut self, distance: Distance) -> Result<Metric, Refusal> {
        match distance {
            Distance::Score => Ok(Metric::Line(self.scores(ScoreScale::Score)?)),
            Distance::LogitScore => Ok(Metric::Line(self.scores(ScoreScale::LogitScore)?)),
            Distance::Mahalanobis => {
                if self.design.covariates.is_empty() {
                    return Err(Refusal::NoCovariates);
                }
                let covariates = self.people.complete(&self.design.covariates)?;
                let columns: Vec<Column> = covariates.iter().flat_map(|covariate| covariate.columns(false)).collect();
                let (points, left_out) = Points::mahalanobis(&columns, self.people.treated())?;
                if !left_out.is_empty() {
                    self.warnings.push(Warning::new(
                        "redundant-covariates",
                        format!("constant or said by others, and left out of the distance: {}", left_out.join(", ")),
                        "leave them out of the plan",
                    ));
                }
                Ok(Metric::Space(points))
            }
        }
    }

    fn scores(&self, scale: ScoreScale) -> Result<Numbers, Refusal> {
        let Some(score) = &self.score else { return Err(Refusal::NoCovariates) };
        match scale {
            ScoreScale::Score => Ok(score.probability.clone()),
            ScoreScale::LogitScore
                if score
                    .logit()
                    .iter()
                    .enumerate()
                    .any(|(place, logit)| !logit.is_finite() && !score.is_apart(place)) =>
            {
                Err(Refusal::BadSetting {
                    setting: String::from("score"),
                    value: String::from("0 or 1"),
                    allowed: String::from("a score of exactly nought or one has no logit: use the score itself"),
                })
            }
            ScoreScale::LogitScore => Ok(score.logit().clone()),
        }
    }

    /// The standard deviation of scores over everyone who may be compared.
    fn deviation(&self, scores: &[f64]) -> f64 {
        self.score.as_ref().map_or(0.0, |score| score.deviation_of(scores))
    }

    /// The values a caliper looks at, and its width on their scale.
    fn gate(&mut self, caliper: Option<super::Caliper>) -> Result<Option<(Numbers, f64)>, Refusal> {
        let Some(caliper) = caliper else { return Ok(None) };
        let values = self.scores(caliper.on)?;
        let width = match caliper.unit {
            CaliperUnit::Raw => caliper.width,
            CaliperUnit::StandardDeviations => caliper.width * self.deviation(&values),
        };
        let scale = match caliper.on {
            ScoreScale::Score => "the score",
            ScoreScale::LogitScore => "the logit of the score",
        };
        self.rules.push(match caliper.unit {
            CaliperUnit::Raw => format!("a comparison person is within {width} of the treated person in {scale}"),
            CaliperUnit::StandardDeviations => format!(
                "a comparison person is within {} standard deviations of the treated person in {scale}, which is {width}; the standard deviation is that of everyone who may be compared, both arms together",
                caliper.width
            ),
        });
        Ok(Some((values, width)))
    }

    /// In which order equally near people are taken.
    fn priority(&self, ties: Ties) -> Priority {
        let Ties::Random { seed } = ties else { return Priority(None) };
        let mut priority: Vec<u32> = (0..self.people.people() as u32).collect();
        Generator::new(seed, "matching: ties").shuffle(&mut priority);
        Priority(Some(priority))
    }

    /// The treated, in the order in which they choose.
    fn queue(&self, order: Order, priority: &Priority) -> Vec<usize> {
        let mut queue = self.people.arm(true);
        queue.sort_by_key(|&place| priority.of(place));
        match (order, &self.score) {
            (Order::Descending, Some(score)) => {
                queue.sort_by(|&a, &b| score.probability[b].total_cmp(&score.probability[a]));
            }
            (Order::Ascending, Some(score)) => {
                queue.sort_by(|&a, &b| score.probability[a].total_cmp(&score.probability[b]));
            }
            (Order::Random { seed }, _) => Generator::new(seed, "matching: order").shuffle(&mut queue),
            (Order::Input | Order::Descending | Order::Ascending, _) => {}
        }
        queue
    }

    /// Strata within the strata of the exact covariates.
    fn crossed(&self, classes: &Strata) -> Strata {
        let mut numbers = std::collections::BTreeMap::new();
        let number = |place| {
            let next = numbers.len() as u32;
            *numbers.entry((self.strata.of(place), classes.of(place))).or_insert(next)
        };
        (0..self.people.people()).map(number).collect::<Vec<u32>>().into()
    }

    /// Writes down the rules of nearest-neighbour matching.
    fn say(&mut self, nearest: &Nearest) {
        let by_score = self.score.is_some();
        self.rules.push(String::from(match nearest.order {
            Order::Descending if by_score => {
                "treated people choose in descending order of score, those with equal scores in input order"
            }
            Order::Ascending if by_score => {
                "treated people choose in ascending order of score, those with equal scores in input order"
            }
            Order::Random { .. } => "treated people choose in an order drawn at random from the recorded seed",
            _ => "treated people choose in input order",
        }));
        self.rules.push(String::from(match nearest.ties {
            Ties::First => "of comparison people equally near, the first in input order is taken",
            Ties::Adjacent => "of comparison people with equally near scores, the one is taken who stands next to the treated person when everyone is sorted by score and people of equal score by input order; of two such neighbours, the one with the lower score",
            Ties::Random { .. } => "of comparison people equally near, one is drawn at random from the recorded seed",
            Ties::All { .. } => "of comparison people as near as the last one needed, all are taken and share its place",
        }));
        self.rules.push(if nearest.replacement {
            format!("each treated person takes the nearest {}; a comparison person may serve several", nearest.ratio)
        } else if nearest.ratio == 1 {
            String::from("each comparison person serves once")
        } else {
            format!(
                "there are {} rounds, in each of which every treated person takes the nearest comparison person still free; each serves once",
                nearest.ratio
            )
        });
    }
}

/// Pairs the same people so that nobody with a lower value has a comparison with a higher one: on a line no pairing of them
/// has a smaller sum of distances or a smaller largest distance, and of those with the same sum this one does not hang on how
/// numbers were rounded.
fn uncross(pairs: &mut [(usize, usize)], row: impl Fn(usize) -> f64, column: impl Fn(usize) -> f64) {
    let mut rows: Vec<usize> = pairs.iter().map(|pair| pair.0).collect();
    let mut columns: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
    rows.sort_by(|&a, &b| row(a).total_cmp(&row(b)).then(a.cmp(&b)));
    columns.sort_by(|&a, &b| column(a).total_cmp(&column(b)).then(a.cmp(&b)));
    pairs.iter_mut().zip(rows.into_iter().zip(columns)).for_each(|(pair, own)| *pair = own);
}

/// One set for each treated person who found somebody.
fn pairs(queue: &[usize], chosen: Vec<Chosen>) -> Vec<MatchedSet> {
    queue
        .iter()
        .zip(chosen)
        .filter(|(_, chosen)| !chosen.is_empty())
        .map(|(&treated, chosen)| MatchedSet {
            treated: vec![treated],
            shares: vec![1.0 / chosen.len() as f64; chosen.len()],
            distances: chosen.iter().map(|(_, distance)| *distance).collect(),
            comparison: chosen.into_iter().map(|(person, _)| person).collect(),
        })
        .collect()
}

/// Divides weights, each with its arm, so that those of an arm add up to one; false where an arm has none.
pub(super) fn share_out<'w>(weights: impl Iterator<Item = (bool, &'w mut f64)>) -> bool {
    let mut weights: Vec<(bool, &mut f64)> = weights.collect();
    let mut sums = [0.0; 2];
    for (treated, weight) in &weights {
        sums[usize::from(*treated)] += **weight;
    }
    for (treated, weight) in &mut weights {
        **weight /= sums[usize::from(*treated)];
    }
    sums.iter().all(|sum| *sum > 0.0)
}

/// The quantile of sorted values between the two it falls between, in proportion (the seventh type of Hyndman and Fan 1996).
pub(super) fn quantile(sorted: &[f64], share: f64) -> f64 {
    let at = share * (sorted.len() as f64 - 1.0);
    let below = at.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}
