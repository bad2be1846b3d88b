//! Reads one cell as what its column holds, without floating point.

use meed_units::{Date, Moment};

use crate::{
    Column, ColumnKind, Rule,
    problem::{listed, nearest, quoted},
    rules,
};

/// What a cell says. A missing cell is told apart from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'c> {
    /// The cell is empty.
    Missing,
    /// Words, a code, a party or a person.
    Text(&'c str),
    /// A day.
    Date(Date),
    /// A moment.
    Moment(Moment),
    /// A number or an amount of money, in billionths.
    Number(i128),
    /// A truth.
    Boolean(bool),
}

/// Why a cell does not read: the rule, what is wrong, and what to do.
pub(crate) struct Unreadable {
    pub rule: &'static Rule,
    pub message: String,
    pub remedy: String,
}

/// One whole, in billionths.
pub(crate) const WHOLE: i128 = 1_000_000_000;
/// Digits allowed before the point.
const WHOLE_DIGITS: usize = 15;
/// Digits allowed behind the point of a number, and of an amount of money.
const PLACES: usize = 9;
const PLACES_OF_MONEY: usize = 6;
/// Words that people write for a value that is missing.
const WORDS_FOR_MISSING: [&str; 10] = ["na", "n/a", "null", "none", "nil", "missing", "unknown", "-", "?", "."];
/// The years in which evidence is believed to have happened.
const YEARS: std::ops::Range<i16> = 1900..2200;
/// The same years in seconds since the start of 1970.
const SECONDS: std::ops::Range<i64> = -2_208_988_800..7_258_118_400;

/// Reads a cell of a column.
pub(crate) fn read<'c>(column: &Column, cell: Option<&'c str>) -> Result<Value<'c>, Unreadable> {
    let Some(cell) = cell.filter(|cell| !cell.is_empty()) else {
        if column.required {
            return Err(wrong(
                &rules::REQUIRED,
                format!("`{}` is empty", column.name),
                "give its value, or leave the row out",
            ));
        }
        return Ok(Value::Missing);
    };
    match &column.kind {
        ColumnKind::Text => Ok(Value::Text(cell)),
        ColumnKind::Person => trimmed(cell).map_err(|()| {
            // The key of a person is not repeated, whatever is wrong with it.
            wrong(&rules::SPACES_AROUND, format!("`{}` begins or ends with a space", column.name), "remove the spaces")
        }),
        ColumnKind::Party => trimmed(cell).map_err(|()| {
            wrong(&rules::SPACES_AROUND, format!("{} begins or ends with a space", quoted(cell)), "remove the spaces")
        }),
        ColumnKind::Code(list) => match list.get(cell) {
            Some(_) => Ok(Value::Text(cell)),
            None => {
                let codes = || list.codes.iter().map(|code| &*code.code);
                let remedy = match nearest(cell.trim(), codes()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None if list.codes.len() <= 20 => format!("the codes of `{}` are {}", list.name, listed(codes())),
                    None => format!("look up the codes of `{}`", list.name),
                };
                Err(wrong(&rules::UNKNOWN_CODE, format!("{} is no code of `{}`", quoted(cell), list.name), &remedy))
            }
        },
        ColumnKind::Date => match cell.parse::<Date>() {
            Ok(date) => in_range(date, cell).map(Value::Date),
            Err(_) => {
                let remedy = match cell.contains(['/', '.']) {
                    true => {
                        "write a day of the calendar like 2012-04-01; in a mapping, to_date(column, '%d/%m/%Y') reads one written otherwise"
                    }
                    false => "write a day of the calendar like 2012-04-01",
                };
                Err(no_value(column, cell, &rules::NOT_A_DATE, "a date", remedy))
            }
        },
        ColumnKind::Moment => match cell.parse::<Moment>() {
            Ok(moment) if SECONDS.contains(&moment.second()) => Ok(Value::Moment(moment)),
            Ok(_) => Err(out_of_range(cell)),
            Err(_) => {
                let remedy = "write 2013-05-31T09:00:00Z, or 2013-05-31 for the start of that day";
                Err(no_value(column, cell, &rules::NOT_A_MOMENT, "a moment", remedy))
            }
        },
        ColumnKind::Boolean => match cell {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            _ => Err(no_value(
                column,
                cell,
                &rules::NOT_A_BOOLEAN,
                "true or false",
                "write true or false, or leave the cell empty",
            )),
        },
        ColumnKind::Integer => match number(cell, 0) {
            Some(value) => sized(column, cell, value),
            None => Err(no_value(
                column,
                cell,
                &rules::NOT_A_WHOLE_NUMBER,
                "a whole number",
                "write digits only, like 1984",
            )),
        },
        ColumnKind::Number => match number(cell, PLACES) {
            Some(value) => sized(column, cell, value),
            None => {
                let remedy = "write a decimal like 12.5, with at most 15 digits before the point and 9 behind it";
                Err(no_value(column, cell, &rules::NOT_A_NUMBER, "a number", remedy))
            }
        },
        ColumnKind::Money => match number(cell, PLACES_OF_MONEY) {
            Some(value) => sized(column, cell, value),
            None => {
                let remedy = "write a decimal like 1200.00, without a currency sign or a thousands separator";
                Err(no_value(column, cell, &rules::NOT_AN_AMOUNT, "an amount of money", remedy))
            }
        },
    }
}

fn wrong(rule: &'static Rule, message: String, remedy: &str) -> Unreadable {
    Unreadable { rule, message, remedy: remedy.to_owned() }
}

/// A cell that is no value of its kind; or a word for a value that is missing.
fn no_value(column: &Column, cell: &str, rule: &'static Rule, what: &str, remedy: &str) -> Unreadable {
    if WORDS_FOR_MISSING.contains(&cell.trim().to_lowercase().as_str()) {
        let remedy = if column.required {
            "give its value: this column is never empty"
        } else {
            "leave the cell empty when the value is missing; write 0 only when it is zero"
        };
        return wrong(&rules::WORD_FOR_MISSING, format!("{} is a word for missing, not {what}", quoted(cell)), remedy);
    }
    wrong(rule, format!("{} is not {what}", quoted(cell)), remedy)
}

fn trimmed(cell: &str) -> Result<Value<'_>, ()> {
    let plain_ends =
        [cell.as_bytes().first(), cell.as_bytes().last()].iter().flatten().all(|byte| byte.is_ascii_graphic());
    if plain_ends || cell.trim() == cell { Ok(Value::Text(cell)) } else { Err(()) }
}

fn in_range(date: Date, cell: &str) -> Result<Date, Unreadable> {
    if YEARS.contains(&date.year()) { Ok(date) } else { Err(out_of_range(cell)) }
}

fn out_of_range(cell: &str) -> Unreadable {
    wrong(
        &rules::DATE_OUT_OF_RANGE,
        format!("{} lies outside 1900 to 2199", quoted(cell)),
        "give the day it happened; when it is not known, or has not come, leave the cell empty where that is allowed",
    )
}

/// Holds a number against the range of its column.
fn sized<'c>(column: &Column, cell: &str, value: i128) -> Result<Value<'c>, Unreadable> {
    let (least, most) = (column.least.map(in_billionths), column.most.map(in_billionths));
    if least.is_none_or(|least| least <= value) && most.is_none_or(|most| value <= most) {
        return Ok(Value::Number(value));
    }
    if column.least == Some(0) && value < 0 {
        return Err(wrong(
            &rules::NEGATIVE,
            format!("{} is below zero", quoted(cell)),
            "give a number that is 0 or more",
        ));
    }
    let range = match (column.least, column.most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number".to_owned(),
    };
    Err(wrong(
        &rules::OUT_OF_RANGE,
        format!("{} is out of range", quoted(cell)),
        &format!("`{}` is {range}", column.name),
    ))
}

pub(crate) fn in_billionths(number: i64) -> i128 {
    i128::from(number) * WHOLE
}

/// A decimal number in billionths: digits, at most one point with digits on both sides, a minus before them.
fn number(cell: &str, places: usize) -> Option<i128> {
    let (negative, digits) = cell.strip_prefix('-').map_or((false, cell), |digits| (true, digits));
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if places > 0 && !fraction.is_empty() => (whole, fraction),
        Some(_) => return None,
        None => (digits, ""),
    };
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits || whole.len() > WHOLE_DIGITS || fraction.len() > places {
        return None;
    }
    let mut value: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        value = value * 10 + i128::from(digit - b'0');
    }
    for _ in fraction.len()..PLACES {
        value *= 10;
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::Cow;

    fn column(kind: ColumnKind) -> Column {
        Column { name: "it".into(), kind, required: false, least: Some(0), most: None, about: String::new() }
    }

    /// Reads as: cells of this kind, with the rule each breaks, or nothing where it is fine.
    #[track_caller]
    fn check(kind: &ColumnKind, expected: &[(&str, &str)]) {
        let column = column(kind.clone());
        for (cell, rule) in expected {
            let broken = read(&column, Some(cell)).err().map_or("", |unreadable| unreadable.rule.code);
            assert_eq!(broken, *rule, "{cell:?} as {}", kind.name());
        }
    }

    #[test]
    fn numbers_are_decimal_and_finite() {
        let not = "not-a-number";
        check(
            &ColumnKind::Number,
            &[
                ("0", ""),
                ("12.5", ""),
                ("007", ""),
                ("999999999999999.999999999", ""),
                ("-0.1", "negative"),
                ("1000000000000000", not),
                ("0.1234567890", not),
                ("NaN", not),
                ("inf", not),
                ("-Infinity", not),
                ("1e3", not),
                ("1,200", not),
                ("1.", not),
                (".5", not),
                ("+1", not),
                ("--1", not),
                (" 1", not),
                ("NA", "word-for-missing"),
                ("-", "word-for-missing"),
            ],
        );
        check(&ColumnKind::Integer, &[("12", ""), ("12.0", "not-a-whole-number"), ("1e3", "not-a-whole-number")]);
        check(&ColumnKind::Money, &[("350.10", ""), ("£350", "not-an-amount"), ("0.1234567", "not-an-amount")]);
    }

    #[test]
    fn a_date_written_otherwise_is_told_how_to_be_read() {
        let column = column(ColumnKind::Date);
        for (cell, reads) in [("31/05/2013", true), ("31.5.13", true), ("next May", false)] {
            let Err(found) = read(&column, Some(cell)) else { panic!("{cell} is no date") };
            assert_eq!(found.remedy.contains("to_date(column, '%d/%m/%Y')"), reads, "{cell}: {}", found.remedy);
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar_of_our_time() {
        check(
            &ColumnKind::Date,
            &[
                ("2012-02-29", ""),
                ("1900-01-01", ""),
                ("2199-12-31", ""),
                ("1899-12-31", "date-out-of-range"),
                ("2200-01-01", "date-out-of-range"),
                ("0001-01-01", "date-out-of-range"),
                ("9999-12-31", "date-out-of-range"),
                ("2013-02-29", "not-a-date"),
                ("31/05/2013", "not-a-date"),
                ("2013-05-31T00:00:00", "not-a-date"),
                ("NULL", "word-for-missing"),
            ],
        );
        check(
            &ColumnKind::Moment,
            &[
                ("2013-05-31", ""),
                ("2013-05-31T09:00:00Z", ""),
                ("2013-05-31T09:00:00+01:00", ""),
                ("2013-05-31T09:00:00", "not-a-moment"),
                ("9999-12-31", "date-out-of-range"),
            ],
        );
    }

    #[test]
    fn a_moment_is_of_our_time() {
        let years = [
            ("1900-01-01", ""),
            ("1899-12-31T23:59:59Z", "date-out-of-range"),
            ("2199-12-31T23:59:59Z", ""),
            ("2200-01-01T00:00:00Z", "date-out-of-range"),
        ];
        check(&ColumnKind::Moment, &years);
    }

    #[test]
    fn an_empty_cell_is_missing_and_zero_is_zero() {
        let mut number = column(ColumnKind::Number);
        assert!(matches!(read(&number, Some("0")), Ok(Value::Number(0))));
        assert!(matches!(read(&number, Some("")), Ok(Value::Missing)));
        assert!(matches!(read(&number, None), Ok(Value::Missing)));
        number.required = true;
        assert_eq!(read(&number, None).err().map(|unreadable| unreadable.rule.code), Some("required"));
    }

    #[test]
    fn codes_parties_and_people_are_spelt_exactly() {
        let sex = ColumnKind::Code(Cow::Borrowed(crate::code_list("sex").expect("a list")));
        check(&sex, &[("female", ""), ("Female", "unknown-code"), ("f", "unknown-code"), (" male", "unknown-code")]);
        check(&ColumnKind::Party, &[("riverside", ""), ("riverside ", "spaces-around")]);
        let unreadable = read(&column(ColumnKind::Person), Some(" AB1970"))
            .map_err(|unreadable| unreadable.message)
            .expect_err("refused");
        assert!(!unreadable.contains("1970"), "a person's key is not repeated");
        check(&ColumnKind::Boolean, &[("true", ""), ("false", ""), ("yes", "not-a-boolean"), ("1", "not-a-boolean")]);
    }
}
