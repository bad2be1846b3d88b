//! Withholds a share of what other clauses pay, and gives it back by a score over domains.
//! Hospital value-based purchasing works this way, and so did a tenth of Delaware's detoxification contract.

use meed_measures::Grain;
use meed_units::{Dated, Frequency, Money, Percent};

use super::{By, Clausal, Clause, Counts, Over};
use crate::{
    check::{Checking, Edge},
    contract::CapScope,
    decode::{At, Flag, Id, Named, Number, table, words},
    measure_use::MeasureUse,
    plain::{Plain, and, by_date},
};

table! {
    /// A share withheld and earned back.
    pub struct Withhold {
        /// The clauses of whose payment a share is withheld, in each settlement period.
        of: At<Vec<At<Id>>>,
        /// The share withheld, by date: as on the first day of each settlement period.
        share: At<Dated<Percent>>,
        /// What the score is made of; the weights make the whole.
        domains: At<Vec<Domain>>,
        /// What happens when a domain has no reading.
        when_missing: MissingDomain,
        /// Over which days the score is taken and the money given back at their end; a settlement period when left out.
        over: Option<Over>,
        /// The score is multiplied by this: with "2", half the score earns all of it back, and more earns more.
        slope: Option<At<Number>>,
        /// The score is multiplied so that all providers together earn back what was withheld from them; instead of `slope`.
        budget_neutral: Flag,
    }
}

table! {
    /// One domain of the score.
    pub struct Domain {
        /// Identifier.
        id: At<Id>,
        /// A measure of the grain `ratio`.
        measure: MeasureUse,
        /// Its part of the score.
        weight: At<Percent>,
        /// It scores in full at or above this.
        full_at: At<Percent>,
        /// It scores nothing at or below this, and in proportion between; left out, it is all or nothing.
        zero_at: Option<At<Percent>>,
    }
}

words! {
    /// What happens when a domain has no reading.
    pub enum MissingDomain {
        /// The others share its weight in proportion to their own.
        ReWeight = "re-weight",
        /// What is earned back is held until there is one.
        Hold = "hold",
    }
}

impl Withhold {
    pub(crate) const ABOUT: &'static str =
        "Withholds a share of what other clauses pay, and gives it back by a score over domains.";
}

impl Clausal for Withhold {
    fn uses(&self) -> Vec<(&MeasureUse, Grain)> {
        self.domains.iter().map(|domain| (&domain.measure, Grain::Ratio)).collect()
    }

    fn counts(&self) -> Vec<(&MeasureUse, Counts)> {
        self.domains.iter().map(|domain| (&domain.measure, Counts::Share)).collect()
    }

    fn check(&self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.some_clauses(&self.of);
        checking.shares("share", &self.share, clause);
        let weights: meed_units::Exact = self.domains.iter().map(|domain| domain.weight.share()).sum();
        if weights != meed_units::Exact::ONE {
            checking.problems.error(
                "shares-not-whole",
                self.domains.at.clone(),
                format!("the weights add up to {}, not to 100%", Percent::of_share(&weights)),
                "mend the weights so that the domains make the whole score",
            );
        }
        for domain in self.domains.iter() {
            checking.share("weight", &domain.weight.value, domain.weight.at.clone());
            if let Some(zero) = domain.zero_at.as_ref().filter(|zero| zero.value >= domain.full_at.value) {
                checking.problems.error(
                    "steps-unordered",
                    zero.at.clone(),
                    format!("it scores nothing at {} and in full at {}", zero.value, domain.full_at.value),
                    "write `zero-at` below `full-at`, or leave it out for all or nothing",
                );
            }
        }
        if self.budget_neutral.0 && self.slope.is_some() {
            let ways = [("slope", true), ("budget-neutral", true)];
            checking.one_of(clause.at.clone(), &ways, "what the score is multiplied by");
        }
        if let Some(slope) = self.slope.as_ref().filter(|slope| slope.value.0 <= meed_units::Exact::ZERO) {
            checking.problems.error(
                "unearnable-price",
                slope.at.clone(),
                "with this slope nothing is ever earned back",
                "write a number above nothing",
            );
        }
    }

    fn edges(&self, _: Frequency) -> Vec<Edge<'_>> {
        let all_or_nothing = self.domains.iter().filter(|domain| domain.zero_at.is_none());
        let edge =
            |domain: &'_ Domain| format!("at {} by {} of what is withheld", domain.full_at.value, domain.weight.value);
        all_or_nothing
            .map(|domain| Edge { measure: &domain.measure, at: domain.full_at.at.clone(), jump: edge(domain) })
            .collect()
    }

    fn prices(&self) -> Vec<(&'static str, &Named<Dated<Money>>, By)> {
        Vec::new()
    }

    fn refers(&self) -> Vec<&At<Id>> {
        self.of.iter().collect()
    }

    /// What is earned back is at most what was withheld, unless a slope multiplies it or it comes after the days that the
    /// cap counts.
    fn outgrows(&self, per: CapScope) -> bool {
        let later = match self.over {
            None | Some(Over::Period) => false,
            Some(Over::Year) => per == CapScope::Period,
            Some(Over::Contract) => matches!(per, CapScope::Period | CapScope::Year),
        };
        later || self.slope.is_some() || self.budget_neutral.0
    }

    fn plain(&self, plain: &Plain<'_>) -> String {
        let of: Vec<&str> = self.of.iter().map(|id| &*id.value.0).collect();
        let each: Vec<String> = self
            .domains
            .iter()
            .map(|domain| {
                let from = match &domain.zero_at {
                    Some(zero) => format!("in full from {} and nothing up to {}", domain.full_at.value, zero.value),
                    None => format!("all or nothing from {}", domain.full_at.value),
                };
                format!("{} {from}: {}", domain.weight.value, plain.measure(&domain.measure))
            })
            .collect();
        let times = match (&self.slope, self.budget_neutral.0) {
            (Some(slope), _) => format!(", multiplied by {}", slope.value.0.to_plain(4)),
            (None, true) => ", multiplied so that all providers together earn back what was withheld".to_owned(),
            (None, false) => String::new(),
        };
        let missing = match self.when_missing {
            MissingDomain::ReWeight => "the others share its weight",
            MissingDomain::Hold => "what is earned back is held",
        };
        format!(
            "Withholds {} of what {} pays and gives it back, {}, by a score{times}: {}. Where a domain has no reading, {missing}.",
            by_date(&self.share),
            and(&of),
            Over::plain(self.over),
            each.join("; ")
        )
    }

    fn personal(&self) -> bool {
        false
    }
}
