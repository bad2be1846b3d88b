//! A civil day in four bytes, so that millions of them fit, and `Option<Day>` costs nothing more.

use std::{fmt, num::NonZeroU32, str::FromStr};

use meed_units::Date;

/// A civil day, from 0001-01-02 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NonZeroU32);

/// Days from 0001-01-01 to 1970-01-01.
const TO_1970: i64 = 719_162;

impl Day {
    /// The day of a date; a date before 0001-01-02 is that day.
    pub fn of(date: Date) -> Day {
        Day::from_number(date.day_number())
    }

    /// The day this many days after 1970-01-01, held within the calendar of [`Date`].
    pub fn from_number(number: i64) -> Day {
        let shifted = (number + TO_1970).clamp(1, 3_652_058);
        let day = u32::try_from(shifted).ok().and_then(NonZeroU32::new);
        Day(day.expect("clamped to what a date can be"))
    }

    /// Days since 1970-01-01.
    pub fn number(self) -> i64 {
        i64::from(self.0.get()) - TO_1970
    }

    /// As a date.
    pub fn date(self) -> Date {
        Date::from_day_number(self.number()).expect("a day lies within the calendar")
    }

    /// This many days later, or earlier when negative; held within the calendar.
    pub fn plus(self, days: i64) -> Day {
        Day::from_number(self.number().saturating_add(days))
    }

    /// Days from this day to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Day) -> i64 {
        i64::from(other.0.get()) - i64::from(self.0.get())
    }

    /// Months since the year 0, so that two days of one month have one number.
    pub fn month(self) -> i32 {
        let date = self.date();
        i32::from(date.year()) * 12 + i32::from(date.month()) - 1
    }

    /// The first day of a month counted as [`Day::month`] counts.
    pub fn of_month(month: i32) -> Day {
        let year = i16::try_from(month.div_euclid(12)).unwrap_or(1);
        let of_year = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
        Date::new(year.clamp(1, 9999), of_year, 1).map_or(Day::from_number(-TO_1970 + 1), Day::of)
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Day {
        Day::of(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.date().fmt(f)
    }
}

impl FromStr for Day {
    type Err = meed_units::NotA;
    fn from_str(text: &str) -> Result<Day, Self::Err> {
        text.parse().map(Day::of)
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
        Date::deserialize(from).map(Day::of)
    }
}

impl schemars::JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_date_and_costs_four_bytes() {
        for text in ["0001-01-02", "1969-12-31", "1970-01-01", "2012-02-29", "9999-12-31"] {
            let day: Day = text.parse().expect("a day");
            assert_eq!(day.to_string(), text);
            assert_eq!(
                Day::of_month(day.month()).date(),
                day.date().first_of_month().max("0001-01-02".parse().expect("a date"))
            );
        }
        assert_eq!(size_of::<Option<Day>>(), 4);
        let day: Day = "2012-02-28".parse().expect("a day");
        assert_eq!(day.plus(2).to_string(), "2012-03-01");
        assert_eq!(day.days_until(day.plus(-400)), -400);
    }
}
