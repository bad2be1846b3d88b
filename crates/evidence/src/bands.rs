//! Which band of need a person was in on a date, and who said so.
//!
//! An assessment gives a provisional band at once, so that treatment never
//! waits for payment's sake. It is confirmed, revised with a reason and a date
//! it takes effect, or appealed. Which of these prices an outcome is a term.

use std::{fmt, str::FromStr};

use meed_units::{BandName, Date, PartyId, PersonKey};
use serde::{Deserialize, Serialize};

/// The bands of one person over time.
///
/// ```
/// use meed_evidence::{BandEntry, BandHistory, BandStanding};
/// let entry = |band: &str, from: &str, standing| BandEntry {
///     person: "p1".into(),
///     band: band.into(),
///     effective_from: from.parse().unwrap(),
///     assessed_on: from.parse().unwrap(),
///     standing,
///     assessment: format!("{band}-{from}"),
///     assessor: "lasars".into(),
///     reason: None,
/// };
/// let history = BandHistory::new(vec![
///     entry("high", "2012-09-01", BandStanding::Revised),
///     entry("low", "2012-04-02", BandStanding::Provisional),
/// ]);
/// let on = |date: &str| history.on(date.parse().unwrap()).map(|entry| entry.band.to_string());
/// assert_eq!(on("2012-04-01"), None);
/// assert_eq!(on("2012-08-31").as_deref(), Some("low"));
/// assert_eq!(on("2012-09-01").as_deref(), Some("high"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<BandEntry>", into = "Vec<BandEntry>")]
pub struct BandHistory {
    /// By the date they take effect; of several that take effect on one date, the one that counts comes last.
    entries: Vec<BandEntry>,
}

/// One assessment's band.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct BandEntry {
    /// Whose.
    pub person: PersonKey,
    /// The band of need.
    pub band: BandName,
    /// The first day the band holds.
    pub effective_from: Date,
    /// The day of the assessment.
    pub assessed_on: Date,
    /// How settled the band is.
    pub standing: BandStanding,
    /// Identity of the assessment.
    pub assessment: String,
    /// Who assessed.
    pub assessor: PartyId,
    /// Why the band was revised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// How settled a band is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BandStanding {
    /// Given at the first assessment, so that treatment can begin.
    Provisional,
    /// Looked at again and found right.
    Confirmed,
    /// Changed, with a reason.
    Revised,
    /// Contested and not yet decided.
    Appealed,
}

impl BandHistory {
    /// The history these entries make, in whatever order they come. They are all of one person.
    pub fn new(mut entries: Vec<BandEntry>) -> BandHistory {
        entries.sort_by(|a, b| a.precedence().cmp(&b.precedence()));
        BandHistory { entries }
    }

    /// The band on the first day the person had one.
    pub fn first(&self) -> Option<&BandEntry> {
        self.on(self.entries.first()?.effective_from)
    }

    /// The band in force on a date: the latest to have taken effect by then.
    ///
    /// Of several that took effect on one day a confirmed or revised band counts before a provisional one, and that
    /// before one under appeal; then the later assessment counts, then the later assessment identity.
    pub fn on(&self, date: Date) -> Option<&BandEntry> {
        let taken_effect = self.entries.partition_point(|entry| entry.effective_from <= date);
        self.entries[..taken_effect].last()
    }

    /// Every entry, by the date it takes effect; of one date the entry that counts comes last.
    pub fn entries(&self) -> &[BandEntry] {
        &self.entries
    }
}

impl BandEntry {
    /// The whole entry decides, so that the order of the evidence never does.
    fn precedence(&self) -> impl Ord + '_ {
        (
            self.effective_from,
            self.standing.weight(),
            self.assessed_on,
            &self.assessment,
            (&self.band, &self.assessor, &self.reason, &self.person, self.standing),
        )
    }
}

impl BandStanding {
    /// Every standing with its spelling.
    pub const NAMES: [(BandStanding, &'static str); 4] = [
        (BandStanding::Provisional, "provisional"),
        (BandStanding::Confirmed, "confirmed"),
        (BandStanding::Revised, "revised"),
        (BandStanding::Appealed, "appealed"),
    ];

    /// What counts among bands that take effect on the same day.
    fn weight(self) -> u8 {
        match self {
            BandStanding::Appealed => 0,
            BandStanding::Provisional => 1,
            BandStanding::Confirmed | BandStanding::Revised => 2,
        }
    }
}

impl From<Vec<BandEntry>> for BandHistory {
    fn from(entries: Vec<BandEntry>) -> BandHistory {
        BandHistory::new(entries)
    }
}

impl From<BandHistory> for Vec<BandEntry> {
    fn from(history: BandHistory) -> Vec<BandEntry> {
        history.entries
    }
}

impl fmt::Display for BandStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(BandStanding::NAMES.iter().find(|(standing, _)| standing == self).map_or("", |(_, name)| name))
    }
}

impl FromStr for BandStanding {
    type Err = ();
    fn from_str(text: &str) -> Result<BandStanding, ()> {
        BandStanding::NAMES.iter().find(|(_, name)| *name == text).map(|(standing, _)| *standing).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BandStanding::{Appealed, Confirmed, Provisional, Revised};

    /// Assessment identity, effective from, assessed on, standing.
    type Row = (&'static str, &'static str, &'static str, BandStanding);

    /// Reads as: with these assessments the one that counts on the date is this one.
    #[track_caller]
    fn check(rows: &[Row], date: &str, counts: Option<&str>) {
        let date: Date = date.parse().expect("a date");
        let entries: Vec<BandEntry> = rows.iter().map(entry).collect();
        let mut backwards = entries.clone();
        backwards.reverse();
        for history in [BandHistory::new(entries), BandHistory::new(backwards)] {
            assert_eq!(history.on(date).map(|entry| entry.assessment.as_str()), counts);
        }
    }

    fn entry(row: &Row) -> BandEntry {
        BandEntry {
            person: "p1".into(),
            band: "low".into(),
            effective_from: row.1.parse().expect("a date"),
            assessed_on: row.2.parse().expect("a date"),
            standing: row.3,
            assessment: row.0.into(),
            assessor: "lasars".into(),
            reason: None,
        }
    }

    #[test]
    fn the_latest_band_to_have_taken_effect_counts() {
        let rows = [("A1", "2012-04-02", "2012-04-02", Provisional), ("A2", "2012-06-01", "2012-05-20", Revised)];
        check(&rows, "2012-04-01", None);
        check(&rows, "2012-04-02", Some("A1"));
        check(&rows, "2012-05-31", Some("A1"));
        check(&rows, "2012-06-01", Some("A2"));
        check(&[], "2012-06-01", None);
    }

    #[test]
    fn on_one_day_a_confirmed_band_counts_before_a_provisional_and_that_before_an_appealed() {
        let day = "2012-04-02";
        check(&[("A1", day, "2012-04-02", Confirmed), ("A2", day, "2012-05-01", Provisional)], day, Some("A1"));
        check(&[("A1", day, "2012-04-02", Provisional), ("A2", day, "2012-05-01", Appealed)], day, Some("A1"));
        check(&[("A1", day, "2012-04-02", Confirmed), ("A2", day, "2012-05-01", Revised)], day, Some("A2"));
        check(&[("A1", day, "2012-04-02", Confirmed), ("A2", day, "2012-04-02", Revised)], day, Some("A2"));
    }

    #[test]
    fn the_first_band_is_the_one_that_counted_on_the_first_day() {
        let day = "2012-04-02";
        let rows = [("A1", day, day, Provisional), ("A2", day, "2012-04-20", Confirmed)];
        let history = BandHistory::new(rows.iter().map(entry).collect());
        assert_eq!(history.first().map(|entry| entry.assessment.as_str()), Some("A2"));
        assert_eq!(BandHistory::default().first(), None);
    }

    #[test]
    fn standings_read_back() {
        for (standing, name) in BandStanding::NAMES {
            assert_eq!(name.parse(), Ok(standing));
            assert_eq!(standing.to_string(), name);
        }
        assert_eq!("Confirmed".parse::<BandStanding>(), Err(()));
    }
}
