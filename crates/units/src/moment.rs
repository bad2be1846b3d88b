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
        let read = match text.len() {
            DATE => text.parse::<Date>().ok().map(Moment::start_of),
            _ => in_utc(text)
                .or_else(|| text.parse::<jiff::Timestamp>().ok().and_then(|at| Moment::from_second(at.as_second()))),
        };
        read.ok_or_else(|| NotA::new(text, "a moment", "`2013-05-31` or `2013-05-31T09:00:00Z`"))
    }
}

/// How long a bare date is.
const DATE: usize = "2013-05-31".len();

/// Reads `2013-05-31T09:00:00Z`, which stands in nearly every row of evidence; none of anything else.
fn in_utc(text: &str) -> Option<Moment> {
    let &[_, _, _, _, _, _, _, _, _, _, b'T', h0, h1, b':', m0, m1, b':', s0, s1, b'Z'] = text.as_bytes() else {
        return None;
    };
    let two = |tens: u8, ones: u8| match (tens, ones) {
        (b'0'..=b'9', b'0'..=b'9') => Some(i64::from(tens - b'0') * 10 + i64::from(ones - b'0')),
        _ => None,
    };
    let (hour, minute, second) = (two(h0, h1)?, two(m0, m1)?, two(s0, s1)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let day: Date = text.get(..DATE)?.parse().ok()?;
    Moment::from_second(((day.day_number() * 24 + hour) * 60 + minute) * 60 + second)
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

    #[test]
    fn the_common_spelling_reads_as_every_other() {
        for text in [
            "2013-05-31T09:00:00Z",
            "2012-02-29T23:59:59Z",
            "2013-02-29T00:00:00Z",
            "2013-05-31T24:00:00Z",
            "2013-05-31T09:60:00Z",
            "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00Z",
            "9999-12-30T21:59:59Z",
            "9999-12-31T23:59:59Z",
            "2013-05-31T 9:00:00Z",
            "2013-05-31t09:00:00z",
            "2013-05-31T09:00:00é",
            "2013-05-3éT09:00:00Z",
        ] {
            let by_jiff = text.parse::<jiff::Timestamp>().ok().map(|at| at.as_second());
            assert_eq!(text.parse::<Moment>().ok().map(Moment::second), by_jiff, "{text}");
        }
    }
}
