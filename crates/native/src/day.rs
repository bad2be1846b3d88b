//! Days as a snapshot holds them, counted from 1 January 1970, and lengths added to them as the SQL engines do.

use std::fmt;

use meed_units::{Date, Length, LengthUnit};

/// Days since 1 January 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(pub i32);

/// The last day of the calendar: what is still open reaches it.
pub(crate) const NEVER_ENDS: Day = Day(2_932_896);

/// A length of time that can be added to any day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Span {
    Days(i64),
    Months(i64),
}

impl Span {
    /// The span of a length; none for working days, which no measure counts in.
    pub fn of(length: Length) -> Option<Span> {
        let count = i64::from(length.count);
        Some(match length.unit {
            LengthUnit::Days => Span::Days(count),
            LengthUnit::Weeks => Span::Days(count * 7),
            LengthUnit::Months => Span::Months(count),
            LengthUnit::Years => Span::Months(count * 12),
            LengthUnit::WorkingDays => return None,
        })
    }
}

impl Day {
    pub fn of(date: Date) -> Day {
        Day(i32::try_from(date.day_number()).expect("a calendar of four-digit years has fewer days"))
    }

    /// The date, or none outside the calendar.
    pub fn date(self) -> Option<Date> {
        let (year, month, day) = self.civil();
        let small = |number: i64| i8::try_from(number).ok();
        Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?)
    }

    /// This much later. Of months the day is kept where the month has it, else the month's last day.
    pub fn plus(self, span: Span) -> Day {
        let days = match span {
            Span::Days(days) => i64::from(self.0) + days,
            Span::Months(months) => {
                let (year, month, day) = self.civil();
                let month = year * 12 + month - 1 + months;
                let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
                let day = if day > 28 { day.min(days_in(year, month)) } else { day };
                number(year, month, day)
            }
        };
        Day(i32::try_from(days).unwrap_or(i32::MAX))
    }

    /// Whether this much later is after another day. Mostly the days between tell, without a calendar: a month has 28
    /// days at least and 31 at most.
    pub fn plus_is_after(self, span: Span, other: Day) -> bool {
        let between = i64::from(other.0) - i64::from(self.0);
        match span {
            Span::Months(months) if months >= 0 && between < 28 * months => true,
            Span::Months(months) if months >= 0 && between >= 31 * months => false,
            _ => self.plus(span) > other,
        }
    }

    /// Whether this much later is another day or after it.
    pub fn plus_reaches(self, span: Span, other: Day) -> bool {
        self.plus_is_after(span, Day(other.0.saturating_sub(1)))
    }

    /// Year, month and day of the proleptic Gregorian calendar: C. Neri and L. Schneider, Euclidean affine functions and
    /// their application to calendar algorithms, Software: Practice and Experience 53 (2023).
    fn civil(self) -> (i64, i64, i64) {
        // The first day counted is 1 March of year 0, which no evidence comes before.
        let fourths = u64::try_from(i64::from(self.0) + 719_468).unwrap_or_default() * 4 + 3;
        let (century, of_century) = (fourths / 146_097, fourths % 146_097 / 4);
        let product = 2_939_745 * (of_century * 4 + 3);
        let (of_year, year) = ((product & 0xffff_ffff) / 2_939_745 / 4, 100 * century + (product >> 32));
        let shifted = 2_141 * of_year + 197_913;
        let (month, day) = (shifted >> 16, (shifted & 0xffff) / 2_141 + 1);
        // January and February belong to the year before until here.
        let late = of_year >= 306;
        let small = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        (small(year) + i64::from(late), small(month) - if late { 12 } else { 0 }, small(day))
    }
}

/// The day's number, by Hinnant's method.
fn number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// As SQL writes a date: `2012-06-30`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_the_same_over_the_whole_calendar() {
        for number in (-719_162..=NEVER_ENDS.0).step_by(13) {
            let date = Date::from_day_number(number.into()).expect("a date");
            assert_eq!(Day(number).date(), Some(date));
            assert_eq!(Day(number).to_string(), date.to_string());
            assert_eq!(Day::of(date), Day(number));
            for months in [1, 6, 12, 25] {
                let later = date.plus_months(months).map(Day::of);
                assert!(later.is_none_or(|later| later == Day(number).plus(Span::Months(months))), "{date} {months}");
                let span = Span::Months(months);
                for between in [28 * months - 1, 28 * months, 30 * months + 2, 31 * months - 1, 31 * months] {
                    let other = Day(number + i32::try_from(between).expect("few days"));
                    assert_eq!(Day(number).plus_is_after(span, other), Day(number).plus(span) > other);
                }
            }
        }
        assert_eq!(NEVER_ENDS.date().map(|date| date.to_string()).as_deref(), Some("9999-12-31"));
        assert_eq!(NEVER_ENDS.plus(Span::Days(1)).date(), None);
    }
}
