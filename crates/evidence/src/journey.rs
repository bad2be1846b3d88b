//! A person's way through treatment, across providers: journeys, joined from spells by a stated gap rule.
//!
//! Spells are half-open: `ended_on` is the first day the spell no longer held. The gap between two spells is the
//! days that lie in neither. Spells join when the gap is no longer than the rule: with a rule of 21 days a gap of 21
//! joins and a gap of 22 begins a new journey; with a rule of 0 days only spells that touch or overlap join.

use std::collections::BTreeMap;

use meed_units::{Date, Length, PartyId, PersonKey, WorkingDays};

/// One stretch of treatment of a person, whoever gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journey {
    /// Whose.
    pub person: PersonKey,
    /// With whom it began.
    pub provider: PartyId,
    /// The first day.
    pub start: Date,
    /// The first day no spell of it held; none while one does.
    pub end: Option<Date>,
    /// Its spells, by start.
    pub spells: Vec<Spell>,
}

/// A stretch of days with one provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spell {
    /// Identity of the evidence row.
    pub spell: String,
    /// Whose.
    pub person: PersonKey,
    /// With whom.
    pub provider: PartyId,
    /// The first day.
    pub started_on: Date,
    /// The first day it no longer held; none while it holds.
    pub ended_on: Option<Date>,
}

/// Joins spells to journeys, by person and start. The order of the spells makes no difference.
///
/// ```
/// use meed_evidence::{Spell, journeys};
/// let spell = |name: &str, from: &str, until: &str| Spell {
///     spell: name.into(),
///     person: "p1".into(),
///     provider: "riverside".into(),
///     started_on: from.parse().unwrap(),
///     ended_on: until.parse().ok(),
/// };
/// let spells = [
///     spell("S1", "2012-04-01", "2012-05-01"),
///     spell("S2", "2012-05-22", "2012-06-01"), // 21 days between
///     spell("S3", "2012-06-23", ""),           // 22 days between
/// ];
/// let journeys = journeys(&spells, 21);
/// assert_eq!(journeys.len(), 2);
/// assert_eq!(journeys[0].spells.len(), 2);
/// assert_eq!(journeys[1].end, None);
/// ```
pub fn journeys(spells: &[Spell], gap_days: u32) -> Vec<Journey> {
    let mut of_person: BTreeMap<&PersonKey, Vec<&Spell>> = BTreeMap::new();
    for spell in spells {
        of_person.entry(&spell.person).or_default().push(spell);
    }
    let mut journeys: Vec<Journey> = Vec::new();
    for (person, mut spells) in of_person {
        // The whole spell decides, so that the order of the evidence never does.
        spells.sort_by_key(|spell| (spell.started_on, ends(spell.ended_on), &spell.spell, &spell.provider));
        for spell in spells {
            match journeys.last_mut().filter(|journey| journey.person == *person && journey.takes(spell, gap_days)) {
                Some(journey) => {
                    journey.end = if ends(journey.end) < ends(spell.ended_on) { spell.ended_on } else { journey.end };
                    journey.spells.push(spell.clone());
                }
                None => journeys.push(Journey {
                    person: person.clone(),
                    provider: spell.provider.clone(),
                    start: spell.started_on,
                    end: spell.ended_on,
                    spells: vec![spell.clone()],
                }),
            }
        }
    }
    journeys
}

impl Journey {
    fn takes(&self, spell: &Spell, gap_days: u32) -> bool {
        let Some(end) = self.end else { return true };
        end.days_until(spell.started_on) <= gap_days.into()
    }

    /// The journey with which the person came back, when it begins within a length of time of this one's end.
    ///
    /// The window is half-open: twelve months after an end on 2012-06-30 the last day in it is 2013-06-29.
    pub fn re_presentation<'j>(
        &self,
        journeys: &'j [Journey],
        within: Length,
        working: &WorkingDays,
    ) -> Option<&'j Journey> {
        let end = self.end?;
        let window_ends = within.after(end, working);
        journeys
            .iter()
            .filter(|other| other.person == self.person && other.start > self.start && other.start >= end)
            .filter(|other| window_ends.is_none_or(|window_ends| other.start < window_ends))
            .min_by_key(|other| other.start)
    }

    /// Days before `as_of` on which at least one spell held. Days of two spells count once, days of a gap do not.
    pub fn days_in_treatment(&self, as_of: Date) -> i64 {
        let mut days = 0;
        let mut counted_until = self.start;
        for spell in &self.spells {
            let from = spell.started_on.max(counted_until);
            let until = spell.ended_on.unwrap_or(as_of).min(as_of);
            if from < until {
                days += from.days_until(until);
                counted_until = until;
            }
        }
        days
    }
}

/// Days from a referral to the first spell that starts on that day or later; none while no spell has.
///
/// Which spells may answer a referral, those of the provider referred to or of any, is for the caller to choose.
pub fn waiting_days<'s>(referred_on: Date, spells: impl IntoIterator<Item = &'s Spell>) -> Option<i64> {
    let starts = spells.into_iter().map(|spell| spell.started_on);
    starts.filter(|start| referred_on <= *start).min().map(|start| referred_on.days_until(start))
}

/// An end to compare by: what still holds ends last.
fn ends(end: Option<Date>) -> (bool, Option<Date>) {
    (end.is_none(), end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    /// Name, provider, first day, first day after (empty while it holds).
    type Row = (&'static str, &'static str, &'static str, &'static str);

    fn spells(rows: &[Row]) -> Vec<Spell> {
        let spell = |(spell, provider, from, until): &Row| Spell {
            spell: (*spell).into(),
            person: "p1".into(),
            provider: (*provider).into(),
            started_on: date(from),
            ended_on: until.parse().ok(),
        };
        rows.iter().map(spell).collect()
    }

    /// Reads as: by this gap rule these spells make these journeys: start, end, spells, provider at the start.
    #[track_caller]
    fn check(rows: &[Row], gap_days: u32, expected: &[&str]) {
        let told: Vec<String> = journeys(&spells(rows), gap_days)
            .iter()
            .map(|journey| {
                let names: Vec<&str> = journey.spells.iter().map(|spell| &*spell.spell).collect();
                let end = journey.end.map_or("open".to_owned(), |end| end.to_string());
                format!("{} {end} {} {}", journey.start, names.join("+"), journey.provider)
            })
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn a_gap_no_longer_than_the_rule_joins_across_providers() {
        let rows = [("S1", "riverside", "2012-04-01", "2012-05-01"), ("S2", "harbour", "2012-05-22", "2012-06-01")];
        check(&rows, 21, &["2012-04-01 2012-06-01 S1+S2 riverside"]);
        check(&rows, 20, &["2012-04-01 2012-05-01 S1 riverside", "2012-05-22 2012-06-01 S2 harbour"]);
        let touching = [("S1", "riverside", "2012-04-01", "2012-05-01"), ("S2", "harbour", "2012-05-01", "2012-06-01")];
        check(&touching, 0, &["2012-04-01 2012-06-01 S1+S2 riverside"]);
    }

    #[test]
    fn a_spell_within_another_does_not_end_the_journey() {
        let rows = [
            ("S1", "riverside", "2012-04-01", "2012-12-01"),
            ("S2", "harbour", "2012-05-01", "2012-06-01"),
            ("S3", "harbour", "2012-12-10", ""),
            ("S4", "harbour", "2015-12-10", "2016-01-01"),
        ];
        check(&rows, 21, &["2012-04-01 open S1+S2+S3+S4 riverside"]);
        check(&[], 21, &[]);
    }

    #[test]
    fn coming_back_counts_within_a_half_open_window() {
        let twelve_months: Length = "12 months".parse().expect("a length");
        let returned = |on: &'static str| {
            let rows = [("S1", "riverside", "2012-01-01", "2012-06-30"), ("S2", "harbour", on, "")];
            let journeys = journeys(&spells(&rows), 21);
            journeys[0].re_presentation(&journeys, twelve_months, &WorkingDays::default()).map(|next| next.start)
        };
        assert_eq!(returned("2013-06-29"), Some(date("2013-06-29")));
        assert_eq!(returned("2013-06-30"), None);
        assert_eq!(returned("2012-07-22"), Some(date("2012-07-22")));
        assert_eq!(returned("2012-07-21"), None, "the journey goes on, so nobody came back");
    }

    #[test]
    fn days_in_treatment_count_once() {
        let rows = [
            ("S1", "riverside", "2012-04-01", "2012-04-11"),
            ("S2", "harbour", "2012-04-06", "2012-04-16"),
            ("S3", "harbour", "2012-04-20", ""),
        ];
        let journeys = journeys(&spells(&rows), 21);
        let check = |as_of: &str, days: i64| assert_eq!(journeys[0].days_in_treatment(date(as_of)), days, "{as_of}");
        check("2012-04-01", 0);
        check("2012-04-11", 10);
        check("2012-04-18", 15);
        check("2012-04-22", 17);
    }

    #[test]
    fn waiting_ends_with_the_first_start() {
        let spells = spells(&[
            ("S1", "riverside", "2012-03-01", "2012-04-11"),
            ("S2", "riverside", "2012-05-22", ""),
            ("S3", "riverside", "2012-05-02", "2012-05-05"),
        ]);
        assert_eq!(waiting_days(date("2012-05-01"), &spells), Some(1));
        assert_eq!(waiting_days(date("2012-05-22"), &spells), Some(0));
        assert_eq!(waiting_days(date("2012-05-23"), &spells), None);
    }

    fn any_spells() -> impl Strategy<Value = Vec<Spell>> {
        let spell = (0_u8..3, 0_u8..2, 0_i64..400, prop::option::of(0_i64..90));
        prop::collection::vec(spell, 0..25).prop_map(|rows| {
            let first = date("2012-01-01");
            let spell = |(nth, (person, provider, start, days)): (usize, (u8, u8, i64, Option<i64>))| Spell {
                spell: format!("S{nth}"),
                person: PersonKey::new(&format!("p{person}")),
                provider: PartyId::new(&format!("v{provider}")),
                started_on: first.plus_days(start).expect("a date"),
                ended_on: days.and_then(|days| first.plus_days(start + days)),
            };
            rows.into_iter().enumerate().map(spell).collect()
        })
    }

    proptest! {
        #[test]
        fn the_order_of_spells_is_irrelevant(spells in any_spells(), gap in 0_u32..40) {
            let mut backwards = spells.clone();
            backwards.reverse();
            prop_assert_eq!(journeys(&spells, gap), journeys(&backwards, gap));
        }

        #[test]
        fn every_spell_is_in_one_journey_and_journeys_keep_apart(spells in any_spells(), gap in 0_u32..40) {
            let journeys = journeys(&spells, gap);
            prop_assert_eq!(journeys.iter().map(|journey| journey.spells.len()).sum::<usize>(), spells.len());
            for pair in journeys.windows(2).filter(|pair| pair[0].person == pair[1].person) {
                let end = pair[0].end.expect("only the last journey is open");
                prop_assert!(end.days_until(pair[1].start) > i64::from(gap));
            }
        }

        #[test]
        fn a_longer_gap_rule_never_makes_more_journeys(spells in any_spells(), gap in 0_u32..40) {
            prop_assert!(journeys(&spells, gap + 1).len() <= journeys(&spells, gap).len());
        }
    }
}
