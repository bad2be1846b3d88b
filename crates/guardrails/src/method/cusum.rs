//! Does harm drift upwards, person after person, once their risk is taken into account?
//!
//! Risk-adjusted cumulative sum of Steiner, Cook, Farewell and Treasure (2000), Biostatistics 1:441.

use meed_statistics::{Generator, Refusal, generator};

/// The most states a lattice may have: beyond it the risk is so small that a chart has no use.
const MOST_STATES: usize = 20_000;

/// A chart that looks for one change in the odds of an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cusum {
    /// Odds ratio that the chart is tuned to find: above one for harm, below one for improvement.
    pub odds_ratio: f64,
    /// The chart signals when its score reaches this height.
    pub limit: f64,
}

/// One person on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Score after this person.
    pub score: f64,
    /// Whether the chart signalled here, and starts again at zero.
    pub signal: bool,
}

/// How long a chart runs until it signals, on average, counted in persons.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RunLength {
    /// Persons until the first signal, starting from zero.
    pub persons: f64,
    /// States of the lattice it was worked out on.
    pub states: usize,
}

/// A limit found by simulation.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct SimulatedLimit {
    /// The chart reaches this height in a year with no change in at most the stated share of years.
    pub limit: f64,
    /// Share of simulated years in which it did.
    pub false_alarms: f64,
    /// Persons in a year.
    pub persons_a_year: usize,
    /// Simulated years.
    pub replicates: usize,
    /// Seed of the generator.
    pub seed: u64,
    /// Name of the generator.
    pub generator: &'static str,
}

/// What one person adds to the score: `ln(R^y / (1 - p + R p))`.
///
/// # Errors
/// When the risk does not lie strictly between 0 and 1, or the odds ratio is not above 0 and other than 1.
pub fn weight(risk: f64, odds_ratio: f64, event: bool) -> Result<f64, Refusal> {
    if !(risk > 0.0 && risk < 1.0) {
        return Err(Refusal::out_of_range("predicted risk", risk, "above 0 and below 1"));
    }
    if !(odds_ratio > 0.0 && odds_ratio.is_finite() && odds_ratio != 1.0) {
        return Err(Refusal::out_of_range("odds ratio to look for", odds_ratio, "above 0 and other than 1"));
    }
    let survivor = -(1.0 - risk + odds_ratio * risk).ln();
    Ok(if event { survivor + odds_ratio.ln() } else { survivor })
}

impl Cusum {
    /// The score after each person, in the order given: predicted risk, and whether the event came.
    ///
    /// # Errors
    /// When a risk or the odds ratio is out of range, or the limit is not above zero.
    pub fn chart(&self, persons: &[(f64, bool)]) -> Result<Vec<Point>, Refusal> {
        self.check_limit()?;
        let mut score = 0.0_f64;
        persons
            .iter()
            .map(|&(risk, event)| {
                score = (score + weight(risk, self.odds_ratio, event)?).max(0.0);
                let point = Point { score, signal: score >= self.limit };
                if point.signal {
                    score = 0.0;
                }
                Ok(point)
            })
            .collect()
    }

    /// Average run length when everybody has the same predicted risk and the true odds are `true_odds_ratio` times
    /// what was predicted: 1 gives the run between false alarms.
    ///
    /// The chart is put on a lattice whose step is exactly what a person without the event takes off, so that the many
    /// small steps carry no rounding; the rare large step is shared between its two neighbours. A round lattice gives
    /// run lengths that fall as the limit rises.
    ///
    /// # Errors
    /// When the risk is out of range, or so small that the lattice would be too fine.
    pub fn run_length(&self, risk: f64, true_odds_ratio: f64) -> Result<RunLength, Refusal> {
        self.check_limit()?;
        // For harm a person without the event takes off the step and an event adds many; for improvement each way round.
        let step = weight(risk, self.odds_ratio, false)?.abs();
        let jump = (weight(risk, self.odds_ratio, true)? / step).abs();
        if !(true_odds_ratio > 0.0 && true_odds_ratio.is_finite()) {
            return Err(Refusal::out_of_range("true odds ratio", true_odds_ratio, "above 0"));
        }
        let odds = risk / (1.0 - risk) * true_odds_ratio;
        let event = odds / (1.0 + odds);

        let height = self.limit / step;
        if !(height.is_finite() && height < MOST_STATES as f64) {
            return Err(Refusal::out_of_range("risk for a lattice", risk, "high enough for a chart to be of use"));
        }
        let states = (height.ceil() as usize).max(1);
        let (below, share_above) = (jump.floor() as usize, jump.fract());
        // A score strictly between two states of the lattice is below the limit when its lower neighbour is.
        let of = if self.odds_ratio > 1.0 { lattice_run_length } else { lattice_run_length_of_improvement };
        Ok(RunLength { persons: of(states, below, share_above, event), states })
    }

    /// The lowest limit, in steps of 0.05, at which charts of `persons_a_year` people with this risk raise a false alarm
    /// in at most the stated share of years. Signals are taken to come evenly, so that a year without one has the chance
    /// `exp(-persons / run length)`.
    ///
    /// # Errors
    /// When the share is not between 0 and 1, as [`Cusum::run_length`], or when no limit up to 15 is high enough.
    pub fn limit_for(
        risk: f64,
        odds_ratio: f64,
        persons_a_year: f64,
        false_alarms_a_year: f64,
    ) -> Result<f64, Refusal> {
        if !(false_alarms_a_year > 0.0 && false_alarms_a_year < 1.0) {
            return Err(Refusal::out_of_range("false alarms a year", false_alarms_a_year, "above 0 and below 1"));
        }
        let needed = persons_a_year / -(1.0 - false_alarms_a_year).ln();
        let enough = |steps: u32| -> Result<bool, Refusal> {
            let chart = Cusum { odds_ratio, limit: f64::from(steps) * 0.05 };
            Ok(chart.run_length(risk, 1.0)?.persons >= needed)
        };
        let (mut low, mut high) = (1, 37);
        while !enough(high)? {
            (low, high) = (high + 1, high * 2);
            if high > 300 {
                return Err(Refusal::out_of_range(
                    "persons a year",
                    persons_a_year,
                    "fewer, or spread over several charts",
                ));
            }
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if enough(middle)? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(f64::from(low) * 0.05)
    }

    fn check_limit(&self) -> Result<(), Refusal> {
        if self.limit > 0.0 && self.limit.is_finite() {
            Ok(())
        } else {
            Err(Refusal::out_of_range("limit of the chart", self.limit, "above 0"))
        }
    }
}

/// Solves `L(s) = 1 + q L(max(0, s-1)) + p ((1-w) L(s+k) + w L(s+k+1))`, with `L = 0` at and above `states`.
///
/// Each state is written as `L(s) = a + b L(s-1)`, from the top down; what stands `k` above is brought back to `s` by
/// putting these lines into one another. Every term is positive, so nothing cancels.
fn lattice_run_length(states: usize, rise: usize, share_above: f64, event: f64) -> f64 {
    let stay_or_fall = 1.0 - event;
    let mut line = vec![(0.0_f64, 0.0_f64); states];
    for s in (0..states).rev() {
        // L(to) as c + d L(s), for to > s.
        let back_to = |to: usize| -> (f64, f64) {
            if to >= states {
                return (0.0, 0.0);
            }
            let (mut c, mut d) = (0.0, 1.0);
            for &(a, b) in line[s + 1..=to].iter().rev() {
                c += d * a;
                d *= b;
            }
            (c, d)
        };
        let ((c0, d0), (c1, d1)) = if rise == 0 {
            ((0.0, 1.0), back_to(s + 1))
        } else {
            let low = back_to(s + rise);
            let high = if share_above > 0.0 { back_to(s + rise + 1) } else { low };
            (low, high)
        };
        let c = (1.0 - share_above) * c0 + share_above * c1;
        let d = (1.0 - share_above) * d0 + share_above * d1;
        let keep = 1.0 - event * d;
        line[s] = ((1.0 + event * c) / keep, stay_or_fall / keep);
    }
    // At zero a person without the event stays at zero: L(0) = a + b L(0).
    let (a, b) = line[0];
    a / (1.0 - b)
}

/// Solves `L(s) = 1 + q L(s+1) + p ((1-w) L(s-k) + w L(s-k-1))`, with `L = 0` at `states` and nothing below zero: each
/// person without the event goes up one state, and an event falls `fall` states.
///
/// `L(s)` is `L(0)` less a number that grows with `s`, so one walk upwards solves it.
fn lattice_run_length_of_improvement(states: usize, fall: usize, share_further: f64, event: f64) -> f64 {
    let mut less = vec![0.0_f64; states + 1];
    for s in 0..states {
        let (near, far) = (less[s.saturating_sub(fall)], less[s.saturating_sub(fall + 1)]);
        let fallen = (1.0 - share_further) * near + share_further * far;
        less[s + 1] = (less[s] + 1.0 - event * fallen) / (1.0 - event);
    }
    less[states]
}

/// The limit at which a chart raises a false alarm in at most `false_alarms_a_year` of years, when risks are as
/// predicted.
///
/// Years are made by drawing `persons_a_year` of the given risks with replacement, and events by those risks.
///
/// # Errors
/// When there are no risks, one of them is out of range, or the share is not strictly between 0 and 1.
pub fn simulated_limit(
    risks: &[f64],
    persons_a_year: usize,
    odds_ratio: f64,
    false_alarms_a_year: f64,
    replicates: usize,
    seed: u64,
) -> Result<SimulatedLimit, Refusal> {
    if risks.is_empty() || persons_a_year == 0 || replicates == 0 {
        return Err(Refusal::too_few("persons with a predicted risk", 0, 1));
    }
    if !(false_alarms_a_year > 0.0 && false_alarms_a_year < 1.0) {
        return Err(Refusal::out_of_range("false alarms a year", false_alarms_a_year, "above 0 and below 1"));
    }
    let steps: Vec<(f64, f64, f64)> = risks
        .iter()
        .map(|&risk| Ok((risk, weight(risk, odds_ratio, false)?, weight(risk, odds_ratio, true)?)))
        .collect::<Result<_, Refusal>>()?;
    let mut generator = Generator::new(seed, "risk-adjusted cusum limit");
    let mut highest: Vec<f64> = (0..replicates)
        .map(|_| {
            let (mut score, mut top) = (0.0_f64, 0.0_f64);
            for _ in 0..persons_a_year {
                let (risk, without, with) = steps[generator.below(steps.len())];
                score = (score + if generator.uniform() < risk { with } else { without }).max(0.0);
                top = top.max(score);
            }
            top
        })
        .collect();
    highest.sort_by(f64::total_cmp);
    // The smallest height that at most the allowed number of years reach.
    let allowed = (false_alarms_a_year * replicates as f64).floor() as usize;
    let reached = highest[replicates - 1 - allowed.min(replicates - 1)];
    let limit = reached + 1e-9_f64.max(reached * 1e-9);
    let alarms = highest.iter().filter(|&&top| top >= limit).count();
    Ok(SimulatedLimit {
        limit,
        false_alarms: alarms as f64 / replicates as f64,
        persons_a_year,
        replicates,
        seed,
        generator: generator::NAME,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logit(p: f64) -> f64 {
        1.0 / (1.0 + (-p).exp())
    }

    /// Published weights of Steiner and others (2000): logit of risk is -3.68 + 0.077 times the Parsonnet score.
    #[test]
    fn golden_34_weights_of_steiner() {
        for (score, odds_ratio, without, with) in [
            (0.0, 2.0, -0.024, 0.669),
            (50.0, 2.0, -0.433, 0.260),
            (0.0, 0.5, 0.012, -0.681),
            (50.0, 0.5, 0.316, -0.377),
        ] {
            let risk = logit(-3.68 + 0.077 * score);
            assert!((weight(risk, odds_ratio, false).unwrap() - without).abs() < 6e-4);
            assert!((weight(risk, odds_ratio, true).unwrap() - with).abs() < 6e-4);
        }
    }

    /// Run lengths worked out beforehand at a risk of 0.35%: how little a single service can see.
    #[test]
    fn run_lengths_at_a_risk_of_one_in_three_hundred() {
        for (odds_ratio, limit, quiet, at_ratio, at_five) in [
            (2.0, 2.5, 10_900.0, 1_351.0, 304.0),
            (2.0, 3.5, 34_800.0, 2_066.0, 422.0),
            (3.0, 2.0, 2_194.0, 325.0, 162.0),
            (3.0, 2.5, 4_378.0, 436.0, 208.0),
            (3.0, 3.5, 13_647.0, 651.0, 291.0),
        ] {
            let chart = Cusum { odds_ratio, limit };
            for (truth, expected) in [(1.0, quiet), (odds_ratio, at_ratio), (5.0, at_five)] {
                let found = chart.run_length(0.0035, truth).unwrap().persons;
                assert!((found / expected - 1.0_f64).abs() < 0.02, "R {odds_ratio} h {limit} truth {truth}: {found}");
            }
        }
    }

    /// On a round grid the run length between false alarms was seen to fall as the limit rose.
    #[test]
    fn trap_d5_the_run_between_false_alarms_grows_with_the_limit() {
        for odds_ratio in [1.5, 2.0, 3.0] {
            for risk in [0.0035, 0.02, 0.15] {
                let lengths: Vec<f64> = (4..=40)
                    .map(|h| Cusum { odds_ratio, limit: f64::from(h) * 0.1 }.run_length(risk, 1.0).unwrap().persons)
                    .collect();
                assert!(lengths.windows(2).all(|w| w[0] <= w[1] * (1.0 + 1e-9)), "{odds_ratio} {risk} {lengths:?}");
            }
        }
    }

    #[test]
    fn the_lattice_agrees_with_many_charts_drawn_by_chance() {
        let (risk, chart) = (0.02, Cusum { odds_ratio: 2.0, limit: 2.0 });
        let mut generator = Generator::new(9, "run lengths");
        let runs = 4_000;
        let mut persons = 0_u64;
        let step = (weight(risk, 2.0, false).unwrap(), weight(risk, 2.0, true).unwrap());
        for _ in 0..runs {
            let mut score = 0.0_f64;
            while score < chart.limit {
                score = (score + if generator.uniform() < risk { step.1 } else { step.0 }).max(0.0);
                persons += 1;
            }
        }
        let (drawn, lattice) = (persons as f64 / f64::from(runs), chart.run_length(risk, 1.0).unwrap().persons);
        assert!((drawn / lattice - 1.0).abs() < 0.05, "{drawn} {lattice}");
    }

    #[test]
    fn the_lattice_of_improvement_agrees_with_charts_drawn_by_chance_and_grows_with_the_limit() {
        for (risk, limit) in [(0.02, 0.8), (0.1, 2.0)] {
            let chart = Cusum { odds_ratio: 0.5, limit };
            let mut generator = Generator::new(11, "run lengths of improvement");
            let step = (weight(risk, 0.5, false).unwrap(), weight(risk, 0.5, true).unwrap());
            let (runs, mut persons) = (4_000, 0_u64);
            for _ in 0..runs {
                let mut score = 0.0_f64;
                while score < limit {
                    score = (score + if generator.uniform() < risk { step.1 } else { step.0 }).max(0.0);
                    persons += 1;
                }
            }
            let (drawn, lattice) = (persons as f64 / f64::from(runs), chart.run_length(risk, 1.0).unwrap().persons);
            assert!((drawn / lattice - 1.0).abs() < 0.05, "risk {risk}: {drawn} {lattice}");
            let sooner = chart.run_length(risk, 0.5).unwrap().persons;
            assert!(sooner < lattice, "fewer events reach the limit sooner");
        }
        let lengths: Vec<f64> = (1..=30)
            .map(|h| Cusum { odds_ratio: 0.5, limit: f64::from(h) * 0.1 }.run_length(0.05, 1.0).unwrap().persons)
            .collect();
        assert!(lengths.windows(2).all(|pair| pair[0] <= pair[1]), "{lengths:?}");
        // Nobody has the event: as many persons as steps fit below the limit.
        let none = lattice_run_length_of_improvement(10, 3, 0.0, 0.0);
        assert!((none - 10.0).abs() < 1e-12);
    }

    #[test]
    fn a_limit_for_a_year_is_the_lowest_that_keeps_false_alarms_rare() {
        let limit = Cusum::limit_for(0.0035, 3.0, 200.0, 0.05).unwrap();
        let years = |limit| Cusum { odds_ratio: 3.0, limit }.run_length(0.0035, 1.0).unwrap().persons / 200.0;
        let needed = -1.0 / 0.95_f64.ln();
        assert!(years(limit) >= needed && years(limit - 0.05) < needed, "{limit}");
        assert!(Cusum::limit_for(0.0035, 3.0, 2_000.0, 0.05).unwrap() > limit, "more people, a higher limit");
        assert!(Cusum::limit_for(0.0035, 3.0, 200.0, 0.0).is_err());
    }

    #[test]
    fn a_chart_signals_and_starts_again() {
        let chart = Cusum { odds_ratio: 2.0, limit: 1.2 };
        let risk = 0.05;
        let points = chart.chart(&[(risk, true), (risk, false), (risk, true), (risk, true), (risk, false)]).unwrap();
        let signals: Vec<bool> = points.iter().map(|p| p.signal).collect();
        assert_eq!(signals, [false, false, true, false, false]);
        let (with, without) = (weight(risk, 2.0, true).unwrap(), weight(risk, 2.0, false).unwrap());
        assert!((points[2].score - (2.0 * with + without)).abs() < 1e-12);
        assert!((points[3].score - with).abs() < 1e-12, "again from zero");
    }

    #[test]
    fn a_simulated_limit_keeps_its_promise_on_other_years() {
        let risks: Vec<f64> = (0..200).map(|i| 0.01 + f64::from(i % 20) * 0.004).collect();
        let found = simulated_limit(&risks, 300, 2.0, 0.05, 2_000, 11).unwrap();
        assert!(found.false_alarms <= 0.05 && found.limit > 1.0, "{found:?}");
        let mut generator = Generator::new(12, "other years");
        let alarms = (0..2_000)
            .filter(|_| {
                let year: Vec<(f64, bool)> = (0..300)
                    .map(|_| {
                        let risk = risks[generator.below(200)];
                        (risk, generator.uniform() < risk)
                    })
                    .collect();
                let chart = Cusum { odds_ratio: 2.0, limit: found.limit };
                chart.chart(&year).unwrap().iter().any(|p| p.signal)
            })
            .count();
        assert!((60..=145).contains(&alarms), "{alarms} of 2000");
        assert_eq!(simulated_limit(&risks, 300, 2.0, 0.05, 2_000, 11).unwrap(), found);
    }

    #[test]
    fn what_cannot_be_charted_is_refused() {
        let chart = Cusum { odds_ratio: 2.0, limit: 2.0 };
        assert!(chart.chart(&[(0.0, true)]).is_err() && chart.chart(&[(f64::NAN, false)]).is_err());
        assert!(Cusum { limit: 0.0, ..chart }.chart(&[]).is_err());
        assert!(Cusum { odds_ratio: 1.0, ..chart }.run_length(0.1, 1.0).is_err());
        assert!(chart.run_length(1e-9, 1.0).is_err(), "too fine a lattice");
        assert!(simulated_limit(&[], 10, 2.0, 0.05, 10, 1).is_err());
    }
}
