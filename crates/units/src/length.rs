//! Lengths of time as contracts write them: `12 months`, `4 weeks`, `15 working days`.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::{Date, NotA, text_serde};

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Length {
    /// How many.
    pub count: u16,
    /// Of what.
    pub unit: LengthUnit,
}

/// What a length counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum LengthUnit {
    Days,
    WorkingDays,
    Weeks,
    Months,
    Years,
}

/// The days nobody works: Saturdays, Sundays, and these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingDays {
    /// Public holidays of the contract.
    pub holidays: BTreeSet<Date>,
}

impl WorkingDays {
    fn after(&self, from: Date, count: u16) -> Option<Date> {
        let mut day = from;
        let mut left = count;
        while left > 0 {
            day = day.plus_days(1)?;
            if !day.is_weekend() && !self.holidays.contains(&day) {
                left -= 1;
            }
        }
        Some(day)
    }
}

impl Length {
    /// The date this long after `from`, or none beyond the calendar.
    ///
    /// Months and years keep the day where the month has it. Working days skip
    /// Saturdays, Sundays and the holidays of `working`.
    pub fn after(&self, from: Date, working: &WorkingDays) -> Option<Date> {
        let count = i64::from(self.count);
        match self.unit {
            LengthUnit::Days => from.plus_days(count),
            LengthUnit::Weeks => from.plus_days(count * 7),
            LengthUnit::Months => from.plus_months(count),
            LengthUnit::Years => from.plus_months(count * 12),
            LengthUnit::WorkingDays => working.after(from, self.count),
        }
    }

    /// The length in whole months, when it is one.
    pub fn months(&self) -> Option<u32> {
        match self.unit {
            LengthUnit::Months => Some(self.count.into()),
            LengthUnit::Years => Some(u32::from(self.count) * 12),
            _ => None,
        }
    }

    /// The length in days, when it is a fixed number of them.
    pub fn days(&self) -> Option<u32> {
        match self.unit {
            LengthUnit::Days => Some(self.count.into()),
            LengthUnit::Weeks => Some(u32::from(self.count) * 7),
            _ => None,
        }
    }
}

const UNITS: [(LengthUnit, &str, &str); 5] = [
    (LengthUnit::WorkingDays, "working day", "working days"),
    (LengthUnit::Days, "day", "days"),
    (LengthUnit::Weeks, "week", "weeks"),
    (LengthUnit::Months, "month", "months"),
    (LengthUnit::Years, "year", "years"),
];

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, one, many) = UNITS.iter().find(|(unit, ..)| *unit == self.unit).expect("every unit is listed");
        write!(f, "{} {}", self.count, if self.count == 1 { one } else { many })
    }
}

impl FromStr for Length {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Length, NotA> {
        let wrong = || NotA::new(text, "a length of time", "\"12 months\", \"4 weeks\" or \"15 working days\"");
        let (count, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let unit = UNITS
            .iter()
            .find(|(_, one, many)| unit == *one || unit == *many)
            .map(|(unit, ..)| *unit)
            .ok_or_else(wrong)?;
        let count = count.parse().map_err(|_| wrong())?;
        Ok(Length { count, unit })
    }
}

text_serde!(Length);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_end_where_the_calendar_says() {
        let working = WorkingDays { holidays: ["2012-12-25".parse().expect("a date")].into() };
        let check = |length: &str, from: &str, end: &str| {
            let length: Length = length.parse().expect("a length");
            assert_eq!(
                length.after(from.parse().expect("a date"), &working).map(|d| d.to_string()).as_deref(),
                Some(end)
            );
        };
        check("12 months", "2012-06-30", "2013-06-30");
        check("1 month", "2013-01-31", "2013-02-28");
        check("4 weeks", "2012-01-01", "2012-01-29");
        check("2 years", "2012-02-29", "2014-02-28");
        check("2 working days", "2012-12-21", "2012-12-26");
        assert!("12".parse::<Length>().is_err());
        assert!("-1 days".parse::<Length>().is_err());
    }
}
