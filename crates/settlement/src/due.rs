//! What is due, before caps and before looking at what was paid earlier.

use std::borrow::Cow;

use meed_evidence::BandEntry;
use meed_measures::{Outcome, Standing};
use meed_terms::{BandChoice, Clause, Named, Terms, Unassessed, WindowEnd, WindowEnds};
use meed_units::{Date, Dated, Exact, Money, PartyId, Period, Rounding};

use crate::{
    adjust::AdjustmentUsed,
    because::{BandUsed, Hold, ReadingUsed, Vesting},
    clause::{Placed, Rule},
    readings::{PersonReadings, ProviderReadings},
    tiers::TierUsed,
    working::Working,
};

/// What every clause may look at.
pub(crate) struct Asking<'a> {
    pub terms: &'a Terms,
    /// What is known of providers: prices of persons' outcomes may hang on it.
    pub providers: &'a ProviderReadings,
    /// The days being settled; nothing that falls due on or after its end is due.
    pub period: Period,
    /// The last day anything is known of.
    pub as_of: Date,
}

/// One thing that is due in full.
#[derive(Clone, Debug)]
pub(crate) struct Due {
    /// Position of the clause in the contract.
    pub clause: usize,
    /// What makes it the same thing when evidence is corrected.
    pub occurrence: String,
    pub provider: PartyId,
    pub due_on: Date,
    pub quantity: Exact,
    pub rate: Money,
    pub working: Working,
    pub rule: Rule,
    pub readings: Vec<ReadingUsed>,
    pub band: Option<BandUsed>,
    /// The places its units have, once they are laid out.
    pub tier: Option<TierUsed>,
    pub vesting: Option<Vesting>,
    pub hold: Option<Hold>,
    /// What changed its price, in the order it was done.
    pub adjusted: Vec<AdjustmentUsed>,
    /// Whether it takes back what its clause paid, which was adjusted when it was paid.
    pub takes_back: bool,
    /// Whether it can still be taken back.
    pub provisional: bool,
}

impl Due {
    /// One of something, worth what the working comes to, final.
    pub fn of(
        placed: Placed<'_>,
        occurrence: impl Into<String>,
        provider: &PartyId,
        due_on: Date,
        working: Working,
        because: impl Into<Rule>,
    ) -> Due {
        Due {
            clause: placed.index,
            occurrence: occurrence.into(),
            provider: provider.clone(),
            due_on,
            quantity: Exact::ONE,
            rate: working.result,
            working,
            rule: because.into(),
            readings: Vec::new(),
            band: None,
            tier: None,
            vesting: None,
            hold: None,
            adjusted: Vec::new(),
            takes_back: false,
            provisional: false,
        }
    }
}

/// One condition of a payment, and whether it was met.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Condition {
    /// What is asked.
    pub asks: String,
    /// Whether it is met.
    pub met: bool,
    /// What was found.
    pub found: String,
    /// For a condition not met: what would have changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would_change: Option<String>,
}

impl Condition {
    pub(crate) fn met(asks: impl Into<String>, found: impl Into<String>) -> Condition {
        Condition { asks: asks.into(), met: true, found: found.into(), would_change: None }
    }

    pub(crate) fn failed(asks: impl Into<String>, found: impl Into<String>, change: impl Into<String>) -> Condition {
        Condition { asks: asks.into(), met: false, found: found.into(), would_change: Some(change.into()) }
    }
}

/// A price, or why there is none yet.
pub(crate) enum Priced {
    Known(Money, Option<BandUsed>),
    /// The person has no band: worked out once one is known.
    Unassessed(Money),
}

impl Asking<'_> {
    pub fn rounding(&self) -> Rounding {
        self.terms.rounding
    }

    /// Whether something that fell due on `date` can be due in this settlement.
    pub fn reaches(&self, clause: &Clause, date: Date) -> bool {
        date < self.period.until && self.terms.contract.runs.contains(date) && clause.runs_on(date)
    }

    /// The day on which something earned on `on` falls due, by the clause's lag; none where this settlement does not reach it.
    pub fn falls_due(&self, clause: &Clause, on: Date) -> Option<Date> {
        let due_on = match &clause.common.settle_lag {
            Some(lag) => lag.on(on)?.after(on, &self.terms.working_days)?,
            None => on,
        };
        self.reaches(clause, due_on).then_some(due_on)
    }

    /// The condition that it falls due in the days that are settled.
    pub fn due_condition(&self, clause: &Clause, on: Date) -> Condition {
        let lag = clause.common.settle_lag.as_ref().and_then(|lag| lag.on(on));
        let after = lag.map_or_else(String::new, |lag| format!(", {lag} after it was earned"));
        let asks = format!("did it fall due before {}, inside the days of the contract{after}?", self.period.until);
        let due_on = lag.map_or(Some(on), |lag| lag.after(on, &self.terms.working_days));
        let found = due_on.map_or_else(|| "beyond the calendar".to_owned(), |due_on| due_on.to_string());
        match self.falls_due(clause, on) {
            Some(_) => Condition::met(asks, found),
            None => Condition::failed(asks, found, "settling the period it falls in"),
        }
    }

    /// The provider, when the clause pays it.
    pub fn pays(&self, clause: &Clause, provider: &PartyId) -> bool {
        clause.pays(provider) && self.terms.contract.parties.providers.iter().any(|known| *known.value == **provider)
    }

    /// The price on a date, by the band that the contract chooses.
    pub fn price(
        &self,
        price: &Named<Dated<Money>>,
        person: &PersonReadings,
        on: Date,
        started: Option<Date>,
    ) -> Priced {
        let on_date = |dated: &Dated<Money>| dated.on(on).copied().unwrap_or(Money::ZERO);
        if let Named::One(dated) = price {
            return Priced::Known(on_date(dated), None);
        }
        let (chosen, entry) = match self.band(person, on, started) {
            Some((chosen, entry)) => (chosen, Some(entry)),
            None => ("none", None),
        };
        let priced = entry.and_then(|entry| price.of(&entry.band).map(|dated| (entry, on_date(dated))));
        match priced {
            Some((entry, amount)) => Priced::Known(
                amount,
                Some(BandUsed {
                    band: entry.band.clone(),
                    assessment: entry.assessment.clone(),
                    effective_from: entry.effective_from,
                    standing: entry.standing.to_string(),
                    chosen: Cow::Borrowed(chosen),
                }),
            ),
            None => {
                let lowest = price.iter().map(|(_, dated)| on_date(dated)).min().unwrap_or(Money::ZERO);
                Priced::Unassessed(lowest)
            }
        }
    }

    /// The band that the contract chooses to price something of a date, and which of a person's bands that is.
    pub fn band<'p>(
        &self,
        person: &'p PersonReadings,
        on: Date,
        started: Option<Date>,
    ) -> Option<(&'static str, &'p BandEntry)> {
        let banding = self.terms.contract.banding.as_ref();
        match banding.map(|banding| banding.prices_by) {
            Some(BandChoice::First) => person.bands.first().map(|entry| ("first", entry)),
            Some(BandChoice::AtStart) => started
                .and_then(|start| person.bands.on(start))
                .or(person.bands.first())
                .map(|entry| ("at-start", entry)),
            Some(BandChoice::Latest) | None => person.bands.on(on).map(|entry| ("latest", entry)),
        }
    }

    /// Whether an outcome of a person without a band is paid at the lowest price.
    pub fn lowest_price(&self) -> bool {
        self.terms.contract.banding.as_ref().and_then(|banding| banding.unassessed) == Some(Unassessed::LowestPrice)
    }

    /// Turns a price into what is due of it, held where nobody has assessed the person.
    pub fn priced(&self, priced: Priced) -> (Money, Option<BandUsed>, Option<Hold>) {
        match priced {
            Priced::Known(amount, band) => (amount, band, None),
            Priced::Unassessed(lowest) if self.lowest_price() => (lowest, None, None),
            Priced::Unassessed(lowest) => {
                let hold = Hold {
                    why: "nobody has assessed this person's need".into(),
                    released_by: "an assessment that sets a band".into(),
                    amount: lowest,
                };
                (lowest, None, Some(hold))
            }
        }
    }

    /// What the contract says of an event that ends a window: the clause's own word first.
    pub fn window_end(&self, own: Option<&WindowEnds>, event: &str) -> WindowEnd {
        let pick = |ends: &WindowEnds| match event {
            "death" => ends.death,
            "custody" => ends.custody,
            _ => ends.moved_away,
        };
        let whole = self.terms.contract.window_ends.as_ref().map(|ends| &ends.value);
        own.and_then(pick).or(whole.and_then(pick)).unwrap_or(WindowEnd::DoesNotCount)
    }

    /// Every outcome that counts, with the day it does: achieved ones, and ones whose window an event ended where the contract lets them count.
    pub fn counted<'o>(&self, outcomes: &'o [Outcome], own: Option<&WindowEnds>) -> Vec<(Date, &'o Outcome)> {
        let mut counted: Vec<(Date, &Outcome)> =
            outcomes.iter().filter_map(|outcome| Some((self.counts_on(outcome, own)?, outcome))).collect();
        counted.sort_by(|(a, x), (b, y)| (a, &x.occurrence, &x.provider).cmp(&(b, &y.occurrence, &y.provider)));
        counted.dedup_by(|(_, x), (_, y)| x.occurrence == y.occurrence && x.provider == y.provider);
        counted
    }

    fn counts_on(&self, outcome: &Outcome, own: Option<&WindowEnds>) -> Option<Date> {
        match outcome.standing {
            Standing::Achieved => outcome.occurred_on,
            // Of an ended window, `occurred_on` is the day of the event, `until_on` the day the
            // window would have closed, and `reason` what failed between the two, if anything did.
            Standing::Ended => match self.window_end(own, outcome.ended_by.as_deref().unwrap_or("moved-away")) {
                WindowEnd::Counts => outcome.occurred_on,
                WindowEnd::Ignored if outcome.reason.is_none() => outcome.until.filter(|closed| *closed <= self.as_of),
                WindowEnd::Ignored | WindowEnd::DoesNotCount => None,
            },
            Standing::NotAchieved | Standing::NotEligible | Standing::Pending => None,
        }
    }
}

/// What a measure said of a person, for the record.
pub(crate) fn reading(measure: &meed_terms::MeasureUse, outcome: &Outcome) -> ReadingUsed {
    let said = match (outcome.standing, outcome.occurred_on) {
        (Standing::Achieved, Some(on)) => format!("achieved on {on}"),
        (Standing::Ended, Some(on)) => {
            format!("ended by {} on {on}", outcome.ended_by.as_deref().unwrap_or("an event"))
        }
        (standing, _) => match &outcome.reason {
            Some(reason) => format!("{standing}: {reason}"),
            None => standing.to_string(),
        },
    };
    ReadingUsed {
        measure: measure.name.value.clone(),
        said,
        evidence: outcome.evidence.clone(),
        sent_by: outcome.sent_by.clone(),
    }
}

/// Why an outcome did not count, in a clause's conditions.
pub(crate) fn outcome_condition(
    asking: &Asking<'_>,
    question: String,
    outcomes: &[Outcome],
    own: Option<&WindowEnds>,
) -> Condition {
    let counted = asking.counted(outcomes, own);
    if let Some((on, _)) = counted.first() {
        return Condition::met(question, format!("met on {on}"));
    }
    let Some(nearest) = outcomes.iter().max_by_key(|outcome| match outcome.standing {
        Standing::Pending => 4,
        Standing::Ended => 3,
        Standing::NotAchieved => 2,
        Standing::NotEligible => 1,
        Standing::Achieved => 0,
    }) else {
        return Condition::failed(
            question,
            "the measure says nothing of this person",
            "evidence that makes the person eligible: see the measure's definition",
        );
    };
    let reason = nearest.reason.clone().unwrap_or_else(|| nearest.standing.to_string());
    let change = match nearest.standing {
        Standing::Pending => "time: the window is still open",
        Standing::Ended => "another term in `window-ends`: the event ended the window",
        Standing::NotEligible => "nothing: the question is not asked of this person",
        _ => "evidence that meets the condition named",
    };
    Condition::failed(question, reason, change)
}
