//! A caseload out of a snapshot: what guardrails see, table by table, and what the contract says that they need to know.

mod people;
mod providers;
mod scheme;
mod service;

use meed_guardrails::{
    Caseload, Day,
    caseload::{Word, WorkerId},
};
use meed_query::{Scanned, Tables};
use meed_terms::Terms;

use crate::{error::Result, people::query_error};

/// Reads the whole caseload of a contract.
///
/// # Errors
/// When a table does not read.
pub(crate) fn read(terms: &Terms, tables: &Tables) -> Result<Caseload> {
    let mut caseload = Caseload::default();
    scheme::read(terms, &mut caseload);
    let mut reading = Reading { caseload, tables };
    providers::read(&mut reading)?;
    people::read(&mut reading)?;
    service::read(&mut reading)?;
    let mut caseload = reading.caseload;
    scheme::payment_days(&mut caseload);
    Ok(caseload.arranged())
}

/// A caseload being read.
struct Reading<'t> {
    caseload: Caseload,
    tables: &'t Tables,
}

impl Reading<'_> {
    /// Goes through a table; a table that the snapshot does not hold has no rows.
    fn table(&mut self, table: &str, columns: &[&str], mut row: impl FnMut(&mut Caseload, &Row<'_, '_>)) -> Result<()> {
        let caseload = &mut self.caseload;
        meed_query::scan(self.tables, table, columns, &mut |cells| row(caseload, &Row(cells)))
            .map(|_| ())
            .map_err(|error| query_error(&error))
    }
}

/// A row, with its cells as a caseload holds them.
struct Row<'r, 'b>(&'r Scanned<'b>);

impl<'b> Row<'_, 'b> {
    fn text(&self, at: usize) -> Option<&'b str> {
        self.0.text(at)
    }

    fn day(&self, at: usize) -> Option<Day> {
        self.0.day(at).map(Day::from_number)
    }

    fn number(&self, at: usize) -> Option<f64> {
        self.0.number(at)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn small(&self, at: usize) -> Option<f32> {
        self.0.number(at).map(|number| number as f32)
    }

    fn truth(&self, at: usize) -> Option<bool> {
        self.0.truth(at)
    }

    fn word(&self, at: usize, caseload: &mut Caseload) -> Option<Word> {
        self.text(at).map(|text| caseload.names.word_of(text))
    }

    fn worker(&self, at: usize, caseload: &mut Caseload) -> Option<WorkerId> {
        self.text(at).map(|text| caseload.names.worker_of(text))
    }

    /// A whole number that fits in sixteen bits, a number more than it says: minute 0 of a day is 1 here.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn minute(&self, at: usize) -> Option<std::num::NonZeroU16> {
        let minute = self.number(at).filter(|number| (0.0..1440.0).contains(number))?;
        std::num::NonZeroU16::new(minute as u16 + 1)
    }

    /// A whole number from 1 on that fits in sixteen bits.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn count(&self, at: usize) -> Option<std::num::NonZeroU16> {
        let number = self.number(at).filter(|number| (0.0..65_536.0).contains(number))?;
        std::num::NonZeroU16::new(number as u16)
    }

    /// The place of a band among those of the contract.
    fn band(&self, at: usize, caseload: &Caseload) -> Option<u8> {
        let band = self.text(at)?;
        let place = caseload.scheme.bands.iter().position(|known| known == band)?;
        u8::try_from(place).ok()
    }
}
