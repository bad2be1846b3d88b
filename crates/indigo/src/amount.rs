//! What amount did somebody write into a cell?

use meed_units::{Exact, Money, Rounding, RoundingMode};

/// Reads an amount as people write it: `12635`, `$7,500,000`, `$11.712M`, `¥9.76 million`.
///
/// An empty cell is none.
///
/// # Errors
/// Says why the cell holds no single amount, in words that fit behind "the cell holds".
pub(crate) fn amount(cell: &str) -> Result<Option<Exact>, &'static str> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Ok(None);
    }
    if cell.starts_with('=') {
        return Err("a formula of a spreadsheet");
    }
    let bare = cell.trim_start_matches(|c: char| "C$£€¥".contains(c)).trim();
    if bare.is_empty() {
        return Err("a currency sign and no amount");
    }
    let end = bare.find(|c: char| !(c.is_ascii_digit() || c == ',' || c == '.')).unwrap_or(bare.len());
    let (digits, rest) = bare.split_at(end);
    if rest.chars().any(|c| c.is_ascii_digit()) {
        return Err("more than one amount");
    }
    let places = match rest.trim() {
        "" => 0,
        "K" | "k" | "thousand" => 3,
        "M" | "m" | "million" => 6,
        "B" | "billion" => 9,
        _ => return Err("words beside the amount"),
    };
    let digits = digits.replace(',', "");
    let number: Exact = digits.parse().map_err(|_| "no amount")?;
    Ok(Some(&number * &Exact::ratio(10_i128.pow(places), 1)))
}

/// Rounded to the penny, half to even: for sums of amounts that a spreadsheet worked out, never for a price.
pub(crate) fn rounded(amount: &Exact) -> Money {
    Rounding { to: Money::minor(1), mode: RoundingMode::HalfEven }.round(amount)
}

/// An amount in whole pennies, of a size that terms can hold; or none.
pub(crate) fn pennies(amount: &Exact) -> Option<Money> {
    let money: Money = rounded(amount).to_string().parse().ok()?;
    (money.exact() == *amount).then_some(money)
}

/// A whole number, however its thousands are set apart; none when the cell is empty.
///
/// # Errors
/// When the cell holds something else: prose, a share, a fraction.
pub(crate) fn count(cell: &str) -> Result<Option<u64>, &'static str> {
    let digits = cell.trim().replace(',', "");
    match digits.strip_suffix(".0").unwrap_or(&digits) {
        "" => Ok(None),
        digits => digits.parse().map(Some).map_err(|_| "words, not a number"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_write_them() {
        for (cell, reads) in [
            ("12635", "12635.00"),
            ("12.18", "12.18"),
            ("12.5", "12.50"),
            ("$7,500,000", "7500000.00"),
            ("$11.712M", "11712000.00"),
            ("¥9.76 million", "9760000.00"),
            ("C$1.3M", "1300000.00"),
            ("£300,000", "300000.00"),
        ] {
            let read =
                amount(cell).map(|amount| amount.and_then(|amount| pennies(&amount)).map(|money| money.to_string()));
            assert_eq!(read, Ok(Some(reads.into())), "{cell}");
        }
        assert_eq!(amount(" "), Ok(None));
    }

    #[test]
    fn what_a_spreadsheet_worked_out_is_no_price() {
        let worked_out = amount("1068938.781388191").expect("it reads").expect("it is not empty");
        assert_eq!((pennies(&worked_out), rounded(&worked_out).to_string()), (None, "1068938.78".to_owned()));
    }

    #[test]
    fn what_is_no_single_amount_is_told_apart() {
        for (cell, holds) in [
            ("$", "a currency sign and no amount"),
            ("=D41-D36", "a formula of a spreadsheet"),
            ("C$1.16M (estimate)", "words beside the amount"),
            ("68,000,000 rubles", "words beside the amount"),
            ("$5,290,000 (housing); $6,130,000 (jail days)", "more than one amount"),
            ("1.2.3", "no amount"),
            (",", "no amount"),
            ("unknown", "words beside the amount"),
        ] {
            assert_eq!(amount(cell), Err(holds), "{cell}");
        }
    }

    #[test]
    fn counts_are_whole_numbers() {
        assert_eq!(
            [count("1,169"), count("231"), count("12.0"), count("")],
            [Ok(Some(1169)), Ok(Some(231)), Ok(Some(12)), Ok(None)]
        );
        assert!(count("Actual was 12.8% (96)").is_err() && count("0.45").is_err());
    }
}
