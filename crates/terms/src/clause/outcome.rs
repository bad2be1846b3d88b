//! What is asked of an outcome of a person before it is paid: how often, for how long it must last, what else must have
//! been achieved, and whose evidence shows it. Every kind that pays a price for an outcome asks it the same way.

use meed_measures::Grain;
use meed_units::{Date, Dated, Length};

use super::{Clause, within_by_date};
use crate::{
    check::Checking,
    contract::WindowEnds,
    decode::{At, Id, table, words},
    measure_use::MeasureUse,
    plain::Plain,
};

table! {
    /// How often an outcome is paid.
    pub struct Limit {
        /// At most this often for one person, the earliest first: by date, as many as on the day it is achieved, those
        /// before counted.
        per_person: Option<Dated<u32>>,
        /// Not again within this long of one already paid for the same person.
        every: Option<Length>,
    }
}

table! {
    /// When a payment becomes final.
    pub struct Vests {
        /// Final this long after the outcome, by date, as long as on the day it was earned; that day itself is outside the
        /// window.
        after: At<Dated<Length>>,
        /// The outcome measure that takes it back, when achieved inside the window.
        unless: MeasureUse,
    }
}

table! {
    /// Progress across other needs.
    pub struct Requires {
        /// How many of the others must be achieved; all that the person is eligible for when left out.
        any: Option<u32>,
        /// Outcome measures; those a person is not eligible for are not asked of that person, and one that says nothing of
        /// the person is not met.
        of: Vec<MeasureUse>,
        /// Whether the others must be achieved by the person at any time, or of the very same occurrence: the same stay,
        /// journey or claim; by the person when left out.
        for_each: Option<RequiredOf>,
        /// In words, for the statement.
        because: Option<String>,
    }
}

words! {
    /// Whose the outcomes that are required must be.
    pub enum RequiredOf {
        /// Achieved by the same person, at any time.
        Person = "person",
        /// Achieved of the same occurrence: the measures give it the same identity.
        Occurrence = "occurrence",
    }
}

impl Limit {
    /// The most that is paid for one person of what is achieved on a day, all before counted.
    pub fn most_on(&self, date: Date) -> Option<u32> {
        self.per_person.as_ref().and_then(|most| most.on(date)).copied()
    }

    /// Whether the most changes with time.
    pub fn changes(&self) -> bool {
        self.per_person.as_ref().is_some_and(|most| most.values().len() > 1)
    }
}

/// What is asked of an outcome before it is paid.
#[derive(Clone, Copy, Debug)]
pub struct Asks<'t> {
    /// A measure of the grain `outcome`.
    pub measure: &'t MeasureUse,
    /// How often it is paid.
    pub limit: Option<&'t At<Limit>>,
    /// Paid at once and taken back if it does not last.
    pub vests: Option<&'t At<Vests>>,
    /// Paid only once other outcomes are achieved too.
    pub requires: Option<&'t At<Requires>>,
    /// The party that must have sent the evidence.
    pub confirmed_by: Option<&'t At<Id>>,
    /// What happens when an event ends the measure's window.
    pub window_ends: Option<&'t At<WindowEnds>>,
}

impl<'t> Asks<'t> {
    pub(super) fn uses(self) -> impl Iterator<Item = (&'t MeasureUse, Grain)> {
        let vests = self.vests.into_iter().map(|vests| &vests.unless);
        let requires = self.requires.into_iter().flat_map(|requires| requires.of.iter());
        [self.measure].into_iter().chain(vests).chain(requires).map(|measure| (measure, Grain::Outcome))
    }

    pub(super) fn check(self, clause: &Clause, checking: &mut Checking<'_>) {
        checking.limit(self.limit, clause);
        if let Some(vests) = self.vests {
            checking.window_stated(vests.at.clone(), self.window_ends, "vesting window");
            checking.covers("after", &vests.after.value, vests.after.at.clone(), clause);
        } else {
            checking.follow_up_stated(self.measure, self.window_ends);
        }
        if let Some(vests) = self.vests {
            let requires = self.requires.iter().flat_map(|requires| &requires.of);
            if [self.measure].into_iter().chain(requires).any(|used| used.key() == vests.unless.key()) {
                checking.problems.error(
                    "unearnable-price",
                    vests.unless.name.at.clone(),
                    format!("`{}` is what earns the price and what takes it back", vests.unless.name.value),
                    "name in `unless` what shows that the outcome did not last",
                );
            }
        }
        if let Some(requires) = self.requires {
            let most = u32::try_from(requires.of.len()).unwrap_or(u32::MAX);
            if most == 0 || requires.any.is_some_and(|any| any > most || any == 0) {
                checking.problems.error(
                    "unearnable-price",
                    requires.at.clone(),
                    format!("{most} other outcomes are listed, so this can never be met"),
                    "list at least as many outcomes in `of` as `any` asks for, and ask for at least one",
                );
            }
        }
        if let Some(party) = self.confirmed_by {
            checking.party(party);
            if checking.is_provider(&party.value) {
                checking.problems.error(
                    "confirmer-is-provider",
                    party.at.clone(),
                    format!("`{}` is a provider and cannot confirm what providers are paid for", party.value),
                    "name the assessor, the commissioner or another party",
                );
            }
        } else {
            checking.self_evidenced(self.measure, clause);
        }
    }

    /// What must hold besides, to follow what is paid.
    pub(super) fn plain(self, plain: &Plain<'_>) -> String {
        let mut text = String::new();
        if let Some(vests) = self.vests {
            text += &format!(
                " Paid at once and taken back if {} after, this is met: {}.",
                within_by_date(&vests.after),
                plain.measure(&vests.unless)
            );
        }
        if let Some(requires) = self.requires {
            let needed = match requires.any {
                Some(any) => format!("at least {any}"),
                None => "all that are asked of the person".to_owned(),
            };
            let others: Vec<String> = requires.of.iter().map(|measure| plain.measure(measure)).collect();
            let whose = match requires.for_each {
                Some(RequiredOf::Occurrence) => ", of the same occurrence",
                Some(RequiredOf::Person) | None => "",
            };
            text += &format!(" Only once {needed} of these are achieved too{whose}: {}.", others.join("; "));
        }
        if let Some(party) = self.confirmed_by {
            text += &format!(" Held until {} has sent the evidence.", party.value);
        }
        text += &plain.window_ends(self.window_ends.map(|ends| &ends.value));
        text
    }
}
