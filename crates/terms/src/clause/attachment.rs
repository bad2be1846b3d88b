//! Pays a fee for each person who starts, by group and contract year.
//! The Work Programme paid this way: see `contracts/work-programme-2011`.

use meed_measures::Grain;
use meed_units::{Dated, Money};

use super::{By, Clausal, Clause};
use crate::{
    check::Checking,
    decode::{Named, table},
    measure_use::MeasureUse,
    plain::{Plain, money_by},
};

table! {
    /// A fee for each person who starts.
    pub struct Attachment {
        /// A measure of the grain `outcome`: the day a person starts.
        measure: MeasureUse,
        /// The fee, for all or by band (the payment group), by the date of the start.
        fee: Named<Dated<Money>>,
    }
}

impl Attachment {
    pub(crate) const ABOUT: &'static str = "Pays a fee once for each person who starts, by group and date.";
}

impl Clausal for Attachment {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.measure, Grain::Outcome)]
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.self_evidenced(&self.measure, clause);
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        vec![("fee", &self.fee, By::Band)]
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        format!("Pays {} once for each person: {}.", money_by(&self.fee, plain), plain.measure(&self.measure))
    }
}
