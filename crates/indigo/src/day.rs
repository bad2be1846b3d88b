//! Which days did somebody mean by `2018`, `2018-10` or `2018-10-01`?

use meed_units::Date;

/// The days that a cell names: its first, and the first after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days {
    pub from: Date,
    pub until: Date,
}

/// Reads a year, a month or a day; none when the cell is empty.
///
/// # Errors
/// When there is no such month or day.
pub(crate) fn days(cell: &str) -> Result<Option<Days>, &'static str> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    let parts: Vec<Option<i16>> = cell.split('-').map(|part| part.parse().ok()).collect();
    let read = match parts[..] {
        [Some(year)] => Date::new(year, 1, 1).and_then(|from| Some(Days { from, until: from.plus_months(12)? })),
        [Some(year), Some(month)] => {
            let first = i8::try_from(month).ok().and_then(|month| Date::new(year, month, 1));
            first.and_then(|from| Some(Days { from, until: from.plus_months(1)? }))
        }
        [Some(year), Some(month), Some(day)] => {
            let first = i8::try_from(month).ok().zip(i8::try_from(day).ok());
            let first = first.and_then(|(month, day)| Date::new(year, month, day));
            first.and_then(|from| Some(Days { from, until: from.plus_days(1)? }))
        }
        _ => None,
    };
    match read {
        Some(days) if (1900..2200).contains(&days.from.year()) => Ok(Some(days)),
        _ => Err("no day, month or year there is"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_a_month_and_a_day() {
        for (cell, from, until) in [
            ("2018", "2018-01-01", "2019-01-01"),
            ("2018-12", "2018-12-01", "2019-01-01"),
            ("2020-02-28", "2020-02-28", "2020-02-29"),
        ] {
            let read = days(cell).expect("it reads").expect("it is not empty");
            assert_eq!((read.from.to_string(), read.until.to_string()), (from.into(), until.into()));
        }
        assert_eq!(days(""), Ok(None));
        for cell in ["2018-13", "2018-02-30", "18", "soon", "2018-300", "2018-01-01-01"] {
            assert!(days(cell).is_err(), "{cell}");
        }
    }
}
