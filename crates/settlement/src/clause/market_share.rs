//! Who gets which share of referrals, and what moved it. No money.

use meed_measures::Ratio;
use meed_terms::clause::MarketShare;
use meed_units::{Date, Exact, MeasureName, Percent, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, block, counted};
use crate::{
    because::ReadingUsed,
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why a provider has its share of referrals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// The first day of the share.
    pub from: Date,
    /// The share of all referrals from that day on.
    pub share: Percent,
    /// What the share was before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<Percent>,
    /// The days of the test; none at the start.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub test: Option<Period>,
    /// What was compared.
    pub measure: MeasureName,
    /// How the provider did in the test.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reading: Option<Percent>,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let mut text = format!("{} takes {} of referrals from {} on", line.provider, self.share, self.from);
        if let (Some(test), Some(reading)) = (&self.test, &self.reading) {
            text += &format!(": {} was {reading} in {test}", self.measure);
        }
        match &self.before {
            Some(before) if *before != self.share => text += &format!(", and it had {before} before"),
            Some(_) => text += ", as before",
            None => (),
        }
        text
    }
}

impl Pays for MarketShare {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let providers: Vec<&str> = counted::providers(placed, asking).collect();
        let mut shares: Vec<Exact> =
            providers.iter().map(|provider| self.starts.of(provider).map_or(Exact::ZERO, Percent::share)).collect();
        let first = asking.terms.contract.runs.from;
        let mut dues: Vec<Due> = Vec::new();
        if asking.reaches(placed.clause, first) {
            dues.extend(providers.iter().zip(&shares).map(|(provider, share)| {
                let because = because(self, first, share, None, None, None);
                line(placed, provider, first, first, share, because, asking)
            }));
        }
        let ratios = readings.ratios.get(&self.measure.key()).map_or(&[][..], Vec::as_slice);
        for test in self.tests.iter().filter(|test| asking.reaches(placed.clause, test.last_day())) {
            let found: Vec<Option<(Percent, Vec<String>)>> =
                providers.iter().map(|provider| in_test(ratios, provider, test.value)).collect();
            let before = shares.clone();
            if let Some((to, from)) = moved(self, &found) {
                // Nobody loses more than it has.
                let moved = self.moves.share().min(shares[from].clone());
                shares[from] = &shares[from] - &moved;
                shares[to] = &shares[to] + &moved;
            }
            let missing = found.iter().any(Option::is_none);
            for (at, provider) in providers.iter().enumerate() {
                let reading = found[at].as_ref().map(|(reading, _)| reading.clone());
                let because =
                    because(self, test.until, &shares[at], Some(&before[at]), Some(test.value), reading.clone());
                let due = line(placed, provider, test.last_day(), test.until, &shares[at], because, asking);
                let nothing = due.working.result;
                let used = found[at].iter().map(|(reading, evidence)| ReadingUsed {
                    measure: self.measure.name.value.clone(),
                    said: reading.to_string(),
                    evidence: evidence.clone(),
                    sent_by: None,
                });
                dues.push(Due {
                    readings: used.collect(),
                    hold: missing.then(|| counted::missing(&self.measure, provider, test.value, nothing)),
                    ..due
                });
            }
        }
        dues
    }
}

/// The measure over the days of a test, taken together.
fn in_test(ratios: &[Ratio], provider: &str, test: Period) -> Option<(Percent, Vec<String>)> {
    let (_, _, share, evidence) = block::reading(ratios, provider, test)?;
    Some((Percent::of_share(&share), evidence))
}

/// To whom and from whom: the first and the last, where both are sole and far enough apart.
fn moved(market: &MarketShare, found: &[Option<(Percent, Vec<String>)>]) -> Option<(usize, usize)> {
    let known: Vec<(usize, &Percent)> =
        found.iter().enumerate().filter_map(|(at, one)| Some((at, &one.as_ref()?.0))).collect();
    if known.len() < found.len() {
        return None;
    }
    let (to, best) = *known.iter().max_by_key(|(_, reading)| *reading)?;
    let (from, worst) = *known.iter().min_by_key(|(_, reading)| *reading)?;
    let sole = |of: &Percent| known.iter().filter(|(_, reading)| *reading == of).count() == 1;
    let ahead = best.number() - worst.number();
    let enough = market.ahead_by.as_ref().is_none_or(|least| ahead >= *least.number());
    (sole(best) && sole(worst) && to != from && enough).then_some((to, from))
}

fn because(
    market: &MarketShare,
    from: Date,
    share: &Exact,
    before: Option<&Exact>,
    test: Option<Period>,
    reading: Option<Percent>,
) -> Because {
    Because {
        from,
        share: Percent::of_share(share),
        before: before.map(Percent::of_share),
        test,
        measure: market.measure.name.value.clone(),
        reading,
    }
}

fn line(
    placed: Placed<'_>,
    provider: &str,
    due_on: Date,
    from: Date,
    share: &Exact,
    because: Because,
    asking: &Asking<'_>,
) -> Due {
    let working = Working::start("of referrals", share.clone(), Form::Percent, asking.rounding()).then(
        Op::Times,
        "no money",
        Exact::ZERO,
        Form::Money,
    );
    let rate = working.result;
    Due {
        quantity: share.clone(),
        rate,
        ..Due::of(placed, format!("from {from}"), &provider.into(), due_on, working, because)
    }
}
