//! Many counts, each at its own price.

use meed_terms::clause::{CardItem, RateCard};
use meed_units::{Exact, Period};
use serde::{Deserialize, Serialize};

use super::{Pays, Placed, counted};
use crate::{
    due::{Asking, Due},
    readings::ProviderReadings,
    statement::Line,
    working::{Form, Op, Working},
};

/// Why a row of a rate card is paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Because {
    /// Which row.
    pub item: String,
    /// What is counted.
    pub of: String,
    /// Over which days.
    pub period: Period,
    /// How many there were.
    pub counted: Exact,
}

impl Because {
    pub(super) fn sentence(&self, line: &Line) -> String {
        format!(
            "{}: {} came to {} for {} in {}",
            self.item,
            self.of,
            self.counted.to_plain(4),
            line.provider,
            self.period
        )
    }
}

impl Pays for RateCard {
    fn to_providers(&self, placed: Placed<'_>, readings: &ProviderReadings, asking: &Asking<'_>) -> Vec<Due> {
        let of = |(provider, period)| {
            self.items.iter().filter_map(move |item| row(item, placed, provider, period, readings, asking))
        };
        counted::each(self.over, placed, asking).into_iter().flat_map(of).collect()
    }
}

fn row(
    item: &CardItem,
    placed: Placed<'_>,
    provider: &str,
    period: Period,
    readings: &ProviderReadings,
    asking: &Asking<'_>,
) -> Option<Due> {
    let most = item.per_person.as_ref().map(|most| most.value);
    let count = counted::count(&item.measure, provider, period, most, readings);
    let price = *item.price.of(provider)?.on(period.from)?;
    let working = Working::start("counted", count.number.clone(), Form::Number, asking.rounding()).then(
        Op::Times,
        "each",
        price.exact(),
        Form::Money,
    );
    let because =
        Because { item: item.title().to_owned(), of: item.measure.key(), period, counted: count.number.clone() };
    let occurrence = format!("{}/{period}", item.id.value);
    count.any.then(|| Due {
        quantity: count.number.clone(),
        rate: price,
        readings: vec![counted::used(&item.measure, &count)],
        ..Due::of(placed, occurrence, &provider.into(), period.last_day(), working, because)
    })
}
