//! Civil dates, and half-open stretches of them.

use std::{fmt, str::FromStr};

use crate::{NotA, text_serde};

/// A civil date, without a time of day or a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The date of a year, month and day, or none when there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Date> {
        jiff::civil::Date::new(year, month, day).ok().filter(|date| date.year() >= 1).map(Date)
    }

    /// As jiff's civil date.
    pub fn civil(self) -> jiff::civil::Date {
        self.0
    }

    /// This many days later, or none beyond the calendar.
    pub fn plus_days(self, days: i64) -> Option<Date> {
        if let Some(date) = self.day_number().checked_add(days).and_then(civil_of) {
            return Some(date);
        }
        jiff::Span::new().try_days(days).ok().and_then(|span| self.0.checked_add(span).ok()).map(Date)
    }

    /// This many months later, or none beyond the calendar. The day is kept
    /// where the month has it, else the month's last day: 2024-02-29 and twelve
    /// months is 2025-02-28.
    pub fn plus_months(self, months: i64) -> Option<Date> {
        jiff::Span::new().try_months(months).ok().and_then(|span| self.0.checked_add(span).ok()).map(Date)
    }

    /// Days from this date to `other`; negative when `other` is earlier.
    pub fn days_until(self, other: Date) -> i64 {
        other.day_number() - self.day_number()
    }

    /// Days since 1970-01-01.
    pub fn day_number(self) -> i64 {
        let (year, month, day) = (i64::from(self.0.year()), i64::from(self.0.month()), i64::from(self.0.day()));
        // Years begin in March, so that the day a leap year has more is its last.
        let year = if month <= 2 { year - 1 } else { year };
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        year.div_euclid(400) * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year - TO_1970
    }

    /// The date this many days after 1970-01-01.
    pub fn from_day_number(days: i64) -> Option<Date> {
        civil_of(days)
    }

    /// Year of the date.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// Month of the date, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The first day of this date's month.
    pub fn first_of_month(self) -> Date {
        Date(self.0.first_of_month())
    }

    /// Whether this is a Saturday or a Sunday.
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday)
    }
}

impl From<jiff::civil::Date> for Date {
    fn from(date: jiff::civil::Date) -> Date {
        Date(date)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(year) = u16::try_from(self.0.year()) else { return self.0.fmt(f) };
        let digit = |number: u16| b'0' + u8::try_from(number % 10).expect("one digit");
        let (month, day) = (u16::from(self.0.month().unsigned_abs()), u16::from(self.0.day().unsigned_abs()));
        let text = [
            digit(year / 1000),
            digit(year / 100),
            digit(year / 10),
            digit(year),
            b'-',
            digit(month / 10),
            digit(month),
            b'-',
            digit(day / 10),
            digit(day),
        ];
        f.write_str(std::str::from_utf8(&text).expect("digits"))
    }
}

/// Days in 400 years, after which the calendar repeats itself.
const DAYS_OF_ERA: i64 = 146_097;
/// Days from 1 March of the year 0 to 1 January 1970.
const TO_1970: i64 = 719_468;

/// The date of a day's number, in the years 1 to 9999.
fn civil_of(number: i64) -> Option<Date> {
    let days = number.checked_add(TO_1970)?;
    let of_era = days.rem_euclid(DAYS_OF_ERA);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + days.div_euclid(DAYS_OF_ERA) * 400 + i64::from(month <= 2);
    let small = |number: i64| i8::try_from(number).ok();
    Date::new(i16::try_from(year).ok()?, small(month)?, small(day)?)
}

impl FromStr for Date {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Date, NotA> {
        let read = || {
            let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return None };
            let digit = |byte: u8| byte.is_ascii_digit().then(|| i16::from(byte - b'0'));
            let year = [y0, y1, y2, y3].into_iter().try_fold(0, |year, byte| Some(year * 10 + digit(byte)?))?;
            let two = |tens, ones| i8::try_from(digit(tens)? * 10 + digit(ones)?).ok();
            Date::new(year, two(m0, m1)?, two(d0, d1)?)
        };
        read().ok_or_else(|| NotA::new(text, "a date", "`2012-04-01`"))
    }
}

/// Days from `from` up to but not including `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The first day after it.
    pub until: Date,
}

impl Period {
    /// A stretch of days, or none when it holds no day.
    pub fn new(from: Date, until: Date) -> Option<Period> {
        (from < until).then_some(Period { from, until })
    }

    /// Whether the date lies within.
    pub fn contains(&self, date: Date) -> bool {
        self.from <= date && date < self.until
    }

    /// The last day within.
    pub fn last_day(&self) -> Date {
        self.until.plus_days(-1).expect("a period holds at least one day")
    }
}

/// Whole months print as `2004-03`, whole quarters and years likewise, anything else as `2004-03-01..2004-03-15`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let starts_month = self.from == self.from.first_of_month();
        let months = |n| self.from.plus_months(n) == Some(self.until);
        if starts_month && months(1) {
            return write!(f, "{:04}-{:02}", self.from.year(), self.from.month());
        }
        if starts_month && self.from.month() % 3 == 1 && months(3) {
            return write!(f, "{:04}-Q{}", self.from.year(), self.from.month() / 3 + 1);
        }
        if starts_month && self.from.month() == 1 && months(12) {
            return write!(f, "{:04}", self.from.year());
        }
        write!(f, "{}..{}", self.from, self.until)
    }
}

impl FromStr for Period {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Period, NotA> {
        let wrong = || NotA::new(text, "a period", "`2004-03`, `2004-Q1`, `2004` or `2004-03-01..2004-06-01`");
        if let Some((from, until)) = text.split_once("..") {
            let (from, until) = (from.parse().map_err(|_| wrong())?, until.parse().map_err(|_| wrong())?);
            return Period::new(from, until).ok_or_else(wrong);
        }
        let (year, rest) = text.split_once('-').map_or((text, None), |(year, rest)| (year, Some(rest)));
        if year.len() != 4 {
            return Err(wrong());
        }
        let (month, length) = match rest {
            None => ("01".to_owned(), 12),
            Some(quarter) if quarter.starts_with('Q') => {
                let quarter: i8 = quarter[1..].parse().map_err(|_| wrong())?;
                if !(1..=4).contains(&quarter) {
                    return Err(wrong());
                }
                (format!("{:02}", quarter * 3 - 2), 3)
            }
            Some(month) => (month.to_owned(), 1),
        };
        let from: Date = format!("{year}-{month}-01").parse().map_err(|_| wrong())?;
        from.plus_months(length).and_then(|until| Period::new(from, until)).ok_or_else(wrong)
    }
}

/// How often a contract settles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frequency {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every twelve months.
    Yearly,
}

impl Frequency {
    /// Every spelling, as written in a contract.
    pub const NAMES: [&'static str; 3] = ["monthly", "quarterly", "yearly"];

    /// Length of one period in months.
    pub fn months(self) -> i64 {
        match self {
            Frequency::Monthly => 1,
            Frequency::Quarterly => 3,
            Frequency::Yearly => 12,
        }
    }

    /// The settlement periods of a contract that runs over `whole`, counted
    /// from its first day; the last one is cut at its end.
    pub fn periods(self, whole: Period) -> Vec<Period> {
        let mut periods = Vec::new();
        let mut from = whole.from;
        let mut count = 0;
        while from < whole.until {
            count += 1;
            let next = whole.from.plus_months(self.months() * count);
            let until = next.map_or(whole.until, |next| next.min(whole.until));
            periods.extend(Period::new(from, until));
            from = until;
        }
        periods
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Frequency::Monthly => "monthly",
            Frequency::Quarterly => "quarterly",
            Frequency::Yearly => "yearly",
        })
    }
}

impl FromStr for Frequency {
    type Err = NotA;
    fn from_str(text: &str) -> Result<Frequency, NotA> {
        match text {
            "monthly" => Ok(Frequency::Monthly),
            "quarterly" => Ok(Frequency::Quarterly),
            "yearly" => Ok(Frequency::Yearly),
            _ => Err(NotA::new(text, "a settlement frequency", "\"monthly\", \"quarterly\" or \"yearly\"")),
        }
    }
}

text_serde!(Date, Period, Frequency);

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().expect("a date")
    }

    #[test]
    fn periods_read_back() {
        for text in ["2004-03", "2004-Q2", "2004", "2004-03-05..2004-03-09"] {
            assert_eq!(text.parse::<Period>().map(|p| p.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "2004-13", "2004-Q5", "04-03", "2004-03-01..2004-03-01", "9999-12", "2004-Qé"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_civil_and_months_keep_their_day_where_they_can() {
        assert_eq!(date("2024-02-29").plus_months(12), Some(date("2025-02-28")));
        assert_eq!(date("9999-12-01").plus_months(1), None);
        assert_eq!(date("2012-06-30").days_until(date("2013-06-30")), 365);
        for text in ["0000-01-01", "2012-02-30", "2012-2-03", "12-02-2003", "+012-01-01", "2012-01-01T"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_library_counts_them() {
        let first = jiff::civil::date(1970, 1, 1);
        for number in (-719_162..=2_932_896).step_by(37).chain([-719_162, -1, 0, 59, 2_932_896]) {
            let date = Date::from_day_number(number).expect("a date");
            let span = jiff::Span::new().days(number);
            assert_eq!(date.0, first.checked_add(span).expect("a date"));
            assert_eq!((date.day_number(), date.to_string()), (number, date.0.to_string()));
            assert_eq!(date.to_string().parse(), Ok(date));
        }
        assert_eq!(date("9999-12-31").plus_days(1), None);
        assert_eq!(date("2012-02-28").plus_days(2), Some(date("2012-03-01")));
    }

    #[test]
    fn a_contract_is_cut_into_its_settlement_periods() {
        let whole = Period::new(date("2012-04-01"), date("2013-05-15")).expect("days");
        let periods = Frequency::Quarterly.periods(whole);
        assert_eq!(periods.len(), 5);
        assert_eq!(periods[4].to_string(), "2013-04-01..2013-05-15");
    }
}
