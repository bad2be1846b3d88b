//! When something became known.

use std::{fmt, str::FromStr};

use crate::{Date, NotA, text_serde};

/// A moment in time, in UTC, to the second: the second clock of every stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(jiff::Timestamp);

impl Moment {
    /// The first moment of a day.
    pub fn start_of(date: Date) -> Moment {
        let start = date.civil().to_datetime(jiff::civil::Time::midnight());
        // The last days of 9999 lie outside a timestamp; the latest timestamp stands for them.
        Moment(start.to_zoned(jiff::tz::TimeZone::UTC).map_or(jiff::Timestamp::MAX, |at| at.timestamp()))
    }

    /// The last second of a day: `--known-at 2013-05-31` takes that whole day in.
    pub fn end_of(date: Date) -> Moment {
        let end = date.civil().to_datetime(jiff::civil::time(23, 59, 59, 0));
        Moment(end.to_zoned(jiff::tz::TimeZone::UTC).map_or(jiff::Timestamp::MAX, |at| at.timestamp()))
    }

    /// The day of this moment, in UTC.
    pub fn date(self) -> Date {
        Date::from(self.0.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Seconds since the start of 1970.
    pub fn second(self) -> i64 {
        self.0.as_second()
    }

    /// From seconds since the start of 1970.
    pub fn from_second(second: i64) -> Option<Moment> {
        jiff::Timestamp::from_second(second).ok().map(Moment)
    }

    /// Reads a moment, where a bare date means its end.
    pub fn parse_until(text: &str) -> Result<Moment, NotA> {
        text.parse::<Date>().map(Moment::end_of).or_else(|_| text.parse())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.0}", self.0)
    }
}

/// A bare date means its start.
impl FromStr for Moment {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Moment, NotA> {
        if let Ok(date) = text.parse::<Date>() {
            return Ok(Moment::start_of(date));
        }
        text.parse::<jiff::Timestamp>()
            .ok()
            .and_then(|at| Moment::from_second(at.as_second()))
            .ok_or_else(|| NotA::new(text, "a moment", "`2013-05-31` or `2013-05-31T09:00:00Z`"))
    }
}

text_serde!(Moment);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_date_is_its_start_when_it_happened_and_its_end_when_it_bounds() {
        let date = "2013-05-31";
        assert_eq!(date.parse::<Moment>().map(|m| m.to_string()).as_deref(), Ok("2013-05-31T00:00:00Z"));
        assert_eq!(Moment::parse_until(date).map(|m| m.to_string()).as_deref(), Ok("2013-05-31T23:59:59Z"));
        assert!("yesterday".parse::<Moment>().is_err());
        assert!("9999-12-31".parse::<Moment>().is_ok());
    }
}
