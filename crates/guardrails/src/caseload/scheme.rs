//! What a contract says that indicators need to know: bands by need, hurdles, tiers, when it began to pay.

use super::Word;
use crate::day::Day;

/// What the contract says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scheme {
    /// The contract.
    pub contract: String,
    /// The first day of the contract: what lies before is what providers did without it.
    pub go_live: Option<Day>,
    /// The first day after the contract.
    pub ends_on: Option<Day>,
    /// Bands from the least need to the most, as the contract names them. [`super::Assessment::band`] is a place here.
    pub bands: Vec<String>,
    /// What an outcome of each band pays against what the cheapest pays, where that is known: statistics, not money.
    pub tariffs: Vec<f64>,
    /// The lowest raw score of each band, where bands are cut from a score; the first is where the scale begins.
    pub cutoffs: Vec<f64>,
    /// Hurdles after which a payment falls due.
    pub hurdles: Vec<Hurdle>,
    /// Edges at which pay jumps.
    pub tiers: Vec<Tier>,
    /// The least dose of each band: days in treatment below which a completion is short for its need.
    pub least_days: Vec<f64>,
    /// The most people a full-time worker should have, by agreement.
    pub most_caseload: Option<f64>,
    /// Last days of the contract's settlement periods, in order: what is to be paid for a period is in by then.
    pub deadlines: Vec<Day>,
    /// The least contacts a month that each band was promised.
    pub least_contacts: Vec<f64>,
}

/// A time after which a payment falls due if something has not happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Hurdle {
    /// The clause.
    pub clause: Word,
    /// Days after the start or the end of treatment.
    pub days: i64,
    /// Whether the days are counted from the end of treatment: without return until then.
    pub after_exit: bool,
}

/// An edge of a measure at which pay jumps.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// The measure.
    pub measure: Word,
    /// Where pay jumps, in the measure's unit.
    pub edge: f64,
}

/// A provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Provider {
    /// Whether the contract pays it. Others are there to compare with.
    pub in_contract: bool,
    /// The prime contractor it works for, where it is a subcontractor.
    pub prime: Option<super::ProviderId>,
    /// The share of its income under the contract that depends on results, 0 to 1.
    pub results_share: Option<f64>,
    /// The area it serves.
    pub area: Option<Word>,
    /// Whether it only assesses.
    pub assesses_only: bool,
}

impl Default for Provider {
    fn default() -> Provider {
        Provider { in_contract: true, prime: None, results_share: None, area: None, assesses_only: false }
    }
}

impl Scheme {
    /// The place of the band of most need.
    pub fn top_band(&self) -> Option<u8> {
        self.bands.len().checked_sub(1).and_then(|place| u8::try_from(place).ok())
    }
}
