//! Pays again and again while an outcome lasts: one fee for each whole period.
//! The Work Programme paid for every four weeks in work: see `contracts/work-programme-2011`.

use meed_measures::Grain;
use meed_units::{Dated, Length, Money};

use super::{By, Clausal, Clause, Counts};
use crate::{
    check::Checking,
    decode::{At, Id, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by, number_by},
};

table! {
    /// One fee for each whole period that an outcome lasts.
    pub struct Sustainment {
        /// A measure of the grain `outcome` whose rows are stretches (`occurred_on` to `until_on`) in which it lasts.
        measure: MeasureUse,
        /// The clause that must have paid first; periods are counted from the day it did.
        after: At<Id>,
        /// Length of one period; it must be held without a break.
        every: Length,
        /// The fee for one period, for all or by band.
        fee: Named<Dated<Money>>,
        /// The most periods that are paid, for all or by band.
        at_most: Named<At<u32>>,
        /// The time a person is on the programme; a break after it ends what can be earned.
        allotment: Option<Allotment>,
    }
}

table! {
    /// The time a person is on the programme.
    pub struct Allotment {
        /// An outcome measure: the day the person starts.
        from: MeasureUse,
        /// How long it lasts.
        length: Length,
    }
}

impl Sustainment {
    pub(crate) const ABOUT: &'static str = "Pays a fee for each whole period that an outcome lasts.";
}

impl Clausal for Sustainment {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        let allotment = self.allotment.iter().map(|allotment| &allotment.from);
        [&self.measure].into_iter().chain(allotment).map(|measure| (measure, Grain::Outcome)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.self_evidenced(&self.measure, clause);
        for (_, most) in self.at_most.iter() {
            if most.value == 0 {
                checking.problems.error(
                    "unearnable-price",
                    most.at.clone(),
                    "at most 0 periods are paid, so the fee can never be earned",
                    "allow at least one period, or take the clause out",
                );
            }
        }
        if self.every.count == 0 {
            checking.problems.error(
                "unearnable-price",
                clause.at.clone(),
                "a period of no length never ends",
                "give `every` a length above zero",
            );
        }
        checking.names(&self.at_most, By::Band, "at-most");
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("fee", &self.fee, By::Band)]
    }

    fn refers(&self) -> Vec<&At<Id>> {
        vec![&self.after]
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        vec![(&self.measure, Counts::Stretches)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let mut text = format!(
            "Once `{}` has paid, pays {} for every {} without a break in which this lasts: {}. At most {} times.",
            self.after.value,
            money_by(&self.fee, plain),
            self.every,
            plain.measure(&self.measure),
            number_by(&self.at_most),
        );
        if let Some(allotment) = &self.allotment {
            text += &format!(" A break after {} from the start ends what can be earned.", allotment.length);
        }
        text
    }
}
