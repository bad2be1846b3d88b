//! Puts a fee right at the end of the year when the volume was not the one it was priced for.
//! The community rehabilitation companies were paid inside a predicted band, with a top-up above and a clawback below.

use meed_measures::Grain;
use meed_units::{Dated, Money};

use super::{By, Clausal, Clause, Over};
use crate::{
    check::Checking,
    decode::{At, Named, Number, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A band of volume, and what is paid or taken back outside it.
    pub struct VolumeBand {
        /// What is counted, each with its weight.
        counts: At<Vec<Weighted>>,
        /// The lower end of the band, for all or by provider, by year.
        at_least: Option<Named<Dated<u32>>>,
        /// The upper end of the band, for all or by provider, by year.
        at_most: Option<Named<Dated<u32>>>,
        /// Paid to the provider for each unit above the band.
        tops_up: Option<Named<Dated<Money>>>,
        /// Taken back from the provider for each unit missing to the band; this or `compensates`.
        claws_back: Option<Named<Dated<Money>>>,
        /// Paid to the provider for each unit missing to the band, where the payer promised them; this or `claws-back`.
        compensates: Option<Named<Dated<Money>>>,
        /// Over which days it is counted and put right at their end; a contract year when left out.
        over: Option<Over>,
    }
}

table! {
    /// A count, and how much one of it weighs.
    pub struct Weighted {
        /// A measure of the grain `quantity`.
        measure: MeasureUse,
        /// How many units one is; one when left out.
        weight: Option<At<Number>>,
    }
}

impl VolumeBand {
    pub(crate) const ABOUT: &'static str =
        "Pays or takes back for the volume above or below a band, when the year is over.";
}

impl Clausal for VolumeBand {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.counts.iter().map(|counted| (&counted.measure, Grain::Quantity)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        if self.counts.is_empty() {
            let help = "add `counts = [{ measure = ... }]`";
            checking.problems.error("missing-field", self.counts.at.clone(), "nothing is counted", help);
        }
        for weight in self.counts.iter().filter_map(|counted| counted.weight.as_ref()) {
            if weight.value.0.is_negative() || weight.value.0.is_zero() {
                checking.problems.error(
                    "bad-value",
                    weight.at.clone(),
                    "a weight is above nothing",
                    "write how many units one of it is: \"1.5\"",
                );
            }
        }
        if self.claws_back.is_some() && self.compensates.is_some() {
            let below = [("claws-back", true), ("compensates", true)];
            checking.one_of(clause.at.clone(), &below, "what a unit missing to the band does");
        }
        let below = self.claws_back.is_some() || self.compensates.is_some();
        let sides = [
            ("at-least", self.at_least.is_some(), "claws-back` or `compensates", below),
            ("at-most", self.at_most.is_some(), "tops-up", self.tops_up.is_some()),
        ];
        for (end, ends, price, priced) in sides {
            if ends != priced {
                let (there, missing) = if ends { (end, price) } else { (price, end) };
                checking.problems.error(
                    "missing-field",
                    clause.at.clone(),
                    format!("`{there}` is given, and `{missing}` is missing"),
                    "an end of the band and its price go together",
                );
            }
        }
        if !below && self.tops_up.is_none() {
            checking.problems.error(
                "unearnable-price",
                clause.at.clone(),
                "the band decides about no money",
                "add `at-most` with `tops-up`, or `at-least` with `claws-back` or `compensates`",
            );
        }
        for (field, end) in [("at-least", &self.at_least), ("at-most", &self.at_most)] {
            for (name, dated) in end.iter().flat_map(Named::iter) {
                let at = name.map_or_else(|| clause.at.clone(), |name| name.at.clone());
                checking.covers(field, dated, at, clause);
            }
            if let Some(end) = end {
                checking.names(end, By::Provider, field);
            }
        }
        if let (Some(lower), Some(upper)) = (&self.at_least, &self.at_most) {
            self.ends(lower, upper, clause, checking);
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        let each = [("tops-up", &self.tops_up), ("claws-back", &self.claws_back), ("compensates", &self.compensates)];
        each.into_iter().filter_map(|(field, price)| Some((field, price.as_ref()?, By::Provider))).collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let counted: Vec<String> = self
            .counts
            .iter()
            .map(|counted| {
                let weight = counted
                    .weight
                    .as_ref()
                    .map_or_else(String::new, |weight| format!(", each as {}", weight.value.0.to_plain(4)));
                format!("{}{weight}", plain.measure(&counted.measure))
            })
            .collect();
        let mut text = format!("Counts {}: {}.", Over::plain(Some(self.over())), counted.join("; "));
        if let (Some(most), Some(price)) = (&self.at_most, &self.tops_up) {
            text += &format!(" Pays {} for each above {}.", money_by(price, plain), numbers(most));
        }
        if let (Some(least), Some(price)) = (&self.at_least, &self.claws_back) {
            text += &format!(" Takes back {} for each missing to {}.", money_by(price, plain), numbers(least));
        }
        if let (Some(least), Some(price)) = (&self.at_least, &self.compensates) {
            text += &format!(" Pays {} for each missing to {}.", money_by(price, plain), numbers(least));
        }
        text
    }

    fn personal(&self) -> bool {
        false
    }
}

impl VolumeBand {
    /// Over which days it is counted.
    pub fn over(&self) -> Over {
        self.over.unwrap_or(Over::Year)
    }

    /// The lower end lies below the upper one, for every provider and date.
    fn ends(&self, lower: &Named<Dated<u32>>, upper: &Named<Dated<u32>>, clause: &Clause, checking: &mut Checking<'_>) {
        let mut wrong = None;
        for provider in checking.contract.parties.providers.iter() {
            let (Some(lower), Some(upper)) = (lower.of(&provider.value), upper.of(&provider.value)) else { continue };
            let dates =
                lower.values().iter().map(|(from, _)| *from).chain(upper.values().iter().map(|(from, _)| *from));
            for from in dates {
                if let (Some(least), Some(most)) = (lower.on(from), upper.on(from))
                    && least > most
                {
                    wrong = Some((*least, *most, provider.value.to_string()));
                }
            }
        }
        if let Some((least, most, provider)) = wrong {
            checking.problems.error(
                "volume-band-empty",
                clause.at.clone(),
                format!("the band of {provider} begins at {least} and ends at {most}: no volume lies inside"),
                "write `at-least` no higher than `at-most`",
            );
        }
    }
}

/// `900`, or each name's numbers with their dates.
fn numbers(values: &Named<Dated<u32>>) -> String {
    let each: Vec<String> = values
        .iter()
        .map(|(name, dated)| {
            let numbers: Vec<String> = match dated.values() {
                [(_, one)] => vec![one.to_string()],
                several => several.iter().map(|(from, number)| format!("{number} from {from}")).collect(),
            };
            let numbers = numbers.join(", then ");
            name.map_or_else(|| numbers.clone(), |name| format!("{numbers} for {}", name.value))
        })
        .collect();
    each.join(", ")
}
