//! What is looked at of a person, wherever it was read.

use meed_evidence::BandHistory;
use meed_measures::Standing;

use crate::readings::PersonReadings;

/// What measures say of one person. Names of parties, bands and standings are numbers: the same number is the same name
/// as long as one [`SwiftPart`](super::SwiftPart) is worked on.
pub trait Seen {
    /// One outcome.
    type Row;
    /// What can go wrong in reading.
    type Error;

    /// Who.
    fn key(&self) -> &str;
    /// What a measure says, by the measure's place among the contract's uses, in the order of day, occurrence and provider.
    fn rows(&self, measure: usize) -> &[Self::Row];
    /// How an outcome stands.
    fn standing(&self, row: &Self::Row) -> Standing;
    /// The event that ended its follow-up.
    fn ended_by(&self, row: &Self::Row) -> Option<&str>;
    /// What makes it the same one when evidence is corrected.
    fn occurrence<'s>(&'s self, row: &'s Self::Row) -> &'s str;
    /// The number of the provider.
    fn provider(&self, row: &Self::Row) -> u32;
    /// The number of the party whose evidence established it.
    fn sent_by(&self, row: &Self::Row) -> Option<u32>;
    /// The day it occurred, counted from 1 January 1970.
    fn occurred_on(&self, row: &Self::Row) -> Option<i32>;
    /// Whether it counts once, as nearly every outcome does.
    fn counts_once(&self, row: &Self::Row) -> bool;
    /// How many evidence rows it rests on, at the most.
    fn rests_on(&self, measure: usize, row: &Self::Row) -> usize;
    /// Shows the identities of these rows; `text` is there to be written over.
    fn evidence(&self, measure: usize, row: &Self::Row, text: &mut String, show: &mut dyn FnMut(&str));
    /// The name of a number.
    fn name(&self, number: u32) -> &str;
    /// The person's bands.
    fn bands(&self) -> Bands<'_>;
    /// Everything that is known, as any settlement reads it.
    ///
    /// # Errors
    /// When it cannot be read.
    fn readings(&self) -> Result<PersonReadings, Self::Error>;
}

/// The bands of a person.
#[derive(Clone, Debug)]
pub enum Bands<'a> {
    /// Nobody assessed the person.
    None,
    /// The person was assessed once.
    One(OneBand<'a>),
    /// There are several, or it is simpler to say so.
    History(BandHistory),
}

/// The band of a person who was assessed once.
#[derive(Clone, Copy, Debug)]
pub struct OneBand<'a> {
    /// The number of the band.
    pub band: u32,
    /// The number of how settled it is.
    pub standing: u32,
    /// The first day it holds, counted from 1 January 1970.
    pub effective_from: i32,
    /// Identity of the assessment.
    pub assessment: &'a str,
}
