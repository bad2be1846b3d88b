//! Pays more for people who are harder to reach, so that nobody is left aside for being costly.

use meed_measures::Grain;
use meed_units::{Dated, Money, Percent};

use super::{Adjusted, Adjusting};
use crate::{
    check::Checking,
    contract::RoundingTerm,
    decode::{At, Id, Listed, table},
    measure_use::MeasureUse,
    plain::{Plain, and, dated_money, since},
};

table! {
    /// More for a priority group.
    pub struct Uplift {
        /// The share added, by date.
        by: Option<Dated<Percent>>,
        /// The amount added for each outcome, by date.
        amount: Option<Dated<Money>>,
        /// An outcome measure that says who belongs to the group: met on or before the day it fell due.
        when: Option<MeasureUse>,
        /// The bands that belong to the group, as they price the outcome; with `when`, either is enough.
        bands: Listed<At<Id>>,
        /// The providers for whose people it is paid; all when left out.
        providers: Listed<At<Id>>,
        /// How the uplifted price is rounded by itself, where it is.
        rounding: Option<At<RoundingTerm>>,
    }
}

impl Uplift {
    pub(crate) const ABOUT: &'static str = "Adds a share or an amount for people of a priority group.";
}

impl Adjusting for Uplift {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.when.iter().map(|measure| (measure, Grain::Outcome)).collect()
    }

    fn check(&self, adjusted: &Adjusted, checking: &mut Checking<'_>) {
        if self.by.is_some() == self.amount.is_some() {
            checking.problems.error(
                "missing-field",
                adjusted.at.clone(),
                "an uplift adds a share (`by`) or an amount (`amount`), one of the two",
                "give one of them: `by = \"40%\"`",
            );
        }
        if self.when.is_none() && self.bands.is_empty() && self.providers.is_empty() {
            checking.problems.error(
                "missing-field",
                adjusted.at.clone(),
                "nothing says for whom the uplift is paid",
                "add `when = \"...\"`, an outcome measure, `bands = [...]` or `providers = [...]`",
            );
        }
        let at = || adjusted.at.clone();
        for (_, share) in self.by.iter().flat_map(Dated::values) {
            if share.share().is_negative() {
                checking.problems.error(
                    "bad-percentage",
                    at(),
                    "an uplift adds: a share below 0% takes away",
                    "use `discount`",
                );
            }
        }
        for (_, amount) in self.amount.iter().flat_map(Dated::values) {
            if amount.is_negative() {
                checking.problems.error(
                    "bad-money",
                    at(),
                    "an uplift adds: an amount below 0 takes away",
                    "write an amount from 0 on",
                );
            }
        }
        for band in self.bands.iter() {
            if !checking.contract.band.iter().any(|known| known.id.value == band.value) {
                let known = checking.contract.band.iter().map(|band| band.id.value.to_string()).collect();
                checking.unknown("band", &band.value, band.at.clone(), known);
            }
        }
        for provider in
            self.providers.iter().filter(|provider| !checking.is_provider(&provider.value)).collect::<Vec<_>>()
        {
            let known = checking.contract.parties.providers.iter().map(|id| id.value.to_string()).collect();
            checking.unknown("provider", &provider.value, provider.at.clone(), known);
        }
        if !self.bands.is_empty() && checking.contract.banding.is_none() {
            checking.problems.error(
                "missing-field",
                at(),
                "the uplift asks for a person's band, and the contract does not say which of a person's bands prices an outcome",
                "add `[banding]` with `prices-by = \"first\"`, `\"at-start\"` or `\"latest\"`",
            );
        }
        if let Some(rounding) = &self.rounding {
            checking.positive(&rounding.to);
        }
        if let Some(by) = &self.by {
            checking.covers_days("by", by, at(), adjusted.runs);
        }
        if let Some(amount) = &self.amount {
            checking.covers_days("amount", amount, at(), adjusted.runs);
        }
    }

    fn personal(&self) -> bool {
        self.when.is_some() || !self.bands.is_empty()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let how_much = match (&self.by, &self.amount) {
            (Some(by), _) => {
                let shares: Vec<String> =
                    by.values().iter().map(|(from, share)| format!("{share}{}", since(*from))).collect();
                shares.join(", then ")
            }
            (None, Some(amount)) => dated_money(amount, plain),
            (None, None) => String::new(),
        };
        let mut whom: Vec<String> = Vec::new();
        if let Some(measure) = &self.when {
            whom.push(format!("of whom this is true: {}", plain.measure(measure)));
        }
        if !self.bands.is_empty() {
            let bands: Vec<&str> = self.bands.iter().map(|band| &*band.value).collect();
            whom.push(format!("in band {}", and(&bands)));
        }
        let mut text = format!("plus {how_much} for people {}", whom.join(" or "));
        if whom.is_empty() {
            text = format!("plus {how_much}");
        }
        if !self.providers.is_empty() {
            let providers: Vec<&str> = self.providers.iter().map(|id| &*id.value).collect();
            text += &format!(" with {}", and(&providers));
        }
        if let Some(rounding) = &self.rounding {
            text += &format!(", rounded {} to {}", rounding.mode, plain.money(rounding.to.value));
        }
        text
    }
}
