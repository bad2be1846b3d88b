//! Takes something off for each failure of service, and shows what of it was waived, by whom and why.
//! Of the deductions of the community rehabilitation companies 71% were waived or allowed to be reinvested.

use meed_measures::Grain;
use meed_units::{Dated, Money, Percent, Period};

use super::{By, Clausal, Clause, Moves};
use crate::{
    check::Checking,
    decode::{At, Flag, Id, Listed, Named, table},
    measure_use::MeasureUse,
    plain::{Plain, and},
};

table! {
    /// A deduction for each failure.
    pub struct ServiceCredits {
        /// The clauses whose payment in the settlement period is reduced.
        of: At<Vec<At<Id>>>,
        /// A measure of the grain `quantity`: failures.
        failures: MeasureUse,
        /// Failures in a settlement period for which nothing is taken.
        allowed: Option<u32>,
        /// The share of what the clauses pay that each failure takes; this or `amount`.
        share: Option<At<Percent>>,
        /// The amount that each failure takes; this or `share`.
        amount: Option<At<Money>>,
        /// At most this share of what the clauses pay is taken in a settlement period.
        at_most: Option<At<Percent>>,
        /// What was waived or allowed to be reinvested, each on a line of its own.
        waivers: Listed<At<Waiver>>,
    }
}

table! {
    /// A decision not to take all of it.
    pub struct Waiver {
        /// Deductions that fell due in these days.
        days: At<Period>,
        /// Of this provider; of all when left out.
        provider: Option<At<Id>>,
        /// The share that is given back.
        share: At<Percent>,
        /// Who decided; never a provider.
        by: At<Id>,
        /// Why.
        because: String,
        /// Whether it is given back to be spent on the service.
        reinvested: Flag,
    }
}

impl ServiceCredits {
    pub(crate) const ABOUT: &'static str =
        "Takes something off what other clauses pay for each failure, and shows what was waived.";
}

impl Clausal for ServiceCredits {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        vec![(&self.failures, Grain::Quantity)]
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.some_clauses(&self.of);
        let ways = [("share", self.share.is_some()), ("amount", self.amount.is_some())];
        checking.one_of(clause.at.clone(), &ways, "what a failure takes");
        if let Some(amount) = &self.amount {
            checking.positive(amount);
        }
        for share in self.share.iter().chain(&self.at_most) {
            checking.share("share", &share.value, share.at.clone());
        }
        for waiver in self.waivers.iter() {
            checking.share("share", &waiver.share.value, waiver.share.at.clone());
            checking.party(&waiver.by);
            if checking.is_provider(&waiver.by.value) {
                checking.problems.error(
                    "waived-by-payee",
                    waiver.by.at.clone(),
                    format!("`{}` is a provider and cannot waive what providers owe", waiver.by.value),
                    "name the commissioner, or another party that may decide",
                );
            }
            if let Some(provider) = waiver.provider.as_ref().filter(|named| !checking.is_provider(&named.value)) {
                let known = checking.contract.parties.providers.iter().map(|id| id.value.to_string()).collect();
                checking.unknown("provider", &provider.value, provider.at.clone(), known);
            }
        }
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().collect()
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of: Vec<&str> = self.of.iter().map(|id| &*id.value.0).collect();
        let each = match (&self.share, &self.amount) {
            (Some(share), _) => share.value.to_string(),
            (None, Some(amount)) => plain.money(amount.value),
            (None, None) => String::new(),
        };
        let allowed =
            self.allowed.map_or_else(String::new, |allowed| format!(" beyond {allowed} in a settlement period"));
        let mut text = format!(
            "Takes {each} off what {} pays for each of these{allowed}: {}.",
            and(&of),
            plain.measure(&self.failures)
        );
        if let Some(most) = &self.at_most {
            text += &format!(" At most {} of it in a settlement period.", most.value);
        }
        for waiver in self.waivers.iter() {
            let whose = waiver.provider.as_ref().map_or_else(String::new, |named| format!(" of {}", named.value));
            let how = if waiver.reinvested.0 { "may be reinvested" } else { "is waived" };
            text += &format!(
                " From {} until the day before {}, {}{whose} {how} by {}: {}.",
                waiver.days.from, waiver.days.until, waiver.share.value, waiver.by.value, waiver.because
            );
        }
        text
    }

    fn personal(&self) -> bool {
        false
    }

    fn moves(&self) -> Moves {
        // What is waived is given back on lines of its own.
        if self.waivers.is_empty() { Moves::Takes } else { Moves::Pays }
    }
}
