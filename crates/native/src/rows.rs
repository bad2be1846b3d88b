//! The rows of the batches that are held, table by table, taken out of their columns.

use std::ops::Range;

use arrow::array::Array;

use crate::{
    column::Columns,
    names::Name,
    person::{Assessment, Contact, Event, Referral, Review, Spell, Text, TextOf, Texts},
    walk::Table,
};

/// The rows that are held of each table, in the order of the table.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub spells: Vec<Spell>,
    pub reviews: Vec<Review>,
    pub events: Vec<Event>,
    pub referrals: Vec<Referral>,
    pub contacts: Vec<Contact>,
    pub assessments: Vec<Assessment>,
}

impl Rows {
    /// Forgets the rows before this place. What stays moves up by so many rows of the table.
    pub fn carry(&mut self, table: Table, from: usize, by: u32) {
        fn shift<R>(rows: &mut Vec<R>, from: usize, texts: impl Fn(&mut R) -> [Option<&mut Text>; 2], by: u32) {
            rows.drain(..from);
            rows.iter_mut().flat_map(texts).flatten().for_each(|text| text.row -= by);
        }
        match table {
            Table::Spells => shift(&mut self.spells, from, |row| [Some(&mut row.spell), None], by),
            Table::Reviews => shift(&mut self.reviews, from, |row| [Some(&mut row.review), None], by),
            Table::Events => shift(&mut self.events, from, |row| [Some(&mut row.event), row.detail.as_mut()], by),
            Table::Referrals => shift(&mut self.referrals, from, |row| [Some(&mut row.referral), None], by),
            Table::Contacts => shift(&mut self.contacts, from, |row| [Some(&mut row.contact), None], by),
            Table::Assessments => {
                shift(&mut self.assessments, from, |row| [Some(&mut row.assessment), row.reason.as_mut()], by);
            }
        }
    }

    /// Takes the rows of a batch; `before` rows of the table are held already. None where a value is missing that every
    /// row has. Of events only those of these kinds are taken.
    pub fn take(
        &mut self,
        table: Table,
        batch: &Columns,
        before: usize,
        events: &[Name],
        texts: &mut Texts,
    ) -> Option<()> {
        let places = 0..batch.rows();
        for (column, of) in table.texts() {
            let Some(array) = batch.texts(*column) else { continue };
            texts.column(*of).take(array);
        }
        // The key of a row stands behind its person, in every table.
        whole(batch, 1)?;
        match table {
            Table::Spells => {
                let (provider, kind, started_on, ended_on) =
                    (batch.names(2), batch.names(3), batch.days(4), batch.days(5));
                let (end_reason, accommodation) = (batch.names(6), batch.names(7));
                let (one, two, three, sent_by) = (batch.names(8), batch.names(9), batch.names(10), batch.names(11));
                extend(&mut self.spells, places, |row| {
                    Some(Spell {
                        spell: TextOf::Spell.at(before + row),
                        provider: provider.at(row)?,
                        kind: kind.at(row)?,
                        started_on: started_on.at(row)?,
                        ended_on: ended_on.at(row),
                        end_reason: end_reason.at(row),
                        accommodation: accommodation.at(row),
                        problems: [one.at(row), two.at(row), three.at(row)],
                        sent_by: sent_by.at(row)?,
                    })
                })
            }
            Table::Reviews => {
                let (provider, reviewed_on, stage) = (batch.names(2), batch.days(3), batch.names(4));
                let (item, value, sent_by) = (batch.names(5), batch.numbers(6), batch.names(7));
                extend(&mut self.reviews, places, |row| {
                    Some(Review {
                        review: TextOf::Review.at(before + row),
                        provider: provider.at(row)?,
                        reviewed_on: reviewed_on.at(row)?,
                        stage: stage.at(row)?,
                        item: item.at(row)?,
                        value: value.at(row),
                        sent_by: sent_by.at(row)?,
                    })
                })
            }
            Table::Events => {
                let (provider, kind, occurred_on) = (batch.names(2), batch.names(3), batch.days(4));
                let (until_on, concluded_on) = (batch.days(5), batch.days(6));
                let (outcome, detail, sent_by) = (batch.names(7), batch.texts(8), batch.names(9));
                let own = kind.among(events);
                if !kind.is_whole() {
                    return None;
                }
                for row in places {
                    if !kind.is_among(&own, row) {
                        continue;
                    }
                    self.events.push(Event {
                        event: TextOf::Event.at(before + row),
                        provider: provider.at(row),
                        kind: kind.at(row)?,
                        occurred_on: occurred_on.at(row)?,
                        until_on: until_on.at(row),
                        concluded_on: concluded_on.at(row),
                        outcome: outcome.at(row),
                        detail: detail.filter(|detail| detail.is_valid(row)).map(|_| TextOf::Detail.at(before + row)),
                        sent_by: sent_by.at(row)?,
                    });
                }
                Some(())
            }
            Table::Referrals => {
                let (provider, referred_on, sent_by) = (batch.names(2), batch.days(3), batch.names(4));
                extend(&mut self.referrals, places, |row| {
                    Some(Referral {
                        referral: TextOf::Referral.at(before + row),
                        provider: provider.at(row)?,
                        referred_on: referred_on.at(row)?,
                        sent_by: sent_by.at(row)?,
                    })
                })
            }
            Table::Contacts => {
                let (provider, contacted_on) = (batch.names(2), batch.days(3));
                let (attended, sent_by) = (batch.flags(4), batch.names(5));
                extend(&mut self.contacts, places, |row| {
                    Some(Contact {
                        contact: TextOf::Contact.at(before + row),
                        provider: provider.at(row)?,
                        contacted_on: contacted_on.at(row)?,
                        attended: attended.at(row),
                        sent_by: sent_by.at(row)?,
                    })
                })
            }
            Table::Assessments => {
                let (assessor, assessed_on, band) = (batch.names(2), batch.days(3), batch.names(4));
                let (effective_from, standing, reason) = (batch.days(5), batch.names(6), batch.texts(7));
                extend(&mut self.assessments, places, |row| {
                    Some(Assessment {
                        assessment: TextOf::Assessment.at(before + row),
                        assessor: assessor.at(row)?,
                        assessed_on: assessed_on.at(row)?,
                        band: band.at(row)?,
                        effective_from: effective_from.at(row)?,
                        standing: standing.at(row)?,
                        reason: reason.filter(|reason| reason.is_valid(row)).map(|_| TextOf::Reason.at(before + row)),
                    })
                })
            }
        }
    }

    /// How many of the rows taken stand before this row of those held.
    pub fn taken_before(&self, table: Table, row: usize, known: usize) -> usize {
        match table {
            Table::Events => {
                let later = self.events[known..].iter();
                known + later.take_while(|event| (event.event.row as usize) < row).count()
            }
            _ => row,
        }
    }
}

/// Whether every row has its own text in this column.
fn whole(batch: &Columns, column: usize) -> Option<()> {
    let array = batch.texts(column)?;
    (array.null_count() == 0).then_some(())
}

fn extend<R>(to: &mut Vec<R>, places: Range<usize>, row: impl Fn(usize) -> Option<R>) -> Option<()> {
    to.reserve(places.len());
    for place in places {
        to.push(row(place)?);
    }
    Some(())
}
