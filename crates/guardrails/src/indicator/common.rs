//! What several indicators share: stays in treatment with what was known at their start, figures out of ratios, funnels.

use meed_statistics::{
    Estimate, Refusal,
    distribution::{Continuous, Normal},
};

use super::Figure;
use crate::{
    caseload::{Caseload, Of, PersonId, ProviderId, Spell, SpellEnd, Window, Word},
    day::Day,
    finding::{Beside, Comparator, ComparatorKind, Interval, RowRef},
    method::{
        equity::Ratio,
        funnel::{Counted, Funnel, Outer, Scale, funnel},
    },
    picture::{FunnelLimit, FunnelPoint, Picture},
};

/// A stay in treatment, with what was known of the person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stay<'c> {
    pub person: PersonId,
    pub spell: &'c Spell,
    pub band: Option<u8>,
    /// The chance of success that a model gave.
    pub chance: Option<f64>,
}

impl Stay<'_> {
    pub fn provider(&self) -> ProviderId {
        self.spell.provider
    }

    /// Days from the start to the end, or to a day up to which it is known.
    pub fn days(&self, as_of: Day) -> i64 {
        self.spell.started_on.days_until(self.ended(as_of).unwrap_or(as_of)).max(0)
    }

    /// The end, where it lies on or before a day.
    pub fn ended(&self, as_of: Day) -> Option<Day> {
        self.spell.ended_on.filter(|end| *end <= as_of)
    }

    pub fn completed(&self, as_of: Day) -> bool {
        self.ended(as_of).is_some() && self.spell.end == SpellEnd::Completed
    }
}

/// Stays in treatment that began on or before a day, person by person.
pub(crate) fn stays<'c>(caseload: &'c Caseload, as_of: Day) -> Vec<Stay<'c>> {
    let of = |person: Of<'c>| {
        person.treatment().filter(|spell| spell.started_on <= as_of).map(move |spell| Stay {
            person: person.person,
            spell,
            band: person.band_on(spell.started_on),
            chance: person.chance_on(spell.started_on),
        })
    };
    caseload.everybody().flat_map(of).collect()
}

/// A row of evidence, as a finding names it.
pub(crate) fn row(caseload: &Caseload, table: &str, person: PersonId, id: Word) -> RowRef {
    RowRef {
        table: table.to_owned(),
        person: Some(caseload.names.person(person).to_owned()),
        row: caseload.names.word(id).to_owned(),
    }
}

/// The interval and chance of a ratio.
pub(crate) fn of_ratio(ratio: &Ratio) -> Figure {
    Figure {
        value: ratio.value,
        interval: Some(Interval { low: ratio.low, high: Some(ratio.high), level: ratio.level }),
        p: ratio.p,
        ..Figure::default()
    }
}

/// The interval and chance of an estimate.
pub(crate) fn of_estimate(estimate: &Estimate) -> Figure {
    Figure { value: estimate.value, interval: Some(estimate.interval.into()), p: Some(estimate.p), ..Figure::default() }
}

/// A share with Wilson's interval.
pub(crate) fn wilson(with: f64, of: f64, level: f64) -> Interval {
    let z = Normal.quantile(0.5 + level / 2.0);
    let share = with / of;
    let middle = share + z * z / (2.0 * of);
    let half = z * (share * (1.0 - share) / of + z * z / (4.0 * of * of)).sqrt();
    let scale = 1.0 + z * z / of;
    Interval { low: ((middle - half) / scale).max(0.0), high: Some(((middle + half) / scale).min(1.0)), level }
}

/// A share in percent, to show beside a finding; none of nobody.
pub(crate) fn share_beside(measure: &str, what: &str, (with, of): (f64, f64), of_what: &str) -> Option<Beside> {
    if of <= 0.0 {
        return None;
    }
    let interval = wilson(with, of, 0.95);
    let percent = Interval { low: 100.0 * interval.low, high: interval.high.map(|high| 100.0 * high), ..interval };
    Some(Beside::new(measure, what, (100.0 * with / of, "%"), (of, of_what)).within(percent))
}

/// Chance of a share at least this far above an agreed one, by the score test; one-sided.
pub(crate) fn above(with: f64, of: f64, agreed: f64) -> f64 {
    let error = (agreed * (1.0 - agreed) / of).sqrt();
    if error > 0.0 { Normal.upper((with / of - agreed) / error) } else { f64::NAN }
}

/// A rate of events over time, person by person or worker by worker, with the spread that is seen between them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rate {
    /// Events and time of each.
    pub of: Vec<(f64, f64)>,
}

impl Rate {
    pub fn events(&self) -> f64 {
        self.of.iter().map(|(events, _)| events).sum()
    }

    pub fn time(&self) -> f64 {
        self.of.iter().map(|(_, time)| time).sum()
    }

    pub fn rate(&self) -> f64 {
        self.events() / self.time()
    }

    /// Variance of the logarithm of the rate, from the spread between those counted: over-dispersion is in it.
    fn log_variance(&self) -> f64 {
        let (rate, events, n) = (self.rate(), self.events(), self.of.len() as f64);
        let squares: f64 = self.of.iter().map(|(count, time)| (count - rate * time).powi(2)).sum();
        squares / (events * events) * n / (n - 1.0)
    }

    /// The ratio of this rate to another, with an interval that allows for the spread on both sides.
    ///
    /// # Errors
    /// When a side has fewer than two members, no time or no events.
    pub fn ratio(&self, other: &Rate, level: f64) -> Result<Estimate, Refusal> {
        for (rate, what) in [(self, "the first group"), (other, "the second group")] {
            if rate.of.len() < 2 || rate.time() <= 0.0 {
                return Err(Refusal::too_few(&format!("people of {what}"), rate.of.len(), 2));
            }
            if rate.events() <= 0.0 {
                return Err(Refusal::too_few(&format!("events of {what}"), 0, 1));
            }
        }
        let error = (self.log_variance() + other.log_variance()).sqrt();
        let log = (self.rate() / other.rate()).ln();
        Estimate::normal(log, error, level, self.of.len() + other.of.len()).map(|estimate| estimate.ratio())
    }
}

/// A funnel of ratios of observed to expected, with where each provider stands. None with fewer than two providers.
pub(crate) fn ratios(counted: &[(ProviderId, Counted)]) -> Option<Funnel> {
    placed(counted, 1.0, Scale::Log)
}

/// A funnel of shares around a target.
pub(crate) fn shares(counted: &[(ProviderId, Counted)], target: f64) -> Option<Funnel> {
    placed(counted, target, Scale::Arcsine)
}

fn placed(counted: &[(ProviderId, Counted)], target: f64, scale: Scale) -> Option<Funnel> {
    let units: Vec<Counted> = counted.iter().map(|(_, unit)| *unit).collect();
    (units.len() > 1).then(|| funnel(&units, target, scale, Outer::LeftOut, (0.95, 0.998)).ok()).flatten()
}

/// The picture of a funnel for one of its providers.
pub(crate) fn drawn(
    caseload: &Caseload,
    of: &Funnel,
    counted: &[(ProviderId, Counted)],
    this: ProviderId,
    (x, y): (&str, &str),
) -> Picture {
    let points = counted.iter().zip(&of.positions).map(|((provider, unit), position)| FunnelPoint {
        name: caseload.names.provider(*provider).to_owned(),
        x: unit.expected,
        y: position.value,
        this: *provider == this,
    });
    let mut limits: Vec<FunnelLimit> = counted
        .iter()
        .zip(&of.positions)
        .map(|((_, unit), position)| FunnelLimit {
            x: unit.expected,
            low_95: position.inner.lower,
            high_95: position.inner.upper,
            low_998: position.outer.lower,
            high_998: position.outer.upper,
        })
        .collect();
    limits.sort_by(|a, b| a.x.total_cmp(&b.x));
    limits.dedup_by(|a, b| a.x == b.x);
    Picture::Funnel { x: x.to_owned(), y: y.to_owned(), target: of.target, points: points.collect(), limits }
}

/// Two-sided chance of a distance in standard errors.
pub(crate) fn two_sided(z: f64) -> f64 {
    (2.0 * Normal.upper(z.abs())).min(1.0)
}

/// Others of the contract, as a comparator.
pub(crate) fn others(what: &str, value: Option<f64>) -> Comparator {
    Comparator { kind: ComparatorKind::OtherProviders, what: what.to_owned(), value }
}

/// What was agreed, as a comparator.
pub(crate) fn agreed(what: &str, value: f64) -> Comparator {
    Comparator { kind: ComparatorKind::Agreed, what: what.to_owned(), value: Some(value) }
}

/// The same provider before the contract, as a comparator.
pub(crate) fn before(value: Option<f64>) -> Comparator {
    Comparator {
        kind: ComparatorKind::SameProviderBefore,
        what: "the same provider before the contract".to_owned(),
        value,
    }
}

/// Others of the same provider, as a comparator.
pub(crate) fn same_provider(what: &str, value: Option<f64>) -> Comparator {
    Comparator { kind: ComparatorKind::SameProviderOthers, what: what.to_owned(), value }
}

/// The middle of some numbers; none when there are none.
pub(crate) fn median(mut of: Vec<f64>) -> Option<f64> {
    of.sort_by(f64::total_cmp);
    let middle = of.len() / 2;
    match of.len() {
        0 => None,
        n if n % 2 == 1 => Some(of[middle]),
        _ => Some((of[middle - 1] + of[middle]) / 2.0),
    }
}

/// A percentage for a sentence.
pub(crate) fn percent(with: f64, of: f64) -> String {
    if of > 0.0 { format!("{:.1}%", 100.0 * with / of) } else { "none".to_owned() }
}

/// All of a window before another, of the same length, that ends where the contract begins.
pub(crate) fn window_before(go_live: Day, days: i64) -> Window {
    Window { from: go_live.plus(-days), until: go_live }
}
