//! What is paid or taken back for volume outside a band.

use meed_terms::clause::{Over, VolumeBand};
use meed_units::{Exact, Money, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    because::{Hold, ReadingUsed},
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why the volume of some days is paid for, taken back, or neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which days.
    pub period: Period,
    /// How much there was, weighted.
    pub volume: Exact,
    /// The lower end of the band.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at_least: Option<Exact>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at_most: Option<Exact>,
    /// `above`, `below`, `inside`, or `unknown` while days are missing.
    pub lies: String,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        let end = |end: &Option<Exact>| end.as_ref().map(|end| end.to_plain(4));
        let band = match (end(&self.at_least), end(&self.at_most)) {
            (Some(least), Some(most)) => format!("the band from {least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => "any volume".to_owned(),
        };
        let lies = match self.lies.as_str() {
            "unknown" => "which is not yet the whole of it",
            "inside" => "which lies inside it",
            "above" => "which lies above it",
            _ => "which lies below it",
        };
        let volume = self.volume.to_plain(4);
        format!("{} had a volume of {volume} in {} where {band} was agreed, {lies}", line.provider, self.period)
    }
}

impl Pays for VolumeBand {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let each = counted::each(Some(self.over()), placed, asking).into_iter();
        each.map(|(provider, period)| one(self, placed, provider, period, readings, asking)).collect()
    }
}

fn one(
    band: &VolumeBand,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Due {
    let mut volume = Exact::ZERO;
    let mut used: Vec<ReadingUsed> = Vec::new();
    let mut hold = None;
    for weighted in band.counts.iter() {
        let count = counted::count(&weighted.measure, provider, period, None, readings);
        volume = volume + &count.number * &weighted.weight.as_ref().map_or(Exact::ONE, |weight| weight.value.0.clone());
        if let Some(from) = count.not_known_from {
            hold.get_or_insert(Hold {
                why: format!("{} says nothing of {provider} from {from} on", weighted.measure.key()),
                released_by: format!("counts of every day of {period}, none where there were none"),
                amount: asking.rounding().round(&Exact::ZERO),
            });
        }
        used.push(counted::used(&weighted.measure, &count));
    }
    let part = part_of_year(band.over(), period);
    let end = |end: &Option<meed_terms::Named<meed_units::Dated<u32>>>| {
        let number = end.as_ref()?.of(provider)?.on(period.from)?;
        Some(Exact::from(i64::from(*number)) * &part)
    };
    let price = |price: &Option<meed_terms::Named<meed_units::Dated<Money>>>| {
        price.as_ref().and_then(|price| price.of(provider)?.on(period.from).copied())
    };
    let (at_least, at_most) = (end(&band.at_least), end(&band.at_most));
    let rounding = asking.rounding();
    let start = |what: &'static str, from: &Exact| Working::start(what, from.clone(), Form::Number, rounding);
    let missing = |least: &Exact| start("agreed", least).then(Op::Minus, "counted", volume.clone(), Form::Number);
    let each = |working: Working, price: Money| working.then(Op::Times, "each", price.exact(), Form::Money);
    let nothing = |what: &'static str| start("counted", &volume).then(Op::Times, what, Exact::ZERO, Form::Number);
    let (lies, rate, working) = match (&at_least, &at_most) {
        _ if hold.is_some() => ("unknown", None, nothing("until every day is counted")),
        (_, Some(most)) if volume > *most => {
            let rate = price(&band.tops_up).unwrap_or(Money::ZERO);
            let over = start("counted", &volume).then(Op::Minus, "agreed", most.clone(), Form::Number);
            ("above", Some(rate), each(over, rate))
        }
        (Some(least), _) if volume < *least => match (price(&band.claws_back), price(&band.compensates)) {
            (Some(rate), _) => {
                let working = each(missing(least), rate);
                ("below", Some(rate), working.then(Op::Times, "taken back", Exact::from(-1), Form::Number))
            }
            (None, rate) => {
                let rate = rate.unwrap_or(Money::ZERO);
                ("below", Some(rate), each(missing(least), rate))
            }
        },
        _ => ("inside", None, nothing("inside what was agreed")),
    };
    let quantity = rate.and_then(|rate| working.exact().checked_div(&rate.exact())).unwrap_or(Exact::ZERO);
    let because = Because { period, volume: volume.clone(), at_least, at_most, lies: lies.to_owned() };
    Due {
        quantity,
        rate: rate.unwrap_or_else(|| rounding.round(&Exact::ZERO)),
        readings: used,
        hold,
        ..Due::of(placed, period.to_string(), &provider.into(), period.last_day(), working, because)
    }
}

/// A year cut short by the end of the contract has its band cut by its days.
fn part_of_year(over: Over, period: Period) -> Exact {
    let whole = period.from.plus_months(12).filter(|_| over == Over::Year).unwrap_or(period.until);
    let days = |until| i128::from(period.from.days_until(until));
    Exact::ratio(days(period.until), days(whole).max(1))
}
